"""The driver of pseudo-terminals that other tests use: it shows what a terminal would show."""

import sys
from xml.etree import ElementTree

import pytest
from tests.terminal.driver import NotSeen, Terminal
from tests.terminal.screen import Display, Screen
from tests.terminal.svg import HIGH, WIDE, emoji, svg

PROGRAM = "import sys, tty; tty.setraw(0); print('ready'); input(); sys.exit(3)"


def shown(output: str, columns: int = 20) -> Screen:
    """Return the screen after output that arrives byte by byte."""
    display = Display(columns, 3)
    for byte in output.encode():
        display.feed(bytes([byte]))
    return display.picture()


def test_waiting_fails_with_the_screen_until_the_program_ends() -> None:
    with Terminal([sys.executable, "-c", PROGRAM]) as terminal:
        terminal.wait_for("ready")
        with pytest.raises(NotSeen, match=r"(?s)0\.2 s.*ready"):
            terminal.wait_for("something else", timeout=0.2)
        with pytest.raises(NotSeen):
            terminal.wait_for_bytes(b"something else", timeout=0.2)
        terminal.settled(200)
        with pytest.raises(NotSeen, match="no answer"):
            terminal.settled(quiet_ms=20, timeout=0.2, after=terminal.press("x"))
        terminal.send(b"\n")
        assert terminal.wait_exit() == 3
        assert terminal.raw == b"ready\n"


def test_screen_ignores_newer_sequences_and_keeps_styles() -> None:
    screen = shown("\x1b[?1049h\x1b[<u\x1b[>25u\x1b_Gf=24;AAAA\x1b\\\x1b[?2026$p\x1b[2;3H\x1b[1mÉté 🇯🇴\x1b[0m!")
    assert screen.lines == ("", "  Été 🇯🇴!", "")
    style = screen.style("Été")
    assert style is not None
    assert style.bold


def test_screen_has_wide_and_combining_characters_in_their_cells() -> None:
    screen = shown("你好 سلام e\u0301 end\r\n你好吗\x1b[2;2Hx\x1b[2;5Hy")
    assert screen.where("end") == (0, 2 + 2 + 1 + 4 + 1 + 1 + 1)
    assert screen.lines[0].startswith("你好 سلام")
    assert screen.lines[1] == " x好y", "half of an overwritten wide character is blank"


def test_svg_has_each_cell_at_its_position() -> None:
    screen = shown("\x1b[1;31m<b>\x1b[m ─▀\r\nﻢﻌﻧ🏮", columns=8)
    drawn = ElementTree.fromstring(svg(screen))
    texts = {(node.text, float(node.attrib["x"])) for node in drawn if node.tag.endswith("text")}
    assert ("<b>", 0.0) in texts
    assert {("ﻢ", 0.0), ("ﻌ", WIDE), ("ﻧ", 2 * WIDE)} <= texts, "one by one: a drawing program would reorder them"
    assert len([node for node in drawn if node.tag.endswith("path")]) == 1
    assert list(emoji(screen)) == [(3 * WIDE, HIGH, "🏮")]
