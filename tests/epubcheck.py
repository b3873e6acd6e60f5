"""Debian's `epubcheck`, where it is installed: the judge of our books."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def complaints(book: Path) -> list[str]:
    """What epubcheck finds in a book; skips the test where it, or the Java that it needs, is not installed."""
    found, java = shutil.which("epubcheck"), shutil.which("java")
    if found is None or java is None:
        pytest.skip("epubcheck is not installed (Debian: apt install epubcheck; it brings Java)")
    # Debian's is the archive itself, which only runs by name where the kernel was told of such.
    command = [java, "-jar", found] if Path(found).read_bytes()[:2] == b"PK" else [found]
    done = subprocess.run([*command, str(book)], capture_output=True, text=True, timeout=120)
    told = (done.stdout + done.stderr).splitlines()
    assert any("EPUBCheck completed" in line for line in told), told
    return [line for line in told if line.startswith(("FATAL", "ERROR", "WARNING"))]
