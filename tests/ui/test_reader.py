"""What a person does in the reader, and what they see then."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from msgspec.structs import replace
from textual.command import CommandList, CommandPalette
from textual.containers import VerticalScroll

from roya_tui.config import Config, Dates, Reading
from roya_tui.model import Entry, Feed, Moment
from roya_tui.query import FIELDS, SORTS, STATES
from roya_tui.reading import layout
from roya_tui.reading.blocks import Block
from roya_tui.store import articles, forgetting, incoming, sources, state, wide
from roya_tui.store.database import StoreError, open_store
from roya_tui.ui import browser, counting
from roya_tui.ui.app import Reader
from roya_tui.ui.dialogs.confirm import Confirm
from roya_tui.ui.dialogs.help import Help
from roya_tui.ui.keys import ACTIONS
from roya_tui.ui.library import Library
from roya_tui.ui.news import News
from roya_tui.ui.themes import fitting
from roya_tui.ui.view import Place, View

from .conftest import NOW, Open, Opener, drawn

BY_HAND = Config(reading=Reading(mark_read=None))
"""Nothing counts as read by itself, so that only the keys do something."""


async def test_the_first_screen_shows_a_sample_ready_to_read(opened: Opener) -> None:
    async with opened() as reader:
        await reader.counted()
        assert reader.news.focused is reader.news.headlines
        assert reader.selected == reader.titles[0]
        assert "Published: " in reader.article
        assert "Roya News" in reader.sidebar
        assert "Unread" in reader.sidebar
        assert reader.news.bottom.render().plain.startswith(" j/k move")


async def test_the_article_follows_the_cursor(opened: Opener) -> None:
    async with opened() as reader:
        await reader.press("j", "j")
        assert reader.selected == reader.titles[2]
        assert reader.selected[:30] in reader.article
        await reader.press("G")
        assert reader.selected == reader.titles[-1]
        await reader.press("g")
        assert reader.selected == reader.titles[0]


async def test_the_next_article_is_set_before_one_comes_to_it(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    set_anew: list[str] = []
    block = layout.Lines._block

    def noted(lines: layout.Lines, of: Block, width: int, is_rtl: bool) -> object:
        set_anew.append(of.text.string)
        return block(lines, of, width, is_rtl)

    monkeypatch.setattr(layout.Lines, "_block", noted)
    async with opened(config=BY_HAND) as reader:
        await reader.pilot.pause(0.3)
        set_anew.clear()
        reader.news.headlines.action_down()
        assert reader.selected[:30] in reader.titles[1]
        assert set_anew == []
        await reader.pilot.pause(0.3)
        assert set_anew  # the one after it


async def test_times_can_be_told_on_the_clock_of_the_source(opened: Opener, store: Path) -> None:
    db = open_store(store)
    for source in sources.all_sources(db):
        sources.change(db, source.id, zone="Pacific/Kiritimati")
    db.close()
    async with opened(config=Config(dates=Dates("%H:%M %z", "source"))) as reader:
        assert re.search(r"Published: \d\d:\d\d \+1400", reader.article)


async def test_an_article_read_in_unread_stays_until_the_view_is_left(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        first = reader.selected
        before = reader.titles
        await reader.press("enter")
        assert reader.news.focused is reader.news.article
        assert "●" not in reader.list_line(first[:20])
        assert reader.titles == before
        await reader.press("2", "1")
        assert first not in reader.titles
        assert len(reader.titles) == len(before) - 1


async def test_a_time_in_view_marks_it_read_but_not_the_one_nobody_chose(opened: Opener) -> None:
    async with opened(config=Config(reading=Reading(mark_read=0.1))) as reader:
        first = reader.selected
        await reader.pilot.pause(0.4)
        await reader.press("j")
        second = reader.selected
        await reader.pilot.pause(0.4)
        await reader.still()
        assert "●" in reader.list_line(first[:20])
        assert "●" not in reader.list_line(second[:20])


async def test_next_unread_leaves_what_was_only_passed_unread(opened: Opener) -> None:
    async with opened() as reader:
        await reader.press("n", "n", "n")
        await reader.counted()
        assert f"Unread {len(reader.titles)}" in reader.news.top.counts


async def test_star_and_undo_and_redo(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        title = reader.selected
        await reader.press("s")
        assert "★" in reader.list_line(title[:20])
        await reader.press("3")
        assert reader.titles == [title]
        await reader.press("u")
        assert reader.said.startswith("Undone:")
        assert "★" not in reader.list_line(title[:20])
        await reader.press("U")
        assert "★" in reader.list_line(title[:20])


async def test_undo_with_nothing_done_says_so(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("u")
        assert reader.said == "Nothing to undo."


async def test_mark_all_marks_what_is_shown_and_undo_brings_it_back(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        shown = len(reader.titles)
        await reader.press("A")
        assert reader.said == f"Marked {shown} read. u undoes."
        await reader.counted()
        assert "Unread 0" in reader.news.top.counts
        assert len(reader.titles) == shown
        await reader.press("u")
        await reader.counted()
        assert f"Unread {shown}" in reader.news.top.counts


async def test_next_unread_skips_what_is_read_and_says_when_there_is_none(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        titles = reader.titles
        await reader.press("j", "m", "j", "m", "g", "n")
        assert reader.selected == titles[3]
        await reader.press("p")
        assert reader.selected == titles[0]
        await reader.press("A", "n")
        assert reader.said == "Nothing unread further on."
        assert reader.selected == titles[0]


async def test_next_unread_is_found_far_down_a_long_list(opened: Opener, store: Path) -> None:
    db = open_store(store)
    source = sources.all_sources(db)[0]
    entries = [Entry(guid=f"far-{n}", title=f"Far {n}", published=Moment(NOW - 86_400 * 400 - n)) for n in range(900)]
    incoming.save(db, source.id, Feed("rss"), [incoming.prepare(entry) for entry in entries], NOW)
    db.close()
    async with opened(config=BY_HAND, view=View(Place(name="all"))) as reader:
        await reader.press("A", "G", "m", "g", "n")
        assert reader.selected == reader.titles[-1] == "Far 899"


async def test_space_turns_the_page_and_then_goes_to_the_next_unread(opened: Opener) -> None:
    async with opened(height=16) as reader:
        first = reader.selected
        top = reader.article
        await reader.press("space")
        assert reader.article != top
        assert reader.selected == first
        for _ in range(40):
            await reader.press("space")
            if reader.selected != first:
                break
        assert reader.selected == reader.titles[1]
        assert "●" not in reader.list_line(first[:20])


async def test_tags_only_never_any_and_all(opened: Opener) -> None:
    async with opened(config=BY_HAND, view=View(Place(name="all"))) as reader:
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
        assert reader.news.headlines.border_title == "All · +water"


async def test_the_number_of_a_tag_says_how_many_choosing_it_would_show(opened: Opener) -> None:
    async with opened(config=BY_HAND, view=View(Place(name="all"), only=("water",))) as reader:
        await reader.counted()
        numbers = {row.name: row.count for row in reader.news.sidebar._rows if row.kind == "tag"}
        assert numbers["water"] == len(reader.titles)
        await reader.press("t", *"scien", "plus", "escape")
        assert 0 < len(reader.titles) == numbers["science"]
        await reader.press("ampersand")
        await reader.counted()
        numbers = {row.name: row.count for row in reader.news.sidebar._rows if row.kind == "tag"}
        assert max(numbers["water"], numbers["science"]) < len(reader.titles) < numbers["water"] + numbers["science"]


async def test_all_of_a_tags_name_finds_that_one_first(opened: Opener) -> None:
    async with opened(config=BY_HAND, view=View(Place(name="all"))) as reader:
        await reader.press("#", *"wat", "enter")
        await reader.counted()
        await reader.press("t", *"wat", "enter")
        assert reader.news.view.only == ("wat",)


async def test_enter_after_a_tag_was_decided_about_leaves_it_so(opened: Opener) -> None:
    async with opened(config=BY_HAND, view=View(Place(name="all"))) as reader:
        await reader.press("t", *"scien", "plus", "enter")
        assert reader.news.view.only == ("science",)
        await reader.press("t", *"wat", "minus", "enter")
        assert (reader.news.view.only, reader.news.view.never) == (("science",), ("water",))
        await reader.press("t", *"scien", "enter")
        assert reader.news.view.only == ()


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("t", " esc back  ↑/↓ move  + only  - never  enter take it"),
        ("v", " v select  V to here  * all"),
        ("b", " j/k move  enter read  esc back  m read"),
    ],
)
async def test_the_keys_of_what_one_comes_to_are_told_in_place_of_what_was_done(
    opened: Opener, key: str, told: str
) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("m", "u")
        assert reader.said.startswith("Undone: ")
        await reader.press(key)
        assert reader.news.bottom.render().plain.startswith(told)


def tag_counts(reader: Open) -> list[int]:
    """The counts beside the tags in the sidebar, from the top."""
    shown = "\n".join(drawn(reader.news.sidebar))
    rows = re.findall(r"^   .*?(\d+)\s*$", shown[shown.index("Tags") : shown.index("Sources")], re.MULTILINE)
    return [int(count) for count in rows]


async def test_another_view_has_tags_of_its_own_the_most_used_first(opened: Opener) -> None:
    async with opened(config=BY_HAND, view=View(Place(name="all"))) as reader:
        await reader.counted()
        everything = tag_counts(reader)
        assert everything == sorted(everything, reverse=True)
        await reader.press("s", "3")
        await reader.counted()
        assert set(tag_counts(reader)) == {1}, "tags of what is not starred do not stand there with 0"
        await reader.press("2")
        await reader.counted()
        assert tag_counts(reader) == everything


async def test_while_tags_are_narrowed_the_cursor_stays_among_them(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.counted()
        sidebar = reader.news.sidebar
        await reader.press("t", *"cu")
        narrowed = [row.name for row in sidebar._rows if row.kind == "tag"]
        assert 0 < len(narrowed) < len(sidebar.known_tags)
        await reader.press(*["down"] * len(narrowed))
        assert sidebar.current_tag == narrowed[-1]
        await reader.press(*["up"] * len(narrowed))
        assert sidebar.current_tag == narrowed[0]
        await reader.press("+")
        assert reader.news.view.only == (narrowed[0],)


async def test_letters_that_no_tag_has_are_told_and_what_is_told_does_not_outlast_a_choice(opened: Opener) -> None:
    async with opened(config=BY_HAND, view=View(Place(name="all"))) as reader:
        await reader.press("t")
        await reader.type("qqq")
        assert any("none here has that" in line for line in drawn(reader.news.sidebar))
        await reader.press("enter")
        assert reader.said == "No tag here has “qqq”."
        await reader.press("plus")
        assert reader.news.headlines.border_title.startswith("All · +")
        assert reader.said == ""


async def test_find_narrows_as_one_types_and_escape_restores_the_exact_place(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press(*"jjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjj")
        before = (reader.titles, reader.selected, drawn(reader.news.headlines))
        await reader.press("slash")
        await reader.type("almond")
        assert 0 < len(reader.titles) < len(before[0])
        assert "Almond Line" in reader.titles[0]
        assert reader.selected == reader.titles[0]
        assert " 23 Nov " in reader.list_line("Almond Line"), "the best are first: no line tells the day"
        await reader.press("escape")
        assert (reader.titles, reader.selected, drawn(reader.news.headlines)) == before


async def test_what_is_gone_meanwhile_is_not_come_back_to(opened: Opener) -> None:
    async with opened(config=BY_HAND, view=View(Place(name="all"))) as reader:
        news = reader.news
        await reader.until(lambda: news.sidebar.sources)
        gone = next(one for one in news.sidebar.sources if one.id == news.at_hand().source_id)
        everything = len(news.headlines.ids)
        await reader.press("slash")
        await reader.type("almond")
        await reader.press("enter")
        news.remove_source(gone)
        await reader.until(lambda: gone.id not in {one.id for one in news.sidebar.sources})
        await reader.press("escape")
        await reader.until(lambda: len(news.headlines.ids) < everything)
        assert news.at_hand().source_id != gone.id
        assert news.article.shown.headline.id == news.headlines.selected


async def test_find_kept_with_enter_is_left_with_escape(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        everything = reader.titles
        await reader.press("slash")
        await reader.type("tag:water is:unread")
        await reader.press("enter")
        assert reader.news.focused is reader.news.headlines
        assert len(reader.titles) < len(everything)
        hints = reader.news.bottom.render().plain
        assert "esc back" in hints
        assert "F save as a feed" in hints
        await reader.press("escape")
        assert reader.titles == everything
        assert "esc back" not in reader.news.bottom.render().plain


async def test_a_list_is_drawn_anew_where_others_wrote_and_not_because_time_went_by(
    opened: Opener, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "LOOK_EVERY", 0.5)
    async with opened(config=BY_HAND) as reader:
        known = reader.news.headlines._known
        await reader.press("s")  # what the reader writes is on the screen already
        before = dict(known)
        assert before
        await reader.pilot.pause(0.7)
        assert dict(known) == before
        assert all(known[id] is before[id] for id in before)
        with closing(open_store(store)) as db:
            state.mark(db, list(before), NOW, read=True)
        await reader.until(lambda: all(not headline.unread for headline in known.values()))


async def test_what_a_killed_refresh_left_for_search_to_learn_is_found(opened: Opener, store: Path) -> None:
    with closing(open_store(store)) as db:
        row = incoming.prepare(Entry(guid="1", title="Unlearnt olive"))
        incoming.save(db, sources.all_sources(db)[0].id, None, [row], NOW, index=wide.put_off)
    async with opened(config=BY_HAND) as reader:
        await reader.news.library.write(lambda db: None)  # what was asked before is done
        await reader.press("slash")
        await reader.type("unlearnt")
        assert reader.titles == ["Unlearnt olive"]


async def test_what_a_refresh_left_that_another_program_began_is_found_once_it_was_killed(
    opened: Opener, store: Path
) -> None:
    async with opened(config=BY_HAND) as reader:
        with closing(open_store(store)) as db:
            row = incoming.prepare(Entry(guid="1", title="Unlearnt olive"))
            incoming.save(db, sources.all_sources(db)[0].id, None, [row], NOW, index=wide.put_off)
        reader.news._look_for_changes()
        await reader.still()
        reader.news._look_for_changes()
        await reader.still()
        await reader.still()
        await reader.news.library.write(lambda db: None)  # what was asked before is done
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


async def test_the_order_is_remembered_with_the_view(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        newest = reader.titles
        await reader.press("O")
        assert reader.titles == newest[::-1]
        assert reader.said == "Sorted oldest first."
        await reader.press("2", "1")
        assert reader.titles == newest[::-1]


async def test_narrow_shows_one_pane_at_a_time(opened: Opener) -> None:
    async with opened(width=60, height=20, config=BY_HAND) as reader:
        news = reader.news
        side, middle = news.sidebar, news.headlines
        assert (side.display, middle.display, news.reading_in_view) == (False, True, False)
        await reader.press("enter")
        assert (side.display, middle.display, news.reading_in_view) == (False, False, True)
        await reader.press("escape", "escape")
        assert (side.display, middle.display, news.reading_in_view) == (True, False, False)


async def test_on_a_medium_screen_the_sidebar_slides_over(opened: Opener) -> None:
    async with opened(width=100, height=30) as reader:
        news = reader.news
        assert not news.sidebar.display
        width = news.article.size.width
        await reader.press("shift+tab")
        assert news.sidebar.display
        assert news.article.size.width == width
        assert news.sidebar.region.bottom == news.bottom.region.y, "the last line stays in sight"


async def test_resizing_loses_neither_article_nor_place(opened: Opener) -> None:
    async with opened(height=20, config=BY_HAND) as reader:
        await reader.press(*"jjjjjjjj", "enter")
        await reader.press(*"jjjjjjjjjjjj")
        selected = reader.selected
        first_words = reader.article.split()[0]
        for width in (60, 100, 140):
            await reader.pilot.resize_terminal(width, 20)
            await reader.still()
        assert reader.selected == selected
        assert reader.article.split()[0] == first_words


async def test_a_window_too_small_says_so(opened: Opener) -> None:
    async with opened(width=38, height=10) as reader:
        assert reader.news.query_one("#too-small").display
        assert not reader.news.headlines.display
        await reader.pilot.resize_terminal(40, 12)
        await reader.still()
        assert reader.news.headlines.display


async def test_zen_shows_only_the_article(opened: Opener) -> None:
    async with opened() as reader:
        await reader.press("z")
        assert reader.news.article.size.width > 100
        await reader.press("escape")
        assert reader.news.article.size.width < 100
        assert reader.news.focused is reader.news.headlines


async def test_a_source_is_removed_after_a_question_and_brought_back(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        before = reader.titles
        await reader.press("D")
        assert isinstance(reader.app.screen, Confirm)
        await reader.press("n")
        assert reader.titles == before
        await reader.press("D", "y")
        assert 0 < len(reader.titles) < len(before)
        assert reader.said.startswith("Removed ")
        await reader.press("u")
        assert reader.titles == before


async def test_the_samples_leave_with_one_key(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        before = reader.titles
        await reader.press("X")
        assert reader.titles == []
        await reader.press("u")
        assert reader.titles == before


async def test_help_lists_every_action(opened: Opener) -> None:
    async with opened() as reader:
        await reader.press("question_mark")
        assert isinstance(reader.app.screen, Help)
        words = reader.app.screen.words().plain
        lines = words.splitlines()
        edge = next(len(line) for line in lines if line.endswith(" down"))
        for action in ACTIONS:
            assert action.shown in words
            told = [at for at, line in enumerate(lines) if line.endswith(f" {action.name}") and len(line) == edge]
            assert told, f"{action.name} stands at the edge, as all names in config.toml do"
            parts = [lines[told[0]].removesuffix(action.name), *lines[told[0] + 1 :]]
            assert action.text in " ".join(" ".join(parts).split())


async def test_the_help_names_all_that_a_query_may_ask_for(opened: Opener) -> None:
    async with opened() as reader:
        await reader.press("question_mark")
        assert isinstance(reader.app.screen, Help)
        words = " ".join(reader.app.screen.words().plain.partition("What / understands")[2].split())
        for name in (*STATES, *FIELDS, *SORTS):
            assert name in words, name


async def test_the_palette_offers_every_action_by_name(opened: Opener) -> None:
    async with opened() as reader:
        offered = {command.title for command in reader.app.get_system_commands(reader.news)}
        wanted = {f"{action.text} · {action.name}" for action in ACTIONS if action.place == "screen"}
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
        assert "J                Star" in reader.app.screen.words().plain


async def test_links_are_walked_and_opened(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    gone_to: list[str] = []

    async def opens(url: str) -> bool:
        gone_to.append(url)
        return True

    async with opened(config=BY_HAND) as reader:
        monkeypatch.setattr(browser, "open_quietly", opens)
        for _ in reader.titles:
            if reader.news.article.links >= 2:
                break
            await reader.press("j")
        await reader.press("right_square_bracket", "right_square_bracket", "enter")
        assert len(gone_to) == 1
        await reader.press("colon", "1", "enter", "enter")
        assert len(gone_to) == 2
        assert gone_to[0] != gone_to[1]
        assert all(url.startswith(("http", "mailto:")) for url in gone_to)


async def test_what_comes_in_is_announced_and_moves_nothing(opened: Opener, store: Path) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("j", "j")
        before = (reader.titles, reader.selected)
        db = open_store(store)
        source = sources.all_sources(db)[0]
        entry = Entry(guid="fresh", title="Fresh from the press", published=Moment(NOW - 5))
        incoming.save(db, source.id, Feed("rss"), [incoming.prepare(entry)], NOW)
        db.close()
        reader.news._told({"event": "finished", "new": 1, "changed": 0, "failed": 0, "seconds": 1})
        await reader.still()
        assert (reader.titles, reader.selected) == before
        assert "1 new, press ." in reader.news.bottom.tip
        await reader.press("full_stop")
        assert reader.titles[0] == "Fresh from the press"
        assert reader.selected == before[1]


async def test_what_another_program_fetched_is_announced_too(opened: Opener, store: Path) -> None:
    async with opened(config=BY_HAND) as reader:
        await looked(reader)
        before = (reader.titles, reader.selected)
        await come_elsewhere(store, reader, "first", "second")
        assert reader.news.bottom.tip == "2 new, press ."
        assert (reader.titles, reader.selected) == before
        await come_elsewhere(store, reader, "third")
        assert reader.news.bottom.tip == "3 new, press ."
        await reader.press("full_stop")
        assert reader.titles[:3] == ["third", "second", "first"]
        assert (reader.selected, reader.news.bottom.tip) == (before[1], "")
        await come_elsewhere(store, reader, "fourth")
        assert reader.news.bottom.tip == "1 new, press ."
        await reader.press("2")
        assert (reader.titles[0], reader.news.bottom.tip) == ("fourth", "")


async def looked(reader: Open) -> None:
    """Let the reader look whether others wrote to the store."""
    await reader.news._look_for_changes().wait()
    await reader.still()


async def come_elsewhere(store: Path, reader: Open, *titles: str) -> None:
    """Let another program save articles, and the reader see that."""
    with closing(open_store(store)) as db:
        source = sources.all_sources(db)[0]
        first = NOW - 100 + articles.newest(db)
        entries = [Entry(guid=one, title=one, published=Moment(first + n)) for n, one in enumerate(titles)]
        incoming.save(db, source.id, Feed("rss"), [incoming.prepare(entry) for entry in entries], NOW)
    await looked(reader)


async def test_console_markup_in_a_feed_is_text(opened: Opener, store: Path) -> None:
    hostile = "[red]not red[/red] [/x] [@click=app.quit]leave[/]"
    db = open_store(store)
    source = sources.all_sources(db)[0]
    entry = Entry(guid="h", title=hostile, tags=("[bold]tag",), authors=("[u]writer",), published=Moment(NOW - 5))
    incoming.save(db, source.id, Feed("rss", title="[reverse]source"), [incoming.prepare(entry)], NOW)
    db.close()
    async with opened(width=200, config=BY_HAND) as reader:
        await reader.counted()
        assert "[red]not red[/red]" in reader.list_line("not red")
        for literal in ("[@click=app.quit]leave[/]", "[bold]tag", "[u]writer"):
            assert literal in reader.article.replace("\n", " ")
        assert "[reverse]source" in reader.sidebar
        await reader.press("s")
        await reader.press("D")
        assert isinstance(reader.app.screen, Confirm)


async def test_undo_takes_back_the_last_thing_and_reading_on_is_one_step(opened: Opener) -> None:
    async with opened(config=Config(reading=Reading(mark_read=0.05))) as reader:
        starred = reader.selected
        await reader.press("s")
        for _ in range(2):
            await reader.press("j")
            await reader.pilot.pause(0.2)
            await reader.still()
        seen = reader.selected
        await reader.press("u")
        assert reader.said == f"Undone: read 2. Once more undoes: starred “{starred}”."
        assert "●" in reader.list_line(seen[:20])
        assert "★" in reader.list_line(starred[:20])
        await reader.press("u")
        assert reader.said.startswith("Undone: starred")
        assert "★" not in reader.list_line(starred[:20])


async def test_taking_the_samples_away_is_offered_once(opened: Opener, store: Path) -> None:
    db = open_store(store)
    real = next(source for source in sources.all_sources(db) if not source.sample)
    incoming.save(db, real.id, Feed("rss"), [incoming.prepare(Entry(guid="r", title="Real"))], NOW)
    db.close()
    finished = {"event": "finished", "new": 1, "changed": 0, "failed": 0, "seconds": 1}
    async with opened(config=BY_HAND) as reader:
        reader.news._told(finished)
        await reader.still()
        assert "X takes the samples away" in reader.said
        reader.news.bottom.hush()
        reader.news._told(finished)
        await reader.still()
        assert reader.said == ""


async def test_without_a_browser_the_reader_says_what_to_do(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(url: str) -> bool:
        return False

    monkeypatch.setattr(browser, "open_quietly", fails)
    async with opened(config=BY_HAND) as reader:
        await reader.press("o")
        assert reader.said == "No browser was found here. y copies the article's link."


@pytest.mark.parametrize(
    ("colours", "theme"),
    [("15;0", "roya-dark"), ("0;15", "roya-light"), ("0;default;7", "roya-light"), ("", "roya-dark")],
)
def test_the_auto_theme_follows_the_terminal_s_background(colours: str, theme: str) -> None:
    assert fitting({"COLORFGBG": colours} if colours else {}) == theme


async def test_what_goes_wrong_inside_is_raised_to_whoever_started_the_reader(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: News) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(News, "action_star", broken)
    app = Reader(Library(store), Config(), (), now=lambda: NOW, offline=True)
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - it is raised when the reader is left
        async with app.run_test() as pilot:
            await pilot.press("s")
            await pilot.pause(0.2)
    assert app._exit_renderables == []


async def test_m_on_a_changed_article_says_it_is_seen(opened: Opener, store: Path) -> None:
    db = open_store(store)
    source = sources.all_sources(db)[0]
    first, second = (Entry(guid="c", title="Story", content=text, published=Moment(NOW - 5)) for text in ("One", "Two"))
    id = incoming.save(db, source.id, Feed("rss"), [incoming.prepare(first)], NOW).new[0]
    state.mark(db, [id], NOW, read=True, starred=True)
    incoming.save(db, source.id, Feed("rss"), [incoming.prepare(second)], NOW)
    db.close()
    async with opened(config=BY_HAND, view=View(Place(name="updated"))) as reader:
        assert reader.list_line("Story").startswith("▌↻★")
        assert "changed once" in reader.article
        await reader.press("m")
        assert reader.list_line("Story").startswith("▌ ★")
        await reader.counted()
        assert "Updated            0" in reader.sidebar


async def test_the_article_at_hand_stays_when_the_list_is_made_anew(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("j", "j", "m")
        reading, place = reader.selected, reader.news.headlines.index
        await reader.press("full_stop")
        assert (reader.selected, reader.news.headlines.index) == (reading, place)
        assert reading[:30] in reader.article
        await reader.press("1")
        assert reader.selected == reading
        await reader.press("2", "1")
        assert reading not in reader.titles


@pytest.mark.parametrize("key", ["m", "s", "H", "#", ";", "%", "M", "A"])
async def test_keys_say_what_they_miss_where_nothing_is_listed(opened: Opener, key: str) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("3", "O", key)
        said = "Nothing here to mark." if key == "A" else "Choose an article first"
        assert reader.said.startswith(said)
        assert reader.app.screen is reader.news


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
        lines = [line.rstrip("▐ ") for line in drawn(reader.news.headlines)]
        assert words in " ".join("".join(lines).split())


async def test_words_that_are_looked_for_are_looked_for_in_the_next_view_too(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.press("A", "2", "1")
        await reader.press("slash", *"almond", "enter")
        assert reader.titles == []
        await reader.press("2")
        assert reader.titles
        assert reader.news.view.find == "almond"


async def test_the_hint_line_follows_the_pane_and_always_ends_with_help(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        for key, first in (
            ("tab", " j/k scroll  esc back"),
            ("tab", " j/k move  enter show"),
            ("tab", " j/k move  enter read"),
        ):
            await reader.press(key)
            words = reader.news.bottom.render().plain.rstrip()
            assert words.startswith(first)
            assert words.endswith("? help")
        await reader.pilot.resize_terminal(40, 12)
        await reader.still()
        assert reader.news.bottom.render().plain.rstrip().endswith("? help")


async def test_what_is_new_is_announced_beside_what_is_said(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        reader.news.bottom.tip = "3 new, press ."
        reader.news.bottom.say("Somewhere cannot be reached.")
        words = reader.news.bottom.render().plain
        assert "Somewhere cannot be reached." in words
        assert words.rstrip().endswith("3 new, press .")


async def test_theme_order_and_folds_are_remembered(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.counted()
        newest = reader.titles
        await reader.press("O")
        reader.news.sidebar.toggle_folder("Samples")
        reader.app.theme = "roya-light"
        await reader.counted()
    async with opened(config=BY_HAND) as reader:
        await reader.counted()
        assert reader.titles == newest[::-1]
        assert reader.app.theme == "roya-light"
        assert "Orbit Notes" not in reader.sidebar
        assert "Samples" in reader.sidebar


async def test_the_day_stands_in_the_frame_when_its_line_is_out_of_sight(opened: Opener) -> None:
    async with opened(config=BY_HAND, height=14) as reader:
        assert reader.news.headlines.border_title == "Unread"
        headlines = reader.news.headlines
        await reader.press(*"jjjjjjjjjjjjj")
        while headlines.timeline.name(headlines.scroll_offset.y):
            await reader.press("j")
        assert headlines.border_title == f"Unread · {headlines.timeline.day(headlines.scroll_offset.y)}"
        assert headlines.border_title != "Unread · Today"


async def test_marks_of_another_program_are_shown(opened: Opener, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(config=BY_HAND) as reader:
        title, id = reader.selected, reader.news.headlines.selected
        assert id is not None
        reader.news._look_for_changes()
        await reader.still()
        db = open_store(store)
        state.mark(db, [id], NOW, read=True, starred=True)
        db.close()
        reader.news._look_for_changes()
        await reader.still()
        assert reader.list_line(title[:20]).startswith("▌ ★")


async def test_a_store_that_cannot_keep_a_mark_says_so_and_the_reader_goes_on(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **more: object) -> int:
        raise StoreError("The disk is full. Make room, then try again.")

    async with opened(config=BY_HAND) as reader:
        title = reader.selected
        monkeypatch.setattr(state, "mark", full)
        await reader.pilot.press("s")
        await reader.pilot.pause(0.3)
        assert reader.said == "The disk is full. Make room, then try again."
        assert "★" not in reader.list_line(title[:20])
        await reader.press("j")
        assert reader.selected != title


async def test_tags_keep_their_places_and_rare_ones_wait_for_t(opened: Opener, store: Path) -> None:
    db = open_store(store)
    source = sources.all_sources(db)[0]
    entries = [Entry(guid=f"t{n}", title=f"T{n}", tags=(f"rare {n:02}",), published=Moment(NOW - n)) for n in range(30)]
    incoming.save(db, source.id, Feed("rss"), [incoming.prepare(entry) for entry in entries], NOW)
    db.close()
    async with opened(config=BY_HAND, height=80) as reader:
        await reader.counted()
        before = [row.name for row in reader.news.sidebar._rows if row.kind == "tag"]
        assert len(before) == 20
        assert " rarer" in reader.sidebar
        await reader.press("A")
        await reader.counted()
        assert [row.name for row in reader.news.sidebar._rows if row.kind == "tag"][:5] == before[:5]
        await reader.press("2", "t", *"rare 29")
        assert "rare 29" in reader.sidebar


@pytest.mark.parametrize(("width", "named"), [(140, True), (120, False), (100, True), (80, False), (60, True)])
async def test_a_row_names_its_source_where_its_title_keeps_room(opened: Opener, width: int, named: bool) -> None:
    async with opened(width=width, config=BY_HAND) as reader:
        line = reader.list_line("Fig Street closed")
        assert ("City Desk" in line) is named


@pytest.mark.parametrize("width", [140, 100])
async def test_the_sidebar_s_cursor_goes_to_the_view_that_a_key_opens(opened: Opener, width: int) -> None:
    async with opened(width=width, config=BY_HAND) as reader:
        for key, name in (("3", "starred"), ("2", "all"), ("2", "all")):
            await reader.press("shift+tab", "G", key)
            assert reader.news.focused is reader.news.headlines
            row = reader.news.sidebar.current
            assert row is not None
            assert row.name == name


async def test_the_sidebar_s_bar_follows_the_view(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        for key, name in (("2", "all"), ("5", "today"), ("1", "unread")):
            await reader.press(key)
            assert reader.news.sidebar.current is not None
            assert reader.news.sidebar.current.name == name


async def test_help_scrolls_with_the_keys_it_describes(opened: Opener) -> None:
    async with opened(height=20) as reader:
        await reader.pilot.press("question_mark")
        await reader.pilot.pause(0.1)
        scroll = reader.app.screen.query_one(VerticalScroll)
        for key in ("j", "space", "G"):
            before = scroll.scroll_y
            await reader.pilot.press(key)
            await reader.pilot.pause(0.1)
            assert scroll.scroll_y > before


async def test_leaving_at_once_loses_no_mark(opened: Opener, store: Path) -> None:
    async with opened(config=BY_HAND) as reader:
        ids = list(reader.news.headlines.ids[:6])
        await reader.pilot.press(*"sjsjsjsjsjsq")
    db = open_store(store)
    assert all(headline.starred for headline in articles.headlines(db, ids))
    db.close()


async def test_mark_all_and_at_once_another_view_does_both(opened: Opener) -> None:
    async with opened(config=BY_HAND) as reader:
        await reader.pilot.press("A", "2", "1", "u", "2", "U", "1")
        await reader.counted()
        assert "Unread 0" in reader.news.top.counts


async def test_a_damaged_article_says_so_and_the_next_one_is_read(opened: Opener, store: Path) -> None:
    async with opened(config=BY_HAND) as reader:
        assert reader.news.headlines.selected is not None
        with closing(open_store(store)) as db:
            db.execute("UPDATE body SET feed = x'00' WHERE article_id = ?", (reader.news.headlines.ids[1],))
        await reader.press("j")
        assert reader.selected[:30] in reader.article
        assert "This article is damaged" in reader.article
        assert "r fetches it again" in reader.article
        await reader.press("d", "j")
        assert reader.selected[:30] in reader.article
        assert "damaged" not in reader.article


async def test_what_was_let_go_of_meanwhile_is_not_written_and_why_is_told(opened: Opener, store: Path) -> None:
    async with opened(config=BY_HAND) as reader:
        with closing(open_store(store)) as db:
            forgetting.forget(db, 9_000_000_000)
        for key in ("e", "semicolon"):
            reader.news.bottom.hush()
            await reader.press(key)
            assert reader.said.startswith("This article was let go of meanwhile")
        await reader.press("j")


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
