"""Saved entries become new articles, new versions, or nothing; your data stays."""

import sqlite3
from datetime import datetime

import pytest
from msgspec.structs import replace

from roya_tui import query
from roya_tui.model import (
    ChapterMark,
    DateForm,
    Enclosure,
    Entry,
    Feed,
    Moment,
    NewSource,
    Picture,
    SaveResult,
    Transcript,
)
from roya_tui.sources import dates
from roya_tui.store import bodies, cleanup, connection, database
from roya_tui.store.articles import ingestion, lookup
from roya_tui.store.articles.lookup import load_versions
from roya_tui.store.articles.search_index import add, load_body, remove
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state, journal

PLAN = Entry(
    guid="plan-1",
    url="https://roya.example/plan",
    title="Ministry publishes water plan",
    authors=("K. Haddad", "Lina Odeh"),
    published=Moment(1_500, "04-07-2025 00:16"),
    updated=Moment(1_560, "04-07-2025 00:17"),
    tags=("Economy", "Water"),
    summary="<p>In short: pipes.</p>",
    content="<p>The plan lists forty wells.</p>",
    language="en",
    pictures=(Picture("https://roya.example/1.jpg", "A well"),),
    enclosures=(Enclosure("https://roya.example/1.mp3", "audio/mpeg", 100, "Listen"),),
    comments="https://roya.example/plan#comments",
)


def utc(moment: str) -> int:
    return int(datetime.fromisoformat(f"{moment}+00:00").timestamp())


def found(db: sqlite3.Connection, text: str) -> list[int]:
    return list(results.find(db, query.parse(text, 9_000), 9_000))


def test_entry_is_stored_with_all_fields(db, source, put) -> None:
    assert put(PLAN) == SaveResult(new=(1,))
    article = lookup.load_article(db, 1)
    head = article.headline
    assert (head.source, head.title, head.author) == ("Roya Sample", PLAN.title, "K. Haddad, Lina Odeh")
    assert (head.at, head.published, head.updated, head.first_seen) == (1_500, 1_500, 1_560, 2_000)
    assert (head.unread, head.starred, head.changed, head.pictures, head.revisions) == (True, False, False, 1, 0)
    assert (article.guid, article.authors, article.tags) == (PLAN.guid, PLAN.authors, PLAN.tags)
    assert (article.published_raw, article.updated_raw) == ("04-07-2025 00:16", "04-07-2025 00:17")
    assert (article.summary, article.content, article.html) == (PLAN.summary, PLAN.content, PLAN.content)
    assert (article.pictures, article.enclosures, article.comments) == (PLAN.pictures, PLAN.enclosures, PLAN.comments)
    assert lookup.load_headlines(db, [1]) == [head]


EPISODE = replace(
    PLAN,
    season=2,
    episode=0,
    chapters="https://roya.example/1.json",
    chapter_marks=(ChapterMark(0, "Opening"), ChapterMark(90, "Wells", "https://roya.example/wells")),
    transcripts=(Transcript("https://roya.example/1.vtt", "text/vtt", "en"),),
)


def test_facts_of_a_podcast_are_stored_and_added_later_without_a_version(db, put) -> None:
    put(PLAN)
    article_state.mark(db, [1], 2_500, read=True)
    before = ingestion.prepare(PLAN)
    assert put(EPISODE, now=3_000) == SaveResult(same=1)
    article = lookup.load_article(db, 1)
    assert (article.season, article.episode, article.chapters) == (2, 0, EPISODE.chapters)
    assert (article.chapter_marks, article.transcripts) == (EPISODE.chapter_marks, EPISODE.transcripts)
    assert (article.headline.changed, article.headline.revisions) == (False, 0)
    assert before.stamp == 8317852721141249562, "articles without such facts are not written again after an update"


@pytest.mark.parametrize(("text", "minutes"), [("", 1), ("word " * 660, 3), ("水" * 900, 2), ("كلمة " * 440, 2)])
def test_reading_time_counts_words_or_characters(db, put, text: str, minutes: int) -> None:
    put(Entry(guid="a", content=text))
    assert lookup.load_headlines(db, [1])[0].minutes == minutes


