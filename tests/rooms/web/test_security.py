"""One negative test for each rule of `glassnet.web.security`, and that what keeps the rules passes."""

import json
import re
import socket
from importlib import resources

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from glassnet.errors import PathError
from glassnet.web import BUNDLED, server
from glassnet.web.security import Keys
from glassnet.web.serving import _listen

HOST = "127.0.0.1:8460"
LIVE = f"ws://{HOST}/live"


def own():
    """What a page of this server sends along."""
    return {"origin": f"http://{HOST}"}


@pytest.fixture
def keys():
    return Keys(8460)


@pytest.fixture
def client(keys):
    with TestClient(server.build_app(BUNDLED, keys), base_url=f"http://{HOST}") as client:
        yield client


@pytest.fixture
def let_in(client, keys):
    """A browser that has opened the address with the token."""
    assert client.get(f"/?token={keys.token}").status_code == 200
    return client


def refused(client, **headers):
    with pytest.raises(WebSocketDisconnect) as closed, client.websocket_connect(LIVE, headers=headers):
        pass
    return closed.value.code == 1008


def test_the_token_is_exchanged_for_a_cookie_that_no_script_and_no_other_site_has(client, keys):
    answer = client.get(f"/?token={keys.token}")
    assert answer.status_code == 200
    assert "<title>glassnet" in answer.text
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert keys.token not in cookie
    assert client.get("/app.js").status_code == 200


@pytest.mark.parametrize("path", ["/", "/app.js", "/?token=", "/?token=wrong", "/vendor/uplot.js"])
def test_without_the_token_nothing_is_handed_out(client, path):
    answer = client.get(path)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert "token" in answer.text


def test_who_comes_without_the_token_is_told_what_to_do(client):
    answer = client.get("/")
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    assert "printed address" in answer.text
    assert "unsafe" not in answer.headers["content-security-policy"]
    for name in re.findall(r'(?:href|src)="([^"]+)"', answer.text):
        assert client.get(f"/{name}").status_code == 200
    assert client.get("/app.js").headers["content-type"].startswith("text/plain")


def test_a_wrong_cookie_is_refused(client, keys):
    client.cookies.set(keys.cookie_name, "wrong")
    assert client.get("/").status_code == 403


def test_a_cookie_of_another_port_is_refused(let_in, keys):
    other = Keys(8461)
    with TestClient(server.build_app(BUNDLED, other), base_url="http://127.0.0.1:8461") as client:
        client.cookies.set(keys.cookie_name, keys.cookie)
        assert client.get("/").status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8460", "127.0.0.1", "127.0.0.1:80", ""])
def test_another_host_is_refused_even_with_the_token(let_in, keys, host):
    answer = let_in.get(f"/?token={keys.token}", headers={"host": host})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_web_socket_of_this_page_is_let_in(let_in):
    with let_in.websocket_connect(LIVE, headers=own()) as page:
        assert json.loads(page.receive_text())["kind"] == "welcome"


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://127.0.0.1:9999", "https://127.0.0.1:8460", "null"]
)
def test_a_web_socket_of_another_origin_is_refused(let_in, origin):
    assert refused(let_in, origin=origin)


def test_a_web_socket_without_origin_is_refused(let_in):
    assert refused(let_in)


def test_a_web_socket_without_cookie_is_refused_even_with_the_token(client, keys):
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(f"{LIVE}?token={keys.token}", headers=own()),
    ):
        pass


def test_a_web_socket_to_another_host_is_refused(let_in):
    assert refused(let_in, host="evil.example", origin="http://evil.example")


def test_every_answer_forbids_what_the_page_does_not_need(let_in):
    for path in ("/", "/app.js", "/nowhere"):
        headers = let_in.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"


def test_the_page_has_no_inline_script_and_asks_nothing_of_others():
    static = resources.files("glassnet.web") / "static"
    page = (static / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert re.findall(r"\son\w+=", page) == []
    for file in [*static.iterdir(), *(static / "views").iterdir()]:
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text) == [], file.name


