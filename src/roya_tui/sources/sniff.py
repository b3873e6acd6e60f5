"""What kind of document some bytes are, told from the bytes and never from a name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from roya_tui.sources.decoding import decode

FEEDS = ("rss", "rdf", "atom", "json feed")
_LOOKED_AT = 200_000
"""Characters from the start in which a root element must come."""

_DECLARATION = re.compile(r"<\?.*?(?:\?>|\Z)|<!--.*?(?:-->|\Z)|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?(?:>|\Z)", re.S | re.I)
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)([^<>]*)>?")
_BEGINNING = re.compile(r"<\?xml\b|<(?:rss|feed|rdf:RDF|channel)\b", re.I)
_RDF_FEED = re.compile(r"purl\.org/rss/|my\.netscape\.com/rdf/|<(?:\w+:)?channel\b", re.I)
_FEED_LINK = re.compile(r"<link\b[^<>]*\btype\s*=\s*[\"']?application/(?:rss\+xml|atom\+xml|feed\+json)\b", re.I)
_PASSWORD = re.compile(r"<input\b[^<>]*\btype\s*=\s*[\"']?password\b", re.I)
_JSON_FEED = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org', re.I)
_ROOTS = {"rss": "rss", "channel": "rss", "rdf": "rdf", "feed": "atom", "entry": "atom", "html": "html", "opml": "opml"}
_HTML_STARTS = frozenset(("head", "body", "title", "meta", "link", "script", "style", "div", "p", "table", "br"))
_SAID = {
    "empty": "empty",
    "opml": "an OPML list of subscriptions",
    "sitemap": "a sitemap, a list of a site's pages",
    "json": "JSON, but not a JSON Feed",
    "text": "plain text",
    "binary": "not text",
}
_BINARY = (
    (b"%PDF", "a PDF document"), (b"PK\x03\x04", "a ZIP archive"), (b"SQLite format 3", "a database"),
    (b"\x89PNG", "a picture"), (b"GIF8", "a picture"), (b"\xff\xd8\xff", "a picture"),
    (b"RIFF", "a media file"), (b"OggS", "a media file"), (b"ID3", "a sound file"),
    (b"\x7fELF", "a program"), (b"BZh", "a compressed file"), (b"\xfd7zXZ", "a compressed file"),
)  # fmt: skip


class NotAFeed(Exception):
    """The document is no feed. The message says what it is instead, in words that end a sentence "This is …"."""


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a document is: `kind` for programs ("rss", "rdf", "atom", "json feed", "json", "html", "opml", "sitemap",
    "xml", "empty", "text", "binary"), `words` for people ("a web page that offers 2 feeds")."""

    kind: str
    words: str
    encoding: str = ""
    root: str = ""
    """The attributes of the root element, as written."""
    text: str = field(default="", repr=False)
    """The whole document, decoded, from its first meaningful character on."""
    warnings: tuple[str, ...] = ()

    @property
    def feed(self) -> bool:
        return self.kind in FEEDS


def sniff(data: bytes, content_type: str = "") -> Sniffed:
    """Return what `data` is. `content_type` is the header as received; only its charset is believed. No I/O."""
    for magic, words in _BINARY:
        if data.startswith(magic):
            return Sniffed("binary", words)
    decoded = decode(data, content_type)
    text = decoded.text.lstrip("\ufeff\x00 \t\r\n\x0b\x0c\u00a0\u200b\u2028\u2029")
    warnings = decoded.warnings
    if not text:
        return Sniffed("empty", _SAID["empty"], decoded.encoding, warnings=warnings)
    if text[0] in "{[":
        kind = "json feed" if _JSON_FEED.search(text[:_LOOKED_AT]) else "json"
        return Sniffed(kind, _SAID.get(kind, "a JSON Feed"), decoded.encoding, text=text, warnings=warnings)
    if text[0] != "<":
        beginning = _BEGINNING.search(text[:_LOOKED_AT])
        if beginning is None:
            return _prose(text, decoded.encoding, warnings)
        text = text[beginning.start() :]
        warnings += ("Something stands before the feed's beginning and was passed over.",)
    return _markup(text, decoded.encoding, warnings)


def _prose(text: str, encoding: str, warnings: tuple[str, ...]) -> Sniffed:
    head = text[:2000]
    if "<html" in text[:_LOOKED_AT].lower():
        return Sniffed("html", _page(text), encoding, text=text, warnings=warnings)
    strange = sum(1 for c in head if c == "\ufffd" or (c < " " and c not in "\t\r\n\f\x1b"))
    kind = "binary" if strange * 10 > len(head) else "text"
    return Sniffed(kind, _SAID[kind], encoding, text=text, warnings=warnings)


def _markup(text: str, encoding: str, warnings: tuple[str, ...]) -> Sniffed:
    kind, attributes = _root(text)
    if kind == "html":
        words = _page(text)
    elif kind == "xml":
        words = "XML, but no kind of feed"
    else:
        words = _SAID.get(kind, "a feed")
    return Sniffed(kind, words, encoding, attributes, text, warnings)


def _root(text: str) -> tuple[str, str]:
    place = 0
    while place < min(len(text), _LOOKED_AT):
        place = text.find("<", place)
        if place < 0:
            break
        if text[place + 1 : place + 2] in ("?", "!"):
            if re.match(r"<!DOCTYPE\s+html\b", text[place : place + 40], re.I):
                return "html", ""
            declaration = _DECLARATION.match(text, place)
            place = declaration.end() if declaration else place + 2
        elif match := _ROOT.match(text, place):
            prefix, name, attributes = (match[1] or "").lower(), match[2].lower(), match[3]
            if name in ("urlset", "sitemapindex"):
                return "sitemap", attributes
            if name == "rdf" and not _RDF_FEED.search(text[:_LOOKED_AT]):
                return "xml", attributes
            return _ROOTS.get(name) or ("html" if not prefix and name in _HTML_STARTS else "xml"), attributes
        else:
            place += 1
    return ("xml" if text.startswith("<?xml") else "text"), ""


def _page(text: str) -> str:
    offered = len(_FEED_LINK.findall(text))
    if offered:
        return f"a web page that offers {offered} feed{'s' if offered != 1 else ''}"
    if _PASSWORD.search(text):
        return "a page that asks to log in"
    return "a web page that offers no feed"
