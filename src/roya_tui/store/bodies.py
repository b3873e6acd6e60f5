"""The wide part of an article as it is stored: compressed JSON, from which follows what search was told of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from msgspec.structs import astuple

from roya_tui.deflate import quick
from roya_tui.model import Enclosure, Entry, Picture
from roya_tui.store import packing
from roya_tui.text import apart, counted, fold, plain

_MOST_INDEXED = 300_000
"""Characters of one text that search knows: some 50,000 words."""
_WORDS_A_MINUTE = 220
_EMPTY: dict[str, Any] = {
    "authors": [],
    "tags": [],
    "published": "",
    "updated": "",
    "summary": "",
    "content": "",
    "pictures": [],
    "enclosures": [],
    "comments": "",
    "indexed": ["", ""],
}
_CJK_A_MINUTE = 450
"""Characters of Chinese and Japanese, which are read by the character."""
KEPT_SECONDS = 5 * 86_400
"""How long it is kept what an article is known by: a little longer than two tellings of a story may lie apart."""
_LONGEST_GUID = 1_000


class Prepared(NamedTuple):
    """An entry made ready to be saved by a worker: all that is slow about it is done.

    A named tuple goes from process to process in a fraction of the time of a dataclass.
    """

    guid: str
    """Its identity within its source: its guid, else its link, else a hash of what it says."""
    url: str
    title: str
    author: str
    language: str
    published: int | None
    updated: int | None
    tags: tuple[str, ...]
    pictures: int
    minutes: int
    stamp: int
    """A hash of everything that is stored. The first entry of a version lends it its own as the version's `digest`."""
    body: bytes
    telling: bytes = b""
    """What it is known by among those that tell the same story; "" for what is sorted into none."""
    known: Indexed | None = None
    """What search is to be told of it, where that was asked for: the same as `told` finds in the body."""


def prepare(entry: Entry, telling: bytes = b"", *, known: bool = False) -> Prepared:
    """Return `entry` hashed, folded and compressed. Pure and slow; goes to worker processes and back.

    `telling` is what it is known by among those that tell the same story; `known` asks for what search is to be told.
    """
    seen = plain(entry.content or entry.summary)
    wide = written(entry)
    narrow = (entry.title, entry.url, entry.language, str(entry.published.at), str(entry.updated.at))
    return Prepared(
        guid=_identity(entry, seen),
        url=entry.url,
        title=entry.title,
        author=", ".join(entry.authors),
        language=entry.language,
        published=entry.published.at,
        updated=entry.updated.at,
        tags=entry.tags,
        pictures=len(entry.pictures),
        minutes=minutes(seen),
        stamp=_hash(wide, *narrow),
        body=packing.pack(wide),
        telling=telling,
        known=_known(entry, seen) if known else None,
    )


def _known(entry: Entry, seen: str) -> Indexed:
    words = _words(seen, entry.summary, entry.content, (picture.caption for picture in entry.pictures))
    return Indexed(*_names(entry), words)


def _names(entry: Entry) -> tuple[str, str]:
    """Return title and authors as search knows them."""
    return fold(entry.title), fold(" ".join(entry.authors))


def _identity(entry: Entry, seen: str) -> str:
    guid = entry.guid or entry.url
    if not guid or len(guid) > _LONGEST_GUID:
        said = (guid,) if guid else (entry.title, entry.published.raw, seen)
        guid = f"hash:{_hash(*said) & 0xFFFF_FFFF_FFFF_FFFF:016x}"
    return guid


def _hash(*parts: str | bytes) -> int:
    """Return a 64-bit hash, signed as SQLite's integers are."""
    from hashlib import blake2b  # the reader, which must start fast, hashes nothing

    said = b"\0".join(part if isinstance(part, bytes) else part.encode() for part in parts)
    return int.from_bytes(blake2b(said, digest_size=8).digest(), "big", signed=True)


class Indexed(NamedTuple):
    """What search knows of an article: its folded title, authors and words."""

    title: str
    author: str
    text: str


class _Stored(NamedTuple):
    """The same in a body. Its text follows from the article's, which it would make a quarter longer: it stands there
    only if an earlier version of the program wrote it, Chinese and Japanese as `words` without blanks between them."""

    title: str
    author: str
    text: str | None = None
    words: str = ""


def written(entry: Entry) -> bytes:
    """Return the wide part of what a feed says of an article, with what search is told of it, as JSON."""
    wide = {
        "authors": entry.authors,
        "tags": entry.tags,
        "published": entry.published.raw,
        "updated": entry.updated.raw,
        "summary": entry.summary,
        "content": entry.content,
        "pictures": [astuple(picture) for picture in entry.pictures],
        "enclosures": [astuple(enclosure) for enclosure in entry.enclosures],
        "comments": entry.comments,
        "indexed": _names(entry),
    }
    return _json({name: value for name, value in wide.items() if value})


