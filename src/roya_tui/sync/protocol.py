"""What a server for accounts offers, and what all kinds of servers have in common."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeVar

from msgspec import Struct

from roya_tui.model import Change, RemoteEntry, Subscription

T = TypeVar("T")


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield the items in batches of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


class SyncError(Exception):
    """Why a request to a server failed: a sentence for the user, and facts for the caller."""

    def __init__(
        self, message: str, kind: str = "status", *, status: int | None = None, retry_at: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind
        """As in `Failure`: "auth", "dns", "timeout", "reset", "status", …"""
        self.status = status
        self.retry_at = retry_at
        """UTC seconds before which the server asks for no request (Retry-After, or a quota that is used up)."""


class Capabilities(Struct, frozen=True):
    """What a server can do, once its name and version are known."""

    server: str
    """Name and version for the user, such as "Miniflux 2.2.6"."""
    tags: bool = False
    """Whether your tags can be stored on the server."""


class IdLists(Struct, frozen=True):
    """Complete lists of ids. If a server limits a list or fails in the middle, `Backend.ids` raises `SyncError`."""

    unread: frozenset[str]
    starred: frozenset[str]
    tagged: Mapping[str, frozenset[str]] | None
    """Your tag → ids; None: the server has no tags."""
    latest: Sequence[str]
    """Ids of the newest articles, read or not, back to those that were seen before (see `Backend.ids`)."""


class ChangePage(NamedTuple):
    """Some articles that are new on the server or whose state changed, and where to continue."""

    entries: Sequence[RemoteEntry]
    cursor: str
    """Pass it to `Backend.changes` to continue after this page, also in another session."""
    total: int = 0
    """Number of entries on this page and those after it; 0: unknown."""


class SendResult(NamedTuple):
    """The outcome of `Backend.send`. Changes in neither collection failed, and are sent again next time."""

    done: Collection[Change]
    """The server confirmed them."""
    missing: Collection[str]
    """Ids of articles that the server no longer has."""
    error: SyncError | None = None
    """Why the others failed."""


class Backend(Protocol):
    """An account on a server, of one kind. All methods but `send` raise `SyncError`, also on invalid replies."""

    async def capabilities(self) -> Capabilities:
        """Log in, find out what the server is, and return what it can do. Called first."""

    async def subscriptions(self) -> Sequence[Subscription]:
        """Return all subscriptions."""

    async def add_subscription(self, url: str, title: str, folder: str) -> Subscription:
        """Subscribe to a feed; return it as the server has it then, also if it existed before.

        Title and folder may be others than these.
        """

    async def edit_subscription(self, subscription: Subscription, title: str, folder: str) -> None:
        """Rename and move a subscription to this title and folder; create the folder if necessary."""

    async def remove_subscription(self, subscription: Subscription) -> None:
        """Unsubscribe. If there is no such subscription, the error may have the status 404."""

    async def ids(self, known: Collection[str]) -> IdLists | None:
        """Return the complete lists of ids, or None if the server lists `changes` instead.

        `known` are ids that were seen before: `latest` ends with the first page that has only such ids.
        """

    def changes(self, cursor: str) -> AsyncIterator[ChangePage]:
        """Yield what is new or changed since `cursor` ("": everything), page by page."""

    async def entries(self, ids: Sequence[str]) -> Sequence[RemoteEntry]:
        """Return these articles (at most 1,000 ids), in any order, without those that the server no longer has."""

    async def latest_entries(self) -> Sequence[RemoteEntry]:
        """Return about a hundred of the newest articles, whose text may have changed."""

    async def send(self, changes: Sequence[Change]) -> SendResult:
        """Send changes in batches. It is safe to repeat, even if an earlier attempt succeeded in part.

        It does not raise: a failure is in the result.
        """
