"""Servers as another client sees and changes them, and the feeds that they fetch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from tests.servers import Server
from tests.sync.miniflux_server import Miniflux


class Shown(NamedTuple):
    """An article as the server has it."""

    read: bool
    starred: bool
    tags: frozenset[str]
    text: str


class Feeds:
    """Feeds on loopback: address of each → address of each article → its title and text."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.articles: dict[str, dict[str, tuple[str, str]]] = {}
        self.titles: dict[str, str] = {}

    def add(self, name: str, count: int) -> str:
        url = f"{self._server.url}/{name}"
        self.articles[url] = {}
        self.titles[url] = f"The {name.title()}"
        for number in range(count):
            self.write(url, f"Invented report {number:02}")
        return url

    def write(self, url: str, title: str) -> str:
        """Add an article; return its address."""
        articles = self.articles[url]
        address = f"https://{self.titles[url].split()[-1].lower()}.example/{len(articles):03}"
        articles[address] = title, "The harbour opens at noon."
        self._serve(url)
        return address

    def edit(self, url: str, address: str, text: str) -> None:
        title, _ = self.articles[url][address]
        self.articles[url][address] = title, text
        self._serve(url)

    def _serve(self, url: str) -> None:
        items = "".join(
            f"<item><link>{address}</link><guid>{address}</guid><title>{title}</title><description>{text}</description>"
            f"<pubDate>Tue, 01 Dec 2026 {number // 60:02}:{number % 60:02}:00 GMT</pubDate></item>"
            for number, (address, (title, text)) in enumerate(self.articles[url].items())
        )
        document = f"<rss version='2.0'><channel><title>{self.titles[url]}</title>{items}</channel></rss>"
        self._server.serve(url.removeprefix(self._server.url), document)


class OtherClient(Protocol):
    """What another client of the account can do. Feeds and articles are named by their addresses."""

    url: str
    kind: str
    user: str
    keeps_tags: bool
    shows_edits: bool
    """Whether each sync reads the texts of all these articles again."""
    feeds: Feeds

    def articles(self) -> Mapping[str, Shown]: ...
    def set_read(self, article: str, value: bool) -> None: ...
    def set_star(self, article: str, value: bool) -> None: ...
    def set_tag(self, article: str, tag: str, value: bool) -> None: ...
    def sources(self) -> Mapping[str, tuple[str, str]]:
        """Return the title and folder of each feed."""

    def rename(self, feed: str, title: str) -> None: ...
    def move(self, feed: str, folder: str) -> None: ...
    def subscribe(self, feed: str) -> None: ...
    def unsubscribe(self, feed: str) -> None: ...
    def refresh(self, feed: str) -> None:
        """Let the server fetch a feed, if it is subscribed to it."""

    def restart(self) -> None: ...


class MinifluxClient:
    kind = "miniflux"
    keeps_tags = False
    shows_edits = True

    def __init__(self, miniflux: Miniflux, user: str, feeds: Feeds) -> None:
        self.url, self.user, self.feeds = miniflux.url, user, feeds
        self._miniflux = miniflux

    def _request(self, method: str, path: str, json: Any = None) -> Any:
        return self._miniflux.request(method, path, json, self.user)

    def _entry(self, article: str) -> dict[str, Any]:
        return next(one for one in self._miniflux.entries(self.user) if one["url"] == article)

    def articles(self) -> Mapping[str, Shown]:
        return {
            one["url"]: Shown(one["status"] == "read", one["starred"], frozenset(), one["content"])
            for one in self._miniflux.entries(self.user)
        }

    def set_read(self, article: str, value: bool) -> None:
        self._miniflux.mark(self.user, [self._entry(article)["id"]], "read" if value else "unread")

    def set_star(self, article: str, value: bool) -> None:
        entry = self._entry(article)
        if entry["starred"] is not value:
            self._miniflux.toggle_star(self.user, entry["id"])

    def set_tag(self, article: str, tag: str, value: bool) -> None:
        raise NotImplementedError

    def sources(self) -> Mapping[str, tuple[str, str]]:
        default = min(one["id"] for one in self._request("GET", "/v1/categories"))
        return {
            one["feed_url"]: (one["title"], "" if one["category"]["id"] == default else one["category"]["title"])
            for one in self._request("GET", "/v1/feeds")
        }

    def _id(self, feed: str) -> int:
        return next((int(one["id"]) for one in self._request("GET", "/v1/feeds") if one["feed_url"] == feed), 0)

    def rename(self, feed: str, title: str) -> None:
        self._request("PUT", f"/v1/feeds/{self._id(feed)}", {"title": title})

    def move(self, feed: str, folder: str) -> None:
        categories = self._request("GET", "/v1/categories")
        id = next((one["id"] for one in categories if one["title"] == folder), 0)
        id = id or (self._request("POST", "/v1/categories", {"title": folder})["id"] if folder else categories[0]["id"])
        self._request("PUT", f"/v1/feeds/{self._id(feed)}", {"category_id": id})

    def subscribe(self, feed: str) -> None:
        self._miniflux.subscribe(feed, self.user)

    def unsubscribe(self, feed: str) -> None:
        self._request("DELETE", f"/v1/feeds/{self._id(feed)}")

    def refresh(self, feed: str) -> None:
        if id := self._id(feed):
            self._miniflux.refresh(id, self.user)

    def restart(self) -> None:
        self._miniflux.stop()
        self._miniflux.start()
