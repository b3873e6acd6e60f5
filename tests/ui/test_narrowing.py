"""Narrowing the list by tags, and what the sidebar says of them."""

from __future__ import annotations

import re
from pathlib import Path

from tests.ui.conftest import BY_HAND, NOW, Open, Opener, drawn

from roya_tui.model import Entry, Feed, Moment
from roya_tui.presentation.view import Scope, View
from roya_tui.store.articles import ingestion
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions


async def test_tags_only_never_any_and_all(opened: Opener) -> None:
    async with opened(config=BY_HAND, view=View(Scope(name="all"))) as reader:
        await reader.counted()
        everything = len(reader.titles)
        await reader.press("t")
        await reader.type("water")
        await reader.press("plus")
        water = set(reader.titles)
        assert 0 < len(water) < everything
        await reader.press("ctrl+u")
        await reader.type("scien")
        await reader.press("plus")
        both = set(reader.titles)
        assert both < water
        await reader.press("escape", "ampersand")
        either = set(reader.titles)
        assert water < either
        assert len(either) < everything
        await reader.press("t")
        await reader.type("scien")
        await reader.press("minus")
        assert set(reader.titles) == water - both
        await reader.press("minus", "escape")
        assert set(reader.titles) == water
        assert reader.main.headlines.border_title == "All · +water"


async def test_the_number_of_a_tag_says_how_many_choosing_it_would_show(opened: Opener) -> None:
    async with opened(config=BY_HAND, view=View(Scope(name="all"), required_tags=("water",))) as reader:
        await reader.counted()
        numbers = {row.name: row.count for row in reader.main.sidebar._rows if row.kind == "tag"}
        assert numbers["water"] == len(reader.titles)
        await reader.press("t", *"scien", "plus", "escape")
        assert 0 < len(reader.titles) == numbers["science"]
        await reader.press("ampersand")
        await reader.counted()
        numbers = {row.name: row.count for row in reader.main.sidebar._rows if row.kind == "tag"}
        assert max(numbers["water"], numbers["science"]) < len(reader.titles) < numbers["water"] + numbers["science"]


async def test_the_number_of_a_tag_leaves_out_what_is_ruled_out_and_that_of_one_ruled_out_says_how_many(
    opened: Opener,
) -> None:
    async with opened(config=BY_HAND, view=View(Scope(name="all"))) as reader:
        await reader.counted()
        everything = len(reader.titles)
        await reader.press("t", *"scien", "minus", "escape")
        await reader.counted()
        numbers = {row.name: row.count for row in reader.main.sidebar._rows if row.kind == "tag"}
        assert everything - numbers["science"] == len(reader.titles)
        await reader.press("t", *"water", "plus", "escape")
        assert 0 < len(reader.titles) == numbers["water"]


async def test_all_of_a_tags_name_finds_that_one_first(opened: Opener) -> None:
    async with opened(config=BY_HAND, view=View(Scope(name="all"))) as reader:
        await reader.press("#", *"wat", "enter")
        await reader.counted()
        await reader.press("t", *"wat", "enter")
        assert reader.main.state.view.required_tags == ("wat",)


async def test_enter_after_a_tag_was_decided_about_leaves_it_so(opened: Opener) -> None:
    async with opened(config=BY_HAND, view=View(Scope(name="all"))) as reader:
        await reader.press("t", *"scien", "plus", "enter")
        assert reader.main.state.view.required_tags == ("science",)
        await reader.press("t", *"wat", "minus", "enter")
        assert (reader.main.state.view.required_tags, reader.main.state.view.excluded_tags) == (
            ("science",),
            ("water",),
        )
        await reader.press("t", *"scien", "enter")
        assert reader.main.state.view.required_tags == ()


def tag_counts(reader: Open) -> list[int]:
    """The counts beside the tags in the sidebar, from the top."""
    shown = "\n".join(drawn(reader.main.sidebar))
    rows = re.findall(r"^   .*?(\d+)\s*$", shown[shown.index("Tags") : shown.index("Sources")], re.MULTILINE)
    return [int(count) for count in rows]


async def test_another_view_has_tags_of_its_own_the_most_used_first(opened: Opener) -> None:
    async with opened(config=BY_HAND, view=View(Scope(name="all"))) as reader:
        await reader.counted()
        everything = tag_counts(reader)
        assert everything == sorted(everything, reverse=True)
        await reader.press("s", "3")
        await reader.counted()
        assert set(tag_counts(reader)) == {1}, "tags of what is not starred do not stand there with 0"
        await reader.press("2")
        await reader.counted()
        assert tag_counts(reader) == everything


async def test_whoever_came_with_words_to_find_leaves_them_to_the_tags_of_the_view(opened: Opener) -> None:
    async with opened(config=BY_HAND, view=View(Scope(name="all"))) as reader:
        await reader.counted()
        everything = tag_counts(reader)
        await reader.press("slash", *"octopus", "enter", "3", "2")
        await reader.counted()
        assert tag_counts(reader) != everything
        await reader.press("escape")
        await reader.counted()
        assert tag_counts(reader) == everything


async def test_while_tags_are_narrowed_the_cursor_stays_among_them(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.counted()
        sidebar = reader.main.sidebar
        await reader.press("t", *"cu")
        narrowed = [row.name for row in sidebar._rows if row.kind == "tag"]
        assert 0 < len(narrowed) < len(sidebar.model.tag_names)
        await reader.press(*["down"] * len(narrowed))
        assert sidebar.current_tag == narrowed[-1]
        await reader.press(*["up"] * len(narrowed))
        assert sidebar.current_tag == narrowed[0]
        await reader.press("+")
        assert reader.main.state.view.required_tags == (narrowed[0],)


async def test_letters_that_no_tag_has_are_told_and_what_is_told_does_not_outlast_a_choice(opened: Opener) -> None:
    async with opened(config=BY_HAND, view=View(Scope(name="all"))) as reader:
        await reader.press("t")
        await reader.type("qqq")
        assert any("none here has that" in line for line in drawn(reader.main.sidebar))
        await reader.press("enter")
        assert reader.said == "No tag here has “qqq”."
        await reader.press("plus")
        assert reader.main.headlines.border_title.startswith("All · +")
        assert reader.said == ""


async def test_tags_keep_their_places_and_rare_ones_wait_for_t(opened: Opener, store: Path) -> None:
    db = open_store(store)
    source = subscriptions.list_all(db)[0]
    entries = [Entry(guid=f"t{n}", title=f"T{n}", tags=(f"rare {n:02}",), published=Moment(NOW - n)) for n in range(30)]
    ingestion.save(db, source.id, Feed("rss"), [ingestion.prepare(entry) for entry in entries], NOW)
    db.close()
    async with opened(config=BY_HAND, height=80) as reader:
        await reader.counted()
        before = [row.name for row in reader.main.sidebar._rows if row.kind == "tag"]
        assert len(before) == 20
        assert " rarer" in reader.sidebar
        await reader.press("A")
        await reader.counted()
        assert [row.name for row in reader.main.sidebar._rows if row.kind == "tag"][:5] == before[:5]
        await reader.press("2", "t", *"rare 29")
        assert "rare 29" in reader.sidebar
