"""Opens the port, tells where the page is, and serves it until Ctrl-C."""

from __future__ import annotations

import errno
import socket
import threading
import time
import webbrowser
from typing import TYPE_CHECKING

import uvicorn

from glassnet.errors import PathError
from glassnet.web.parcels import LARGEST_PARCEL
from glassnet.web.security import Keys
from glassnet.web.server import build_app
from glassnet.web.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from glassnet.web.experiments import Laboratory

__all__ = ["serve"]

FIRST_PORT = 8460
"""Without a wish for another; the next free one is taken."""

_PORTS_TRIED = 20

_HEAD_START = 2.0
"""So long a browser has for opening the page before the compiler takes a processor [s]."""


def serve(
    laboratory: Laboratory,
    *,
    port: int | None = None,
    browser: bool = True,
    tell: Callable[[str], None] = print,
) -> None:
    """Serve the page on this machine until Ctrl-C.

    Parameters
    ----------
    laboratory : Laboratory
        What a page may open.
    port : int, optional
        Which port; without it the first free one from 8460 on. 0: any free one.
    browser : bool
        Whether to open the page in the browser.
    tell : callable
        Is told the address.

    Raises
    ------
    PathError
        The port is in use or may not be used.
    """
    listening = _listen(port)
    keys = Keys(listening.getsockname()[1])
    tell(keys.address)
    config = uvicorn.Config(
        build_app(laboratory, keys),
        ws="websockets-sansio",
        ws_max_size=LARGEST_PARCEL,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
        lifespan="off",
    )
    threading.Thread(target=_warm_up, args=(laboratory,), name="glassnet warm-up", daemon=True).start()
    if browser:
        webbrowser.open(keys.address)
    with listening:
        uvicorn.Server(config).run(sockets=[listening])


def _warm_up(laboratory: Laboratory) -> None:
    """Have the loops compiled that a page needs first, but after its first picture."""
    time.sleep(_HEAD_START)
    session = Session(laboratory, lambda _: None)
    session.begin()
    session.take({"kind": "step"})
    session.take({"kind": "select", "what": "weight", "layer": 1})
    session.work()


def _listen(port: int | None) -> socket.socket:
    """Return a socket that listens on this machine only."""
    wanted = range(FIRST_PORT, FIRST_PORT + _PORTS_TRIED) if port is None else (port,)
    for each in wanted:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", each))
            listening.listen()
        except OSError as error:
            listening.close()
            if error.errno == errno.EADDRINUSE and each != wanted[-1]:
                continue
            raise PathError(f"port {each}: {error.strerror}; choose another one with --port") from error
        return listening
    raise AssertionError("a port was tried")
