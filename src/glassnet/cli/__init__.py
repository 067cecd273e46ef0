"""Turns a command line into one call and one printed answer.

`commands` says what may be typed and imports nothing heavy, so that ``--help`` is quick; a module
beside it does the work of each command.
"""

from glassnet.cli.commands import glassnet as main

__all__ = ["main"]
