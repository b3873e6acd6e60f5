"""Marks exported from one database and imported into another."""

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
from roya_tui.store.user_data import article_state, journal, stories, tags, transfer

ENTRIES = [Entry(guid=f"{n}", url=f"https://roya.example/{n}", title=f"Story {n}", content=f"{n}") for n in range(6)]
MOVED = [replace(entry, guid=f"another-{entry.guid}") for entry in ENTRIES]
"""The same articles, from a feed that gives them other GUIDs."""


@pytest.fixture
def exported(db: sqlite3.Connection, put: Put) -> list[transfer.ArticleMarks]:
    """Marks of every kind on six articles."""
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


def save_entries(db: sqlite3.Connection, source: Source, entries: list[Entry] = ENTRIES) -> None:
    changed = [replace(entries[0], content="Zero, changed"), *entries[1:]]
    ingestion.save(db, source.id, None, [ingestion.prepare(entry) for entry in changed], 5_000)


def visible_state(db: sqlite3.Connection) -> dict[str, tuple[object, ...]]:
    """Return what users see of each article, by its title."""
    found = {}
    for (id,) in db.execute("SELECT id FROM article ORDER BY id").fetchall():
        article = lookup.load_article(db, id)
        shown = article.headline
        facts = (shown.unread, shown.changed, shown.starred, shown.hidden, article.note, article.position)
        found[shown.title] = (*facts, sorted(article.own_tags), shown.story_size)
    return found


@pytest.mark.parametrize("entries", [ENTRIES, MOVED], ids=["the same guids", "the same addresses"])
@pytest.mark.parametrize(
    "steps",
    [
        "subscribe save import", "subscribe import save", "import subscribe save",
        "import subscribe import save import", "subscribe save import import save",
    ],
)  # fmt: skip
def test_imported_marks_are_complete_in_any_order(db, other, exported, steps: str, entries: list[Entry]) -> None:
    for step in steps.split():
        if step == "import":
            transfer.import_marks(other, exported, 6_000)
        elif step == "subscribe":
            source = subscribe(other)
        else:
            save_entries(other, source, entries)
    assert visible_state(other) == visible_state(db)
    assert visible_state(other)["Story 0"][:2] == (False, True), "read, and changed since"
    assert other.execute("SELECT count(*) FROM awaited").fetchone() == (0,)


def test_second_import_changes_nothing_and_records_no_step(other, exported) -> None:
    save_entries(other, subscribe(other))
    assert transfer.import_marks(other, exported, 6_000) == (6, 0)
    steps = other.execute("SELECT count(*) FROM journal").fetchone()
    assert transfer.import_marks(other, exported, 6_001) == (0, 0)
    assert other.execute("SELECT count(*) FROM journal").fetchone() == steps


def test_import_merges_with_marks_of_this_database(other, exported) -> None:
    save_entries(other, subscribe(other))
    (id,) = other.execute("SELECT id FROM article WHERE guid = '3'").fetchone()
    article_state.set_note(other, id, "Mine.", 5_500)
    article_state.mark(other, [id], 5_501, read=True, starred=True)
    article_state.edit_tags(other, [id], 5_502, add=("own",))
    for _ in range(2):
        transfer.import_marks(other, exported, 6_000)
    article = lookup.load_article(other, id)
    assert article.note == "Mine.\nTo keep.\nبئر"
    assert (article.headline.unread, article.headline.starred) == (False, True)
    assert sorted(article.own_tags) == sorted(("own", "Wells", "ماء"))


@pytest.mark.parametrize("import_first", [True, False])
def test_import_is_undone_and_redone(other, exported, import_first: bool) -> None:
    source = subscribe(other)
    if import_first:
        transfer.import_marks(other, exported, 6_000)
        save_entries(other, source)
    else:
        save_entries(other, source)
        before = visible_state(other)
        transfer.import_marks(other, exported, 6_000)
    imported = visible_state(other)
    message = journal.undo(other, 6_001)
    assert message.startswith(("Undone: Applied imported marks", "Undone: Imported "))
    assert not any(facts[2] or facts[4] for facts in visible_state(other).values())
    assert import_first or visible_state(other) == before
    journal.redo(other, 6_002)
    assert visible_state(other) == imported


def test_marks_for_missing_articles_are_exported_again_and_undone(db, other, exported, tmp_path) -> None:
    assert transfer.import_marks(other, exported, 6_000) == (0, 6)
    with closing(open_store(tmp_path / "third.db")) as third:
        save_entries(third, subscribe(third))
        transfer.import_marks(third, transfer.export_marks(other), 7_000)
        assert visible_state(third) == visible_state(db)
    journal.undo(other, 6_001)
    assert list(transfer.export_marks(other)) == []
    journal.redo(other, 6_002)
    assert len(list(transfer.export_marks(other))) == 6


def test_redo_is_still_possible_when_awaited_articles_are_saved(other, exported) -> None:
    source = subscribe(other)
    ingestion.save(other, source.id, None, [ingestion.prepare(Entry(guid="x", title="Another"))], 4_500)
    transfer.import_marks(other, exported, 6_000)
    (id,) = other.execute("SELECT id FROM article").fetchone()
    article_state.mark(other, [id], 6_001, starred=True)
    journal.undo(other, 6_002)
    save_entries(other, source)
    assert (journal.redo(other, 6_003) or "").startswith("Redone: Starred “Another”")


def test_import_matches_sources_whatever_credentials_their_address_has(other, exported) -> None:
    source = subscribe(other, "https://me:secret@roya.example/rss")
    transfer.import_marks(other, exported, 6_000)
    save_entries(other, source)
    assert visible_state(other)["Story 1"][2] is True
    assert "secret" not in repr(list(transfer.export_marks(other)))


def test_imported_tags_follow_merged_tags(other, exported) -> None:
    tags.add_aliases(other, [("Wells", "Water")], 4_000)
    save_entries(other, subscribe(other))
    transfer.import_marks(other, exported, 6_000)
    assert "Water" in tags.list_by_use(other)
    assert "Wells" not in tags.list_by_use(other)


def test_export_omits_marks_of_samples(db: sqlite3.Connection) -> None:
    sample = subscriptions.add(db, NewSource("https://sample.example/rss", sample=True), 1_000)
    new = ingestion.save(db, sample.id, None, [ingestion.prepare(ENTRIES[0])], 2_000).new
    article_state.mark(db, new, 3_000, starred=True)
    assert list(transfer.export_marks(db)) == []


@pytest.mark.parametrize(("updated", "changed"), [(None, False), (2_500, False), (3_500, True)])
def test_imported_article_is_changed_when_its_update_is_later_than_the_read_mark(
    db: sqlite3.Connection, other: sqlite3.Connection, put: Put, updated: int | None, changed: bool
) -> None:
    (id,) = put(Entry(guid="x", title="Wells", content="Forty")).new
    article_state.mark(db, [id], 3_000, read=True)
    transfer.import_marks(other, transfer.export_marks(db), 6_000)
    entry = Entry(guid="x", title="Wells", content="Forty, or so", updated=Moment(updated))
    (id,) = ingestion.save(other, subscribe(other).id, None, [ingestion.prepare(entry)], 5_000).new
    [headline] = lookup.load_headlines(other, [id])
    assert (headline.unread, headline.changed) == (False, changed)
