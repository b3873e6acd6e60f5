"""Garbage is collected while a command runs, though not while the program loads."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from roya_tui.cli import plain, run
from roya_tui.cli.commands import tags


@pytest.fixture(autouse=True)
def as_main_begins() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


def test_a_command_collects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(tags, "manage_tags", lambda *_: seen.append(gc.isenabled()) or 0)
    assert run(["--home", str(tmp_path), "tags"], {}) == 0
    assert seen == [True]


def test_the_plain_reader_collects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(plain, "run", lambda *_: seen.append(gc.isenabled()) or 0)
    assert run(["--home", str(tmp_path), "--plain"], {}) == 0
    assert seen == [True]
