"""Merged and renamed tags, for stored and future articles, and their undo."""

import sqlite3

import pytest

from roya_tui import query
from roya_tui.model import Entry
from roya_tui.store.articles import lookup
from roya_tui.store.connection import StoreError
from roya_tui.store.search import results, vocabulary
from roya_tui.store.user_data import article_state, tags
from roya_tui.store.user_data.journal import redo, undo

NOW = 10_000


@pytest.fixture
def articles(put) -> tuple[int, ...]:
    return put(
        Entry(guid="1", title="One", tags=("economics",)),
        Entry(guid="2", title="Two", tags=("Economy", "economics")),
        Entry(guid="3", title="Three", tags=("economy", "water")),
    ).new


def counts(db: sqlite3.Connection) -> dict[str, int]:
    return {tag.name: tag.total for tag in results.list_tags(db)}


def with_tag(db: sqlite3.Connection, name: str) -> set[int]:
    return set(results.find(db, query.by_field("tag", name), NOW))


def test_merged_tag_counts_as_the_other_one_everywhere(db, put, articles) -> None:
    before = counts(db)
    tags.merge(db, "economics", "Economy", NOW)
    assert counts(db) == {"economy": 3, "water": 1}
    assert with_tag(db, "economy") == with_tag(db, "ECONOMICS") == set(articles)
    assert [lookup.load_article(db, id).tags for id in articles] == [("economy",), ("Economy",), ("economy", "water")]
    assert [*vocabulary.load(db)["tag"]] == ["economy", "water"]
    assert tags.list_by_use(db) == ["economy", "water"]
    found = results.find(db, query.parse("economy", NOW), NOW)
    assert set(found) == set(articles)

    (later,) = put(Entry(guid="4", title="Four", tags=("Economics",)), now=3_000).new
    assert with_tag(db, "economy") == {*articles, later}
    assert counts(db)["economy"] == 4
    unread = {tag.name: tag.unread for tag in results.list_tags(db)}
    assert unread["economy"] == 4

    assert undo(db, NOW) == "Undone: Merged tag “economics” into “economy”."
    assert counts(db) == before | {"economics": 3}
    assert db.execute("SELECT * FROM tag_alias").fetchall() == []
    assert redo(db, NOW) == "Redone: Merged tag “economics” into “economy”."
    assert counts(db)["economy"] == 4


def test_excluded_tag_counts_by_the_name_that_it_was_merged_into(db, articles) -> None:
    tags.merge(db, "economics", "Economy", NOW)
    left_out = results.count_tags(db, query.Query(), NOW, excluded=["Economics"])
    assert {tag.name: tag.total for tag in left_out} == {"economy": 3}


def test_renamed_tag_can_be_renamed_back(db, articles) -> None:
    tags.merge(db, "water", "Wells", NOW)
    assert counts(db)["Wells"] == 1
    tags.merge(db, "Wells", "Rivers", NOW)
    assert counts(db)["Rivers"] == 1
    assert with_tag(db, "water") == with_tag(db, "wells") == {articles[2]}
    tags.merge(db, "Rivers", "water", NOW)
    assert counts(db)["water"] == 1
    assert with_tag(db, "rivers") == {articles[2]}
    sentences = [undo(db, NOW), undo(db, NOW), undo(db, NOW)]
    assert sentences == [
        "Undone: Merged tag “Rivers” into “water”.",
        "Undone: Renamed tag “Wells” to “Rivers”.",
        "Undone: Renamed tag “water” to “Wells”.",
    ]
    assert db.execute("SELECT * FROM tag_alias").fetchall() == []


def test_merges_in_a_row_lead_to_the_last_tag_and_are_unmerged(db, articles) -> None:
    tags.merge(db, "economics", "economy", NOW)
    tags.merge(db, "economy", "water", NOW)
    assert counts(db) == {"water": 3}
    assert tags.list_aliases(db) == [("economics", "water"), ("economy", "water")]
    assert tags.unmerge(db, "water", NOW) == 2
    assert counts(db) == {"economics": 2, "economy": 2, "water": 1}
    undo(db, NOW)
    assert counts(db) == {"water": 3}


@pytest.mark.parametrize(
    ("name", "into", "sentence"),
    [
        ("nothing", "water", "There is no tag “nothing”."),
        ("water", " ", "A tag needs a name."),
        ("water", "WATER", "This is the same tag. Case and accents do not matter."),
    ],
)
def test_merge_is_refused_with_a_reason(db, articles, name: str, into: str, sentence: str) -> None:
    with pytest.raises(StoreError) as caught:
        tags.merge(db, name, into, NOW)
    assert caught.value.message == sentence
    assert db.execute("SELECT * FROM journal").fetchall() == []


def test_your_tags_are_merged_too(db, articles) -> None:
    article_state.edit_tags(db, articles[:1], NOW, add=["Dams"])
    tags.merge(db, "Dams", "Water", NOW)
    assert lookup.load_article(db, articles[0]).own_tags == ("water",)
    article_state.edit_tags(db, articles[:1], NOW, add=["dams"])  # adds the tag that it was merged into
    assert tags.count_user_tags(db, articles) == {"water": 1}
    assert article_state.edit_tags(db, articles[:1], NOW, remove=["water"]) == 1
    assert lookup.load_article(db, articles[0]).own_tags == ()
    undo(db, NOW)
    assert lookup.load_article(db, articles[0]).own_tags == ("water",)
