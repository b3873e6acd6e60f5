"""The help, and keys changed by the configuration."""

import pytest
from tests.ui.conftest import RunApp, RunningApp
from textual.containers import VerticalScroll

from roya_tui.config import Config, Reading
from roya_tui.query import FIELDS, SORTS, STATES
from roya_tui.ui.action_table import ACTIONS
from roya_tui.ui.dialogs.help import Help, filter_actions, filter_queries


def help_text(app: RunningApp) -> str:
    assert isinstance(app.screen, Help)
    return app.screen.help_text().plain


@pytest.mark.parametrize("size", [(140, 40), (60, 20)])
async def test_help_lists_every_action_with_its_name_at_the_edge(run_app: RunApp, size: tuple[int, int]) -> None:
    async with run_app(*size) as app:
        await app.press("question_mark")
        text = help_text(app)
        lines = text.splitlines()
        edge = max(len(line) for line in lines if line.endswith(" down"))
        frame = app.screen.query_one(VerticalScroll)
        assert len(frame._border_subtitle.plain) <= frame.size.width - 2
        assert frame.region.bottom <= size[1]
        for action in ACTIONS:
            assert action.key_labels in text
            rows = [at for at, line in enumerate(lines) if line.endswith(f" {action.name}") and len(line) == edge]
            assert rows, action.name
            row = rows[0]
            around = [*lines[max(0, row - 2) : row], lines[row].removesuffix(action.name), *lines[row + 1 :]]
            assert action.text in " ".join(" ".join(around).split())
        query_help = text.rpartition("Search\n")[2]
        for name in (*STATES, *FIELDS, *SORTS):
            assert name in query_help, name


async def test_keys_of_the_configuration_replace_the_defaults(run_app: RunApp) -> None:
    async with run_app(config=Config(reading=Reading(mark_read=None), keys={"star": "J", "down": "E"})) as app:
        title = app.selected
        await app.press("s")
        assert "★" not in app.list_line(title[:20])
        await app.press("J")
        assert "★" in app.list_line(title[:20])
        await app.press("E")
        assert app.selected == app.titles[1]
        await app.press("question_mark")
        assert "J                Star" in help_text(app)


async def test_help_scrolls_by_the_keys_of_the_list(run_app: RunApp) -> None:
    async with run_app(height=20) as app:
        await app.press("question_mark")
        scroll = app.screen.query_one(VerticalScroll)
        for key in ("j", "space", "G"):
            before = scroll.scroll_y
            await app.press(key)
            await app.wait_until(lambda before=before: scroll.scroll_y > before)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("r", ["refresh"]),
        ("R", ["refresh-all"]),
        ("refresh", ["refresh", "refresh-all", "stop"]),
        ("refr all", ["refresh-all"]),
        ("redo", ["redo"]),
        ("previous-un", ["previous-unread"]),
        ("ctrl+f", ["page-down"]),
        ("rules up", ["rule-up"]),
        ("ÜNDO", ["undo", "redo", "undo-change"]),
        ("mute", ["rule", "rules"]),
        ("subscribe", ["add"]),
        ("unsubscribe", ["remove"]),
        ("bookmark", ["star", "view-starred"]),
        ("read later", ["save-page"]),
        ("é", []),
        ("star zebra", []),
    ],
)
def test_filter_matches_a_key_or_words_of_text_group_and_name(text: str, names: list[str]) -> None:
    assert [action.name for action in filter_actions([a for a in ACTIONS if a.context != "gallery"], text)] == names


def test_name_of_a_group_matches_all_its_actions() -> None:
    found = {action.name for action in filter_actions(ACTIONS, "rules")}
    assert {action.name for action in ACTIONS if action.group == "Rules"} <= found


@pytest.mark.parametrize(("text", "queries"), [("hidden", ["is:unread  -is:starred"]), ("zzz", []), ("d", [])])
def test_filter_finds_parts_of_queries(text: str, queries: list[str]) -> None:
    assert [query for query, _ in filter_queries(text)] == queries


@pytest.mark.parametrize("width", [140, 60])
async def test_slash_filters_the_help_and_esc_clears_it_before_closing(run_app: RunApp, width: int) -> None:
    async with run_app(width=width) as app:
        await app.press("question_mark")
        whole = help_text(app)
        await app.press("slash", *"mark all")
        assert "Mark all" in help_text(app)
        assert "Redo" not in help_text(app)
        assert "sort:oldest" not in help_text(app)
        await app.press("enter")
        assert "Redo" not in help_text(app)
        await app.press("escape")
        assert help_text(app) == whole
        await app.press("slash", *"[x] zebra")
        assert "No key matches. esc: show all keys" in help_text(app)
        await app.press("escape")
        assert help_text(app) == whole
        await app.press("escape")
        assert app.screen is app.main
        await app.press("S", "question_mark", "slash", *"pause")
        assert "Pause or resume" in help_text(app)
        assert "Rename the source" not in help_text(app)
