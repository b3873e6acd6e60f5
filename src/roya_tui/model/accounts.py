"""Accounts on servers that keep read marks, stars, tags and subscriptions the same on several computers."""

from __future__ import annotations

from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from msgspec import Struct

from roya_tui.model.feeds import Enclosure
from roya_tui.model.sources import display_address

Field = Literal["read", "starred", "tag"]
"""Marks of an article that are synced."""

MINIFLUX, GOOGLE_READER, NEXTCLOUD = "miniflux", "google-reader", "nextcloud"
KINDS = (MINIFLUX, GOOGLE_READER, NEXTCLOUD)
"""Kinds of servers, as they are stored and as the command line spells them."""


def base_address(url: str) -> str:
    """Return the address of a server from that of an account, without the mark of a second account."""
    return url.partition("#")[0]


class Account(Struct, frozen=True):
    """An account on a server, with the state of its last sync. Times are UTC seconds."""

    id: int
    kind: str
    """One of `KINDS`."""
    url: str
    """Base address of the server without credentials, which auth.toml has under it. A second account on the same
    server has `#account-2` at the end."""
    user: str = ""
    content: str = "server"
    """Where articles come from: "server", or "feeds" (each feed is fetched here)."""
    server: str = ""
    """Name and version of the server, as last reported."""
    added: int = 0
    synced: int | None = None
    """Time of the last complete sync."""
    attempted: int | None = None
    error: str = ""
    """Message of the last failure; "" if the last sync was complete."""
    held_until: int | None = None
    """Earliest time of the next request (Retry-After, or a used-up quota)."""
    cursor: str = ""
    """Where the server's list of changes continues; its form is the backend's."""
    sources: int = 0
    """Subscribed sources of the account."""
    pending: int = 0
    """Changes that are not yet on the server, those of sources included."""
    tags: bool = False
    """Whether the server can keep your tags."""
    unsent_since: int | None = None
    """Time of the oldest pending change of a mark since the last attempt to sync; None if there is none."""
    pending_sources: int = 0
    """Sources to subscribe to, unsubscribe, rename or move on the server."""

    @property
    def address(self) -> str:
        """The base address of the server."""
        return base_address(self.url)

    @property
    def pending_marks(self) -> int:
        """Pending changes of articles."""
        return self.pending - self.pending_sources

    @property
    def label(self) -> str:
        """The user and host, for messages."""
        host = urlsplit(self.url).hostname or display_address(self.url)
        return f"{self.user}@{host}" if self.user else host


class NewAccount(Struct, frozen=True):
    """An account to add."""

    kind: str
    url: str
    user: str = ""
    content: str = "server"
    server: str = ""


class Subscription(Struct, frozen=True):
    """A feed that the account is subscribed to."""

    remote_id: str
    url: str
    """Address of the feed; "" if the server does not report it."""
    title: str = ""
    folder: str = ""
    """"" for the server's default folder."""
    homepage: str = ""


class RemoteEntry(Struct, frozen=True):
    """An article as the server sends it. Dates are as the server writes them (RFC 3339, or UTC seconds as digits)."""

    remote_id: str
    feed_id: str
    """`Subscription.remote_id` of its feed."""
    read: bool
    starred: bool
    url: str = ""
    title: str = ""
    author: str = ""
    html: str = ""
    published: str = ""
    updated: str = ""
    guid: str = ""
    """The feed's guid, if the server passes it on."""
    guid_hash: str = ""
    """SHA-256 (64 hexadecimal digits) of the guid, or of the address without one, if the server sends that."""
    feed_tags: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    """Your tags."""
    enclosures: tuple[Enclosure, ...] = ()


class Change(Struct, frozen=True):
    """One absolute change of an article to send: `read`, `starred`, or one of your tags."""

    remote_id: str
    field: Field
    value: bool
    tag: str = ""


class RemoteState(Struct, frozen=True):
    """What the server has of an article; None: unknown, and not to be changed here."""

    remote_id: str
    read: bool | None = None
    starred: bool | None = None
    tags: tuple[str, ...] | None = None
    """All your tags of the article."""


class PendingSource(NamedTuple):
    """A source that is to be changed on the server."""

    change: Literal["add", "edit", "remove"]
    label: str


class PendingChange(Struct, frozen=True):
    """A change that you, or a rule, made here and that is not on the server yet."""

    id: int
    """A new one for each change: it shows whether the change was replaced by a later one."""
    article_id: int
    remote_id: str
    """"" until the article is found on the server."""
    field: Field
    value: bool
    tag: str = ""
    at: int = 0
    title: str = ""
    """The article's title, for display."""
