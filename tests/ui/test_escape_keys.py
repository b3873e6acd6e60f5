"""Esc and a key in one write of the terminal, in a text input and elsewhere."""

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.ui.conftest import RunningApp
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver

from roya_tui.ui import terminal


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("\x1bj", ["escape", "j"]),
        ("\x1b1", ["escape", "1"]),
        ("\x1b-", ["escape", "minus"]),
        ("\x1b=", ["escape", "equals_sign"]),
        ("\x1bf", ["alt+f"]),
        ("\x1bb", ["alt+b"]),
        ("\x1b\x7f", ["alt+backspace"]),
        ("\x1b[A", ["up"]),
        ("\x1b[1;5C", ["ctrl+right"]),
    ],
)
def test_escape_and_a_key_are_two_keys(monkeypatch: pytest.MonkeyPatch, written: str, keys: list[str]) -> None:
    monkeypatch.setattr(linux_driver, "XTermParser", XTermParser)
    terminal.patch_escape()
    assert [event.key for event in linux_driver.XTermParser().feed(written)] == keys  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_escape_in_a_pasted_text_is_removed_and_ends_no_paste(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(linux_driver, "XTermParser", XTermParser)
    terminal.patch_escape()
    parser = linux_driver.XTermParser()  # type: ignore[attr-defined]
    written = "a\x1b[200~q\x1b[31mq\x1b]0;q\x07q\x1bq\x1b\x1b[201~b"
    events = [event for start in range(0, len(written), size) for event in parser.feed(written[start : start + size])]
    assert [getattr(event, "key", None) or event.text for event in events] == ["a", "q[31mq]0;q\x07qq", "b"]


async def test_alt_edits_only_in_a_text_input(app: RunningApp) -> None:
    await app.press("enter")
    assert app.main.focused is app.pane
    await app.press("alt+f")
    assert app.main.focused is app.headlines
    assert app.message == "Pages cannot be fetched offline. W: go online"
    await app.press("slash", *"one two", "alt+b", "X")
    assert app.main.panes.search_bar.value == "one Xtwo"
    await app.press("alt+backspace", "alt+f", "Y")
    assert app.main.panes.search_bar.value == "one twoY"
