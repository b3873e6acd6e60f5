"""Article bodies: JSON compressed with zlib (RFC 1950) and a preset dictionary.

Without SQL, since parser workers load it.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from msgspec.structs import astuple

from roya_tui.deflate import load_zlib
from roya_tui.model import AUDIO, TIME, VIDEO, DateForm, Enclosure, Entry, Picture
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
"""Text that many bodies share, the most frequent last. Compressed data names its dictionary by checksum (RFC 1950
§2.2): if this one changes, keep it to read older bodies."""


class DamagedError(ValueError):
    """A body cannot be decompressed."""


def compress(data: bytes) -> bytes:
    """Return compressed data, by isal in a third of zlib's time where it is installed."""
    packer = load_zlib().compressobj(_COMPRESSION_LEVEL, zdict=_DICTIONARY)
    packed: bytes = packer.compress(data) + packer.flush()
    return packed


def decompress(packed: bytes, zlib_module: Any = zlib) -> bytes:
    """Return decompressed data, also without the dictionary. Raises `DamagedError`."""
    unpacker = zlib_module.decompressobj(zdict=_DICTIONARY)
    try:
        data: bytes = unpacker.decompress(packed)
    except zlib_module.error as error:
        raise DamagedError(str(error)) from error
    if not unpacker.eof:
        raise DamagedError("it is cut off")
    return data


_MAX_INDEXED = 300_000
"""Characters of one text in the search index: some 50,000 words."""
_WORDS_PER_MINUTE = 220
_EMPTY_BODY: dict[str, Any] = {
    **dict.fromkeys(("published", "updated", "summary", "content", "comments", "chapters"), ""),
    **dict.fromkeys(("season", "episode")),
    **{name: [] for name in ("authors", "tags", "pictures", "enclosures", "chapter_marks", "transcripts")},
    "indexed": ["", ""],
    "incomplete": False,
}
_VIDEO_PAGE = re.compile(
    r"https?://(?:(?:www|m)\.)?(?:youtube\.com/(?:watch\?|shorts/|live/)|youtu\.be/\w|vimeo\.com/\d)", re.I
)
_CJK_PER_MINUTE = 450
"""Characters of Chinese and Japanese."""
FINGERPRINT_SECONDS = 5 * 86_400
"""How long fingerprints are kept: slightly longer than the largest distance between two articles of a story."""
MAX_GUID = 1_000
"""Characters of a guid that the database keeps; a longer one becomes a hash."""
FRAGMENT_GUID = "incomplete:"
"""Beginning of the identity of an incomplete entry whose guid is missing and may follow later."""


_PRECISIONS = ("", "day", "month", "year")
FLOATING = 4
"""The bit of a packed form for a date that names no clock."""
MAX_OFFSET = 1_440
"""Minutes."""


def pack_form(form: DateForm) -> int | None:
    """Return a form as an integer: offset, whether it is floating, and precision. None if the offset is unknown."""
    if form.offset is None:
        return None
    return (form.offset + MAX_OFFSET) * 8 + form.is_floating * FLOATING + _PRECISIONS.index(form.precision)


@lru_cache(maxsize=256)
def unpack_form(packed: int | None) -> DateForm:
    """Return the form of a date that is stored as an integer."""
    if packed is None:
        return TIME
    return DateForm(_PRECISIONS[packed & 3], (packed >> 3) - MAX_OFFSET, bool(packed & FLOATING))


class PreparedEntry(NamedTuple):
    """An entry that a worker has prepared for saving; a named tuple is fast to send."""

    guid: str
    """Identity within the source: the entry's guid, else its link, else a hash of its content.

    `store.articles.identity` adds the link where a feed repeats guids.
    """
    url: str
    """The entry's page, else its file."""
    title: str
    author: str
    language: str
    published: int | None
    published_form: int | None
    updated: int | None
    updated_form: int | None
    tags: tuple[str, ...]
    pictures: int
    media: int
    """`AUDIO`, `VIDEO`, both or 0."""
    minutes: int
    stamp: int
    """Hash of everything that is stored. The first entry of a version also gives it the version's `digest`."""
    body: bytes
    fingerprint: bytes = b""
    """Fingerprint for finding articles of one story; empty for an article that is not compared."""
    search_document: SearchDocument | None = None
    """Text for the search index, if requested: the same as `decode_search_document` reads from the body."""
    incomplete: bool = False
    """Whether a document ended inside the entry."""


