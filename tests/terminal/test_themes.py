"""`theme = "auto"`: the app asks the terminal for its background, and no byte of a reply becomes a key."""

import pytest
from tests.terminal.app import App, AppScreen, open_news
from tests.terminal.homes import Home

from roya_tui.ui.terminal import parse_background
from roya_tui.ui.themes import DARK, LIGHT

QUERY = b"\x1b]11;?\x1b\\"
WHITE = b"\x1b]11;rgb:ffff/ffff/dddd\x1b\\"
BLACK = b"\x1b]11;rgb:0000/0000/0000\x07"
FOLLOW = '[look]\ntheme = "auto"\n'


def is_light(seen: AppScreen) -> bool:
    return f"#{seen.screen.cells[2][2].bg}" == LIGHT.background


def is_dark(seen: AppScreen) -> bool:
    return f"#{seen.screen.cells[2][2].bg}" == DARK.background


def check_nothing_was_typed(app: App) -> None:
    """Check that the cursor is still on the first headline, in the list, without a bar or a dialog."""
    app.do("j", until=lambda seen: seen.list.number == 2)
    seen = app.do("k", until=lambda seen: seen.list.number == 1)
    assert seen.list.focused
    assert "Unread" in seen.top
    assert "move" in seen.bottom


def test_app_follows_the_background_and_its_changes_and_starts_right_the_next_time(news: Home) -> None:
    news.configure(FOLLOW)
    with open_news(news) as app:
        assert is_dark(app.view)
        assert app.raw.count(QUERY) == 1
        app.send(WHITE)
        app.until(is_light)
        app.wait_for_bytes(QUERY, after=app.send(b"\x1b[?997;1n"))
        app.send(BLACK)
        app.until(is_dark)
        check_nothing_was_typed(app)
        app.send(b"\x1b]11;rgb:f/f/f\x1b\\")
        app.until(is_light)
        app.quit()
        assert app.raw.count(b"\x1b[?2031h") == 1, "a terminal may report a color whenever reports are enabled"
        assert app.raw.rindex(b"\x1b[?2031l") > app.raw.rindex(b"\x1b[?2031h")
    with open_news(news) as app:
        assert is_light(app.view)
        assert DARK.background is not None
        assert ("48;2;" + ";".join(str(part) for part in bytes.fromhex(DARK.background[1:]))).encode() not in app.raw
    with open_news(news, environment={"TERM_PROGRAM": "another"}) as app:
        assert is_dark(app.view), "another terminal"


@pytest.mark.parametrize(
    "pieces",
    [
        [b"\x1b]11;rgb:zzzz/0000/qjqj\x1b\\"],
        [b"\x1b]11;rgb:ffff/ffff\x07"],
        [b"\x1b]11;" + b"q" * 3000 + b"\x1b\\"],
        [b"\x1b]11;rgb:ffff/", b"ffff/", b"fff", b"f\x1b", b"\\"],
        [b"\x1b]11;rgb:jjjj"],
        [b"\x1b[?997;9n"],
    ],
    ids=["not hexadecimal", "too short", "too long", "in pieces", "without an end", "report"],
)
def test_no_byte_of_a_reply_is_typed_whenever_and_however_it_comes(news: Home, pieces: list[bytes]) -> None:
    with open_news(news) as app:  # a late reply to another program's question
        for piece in pieces:
            app.send(piece)
            app.still(300)
        app.still(1200)
        check_nothing_was_typed(app)
        assert is_dark(app.view)
        assert QUERY not in app.raw, "only asked for if the theme follows the terminal"


@pytest.mark.parametrize(
    ("reply", "is_light"),
    [
        ("rgb:0000/0000/0000", False),
        ("rgb:ff/ff/ff", True),
        ("rgba:fafa/f7f7/f0f0/ffff", True),
        ("rgb:00/00/ff", False),
        ("rgb:80/80/80", True),
        ("rgb:fffff/0/0", None),
        ("rgb:ff/ff", None),
        ("#ffffff", None),
        ("rgb:-1/0/0", None),
    ],
)
def test_background_is_light_if_black_is_better_to_read_on_it(reply: str, is_light: bool | None) -> None:
    assert parse_background(f"\x1b]11;{reply}\x07") is is_light
