"""glassnet with the factors of its products rounded to bf16."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.peers import NotOfferedError, glassnet_
from glassnet.errors import SettingError

if TYPE_CHECKING:
    from benchmarks.cases import Case
    from benchmarks.peers import Work


def trainer(case: Case, optimizer: str, threads: int) -> Work:
    try:
        return glassnet_.trainer(case, optimizer, threads, precision="bf16")
    except SettingError as error:
        raise NotOfferedError(str(error)) from error
