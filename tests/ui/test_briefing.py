"""The briefing: a front page in the list's place, worked like any list, and the way back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ui.conftest import NOW, Open, Opener, drawn

from roya_tui.model import Entry, Moment, NewSource
from roya_tui.query import Query
from roya_tui.store.articles import ingestion
from roya_tui.store.database import open_store
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state, stories, visits

HOUR = 3_600


@pytest.fixture
def db(store: Path) -> Iterator[sqlite3.Connection]:
    db = open_store(store)
    yield db
    db.close()


@pytest.fixture
def news(db: sqlite3.Connection) -> dict[str, int]:
    """Today: a firehose of thirty, two that tell one story, one with an Arabic title."""
    ids: dict[str, int] = {}
    article_state.mark(db, results.find(db, Query(), NOW), NOW, read=True)  # the samples

    def put(name: str, *titles: str, tags: tuple[str, ...] = ()) -> None:
        source = subscriptions.add(db, NewSource(f"https://{len(ids)}.example/rss", title=name), NOW)
        entries = [
            Entry(guid=title, url=f"https://{len(ids)}.example/{n}", title=title, tags=tags,
                  content=f"<p>Text of {title}.</p>", published=Moment(NOW - 60 - n * 20))
            for n, title in enumerate(titles)
        ]  # fmt: skip
        saved = ingestion.save(db, source.id, None, [ingestion.prepare(entry) for entry in entries], NOW - 30)
        ids.update(zip(titles, saved.new, strict=True))

    put("Petra", *(f"Wire {n:02}" for n in range(30)), tags=("wire",))
    put("Courier", "The dam opens", "Fish is dear", tags=("water",))
    put("Desk", "The dam has opened", "Buses run late", tags=("water",))
    put("غصن", "خطة المياه الجديدة", tags=("water",))
    stories.group(db, [ids["The dam opens"], ids["The dam has opened"]], NOW)
    return ids


def lines(reader: Open) -> list[str]:
    return [line.strip() for line in drawn(reader.main.headlines)]


def row(reader: Open, text: str) -> str:
    return next(line for line in lines(reader) if text in line)


def selected(reader: Open, news: dict[str, int]) -> str:
    return next((title for title, id in news.items() if id == reader.main.headlines.current_id), "")


def sections(reader: Open) -> list[str]:
    return list(reader.main.headlines.timeline.section_names)


async def test_b_shows_the_front_page_in_all_the_width(opened: Opener, news: dict[str, int]) -> None:
    async with opened() as reader:
        await reader.press("b")
        assert reader.main.headlines.size.width > 130
        assert not reader.main.article.display
        assert not reader.main.sidebar.display
        assert sections(reader) == ["Big stories", "Seldom heard", "And also"]
        assert row(reader, "(2)").endswith(("Desk", "Courier"))
        assert "+ 29 more from Petra" in lines(reader)
        assert any(line.startswith("Big stories ──") for line in lines(reader))
        assert str(reader.main.headlines.border_title) == "Briefing, today"
        assert str(reader.main.headlines.border_subtitle) == "35 in 6 rows"
        assert ("B", "today/since your last visit") in reader.main.bottom.hints


@pytest.mark.parametrize("key", ["b", "escape"])
async def test_the_same_key_and_esc_lead_back_to_the_very_place(opened: Opener, news: dict[str, int], key: str) -> None:
    async with opened(height=12) as reader:
        await reader.press(*"jjjjjjjjjjjjjjkkkk")
        before = (reader.main.state.view, reader.main.headlines.cursor, reader.main.headlines.scroll_offset.y)
        await reader.press("b")
        await reader.press("j", "m")
        assert reader.main.headlines.scroll_offset.y != before[2]
        await reader.press(key)
        assert (reader.main.state.view, reader.main.headlines.cursor, reader.main.headlines.scroll_offset.y) == before
        assert reader.main.article.display
        assert reader.main.sidebar.display


async def test_enter_reads_and_esc_comes_back_to_the_line(opened: Opener, news: dict[str, int]) -> None:
    async with opened() as reader:
        await reader.press("b")
        await reader.press("j", "enter")
        assert reader.main.focused is reader.main.article
        assert reader.main.article.shown is not None
        assert reader.main.article.shown.headline.id == reader.main.headlines.current_id
        title = selected(reader, news)
        await reader.press("escape")
        assert selected(reader, news) == title
        assert not reader.main.article.display
        await reader.press("enter", "b")
        assert reader.main.state.view.scope.name == "unread", "b leaves from the article, too"


async def test_what_a_line_counts_is_unfolded_marked_and_led_to(opened: Opener, news: dict[str, int]) -> None:
    async with opened() as reader:
        await reader.press("b")
        await reader.press("G")
        assert reader.main.headlines.current_id is None
        assert reader.main.article.shown is None
        await reader.press("right")
        assert len(reader.main.headlines.ids) == 6 + 29
        assert row(reader, "Wire 01").rstrip("▐ ").endswith("Petra                    · Wire 01")
        await reader.press("left")
        await reader.press("enter")
        assert reader.main.state.view.scope.label == "Petra"
        assert len(reader.main.headlines.ids) == 30
        await reader.press("escape")
        assert (reader.main.state.view.scope.kind, reader.main.headlines.more_row is not None) == ("briefing", True)
        await reader.press("m")
        assert reader.main.bottom.message == "Marked 29 read. u undoes."
        await reader.press("u", "v")
        assert len(reader.main.headlines.selection.ids) == 29


async def test_all_of_it_is_marked_read_and_taken_back(opened: Opener, news: dict[str, int]) -> None:
    async with opened() as reader:
        await reader.press("b")
        page = lines(reader)
        await reader.press("A")
        assert reader.main.bottom.message == "Marked 35 read; 29 of them had no row. u undoes."
        await reader.press("u")
        assert lines(reader) == page
        await reader.press("A")
        await reader.press("b")
        await reader.press("b")
        assert reader.main.headlines.ids.tolist() == []
        assert lines(reader)[0].startswith("Nothing unread from today. B shows what is new since your last visit")


async def test_next_unread_stops_at_what_is_counted_and_says_what_to_do(opened: Opener, news: dict[str, int]) -> None:
    async with opened() as reader:
        await reader.press("b")
        await reader.press("n", "n", "n", "n", "n")
        assert reader.main.headlines.more_row is not None
        await reader.press("n")
        assert reader.main.bottom.message == "Nothing unread further on."
        await reader.press("g", "m", "G", "m", "p", "p", "p", "p", "p")
        assert reader.main.bottom.message == "Nothing unread before this."


async def test_since_the_last_visit_is_another_page(
    opened: Opener, db: sqlite3.Connection, news: dict[str, int]
) -> None:
    old = subscriptions.add(db, NewSource("https://old.example/rss", title="Old"), NOW)
    visits.record_use(db, NOW - 2 * HOUR)
    late = Entry(guid="late", title="Dated long ago, come in now", published=Moment(NOW - 900 * HOUR))
    ingestion.save(db, old.id, None, [ingestion.prepare(late)], NOW - 10)
    async with opened() as reader:
        await reader.press("b")
        assert not any("Dated long ago" in line for line in lines(reader))
        await reader.press("B")
        assert str(reader.main.headlines.border_title) == "Briefing, since your last visit"
        assert "17 Oct" in row(reader, "Dated long ago")
        await reader.press("escape")
        assert reader.main.state.view.scope.name == "unread"
    assert visits.last_visit_end(db, NOW) == NOW - 2 * HOUR, "this visit has begun, and is not the last one"
    assert visits.last_visit_end(db, NOW + 2 * HOUR) == NOW


async def test_finding_and_tags_work_from_the_briefing(opened: Opener, news: dict[str, int]) -> None:
    async with opened() as reader:
        await reader.press("b")
        await reader.press("slash", *"fish")
        assert [line for line in lines(reader) if "Fish" in line]
        assert reader.main.article.display, "what is found is a list like any other"
        await reader.press("escape")
        assert reader.main.state.view.scope.kind == "briefing"
        assert sections(reader)[0] == "Big stories"
        assert not reader.main.article.display
        await reader.press("2")
        assert reader.main.article.display
        await reader.press("escape")
        assert reader.main.panes.active == "sidebar", "one went elsewhere: there is no way back"


async def test_keys_that_come_before_the_page_do_nothing_to_what_was_there(
    opened: Opener, db: sqlite3.Connection, news: dict[str, int]
) -> None:
    async with opened() as reader:
        before, marked = lines(reader), db.execute("SELECT count(*) FROM state").fetchone()
        for action in ("briefing", "toggle-read", "mark-all", "star", "open", "briefing"):
            await reader.main.run_action(f"focused.{action}" if action == "open" else f"do({action!r})")
        await reader.still()
        assert lines(reader) == before
        assert db.execute("SELECT count(*) FROM state").fetchone() == marked
        assert reader.main.state.view.scope.name == "unread"


async def test_who_only_looks_and_leaves_was_here_too(
    opened: Opener, db: sqlite3.Connection, news: dict[str, int]
) -> None:
    async with opened() as reader:
        assert visits.last_visit_end(db, NOW + 2 * HOUR) is None
        await reader.press("q")
    assert visits.last_visit_end(db, NOW + 2 * HOUR) == NOW
