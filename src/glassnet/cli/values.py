"""Values with a notation of their own on the command line."""

from __future__ import annotations

import re

import click

__all__ = ["CAMERA", "LAYERS", "NEURON", "SVG_FILE", "WEIGHT", "WEIGHT_OR_INPUT"]


class _Layers(click.ParamType[tuple[int, ...]]):
    """Numbers of neurons: ``128,64``; ``none`` for no layers."""

    name = "layers"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        text = str(value).strip()
        if text in ("", "none"):
            return ()
        try:
            return tuple(int(part) for part in text.split(","))
        except ValueError:
            self.fail(f"got {text!r}, expected numbers such as 128,64, or none", param, ctx)


class _CameraSize(click.ParamType[tuple[int, int]]):
    """Rows and columns of a camera: ``28x28``."""

    name = "camera"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        match = re.fullmatch(r"\s*(\d+)\s*[x×]\s*(\d+)\s*", str(value))
        if match is None:
            self.fail(f"got {value!r}, expected rows and columns such as 28x28", param, ctx)
        return int(match[1]), int(match[2])


class _Place(click.ParamType[tuple[int | str, ...]]):
    """A place inside a network: ``2/3``, or with the source of a weight ``2/0/3``, ``2/0/bias``."""

    name = "place"

    def __init__(self, pattern: str, expected: str) -> None:
        self.pattern = pattern
        self.expected = expected

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int | str, ...]:
        text = str(value).strip()
        if re.fullmatch(self.pattern, text) is None:
            self.fail(f"got {text!r}, expected {self.expected}", param, ctx)
        return tuple(part if part == "bias" else int(part) for part in text.split("/"))


class _SvgFile(click.ParamType[str]):
    """The name of a picture file that can be written."""

    name = "file"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not str(value).lower().endswith(".svg"):
            self.fail(f"got {str(value)!r}, expected a name that ends with .svg", param, ctx)
        return str(value)


_WEIGHT = r"\d+/\d+/(\d+|bias)"

LAYERS = _Layers()
CAMERA = _CameraSize()
NEURON = _Place(r"\d+/\d+", "LAYER/NEURON such as 2/3")
WEIGHT = _Place(_WEIGHT, "LAYER/NEURON/SOURCE such as 2/0/3 or 2/0/bias")
WEIGHT_OR_INPUT = _Place(
    rf"{_WEIGHT}|0/\d+", "LAYER/NEURON/SOURCE such as 2/0/3 or 2/0/bias, or 0/INPUT such as 0/3"
)
SVG_FILE = _SvgFile()
