"""The app on a disk without room: it opens to read, and says why it saves nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.terminal import Terminal, surroundings
from tests.ui.homes import Home, home, news

__all__ = ["home", "news"]

FULL = """
mount -t tmpfs -o size=8m none "$1" && cp "$2"/news.db "$1" && cat /dev/zero > "$1/filler" 2>/dev/null
exec "$3" -m roya_tui $4 --home "$1"
"""
LIMITED = 'ulimit -f 0; exec "$3" -m roya_tui $4 --home "$2"'
KINDS = ["full disk", "no file may grow"]


def mounts() -> bool:
    """Whether a file system can be made here without rights."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    command = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(command, capture_output=True, timeout=30, check=False).returncode == 0


def start(home: Home, disk: Path, kind: str, options: str) -> list[str]:
    """Return the command that starts the program where the database of `home` cannot grow."""
    assert not (home.folder / "news.db-wal").exists(), "as after a clean exit"
    disk.mkdir()
    if kind == "full disk" and not mounts():
        pytest.skip("no file systems may be made here")
    shell = ["unshare", "-rm", "sh", "-c", FULL] if kind == "full disk" else ["sh", "-c", LIMITED]
    return [*shell, "sh", str(disk), str(home.folder), sys.executable, options]


@pytest.mark.parametrize("kind", KINDS)
def test_app_opens_to_read_and_says_why_nothing_is_saved(news: Home, tmp_path: Path, kind: str) -> None:
    full = kind == "full disk"
    with Terminal(start(news, tmp_path / "disk", kind, "--offline")) as terminal:
        terminal.wait_for("Read-only: The news store cannot grow: the disk is full." if full else "Read-only: ")
        terminal.wait_for("Story ")
        terminal.press("s")
        refused = "The news store cannot grow: the disk is full." if full else "The news store may not be written here"
        terminal.wait_for(lambda screen: "Read-only" not in screen.text() and refused in screen.text())
        terminal.press("q")
        assert terminal.wait_exit() == 0


@pytest.mark.parametrize("kind", KINDS)
def test_plain_reader_opens_to_read_and_says_why_nothing_is_saved(news: Home, tmp_path: Path, kind: str) -> None:
    news.settings("")  # so that opening an article marks it as read
    command = start(news, tmp_path / "disk", kind, "--plain")
    lines = "1\ns\n; Ask Rana\nrefresh\nq\n"
    done = subprocess.run(
        command, input=lines, capture_output=True, text=True, timeout=60, env=surroundings({}), check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    said = done.stdout.splitlines()
    why = "cannot grow: the disk is full." if kind == "full disk" else "The news store "
    assert said[0].startswith("Read-only: ")
    assert why in said[0]
    assert "Line 001 of story 01." in said
    assert [line for line in said if line.startswith("Could not save the note")]
    assert "Offline: nothing is fetched." in said
    assert said[-1] == "This note was not saved: Ask Rana"
    refused = "cannot grow: the disk is full." if kind == "full disk" else "may not be written here"
    assert len([line for line in said if line.startswith("The news store") and refused in line]) == 1, "for the star"
