"""The first minute on a fresh machine, on a real terminal: with the network switched off, and with none at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.terminal import offline_prefix
from tests.ui.homes import Home, home
from tests.ui.sight import Reader, Sight

from roya_tui.first_run import SUBSCRIPTIONS

__all__ = ["home"]

SWITCHED_ON = re.compile(r"\x1b\[\?(\d+)([hl])")
KEYBOARD_ASKED, KEYBOARD_GIVEN_BACK = re.compile(r"\x1b\[>\d+u"), re.compile(r"\x1b\[<u")


def switches(raw: bytes) -> dict[int, bool]:
    """The terminal's private modes that a program touched, and how it left them."""
    return {int(mode): how == "h" for mode, how in SWITCHED_ON.findall(raw.decode())}


def assert_left_as_found(raw: bytes) -> None:
    """Alternate screen left, cursor shown, lines wrap again, and everything else (mouse, paste, focus) off."""
    left = switches(raw)
    assert left[1049] is False
    assert left[25] is True
    assert {mode for mode, on in left.items() if on} <= {25, 7}
    text = raw.decode()
    assert len(KEYBOARD_ASKED.findall(text)) == len(KEYBOARD_GIVEN_BACK.findall(text))


def assert_full_screen(seen: Sight) -> None:
    assert len(seen.panes) == 3
    assert seen.side.line("Roya News English")
    assert re.search("[\ufe70-\ufefc]", seen.side.text), "the Arabic subscription stands in shaped letters"
    assert seen.list.focused
    assert seen.list.cursor
    assert "Published:" in seen.article.text
    title = seen.article.lines[0].strip()
    assert title[:12] in seen.list.cursor
    assert len([line for line in seen.article.lines if line.strip()]) > 8


def test_offline_a_stranger_has_something_to_read_and_gets_the_terminal_back(home: Home, tmp_path: Path) -> None:
    around = f'stty -g >{tmp_path}/before; "$@"; echo $? >{tmp_path}/code; stty -g >{tmp_path}/after'
    with Reader(home, "--offline", offline=True, around=["sh", "-c", around, "sh"]) as reader:
        seen = reader.until(lambda seen: re.search(r"Unread +\d", seen.side.text))
        assert_full_screen(seen)
        for hint in ("j/k move", "a add", "/ find", "? help"):
            assert hint in seen.bottom
        assert "? help" in reader.still().bottom, "nothing fails, since nothing is asked"
        reader.press("q")
        assert reader.wait_exit() == 0
        assert (tmp_path / "code").read_text().strip() == "0"
        assert (tmp_path / "before").read_text() == (tmp_path / "after").read_text()
        assert_left_as_found(reader.raw)


@pytest.mark.skipif(not offline_prefix(), reason="no network namespaces here: it would reach for the real network")
def test_without_a_network_one_calm_line_says_so(home: Home) -> None:
    with Reader(home, offline=True) as reader:
        seen = reader.until(lambda seen: "no network" in seen.bottom and seen.side.line("Roya News English"))
        assert_full_screen(seen)
        assert "Trying again at" in seen.bottom
        seen = reader.until(lambda seen: "Offline · trying again at" in seen.top)
        assert "!" not in seen.side.line("Roya News English"), "no source has failed"
        assert "Traceback" not in reader.raw.decode()
        reader.press("q")
        assert reader.wait_exit(5.0) == 0
        assert_left_as_found(reader.raw)
    assert len(home.labels()) == len(SUBSCRIPTIONS) + 4
