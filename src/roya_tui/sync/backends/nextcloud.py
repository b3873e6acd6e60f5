"""Nextcloud News by its API v1.3 (https://nextcloud.github.io/news/api/api-v1-3/)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Sequence

from msgspec import Struct

from roya_tui.model import Change, Enclosure, RemoteEntry, Subscription
from roya_tui.sync.connection import Connection, Form, Reply, following_time, server_time, version_label
from roya_tui.sync.protocol import Capabilities, ChangePage, IdLists, SendResult, SyncError, batches

_API = "/index.php/apps/news/api/v1-3"
_PAGE = 250
_LATEST = 100
_SENT_AT_ONCE = 1_000
_ALL_FEEDS = "3"
"""Value of `type`."""


class _Version(Struct, frozen=True):
    version: str


class _Folder(Struct, frozen=True):
    id: int
    name: str


class _Folders(Struct, frozen=True):
    folders: list[_Folder] = []


class _Feed(Struct, frozen=True):
    id: int
    url: str = ""
    title: str | None = ""
    link: str | None = ""
    folderId: int | None = None


class _Feeds(Struct, frozen=True):
    feeds: list[_Feed] = []


class _Item(Struct, frozen=True):
    id: int
    feedId: int
    unread: bool
    starred: bool
    guid: str | None = ""
    url: str | None = ""
    title: str | None = ""
    author: str | None = ""
    pubDate: int | None = None
    updatedDate: int | None = None
    body: str | None = ""
    enclosureMime: str | None = None
    enclosureLink: str | None = None
    lastModified: int | str = 0


class _Items(Struct, frozen=True):
    items: list[_Item] = []


class Nextcloud:
    """An account of Nextcloud News. Your tags are not sent: the server has none."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._folders: list[_Folder] = []

    async def capabilities(self) -> Capabilities:
        reply = await self._connection.send("GET", f"{_API}/version")
        version = version_label(self._connection.decode(reply, _Version).version)
        return Capabilities(f"Nextcloud News {version}")

    # Subscriptions.

    async def subscriptions(self) -> Sequence[Subscription]:
        await self._load_folders()
        names = {folder.id: folder.name for folder in self._folders}
        return [
            Subscription(
                str(feed.id), feed.url, feed.title or feed.url, names.get(feed.folderId or 0, ""), feed.link or ""
            )
            for feed in await self._feeds()
        ]

    async def add_subscription(self, url: str, title: str, folder: str) -> Subscription:
        body = {"url": url, "folderId": await self._folder_id(folder)}
        try:
            await self._connection.send("POST", f"{_API}/feeds", json=body)
        except SyncError as error:
            if error.status != 409:  # it exists already
                raise
        added = next((one for one in await self.subscriptions() if one.url == url), None)
        if added is None:
            raise self._connection.not_added(url)
        return added

    async def edit_subscription(self, subscription: Subscription, title: str, folder: str) -> None:
        feed = f"{_API}/feeds/{subscription.remote_id}"
        if title != subscription.title:
            await self._connection.send("POST", f"{feed}/rename", json={"feedTitle": title})
        if folder != subscription.folder:
            await self._connection.send("POST", f"{feed}/move", json={"folderId": await self._folder_id(folder)})

    async def remove_subscription(self, subscription: Subscription) -> None:
        await self._connection.send("DELETE", f"{_API}/feeds/{subscription.remote_id}")

    async def _load_folders(self) -> None:
        reply = await self._connection.send("GET", f"{_API}/folders")
        self._folders = self._connection.decode(reply, _Folders).folders

    async def _folder_id(self, name: str) -> int | None:
        if not name:
            return None
        existing = next((folder.id for folder in self._folders if folder.name == name), None)
        if existing is not None:
            return existing
        reply = await self._connection.send("POST", f"{_API}/folders", json={"name": name})
        self._folders += self._connection.decode(reply, _Folders).folders
        return next((folder.id for folder in self._folders if folder.name == name), None)

    async def _feeds(self) -> list[_Feed]:
        return self._connection.decode(await self._connection.send("GET", f"{_API}/feeds"), _Feeds).feeds

    # Articles.

    async def ids(self, known: Collection[str]) -> IdLists | None:
        return None

    async def changes(self, cursor: str) -> AsyncIterator[ChangePage]:
        """Yield all articles by id first, then what changed. The cursor is "ID START" or "START" in UTC seconds."""
        parts = [int(part) if part.isdecimal() and len(part) < 16 else 0 for part in cursor.split()]
        if len(parts) == 1 and parts[0]:
            query = [("lastModified", str(parts[0])), ("type", _ALL_FEEDS), ("id", "0")]
            reply, items = await self._list("items/updated", query)
            following = following_time(server_time(reply), parts[0])
            yield ChangePage(_convert(items), str(following), len(items))
            return
        last, started = parts if len(parts) == 2 else (0, 0)
        while True:
            query = [("type", _ALL_FEEDS), ("id", "0"), ("getRead", "true"), ("batchSize", str(_PAGE))]
            reply, items = await self._list("items", [*query, ("offset", str(last))])
            started = started or server_time(reply)
            lowest = min((item.id for item in items), default=0)
            is_last = len(items) < _PAGE
            if not is_last and not 0 < lowest < (last or lowest + 1):  # the next page would be this one again
                raise self._connection.not_understood()
            last = lowest
            yield ChangePage(_convert(items), str(following_time(started, 0)) if is_last else f"{last} {started}")
            if is_last:
                return

    async def entries(self, ids: Sequence[str]) -> Sequence[RemoteEntry]:
        return ()

    async def latest_entries(self) -> Sequence[RemoteEntry]:
        query = [("type", _ALL_FEEDS), ("id", "0"), ("getRead", "true"), ("batchSize", str(_LATEST)), ("offset", "0")]
        _, items = await self._list("items", query)
        return _convert(items)

    async def _list(self, path: str, query: Form) -> tuple[Reply, list[_Item]]:
        reply = await self._connection.send("GET", f"{_API}/{path}", query=query)
        return reply, self._connection.decode(reply, _Items).items

    # Sending.

    async def send(self, changes: Sequence[Change]) -> SendResult:
        """Send absolute states, so that a repetition is safe."""
        done: list[Change] = []
        try:
            for (field, value), action in _ACTIONS.items():
                chosen = [change for change in changes if (change.field, change.value) == (field, value)]
                for batch in batches(chosen, _SENT_AT_ONCE):
                    body = {"itemIds": [int(change.remote_id) for change in batch]}
                    await self._connection.send("POST", f"{_API}/items/{action}/multiple", json=body)
                    done += batch
        except SyncError as error:
            return SendResult(done, (), error)
        return SendResult(done, ())


_ACTIONS = {("read", True): "read", ("read", False): "unread", ("starred", True): "star", ("starred", False): "unstar"}


def _convert(items: Iterable[_Item]) -> list[RemoteEntry]:
    return [
        RemoteEntry(
            str(item.id),
            str(item.feedId),
            not item.unread,
            item.starred,
            item.url or "",
            item.title or "",
            item.author or "",
            item.body or "",
            str(item.pubDate or ""),
            str(item.updatedDate or ""),
            guid=item.guid or "",
            enclosures=(Enclosure(item.enclosureLink, item.enclosureMime or ""),) if item.enclosureLink else (),
        )
        for item in items
    ]
