"""Stories: found by a refresh, grouped or ungrouped by hand, and undone."""

import sqlite3
from collections.abc import Callable

import pytest

from roya_tui import query
from roya_tui.model import Entry, Feed, Moment, NewSource
from roya_tui.refresh import story_clustering
from roya_tui.refresh.parse_jobs import prepare_entries
from roya_tui.refresh.story_clustering import StoryClusterer
from roya_tui.store import cleanup
from roya_tui.store.articles import ingestion, lookup
from roya_tui.store.database import find_problems
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state, stories
from roya_tui.store.user_data.journal import redo, undo

NOW = 1_000_000_000
DAY = 86_400
CRASH = ("Tram derails in Ellwick, four hurt", "A tram derailed in Ellwick on Monday; four people were hurt.")
AGAIN = ("Four injured as tram jumps rails in Ellwick", "Four people were hurt in Ellwick when a tram derailed.")
THIRD = ("Ellwick tram derails: four people hurt", "Four were hurt as a tram derailed in Ellwick.")
OTHER = ("Bakers of Orbury raise the price of bread", "Bread costs more in Orbury from May, bakers say.")

SaveHeadlines = Callable[..., list[int]]


@pytest.fixture
def save_headlines(db: sqlite3.Connection) -> SaveHeadlines:
    """Save headlines, each from a source of its own, and cluster them: `save_headlines(CRASH, AGAIN, …, now=NOW)`."""
    count = 0

    def save_headlines(*members: tuple[str, str], now: int = NOW, at: int | None = None) -> list[int]:
        nonlocal count
        ids = []
        for title, lead in members:
            count += 1
            source = subscriptions.add(db, NewSource(f"https://source-{count}.example/rss"), now)
            entry = Entry(
                guid="1", title=title, summary=lead, published=Moment(now if at is None else at), language="en"
            )
            ids += ingestion.save(db, source.id, None, prepare_entries(Feed("rss", entries=(entry,)), now), now).new
        cluster(db)
        return ids

    return save_headlines


def cluster(db: sqlite3.Connection) -> None:
    clusterer = StoryClusterer()
    while clusterer.cluster_some(db):
        pass


def story_of(db: sqlite3.Connection, id: int) -> tuple[int | None, int]:
    (headline,) = lookup.load_headlines(db, [id])
    return headline.story, headline.story_size


def is_one_story(db: sqlite3.Connection, *ids: int) -> bool:
    """Return whether these articles, and no others, are one story."""
    story, _ = story_of(db, ids[0])
    return story is not None and set(results.find(db, query.parse(f"story:{story}", NOW), NOW)) == set(ids)


def user_rows(db: sqlite3.Connection) -> list[object]:
    return db.execute("SELECT * FROM state ORDER BY article_id").fetchall()


def test_articles_about_one_event_become_a_story(db, save_headlines: SaveHeadlines) -> None:
    one, two, other = save_headlines(CRASH, AGAIN, OTHER)
    assert is_one_story(db, one, two)
    assert story_of(db, one)[1] == 2
    assert story_of(db, other) == (None, 1)
    (three,) = save_headlines(THIRD, now=NOW + 3_600)
    assert is_one_story(db, one, two, three)
    assert [member.id for member in stories.list_members(db)] == [one, two, three]
    stories.group(db, [other, two], NOW)
    stories.ungroup(db, [one], NOW)
    members = [(member.id, member.story) for member in stories.list_members(db)]
    assert [id for id, _ in members] == [two, other, three, one]
    assert len({story for _, story in members[:3]}) == 1


def test_article_that_connects_two_stories_merges_them(db, save_headlines: SaveHeadlines) -> None:
    ids = save_headlines(CRASH, CRASH, AGAIN, AGAIN)
    db.execute("UPDATE telling SET story = 8 WHERE article_id IN (?, ?)", ids[2:])
    ids += save_headlines(THIRD)
    assert is_one_story(db, *ids)


def test_story_has_a_maximum_size(db, save_headlines: SaveHeadlines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story_clustering, "_MAX_STORY_SIZE", 3)
    ids = save_headlines(CRASH, AGAIN, THIRD) + save_headlines(CRASH, AGAIN) + save_headlines(THIRD)
    assert is_one_story(db, *ids[:3])
    assert is_one_story(db, *ids[3:])
    save_headlines(CRASH)
    assert is_one_story(db, *ids[:3])
    assert is_one_story(db, *ids[3:])


def test_stories_are_not_merged_when_they_would_be_too_large(db, save_headlines, monkeypatch) -> None:
    ids = save_headlines(CRASH, CRASH, AGAIN, AGAIN)
    db.execute("UPDATE telling SET story = 8 WHERE article_id IN (?, ?)", ids[2:])
    monkeypatch.setattr(story_clustering, "_MAX_STORY_SIZE", 3)
    save_headlines(THIRD)
    assert story_of(db, ids[0])[0] != story_of(db, ids[2])[0]
    assert [story_of(db, id)[1] for id in ids].count(2) == 2


def test_old_articles_are_not_clustered(db, save_headlines: SaveHeadlines) -> None:
    one, _two = save_headlines(CRASH, AGAIN, at=NOW - 30 * DAY)
    assert story_of(db, one) == (None, 1)
    assert db.execute("SELECT count(*) FROM telling").fetchone() == (0,)


