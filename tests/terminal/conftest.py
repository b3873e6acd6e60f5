"""Fixtures for tests that run the app on a pseudo-terminal (POSIX only)."""

import sys
from pathlib import Path

import pytest
from tests.servers import server
from tests.terminal.homes import home, news

__all__ = ["home", "news", "server"]

collect_ignore_glob = ["test_*"] if sys.platform == "win32" else []


class Browser:
    """A program for BROWSER that records addresses, and prints as much as real browsers do."""

    def __init__(self, folder: Path) -> None:
        self._visited = folder / "visited"
        script = folder / "browser"
        script.write_text(f'#!/bin/sh\necho "$1" >>{self._visited}\necho NOISE\necho NOISE >&2\n')
        script.chmod(0o755)
        self.environment = {"BROWSER": str(script)}

    @property
    def visited(self) -> list[str]:
        return self._visited.read_text().splitlines() if self._visited.exists() else []


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    return Browser(tmp_path)
