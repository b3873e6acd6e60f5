"""What is stored of articles, packed: zlib's form (RFC 1950), with a dictionary of what many have."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from msgspec.structs import astuple

from roya_tui.deflate import load_zlib
from roya_tui.model import Enclosure, Entry, Picture
from roya_tui.text import count_words, fold, segment_cjk, strip_html

_COMPRESSION_LEVEL = 3
"""Half the time of zlib's default for a twelfth more bytes; isal takes a third of that, for a sixteenth more."""

_DICTIONARY = (
    " de la les des et est dans pour que une sur par der die und das den von mit ist für auf ein el los las del en por"
    " con una se di il che per non da do em os não и в на не что с по של את על не bir ve için "
    " في من على إلى أن عن مع هذا التي الذي ما كان لا بعد قال كما بين وقد ولا هذه وفي"
    " this from have will their which they been but not are be as at by with for was on that is it and of in to a the "
    '","enclosures":[["https://www.mp3","audio/mpeg",null]],"comments":"https://www./#comments'
    '<figure class=\\"wp-block-image\\"><figcaption></figcaption></figure><pre><code></code></pre>'
    ' srcset=\\"https://www." width=\\"1024\\" height=\\"683\\" loading=\\"lazy\\" alt=\\"\\" class=\\"'
    '<img src=\\"https://www.com/wp-content/uploads/2025/2026/01/.jpg\\"<iframe src=\\"https://www.youtube.com/embed/'
    '<table><tr><td></td></tr></table><div class=\\"></div><span></span><ol><h2 id=\\"></h2>\\n<h3></h3>\\n<hr><br>'
    "<blockquote><p></p></blockquote><ul>\\n<li><strong></strong></li>\\n</ul>\\n<b></b><i></i><em></em>&amp;&#39;&nbsp;"
    '"published":"Mon, 01 Jan 2026 00:00:00 +0000 GMT","updated":"2026-01-01T00:00:00Z'
    '","pictures":[["https://www.jpg","",null,null]],'
    '</p>\\n<p><a href=\\"https://www.\\" target=\\"_blank\\" rel=\\"noopener noreferrer nofollow\\"></a>.</p>",'
    '"indexed":["{"authors":["{"tags":["","],"summary":"<p>","content":"<p>'
).encode()
"""What bodies have in common, the commonest last. What is packed names it by its checksum (RFC 1950 §2.2): with another
one, this must stay to be chosen by that."""


class DamagedError(ValueError):
    """What was packed cannot be read."""


def compress(written: bytes) -> bytes:
    """Return bytes packed, by isal in a third of zlib's time where that is to be had."""
    packer = load_zlib().compressobj(_COMPRESSION_LEVEL, zdict=_DICTIONARY)
    packed: bytes = packer.compress(written) + packer.flush()
    return packed


def decompress(packed: bytes, zlib_module: Any = zlib) -> bytes:
    """Return what was packed, with the dictionary or, as by earlier versions, without; by zlib or what is `quick`.

    Raises `Damaged`: a checksum finds whatever happened to it.
    """
    unpacker = zlib_module.decompressobj(zdict=_DICTIONARY)
    try:
        written: bytes = unpacker.decompress(packed)
    except zlib_module.error as error:
        raise DamagedError(str(error)) from error
    if not unpacker.eof:
        raise DamagedError("it is cut off")
    return written


