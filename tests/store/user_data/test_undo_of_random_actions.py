"""Random actions, rules among them: undo and redo restore each row."""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
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
from roya_tui.store.search import saved_searches
from roya_tui.store.sources import folders, subscriptions
from roya_tui.store.tally import TALLY_MISMATCHES
from roya_tui.store.user_data import article_state, rule_flags, stories, tags
from roya_tui.store.user_data.journal import redo, undo

NOW = 10_000_000
DAY = 86_400

Step = Callable[[sqlite3.Connection, int], object]

TABLES = (
    "SELECT * FROM state ORDER BY 1", "SELECT * FROM article_tag ORDER BY 1, 2",
    "SELECT * FROM caught ORDER BY 1, 2", "SELECT * FROM rule ORDER BY 1", "SELECT * FROM tag_alias ORDER BY 1",
    "SELECT * FROM saved_feed ORDER BY 1",
    "SELECT id, name, folder, interval, paused, per_day FROM source WHERE removed_at IS NULL ORDER BY 1",
    "SELECT * FROM tally WHERE total OR unread ORDER BY 1, 2",
)  # fmt: skip


def rows(db: sqlite3.Connection) -> list[object]:
    return [db.execute(one).fetchall() for one in TABLES]


def refresh(db: sqlite3.Connection, now: int, source: int, text: str) -> None:
    entries = [Entry(guid=f"{n}", title=f"Title {n}", tags=("feed",), content=f"{text} {now}") for n in range(4)]
    ingestion.save(db, source, None, [ingestion.prepare(entry) for entry in entries], now, index=search_index.enqueue)
    search_index.index_queue(db)


def on_item(list_all: Callable[..., list[Any]], act: Callable[..., object]) -> Callable[..., Step]:
    """Return a step that acts on the item at a position, if there are items."""

    def step(position: int, *args: object) -> Step:
        def run(db: sqlite3.Connection, now: int) -> None:
            existing = list_all(db, now)
            if existing:
                act(db, existing[position % len(existing)], *args, now)

        return run

    return step


on_rule = partial(on_item, rules.list_all)
on_saved_search = partial(on_item, saved_searches.list_all)
ids = st.lists(st.integers(1, 12), min_size=1, max_size=6)
maybe = st.sampled_from([None, True, False])
positions = st.integers(0, 3)
folder_names = st.sampled_from(["A", "A/B", "a", "C", "C/B"])
saved_search_names = st.sampled_from(["One", "two"])
SELF_CONTAINED = ("title", "title:1 or title:2", "is:unread", "-is:starred", "tag:feed", "tag:own", "source:1")
REFERRING = ("folder:A", "-folder:a/B", "(folder:C or title:2) -source:1", "search:one", "-search:two title")
queries = st.sampled_from((*SELF_CONTAINED, *REFERRING))
ACTIONS = st.one_of(
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
        st.sampled_from(EFFECTS), queries, st.booleans(), st.sampled_from([None, DAY])),
    st.builds(on_rule(lambda db, one, now: rules.set_enabled(db, one.id, one.off, now)), positions),
    st.builds(on_rule(lambda db, one, now: rules.apply(db, one.id, now)), positions),
    st.builds(on_rule(lambda db, one, now: rules.remove(db, one.id, now)), positions),
    st.builds(on_rule(lambda db, one, by, now: rules.move(db, one.id, by, now)), positions, st.sampled_from([-1, 1])),
    st.builds(on_rule(lambda db, one, text, effect, now: rules.change(
        db, one.id, Rule(one.id, one.name, text, effect, "own", one.term), now)),
        positions, queries, st.sampled_from(EFFECTS)),
    st.builds(lambda n, folder: lambda db, now: subscriptions.change(db, n, folder=folder, now=now),
              st.integers(1, 3), folder_names),
    st.builds(lambda old, new: lambda db, now: folders.rename(db, old, new, now), folder_names, folder_names),
    st.builds(lambda folder: lambda db, now: folders.remove(db, folder, now), folder_names),
    st.builds(lambda name, text: lambda db, now: saved_searches.add(db, name, text, now), saved_search_names, queries),
    st.builds(on_saved_search(lambda db, one, name, text, now: saved_searches.change(
        db, one.id, now, name=name, query=text)),
              positions, saved_search_names, queries),
    st.builds(on_saved_search(lambda db, one, now: saved_searches.remove(db, one.id, now)), positions),
    st.builds(on_saved_search(lambda db, one, by, now: saved_searches.move(db, one.id, by, now)), positions,
              st.sampled_from([-1, 1])),
    st.builds(lambda n: lambda db, now: subscriptions.remove(db, n, now), st.integers(1, 3)),
    st.builds(lambda numbers, folder: lambda db, now: subscriptions.add_all(
        db, [NewSource(f"https://{n}.example/rss", folder=folder, sample=n == 1) for n in numbers], now),
        st.lists(st.integers(0, 4), max_size=3), st.sampled_from(["", "New"])),
    st.just(subscriptions.remove_samples),
    st.builds(lambda name: lambda db, now: tags.unmerge(db, name, now), st.sampled_from(["own", "new"])),
    st.builds(lambda i, on: lambda db, now: article_state.edit_tags(db, i, now, add=sorted(on), remove=["own"]),
              ids, st.sets(st.sampled_from(["Feed", "other"]))),
)  # fmt: skip
UNDOING = st.sampled_from([undo, redo])
READING = st.builds(lambda i: lambda db, now: article_state.mark(db, i, now, read=True, noticed=True), ids)
BACKGROUND = st.one_of(
    st.builds(lambda source, text: lambda db, now: refresh(db, now, source, text), st.integers(1, 3),
              st.sampled_from(["rain", "snow"])),
    st.just(rule_flags.expire),
    st.builds(lambda i, position: lambda db, now: article_state.set_position(db, i, position), st.integers(1, 12),
              positions),
    READING,
)  # fmt: skip


