"""Servers of accounts that return nonsense, by accident or on purpose."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.sync.homes import Home
from tests.sync.nextcloud_server import PASSWORD, NextcloudServer

Reply = tuple[int, dict[str, str], bytes]


class HostileServer:
    """Replies to each request whose path has a known start by a function of its path with the query."""

    def __init__(self) -> None:
        self.replies: dict[str, Callable[[str], Any]] = {}
        self.requests: list[str] = []
        self.most_requests = 2_000
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def handle_request(self) -> None:
                outer._handle(self)

            do_GET = do_POST = do_PUT = do_DELETE = handle_request

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handle(self, request: BaseHTTPRequestHandler) -> None:
        request.rfile.read(int(request.headers.get("Content-Length") or 0))
        self.requests.append(f"{request.command} {request.path}")
        matching = [start for start in self.replies if request.path.startswith(start)]
        reply = self.replies[max(matching, key=len)](request.path) if matching else (404, {}, b"")
        if len(self.requests) > self.most_requests:
            reply = 500, {}, b""
        status, headers, body = reply if isinstance(reply, tuple) else (200, {}, reply)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request.send_response_only(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(data)


def entry(id: Any, title: str = "Invented report", **changes: Any) -> dict[str, Any]:
    facts = {"id": id, "feed_id": 1, "status": "unread", "starred": False, "title": title, "content": "<p>Text</p>"}
    return {**facts, "url": f"https://gazette.example/{id}", "published_at": "2026-01-02T03:04:05Z", **changes}


@pytest.fixture
def miniflux_like() -> Iterator[HostileServer]:
    one = HostileServer()
    one.replies = {
        "/v1/me": lambda _: {"id": 1},
        "/v1/version": lambda _: {"version": "2.2.6"},
        "/v1/categories": lambda _: [{"id": 1, "title": "All"}],
        "/v1/feeds": lambda _: [{"id": 1, "feed_url": "https://gazette.example/feed", "title": "The Gazette"}],
        "/v1/entries": lambda _: {"total": 1, "entries": [entry(1)]},
    }
    yield one
    one.stop()


@pytest.fixture
def home(miniflux_like: HostileServer, tmp_path: Path) -> Iterator[Home]:
    one = Home(tmp_path / "home", miniflux_like.url, "huda", PASSWORD)
    yield one
    one.db.close()


NESTED = b'{"x":' + b"[" * 200_000 + b"]" * 200_000 + b"}"


@pytest.mark.parametrize("path", ["/v1/version", "/v1/entries"])
def test_sync_fails_with_a_message_when_a_reply_is_deeply_nested(
    home: Home, miniflux_like: HostileServer, path: str
) -> None:
    miniflux_like.replies[path] = lambda _: NESTED
    home.sync()
    assert home.account.error == "huda@127.0.0.1 sent a reply that is not understood."


@pytest.mark.parametrize(
    "date", ["Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Mon, 01 Jan 2026 00:00 +9999999999999"]
)
def test_sync_ignores_a_date_that_no_clock_has(home: Home, miniflux_like: HostileServer, date: str) -> None:
    miniflux_like.replies["/v1/entries"] = lambda _: (200, {"Date": date}, {"total": 1, "entries": [entry(1)]})
    home.sync()
    assert home.account.error == ""
    assert home.titles() == ["Invented report"]


@pytest.mark.parametrize("id", [lambda number: number, lambda number: -number], ids=["same", "negative"])
def test_sync_ends_when_the_server_repeats_a_page(
    home: Home, miniflux_like: HostileServer, id: Callable[[int], int]
) -> None:
    page = {"total": 250, "entries": [entry(id(number)) for number in range(250)]}
    miniflux_like.replies["/v1/entries"] = lambda _: page
    home.sync()
    assert home.account.error == "huda@127.0.0.1 sent a reply that is not understood."
    assert len(miniflux_like.requests) < 10


def test_sync_ends_when_nextcloud_repeats_a_page(tmp_path: Path) -> None:
    cloud = NextcloudServer()
    feed = cloud.add_feed("https://gazette.example/feed", "The Gazette")
    for number in range(300):
        cloud.add_item(feed, f"Invented report {number}")
    home = Home(tmp_path / "home", cloud.url, "huda", PASSWORD, "nextcloud")
    answer = cloud._answer

    def first_page(method: str, path: list[str], query: dict[str, str], body: Any) -> tuple[int, Any]:
        return answer(method, path, {**query, "offset": "0"}, body)

    cloud._answer = first_page  # type: ignore[method-assign]
    home.sync()
    assert home.account.error == "huda@127.0.0.1 sent a reply that is not understood."
    assert len(cloud.requests) < 20
    home.db.close()
    cloud.stop()


def test_changes_are_listed_again_after_the_clock_of_the_server_was_wrong(
    home: Home, miniflux_like: HostileServer
) -> None:
    date = ["Fri, 01 Jan 2100 00:00:00 GMT"]
    articles: list[dict[str, Any]] = []

    def changes(path: str) -> Any:
        is_later = "changed_after=41" in path  # in 2100
        found = [] if is_later or "desc" in path else articles
        return 200, {"Date": date[0]}, {"total": len(found), "entries": found}

    miniflux_like.replies["/v1/entries"] = changes
    home.sync()
    date[0] = "Thu, 01 Jan 2026 00:00:00 GMT"
    articles.append(entry(1))
    home.sync()
    home.sync()
    assert home.titles() == ["Invented report"]


def test_version_of_the_server_is_shown_without_control_characters(home: Home, miniflux_like: HostileServer) -> None:
    miniflux_like.replies["/v1/version"] = lambda _: {"version": "\x1b[2J\u202e2.2.6" + "9" * 1_000_000}
    home.sync()
    assert home.account.server == "Miniflux [2J2.2.6" + "9" * 32
