"""Killed at any moment, a refresh loses nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.refresh.kills import kill_often
from tests.servers import Server


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_twenty_kills_lose_nothing_and_the_next_refresh_heals(tmp_path: Path, server: Server) -> None:
    came = kill_often(tmp_path, server, times=20, feeds=20, longest=1.0, seed=4)
    assert came.trouble == ()
    assert came.kills >= 10, "they must be killed while they are at work"
    assert came.articles >= 20 * 40
    assert came.marks > 0