def perform(db: sqlite3.Connection, steps: list[Step], seconds: int) -> int:
    now = NOW
    for step in steps:
        now += seconds
        with suppress(StoreError):  # refused actions change nothing
            step(db, now)
        assert db.execute(TALLY_MISMATCHES).fetchone() is None
        assert_hidden_articles_follow_from_matches(db)
    return now


def assert_hidden_articles_follow_from_matches(db: sqlite3.Connection) -> None:
    for effect, column, but in (("mute", "muted_by", rule_flags.KEPT_VISIBLE), ("highlight", "lit_by", 0)):
        rule_ids = "SELECT id FROM rule WHERE effect = ? AND NOT off"
        matches = f"SELECT article_id FROM caught WHERE at IS NOT NULL AND rule_id IN ({rule_ids})"
        refused = "SELECT article_id FROM state WHERE refused & ?"
        expected = db.execute(f"{matches} EXCEPT {refused}", (effect, but)).fetchall()
        flagged = db.execute(f"SELECT article_id FROM state WHERE {column} IS NOT NULL").fetchall()
        assert sorted(flagged) == sorted(set(expected))


def undo_all(db: sqlite3.Connection, now: int) -> int:
    """Undo until nothing is left; return the number of steps."""
    count = 0
    while undo(db, now) is not None:
        count += 1
        assert db.execute(TALLY_MISMATCHES).fetchone() is None
    return count


@contextmanager
def filled_database() -> Iterator[sqlite3.Connection]:
    with tempfile.TemporaryDirectory() as folder, closing(open_store(Path(folder) / "news.db")) as db:
        for n in range(3):
            subscriptions.add(db, NewSource(f"https://{n}.example/rss", sample=n > 0), NOW)
            refresh(db, NOW, n + 1, "first")
        yield db
        assert find_problems(db) == []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(ACTIONS, READING, UNDOING), max_size=20))
def test_undo_and_redo_restore_each_row(steps: list[Step]) -> None:
    with filled_database() as db:
        undo_all(db, NOW)
        before = rows(db)
        now = perform(db, steps, 60)
        after = rows(db)
        count = undo_all(db, now)
        assert rows(db) == before
        for _ in range(count):
            redo(db, now)
        assert rows(db) == after


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(ACTIONS, ACTIONS, UNDOING, BACKGROUND), max_size=25), st.sampled_from([1, 700, DAY]))
def test_undo_and_redo_restore_each_row_with_refreshes_between(steps: list[Step], seconds: int) -> None:
    with filled_database() as db:
        now = perform(db, steps, seconds)
        after = rows(db)
        for _ in range(undo_all(db, now)):
            assert redo(db, now) is not None
        assert rows(db) == after