_MAX_INDEXED = 300_000
"""Characters of one text that search knows: some 50,000 words."""
_WORDS_PER_MINUTE = 220
_EMPTY_BODY: dict[str, Any] = {
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
_CJK_PER_MINUTE = 450
"""Characters of Chinese and Japanese, which are read by the character."""
FINGERPRINT_SECONDS = 5 * 86_400
"""How long it is kept what an article is known by: a little longer than two tellings of a story may lie apart."""
_MAX_GUID = 1_000


class PreparedEntry(NamedTuple):
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
    fingerprint: bytes = b""
    """What it is known by among those that tell the same story; "" for what is sorted into none."""
    search_document: SearchDocument | None = None
    """What search is to be told of it, where that was asked for: the same as `told` finds in the body."""


def prepare(entry: Entry, fingerprint: bytes = b"", *, with_search_document: bool = False) -> PreparedEntry:
    """Return `entry` hashed, folded and compressed. Pure and slow; goes to worker processes and back.

    `telling` is what it is known by among those that tell the same story; `known` asks for what search is to be told.
    """
    seen = strip_html(entry.content or entry.summary)
    wide = encode_entry(entry)
    narrow = (entry.title, entry.url, entry.language, str(entry.published.at), str(entry.updated.at))
    return PreparedEntry(
        guid=_choose_guid(entry, seen),
        url=entry.url,
        title=entry.title,
        author=", ".join(entry.authors),
        language=entry.language,
        published=entry.published.at,
        updated=entry.updated.at,
        tags=entry.tags,
        pictures=len(entry.pictures),
        minutes=estimate_minutes(seen),
        stamp=_hash(wide, *narrow),
        body=compress(wide),
        fingerprint=fingerprint,
        search_document=_entry_search_document(entry, seen) if with_search_document else None,
    )


def _entry_search_document(entry: Entry, seen: str) -> SearchDocument:
    words = _searchable_text(seen, entry.summary, entry.content, (picture.caption for picture in entry.pictures))
    return SearchDocument(*_folded_names(entry), words)


def _folded_names(entry: Entry) -> tuple[str, str]:
    """Return title and authors as search knows them."""
    return fold(entry.title), fold(" ".join(entry.authors))


def _choose_guid(entry: Entry, seen: str) -> str:
    guid = entry.guid or entry.url
    if not guid or len(guid) > _MAX_GUID:
        parts = (guid,) if guid else (entry.title, entry.published.raw, seen)
        guid = f"hash:{_hash(*parts) & 0xFFFF_FFFF_FFFF_FFFF:016x}"
    return guid


def _hash(*parts: str | bytes) -> int:
    """Return a 64-bit hash, signed as SQLite's integers are."""
    from hashlib import blake2b  # the reader, which must start fast, hashes nothing

    joined = b"\0".join(part if isinstance(part, bytes) else part.encode() for part in parts)
    return int.from_bytes(blake2b(joined, digest_size=8).digest(), "big", signed=True)


class SearchDocument(NamedTuple):
    """What search knows of an article: its folded title, authors and words."""

    title: str
    author: str
    text: str


class _StoredDocument(NamedTuple):
    """The same in a body. Its text follows from the article's, which it would make a quarter longer: it stands there
    only if an earlier version of the program wrote it, Chinese and Japanese as `words` without blanks between them."""

    title: str
    author: str
    text: str | None = None
    words: str = ""


def encode_entry(entry: Entry) -> bytes:
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
        "indexed": _folded_names(entry),
    }
    return _encode({name: value for name, value in wide.items() if value})


def pack_page(html: str, pictures: Sequence[Picture]) -> bytes:
    """Return the full text that an article's page gave."""
    return pack({"html": html, "pictures": [astuple(picture) for picture in pictures]})


def pack(wide: dict[str, Any]) -> bytes:
    """Return the parts of an article as they are stored."""
    return compress(_encode(wide))


def _encode(wide: dict[str, Any]) -> bytes:
    import msgspec  # writes nine times as fast as json; the reader, which must start fast, writes nothing

    return msgspec.json.encode(wide)


def unpack(packed: bytes) -> dict[str, Any]:
    """Return the parts of an article that were packed. Of damaged ones nothing is left but that they are `damaged`."""
    wide = _decode(packed)
    empty = {name: type(value)(value) for name, value in _EMPTY_BODY.items()}
    return empty | ({"damaged": True} if wide is None else wide)


def unpack_page(packed: bytes | None) -> dict[str, Any]:
    """Return what an article's page gave; nothing where there is none, or where it is damaged."""
    return (packed and _decode(packed)) or {}


