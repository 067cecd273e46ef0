"""Files cut short anywhere, or with a few wrong bytes, for readers that must answer with a clear error."""

from collections.abc import Callable, Iterator

import numpy as np

from glassnet.errors import GlassnetError


def cut_short(content: bytes) -> Iterator[bytes]:
    """The content up to each of its bytes."""
    return (content[:length] for length in range(len(content)))


def with_wrong_bytes(content: bytes, n: int = 300) -> Iterator[bytes]:
    """The content, n times, with three bytes replaced by chance."""
    chance = np.random.default_rng(0)
    for _ in range(n):
        broken = np.frombuffer(content, np.uint8).copy()
        broken[chance.integers(0, len(broken), 3)] = chance.integers(0, 256, 3)
        yield broken.tobytes()


def is_refused(function: Callable[..., object], *arguments: object) -> bool:
    """Whether a call raises an error of glassnet's; any other error goes on and fails the test."""
    try:
        function(*arguments)
    except GlassnetError:
        return True
    return False
