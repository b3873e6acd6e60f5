"""Rules: made from an article in two keys, written by hand, and managed on their screen."""

from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import NOW, RunApp, RunningApp, add_articles, visible_lines
from textual.widgets import Input, Static

from roya_tui.config import Config, Look, Reading
from roya_tui.model import Entry, NewSource, Rule
from roya_tui.presentation.headline_rows import UNICODE_ICONS
from roya_tui.presentation.rules import column_headings, describe_effect, rule_row
from roya_tui.presentation.view import Scope, View
from roya_tui.store import rules
from roya_tui.store.database import open_store
from roya_tui.ui.dialogs.rules import RuleDialog, RulePreview, RuleSuggestionDialog
from roya_tui.ui.screens.rules import RulesScreen

ASCII = Config(reading=Reading(mark_read=None), look=Look(ascii=True))
DAY = 86_400


def stored(database: Path) -> list[tuple[str, str, str, int | None, bool]]:
    """The name, query, effect, term in seconds and state of each rule."""
    with closing(open_store(database)) as db:
        return [(one.name, one.query, one.effect, one.term, one.off) for one in rules.list_all(db, NOW)]


def add_rules(database: Path, *queries: str) -> None:
    with closing(open_store(database)) as db:
        rules.add_all(db, [Rule(0, query, query, "mute") for query in queries], NOW)


def query_of(app: RunningApp) -> str:
    """The query in the open dialog."""
    return app.screen.query_one("#query", Input).value


def preview(app: RunningApp) -> str:
    """What the open dialog shows about the articles that the rule would match."""
    return str(app.screen.query_one(RulePreview).content)


@pytest.fixture
async def in_all(app: RunningApp) -> RunningApp:
    """The app at the view All."""
    await app.press("2")
    return app


@pytest.mark.parametrize("width", [140, 60])
async def test_source_is_muted_for_a_week_in_two_keys_and_undone(run_app: RunApp, database: Path, width: int) -> None:
    async with run_app(width=width) as app:
        await app.press("2")
        source, shown = app.main.controllers.article.target, app.titles
        await app.press("M", "s", "7")
        assert app.message.startswith(f"Created rule “{source.source}”: ")
        assert app.message.endswith("It ends in 7 days. u: undo")
        assert stored(database) == [(source.source, f"source:{source.source_id}", "mute", 7 * DAY, False)]
        assert app.main.controllers.article.target.hidden
        assert app.titles == shown
        await app.press("full_stop")
        left = app.titles
        assert 0 < len(left) < len(shown)
        await app.press("u", "full_stop")
        assert app.titles == shown
        await app.press("U", "full_stop")
        assert app.titles == left


async def test_search_word_is_suggested_first(app: RunningApp) -> None:
    for word, query in (("wat", "title:Water"), ("closed", "title:closed")):
        await app.press("2", "/", "ctrl+u", *word, "enter", "M", "w")
        assert query_of(app) == query
        await app.press("escape", "escape")


async def test_rule_about_a_source_shows_its_name_and_keeps_its_id(in_all: RunningApp, database: Path) -> None:
    app, source = in_all, in_all.main.controllers.article.target
    named = f'source:"{source.source} #{source.source_id}"'
    await app.press("M", "s")
    assert query_of(app) == named
    await app.press("enter", "E")
    before = stored(database)
    assert named in str(app.screen.query_one("#details", Static).content)
    await app.press("c")
    assert query_of(app) == named
    await app.press("shift+tab", "end", *" now", "enter")
    assert stored(database) == [(f"{source.source} now", *before[0][1:])]
    with closing(open_store(database)) as db:
        assert rules.list_all(db, NOW)[0].match_count


async def test_keys_may_come_before_the_dialog_is_open(app: RunningApp, database: Path) -> None:
    await app.press_together("M", "w", "enter", "j", "s")
    ((name, query, *_),) = stored(database)
    assert query == f"title:{name}"
    assert app.main.controllers.article.target.starred


async def test_word_is_muted_for_a_week_without_an_article(app: RunningApp, database: Path) -> None:
    await app.press("3")
    assert app.titles == []
    await app.press("M", "enter", "7")
    assert isinstance(app.screen, RuleSuggestionDialog), "an empty query is not saved"
    await app.press("escape")
    await app.press_together("M", *"football", "enter", "7")
    assert stored(database) == [("football", "football", "mute", 7 * DAY, False)]


async def test_typed_word_replaces_the_suggested_one(app: RunningApp, database: Path) -> None:
    await app.press_together("M", "e", *"football", "enter", "7")
    await app.press_together("M", "w", "e", *"cricket", "enter", "1")
    assert [rule[:4] for rule in stored(database)] == [
        ("football", "football", "mute", 7 * DAY),
        ("cricket", "cricket", "mute", DAY),
    ]


async def test_all_options_begin_with_the_effect_of_the_dialog(app: RunningApp) -> None:
    await app.press("M", "w", "tab", "c")
    assert app.screen.query_one("#effect", Input).value == "highlight"


