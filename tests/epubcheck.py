"""Validation of EPUB files by `epubcheck`, if it is installed."""

import shutil
import subprocess
from pathlib import Path

import pytest


def complaints(book: Path) -> list[str]:
    """Return the problems that epubcheck finds in a book; skip the test if it or Java is not installed."""
    found, java = shutil.which("epubcheck"), shutil.which("java")
    if found is None or java is None:
        pytest.skip("epubcheck is not installed (Debian: apt install epubcheck; it brings Java)")
    # Debian installs the archive itself, which the kernel runs only if it is configured to.
    command = [java, "-jar", found] if Path(found).read_bytes()[:2] == b"PK" else [found]
    done = subprocess.run([*command, str(book)], capture_output=True, text=True, timeout=120)
    lines = (done.stdout + done.stderr).splitlines()
    assert any("EPUBCheck completed" in line for line in lines), lines
    return [line for line in lines if line.startswith(("FATAL", "ERROR", "WARNING"))]
