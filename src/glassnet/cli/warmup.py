"""Compiles every loop and says which."""

from __future__ import annotations

import time

import click

from glassnet.kernels.compiling import cache_folder
from glassnet.training import warm_up

__all__ = ["warm_up_shown"]


def warm_up_shown() -> None:
    """Compile every loop, saying which, and where they are kept."""
    began = time.perf_counter()
    for what in warm_up():
        click.echo(f"compiling: {what}", err=True)
    folder = cache_folder()
    where = f"kept in {folder}" if folder else "but nothing can be written here: each process compiles anew"
    click.echo(f"everything is compiled ({time.perf_counter() - began:.1f} s), {where}")
