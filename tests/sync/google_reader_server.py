"""A server of the Google Reader API on loopback, with a switch for each thing that real servers do differently."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.sync.loopback_server import LoopbackServer

PASSWORD = "invented-password"
_STATE = "user/-/state/com.google/"


@dataclass(frozen=True)
class Switches:
    """What a server does. `name` decides how a client recognizes it."""

    name: str
    version: str = ""
    path: str = ""
    toggles: bool = False
    offset_paging: bool = False
    inclusive_continuation: bool = False
    labels: bool = True
    id_form: str = "decimal"
    page_cap: int = 7
    """Small, so that tests have many pages."""
    default_folder: str = ""
    token_in_header_only: bool = False
    token_for_reading: bool = False
    """Whether a request for articles needs the write token, too."""
    refuses_missing: bool = False
    """Whether a request for articles that are all missing is answered with 400."""
    enclosure_key: str = "href"
    ignores_continuation: bool = False
    has_continuation: bool = True
    app_id: str = ""
    quota: int = 0


_MINIFLUX = Switches(
    "Miniflux", "2.2.6", toggles=True, offset_paging=True, labels=False, default_folder="All", token_for_reading=True,
    refuses_missing=True, enclosure_key="url",
)  # fmt: skip
PRESETS = {
    "Miniflux 2.2.6": _MINIFLUX,
    "Miniflux 2.3": replace(_MINIFLUX, version="2.3.1", toggles=False),
    "FreshRSS": Switches(
        "FreshRSS", path="/api/greader.php", inclusive_continuation=True, default_folder="Uncategorized",
        token_in_header_only=True,
    ),
    "another": Switches("another"),
    "24 digits": Switches("another", id_form="24 digits", labels=True),
    "long ids": Switches("another", id_form="long"),
}  # fmt: skip
HOSTED = {
    "The Old Reader": Switches("The Old Reader", labels=False, id_form="24 digits"),
    "BazQux Reader": Switches("BazQux Reader"),
    "Inoreader": Switches("Inoreader", id_form="long", app_id="1000001"),
}
"""Servers that are recognized by their host: a test must give that of the fake their name."""


@dataclass
class Article:
    number: int
    feed: str
    title: str
    url: str
    html: str
    read: bool = False
    starred: bool = False
    labels: set[str] = field(default_factory=set)
    files: tuple[str, ...] = ()


@dataclass
class Feed:
    id: str
    url: str
    title: str
    folder: str = ""


class GoogleReaderServer(LoopbackServer):
    """A server with one account. Change `articles` and `feeds` as another client would."""

    def __init__(self, switches: Switches) -> None:
        self.switches = switches
        self.articles: dict[int, Article] = {}
        self.feeds: dict[str, Feed] = {}
        self.requests: list[str] = []
        self.broken_rules: list[str] = []
        self.cut_in = 0
        """The connection of this request, counted from now, is closed without a reply; 0: none."""
        self.cut_after = False
        """Whether the server does first what that request asks for."""
        self.token = "token-1"
        self.logins = 0
        self.between_pages: Callable[[], None] = lambda: None
        """Called before each page of a list but the first."""
        self.cut_path, self.cut_path_in = "", 0
        """The request of this path is cut as by `cut_in`, counted from now."""
        self.on_request: Callable[[str], None] = lambda path: None
        """Called with the path before each request is answered."""
        self._cut_again = ""
        self.on_subscribe: Callable[[Feed], None] = lambda feed: None
        """Gives a new feed its title and articles."""
        self._numbers = count(1)
        self._article_numbers = count()
        self._lock = threading.Lock()
        super().__init__(switches.path)

    def add_feed(self, url: str, title: str, folder: str = "") -> Feed:
        feed = Feed(f"feed/{next(self._numbers)}", url, title, folder)
        self.feeds[feed.id] = feed
        return feed

    def remove_feed(self, id: str) -> None:
        """Remove a feed with its articles."""
        del self.feeds[id]
        for number in [number for number, one in self.articles.items() if one.feed == id]:
            del self.articles[number]

    def add_article(self, feed: Feed, title: str, **changes: Any) -> Article:
        place = next(self._article_numbers)
        number = 1_000_000_007 * (place + 1) - (1 << 62) * (place % 2)
        facts = {"url": f"https://gazette.example/{place}", "html": "<p>The harbour opens at noon.</p>"}
        article = Article(number, feed.id, title, **{**facts, **changes})
        self.articles[number] = article
        return article

    # Requests.

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        size = int(request.headers.get("Content-Length") or 0)
        form = parse_qsl(request.rfile.read(size).decode(), keep_blank_values=True)
        parts = urlsplit(request.path)
        query = parse_qsl(parts.query, keep_blank_values=True)
        path = parts.path.removeprefix(self.switches.path)
        with self._lock:
            self.requests.append(f"{request.command} {path}")
            self.on_request(path)
            if self.cut_path == path:
                self.cut_path_in -= 1
                self.cut_in = int(self.cut_path_in == 0)
            # HTTP clients repeat a GET whose kept-alive connection was closed: that one is cut, too.
            is_cut = self.cut_in == 1 or self._cut_again == request.path
            self.cut_in = max(self.cut_in - 1, 0)
            self._cut_again = request.path if is_cut and self._cut_again == "" and request.command == "GET" else ""
            if is_cut and not self.cut_after:
                request.close_connection = True
                return
            try:
                status, body = self._answer(path, query, form, request.headers)
            except KeyError as missing:
                status, body = 400, f"missing {missing}"
            if is_cut:
                request.close_connection = True
                return
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        request.send_response(status)
        if self.switches.quota:
            request.send_header("X-Reader-Zone1-Usage", str(len(self.requests)))
            request.send_header("X-Reader-Zone1-Limit", str(self.switches.quota))
            request.send_header("X-Reader-Limits-Reset-After", "1800.0")
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    def _answer(
        self, path: str, query: list[tuple[str, str]], form: list[tuple[str, str]], headers: Any
    ) -> tuple[int, Any]:
        if path == "/version":
            return (200, self.switches.version) if self.switches.version else (404, "")
        if path == "/accounts/ClientLogin":
            if dict(form).get("Passwd") != PASSWORD:
                return 401, "Error=BadAuthentication"
            self.logins += 1
            return 200, f"SID=none\nLSID=none\nAuth=auth-{self.logins}\n"
        if headers.get("Authorization") != f"GoogleLogin auth=auth-{self.logins}":
            return 401, "Unauthorized"
        if self.switches.app_id and headers.get("AppId") != self.switches.app_id:
            return 403, "AppId required"
        values = dict([*query, *form])
        self._check_rules(query, form, headers)
        match path.removeprefix("/reader/api/0/"):
            case "token":
                return 200, "" if self.switches.token_in_header_only else self.token
            case "tag/list":
                return 200, {"tags": self._tag_list()}
            case "subscription/list":
                return 200, {"subscriptions": [self._subscription(feed) for feed in self.feeds.values()]}
            case "stream/items/ids":
                return self._ids(values)
            case "stream/items/contents":
                if self.switches.token_for_reading and not self._token_is_valid(values):
                    return 401, "Unauthorized"
                chosen = {self._number(id) for name, id in form if name == "i"}
                items = [self._item(one) for number, one in self.articles.items() if number in chosen]
                return (200, {"items": items}) if items or not self.switches.refuses_missing else (400, "no items")
            case "edit-tag":
                return self._edit_tag(form, values)
            case "subscription/edit":
                return self._edit_subscription(values)
        return 404, ""

    def _check_rules(self, query: list[tuple[str, str]], form: list[tuple[str, str]], headers: Any) -> None:
        names = [name for name, _ in (*query, *form)]
        values = dict([*query, *form])
        broken = {
            "ot or nt": "ot" in names or "nt" in names,
            "the stream of read articles": values.get("s", "").endswith("/read"),
            "feed by feed": values.get("s", "").startswith("feed/") and "ac" not in names,
            "two a or r": "i" in names and names.count("a") + names.count("r") > 1,
            "too many ids": names.count("i") > 1_000,
            "T in the body or the header only": bool(form) and values.get("T", "") != (headers.get("T") or ""),
            "a short id": any(name == "i" and not id.startswith("tag:google.com,2005:") for name, id in form),
        }
        self.broken_rules += (rule for rule, is_broken in broken.items() if is_broken)

    def _token_is_valid(self, values: dict[str, str]) -> bool:
        return self.switches.token_in_header_only or values.get("T") == self.token

    def _edit_tag(self, form: list[tuple[str, str]], values: dict[str, str]) -> tuple[int, str]:
        if not self._token_is_valid(values):
            return 401, "X-Reader-Google-Bad-Token"
        on = "a" in values
        name = values["a"] if on else values["r"]
        for id in [value for key, value in form if key == "i"]:
            article = self.articles.get(self._number(id))
            if article is None:
                continue
            if name == f"{_STATE}read":
                article.read = not article.read if self.switches.toggles and on else on
            elif name == f"{_STATE}starred":
                article.starred = not article.starred if self.switches.toggles and on else on
            elif not self.switches.labels:
                return 500, "labels are not supported"
            else:
                (article.labels.add if on else article.labels.discard)(name.removeprefix("user/-/label/"))
        return 200, "OK"

    def _edit_subscription(self, values: dict[str, str]) -> tuple[int, str]:
        if not self._token_is_valid(values):
            return 401, "X-Reader-Google-Bad-Token"
        stream, label = values["s"], values.get("a", "").removeprefix("user/-/label/")
        if values["ac"] == "subscribe":
            url = stream.removeprefix("feed/")
            existing = next((one for one in self.feeds.values() if one.url == url), None)
            feed = existing or self.add_feed(url, url)
            if existing is None:
                self.on_subscribe(feed)
        elif stream not in self.feeds:
            return 404, ""
        elif values["ac"] == "unsubscribe":
            self.remove_feed(stream)
            return 200, "OK"
        else:
            feed = self.feeds[stream]
        feed.title = values.get("t") or feed.title
        if label:
            feed.folder = "" if label == self.switches.default_folder else label
        elif "r" in values:
            feed.folder = ""
        return 200, "OK"

    def _ids(self, values: dict[str, str]) -> tuple[int, Any]:
        stream, excluded = values["s"], values.get("xt", "")
        if "c" in values:
            self.between_pages()
        newest = [*reversed(self.articles.values())]
        if stream.startswith("user/-/label/") and not self.switches.labels:
            return 500, ""
        chosen = [
            one
            for one in newest
            if not (excluded and one.read)
            and (stream != f"{_STATE}starred" or one.starred)
            and (not stream.startswith("user/-/label/") or stream.removeprefix("user/-/label/") in one.labels)
        ]
        size = min(int(values.get("n", 20)), self.switches.page_cap)
        start = 0
        if "c" in values and not self.switches.ignores_continuation:
            start = int(values["c"])
            if not self.switches.offset_paging:
                # The last id of the page before: the first article from there on is left out, whichever it is now
                # (inclusive), or only articles after it are listed.
                places = {one.number: place for place, one in enumerate(newest)}
                place = places.get(start, -1)
                is_inclusive = self.switches.inclusive_continuation
                before = sum(places[one.number] < place + (not is_inclusive) for one in chosen)
                start = before + is_inclusive
        page = chosen[start : start + size]
        found: dict[str, Any] = {"itemRefs": [{"id": self._ref(one.number)} for one in page]}
        has_more = start + size < len(chosen) or (self.switches.inclusive_continuation and len(page) == size)
        if has_more and page and self.switches.has_continuation:
            found["continuation"] = str(start + size) if self.switches.offset_paging else str(page[-1].number)
        return 200, found

    def _ref(self, number: int) -> str:
        if self.switches.id_form == "24 digits":
            return f"tag:google.com,2005:reader/item/{number & (1 << 64) - 1:024x}"
        if self.switches.id_form == "long":
            return f"tag:google.com,2005:reader/item/{number & (1 << 64) - 1:016x}"
        return str(number)

    def _number(self, id: str) -> int:
        number = int(id.rsplit("/", 1)[-1], 16)
        return number - (1 << 64) if number >= 1 << 63 else number

    def _item(self, one: Article) -> dict[str, Any]:
        states = [f"{_STATE}reading-list", *([f"{_STATE}read"] * one.read), *([f"{_STATE}starred"] * one.starred)]
        labels = [f"user/-/label/{label}" for label in sorted(one.labels)]
        digits = 24 if self.switches.id_form == "24 digits" else 16
        return {
            "id": f"tag:google.com,2005:reader/item/{one.number & (1 << 64) - 1:0{digits}x}",
            "title": one.title,
            "published": 1_790_000_000,
            "canonical": [{"href": one.url}],
            "summary": {"content": one.html},
            "enclosure": [{self.switches.enclosure_key: file, "type": "audio/mpeg"} for file in one.files],
            "origin": {"streamId": one.feed},
            "categories": [*states, *labels],
        }

    def _tag_list(self) -> list[dict[str, str]]:
        labels = sorted(set().union(*(one.labels for one in self.articles.values())))
        folders = sorted({feed.folder for feed in self.feeds.values()} - {""})
        return [
            {"id": f"{_STATE}starred"},
            *({"id": f"user/-/label/{name}", "type": "folder"} for name in folders),
            *({"id": f"user/-/label/{name}", "type": "tag"} for name in labels),
        ]

    def _subscription(self, feed: Feed) -> dict[str, Any]:
        folder = feed.folder or self.switches.default_folder
        categories = [{"id": f"user/-/label/{folder}", "label": folder}] if folder else []
        return {"id": feed.id, "title": feed.title, "url": feed.url, "htmlUrl": "", "categories": categories}