def test_headlines_are_loaded_in_order_without_missing_ones(db, put) -> None:
    put(*(replace(PLAN, guid=str(n)) for n in range(3)))
    assert [head.id for head in lookup.load_headlines(db, [2, 99, 3, 1])] == [2, 3, 1]
    assert lookup.load_article(db, 99) is None


def test_saving_the_same_entry_again_changes_nothing(db, put) -> None:
    put(PLAN)
    before = list(db.iterdump())
    assert put(PLAN, now=3_000) == SaveResult(same=1)
    assert list(db.iterdump()) == before


@pytest.mark.parametrize(
    ("entry", "guid"),
    [
        (PLAN, "plan-1"),
        (replace(PLAN, guid=""), "https://roya.example/plan"),
        (replace(PLAN, guid="tag:x, 2025: relative/../id "), "tag:x, 2025: relative/../id "),
    ],
)
def test_identity_is_the_guid_as_written_else_the_link(entry: Entry, guid: str) -> None:
    assert ingestion.prepare(entry).guid == guid


def test_identity_is_made_of_title_date_and_text_without_guid_and_link(db, put) -> None:
    bare = Entry(title="Note", published=Moment(1, "1 May"), content="<p>Text</p>")
    assert ingestion.prepare(bare).guid == ingestion.prepare(replace(bare, tags=("x",))).guid
    others = [replace(bare, title="Other"), replace(bare, published=Moment(2, "2 May")), replace(bare, content="More")]
    assert len({ingestion.prepare(entry).guid for entry in (bare, *others)}) == 4
    long = "x" * 100_000
    assert len(put(replace(PLAN, guid=long + "a"), replace(PLAN, guid=long + "b")).new) == 2
    assert put(replace(PLAN, guid=long + "a")) == SaveResult(same=1)


def test_one_guid_in_two_sources_makes_two_articles(db, source, put) -> None:
    other = subscriptions.add(db, NewSource("https://other.example/rss"), 1_000)
    put(PLAN)
    assert put(PLAN, into=other.id).new == (2,)


@pytest.mark.parametrize(
    ("first", "second", "title"),
    [
        (replace(PLAN, updated=Moment(10)), replace(PLAN, title="Later", updated=Moment(2_000)), "Later"),
        (replace(PLAN, title="Later", updated=Moment(2_000)), replace(PLAN, updated=Moment(10)), "Later"),
        (PLAN, replace(PLAN, title="Last in the document"), "Last in the document"),
    ],
)
def test_latest_of_two_entries_with_one_guid_is_saved(db, put, first: Entry, second: Entry, title: str) -> None:
    assert len(put(first, second).new) == 1
    assert lookup.load_article(db, 1).headline.title == title
    assert put(first, second, now=3_000) == SaveResult(same=1)


def test_articles_with_equal_times_keep_the_order_of_the_document(db, put) -> None:
    undated = [Entry(guid=str(n), title=f"Entry {n}") for n in range(4)]
    new = put(*undated).new
    assert [head.title for head in lookup.load_headlines(db, new)] == ["Entry 0", "Entry 1", "Entry 2", "Entry 3"]
    assert found(db, "") == list(new)


CHANGED = replace(PLAN, content="<p>The plan lists fifty wells.</p>", updated=Moment(1_900, "later"))


def test_changed_text_adds_a_version(db, search_is_exact, put) -> None:
    put(PLAN)
    assert put(CHANGED, now=3_000) == SaveResult(changed=(1,))
    head = lookup.load_article(db, 1).headline
    assert (head.revisions, head.updated, head.first_seen) == (1, 1_900, 2_000)
    (earlier,) = load_versions(db, 1)
    assert (earlier.replaced_at, earlier.title, earlier.content) == (3_000, PLAN.title, PLAN.content)
    assert (earlier.summary, earlier.updated) == (PLAN.summary, 1_560)
    put(replace(CHANGED, title="Plan withdrawn"), now=4_000)
    assert [revision.replaced_at for revision in load_versions(db, 1)] == [4_000, 3_000]
    assert found(db, "forty") == []
    assert found(db, "fifty withdrawn") == [1]
    assert search_is_exact(db)
    assert database.find_problems(db) == []


