"""Filtering the list by tags, and the tags in the sidebar."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.ui.conftest import ALL, NOW, RunApp, RunningApp, add_articles, visible_lines

from roya_tui.model import Entry, Moment
from roya_tui.presentation.view import Scope, View


@pytest.fixture
async def in_all(run_app: RunApp) -> AsyncIterator[RunningApp]:
    """The app at the view All."""
    async with run_app(view=ALL) as app:
        yield app


def tags(app: RunningApp) -> dict[str, int | None]:
    """The counts of the tags in the sidebar."""
    return {row.name: row.count for row in app.main.sidebar._rows if row.kind == "tag"}


def drawn_counts(app: RunningApp) -> list[int]:
    """The counts of the tags as they are drawn, from the top."""
    shown = "\n".join(visible_lines(app.main.sidebar))
    rows = re.findall(r"^   .*?(\d+)\s*$", shown[shown.index("Tags") : shown.index("Sources")], re.MULTILINE)
    return [int(count) for count in rows]


async def test_tags_are_required_excluded_and_combined(in_all: RunningApp) -> None:
    app, everything = in_all, len(in_all.titles)
    await app.press("t", *"water", "plus")
    water = set(app.titles)
    assert 0 < len(water) < everything
    await app.press("ctrl+u", *"scien", "plus")
    both = set(app.titles)
    assert both < water
    await app.press("escape", "ampersand")
    either = set(app.titles)
    assert water < either
    assert len(either) < everything
    await app.press("t", *"scien", "minus")
    assert set(app.titles) == water - both
    await app.press("minus", "escape")
    assert set(app.titles) == water
    assert app.headlines.border_title == "All · +water"


async def test_count_of_a_tag_is_the_number_of_articles_after_choosing_it(run_app: RunApp) -> None:
    async with run_app(view=View(Scope(name="all"), required_tags=("water",))) as app:
        counts = tags(app)
        assert counts["water"] == len(app.titles)
        await app.press("t", *"scien", "plus", "escape")
        assert 0 < len(app.titles) == counts["science"]
        await app.press("ampersand")
        counts = tags(app)
        assert max(counts["water"], counts["science"]) < len(app.titles) < counts["water"] + counts["science"]


async def test_counts_of_tags_omit_excluded_articles(in_all: RunningApp) -> None:
    app, everything = in_all, len(in_all.titles)
    await app.press("t", *"scien", "minus", "escape")
    counts = tags(app)
    assert everything - counts["science"] == len(app.titles)
    await app.press("t", *"water", "plus", "escape")
    assert 0 < len(app.titles) == counts["water"]


async def test_exact_name_of_a_tag_is_found_first(in_all: RunningApp) -> None:
    await in_all.press("#", *"wat", "enter")
    await in_all.wait_until(lambda: "wat" in tags(in_all))
    await in_all.press("t", *"wat", "enter")
    assert in_all.view.required_tags == ("wat",)


async def test_enter_requires_a_tag_unless_another_key_was_pressed(in_all: RunningApp) -> None:
    await in_all.press("t", *"scien", "plus", "enter")
    assert in_all.view.required_tags == ("science",)
    await in_all.press("t", *"wat", "minus", "enter")
    assert (in_all.view.required_tags, in_all.view.excluded_tags) == (("science",), ("water",))
    await in_all.press("t", *"scien", "enter")
    assert in_all.view.required_tags == ()


async def test_each_view_has_its_own_tags_with_the_most_used_first(in_all: RunningApp) -> None:
    everything = drawn_counts(in_all)
    assert everything == sorted(everything, reverse=True)
    await in_all.press("s")
    await in_all.press("3")  # after the counts: those of the view before would decide which tags are shown
    assert set(drawn_counts(in_all)) == {1}, "tags that no starred article has are not shown"
    await in_all.press("2")
    assert drawn_counts(in_all) == everything
    await in_all.press("slash", *"octopus", "enter", "3", "2")
    assert drawn_counts(in_all) != everything, "the search words are kept"
    await in_all.press("escape")
    assert drawn_counts(in_all) == everything


async def test_cursor_stays_among_the_tags_while_you_type(app: RunningApp) -> None:
    sidebar = app.main.sidebar
    await app.press("t", *"cu")
    narrowed = list(tags(app))
    assert 0 < len(narrowed) < len(sidebar.model.tag_names)
    await app.press(*["down"] * len(narrowed))
    assert sidebar.current_tag == narrowed[-1]
    await app.press(*["up"] * len(narrowed))
    assert sidebar.current_tag == narrowed[0]
    await app.press("+")
    assert app.view.required_tags == (narrowed[0],)


async def test_letters_without_a_tag_are_reported_until_a_tag_is_chosen(in_all: RunningApp) -> None:
    await in_all.press("t", *"qqq")
    assert "no matching tag" in in_all.sidebar
    await in_all.press("enter")
    assert in_all.message == "No tag in this list contains “qqq”."
    await in_all.press("plus")
    assert in_all.headlines.border_title.startswith("All · +")
    assert in_all.message == ""


async def test_tags_keep_their_order_and_t_finds_rare_ones(run_app: RunApp, database: Path) -> None:
    entries = [Entry(guid=f"t{n}", title=f"T{n}", tags=(f"rare {n:02}",), published=Moment(NOW - n)) for n in range(30)]
    add_articles(database, *entries)
    async with run_app(height=80) as app:
        before = list(tags(app))
        assert len(before) == 20
        assert " rarer" in app.sidebar
        await app.press("A")
        assert list(tags(app))[:5] == before[:5]
        await app.press("2", "t", *"rare 29")
        assert "rare 29" in app.sidebar
