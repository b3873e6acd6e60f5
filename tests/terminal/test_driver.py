"""The driver of pseudo-terminals that other tests use: it shows what a terminal would show."""

from __future__ import annotations

import sys
import textwrap
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.terminal.closing import is_running
from tests.terminal.driver import NotSeen, Terminal, offline_prefix
from tests.terminal.screen import Display
from tests.terminal.svg import HIGH, WIDE, emoji, svg


def python(code: str, **options: object) -> Terminal:
    return Terminal([sys.executable, "-c", textwrap.dedent(code)], **options)  # type: ignore[arg-type]


def test_exit_code_and_output_are_those_of_the_program() -> None:
    with python("import sys; print('over'); sys.exit(3)") as terminal:
        assert terminal.wait_exit() == 3
        assert terminal.screen.lines[0] == "over"
        assert terminal.raw == b"over\r\n"


def test_waiting_fails_with_the_screen_when_nothing_comes() -> None:
    with python("import termios, tty; tty.setraw(0); print('ready'); input()") as terminal:
        terminal.wait_for("ready")
        with pytest.raises(NotSeen, match=r"(?s)0\.2 s.*ready"):
            terminal.wait_for("something else", timeout=0.2)
        with pytest.raises(NotSeen):
            terminal.wait_for_bytes(b"something else", timeout=0.2)
        terminal.settled(200)
        pressed = terminal.press("x")
        with pytest.raises(NotSeen, match="no answer"):
            terminal.settled(quiet_ms=20, timeout=0.2, after=pressed)


def test_screen_is_the_same_wherever_output_is_split() -> None:
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


def test_screen_has_wide_and_combining_characters_in_their_cells() -> None:
    with python(r"print('你好 سلام e\u0301 end'); print('你好吗\x1b[2;2Hx\x1b[2;5Hy'); input()") as terminal:
        screen = terminal.wait_for(" x好y")  # half of an overwritten wide character is blank
        assert screen.where("end") == (0, 2 + 2 + 1 + 4 + 1 + 1 + 1)
        assert screen.lines[0].startswith("你好 سلام")


def test_close_kills_a_program_that_ignores_sigterm_and_its_children(tmp_path: Path) -> None:
    child = tmp_path / "child"
    code = f"""
        import pathlib, signal, subprocess, sys
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        pathlib.Path({str(child)!r}).write_text(str(sleeper.pid))
        print("ignores SIGTERM")
        sleeper.wait()
        input()
    """
    terminal = python(code)
    terminal.wait_for("ignores SIGTERM")
    assert terminal.close() < 0
    end = time.monotonic() + 5
    while is_running(int(child.read_text())) and time.monotonic() < end:
        time.sleep(0.02)
    assert not is_running(int(child.read_text()))


@pytest.mark.skipif(not offline_prefix(), reason="needs network namespaces")
def test_offline_program_has_no_network() -> None:
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


def test_svg_has_each_cell_at_its_position() -> None:
    display = Display(8, 2)
    display.feed("\x1b[1;31m<b>\x1b[m ─▀\r\nﻢﻌﻧ🏮".encode())
    screen = display.picture()
    drawn = ElementTree.fromstring(svg(screen))
    texts = {(node.text, float(node.attrib["x"])) for node in drawn if node.tag.endswith("text")}
    assert ("<b>", 0.0) in texts
    assert {("ﻢ", 0.0), ("ﻌ", WIDE), ("ﻧ", 2 * WIDE)} <= texts, "one by one: a drawing program would reorder them"
    assert len([node for node in drawn if node.tag.endswith("path")]) == 1
    assert list(emoji(screen)) == [(3 * WIDE, HIGH, "🏮")]
