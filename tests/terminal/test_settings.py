"""Settings of config.toml and what they change on the screen."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.terminal.app import App
from tests.terminal.homes import ARTICLES, BY_HAND, Home, add_news

from roya_tui.ui.themes import DARK, LIGHT


def background(color: str | None) -> bytes:
    """The part of a sequence that makes `#rrggbb` the background."""
    assert color is not None
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return f"48;2;{red};{green};{blue}".encode()


def test_keys_theme_dates_and_reading_follow_the_configuration(home: Home) -> None:
    home.configure(
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
    add_news(home)
    moments = [datetime.fromtimestamp(second, UTC) for second in range(before, int(time.time()) + 1)]
    stamps = [f"{moment.astimezone(ZoneInfo('Asia/Tokyo')):Published: %Y/%m/%d %Hh%M}" for moment in moments]
    with App(home, "--offline") as app:
        seen = app.until(lambda seen: seen.list.number == 1 and f"Unread {ARTICLES}" in seen.top)
        assert any(stamp in seen.article.text for stamp in stamps)
        assert background(LIGHT.background) in app.raw
        assert background(DARK.background) not in app.raw
        assert "Z move" in seen.bottom

        app.do("Z", until=lambda seen: seen.list.number == 2)
        app.do("J", until=lambda seen: "★" in seen.list.line("Story 02"))
        app.press("j", "s")
        seen = app.do("enter", until=lambda seen: "Story 02" in seen.article.lines[0])
        assert "★" in seen.list.line("Story 02"), "the replaced keys do nothing"
        assert seen.list.number == 2
        app.do("esc", until=lambda seen: f"Unread {ARTICLES}" in seen.top and "●" in seen.list.line("Story 02"))


def test_errors_in_the_file_are_shown_and_ascii_setting_leaves_only_ascii_on_every_screen(home: Home) -> None:
    home.configure(BY_HAND + '[look]\nascii = true\n[keys]\nstra = "w"\n')
    add_news(home)
    with App(home, "--offline", rows=24) as app:
        screens = [app.until(lambda seen: f"Unread {ARTICLES}" in seen.top and "config.toml" in seen.bottom)]
        for words in ("line 6", "There is no action “stra”.", "Did you mean “star”?"):
            assert words in screens[0].bottom
        seen = app.do("s", "j", "m", until=lambda seen: f"Unread {ARTICLES - 1}" in seen.top)
        line = next(line for line in seen.screen.lines if "Story 01" in line)
        assert "S" in line.partition("Story 01")[0]
        app.do("t", until="filter the tags")
        screens.append(app.do("-", until="-tides"))
        app.do("esc", until=lambda seen: "filter the tags" not in seen.text)
        app.do("1", until=lambda seen: "-tides" not in seen.screen.lines[1])
        screens.append(app.do("O", until="Sorted oldest first."))
        screens.append(app.do("enter", until="Line 001"))
        screens.append(app.do("?", until="Moving"))
        app.do("esc", until=lambda seen: "Moving" not in seen.text)
        screens.append(app.do("a", until="Add a source"))
        app.do("esc", until=lambda seen: "Add a source" not in seen.text)
        screens.append(app.do("D", until="Remove "))
        others = ["".join(sign for sign in seen.text if not sign.isascii()).strip("“”") for seen in screens]
        assert others == [""] * len(screens)
