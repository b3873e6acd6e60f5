"""What search is told later: found as soon as someone catches up, whatever happened to the article meanwhile."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.store.conftest import SearchIsExact

from roya_tui import query
from roya_tui.model import Entry, Moment, Picture, Source
from roya_tui.store import bodies, cleanup, connection, database
from roya_tui.store.articles import ingestion, lookup, search_index
from roya_tui.store.schema.migrations import MIGRATIONS
from roya_tui.store.search import results

PLAN = Entry(guid="plan", title="Water plan", published=Moment(1_500, ""), content="<p>Forty wells.</p>")
CHANGED = Entry(guid="plan", title="Water plan", published=Moment(1_500, ""), content="<p>Fifty wells.</p>")


def found(db: sqlite3.Connection, text: str) -> list[int]:
    return list(results.find(db, query.parse(text, 9_000), 9_000))


def put_off(db: sqlite3.Connection, source: Source, *entries: Entry, now: int = 2_000) -> tuple[int, ...]:
    rows = [ingestion.prepare(entry) for entry in entries]
    saved = ingestion.save(db, source.id, None, rows, now, index=search_index.enqueue)
    return saved.new or saved.changed


def waiting(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT count(*) FROM put_off").fetchone()[0])


def test_it_is_read_at_once_and_found_when_someone_catches_up(
    db: sqlite3.Connection, source: Source, search_is_exact: SearchIsExact
) -> None:
    (id,) = put_off(db, source, PLAN)
    assert lookup.load_headlines(db, [id])[0].title == "Water plan"
    assert (found(db, "forty"), found(db, "sort:newest")) == ([], [id])
    assert database.find_problems(db) == []
    search_index.index_queue(db)
    assert found(db, "forty") == [id]
    assert search_is_exact(db)
    assert (waiting(db), database.find_problems(db)) == (0, [])
    before = db.total_changes
    search_index.index_queue(db)
    assert db.total_changes == before, "there is nothing left to do"


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (lambda db, source, id: put_off(db, source, CHANGED, now=3_000), "fifty"),
        (lambda db, source, id: ingestion.save(db, source.id, None, [ingestion.prepare(CHANGED)], 3_000), "fifty"),
        (lambda db, source, id: ingestion.save_full_text(db, id, "<p>Fifty names.</p>", [Picture("u")]), "fifty forty"),
        (lambda db, source, id: cleanup.delete_old(db, 9_000), ""),
    ],
    ids=["changes again", "changes and is told", "has its full text", "is forgotten"],
)
@pytest.mark.parametrize("caught_up", [False, True])
def test_whatever_happens_meanwhile_search_knows_what_is_there(
    db: sqlite3.Connection,
    source: Source,
    search_is_exact: SearchIsExact,
    happens: Callable[[sqlite3.Connection, Source, int], object],
    words: str,
    caught_up: bool,
) -> None:
    (id,) = put_off(db, source, PLAN)
    if caught_up:
        search_index.index_queue(db)
    happens(db, source, id)
    assert database.find_problems(db) == []
    search_index.index_queue(db)
    assert search_is_exact(db)
    assert found(db, "wells" if words else "plan") == ([id] if words else [])
    assert found(db, words or "forty") == ([id] if words else [])
    assert database.find_problems(db) == []


def test_what_is_broken_off_stays_put_off(path: Path, db: sqlite3.Connection, source: Source) -> None:
    ids = put_off(db, source, *(Entry(guid=str(n), title=f"Entry number {n}") for n in range(2_500)))
    another = database.open_store(path)
    db.set_progress_handler(lambda: waiting(another) < 2_500, 500)
    with pytest.raises(connection.StoreError) as kept:
        search_index.index_queue(db)
    db.set_progress_handler(None, 0)
    assert waiting(another) == 2_000, "five hundred are told at once, and stay told"
    assert database.find_problems(another) == []
    search_index.index_queue(another)
    assert len(found(db, "entry number")) == len(ids) == 2_500, f"it is seen while {kept.value} is at hand, too"
    assert database.find_problems(db) == []
    another.close()


def test_of_long_articles_fewer_are_told_at_once(
    db: sqlite3.Connection, source: Source, search_is_exact: SearchIsExact
) -> None:
    long = "<p>" + "many words " * 2_000
    ids = put_off(db, source, *(Entry(guid=str(n), title=f"Long {n}", content=f"{long}{n}") for n in range(12)))
    assert search_index.index_batch(db, 12)
    assert 0 < waiting(db) < 12, "else nobody could write for as long as search takes for millions of words"
    assert database.find_problems(db) == []
    search_index.index_queue(db)
    assert sorted(found(db, "many words")) == sorted(ids)
    assert search_is_exact(db)


@pytest.mark.parametrize(
    "damaged",
    [b"", bytes(100), zlib.compress(b"{}")[:-3], zlib.compress(b"{}"), zlib.compress(b"]"), zlib.compress(b"\xff")],
    ids=["empty", "zeros", "cut", "without words", "no JSON", "no text"],
)
def test_a_damaged_body_keeps_search_from_no_other(db: sqlite3.Connection, source: Source, damaged: bytes) -> None:
    broken, sound = put_off(db, source, Entry(guid="1", title="Broken"), Entry(guid="2", title="Sound"))
    db.execute("UPDATE body SET feed = ? WHERE article_id = ?", (damaged, broken))
    search_index.index_queue(db)
    assert (found(db, "sound"), found(db, "broken")) == ([sound], [])
    assert (waiting(db), database.find_problems(db)) == (0, [])


def test_what_an_earlier_version_put_off_word_for_word_is_told(
    path: Path, db: sqlite3.Connection, source: Source, search_is_exact: SearchIsExact
) -> None:
    (id,) = put_off(db, source, PLAN)
    for later_made in ("put_off", "beginnings", "awaited"):
        db.execute(f"DROP TABLE {later_made}")
    db.execute("CREATE TABLE put_off (article_id INTEGER PRIMARY KEY, title TEXT, author TEXT, text TEXT)")
    db.execute("INSERT INTO put_off VALUES (?, 'water plan', '', 'forty wells.')", (id,))
    version = next(n for n, one in enumerate(MIGRATIONS) if "to_be_told" in str(one.run))
    db.execute(f"PRAGMA user_version = {version}")
    db.close()
    search_anew = next(one for one in MIGRATIONS if "VIRTUAL TABLE beginnings" in str(one.run))
    later = database.open_store(path, migrations=[*MIGRATIONS[: version + 1], search_anew])
    search_index.index_queue(later)
    assert found(later, "forty") == [id]
    assert search_is_exact(later)
    assert (waiting(later), database.find_problems(later)) == (0, [])
    later.close()


@pytest.mark.parametrize("packer", ["zlib", "isal.isal_zlib"])
def test_search_is_told_the_same_whatever_packed_the_article(
    db: sqlite3.Connection,
    source: Source,
    search_is_exact: SearchIsExact,
    packer: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bodies, "load_zlib", lambda: pytest.importorskip(packer))
    (id,) = put_off(db, source, PLAN)
    assert bodies.unpack(db.execute("SELECT feed FROM body").fetchone()[0])["content"] == PLAN.content
    monkeypatch.undo()
    ingestion.save_full_text(db, id, "<p>Fifty names.</p>", [])
    search_index.index_queue(db)
    assert found(db, "forty fifty") == [id]
    assert search_is_exact(db)


_words = st.text(alphabet="ab <>&;é山水火カな東\u3000.１\U0001f600ﺍأـ", max_size=40)


@given(_words, _words, _words)
def test_what_search_is_told_follows_from_the_body_to_the_letter(summary: str, content: str, caption: str) -> None:
    entry = Entry(guid="1", summary=summary, content=content, pictures=(Picture("https://one.example/1", caption),))
    packed = bodies.prepare(entry).body
    feed = bodies.unpack(packed)
    assert bodies.decode_search_document(packed, None) == bodies.build_search_document(feed, {})
    assert (feed["summary"], feed["content"]) == (summary, content)


@given(_words)
def test_what_search_was_told_by_an_earlier_version_comes_back_to_the_letter(text: str) -> None:
    """That version kept it, and folded in ways of its own."""
    feed = bodies.unpack(bodies.prepare(PLAN).body)
    page = bodies.pack({"html": "<p>Page.</p>", "pictures": [], "words": "the page's words"})
    for kept, known in (((text,), text), (("", "山水 1"), " 山 水  1"), ((text, ""), text)):
        packed = bodies.pack(feed | {"indexed": ["title", "author", *kept]})
        assert (
            bodies.decode_search_document(packed, None)
            == bodies.build_search_document(bodies.unpack(packed), {})
            == ("title", "author", known)
        )
        assert bodies.decode_search_document(packed, page).text == f"{known} the page's words"


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (Entry(content="<p>Caf&eacute; &amp; <b>Bar</b></p><!-- no --><p>Straße</p>"), "cafe & bar strasse"),
        (Entry(summary="Only a <i>summary</i>"), "only a summary"),
        (Entry(summary="Begins", content="<p>Begins here</p>"), "begins here"),
        (Entry(summary="Before", content="<p>Text</p>", pictures=(Picture("u", "A Quay"),)), "before text a quay"),
        (Entry(content="<p>أُخْبِرَ الجريدة ١٢</p>"), "اخبر الجريده 12"),
        (Entry(content="<p>東京の話ABC</p>"), " 東 京 の 話 abc"),
    ],
)
def test_search_is_told_what_the_last_version_told_it(entry: Entry, text: str) -> None:
    """What follows from a body must not change by itself: search forgets only what it is told as it was told it.

    Where this has to change, a migration lets search learn all articles anew.
    """
    row = bodies.prepare(entry, with_search_document=True)
    assert bodies.decode_search_document(row.body, None) == row.search_document
    assert bodies.decode_search_document(row.body, None).text == text
    page = bodies.pack_page(entry.content, [])
    assert bodies.decode_search_document(page, None) == ("", "", ""), "which is no body of a feed"
    if entry.content and not entry.pictures:
        assert bodies.fold_page_text(bodies.unpack(page)) == text


def as_kept_before(db: sqlite3.Connection) -> None:
    """Let bodies and pages say what search was told of them, packed as they were in an earlier version."""
    for id, packed, page in db.execute("SELECT article_id, feed, page FROM body").fetchall():
        kept = [bodies.unpack(packed) | {"indexed": bodies.decode_search_document(packed, None)}, None]
        if page is not None:
            full = bodies.unpack_page(page)
            kept[1] = full | {"words": bodies.fold_page_text(full)}
        packed_so = [wide and zlib.compress(json.dumps(wide, ensure_ascii=False).encode(), 3) for wide in kept]
        db.execute("UPDATE body SET feed = ?, page = ? WHERE article_id = ?", (*packed_so, id))


def test_a_store_whose_bodies_say_what_search_was_told_goes_on(
    path: Path, db: sqlite3.Connection, source: Source, search_is_exact: SearchIsExact
) -> None:
    texts = ["<p>Forty wells</p>", "<p>東京の話</p>", "<p>أخبار المدينة</p>", "<p>Wells again</p>"]
    entries = [Entry(guid=str(n), title=f"No. {n}", content=text) for n, text in enumerate(texts)]
    wells, tokyo, city, again = put_off(db, source, *entries)
    search_index.index_queue(db)
    ingestion.save_full_text(db, again, "<p>A whole page</p>", [])
    (later,) = put_off(db, source, Entry(guid="later", title="Later", content="<p>Late wells</p>"))
    as_kept_before(db)
    version = next(n for n, one in enumerate(MIGRATIONS) if "compressed with a dictionary" in str(one.run))
    db.execute(f"PRAGMA user_version = {version}")
    db.close()
    later_on = database.open_store(path, migrations=MIGRATIONS[: version + 1])
    assert database.find_problems(later_on) == []
    search_index.index_queue(later_on)
    assert sorted(found(later_on, "wells")) == sorted([wells, again, later])
    assert (found(later_on, '"京の"'), found(later_on, "اخبار"), found(later_on, "page")) == ([tokyo], [city], [again])
    changed = [replace(entry, content=f"{entry.content}<p>No longer so</p>") for entry in entries[:2]]
    assert len(ingestion.save(later_on, source.id, None, [*map(ingestion.prepare, changed)], 9_000).changed) == 2
    ingestion.save_full_text(later_on, again, "<p>Another one</p>", [])
    assert (found(later_on, "page"), sorted(found(later_on, "longer"))) == ([], sorted([wells, tokyo]))
    assert search_is_exact(later_on)
    assert database.find_problems(later_on) == []
    later_on.close()


def test_an_article_takes_no_more_room_for_being_found() -> None:
    """Of the words that search knows, none stands in the body a second time."""
    chinese = "".join(chr(0x4E00 + n * 7919 % 5_000) for n in range(3_000))
    for text in (chinese, " ".join(f"كلمة{n * 7919 % 5_000}" for n in range(1_000))):
        without = bodies.compress(json.dumps({"content": f"<p>{text}</p>"}, ensure_ascii=False).encode())
        assert len(bodies.prepare(Entry(guid="1", title="山", content=f"<p>{text}</p>")).body) < len(without) + 250