@pytest.mark.parametrize(
    "path",
    [
        "/../server.py",
        "/%2e%2e/server.py",
        "/..%2fserver.py",
        "//etc/passwd",
        "/views/../../server.py",
        "/views",
    ],
)
def test_no_path_reaches_the_file_system(let_in, path):
    answer = let_in.get(path)
    assert answer.status_code == 404
    assert "Starlette" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_sent_but_over_the_web_socket(let_in, method):
    assert let_in.request(method, "/").status_code == 405


def test_nonsense_is_answered_with_an_error_and_the_page_lives_on(let_in):
    with let_in.websocket_connect(LIVE, headers=own()) as page:
        page.send_text("nonsense")
        page.send_text(json.dumps({"kind": "example", "example": 6}))
        kinds, frame = [], None
        while frame is None or frame["example"] != 6:
            message = json.loads(page.receive_text())
            kinds.append(message["kind"])
            if message["kind"] == "frame":
                frame = message
                page.send_text(json.dumps({"kind": "shown", "frame": frame["frame"]}))
    assert "error" in kinds


def closed_with(page):
    while True:
        message = page.receive()
        if message["type"] == "websocket.close":
            return message["code"]


def test_a_message_that_is_too_large_closes_the_page(let_in, monkeypatch):
    monkeypatch.setattr(server, "LARGEST_MESSAGE", 1000)
    with let_in.websocket_connect(LIVE, headers=own()) as page:
        page.send_text("x" * 1001)
        assert closed_with(page) == 1009


def next_of(page, kind):
    while True:
        message = json.loads(page.receive_text())
        if message["kind"] == kind:
            return message


def test_bytes_that_are_no_parcel_are_answered_with_an_error_and_the_page_lives_on(let_in):
    with let_in.websocket_connect(LIVE, headers=own()) as page:
        page.send_bytes(b"\x00")
        assert next_of(page, "error")["text"] == "parcel: expected a label and files"
        page.send_text(json.dumps({"kind": "check"}))
        assert next_of(page, "checked")["agrees"]


def test_a_parcel_that_is_too_large_closes_the_page(let_in, monkeypatch):
    monkeypatch.setattr(server, "LARGEST_PARCEL", 1000)
    with let_in.websocket_connect(LIVE, headers=own()) as page:
        page.send_bytes(b"x" * 1001)
        assert closed_with(page) == 1009


def test_a_parcel_is_taken_only_from_a_page_of_this_server(let_in):
    assert refused(let_in, origin="http://evil.example")
    for path in ("/", "/live"):
        assert let_in.post(path, content=b"x", headers=own()).status_code in (404, 405)


def test_too_many_pages_are_sent_away_and_a_closed_one_makes_room(let_in, monkeypatch):
    monkeypatch.setattr(server, "MOST_PAGES", 1)
    with let_in.websocket_connect(LIVE, headers=own()) as page:
        page.receive_text()
        with let_in.websocket_connect(LIVE, headers=own()) as second:
            assert closed_with(second) == 1013
    with let_in.websocket_connect(LIVE, headers=own()) as page:
        assert json.loads(page.receive_text())["kind"] == "welcome"


def test_the_server_listens_on_this_machine_only():
    with _listen(0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"


def test_a_port_in_use_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            PathError, match=rf"port {port}: Address already in use; choose another one with --port"
        ):
            _listen(port)


def test_secrets_are_new_at_every_start():
    assert len({Keys(1).token, Keys(1).token, Keys(1).cookie, Keys(1).cookie}) == 4
    assert len(Keys(1).token) >= 40


def test_a_session_that_breaks_closes_its_page(let_in, monkeypatch):
    monkeypatch.setattr("glassnet.web.session.Session.run", lambda _session: None)
    with let_in.websocket_connect(LIVE, headers=own()) as page:
        assert closed_with(page) == 1011
