"""A refresh killed at any moment, and several programs using one database."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.refresh.concurrent_use import unexpected, use_concurrently
from tests.refresh.killing import kill_refreshes
from tests.servers import Server


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_killed_refreshes_lose_nothing(tmp_path: Path, server: Server) -> None:
    result = kill_refreshes(tmp_path, server, times=12, feeds=20, longest=1.0, seed=4)
    assert result.problems == ()
    assert result.kills >= 6, "they must be killed while they run"
    assert result.articles >= 20 * 40
    assert result.marks > 0


@pytest.mark.skipif(os.name == "nt", reason="needs a pty")
def test_programs_use_one_database_at_once(tmp_path: Path, server: Server) -> None:
    result = use_concurrently(tmp_path, server, seconds=4, feeds=15)
    assert unexpected(result.messages) == ()
    assert set(result.refreshes) <= {0, 4}
    assert set(result.marks) == {0}
    assert result.refreshes[0]
    assert result.articles >= 15 * 40
    assert result.damage == ()
