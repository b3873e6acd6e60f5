"""What other programs store while the app runs."""

from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import NOW, RunApp, RunningApp, add_articles

from roya_tui.model import Entry, Moment
from roya_tui.store.articles import ingestion, lookup, search_index
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state
from roya_tui.ui.controllers import refresh
from roya_tui.ui.shell import Shell


async def check_database(app: RunningApp) -> None:
    """Let the app check whether another program changed the database."""
    await app.main.controllers.database_watch._check().wait()
    await app.wait_idle()


async def add_elsewhere(database: Path, app: RunningApp, *titles: str) -> None:
    """Store articles, the newest last, and let the app notice them."""
    with closing(open_store(database)) as db:
        first = NOW - 100 + lookup.newest_id(db)
    add_articles(database, *(Entry(guid=one, title=one, published=Moment(first + n)) for n, one in enumerate(titles)))
    await check_database(app)


async def test_list_is_redrawn_after_changes(run_app: RunApp, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresh, "CHECK_DATABASE_EVERY", 0.1)
    async with run_app() as app:
        headlines = app.headlines
        await app.press("s")  # what the app writes itself is on the screen already
        before = [headlines.rows.headline_at(index) for index in range(len(headlines.ids))]
        assert before
        await app.pilot.pause(0.3)
        assert all(headlines.rows.headline_at(index) is known for index, known in enumerate(before))
        with closing(open_store(database)) as db:
            article_state.mark(db, list(headlines.ids), NOW, read=True)
        await app.wait_until(lambda: not any(headlines.rows.headline_at(index).unread for index in range(len(before))))


async def test_search_finds_articles_that_a_killed_refresh_left_unindexed(database: Path, app: RunningApp) -> None:
    with closing(open_store(database)) as db:
        row = ingestion.prepare(Entry(guid="1", title="Unindexed olive"))
        ingestion.save(db, subscriptions.list_all(db)[0].id, None, [row], NOW, index=search_index.enqueue)
    for _ in range(2):  # the second check finds no change: the refresh is not running any more
        await check_database(app)
    await app.main.services.database.write(lambda db: None)  # after the writes that were requested before
    await app.press("slash", *"unindexed")
    assert app.titles == ["Unindexed olive"]


async def test_refresh_announces_new_articles_and_moves_nothing(database: Path, app: RunningApp) -> None:
    await app.press("j", "j")
    before = (app.titles, app.selected)
    add_articles(database, Entry(guid="fresh", title="Fresh from the press", published=Moment(NOW - 5)))
    app.main.controllers.refresh._handle({"event": "finished", "new": 1, "changed": 0, "failed": 0, "seconds": 1})
    await app.wait_idle()
    assert (app.titles, app.selected) == before
    assert "1 new, press ." in app.main.bottom.tip
    await app.press("full_stop")
    assert app.titles[0] == "Fresh from the press"
    assert app.selected == before[1]


async def test_articles_of_another_program_are_announced(database: Path, app: RunningApp) -> None:
    await check_database(app)
    before = (app.titles, app.selected)
    await add_elsewhere(database, app, "first", "second")
    assert app.main.bottom.tip == "2 new, press ."
    assert (app.titles, app.selected) == before
    await add_elsewhere(database, app, "third")
    assert app.main.bottom.tip == "3 new, press ."
    await app.press("full_stop")
    assert app.titles[:3] == ["third", "second", "first"]
    assert (app.selected, app.main.bottom.tip) == (before[1], "")
    await add_elsewhere(database, app, "fourth")
    assert app.main.bottom.tip == "1 new, press ."
    await app.press("2")
    assert (app.titles[0], app.main.bottom.tip) == ("fourth", "")


@pytest.mark.parametrize("is_web", [False, True])
async def test_notification_is_shown_by_the_terminal_but_not_from_a_browser(
    app: RunningApp, is_web: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setenv("TERM", "foot")
    for name in ("TMUX", "STY", "ZELLIJ"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Shell, "write", lambda self, sequence: written.append(sequence))
    monkeypatch.setattr(type(app.main.app), "is_web", is_web)
    await app.main.controllers.notifications.show({"event": "notify", "title": "Rain", "body": "Town"}).wait()
    assert written == ([] if is_web else ["\x1b]777;notify;Rain;Town\x1b\\"])
