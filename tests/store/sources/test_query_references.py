"""Folders, sources, tags and saved searches named in queries: renamed with them, and reported when missing."""

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
def sources(db) -> sqlite3.Connection:
    for name, folder in (("One", "News"), ("Two", "News/Jordan"), ("Three", "Sport"), ("Four", "Newspapers")):
        subscriptions.add(db, NewSource(f"https://{name}.example/rss", name=name, folder=folder), NOW)
    return db


def add(db: sqlite3.Connection, text: str, effect: str = "mute", **facts: object) -> Rule:
    return rules.add(db, Rule(0, text, text, effect, **facts), NOW)


def queries(db: sqlite3.Connection) -> list[str]:
    return [one.query for one in (*saved_searches.list_all(db, NOW), *rules.list_all(db, NOW))]


def arrives_hidden(db: sqlite3.Connection, title: str, source: int = 1, **facts: object) -> bool:
    """Save an article; return whether a rule hides it."""
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
def test_queries_follow_a_renamed_folder_and_undo_restores_them(sources, before: str, after: str) -> None:
    saved_searches.add(sources, "Morning", before, NOW)
    add(sources, before)
    folders.rename(sources, "News", "World", NOW)
    assert queries(sources) == [after, after]
    assert [one.problem for one in (*saved_searches.list_all(sources, NOW), *rules.list_all(sources, NOW))] == ["", ""]
    assert undo(sources, NOW) == "Undone: Renamed folder “News” to “World”."
    assert queries(sources) == [before, before]
    redo(sources, NOW)
    assert queries(sources) == [after, after]


SOURCE_RENAMES = [
    ("source:two", "source:2"),
    ("rain -(source:TWO or source:one)", "rain -(source:2 or source:one)"),
    ("source:harbour", "source:harbour"),  # still a word of the name
    ('source:"two harbour"', "source:2"),
    ("source:2", "source:2"),
    ("source:th", "source:th"),  # another source
    ("source:t", "source:t"),  # several sources
    ("two", "two"),
]


@pytest.mark.parametrize(("before", "after"), SOURCE_RENAMES)
@pytest.mark.parametrize("renamed_by_feed", [False, True])
def test_queries_use_the_number_of_a_renamed_source(sources, before, after, renamed_by_feed) -> None:
    feed = Feed("rss", title="Two Harbour")
    ingestion.save(sources, 2, feed, [], NOW)
    subscriptions.change(sources, 2, name="" if renamed_by_feed else "Two Harbour", now=NOW)
    saved_searches.add(sources, "Morning", before, NOW)
    add(sources, before)
    problems = [one.problem for one in rules.list_all(sources, NOW)]
    if renamed_by_feed:
        ingestion.save(sources, 2, Feed("rss", title="The Harbour"), [], NOW)
    else:
        subscriptions.change(sources, 2, name="The Harbour", now=NOW)
    assert queries(sources) == [after, after]
    assert [one.problem for one in rules.list_all(sources, NOW)] == problems
    if not renamed_by_feed:
        assert undo(sources, NOW) == "Undone: Renamed “Two Harbour” to “The Harbour”."
        assert queries(sources) == [before, before]
        redo(sources, NOW)
        assert queries(sources) == [after, after]


def test_undo_restores_queries_that_use_the_number_of_a_renamed_source(sources) -> None:
    ingestion.save(sources, 2, Feed("rss", title="Two Harbour"), [], NOW)
    subscriptions.change(sources, 2, name="", now=NOW)
    feed = saved_searches.add(sources, "Morning", "source:two", NOW).id
    rule = add(sources, "-source:harbour")
    saved_searches.change(sources, feed, NOW, query="source:two is:unread")
    rules.remove(sources, rule.id, NOW)
    ingestion.save(sources, 2, Feed("rss", title="The Quay"), [], NOW)
    undo(sources, NOW)
    undo(sources, NOW)
    assert queries(sources) == ["source:2", "-source:2"]
    redo(sources, NOW)
    assert queries(sources) == ["source:2 is:unread", "-source:2"]


