"""Whatever a person does, in any order: undo and redo restore it exactly."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from roya_tui import query
from roya_tui.model import Entry, NewSource, Rule, TagCount
from roya_tui.store import rules
from roya_tui.store.articles import ingestion
from roya_tui.store.connection import StoreError
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.schema.tally import TALLY_MISMATCHES
from roya_tui.store.search import results, saved_searches
from roya_tui.store.sources import folders, subscriptions
from roya_tui.store.user_data import article_state, rule_flags, stories, tags
from roya_tui.store.user_data.journal import list_steps, redo, undo

NOW = 10_000


Cell = tuple[str, tuple[int, ...], str]

TABLES = {
    "state": ("article_id", "read_at", "read_digest", "starred_at", "hidden_at", "note", "story"),
    "article_tag WHERE by_person": ("article_id", "tag_id", "by_person"),
    "source WHERE removed_at IS NULL": ("id", "id", "name", "folder", "paused", "interval"),
    "saved_feed": ("id", "name", "query", "icon", "place"),
    "tag_alias": ("tag_id", "into_id"),
    "rule": ("id", "name", "query", "effect", "off", "place"),
}


def personal(db: sqlite3.Connection) -> dict[Cell, Any]:
    """All that the person did, cell by cell, but for cells that say nothing."""
    found: dict[Cell, Any] = {}
    for table, columns in TABLES.items():
        keys = 2 if columns[1] == "tag_id" else 1
        for row in db.execute(f"SELECT {', '.join(columns)} FROM {table}"):
            cells = zip(columns[keys:], row[keys:], strict=True)
            found.update({(table, row[:keys], column): value for column, value in cells if value})
    return found


def difference(old: dict[Cell, Any], new: dict[Cell, Any]) -> dict[Cell, Any]:
    """What cells have in `new`, where that is something else than in `old`."""
    return {cell: new.get(cell) for cell in old.keys() | new.keys() if old.get(cell) != new.get(cell)}


def put(cells: dict[Cell, Any], there: dict[Cell, Any]) -> dict[Cell, Any]:
    return {cell: value for cell, value in (there | cells).items() if value is not None}


@dataclass
class Step:
    """What a step made of which cells, or, as long as it is done, what they were before."""

    cells: dict[Cell, Any]
    at: int
    noticed: bool = False

    def next_after(self, readings: list[Step], now: int) -> bool:
        """Whether the step goes before readings that were noticed since."""
        return now - self.at < 600 and all(self.cells.keys().isdisjoint(one.cells) for one in readings)


class DoingAndUndoing(RuleBasedStateMachine):
    """Whatever is done, undone and done again, with a refresh in between: each cell comes back exactly."""

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
        before = personal(self.db)
        act()
        after = personal(self.db)
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
    def look(self, ids: list[int], later: int) -> None:
        self.now += later
        self.step(lambda: article_state.mark(self.db, ids, self.now, read=True, noticed=True), noticed=True)

    @rule(id=st.integers(1, 6), starred=st.booleans(), back=st.integers(0, 4), again=st.booleans())
    def look_again(self, id: int, starred: bool, back: int, again: bool) -> None:
        """What one has just marked is seen: unread, that reading is about its very cells, and goes before it."""
        self.mark([id], True, None, None)
        self.mark([id], None if starred else False, starred or None, None)
        self.look([id], 1)
        for _ in range(back):
            self.undo()
        for _ in range(again * min(back, len(self.undone))):
            self.redo()

    @rule(ids=ids, name=st.sampled_from(["Feed", "own"]), on=st.booleans())
    def tag(self, ids: list[int], name: str, on: bool) -> None:
        self.step(lambda: article_state.edit_tags(self.db, ids, self.now, **{"add" if on else "remove": [name]}))

    @rule(ids=ids, apart=st.booleans())
    def sort(self, ids: list[int], apart: bool) -> None:
        self.step(lambda: (stories.ungroup if apart else stories.group)(self.db, ids, self.now))

    @rule(ids=ids, on=st.sets(st.sampled_from(["Feed", "own", "other"])), off=st.sampled_from(["own", "other"]))
    def retag(self, ids: list[int], on: set[str], off: str) -> None:
        self.step(lambda: article_state.edit_tags(self.db, ids, self.now, add=sorted(on - {off}), remove=[off]))

    @rule(id=st.integers(1, 6), note=st.sampled_from(["", "a note", "another"]))
    def note(self, id: int, note: str) -> None:
        self.step(lambda: article_state.set_note(self.db, id, note, self.now))

    @rule(id=st.integers(1, 6), position=st.integers(0, 3))
    def scroll(self, id: int, position: int) -> None:
        article_state.set_position(self.db, id, position)

    @rule(source=st.integers(1, 3))
    def remove(self, source: int) -> None:
        self.step(lambda: subscriptions.remove(self.db, source, self.now))

    @rule(numbers=st.lists(st.integers(0, 4), max_size=3), folder=st.sampled_from(["", "New"]))
    def add_all(self, numbers: list[int], folder: str) -> None:
        new = [NewSource(f"https://{n}.example/rss", folder=folder, sample=n == 1) for n in numbers]
        self.step(lambda: subscriptions.add_all(self.db, new, self.now))

    @rule()
    def remove_samples(self) -> None:
        self.step(lambda: subscriptions.remove_samples(self.db, self.now))

    @rule(source=st.integers(1, 3), name=st.sampled_from(["", "Mine"]), folder=st.sampled_from(["", "A", "A/B"]))
    def change(self, source: int, name: str, folder: str) -> None:
        if subscriptions.get(self.db, source):
            self.step(lambda: subscriptions.change(self.db, source, name=name, folder=folder, paused=bool(name)))

    @rule(source=st.integers(1, 3), folder=st.sampled_from(["A", "A/B", "C"]), away=st.booleans())
    def folder(self, source: int, folder: str, away: bool) -> None:
        self.step(
            lambda: (
                folders.remove(self.db, folder, self.now) if away else folders.rename(self.db, folder, "C", self.now)
            )
        )

    @rule(name=st.sampled_from(["feed", "own", "other"]), into=st.sampled_from(["own", "new", ""]))
    def merge(self, name: str, into: str) -> None:
        with suppress(StoreError):  # what cannot be merged is left as it is
            self.step(
                lambda: tags.merge(self.db, name, into, self.now) if into else tags.unmerge(self.db, name, self.now)
            )

    @rule(
        name=st.sampled_from(["one", "two"]),
        text=st.sampled_from(["is:unread", "folder:A/B or water", "feed:two"]),
        by=st.sampled_from([0, 1]),
        other=st.sampled_from(["", "two"]),
    )
    def saved(self, name: str, text: str, by: int, other: str) -> None:
        known = saved_searches.find(self.db, name, self.now)
        with suppress(StoreError):
            if known is None:
                self.step(lambda: saved_searches.add(self.db, name, text, self.now))
            elif by:
                self.step(lambda: saved_searches.move(self.db, known.id, by, self.now))
            elif known.query == text:
                self.step(lambda: saved_searches.remove(self.db, known.id, self.now))
            else:
                self.step(lambda: saved_searches.change(self.db, known.id, self.now, query=text, name=other or name))

    @rule(
        name=st.sampled_from(["one", "two"]),
        text=st.sampled_from(["title", "second", "third -folder:A", "feed:two -tag:own", "title:1 or third"]),
        effect=st.sampled_from(["mute", "highlight"]),
        what=st.sampled_from(["switch", "move", "remove", "change", "apply"]),
    )
    def ruling(self, name: str, text: str, effect: str, what: str) -> None:
        known = rules.find(self.db, name, self.now)
        wanted = Rule(known.id if known else 0, name, text, effect)
        if what in ("change", "apply") and rules.validate(self.db, wanted, self.now):
            return
        if known is None and rules.validate(self.db, wanted, self.now):
            return
        if known is None:
            self.step(lambda: rules.add(self.db, wanted, self.now, apply_to_existing=what == "apply"))
        elif what == "switch":
            self.step(lambda: rules.set_enabled(self.db, known.id, known.off, self.now))
        elif what == "move":
            self.step(lambda: rules.move(self.db, known.id, 1 if text == "title" else -1, self.now))
        elif what == "remove":
            self.step(lambda: rules.remove(self.db, known.id, self.now))
        elif what == "change":
            self.step(lambda: rules.change(self.db, known.id, wanted, self.now))
        elif rules.apply(self.db, known.id, self.now):
            self.done.append(Step({}, self.now))
            self.undone.clear()

    @rule()
    def undo(self) -> None:
        before = personal(self.db)
        expected = [one for one in list_steps(self.db, self.now) if one.undone_at is None]
        told = undo(self.db, self.now)
        assert bool(told) == bool(self.done) == bool(expected)
        if not told:
            return
        assert told.removeprefix("Undone: ")[1:].startswith(expected[0].sentence[1:-1])
        deed = next((n for n in reversed(range(len(self.done))) if not self.done[n].noticed), None)
        readings = [] if deed is None else self.done[deed + 1 :]
        goes_first = deed is not None and self.done[deed].next_after(readings, self.now)
        self.exchange(self.done.pop(deed if goes_first else -1), self.undone, before)

    @precondition(lambda self: self.undone)
    @rule()
    def redo(self) -> None:
        before = personal(self.db)
        assert redo(self.db, self.now) is not None
        again = self.undone.pop()
        again.at, again.noticed = self.now, False
        self.exchange(again, self.done, before)

    def exchange(self, step: Step, pile: list[Step], before: dict[Cell, Any]) -> None:
        assert personal(self.db) == put(step.cells, before)
        step.cells = {cell: before.get(cell) for cell in step.cells}
        pile.append(step)

    @invariant()
    def counts_are_those_of_what_is_found(self) -> None:
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

    @invariant()
    def what_rules_hide_follows_from_what_they_caught(self) -> None:
        for effect, column, but in (("mute", "muted_by", rule_flags.KEPT_VISIBLE), ("highlight", "lit_by", 0)):
            stands = "SELECT id FROM rule WHERE effect = ? AND NOT off"
            caught = f"SELECT article_id FROM caught WHERE at IS NOT NULL AND rule_id IN ({stands})"
            refused = "SELECT article_id FROM state WHERE refused & ?"
            expected = self.db.execute(f"{caught} EXCEPT {refused}", (effect, but)).fetchall()
            kept = self.db.execute(f"SELECT article_id FROM state WHERE {column} IS NOT NULL").fetchall()
            assert sorted(kept) == sorted(set(expected))


DoingAndUndoing.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestDoingAndUndoing = DoingAndUndoing.TestCase
