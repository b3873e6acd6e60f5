"""The app on the two pipes that a server gives it (Textual's web driver), without a server and a browser."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self

import pytest
from tests.terminal.conftest import Browser, browser
from tests.terminal.homes import BY_HAND, Home, home, news
from tests.terminal.screen import Display

from roya_tui.processes import child_environment, python_command

pytest.importorskip("fcntl", reason="signals and process groups need POSIX")

__all__ = ["browser", "home", "news"]

PATIENCE = 40.0
"""Seconds that a test waits at most."""
GREETING = b"__GANGLION__\n"
"""The line that Textual's web driver writes before its packets."""


class PipedApp:
    """The app as a server runs it: packets of a type, a length and data go in and come out."""

    def __init__(self, home: Home, **environment: str) -> None:
        self._process = subprocess.Popen(
            python_command("-m", "roya_tui", "--home", str(home.folder), "--offline"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={
                **os.environ,
                "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
                "COLUMNS": "140",
                "ROWS": "30",
                **environment,
            },
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input, self._output = self._process.stdin, self._process.stdout
        self._display = Display(140, 30)
        self._changed = threading.Condition()
        self.data = b""
        """What the app has written to the page's terminal."""
        self.orders: list[dict[str, Any]] = []
        """What the app asked the page to do, such as to open an address."""
        self.stray = b""
        """Output outside of packets, which would confuse the server."""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        self.stray = self._output.readline().removesuffix(GREETING)
        while (kind := self._output.read(1)) in (b"D", b"M"):
            content = self._output.read(int.from_bytes(self._output.read(4), "big"))
            with self._changed:
                if kind == b"D":
                    self.data += content
                    self._display.feed(content)
                else:
                    self.orders.append(json.loads(content))
                self._changed.notify_all()
        self.stray += kind

    def send(self, text: str, kind: bytes = b"D") -> None:
        data = text.encode()
        self._input.write(kind + len(data).to_bytes(4, "big") + data)
        self._input.flush()

    def order(self, **order: object) -> None:
        """Send what is not input, such as a size."""
        self.send(json.dumps(order), b"M")

    def wait_for(self, wanted: str | Callable[[], object]) -> str:
        """Wait until the screen has a text, or a condition holds; return the screen."""
        end = time.monotonic() + PATIENCE
        with self._changed:
            while True:
                screen = self._display.picture().text()
                if wanted in screen if isinstance(wanted, str) else wanted():
                    return screen
                assert time.monotonic() < end, f"{wanted!r} is not in\n{screen}"
                self._changed.wait(0.1)

    def wait_exit(self) -> int:
        return self._process.wait(PATIENCE)

    def close_input(self) -> None:
        self._input.close()

    def close_output(self) -> None:
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, self._output.fileno())
        os.close(nothing)

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    @property
    def errors(self) -> bytes:
        assert self._process.stderr is not None
        return self._process.stderr.read()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def app(news: Home, browser: Browser) -> Iterator[PipedApp]:
    """The app on pipes, with the first of its headlines shown."""
    news.configure(f'{BY_HAND}graphics = "kitty"\n[share.paper]\nrun = ["cat", "{{file}}"]\nterminal = true\n')
    with PipedApp(news, **browser.environment) as app:
        app.wait_for("Birch Times")
        yield app


def cursor(screen: str) -> str:
    """Return the headline under the cursor."""
    return next(line.partition("▌●  ")[2][:8] for line in screen.splitlines() if "▌●  " in line)


def test_app_is_drawn_and_reads_keys_and_sizes_on_pipes(app: PipedApp) -> None:
    app.wait_for(lambda: cursor(app._display.picture().text()) == "Story 01")
    app.send("j")
    app.wait_for(lambda: cursor(app._display.picture().text()) == "Story 02")
    app.send("\x1bj")  # esc and j in one message are two keys
    app.wait_for(lambda: cursor(app._display.picture().text()) == "Story 03")
    app.order(type="resize", width=60, height=20)
    app.wait_for(lambda: b"\x1b[20;1H" in app.data.rpartition(b"Story 01")[2] or b"\x1b[19;60H" in app.data)
    app.send("q")
    assert app.wait_exit() == 0
    assert app.orders == [{"type": "exit"}]
    assert app.stray == app.errors == b""


def test_app_is_drawn_again_for_a_page_that_connects_again(app: PipedApp) -> None:
    app.send("j")
    app.wait_for(lambda: cursor(app._display.picture().text()) == "Story 02")
    drawn = len(app.data)
    app.order(type="redraw")

    def is_whole() -> bool:
        """Return whether an empty terminal would have the modes for mouse and paste, and the whole screen."""
        data, again = app.data[drawn:], Display(140, 30)
        again.feed(data)
        texts = ("Roya TUI", "Birch Times", "▌●  Story 02")
        return b"\x1b[?1006h" in data and b"\x1b[?2004h" in data and all(t in again.picture().text() for t in texts)

    app.wait_for(is_whole)


def test_pasted_escape_sequences_are_not_keys(app: PipedApp) -> None:
    app.send("/")
    app.wait_for("words, or a field")
    app.send("\x1b[200~stor\x1b[201~\x1b[200~y 02\x1by\x1b[201~")
    app.wait_for("story 02y")


def test_links_open_beside_the_page_and_not_on_the_server(app: PipedApp, browser: Browser) -> None:
    app.send("o")
    app.wait_for("Opened https://news.example/stories/01")
    assert app.orders == [{"type": "open_url", "url": "https://news.example/stories/01", "new_tab": True}]
    assert browser.visited == []


def test_copied_addresses_are_written_for_the_clipboard_of_the_page(app: PipedApp) -> None:
    app.send("y")
    app.wait_for("Copied https://news.example/stories/01")
    assert b"\x1b]52;c;aHR0cHM6Ly9uZXdzLmV4YW1wbGUvc3Rvcmllcy8wMQ==\x07" in app.data


def test_what_needs_the_terminal_of_a_shell_says_so(app: PipedApp) -> None:
    app.send("\x1a")
    app.wait_for("The app was not started by a shell that can resume it.")
    app.send("!")
    app.wait_for("it needs the terminal, which the app cannot leave")
    app.send("j")
    app.wait_for("Story 02")


@pytest.mark.parametrize("end", ["quit", "closed input", "signal"])
def test_app_ends_and_keeps_its_place_when_the_page_or_the_server_ends(app: PipedApp, news: Home, end: str) -> None:
    app.send("\r")  # opens the first article, and G goes to its end
    app.wait_for("Line 002")
    app.send("G")
    app.wait_for("Line 060")
    if end == "quit":
        app.order(type="quit")
    elif end == "closed input":
        app.close_input()
    else:
        app.signal(signal.SIGTERM)
    assert app.wait_exit() == 129
    with news.store() as db:
        assert db.execute("SELECT count(*) FROM state WHERE position > 0").fetchone() == (1,)


def test_app_ends_when_the_server_reads_nothing_any_more(news: Home) -> None:
    with PipedApp(news) as app:
        app.wait_for("Birch Times")
        app.close_output()
        app.send("jk")
        assert app.wait_exit() == 129


def test_programs_of_the_app_do_not_write_to_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_DRIVER", "textual.drivers.web_driver:WebDriver")
    assert "TEXTUAL_DRIVER" not in child_environment()