def prepare(entry: Entry, fingerprint: bytes = b"", *, with_search_document: bool = False) -> PreparedEntry:
    """Return `entry` hashed, folded and compressed. Slow and pure: runs in worker processes."""
    visible = strip_html(entry.content or entry.summary)
    body = encode_entry(entry)
    columns = (entry.title, entry.link, entry.language, str(entry.published.at), str(entry.updated.at))
    document = None
    if with_search_document:
        captions = (picture.caption for picture in entry.pictures)
        text = _searchable_text(visible, entry.summary, entry.content, captions)
        document = SearchDocument(*_folded_names(entry), text)
    return PreparedEntry(
        guid=_choose_guid(entry, visible),
        url=entry.link,
        title=entry.title,
        author=", ".join(entry.authors),
        language=entry.language,
        published=entry.published.at,
        published_form=pack_form(entry.published.form),
        updated=entry.updated.at,
        updated_form=pack_form(entry.updated.form),
        tags=entry.tags,
        pictures=len(entry.pictures),
        media=find_media(entry.link, entry.enclosures),
        minutes=estimate_minutes(visible),
        stamp=_hash(body, *columns),
        body=compress(body),
        fingerprint=fingerprint,
        search_document=document,
        incomplete=entry.incomplete,
    )


def _folded_names(entry: Entry) -> tuple[str, str]:
    """Return title and authors as they are indexed."""
    return fold(entry.title), fold(" ".join(entry.authors))


def _choose_guid(entry: Entry, visible: str) -> str:
    guid = entry.guid or entry.url
    if entry.incomplete and not entry.guid:
        return f"{FRAGMENT_GUID}{_hash(entry.url or entry.title) & 0xFFFF_FFFF_FFFF_FFFF:016x}"
    return shorten_guid(guid) if guid else _hash_guid(entry.title, entry.published.raw, visible)


def shorten_guid(guid: str) -> str:
    """Return a guid, or its hash if it is too long."""
    return guid if len(guid) <= MAX_GUID else _hash_guid(guid)


def _hash_guid(*parts: str) -> str:
    return f"hash:{_hash(*parts) & 0xFFFF_FFFF_FFFF_FFFF:016x}"


def _hash(*parts: str | bytes) -> int:
    """Return a signed 64-bit hash, as SQLite stores integers."""
    from hashlib import blake2b  # not loaded at start, which hashes nothing

    joined = b"\0".join(part if isinstance(part, bytes) else part.encode() for part in parts)
    return int.from_bytes(blake2b(joined, digest_size=8).digest(), "big", signed=True)


class SearchDocument(NamedTuple):
    """An article's text in the search index: folded title, authors and words."""

    title: str
    author: str
    text: str


class _StoredDocument(NamedTuple):
    """The search document as stored in a body.

    `text` follows from the article's text and would make the body a quarter longer: only earlier versions stored it,
    with Chinese and Japanese unsegmented in `words`.
    """

    title: str
    author: str
    text: str | None = None
    words: str = ""


def encode_entry(entry: Entry) -> bytes:
    """Return the body of an entry as JSON, with its search document."""
    body = {
        "authors": entry.authors,
        "tags": entry.tags,
        "published": entry.published.raw,
        "updated": entry.updated.raw,
        "summary": entry.summary,
        "content": entry.content,
        "pictures": [astuple(picture) for picture in entry.pictures],
        "enclosures": [astuple(enclosure) for enclosure in entry.enclosures],
        "comments": entry.comments,
        "season": entry.season,
        "episode": entry.episode,
        "chapters": entry.chapters,
        "chapter_marks": [astuple(mark) for mark in entry.chapter_marks],
        "transcripts": [astuple(transcript) for transcript in entry.transcripts],
        "indexed": _folded_names(entry),
        "incomplete": entry.incomplete or None,
    }
    return _encode({name: value for name, value in body.items() if value or value == 0})


def pack_page(html: str, pictures: Sequence[Picture]) -> bytes:
    """Return the full text from an article's page, compressed."""
    return pack({"html": html, "pictures": [astuple(picture) for picture in pictures]})


def pack(body: dict[str, Any]) -> bytes:
    """Return a compressed body."""
    return compress(_encode(body))


def _encode(body: dict[str, Any]) -> bytes:
    import msgspec  # encodes nine times as fast as json; not loaded at start, which writes nothing

    return msgspec.json.encode(body)


def unpack(packed: bytes) -> dict[str, Any]:
    """Return a decompressed body with defaults; a damaged one has the key `damaged`."""
    body = _decode(packed)
    empty = {name: list(value) if isinstance(value, list) else value for name, value in _EMPTY_BODY.items()}
    return empty | ({"damaged": True} if body is None else body)


def pack_lost(title: str, author: str) -> bytes:
    """Return a body for an article whose text a repair could not read; its title can still be searched for."""
    return pack({"lost": True, "indexed": [fold(title), fold(author)]})


