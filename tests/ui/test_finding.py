"""Finding as one types: what the list shows, what is told, and the way back."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import BY_HAND, NOW, Open, Opener, drawn

from roya_tui.model import Entry
from roya_tui.presentation.view import Scope, View
from roya_tui.store.articles import ingestion, search_index
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions


async def test_find_narrows_as_one_types_and_escape_restores_the_exact_place(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press(*"jjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjj")
        before = (reader.titles, reader.selected, drawn(reader.main.headlines))
        await reader.press("slash")
        await reader.type("almond")
        assert 0 < len(reader.titles) < len(before[0])
        assert "Almond Line" in reader.titles[0]
        assert reader.selected == reader.titles[0]
        assert " 23 Nov " in reader.list_line("Almond Line"), "the best are first: no line tells the day"
        await reader.press("escape")
        assert (reader.titles, reader.selected, drawn(reader.main.headlines)) == before


async def test_what_is_gone_meanwhile_is_not_come_back_to(opened: Opener) -> None:
    async with opened(config=BY_HAND, view=View(Scope(name="all"))) as reader:
        main = reader.main
        await reader.until(lambda: main.sidebar.model.sources)
        gone = next(one for one in main.sidebar.model.sources if one.id == main.controllers.article.target.source_id)
        everything = len(main.headlines.ids)
        await reader.press("slash")
        await reader.type("almond")
        await reader.press("enter")
        main.controllers.sources.remove(gone)
        await reader.until(lambda: gone.id not in {one.id for one in main.sidebar.model.sources})
        await reader.press("escape")
        await reader.until(lambda: len(main.headlines.ids) < everything)
        assert main.controllers.article.target.source_id != gone.id
        assert main.article.shown.headline.id == main.headlines.current_id


async def test_find_kept_with_enter_is_left_with_escape(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        everything = reader.titles
        await reader.press("slash")
        await reader.type("tag:water is:unread")
        await reader.press("enter")
        assert reader.main.focused is reader.main.headlines
        assert len(reader.titles) < len(everything)
        hints = reader.main.bottom.render().plain
        assert "esc back" in hints
        assert "F save as a feed" in hints
        await reader.press("escape")
        assert reader.titles == everything
        assert "esc back" not in reader.main.bottom.render().plain


async def test_what_a_killed_refresh_left_for_search_to_learn_is_found(opened: Opener, store: Path) -> None:
    with closing(open_store(store)) as db:
        row = ingestion.prepare(Entry(guid="1", title="Unlearnt olive"))
        ingestion.save(db, subscriptions.list_all(db)[0].id, None, [row], NOW, index=search_index.enqueue)
    async with opened(config=BY_HAND) as reader:
        await reader.main.services.database.write(lambda db: None)  # what was asked before is done
        await reader.press("slash")
        await reader.type("unlearnt")
        assert reader.titles == ["Unlearnt olive"]


async def test_a_wrong_query_is_told_and_the_list_stays(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("slash")
        await reader.type("water tga")
        before = reader.titles
        await reader.type(":x")
        assert "tag" in reader.said
        assert reader.titles == before


async def test_a_name_that_is_none_is_told_and_mended(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("slash")
        await reader.type("source:courir")
        said = "There is no source “courir”."
        await reader.until(lambda: reader.said == f"{said} tab writes “The Harbour Courier”.")
        assert not reader.titles
        await reader.press("tab")
        await reader.until(lambda: reader.titles)
        assert reader.said == ""


def in_the_list(reader: Open) -> str:
    """What stands in the list, on one line."""
    return " ".join(" ".join(drawn(reader.main.headlines)).split())


async def test_a_misspelt_word_is_told_and_mended_as_one_types_and_later(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("slash")
        await reader.type("harbuor")
        await reader.until(lambda: reader.said == "No article has “harbuor”. tab writes “harbour”.")
        assert "Did you mean “harbour”? tab writes it," in in_the_list(reader)
        await reader.press("enter")
        assert "Did you mean “harbour”? / and then tab writes it," in in_the_list(reader)
        assert reader.said == "No article has “harbuor”."
        await reader.press("slash", "tab")
        await reader.until(lambda: reader.titles)
        assert reader.said == ""


async def test_the_list_follows_what_is_not_typed_to_its_end(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("slash")
        await reader.type("harbour")
        found = reader.titles
        await reader.type(" or")
        assert (reader.said, reader.titles) == ("“or” needs something after it.", found)
        await reader.press("ctrl+u")
        await reader.type('"almond li')
        assert reader.said == "This quote is not closed."
        assert len(reader.titles) == 0
        await reader.type("ne")
        assert "Almond Line" in reader.titles[0]


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("3", "Nothing starred. s stars an article."),
        ("4", "Articles that change after you read them come here."),
        ("1 slash q q q", "Nothing is found here. enter and then 2 looks in everything, esc goes back."),
        ("1 slash q q q enter", "Nothing is found here. 2 looks in everything, esc goes back."),
        ("2 slash q q q enter", "Nothing is found here. esc goes back."),
        ("X", "No articles yet. R fetches, a adds a source."),
        ("A 2 1", "All read. 2 shows everything."),
    ],
)
async def test_an_empty_list_says_why_and_what_to_do(opened: Opener, keys: str, words: str) -> None:
    async with opened(config=BY_HAND, width=200) as reader:
        await reader.press(*keys.split(" "))
        lines = [line.rstrip("▐ ") for line in drawn(reader.main.headlines)]
        assert words in " ".join("".join(lines).split())


async def test_words_that_are_looked_for_are_looked_for_in_the_next_view_too(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("A", "2", "1")
        await reader.press("slash", *"almond", "enter")
        assert reader.titles == []
        await reader.press("2")
        assert reader.titles
        assert reader.main.state.view.search_text == "almond"


@pytest.mark.parametrize(
    ("keys", "said"),
    [("A", "Marked 60 read. u undoes."), ("_", "A row for each article."), ("E", ""), ("b", ""), ("1", "")],
)
async def test_words_that_are_no_query_hold_up_no_key(opened: Opener, keys: str, said: str) -> None:
    async with opened() as reader:
        shown = reader.titles
        await reader.press("slash", "(", "enter")
        assert reader.titles == shown
        await reader.press(keys)
        assert not said or reader.said == said
        await reader.press("escape", "escape")
        assert reader.app.is_running
