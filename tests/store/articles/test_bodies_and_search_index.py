"""The queue of the search index: articles are found once it is processed, whatever happened to them meanwhile."""

import json
import sqlite3
import zlib
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.store.conftest import migrate_from

from roya_tui import query
from roya_tui.model import Enclosure, Entry, Moment, Picture, Source
from roya_tui.store import bodies, cleanup, connection, database
from roya_tui.store.articles import ingestion, lookup, search_index
from roya_tui.store.schema.migrations import MIGRATIONS
from roya_tui.store.search import results

PLAN = Entry(guid="plan", title="Water plan", published=Moment(1_500, ""), content="<p>Forty wells.</p>")
CHANGED = Entry(guid="plan", title="Water plan", published=Moment(1_500, ""), content="<p>Fifty wells.</p>")


def found(db: sqlite3.Connection, text: str) -> list[int]:
    return list(results.find(db, query.parse(text, 9_000), 9_000))


def enqueue(db: sqlite3.Connection, source: Source, *entries: Entry, now: int = 2_000) -> tuple[int, ...]:
    rows = [ingestion.prepare(entry) for entry in entries]
    saved = ingestion.save(db, source.id, None, rows, now, index=search_index.enqueue)
    return saved.new or saved.changed


def queue_length(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT count(*) FROM put_off").fetchone()[0])


def test_queued_article_is_listed_at_once_and_found_once_indexed(db, source, search_is_exact) -> None:
    (id,) = enqueue(db, source, PLAN)
    assert lookup.load_headlines(db, [id])[0].title == "Water plan"
    assert (found(db, "forty"), found(db, "sort:newest")) == ([], [id])
    assert database.find_problems(db) == []
    search_index.index_queue(db)
    assert found(db, "forty") == [id]
    assert search_is_exact(db)
    assert (queue_length(db), database.find_problems(db)) == (0, [])
    before = db.total_changes
    search_index.index_queue(db)
    assert db.total_changes == before


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (lambda db, source, id: enqueue(db, source, CHANGED, now=3_000), "fifty"),
        (lambda db, source, id: ingestion.save(db, source.id, None, [ingestion.prepare(CHANGED)], 3_000), "fifty"),
        (lambda db, source, id: ingestion.save_full_text(db, id, "<p>Fifty names.</p>", [Picture("u")]), "fifty forty"),
        (lambda db, source, id: cleanup.delete_old(db, 9_000), ""),
    ],
    ids=["changes and is queued", "changes and is indexed", "gets its full text", "is deleted"],
)
@pytest.mark.parametrize("indexed_before", [False, True])
def test_index_is_exact_when_a_queued_article(db, source, search_is_exact, happens, words, indexed_before) -> None:
    (id,) = enqueue(db, source, PLAN)
    if indexed_before:
        search_index.index_queue(db)
    happens(db, source, id)
    assert database.find_problems(db) == []
    search_index.index_queue(db)
    assert search_is_exact(db)
    assert found(db, "wells" if words else "plan") == ([id] if words else [])
    assert found(db, words or "forty") == ([id] if words else [])
    assert database.find_problems(db) == []


def test_interrupted_indexing_keeps_the_rest_in_the_queue(path: Path, db: sqlite3.Connection, source: Source) -> None:
    ids = enqueue(db, source, *(Entry(guid=str(n), title=f"Entry number {n}") for n in range(2_500)))
    another = database.open_store(path)
    db.set_progress_handler(lambda: queue_length(another) < 2_500, 500)
    with pytest.raises(connection.StoreError) as interrupted:
        search_index.index_queue(db)
    db.set_progress_handler(None, 0)
    assert queue_length(another) == 2_000, "each batch of 500 is committed"
    assert database.find_problems(another) == []
    search_index.index_queue(another)
    assert len(found(db, "entry number")) == len(ids) == 2_500, f"while {interrupted.value!r} is still referenced"
    assert database.find_problems(db) == []
    another.close()


