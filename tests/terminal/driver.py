"""Runs a program on a real pty, presses keys, and returns its screen.

    with Terminal([sys.executable, "-m", "roya_tui", "--offline", "--home", str(home)], columns=140) as terminal:
        terminal.wait_for("Unread")
        terminal.press("j", "enter")
        terminal.settled()
        assert "Published:" in terminal.screen.text()

A thread reads the pty all the time, so that the program never blocks, and records when each chunk arrived. pyte
renders the screen, only when it is needed. The terminal does not answer queries of the program.
POSIX only: call `pytest.importorskip("fcntl")` first.
"""

import contextlib
import fcntl
import functools
import os
import select
import shutil
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.terminal.screen import Display, Screen

KEYS = {
    "enter": b"\r",
    "esc": b"\x1b",
    "tab": b"\t",
    "shift+tab": b"\x1b[Z",
    "space": b" ",
    "backspace": b"\x7f",
    "delete": b"\x1b[3~",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "right": b"\x1b[C",
    "left": b"\x1b[D",
    "home": b"\x1b[H",
    "end": b"\x1b[F",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    "f1": b"\x1bOP",
    **{f"ctrl+{letter}": bytes([index]) for index, letter in enumerate("abcdefghijklmnopqrstuvwxyz", 1)},
}
"""The sequences that xterm sends for named keys; any other key is sent as its text."""

PATIENCE = 60.0
"""Seconds that tests wait at most: a busy machine may be slow."""
AGAIN = 0.1
"""Seconds until a condition is checked again without output: it may depend on more than the screen."""

