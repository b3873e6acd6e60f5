"""Resolve addresses in documents, and normalize addresses that the user typed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit, urlunsplit

from roya_tui.text import clean, hide_credentials_typed, one_line
from roya_tui.translation import gettext, gettext_noop

MAX_URL_LENGTH = 4096
"""Characters; longer addresses are invalid."""
_WEB = ("http://", "https://")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)
# Nearly all addresses: nothing to resolve or fix.
_ORDINARY = re.compile(r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:[/?#][!#-;=?-Z_a-z~]{0,2000})?")
# Nearly all relative addresses: a path from the root, without ".." segments.
_ROOT_RELATIVE = re.compile(r"(?:/(?![/.])[!$-.0-:=@-Z_a-z~]{0,200}){1,20}(?:\?[!$-:=@-Z_a-z~]{1,500})?")
_ORIGIN = re.compile(r"https?://[^/?#]+")
_BLANK = re.compile(r"\s")
_BLANKS = re.compile(r"\s*[\r\n\t]\s*")
_GUESSED_HOST = re.compile(r"www\.[^/\s]+\.", re.I)


def resolve(url: str, bases: Iterable[str] = ()) -> str:
    """Return `url` as an absolute http(s) address, or "" if it is not one.

    A relative one is resolved against the first of `bases` that is an http(s) address (RFC 3986 §5); a relative base is
    first resolved against the bases after it.
    """
    address = _resolve(url, list(bases))
    return address if address.startswith(_WEB) else ""


def resolve_link(url: str, bases: Iterable[str] = ()) -> str:
    """Return `url` like `resolve`, but allow mailto: too, for links in a text."""
    address = _resolve(url, list(bases))
    return address if address.startswith((*_WEB, "mailto:")) else ""


def _resolve(url: str, bases: list[str]) -> str:
    if "&amp;" in url:  # escaped once too often
        url = url.replace("&amp;", "&")
    if _ORDINARY.fullmatch(url):
        return url
    if len(url) > 4 * MAX_URL_LENGTH:  # with blanks
        return ""
    if bases and _ROOT_RELATIVE.fullmatch(url) and _ORDINARY.fullmatch(bases[0]) and (top := _ORIGIN.match(bases[0])):
        return top[0] + url
    url = _BLANKS.sub("", clean(url).strip())
    url = _BLANK.sub("%20", url)
    if not url or len(url) > MAX_URL_LENGTH:
        return ""
    if _GUESSED_HOST.match(url):
        url = "http://" + url
    if not _SCHEME.match(url):
        resolved = (_resolve(base, bases[index:]) for index, base in enumerate(bases, start=1))
        base = next(filter(None, resolved), "")
        if base.startswith(_WEB):
            url = join(base, url)
        elif url.startswith("//"):
            url = "https:" + url
    return _validate(url)


def join(base: str, address: str) -> str:
    """Resolve `address` against `base`, or return "" if it is invalid."""
    try:
        return urljoin(base, address)
    except ValueError:  # brackets without an IPv6 address
        return ""


def _validate(address: str) -> str:
    """Return the address with its scheme in lower case, or "" if it has no host or is invalid."""
    scheme, colon, rest = address.partition(":")
    address = scheme.lower() + colon + rest
    if address.startswith("mailto:"):
        return address
    try:
        parts = urlsplit(address)
        return address if parts.hostname and (parts.port is None or parts.port >= 0) else ""
    except ValueError:
        return ""


_TYPED_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.I)
_LOOPBACK = re.compile(r"localhost|127(?:\.\d+){3}|::1")


class InvalidUrl(ValueError):
    """The text is not an address that can be fetched; the message gives the reason."""


def normalize(text: str) -> str:
    """Return `text`, typed by the user, as an absolute http(s) address. Raises InvalidUrl.

    `feed:` and `feeds:` are removed, a missing scheme is https (http for loopback), host names are lower case and ASCII
    (RFC 5891), invalid characters are percent-encoded, and a fragment is dropped, since servers never receive it.
    """
    text = one_line(text)
    shown = hide_credentials_typed(text)
    address = re.sub(r"^feeds?:(?://)?(?=https?:)", "", text, flags=re.I)
    address = re.sub(r"^(?:feeds?:)?//", "https://", address, flags=re.I)
    address = re.sub(r"^feeds?:", "https://", address, flags=re.I)
    scheme = _TYPED_SCHEME.match(address)
    # "example.org:8080/feed" has a port, not a scheme.
    if scheme is None or re.match(r"\d+(?:[/?#]|\Z)", address[scheme.end() :]):
        address = f"{'http' if _LOOPBACK.fullmatch(_typed_host(address)) else 'https'}://{address}"
    elif scheme[1].lower() not in ("http", "https"):
        message = gettext_noop("“{address}” is not a valid address: roya-tui reads http and https, not {scheme}.")
        raise InvalidUrl(gettext(message, address=shown, scheme=scheme[1].lower()))
    try:
        return _normalize_parts(address)
    except ValueError:
        message = gettext_noop("“{address}” is not a valid address. Example: https://example.com/feed")
        if "@" in text:
            message = gettext_noop(
                "“{address}” is not a valid address. In a password write / as %2F, ? as %3F, # as %23, @ as %40."
            )
        raise InvalidUrl(gettext(message, address=shown)) from None


def _typed_host(address: str) -> str:
    try:
        return urlsplit(f"//{address}").hostname or ""
    except ValueError:
        return ""


def _normalize_parts(address: str) -> str:
    parts = urlsplit(address)
    host = parts.hostname or ""
    if not host.isascii():
        host = host.encode("idna").decode("ascii").lower()
    if not host or re.search(r"[^!-~]|[<>\"\\^`{|}%\[\]]", host):
        raise ValueError(address)
    port = parts.port  # raises ValueError if it is not a number
    user, at, rest = parts.netloc.rpartition("@")
    is_name = (
        not at and rest.partition(":")[1] and "." not in host and ":" not in host and not _LOOPBACK.fullmatch(host)
    )
    if is_name and "@" in parts.path + parts.query + parts.fragment:
        raise ValueError(address)  # http://name:12/34@host: more likely a password with a slash than a host and port
    bracketed = f"[{host}]" if ":" in host else host
    authority = f"{_percent_encode(user)}{at}{bracketed}{f':{port}' if port is not None else ''}"
    path, query = _percent_encode(parts.path) or "/", _percent_encode(parts.query)
    return urlunsplit((parts.scheme.lower(), authority, path, query, ""))


def _percent_encode(text: str) -> str:
    """Percent-encode characters that are invalid in an address (RFC 3986 §2), but not "%"."""
    return re.sub(r"[^!-~]|[\"<>\\^`{|}]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)
