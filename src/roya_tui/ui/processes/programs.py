"""Runs the user's programs, either detached from the terminal or with full control of it."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from asyncio.subprocess import DEVNULL
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import NamedTuple

from roya_tui.processes import child_environment, python_command
from roya_tui.text import one_line
from roya_tui.translation import gettext
from roya_tui.ui.processes.child_process import stopped_with_app
from roya_tui.ui.terminal import restored

POLL_SECONDS = 0.1
"""Seconds between two checks whether a program has ended."""
WAIT_SECONDS = 5.0
"""Seconds after which a running program is no longer waited for, since it may have opened a window."""
_MAX_ERROR_BYTES = 2_000
"""Bytes of standard error that are read."""


class ProgramResult(NamedTuple):
    """How a program ended. `exit_code` is None while it runs; `error` comes from the program or the system."""

    exit_code: int | None
    error: str = ""


def write_temporary_file(text: str) -> Path:
    """Write a file that only the user can read, and return its path. Raises OSError."""
    with NamedTemporaryFile("w", encoding="utf-8", prefix="roya-tui-", suffix=".md", delete=False) as file:
        try:
            file.write(text)
            file.flush()
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise
    return Path(file.name)


async def run(arguments: Sequence[str], text: str, environment: Mapping[str, str]) -> ProgramResult:
    """Run a program with `text` on its standard input, without a shell; its output is discarded.

    `environment` is added to that of the app. The program may outlive the app. Raises OSError if there is no disk
    space for the text.
    """
    with TemporaryFile() as stdin, TemporaryFile() as stderr:
        stdin.write(text.encode("utf-8"))
        stdin.seek(0)
        try:
            process = subprocess.Popen(
                arguments,
                stdin=stdin,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                env={**child_environment(), **environment},
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            return ProgramResult(1, describe_error(error))
        waited = 0.0
        while (code := process.poll()) is None and waited < WAIT_SECONDS:
            await asyncio.sleep(POLL_SECONDS)
            waited += POLL_SECONDS
        stderr.seek(0)
        return ProgramResult(code, first_line(stderr.read(_MAX_ERROR_BYTES)))


def run_on_terminal(arguments: Sequence[str], environment: Mapping[str, str]) -> ProgramResult:
    """Run a program on the terminal and wait for it. The app must be suspended."""
    with _without_interrupts(), restored():
        try:
            env = {**child_environment(), **environment}
            with subprocess.Popen(arguments, env=env) as process, stopped_with_app(process):
                return ProgramResult(process.wait())
        except (OSError, ValueError) as error:
            return ProgramResult(1, describe_error(error))


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Leave ^C to the child process. An empty handler is not inherited by it, unlike SIG_IGN."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def describe_error(error: Exception) -> str:
    """Return why a program could not start."""
    if isinstance(error, FileNotFoundError):
        return gettext("program not found")
    return getattr(error, "strerror", None) or str(error)


def first_line(output: bytes) -> str:
    """Return the first line of a program's output that has text, cleaned."""
    lines = [one_line(line) for line in output.decode("utf-8", "replace").splitlines()]
    return next((line for line in lines if line), "")


_OPEN_SCRIPT = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"
BROWSER_SECONDS = 10.0
"""Seconds after which the browser counts as opened: some commands run until the window is closed."""


async def open_in_browser(url: str) -> bool:
    """Open an http(s) or mailto URL in the browser of the system or of BROWSER; return False if there is none.

    `webbrowser` may wait for the browser and lets it print to the terminal, so it runs in its own process.
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
