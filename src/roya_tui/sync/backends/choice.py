"""Choose the backend of an account, and find out the kind of server at an address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from roya_tui.model import GOOGLE_READER, MINIFLUX, NEXTCLOUD, base_address, display_address
from roya_tui.sync.backends.google_reader import GoogleReader
from roya_tui.sync.backends.miniflux import Miniflux
from roya_tui.sync.backends.nextcloud import Nextcloud
from roya_tui.sync.backends.quirks import name_server
from roya_tui.sync.connection import Connection
from roya_tui.sync.protocol import Backend, SyncError
from roya_tui.translation import gettext

_BACKENDS: dict[str, Callable[[Connection], Backend]] = {
    MINIFLUX: Miniflux,
    GOOGLE_READER: GoogleReader,
    NEXTCLOUD: Nextcloud,
}
_FRESHRSS = "/api/greader.php"
_API_PATHS = re.compile(r"/(v1|reader/api/0|accounts/ClientLogin|(index\.php/)?apps/news(/.*)?)$")
"""Ends of addresses that the backends append themselves."""
_MINIFLUX_PAGES = re.compile(r"/(unread|starred|history|feeds|categories|settings)(/.*)?$")
"""Ends of the addresses that a browser shows after the login."""


class Candidate(NamedTuple):
    """A kind of server, and the base address that its account would have."""

    kind: str
    url: str


class Login(NamedTuple):
    """A candidate that accepted the account, with the name and version of the server."""

    kind: str
    url: str
    server: str


def make_backend(connection: Connection) -> Backend:
    """Return the backend for the kind of the connection's account."""
    return _BACKENDS[connection.account.kind](connection)


def list_candidates(address: str, kind: str = "") -> list[Candidate]:
    """Return the servers that may be at a typed address, the most likely first; with `kind`, only of that kind."""
    base = _API_PATHS.sub("", address.rstrip("/"))
    if name_server(base, urlsplit(base).hostname or ""):  # FreshRSS, or a service with a fixed address
        found = [Candidate(GOOGLE_READER, base)]
        return found if kind in ("", GOOGLE_READER) else [Candidate(kind, base)]
    freshrss = re.sub(r"/(i|api|api/index\.html)$", "", base) + _FRESHRSS  # without the path of a page in the browser
    miniflux = dict.fromkeys((base, _MINIFLUX_PAGES.sub("", base)))
    found = [
        *(Candidate(MINIFLUX, url) for url in miniflux),
        Candidate(NEXTCLOUD, base),
        Candidate(GOOGLE_READER, freshrss),
        Candidate(GOOGLE_READER, base),
    ]
    return [one for one in found if kind in ("", one.kind)]


async def detect(candidates: Iterable[Candidate], connect: Callable[[Candidate], Connection]) -> Login:
    """Log in to the candidates in order and return the first one that accepts. Raises SyncError."""
    failures: list[SyncError] = []
    url = ""
    for candidate in candidates:
        url = url or base_address(candidate.url)
        try:
            capabilities = await make_backend(connect(candidate)).capabilities()
        except SyncError as error:
            if error.retry_at is not None or (error.status is None and error.kind not in ("protocol", "redirect")):
                raise  # server not reached, or password missing: the others would fail, too
            failures.append(error)
        else:
            return Login(candidate.kind, candidate.url, capabilities.server)
    if len(failures) == 1:
        raise failures[0]
    for failure in failures:
        if failure.kind == "auth" or ((failure.status or 0) >= 500 and failure.status != 501):  # 501: no such method
            raise failure
    message = gettext("{address} is not a server of a known kind. Check the address.", address=display_address(url))
    raise SyncError(message, "protocol")
