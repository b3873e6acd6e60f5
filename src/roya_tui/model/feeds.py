"""The content of a feed document."""

from __future__ import annotations

import re

from msgspec import Struct


class DateForm(Struct, frozen=True):
    """How a date was written."""

    precision: str = ""
    """"year", "month" or "day" for a date without a time of day, else ""."""
    offset: int | None = None
    """Minutes ahead of UTC of the clock that it was written in; None if unknown."""
    is_floating: bool = False
    """Whether it names no clock, so that it was read in the time zone of the source."""


TIME = DateForm()
"""A date with a time of day, written with an unknown offset."""


class Moment(Struct, frozen=True):
    """A time of a feed: in UTC seconds (None: not understood) and as written.

    A date without a time of day is the first second of its day, month or year.
    """

    at: int | None = None
    raw: str = ""
    form: DateForm = TIME


class Picture(Struct, frozen=True):
    """An image that belongs to an entry: the lead picture or one of its gallery."""

    url: str
    caption: str = ""


_AUDIO_NAME = re.compile(r"\.(?:mp3|m4a|m4b|aac|og[ga]|opus|flac|wav|weba|wma|aiff?)(?:[?#]|$)", re.I)
_VIDEO_NAME = re.compile(r"\.(?:mp4|m4v|mov|webm|mkv|avi|wmv|mpe?g|ogv|3gp)(?:[?#]|$)", re.I)


class Enclosure(Struct, frozen=True):
    """A file attached to an entry; `length` is in bytes, `duration` in seconds, None if unknown."""

    url: str
    type: str = ""
    length: int | None = None
    title: str = ""
    duration: int | None = None

    @property
    def medium(self) -> str:
        """ "audio", "video", "image", or "" for any other file: by its type, else by its name."""
        kind = self.type.strip().lower().partition("/")[0]
        if kind in ("audio", "video", "image"):
            return kind
        if kind == "text":
            return ""
        return "audio" if _AUDIO_NAME.search(self.url) else "video" if _VIDEO_NAME.search(self.url) else ""


class Transcript(Struct, frozen=True):
    """The words of a recording; `type` is a MIME type, `language` a code."""

    url: str
    type: str = ""
    language: str = ""


class ChapterMark(Struct, frozen=True):
    """A part of a recording that starts after `start` seconds, with a page about it if `url` is not empty."""

    start: int
    title: str
    url: str = ""


class Entry(Struct, frozen=True):
    """One item of a feed document, its text cleaned; `summary` and `content` are the feed's HTML.

    `guid` is exactly as in the feed, "" if missing; `url` is absolute http(s) or "".
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
    incomplete: bool = False
    """Whether the document ends inside this entry."""
    season: int | None = None
    episode: int | None = None
    chapters: str = ""
    """The address of a file with chapters."""
    chapter_marks: tuple[ChapterMark, ...] = ()
    transcripts: tuple[Transcript, ...] = ()

    @property
    def link(self) -> str:
        """Its page, else its first file that is not a picture, else its first file."""
        files = sorted(self.enclosures, key=lambda file: file.medium == "image")
        return self.url or next((file.url for file in files), "")


class UpdateSchedule(Struct, frozen=True):
    """How often a feed asks to be checked (RSS 2.0; RSS 1.0's syndication module)."""

    ttl: int | None = None
    """Minutes between two checks; None if the feed has no such element."""
    skip_hours: tuple[int, ...] = ()
    """Hours (0 to 23, UTC) without checks."""
    skip_days: tuple[int, ...] = ()
    """Weekdays without checks, 0 for Monday."""


class Feed(Struct, frozen=True):
    """A feed document: facts about the source, and the entries in document order."""

    format: str
    title: str = ""
    homepage: str = ""
    description: str = ""
    language: str = ""
    icon: str = ""
    pace: UpdateSchedule = UpdateSchedule()
    encoding: str = ""
    encoding_found: str = ""
    """How the encoding was detected: "its bytes", "its byte order mark", "the header", "its prolog" or "a guess"."""
    reader: str = ""
    """The parser that read the document: "expat", "feedparser" for XML that is not well-formed, or "msgspec"."""
    problem: str = ""
    """The first error in the XML, with its place; "" if the document is well-formed."""
    entries: tuple[Entry, ...] = ()
    warnings: tuple[str, ...] = ()
    """Messages about what was repaired or skipped."""
    cut: bool = False
    """Whether the document is truncated, so that entries may be missing."""
