"""The server of tests/servers.py, and the app of tests/refresh, for tests of HTTP."""

from tests.refresh.conftest import app, server

__all__ = ["app", "server"]
