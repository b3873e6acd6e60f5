"""The app on a full disk: it opens to read, and says why it saves nothing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.terminal.driver import Terminal, surroundings
from tests.terminal.homes import Home

FULL = """
mount -t tmpfs -o size=8m none "$1" && cp "$2"/news.db "$1" && cat /dev/zero > "$1/filler" 2>/dev/null
exec "$3" -m roya_tui $4 --home "$1"
"""
LIMITED = 'ulimit -f 0; exec "$3" -m roya_tui $4 --home "$2"'
KINDS = ["full disk", "no file may grow"]


def can_mount() -> bool:
    """Whether the user may mount file systems."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    command = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(command, capture_output=True, timeout=30, check=False).returncode == 0


def start(home: Home, disk: Path, kind: str, options: str) -> list[str]:
    """Return the command that runs the app where the database of `home` cannot grow."""
    assert not (home.folder / "news.db-wal").exists(), "as after a clean exit"
    disk.mkdir()
    if kind == "full disk" and not can_mount():
        pytest.skip("file systems cannot be mounted")
    shell = ["unshare", "-rm", "sh", "-c", FULL] if kind == "full disk" else ["sh", "-c", LIMITED]
    return [*shell, "sh", str(disk), str(home.folder), sys.executable, options]


@pytest.mark.parametrize("kind", KINDS)
def test_app_opens_to_read_and_says_why_nothing_is_saved(news: Home, tmp_path: Path, kind: str) -> None:
    full = kind == "full disk"
    with Terminal(start(news, tmp_path / "disk", kind, "--offline")) as terminal:
        terminal.wait_for(
            "Read-only: Cannot write to the database news.db: the disk is full." if full else "Read-only: "
        )
        terminal.wait_for("Story ")
        terminal.press("s")
        refused = (
            "Cannot write to the database news.db: the disk is full."
            if full
            else "Cannot write to the database news.db: permission denied."
        )
        terminal.wait_for(lambda screen: "Read-only" not in screen.text() and refused in screen.text())
        terminal.press("q")
        assert terminal.wait_exit() == 0


@pytest.mark.parametrize("kind", KINDS)
def test_plain_mode_opens_to_read_and_says_why_nothing_is_saved(news: Home, tmp_path: Path, kind: str) -> None:
    news.configure("")  # so that opening an article marks it as read
    command = start(news, tmp_path / "disk", kind, "--plain")
    typed = "1\ns\n; Ask Rana\nrefresh\nq\n"
    done = subprocess.run(
        command, input=typed, capture_output=True, text=True, timeout=60, env=surroundings({}), check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    why = "the disk is full." if kind == "full disk" else "the database "
    assert lines[0].startswith("Read-only: ")
    assert why in lines[0]
    assert "Line 001 of story 01." in lines
    assert [line for line in lines if line.startswith("Could not save the note")]
    assert "Offline: nothing was fetched." in lines
    assert lines[-1] == "This note was not saved: Ask Rana"
    refused = "the disk is full." if kind == "full disk" else "permission denied."
    assert len([line for line in lines if line.startswith("Cannot write") and refused in line]) == 1, "for the star"