def test_stories_stay_when_fingerprints_expire(db, save_headlines: SaveHeadlines) -> None:
    one, two, _other = save_headlines(CRASH, AGAIN, OTHER)
    stories.expire_fingerprints(db, NOW + 6 * DAY)
    assert is_one_story(db, one, two)
    assert db.execute("SELECT article_id, packed FROM telling").fetchall() == [(one, None), (two, None)]
    assert not StoryClusterer().cluster_some(db)


def test_article_is_clustered_again_when_its_title_changes(db, save_headlines: SaveHeadlines) -> None:
    (one,) = save_headlines(CRASH)
    wrong = Entry(guid="1", title="Untitled draft of page", published=Moment(NOW), language="en")
    source = subscriptions.add(db, NewSource("https://slow.example/rss"), NOW)
    (two,) = ingestion.save(db, source.id, None, prepare_entries(Feed("rss", entries=(wrong,)), NOW), NOW).new
    cluster(db)
    assert story_of(db, two) == (None, 1)
    right = Entry(guid="1", title=AGAIN[0], summary=AGAIN[1], published=Moment(NOW), language="en")
    ingestion.save(db, source.id, None, prepare_entries(Feed("rss", entries=(right,)), NOW), NOW)
    cluster(db)
    assert is_one_story(db, one, two)


def test_ungrouping_lasts_and_is_undone_exactly(db, save_headlines: SaveHeadlines) -> None:
    one, two, three = save_headlines(CRASH, AGAIN, THIRD)
    article_state.mark(db, [one], NOW, starred=True)
    before = user_rows(db)
    assert stories.ungroup(db, [two], NOW) == 1
    assert (is_one_story(db, one, three), story_of(db, two)) == (True, (None, 1))
    assert undo(db, NOW) == f"Undone: Removed “{AGAIN[0]}” from its story."
    assert user_rows(db) == before
    assert is_one_story(db, one, two, three)
    assert redo(db, NOW) == f"Redone: Removed “{AGAIN[0]}” from its story."
    assert is_one_story(db, one, three)
    db.execute("UPDATE telling SET sorted = 0")
    cluster(db)
    assert (is_one_story(db, one, three), story_of(db, two)) == (True, (None, 1)), "no refresh puts it back"
    undo(db, NOW)
    assert is_one_story(db, one, two, three), "the story that was found is stored"


def test_grouping_takes_whole_stories_and_is_undone_exactly(db, save_headlines: SaveHeadlines) -> None:
    one, two, other = save_headlines(CRASH, AGAIN, OTHER)
    before = user_rows(db)
    assert stories.group(db, [one, other], NOW) == 3
    assert is_one_story(db, one, two, other)
    assert stories.group(db, [one, two], NOW) == 0, "they are one already"
    assert undo(db, NOW) == "Undone: Grouped 3 articles."
    assert user_rows(db) == before
    assert (is_one_story(db, one, two), story_of(db, other)) == (True, (None, 1))


def test_new_article_joins_a_grouped_story_but_does_not_undo_ungrouping(db, save_headlines: SaveHeadlines) -> None:
    one, two, other = save_headlines(CRASH, AGAIN, OTHER)
    stories.group(db, [two, other], NOW)
    (three,) = save_headlines(THIRD)
    assert is_one_story(db, one, two, three, other)
    stories.ungroup(db, [one, two], NOW)
    (four,) = save_headlines(("Ellwick: four hurt as tram derails", CRASH[1]))
    sizes = {id: story_of(db, id)[1] for id in (one, two)}
    assert sorted(sizes.values()) in ([1, 1], [1, 2]), "those taken apart stay apart"
    assert story_of(db, four)[1] in (2, 3)


def test_grouping_ignores_missing_and_single_articles(db, save_headlines: SaveHeadlines) -> None:
    (one,) = save_headlines(CRASH)
    for ids in ([], [999], [0]):
        assert (stories.ungroup(db, ids, NOW), stories.group(db, ids, NOW)) == (0, 0)
    assert stories.ungroup(db, [one], NOW) == 0
    assert undo(db, NOW) is None
    assert user_rows(db) == []


def test_story_numbers_are_not_reused(db, save_headlines: SaveHeadlines) -> None:
    _one, two = save_headlines(CRASH, AGAIN)
    stories.ungroup(db, [two], NOW)
    undo(db, NOW)
    bread, dear = save_headlines(OTHER, ("Bread of Orbury's bakers gets dearer, price up", OTHER[1]))
    assert is_one_story(db, bread, dear)
    redo(db, NOW)
    assert story_of(db, two) == (None, 1)
    assert is_one_story(db, bread, dear)


def test_deleting_articles_leaves_no_story_of_one(db, save_headlines: SaveHeadlines) -> None:
    old, _, _other = save_headlines(CRASH, AGAIN, OTHER)
    article_state.mark(db, [old], NOW, starred=True)
    assert cleanup.delete_old(db, NOW + DAY) == 2
    assert story_of(db, old) == (None, 1)
    assert find_problems(db) == []


def test_article_of_a_removed_source_is_in_its_story_again_when_undone(db, save_headlines: SaveHeadlines) -> None:
    one, two = save_headlines(CRASH, AGAIN)
    (headline,) = lookup.load_headlines(db, [two])
    subscriptions.remove(db, headline.source_id, NOW)
    story, _ = story_of(db, one)
    assert list(results.find(db, query.parse(f"story:{story}", NOW), NOW)) == [one]
    undo(db, NOW)
    assert is_one_story(db, one, two)
