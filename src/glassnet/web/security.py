"""Who may talk to the page's server: only a page that this server itself handed out, on this machine.

The rules are Jupyter Server's. A random token in the address is exchanged for a cookie that no script can
read and no other site can send; the Host header must name this machine, so that no other name can be made to
point here (DNS rebinding); the Origin of a WebSocket must be this server; the page may load nothing from
elsewhere and run no script that does not come from here (content security policy). A browser without the
token is handed a page that says what to do, and nothing else.
"""

from __future__ import annotations

import http.cookies
import secrets
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.websockets import WebSocketClose

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Guard", "Keys"]

HEADERS = {
    "content-security-policy": "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "permissions-policy": "camera=(self), geolocation=(), microphone=()",
}

UNKNOWN = "Open the address that glassnet play printed: it has a token in it"

OPEN = ("/refused.css", "/refused.js", "/icon.svg")
"""What the page that refuses a browser is made of: nothing in it is secret, nothing reaches a session."""


@dataclass(frozen=True)
class Keys:
    """The secrets of one server, drawn anew at each start.

    Attributes
    ----------
    port : int
    token : str
        Stands in the address that a person opens.
    cookie : str
        What the browser gets for it.
    """

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names under which this machine may be asked."""
        return f"127.0.0.1:{self.port}", f"localhost:{self.port}"

    @property
    def address(self) -> str:
        """What a person opens."""
        return f"http://127.0.0.1:{self.port}/?token={self.token}"

    @property
    def cookie_name(self) -> str:
        """One for each port, since browsers do not tell ports apart."""
        return f"glassnet-{self.port}"


class Guard:
    """Lets through what keeps the rules, and nothing else.

    Parameters
    ----------
    app : ASGIApp
        What is guarded.
    keys : Keys
    """

    def __init__(self, app: ASGIApp, keys: Keys) -> None:
        self.app = app
        self.keys = keys
        self._page = (resources.files("glassnet.web") / "static" / "refused.html").read_text(encoding="utf-8")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refused = self._refusal(scope)
        if scope["type"] == "websocket":
            await (WebSocketClose(1008, refused) if refused else self.app)(scope, receive, send)
            return
        with_token = self._has_token(scope)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if with_token and not refused:
                    headers.append("set-cookie", self._cookie())
            await send(message)

        answer = self._refuse(scope, refused) if refused else self.app
        await answer(scope, receive, send_guarded)

    def _refuse(self, scope: Scope, why: str) -> Response:
        """Say why: where a person comes without the token, with a page that says what to do."""
        if why == UNKNOWN and scope["path"] == "/":
            return HTMLResponse(self._page, status_code=403, headers={"cache-control": "no-store"})
        return PlainTextResponse(f"{why}\n", status_code=403)

    def _refusal(self, scope: Scope) -> str:
        """Say why a request is refused; empty if it is not."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if host not in self.keys.hosts:
            return f"Host: expected {self.keys.hosts[0]}"
        if scope["type"] == "websocket" and headers.get("origin") != f"http://{host}":
            return "Origin: expected this server's own page"
        if scope["type"] == "http" and (self._has_token(scope) or scope["path"] in OPEN):
            return ""
        return "" if self._has_cookie(headers) else UNKNOWN

    def _has_token(self, scope: Scope) -> bool:
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        return _same(given, self.keys.token)

    def _has_cookie(self, headers: Headers) -> bool:
        try:
            cookies = http.cookies.SimpleCookie(headers.get("cookie", ""))
        except http.cookies.CookieError:
            return False
        name = self.keys.cookie_name
        return name in cookies and _same(cookies[name].value, self.keys.cookie)

    def _cookie(self) -> str:
        return f"{self.keys.cookie_name}={self.keys.cookie}; Path=/; HttpOnly; SameSite=Strict"


def _same(given: str, secret: str) -> bool:
    """Compare in a time that says nothing about the secret."""
    return secrets.compare_digest(given.encode(), secret.encode())