_LEFT_OUT_OF_THE_ENVIRONMENT = (
    *("ROYA_TUI_", "TEXTUAL", "LC_", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TERM"),
    "PYTHONDONTWRITEBYTECODE",  # it would make each start compile the program again
)


class NotSeen(AssertionError):
    """The expected output did not come in time. The message contains the screen."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk of output and the `time.perf_counter()` at which it was read."""

    at: float
    data: bytes


def offline_prefix() -> list[str]:
    """Return the command prefix that disables the network; [] if the system has none."""
    return list(_offline_prefix())


@functools.cache
def _offline_prefix() -> tuple[str, ...]:
    unshare = shutil.which("unshare")
    for options in ("-n", "-rn"):
        if unshare and subprocess.run([unshare, options, "true"], capture_output=True, check=False).returncode == 0:
            return unshare, options, "--"
    return ()


class Terminal:
    """A program that runs on a pty. Use it as a context manager, or call `close()`."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 140,
        rows: int = 40,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        offline: bool = False,
        display: type[Display] = Display,
    ) -> None:
        """Start `command`. With `offline` it runs in an empty network namespace, if the system has them.

        `environment` is added to `surroundings`; `display` is the class that renders the screen.
        """
        self._display = display(columns, rows)
        self._chunks: list[Chunk] = []
        self._drawn = 0
        self._changed = threading.Condition()
        self._ended = False
        self._closing = False
        self._pressed = 0.0
        self._master, slave = os.openpty()
        _set_size(slave, columns, rows)
        self.started = time.perf_counter()
        """`time.perf_counter()` just before the program was started."""
        try:
            self._process = subprocess.Popen(
                [*(offline_prefix() if offline else ()), *command],
                stdin=slave,
                stdout=slave,
                stderr=slave,
                env=surroundings(environment or {}),
                cwd=folder,
                start_new_session=True,
                preexec_fn=functools.partial(_set_controlling_terminal, slave),
            )
        except BaseException:
            os.close(self._master)
            raise
        finally:
            os.close(slave)
        self._drain = threading.Thread(target=self._read_on, name="pty", daemon=True)
        self._drain.start()

    # Input

    def press(self, *keys: str) -> float:
        """Press keys by name (`enter`, `esc`, `ctrl+p`, `j`) in order; return the time of the last one."""
        for key in keys:
            self.send(KEYS.get(key, key.encode()))
        return self._pressed

    def send(self, data: bytes) -> float:
        """Send bytes as they are; return the `time.perf_counter()` just before they were sent."""
        self._pressed = time.perf_counter()
        os.write(self._master, data)
        return self._pressed

    def click(self, row: int, column: int, *, button: int = 0, times: int = 1) -> float:
        """Click a cell, counted from 0; return the time. Sends SGR mouse reports, as xterm in mode 1006.

        With `times` the clicks follow each other at once, as in a double click.
        """
        place = f"{button};{column + 1};{row + 1}"
        return self.send(f"\x1b[<{place}M\x1b[<{place}m".encode() * times)

    def resize(self, columns: int, rows: int) -> None:
        """Resize the terminal; the kernel sends SIGWINCH to the program."""
        self._show()
        self._display.resize(rows, columns)
        self._pressed = time.perf_counter()
        _set_size(self._master, columns, rows)

    # Output

    @property
    def screen(self) -> Screen:
        """The current screen."""
        self._show()
        return self._display.picture()

    @property
    def raw(self) -> bytes:
        """Every byte the program has written so far."""
        return b"".join(chunk.data for chunk in self.chunks)

    @property
    def chunks(self) -> list[Chunk]:
        """All output so far, with the time of each chunk."""
        with self._changed:
            return list(self._chunks)

    def since(self, moment: float) -> list[Chunk]:
        """Return the chunks after `moment`, a `time.perf_counter()` as returned by `press`."""
        return [chunk for chunk in self.chunks if chunk.at > moment]

    # Waiting, always bounded

    def wait_for(self, wanted: str | Callable[[Screen], bool], timeout: float = PATIENCE) -> Screen:
        """Wait until the screen shows a text or meets a condition; return it. Raises NotSeen."""
        holds = (lambda screen: wanted in screen.text()) if isinstance(wanted, str) else wanted
        end = time.perf_counter() + timeout
        while True:
            with self._changed:
                seen, over = len(self._chunks), self._ended
            screen = self.screen
            if holds(screen):
                return screen
            if over or time.perf_counter() > end:
                why = "the program ended" if over else f"{timeout:g} s went by"
                raise NotSeen(f"{why} without {wanted!r} on the screen:\n{screen.text()}")
            self._wait_for_more(seen, min(end, time.perf_counter() + AGAIN))

    def wait_for_bytes(self, wanted: bytes, timeout: float = PATIENCE, *, after: float = 0.0) -> float:
        """Wait until the output (later than `after`) contains `wanted`; return the time. Raises NotSeen.

        Meant for measurements: no screen is rendered meanwhile.
        """
        end = time.perf_counter() + timeout
        tail, seen = b"", 0
        while True:
            with self._changed:
                new, over = self._chunks[seen:], self._ended
            for chunk in new:
                if chunk.at > after:
                    tail += chunk.data
                    if wanted in tail:
                        return chunk.at
                    tail = tail[-len(wanted) :]
            seen += len(new)
            if over or time.perf_counter() > end:
                raise NotSeen(f"{wanted!r} did not come in {timeout:g} s:\n{self.screen.text()}")
            self._wait_for_more(seen, end)

    def settled(self, quiet_ms: float = 100, timeout: float = PATIENCE, *, after: float | None = None) -> float:
        """Wait until there was no output or key for `quiet_ms`; return the time of the last chunk.

        A program that runs or waits for a core counts as busy, however long (Linux). With `after`, as returned by
        `press`, first waits for output later than that. Raises NotSeen if the output never starts or never stops.
        """
        end = time.perf_counter() + timeout
        with self._changed:
            while True:
                now = time.perf_counter()
                last = self._chunks[-1].at if self._chunks else 0.0
                still_to_come = not self._chunks or (after is not None and last <= after)
                rest = max(last, self._pressed) + quiet_ms / 1000 - now
                if self._ended or (not still_to_come and rest <= 0 and not busy(self.pid)):
                    return last
                if now > end:
                    break
                self._changed.wait(end - now if still_to_come else min(max(rest, 0.01), end - now))
        what = "no answer" if still_to_come else "no silence"
        raise NotSeen(f"{what} in {timeout:g} s:\n{self.screen.text()}")

    # Exit

    @property
    def pid(self) -> int:
        """The program's process id."""
        return self._process.pid

    def wait_exit(self, timeout: float = PATIENCE) -> int:
        """Wait until the program exits; return its exit code (negative: a signal). Raises NotSeen."""
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise NotSeen(f"still running after {timeout:g} s:\n{self.screen.text()}") from None
        self._drain.join(timeout)
        return code

    def peak_memory(self) -> int:
        """Return the program's peak memory so far, in bytes (VmHWM; Linux)."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        if "VmHWM" not in status:
            raise NotSeen(f"the program ended:\n{self.screen.text()}")
        return int(status.split("VmHWM:")[1].split()[0]) * 1024

    def processor_time(self) -> tuple[float, float]:
        """Return the seconds that the running threads ran, and waited for a core (schedstat; Linux)."""
        threads = [file.read_text().split() for file in Path(f"/proc/{self.pid}/task").glob("*/schedstat")]
        return sum(int(thread[0]) for thread in threads) / 1e9, sum(int(thread[1]) for thread in threads) / 1e9

    def hang_up(self) -> None:
        """Close the terminal, as closing its window does."""
        self._closing = True
        self._drain.join(5.0)
        os.close(self._master)
        self._master = -1

    def close(self) -> int:
        """End the program and its process group, and return its exit code."""
        if self._master < 0 and self._process.returncode is not None:
            return self._process.returncode
        if self._process.poll() is None:
            os.killpg(self.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(2.0)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        code = self._process.wait()
        if self._master >= 0:
            self.hang_up()
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Internal

    def _read_on(self) -> None:
        while (data := self._read_chunk()) is not None:
            if data:
                with self._changed:
                    self._chunks.append(Chunk(time.perf_counter(), data))
                    self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _read_chunk(self) -> bytes | None:
        """Return the next output, b"" if there is none for a moment, None at the end."""
        ready, _, _ = select.select([self._master], [], [], 0.2)
        if not ready:
            return None if self._closing else b""
        try:
            return os.read(self._master, 65536) or None
        except OSError:  # Linux raises EIO when the other end is closed
            return None

    def _wait_for_more(self, seen: int, end: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: len(self._chunks) > seen or self._ended, end - time.perf_counter())

    def _show(self) -> None:
        with self._changed:
            new = self._chunks[self._drawn :]
            self._drawn = len(self._chunks)
        self._display.feed(b"".join(chunk.data for chunk in new))


def busy(pid: int) -> bool:
    """Return whether a thread of a process or its children runs, or waits for a core or the disk (Linux)."""
    for thread in Path(f"/proc/{pid}/task").glob("*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if (thread / "stat").read_text().rpartition(")")[2].split()[0] in "RD":
                return True
            if any(busy(int(child)) for child in (thread / "children").read_text().split()):
                return True
    return False


def surroundings(added: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment with `added`, without variables that change the app's behavior."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(_LEFT_OUT_OF_THE_ENVIRONMENT)}
    return environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **added}


def _set_controlling_terminal(terminal: int) -> None:
    """Make a terminal the controlling one of the new session, which SIGWINCH requires, and reset its signals.

    A test that runs in the background or under nohup would pass on that they are ignored.
    """
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


def _set_size(descriptor: int, columns: int, rows: int) -> None:
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
