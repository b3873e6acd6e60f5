"""A dialog keeps what was typed until it is saved or discarded."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from tests.ui.conftest import BY_HAND, Open, Opener
from tests.ui.test_keys_in_turn import burst
from tests.ui.test_tagging import note_in, note_lines
from textual import events
from textual.containers import VerticalScroll
from textual.widgets import Input

from roya_tui.store import database
from roya_tui.store.connection import StoreError
from roya_tui.store.database import open_store
from roya_tui.ui.dialogs.annotations import NoteLine
from roya_tui.ui.dialogs.dialog import Dialog, DialogText

IN_USE = "another program is using the database."


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite gives up on a lock soon."""
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.3)


@pytest.fixture
async def reader(opened: Opener) -> AsyncIterator[Open]:
    async with opened(config=BY_HAND) as reader:
        yield reader


@contextmanager
def locked(store: Path) -> Iterator[None]:
    """Another connection writes, and does not finish."""
    db = sqlite3.connect(store, isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        db.execute("ROLLBACK")
        db.close()


async def test_note_stays_open_while_the_database_is_locked(reader: Open, store: Path) -> None:
    title = reader.selected
    with locked(store):
        await reader.press(";", *"Ask Rana", "enter", *"today", "escape")
        failure = f"Could not save the note: {IN_USE} Press esc to try again, ctrl+g to discard."
        await reader.until(lambda: reader.failure == failure)
        assert note_lines(reader)[:2] == ["Ask Rana", "today"]
        await reader.press("!", "escape")
        assert note_lines(reader)[:2] == ["Ask Rana", "today!"]
    assert note_in(store) == []
    await reader.press("escape")
    assert reader.app.screen is reader.main
    assert note_in(store) == ["Ask Rana\ntoday!"]
    assert reader.said == f"Kept a note with “{title}”. u undoes."


async def test_ctrl_q_leaves_a_dialog_with_typed_text_open(reader: Open, store: Path) -> None:
    await reader.press(";", *"Ask Rana", "ctrl+q")
    assert note_lines(reader)[0] == "Ask Rana"
    await reader.press("escape")
    assert note_in(store) == ["Ask Rana"]


async def test_note_stays_open_while_the_disk_is_full(reader: Open, store: Path) -> None:
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
    await reader.press(";")
    reader.app.screen.query(NoteLine).first().post_message(events.Paste(text))
    await reader.main.services.database.write(fill)
    await reader.press("escape")
    await reader.until(lambda: reader.failure.startswith("Could not save the note: the disk is full."))
    assert sum(map(len, note_lines(reader))) > 60_000
    assert note_in(store) == []
    await reader.main.services.database.write(make_room)
    await reader.press("escape")
    assert reader.app.screen is reader.main
    (note,) = note_in(store)
    assert len(note) > 60_000


@pytest.mark.parametrize(("width", "height"), [(140, 40), (44, 14)])
async def test_error_of_a_note_is_in_view_in_any_window(opened: Opener, store: Path, width: int, height: int) -> None:
    async with opened(width, height, BY_HAND) as reader:
        with locked(store):
            await reader.press(";", "x", "escape")
            told = reader.app.screen.query_one(DialogText)
            box = reader.app.screen.query_one(VerticalScroll)
            assert told.size.height >= 2
            assert box.region.contains_region(told.region)
            lines = str(told.content).splitlines()
            assert max(map(len, lines)) <= told.content_size.width
            await reader.until(lambda: "try again" in reader.failure)


async def test_note_is_discarded_only_after_a_failed_save(reader: Open, store: Path) -> None:
    await reader.press(";", *"mine", "ctrl+g")
    assert note_lines(reader)[0] == "mine"
    with locked(store):
        await reader.press("escape", "ctrl+g")
        assert reader.app.screen is reader.main
    assert note_in(store) == []


async def test_dialog_shows_that_it_is_saving_when_that_takes_long(
    reader: Open, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reader.main.services.database.write(lambda db: db.execute("PRAGMA busy_timeout = 60000"))
    with locked(store):
        await reader.press(";")
        for key in ("m", "e", "escape"):
            await reader.pilot.press(key)
        await reader.until(lambda: reader.failure == "Saving the note…")
        assert note_lines(reader)[0] == "me"
    await reader.until(lambda: reader.app.screen is reader.main)
    assert note_in(store) == ["me"]


async def test_keys_behind_a_save_reach_the_list(reader: Open, store: Path) -> None:
    first, second = reader.titles[:2]
    await burst(reader, ";note\x1bjs")
    assert note_in(store) == ["note"]
    assert reader.selected == second
    assert "★" in reader.list_line(second[:20])
    assert "★" not in reader.list_line(first[:20])


async def test_keys_behind_a_save_do_nothing_when_it_fails(reader: Open, store: Path) -> None:
    with locked(store):
        await burst(reader, ";note\x1bjs")
        await reader.until(lambda: IN_USE in reader.failure)
        assert note_lines(reader)[:2] == ["note", ""]
        await burst(reader, "!")
        assert note_lines(reader)[0] == "note!"
    assert not reader.main.headlines.selection.ids


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (["#", *"dams", "enter"], "the tags"),
        (["F", "ctrl+u", *"Dams", "tab", "ctrl+u", *"dam", "enter"], "the saved search"),
        (["M", "s", "1"], "the rule"),
        (["E", "a", *"Dams", "tab", *"dam", "enter"], "the rule"),
    ],
)
async def test_other_dialogs_stay_open_while_the_database_is_locked(
    reader: Open, store: Path, keys: list[str], said: str
) -> None:
    with locked(store):
        await reader.press(*keys)
        await reader.until(lambda: reader.failure.startswith(f"Could not save {said}: {IN_USE}"))
        typed = [line.value for line in reader.app.screen.query(Input)]
        assert "dam" in " ".join(typed) or keys[0] == "M"
    await reader.press(keys[-1])
    assert not isinstance(reader.app.screen, Dialog)
    db = open_store(store, readonly=True)
    written = "SELECT count(*) FROM journal"
    assert db.execute(written).fetchone() == (1,)
    db.close()
