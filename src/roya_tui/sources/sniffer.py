"""Detect from its bytes what kind of document something is: a feed, a web page, a picture …"""

from __future__ import annotations

import html
import re
import sys

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.sources.charset import decode
from roya_tui.sources.compression import gunzip_if_needed
from roya_tui.text import one_line
from roya_tui.translation import gettext, gettext_noop, ngettext

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
    "empty": gettext_noop("It is empty."), "json": gettext_noop("It is JSON, but not a JSON Feed."),
    "json feed": gettext_noop("It is a JSON Feed."), "text": gettext_noop("It is plain text."),
    "binary": gettext_noop("It is a binary file."),
}  # fmt: skip


class NotAFeed(Exception):
    """The document is not a feed. The message is a sentence about it: "It is a web page without a feed."."""


class SniffedDocument(Struct, frozen=True):
    """The detected kind of a document, and its decoded text."""

    kind: str
    """"rss", "rdf", "atom", "json feed", "json", "html", "opml", "sitemap", "xml", "empty", "text" or "binary"."""
    description: str
    """A sentence for messages: "It is a web page with 2 feeds."."""
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
        text, warnings = (
            text[: MAX_TEXT_MEMORY // 4],
            (*warnings, gettext("Only the beginning of the document was read.")),
        )
    document = _detect(text)
    warnings += decoded.warnings + document.warnings
    return replace(document, encoding=decoded.encoding, encoding_found=decoded.detected_by, warnings=warnings)


def _detect(text: str) -> SniffedDocument:
    if not text:
        return SniffedDocument("empty", gettext(_DESCRIPTIONS["empty"]))
    if prefix := _BEFORE_JSON.match(text):
        text = text[prefix.end() :]
    if text[0] in "{[":
        kind = "json feed" if _JSON_FEED.search(text[:_SNIFFED_CHARACTERS]) else "json"
        return SniffedDocument(kind, gettext(_DESCRIPTIONS[kind]), text=text)
    document = _sniff_markup(text) if text[0] == "<" else _sniff_prose(text)
    if document.is_feed:
        return document
    start = _find_later_feed(text, document.kind)
    if start <= 0:
        kind = _detect_damaged_root(text) if document.kind in ("xml", "html") else ""
        return replace(document, kind=kind, description=gettext("It is a feed.")) if kind else document
    warning = gettext("Text before the beginning of the feed was skipped.")
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
    return SniffedDocument(kind, gettext(_DESCRIPTIONS[kind]), text=text)


def _sniff_markup(text: str) -> SniffedDocument:
    kind, name, attributes = _read_root(text)
    if kind == "html":
        description = describe_page(text)
    elif kind in ("xml", "opml", "sitemap"):
        description = gettext(_XML_ROOTS.get(name, gettext_noop("It is XML, but not a feed.")))
    else:
        description = gettext(_DESCRIPTIONS.get(kind, gettext_noop("It is a feed.")))
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

_ARCHIVE = gettext_noop("It is an archive.")
_COMPRESSED = gettext_noop("It is a compressed file.")
_PICTURE = gettext_noop("It is a picture.")
_MEDIA = gettext_noop("It is a media file.")
_SOUND = gettext_noop("It is a sound file.")
_PROGRAM = gettext_noop("It is a program.")
_MAGIC = (
    (b"%PDF", gettext_noop("It is a PDF document.")),
    (b"PK\x03\x04", _ARCHIVE), (b"PK\x05\x06", _ARCHIVE), (b"Rar!", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"BZh", _COMPRESSED), (b"\xfd7zXZ", _COMPRESSED), (b"\x28\xb5\x2f\xfd", _COMPRESSED),
    (b"\x89PNG", _PICTURE), (b"GIF8", _PICTURE), (b"\xff\xd8\xff", _PICTURE), (b"II*\0", _PICTURE),
    (b"MM\0*", _PICTURE), (b"\0\0\1\0", _PICTURE), (b"\0\0\0\x0cJXL", _PICTURE),
    (b"OggS", _MEDIA), (b"\x1aE\xdf\xa3", _MEDIA),
    (b"ID3", _SOUND), (b"fLaC", _SOUND), (b"\xff\xfb", _SOUND), (b"\xff\xf1", _SOUND),
    (b"\x7fELF", _PROGRAM), (b"MZ\x90\0", _PROGRAM), (b"SQLite format 3", gettext_noop("It is a database.")),
    (b"wOF", gettext_noop("It is a font.")),
)  # fmt: skip
# Containers that name their content a few bytes later.
_INNER_MAGIC = (
    (b"RIFF", 8, b"WEBP", _PICTURE), (b"RIFF", 8, b"", _MEDIA),
    (b"", 4, b"ftypavif", _PICTURE), (b"", 4, b"ftyphei", _PICTURE), (b"", 4, b"ftypM4A", _SOUND),
    (b"", 4, b"ftyp", _MEDIA), (b"", 257, b"ustar", _ARCHIVE),
)  # fmt: skip

_SITEMAP = gettext_noop("It is a sitemap.")
_STYLESHEET = gettext_noop("It is a stylesheet (XSL).")
_XML_ERROR = gettext_noop("It is an error message in XML.")
_PORTAL_PAGE = gettext_noop("It is the login page of a network. Sign in to the network in your browser.")
_XML_ROOTS = {
    "svg": gettext_noop("It is a picture (SVG)."),
    "urlset": _SITEMAP,
    "sitemapindex": _SITEMAP,
    "opml": gettext_noop("It is a list of subscriptions (OPML)."),
    "envelope": gettext_noop("It is a SOAP message."),
    "methodresponse": gettext_noop("It is an XML-RPC message."),
    "definitions": gettext_noop("It is the description of a web service (WSDL)."),
    "service": gettext_noop("It is a list of Atom collections."),
    "opensearchdescription": gettext_noop("It is the description of a search engine (OpenSearch)."),
    "rsd": gettext_noop("It is the description of a blog API (RSD)."),
    "stylesheet": _STYLESHEET,
    "transform": _STYLESHEET,
    "schema": gettext_noop("It is an XML schema."),
    "plist": gettext_noop("It is a property list."),
    "kml": gettext_noop("It is a map (KML)."),
    "gpx": gettext_noop("It is a track (GPX)."),
    "error": _XML_ERROR,
    "parsererror": _XML_ERROR,
    "wispaccessgatewayparam": _PORTAL_PAGE,
}
"""XML root elements, in lower case and without prefix, and descriptions of such documents."""

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
    """Return a sentence about the kind of binary file that begins with these bytes, or ""."""
    for magic, description in _MAGIC:
        if data.startswith(magic):
            return gettext(description)
    for magic, place, inner, description in _INNER_MAGIC:
        if data.startswith(magic) and data.startswith(inner, place):
            return gettext(description)
    return ""


def describe_page(text: str) -> str:
    """Return a sentence about the kind of web page: one with feeds, a login page, an error page …"""
    if offered := len(_FEED_LINK.findall(text)):
        return ngettext("It is a web page with {count} feed.", "It is a web page with {count} feeds.", offered)
    text = text[:_PAGE_CHARACTERS]
    found = _TITLE.search(text)
    title = one_line(html.unescape(found[1]))[:_MAX_PAGE_TITLE] if found else ""
    if _PORTAL.search(text):
        return gettext(_PORTAL_PAGE)
    if _CHALLENGE.search(text) or _CHALLENGE_TITLE.search(title):
        return gettext("It is a page that checks for robots.")
    if _PASSWORD.search(text) and (len(text) < _MAX_FORM_PAGE or _LOGIN_TITLE.search(title)):
        return gettext("It is a login page.")
    if _ERROR_TITLE.search(title):
        return gettext("It is an error page: “{title}”.", title=title)
    return gettext("It is a web page without a feed.")
