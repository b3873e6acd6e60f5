"""Addresses in articles: which of them may be a link, and in what form."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from roya_tui.text import clean

# What may break out of an attribute, a Markdown target or an OSC 8 sequence (RFC 3986 §2 allows none of them).
_UNSAFE = str.maketrans({c: f"%{ord(c):02X}" for c in ' "<>\\^`{|}'})


def web_address(href: str, base_url: str = "") -> str:
    """Return `href` as an absolute http(s) address, resolved against `base_url`; "" if it is none (RFC 3986 §5)."""
    href = "".join(clean(href).split("\n")).replace("\t", "").strip()
    if not href or href.startswith("#"):
        return ""
    try:
        url = urljoin(base_url or "https:", href)
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return ""
    except ValueError:  # a bracketed host that is no IPv6 address
        return ""
    return url.translate(_UNSAFE)


def link_address(href: str, base_url: str = "") -> str:
    """Return `href` as an address that an article may link to, http(s) or mailto; "" for anything else."""
    if href.strip()[:7].lower() == "mailto:":
        return "".join(clean(href).split()).translate(_UNSAFE)
    return web_address(href, base_url)


def host(url: str) -> str:
    """Return the host of an absolute address without a leading `www.`, to name it by."""
    return (urlsplit(url).hostname or url).removeprefix("www.")