def test_article_is_updated_only_if_it_was_read_before(db, put) -> None:
    put(PLAN, replace(PLAN, guid="plan-2"))
    article_state.mark(db, [1], 2_500, read=True)
    put(CHANGED, replace(CHANGED, guid="plan-2"), now=3_000)
    assert [(head.unread, head.changed) for head in lookup.load_headlines(db, [1, 2])] == [(False, True), (True, False)]
    assert found(db, "is:updated") == [1]
    assert article_state.mark(db, [1], 3_500, read=True) == 1
    assert found(db, "is:updated") == []
    journal.undo(db, 3_600)
    assert found(db, "is:updated") == [1]


def test_digest_of_an_earlier_version_of_the_app_is_not_a_change(db, put) -> None:
    """As in a database of a time when digests included counters."""
    put(PLAN, replace(PLAN, guid="plan-2"))
    db.execute("UPDATE article SET digest = 7")
    article_state.mark(db, [1, 2], 2_500, read=True)
    trivial, real = replace(PLAN, content=f"{PLAN.content}<p>9 comments</p>"), replace(CHANGED, guid="plan-2")
    assert put(trivial, real, now=3_000) == SaveResult(changed=(1,), same=1)
    assert lookup.load_article(db, 2).content == trivial.content
    assert found(db, "is:updated") == [1]
    assert put(CHANGED, now=4_000) == SaveResult(changed=(2,))


def test_versions_know_which_of_them_was_read(db, put) -> None:
    def read() -> list[str]:
        return [revision.title for revision in load_versions(db, 1) if revision.was_read]

    def save(title: str, now: int) -> None:
        put(replace(PLAN, title=title), now=now)

    save("First", 2_000)
    save("Second", 3_000)
    assert read() == []
    article_state.mark(db, [1], 3_500, read=True)
    assert read() == [], "the current version was read, and no other"
    save("Third", 4_000)
    save("Fourth", 5_000)
    assert read() == ["Second"]
    article_state.mark(db, [1], 5_500, read=True, noticed=True)
    assert read() == ["Second"], "still the version read before"
    save("Fifth", 6_000)
    assert read() == ["Fourth"]
    journal.undo(db, 6_500)
    assert read() == ["Second"]
    journal.redo(db, 6_600)
    article_state.mark(db, [1], 7_000, read=False)
    assert read() == ["Fourth"], "marking unread does not change it"
    save("Fourth", 8_000)
    save("Sixth", 9_000)
    assert load_versions(db, 1)[0].title == "Fourth"
    assert [revision.replaced_at for revision in load_versions(db, 1) if revision.was_read] == [9_000], (
        "the later of two alike"
    )


def test_reverted_change_is_not_updated_even_if_a_counter_moved(db, put) -> None:
    put(PLAN)
    article_state.mark(db, [1], 2_500, read=True)
    put(CHANGED, now=3_000)
    put(PLAN, now=4_000)
    assert found(db, "is:updated") == []
    assert lookup.load_article(db, 1).headline.revisions == 2
    put(CHANGED, now=4_100)
    put(replace(PLAN, content=f"{PLAN.content}<p>9 comments</p>"), now=4_200)
    assert found(db, "is:updated") == []
    assert put(CHANGED, now=5_000) == SaveResult(changed=(1,))
    assert found(db, "is:updated") == [1]


@pytest.mark.parametrize(
    "other",
    [
        replace(PLAN, content='<div class="x">The plan\n lists <b>forty</b> wells.</div>'),
        replace(PLAN, url="https://roya.example/plan?utm=1"),
        replace(PLAN, pictures=()),
        replace(PLAN, authors=("Someone Else",)),
        replace(PLAN, summary="<p>Another summary, unseen beside the text.</p>"),
        replace(PLAN, content=f"{PLAN.content}<p>1,204 views · 3 min ago</p>"),
    ],
)
def test_change_that_users_would_not_see_adds_no_version(db, search_is_exact, put, other: Entry) -> None:
    put(PLAN)
    article_state.mark(db, [1], 2_500, read=True)
    assert put(other, now=3_000) == SaveResult(same=1)
    article = lookup.load_article(db, 1)
    assert (article.content, article.headline.url, article.pictures, article.authors, article.summary) == (
        other.content, other.url, other.pictures, other.authors, other.summary
    )  # fmt: skip
    assert (article.headline.revisions, article.headline.changed) == (0, False)
    assert found(db, f"author:{other.authors[0].split()[0]}") == [1]
    assert found(db, "unseen") == ([1] if "unseen" in other.summary else [])
    assert search_is_exact(db)
    assert database.find_problems(db) == []


