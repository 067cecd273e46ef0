"""A whole training from source to network, written down so that it can be done again to the last bit."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from glassnet.checks import number, record, whole_number
from glassnet.data import Camera, Dataset, load
from glassnet.errors import ChoiceError, DataError, GlassnetError, SettingError, nearest
from glassnet.network import Network
from glassnet.training.settings import Settings

__all__ = ["FEW_EXAMPLES", "PLAN_VALUES", "Plan"]

FEW_EXAMPLES = 50
"""Of fewer none should be held out: there would be too few to learn from, and to judge by."""

NETWORK_SETTINGS = ("biases", "dropout", "initial_weights", "loss", "dtype")
"""Settings of `Network` that a plan may set; and its ``seed``, where it is another than the training's."""

_OWN = ("held_out", "layers", "activation", "last_activation")
_SETTINGS = tuple(field.name for field in dataclasses.fields(Settings))

PLAN_VALUES = (*_OWN, *NETWORK_SETTINGS, *_SETTINGS)
"""What `Plan.changed` may change."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a network is trained on, what it looks like, and how it is trained.

    Attributes
    ----------
    source : str
        Where the examples are, see `glassnet.data.load`.
    options : mapping
        Further options of that source, such as a table's target column: plain values, or a camera.
    held_out : float
        The share of the examples that is held out to judge the network, 0 to below 1.
    layers : tuple of int
        The neurons of each layer but the last, which has one for each category or number to be met.
    activation : str
        Of all layers but the last.
    last_activation : str, optional
        Without it softmax for categories, identity for numbers.
    network : mapping
        Further settings of `Network`, see `NETWORK_SETTINGS`.
    settings : Settings
        How it is trained. Its seed also draws the initial weights and the examples held out.

    Examples
    --------
    >>> plan = Plan(source="four-pixel", held_out=0, layers=(8,))
    >>> network, data, held_out = plan.prepare()
    >>> network.name, data.n_examples, held_out
    ('4-8-4', 8, None)
    """

    source: str
    options: Mapping[str, Any] = field(default_factory=dict)
    held_out: float = 0.2
    layers: tuple[int, ...] = (128,)
    activation: str = "relu"
    last_activation: str | None = None
    network: Mapping[str, Any] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        number(self.held_out, "held_out", low=0, below=1)
        given: object = self.layers
        if not isinstance(given, Iterable) or isinstance(given, str):
            raise SettingError(
                f"layers: got {given!r}, expected the neurons of each layer but the last, such as (8,)"
            )
        layers = tuple(whole_number(size, "layers", low=1) for size in self.layers)
        object.__setattr__(self, "layers", layers)
        for name in self.network:
            if name not in (*NETWORK_SETTINGS, "seed"):
                raise ChoiceError(
                    f"network: there is no setting {name!r}; {nearest(name, NETWORK_SETTINGS)}"
                    f"known are {', '.join(NETWORK_SETTINGS)}"
                )

    def changed(self, changes: Mapping[str, Any]) -> Plan:
        """Return the plan with some values changed: its own, the network's, and those of `Settings`, by name.

        Raises
        ------
        ChoiceError
            There is no value of a name; the nearest is suggested.
        GlassnetError
            A value is not what it may be.

        Examples
        --------
        >>> Plan(source="digits").changed({"layers": (8,), "dropout": 0.1, "batch": 5}).settings.batch
        5
        """
        for name in changes:
            if name not in PLAN_VALUES:
                raise ChoiceError(
                    f"there is no setting {name!r}; {nearest(name, PLAN_VALUES)}"
                    f"known are {', '.join(PLAN_VALUES)}"
                )
        return dataclasses.replace(
            self,
            network={**self.network, **_some(changes, NETWORK_SETTINGS)},
            settings=dataclasses.replace(self.settings, **_some(changes, _SETTINGS)),
            **_some(changes, _OWN),
        )

    def load(self) -> Dataset:
        """Load the data.

        Raises
        ------
        GlassnetError
            The source or one of its options is not what it may be.
        """
        return load(self.source, **self.options)

    def prepare(self, data: Dataset | None = None) -> tuple[Network, Dataset, Dataset | None]:
        """Split the data and build the network with its initial weights.

        Parameters
        ----------
        data : Dataset, optional
            What `load` returned, to spare loading it twice.

        Returns
        -------
        network : Network
        data, held_out : Dataset
            To learn from and to be judged by; no held-out data where the share is 0.

        Raises
        ------
        GlassnetError
            The source, an option, or a setting of the network is not what it may be.
        """
        data = data or self.load()
        return self.build(data), *self.split(data)

    def build(self, data: Dataset) -> Network:
        """Return the network for a data set, with its initial weights.

        Raises
        ------
        GlassnetError
            A setting of the network is not what it may be.
        """
        return Network(
            [data.n_inputs, *self.layers, data.n_outputs],
            [self.activation] * len(self.layers) + [self._last_activation(data)],
            categories=data.categories,
            encoder=data.encoder,
            **{"seed": self.settings.seed, **self.network},
        )

    def split(self, data: Dataset) -> tuple[Dataset, Dataset | None]:
        """Return the data to learn from and those to be judged by, none where their share is 0."""
        if self.held_out == 0:
            return data, None
        return data.split(self.held_out, seed=self.settings.seed)

    def _last_activation(self, data: Dataset) -> str:
        return self.last_activation or ("softmax" if data.categories else "identity")

    def to_json(self) -> dict[str, Any]:
        """Return the plan as plain JSON values."""
        return {
            **{f.name: getattr(self, f.name) for f in dataclasses.fields(self)},
            "options": {
                name: value.to_json() if isinstance(value, Camera) else value
                for name, value in self.options.items()
            },
            "layers": list(self.layers),
            "network": dict(self.network),
            "settings": self.settings.to_json(),
        }

    @classmethod
    def from_json(cls, values: object) -> Plan:
        """Return the plan that `to_json` wrote.

        Raises
        ------
        DataError
            A key is missing or unknown, or a value is not what it may be.
        """
        text = (str, type(None))
        fields = record(
            values,
            "plan",
            {
                "source": str,
                "options": dict,
                "held_out": (int, float),
                "layers": list,
                "activation": str,
                "last_activation": text,
                "network": dict,
                "settings": dict,
            },
        )
        try:
            fields["options"] = {
                name: Camera.from_json(value) if isinstance(value, dict) else value
                for name, value in fields["options"].items()
            }
            fields["settings"] = Settings.of(None, fields["settings"])
            return cls(**fields)
        except GlassnetError as error:
            raise DataError(f"plan: {error}; expected what glassnet wrote there") from error


def _some(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}
