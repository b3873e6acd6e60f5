from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from tests.servers import Server
from tests.servers import server as server
from tests.sync.miniflux_server import Miniflux, find_programs, run_miniflux
from tests.sync.other_clients import Feeds

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def miniflux() -> Iterator[Miniflux]:
    """A real Miniflux, one for all tests of a worker. It is skipped where it is not installed."""
    programs = find_programs()
    if isinstance(programs, str):
        pytest.skip(programs)
    with tempfile.TemporaryDirectory(prefix="mf", dir="/tmp", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with run_miniflux(Path(folder), programs) as server:
            yield server


@pytest.fixture
def user(miniflux: Miniflux) -> str:
    """The name of a new user of Miniflux."""
    return miniflux.add_user(f"reader-{next(_NUMBERS)}")


@pytest.fixture
def feeds(server: Server) -> Feeds:
    """Five feeds of six articles. A trial subscribes to three."""
    found = Feeds(server)
    for name in ("gazette", "courier", "herald", "mirror", "post"):
        found.add(name, 6)
    return found