def test_article_of_an_earlier_version_of_the_app_is_rewritten_without_a_version(db, search_is_exact, put) -> None:
    """That version folded text and hashed entries differently; its text must be deleted from the index exactly."""
    entry = Entry(guid="1", title="Tokyo", content="<p>東京の話</p>")
    (id,) = put(entry).new
    old = bodies.SearchDocument("tokyo", "", "東  京  の  話")
    feed, page = load_body(db, id)
    remove(db, id, bodies.build_search_document(feed, page))
    db.execute("UPDATE body SET feed = ?", (bodies.pack(feed | {"indexed": old}),))
    db.execute("UPDATE article SET stamp = 1")
    add(db, [id])
    assert put(entry, now=3_000) == SaveResult(same=1)
    assert (lookup.load_headlines(db, [id])[0].revisions, search_is_exact(db)) == (0, True)
    before = list(db.iterdump())
    assert put(entry, now=4_000) == SaveResult(same=1)
    assert list(db.iterdump()) == before, "once is enough"


def test_dates_stay_when_the_feed_omits_them_and_are_added_later(db, put) -> None:
    put(PLAN)
    put(replace(PLAN, guid="undated", published=Moment(), updated=Moment()))
    undated = lookup.load_article(db, 2).headline
    assert (undated.published, undated.at) == (None, 2_000)
    put(replace(CHANGED, published=Moment(), updated=Moment()), replace(PLAN, guid="undated"), now=3_000)
    article, undated = lookup.load_article(db, 1), lookup.load_article(db, 2).headline
    assert (article.headline.at, article.headline.published, article.headline.updated) == (1_500, 1_500, 1_560)
    assert (article.published_raw, article.updated_raw) == ("04-07-2025 00:16", "04-07-2025 00:17")
    assert (undated.published, undated.at) == (1_500, 1_500)


def test_article_without_publication_date_is_sorted_by_its_first_update(db, put) -> None:
    entry = replace(PLAN, published=Moment(), updated=Moment(1_400))
    put(entry)
    assert (lookup.load_article(db, 1).headline.published, lookup.load_article(db, 1).headline.at) == (None, 1_400)
    put(replace(entry, content="<p>Another text.</p>", updated=Moment(1_900)), now=3_000)
    assert (lookup.load_article(db, 1).headline.updated, lookup.load_article(db, 1).headline.at) == (1_900, 1_400)


@pytest.mark.parametrize(
    ("now", "at"),
    [
        ("2025-05-03T10:00", "2025-05-03T10:00"),  # as new as all that arrives at that time
        ("2025-04-30T20:00", "2025-04-30T20:00"),  # never in the future
        ("2025-05-31T20:59", "2025-05-31T20:59"), ("2025-05-31T21:00", "2025-05-16T09:00"),  # its middle in Amman
    ],
)  # fmt: skip
def test_month_is_sorted_within_it_and_a_day_replaces_it_without_an_edit(db, put, now: str, at: str) -> None:
    moments = [dates.parse(raw, dates.time_zone("Asia/Amman")) for raw in ("2025-05", "2025-05-03")]
    put(replace(PLAN, published=moments[0]), now=utc(now))
    (head,) = lookup.load_headlines(db, [1])
    assert (head.at, head.published, head.form.precision) == (utc(at), utc("2025-04-30T21:00"), "month")
    assert put(replace(PLAN, published=moments[1]), now=utc("2025-06-01T00:00")) == SaveResult(same=1)
    (head,) = lookup.load_headlines(db, [1])
    assert (head.published, head.form.precision, head.revisions) == (utc("2025-05-02T21:00"), "day", 0)


