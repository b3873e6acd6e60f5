"""Programs that an article is handed to, where there is no room for what they are to be given."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="bounds for files need POSIX")

import resource

from tests.ui.conftest import Opener

from roya_tui.config import Config, ShareCommand
from roya_tui.ui import programs


@contextmanager
def no_room() -> Iterator[None]:
    """Let no file grow beyond some bytes, as on a full disk. Python would cut what it compiles meanwhile, too."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    compiling, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        sys.dont_write_bytecode = compiling


def test_a_file_that_there_is_no_room_for_is_not_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with no_room(), pytest.raises(OSError, match="too large"):
        programs.write_temporary_file("word " * 1000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("argument", ["{file}", "{url}"])
async def test_where_there_is_no_room_it_is_told(opened: Opener, argument: str) -> None:
    async with opened(config=Config(share=(ShareCommand("note", ("cat", argument)),))) as reader:
        with no_room():
            await reader.press("!")
            await reader.app.workers.wait_for_complete(
                [worker for worker in reader.app.workers if worker.group == "share"]
            )
        assert reader.said == "note failed (cat): File too large."
