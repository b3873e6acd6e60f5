"""Searching while you type: results, errors, corrections, and the way back."""

from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import ALL, NOW, RunApp, RunningApp, add_articles, visible_lines

from roya_tui.model import Entry
from roya_tui.presentation.view import Scope, View
from roya_tui.store.articles import ingestion, search_index
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state
from roya_tui.ui.controllers import article_list

STARRED = View(Scope(name="starred"))


def list_text(app: RunningApp) -> str:
    """The text in place of the headlines, on one line."""
    return " ".join("".join(line.rstrip("▐ ") for line in visible_lines(app.headlines)).split())


async def test_search_narrows_the_list_while_you_type_and_esc_restores_it(app: RunningApp) -> None:
    await app.press(*"j" * 40)
    before = (app.titles, app.selected, visible_lines(app.headlines))
    await app.press("slash", *"umbrella")
    assert 0 < len(app.titles) < len(before[0])
    assert "lends umbrellas" in app.titles[0]
    assert app.selected == app.titles[0]
    assert " 19 Nov " in app.list_line("The library"), "the best are first, so no heading shows the day"
    await app.press("escape")
    assert (app.titles, app.selected, visible_lines(app.headlines)) == before


async def test_esc_skips_articles_of_a_source_removed_meanwhile(run_app: RunApp) -> None:
    async with run_app(view=ALL) as app:
        main, article = app.main, app.main.controllers.article
        removed = next(source for source in main.sidebar.model.sources if source.id == article.target.source_id)
        count = len(app.headlines.ids)
        await app.press("slash", *"almond", "enter")
        main.controllers.sources.remove(removed)
        await app.wait_until(lambda: removed.id not in {source.id for source in main.sidebar.model.sources})
        await app.press("escape")
        await app.wait_until(lambda: len(app.headlines.ids) < count)
        assert article.target.source_id != removed.id
        assert app.pane.shown.headline.id == app.headlines.current_id


async def test_enter_keeps_the_results_and_esc_leaves_them(app: RunningApp) -> None:
    everything = app.titles
    await app.press("slash", *"tag:water is:unread", "enter")
    assert app.main.focused is app.headlines
    assert len(app.titles) < len(everything)
    assert "esc back" in app.bottom_line
    assert "F save search" in app.bottom_line
    await app.press("escape")
    assert app.titles == everything
    assert "esc back" not in app.bottom_line


async def test_search_finds_articles_that_were_unindexed_at_the_start(run_app: RunApp, database: Path) -> None:
    with closing(open_store(database)) as db:
        row = ingestion.prepare(Entry(guid="1", title="Unindexed olive"))
        ingestion.save(db, subscriptions.list_all(db)[0].id, None, [row], NOW, index=search_index.enqueue)
    async with run_app() as app:
        await app.main.services.database.write(lambda db: None)  # after the indexing
        await app.press("slash", *"unindexed")
        assert app.titles == ["Unindexed olive"]


async def test_invalid_or_incomplete_query_is_reported_and_the_list_stays(app: RunningApp) -> None:
    await app.press("slash", *"water tga")
    before = app.titles
    await app.press(*":x")
    assert "tag" in app.message
    assert app.titles == before
    await app.press("escape")
    await app.press("slash", *"harbour")
    found = app.titles
    await app.press(*" or")
    assert (app.message, app.titles) == ("“or” needs a word or condition after it.", found)
    await app.press("ctrl+u", *'"almond li')
    assert app.message == "This quote is not closed."
    assert app.titles == []
    await app.press(*"ne")
    assert "Almond Line" in app.titles[0]


async def test_unknown_name_or_word_is_reported_and_tab_corrects_it(app: RunningApp) -> None:
    await app.press("slash", *"source:courir")
    await app.wait_until(lambda: app.message == "There is no source “courir”. tab: “The Harbour Courier”")
    await app.wait_idle()
    assert not app.titles
    for _ in range(10):  # a tab is lost while the list is loaded
        if app.message:
            await app.press("tab")
    await app.wait_until(lambda: app.titles)
    await app.press("escape")
    await app.press("slash", *"harbuor")
    await app.wait_until(lambda: app.message == "No article contains “harbuor”. tab: “harbour”")
    await app.wait_idle()
    assert "Did you mean “harbour”? tab: accept" in list_text(app)
    await app.press("enter")
    assert "Did you mean “harbour”? /, then tab: accept" in list_text(app)
    assert app.message == "No article contains “harbuor”."
    await app.press("slash")
    for _ in range(10):
        if not app.titles:
            await app.press("tab")
    assert app.message == ""


async def test_empty_list_shows_why_and_what_to_press(run_app: RunApp) -> None:
    async with run_app(width=200) as app:
        for keys, text in (
            ("3", "No starred articles. Press s to star one."),
            ("4", "No articles were edited since you read them. 2: show all"),
            (
                "1 slash q q q",
                "No unread articles match “qqq”. esc: cancel",
            ),
            ("enter", "No unread articles match “qqq”. esc: clear the search"),
            ("escape 2 slash q q q enter", "No articles match “qqq”. esc: clear the search"),
            ("escape 1 A 2 1", "No unread articles. 2: show all"),
            ("X", "No articles yet. R: refresh a: add a source"),
        ):
            await app.press(*keys.split(" "))
            assert text in list_text(app)


