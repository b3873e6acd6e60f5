"""Which URLs an article may link to, and in what form."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from roya_tui.text import clean

# Characters that could end an attribute, a Markdown target or an OSC 8 sequence (RFC 3986 §2 allows none of them).
_UNSAFE = str.maketrans({c: f"%{ord(c):02X}" for c in ' "<>\\^`{|}'})

# Pictures and frames that only track readers or show ads.
_TRACKERS = re.compile(
    r"//(?:[\w-]+\.)*(?:"
    r"(?:doubleclick|googlesyndication|google-analytics|googletagmanager|scorecardresearch|quantserve|chartbeat)\.(?:com|net)"
    r"|(?:pixel|stats)\.wp\.com|stats\.wordpress\.com|ad\.nl|hits\.[\w.-]+|pixel\.[\w.-]+|beacon\.[\w.-]+"
    r"|(?:www\.)?facebook\.com/tr\b|feeds\.feedburner\.com/~r/|feedsportal\.com|analytics\.twitter\.com|t\.co/i/adsct"
    r"|medium\.com/_/stat|px\.ads\.linkedin\.com|bat\.bing\.com|matomo\.|piwik\.)"
    r"|/(?:matomo|piwik)\.php\b|/(?:pixel|beacon|open|track)\.(?:gif|png)\b|/b\.gif\?|[?&]utm_pixel="
)
_PLAYERS = (
    (re.compile(r"https?://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]{6,20})\b.*", re.S),
     "https://www.youtube.com/watch?v={}"),
    (re.compile(r"https?://player\.vimeo\.com/video/(\d+)\b.*", re.S), "https://vimeo.com/{}"),
)  # fmt: skip
# Nearly all URLs: nothing to resolve or to repair.
_ORDINARY = re.compile(r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:[/?#][!#-;=?-Z_a-z~]{0,2000})?")


def is_tracker(url: str) -> bool:
    """Return whether a URL only tracks readers or shows ads."""
    return _TRACKERS.search(url) is not None


def player_page(url: str) -> str:
    """Return the page of the video in an embedded player; other URLs unchanged."""
    for pattern, page in _PLAYERS:
        if found := pattern.fullmatch(url):
            return page.format(found[1])
    return url


def resolve_web_url(href: str, base_url: str = "") -> str:
    """Return `href` as an absolute http(s) URL, or "" if it is not one (RFC 3986 §5)."""
    if _ORDINARY.fullmatch(href):
        return href
    href = "".join(clean(href).split("\n")).replace("\t", "").strip()
    if not href or href.startswith("#"):
        return ""
    try:
        url = urljoin(base_url or "https:", href)
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return ""
    except ValueError:  # a bracketed host that is not an IPv6 address
        return ""
    return url.translate(_UNSAFE)


def resolve_link_url(href: str, base_url: str = "") -> str:
    """Return `href` as a URL to link to, http(s) or mailto; "" for anything else."""
    if href.strip()[:7].lower() == "mailto:":
        return "".join(clean(href).split()).translate(_UNSAFE)
    return resolve_web_url(href, base_url)


def display_host(url: str) -> str:
    """Return the host of an absolute URL without a leading `www.`."""
    return (urlsplit(url).hostname or url).removeprefix("www.")
