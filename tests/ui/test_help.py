"""The help, the palette, and keys by their names."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from msgspec.structs import replace
from tests.ui.conftest import BY_HAND, Open, Opener
from textual.command import CommandList, CommandPalette
from textual.containers import VerticalScroll

from roya_tui.query import FIELDS, SORTS, STATES
from roya_tui.ui.action_table import ACTIONS
from roya_tui.ui.dialogs.help import Help, filter_actions


@pytest.mark.parametrize("size", [(140, 40), (60, 20)])
async def test_help_lists_every_action(opened: Opener, size: tuple[int, int]) -> None:
    async with opened(*size) as reader:
        await reader.press("question_mark")
        assert isinstance(reader.app.screen, Help)
        words = reader.app.screen.help_text().plain
        lines = words.splitlines()
        edge = max(len(line) for line in lines if line.endswith(" down"))
        frame = reader.app.screen.query_one(VerticalScroll)
        assert len(str(frame.border_subtitle)) <= frame.size.width - 2
        assert frame.region.bottom <= size[1]
        for action in ACTIONS:
            assert action.key_labels in words
            told = [at for at, line in enumerate(lines) if line.endswith(f" {action.name}") and len(line) == edge]
            assert told, f"{action.name} stands at the edge, as all names in config.toml do"
            around = (
                lines[max(0, told[0] - 2) : told[0]],
                lines[told[0]].removesuffix(action.name),
                lines[told[0] + 1 :],
            )
            parts = [*around[0], around[1], *around[2]]
            assert action.text in " ".join(" ".join(parts).split())


async def test_the_help_names_all_that_a_query_may_ask_for(opened: Opener) -> None:
    async with opened() as reader:
        await reader.press("question_mark")
        assert isinstance(reader.app.screen, Help)
        words = " ".join(reader.app.screen.help_text().plain.partition("What / understands")[2].split())
        for name in (*STATES, *FIELDS, *SORTS):
            assert name in words, name


async def test_the_palette_offers_every_action_by_name(opened: Opener) -> None:
    async with opened() as reader:
        offered = {command.title for command in reader.app.get_system_commands(reader.main)}
        wanted = {f"{action.text} · {action.name}" for action in ACTIONS if action.context == "screen"}
        assert wanted - {"Quit · quit"} <= offered


async def test_a_click_in_the_palette_on_what_is_gone_does_nothing(opened: Opener) -> None:
    async with opened() as reader:
        await reader.press("ctrl+p")
        rows = reader.app.screen.query_one(CommandList)
        for row in (rows.option_count, rows.option_count + 50):
            await rows._on_click(SimpleNamespace(style=SimpleNamespace(meta={"option": row})))  # type: ignore[arg-type]
        assert isinstance(reader.app.screen, CommandPalette)
        await rows._on_click(SimpleNamespace(style=SimpleNamespace(meta={"option": 0})))  # type: ignore[arg-type]
        await reader.still()
        assert not isinstance(reader.app.screen, CommandPalette)


async def test_keys_can_be_changed_by_name(opened: Opener) -> None:
    config = replace(BY_HAND, keys={"star": "J", "down": "E"})
    async with opened(config=config) as reader:
        title = reader.selected
        await reader.press("s")
        assert "★" not in reader.list_line(title[:20])
        await reader.press("J")
        assert "★" in reader.list_line(title[:20])
        await reader.press("E")
        assert reader.selected == reader.titles[1]
        await reader.press("question_mark")
        assert isinstance(reader.app.screen, Help)
        assert "J                Star" in reader.app.screen.help_text().plain


async def test_help_scrolls_with_the_keys_it_describes(opened: Opener) -> None:
    async with opened(height=20) as reader:
        await reader.pilot.press("question_mark")
        await reader.until(lambda: reader.app.screen.query(VerticalScroll))
        await reader.pilot.pause(0.1)
        scroll = reader.app.screen.query_one(VerticalScroll)
        for key in ("j", "space", "G"):
            before = scroll.scroll_y
            await reader.pilot.press(key)
            await reader.until(lambda before=before: scroll.scroll_y > before)
            await reader.pilot.pause(0.1)


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
        ("ÜNDO", ["undo"]),
        ("é", []),
        ("star zebra", []),
    ],
)
def test_letters_mean_a_key_and_words_what_it_does_its_group_or_its_name(text: str, names: list[str]) -> None:
    assert [action.name for action in filter_actions([a for a in ACTIONS if a.context != "gallery"], text)] == names


def test_a_groups_name_has_all_of_it() -> None:
    assert {action.name for action in ACTIONS if action.group == "Rules"} <= {
        a.name for a in filter_actions(ACTIONS, "rules")
    }


def told(reader: Open) -> str:
    screen = reader.app.screen
    assert isinstance(screen, Help)
    return screen.help_text().plain


@pytest.mark.parametrize("width", [140, 60])
async def test_a_slash_narrows_the_keys_and_esc_leaves_it_step_by_step(opened: Opener, width: int) -> None:
    async with opened(width=width) as reader:
        await reader.press("question_mark")
        whole = told(reader)
        await reader.press("slash", *"mark all")
        assert "Mark all" in told(reader)
        assert "Redo" not in told(reader)
        assert "What / understands" not in told(reader)
        await reader.press("enter")
        assert "Redo" not in told(reader)
        await reader.press("escape")
        assert told(reader) == whole
        await reader.press("slash", *"[x] zebra")
        assert "No key does that. esc shows all" in told(reader)
        await reader.press("escape")
        assert told(reader) == whole
        await reader.press("escape")
        assert reader.app.screen is reader.main


async def test_the_keys_of_another_screen_are_narrowed_too(opened: Opener) -> None:
    async with opened() as reader:
        await reader.press("S", "question_mark", "slash", *"pause")
        assert "Pause a source" in told(reader)
        assert "Give it a name" not in told(reader)


async def test_the_palette_changes_to_a_theme_by_its_name(opened: Opener) -> None:
    async with opened() as reader:
        await reader.press("ctrl+p", *"nord")
        rows = reader.app.screen.query_one(CommandList)
        await reader.until(lambda: rows.option_count)
        assert "Change theme: Nord" in str(rows.get_option_at_index(0).prompt)
        await reader.press("down", "enter")
        await reader.until(lambda: reader.app.theme == "nord")
