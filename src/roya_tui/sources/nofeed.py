"""What a document is that is no feed, in words that end the sentence "This is …"."""

from __future__ import annotations

import html
import re

from roya_tui.text import one_line

_LOOKED_AT = 200_000
"""Characters of a page in which its signs are looked for."""
_LONGEST_TITLE = 60
_SHORT = 20_000
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

_XML = {
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


def file(data: bytes) -> str:
    """Return what kind of file begins with these bytes, "" if it is none that we know."""
    for magic, words in _MAGIC:
        if data.startswith(magic):
            return words
    for magic, place, inner, words in _INNER_MAGIC:
        if data.startswith(magic) and data.startswith(inner, place):
            return words
    return ""


def xml(root: str) -> str:
    """Return what an XML document with that root element is."""
    return _XML.get(root, "XML, but no kind of feed")


def page(text: str) -> str:
    """Return what kind of web page this is, and what it offers."""
    offered = len(_FEED_LINK.findall(text))
    if offered:
        return f"a web page that offers {offered} feed{'s' if offered != 1 else ''}"
    text = text[:_LOOKED_AT]
    found = _TITLE.search(text)
    title = one_line(html.unescape(found[1]))[:_LONGEST_TITLE] if found else ""
    if _PORTAL.search(text):
        return "the login page of a network"
    if _CHALLENGE.search(text) or _CHALLENGE_TITLE.search(title):
        return "a page that wants to know whether we are a robot"
    if _PASSWORD.search(text) and (len(text) < _SHORT or _LOGIN_TITLE.search(title)):
        return "a login page"
    if _ERROR_TITLE.search(title):
        return f'an error page, "{title}"'
    return "a web page that offers no feed"
