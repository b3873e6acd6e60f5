"""Recognize addresses and host names of the local network."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

# Names of local networks (RFC 6761, RFC 6762, RFC 8375, and those of home routers).
_LOCAL_ENDINGS = (".localhost", ".local", ".lan", ".home", ".internal", ".intranet", ".home.arpa")


def is_local_host(host: str) -> bool:
    """Whether `host` is a private address or a name of the local network."""
    if literal := ip_literal(host):
        return not is_public(literal)
    return "." not in host.rstrip(".") or host.rstrip(".").endswith(_LOCAL_ENDINGS)


def is_local_url(url: str) -> bool:
    """Whether the host of a URL is in the local network, or missing."""
    try:
        return is_local_host(urlsplit(url).hostname or "")
    except ValueError:
        return True


def is_public(address: str) -> bool:
    """Whether `address` is public; IPv4 addresses embedded in IPv6 are checked as IPv4."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast and not any(ip in network for network in _SERVICES)
    if inner := _embedded_ipv4(ip):
        return is_public(str(inner))
    # All other host addresses are in this block (IANA's IPv6 address space registry).
    return ip in _UNICAST and ip.is_global and ip not in _EXAMPLES


_UNICAST = ipaddress.IPv6Network("2000::/3")
_EXAMPLES = ipaddress.IPv6Network("3fff::/20")  # RFC 9637; younger than the ipaddress of Python 3.11
_SERVICES = (ipaddress.IPv4Network("192.0.0.0/24"), ipaddress.IPv4Network("192.88.99.0/24"))  # RFC 6890, RFC 7526
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _embedded_ipv4(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address in a mapped (RFC 4291), 6to4 (RFC 3056), Teredo (RFC 4380) or NAT64 (RFC 6052) one."""
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    teredo = ip.teredo
    return ip.ipv4_mapped or ip.sixtofour or (teredo[1] if teredo else None)


def ip_literal(host: str) -> str:
    """Return `host` without brackets if it is an IP address, else ""."""
    bare = host.strip("[]")
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        return ""
    return bare
