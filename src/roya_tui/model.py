"""What the program talks about, as frozen values.

Words as the field uses them: a *source* is what one subscribes to; an *entry* is what a feed document
says; an *article* is what the store keeps of it; a *headline* is the article's narrow row in a list.
Times are UTC seconds since 1970; an unknown time is None and is never invented.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from msgspec import Struct

# C0, DEL and C1 may steer a terminal; bidi embeddings, overrides and isolates make text read as what it is not.
STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def shown_address(url: str) -> str:
    """An address or path as it may be shown: without the name and password in it, and without what is no character.

    A path is the one text that nobody cleaned on the way in, since it must go on naming its file.
    """
    scheme, slashes, rest = url.partition("://")
    place, slash, path = rest.partition("/")
    if slashes and "@" in place:
        url = f"{scheme}{slashes}…@{place.rpartition('@')[2]}{slash}{path}"
    return url if url.isprintable() else STEERING.sub("\ufffd", url)


SAVED_PAGES = "saved:pages"
"""What stands in place of an address for the source whose articles are pages that the person saved one by one."""


def is_local(place: str) -> bool:
    """Whether `place` is a file or folder here rather than something on the network."""
    return not place.startswith(("http://", "https://"))


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


class Feed(Struct, frozen=True):
    """What a document says: a few facts about the source, and its entries in document order."""

    format: str
    title: str = ""
    homepage: str = ""
    description: str = ""
    language: str = ""
    icon: str = ""
    ttl: int | None = None
    """Minutes the publisher asks us to wait between two looks; None if it does not say."""
    skip_hours: tuple[int, ...] = ()
    """Hours (0 to 23, UTC) in which the publisher asks not to be visited (RSS 2.0, skipHours)."""
    skip_days: tuple[int, ...] = ()
    """Weekdays of the same kind, 0 for Monday (RSS 2.0, skipDays)."""
    encoding: str = ""
    encoding_found: str = ""
    """How that was found out: "its bytes", "its byte order mark", "the header", "its prolog" or "a guess"."""
    entries: tuple[Entry, ...] = ()
    warnings: tuple[str, ...] = ()
    """What was repaired or passed over on the way, in words."""


class Source(Struct, frozen=True):
    """A subscription as the store keeps it: what the feed says, what the person says, how it answers."""

    id: int
    url: str
    """An http(s) address, or the absolute path of a local file or folder."""
    title: str = ""
    """The feed's own title; `name` is the person's, and wins."""
    name: str = ""
    folder: str = ""
    homepage: str = ""
    language: str = ""
    zone: str = ""
    """IANA name of the clock of times that carry no zone; "" means UTC."""
    mapping: str = ""
    """Name of the JSON mapping that reads this source; "" for real feeds."""
    sample: bool = False
    paused: bool = False
    interval: int | None = None
    """Seconds between two looks, as the person wants it; None: the default."""
    per_day: int | None = None
    """How many articles of a day lists show before they count the rest; None: all, or what config.toml says."""
    etag: str = ""
    modified: str = ""
    """Validators, exactly as received (RFC 9110 §8.8)."""
    body_hash: str = ""
    ttl: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    """When the feed wants no visits, as in `Feed`."""
    checked: int | None = None
    """When it was last asked."""
    succeeded: int | None = None
    """When it last answered well."""
    next_check: int | None = None
    failures: int = 0
    """Failures in a row."""
    error: str = ""
    """The last failure, in words; "" when the last look went well."""
    moved_to: str = ""
    """Where a permanent redirect pointed at the last look."""
    held_until: int | None = None
    """Its host asked (Retry-After) that nobody come back before then."""
    gone: bool = False
    """Its server said that it is gone for good; `paused` then too."""
    total: int = 0
    unread: int = 0

    @property
    def label(self) -> str:
        """What people see: their own name for it, else the feed's, else the address."""
        return self.name or self.title or shown_address(self.url)

    @property
    def local(self) -> bool:
        """Whether it is a file or folder here rather than something on the network."""
        return is_local(self.url) and not self.saved

    @property
    def saved(self) -> bool:
        """Whether it holds the pages that the person saved: there is nothing to fetch."""
        return self.url == SAVED_PAGES


class Attempt(Struct, frozen=True):
    """How a source answered once."""

    at: int
    kind: str = ""
    """"" for a good answer, else as in `Failed`."""
    message: str = ""
    """The failure, in words that begin with the source's label; of a good answer what was repaired in its document."""
    milliseconds: int | None = None
    size: int | None = None
    """Bytes of the document, as it came."""
    new: int = 0
    changed: int = 0


class Facts(Struct, frozen=True):
    """What the store knows of how one source answers and publishes; from its last attempts, and its articles' times."""

    tries: int = 0
    failed: int = 0
    """How many of `tries` failed by its own fault: that this machine was offline does not count."""
    milliseconds: int | None = None
    """What a good answer took, on average; `size` is its bytes."""
    size: int | None = None
    last: Attempt | None = None
    weeks: tuple[int, ...] = ()
    """How many articles it published in each of the last weeks, the oldest first."""
    newest: int | None = None
    """The time of its newest article."""
    pause: int | None = None
    """Seconds of the longest pause between its latest articles; None where they are too few to tell."""
    twins: tuple[int, ...] = ()
    """Other sources with the same articles."""


