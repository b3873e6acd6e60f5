"""The Google Reader API of FreshRSS, Miniflux, The Old Reader, BazQux Reader and Inoreader."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from msgspec import Struct

from roya_tui.model import Change, Enclosure, RemoteEntry, Subscription
from roya_tui.sync.backends.quirks import find_quirks, name_server
from roya_tui.sync.connection import Connection, Form, Reply
from roya_tui.sync.protocol import Capabilities, ChangePage, IdLists, SendResult, SyncError, batches
from roya_tui.text import fold_name, one_line
from roya_tui.translation import gettext

_API = "/reader/api/0"
_ALL = "user/-/state/com.google/reading-list"
_READ = "user/-/state/com.google/read"
_STARRED = "user/-/state/com.google/starred"
_LABEL = "user/-/label/"
_LABEL_OF = re.compile(r"user/[^/]+/label/(.+)", re.S)
_STATE_OF = re.compile(r"user/[^/]+/state/com\.google/(read|starred)")
_LONG_ID = "tag:google.com,2005:reader/item/"
_SENT_AT_ONCE = 1_000
_CONTENTS_AT_ONCE = 250
_LATEST = 100
_MAX_PAGES = 1_000
_MAX_TAG_LENGTH = 200
"""Characters. A request has the name in its address."""
_ATTEMPTS = 4
"""How many times a list is read if it changes while its pages are read."""


class _Ref(Struct, frozen=True):
    id: str


class _Ids(Struct, frozen=True):
    itemRefs: list[_Ref] = []
    continuation: str = ""


class _Label(Struct, frozen=True):
    id: str
    label: str = ""
    type: str = ""


class _Labels(Struct, frozen=True):
    tags: list[_Label] = []


class _Feed(Struct, frozen=True):
    id: str
    title: str = ""
    url: str = ""
    htmlUrl: str = ""
    categories: list[_Label] = []


class _Feeds(Struct, frozen=True):
    subscriptions: list[_Feed] = []


class _Link(Struct, frozen=True):
    href: str = ""
    url: str = ""
    """Instead of `href` in enclosures of Miniflux."""
    type: str = ""
    length: str | int | None = None


class _Text(Struct, frozen=True):
    content: str = ""


class _Origin(Struct, frozen=True):
    streamId: str = ""


class _Item(Struct, frozen=True):
    id: str
    title: str = ""
    author: str = ""
    published: int | float = 0
    updated: int | float = 0
    canonical: list[_Link] = []
    alternate: list[_Link] = []
    enclosure: list[_Link] = []
    summary: _Text = _Text()
    content: _Text = _Text()
    origin: _Origin = _Origin()
    categories: list[str] = []


class _Items(Struct, frozen=True):
    items: list[_Item] = []


class GoogleReader:
    """An account on a server of the Google Reader API. Ids are the hexadecimal digits of long ids."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._quirks = find_quirks("", "")
        self._login = ""
        self._token: str | None = None
        """The write token, which may be empty; None before it is requested."""
        self._feeds: frozenset[str] = frozenset()
        self._folders: frozenset[str] = frozenset()
        """Folded names of labels that feeds have."""
        self._tags: frozenset[str] = frozenset()
        """Labels of articles."""
        self._wait_until: int | None = None

    async def capabilities(self) -> Capabilities:
        await self._log_in()
        base = self._connection.base
        name, version = name_server(base, urlsplit(base).hostname or ""), ""
        if not name:
            name, version = await self._probe_miniflux()
        self._quirks = find_quirks(name, version)
        server = f"{name} {version}".strip() or "Google Reader API"
        return Capabilities(server, tags=self._quirks.keeps_tags)

    async def _probe_miniflux(self) -> tuple[str, str]:
        """Return name and version of a Miniflux, which has a page for its version; otherwise two empty strings."""
        try:
            reply = await self._connection.send("GET", "/version", authorize=False)
        except SyncError as error:
            if error.status is None:
                raise
            return "", ""
        version = reply.body[:40].decode("utf-8", "replace").strip()
        return ("Miniflux", version) if re.fullmatch(r"\d+\.\d+[\w.+-]*", version) else ("", "")

    # Requests.

    async def _log_in(self) -> None:
        auth = self._connection.auth
        if auth is None:
            label = self._connection.account.label
            message = gettext("The password for {server} is missing. Run roya-tui account add again.", server=label)
            raise SyncError(message, "auth")
        form = [("Email", auth.user), ("Passwd", await self._connection.secret(auth.password)), ("client", "roya-tui"),
                ("service", "reader"), ("accountType", "HOSTED_OR_GOOGLE"), ("output", "text")]  # fmt: skip
        reply = await self._connection.send(
            "POST", "/accounts/ClientLogin", form=form, headers=await self._app_headers(), authorize=False
        )
        lines = reply.body.decode("utf-8", "replace").splitlines()
        self._login = next((line[5:].strip() for line in lines if line.startswith("Auth=")), "")
        if not self._login.isascii() or not self._login.isprintable() or not self._login:
            raise self._connection.not_understood()

    async def _app_headers(self) -> Form:
        auth = self._connection.auth
        if auth is None or not auth.app_id:
            return ()
        return ("AppId", auth.app_id), ("AppKey", await self._connection.secret(auth.app_key))

    async def _send(self, method: str, path: str, *, query: Form = (), form: Form | None = None) -> Reply:
        """Send a request to the API; log in again once if the server has ended the session."""
        if self._wait_until is not None:
            message = gettext("{server} allows no more requests today.", server=self._connection.account.label)
            raise SyncError(message, "status", status=429, retry_at=self._wait_until)
        for attempt in (1, 2):
            headers = (("Authorization", f"GoogleLogin auth={self._login}"), *await self._app_headers())
            if self._token and form is not None:
                headers += (("T", self._token),)
            try:
                reply = await self._connection.send(
                    method, f"{_API}/{path}", query=query, form=form, headers=headers, authorize=False
                )
            except SyncError as error:
                if attempt == 2 or error.status != 401:
                    raise
                await self._log_in()
            else:
                self._note_quota(reply)
                return reply
        raise AssertionError("unreachable")

    def _note_quota(self, reply: Reply) -> None:
        """Stop before the requests that the server allows are used up (Inoreader)."""
        used, limit, reset = (
            reply.header(f"X-Reader-{name}") for name in ("Zone1-Usage", "Zone1-Limit", "Limits-Reset-After")
        )
        if all(text.isdecimal() and len(text) < 16 for text in (used, limit)) and int(used) >= int(limit) > 0:
            seconds = min(int(float(reset)), 86_400) if re.fullmatch(r"\d{1,9}(\.\d+)?", reset) else 3_600
            self._wait_until = self._connection.now() + seconds

    async def _post(self, path: str, form: Form) -> Reply:
        """Send a form with the write token, which Miniflux requires for reading, too."""
        for attempt in (1, 2):
            if self._token is None:
                self._token = await self._load_token()
            try:
                return await self._send("POST", path, form=[*form, ("T", self._token)])
            except SyncError as error:
                if attempt == 2 or error.status not in (400, 401, 403):
                    raise
                self._token = None  # expired
        raise AssertionError("unreachable")

    async def _load_token(self) -> str:
        token = (await self._send("GET", "token")).body.decode("utf-8", "replace").strip()
        if not token.isascii() or not token.isprintable():
            raise self._connection.not_understood()
        return token

    async def _write(self, path: str, form: Form) -> None:
        """Send a change, which the server must confirm by OK."""
        reply = await self._post(path, form)
        if reply.body.strip()[:2] != b"OK":
            raise self._connection.not_understood()

    # Subscriptions.

    async def subscriptions(self) -> Sequence[Subscription]:
        reply = await self._send("GET", "subscription/list", query=[("output", "json")])
        feeds = self._connection.decode(reply, _Feeds).subscriptions
        self._feeds = frozenset(feed.id for feed in feeds)
        self._folders = frozenset(
            fold_name(name) for feed in feeds for name in _names(one.id for one in feed.categories)
        )
        return [self._subscription(feed) for feed in feeds]

    def _subscription(self, feed: _Feed) -> Subscription:
        folder = next(iter(_names(label.id for label in feed.categories)), "")
        folder = "" if folder == self._quirks.default_folder else folder
        url = feed.url or feed.id.removeprefix("feed/")
        return Subscription(feed.id, url if "://" in url else "", feed.title, folder, feed.htmlUrl)

    async def add_subscription(self, url: str, title: str, folder: str) -> Subscription:
        form = [("ac", "subscribe"), ("s", f"feed/{url}")]
        form += [("t", title)] if title else []
        form += [("a", f"{_LABEL}{folder}")] if folder else []
        before, refused = self._feeds, None
        try:
            await self._write("subscription/edit", form)
        except SyncError as error:
            if error.status is None or error.kind == "auth" or error.retry_at is not None:
                raise
            refused = error  # as some servers do if it exists already
        listed = await self.subscriptions()
        # A server that followed a redirect lists another address.
        new = [one for one in listed if one.remote_id not in before] if refused is None else []
        added = next((one for one in listed if one.url == url), new[0] if len(new) == 1 else None)
        if added is None:
            raise refused or self._connection.not_added(url)
        return added

    async def edit_subscription(self, subscription: Subscription, title: str, folder: str) -> None:
        form = [("ac", "edit"), ("s", subscription.remote_id), ("t", title)]
        if folder != subscription.folder:
            old, new = subscription.folder, folder or self._quirks.default_folder
            form += [("a", f"{_LABEL}{new}")] if new else []
            form += [("r", f"{_LABEL}{old}")] if old else []
        await self._write("subscription/edit", form)

    async def remove_subscription(self, subscription: Subscription) -> None:
        await self._write("subscription/edit", [("ac", "unsubscribe"), ("s", subscription.remote_id)])

    # Articles.

    async def ids(self, known: Collection[str]) -> IdLists | None:
        unread = await self._list([("s", _ALL), ("xt", _READ)])
        starred = await self._list([("s", _STARRED)])
        tagged = None
        if self._quirks.keeps_tags:
            self._tags = await self._load_tags()
            tagged = {tag: frozenset(await self._list([("s", f"{_LABEL}{tag}")])) for tag in sorted(self._tags)}
        latest = await self._list([("s", _ALL)], until=known)
        return IdLists(frozenset(unread), frozenset(starred), tagged, latest)

    async def _load_tags(self) -> frozenset[str]:
        """Return the labels that are not folders, also those that were just sent."""
        labels = self._connection.decode(await self._send("GET", "tag/list", query=[("output", "json")]), _Labels).tags
        is_typed = any(label.type in ("tag", "folder") for label in labels)
        chosen = _names(label.id for label in labels if not is_typed or label.type == "tag")
        return frozenset(name for name in chosen if _is_tag(name) and fold_name(name) not in self._folders)

    async def _list(self, stream: Form, until: Collection[str] = ()) -> list[str]:
        """Return all ids of a stream, the newest first, or those up to the first page that has only ids of `until`.

        On some servers an article that leaves the list moves another one to a page that was read already: several
        pages are read again there until the list stays the same. Raises SyncError for an incomplete list.
        """
        before: list[str] | None = None
        for _ in range(_ATTEMPTS):
            found, pages = await self._read_pages(stream, until)
            if pages == 1 or until or self._quirks.has_stable_pages or found == before:
                return found
            before = found
        raise self._incomplete()

    async def _read_pages(self, stream: Form, until: Collection[str]) -> tuple[list[str], int]:
        """Return the ids of all pages and the number of pages."""
        found: dict[str, None] = {}
        continuation, size = "", self._quirks.page_size
        for number in range(1, _MAX_PAGES + 1):
            page, following = await self._page(stream, continuation, size)
            has_new = not found.keys() >= {*page}
            found.update(dict.fromkeys(page))
            if not following:
                # A full page may be cut off by the server: a shorter one must have a continuation then.
                if len(page) >= size and not (await self._page(stream, continuation, size - 1))[1]:
                    break
                return [*found], number
            if until and all(id in until for id in page):
                return [*found], number
            if not has_new and len(page) == 1:  # where a page begins with the last id of the page before
                return [*found], number
            if not has_new or following == continuation:
                break
            continuation = following
        raise self._incomplete()

    async def _page(self, stream: Form, continuation: str, size: int) -> tuple[list[str], str]:
        query = [("output", "json"), *stream, ("n", str(size))]
        query += [("c", continuation)] if continuation else []
        found = self._connection.decode(await self._send("GET", "stream/items/ids", query=query), _Ids)
        return [self._short_id(ref.id) for ref in found.itemRefs], found.continuation

    def _incomplete(self) -> SyncError:
        message = gettext("{server} sent an incomplete list of articles. The next sync tries again.",
                          server=self._connection.account.label)  # fmt: skip
        return SyncError(message, "timeout")

    def _short_id(self, id: str) -> str:
        """Return the 16 (The Old Reader: 24) hexadecimal digits of an id, which may be a signed decimal number."""
        digits = id.removeprefix(_LONG_ID)
        if digits == id and re.fullmatch(r"-?\d{1,20}", id):
            digits = f"{int(id) & (1 << 64) - 1:016x}"
        if not re.fullmatch(r"[0-9a-fA-F]{16}|[0-9a-fA-F]{24}", digits):
            raise self._connection.not_understood()
        return digits.lower()

    async def changes(self, cursor: str) -> AsyncIterator[ChangePage]:
        pages: tuple[ChangePage, ...] = ()
        for page in pages:
            yield page

    async def entries(self, ids: Sequence[str]) -> Sequence[RemoteEntry]:
        found: list[RemoteEntry] = []
        for batch in batches(ids, _CONTENTS_AT_ONCE):
            form = [("output", "json"), *(("i", f"{_LONG_ID}{id}") for id in batch)]
            try:
                reply = await self._post("stream/items/contents", form)
            except SyncError as error:
                if error.status == 400 and self._quirks.refuses_missing:
                    continue
                raise
            wanted = {*batch}
            items = map(self._entry, self._connection.decode(reply, _Items).items)
            found += (entry for entry in items if entry.remote_id in wanted)
        return found

    async def latest_entries(self) -> Sequence[RemoteEntry]:
        ids, _ = await self._page([("s", _ALL)], "", _LATEST)
        return await self.entries(ids)

    def _entry(self, item: _Item) -> RemoteEntry:
        states = {match[1] for category in item.categories if (match := _STATE_OF.fullmatch(category))}
        link = next((one.href for one in (*item.canonical, *item.alternate) if one.href), "")
        files = (
            Enclosure(address, file.type, _size(file.length))
            for file in item.enclosure
            if (address := file.href or file.url)
        )
        return RemoteEntry(
            self._short_id(item.id),
            item.origin.streamId,
            "read" in states,
            "starred" in states,
            link,
            item.title,
            item.author,
            item.content.content or item.summary.content,
            str(int(item.published)) if item.published else "",
            str(int(item.updated)) if item.updated and item.updated != item.published else "",
            tags=tuple(name for name in _names(item.categories) if name in self._tags),
            enclosures=tuple(files),
        )

    # Sending.

    async def send(self, changes: Sequence[Change]) -> SendResult:
        """Add (`a`) or remove (`r`) one label per request. Servers that toggle get only changes of their state."""
        done: list[Change] = []
        missing: set[str] = set()
        groups: dict[tuple[str, bool, str], list[Change]] = {}
        for change in changes:
            groups.setdefault((change.field, change.value, change.tag), []).append(change)
        try:
            for (field, value, tag), chosen in groups.items():
                if field == "tag" and fold_name(tag) in self._folders:
                    done += chosen  # stays here: the server has a folder of this name
                    continue
                name = {"read": _READ, "starred": _STARRED}.get(field, f"{_LABEL}{tag}")
                for batch in batches(chosen, _SENT_AT_ONCE):
                    differing = [change.remote_id for change in batch]
                    if self._quirks.toggles:
                        states = {entry.remote_id: entry for entry in await self.entries(differing)}
                        missing |= {*differing} - states.keys()
                        differing = [id for id, entry in states.items() if _has(entry, field) is not value]
                    if differing:
                        form = [("a" if value else "r", name), *(("i", f"{_LONG_ID}{id}") for id in differing)]
                        await self._write("edit-tag", form)
                    done += (change for change in batch if change.remote_id not in missing)
        except SyncError as error:
            return SendResult(done, missing, error)
        return SendResult(done, missing)


def _has(entry: RemoteEntry, field: str) -> bool:
    return entry.read if field == "read" else entry.starred


def _is_tag(name: str) -> bool:
    """Whether a label can be a tag here. Others stay on the server."""
    return len(name) <= _MAX_TAG_LENGTH and one_line(name) == name


def _size(length: str | int | None) -> int | None:
    """Return the size of a file in bytes, which some servers write as text."""
    digits = str(length or "")
    return int(digits) if digits.isdecimal() and len(digits) < 16 else None


def _names(ids: Iterable[str]) -> Iterator[str]:
    """Yield the names of labels."""
    return (match[1] for id in ids if (match := _LABEL_OF.fullmatch(id)))