def test_year_is_sorted_within_it(db, put) -> None:
    put(
        replace(PLAN, published=Moment(utc("2019-01-01T00:00"), "2019", DateForm("year", 0))),
        now=utc("2026-05-03T10:00"),
    )
    assert lookup.load_headlines(db, [1])[0].at == utc("2019-07-02T12:00")


def test_forms_of_dates_are_added_to_articles_of_an_earlier_version_of_the_app(db, put) -> None:
    dated = replace(PLAN, published=dates.parse("2025-05-03"), updated=dates.parse("2025-05-03T10:00+03:00"))
    put(dated)
    db.execute("UPDATE article SET published_form = NULL, updated_form = NULL")
    assert put(dated) == SaveResult(same=1)
    (head,) = lookup.load_headlines(db, [1])
    assert (head.published_form, head.updated_form) == (dated.published.form, dated.updated.form)


def test_tags_follow_the_feed_and_your_tags_stay(db, put) -> None:
    put(PLAN)
    article_state.edit_tags(db, [1], 2_100, add=["to keep"])
    article_state.edit_tags(db, [1], 2_100, add=["Water"])
    put(replace(PLAN, tags=("Weather", "economy")), now=3_000)
    assert lookup.load_article(db, 1).tags == ("Weather", "economy", "to keep", "Water")
    assert {tag.name for tag in results.list_tags(db)} == {"Weather", "Economy", "to keep", "Water"}
    put(replace(PLAN, tags=()), now=4_000)
    assert {tag.name for tag in results.list_tags(db)} == {"to keep", "Water"}


def test_marks_notes_and_position_stay_when_an_article_changes(db, put) -> None:
    put(PLAN)
    article_state.mark(db, [1], 2_100, starred=True, hidden=True)
    article_state.set_note(db, 1, "ask about wells", 2_100)
    article_state.set_position(db, 1, 42)
    before = db.execute("SELECT * FROM state").fetchall()
    put(CHANGED, now=3_000)
    assert db.execute("SELECT * FROM state").fetchall() == before
    article = lookup.load_article(db, 1)
    assert (article.note, article.position, article.headline.noted) == ("ask about wells", 42, True)


def test_source_keeps_homepage_and_language_when_the_feed_omits_them(db, source, put) -> None:
    ingestion.save(db, source.id, Feed("rss", title="Roya", homepage="https://roya.example", language="ar"), [], 2_000)
    ingestion.save(
        db, source.id, Feed("rss", title="Roya News"), [ingestion.prepare(replace(PLAN, language=""))], 3_000
    )
    title = subscriptions.get(db, source.id)
    assert (title.title, title.homepage, title.language) == ("Roya News", "https://roya.example", "ar")
    assert lookup.load_article(db, 1).headline.language == "ar"


def test_full_text_is_shown_searched_and_kept(db, search_is_exact, put) -> None:
    put(PLAN)
    ingestion.save_full_text(db, 1, "<p>Every well by its name.</p>", [Picture("https://roya.example/2.jpg")])
    article = lookup.load_article(db, 1)
    assert (article.html, article.headline.full) == ("<p>Every well by its name.</p>", True)
    assert [picture.url for picture in article.pictures] == [
        "https://roya.example/1.jpg", "https://roya.example/2.jpg"
    ]  # fmt: skip
    assert found(db, "every forty") == [1]
    assert found(db, "is:full") == [1]
    put(CHANGED, now=3_000)
    assert found(db, "every fifty") == [1]
    assert found(db, "forty") == []
    ingestion.save_full_text(db, 1, "<p>Second look.</p>", [])
    assert found(db, "every") == []
    assert found(db, "second fifty") == [1]
    assert lookup.load_article(db, 1).headline.pictures == 1
    ingestion.save_full_text(db, 99, "<p>Missing.</p>", [])
    assert search_is_exact(db)
    assert database.find_problems(db) == []


