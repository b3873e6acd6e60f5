"""Decide which requests to the server are ours: by host, origin and token.

Any page in the same browser can send requests to a server on this computer, and a name that its owner controls can
resolve to it. Neither knows the token, which is random and in the printed address only. Browsers send a cookie to all
ports of a host, but only below its path: the path is random, too, so that no other server gets the token.
"""

from __future__ import annotations

import secrets
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import hdrs, web

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self' ws://{host} wss://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy: nothing from elsewhere. The terminal's script sets styles; some browsers need its socket."""

_COOKIE = "roya-tui"


class Access:
    """The token of one run of the server, and the hosts that it has."""

    def __init__(self, host: str, public_url: str = "") -> None:
        """`host` is the address or name that it listens on, `public_url` the address of a proxy in front of it."""
        self.token = secrets.token_urlsafe(32)
        self.path = f"/{secrets.token_hex(8)}/"
        self.is_encrypted = public_url.startswith("https:")
        self._names = {"localhost", host.lower(), (urlsplit(public_url).hostname or "").lower()} - {""}

    def has_our_host(self, request: web.Request) -> bool:
        """Return whether a request names us, not a foreign name that resolves to us (DNS rebinding)."""
        try:
            name = urlsplit("//" + request.headers.get(hdrs.HOST, "")).hostname or ""
        except ValueError:
            return False
        return name in self._names or _is_address(name)

    def has_our_origin(self, request: web.Request) -> bool:
        """Return whether our own page sent a request; browsers state it for each WebSocket (RFC 6455, section 10.2)."""
        host = request.headers.get(hdrs.HOST, "")
        return request.headers.get(hdrs.ORIGIN, "") in (f"http://{host}", f"https://{host}")

    def has_token(self, request: web.Request) -> bool:
        """Return whether the browser has our cookie."""
        return self.is_token(request.cookies.get(_COOKIE, ""))

    def is_token(self, text: str) -> bool:
        return secrets.compare_digest(text.encode("utf-8", "replace"), self.token.encode())

    def give_token(self, response: web.StreamResponse) -> None:
        """Set the cookie: no script can read it, no other site can send it."""
        response.set_cookie(
            _COOKIE, self.token, path=self.path, httponly=True, samesite="strict", secure=self.is_encrypted
        )


def _is_address(name: str) -> bool:
    try:
        return bool(ip_address(name))
    except ValueError:
        return False


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers that every response has."""
    response.headers["Content-Security-Policy"] = POLICY.format(host=request.headers.get(hdrs.HOST, ""))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"  # no page that a link opened can navigate ours
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.pop(hdrs.SERVER, None)
