"""Commands that an article is shared with, on a full disk."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="limits for files need POSIX")

import resource

from tests.ui.conftest import RunApp
from textual.widgets import OptionList

from roya_tui.config import Config, ShareCommand, load
from roya_tui.ui.processes import programs


@contextmanager
def full_disk() -> Iterator[None]:
    """Limit files to some bytes. Without `dont_write_bytecode` Python would also cut what it compiles."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    compiling, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        sys.dont_write_bytecode = compiling


def test_incomplete_temporary_file_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with full_disk(), pytest.raises(OSError, match="too large"):
        programs.write_temporary_file("word " * 1000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("argument", ["{file}", "{url}"])
async def test_share_reports_a_full_disk(run_app: RunApp, argument: str) -> None:
    async with run_app(config=Config(share=(ShareCommand("note", ("cat", argument)),))) as app:
        with full_disk():
            await app.press("!")
            await app.wait_for_workers("share")
        assert app.message == "“note” failed: File too large (cat)"


async def test_share_shows_the_new_form_of_a_command_with_a_title(run_app: RunApp, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[share]\nmail = ["mutt", "-s", "{title}"]\nnote = ["tee", "x"]\n', "utf-8")
    async with run_app(config=load(file)[0]) as app:
        await app.press("!")
        assert app.screen.query_one(OptionList).option_count == 1
        assert "config.toml, line 2: [share] mail must not have {title} in an argument." in app.dialog_text
        assert """Write ["sh", "-c", 'mutt -s "$ROYA_TITLE"'].""" in app.dialog_text
