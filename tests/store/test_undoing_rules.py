"""Rules of every kind, caps and ends among all else that is done: undo and redo lead exactly there and back."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.model import EFFECTS, Entry, NewSource, Rule
from roya_tui.store import rules
from roya_tui.store.articles import ingestion, search_index
from roya_tui.store.connection import StoreError
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.schema.tally import TALLY_MISMATCHES
from roya_tui.store.search import saved_searches
from roya_tui.store.sources import folders, subscriptions
from roya_tui.store.user_data import article_state, rule_flags, stories, tags
from roya_tui.store.user_data.journal import redo, undo

NOW = 10_000_000
DAY = 86_400

Step = Callable[[sqlite3.Connection, int], object]

PERSONAL = (
    "SELECT * FROM state ORDER BY 1",
    "SELECT * FROM article_tag ORDER BY 1, 2",
    "SELECT * FROM caught ORDER BY 1, 2",
    "SELECT * FROM rule ORDER BY 1",
    "SELECT * FROM tag_alias ORDER BY 1",
    "SELECT * FROM saved_feed ORDER BY 1",
    "SELECT id, name, folder, interval, paused, per_day FROM source WHERE removed_at IS NULL ORDER BY 1",
    "SELECT * FROM tally WHERE total OR unread ORDER BY 1, 2",
)


def everything(db: sqlite3.Connection) -> list[object]:
    return [db.execute(one).fetchall() for one in PERSONAL]


def refresh(db: sqlite3.Connection, now: int, source: int, text: str) -> None:
    entries = [Entry(guid=f"{n}", title=f"Title {n}", tags=("feed",), content=f"{text} {now}") for n in range(4)]
    ingestion.save(db, source, None, [ingestion.prepare(entry) for entry in entries], now, index=search_index.enqueue)
    search_index.index_queue(db)


def on_one(all_of: Callable[..., list[Any]], act: Callable[..., object]) -> Callable[..., Step]:
    """What is done to the one at a place, where there is one."""

    def step(place: int, *args: object) -> Step:
        def run(db: sqlite3.Connection, now: int) -> None:
            known = all_of(db, now)
            if known:
                act(db, known[place % len(known)], *args, now)

        return run

    return step


on_rule = partial(on_one, rules.list_all)
on_feed = partial(on_one, saved_searches.list_all)
ids = st.lists(st.integers(1, 12), min_size=1, max_size=6)
maybe = st.sampled_from([None, True, False])
places = st.integers(0, 3)
folder_names = st.sampled_from(["A", "A/B", "a", "C", "C/B"])
feed_names = st.sampled_from(["One", "two"])
ALONE = ("title", "title:1 or title:2", "is:unread", "-is:starred", "tag:feed", "tag:own", "source:1")
NAMING = ("folder:A", "-folder:a/B", "(folder:C or title:2) -source:1", "feed:one", "-feed:two title")
texts = st.sampled_from((*ALONE, *NAMING))
BY_HAND = st.one_of(
    st.builds(lambda i, r, s, h: lambda db, now: article_state.mark(db, i, now, read=r, starred=s, hidden=h),
              ids, maybe, maybe, maybe),
    st.builds(lambda i, name, on: lambda db, now: article_state.edit_tags(db, i, now, **{"add" if on else "remove":
                                                                                         [name]}),
              ids, st.sampled_from(["Feed", "own"]), st.booleans()),
    st.builds(lambda i, note: lambda db, now: article_state.set_note(db, i, note, now), st.integers(1, 12),
              st.sampled_from(["", "a note"])),
    st.builds(lambda i, join: lambda db, now: (stories.group if join else stories.ungroup)(db, i, now),
              ids, st.booleans()),
    st.builds(lambda into: lambda db, now: tags.merge(db, "feed", into, now), st.sampled_from(["own", "new"])),
    st.builds(lambda cap, folder: lambda db, now: subscriptions.change(db, 1, per_day=cap, folder=folder, now=now),
              st.sampled_from([None, 0, 1, 5]), st.sampled_from(["", "A"])),
    st.builds(lambda effect, text, past, term: lambda db, now: rules.add_or_enable(
        db, Rule(0, "One", text, effect, "own" if effect == "tag" else "", term), now, apply_to_existing=past),
        st.sampled_from(EFFECTS), texts, st.booleans(), st.sampled_from([None, DAY])),
    st.builds(on_rule(lambda db, one, now: rules.set_enabled(db, one.id, one.off, now)), places),
    st.builds(on_rule(lambda db, one, now: rules.apply(db, one.id, now)), places),
    st.builds(on_rule(lambda db, one, now: rules.remove(db, one.id, now)), places),
    st.builds(on_rule(lambda db, one, by, now: rules.move(db, one.id, by, now)), places, st.sampled_from([-1, 1])),
    st.builds(on_rule(lambda db, one, text, effect, now: rules.change(
        db, one.id, Rule(one.id, one.name, text, effect, "own", one.term), now)),
        places, texts, st.sampled_from(EFFECTS)),
    st.builds(lambda n, folder: lambda db, now: subscriptions.change(db, n, folder=folder, now=now),
              st.integers(1, 3), folder_names),
    st.builds(lambda old, new: lambda db, now: folders.rename(db, old, new, now), folder_names, folder_names),
    st.builds(lambda folder: lambda db, now: folders.remove(db, folder, now), folder_names),
    st.builds(lambda name, text: lambda db, now: saved_searches.add(db, name, text, now), feed_names, texts),
    st.builds(on_feed(lambda db, one, name, text, now: saved_searches.change(db, one.id, now, name=name, query=text)),
              places, feed_names, texts),
    st.builds(on_feed(lambda db, one, now: saved_searches.remove(db, one.id, now)), places),
    st.builds(lambda n: lambda db, now: subscriptions.remove(db, n, now), st.integers(1, 3)),
)  # fmt: skip
UNDOING = st.sampled_from([undo, redo])
SEEN = st.builds(lambda i: lambda db, now: article_state.mark(db, i, now, read=True, noticed=True), ids)
BY_ITSELF = st.one_of(
    st.builds(lambda source, text: lambda db, now: refresh(db, now, source, text), st.integers(1, 3),
              st.sampled_from(["rain", "snow"])),
    st.just(rule_flags.expire),
    SEEN,
)  # fmt: skip


def do(db: sqlite3.Connection, steps: list[Step], later: int) -> int:
    now = NOW
    for step in steps:
        now += later
        with suppress(StoreError):  # what cannot be done is left as it is
            step(db, now)
        assert db.execute(TALLY_MISMATCHES).fetchone() is None
    return now


def all_the_way(db: sqlite3.Connection, back: Callable[..., str | None], now: int) -> None:
    while back(db, now) is not None:
        pass


def filled() -> tuple[sqlite3.Connection, tempfile.TemporaryDirectory[str]]:
    folder = tempfile.TemporaryDirectory()
    db = open_store(Path(folder.name) / "news.db")
    for n in range(3):
        subscriptions.add(db, NewSource(f"https://{n}.example/rss"), NOW)
        refresh(db, NOW, n + 1, "first")
    return db, folder


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(BY_HAND, SEEN, UNDOING), max_size=20))
def test_all_undone_is_as_if_nothing_was_done(steps: list[Step]) -> None:
    db, folder = filled()
    with folder:
        all_the_way(db, undo, NOW)
        before = everything(db)
        now = do(db, steps, 60)
        after = everything(db)
        undone = 0
        while undo(db, now) is not None:
            undone += 1
        assert everything(db) == before
        for _ in range(undone):
            redo(db, now)
        assert everything(db) == after
        assert find_problems(db) == []
        db.close()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(BY_HAND, BY_HAND, UNDOING, BY_ITSELF), max_size=25), st.sampled_from([1, 700, DAY]))
def test_whatever_comes_in_between_undo_and_redo_lead_there_and_back(steps: list[Step], later: int) -> None:
    db, folder = filled()
    with folder:
        now = do(db, steps, later)
        there = everything(db)
        undone = 0
        while undo(db, now) is not None:
            undone += 1
            assert db.execute(TALLY_MISMATCHES).fetchone() is None
        for _ in range(undone):
            assert redo(db, now) is not None
        assert everything(db) == there
        assert find_problems(db) == []
        db.close()