def test_queries_stay_when_a_feed_changes_its_title_and_the_source_has_your_name(sources) -> None:
    add(sources, "source:two")
    ingestion.save(sources, 2, Feed("rss", title="Harbour"), [], NOW)
    assert queries(sources) == ["source:two"]


def test_rule_keeps_its_matches_when_its_folder_is_renamed(sources) -> None:
    mute = add(sources, "-folder:News")
    assert [arrives_hidden(sources, "Match", n) for n in (3, 1, 2)] == [True, False, False]
    folders.rename(sources, "News", "All news", NOW)
    assert [arrives_hidden(sources, "Final", n) for n in (3, 1, 2)] == [True, False, False]
    (same,) = rules.list_all(sources, NOW)
    assert (same.id, same.match_count, same.query) == (mute.id, 2, '-folder:"All news"')


def test_queries_mean_both_folders_when_their_names_differ_in_case_only(sources) -> None:
    subscriptions.add(sources, NewSource("https://five.example/rss", folder="NEWS"), NOW)
    add(sources, "-folder:news")
    folders.rename(sources, "News", "World", NOW)
    assert queries(sources) == ["-(folder:World or folder:news)"]
    folders.rename(sources, "NEWS", "news", NOW)
    assert queries(sources) == ["-(folder:World or folder:news)"]


def test_queries_follow_a_folder_moved_below_its_old_name_and_keep_invalid_queries(sources) -> None:
    sources.execute("INSERT INTO saved_feed (name, query, place) VALUES ('Broken', 'tga:x folder:News', 0)")
    add(sources, "folder:News")
    folders.rename(sources, "News", "News/World", NOW)
    assert queries(sources) == ["tga:x folder:News", "folder:News/World"]


def test_queries_follow_subfolders_of_a_removed_folder(sources) -> None:
    texts = ("folder:News/Jordan", "rain -folder:News")
    for text in texts:
        add(sources, text)
    assert query_references.find_references(sources, "folder", "news", NOW) == []  # it is there
    folders.remove(sources, "News", NOW)
    assert query_references.find_references(sources, "folder", "news", NOW) == ["rule “rain -folder:News”"]
    assert queries(sources) == ["folder:Jordan", "rain -folder:News"]
    folders.remove(sources, "Jordan", NOW)
    assert [one.problem for one in rules.list_all(sources, NOW)] == [
        "There is no folder “Jordan”.",
        "The excluded folder “News” does not exist. The rule is suspended.",
    ]


def test_rule_is_suspended_while_its_excluded_folder_is_missing(sources) -> None:
    add(sources, "-folder:News")
    add(sources, "folder:News or cup", "star")
    folders.remove(sources, "News", NOW)
    assert not arrives_hidden(sources, "Rain")
    assert not arrives_hidden(sources, "Cup")  # the other rule still matches
    assert results.count(sources, query.parse("is:starred", NOW), NOW) == 1
    undo(sources, NOW)
    assert not rules.list_all(sources, NOW)[0].problem
    assert arrives_hidden(sources, "Match", 3)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("cup -folder:Nowhere", "The excluded folder “Nowhere” does not exist."),
        ("folder:Nowhere", "There is no folder “Nowhere”."),
        ("cup folder:Nowhere", "There is no folder “Nowhere”."),
        ("cup or folder:Nowhere", ""),
        ('cup -source:"the times"', "The excluded source “the times” does not exist."),
        ("-source:99", "The excluded source “99” does not exist."),
        ("-tag:nobodys", "No article has the excluded tag “nobodys”, so all articles would match."),
        ("is:unread since:1w -tag:nobodys", "No article has the excluded tag “nobodys”, so all articles would match."),
        ("cup or -tag:nobodys", "No article has the excluded tag “nobodys”, so all articles would match."),
        ("cup -tag:nobodys", ""),
        ("tag:nobodys", ""),  # it may arrives_hidden
        ("-tag:given", ""),  # a rule gives it
        ("-folder:NEWS -source:one", ""),
    ],
)
def test_rule_is_refused_when_its_query_names_missing_things(sources, text: str, problem: str) -> None:
    add(sources, "cup", "tag", tag="Given")
    assert rules.validate(sources, Rule(0, "New", text, "mute"), NOW) == problem


