"""One session behind each open page: it owns a bench with network, data and training, and shows frames of it.

A session lives in one thread of its own, so nothing in it needs a lock: it takes the messages that came,
trains for a moment if it is to train, and shows a frame if the page is ready for one. Frames are made only
when the page has shown the one before: what happened meanwhile is in the next one, the newest wins.
"""

from __future__ import annotations

import json
import queue
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glassnet.errors import GlassnetError, MessageError
from glassnet.web import messages, showing
from glassnet.web.bench import Bench
from glassnet.web.framing import Frames
from glassnet.web.parcels import Parcel
from glassnet.web.preview import worth_a_preview

if TYPE_CHECKING:
    from collections.abc import Callable

    from glassnet.web.experiments import Laboratory
    from glassnet.web.messages import Message
    from glassnet.web.teaching import Teacher

__all__ = ["Session"]

_MOST_WAITING = 4
"""Messages that may wait before a parcel, which is large."""


@dataclass(frozen=True)
class _Met(messages.Message):
    """The page is there again, at the end of another line."""

    show: Callable[[dict[str, Any] | None], object]


class Session:
    """What stands behind one open page.

    Parameters
    ----------
    laboratory : Laboratory
        What the page may open.
    show : callable
        Takes each message to the page, a plain JSON object, and None at the end of the session; called in the
        session's own thread.
    name : str
        By which its page finds it again when the line was lost.

    Examples
    --------
    A session can be driven by hand, without a thread and without a page:

    >>> from glassnet.web import BUNDLED
    >>> shown = []
    >>> session = Session(BUNDLED, shown.append)
    >>> session.begin()
    >>> session.take({"kind": "example", "example": 6})
    >>> session.work()
    >>> shown[-1]["kind"], shown[-1]["answer"]["category"]
    ('frame', 'horizontal')
    """

    def __init__(
        self, laboratory: Laboratory, show: Callable[[dict[str, Any] | None], object], name: str = ""
    ) -> None:
        self.name = name
        self._show = show
        self._laboratory = laboratory
        self._mail: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._frames, self._ready, self._changed = Frames(), True, True
        self._mark = 0

    @property
    def teacher(self) -> Teacher:
        """The training that is under way."""
        return self.bench.teacher

    # The life of a session

    def run(self) -> None:
        """Live until `close`; this is what the session's thread does."""
        ended = "This session ended by a mistake in glassnet itself: it begins anew."
        try:
            self.begin()
            while not self._closed.is_set():
                self.work()
            ended = ""
        finally:
            self._closed.set()
            if ended:
                self._show({"kind": "error", "text": ended})

    @property
    def ended(self) -> bool:
        """Whether it has ended, or is about to."""
        return self._closed.is_set()

    def part(self) -> None:
        """Take the page along: the session has ended, by itself or not, and the page begins anew."""
        self._closed.set()
        self._show(None)

    def leave(self) -> None:
        """Stop training, and wait for what comes: the line to the page was lost."""
        self._mail.put(messages.Pause())

    def meet(self, show: Callable[[dict[str, Any] | None], object]) -> None:
        """Tell the page everything anew: it has found back."""
        self._mail.put(_Met(show))

    def begin(self) -> None:
        """Open the first experiment and tell the page what there is."""
        self._welcome(self._laboratory, again=False)
        self.bench = Bench(self._laboratory, lambda message: self._show(message))
        if worth_a_preview(self.teacher.network):
            self._show({**self._frames.preview(self.teacher, self.bench.look), "mark": -1})

    def _welcome(self, laboratory: Laboratory, *, again: bool) -> None:
        self._show(
            {
                "kind": "welcome",
                "session": self.name,
                "again": again,
                "experiments": laboratory.titles(),
                **showing.choices(),
            }
        )

    def take(self, given: Message | dict[str, Any] | str | bytes) -> None:
        """Take a message from the page, from whichever thread it comes.

        Raises
        ------
        MessageError
            It is none.
        """
        if isinstance(given, Parcel) and self._mail.qsize() > _MOST_WAITING:
            raise MessageError(f"{given.name}: too much is waiting already; try again in a moment")
        if isinstance(given, dict):
            given = json.dumps(given)
        self._mail.put(messages.read_message(given) if isinstance(given, str | bytes) else given)

    def close(self) -> None:
        """End the session: its thread stops within a chunk of training."""
        self._closed.set()
        self._mail.put(None)

    def work(self) -> None:
        """Take the messages that came, train for a moment, and show what has become of it."""
        waiting = (self._changed and self._ready) or self.teacher.wants_doctor
        self._read_mail(wait=not (self.teacher.busy or waiting))
        if self.teacher.busy and not self.teacher.ready and self._ready:
            self._show_frame()  # what was asked for is seen before something has to be compiled for it
        try:
            if self.teacher.busy and self.teacher.train():
                self._changed = True
            if self.teacher.notice:
                self._show({"kind": "notice", "text": self.teacher.notice})
                self.teacher.notice = None
        except GlassnetError as error:
            self.teacher.pause()
            self._refuse(error)
        if self._changed and self._ready:
            self._show_frame()
        elif self.teacher.wants_doctor:
            self.bench.follow(messages.Examine())
        elif self.teacher.busy:
            time.sleep(self.teacher.idle_seconds())

    def _read_mail(self, *, wait: bool) -> None:
        while not self._closed.is_set():
            try:
                message = self._mail.get(block=wait)
            except queue.Empty:
                return
            wait = False
            if message is None:
                return
            try:
                self._obey(message)
            except (GlassnetError, MemoryError) as error:
                self._refuse(error)

    def _refuse(self, error: Exception) -> None:
        self._show({"kind": "error", "text": str(error) or type(error).__name__})

    def _obey(self, message: Message) -> None:
        if isinstance(message, messages.Shown):
            self._ready = self._ready or message.frame == self._frames.number
            return
        if isinstance(message, messages.Mark):
            self._mark, self._changed = message.mark, True
            return
        self._changed = True
        self._frames.everything()
        if isinstance(message, _Met):
            self._show, self._ready = message.show, True
            self._welcome(self.bench.brought.laboratory, again=True)
            self.bench.tell_structure()
        else:
            self.bench.follow(message)

    def _show_frame(self) -> None:
        self._ready, self._changed = False, False
        frame = self._frames.make(self.teacher, self.bench.look)
        self._show({**frame, "mark": self._mark})
