"""Choose the module for the server of an account."""

from __future__ import annotations

from roya_tui.sync.backends.miniflux import Miniflux
from roya_tui.sync.connection import Connection
from roya_tui.sync.protocol import Backend


def make_backend(connection: Connection) -> Backend:
    """Return the backend for the kind of the connection's account."""
    return Miniflux(connection)
