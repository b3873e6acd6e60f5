"""The pty driver that other tests look through: it must show what a person would see."""

from __future__ import annotations

import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.terminal import NotSeen, Terminal, offline_prefix

APP = """
from textual.app import App
from textual.widgets import Static

class Counting(App):
    BINDINGS = [("j", "more", ""), ("escape", "say('escaped')", ""), ("down", "say('went down')", "")]
    n = 0
    def compose(self):
        yield Static("count 0", id="count")
        yield Static("你好 سلام e\u0301 end", id="words")
        yield Static("", id="size")
    def on_resize(self, event):
        self.query_one("#size").update(f"{event.size.width}x{event.size.height}")
    def on_click(self, event):
        self.action_say(f"click {event.screen_x},{event.screen_y}")
    def action_more(self):
        self.n += 1
        self.query_one("#count").update(f"count {self.n}")
    def action_say(self, what):
        self.query_one("#words").update(what)

Counting().run()
"""


def python(code: str, **options: object) -> Terminal:
    return Terminal([sys.executable, "-c", textwrap.dedent(code)], **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def counting() -> Iterator[Terminal]:
    with python(APP, columns=60, rows=12) as terminal:
        terminal.wait_for("60x12")
        yield terminal


def test_keys_reach_a_textual_app_and_the_answer_is_on_the_screen(counting: Terminal) -> None:
    counting.press("j", "j")
    counting.wait_for("count 2")
    pressed = counting.press("j")
    assert counting.settled(after=pressed) > pressed
    assert "count 3" in counting.screen.text()
    assert counting.since(pressed)


def test_wide_and_combining_characters_keep_their_cells(counting: Terminal) -> None:
    screen = counting.wait_for("end")
    assert "你好 سلام" in screen.text()
    row, column = screen.where("end") or (-1, -1)
    assert screen.lines[row].startswith("你好")
    assert column == 2 + 2 + 1 + 4 + 1 + 1 + 1


def test_named_keys_and_clicks(counting: Terminal) -> None:
    counting.press("down")
    counting.wait_for("went down")
    counting.press("esc")
    counting.wait_for("escaped")
    counting.click(4, 7)
    counting.wait_for("click 7,4")


def test_the_program_is_told_of_a_new_size(counting: Terminal) -> None:
    counting.resize(50, 20)
    assert len(counting.wait_for("50x20").lines) == 20


def test_the_end_is_the_programs_own() -> None:
    with python("import sys; print('over'); sys.exit(3)") as terminal:
        assert terminal.wait_exit() == 3
        assert terminal.screen.lines[0] == "over"
        assert terminal.raw == b"over\r\n"


def test_what_never_comes_is_told_with_a_picture_of_the_screen() -> None:
    with python("print('something else'); input()") as terminal:
        terminal.wait_for("something else")
        with pytest.raises(NotSeen, match=r"(?s)0\.2 s.*something else"):
            terminal.wait_for("the thing", timeout=0.2)
        with pytest.raises(NotSeen):
            terminal.wait_for_bytes(b"the thing", timeout=0.2)


def test_a_program_that_is_silent_has_not_answered() -> None:
    with python("import termios, tty; tty.setraw(0); print('ready'); input()") as terminal:
        terminal.wait_for("ready")
        terminal.settled(200)
        pressed = terminal.press("x")
        with pytest.raises(NotSeen, match="no answer"):
            terminal.settled(quiet_ms=20, timeout=0.2, after=pressed)


def test_bytes_split_anywhere_make_the_same_screen() -> None:
    code = r"""
        import os, time
        for b in "\x1b[?1049h\x1b[<u\x1b[>25u\x1b_Gf=24;AAAA\x1b\\\x1b[?2026$p\x1b[2;3H\x1b[1mÉté 🇯🇴\x1b[0m!".encode():
            os.write(1, bytes([b])); time.sleep(0.001)
        input()
    """
    with python(code) as terminal:
        screen = terminal.wait_for(lambda screen: "!" in screen.text())
        assert screen.lines[1] == "  Été 🇯🇴!"
        style = screen.style("Été")
        assert style is not None
        assert style.bold
        assert [line for line in screen.lines if line] == ["  Été 🇯🇴!"]


def test_half_a_wide_character_is_a_blank() -> None:
    with python(r"print('你好吗\x1b[1;2Hx\x1b[1;5Hy'); input()") as terminal:
        terminal.wait_for(" x好y")


def test_closing_ends_a_program_that_will_not_and_its_children(tmp_path: Path) -> None:
    child = tmp_path / "child"
    code = f"""
        import pathlib, signal, subprocess, sys
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        pathlib.Path({str(child)!r}).write_text(str(sleeper.pid))
        print("deaf")
        sleeper.wait()
        input()
    """
    terminal = python(code)
    terminal.wait_for("deaf")
    assert terminal.close() < 0
    end = time.monotonic() + 5
    while _lives(int(child.read_text())) and time.monotonic() < end:
        time.sleep(0.02)
    assert not _lives(int(child.read_text()))


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(") ")[1][0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


@pytest.mark.skipif(not offline_prefix(), reason="no network namespaces here")
def test_offline_means_that_there_is_no_network() -> None:
    code = """
        import socket
        server = socket.socket()
        server.bind(("0.0.0.0", 0))
        server.listen()
        try:
            socket.create_connection(("127.0.0.1", server.getsockname()[1]), timeout=2)
        except OSError as error:
            print("no network:", type(error).__name__)
    """
    with python(code, offline=True) as terminal:
        terminal.wait_exit()
        assert "no network" in terminal.screen.text()