async def test_preview_follows_the_width_of_the_window(run_app: RunApp) -> None:
    async with run_app(width=40) as app:
        await app.press("M", "w")
        assert "of the last 30 days" not in preview(app)
        await app.resize(140, 30)
        assert "of the last 30 days" in preview(app)


async def test_other_word_is_chosen_edited_and_highlighted(in_all: RunningApp, database: Path) -> None:
    await in_all.press("M", "w")
    first = query_of(in_all)
    await in_all.press("right")
    assert query_of(in_all) != first
    await in_all.press("left", "tab", "e", "end", *" q17", "escape", "enter")
    word = first.removeprefix("title:")
    assert stored(database) == [(f"{word} q17", f"{first} q17", "highlight", None, False)]


async def test_shift_tab_changes_the_effect_and_not_the_query(in_all: RunningApp, database: Path) -> None:
    await in_all.press("M", "shift+tab", "w", "shift+tab", "1")
    ((_, query, effect, term, _),) = stored(database)
    assert (effect, term) == ("notify", DAY)
    assert "1" not in query


async def test_preview_counts_articles_that_the_effect_does_not_change(in_all: RunningApp) -> None:
    app = in_all
    await app.press("s", "M", "s")
    await app.wait_until(lambda: "Not muted: 1 (starred, noted, saved or unhidden by you)" in preview(app))
    await app.press("tab", "tab")
    await app.wait_until(lambda: "Already done: 1" in preview(app))
    await app.press("escape", "j", "s", "M", "s", "c")
    await app.wait_until(lambda: "Already done: " in preview(app))
    await app.press("tab", "ctrl+u", *"mute")
    await app.wait_until(lambda: "Not muted: " in preview(app))


async def test_invalid_query_or_key_keeps_the_dialog_open(app: RunningApp, database: Path) -> None:
    for keys in (["M", "w", "e", "end", *" (", "enter", "1"], ["M", "enter", "1", "z"]):
        await app.press(*keys)
        assert isinstance(app.screen, RuleSuggestionDialog)
        assert stored(database) == []
        await app.press("escape", "escape")
        assert app.screen is app.main


async def test_highlighted_headline_has_an_icon_and_weight(run_app: RunApp) -> None:
    async with run_app(config=ASCII) as app:
        await app.press("M", "w", "tab", "enter")
        for style in ("title", "read-title"):
            segments = app.headlines.row_segments(app.headlines.cursor, 60, False)
            assert (("#", "highlighted") in segments) or style == "read-title"
            assert {name for _, name in segments if name.startswith(style)} == {f"{style} highlighted"}
            await app.press("m")


async def test_rules_are_moved_applied_turned_off_and_removed(run_app: RunApp, database: Path) -> None:
    add_rules(database, "tag:water", "tag:city")
    async with run_app() as app:
        await app.press("2", "E")
        screen = app.screen
        assert isinstance(screen, RulesScreen)
        await app.press("J")
        assert [line.split()[1] for line in visible_lines(screen.table)[:2]] == ["tag:city", "tag:water"]
        assert screen.table.current.name == "tag:water"
        await app.press("p")
        assert app.message.startswith("Applied rule “tag:water”: ")
        assert screen.table.current.match_count > 0
        await app.press("p")
        assert screen.bottom.message == "Rule “tag:water” matches no other articles."
        await app.press("space")
        assert screen.table.current.off
        await app.press("p")
        assert screen.bottom.message == "Rule “tag:water” is disabled. space: enable it"
        await app.press("D")
        assert [one[0] for one in stored(database)] == ["tag:city"]
        await app.press("u", "u", "u", "u")
        assert [line.split()[1] for line in visible_lines(screen.table)[:2]] == ["tag:water", "tag:city"]
        assert [(one.off, one.match_count) for one in screen.table._items] == [(False, 0)] * 2
        await app.press("escape")
        assert app.screen is app.main


async def test_keys_work_before_the_matches_are_counted(run_app: RunApp, database: Path) -> None:
    add_rules(database, "tag:water", "folder:Nowhere")
    async with run_app() as app:
        await app.press_together("E", "space", "j")
        assert [off for *_, off in stored(database)] == [True, False]
        assert app.screen.table.current.problem == "There is no folder “Nowhere”."
        assert "0 matches" in str(app.screen.details.content)


async def test_rule_removed_by_another_program_is_reported(run_app: RunApp, database: Path) -> None:
    add_rules(database, "tag:water")
    async with run_app() as app:
        await app.press("E")
        screen = app.screen
        with closing(open_store(database)) as db:
            rules.remove(db, rules.list_all(db, NOW)[0].id, NOW)
        await app.press("space")
        await app.wait_until(lambda: screen.bottom.message == "This rule no longer exists.")


async def test_rule_is_written_by_hand_and_edited(app: RunningApp, database: Path) -> None:
    await app.press("E", "a", *"Wet", "tab", *"tag:water", "tab", "ctrl+u", *"tag", "enter")
    assert isinstance(app.screen, RuleDialog), "the effect needs a tag"
    await app.press("end", *" Wells", "tab", *"2x", "enter")
    assert isinstance(app.screen, RuleDialog), "2x is not a time"
    await app.press("ctrl+u", *"2d", "enter")
    assert stored(database) == [("Wet", "tag:water", "tag", 2 * DAY, False)]
    await app.press("c", "ctrl+u", *"tag:city", "enter")
    assert stored(database) == [("Wet", "tag:city", "tag", 2 * DAY, False)]
    await app.press("escape", "u")
    assert stored(database) == [("Wet", "tag:water", "tag", 2 * DAY, False)]


