"""What a page hands over becomes inputs, an experiment on data of one's own, or a model that was saved.

No name from a page is used as a path: what has to be a file for a moment is one of ours, in a folder that
is gone when it has been read.
"""

from __future__ import annotations

import dataclasses
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet import data
from glassnet.data.csv_file import read_csv
from glassnet.errors import DataError, GlassnetError
from glassnet.network import Network
from glassnet.network.model_file import read_header
from glassnet.training import Plan, Settings
from glassnet.training.plan import FEW_EXAMPLES
from glassnet.web.experiments import Experiment, live_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from glassnet.data import Dataset
    from glassnet.web.parcels import Parcel

__all__ = ["MOST_UNPACKED", "inputs_from", "model_from", "own_data", "own_experiment", "table_columns"]

TABLES = (".csv", ".tsv", ".npz")

MOST_UNPACKED = 512 << 20
"""An .npz file is packed: a small one can claim any size [bytes]."""


MOST_ROWS, MOST_CELLS = 1_000_000, 5_000_000
"""A table is read as text, which takes much more room than its bytes."""


def inputs_from(parcel: Parcel, network: Network, seen: Dataset) -> NDArray[np.float64]:
    """Return what the network's camera sees of a picture, as ``glassnet predict`` would.

    Raises
    ------
    DataError, PictureError
        The network has no camera, or it is no picture.
    """
    camera = network.encoder if isinstance(network.encoder, data.Camera) else None
    if camera is None and seen.picture_shape is not None:
        camera = data.Camera(*seen.picture_shape)
    if camera is None:
        raise DataError(f"{parcel.name}: this network does not look at pictures; its inputs are a table's")
    content = parcel.files[0][1]
    if parcel.kind == "webcam":
        return camera.picture(np.frombuffer(content, np.uint8).reshape(*parcel.shape, 3))
    with _said_of(parcel.name, "the picture's bytes"):
        return camera.picture(content)


def table_columns(parcel: Parcel) -> list[str]:
    """Return the names of the columns of a table; none where it is something else."""
    ending = PurePath(parcel.name).suffix.lower()
    if parcel.kind == "folder" or ending not in (".csv", ".tsv"):
        return []
    try:
        with _as_file(parcel, ending) as path:
            return list(read_csv(path).cells)
    except GlassnetError:
        return []


def own_data(parcel: Parcel, options: Mapping[str, str] | None = None) -> Dataset:
    """Return the data set in a file or folder of pictures that a page handed over.

    `options` are those of `glassnet.data.load` for this kind of file.

    Raises
    ------
    DataError
        What `glassnet.data` has against it.
    """
    if parcel.kind == "folder":
        groups: dict[str, dict[str, bytes]] = {}
        for name, content in sorted(parcel.files):
            category, _, file = name.partition("/")
            groups.setdefault(category, {})[file] = content
        return data.load_pictures(groups, parcel.name)
    ending = PurePath(parcel.name).suffix.lower()
    if ending not in TABLES:
        raise DataError(f"{parcel.name}: expected a table (.csv, .tsv) or arrays (.npz)")
    with _as_file(parcel, ending) as path:
        if ending == ".npz":
            _check_unpacked(path, parcel.name)
        loaded = data.load(path, **(options or {}))
        return dataclasses.replace(loaded, name=PurePath(parcel.name).stem)


def own_experiment(own: Dataset) -> Experiment:
    """Return the experiment that ``glassnet train`` would begin with these data."""
    plan = Plan(source=own.name, held_out=0.0 if own.n_examples < FEW_EXAMPLES else 0.2, settings=Settings())
    network, learned, held_out = plan.prepare(own)
    return Experiment(learned, held_out, network, live_settings(plan.settings))


def model_from(parcel: Parcel, learned: Dataset, held_out: Dataset | None) -> Experiment:
    """Return a model that was saved, with data that it can go on learning from.

    Those are the data that come with glassnet, if the model was trained on them; else the data that the page
    shows now, if the model fits them; else those that come with glassnet, if it fits them.

    Raises
    ------
    ModelFileError, DataError
        It is no model, or there are no data for it.
    """
    with _as_file(parcel, ".safetensors") as path:
        network = Network.load(path)
        plan = _plan_of(read_header(path).get("training"))
    settings = Settings() if plan is None else plan.settings
    bundled = {"digits": data.digits, "four-pixel": data.four_pixel}
    if plan is not None and plan.source in bundled and not plan.options:
        whole = bundled[plan.source]()
        if _fits(network, whole):
            if plan.held_out:
                whole, judging = whole.split(plan.held_out, plan.settings.seed)
                return Experiment(whole, judging, network, live_settings(settings))
            return Experiment(whole, None, network, live_settings(settings))
    if _fits(network, learned):
        return Experiment(learned, held_out, network, live_settings(settings))
    for load in bundled.values():
        whole = load()
        if _fits(network, whole):
            return Experiment(whole, None, network, live_settings(settings))
    raise DataError(
        f"{parcel.name}: this network has {network.sizes[0]:,} inputs and answers "
        f"{', '.join(network.category_names[:6])}; open the data that it is for first, then the model"
    )


def _fits(network: Network, some: Dataset) -> bool:
    sizes = (some.n_inputs, some.n_outputs)
    same = network.categories is None or some.categories == network.categories
    return (
        (network.sizes[0], network.sizes[-1]) == sizes
        and same
        and (network.categories is not None or some.categories is None)
    )


def _plan_of(training: Any) -> Plan | None:
    try:
        return Plan.from_json(training["plan"])
    except (GlassnetError, KeyError, TypeError):  # none, or somebody else's notes
        return None


def _check_unpacked(path: Path, name: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(info.file_size for info in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return  # spoken of when it is read
    if size > MOST_UNPACKED:
        raise DataError(f"{name}: unpacked it has {size:,} bytes, expected at most {MOST_UNPACKED:,}")


def _check_rows(parcel: Parcel) -> None:
    """Refuse a table of too many rows or cells before it is read."""
    content = parcel.files[0][1]
    n_rows = content.count(b"\n") + 1
    n_cells = n_rows + max(content.count(separator) for separator in (b",", b";", b"\t"))
    for number, what, most in ((n_rows, "rows", MOST_ROWS), (n_cells, "cells", MOST_CELLS)):
        if number > most:
            raise DataError(f"{parcel.name}: about {number:,} {what}, expected at most {most:,} on a page")


@contextmanager
def _as_file(parcel: Parcel, ending: str) -> Iterator[Path]:
    if ending in (".csv", ".tsv"):
        _check_rows(parcel)
    with tempfile.TemporaryDirectory(prefix="glassnet-") as folder:
        path = Path(folder) / f"file{ending}"
        path.write_bytes(parcel.files[0][1])
        with _said_of(parcel.name, str(path)):
            yield path


@contextmanager
def _said_of(name: str, where: str) -> Iterator[None]:
    """In messages, the name that a person knows stands for where the content was."""
    try:
        yield
    except GlassnetError as error:
        # What is done in Python with an option, is done on the page with the menu below the message.
        said = str(error).replace(where, name).replace("load with missing='fill'", "choose “filled” below")
        raise type(error)(said) from error
