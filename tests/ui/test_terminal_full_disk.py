"""The app on a disk without room: it opens to read, and says why it saves nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.terminal import Terminal
from tests.ui.homes import Home, home, news

__all__ = ["home", "news"]

FULL = """
mount -t tmpfs -o size=8m none "$1" && cp "$2"/news.db "$1" && cat /dev/zero > "$1/filler" 2>/dev/null
exec "$3" -m roya_tui --offline --home "$1"
"""
LIMITED = 'ulimit -f 0; exec "$3" -m roya_tui --offline --home "$2"'


def mounts() -> bool:
    """Whether a file system can be made here without rights."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    command = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(command, capture_output=True, timeout=30, check=False).returncode == 0


@pytest.mark.parametrize("kind", ["full disk", "no file may grow"])
def test_app_opens_to_read_and_says_why_nothing_is_saved(news: Home, tmp_path: Path, kind: str) -> None:
    folder = news.folder
    assert not (folder / "news.db-wal").exists(), "as after a clean exit"
    disk = tmp_path / "disk"
    disk.mkdir()
    full = kind == "full disk"
    if full and not mounts():
        pytest.skip("no file systems may be made here")
    shell = ["unshare", "-rm", "sh", "-c", FULL] if full else ["sh", "-c", LIMITED]
    with Terminal([*shell, "sh", str(disk), str(folder), sys.executable]) as terminal:
        terminal.wait_for("Read-only: The news store cannot grow: the disk is full." if full else "Read-only: ")
        terminal.wait_for("Story ")
        terminal.press("s")
        refused = "The news store cannot grow: the disk is full." if full else "The news store may not be written here"
        terminal.wait_for(lambda screen: "Read-only" not in screen.text() and refused in screen.text())
        terminal.press("q")
        assert terminal.wait_exit() == 0