def test_batches_of_long_articles_are_smaller(db, source, search_is_exact) -> None:
    long = "<p>" + "many words " * 2_000
    ids = enqueue(db, source, *(Entry(guid=str(n), title=f"Long {n}", content=f"{long}{n}") for n in range(12)))
    assert search_index.index_batch(db, 12)
    assert 0 < queue_length(db) < 12, "else a batch would lock out other writers for too long"
    assert database.find_problems(db) == []
    search_index.index_queue(db)
    assert sorted(found(db, "many words")) == sorted(ids)
    assert search_is_exact(db)


@pytest.mark.parametrize(
    "damaged",
    [b"", bytes(100), zlib.compress(b"{}")[:-3], zlib.compress(b"{}"), zlib.compress(b"]"), zlib.compress(b"\xff")],
    ids=["empty", "zeros", "cut", "without words", "no JSON", "no text"],
)
def test_damaged_body_does_not_stop_indexing_of_others(db: sqlite3.Connection, source: Source, damaged: bytes) -> None:
    broken, sound = enqueue(db, source, Entry(guid="1", title="Broken"), Entry(guid="2", title="Sound"))
    db.execute("UPDATE body SET feed = ? WHERE article_id = ?", (damaged, broken))
    search_index.index_queue(db)
    assert (found(db, "sound"), found(db, "broken")) == ([sound], [])
    assert (queue_length(db), database.find_problems(db)) == (0, [])


def test_queue_of_an_earlier_version_is_indexed(path, db, source, search_is_exact) -> None:
    (id,) = enqueue(db, source, PLAN)
    for later_table in ("put_off", "beginnings", "awaited"):
        db.execute(f"DROP TABLE {later_table}")
    db.execute("CREATE TABLE put_off (article_id INTEGER PRIMARY KEY, title TEXT, author TEXT, text TEXT)")
    db.execute("INSERT INTO put_off VALUES (?, 'water plan', '', 'forty wells.')", (id,))
    new_index = next(one for one in MIGRATIONS if "VIRTUAL TABLE beginnings" in str(one.run))
    migrated = migrate_from(db, path, "to_be_told", new_index)
    search_index.index_queue(migrated)
    assert found(migrated, "forty") == [id]
    assert search_is_exact(migrated)
    assert (queue_length(migrated), database.find_problems(migrated)) == (0, [])
    migrated.close()


@pytest.mark.parametrize("library", ["zlib", "isal.isal_zlib"])
def test_index_is_exact_whatever_library_compressed_the_article(
    db, source, search_is_exact, library, monkeypatch
) -> None:
    monkeypatch.setattr(bodies, "load_zlib", lambda: pytest.importorskip(library))
    (id,) = enqueue(db, source, PLAN)
    assert bodies.unpack(db.execute("SELECT feed FROM body").fetchone()[0])["content"] == PLAN.content
    monkeypatch.undo()
    ingestion.save_full_text(db, id, "<p>Fifty names.</p>", [])
    search_index.index_queue(db)
    assert found(db, "forty fifty") == [id]
    assert search_is_exact(db)


_words = st.text(alphabet="ab <>&;é山水火カな東\u3000.１\U0001f600ﺍأـ", max_size=40)


@given(_words, _words, _words)
def test_search_document_follows_from_the_body_exactly(summary: str, content: str, caption: str) -> None:
    entry = Entry(guid="1", summary=summary, content=content, pictures=(Picture("https://one.example/1", caption),))
    packed = bodies.prepare(entry).body
    feed = bodies.unpack(packed)
    assert bodies.decode_search_document(packed, None) == bodies.build_search_document(feed, {})
    assert (feed["summary"], feed["content"]) == (summary, content)