def pack_page(html: str, pictures: Sequence[Picture]) -> bytes:
    """Return the full text that an article's page gave."""
    return pack({"html": html, "pictures": [astuple(picture) for picture in pictures]})


def pack(wide: dict[str, Any]) -> bytes:
    """Return the parts of an article as they are stored."""
    return packing.pack(_json(wide))


def _json(wide: dict[str, Any]) -> bytes:
    import msgspec  # writes nine times as fast as json; the reader, which must start fast, writes nothing

    return msgspec.json.encode(wide)


def unpack(packed: bytes) -> dict[str, Any]:
    """Return the parts of an article that were packed. Of damaged ones nothing is left but that they are `damaged`."""
    wide = _read(packed)
    empty = {name: type(value)(value) for name, value in _EMPTY.items()}
    return empty | ({"damaged": True} if wide is None else wide)


def unpack_page(packed: bytes | None) -> dict[str, Any]:
    """Return what an article's page gave; nothing where there is none, or where it is damaged."""
    return (packed and _read(packed)) or {}


def _read(packed: bytes) -> dict[str, Any] | None:
    try:
        wide: dict[str, Any] = json.loads(packing.unpack(packed))
    except ValueError:
        return None
    return wide


def is_sound(packed: bytes) -> bool:
    """Return whether what was packed can be read."""
    try:
        packing.unpack(packed, quick())
    except packing.Damaged:
        return False
    return True


def indexed(feed: dict[str, Any], page: dict[str, Any]) -> Indexed:
    """Return what search knows, or should know, of an article with these wide parts."""
    title, author, text, words = _Stored(*feed["indexed"])
    if text is None:
        summary, content = feed["summary"], feed["content"]
        captions = (Picture(*values).caption for values in feed["pictures"])
        text = _words(plain(content or summary), summary, content, captions)
    elif words:
        text = apart(words)
    return Indexed(title, author, f"{text} {page_words(page)}" if page else text)


def _words(seen: str, summary: str, content: str, captions: Iterable[str]) -> str:
    """Return the words that search knows of a text: its own as `seen`, its summary's if that adds to it, its captions'.

    Search must be told the very same to forget them. Whoever changes what comes of a text, here or in `fold` and
    `plain`, has to let it learn all articles anew (a migration).
    """
    beside = plain(summary) if content else ""
    return fold(" ".join(filter(None, (beside if beside not in seen else "", seen, *captions))))[:_MOST_INDEXED]


def page_words(page: dict[str, Any]) -> str:
    """Return the words of a page's full text, folded: as they follow from it, or as an earlier version kept them."""
    words: str | None = page.get("words")
    return fold(plain(page["html"]))[:_MOST_INDEXED] if words is None else words


def told(feed: bytes, page: bytes | None) -> Indexed:
    """Return what search knows, or should know, of an article with this body; nothing else of it is read.

    Of what is damaged it knows nothing: one such must not keep search from all the others.
    """
    return indexed(_parts(feed, _OF_FEED) or _EMPTY, {} if page is None else _parts(page, _OF_PAGE) or {})


_OF_FEED = (("indexed", _Stored), ("summary", str, ""), ("content", str, ""), ("pictures", list, ()))
_OF_PAGE = (("html", str), ("words", str | None, None))


def _parts(packed: bytes, which: tuple[tuple[Any, ...], ...]) -> dict[str, Any] | None:
    """Return parts of what was packed, None if any is damaged: each a name, a kind, what it is where it is missing."""
    try:
        found = _reader(which).decode(packing.unpack(packed, quick()))
    except ValueError:  # which msgspec's errors are, too
        return None
    return {name: getattr(found, name) for name, *_ in which}


@cache
def _reader(which: tuple[tuple[Any, ...], ...]) -> Any:
    """Return what reads parts of packed JSON and passes over the others."""
    import msgspec

    return msgspec.json.Decoder(msgspec.defstruct("Parts", which))


def pictures(feed: dict[str, Any], page: dict[str, Any]) -> tuple[Picture, ...]:
    """Return the pictures of the feed, then those of the page that are new."""
    found = [Picture(*values) for wide in (feed, page) for values in wide.get("pictures", ())]
    return tuple({picture.url: picture for picture in reversed(found)}.values())[::-1]


def enclosures(feed: dict[str, Any]) -> tuple[Enclosure, ...]:
    return tuple(Enclosure(*values) for values in feed["enclosures"])


def minutes(text: str) -> int:
    """Return how long a text takes to read: its words on one line, as they are or folded."""
    words, characters = counted(text)
    return max(1, round(words / _WORDS_A_MINUTE + characters / _CJK_A_MINUTE))
