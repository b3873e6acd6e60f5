"""Addresses in documents → absolute addresses that are safe to follow, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from roya_tui.text import clean

LONGEST = 4096
"""Characters; a longer address is no address."""
_WEB = ("http://", "https://")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)
# Nearly all: nothing to resolve, to mend or to doubt.
_ORDINARY = re.compile(r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:[/?#][!#-;=?-Z_a-z~]{0,2000})?")
# And nearly all that are relative: a path from the top, without dots that lead upwards.
_FROM_THE_TOP = re.compile(r"(?:/(?![/.])[!$-.0-:=@-Z_a-z~]{0,200}){1,20}(?:\?[!$-:=@-Z_a-z~]{1,500})?")
_TOP = re.compile(r"https?://[^/?#]+")
_BLANK = re.compile(r"\s")
_BLANKS = re.compile(r"\s*[\r\n\t]\s*")
_GUESSED_HOST = re.compile(r"www\.[^/\s]+\.", re.I)


def absolute(address: str, bases: Iterable[str] = ()) -> str:
    """Return `address` as an absolute http(s) address, or "" if it cannot be one.

    A relative one is resolved against the first of `bases` that is itself an http(s) address (RFC 3986 §5);
    a base that is relative is first resolved against the bases after it.
    """
    found = _resolved(address, list(bases))
    return found if found.startswith(_WEB) else ""


def safe(address: str, bases: Iterable[str] = ()) -> str:
    """Return `address` like `absolute`, but let mailto: pass too: for links inside a text."""
    found = _resolved(address, list(bases))
    return found if found.startswith((*_WEB, "mailto:")) else ""


def _resolved(address: str, bases: list[str]) -> str:
    if "&amp;" in address:  # escaped once too often
        address = address.replace("&amp;", "&")
    if _ORDINARY.fullmatch(address):
        return address
    if len(address) > 4 * LONGEST:  # blanks and all
        return ""
    if bases and _FROM_THE_TOP.fullmatch(address) and _ORDINARY.fullmatch(bases[0]) and (top := _TOP.match(bases[0])):
        return top[0] + address
    address = _BLANKS.sub("", clean(address).strip())
    address = _BLANK.sub("%20", address)
    if not address or len(address) > LONGEST:
        return ""
    if _GUESSED_HOST.match(address):
        address = "http://" + address
    if not _SCHEME.match(address):
        base = next((found for place, base in enumerate(bases) if (found := _resolved(base, bases[place + 1 :]))), "")
        if base.startswith(_WEB):
            address = _joined(base, address)
        elif address.startswith("//"):
            address = "https:" + address
    return _checked(address)


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:  # brackets that are no IPv6 address
        return ""


def _checked(address: str) -> str:
    """Lower the scheme's case; "" for an address without a host, or that urllib cannot read."""
    scheme, colon, rest = address.partition(":")
    address = scheme.lower() + colon + rest
    if address.startswith("mailto:"):
        return address
    try:
        parts = urlsplit(address)
        return address if parts.hostname and (parts.port is None or parts.port >= 0) else ""
    except ValueError:
        return ""
