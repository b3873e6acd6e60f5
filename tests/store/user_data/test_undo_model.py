"""A model of undo: which step is next, and that each cell is restored; counts equal results all the while.

test_undo_of_random_actions.py has all kinds of actions.
"""

import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from roya_tui import query
from roya_tui.model import Entry, NewSource, TagCount
from roya_tui.store.articles import ingestion
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.tally import TALLY_MISMATCHES
from roya_tui.store.user_data import article_state
from roya_tui.store.user_data.journal import list_steps, redo, undo

NOW = 10_000


Cell = tuple[str, tuple[int, ...], str]

TABLES = {
    "state": ("article_id", "read_at", "read_digest", "starred_at", "hidden_at", "note", "story"),
    "article_tag WHERE by_person": ("article_id", "tag_id", "by_person"),
    "source WHERE removed_at IS NULL": ("id", "id", "name", "folder", "paused", "interval"),
}


def all_cells(db: sqlite3.Connection) -> dict[Cell, Any]:
    """Return all cells of user data that are not empty."""
    found: dict[Cell, Any] = {}
    for table, columns in TABLES.items():
        keys = 2 if columns[1] == "tag_id" else 1
        for row in db.execute(f"SELECT {', '.join(columns)} FROM {table}"):
            cells = zip(columns[keys:], row[keys:], strict=True)
            found.update({(table, row[:keys], column): value for column, value in cells if value})
    return found


def difference(old: dict[Cell, Any], new: dict[Cell, Any]) -> dict[Cell, Any]:
    """Return the cells that differ, with their values in `new`."""
    return {cell: new.get(cell) for cell in old.keys() | new.keys() if old.get(cell) != new.get(cell)}


def put(cells: dict[Cell, Any], there: dict[Cell, Any]) -> dict[Cell, Any]:
    return {cell: value for cell, value in (there | cells).items() if value is not None}


@dataclass
class Step:
    """The cells of a step: their values before it, or after it as long as it is undone."""

    cells: dict[Cell, Any]
    at: int
    noticed: bool = False

    def next_after(self, readings: list[Self], now: int) -> bool:
        """Return whether undo takes the step before articles read since."""
        return now - self.at < 600 and all(self.cells.keys().isdisjoint(one.cells) for one in readings)


