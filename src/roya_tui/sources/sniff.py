"""What kind of document some bytes are, told from the bytes and never from a name."""

from __future__ import annotations

import re
import sys

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.sources import nofeed
from roya_tui.sources.decoding import decode
from roya_tui.sources.unpacking import unfold

FEEDS = ("rss", "rdf", "atom", "json feed")
_LOOKED_AT = 200_000
"""Characters from the start in which a root element must come."""
MOST_MEMORY = 70_000_000
"""Bytes that a document's text may take: four for each character, where one of them is beyond U+FFFF."""

_BLANK = "\ufeff\x00 \t\r\n\x0b\x0c\u00a0\u200b\u2028\u2029"
# An instruction that nobody closed with "?>" ends with its tag.
_DECLARATION = re.compile(r"<\?xml\b[^<>]*>|<\?[^<>]*>|<\?.*?(?:\?>|\Z)|<!--.*?(?:-->|\Z)", re.S | re.I)
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:>|\[.*?\]\s*>|\Z)", re.S | re.I)
_HTML = re.compile(r"<!DOCTYPE\s+html\b", re.I)
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)([^<>]*)>?")
_SAYS_JSON_FEED = r'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org'
_BEGINNING = re.compile(rf"<\?xml\b|<(?:rss|feed|rdf:RDF|channel)\b|\{{\s*{_SAYS_JSON_FEED}", re.I)
_RDF_FEED = re.compile(r"purl\.org/rss/|netscape\.com/rdf/|<(?:\w+:)?channel\b", re.I)
_JSON_FEED = re.compile(_SAYS_JSON_FEED, re.I)
_ROOTS = {
    "rss": "rss", "channel": "rss", "item": "rss", "rdf": "rdf", "feed": "atom", "entry": "atom", "html": "html",
    "opml": "opml",
}  # fmt: skip
_HTML_STARTS = frozenset("head body title meta link script style div p table br b font center h1 pre hr".split())
# Where a feed may begin after a server's own words. Of its elements only those count that are written as a feed's.
_LATER_FEED = re.compile(
    r"(?:<\?xml\b[^<>]*>\s*(?:<!--[^<>]*-->\s*|<\?[^<>]*\?>\s*)*)?"
    r"<(?:rss\s[^<>]*version|feed\s[^<>]*xmlns|rdf:RDF\s[^<>]*xmlns)\b"
    rf"|\{{\s*{_SAYS_JSON_FEED}",
    re.I,
)
# What keeps other pages' scripts from reading JSON, the name of a function to be called with it, comments.
_BEFORE_JSON = re.compile(
    r"(?:\)\]\}'?,?|(?:for|while) ?\([;1]+\);|//[^\n]*\n|/\*.*?\*/|[A-Za-z_$][\w$.]{0,80}\s*[(=]|var |\s+)++(?=[{\[])",
    re.S,
)
_WORDS = {
    "empty": "empty",
    "json": "JSON, but not a JSON Feed",
    "json feed": "a JSON Feed",
    "text": "plain text",
    "binary": "not text",
}


class NotAFeed(Exception):
    """The document is no feed. The message says what it is instead, in words that end a sentence "This is …"."""


class Sniffed(Struct, frozen=True):
    """What a document is: `kind` for programs ("rss", "rdf", "atom", "json feed", "json", "html", "opml", "sitemap",
    "xml", "empty", "text", "binary"), `words` for people ("a web page that offers 2 feeds")."""

    kind: str
    words: str
    encoding: str = ""
    encoding_found: str = ""
    """How that was found out, as in model.Feed."""
    root: str = ""
    """The attributes of the root element, as written."""
    text: str = ""
    """The whole document, decoded, from its first meaningful character on."""
    warnings: tuple[str, ...] = ()

    @property
    def feed(self) -> bool:
        return self.kind in FEEDS