async def test_search_words_are_kept_in_the_next_view(app: RunningApp) -> None:
    await app.press("A", "2", "1", "slash", *"almond", "enter")
    assert app.titles == []
    await app.press("2")
    assert app.titles
    assert app.view.search_text == "almond"


async def test_esc_clears_the_search_in_a_view_opened_since(run_app: RunApp) -> None:
    async with run_app(width=200) as app:
        await app.press("slash", *"almond", "enter", "3")
        assert "No starred articles match “almond”." in list_text(app)
        await app.press("escape")
        assert app.view == View(Scope(name="starred"))
        assert "No starred articles. Press s to star one." in list_text(app)


async def test_keys_work_after_an_invalid_query(app: RunningApp) -> None:
    shown = app.titles
    for key, message in (
        ("A", "Marked 60 articles read. u: undo"),
        ("_", "One row per article."),
        ("E", ""),
        ("b", ""),
    ):
        await app.press("slash", "(", "enter")
        assert app.titles == shown or key != "A"
        await app.press(key)
        assert not message or app.message == message
        await app.press("escape", "escape", "1")
        assert app.textual.is_running


@pytest.fixture
def dams(database: Path) -> None:
    """Fourteen articles about dams, two of them starred, and two with an Arabic title, one of them starred."""
    titles = [*(f"The dam, part {n}" for n in range(14)), "سد المياه", "سد قديم"]
    ids = add_articles(database, *(Entry(guid=title, title=title) for title in titles))
    with closing(open_store(database)) as db:
        article_state.mark(db, [ids[0], ids[1], ids[14]], NOW, starred=True)


def rows(app: RunningApp) -> list[str]:
    return [text for line in visible_lines(app.headlines) if (text := line.strip("▌▐ "))]


@pytest.mark.parametrize("opening", ["enter", "click", "right"])
@pytest.mark.usefixtures("dams")
async def test_row_below_few_matches_searches_all_articles_and_esc_returns(run_app: RunApp, opening: str) -> None:
    async with run_app(view=STARRED) as app:
        before = app.titles
        await app.press("slash", *"dam")
        assert rows(app)[-1] == "▸ Search all articles: 14"
        assert (app.list_frame, app.titles) == ("2", ["The dam, part 0", "The dam, part 1"])
        if opening == "click":
            await app.pilot.click(app.headlines, offset=(8, len(rows(app))))
            await app.wait_idle()
        else:
            await app.press("down", "down", "enter")
            assert app.view == View(STARRED.scope, search_text="dam"), "enter keeps the search"
            await app.press(opening)
        assert (app.view.scope, app.view.search_text, len(app.titles)) == (ALL.scope, "dam", 14)
        assert app.message == "esc: back to “Starred”"
        assert not app.main.panes.search_bar.is_open
        assert not any("Search all" in row for row in rows(app))
        await app.press("escape")
        assert (app.view.scope, app.view.search_text) == (STARRED.scope, "dam")
        assert app.headlines.more_row is not None, "the cursor is on the row again"
        await app.press("escape")
        assert (app.view.search_text, app.titles) == ("", before)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("dam -part", []),
        ("سد", ["Search all articles: 2"]),
        ("dam 9", ["No starred articles match “dam 9”.", "Search all articles: 1"]),
        ("dam 1 is:starred", []),
    ],
)
@pytest.mark.usefixtures("dams")
async def test_row_for_all_articles_is_shown_only_if_they_have_more_matches(
    run_app: RunApp, words: str, expected: list[str]
) -> None:
    async with run_app(view=STARRED) as app:
        await app.press("slash", *words)
        offered = [row.strip("▸─ ") for row in rows(app) if "Search all" in row or "─" in row]
        assert offered == expected
        await app.press("enter", "A")
        assert (app.message == "This list has no unread articles.") is not bool(app.titles), (
            "it is not part of the list"
        )


@pytest.mark.usefixtures("dams")
async def test_long_list_has_no_row_for_all_articles_and_a_large_number_is_rounded(
    run_app: RunApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(article_list, "MOST_COUNTED", 5)
    async with run_app(view=STARRED) as app:
        await app.press("slash", *"dam")
        assert rows(app)[-1] == "▸ Search all articles: 5+"
        await app.press("escape", "1", "slash", *"the")
        assert not any("Search all" in row for row in rows(app))
        await app.press("enter", "G", "escape", "2", "slash", *"dam")
        assert not any("Search all" in row for row in rows(app)), "these are all articles"


async def test_empty_search_bar_lists_fields_and_names_the_key_for_earlier_searches(run_app: RunApp) -> None:
    async with run_app() as app:
        bar = app.main.panes.search_bar
        await app.press("slash")
        assert app.bottom_line.startswith(" tab tag: topic  is: unread, starred  source: name  since: today, 2d")
        assert bar.placeholder == "words, or a field below"
        await app.press("tab")
        assert bar.value == "tag:"
        assert app.bottom_line.startswith(" tab ")
        await app.press(*"water", "enter", "escape", "slash")
        assert bar.placeholder == "words, or a field below   ↑: earlier searches"
        await app.press("up")
        assert bar.value == "tag:water"
        await app.press("down")
        assert bar.value == ""
        assert "is: unread" in app.bottom_line
        await app.press("escape")
        assert "topic" not in app.bottom_line
        await app.resize(60, 20)
        await app.press("slash")
        assert app.bottom_line.startswith(" tab tag:  is:  source:  since:  title:")
