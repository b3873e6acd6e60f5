"""Detect from its bytes what kind of document something is: a feed, a web page, a picture …"""

from __future__ import annotations

import html
import re
import sys

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.sources.charset import decode
from roya_tui.sources.compression import gunzip_if_needed
from roya_tui.text import format_count, one_line

_SNIFFED_CHARACTERS = 200_000
"""Characters at the start of a document in which its root element is searched."""
MAX_TEXT_MEMORY = 70_000_000
"""Bytes of memory for a document's text: four for each character if any is above U+FFFF."""

_BLANK = "\ufeff\x00 \t\r\n\x0b\x0c\u00a0\u200b\u2028\u2029"
# A processing instruction without "?>" ends at the next ">".
_DECLARATION = re.compile(r"<\?xml\b[^<>]*>|<\?[^<>]*>|<\?.*?(?:\?>|\Z)|<!--.*?(?:-->|\Z)", re.S | re.I)
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:>|\[.*?\]\s*>|\Z)", re.S | re.I)
_HTML = re.compile(r"<!DOCTYPE\s+html\b", re.I)
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)([^<>]*)>?")
_JSON_FEED_VERSION = r'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org'
_BEGINNING = re.compile(rf"<\?xml\b|<(?:rss|feed|rdf:RDF|channel)\b|\{{\s*{_JSON_FEED_VERSION}", re.I)
_RDF_FEED = re.compile(r"purl\.org/rss/|netscape\.com/rdf/|<(?:\w+:)?channel\b", re.I)
_JSON_FEED = re.compile(_JSON_FEED_VERSION, re.I)
_ROOTS = {
    "rss": "rss", "channel": "rss", "item": "rss", "rdf": "rdf", "feed": "atom", "entry": "atom", "html": "html",
    "opml": "opml",
}  # fmt: skip
_HTML_STARTS = frozenset("head body title meta link script style div p table br b font center h1 pre hr".split())
# The start of a feed after a server's own output. Only elements with a feed's usual attributes count.
_LATER_FEED = re.compile(
    r"(?:<\?xml\b[^<>]*>\s*(?:<!--[^<>]*-->\s*|<\?[^<>]*\?>\s*)*)?"
    r"<(?:rss\s[^<>]*version|feed\s[^<>]*xmlns|rdf:RDF\s[^<>]*xmlns)\b"
    rf"|\{{\s*{_JSON_FEED_VERSION}",
    re.I,
)
# What may precede JSON: a guard against cross-site inclusion, a JSONP callback, comments.
_BEFORE_JSON = re.compile(
    r"(?:\)\]\}'?,?|(?:for|while) ?\([;1]+\);|//[^\n]*\n|/\*.*?\*/|[A-Za-z_$][\w$.]{0,80}\s*[(=]|var |\s+)++(?=[{\[])",
    re.S,
)
_DESCRIPTIONS = {
    "empty": "empty", "json": "JSON, but not a JSON Feed", "json feed": "a JSON Feed", "text": "plain text",
    "binary": "not text",
}  # fmt: skip


class NotAFeed(Exception):
    """The document is not a feed. The message describes it, as the end of a sentence "This is …"."""


class SniffedDocument(Struct, frozen=True):
    """The detected kind of a document, and its decoded text."""

    kind: str
    """"rss", "rdf", "atom", "json feed", "json", "html", "opml", "sitemap", "xml", "empty", "text" or "binary"."""
    description: str
    """For messages: "a web page that offers 2 feeds"."""
    encoding: str = ""
    encoding_found: str = ""
    """How the encoding was detected, as in model.Feed."""
    root: str = ""
    """The attributes of the root element, as written."""
    text: str = ""
    """The decoded document from its first meaningful character on."""
    warnings: tuple[str, ...] = ()

    @property
    def is_feed(self) -> bool:
        return self.kind in ("rss", "rdf", "atom", "json feed")