def test_article_keeps_50_versions(db, put) -> None:
    for look in range(60):
        put(replace(PLAN, content=f"<p>Seen {look} times.</p>"), now=3_000 + look)
    title = load_versions(db, 1)
    assert len(title) == lookup.load_article(db, 1).headline.revisions == 50
    assert title[0].content == "<p>Seen 58 times.</p>"


def test_failed_save_changes_nothing(db, source, put) -> None:
    put(PLAN)
    before = list(db.iterdump())
    broken = ingestion.prepare(replace(PLAN, guid="2"))._replace(title=None)
    with pytest.raises(connection.StoreError):
        ingestion.save(db, source.id, Feed("rss", title="Renamed"), [ingestion.prepare(CHANGED), broken], 3_000)
    assert list(db.iterdump()) == before


def test_old_articles_are_deleted_unless_starred_noted_or_tagged(db, search_is_exact, put) -> None:
    entries = [Entry(guid=str(n), title=f"Entry {n}", published=Moment(1_000 + n)) for n in range(5)]
    ids = put(*entries).new
    article_state.mark(db, ids[:1], 2_100, starred=True)
    article_state.set_note(db, ids[1], "keep", 2_100)
    article_state.edit_tags(db, [ids[2]], 2_100, add=["keep"])
    article_state.mark(db, ids, 2_100, read=True)
    fresh = put(Entry(guid="new", title="Entry new"), now=5_000).new
    assert cleanup.delete_old(db, 3_000) == 2
    assert sorted(found(db, "entry")) == sorted([*ids[:3], *fresh])
    assert put(*entries, now=6_000) == SaveResult(same=3)
    assert journal.undo(db, 2_200) == "Undone: Marked 5 articles read."
    assert search_is_exact(db)
    assert database.find_problems(db) == []


FRAGMENT = replace(PLAN, content="<p>The plan lists", summary="", enclosures=(), incomplete=True)


@pytest.mark.parametrize(
    "fragment",
    [
        FRAGMENT,
        replace(FRAGMENT, guid=""),
        replace(FRAGMENT, guid="", url=""),
        replace(FRAGMENT, guid="", url="", title="Ministry publ", content="", published=Moment(), updated=Moment()),
    ],
    ids=["guid", "address", "title", "half a title"],
)
def test_completing_an_article_is_no_edit(db, put, search_is_exact, fragment: Entry) -> None:
    assert put(fragment) == SaveResult(new=(1,))
    assert lookup.load_article(db, 1).incomplete
    article_state.mark(db, [1], 2_100, read=True)
    assert put(fragment, now=2_200) == SaveResult(same=1)
    assert put(replace(PLAN, guid="other", url="https://roya.example/other", title="Another"), PLAN, now=2_300).new == (
        2,
    )
    article = lookup.load_article(db, 1)
    assert (article.guid, article.content, article.incomplete) == (PLAN.guid, PLAN.content, False)
    assert (article.headline.unread, article.headline.changed, article.headline.revisions) == (False, False, 0)
    assert load_versions(db, 1) == []
    assert search_is_exact(db)
    put(replace(PLAN, content="<p>The plan lists fifty wells.</p>"), now=2_400)
    assert lookup.load_headlines(db, [1])[0].changed, "a later edit is one"


@pytest.mark.parametrize("parts", [{}, {"guid": ""}, {"guid": "", "url": ""}], ids=["guid", "address", "title"])
def test_incomplete_entry_never_replaces_a_whole_article(db, put, parts: dict[str, str]) -> None:
    put(PLAN)
    put(replace(FRAGMENT, **parts), now=2_100)
    assert found(db, "") == [1]
    article = lookup.load_article(db, 1)
    assert (article.content, article.incomplete, article.headline.revisions) == (PLAN.content, False, 0)


def test_incomplete_entry_of_another_article_is_new(db, put) -> None:
    put(PLAN)
    assert put(replace(FRAGMENT, guid="", url="https://roya.example/other")).new == (2,)
    assert put(replace(FRAGMENT, guid="", url="", title="Minister resigns")).new == (3,)
    assert put(replace(PLAN, guid="plan-2", title="Minister resigns after a day")).new == ()
