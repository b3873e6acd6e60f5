"""Choose the module for the server of an account."""

from __future__ import annotations

from collections.abc import Callable

from roya_tui.model import GOOGLE_READER, MINIFLUX, NEXTCLOUD
from roya_tui.sync.backends.google_reader import GoogleReader
from roya_tui.sync.backends.miniflux import Miniflux
from roya_tui.sync.backends.nextcloud import Nextcloud
from roya_tui.sync.connection import Connection
from roya_tui.sync.protocol import Backend

_BACKENDS: dict[str, Callable[[Connection], Backend]] = {
    MINIFLUX: Miniflux,
    GOOGLE_READER: GoogleReader,
    NEXTCLOUD: Nextcloud,
}


def make_backend(connection: Connection) -> Backend:
    """Return the backend for the kind of the connection's account."""
    return _BACKENDS[connection.account.kind](connection)
