"""One row for each story: folded, unfolded, parted and joined by hand, and read as one or all."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.ui.conftest import NOW, Open, Opener, drawn

from roya_tui.config import Config
from roya_tui.config.settings import Reading
from roya_tui.model import Entry, Moment
from roya_tui.presentation.view import Scope, View
from roya_tui.store import bodies
from roya_tui.store.articles import ingestion
from roya_tui.store.database import open_store
from roya_tui.store.user_data import stories

ALL = View(Scope(name="all"))


@pytest.fixture
def told(store: Path) -> list[int]:
    """The second, fourth and sixth article of the list, which tell one story; the best first."""
    db = open_store(store)
    ids = [id for (id,) in db.execute("SELECT id FROM article ORDER BY at DESC, id DESC LIMIT 6")][1::2]
    stories.group(db, ids, NOW)
    best_first = [telling.id for telling in stories.find_members(db, ids)]
    db.close()
    return best_first


def frame(reader: Open) -> str:
    return str(reader.main.headlines.border_subtitle)


def unread(store: Path) -> int:
    db = open_store(store, readonly=True)
    (count,) = db.execute(
        "SELECT count(*) FROM article LEFT JOIN state ON article_id = id WHERE read_at IS NULL"
    ).fetchone()
    db.close()
    return int(count)


def place(reader: Open) -> list[int]:
    return list(reader.main.headlines.ids)


async def test_a_story_has_one_row_that_tells_how_many_it_stands_for(opened: Opener, told: list[int]) -> None:
    async with opened(view=ALL) as reader:
        rows = place(reader)
        assert rows[1] == told[0], "the best stands where the first of them stood"
        assert not set(told[1:]).intersection(rows)
        assert sum("(3)" in line for line in drawn(reader.main.headlines)) == 1
        assert frame(reader) == f"{len(rows) + 2} in {len(rows)} rows"
        story = reader.main.headlines.rows.headline_at(1).story
        await reader.press("/", *f"story:{story}")
        await reader.until(lambda: frame(reader) == "3 in 1 row")


async def test_right_unfolds_and_left_folds(opened: Opener, told: list[int]) -> None:
    async with opened(view=ALL) as reader:
        before = place(reader)
        await reader.press("j", "right")
        assert place(reader)[1:4] == told
        lines = [line for line in drawn(reader.main.headlines) if " · " in line]
        assert len(lines) >= 2
        await reader.press("j", "j")
        assert reader.main.headlines.current_id == told[2]
        assert reader.main.article.shown is not None
        assert reader.main.article.shown.headline.id == told[2]
        await reader.press("left")
        assert (place(reader), reader.main.headlines.current_id) == (before, told[0])
        assert reader.main.focused is reader.main.headlines


async def test_right_reads_what_is_in_no_story_and_what_is_unfolded(opened: Opener, told: list[int]) -> None:
    async with opened(view=ALL) as reader:
        await reader.press("right")
        assert reader.main.focused is reader.main.article
        await reader.press("escape", "j", "right", "right")
        assert reader.main.focused is reader.main.article


async def test_days_stay_where_they_are(opened: Opener, told: list[int]) -> None:
    async with opened(view=ALL) as reader:
        headlines = reader.main.headlines
        before = {
            headlines.timeline.ids[start]: name
            for start, name in zip(headlines.timeline.section_starts, headlines.timeline.section_names, strict=True)
        }
        await reader.press("j", "right")
        timeline = headlines.timeline
        after = {
            timeline.ids[start]: name
            for start, name in zip(timeline.section_starts, timeline.section_names, strict=True)
        }
        assert after == before
        assert [timeline.row_of(start) - 1 for start in timeline.section_starts] == list(timeline.section_rows)


async def test_parting_and_joining_last_and_are_undone(opened: Opener, told: list[int], store: Path) -> None:
    async with opened(view=ALL) as reader:
        before = place(reader)
        await reader.press("j", "%")
        assert place(reader)[1:4] == told, "which of them is meant, one sees first"
        await reader.press("j", "%")
        assert "story" in reader.said
        assert told[1] in place(reader)
        assert reader.main.headlines.current_id == told[1]
        assert any("(2)" in line for line in drawn(reader.main.headlines))
        await reader.press("u")
        await reader.press("left")
        assert place(reader) == before
        await reader.press("U")
    async with opened(view=ALL) as reader:
        assert len(place(reader)) == len(before) + 1
        await reader.press("=")
        assert "v selects" in reader.said
        await reader.press("v", "v", "=")
        assert reader.said == "Made one story of 3. u undoes."
        assert any("(3)" in line for line in drawn(reader.main.headlines))


@pytest.mark.parametrize(("story", "fewer"), [("one", 1), ("all", 3)])
async def test_reading_one_reads_it_or_all(
    opened: Opener, told: list[int], store: Path, story: str, fewer: int
) -> None:
    before = unread(store)
    config = Config(reading=replace(Reading(), story=story, mark_read=None))
    async with opened(config=config, view=ALL) as reader:
        await reader.press("j", "enter", "escape", "right")
        assert unread(store) == before - fewer
        await reader.press("n")
        assert (reader.main.headlines.current_id in told) == (story == "one")
        await reader.press("u", "u")  # making the story of them was a deed, and goes first
        assert reader.said.startswith("Undone: read ")
        assert unread(store) == before


async def test_all_shown_are_also_those_folded_away(opened: Opener, told: list[int], store: Path) -> None:
    async with opened() as reader:
        await reader.press("A")
        assert unread(store) == 0


async def test_what_one_reads_is_not_folded_away_when_the_list_is_made_anew(opened: Opener, told: list[int]) -> None:
    async with opened() as reader:
        await reader.press("j", "right", "j", ".")
        assert reader.main.headlines.current_id == told[1]
        assert place(reader)[1:4] == told


async def test_what_is_read_and_left_out_unfolds_nothing(opened: Opener, told: list[int]) -> None:
    async with opened(view=ALL) as reader:
        await reader.press("j", "m", "1")
        assert len(set(told).intersection(place(reader))) == 1, "nobody unfolded the story; what was read is not here"
        assert any("(2)" in line for line in drawn(reader.main.headlines))


async def test_a_row_for_each_article_is_remembered(opened: Opener, told: list[int]) -> None:
    async with opened(view=ALL) as reader:
        rows = len(place(reader))
        await reader.press("_")
        assert len(place(reader)) == rows + 2
        assert frame(reader) == f"{rows + 2}"
    async with opened(view=ALL) as reader:
        assert len(place(reader)) == rows + 2
        await reader.press("_")
        assert len(place(reader)) == rows


async def test_finding_folds_and_comes_back(opened: Opener, told: list[int]) -> None:
    async with opened(view=ALL) as reader:
        before = place(reader)
        await reader.press("j", "right", "slash")
        await reader.type("since:400d")
        await reader.press("escape")
        assert place(reader)[1:4] == told
        await reader.press("left")
        assert place(reader) == before


async def test_a_preferred_source_tells_it(opened: Opener, told: list[int], store: Path) -> None:
    db = open_store(store, readonly=True)
    (url,) = db.execute(
        "SELECT url FROM source WHERE id = (SELECT source_id FROM article WHERE id = ?)", (told[2],)
    ).fetchone()
    db.close()
    async with opened(config=Config(reading=replace(Reading(), prefer=(url,))), view=ALL) as reader:
        (row,) = set(told).intersection(place(reader))
        headline = reader.main.services.database.headlines([row])[0]
        assert headline.source_id == reader.main.services.database.headlines([told[2]])[0].source_id


async def test_the_head_leads_to_the_other_tellings_wherever_they_stand(opened: Opener, told: list[int]) -> None:
    async with opened(view=ALL) as reader:
        main = reader.main
        await reader.press("j", "enter")
        shown = main.article.shown
        assert shown is not None
        assert {one.id for one in shown.story_links} <= set(told[1:])
        assert f"Also in {shown.story_links[0].source}" in reader.article
        tags = len(shown.tags)
        assert main.article.links.focus(-tags - 1)
        await reader.press("enter")
        assert main.headlines.current_id == shown.story_links[0].id
        assert main.article.shown is not None
        assert main.article.shown.headline.id == shown.story_links[0].id
        await reader.press("escape", "left")
        assert main.headlines.current_id == told[0]


async def test_the_head_leads_to_a_telling_that_the_view_leaves_out(
    opened: Opener, told: list[int], store: Path
) -> None:
    db = open_store(store)
    (source,) = db.execute("SELECT source_id FROM article WHERE id = ?", (told[0],)).fetchone()
    other = next(telling.id for telling in stories.find_members(db, told) if telling.source_id != source)
    db.close()
    async with opened(view=View(Scope("source", id=source))) as reader:
        main = reader.main
        while main.headlines.current_id != told[0]:
            await reader.press("j")
        assert other not in place(reader)
        await reader.press("enter")
        assert main.article.shown is not None
        number = [one.id for one in main.article.shown.story_links].index(other)
        main.article.links.focus(-len(main.article.shown.tags) - 1 - number)
        await reader.press("enter")
        assert main.headlines.current_id == other


async def test_a_row_counts_the_telling_that_a_refresh_brings_and_no_row_moves(
    opened: Opener, store: Path, told: list[int]
) -> None:
    def numbered(reader: Open) -> list[str]:
        return [line for line in drawn(reader.main.headlines) if "(3)" in line or "(4)" in line or "(5)" in line]

    def another(guid: str) -> int:
        with closing(open_store(store)) as db:
            (source,) = db.execute("SELECT source_id FROM article WHERE id = ?", (told[0],)).fetchone()
            entry = Entry(guid=guid, title="One more", content="x", published=Moment(NOW))
            (new,) = ingestion.save(db, source, None, [bodies.prepare(entry)], NOW).new
            stories.group(db, [told[0], new], NOW)
        return new

    async with opened(view=ALL) as reader:
        before = place(reader)
        fourth = another("fourth")
        reader.main.controllers.article_list.count_story_members()
        await reader.still()
        assert place(reader) == before
        assert ["(4)" in line for line in numbered(reader)] == [True]
        another("fifth")
        for _ in range(2):
            reader.main.controllers.article_list.count_story_members()
            await reader.still()
        assert ["(5)" in line for line in numbered(reader)] == [True]
        await reader.press("j", "right")
        assert fourth in place(reader)[1:6]
        assert len(place(reader)) == len(before) + 4
        await reader.press("left", "full_stop")
        assert ["(5)" in line for line in numbered(reader)] == [True]
