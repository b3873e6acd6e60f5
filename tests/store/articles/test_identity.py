"""What makes an entry the same article as a stored one: its guid, or guid and link where a feed repeats guids."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.store.conftest import Put, migrate_from

from roya_tui.model import Enclosure, Entry, Moment, NewSource, SaveResult
from roya_tui.store import cleanup
from roya_tui.store.articles import ingestion, lookup
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state, journal, transfer
from roya_tui.store.user_data.transfer import ArticleMarks

SITE = "https://paper.example/"


def entry(guid: str, page: str, title: str = "", at: int = 1_000) -> Entry:
    url = page and (page if "://" in page else SITE + page)
    return Entry(guid=guid, url=url, title=title or f"{guid} {page}", published=Moment(at, str(at)))


WELL, DAM = entry("0", "well"), entry("0", "dam")


def count(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT count(*) FROM article").fetchone()[0])


@pytest.mark.parametrize(
    ("first", "second", "articles"),
    [
        ("well", "dam", 2),
        ("news?id=1", "news?id=2", 2),
        ("watch?v=1", "watch?v=2", 2),
        ("topic?t=1", "topic?t=2", 2),
        ("log#monday", "log#tuesday", 2),
        ("http://paper.example/well", "https://other.example/well", 2),
        ("well", "", 1),
        ("well", "well", 1),
        ("well", "http://www.PAPER.example/well/", 1),
        ("well?utm_source=feed", "well?utm_source=site&fbclid=12", 1),
        ("well?id=1", "well?id=1&utm_medium=feed#xtor=RSS-1", 1),
        ("well", "well#:~:text=forty", 1),
        ("well?PHPSESSID=12&id=1", "well?id=1&PHPSESSID=34", 1),
    ],
)
def test_entries_with_one_guid_are_articles_of_their_own_if_their_links_differ(
    db: sqlite3.Connection, put: Put, first: str, second: str, articles: int
) -> None:
    document = entry("0", first, "First"), entry("0", second, "Second")
    assert len(put(*document).new) == articles
    assert put(*document, now=3_000) == SaveResult(same=articles)


def test_changed_link_of_a_unique_guid_stays_one_article(db: sqlite3.Connection, put: Put) -> None:
    put(entry("1", "well"), entry("2", "dam"))
    assert put(entry("1", "well-again"), entry("2", "dam"), now=3_000).new == ()
    assert lookup.load_headlines(db, [1, 2])[1].url == SITE + "well-again"


def test_entries_with_equal_guid_and_link_are_one_article_in_a_source_that_repeats_guids(db, put) -> None:
    put(WELL, DAM)
    assert put(WELL, replace(WELL, title="A well, again", published=Moment(2_000, "later")), now=3_000).new == ()
    assert sorted(line.title for line in lookup.load_headlines(db, [1, 2])) == ["0 dam", "A well, again"]


def test_articles_keep_id_and_marks_when_their_source_begins_to_repeat_guids(db, put) -> None:
    assert put(WELL, entry("7", "plan?utm_source=feed")).new == (2, 1)
    article_state.mark(db, [1, 2], 2_500, starred=True)
    article_state.set_note(db, 1, "Ask the mayor", 2_500)
    assert put(DAM, WELL, entry("7", "plan"), now=3_000).new == (3,)
    assert [(line.id, line.starred, line.noted) for line in lookup.load_headlines(db, [1, 2, 3])] == [
        (1, True, True), (2, True, False), (3, False, False),
    ]  # fmt: skip
    assert put(entry("0", "dam?utm_source=feed"), WELL, now=4_000).new == ()
    assert put(entry("0", "bridge"), now=5_000).new == (4,), "one entry alone, in a source that repeated guids once"
    assert put(entry("0", ""), now=6_000).new == (5,)
    assert put(entry("0", ""), now=7_000).new == ()


def test_deleted_articles_stay_deleted_when_their_source_begins_to_repeat_guids(db, put) -> None:
    old = entry("7", "plan", at=100)
    put(WELL, old)
    assert cleanup.delete_old(db, 5_000) == 2
    assert put(WELL, DAM, old, now=6_000).new == (3,)
    assert lookup.load_headlines(db, [3])[0].title == "0 dam"
    assert cleanup.delete_old(db, 7_000) == 1
    assert put(WELL, DAM, old, now=8_000) == SaveResult()


def test_guids_that_an_earlier_version_deleted_are_articles_only_if_they_are_repeated(db, put) -> None:
    put(WELL, entry("7", "plan"), entry("8", ""))
    cleanup.delete_old(db, 5_000)
    db.execute("UPDATE forgotten SET url = NULL")
    new = put(WELL, DAM, entry("7", "plan"), entry("8", ""), now=6_000).new
    assert sorted(line.title for line in lookup.load_headlines(db, new)) == ["0 dam", "0 well"]
    assert put(entry("0", "bridge"), entry("7", "plan-again"), now=7_000).new == (6,)


def test_undo_of_a_removed_source_keeps_its_identities(db, source, put) -> None:
    put(WELL, DAM)
    subscriptions.remove(db, source.id, 3_000)
    journal.undo(db, 4_000)
    assert put(entry("0", "bridge"), now=5_000).new == (3,)
    subscriptions.remove(db, source.id, 6_000)
    subscriptions.add(db, NewSource(source.url), 7_000)
    subscriptions.change(db, source.id, url="https://roya.example/new", now=8_000)
    assert put(WELL, now=9_000) == SaveResult(same=1)


def test_failed_save_leaves_the_identities(db, put) -> None:
    put(WELL)
    db.execute("CREATE TRIGGER fail BEFORE INSERT ON article BEGIN SELECT raise(ABORT, 'no'); END")
    with pytest.raises(Exception, match="no"):
        put(WELL, DAM, now=3_000)
    assert db.execute("SELECT by_link, guid FROM feed JOIN article USING (source_id)").fetchall() == [(0, "0")]


def test_guids_made_to_equal_other_identities_lose_no_article(db, put) -> None:
    made = entry("0 paper.example/well", "")
    put(WELL, made)
    article_state.mark(db, [1, 2], 2_500, starred=True)
    for at in (3_000, 4_000):
        put(WELL, DAM, made, now=at)
    assert cleanup.delete_old(db, 9_000) >= 1
    assert [line.starred for line in lookup.load_headlines(db, [1, 2])] == [True, True]


def test_marks_from_a_database_with_other_identities_arrive(db, source, put) -> None:
    marks = [
        ArticleMarks(source.url, guid, SITE + page, starred_at=9) for guid, page in (("0", "well"), ("0 x", "dam"))
    ]
    transfer.import_marks(db, marks[:1], 1_500)
    put(WELL, DAM, entry("0", "bridge"))
    transfer.import_marks(db, marks[1:], 2_500)
    exported = list(transfer.export_marks(db))
    assert sorted(one.url for one in exported) == [SITE + "dam", SITE + "well"]
    other = subscriptions.add(db, NewSource("https://other.example/rss"), 3_000)
    transfer.import_marks(db, [replace(one, source=other.url) for one in exported], 3_500)
    put(WELL, into=other.id)
    assert len(list(transfer.export_marks(db))) == 4
    assert db.execute("SELECT url FROM awaited").fetchall() == [(SITE + "dam",)]


SONG = replace(entry("", "", "Song"), enclosures=(Enclosure("https://paper.example/song.mp3", "audio/mpeg"),))


def test_entry_without_a_link_links_to_its_file_that_is_not_a_picture(db, put) -> None:
    put(replace(SONG, enclosures=(Enclosure("https://paper.example/1.jpg", "image/jpeg"), *SONG.enclosures)))
    assert lookup.load_headlines(db, [1])[0].url == "https://paper.example/song.mp3"


def test_article_of_an_earlier_version_without_a_link_is_recognized(db, put) -> None:
    """Earlier versions stored no link for an entry with a file only."""
    songs = [replace(SONG, guid=guid) for guid in ("", "0")]
    put(*songs)
    assert [article.guid[:5] for article in (lookup.load_article(db, id) for id in (1, 2))] == ["0", "hash:"]
    db.execute("UPDATE article SET url = ''")
    other = replace(songs[1], title="Other song", enclosures=(Enclosure("https://paper.example/other.mp3"),))
    assert put(*songs, other, now=3_000).new == (3,)
    assert put(*songs, other, now=4_000) == SaveResult(same=3)


def test_database_of_an_earlier_version_learns_identities(db, path, put) -> None:
    put(WELL, entry("7", "plan"))
    db.execute("ALTER TABLE feed DROP COLUMN by_link")
    db.execute("ALTER TABLE forgotten DROP COLUMN url")
    with closing(migrate_from(db, path, "by_link")) as new:
        rows = [ingestion.prepare(one) for one in (WELL, DAM, entry("7", "plan"))]
        assert ingestion.save(new, 1, None, rows, 3_000).new == (3,)


PAGES = st.sampled_from(["", "well", "dam", "bridge"])
FORMS = st.sampled_from([SITE + "{}", "http://www.paper.example/{}/?utm_source=x", SITE + "{}#xtor=1"])
DOCUMENTS = st.lists(
    st.lists(st.tuples(st.sampled_from("abc"), PAGES, FORMS, st.integers(1, 3)), max_size=5), max_size=6
)


@settings(max_examples=60, deadline=None)
@given(documents=DOCUMENTS)
def test_articles_and_marks_stay_whatever_a_feed_does_with_its_guids(tmp_path_factory, new_store, documents) -> None:
    """Compare with a model that knows which page an address means."""
    db = open_store(new_store(tmp_path_factory.mktemp("identity") / "news.db"))
    source = subscriptions.add(db, NewSource("https://paper.example/rss"), 0)
    pages: dict[tuple[str, str], str] = {}
    by_link = False
    for number, document in enumerate(documents):
        linked = {(guid, page) for guid, page, *_ in document if page}
        if not by_link and len({guid for guid, _ in linked}) < len(linked):
            by_link = True
            pages = {(guid, page): page for (guid, _), page in pages.items()}
        newest: dict[tuple[str, str], tuple[int, str]] = {}
        for guid, page, _, at in document:
            key = guid, page if by_link else ""
            if at >= newest.get(key, (0, ""))[0]:
                newest[key] = at, page
        pages |= {key: page for key, (_, page) in newest.items()}
        rows = [
            ingestion.prepare(entry(guid, page and form.format(page), f"{guid} {number}", at))
            for guid, page, form, at in document
        ]
        before = count(db)
        saved = ingestion.save(db, source.id, None, rows, number)
        article_state.mark(db, saved.new, number, starred=True)
        assert ingestion.save(db, source.id, None, rows, number).new == ()
        assert count(db) == before + len(saved.new) == len(pages)
    assert db.execute("SELECT count(*) FROM state WHERE starred_at IS NOT NULL").fetchone() == (len(pages),)
    db.close()