class Health(Struct, frozen=True):
    """What becomes of a source's facts: one word, and a sentence that tells it to a person."""

    source: Source
    facts: Facts
    verdict: str
    said: str
    advice: tuple[str, ...] = ()
    """What one may do now, the best first: names of actions."""
    why: str = ""
    """Why it is not asked now, in a few words; "" where it is due."""
    until: int | None = None
    """When it is asked next; None where nobody knows."""


class Headline(Struct, frozen=True):
    """An article's narrow row: all that a list needs, and nothing wide."""

    id: int
    source_id: int
    source: str
    title: str
    at: int
    """What lists sort by: published, else updated as of when it was first seen, else first seen."""
    zone: str = ""
    """The source's clock, as in `Source`."""
    published: int | None = None
    updated: int | None = None
    first_seen: int = 0
    author: str = ""
    url: str = ""
    language: str = ""
    unread: bool = True
    starred: bool = False
    changed: bool = False
    """Changed since the person read it."""
    hidden: bool = False
    """By the person or by a rule."""
    highlighted: bool = False
    """By a rule."""
    full: bool = False
    """The full text from its page is kept."""
    minutes: int = 1
    """How long its words take to read."""
    pictures: int = 0
    revisions: int = 0
    noted: bool = False
    story: int | None = None
    """The story that it tells, if others tell it too."""
    tellings: int = 1
    """How many articles tell it."""


class Also(NamedTuple):
    """Another telling of an article's story, by the name of its source."""

    id: int
    source: str


DAMAGED = (
    "<p>This article is damaged: what was stored of it cannot be read any more. r fetches it again, if its feed"
    " still has it; f fetches the text of its page.</p>"
)


class Article(Struct, frozen=True):
    """A whole article: its headline and the wide part."""

    headline: Headline
    guid: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    own_tags: tuple[str, ...] = ()
    """Those of `tags` that the person gave it: the last of them."""
    published_raw: str = ""
    updated_raw: str = ""
    summary: str = ""
    content: str = ""
    full_text: str = ""
    pictures: tuple[Picture, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    comments: str = ""
    damaged: bool = False
    """Whether what the feed or the page gave cannot be read any more."""
    note: str = ""
    position: int = 0
    """Where the person stopped reading, in characters of the text."""
    also: tuple[Also, ...] = ()
    """The best telling of each other source that tells the same story, and another of its own if there is one."""
    muted_by: str = ""
    highlighted_by: str = ""
    """The names of the rules that hide and highlight it."""

    @property
    def html(self) -> str:
        """The best text we have: the page's, else the feed's content, else its summary; else why there is none."""
        return self.full_text or self.content or self.summary or (DAMAGED if self.damaged else "")


MOST_REVISIONS = 50
"""Some feeds change with every look; the oldest versions of such an article go."""


class Revision(Struct, frozen=True):
    """An earlier version of an article, and when a later one took its place."""

    id: int
    replaced: int
    title: str
    summary: str
    content: str
    updated: int | None = None
    pictures: tuple[Picture, ...] = ()
    read: bool = False
    """Whether it is the one that the person read last, the present version aside."""


class Telling(NamedTuple):
    """An article as one of those that tell a story: what is weighed when one of them stands for all."""

    id: int
    story: int
    source_id: int
    minutes: int


class Piece(NamedTuple):
    """An article as one that may stand in a briefing: what is weighed there."""

    id: int
    source_id: int
    at: int
    minutes: int
    story: int | None = None
    tags: tuple[int, ...] = ()
    """Numbers of its tags; of one that stands under another, that one's."""
    highlighted: bool = False


class SavedFeed(Struct, frozen=True):
    """A query that the person gave a name."""

    id: int
    name: str
    query: str
    icon: str = ""
    """A name of `reading.icons.ICONS`; "" for the first."""
    problem: str = ""
    """Why its query is none, in a sentence."""


EFFECTS = ("mute", "highlight", "tag", "star", "read")
"""What a rule can do."""


class Rule(Struct, frozen=True):
    """What is done by itself with the articles that a query finds."""

    id: int
    name: str
    query: str
    effect: str
    """One of `EFFECTS`."""
    tag: str = ""
    """Which one is given, if that is the effect."""
    term: int | None = None
    """Seconds for which it stands, from when it is made or switched on again; None: for good."""
    ends: int | None = None
    off: bool = False
    caught: int = 0
    """How many articles it has acted on."""
    problem: str = ""
    """Why its query is none, in a sentence."""


class TagCount(Struct, frozen=True):
    """A tag and how many articles of the view at hand carry it."""

    name: str
    total: int
    unread: int


class Saved(Struct, frozen=True):
    """What saving one source's entries did: ids of the new and of the changed articles, in document order."""

    new: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    same: int = 0


class Failed(Struct, frozen=True):
    """Why a source could not be read. `message` is a sentence a person can act on; `kind` is for programs."""

    kind: str
    message: str
    retry_at: int | None = None
    status: int | None = None
    """Of HTTP, where that is what failed."""
    host: str = ""
    """Who wants to be asked no sooner than `retry_at`: after a redirect another host than the source's own."""


class NewSource(Struct, frozen=True):
    """A subscription that someone asks for."""

    url: str
    name: str = ""
    folder: str = ""
    zone: str = ""
    mapping: str = ""
    language: str = ""
    homepage: str = ""
    title: str = ""
    sample: bool = False
    interval: int | None = None
    per_day: int | None = None
