"""What kind of document some bytes are, told from the bytes and never from a name."""

from __future__ import annotations

import html
import re
import sys

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.sources.charset import decode
from roya_tui.sources.compression import gunzip_if_needed
from roya_tui.text import one_line

FEEDS = ("rss", "rdf", "atom", "json feed")
_SNIFFED_CHARACTERS = 200_000
"""Characters from the start in which a root element must come."""
MAX_TEXT_MEMORY = 70_000_000
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
_DESCRIPTIONS = {
    "empty": "empty",
    "json": "JSON, but not a JSON Feed",
    "json feed": "a JSON Feed",
    "text": "plain text",
    "binary": "not text",
}


class NotAFeed(Exception):
    """The document is no feed. The message says what it is instead, in words that end a sentence "This is …"."""


class SniffedDocument(Struct, frozen=True):
    """What a document is: `kind` for programs ("rss", "rdf", "atom", "json feed", "json", "html", "opml", "sitemap",
    "xml", "empty", "text", "binary"), `words` for people ("a web page that offers 2 feeds")."""

    kind: str
    description: str
    encoding: str = ""
    encoding_found: str = ""
    """How that was found out, as in model.Feed."""
    root: str = ""
    """The attributes of the root element, as written."""
    text: str = ""
    """The whole document, decoded, from its first meaningful character on."""
    warnings: tuple[str, ...] = ()

    @property
    def is_feed(self) -> bool:
        return self.kind in FEEDS


def sniff(data: bytes, content_type: str = "") -> SniffedDocument:
    """Return what `data` is. `content_type` is the header as received; only its charset is believed. No I/O."""
    data, warnings = gunzip_if_needed(data)
    if words := describe_file(data):
        return SniffedDocument("binary", words)
    decoded = decode(data, content_type)
    text = decoded.text.lstrip(_BLANK)
    if sys.getsizeof(text) > MAX_TEXT_MEMORY:
        text, warnings = text[: MAX_TEXT_MEMORY // 4], (*warnings, "Only the beginning of the document was read.")
    found = _detect(text)
    return replace(
        found,
        encoding=decoded.encoding,
        encoding_found=decoded.detected_by,
        warnings=warnings + decoded.warnings + found.warnings,
    )


def _detect(text: str) -> SniffedDocument:
    if not text:
        return SniffedDocument("empty", _DESCRIPTIONS["empty"])
    if before := _BEFORE_JSON.match(text):
        text = text[before.end() :]
    if text[0] in "{[":
        kind = "json feed" if _JSON_FEED.search(text[:_SNIFFED_CHARACTERS]) else "json"
        return SniffedDocument(kind, _DESCRIPTIONS[kind], text=text)
    document = _sniff_markup(text) if text[0] == "<" else _sniff_prose(text)
    if document.is_feed:
        return document
    beginning = _find_later_feed(text, document.kind)
    if beginning <= 0:
        kind = _detect_damaged_root(text) if document.kind in ("xml", "html") else ""
        return replace(document, kind=kind, description="a feed") if kind else document
    passed_over = "Something stands before the feed's beginning and was passed over."
    return replace(_detect(text[beginning:]), warnings=(passed_over,))


def _find_later_feed(text: str, kind: str) -> int:
    """Where a feed begins after something else: a server's warning, a page about an error; -1 if none does."""
    if kind in ("text", "binary"):
        found = _BEGINNING.search(text[:_SNIFFED_CHARACTERS])
    else:
        # A page may show a feed to its readers; so only what follows a whole page counts.
        whole = re.match(r"(?:<!DOCTYPE[^<>]*>\s*)?<html\b", text, re.I)
        start = text.lower().find("</html") if whole else 0
        found = _LATER_FEED.search(text, start, start + _SNIFFED_CHARACTERS) if start >= 0 else None
    return found.start() if found else -1


def _sniff_prose(text: str) -> SniffedDocument:
    if "<html" in text[:_SNIFFED_CHARACTERS].lower():
        return SniffedDocument("html", describe_page(text), text=text)
    head = text[:2000]
    strange = sum(1 for c in head if c == "\ufffd" or (c < " " and c not in "\t\r\n\f\x1b"))
    kind = "binary" if strange * 10 > len(head) else "text"
    return SniffedDocument(kind, _DESCRIPTIONS[kind], text=text)


def _sniff_markup(text: str) -> SniffedDocument:
    kind, name, attributes = _read_root(text)
    words = _DESCRIPTIONS.get(kind, "a feed")
    if kind == "html":
        words = describe_page(text)
    elif kind in ("xml", "opml", "sitemap"):
        words = describe_xml(name)
    return SniffedDocument(kind, words, root=attributes, text=text)


def _read_root(text: str) -> tuple[str, str, str]:
    """The kind of markup, and the root element's name in lower case and its attributes."""
    place, doctype = 0, ""
    while 0 <= place < min(len(text), _SNIFFED_CHARACTERS):
        if text[place + 1 : place + 2] in ("?", "!"):
            pattern = _DECLARATION
            if not doctype and text[place : place + 9].upper() == "<!DOCTYPE":
                # Only the first one is looked at: to search for the end of each would take long.
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
    """The kind of feed whose root is damaged, but which holds what only a feed does; "" if it does not."""
    head = text[:_SNIFFED_CHARACTERS]
    if "<html" in head.lower():
        return ""
    if re.search(r"<channel\b", head) and re.search(r"<item\b", head):
        return "rss"
    return "atom" if "www.w3.org/2005/Atom" in head and re.search(r"<entry\b", head) else ""


_PAGE_CHARACTERS = 200_000
"""Characters of a page in which its signs are looked for."""
_MAX_PAGE_TITLE = 60
_MAX_FORM_PAGE = 20_000
"""Characters of a page that has no room for more than a form: longer ones may ask for a password beside their news."""

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
# Containers that say a few bytes later what is in them.
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
"""Roots of XML, in lower case and without prefix, and what they stand for."""

_FEED_LINK = re.compile(r"<link\b[^<>]*\btype\s*=\s*[\"']?application/(?:rss\+xml|atom\+xml|feed\+json)\b", re.I)
_PASSWORD = re.compile(r"<input\b[^<>]*\btype\s*=\s*[\"']?password\b", re.I)
_TITLE = re.compile(r"<title\b[^<>]*>([^<]{1,300})", re.I)
_PORTAL = re.compile(r"captive[\s_-]?portal|WISPAccessGatewayParam|hotspot[\s_-]?login", re.I)
# What stands between robots and the pages behind: Cloudflare, Imperva, DataDome, PerimeterX, DDoS-Guard, Anubis, AWS.
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
    """Return what kind of file begins with these bytes, "" if it is none that we know."""
    for magic, words in _MAGIC:
        if data.startswith(magic):
            return words
    for magic, place, inner, words in _INNER_MAGIC:
        if data.startswith(magic) and data.startswith(inner, place):
            return words
    return ""


def describe_xml(root: str) -> str:
    """Return what an XML document with that root element is."""
    return _XML_ROOTS.get(root, "XML, but no kind of feed")


def describe_page(text: str) -> str:
    """Return what kind of web page this is, and what it offers."""
    offered = len(_FEED_LINK.findall(text))
    if offered:
        return f"a web page that offers {offered} feed{'s' if offered != 1 else ''}"
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
