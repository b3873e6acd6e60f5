"""Damaged article bodies: they are reported, fetched again, and harm no other article."""

import sqlite3

import pytest
from tests.store.conftest import Put

from roya_tui import query
from roya_tui.model import Entry, Picture
from roya_tui.store import bodies, cleanup, database
from roya_tui.store.articles import damage, ingestion, lookup, offline, saved_pages
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state, journal

WELLS = Entry(guid="wells", title="Forty wells", url="https://roya.example/wells", content="<p>Water for all.</p>")
ROADS = Entry(guid="roads", title="New roads", content="<p>Water on the roads.</p>")


def found(db: sqlite3.Connection, text: str) -> list[int]:
    return list(results.find(db, query.parse(text, 9_000), 9_000))


def damage_body(db: sqlite3.Connection, id: int, column: str = "feed") -> None:
    (packed,) = db.execute(f"SELECT {column} FROM body WHERE article_id = ?", (id,)).fetchone()
    at = len(packed) // 2
    damaged = packed[:at] + bytes([packed[at] ^ 7]) + packed[at + 1 :]
    db.execute(f"UPDATE body SET {column} = ? WHERE article_id = ?", (damaged, id))


@pytest.mark.parametrize("garbage", [b"", b"not compressed", bodies.compress(b"no JSON"), bodies.compress(b'{"a": ')])
def test_article_says_that_it_is_damaged_when_its_body_cannot_be_unpacked(db, put, garbage: bytes) -> None:
    (id,) = put(WELLS).new
    db.execute("UPDATE body SET feed = ? WHERE article_id = ?", (garbage, id))
    article = lookup.load_article(db, id)
    assert (article.headline.title, article.damaged, article.html) == ("Forty wells", True, "")
    assert offline.picture_urls(db, [id]) == {id: ()}
    assert list(offline.iter_picture_urls(db)) == []


def test_find_damaged_checks_all_or_the_newest(db: sqlite3.Connection, put: Put) -> None:
    wells, roads = (put(entry).new[0] for entry in (WELLS, ROADS))
    ingestion.save_full_text(db, roads, "<p>All of the roads.</p>", [])
    assert damage.find_damaged(db) == []
    damage_body(db, wells)
    damage_body(db, roads, "page")
    assert damage.find_damaged(db) == [roads, wells]
    assert damage.find_damaged(db, newest=1) == [roads]
    assert damage.find_damaged(db, source=99) == []


def test_damaged_page_falls_back_to_the_text_of_the_feed(db: sqlite3.Connection, put: Put) -> None:
    (id,) = put(WELLS).new
    ingestion.save_full_text(db, id, "<p>All of it.</p>", [Picture("u")])
    damage_body(db, id, "page")
    article = lookup.load_article(db, id)
    assert (article.html, article.damaged) == ("<p>Water for all.</p>", True)
    ingestion.save_full_text(db, id, "<p>All of it again.</p>", [Picture("u")])
    assert (found(db, "again"), damage.find_damaged(db)) == ([id], [])


def test_next_check_repairs_damaged_articles_and_their_search_index(db, put, source, search_is_exact) -> None:
    (id,) = put(WELLS, ROADS).new[:1]
    db.execute("UPDATE feed SET etag = 'e', modified = 'm', body_hash = 'h'")
    assert not damage.request_refetch(db, source.id)
    assert subscriptions.get(db, source.id).etag == "e"  # type: ignore[union-attr]
    damage_body(db, id)
    assert damage.request_refetch(db, source.id)
    known = subscriptions.get(db, source.id)
    assert (known.etag, known.modified, known.body_hash) == ("", "", "")
    saved = put(WELLS, ROADS, now=3_000)
    assert (saved.new, saved.changed, damage.find_damaged(db)) == ((), (), [])
    assert len(found(db, "water")) == 2
    assert search_is_exact(db)
    assert database.find_problems(db) == []


def test_damaged_text_is_no_version_when_the_article_changes(db, put, source) -> None:
    (id,) = put(WELLS).new
    damage_body(db, id)
    damage.request_refetch(db, source.id)
    put(Entry(guid="wells", title="Fifty wells", content="<p>Rain for all.</p>"), now=3_000)
    assert found(db, "rain") == [id]
    assert lookup.load_versions(db, id) == []
    assert database.find_problems(db) == []


def test_other_articles_are_found_and_deleted_when_one_is_damaged(db: sqlite3.Connection, put: Put) -> None:
    wells, roads = (put(entry).new[0] for entry in (WELLS, ROADS))
    damage_body(db, wells)
    assert set(found(db, "water")) == {roads, wells}
    assert cleanup.delete_old(db, 9_000) == 2
    assert database.find_problems(db) == []


def test_saving_a_page_again_repairs_it(db: sqlite3.Connection) -> None:
    page = ingestion.prepare(WELLS)
    id, _ = saved_pages.save(db, page, 2_000)
    damage_body(db, id)
    assert saved_pages.save(db, page, 3_000) == (id, "same")
    article = lookup.load_article(db, id)
    assert article.html == "<p>Water for all.</p>"


def test_undo_skips_a_damaged_step(db: sqlite3.Connection, put: Put) -> None:
    (id,) = put(WELLS).new
    article_state.mark(db, [id], 3_000, starred=True)
    article_state.mark(db, [id], 4_000, hidden=True)
    db.execute("UPDATE journal SET image = x'00' WHERE id = (SELECT max(id) FROM journal)")
    assert (journal.undo(db, 4_001) or "").startswith("This step cannot be restored, because its record is damaged: H")
    assert (journal.undo(db, 4_002) or "").startswith("Undone: Starred")
    [headline] = lookup.load_headlines(db, [id])
    assert (headline.starred, headline.hidden) == (False, True)