class UndoModel(RuleBasedStateMachine):
    """Actions, undo, redo and refreshes in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.db = open_store(Path(self.folder.name) / "news.db")
        self.now = NOW
        self.done: list[Step] = []
        self.undone: list[Step] = []

    def teardown(self) -> None:
        assert find_problems(self.db) == []
        self.db.close()
        self.folder.cleanup()

    def step(self, act: Any, *, noticed: bool = False) -> None:
        self.now += 1
        before = all_cells(self.db)
        act()
        after = all_cells(self.db)
        if after == before:
            return
        new = Step(difference(after, before), self.now, noticed)
        if not noticed:
            self.undone.clear()
        elif self.done and self.done[-1].noticed and self.now - self.done[-1].at < 600:
            new.cells |= self.done.pop().cells
        self.done.append(new)

    @initialize()
    def subscribe(self) -> None:
        for n in range(3):
            subscriptions.add(self.db, NewSource(f"https://{n}.example/rss", sample=n > 0), NOW)
        self.refresh(1, "first")
        self.refresh(2, "first")

    @rule(source=st.integers(1, 3), text=st.sampled_from(["first", "second", "third"]))
    def refresh(self, source: int, text: str) -> None:
        entries = [Entry(guid=f"{n}", title=f"Title {n}", tags=("feed",), content=text) for n in range(3)]
        ingestion.save(self.db, source, None, [ingestion.prepare(entry) for entry in entries], self.now)

    ids = st.lists(st.integers(1, 9), max_size=5)
    how = st.sampled_from([None, True, False])

    @rule(ids=ids, read=how, starred=how, hidden=how)
    def mark(self, ids: list[int], read: bool | None, starred: bool | None, hidden: bool | None) -> None:
        self.step(lambda: article_state.mark(self.db, ids, self.now, read=read, starred=starred, hidden=hidden))

    @rule(ids=ids, later=st.sampled_from([1, 300, 700]))
    def read(self, ids: list[int], later: int) -> None:
        self.now += later
        self.step(lambda: article_state.mark(self.db, ids, self.now, read=True, noticed=True), noticed=True)

    @rule(id=st.integers(1, 6), starred=st.booleans(), back=st.integers(0, 4), again=st.booleans())
    def mark_and_read(self, id: int, starred: bool, back: int, again: bool) -> None:
        """Read an article that was just marked: both steps are about the same cells, so undo takes reading first."""
        self.mark([id], True, None, None)
        self.mark([id], None if starred else False, starred or None, None)
        self.read([id], 1)
        for _ in range(back):
            self.undo()
        for _ in range(again * min(back, len(self.undone))):
            self.redo()

    @rule(ids=ids, name=st.sampled_from(["Feed", "own"]), on=st.booleans())
    def tag(self, ids: list[int], name: str, on: bool) -> None:
        self.step(lambda: article_state.edit_tags(self.db, ids, self.now, **{"add" if on else "remove": [name]}))

    @rule(source=st.integers(1, 3))
    def remove(self, source: int) -> None:
        self.step(lambda: subscriptions.remove(self.db, source, self.now))

    @rule()
    def undo(self) -> None:
        before = all_cells(self.db)
        expected = [one for one in list_steps(self.db, self.now) if one.undone_at is None]
        message = undo(self.db, self.now)
        assert bool(message) == bool(self.done) == bool(expected)
        if not message:
            return
        assert message.removeprefix("Undone: ")[1:].startswith(expected[0].sentence[1:-1])
        action = next((n for n in reversed(range(len(self.done))) if not self.done[n].noticed), None)
        readings = [] if action is None else self.done[action + 1 :]
        goes_first = action is not None and self.done[action].next_after(readings, self.now)
        self.exchange(self.done.pop(action if goes_first else -1), self.undone, before)

    @precondition(lambda self: self.undone)
    @rule()
    def redo(self) -> None:
        before = all_cells(self.db)
        assert redo(self.db, self.now) is not None
        again = self.undone.pop()
        again.at, again.noticed = self.now, False
        self.exchange(again, self.done, before)

    def exchange(self, step: Step, pile: list[Step], before: dict[Cell, Any]) -> None:
        assert all_cells(self.db) == put(step.cells, before)
        step.cells = {cell: before.get(cell) for cell in step.cells}
        pile.append(step)

    @invariant()
    def counts_equal_results(self) -> None:
        assert self.db.execute(TALLY_MISMATCHES).fetchone() is None

        def found(*asked: query.Query, also: str = "") -> int:
            return len(results.find(self.db, query.all_of(*asked, query.parse(also, 0)), self.now))

        assert results.count_views(self.db, self.now) == {name: found(query.view(name)) for name in query.VIEWS}
        for text in ("", "is:unread", "source:1", "-source:2 is:unread", "folder:A or source:2"):
            asked = query.parse(text, 0)
            assert results.count(self.db, asked, self.now) == found(asked)
            hidden = results.count_hidden(self.db, asked, self.now)
            assert hidden == found(asked, also="is:hidden")
            counted = results.count_tags(self.db, asked, self.now)
            assert counted == [
                TagCount(
                    tag.name,
                    found(asked, query.by_field("tag", tag.name)),
                    found(asked, query.by_field("tag", tag.name), also="is:unread"),
                )
                for tag in counted
            ]
            assert {tag.name for tag in counted} == {
                tag.name for tag in results.list_tags(self.db) if found(asked, query.by_field("tag", tag.name))
            }


UndoModel.TestCase.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
TestUndoModel = UndoModel.TestCase
