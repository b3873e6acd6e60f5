"""What the terminal sends for esc and a key, and what comes of it in a line to type into and elsewhere."""

from __future__ import annotations

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.ui.conftest import Opener
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver

from roya_tui.ui import terminal


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("\x1bj", ["escape", "j"]),
        ("\x1b1", ["escape", "1"]),
        ("\x1b0", ["escape", "0"]),
        ("\x1b-", ["escape", "minus"]),
        ("\x1b=", ["escape", "equals_sign"]),
        ("\x1bf", ["alt+f"]),
        ("\x1bb", ["alt+b"]),
        ("\x1b\x7f", ["alt+backspace"]),
        ("\x1b[A", ["up"]),
        ("\x1b[1;5C", ["ctrl+right"]),
    ],
)
def test_esc_and_a_key_in_one_write(monkeypatch: pytest.MonkeyPatch, sent: str, keys: list[str]) -> None:
    monkeypatch.setattr(linux_driver, "XTermParser", XTermParser)
    terminal.patch_escape()
    assert [event.key for event in linux_driver.XTermParser().feed(sent)] == keys  # type: ignore[attr-defined]


async def test_what_alt_does_in_a_line_it_does_only_there(opened: Opener) -> None:
    async with opened() as reader:
        await reader.press("enter")
        assert reader.main.focused is reader.main.article
        await reader.press("alt+f")
        assert reader.main.focused is reader.main.headlines
        assert reader.said == "Offline: no page is fetched; what is here stays. W goes online."
        await reader.press("slash", *"one two", "alt+b", "X")
        assert reader.main.panes.search_bar.value == "one Xtwo"
        await reader.press("alt+backspace", "alt+f", "Y")
        assert reader.main.panes.search_bar.value == "one twoY"
