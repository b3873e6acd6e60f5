"""The first start, with --offline and without a network."""

import re
from pathlib import Path

import pytest
from tests.terminal.app import App, AppScreen
from tests.terminal.driver import offline_prefix
from tests.terminal.homes import Home

from roya_tui.first_run import SUBSCRIPTIONS


def assert_terminal_is_restored(raw: bytes) -> None:
    """Alternate screen left, cursor shown, lines wrap again, and all other modes (mouse, paste, focus) off."""
    text = raw.decode()
    modes = {int(mode): how == "h" for mode, how in re.findall(r"\x1b\[\?(\d+)([hl])", text)}
    assert modes[1049] is False
    assert modes[25] is True
    assert {mode for mode, is_on in modes.items() if is_on} <= {25, 7}
    assert len(re.findall(r"\x1b\[>\d+u", text)) == text.count("\x1b[<u"), "the keyboard protocol is restored"


def assert_full_screen(seen: AppScreen) -> None:
    assert len(seen.panes) == 3
    assert seen.sidebar.line("Roya News English")
    assert re.search("[\ufe70-\ufefc]", seen.sidebar.text), "the Arabic source is shaped"
    assert seen.list.focused
    assert seen.list.cursor
    assert "Published:" in seen.article.text
    title = seen.article.lines[0].strip()
    assert title[:12] in seen.list.cursor
    assert len([line for line in seen.article.lines if line.strip()]) > 8


def test_first_start_offline_shows_samples_and_restores_the_terminal(home: Home, tmp_path: Path) -> None:
    around = f'stty -g >{tmp_path}/before; "$@"; echo $? >{tmp_path}/code; stty -g >{tmp_path}/after'
    with App(home, "--offline", offline=True, around=["sh", "-c", around, "sh"]) as app:
        seen = app.until(lambda seen: re.search(r"Unread +\d", seen.sidebar.text))
        assert_full_screen(seen)
        for hint in ("j/k move", "/ search", "s star", "? help"):
            assert hint in seen.bottom
        assert "? help" in app.still().bottom, "no error, since nothing is fetched"
        app.quit()
        assert (tmp_path / "code").read_text().strip() == "0"
        assert (tmp_path / "before").read_text() == (tmp_path / "after").read_text()
        assert_terminal_is_restored(app.raw)


@pytest.mark.skipif(not offline_prefix(), reason="without network namespaces it would use the real network")
def test_first_start_without_a_network_says_so_once(home: Home) -> None:
    with App(home, offline=True) as app:
        seen = app.until(lambda seen: "No network." in seen.bottom and seen.sidebar.line("Roya News English"))
        assert_full_screen(seen)
        assert "Trying again at" in seen.bottom
        seen = app.until(lambda seen: "Offline · trying again at" in seen.top)
        assert "!" not in seen.sidebar.line("Roya News English"), "no source has failed"
        assert "Traceback" not in app.raw.decode()
        app.press("q")
        assert app.wait_exit(5.0) == 0
        assert_terminal_is_restored(app.raw)
    assert len(home.labels()) == len(SUBSCRIPTIONS) + 4