def test_rule_still_excludes_a_removed_source(sources) -> None:
    add(sources, "-source:one")
    add(sources, "-folder:Sport")
    subscriptions.remove(sources, 1, NOW)
    subscriptions.remove(sources, 3, NOW)
    assert [one.problem for one in rules.list_all(sources, NOW)] == ["", ""]


def test_rule_excludes_a_merged_tag_by_either_name(sources) -> None:
    arrives_hidden(sources, "First", tags=("economics",))
    add(sources, "-tag:economics")
    tags.merge(sources, "economics", "Money", NOW)
    add(sources, "-tag:money")
    assert not arrives_hidden(sources, "Second", tags=("Economics",))
    assert not arrives_hidden(sources, "Third", tags=("money",))
    assert arrives_hidden(sources, "Fourth", tags=("sport",))


def test_rule_is_suspended_when_no_article_has_its_excluded_tag(sources) -> None:
    arrives_hidden(sources, "First")
    article_state.edit_tags(sources, [1], NOW, add=["mine"])
    add(sources, "-tag:mine")
    article_state.edit_tags(sources, [1], NOW, remove=["mine"])
    (mute,) = rules.list_all(sources, NOW)
    assert mute.problem == "No article has the excluded tag “mine”, so all articles would match. The rule is suspended."
    assert not arrives_hidden(sources, "Second")


def test_queries_follow_a_renamed_saved_search(sources) -> None:
    water = saved_searches.add(sources, "Wet news", "water", NOW)
    saved_searches.add(sources, "Both", 'search:"wet NEWS" or rain', NOW)
    add(sources, 'cup -search:"wet news"')
    before = queries(sources)
    saved_searches.change(sources, water.id, NOW, name="Rain", query="water or rain")
    assert queries(sources) == ["water or rain", "search:Rain or rain", "cup -search:Rain"]
    assert undo(sources, NOW) == "Undone: Edited saved search “Rain”."
    assert queries(sources) == before
    with pytest.raises(StoreError, match="Saved search “Rain” would contain itself"):
        saved_searches.change(sources, water.id, NOW, name="Rain", query="search:Both")


def test_missing_folder_is_reported_by_each_saved_search_that_depends_on_it(sources) -> None:
    saved_searches.add(sources, "Morning", "is:unread -folder:News", NOW)
    saved_searches.add(sources, "Both", "search:Morning or water", NOW)
    saved_searches.add(sources, "Some", "folder:News or water", NOW)
    saved_searches.add(sources, "None", "folder:News is:unread", NOW)
    add(sources, "cup search:Both")
    folders.remove(sources, "News", NOW)
    assert [one.problem for one in saved_searches.list_all(sources, NOW)] == [
        *["The excluded folder “News” does not exist."] * 2,
        "",  # it still finds the rest
        "There is no folder “News”.",
    ]
    (resting,) = rules.list_all(sources, NOW)
    assert resting.problem == "The excluded folder “News” does not exist. The rule is suspended."


@pytest.mark.parametrize(
    ("text", "displayed"),
    [
        ("source:1", 'source:"One #1"'),
        ("cup (source:1 or -source:2)", 'cup (source:"One #1" or -source:"Two #2")'),
        ("SOURCE:one water", "SOURCE:one water"),
        ("source:99 or tga:x", "source:99 or tga:x"),
        ("source:3", 'source:"رؤيا \\"الأخبار\\" (x) #3"'),
    ],
)
def test_source_numbers_are_displayed_as_names_and_stored_as_numbers(sources, text: str, displayed: str) -> None:
    subscriptions.change(sources, 3, name='رؤيا "الأخبار" (x)', now=NOW)
    rules.add_all(sources, [Rule(0, "One", text, "star")], NOW)
    (rule,) = rules.list_all(sources, NOW)
    assert rule.display_query == displayed == query_references.to_display(sources, text, NOW)
    if not rule.problem:
        changed = rules.change(sources, rule.id, Rule(0, "Two", displayed, "star"), NOW)
        assert (changed.id, changed.query) == (rule.id, text)  # the same rule, with its matches
        assert saved_searches.add(sources, "Feed", displayed, NOW).query == query_references.to_stored(
            sources, displayed, NOW
        )


