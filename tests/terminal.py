"""A terminal without a person: runs a program on a real pty, presses keys, and shows what is on the screen.

    with Terminal([sys.executable, "-m", "roya_tui", "--offline", "--home", str(home)], columns=140) as terminal:
        terminal.wait_for("Unread")
        terminal.press("j", "enter")
        terminal.settled()
        assert "Published:" in terminal.screen.text()

A thread drains the pty all the time, so that the program never waits for us, and stamps each piece that comes with
the time it came. What the bytes look like is worked out by pyte, and only when someone asks for the screen.
The terminal answers no question that the program asks it. POSIX only: `pytest.importorskip("fcntl")` first.
"""

from __future__ import annotations

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

from tests.terminal_screen import Display, Screen

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
"""What a terminal sends for a key with a name (xterm's sequences); any other key is sent as its own text."""

PATIENCE = 60.0
"""Seconds: a busy machine may take long; a test that passes never waits for them."""
AGAIN = 0.1
"""Seconds until a condition is looked at again where nothing has come: it may be about more than the screen."""

_LEFT_OUT_OF_THE_ENVIRONMENT = (
    *("ROYA_TUI_", "TEXTUAL", "LC_", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TERM"),
    "PYTHONDONTWRITEBYTECODE",  # It would have every start compile the program anew, which no one's start does.
)


class NotSeen(AssertionError):
    """What was waited for did not come in time. The message holds a picture of the screen."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One piece of output and the `time.perf_counter()` at which it was read."""

    at: float
    data: bytes


def offline_prefix() -> list[str]:
    """The words that, put before a command, take the network away from it; [] where the system cannot do that."""
    return list(_offline_prefix())


@functools.cache
def _offline_prefix() -> tuple[str, ...]:
    unshare = shutil.which("unshare")
    for options in ("-n", "-rn"):
        if unshare and subprocess.run([unshare, options, "true"], capture_output=True, check=False).returncode == 0:
            return unshare, options, "--"
    return ()


class Terminal:
    """A program on a pty of a given size, from its start to its end. Use it in a `with`, or `close()` it."""

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
        """Start `command`. With `offline` it runs in a network namespace with nothing in it, where the system has them.

        `environment` is added to its `surroundings`; `display` is what works out the screen.
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
                preexec_fn=functools.partial(_own, slave),
            )
        except BaseException:
            os.close(self._master)
            raise
        finally:
            os.close(slave)
        self._drain = threading.Thread(target=self._read_on, name="pty", daemon=True)
        self._drain.start()

    # What it is told to do

    def press(self, *keys: str) -> float:
        """Press keys by name (`enter`, `esc`, `ctrl+p`, `j`) one after another; return when the last was pressed."""
        for key in keys:
            self.send(KEYS.get(key, key.encode()))
        return self._pressed

    def send(self, data: bytes) -> float:
        """Send bytes as they are; return the `time.perf_counter()` just before they were sent."""
        self._pressed = time.perf_counter()
        os.write(self._master, data)
        return self._pressed

    def click(self, row: int, column: int, *, button: int = 0, times: int = 1) -> float:
        """Press and let go the mouse on a cell (from 0); return when. SGR mouse reports, as xterm's mode 1006.

        Several times at once: what makes two clicks a double click is the time between them.
        """
        place = f"{button};{column + 1};{row + 1}"
        return self.send(f"\x1b[<{place}M\x1b[<{place}m".encode() * times)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; the kernel tells the program by SIGWINCH."""
        self._show()
        self._display.resize(rows, columns)
        self._pressed = time.perf_counter()
        _set_size(self._master, columns, rows)

    # What it shows

    @property
    def screen(self) -> Screen:
        """What is on the screen now."""
        self._show()
        return self._display.picture()

    @property
    def raw(self) -> bytes:
        """Every byte the program has written so far."""
        return b"".join(chunk.data for chunk in self.chunks)

    @property
    def chunks(self) -> list[Chunk]:
        """Every piece of output so far, with its time."""
        with self._changed:
            return list(self._chunks)

    def since(self, moment: float) -> list[Chunk]:
        """The pieces that came after a `time.perf_counter()`, such as `press` returns."""
        return [chunk for chunk in self.chunks if chunk.at > moment]

    # Waiting, always bounded

    def wait_for(self, wanted: str | Callable[[Screen], bool], timeout: float = PATIENCE) -> Screen:
        """Wait until a text is on the screen or a condition holds for it; return that screen. Raises NotSeen."""
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
        """Wait until bytes have come (after a moment); return when the piece that completes them came. Raises NotSeen.

        For measuring: no screen is drawn meanwhile, so it costs the program next to nothing.
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
        """Wait until nothing has come for a while, nor any key been pressed; return when the last piece came.

        A program that waits for a core is not silent, however long: whoever is busy is waited for (Linux).
        With `after` (what `press` returned) it first waits for an answer later than that. Raises NotSeen if the
        program never falls silent or never answers.
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

    # Its end

    @property
    def pid(self) -> int:
        """The program's process id."""
        return self._process.pid

    def wait_exit(self, timeout: float = PATIENCE) -> int:
        """Wait until the program ends by itself; return its exit code (negative: the signal). Raises NotSeen."""
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise NotSeen(f"still running after {timeout:g} s:\n{self.screen.text()}") from None
        self._drain.join(timeout)
        return code

    def peak_memory(self) -> int:
        """The most memory the running program has held so far, in bytes (VmHWM; Linux)."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        if "VmHWM" not in status:
            raise NotSeen(f"the program ended:\n{self.screen.text()}")
        return int(status.split("VmHWM:")[1].split()[0]) * 1024

    def processor_time(self) -> tuple[float, float]:
        """Seconds that its living threads have run so far, and that they had to wait for a core (schedstat; Linux)."""
        threads = [file.read_text().split() for file in Path(f"/proc/{self.pid}/task").glob("*/schedstat")]
        return sum(int(thread[0]) for thread in threads) / 1e9, sum(int(thread[1]) for thread in threads) / 1e9

    def hang_up(self) -> None:
        """Take the terminal away, as closing its window does."""
        self._closing = True
        self._drain.join(5.0)
        os.close(self._master)
        self._master = -1

    def close(self) -> int:
        """End the program and whatever it started, by their process group, and return its exit code."""
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

    # Inside

    def _read_on(self) -> None:
        while (data := self._piece()) is not None:
            if data:
                with self._changed:
                    self._chunks.append(Chunk(time.perf_counter(), data))
                    self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _piece(self) -> bytes | None:
        """What has come, b"" if nothing has for a moment, None at the end."""
        ready, _, _ = select.select([self._master], [], [], 0.2)
        if not ready:
            return None if self._closing else b""
        try:
            return os.read(self._master, 65536) or None
        except OSError:  # Linux says EIO when nobody holds the other end any more.
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
    """Whether a thread of a process, or of one that it started, runs or waits for a core or the disk (Linux)."""
    for thread in Path(f"/proc/{pid}/task").glob("*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if (thread / "stat").read_text().rpartition(")")[2].split()[0] in "RD":
                return True
            if any(busy(int(child)) for child in (thread / "children").read_text().split()):
                return True
    return False


def surroundings(added: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with `added`, without what would make a run depend on who runs it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(_LEFT_OUT_OF_THE_ENVIRONMENT)}
    return kept | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **added}


def _own(terminal: int) -> None:
    """Make a terminal the new session's own, without which no SIGWINCH comes on resize; heed all that it signals.

    A test that runs in the background, or under nohup, would hand on that these signals are ignored.
    """
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


def _set_size(descriptor: int, columns: int, rows: int) -> None:
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
