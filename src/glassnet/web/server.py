"""The server of the page: its files, and a WebSocket with a session behind it."""

from __future__ import annotations

import asyncio
import json
import mimetypes
import secrets
import threading
from importlib import resources
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from glassnet.errors import MessageError
from glassnet.web.parcels import LARGEST_PARCEL, read_parcel
from glassnet.web.security import Guard
from glassnet.web.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.resources.abc import Traversable

    from starlette.requests import Request
    from starlette.types import ASGIApp
    from starlette.websockets import WebSocket

    from glassnet.web.experiments import Laboratory
    from glassnet.web.security import Keys

__all__ = ["LARGEST_MESSAGE", "MOST_PAGES", "build_app"]

LARGEST_MESSAGE = 1 << 20
"""What a page says holds at most the pixels of one picture; files come as parcels [bytes]."""

MOST_PAGES = 24
"""Each page has a thread and a network; more pages are sent away."""

_FULL, _LARGE, _BROKEN = 1013, 1009, 1011  # codes with which a WebSocket closes
_CLOSED = (1000, 1001, 1005, _FULL, _LARGE, _BROKEN)  # on purpose: by a page that is left, or by this server

_PATIENCE = 60.0
"""So long a session waits for a page whose line was lost [s]."""


def build_app(laboratory: Laboratory, keys: Keys) -> ASGIApp:
    """Return the application behind a page.

    Parameters
    ----------
    laboratory : Laboratory
        What a page may open.
    keys : Keys
        The secrets of this server.
    """
    pages = _Pages(laboratory)
    files = _Files()
    app = Starlette(
        routes=[WebSocketRoute("/live", pages.serve), Route("/{name:path}", files.serve, methods=["GET"])]
    )
    return Guard(app, keys)


class _Files:
    """The files of the page, read once: no name that a browser sends ever reaches the file system."""

    def __init__(self) -> None:
        self._files = dict(_read_files(resources.files("glassnet.web") / "static", ""))

    async def serve(self, request: Request) -> Response:
        """Hand out a file of the page."""
        name = request.path_params["name"] or "index.html"
        if name not in self._files:
            return PlainTextResponse("There is no such file.\n", status_code=404)
        kind = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0]
        return Response(self._files[name], media_type=kind, headers={"cache-control": "no-store"})


def _read_files(folder: Traversable, before: str) -> list[tuple[str, bytes]]:
    files = []
    for item in folder.iterdir():
        if item.is_dir():
            files += _read_files(item, f"{before}{item.name}/")
        else:
            files.append((before + item.name, item.read_bytes()))
    return files


class _Pages:
    """The open pages, each with a session in a thread of its own."""

    def __init__(self, laboratory: Laboratory) -> None:
        self._laboratory = laboratory
        self._n_open = 0
        self._left: dict[str, tuple[Session, asyncio.TimerHandle]] = {}

    async def serve(self, socket: WebSocket) -> None:
        """Live with one page until it is closed; its session ends with it.

        Where only the line was lost, the session waits a while for its page: it asks for it by the name that
        the session told it, which nobody could guess.
        """
        await socket.accept()
        outgoing: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def show(message: dict[str, Any] | None) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(outgoing.put_nowait, message)

        session = self._take_up(socket.query_params.get("session", ""), show)
        if session is None:
            if self._n_open >= MOST_PAGES:
                await socket.close(_FULL, f"{MOST_PAGES} pages are open already: close one")
                return
            self._n_open += 1
            session = Session(self._laboratory, show, name=secrets.token_urlsafe(16))
            threading.Thread(target=_live, args=(session,), name="glassnet session", daemon=True).start()
        sender = asyncio.create_task(_send(socket, outgoing))
        code = _CLOSED[0]
        try:
            code = await _receive(socket, session, show)
        finally:
            sender.cancel()
            if code in _CLOSED or session.ended:
                self._end(session)
            else:
                session.leave()
                self._left[session.name] = session, loop.call_later(_PATIENCE, self._give_up, session)

    def _take_up(self, name: str, show: Callable[[dict[str, Any] | None], None]) -> Session | None:
        session, waiting = self._left.pop(name, (None, None))
        if session is None or waiting is None:
            return None
        waiting.cancel()
        if session.ended:
            self._end(session)
            return None
        session.meet(show)
        return session

    def _give_up(self, session: Session) -> None:
        self._left.pop(session.name, None)
        self._end(session)

    def _end(self, session: Session) -> None:
        session.close()
        self._n_open -= 1


def _live(session: Session) -> None:
    try:
        session.run()
    finally:
        session.part()


async def _send(socket: WebSocket, outgoing: asyncio.Queue[dict[str, Any] | None]) -> None:
    """Take what a session shows to its page; nothing more comes after None."""
    while True:
        message = await outgoing.get()
        if message is None:
            await socket.close(_BROKEN, "the session has ended")
            return
        await socket.send_text(json.dumps(message, allow_nan=False, separators=(",", ":")))


async def _receive(socket: WebSocket, session: Session, show: Any) -> int:
    """Hand what the page says to its session, until the line ends; return the code with which it did."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return int(message.get("code") or _CLOSED[0])
        text, content = message.get("text") or "", message.get("bytes")
        if len(text) > LARGEST_MESSAGE or len(content or b"") > LARGEST_PARCEL:
            await socket.close(_LARGE, "the message is too large")
            return _CLOSED[0]
        try:
            session.take(text if content is None else read_parcel(content))
        except MessageError as error:
            show({"kind": "error", "text": str(error)})
