"""A server of Nextcloud News v1.3 on loopback."""

from __future__ import annotations

import json
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.sync.loopback_server import LoopbackServer

PASSWORD = "invented-password"
_API = "/index.php/apps/news/api/v1-3/"


@dataclass
class Item:
    id: int
    feed: int
    title: str
    url: str
    unread: bool = True
    starred: bool = False
    modified: int = 0
    body: str = "<p>The harbour opens at noon.</p>"


@dataclass
class Feed:
    id: int
    url: str
    title: str
    folder: int | None = None


class NextcloudServer(LoopbackServer):
    """A server with one account, whose state tests change as another client would."""

    def __init__(self) -> None:
        self.items: dict[int, Item] = {}
        self.feeds: dict[int, Feed] = {}
        self.folders: dict[int, str] = {}
        self.requests: list[str] = []
        self.cut_in = 0
        """The connection of this request, counted from now, is closed after the server acted; 0: none."""
        self._cut_again = ""
        self.on_subscribe: Callable[[Feed], None] = lambda feed: None
        """Gives a new feed its title and articles."""
        self._numbers = count(1)
        self._item_numbers = count(1)
        super().__init__()

    def add_feed(self, url: str, title: str, folder: int | None = None) -> Feed:
        id = next(self._numbers)
        self.feeds[id] = Feed(id, url, title, folder)
        return self.feeds[id]

    def remove_feed(self, id: int) -> None:
        """Remove a feed with its items."""
        del self.feeds[id]
        for item in [item.id for item in self.items.values() if item.feed == id]:
            del self.items[item]

    def add_item(self, feed: Feed, title: str, **changes: Any) -> Item:
        id = next(self._item_numbers)
        facts = {"url": f"https://gazette.example/{id}", "modified": _now()}
        self.items[id] = Item(id, feed.id, title, **{**facts, **changes})
        return self.items[id]

    def change(self, id: int, **changes: Any) -> None:
        """Change an item as another client would."""
        for name, value in changes.items():
            setattr(self.items[id], name, value)
        self.items[id].modified = _now()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        size = int(request.headers.get("Content-Length") or 0)
        body = json.loads(request.rfile.read(size) or b"{}")
        parts = urlsplit(request.path)
        path = parts.path.removeprefix(_API)
        self.requests.append(f"{request.command} {path}")
        expected = "Basic " + b64encode(f"huda:{PASSWORD}".encode()).decode()
        if request.headers.get("Authorization") != expected:
            status, reply = 401, {}
        else:
            status, reply = self._answer(request.command, path.split("/"), dict(parse_qsl(parts.query)), body)
        # HTTP clients repeat a GET whose kept-alive connection was closed: that one is cut, too.
        is_cut = self.cut_in == 1 or self._cut_again == request.path
        self.cut_in = max(self.cut_in - 1, 0)
        self._cut_again = request.path if is_cut and self._cut_again == "" and request.command == "GET" else ""
        if is_cut:
            request.close_connection = True
            return
        data = json.dumps(reply).encode()
        request.send_response(status)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    def _answer(self, method: str, path: list[str], query: dict[str, str], body: Any) -> tuple[int, Any]:
        match method, path:
            case "GET", ["version"]:
                return 200, {"version": "25.2.0"}
            case "GET", ["folders"]:
                return 200, {"folders": [{"id": id, "name": name} for id, name in self.folders.items()]}
            case "POST", ["folders"]:
                id = len(self.folders) + 1
                self.folders[id] = body["name"]
                return 200, {"folders": [{"id": id, "name": body["name"]}]}
            case "GET", ["feeds"]:
                return 200, {"feeds": [self._feed(feed) for feed in self.feeds.values()]}
            case "POST", ["feeds"]:
                if any(feed.url == body["url"] for feed in self.feeds.values()):
                    return 409, {"message": "exists"}
                feed = self.add_feed(body["url"], body["url"], body["folderId"])
                self.on_subscribe(feed)
                return 200, {"feeds": [self._feed(feed)]}
            case "DELETE", ["feeds", id]:
                if int(id) not in self.feeds:
                    return 404, {}
                self.remove_feed(int(id))
                return 200, []
            case "POST", ["feeds", id, "rename"]:
                self.feeds[int(id)].title = body["feedTitle"]
                return 200, []
            case "POST", ["feeds", id, "move"]:
                self.feeds[int(id)].folder = body["folderId"]
                return 200, []
            case "GET", ["items"]:
                offset, size = int(query["offset"]), int(query["batchSize"])
                found = sorted(
                    (one for one in self.items.values() if not offset or one.id < offset), key=lambda one: -one.id
                )
                return 200, {"items": [self._item(one) for one in found[:size]]}
            case "GET", ["items", "updated"]:
                since = int(query["lastModified"])
                return 200, {"items": [self._item(one) for one in self.items.values() if one.modified >= since]}
            case "POST", ["items", action, "multiple"]:
                name, value = {
                    "read": ("unread", False), "unread": ("unread", True),
                    "star": ("starred", True), "unstar": ("starred", False),
                }[action]  # fmt: skip
                if len(body["itemIds"]) > 1_000:
                    return 413, {}
                for id in body["itemIds"]:
                    if id in self.items:
                        self.change(id, **{name: value})
                return 200, []
        return 404, {}

    def _feed(self, feed: Feed) -> dict[str, Any]:
        return {"id": feed.id, "url": feed.url, "title": feed.title, "link": None, "folderId": feed.folder}

    def _item(self, one: Item) -> dict[str, Any]:
        return {
            "id": one.id,
            "guid": one.url,
            "guidHash": "unused",
            "url": one.url,
            "title": one.title,
            "author": None,
            "pubDate": 1_790_000_000,
            "body": one.body,
            "enclosureMime": None,
            "enclosureLink": None,
            "feedId": one.feed,
            "unread": one.unread,
            "starred": one.starred,
            "lastModified": one.modified,
        }


def _now() -> int:
    return int(time.time())