def test_name_with_a_number_means_that_source(sources) -> None:
    subscriptions.change(sources, 2, name="One", now=NOW)
    assert [one.id for one in subscriptions.find(sources, "One #2")] == [2]
    subscriptions.change(sources, 2, name="Another", now=NOW)
    assert [one.id for one in subscriptions.find(sources, "One #2")] == [2]
    subscriptions.change(sources, 1, name="Podcast #3", now=NOW)
    assert [one.id for one in subscriptions.find(sources, "podcast #3")] == [1]
    assert subscriptions.find(sources, "One #77") == []
    assert rules.add_or_enable(sources, Rule(0, "Mine", 'source:"One #2"', "star"), NOW).query == "source:2"
    with pytest.raises(StoreError, match="Rule “Mine” already does this"):
        rules.add_or_enable(sources, Rule(0, "Mine", 'source:"Another #2"', "star"), NOW)


FOLDER_NAMES = ("News", "News/Jordan", "news", "NEWS/Jordan/Amman", "News paper", "Sport", "")
TERMS = st.sampled_from(
    [
        "folder:News", "folder:news/jordan", "folder:NEWS/JORDAN/amman", 'folder:"news paper"', "folder:sport",
        "is:unread",
    ]
)  # fmt: skip
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
@given(text=QUERIES, folder=st.sampled_from(FOLDER_NAMES[:-1]), name=st.sampled_from(["World", "a b (c)", '"نيوز"']))
def test_saved_search_finds_the_same_after_its_folder_is_renamed(text: str, folder: str, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder_path, closing(open_store(Path(folder_path) / "news.db")) as db:
        for number, one in enumerate(FOLDER_NAMES):
            source = subscriptions.add(db, NewSource(f"https://{number}.example/", folder=one), NOW)
            ingestion.save(db, source.id, None, [ingestion.prepare(Entry(guid="x", title="x"))], NOW)
        saved_searches.add_all(db, [SavedSearch(0, "One", text)], NOW)
        kept = queries(db)
        before = {*results.find(db, query.by_field("search", "One"), NOW)}
        folders.rename(db, folder, f"{folder.rpartition('/')[0]}/{name}".strip("/"), NOW)
        assert {*results.find(db, query.by_field("search", "One"), NOW)} == before
        undo(db, NOW)
        assert queries(db) == kept
        assert {*results.find(db, query.by_field("search", "One"), NOW)} == before


def folders_by_name(db: sqlite3.Connection) -> dict[str, str]:
    return dict(db.execute("SELECT name, folder FROM source").fetchall())


@pytest.mark.parametrize(
    ("do", "many", "moved", "sentence"),
    [
        (lambda db: folders.rename(db, "News", "World", NOW), 2, {"One": "World", "Two": "World/Jordan"},
         "Undone: Renamed folder “News” to “World”."),
        (lambda db: folders.rename(db, "News", "All/News", NOW), 2, {"One": "All/News", "Two": "All/News/Jordan"},
         "Undone: Renamed folder “News” to “All/News”."),
        (lambda db: folders.remove(db, "News", NOW), 2, {"One": "", "Two": "Jordan"},
         "Undone: Removed folder “News”."),
        (lambda db: folders.remove(db, "News/Jordan", NOW), 1, {"Two": "News"},
         "Undone: Removed folder “News/Jordan”."),
        (lambda db: folders.rename(db, "Nothing", "x", NOW), 0, {}, None),
    ],
)  # fmt: skip
def test_folder_is_renamed_or_removed_with_its_subfolders_and_undone(sources, do, many, moved, sentence) -> None:
    before = folders_by_name(sources)
    assert do(sources) == many
    assert folders_by_name(sources) == before | moved
    assert undo(sources, NOW) == sentence
    assert folders_by_name(sources) == before
    redo(sources, NOW)
    assert folders_by_name(sources) == before | moved


def test_source_added_again_is_in_its_renamed_folder(sources) -> None:
    (one,) = subscriptions.find(sources, "One")
    subscriptions.remove(sources, one.id, NOW)
    folders.rename(sources, "News", "World", NOW)
    assert subscriptions.add(sources, NewSource(one.url), NOW).folder == "World"
