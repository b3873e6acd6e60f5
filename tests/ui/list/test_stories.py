"""One row for each story: expanded and collapsed, grouped and ungrouped, read as one article or all."""

from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import ALL, NOW, RunApp, RunningApp, add_articles, visible_lines

from roya_tui.config import Config, Reading
from roya_tui.model import Entry, Moment
from roya_tui.presentation.view import Scope, View
from roya_tui.store.database import open_store
from roya_tui.store.user_data import stories


@pytest.fixture
def members(database: Path) -> list[int]:
    """The second, fourth and sixth article of the list, grouped to a story; the best first."""
    with closing(open_store(database)) as db:
        ids = [id for (id,) in db.execute("SELECT id FROM article ORDER BY at DESC, id DESC LIMIT 6")][1::2]
        stories.group(db, ids, NOW)
        return [member.id for member in stories.find_members(db, ids)]


@pytest.fixture
async def app(members: list[int], run_app: RunApp) -> AsyncIterator[RunningApp]:
    """The app at the view All."""
    async with run_app(view=ALL) as app:
        yield app


def source_of(database: Path, id: int) -> tuple[int, str]:
    """Return the id and the address of an article's source."""
    with closing(open_store(database, readonly=True)) as db:
        query = "SELECT source.id, source.url FROM article JOIN source ON source.id = source_id WHERE article.id = ?"
        return db.execute(query, (id,)).fetchone()  # type: ignore[no-any-return]


def count_unread(database: Path) -> int:
    query = "SELECT count(*) FROM article LEFT JOIN state ON article_id = id WHERE read_at IS NULL"
    with closing(open_store(database, readonly=True)) as db:
        return int(db.execute(query).fetchone()[0])


def rows(app: RunningApp) -> list[int]:
    return list(app.headlines.ids)


def lines_with(app: RunningApp, text: str) -> int:
    return sum(text in line for line in visible_lines(app.headlines))


async def test_story_has_one_row_with_the_number_of_articles(members: list[int], app: RunningApp) -> None:
    before = rows(app)
    assert before[1] == members[0], "the best article, in the place of the newest"
    assert not set(members[1:]).intersection(before)
    assert lines_with(app, "(3)") == 1
    assert app.list_frame == f"{len(before) + 2} in {len(before)} rows"
    await app.press("/", *f"story:{app.headlines.rows.headline_at(1).story}")
    await app.wait_until(lambda: app.list_frame == "3 in 1 row")


async def test_right_expands_a_story_or_opens_and_left_collapses(run_app: RunApp, members: list[int]) -> None:
    def sections() -> dict[int, str]:
        shown = app.headlines.timeline
        assert [shown.row_of(start) - 1 for start in shown.section_starts] == list(shown.section_rows)
        return {shown.ids[start]: name for start, name in zip(shown.section_starts, shown.section_names, strict=True)}

    async with run_app(view=ALL) as app:
        before, days = rows(app), sections()
        await app.press("right")
        assert app.main.focused is app.pane, "it is in no story"
        await app.press("escape")
        assert app.bottom_line.startswith(" enter open  j/k move")
        await app.press("j")
        assert app.bottom_line.startswith(" enter open  → expand  j/k move")
        await app.press("right")
        assert rows(app)[1:4] == members
        assert app.bottom_line.startswith(" enter open  esc collapse  j/k move")
        assert sections() == days
        assert lines_with(app, " · ") >= 2
        await app.press("right")
        assert app.main.focused is app.pane, "the story is expanded already"
        await app.press("escape", "j", "j")
        assert app.headlines.current_id == app.pane.shown.headline.id == members[2]
        await app.press("left")
        assert (rows(app), app.headlines.current_id) == (before, members[0])
        assert app.main.focused is app.headlines


async def test_ungrouping_and_grouping_are_stored_and_undone(run_app: RunApp, members: list[int]) -> None:
    async with run_app(view=ALL) as app:
        before = rows(app)
        await app.press("j", "%")
        assert rows(app)[1:4] == members, "first the story expands, so that you can choose an article"
        await app.press("j", "%")
        assert "story" in app.message
        assert app.headlines.current_id == members[1]
        assert lines_with(app, "(2)") == 1
        await app.press("u")
        await app.press("left")
        assert rows(app) == before
        await app.press("U")
    async with run_app(view=ALL) as app:
        assert len(rows(app)) == len(before) + 1
        await app.press("=")
        assert "Select two or more" in app.message
        await app.press("v", "v", "=")
        assert app.message == "Grouped 3 articles. u: undo"
        assert lines_with(app, "(3)") == 1