@given(_words)
def test_search_document_stored_by_an_earlier_version_is_returned_exactly(text: str) -> None:
    """That version interrupted it, and folded in ways of its own."""
    feed = bodies.unpack(bodies.prepare(PLAN).body)
    page = bodies.pack({"html": "<p>Page.</p>", "pictures": [], "words": "the page's words"})
    for interrupted, known in (((text,), text), (("", "山水 1"), " 山 水  1"), ((text, ""), text)):
        packed = bodies.pack(feed | {"indexed": ["title", "author", *interrupted]})
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
def test_search_document_stays_as_it_is(entry: Entry, text: str) -> None:
    """The index deletes an article only by the exact text that it indexed. To change it, add a migration."""
    row = bodies.prepare(entry, with_search_document=True)
    assert bodies.decode_search_document(row.body, None) == row.search_document
    assert bodies.decode_search_document(row.body, None).text == text
    page = bodies.pack_page(entry.content, [])
    assert bodies.decode_search_document(page, None) == ("", "", ""), "it is not the body of a feed"
    if entry.content and not entry.pictures:
        assert bodies.fold_page_text(bodies.unpack(page)) == text


def store_search_documents(db: sqlite3.Connection) -> None:
    """Rewrite bodies and pages as an earlier version did: with their search document, and without a dictionary."""
    for id, packed, page in db.execute("SELECT article_id, feed, page FROM body").fetchall():
        parts = [bodies.unpack(packed) | {"indexed": bodies.decode_search_document(packed, None)}, None]
        if page is not None:
            full = bodies.unpack_page(page)
            parts[1] = full | {"words": bodies.fold_page_text(full)}
        old = [part and zlib.compress(json.dumps(part, ensure_ascii=False).encode(), 3) for part in parts]
        db.execute("UPDATE body SET feed = ?, page = ? WHERE article_id = ?", (*old, id))


def test_bodies_of_an_earlier_version_are_searched_and_updated(path, db, source, search_is_exact) -> None:
    texts = ["<p>Forty wells</p>", "<p>東京の話</p>", "<p>أخبار المدينة</p>", "<p>Wells again</p>"]
    entries = [Entry(guid=str(n), title=f"No. {n}", content=text) for n, text in enumerate(texts)]
    wells, tokyo, city, again = enqueue(db, source, *entries)
    search_index.index_queue(db)
    ingestion.save_full_text(db, again, "<p>A whole page</p>", [])
    (later,) = enqueue(db, source, Entry(guid="later", title="Later", content="<p>Late wells</p>"))
    store_search_documents(db)
    db = migrate_from(db, path, "compressed with a dictionary")
    assert database.find_problems(db) == []
    search_index.index_queue(db)
    assert sorted(found(db, "wells")) == sorted([wells, again, later])
    assert (found(db, '"京の"'), found(db, "اخبار"), found(db, "page")) == ([tokyo], [city], [again])
    changed = [replace(entry, content=f"{entry.content}<p>No longer so</p>") for entry in entries[:2]]
    assert len(ingestion.save(db, source.id, None, [*map(ingestion.prepare, changed)], 9_000).changed) == 2
    ingestion.save_full_text(db, again, "<p>Another one</p>", [])
    assert (found(db, "page"), sorted(found(db, "longer"))) == ([], sorted([wells, tokyo]))
    assert search_is_exact(db)
    assert database.find_problems(db) == []
    db.close()


@pytest.mark.parametrize(
    ("enclosures", "url", "states"),
    [
        ([("1.mp3", "audio/mpeg")], "", "audio"),
        ([("1.mp4", "video/mp4")], "", "video"),
        ([("1.mp3", "audio/mpeg"), ("1.mov", "")], "", "audio video"),
        ([("1", "audio"), ("2.mp3?a=1", "application/octet-stream")], "", "audio"),
        ([("1.WEBM#t=1", "")], "", "video"),
        ([("1", "video")], "", "video"),
        ([("1.jpg", "image/jpeg"), ("1.mp3", "image/png"), ("2.mp4", "text/html"), ("mp3", ""), ("1.pdf", "")], "", ""),
        ([], "https://www.youtube.com/watch?v=1", "video"),
        ([], "https://youtu.be/1", "video"),
        ([], "https://vimeo.com/12", "video"),
        ([], "https://www.youtube.com/@wells", ""),
        ([], "https://a.example/?u=https://youtu.be/1", ""),
    ],
)
def test_recordings_are_found_by_type_else_by_name(db, put, enclosures, url: str, states: str) -> None:
    files = tuple(Enclosure(f"https://a.example/{name}", kind) for name, kind in enclosures)
    put(Entry(guid="1", url=url), Entry(guid="2"))
    put(Entry(guid="1", url=url, enclosures=files), Entry(guid="2"), now=3_000)
    assert [state for state in ("audio", "video") if found(db, f"is:{state}")] == states.split()


