"""What a page has brought: experiments of its own, and a table that may be read in another way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.errors import GlassnetError, SettingError
from glassnet.web import opening
from glassnet.web.experiments import OWN
from glassnet.web.mending import MENDED, mended

if TYPE_CHECKING:
    from collections.abc import Callable

    from glassnet.data import Dataset
    from glassnet.training import Training
    from glassnet.web.experiments import Experiment, Laboratory
    from glassnet.web.parcels import Parcel

__all__ = ["Brought"]


class Brought:
    """What a page has brought.

    Parameters
    ----------
    laboratory : Laboratory
        What could be opened before.
    show : callable
        Takes each message to the page.

    Attributes
    ----------
    laboratory : Laboratory
        With what was brought.
    """

    def __init__(self, laboratory: Laboratory, show: Callable[[dict[str, Any]], object]) -> None:
        self.laboratory = laboratory
        self._show = show
        self._table: Parcel | None = None

    def take(self, parcel: Parcel, training: Training, data: Dataset) -> str:
        """Make an experiment of data or of a model, and return its name.

        Raises
        ------
        GlassnetError
            It is none.
        """
        if parcel.kind != "model":
            return self._read(parcel, {})
        held_out = None if training.held_out is None else training.held_out.data
        return self._add(parcel.name, opening.model_from(parcel, data, held_out))

    def reread(self, target: str | None, missing: str) -> str:
        """Read the table once more, in another way, and return the name of the experiment.

        Raises
        ------
        GlassnetError
            There is none, or it cannot be read in that way.
        """
        if self._table is None:
            raise SettingError("reread: no table has been opened here that could be read in another way")
        asked = {"missing": missing} if target is None else {"target": target, "missing": missing}
        return self._read(self._table, asked)

    def _read(self, parcel: Parcel, options: dict[str, str]) -> str:
        """Read data; of a table it is said how it was read, or why it cannot be, so far."""
        columns = opening.table_columns(parcel)
        self._table = parcel if columns else None
        read = {"kind": "table", "name": parcel.name, "columns": columns, "target": None, "missing": "error"}
        try:
            own = opening.own_experiment(opening.own_data(parcel, options))
        except GlassnetError as error:
            if columns:
                self._show({**read, **options, "failed": str(error)})
            raise
        if columns:
            self._show({**read, "target": columns[-1], **options, "failed": None})
        return self._add(parcel.name, own)

    def mend(self, name: str, training: Training, step: str) -> str:
        """Mend the data of an experiment, and return the name of the one on what they are then.

        Raises
        ------
        DataError
            There is nothing to be mended in that way.
        """
        own, said = mended(training, step)
        title = f"{name.removeprefix(OWN)}, {MENDED[step]}"
        self.laboratory = self.laboratory.with_own(f"{OWN}{title}", title, own)
        self._show({"kind": "experiments", "experiments": self.laboratory.titles()})
        self._show({"kind": "notice", "text": f"{title}: {said}."})
        return f"{OWN}{title}"

    def _add(self, name: str, own: Experiment) -> str:
        self.laboratory = self.laboratory.with_own(f"{OWN}{name}", name, own)
        self._show({"kind": "experiments", "experiments": self.laboratory.titles()})
        what = f"{own.data.name}, {own.data.n_examples:,} examples to learn from"
        self._show({"kind": "notice", "text": f"Opened {name}: {what}; network {own.network.name}."})
        return f"{OWN}{name}"
