"""Values with a notation of their own on the command line."""

from __future__ import annotations

import re

import click

__all__ = ["CAMERA", "LAYERS"]


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


LAYERS = _Layers()
CAMERA = _CameraSize()