def test_recordings_in_articles_of_an_earlier_version_are_found(path, db, source, put) -> None:
    song = (Enclosure("https://a.example/1.mp3"),)
    put(*(Entry(guid=str(n), title=f"Song {n}", enclosures=song * (n % 2)) for n in range(6)))
    heard, broken = found(db, "is:audio"), found(db, "title:song")[0]
    db.execute("UPDATE body SET feed = x'00' WHERE article_id = ?", (broken,))
    db.execute("DROP INDEX article_media")
    db.execute("ALTER TABLE article DROP COLUMN media")
    db = migrate_from(db, path, "article_media")
    put_later = [ingestion.prepare(Entry(guid="later", enclosures=song))]
    (later,) = ingestion.save(db, source.id, None, put_later, 3_000).new
    assert found(db, "is:audio") == [later]
    lengths = []
    while length := search_index.index_batch(db, 4):
        lengths.append(length)
    assert lengths == [4, 2]
    assert set(found(db, "is:audio")) == {later, *heard} - {broken}
    assert search_index.count_queued(db) == 0
    db.close()


def test_body_does_not_repeat_the_indexed_words() -> None:
    chinese = "".join(chr(0x4E00 + n * 7919 % 5_000) for n in range(3_000))
    for text in (chinese, " ".join(f"كلمة{n * 7919 % 5_000}" for n in range(1_000))):
        without = bodies.compress(json.dumps({"content": f"<p>{text}</p>"}, ensure_ascii=False).encode())
        assert len(bodies.prepare(Entry(guid="1", title="山", content=f"<p>{text}</p>")).body) < len(without) + 250


LIBRARIES = [zlib, pytest.importorskip("isal.isal_zlib")]
_markup = st.sampled_from(["<p>", "</p>\\n<p>", "المدينة ", "the well ", "山", '"summary":"', "\0", " من "])
written = st.binary() | st.lists(_markup).map("".join).map(str.encode)


@pytest.mark.parametrize("reader", LIBRARIES)
@pytest.mark.parametrize("writer", LIBRARIES)
@given(written)
def test_body_is_read_by_either_library(writer: ModuleType, reader: ModuleType, written: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bodies, "load_zlib", lambda: writer)
        compressed = bodies.compress(written)
    assert bodies.decompress(compressed, reader) == written


@pytest.mark.parametrize("reader", LIBRARIES)
@given(written)
def test_body_compressed_without_dictionary_is_read(reader: ModuleType, written: bytes) -> None:
    for writer in LIBRARIES:
        assert bodies.decompress(writer.compress(written, 3), reader) == written


@pytest.mark.parametrize("reader", LIBRARIES)
@given(written, st.integers(0, 1_000), st.integers(1, 255))
def test_damaged_body_is_never_read_as_another_text(reader: ModuleType, written, position, other) -> None:
    compressed = bytearray(bodies.compress(written))
    assume(position < len(compressed))
    with pytest.raises(bodies.DamagedError):
        bodies.decompress(bytes(compressed[:position]), reader)
    compressed[position] ^= other
    with suppress(bodies.DamagedError):
        assert bodies.decompress(bytes(compressed), reader) == written


def test_dictionary_is_never_changed_and_makes_short_articles_small() -> None:
    """Existing databases need it: another dictionary gets another number and is added to this one."""
    assert bodies.compress(b"<p>")[2:6].hex() == f"{zlib.adler32(bodies._DICTIONARY):08x}" == "2c57fc57"
    entry = Entry(guid="1", title="Wells", summary="<p>Forty wells are to be dug by the river.</p>")
    assert len(bodies.prepare(entry).body) < 80