def _decode(packed: bytes) -> dict[str, Any] | None:
    try:
        wide: dict[str, Any] = json.loads(decompress(packed))
    except ValueError:
        return None
    return wide


def is_readable(packed: bytes) -> bool:
    """Return whether what was packed can be read."""
    try:
        decompress(packed, load_zlib())
    except DamagedError:
        return False
    return True


def build_search_document(feed: dict[str, Any], page: dict[str, Any]) -> SearchDocument:
    """Return what search knows, or should know, of an article with these wide parts."""
    title, author, text, words = _StoredDocument(*feed["indexed"])
    if text is None:
        summary, content = feed["summary"], feed["content"]
        captions = (Picture(*values).caption for values in feed["pictures"])
        text = _searchable_text(strip_html(content or summary), summary, content, captions)
    elif words:
        text = segment_cjk(words)
    return SearchDocument(title, author, f"{text} {fold_page_text(page)}" if page else text)


def _searchable_text(seen: str, summary: str, content: str, captions: Iterable[str]) -> str:
    """Return the words that search knows of a text: its own as `seen`, its summary's if that adds to it, its captions'.

    Search must be told the very same to forget them. Whoever changes what comes of a text, here or in `fold` and
    `plain`, has to let it learn all articles anew (a migration).
    """
    beside = strip_html(summary) if content else ""
    return fold(" ".join(filter(None, (beside if beside not in seen else "", seen, *captions))))[:_MAX_INDEXED]


def fold_page_text(page: dict[str, Any]) -> str:
    """Return the words of a page's full text, folded: as they follow from it, or as an earlier version kept them."""
    words: str | None = page.get("words")
    return fold(strip_html(page["html"]))[:_MAX_INDEXED] if words is None else words


def decode_search_document(feed: bytes, page: bytes | None) -> SearchDocument:
    """Return what search knows, or should know, of an article with this body; nothing else of it is read.

    Of what is damaged it knows nothing: one such must not keep search from all the others.
    """
    return build_search_document(
        _decode_fields(feed, _FEED_FIELDS) or _EMPTY_BODY,
        {} if page is None else _decode_fields(page, _PAGE_FIELDS) or {},
    )


_FEED_FIELDS = (("indexed", _StoredDocument), ("summary", str, ""), ("content", str, ""), ("pictures", list, ()))
_PAGE_FIELDS = (("html", str), ("words", str | None, None))


def _decode_fields(packed: bytes, fields: tuple[tuple[Any, ...], ...]) -> dict[str, Any] | None:
    """Return parts of what was packed, None if any is damaged: each a name, a kind, what it is where it is missing."""
    try:
        found = _field_decoder(fields).decode(decompress(packed, load_zlib()))
    except ValueError:  # which msgspec's errors are, too
        return None
    return {name: getattr(found, name) for name, *_ in fields}


@cache
def _field_decoder(fields: tuple[tuple[Any, ...], ...]) -> Any:
    """Return what reads parts of packed JSON and passes over the others."""
    import msgspec

    return msgspec.json.Decoder(msgspec.defstruct("Parts", fields))


def merge_pictures(feed: dict[str, Any], page: dict[str, Any]) -> tuple[Picture, ...]:
    """Return the pictures of the feed, then those of the page that are new."""
    found = [Picture(*values) for wide in (feed, page) for values in wide.get("pictures", ())]
    return tuple({picture.url: picture for picture in reversed(found)}.values())[::-1]


def read_enclosures(feed: dict[str, Any]) -> tuple[Enclosure, ...]:
    return tuple(Enclosure(*values) for values in feed["enclosures"])


def estimate_minutes(text: str) -> int:
    """Return how long a text takes to read: its words on one line, as they are or folded."""
    words, characters = count_words(text)
    return max(1, round(words / _WORDS_PER_MINUTE + characters / _CJK_PER_MINUTE))
