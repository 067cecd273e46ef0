"""Encoders turn what a person has, a picture or the row of a table, into a network's inputs."""

from __future__ import annotations

from glassnet.data.camera import Camera
from glassnet.data.columns import Columns
from glassnet.errors import DataError

__all__ = ["Encoder", "encoder_from_json", "input_names"]

Encoder = Camera | Columns


def input_names(encoder: Encoder | None, n_inputs: int) -> tuple[str, ...]:
    """Return what each input is called: a table's columns and values, or "input" and its number.

    Examples
    --------
    >>> input_names(Camera(1, 2), 2)
    ('input 0', 'input 1')
    """
    if isinstance(encoder, Columns):
        return encoder.input_names
    return tuple(f"input {k}" for k in range(n_inputs))


def encoder_from_json(values: object) -> Encoder:
    """Return the camera or the columns that `to_json` wrote.

    Raises
    ------
    DataError
        Neither of them, or one with a value that it cannot have.

    Examples
    --------
    >>> encoder_from_json(Camera(2, 2).to_json())
    Camera(rows=2, columns=2, negative=False)
    """
    kind = values.get("kind") if isinstance(values, dict) else None
    if kind == "camera":
        return Camera.from_json(values)
    if kind == "columns":
        return Columns.from_json(values)
    raise DataError(f"encoder: of kind {kind!r}, expected 'camera' or 'columns'")