def has_lost_text(body: dict[str, Any]) -> bool:
    """Whether the text of an unpacked body is damaged, or a repair could not read it."""
    return "damaged" in body or "lost" in body


def unpack_page(packed: bytes | None) -> dict[str, Any]:
    """Return a decompressed page; empty if there is none or it is damaged."""
    return (packed and _decode(packed)) or {}


def _decode(packed: bytes) -> dict[str, Any] | None:
    try:
        body: dict[str, Any] = json.loads(decompress(packed))
    except ValueError:
        return None
    return body


def is_readable(packed: bytes) -> bool:
    """Return whether a compressed body can be read."""
    try:
        decompress(packed, load_zlib())
    except DamagedError:
        return False
    return True


def build_search_document(feed: dict[str, Any], page: dict[str, Any]) -> SearchDocument:
    """Return the search document of an article with this body and page."""
    title, author, text, words = _StoredDocument(*feed["indexed"])
    if text is None:
        summary, content = feed["summary"], feed["content"]
        captions = (Picture(*values).caption for values in feed["pictures"])
        text = _searchable_text(strip_html(content or summary), summary, content, captions)
    elif words:
        text = segment_cjk(words)
    return SearchDocument(title, author, f"{text} {fold_page_text(page)}" if page else text)


def _searchable_text(visible: str, summary: str, content: str, captions: Iterable[str]) -> str:
    """Return the words to index: the visible text, summary and captions.

    The summary only if the text does not contain it. Removing an article from the index takes exactly the same text.
    After any change of the result, here, in `fold` or in `strip_html`, a migration must index all articles again.
    """
    extra = strip_html(summary) if content else ""
    return fold(" ".join(filter(None, (extra if extra not in visible else "", visible, *captions))))[:_MAX_INDEXED]


def fold_page_text(page: dict[str, Any]) -> str:
    """Return the folded words of a page: computed, or as an earlier version stored them."""
    words: str | None = page.get("words")
    return fold(strip_html(page["html"]))[:_MAX_INDEXED] if words is None else words


def decode_search_document(feed: bytes, page: bytes | None) -> SearchDocument:
    """Return the search document of a compressed body and page, without decoding the rest.

    Empty for a damaged one, which must not keep other articles from being indexed.
    """
    return build_search_document(
        _decode_fields(feed, _FEED_FIELDS) or _EMPTY_BODY,
        {} if page is None else _decode_fields(page, _PAGE_FIELDS) or {},
    )


def decode_media(feed: bytes, url: str) -> int:
    """Return `find_media` of a compressed body and the article's link."""
    return find_media(url, decode_enclosures(feed))


def decode_enclosures(feed: bytes) -> list[Enclosure]:
    """Return the enclosures in a compressed body, without decoding the rest."""
    files = (_decode_fields(feed, (("enclosures", list, ()),)) or _EMPTY_BODY)["enclosures"]
    return [Enclosure(*values) for values in files]


def find_media(url: str, enclosures: Iterable[Enclosure]) -> int:
    """Return whether an entry has recordings: `AUDIO`, `VIDEO`, both or 0."""
    media = {enclosure.medium for enclosure in enclosures}
    has_video = "video" in media or _VIDEO_PAGE.match(url)
    return (AUDIO if "audio" in media else 0) | (VIDEO if has_video else 0)


_FEED_FIELDS = (("indexed", _StoredDocument), ("summary", str, ""), ("content", str, ""), ("pictures", list, ()))
_PAGE_FIELDS = (("html", str), ("words", str | None, None))


def _decode_fields(packed: bytes, fields: tuple[tuple[Any, ...], ...]) -> dict[str, Any] | None:
    """Return fields (name, type, default) of a compressed body; None if it is damaged."""
    try:
        body = _field_decoder(fields).decode(decompress(packed, load_zlib()))
    except ValueError:  # msgspec's errors are ValueErrors, too
        return None
    return {name: getattr(body, name) for name, *_ in fields}


@cache
def _field_decoder(fields: tuple[tuple[Any, ...], ...]) -> Any:
    """Return a decoder that reads only these fields."""
    import msgspec

    return msgspec.json.Decoder(msgspec.defstruct("Parts", fields))


def merge_pictures(feed: dict[str, Any], page: dict[str, Any]) -> tuple[Picture, ...]:
    """Return the pictures of the feed, then those that only the page has."""
    pictures = [Picture(*values) for body in (feed, page) for values in body.get("pictures", ())]
    return tuple({picture.url: picture for picture in reversed(pictures)}.values())[::-1]


def estimate_minutes(text: str) -> int:
    """Return the reading time of a text in minutes; it may be folded."""
    words, characters = count_words(text)
    return max(1, round(words / _WORDS_PER_MINUTE + characters / _CJK_PER_MINUTE))
