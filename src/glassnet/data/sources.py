"""One door to all data: a name, a folder or a file becomes a data set."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.data.arrays import load_npy, load_npz
from glassnet.data.bundled import digits, four_pixel
from glassnet.data.folder import load_folder
from glassnet.data.idx import load_idx
from glassnet.data.table import load_table
from glassnet.errors import ChoiceError, DataError, PathError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from glassnet.data.dataset import Dataset

__all__ = ["load"]

BUNDLED: dict[str, Callable[..., Dataset]] = {"four-pixel": four_pixel, "digits": digits}

BY_ENDING: dict[str, Callable[..., Dataset]] = {
    ".csv": load_table,
    ".tsv": load_table,
    ".npz": load_npz,
    ".npy": load_npy,
}

POSSIBLE = (
    "four-pixel, digits, a folder with one sub-folder of pictures for each category, a table (.csv), arrays "
    "(.npz, .npy) or IDX files (...-idx3-ubyte)"
)


def load(source: str | os.PathLike[str], /, **options: Any) -> Dataset:
    """Load a data set, whatever holds it.

    Parameters
    ----------
    source : str or path
        ``"four-pixel"`` or ``"digits"``, which come with glassnet (write ``./digits`` for a folder of that
        name); a folder with one sub-folder of pictures for each category; a table (``.csv``, ``.tsv``);
        arrays (``.npz``, ``.npy``); or a file of pictures in MNIST's format (its name has ``idx`` in it).
    **options
        Those of the loader for this kind of source: `four_pixel`, `digits`, `load_folder`,
        `load_table`, `load_npz`, `load_npy`, `load_idx`.

    Raises
    ------
    ChoiceError
        A name that is near one of the bundled data sets', or an option that this source does not have.
    PathError
        There is no such file or folder.
    DataError
        A kind of file that cannot be read, or data that cannot be used.

    Examples
    --------
    >>> load("four-pixel", n=100, noise=0.1)
    Dataset('four-pixel': 100 examples, 4 inputs, 4 categories)
    """
    loader = BUNDLED.get(str(source))
    place = () if loader else (source,)
    loader = loader or _loader_of_path(source)
    _check_options(loader, options, len(place), str(source))
    return loader(*place, **options)


def _loader_of_path(source: str | os.PathLike[str]) -> Callable[..., Dataset]:
    path = Path(source)
    if os.path.isdir(source):  # noqa: PTH112 - unlike Path.is_dir it answers for every name, however odd
        return load_folder
    if path.suffix.lower() in BY_ENDING:
        return BY_ENDING[path.suffix.lower()]
    if "idx" in path.name.lower():
        return load_idx
    if os.path.exists(source):  # noqa: PTH110 - the same
        raise DataError(f"{source}: unknown kind of file, expected {POSSIBLE}")
    near = nearest(str(source), BUNDLED)
    if near:
        raise ChoiceError(f"{source}: there is no such data set, {near}expected {POSSIBLE}")
    raise PathError(f"{source or repr(source)}: there is no such file or folder; expected {POSSIBLE}")


def _check_options(
    loader: Callable[..., Dataset], options: dict[str, Any], n_places: int, where: str
) -> None:
    """Refuse options that the loader does not have, and ask for those that it needs."""
    known = list(inspect.signature(loader).parameters.values())[n_places:]
    names = [parameter.name for parameter in known]
    for name in options:
        if name not in names:
            has = f"has {', '.join(names)}" if names else "has none"
            raise ChoiceError(
                f"{where}: unknown option {name!r}, {nearest(name, names)}this kind of data {has}"
            )
    for parameter in known:
        if parameter.default is parameter.empty and parameter.name not in options:
            raise ChoiceError(f"{where}: the option {parameter.name!r} is needed for this kind of data")
