"""config.toml, as its owner sees it take effect on a real terminal."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.ui.homes import MANY, Home, fill, home
from tests.ui.sight import Reader, Sight

from roya_tui.ui.themes import DARK, LIGHT

__all__ = ["home"]


def paper(colour: str | None) -> bytes:
    """The sequence that makes `#rrggbb` the background, as terminals of today are told."""
    assert colour is not None
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return f"48;2;{red};{green};{blue}".encode()


def test_keys_theme_dates_and_reading_are_as_configured(home: Home) -> None:
    home.settings(
        """
        [look]
        theme = "roya-light"
        [dates]
        zone = "Asia/Tokyo"
        format = "%Y/%m/%d %Hh%M"
        [reading]
        mark_read = "never"
        [keys]
        star = "J"
        down = "Z,down"
        """
    )
    before = int(time.time())
    fill(home)
    moments = [datetime.fromtimestamp(second, UTC) for second in range(before, int(time.time()) + 1)]
    stamps = [f"{moment.astimezone(ZoneInfo('Asia/Tokyo')):Published: %Y/%m/%d %Hh%M}" for moment in moments]
    with Reader(home, "--offline") as reader:
        seen = reader.until(lambda seen: seen.list.story == 1 and f"Unread {MANY}" in seen.top)
        assert any(stamp in seen.article.text for stamp in stamps)
        assert paper(LIGHT.background) in reader.raw
        assert paper(DARK.background) not in reader.raw
        assert "Z move" in seen.bottom

        reader.do("Z", until=lambda seen: seen.list.story == 2)
        reader.do("J", until=lambda seen: "★" in seen.list.line("Story 02"))
        reader.press("j", "s")
        seen = reader.do("enter", until=lambda seen: "Story 02" in seen.article.lines[0])
        assert "★" in seen.list.line("Story 02"), "the keys that were replaced do nothing"
        assert seen.list.story == 2
        reader.do("?", until="Z ↓ ")
        for _ in range(3):
            reader.press("pagedown")
            if "J                Star, or take the star away" in reader.still().text:
                break
        else:
            raise AssertionError("the help has the old key")
        reader.do("esc", until=lambda seen: "Star, or" not in seen.text)
        reader.do("esc", until=lambda seen: f"Unread {MANY}" in seen.top and "●" in seen.list.line("Story 02"))


def test_what_is_wrong_in_the_file_is_told_and_the_reader_starts(home: Home) -> None:
    home.settings('[keys]\nstra = "w"\n[reading]\nwidth = 7000\n')
    fill(home)
    with Reader(home, "--offline") as reader:
        seen = reader.until(lambda seen: seen.list.story == 1 and "config.toml" in seen.bottom)
        for words in ("line 2", 'There is no action "stra".', 'Did you mean "star"?'):
            assert words in seen.bottom
        reader.do("s", until=lambda seen: "★" in seen.list.line("Story 01"))


def test_ascii_means_that_no_sign_of_ours_is_beyond_ascii(home: Home) -> None:
    home.settings('[look]\nascii = true\n[reading]\nmark_read = "never"\n')
    fill(home)
    with Reader(home, "--offline", rows=24) as reader:
        beyond = {"at first": strange(reader.until(f"Unread {MANY}"))}
        seen = reader.do("s", "j", "m", until=lambda seen: f"Unread {MANY - 1}" in seen.top)
        assert "S" in line_of(seen, "Story 01").partition("Story 01")[0]
        reader.do("t", until="narrow the tags")
        beyond["tags"] = strange(reader.do("-", until="-tides"))
        reader.do("esc", until=lambda seen: "narrow the tags" not in seen.text)
        reader.do("1", until=lambda seen: "-tides" not in seen.screen.lines[1])
        beyond["a sentence"] = strange(reader.do("O", until="Sorted oldest first."))
        beyond["reading"] = strange(reader.do("enter", until="Line 001"))
        beyond["help"] = strange(reader.do("?", until="Moving"))
        reader.do("esc", until=lambda seen: "Moving" not in seen.text)
        beyond["adding"] = strange(reader.do("a", until="Add a source"))
        reader.do("esc", until=lambda seen: "Add a source" not in seen.text)
        beyond["removing"] = strange(reader.do("D", until="Remove "))
        assert beyond == dict.fromkeys(beyond, "")


def strange(seen: Sight) -> str:
    """The signs on the screen that are not ASCII."""
    return "".join(sorted({sign for sign in seen.text if not sign.isascii()}))


def line_of(seen: Sight, text: str) -> str:
    """The line of the screen that has `text`."""
    return next(line for line in seen.screen.lines if text in line)
