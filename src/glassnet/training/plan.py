"""A whole training from source to network, written down so that it can be done again to the last bit."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from glassnet.checks import number, whole_number
from glassnet.data import Dataset, load
from glassnet.errors import DataError, GlassnetError
from glassnet.network import Network
from glassnet.training.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Plan"]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a network is trained on, what it looks like, and how it is trained.

    Attributes
    ----------
    source : str
        Where the examples are, see `glassnet.data.load`.
    options : mapping
        Further options of that source, such as a table's target column.
    held_out : float
        The share of the examples that is held out to judge the network, 0 to below 1.
    layers : tuple of int
        The neurons of each layer but the last, which has one for each category or number to be met.
    activation : str
        Of all layers but the last.
    last_activation : str, optional
        Without it softmax for categories, identity for numbers.
    network : mapping
        Further settings of `Network`: biases, dropout, initial_weights, loss, dtype.
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
        layers = tuple(whole_number(size, "layers", low=1) for size in self.layers)
        object.__setattr__(self, "layers", layers)

    def prepare(self) -> tuple[Network, Dataset, Dataset | None]:
        """Load and split the data and build the network with its initial weights.

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
        data = load(self.source, **self.options)
        network = Network(
            [data.n_inputs, *self.layers, data.n_outputs],
            [self.activation] * len(self.layers) + [self._last_activation(data)],
            categories=data.categories,
            encoder=data.encoder,
            seed=self.settings.seed,
            **self.network,
        )
        if self.held_out == 0:
            return network, data, None
        training, held_out = data.split(self.held_out, seed=self.settings.seed)
        if training.n_examples == 0 or held_out.n_examples == 0:
            raise DataError(
                f"{self.source}: {data.n_examples} examples are too few to hold out a share of "
                f"{self.held_out:g}; set held_out to 0 to train on all of them"
            )
        return network, training, held_out

    def _last_activation(self, data: Dataset) -> str:
        return self.last_activation or ("softmax" if data.categories else "identity")

    def to_json(self) -> dict[str, Any]:
        """Return the plan as plain JSON values."""
        return {
            **{f.name: getattr(self, f.name) for f in dataclasses.fields(self)},
            "options": dict(self.options),
            "layers": list(self.layers),
            "network": dict(self.network),
            "settings": self.settings.to_json(),
        }

    @classmethod
    def from_json(cls, values: Any) -> Plan:
        """Return the plan that `to_json` wrote.

        Raises
        ------
        DataError
            A key is missing or unknown, or a value is not what it may be.
        """
        try:
            settings = Settings(**values["settings"])
            return cls(**{**values, "layers": tuple(values["layers"]), "settings": settings})
        except (KeyError, TypeError, GlassnetError) as error:
            raise DataError(f"plan: {error!r}; expected what glassnet wrote there") from error
