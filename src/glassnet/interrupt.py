"""Ctrl-C as a wish that is granted where it does no harm, instead of an error anywhere."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType, TracebackType

__all__ = ["CtrlC", "ctrl_c_put_off"]


class CtrlC:
    """While it is open, the first Ctrl-C only sets `pressed`; a second one interrupts as always.

    Outside the main thread, where Python hands out no signals, nothing is changed.
    """

    def __init__(self) -> None:
        self.pressed = False
        self._before: signal.Handlers | int | None = None
        self._in_charge = False

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            before = signal.getsignal(signal.SIGINT)
            if before is not None and before != signal.SIG_IGN:
                self._before = before  # type: ignore[assignment]  # an int is a handler, too
                signal.signal(signal.SIGINT, self._press)
                self._in_charge = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._give_back()

    def _press(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - what signals hand in
        self.pressed = True
        self._give_back()

    def _give_back(self) -> None:
        if self._in_charge:
            signal.signal(signal.SIGINT, self._before)
            self._in_charge = False


@contextlib.contextmanager
def ctrl_c_put_off() -> Iterator[None]:
    """Have a first Ctrl-C interrupt behind what is done here; a second one interrupts as always."""
    ctrl_c = CtrlC()
    try:
        with ctrl_c:
            yield
    finally:
        if ctrl_c.pressed:
            signal.raise_signal(signal.SIGINT)
