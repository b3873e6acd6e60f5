"""What a person types, or a list of subscriptions holds, → an address that can be fetched."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from roya_tui.text import hide_credentials_typed, one_line

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.I)
_ADVICE = " In a name or password write / as %2F, ? as %3F, # as %23 and @ as %40."
_LOOPBACK = re.compile(r"localhost|127(?:\.\d+){3}|::1")


class NotAnAddress(ValueError):
    """The text is no address that roya-tui could fetch; the message says why."""


def tidy(text: str) -> str:
    """Return `text` as an absolute http(s) address; raises `NotAnAddress`.

    `feed:` and `feeds:` come off, a missing scheme is https (http on this machine), host names are lower case
    and in ASCII (RFC 5891), and blanks and other characters that an address cannot have are percent-encoded.
    A fragment is dropped: it never reaches a server.
    """
    text = one_line(text)
    quoted = f"“{hide_credentials_typed(text)}”"
    address = re.sub(r"^feeds?:(?://)?(?=https?:)", "", text, flags=re.I)
    address = re.sub(r"^(?:feeds?:)?//", "https://", address, flags=re.I)
    address = re.sub(r"^feeds?:", "https://", address, flags=re.I)
    scheme = _SCHEME.match(address)
    # "example.org:8080/feed" has a port, not a scheme.
    if scheme is None or re.match(r"\d+(?:[/?#]|\Z)", address[scheme.end() :]):
        address = f"{'http' if _LOOPBACK.fullmatch(_host(address)) else 'https'}://{address}"
    elif scheme[1].lower() not in ("http", "https"):
        raise NotAnAddress(f"{quoted} is no web address: roya-tui reads http and https, not {scheme[1].lower()}.")
    try:
        return _normal(address)
    except ValueError:
        raise NotAnAddress(f"{quoted} is no web address.{_ADVICE if '@' in text else ''}") from None


def _host(address: str) -> str:
    try:
        return urlsplit(f"//{address}").hostname or ""
    except ValueError:
        return ""


def _normal(address: str) -> str:
    parts = urlsplit(address)
    host = parts.hostname or ""
    if not host.isascii():
        host = host.encode("idna").decode("ascii").lower()
    if not host or re.search(r"[^!-~]|[<>\"\\^`{|}%\[\]]", host):
        raise ValueError(address)
    port = parts.port  # raises ValueError for one that is no number
    user, at, rest = parts.netloc.rpartition("@")
    is_name = (
        not at and rest.partition(":")[1] and "." not in host and ":" not in host and not _LOOPBACK.fullmatch(host)
    )
    if is_name and "@" in parts.path + parts.query + parts.fragment:
        raise ValueError(address)  # http://name:12/34@host: rather a password with a slash than a host and a port
    place = f"{_encoded(user)}{at}{f'[{host}]' if ':' in host else host}{f':{port}' if port is not None else ''}"
    return urlunsplit((parts.scheme.lower(), place, _encoded(parts.path) or "/", _encoded(parts.query), ""))


def _encoded(text: str) -> str:
    """Percent-encode what may not stand in an address (RFC 3986 §2), and nothing that is encoded already."""
    return re.sub(r"[^!-~]|[\"<>\\^`{|}]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)
