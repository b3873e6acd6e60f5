"""What a feed document says."""

from __future__ import annotations

from msgspec import Struct


class Moment(Struct, frozen=True):
    """A time as the feed gave it: the UTC second we read in it (None: not understood) and its own text."""

    at: int | None = None
    raw: str = ""


class Picture(Struct, frozen=True):
    """An image that belongs to an entry: the lead picture or one of its gallery."""

    url: str
    caption: str = ""


class Enclosure(Struct, frozen=True):
    """A file that an entry carries (audio, video, document).

    `length` is in bytes and `duration` in seconds; None if unknown.
    """

    url: str
    type: str = ""
    length: int | None = None
    title: str = ""
    duration: int | None = None


class Entry(Struct, frozen=True):
    """One item of a feed document. All text is cleaned; `summary` and `content` are HTML as the feed has it.

    `guid` is exactly what the feed wrote ("" if nothing); `url` is absolute http(s) or "".
    """

    guid: str = ""
    url: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    published: Moment = Moment()
    updated: Moment = Moment()
    tags: tuple[str, ...] = ()
    summary: str = ""
    content: str = ""
    language: str = ""
    pictures: tuple[Picture, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    comments: str = ""


class UpdateSchedule(Struct, frozen=True):
    """When a publisher asks to be visited (RSS 2.0; RSS 1.0's syndication module)."""

    ttl: int | None = None
    """Minutes to wait between two looks; None if the feed does not say."""
    skip_hours: tuple[int, ...] = ()
    """Hours (0 to 23, UTC) without a visit."""
    skip_days: tuple[int, ...] = ()
    """Weekdays without one, 0 for Monday."""


class Feed(Struct, frozen=True):
    """What a document says: a few facts about the source, and its entries in document order."""

    format: str
    title: str = ""
    homepage: str = ""
    description: str = ""
    language: str = ""
    icon: str = ""
    pace: UpdateSchedule = UpdateSchedule()
    encoding: str = ""
    encoding_found: str = ""
    """How that was found out: "its bytes", "its byte order mark", "the header", "its prolog" or "a guess"."""
    entries: tuple[Entry, ...] = ()
    warnings: tuple[str, ...] = ()
    """What was repaired or passed over on the way, in words."""
    cut: bool = False
    """Whether the document ends before its end: there may be more entries."""
