"""The server of tests/servers.py, and the app of tests/refresh, for tests of HTTP."""

from __future__ import annotations

from tests.refresh.conftest import app, server

__all__ = ["app", "server"]