def sniff(data: bytes, content_type: str = "") -> Sniffed:
    """Return what `data` is. `content_type` is the header as received; only its charset is believed. No I/O."""
    data, warnings = unfold(data)
    if words := nofeed.file(data):
        return Sniffed("binary", words)
    decoded = decode(data, content_type)
    text = decoded.text.lstrip(_BLANK)
    if sys.getsizeof(text) > MOST_MEMORY:
        text, warnings = text[: MOST_MEMORY // 4], (*warnings, "Only the beginning of the document was read.")
    found = _recognised(text)
    return replace(
        found,
        encoding=decoded.encoding,
        encoding_found=decoded.found,
        warnings=warnings + decoded.warnings + found.warnings,
    )


def _recognised(text: str) -> Sniffed:
    if not text:
        return Sniffed("empty", _WORDS["empty"])
    if before := _BEFORE_JSON.match(text):
        text = text[before.end() :]
    if text[0] in "{[":
        kind = "json feed" if _JSON_FEED.search(text[:_LOOKED_AT]) else "json"
        return Sniffed(kind, _WORDS[kind], text=text)
    document = _markup(text) if text[0] == "<" else _prose(text)
    if document.feed:
        return document
    beginning = _later_feed(text, document.kind)
    if beginning <= 0:
        kind = _inside(text) if document.kind in ("xml", "html") else ""
        return replace(document, kind=kind, words="a feed") if kind else document
    passed_over = "Something stands before the feed's beginning and was passed over."
    return replace(_recognised(text[beginning:]), warnings=(passed_over,))


def _later_feed(text: str, kind: str) -> int:
    """Where a feed begins after something else: a server's warning, a page about an error; -1 if none does."""
    if kind in ("text", "binary"):
        found = _BEGINNING.search(text[:_LOOKED_AT])
    else:
        # A page may show a feed to its readers; so only what follows a whole page counts.
        whole = re.match(r"(?:<!DOCTYPE[^<>]*>\s*)?<html\b", text, re.I)
        start = text.lower().find("</html") if whole else 0
        found = _LATER_FEED.search(text, start, start + _LOOKED_AT) if start >= 0 else None
    return found.start() if found else -1


def _prose(text: str) -> Sniffed:
    if "<html" in text[:_LOOKED_AT].lower():
        return Sniffed("html", nofeed.page(text), text=text)
    head = text[:2000]
    strange = sum(1 for c in head if c == "\ufffd" or (c < " " and c not in "\t\r\n\f\x1b"))
    kind = "binary" if strange * 10 > len(head) else "text"
    return Sniffed(kind, _WORDS[kind], text=text)


def _markup(text: str) -> Sniffed:
    kind, name, attributes = _root(text)
    words = _WORDS.get(kind, "a feed")
    if kind == "html":
        words = nofeed.page(text)
    elif kind in ("xml", "opml", "sitemap"):
        words = nofeed.xml(name)
    return Sniffed(kind, words, root=attributes, text=text)


def _root(text: str) -> tuple[str, str, str]:
    """The kind of markup, and the root element's name in lower case and its attributes."""
    place, doctype = 0, ""
    while 0 <= place < min(len(text), _LOOKED_AT):
        if text[place + 1 : place + 2] in ("?", "!"):
            pattern = _DECLARATION
            if not doctype and text[place : place + 9].upper() == "<!DOCTYPE":
                # Only the first one is looked at: to search for the end of each would take long.
                pattern, doctype = _DOCTYPE, text[place : place + 40]
            declaration = pattern.match(text, place)
            place = declaration.end() if declaration else place + 2
        elif match := _ROOT.match(text, place):
            prefix, name, attributes = (match[1] or "").lower(), match[2].lower(), match[3]
            return _kind(text, prefix, name, declared_html=_HTML.match(doctype) is not None), name, attributes
        else:
            place += 1
        place = text.find("<", place)
    if _HTML.match(doctype):
        return "html", "", ""
    return ("text" if _DECLARATION.sub("", text[:_LOOKED_AT]).strip() else "empty"), "", ""


def _kind(text: str, prefix: str, name: str, *, declared_html: bool) -> str:
    if name in ("urlset", "sitemapindex"):
        return "sitemap"
    if name == "rdf" and not _RDF_FEED.search(text[:_LOOKED_AT]):
        return "xml"
    if kind := _ROOTS.get(name):
        return kind
    if declared_html:
        return "html"
    return "html" if not prefix and name in _HTML_STARTS else "xml"


def _inside(text: str) -> str:
    """The kind of feed whose root is damaged, but which holds what only a feed does; "" if it does not."""
    head = text[:_LOOKED_AT]
    if "<html" in head.lower():
        return ""
    if re.search(r"<channel\b", head) and re.search(r"<item\b", head):
        return "rss"
    return "atom" if "www.w3.org/2005/Atom" in head and re.search(r"<entry\b", head) else ""
