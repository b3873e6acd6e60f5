"""What was done with articles goes to another store, in any order, twice or undone, and nothing of it is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.store.conftest import Put

from roya_tui.model import Entry, Moment, NewSource, Source
from roya_tui.store.articles import ingestion, lookup
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state, journal, stories, transfer

ENTRIES = [Entry(guid=f"{n}", url=f"https://roya.example/{n}", title=f"Story {n}", content=f"{n}") for n in range(6)]
MOVED = [replace(entry, guid=f"another-{entry.guid}") for entry in ENTRIES]
"""The same articles, from a feed that names them anew."""


@pytest.fixture
def done(db: sqlite3.Connection, put: Put) -> list[transfer.ArticleMarks]:
    """What a busy person did with six articles."""
    ids = put(*ENTRIES).new[::-1]
    by_guid = {lookup.load_article(db, id).guid: id for id in ids}  # type: ignore[union-attr]
    article_state.mark(db, [by_guid["0"], by_guid["1"]], 3_000, read=True)
    article_state.mark(db, [by_guid["1"]], 3_001, starred=True)
    article_state.mark(db, [by_guid["2"]], 3_002, hidden=True)
    article_state.set_note(db, by_guid["3"], "To keep.\nبئر", 3_003)
    article_state.set_position(db, by_guid["3"], 7)
    article_state.edit_tags(db, [by_guid["3"], by_guid["4"]], 3_004, add=("Wells", "ماء"))
    stories.group(db, [by_guid["4"], by_guid["5"]], 3_005)
    put(replace(ENTRIES[0], content="Zero, changed"), now=3_006)
    return list(transfer.export_marks(db))


@pytest.fixture
def other(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_store(tmp_path / "other.db")) as db:
        yield db


def subscribe(db: sqlite3.Connection, url: str = "https://roya.example/rss") -> Source:
    return subscriptions.add(db, NewSource(url), 4_000)


def come(db: sqlite3.Connection, source: Source, entries: list[Entry] = ENTRIES) -> None:
    changed = [replace(entries[0], content="Zero, changed"), *entries[1:]]
    ingestion.save(db, source.id, None, [ingestion.prepare(entry) for entry in changed], 5_000)


def seen(db: sqlite3.Connection) -> dict[str, tuple[object, ...]]:
    """What one sees of each article that something was done with, by its title."""
    found = {}
    for (id,) in db.execute("SELECT id FROM article ORDER BY id").fetchall():
        article = lookup.load_article(db, id)
        assert article is not None
        shown = article.headline
        facts = (shown.unread, shown.changed, shown.starred, shown.hidden, article.note, article.position)
        found[shown.title] = (*facts, sorted(article.own_tags), shown.tellings)
    return found


BEFORE_THEY_COME, AFTER = ("subscribe", "carry", "come"), ("subscribe", "come", "carry")


@pytest.mark.parametrize("entries", [ENTRIES, MOVED], ids=["the same guids", "the same addresses"])
@pytest.mark.parametrize(
    "steps",
    [
        AFTER,
        BEFORE_THEY_COME,
        ("carry", "subscribe", "come"),
        ("carry", "subscribe", "carry", "come", "carry"),
        ("subscribe", "come", "carry", "carry", "come"),
    ],
    ids=" ".join,
)
def test_all_of_it_arrives_in_any_order(
    db: sqlite3.Connection,
    other: sqlite3.Connection,
    done: list[transfer.ArticleMarks],
    steps: tuple[str, ...],
    entries: list[Entry],
) -> None:
    for step in steps:
        if step == "carry":
            transfer.import_marks(other, done, 6_000)
        elif step == "subscribe":
            source = subscribe(other)
        else:
            come(other, source, entries)
    assert seen(other) == seen(db)
    assert seen(other)["Story 0"][:2] == (False, True), "read, and changed since"
    assert other.execute("SELECT count(*) FROM awaited").fetchone() == (0,)


def test_a_second_time_changes_nothing_and_is_no_step(
    other: sqlite3.Connection, done: list[transfer.ArticleMarks]
) -> None:
    come(other, subscribe(other))
    assert transfer.import_marks(other, done, 6_000) == (6, 0)
    steps = other.execute("SELECT count(*) FROM journal").fetchone()
    assert transfer.import_marks(other, done, 6_001) == (0, 0)
    assert other.execute("SELECT count(*) FROM journal").fetchone() == steps


def test_what_was_done_here_stays(other: sqlite3.Connection, done: list[transfer.ArticleMarks]) -> None:
    come(other, subscribe(other))
    (id,) = other.execute("SELECT id FROM article WHERE guid = '3'").fetchone()
    article_state.set_note(other, id, "Mine.", 5_500)
    article_state.mark(other, [id], 5_501, read=True, starred=True)
    article_state.edit_tags(other, [id], 5_502, add=("own",))
    for _ in range(2):
        transfer.import_marks(other, done, 6_000)
    article = lookup.load_article(other, id)
    assert article is not None
    assert article.note == "Mine.\nTo keep.\nبئر"
    assert (article.headline.unread, article.headline.starred) == (False, True)
    assert sorted(article.own_tags) == sorted(("own", "Wells", "ماء"))


@pytest.mark.parametrize("steps", [BEFORE_THEY_COME, AFTER], ids=" ".join)
def test_undo_takes_it_back_and_redo_brings_it_again(
    other: sqlite3.Connection, done: list[transfer.ArticleMarks], steps: tuple[str, ...]
) -> None:
    source = subscribe(other)
    untouched: dict[str, tuple[object, ...]] = {}
    for step in steps[1:]:
        if step == "carry":
            transfer.import_marks(other, done, 6_000)
        else:
            come(other, source)
            if steps == AFTER:
                untouched = seen(other)
    all_done = seen(other)
    said = journal.undo(other, 6_001)
    assert said is not None
    assert said.startswith("Undone: took over what you did")
    assert not any(facts[2] or facts[4] for facts in seen(other).values())
    if untouched:
        assert seen(other) == untouched
    journal.redo(other, 6_002)
    assert seen(other) == all_done


def test_what_is_awaited_goes_on_to_a_third_store_and_is_taken_back(
    db: sqlite3.Connection, other: sqlite3.Connection, done: list[transfer.ArticleMarks], tmp_path: Path
) -> None:
    assert transfer.import_marks(other, done, 6_000) == (0, 6)
    with closing(open_store(tmp_path / "third.db")) as third:
        come(third, subscribe(third))
        transfer.import_marks(third, transfer.export_marks(other), 7_000)
        assert seen(third) == seen(db)
    journal.undo(other, 6_001)
    assert list(transfer.export_marks(other)) == []
    journal.redo(other, 6_002)
    assert len(list(transfer.export_marks(other))) == 6


def test_arriving_leaves_what_was_undone_to_be_redone(
    other: sqlite3.Connection, done: list[transfer.ArticleMarks]
) -> None:
    source = subscribe(other)
    ingestion.save(other, source.id, None, [ingestion.prepare(Entry(guid="x", title="Another"))], 4_500)
    transfer.import_marks(other, done, 6_000)
    (id,) = other.execute("SELECT id FROM article").fetchone()
    article_state.mark(other, [id], 6_001, starred=True)
    journal.undo(other, 6_002)
    come(other, source)
    assert (journal.redo(other, 6_003) or "").startswith("Redone: starred “Another”")


def test_credentials_in_an_address_do_not_keep_it_apart(
    other: sqlite3.Connection, done: list[transfer.ArticleMarks]
) -> None:
    source = subscribe(other, "https://me:secret@roya.example/rss")
    transfer.import_marks(other, done, 6_000)
    come(other, source)
    assert seen(other)["Story 1"][2] is True
    assert "secret" not in repr(list(transfer.export_marks(other)))


def test_a_tag_that_stands_under_another_one_arrives_there(
    other: sqlite3.Connection, done: list[transfer.ArticleMarks]
) -> None:
    from roya_tui.store.user_data import tags

    tags.add_aliases(other, [("Wells", "Water")], 4_000)
    come(other, subscribe(other))
    transfer.import_marks(other, done, 6_000)
    assert "Water" in tags.list_by_use(other)
    assert "Wells" not in tags.list_by_use(other)


def test_the_samples_stay_where_they_are(db: sqlite3.Connection) -> None:
    sample = subscriptions.add(db, NewSource("https://sample.example/rss", sample=True), 1_000)
    new = ingestion.save(db, sample.id, None, [ingestion.prepare(ENTRIES[0])], 2_000).new
    article_state.mark(db, new, 3_000, starred=True)
    assert list(transfer.export_marks(db)) == []


@pytest.mark.parametrize(("updated", "changed"), [(None, False), (2_500, False), (3_500, True)])
def test_a_version_that_the_feed_calls_later_is_not_the_one_that_was_read(
    db: sqlite3.Connection, other: sqlite3.Connection, put: Put, updated: int | None, changed: bool
) -> None:
    (id,) = put(Entry(guid="x", title="Wells", content="Forty")).new
    article_state.mark(db, [id], 3_000, read=True)
    transfer.import_marks(other, transfer.export_marks(db), 6_000)
    here = Entry(guid="x", title="Wells", content="Forty, or so", updated=Moment(updated))
    (there,) = ingestion.save(other, subscribe(other).id, None, [ingestion.prepare(here)], 5_000).new
    [headline] = lookup.load_headlines(other, [there])
    assert (headline.unread, headline.changed) == (False, changed)