def sniff(data: bytes, content_type: str = "") -> SniffedDocument:
    """Detect the kind of document that `data` is. Of the header `content_type` only the charset is used."""
    data, warnings = gunzip_if_needed(data)
    if description := describe_file(data):
        return SniffedDocument("binary", description)
    decoded = decode(data, content_type)
    text = decoded.text.lstrip(_BLANK)
    if sys.getsizeof(text) > MAX_TEXT_MEMORY:
        text, warnings = text[: MAX_TEXT_MEMORY // 4], (*warnings, "Only the beginning of the document was read.")
    document = _detect(text)
    warnings += decoded.warnings + document.warnings
    return replace(document, encoding=decoded.encoding, encoding_found=decoded.detected_by, warnings=warnings)


def _detect(text: str) -> SniffedDocument:
    if not text:
        return SniffedDocument("empty", _DESCRIPTIONS["empty"])
    if prefix := _BEFORE_JSON.match(text):
        text = text[prefix.end() :]
    if text[0] in "{[":
        kind = "json feed" if _JSON_FEED.search(text[:_SNIFFED_CHARACTERS]) else "json"
        return SniffedDocument(kind, _DESCRIPTIONS[kind], text=text)
    document = _sniff_markup(text) if text[0] == "<" else _sniff_prose(text)
    if document.is_feed:
        return document
    start = _find_later_feed(text, document.kind)
    if start <= 0:
        kind = _detect_damaged_root(text) if document.kind in ("xml", "html") else ""
        return replace(document, kind=kind, description="a feed") if kind else document
    warning = "Something stands before the feed's beginning and was passed over."
    return replace(_detect(text[start:]), warnings=(warning,))


def _find_later_feed(text: str, kind: str) -> int:
    """Return where a feed starts after a server's warning or error page, or -1."""
    if kind in ("text", "binary"):
        found = _BEGINNING.search(text[:_SNIFFED_CHARACTERS])
    else:
        # A page may quote a feed, so after an HTML page only what follows its end counts.
        is_page = re.match(r"(?:<!DOCTYPE[^<>]*>\s*)?<html\b", text, re.I)
        start = text.lower().find("</html") if is_page else 0
        found = _LATER_FEED.search(text, start, start + _SNIFFED_CHARACTERS) if start >= 0 else None
    return found.start() if found else -1


def _sniff_prose(text: str) -> SniffedDocument:
    if "<html" in text[:_SNIFFED_CHARACTERS].lower():
        return SniffedDocument("html", describe_page(text), text=text)
    head = text[:2000]
    unprintable = sum(1 for c in head if c == "\ufffd" or (c < " " and c not in "\t\r\n\f\x1b"))
    kind = "binary" if unprintable * 10 > len(head) else "text"
    return SniffedDocument(kind, _DESCRIPTIONS[kind], text=text)


def _sniff_markup(text: str) -> SniffedDocument:
    kind, name, attributes = _read_root(text)
    description = _DESCRIPTIONS.get(kind, "a feed")
    if kind == "html":
        description = describe_page(text)
    elif kind in ("xml", "opml", "sitemap"):
        description = _XML_ROOTS.get(name, "XML, but no kind of feed")
    return SniffedDocument(kind, description, root=attributes, text=text)


def _read_root(text: str) -> tuple[str, str, str]:
    """Return the kind of markup, the root element's name in lower case, and its attributes."""
    place, doctype = 0, ""
    while 0 <= place < min(len(text), _SNIFFED_CHARACTERS):
        if text[place + 1 : place + 2] in ("?", "!"):
            pattern = _DECLARATION
            if not doctype and text[place : place + 9].upper() == "<!DOCTYPE":
                # Only the first one: searching for the end of each would be slow.
                pattern, doctype = _DOCTYPE, text[place : place + 40]
            declaration = pattern.match(text, place)
            place = declaration.end() if declaration else place + 2
        elif match := _ROOT.match(text, place):
            prefix, name, attributes = (match[1] or "").lower(), match[2].lower(), match[3]
            return _markup_kind(text, prefix, name, declared_html=_HTML.match(doctype) is not None), name, attributes
        else:
            place += 1
        place = text.find("<", place)
    if _HTML.match(doctype):
        return "html", "", ""
    return ("text" if _DECLARATION.sub("", text[:_SNIFFED_CHARACTERS]).strip() else "empty"), "", ""


def _markup_kind(text: str, prefix: str, name: str, *, declared_html: bool) -> str:
    if name in ("urlset", "sitemapindex"):
        return "sitemap"
    if name == "rdf" and not _RDF_FEED.search(text[:_SNIFFED_CHARACTERS]):
        return "xml"
    if kind := _ROOTS.get(name):
        return kind
    if declared_html:
        return "html"
    return "html" if not prefix and name in _HTML_STARTS else "xml"


def _detect_damaged_root(text: str) -> str:
    """Return the kind of feed that a document with a damaged root contains, or ""."""
    head = text[:_SNIFFED_CHARACTERS]
    if "<html" in head.lower():
        return ""
    if re.search(r"<channel\b", head) and re.search(r"<item\b", head):
        return "rss"
    return "atom" if "www.w3.org/2005/Atom" in head and re.search(r"<entry\b", head) else ""


_PAGE_CHARACTERS = 200_000
"""Characters of a page that are searched for signs of what it is."""
_MAX_PAGE_TITLE = 60
_MAX_FORM_PAGE = 20_000
"""Characters of a page that is only a login form: longer ones may have a password field beside their news."""

_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"), (b"PK\x05\x06", "a ZIP archive"), (b"Rar!", "an archive"),
    (b"7z\xbc\xaf\x27\x1c", "an archive"),
    (b"BZh", "a compressed file"), (b"\xfd7zXZ", "a compressed file"), (b"\x28\xb5\x2f\xfd", "a compressed file"),
    (b"\x89PNG", "a picture"), (b"GIF8", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"), (b"\0\0\1\0", "a picture"), (b"\0\0\0\x0cJXL", "a picture"),
    (b"OggS", "a media file"), (b"\x1aE\xdf\xa3", "a media file"),
    (b"ID3", "a sound file"), (b"fLaC", "a sound file"), (b"\xff\xfb", "a sound file"), (b"\xff\xf1", "a sound file"),
    (b"\x7fELF", "a program"), (b"MZ\x90\0", "a program"), (b"SQLite format 3", "a database"), (b"wOF", "a typeface"),
)  # fmt: skip
# Containers that name their content a few bytes later.
_INNER_MAGIC = (
    (b"RIFF", 8, b"WEBP", "a picture"), (b"RIFF", 8, b"", "a media file"),
    (b"", 4, b"ftypavif", "a picture"), (b"", 4, b"ftyphei", "a picture"), (b"", 4, b"ftypM4A", "a sound file"),
    (b"", 4, b"ftyp", "a media file"), (b"", 257, b"ustar", "an archive"),
)  # fmt: skip

_XML_ROOTS = {
    "svg": "a picture (SVG)",
    "urlset": "a sitemap, a list of a site's pages",
    "sitemapindex": "a sitemap, a list of a site's pages",
    "opml": "an OPML list of subscriptions",
    "envelope": "a SOAP message, for programs",
    "methodresponse": "an XML-RPC message, for programs",
    "definitions": "a description of a web service (WSDL)",
    "service": "a list of Atom collections, for writing to a site",
    "opensearchdescription": "a description of a site's search",
    "rsd": "a description of a blog's editing address (RSD)",
    "stylesheet": "a stylesheet (XSL)",
    "transform": "a stylesheet (XSL)",
    "schema": "a schema of XML documents",
    "plist": "a property list",
    "kml": "a map (KML)",
    "gpx": "a track (GPX)",
    "error": "an error message in XML",
    "parsererror": "an error message in XML",
    "wispaccessgatewayparam": "the login page of a network",
}
"""XML root elements, in lower case and without prefix, and what such documents are."""

_FEED_LINK = re.compile(r"<link\b[^<>]*\btype\s*=\s*[\"']?application/(?:rss\+xml|atom\+xml|feed\+json)\b", re.I)
_PASSWORD = re.compile(r"<input\b[^<>]*\btype\s*=\s*[\"']?password\b", re.I)
_TITLE = re.compile(r"<title\b[^<>]*>([^<]{1,300})", re.I)
_PORTAL = re.compile(r"captive[\s_-]?portal|WISPAccessGatewayParam|hotspot[\s_-]?login", re.I)
# Bot checks: Cloudflare, Imperva, DataDome, PerimeterX, DDoS-Guard, Anubis, AWS.
_CHALLENGE = re.compile(
    r"cf[-_]chl|challenge-platform|cf-browser-verification|_Incapsula_Resource|captcha-delivery\.com|px-captcha"
    r"|ddos-guard|anubis_challenge|awswaf|checking your browser|enable javascript and cookies to continue",
    re.I,
)
_CHALLENGE_TITLE = re.compile(
    r"captcha|^just a moment|attention required|\bnot a (?:ro)?bot|are you (?:a )?(?:human|robot)"
    r"|verify(?:ing)? (?:that )?you|robot check|human verification",
    re.I,
)
_LOGIN_TITLE = re.compile(r"\b(?:log|sign)[ -]?(?:in|on)\b|تسجيل الدخول", re.I)
_ERROR_TITLE = re.compile(
    r"^\W*(?:http )?(?:error\b|[45]\d\d\b)|\b(?:error [45]\d\d|server error|not found|forbidden)\b"
    r"|access denied|unavailable|under maintenance|bad gateway|account suspended|timed? ?out|حدث خطأ|غير موجود",
    re.I,
)


def describe_file(data: bytes) -> str:
    """Return what kind of binary file begins with these bytes, or ""."""
    for magic, description in _MAGIC:
        if data.startswith(magic):
            return description
    for magic, place, inner, description in _INNER_MAGIC:
        if data.startswith(magic) and data.startswith(inner, place):
            return description
    return ""


def describe_page(text: str) -> str:
    """Return what kind of web page this is: one with feeds, a login page, an error page …"""
    if offered := len(_FEED_LINK.findall(text)):
        return f"a web page that offers {format_count(offered, 'feed')}"
    text = text[:_PAGE_CHARACTERS]
    found = _TITLE.search(text)
    title = one_line(html.unescape(found[1]))[:_MAX_PAGE_TITLE] if found else ""
    if _PORTAL.search(text):
        return "the login page of a network"
    if _CHALLENGE.search(text) or _CHALLENGE_TITLE.search(title):
        return "a page that wants to know whether we are a robot"
    if _PASSWORD.search(text) and (len(text) < _MAX_FORM_PAGE or _LOGIN_TITLE.search(title)):
        return "a login page"
    if _ERROR_TITLE.search(title):
        return f'an error page, "{title}"'
    return "a web page that offers no feed"
