"""A dialog keeps what was typed until it is saved or discarded."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from tests.ui.conftest import RunApp, RunningApp, note_lines, stored_notes
from textual import events
from textual.containers import VerticalScroll
from textual.widgets import Input

from roya_tui.store.connection import StoreError
from roya_tui.store.database import open_store
from roya_tui.ui.dialogs.annotations import NoteLine
from roya_tui.ui.dialogs.dialog import Dialog, DialogText

IN_USE = "another program is using the database."


@pytest.fixture(autouse=True)
def short_busy_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("roya_tui.store.database._BUSY_SECONDS", 0.3)


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Lock the database by a write of another connection."""
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            db.execute("ROLLBACK")


async def test_note_stays_open_while_the_database_is_locked(app: RunningApp, database: Path) -> None:
    title = app.selected
    with locked(database):
        await app.press(";", *"Ask Rana", "enter", *"today", "escape")
        failure = f"Could not save: {IN_USE} Press esc to try again, ctrl+g to discard."
        await app.wait_until(lambda: app.dialog_text == failure)
        assert isinstance(app.screen, Dialog)
        app.screen._show_saving()  # its timer may already be in the queue when saving fails
        assert app.dialog_text == failure
        assert note_lines(app)[:2] == ["Ask Rana", "today"]
        await app.press("!", "escape")
        assert note_lines(app)[:2] == ["Ask Rana", "today!"]
    assert stored_notes(database) == []
    await app.press("escape")
    assert app.screen is app.main
    assert stored_notes(database) == ["Ask Rana\ntoday!"]
    assert app.message == f"Saved the note on “{title}”. u: undo"


async def test_ctrl_q_leaves_a_dialog_with_typed_text_open(app: RunningApp, database: Path) -> None:
    await app.press(";", *"Ask Rana", "ctrl+q")
    assert note_lines(app)[0] == "Ask Rana"
    await app.press("escape")
    assert stored_notes(database) == ["Ask Rana"]


async def test_note_stays_open_while_the_disk_is_full(app: RunningApp, database: Path) -> None:
    def fill(db: sqlite3.Connection) -> None:
        """Use up all pages and let SQLite refuse more, with its own error for a full disk."""
        db.execute("CREATE TABLE filling (data)")
        db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0]}")
        with suppress(StoreError):
            while True:
                db.execute("INSERT INTO filling VALUES (zeroblob(10000))")

    def make_room(db: sqlite3.Connection) -> None:
        db.execute("PRAGMA max_page_count = 1000000")
        db.execute("DROP TABLE filling")

    text = "\n".join("long note " * 900 for _ in range(8))
    await app.press(";")
    app.screen.query(NoteLine).first().post_message(events.Paste(text))
    await app.main.services.database.write(fill)
    await app.press("escape")
    await app.wait_until(lambda: app.dialog_text.startswith("Could not save: the disk is full."))
    assert sum(map(len, note_lines(app))) > 60_000
    assert stored_notes(database) == []
    await app.main.services.database.write(make_room)
    await app.press("escape")
    assert app.screen is app.main
    (note,) = stored_notes(database)
    assert len(note) > 60_000


@pytest.mark.parametrize(("width", "height"), [(140, 40), (44, 14)])
async def test_error_of_a_note_is_visible_in_any_window(
    run_app: RunApp, database: Path, width: int, height: int
) -> None:
    async with run_app(width, height) as app:
        with locked(database):
            await app.press(";", "x", "escape")
            error, box = app.screen.query_one(DialogText), app.screen.query_one(VerticalScroll)
            assert error.size.height >= 2
            assert box.region.contains_region(error.region)
            assert max(map(len, str(error.content).splitlines())) <= error.content_size.width
            await app.wait_until(lambda: "try again" in app.dialog_text)


async def test_note_is_discarded_only_after_a_failed_save(app: RunningApp, database: Path) -> None:
    await app.press(";", *"mine", "ctrl+g")
    assert note_lines(app)[0] == "mine"
    with locked(database):
        await app.press("escape", "ctrl+g")
        assert app.screen is app.main
    assert stored_notes(database) == []


async def test_dialog_shows_that_it_is_saving_when_that_takes_long(app: RunningApp, database: Path) -> None:
    await app.main.services.database.write(lambda db: db.execute("PRAGMA busy_timeout = 60000"))
    with locked(database):
        await app.press(";", "m", "e")
        app.send("escape")
        await app.wait_until(lambda: app.dialog_text == "Saving…")
        assert note_lines(app)[0] == "me"
    await app.wait_until(lambda: app.screen is app.main)
    assert stored_notes(database) == ["me"]


async def test_keys_after_a_save_reach_the_list(app: RunningApp, database: Path) -> None:
    first, second = app.titles[:2]
    await app.press_together(*";note", "escape", "j", "s")
    assert stored_notes(database) == ["note"]
    assert app.selected == second
    assert "★" in app.list_line(second[:20])
    assert "★" not in app.list_line(first[:20])


async def test_keys_after_a_failed_save_do_nothing(app: RunningApp, database: Path) -> None:
    with locked(database):
        await app.press_together(*";note", "escape", "j", "s")
        await app.wait_until(lambda: IN_USE in app.dialog_text)
        assert note_lines(app)[:2] == ["note", ""]
        await app.press_together("!")
        assert note_lines(app)[0] == "note!"
    assert not app.headlines.selection.ids


@pytest.mark.parametrize(
    "keys",
    [
        ["#", *"dams", "enter"],
        ["F", "ctrl+u", *"Dams", "tab", "ctrl+u", *"dam", "enter"],
        ["M", "s", "1"],
        ["E", "a", *"Dams", "tab", *"dam", "enter"],
    ],
)
async def test_other_dialogs_stay_open_if_saving_fails(app: RunningApp, database: Path, keys: list[str]) -> None:
    with locked(database):
        await app.press(*keys)
        await app.wait_until(lambda: app.dialog_text.startswith(f"Could not save: {IN_USE}"))
        typed = [line.value for line in app.screen.query(Input)]
        assert "dam" in " ".join(typed) or keys[0] == "M"
    await app.press(keys[-1])
    assert not isinstance(app.screen, Dialog)
    with closing(open_store(database, readonly=True)) as db:
        assert db.execute("SELECT count(*) FROM journal").fetchone() == (1,)