async def test_cursor_goes_to_the_line_with_an_error(app: RunningApp, database: Path) -> None:
    await app.press("E", "a", *"Tides", "tab", *"tide", "tab", *"frown", "tab", "tab", "enter")
    assert app.textual.focused.id == "effect"
    await app.press(*"read", "tab")
    for wrong in ("tomorrow", "0d"):
        await app.press(*wrong, "tab", "enter")
        assert app.textual.focused.id == "term"
    await app.press(*"7d", "enter")
    assert stored(database) == [("Tides", "tide", "read", 7 * DAY, False)]


async def test_o_includes_or_excludes_stored_articles(app: RunningApp) -> None:
    await app.press("M", "s")
    keys = app.screen.query_one("#how", Static)
    assert str(keys.content).endswith("Applies to: existing and new articles   o new only")
    await app.press("o")
    assert str(keys.content).endswith("Applies to: new articles   o existing, too")
    await app.press("7")
    assert app.message.startswith("Created rule ")
    assert not app.main.controllers.article.target.hidden


async def test_rule_that_exists_is_turned_on_instead_of_made_twice(app: RunningApp, database: Path) -> None:
    await app.press("M", "s", "1", "M", "s", "enter")
    assert "already does this." in app.dialog_text
    await app.press("escape", "escape", "E", "space", "escape", "M", "s", "enter")
    assert app.message.startswith("Enabled rule ")
    assert [one[4] for one in stored(database)] == [False]


async def test_mute_ends_while_the_app_is_open(run_app: RunApp) -> None:
    now = NOW
    async with run_app(now=lambda: now) as app:
        await app.press("2")
        shown = app.titles
        await app.press("M", "s", "1", "full_stop")
        assert len(app.titles) < len(shown)
        now += DAY
        await app.main.controllers.rules._end().wait()
        await app.press("full_stop")
        assert app.titles == shown


@pytest.mark.parametrize("config", [Config(), ASCII])
async def test_input_lines_are_visible_in_small_windows(run_app: RunApp, config: Config) -> None:
    async with run_app(40, 12, config) as app:
        await app.press("M", "w")
        assert app.screen.query_one("#query", Input).content_size.height == 1
        assert app.screen.query_one("#how").region.y < 10
        await app.press("c")
        assert [line.content_size.height for line in app.screen.query(Input)] == [1, 1, 1, 1]


async def test_text_of_an_article_is_quoted_in_the_query(run_app: RunApp, database: Path) -> None:
    entry = Entry(
        guid="1", title='[bold]x[/] "y" (or -z tag:', authors=("[red]a[/] \\",), tags=('"] or (',), content="x"
    )
    add_articles(database, entry, source=NewSource("https://x.example/", title="[b]S[/b] (x"))
    async with run_app(view=View(Scope("query", 'source:"[b]S[/b] (x"'))) as app:
        for letter in "wsat":
            await app.press("M", letter, "enter")
            assert ": 1 article hidden." in app.message, letter
            assert app.main.controllers.article.target.hidden
            await app.press("E")
            assert isinstance(app.screen, RulesScreen)
            await app.press("escape", "u")
            assert not app.main.controllers.article.target.hidden


@pytest.mark.parametrize("width", [100, 60, 30])
def test_headings_are_above_their_columns(width: int) -> None:
    rule = Rule(1, "Name", "query", "star", display_query="query")
    row = "".join(run[0] for run in rule_row(rule, "17", width, UNICODE_ICONS, 0, len))
    above = "".join(column_headings(width, len))
    assert len(above) == len(row) == width
    assert above.index("Name") == row.index("Name")
    assert above.index("Effect") == row.index(describe_effect(rule))
    if width == 100:
        assert above.index("Query") == row.index("query")
        assert above.endswith("Matches")
        assert row.endswith("17")


async def test_slash_filters_the_rules(app: RunningApp, database: Path) -> None:
    add_rules(database, "wind", "fish", "windmill")
    await app.press("E")
    screen = app.screen
    assert isinstance(screen, RulesScreen)

    def names() -> list[str]:
        return [rule.name for rule in screen.table._items]

    await app.press_together("slash", *"wind", "enter")
    assert names() == ["wind", "windmill"]
    await app.press("J")
    assert screen.bottom.message == "Rules cannot be moved while a filter hides some. esc: show all"
    await app.press("j", "D")
    assert [rule[0] for rule in stored(database)] == ["wind", "fish"]
    assert names() == ["wind"]
    await app.press("escape")
    assert names() == ["wind", "fish"]
    await app.press_together("slash", *"zz")
    assert visible_lines(screen.table)[0].strip() == "No rules match. esc: show all"
    await app.press("escape", "escape")
    assert app.screen is app.main
