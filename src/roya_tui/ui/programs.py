"""Programs of the person's own, started so that they cannot disturb the screen, or with the terminal to themselves."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from asyncio.subprocess import DEVNULL
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import NamedTuple

from roya_tui.processes import child_environment, python_command
from roya_tui.text import one_line
from roya_tui.ui.child_process import stopped_with_app

POLL_SECONDS = 0.1
"""Seconds between two looks at whether a program has ended."""
WAIT_SECONDS = 5.0
"""Seconds after which a program that still runs is left to itself: it may be a window."""
_MAX_ERROR_BYTES = 2_000
"""Bytes of what it says on standard error that are read."""


class ProgramResult(NamedTuple):
    """How a program ended: `code` is 0 if well, None while it still runs; `why` its own words, or the system's."""

    exit_code: int | None
    error: str = ""


def write_temporary_file(text: str) -> Path:
    """Write a file that nobody else can read, for a program that wants one, and return its path. Raises OSError."""
    with NamedTemporaryFile("w", encoding="utf-8", prefix="roya-tui-", suffix=".md", delete=False) as file:
        try:
            file.write(text)
            file.flush()
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise
    return Path(file.name)


async def run(arguments: Sequence[str], text: str) -> ProgramResult:
    """Run a program with `text` on its standard input; what it prints goes nowhere, and leaving the reader does not end
    it. There is no shell: each argument stays one. Raises OSError where there is no room for the text."""
    with TemporaryFile() as given, TemporaryFile() as complaint:
        given.write(text.encode("utf-8"))
        given.seek(0)
        try:
            process = subprocess.Popen(
                arguments,
                stdin=given,
                stdout=subprocess.DEVNULL,
                stderr=complaint,
                env=child_environment(),
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            return ProgramResult(1, _describe_error(error))
        waited = 0.0
        while (code := process.poll()) is None and waited < WAIT_SECONDS:
            await asyncio.sleep(POLL_SECONDS)
            waited += POLL_SECONDS
        complaint.seek(0)
        return ProgramResult(code, _first_line(complaint.read(_MAX_ERROR_BYTES)))


def run_on_terminal(arguments: Sequence[str]) -> ProgramResult:
    """Run a program that has the terminal to itself, and wait for it. The screen must be suspended."""
    with _without_interrupts():
        try:
            with subprocess.Popen(arguments, env=child_environment()) as process, stopped_with_app(process):
                return ProgramResult(process.wait())
        except (OSError, ValueError) as error:
            return ProgramResult(1, _describe_error(error))


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """A ^C is the program's. A handler that does nothing is not inherited by it, as being ignored would be."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _describe_error(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such program here"
    return getattr(error, "strerror", None) or str(error)


def _first_line(output: bytes) -> str:
    lines = [one_line(line) for line in output.decode("utf-8", "replace").splitlines()]
    return next((line for line in lines if line), "")


_OPEN_SCRIPT = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"
BROWSER_SECONDS = 10.0
"""Seconds after which a browser that has not said no counts as opened: some run until they are closed."""


async def open_in_browser(url: str) -> bool:
    """Open an http(s) or mailto address in the browser that the system or BROWSER names; False if there is none.

    `webbrowser` lets a browser print where it likes and may wait for it, so it runs in a process of its own.
    """
    process = await asyncio.create_subprocess_exec(
        *python_command("-c", _OPEN_SCRIPT, url),
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=DEVNULL,
        env=child_environment(),
        start_new_session=True,
    )
    try:
        return await asyncio.wait_for(process.wait(), BROWSER_SECONDS) == 0
    except TimeoutError:
        return True
