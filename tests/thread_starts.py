"""Threads that cannot be started, and threads that should have ended."""

import contextlib
import threading
import time


@contextlib.contextmanager
def failing_with(error, monkeypatch, n_before=0):
    """No thread can be started, but for so many at first; whoever tries meets the error."""
    start, started = threading.Thread.start, []

    def start_or_fail(thread):
        if len(started) >= n_before:
            raise error
        started.append(thread)
        start(thread)

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", start_or_fail)
        yield


def none_left(name, seconds=5):
    """Whether all threads of a name end by themselves before that time is over."""
    end = time.monotonic() + seconds
    for thread in alive(name):
        thread.join(max(0, end - time.monotonic()))
    return not alive(name)


def alive(name):
    """The threads of a name."""
    return [thread for thread in threading.enumerate() if thread.name == name]


NO_THREAD = RuntimeError("can't start new thread")
