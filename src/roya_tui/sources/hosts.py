"""Resolve host names, and refuse private addresses that the user did not type."""

from __future__ import annotations

import re
import socket
from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urlsplit

from roya_tui.local_network import ip_literal, is_local_host, is_public
from roya_tui.sources.threads import run_in_thread
from roya_tui.text import one_line

Resolver = Callable[[str, int], Awaitable[list[str]]]
"""Host and port → its addresses, best first. Raises OSError."""


class PrivateAddressError(Exception):
    """A host has a private address, which may not be contacted."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(f"{host} resolves to {address}")
        self.address = address


async def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of `host` in the system's order. Raises socket.gaierror."""
    found = await run_in_thread(lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def resolve_checked(host: str, port: int, *, allowed: bool, resolver: Resolver) -> list[str]:
    """Resolve `host`, and refuse private addresses unless `allowed`, as for hosts that the user typed.

    The caller connects to these addresses without another lookup, so that the name cannot change its address after the
    check (DNS rebinding). Raises PrivateAddressError, and OSError if the name is not found.
    """
    literal = ip_literal(host)
    found = [literal] if literal else await resolver(host, port)
    for address in found:
        if not allowed and not is_public(address):
            raise PrivateAddressError(host, address)
    return found


# Most addresses have only a name, and perhaps a port, before the path.
_PLAIN_URL = re.compile(r"(https?)://([A-Za-z0-9.-]+)(?::(\d*))?(?:/|\Z)")
_DEFAULT_PORTS = {"http": "80", "https": "443"}


def host_of(url: str) -> str:
    """Return the host of a URL in lower case, or "" if it has none."""
    if plain := _PLAIN_URL.match(url):
        return plain[2].lower()
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def host_and_port(url: str) -> str:
    """Return the host of a URL in lower case, and its port unless that is the default: `example.org:8080`."""
    if plain := _PLAIN_URL.match(url):
        scheme, host, digits = plain.groups()
        return host.lower() if not digits or digits == _DEFAULT_PORTS[scheme] else f"{host.lower()}:{digits}"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return host_of(url)
    host = parts.hostname or ""
    is_default = port is None or str(port) == _DEFAULT_PORTS.get(parts.scheme)
    return host if is_default else f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def is_same_site(url: str, other: str) -> bool:
    """Whether two URLs have the same host, with or without www."""
    return host_of(url).removeprefix("www.") == host_of(other).removeprefix("www.")


def display_url(url: str) -> str:
    """Return a URL for messages: on one line, without credentials."""
    scheme, separator, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return one_line(scheme + separator + authority.rpartition("@")[2] + slash + path)


def private_hosts(urls: Iterable[str]) -> list[str]:
    """Return the hosts of `urls` that are private by their name or address, each once."""
    return list(dict.fromkeys(name for url in urls if (name := host_of(url)) and is_local_host(name)))
