"""Miniflux by its own API (https://miniflux.app/docs/api.html), whose changes of read marks are absolute."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Coroutine, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

from msgspec import Struct

from roya_tui.model import Change, Enclosure, RemoteEntry, Subscription
from roya_tui.sync.connection import Connection, Form, Reply, following_time, server_time, version_label
from roya_tui.sync.protocol import Capabilities, ChangePage, IdLists, SendResult, SyncError, batches
from roya_tui.text import normalize_folder

T = TypeVar("T")

_PAGE = 250
"""Entries of one page, with their texts."""
_LATEST = 100
"""Newest articles whose text is read again: the API cannot list edited articles."""
_MAX_IDS = 1_000
"""Ids in one request."""
_AT_ONCE = 4
"""Requests for single articles at a time."""


class _Category(Struct, frozen=True):
    id: int
    title: str


class _Feed(Struct, frozen=True):
    id: int
    feed_url: str
    site_url: str = ""
    title: str = ""
    category: _Category | None = None


class _File(Struct, frozen=True):
    url: str
    mime_type: str = ""
    size: int = 0


class _Entry(Struct, frozen=True):
    id: int
    feed_id: int
    status: str
    starred: bool
    hash: str = ""
    title: str = ""
    url: str = ""
    author: str = ""
    content: str = ""
    published_at: str = ""
    tags: list[str] | None = None
    enclosures: list[_File] | None = None


class _Entries(Struct, frozen=True):
    total: int
    entries: list[_Entry] | None = None


class _Version(Struct, frozen=True):
    version: str


class _Created(Struct, frozen=True):
    feed_id: int


class _Cursor(NamedTuple):
    """Where the list of changes continues: after `last_id` among what changed after `since`.

    `started` is when its first page was read, by the clock of the server: the next list starts there. Times are UTC
    seconds.
    """

    since: int = 0
    last_id: int = 0
    started: int = 0

    @classmethod
    def parse(cls, text: str) -> _Cursor:
        parts = text.split()
        valid = len(parts) == 3 and all(part.isdecimal() and len(part) < 16 for part in parts)
        return cls(*map(int, parts)) if valid else cls()

    def __str__(self) -> str:
        return " ".join(map(str, self))


class Miniflux:
    """An account on a Miniflux server. Your tags are not sent: the server has none."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._categories: list[_Category] = []

    async def capabilities(self) -> Capabilities:
        await self._connection.send("GET", "/v1/me")
        reply = await self._connection.send("GET", "/v1/version")
        version = self._connection.decode(reply, _Version).version
        return Capabilities(f"Miniflux {version_label(version)}")

    # Subscriptions. Each feed is in exactly one category; the first one, "All", stands for no folder.

    async def subscriptions(self) -> Sequence[Subscription]:
        await self._load_categories()
        return [self._subscription(feed) for feed in await self._feeds()]

    async def add_subscription(self, url: str, title: str, folder: str) -> Subscription:
        category = await self._category_id(folder)
        try:
            reply = await self._connection.send("POST", "/v1/feeds", json={"feed_url": url, "category_id": category})
            id = self._connection.decode(reply, _Created).feed_id
        except SyncError as error:
            existing = [feed.id for feed in await self._feeds() if feed.feed_url == url]
            if not existing:
                raise error
            id = existing[0]
        added = next((self._subscription(feed) for feed in await self._feeds() if feed.id == id), None)
        if added is None:
            raise self._connection.not_added(url)
        return added

    async def edit_subscription(self, subscription: Subscription, title: str, folder: str) -> None:
        body = {"title": title, "category_id": await self._category_id(folder)}
        await self._connection.send("PUT", f"/v1/feeds/{subscription.remote_id}", json=body)

    async def remove_subscription(self, subscription: Subscription) -> None:
        await self._connection.send("DELETE", f"/v1/feeds/{subscription.remote_id}")

    async def _load_categories(self) -> None:
        reply = await self._connection.send("GET", "/v1/categories")
        self._categories = sorted(self._connection.decode(reply, list[_Category]), key=lambda one: one.id)

    async def _category_id(self, folder: str) -> int:
        if not self._categories:
            await self._load_categories()
        if not folder and self._categories:
            return self._categories[0].id
        # The server refuses a title that differs from another one only by case.
        existing = [one for one in self._categories if normalize_folder(one.title).lower() == folder.lower()]
        if existing:
            return min(existing, key=lambda one: one.title != folder).id
        reply = await self._connection.send("POST", "/v1/categories", json={"title": folder})
        self._categories.append(created := self._connection.decode(reply, _Category))
        return created.id

    async def _feeds(self) -> list[_Feed]:
        return self._connection.decode(await self._connection.send("GET", "/v1/feeds"), list[_Feed])

    def _subscription(self, feed: _Feed) -> Subscription:
        first = self._categories[0].id if self._categories else None
        folder = feed.category.title if feed.category and feed.category.id != first else ""
        return Subscription(str(feed.id), feed.feed_url, feed.title, folder, feed.site_url)

    # Articles.

    async def ids(self, known: Collection[str]) -> IdLists | None:
        return None

    async def changes(self, cursor: str) -> AsyncIterator[ChangePage]:
        """Yield pages by id: an article that changes meanwhile moves to no other page."""
        at = _Cursor.parse(cursor)
        while True:
            query = [("order", "id"), ("direction", "asc"), ("limit", str(_PAGE)), *_STATUSES]
            query += [("after_entry_id", str(at.last_id))] if at.last_id else []
            query += [("changed_after", str(at.since))] if at.since else []
            reply, found = await self._list(query)
            entries = found.entries or []
            started = at.started if at.last_id else server_time(reply)
            is_last = len(entries) < _PAGE
            if is_last:
                at = _Cursor(following_time(started, at.since))
            elif entries[-1].id <= at.last_id:  # the next page would be this one again
                raise self._connection.not_understood()
            else:
                at = _Cursor(at.since, entries[-1].id, started)
            yield ChangePage(_convert(entries), str(at), found.total)
            if is_last:
                return

    async def entries(self, ids: Sequence[str]) -> Sequence[RemoteEntry]:
        found = await _limited(map(self._entry, ids))
        return _convert(entry for entry in found if entry is not None)

    async def latest_entries(self) -> Sequence[RemoteEntry]:
        query = [("order", "published_at"), ("direction", "desc"), ("limit", str(_LATEST)), *_STATUSES]
        _, found = await self._list(query)
        return _convert(found.entries or [])

    async def _list(self, query: Form) -> tuple[Reply, _Entries]:
        reply = await self._connection.send("GET", "/v1/entries", query=query)
        return reply, self._connection.decode(reply, _Entries)

    async def _entry(self, id: str) -> _Entry | None:
        """Return an article, or None if the server no longer has it."""
        try:
            reply = await self._connection.send("GET", f"/v1/entries/{id}")
        except SyncError as error:
            if error.status == 404:
                return None
            raise
        entry = self._connection.decode(reply, _Entry)
        return None if entry.status == "removed" else entry

    # Sending.

    async def send(self, changes: Sequence[Change]) -> SendResult:
        """Send read marks as absolute states. A star can only be toggled: its state is read before each toggle."""
        done: list[Change] = []
        missing: set[str] = set()
        try:
            for value in (True, False):
                chosen = [change for change in changes if change.field == "read" and change.value is value]
                for batch in batches(chosen, _MAX_IDS):
                    if await self._mark(batch, "read" if value else "unread"):
                        done += batch
                    else:
                        missing.update(change.remote_id for change in batch)
            stars = [change for change in changes if change.field == "starred"]
            for batch in batches(stars, _AT_ONCE):
                for change, is_there in zip(batch, await _limited(map(self._set_star, batch)), strict=True):
                    if is_there:
                        done.append(change)
                    else:
                        missing.add(change.remote_id)
        except SyncError as error:
            return SendResult(done, missing, error)
        return SendResult(done, missing)

    async def _mark(self, changes: Sequence[Change], status: str) -> bool:
        """Mark articles read or unread; return whether the server has any of them: without one, it returns 500."""
        ids = [change.remote_id for change in changes]
        try:
            await self._connection.send("PUT", "/v1/entries", json={"entry_ids": list(map(int, ids)), "status": status})
        except SyncError as error:
            if error.status != 500:
                raise
            for batch in batches(ids, _AT_ONCE):
                if await self.entries(batch):
                    raise
            return False
        return True

    async def _set_star(self, change: Change) -> bool:
        """Star or unstar an article; return whether the server has it."""
        entry = await self._entry(change.remote_id)
        if entry is not None and entry.starred is not change.value:
            await self._connection.send("PUT", f"/v1/entries/{change.remote_id}/bookmark")
        return entry is not None


_STATUSES = (("status", "unread"), ("status", "read"))


async def _limited(requests: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Return the results of requests, of which a few run at a time. The first failure cancels the others."""
    slots = asyncio.Semaphore(_AT_ONCE)

    async def run(request: Coroutine[Any, Any, T]) -> T:
        async with slots:
            return await request

    tasks: list[asyncio.Task[T]] = []
    try:
        async with asyncio.TaskGroup() as group:
            tasks += [group.create_task(run(request)) for request in requests]
    except* SyncError as errors:
        failure = errors.exceptions[0]
    else:
        return [task.result() for task in tasks]
    raise failure


def _convert(entries: Iterable[_Entry]) -> list[RemoteEntry]:
    return [
        RemoteEntry(
            str(entry.id),
            str(entry.feed_id),
            entry.status == "read",
            entry.starred,
            entry.url,
            entry.title,
            entry.author,
            entry.content,
            entry.published_at,
            guid_hash=entry.hash,
            feed_tags=tuple(entry.tags or ()),
            enclosures=tuple(Enclosure(file.url, file.mime_type, file.size or None) for file in entry.enclosures or ()),
        )
        for entry in entries
    ]
