"""Servers of accounts that return nonsense, by accident or on purpose."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from tests.sync.homes import Home, now
from tests.sync.loopback_server import LoopbackServer
from tests.sync.nextcloud_server import PASSWORD, NextcloudServer

from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state

Reply = tuple[int, dict[str, str], bytes]


class HostileServer(LoopbackServer):
    """Replies to each request whose path has a known start by a function of its path with the query."""

    def __init__(self) -> None:
        self.replies: dict[str, Callable[[str], Any]] = {}
        self.requests: list[str] = []
        self.most_requests = 2_000
        super().__init__()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
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
def test_sync_ignores_an_impossible_date(home: Home, miniflux_like: HostileServer, date: str) -> None:
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


def test_pages_before_a_failure_are_kept_and_not_read_again(home: Home, miniflux_like: HostileServer) -> None:
    def page(path: str) -> Any:
        if "after_entry_id" in path:
            return 500, {}, b""
        return {"total": 300, "entries": [entry(id) for id in range(1, 251)]}

    miniflux_like.replies["/v1/entries"] = page
    home.sync()
    assert len(home.titles()) == 250
    miniflux_like.requests.clear()
    home.sync()
    assert "after_entry_id=250" in next(one for one in miniflux_like.requests if "/v1/entries" in one)


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


def test_names_with_repeated_blanks_are_not_changed_on_the_server(home: Home, miniflux_like: HostileServer) -> None:
    miniflux_like.replies["/v1/categories"] = lambda _: [{"id": 1, "title": "All"}, {"id": 2, "title": "Daily  news/"}]
    feed = {"id": 1, "feed_url": "https://gazette.example/feed", "title": "The  Gazette\n"}
    miniflux_like.replies["/v1/feeds"] = lambda _: [feed | {"category": {"id": 2, "title": "Daily  news/"}}]
    for _ in range(3):
        home.sync()
        assert home.account.error == ""
    (source,) = subscriptions.list_all(home.db)
    assert (source.label, source.folder) == ("The Gazette", "Daily news")
    assert not [request for request in miniflux_like.requests if not request.startswith("GET")]


@pytest.mark.parametrize("address", ["file:///etc/passwd", "/etc/passwd", "ftp://gazette.example/feed", "\x1b[2J"])
def test_address_that_is_not_on_the_web_is_not_subscribed_to(
    home: Home, miniflux_like: HostileServer, address: str
) -> None:
    miniflux_like.replies["/v1/feeds"] = lambda _: [{"id": 1, "feed_url": address, "title": "\x1b[2JEvil\u202e"}]
    home.sync()
    assert subscriptions.list_all(home.db) == []
    assert home.warnings == ["“[2JEvil” is not added: the server sent no public address for it."]


def test_article_keeps_its_text_and_marks_when_its_id_is_given_to_another(
    home: Home, miniflux_like: HostileServer
) -> None:
    old, new = entry(1, "Old report", hash="a" * 64), entry(1, "New report", hash="b" * 64, url="https://b.example/")
    miniflux_like.replies["/v1/entries"] = lambda _: {"total": 1, "entries": [old]}
    home.sync()
    miniflux_like.replies["/v1/entries"] = lambda _: {"total": 1, "entries": [new | {"status": "read"}]}
    home.sync()
    home.sync()
    assert home.titles() == ["New report", "Old report"]
    assert home.titles("s.read_at IS NOT NULL") == ["New report"]


def test_feeds_stay_the_same_sources_when_the_server_numbers_them_anew(
    home: Home, miniflux_like: HostileServer
) -> None:
    def feeds(*names: str) -> list[dict[str, Any]]:
        return [{"id": id, "feed_url": f"https://{name}.example/feed", "title": name} for id, name in enumerate(names)]

    miniflux_like.replies["/v1/entries"] = lambda _: {"total": 0, "entries": []}
    miniflux_like.replies["/v1/feeds"] = lambda _: feeds("gazette", "courier", "herald")
    home.sync()
    before = {source.url: source.label for source in subscriptions.list_all(home.db)}
    subscriptions.remove(home.db, min(one.id for one in subscriptions.list_all(home.db)), now())
    miniflux_like.replies["/v1/feeds/2"] = lambda _: (204, {}, b"")
    miniflux_like.replies["/v1/feeds"] = lambda _: feeds("courier", "herald", "gazette")
    home.sync()
    after = {source.url: source.label for source in subscriptions.list_all(home.db)}
    assert after.items() < before.items()
    assert [request for request in miniflux_like.requests if request.startswith("DELETE")] == ["DELETE /v1/feeds/2"]


def test_removal_here_removes_no_other_feed_that_has_the_id_now(home: Home, miniflux_like: HostileServer) -> None:
    feed = {"id": 1, "feed_url": "https://gazette.example/feed", "title": "The Gazette"}
    miniflux_like.replies["/v1/feeds"] = lambda _: [feed]
    home.sync()
    (source,) = subscriptions.list_all(home.db)
    subscriptions.remove(home.db, source.id, now())
    other = feed | {"feed_url": "https://courier.example/feed", "title": "The Courier"}
    miniflux_like.replies["/v1/feeds"] = lambda _: [other]
    home.sync()
    assert [one.label for one in subscriptions.list_all(home.db)] == ["The Courier"]
    assert not [request for request in miniflux_like.requests if request.startswith("DELETE")]


def test_removal_here_ends_when_the_server_has_no_such_feed_any_more(home: Home, miniflux_like: HostileServer) -> None:
    home.sync()
    (source,) = subscriptions.list_all(home.db)
    subscriptions.remove(home.db, source.id, now())
    miniflux_like.replies["/v1/feeds/1"] = lambda _: (404, {}, b"")
    home.sync()
    assert not [event for event in home.events if event["event"] == "warning"]
    miniflux_like.replies["/v1/feeds"] = lambda _: []
    home.sync()
    assert miniflux_like.requests.count("DELETE /v1/feeds/1") == 1


LABEL = "user/-/label/"


@pytest.fixture
def reader_like() -> Iterator[HostileServer]:
    one = HostileServer()
    api = "/reader/api/0/"
    one.replies = {
        "/accounts/ClientLogin": lambda _: b"Auth=session-key\n",
        f"{api}token": lambda _: b"token",
        f"{api}tag/list": lambda _: {"tags": []},
        f"{api}subscription/list": lambda _: {
            "subscriptions": [{"id": "feed/1", "title": "The Gazette", "url": "https://gazette.example/feed"}]
        },
        f"{api}stream/items/ids": lambda _: {"itemRefs": [{"id": "1"}]},
        f"{api}stream/items/contents": lambda _: {
            "items": [{"id": "1", "title": "Invented report", "origin": {"streamId": "feed/1"}}]
        },
    }
    yield one
    one.stop()


@pytest.fixture
def reader_home(reader_like: HostileServer, tmp_path: Path) -> Iterator[Home]:
    one = Home(tmp_path / "home", reader_like.url, "huda", PASSWORD, "google-reader")
    yield one
    one.db.close()


def test_sync_ignores_a_quota_that_is_not_a_number(reader_home: Home, reader_like: HostileServer) -> None:
    headers = {"X-Reader-Zone1-Usage": "9" * 5_000, "X-Reader-Zone1-Limit": "9" * 5_000}
    reader_like.replies["/reader/api/0/token"] = lambda _: (200, headers, b"token")
    reader_home.sync()
    assert reader_home.account.error == ""


def test_labels_that_cannot_be_tags_stay_on_the_server(reader_home: Home, reader_like: HostileServer) -> None:
    labels = ["harbor", "\x1b[2J", "a\u202eb", "x" * 100_000, "a\nb"]
    contents = {"id": "1", "title": "Invented report", "origin": {"streamId": "feed/1"}}
    contents["categories"] = [f"{LABEL}{label}" for label in labels]
    reader_like.replies["/reader/api/0/tag/list"] = lambda _: {"tags": [{"id": f"{LABEL}{one}"} for one in labels]}
    reader_like.replies["/reader/api/0/stream/items/contents"] = lambda _: {"items": [contents]}
    reader_home.sync()
    assert reader_home.account.error == ""
    assert reader_home.db.execute("SELECT name FROM tag").fetchall() == [("harbor",)]


def test_pending_change_stays_when_the_server_returns_no_articles_for_a_while(
    reader_home: Home, reader_like: HostileServer
) -> None:
    starred = {"id": "1", "title": "Invented report", "origin": {"streamId": "feed/1"}}
    starred["categories"] = ["user/-/state/com.google/starred"]
    reader_like.replies["/reader/api/0/stream/items/contents"] = lambda _: {"items": [starred]}
    good = dict(reader_like.replies)
    reader_home.sync()
    article_state.mark(reader_home.db, reader_home.ids_of(["Invented report"]), now(), starred=False)
    reader_like.replies |= {
        "/reader/api/0/stream/items": lambda _: {},
        "/reader/api/0/edit-tag": lambda _: (500, {}, b""),
    }
    del (
        reader_like.replies["/reader/api/0/stream/items/ids"],
        reader_like.replies["/reader/api/0/stream/items/contents"],
    )
    reader_home.sync()
    assert reader_home.account.pending == 1
    reader_like.replies = good | {"/reader/api/0/edit-tag": lambda _: b"OK"}
    reader_home.sync()
    assert reader_home.account.pending == 0
    assert reader_like.requests.count("POST /reader/api/0/edit-tag") == 2


def test_reply_that_decompresses_to_a_large_one_is_not_read(home: Home, miniflux_like: HostileServer) -> None:
    bomb = gzip.compress(b'{"total":1,"entries":[],"x":[' + b"{}," * 17_000_000 + b"0]}", 1)
    assert len(bomb) < 1_000_000
    miniflux_like.replies["/v1/entries"] = lambda _: (200, {"Content-Encoding": "gzip"}, bomb)
    home.sync()
    message = "huda@127.0.0.1 is larger than 50 MB and was not read. Limit: [refresh] max_bytes."
    assert home.account.error == message