@pytest.mark.parametrize(("story", "fewer"), [("one", 1), ("all", 3)])
async def test_reading_an_article_of_a_story_marks_one_or_all(
    run_app: RunApp, members: list[int], database: Path, story: str, fewer: int
) -> None:
    before = count_unread(database)
    async with run_app(config=Config(reading=Reading(story=story, mark_read=None)), view=ALL) as app:
        await app.press("j", "enter", "escape", "right")
        assert count_unread(database) == before - fewer
        await app.press("n")
        assert (app.headlines.current_id in members) == (story == "one")
        await app.press("u", "u")  # the first undoes the grouping in `members`
        assert app.message.startswith("Undone: Read ")
        assert count_unread(database) == before


async def test_story_stays_expanded_when_the_list_reloads_and_mark_all_read_includes_it(
    run_app: RunApp, members: list[int], database: Path
) -> None:
    async with run_app() as app:
        await app.press("j", "right", "j", ".")
        assert app.headlines.current_id == members[1]
        assert rows(app)[1:4] == members
        await app.press("left", "A")
        assert count_unread(database) == 0


async def test_story_stays_collapsed_without_its_first_article(members: list[int], app: RunningApp) -> None:
    await app.press("j", "m", "1")
    assert len(set(members).intersection(rows(app))) == 1
    assert lines_with(app, "(2)") == 1


async def test_ungrouped_list_is_remembered(run_app: RunApp, members: list[int]) -> None:
    async with run_app(view=ALL) as app:
        count = len(rows(app))
        await app.press("_")
        assert (len(rows(app)), app.list_frame) == (count + 2, f"{count + 2}")
    async with run_app(view=ALL) as app:
        assert len(rows(app)) == count + 2
        await app.press("_")
        assert len(rows(app)) == count


async def test_story_is_still_expanded_after_a_search(members: list[int], app: RunningApp) -> None:
    before = rows(app)
    await app.press("j", "right", "slash", *"since:400d", "escape")
    assert rows(app)[1:4] == members
    await app.press("left")
    assert rows(app) == before


async def test_preferred_source_represents_the_story(run_app: RunApp, members: list[int], database: Path) -> None:
    id, url = source_of(database, members[2])
    async with run_app(config=Config(reading=Reading(prefer=(url,))), view=ALL) as app:
        (row,) = set(members).intersection(rows(app))
        assert app.main.services.database.headlines([row])[0].source_id == id


async def test_link_leads_to_another_article_of_the_story(run_app: RunApp, members: list[int], database: Path) -> None:
    async with run_app(view=ALL) as app:
        await app.press("j", "enter")
        links = app.pane.shown.story_links
        assert {link.id for link in links} <= set(members[1:])
        assert f"Also in {links[0].source}" in app.article
        assert app.pane.links.focus(-len(app.pane.shown.tags) - 1)
        await app.press("enter")
        assert app.headlines.current_id == app.pane.shown.headline.id == links[0].id
        await app.press("escape", "left")
        assert app.headlines.current_id == members[0]
    source, _ = source_of(database, members[0])
    other = next(id for id in members if source_of(database, id)[0] != source)
    async with run_app(view=View(Scope("source", id=source))) as app:
        while app.headlines.current_id != members[0]:
            await app.press("j")
        assert other not in rows(app)
        await app.press("enter")
        number = [link.id for link in app.pane.shown.story_links].index(other)
        app.pane.links.focus(-len(app.pane.shown.tags) - 1 - number)
        await app.press("enter")
        assert app.headlines.current_id == other, "also if the view does not list it"


async def test_refresh_changes_the_number_but_no_row(run_app: RunApp, database: Path, members: list[int]) -> None:
    def add_member(guid: str) -> int:
        entry = Entry(guid=guid, title="One more", content="x", published=Moment(NOW))
        (new,) = add_articles(database, entry, source=source_of(database, members[0])[0])
        with closing(open_store(database)) as db:
            stories.group(db, [members[0], new], NOW)
        return new

    async with run_app(view=ALL) as app:
        before = rows(app)
        fourth = add_member("fourth")
        app.main.controllers.article_list.count_story_members()
        await app.wait_idle()
        assert rows(app) == before
        assert (lines_with(app, "(3)"), lines_with(app, "(4)")) == (0, 1)
        add_member("fifth")
        for _ in range(2):
            app.main.controllers.article_list.count_story_members()
            await app.wait_idle()
        assert (lines_with(app, "(4)"), lines_with(app, "(5)")) == (0, 1)
        await app.press("j", "right")
        assert fourth in rows(app)[1:6]
        assert len(rows(app)) == len(before) + 4
        await app.press("left", "full_stop")
        assert lines_with(app, "(5)") == 1
