"""Rules on the screen: made from an article in two keys, seen, switched, moved, changed, removed, and taken back."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import BY_HAND, NOW, Open, Opener, drawn
from textual.widgets import Input, Static

from roya_tui.config import Config, Look, Reading
from roya_tui.model import Entry, NewSource, Rule
from roya_tui.presentation.headline_rows import UNICODE_ICONS
from roya_tui.presentation.rules import column_headings, describe_effect, rule_row
from roya_tui.presentation.view import Scope, View
from roya_tui.store import rules
from roya_tui.store.articles import ingestion
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.ui.dialogs.rules import RuleDialog, RulePreview, RuleSuggestionDialog
from roya_tui.ui.screens.rules import RulesScreen


def kept(store: Path) -> list[tuple[str, str, str, int | None, bool]]:
    with closing(open_store(store)) as db:
        return [(one.name, one.query, one.effect, one.term, one.off) for one in rules.list_all(db, NOW)]


def make(store: Path, *queries: str) -> None:
    with closing(open_store(store)) as db:
        rules.add_all(db, [Rule(0, query, query, "mute") for query in queries], NOW)


@pytest.mark.parametrize("width", [140, 100, 60])
async def test_a_source_is_muted_for_a_week_in_two_keys_and_comes_back(opened: Opener, store: Path, width: int) -> None:
    async with opened(width=width, config=BY_HAND) as reader:
        await reader.press("2")
        source = reader.main.controllers.article.target
        shown = reader.titles
        await reader.press("M", "s", "7")
        assert reader.said.startswith(f"Made the rule {source.source}, which hid ")
        assert reader.said.endswith("It ends in 7 days. u undoes.")
        assert kept(store) == [(source.source, f"source:{source.source_id}", "mute", 7 * 86_400, False)]
        assert reader.main.controllers.article.target.hidden
        assert reader.titles == shown
        await reader.press("full_stop")
        left = reader.titles
        assert 0 < len(left) < len(shown)
        await reader.press("u", "full_stop")
        assert reader.titles == shown
        await reader.press("U", "full_stop")
        assert reader.titles == left


async def test_the_word_that_one_looked_for_is_proposed_first(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        for sought, proposed in (("wat", "title:Water"), ("closed", "title:closed")):
            await reader.press("2", "/", "ctrl+u", *sought, "enter", "M", "w")
            assert reader.app.screen.query_one("#query", Input).value == proposed
            await reader.press("escape", "escape")


async def test_a_rule_about_a_source_says_its_name_and_stays_the_same_when_it_is_read_back(
    opened: Opener, store: Path
) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("2")
        source = reader.main.controllers.article.target
        named = f'source:"{source.source} #{source.source_id}"'
        await reader.press("M", "s")
        assert reader.app.screen.query_one("#query", Input).value == named
        await reader.press("enter", "E")
        before = kept(store)
        assert named in str(reader.app.screen.query_one("#details", Static).content)
        await reader.press("c")
        assert reader.app.screen.query_one("#query", Input).value == named
        await reader.press("shift+tab", "end", *" now", "enter")
        assert kept(store) == [(f"{source.source} now", *before[0][1:])]
        with closing(open_store(store)) as db:
            assert rules.list_all(db, NOW)[0].match_count


async def test_keys_may_come_faster_than_the_dialog(opened: Opener, store: Path) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.pilot.press("M", "w", "enter", "j", "s")
        await reader.press()
        ((name, query, *_),) = kept(store)
        assert query == f"title:{name}"
        assert reader.main.controllers.article.target.starred


def told(reader: Open) -> str:
    """What a rule would catch, as the dialog says it."""
    return str(reader.app.screen.query_one(RulePreview).content)


async def test_what_it_would_catch_is_told_as_wide_as_the_dialog_comes_to_be(opened: Opener) -> None:
    async with opened(config=BY_HAND, width=40) as reader:
        await reader.press("M", "w")
        assert "in the last 30 days:" not in told(reader)
        await reader.pilot.resize_terminal(140, 30)
        await reader.still()
        assert "in the last 30 days:" in told(reader)


async def test_another_word_is_chosen_edited_and_highlighted(opened: Opener, store: Path) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("2", "M", "w")
        dialog = reader.app.screen
        assert isinstance(dialog, RuleSuggestionDialog)
        first = dialog._query_input.value
        await reader.press("right")
        assert dialog._query_input.value != first
        await reader.press("left", "tab", "e", "end", *" q17", "escape", "enter")
        word = first.removeprefix("title:")
        assert kept(store) == [(f"{word} q17", f"{first} q17", "highlight", None, False)]


async def test_shift_and_tab_go_back_through_what_it_does_and_not_into_its_words(opened: Opener, store: Path) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("2", "M", "shift+tab", "w", "shift+tab", "shift+tab", "1")
        ((_, query, effect, term, _),) = kept(store)
        assert (effect, term) == ("star", 86_400)
        assert "1" not in query


async def test_what_it_would_leave_as_it_is_is_told_for_what_it_is_to_do(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("2", "s", "M", "s")
        await reader.until(lambda: "1 more stays as now: starred, noted, saved, or shown again by you" in told(reader))
        await reader.press("tab", "tab")
        await reader.until(lambda: "1 of them starred already" in told(reader))
        await reader.press("escape", "j", "s", "M", "s", "c")
        await reader.until(lambda: "stay" in told(reader))
        await reader.press("tab", "ctrl+u", *"star")
        await reader.until(lambda: "of them starred already" in told(reader))


async def test_what_is_wrong_in_an_edited_query_is_told_and_not_kept(opened: Opener, store: Path) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("M", "w", "e", "end", *" (", "enter", "1")
        assert isinstance(reader.app.screen, RuleSuggestionDialog)
        assert kept(store) == []
        await reader.press("escape", "escape")
        assert reader.app.screen is reader.main


async def test_letters_for_what_the_article_does_not_have_do_nothing(opened: Opener, store: Path) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("M", "enter", "1", "z")
        assert isinstance(reader.app.screen, RuleSuggestionDialog)
        assert kept(store) == []


async def test_what_is_highlighted_has_a_sign_and_weight(opened: Opener) -> None:
    config = Config(reading=Reading(mark_read=None), look=Look(ascii=True))
    async with opened(config=config) as reader:
        await reader.press("M", "w", "tab", "enter")
        runs = reader.main.headlines.row_segments(reader.main.headlines.cursor, 60, False)
        assert ("#", "highlighted") in runs
        assert [name for text, name in runs if name.startswith("title")] == ["title highlighted"]
        await reader.press("m")
        runs = reader.main.headlines.row_segments(reader.main.headlines.cursor, 60, False)
        assert [name for text, name in runs if name.startswith("read-title")] == ["read-title highlighted"]


async def test_rules_are_switched_moved_applied_and_removed(opened: Opener, store: Path) -> None:
    make(store, "tag:water", "tag:city")
    async with opened(config=BY_HAND) as reader:
        await reader.press("2", "E")
        screen = reader.app.screen
        assert isinstance(screen, RulesScreen)
        await reader.press("J")
        assert [one.name for one in screen.table._rules] == ["tag:city", "tag:water"]
        assert screen.table.current.name == "tag:water"
        await reader.press("p")
        assert reader.said.startswith("Applied the rule tag:water, which hid ")
        assert screen.table.current.match_count > 0
        await reader.press("p")
        assert screen.bottom.message == "tag:water finds nothing more to act on."
        await reader.press("space")
        assert screen.table.current.off
        await reader.press("p")
        assert screen.bottom.message == "tag:water is off: space switches it on."
        await reader.press("D")
        assert [one[0] for one in kept(store)] == ["tag:city"]
        await reader.press("u", "u", "u", "u")
        assert [(one.name, one.off, one.match_count) for one in screen.table._rules] == [
            ("tag:water", False, 0),
            ("tag:city", False, 0),
        ]
        await reader.press("escape")
        assert reader.app.screen is reader.main


async def test_what_is_done_and_undone_twice_is_shown_each_time(opened: Opener, store: Path) -> None:
    make(store, "first", "second", "third")
    async with opened(config=BY_HAND) as reader:
        await reader.press("E")
        orders = []
        for key in ("J", "J", "u", "u"):
            await reader.press(key)
            orders.append([line.split()[1] for line in drawn(reader.app.screen.table)[:3]])
        assert orders == [["second", "first", "third"], ["second", "third", "first"], orders[0],
                          ["first", "second", "third"]]  # fmt: skip


async def test_a_key_for_a_rule_may_come_before_it_is_known_what_it_has_caught(opened: Opener, store: Path) -> None:
    make(store, "tag:water", "folder:Nowhere")
    async with opened(config=BY_HAND) as reader:
        await reader.pilot.press("E", "space", "j")
        await reader.press()
        assert [off for *_, off in kept(store)] == [True, False]
        screen = reader.app.screen
        assert isinstance(screen, RulesScreen)
        assert screen.table.current.problem == "There is no folder “Nowhere”."
        assert "has caught 0" in str(screen.details.content)


async def test_what_the_store_cannot_do_with_a_rule_is_told(opened: Opener, store: Path) -> None:
    make(store, "tag:water")
    async with opened(config=BY_HAND) as reader:
        await reader.press("E")
        screen = reader.app.screen
        assert isinstance(screen, RulesScreen)
        with closing(open_store(store)) as db:
            rules.remove(db, rules.list_all(db, NOW)[0].id, NOW)
        await reader.press("space")
        await reader.until(lambda: screen.bottom.message == "That rule is not there any more.")


async def test_a_rule_is_written_by_hand_and_changed(opened: Opener, store: Path) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("E", "a")
        assert isinstance(reader.app.screen, RuleDialog)
        await reader.press(*"Wet", "tab", *"tag:water", "tab", "ctrl+u", *"tag", "enter")
        assert isinstance(reader.app.screen, RuleDialog)  # which tag?
        await reader.press("end", *" Wells", "tab", *"2x", "enter")
        assert isinstance(reader.app.screen, RuleDialog)  # no span of time
        await reader.press("ctrl+u", *"2d", "enter")
        assert kept(store) == [("Wet", "tag:water", "tag", 2 * 86_400, False)]
        await reader.press("c", "ctrl+u", *"tag:city", "enter")
        assert kept(store) == [("Wet", "tag:city", "tag", 2 * 86_400, False)]
        await reader.press("escape", "u")
        assert kept(store) == [("Wet", "tag:water", "tag", 2 * 86_400, False)]


async def test_the_key_for_what_is_there_says_what_it_would_do(opened: Opener, store: Path) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("M", "s")
        keys = reader.app.screen.query_one("#how", Static)
        assert str(keys.content).endswith("with what is there already   o without it")
        await reader.press("o")
        assert str(keys.content).endswith("without what is there already   o with it")
        await reader.press("7")
        assert reader.said.startswith("Made the rule")
        assert not reader.main.controllers.article.target.hidden


async def test_the_cursor_goes_to_what_cannot_be_understood(opened: Opener, store: Path) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("E", "a")
        await reader.type("Tides")
        await reader.press("tab")
        await reader.type("tide")
        await reader.press("tab")
        await reader.type("frown")
        await reader.press("tab", "tab", "enter")
        assert reader.app.focused.id == "effect"
        await reader.type("read")
        await reader.press("tab")
        for wrong in ("tomorrow", "0d"):
            await reader.type(wrong)
            await reader.press("tab", "enter")
            assert reader.app.focused.id == "term"
        await reader.type("7d")
        await reader.press("enter")
        assert kept(store) == [("Tides", "tide", "read", 7 * 86_400, False)]


async def test_a_rule_that_is_there_is_not_made_twice(opened: Opener, store: Path) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("M", "s", "1", "M", "s", "enter")
        assert "does that already." in reader.failure
        await reader.press("escape", "escape", "E", "space", "escape", "M", "s", "enter")
        assert reader.said.startswith("Switched the rule ")
        assert [one[4] for one in kept(store)] == [False]


async def test_a_mute_ends_while_the_reader_is_open(opened: Opener, store: Path) -> None:
    now = NOW
    async with opened(config=BY_HAND, now=lambda: now) as reader:
        await reader.press("2")
        shown = reader.titles
        await reader.press("M", "s", "1", "full_stop")
        assert len(reader.titles) < len(shown)
        now += 86_400
        await reader.main.controllers.rules._end().wait()
        await reader.press("full_stop")
        assert reader.titles == shown


@pytest.mark.parametrize("ascii", [False, True])
async def test_what_is_typed_is_seen_in_small_windows_too(opened: Opener, ascii: bool) -> None:
    config = Config(reading=Reading(mark_read=None), look=Look(ascii=ascii))
    async with opened(width=40, height=12, config=config) as reader:
        await reader.press("M", "w")
        dialog = reader.app.screen
        assert isinstance(dialog, RuleSuggestionDialog)
        assert dialog._query_input.content_size.height == 1
        assert dialog.query_one("#how").region.y < 10
        await reader.press("c")
        assert [line.content_size.height for line in reader.app.screen.query(Input)] == [1, 1, 1, 1]


async def test_nothing_that_an_article_says_is_taken_for_more_than_text(opened: Opener, store: Path) -> None:
    entry = Entry(
        guid="1", title='[bold]x[/] "y" (or -z tag:', authors=("[red]a[/] \\",), tags=('"] or (',), content="x"
    )
    with closing(open_store(store)) as db:
        source = subscriptions.add(db, NewSource("https://x.example/", title="[b]S[/b] (x"), NOW)
        ingestion.save(db, source.id, None, [ingestion.prepare(entry)], NOW)
    async with opened(config=BY_HAND, view=View(Scope("query", f"source:{source.id}"))) as reader:
        for letter in "wsat":
            await reader.press("M", letter, "enter")
            assert ", which hid 1." in reader.said, letter
            assert reader.main.controllers.article.target.hidden
            await reader.press("E")
            assert isinstance(reader.app.screen, RulesScreen)
            await reader.press("escape", "u")
            assert not reader.main.controllers.article.target.hidden


@pytest.mark.parametrize("width", [100, 60, 30])
def test_what_the_columns_of_the_rules_are_stands_above_them(width: int) -> None:
    rule = Rule(1, "Name", "query", "star", display_query="query")
    row = "".join(run[0] for run in rule_row(rule, "17", width, UNICODE_ICONS, 0, len))
    above = column_headings(width)
    assert len(above) == len(row) == width
    assert above.index("Name") == row.index("Name")
    assert above.index("Does") == row.index(describe_effect(rule))
    if width == 100:
        assert above.index("Query") == row.index("query")
        assert above.endswith("Caught")
        assert row.endswith("17")
