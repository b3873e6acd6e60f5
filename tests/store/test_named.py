"""What saved feeds and rules name: carried along with a new name in one step, and told when it is gone."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui import query
from roya_tui.model import Entry, Feed, NewSource, Rule, SavedSearch
from roya_tui.store import rules
from roya_tui.store.articles import ingestion, lookup
from roya_tui.store.connection import StoreError
from roya_tui.store.database import open_store
from roya_tui.store.search import results, saved_searches
from roya_tui.store.sources import folders, query_references, subscriptions
from roya_tui.store.user_data import article_state, tags
from roya_tui.store.user_data.journal import redo, undo

NOW = 10_000


@pytest.fixture
def three(db) -> sqlite3.Connection:
    for name, folder in (("One", "News"), ("Two", "News/Jordan"), ("Three", "Sport")):
        subscriptions.add(db, NewSource(f"https://{name}.example/rss", name=name, folder=folder), NOW)
    return db


def add(db: sqlite3.Connection, text: str, effect: str = "mute", **facts: object) -> Rule:
    return rules.add(db, Rule(0, text, text, effect, **facts), NOW)


def queries(db: sqlite3.Connection) -> list[str]:
    return [one.query for one in (*saved_searches.list_all(db, NOW), *rules.list_all(db, NOW))]


def come(db: sqlite3.Connection, title: str, source: int = 1, **facts: object) -> bool:
    """Let an article come; return whether a rule hides it."""
    entry = Entry(guid=f"{title} {source}", title=title, **facts)
    (id,) = ingestion.save(db, source, None, [ingestion.prepare(entry)], NOW).new
    return lookup.load_headlines(db, [id])[0].hidden


RENAMES = [
    ("folder:News", "folder:World"),
    ("water AND -(folder:news or is:read)", "water -(folder:World or is:read)"),
    ('folder:"NEWS/Jordan" sort:oldest', "folder:World/Jordan sort:oldest"),
    ("(folder:Sport) or water", "(folder:Sport) or water"),  # as it was written
]


@pytest.mark.parametrize(("before", "after"), RENAMES)
def test_a_folder_is_named_as_it_is_called_now_and_undo_takes_both_back(three, before: str, after: str) -> None:
    saved_searches.add(three, "Morning", before, NOW)
    add(three, before)
    folders.rename(three, "News", "World", NOW)
    assert queries(three) == [after, after]
    assert [one.problem for one in (*saved_searches.list_all(three, NOW), *rules.list_all(three, NOW))] == ["", ""]
    assert undo(three, NOW) == "Undone: renamed the folder News to World."
    assert queries(three) == [before, before]
    redo(three, NOW)
    assert queries(three) == [after, after]


SOURCE_RENAMES = [
    ("source:two", "source:2"),
    ("rain -(source:TWO or source:one)", "rain -(source:2 or source:one)"),
    ("source:harbour", "source:harbour"),  # it still is a word of the name
    ('source:"two harbour"', "source:2"),
    ("source:2", "source:2"),
    ("source:th", "source:th"),  # another's
    ("source:t", "source:t"),  # not its alone
    ("two", "two"),
]


@pytest.mark.parametrize(("before", "after"), SOURCE_RENAMES)
@pytest.mark.parametrize("by_feed", [False, True])
def test_a_source_is_named_by_its_number_where_its_new_name_lacks_the_words(
    three, before: str, after: str, by_feed: bool
) -> None:
    feed = Feed("rss", title="Two Harbour")
    ingestion.save(three, 2, feed, [], NOW)
    subscriptions.change(three, 2, name="" if by_feed else "Two Harbour", now=NOW)
    saved_searches.add(three, "Morning", before, NOW)
    add(three, before)
    problems = [one.problem for one in rules.list_all(three, NOW)]
    if by_feed:
        ingestion.save(three, 2, Feed("rss", title="The Harbour"), [], NOW)
    else:
        subscriptions.change(three, 2, name="The Harbour", now=NOW)
    assert queries(three) == [after, after]
    assert [one.problem for one in rules.list_all(three, NOW)] == problems
    if not by_feed:
        assert undo(three, NOW) == "Undone: renamed Two Harbour to The Harbour."
        assert queries(three) == [before, before]
        redo(three, NOW)
        assert queries(three) == [after, after]


def test_undo_brings_back_what_names_a_source_whatever_its_feed_is_called_by_then(three) -> None:
    ingestion.save(three, 2, Feed("rss", title="Two Harbour"), [], NOW)
    subscriptions.change(three, 2, name="", now=NOW)
    feed = saved_searches.add(three, "Morning", "source:two", NOW).id
    rule = add(three, "-source:harbour")
    saved_searches.change(three, feed, NOW, query="source:two is:unread")
    rules.remove(three, rule.id, NOW)
    ingestion.save(three, 2, Feed("rss", title="The Quay"), [], NOW)
    undo(three, NOW)
    undo(three, NOW)
    assert queries(three) == ["source:2", "-source:2"]
    redo(three, NOW)
    assert queries(three) == ["source:2 is:unread", "-source:2"]


def test_a_feed_whose_name_is_the_persons_may_call_itself_anything(three) -> None:
    add(three, "source:two")
    ingestion.save(three, 2, Feed("rss", title="Harbour"), [], NOW)
    assert queries(three) == ["source:two"]


def test_a_rule_goes_on_with_what_it_caught_and_with_its_folder(three) -> None:
    mute = add(three, "-folder:News")
    assert [come(three, "Match", 3), come(three, "Rain", 1), come(three, "Rain", 2)] == [True, False, False]
    folders.rename(three, "News", "All news", NOW)
    assert [come(three, "Final", 3), come(three, "Snow", 1), come(three, "Snow", 2)] == [True, False, False]
    (same,) = rules.list_all(three, NOW)
    assert (same.id, same.match_count, same.query) == (mute.id, 2, '-folder:"All news"')


def test_a_name_that_two_folders_share_but_for_capitals_goes_on_meaning_both(three) -> None:
    subscriptions.add(three, NewSource("https://four.example/rss", folder="NEWS"), NOW)
    add(three, "-folder:news")
    folders.rename(three, "News", "World", NOW)
    assert queries(three) == ["-(folder:World or folder:news)"]
    folders.rename(three, "NEWS", "news", NOW)
    assert queries(three) == ["-(folder:World or folder:news)"]


def test_a_folder_moved_into_one_of_its_old_name_is_named_there(three) -> None:
    add(three, "folder:News")
    folders.rename(three, "News", "News/World", NOW)
    assert queries(three) == ["folder:News/World"]


def test_of_a_folder_taken_away_the_folders_in_it_are_named_where_they_are(three) -> None:
    texts = ("folder:News/Jordan", "rain -folder:News")
    for text in texts:
        add(three, text)
    assert query_references.find_references(three, "folder", "news", NOW) == []  # it is there
    folders.remove(three, "News", NOW)
    assert query_references.find_references(three, "folder", "news", NOW) == ["the rule rain -folder:News"]
    assert queries(three) == ["folder:Jordan", "rain -folder:News"]
    folders.remove(three, "Jordan", NOW)
    assert [one.problem for one in rules.list_all(three, NOW)] == [
        "There is no folder “Jordan”.",
        "There is no folder “News” to leave out. It rests.",
    ]


def test_a_rule_that_leaves_out_what_is_gone_rests_until_it_is_there_again(three) -> None:
    add(three, "-folder:News")
    add(three, "folder:News or cup", "star")
    folders.remove(three, "News", NOW)
    assert not come(three, "Rain")
    assert not come(three, "Cup")  # what it looks for elsewhere, the other goes on to find
    assert results.count(three, query.parse("is:starred", NOW), NOW) == 1
    undo(three, NOW)
    assert not rules.list_all(three, NOW)[0].problem
    assert come(three, "Match", 3)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("cup -folder:Nowhere", "There is no folder “Nowhere” to leave out."),
        ("folder:Nowhere", "There is no folder “Nowhere”."),
        ("cup folder:Nowhere", "There is no folder “Nowhere”."),
        ("cup or folder:Nowhere", ""),
        ('cup -source:"the times"', "There is no source “the times” to leave out."),
        ("-source:99", "There is no source “99” to leave out."),
        ("-tag:nobodys", "Nothing has the tag “nobodys”, so this would find everything."),
        ("is:unread since:1w -tag:nobodys", "Nothing has the tag “nobodys”, so this would find everything."),
        ("cup or -tag:nobodys", "Nothing has the tag “nobodys”, so this would find everything."),
        ("cup -tag:nobodys", ""),
        ("tag:nobodys", ""),  # it may come
        ("-tag:given", ""),  # a rule gives it
        ("-folder:NEWS -source:one", ""),
    ],
)
def test_a_rule_is_told_what_is_not_there(three, text: str, problem: str) -> None:
    add(three, "cup", "tag", tag="Given")
    assert rules.validate(three, Rule(0, "New", text, "mute"), NOW) == problem


def test_what_a_removed_source_was_called_leaves_out_what_it_did(three) -> None:
    add(three, "-source:one")
    add(three, "-folder:Sport")
    subscriptions.remove(three, 1, NOW)
    subscriptions.remove(three, 3, NOW)
    assert [one.problem for one in rules.list_all(three, NOW)] == ["", ""]


def test_a_tag_is_named_by_its_old_name_and_its_new_one(three) -> None:
    come(three, "First", tags=("economics",))
    add(three, "-tag:economics")
    tags.merge(three, "economics", "Money", NOW)
    add(three, "-tag:money")
    assert not come(three, "Second", tags=("Economics",))
    assert not come(three, "Third", tags=("money",))
    assert come(three, "Fourth", tags=("sport",))


def test_a_rule_that_leaves_out_a_tag_alone_rests_when_nothing_has_it_any_more(three) -> None:
    come(three, "First")
    article_state.edit_tags(three, [1], NOW, add=["mine"])
    add(three, "-tag:mine")
    article_state.edit_tags(three, [1], NOW, remove=["mine"])
    (mute,) = rules.list_all(three, NOW)
    assert mute.problem == "Nothing has the tag “mine”, so this would find everything. It rests."
    assert not come(three, "Second")


def test_a_saved_feed_is_named_as_it_is_called_now(three) -> None:
    water = saved_searches.add(three, "Wet news", "water", NOW)
    saved_searches.add(three, "Both", 'feed:"wet NEWS" or rain', NOW)
    add(three, 'cup -feed:"wet news"')
    before = queries(three)
    saved_searches.change(three, water.id, NOW, name="Rain", query="water or rain")
    assert queries(three) == ["water or rain", "feed:Rain or rain", "cup -feed:Rain"]
    assert undo(three, NOW) == "Undone: changed the feed Rain."
    assert queries(three) == before
    with pytest.raises(StoreError, match="The feed “Rain” would hold itself"):
        saved_searches.change(three, water.id, NOW, name="Rain", query="feed:Both")


def test_a_feed_that_names_a_folder_that_is_gone_says_so_and_so_does_what_holds_it(three) -> None:
    saved_searches.add(three, "Morning", "is:unread -folder:News", NOW)
    saved_searches.add(three, "Both", "feed:Morning or water", NOW)
    saved_searches.add(three, "Some", "folder:News or water", NOW)
    saved_searches.add(three, "None", "folder:News is:unread", NOW)
    add(three, "cup feed:Both")
    folders.remove(three, "News", NOW)
    assert [one.problem for one in saved_searches.list_all(three, NOW)] == [
        *["There is no folder “News” to leave out."] * 2,
        "",  # it still finds the rest
        "There is no folder “News”.",
    ]
    (resting,) = rules.list_all(three, NOW)
    assert resting.problem == "There is no folder “News” to leave out. It rests."


def test_what_is_no_query_stays_as_it_is(three) -> None:
    three.execute("INSERT INTO saved_feed (name, query, place) VALUES ('Broken', 'tga:x folder:News', 0)")
    folders.rename(three, "News", "World", NOW)
    assert queries(three) == ["tga:x folder:News"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("source:1", 'source:"One #1"'),
        ("cup (source:1 or -source:2)", 'cup (source:"One #1" or -source:"Two #2")'),
        ("SOURCE:one water", "SOURCE:one water"),
        ("source:99 or tga:x", "source:99 or tga:x"),
        ("source:3", 'source:"رؤيا \\"الأخبار\\" (x) #3"'),
    ],
)
def test_a_source_is_shown_by_its_name_and_read_back_by_its_number(three, text: str, shown: str) -> None:
    subscriptions.change(three, 3, name='رؤيا "الأخبار" (x)', now=NOW)
    rules.add_all(three, [Rule(0, "One", text, "star")], NOW)
    (rule,) = rules.list_all(three, NOW)
    assert rule.display_query == shown == query_references.to_display(three, text, NOW)
    if not rule.problem:
        changed = rules.change(three, rule.id, Rule(0, "Two", shown, "star"), NOW)
        assert (changed.id, changed.query) == (rule.id, text)  # it is the same rule, with all that it has caught
        assert saved_searches.add(three, "Feed", shown, NOW).query == query_references.to_stored(three, shown, NOW)


def test_a_name_with_a_number_means_that_source_whatever_it_is_called(three) -> None:
    subscriptions.change(three, 2, name="One", now=NOW)
    assert [one.id for one in subscriptions.find(three, "One #2")] == [2]
    subscriptions.change(three, 2, name="Another", now=NOW)
    assert [one.id for one in subscriptions.find(three, "One #2")] == [2]
    subscriptions.change(three, 1, name="Podcast #3", now=NOW)
    assert [one.id for one in subscriptions.find(three, "podcast #3")] == [1]
    assert subscriptions.find(three, "One #77") == []
    assert rules.add_or_enable(three, Rule(0, "Mine", 'source:"One #2"', "star"), NOW).query == "source:2"
    with pytest.raises(StoreError, match="The rule Mine does that already"):
        rules.add_or_enable(three, Rule(0, "Mine", 'source:"Another #2"', "star"), NOW)


FOLDERS = ("News", "News/Jordan", "news", "NEWS/Jordan/Amman", "News paper", "Sport", "")
TERMS = st.sampled_from(
    [
        "folder:News",
        "folder:news/jordan",
        "folder:NEWS/JORDAN/amman",
        'folder:"news paper"',
        "folder:sport",
        "is:unread",
    ]
)
QUERIES = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' or '.join(parts)})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda part: f"-{part}" if part[0] != "-" else part),
    ),
    max_leaves=6,
)


@settings(max_examples=60)
@given(text=QUERIES, folder=st.sampled_from(FOLDERS[:-1]), name=st.sampled_from(["World", "a b (c)", '"نيوز"']))
def test_what_a_query_finds_is_the_same_after_a_folder_has_another_name(text: str, folder: str, name: str) -> None:
    with tempfile.TemporaryDirectory() as place, closing(open_store(Path(place) / "news.db")) as db:
        for number, one in enumerate(FOLDERS):
            source = subscriptions.add(db, NewSource(f"https://{number}.example/", folder=one), NOW)
            ingestion.save(db, source.id, None, [ingestion.prepare(Entry(guid="x", title="x"))], NOW)
        saved_searches.add_all(db, [SavedSearch(0, "One", text)], NOW)
        kept = queries(db)
        before = {*results.find(db, query.by_field("feed", "One"), NOW)}
        folders.rename(db, folder, f"{folder.rpartition('/')[0]}/{name}".strip("/"), NOW)
        assert {*results.find(db, query.by_field("feed", "One"), NOW)} == before
        undo(db, NOW)
        assert queries(db) == kept
        assert {*results.find(db, query.by_field("feed", "One"), NOW)} == before
