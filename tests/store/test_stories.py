"""Stories in the store: what a refresh finds, what the person makes of it, and that nothing of it is lost."""

from __future__ import annotations

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

Tell = Callable[..., list[int]]


@pytest.fixture
def tell(db: sqlite3.Connection) -> Tell:
    """Save headlines, each from a source of its own, and sort them into stories: `tell(CRASH, AGAIN, …, now=NOW)`."""
    count = 0

    def tell(*told: tuple[str, str], now: int = NOW, at: int | None = None) -> list[int]:
        nonlocal count
        ids = []
        for title, lead in told:
            count += 1
            source = subscriptions.add(db, NewSource(f"https://source-{count}.example/rss"), now)
            entry = Entry(
                guid="1", title=title, summary=lead, published=Moment(now if at is None else at), language="en"
            )
            ids += ingestion.save(db, source.id, None, prepare_entries(Feed("rss", entries=(entry,)), now), now).new
        sort(db)
        return ids

    return tell


def sort(db: sqlite3.Connection) -> None:
    sorting = StoryClusterer()
    while sorting.cluster_some(db):
        pass


def story_of(db: sqlite3.Connection, id: int) -> tuple[int | None, int]:
    (headline,) = lookup.load_headlines(db, [id])
    return headline.story, headline.tellings


def together(db: sqlite3.Connection, *ids: int) -> bool:
    """Whether these articles, and no others, tell one story."""
    story, _ = story_of(db, ids[0])
    return story is not None and set(results.find(db, query.parse(f"story:{story}", NOW), NOW)) == set(ids)


def personal(db: sqlite3.Connection) -> list[object]:
    return db.execute("SELECT * FROM state ORDER BY article_id").fetchall()


def test_what_tells_the_same_is_one_story(db, tell: Tell) -> None:
    one, two, other = tell(CRASH, AGAIN, OTHER)
    assert together(db, one, two)
    assert story_of(db, one)[1] == 2
    assert story_of(db, other) == (None, 1)
    (three,) = tell(THIRD, now=NOW + 3_600)
    assert together(db, one, two, three)
    assert [telling.id for telling in stories.list_members(db)] == [one, two, three]
    stories.group(db, [other, two], NOW)
    stories.ungroup(db, [one], NOW)
    told = [(telling.id, telling.story) for telling in stories.list_members(db)]
    assert [id for id, _ in told] == [two, other, three, one]
    assert len({story for _, story in told[:3]}) == 1


def test_saved_and_sorted_in_the_same_or_in_another_process_comes_to_the_same(db, tell: Tell) -> None:
    ids = tell(CRASH) + tell(OTHER) + tell(AGAIN)
    assert together(db, ids[0], ids[2])


def test_an_article_that_connects_two_stories_makes_one_of_them(db, tell: Tell) -> None:
    ids = tell(CRASH, CRASH, AGAIN, AGAIN)
    db.execute("UPDATE telling SET story = 8 WHERE article_id IN (?, ?)", ids[2:])
    ids += tell(THIRD)
    assert together(db, *ids)


def test_a_story_takes_in_only_so_many_tellings(db, tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story_clustering, "_MAX_STORY_SIZE", 3)
    ids = tell(CRASH, AGAIN, THIRD) + tell(CRASH, AGAIN) + tell(THIRD)
    assert together(db, *ids[:3])
    assert together(db, *ids[3:])
    tell(CRASH)
    assert together(db, *ids[:3])
    assert together(db, *ids[3:])


def test_stories_that_would_be_too_many_tellings_stay_apart(db, tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = tell(CRASH, CRASH, AGAIN, AGAIN)
    db.execute("UPDATE telling SET story = 8 WHERE article_id IN (?, ?)", ids[2:])
    monkeypatch.setattr(story_clustering, "_MAX_STORY_SIZE", 3)
    tell(THIRD)
    assert story_of(db, ids[0])[0] != story_of(db, ids[2])[0]
    assert [story_of(db, id)[1] for id in ids].count(2) == 2


def test_old_articles_are_in_no_story_and_known_by_nothing(db, tell: Tell) -> None:
    one, _two = tell(CRASH, AGAIN, at=NOW - 30 * DAY)
    assert story_of(db, one) == (None, 1)
    assert db.execute("SELECT count(*) FROM telling").fetchone() == (0,)


def test_stories_stay_when_what_they_were_found_by_is_let_go(db, tell: Tell) -> None:
    one, two, _other = tell(CRASH, AGAIN, OTHER)
    stories.expire_fingerprints(db, NOW + 6 * DAY)
    assert together(db, one, two)
    assert db.execute("SELECT article_id, packed FROM telling").fetchall() == [(one, None), (two, None)]
    assert not StoryClusterer().cluster_some(db)


def test_a_corrected_title_is_sorted_anew(db, tell: Tell) -> None:
    (one,) = tell(CRASH)
    wrong = Entry(guid="1", title="Untitled draft of page", published=Moment(NOW), language="en")
    source = subscriptions.add(db, NewSource("https://slow.example/rss"), NOW)
    (two,) = ingestion.save(db, source.id, None, prepare_entries(Feed("rss", entries=(wrong,)), NOW), NOW).new
    sort(db)
    assert story_of(db, two) == (None, 1)
    right = Entry(guid="1", title=AGAIN[0], summary=AGAIN[1], published=Moment(NOW), language="en")
    ingestion.save(db, source.id, None, prepare_entries(Feed("rss", entries=(right,)), NOW), NOW)
    sort(db)
    assert together(db, one, two)


def test_taking_one_out_lasts_and_is_undone_exactly(db, tell: Tell) -> None:
    one, two, three = tell(CRASH, AGAIN, THIRD)
    article_state.mark(db, [one], NOW, starred=True)
    before = personal(db)
    assert stories.ungroup(db, [two], NOW) == 1
    assert (together(db, one, three), story_of(db, two)) == (True, (None, 1))
    assert undo(db, NOW) == f"Undone: took “{AGAIN[0]}” out of its story."
    assert personal(db) == before
    assert together(db, one, two, three)
    assert redo(db, NOW) == f"Redone: took “{AGAIN[0]}” out of its story."
    assert together(db, one, three)
    db.execute("UPDATE telling SET sorted = 0")
    sort(db)
    assert (together(db, one, three), story_of(db, two)) == (True, (None, 1)), "no refresh puts it back"
    undo(db, NOW)
    assert together(db, one, two, three), "what was found was kept"


def test_putting_together_takes_whole_stories_and_is_undone_exactly(db, tell: Tell) -> None:
    one, two, other = tell(CRASH, AGAIN, OTHER)
    before = personal(db)
    assert stories.group(db, [one, other], NOW) == 3
    assert together(db, one, two, other)
    assert stories.group(db, [one, two], NOW) == 0, "they are one already"
    assert undo(db, NOW) == "Undone: made one story of 3."
    assert personal(db) == before
    assert (together(db, one, two), story_of(db, other)) == (True, (None, 1))


def test_what_comes_later_joins_what_the_person_made_but_makes_nothing_one_with_it(db, tell: Tell) -> None:
    one, two, other = tell(CRASH, AGAIN, OTHER)
    stories.group(db, [two, other], NOW)
    (three,) = tell(THIRD)
    assert together(db, one, two, three, other)
    stories.ungroup(db, [one, two], NOW)
    (four,) = tell(("Ellwick: four hurt as tram derails", CRASH[1]))
    sizes = {id: story_of(db, id)[1] for id in (one, two)}
    assert sorted(sizes.values()) in ([1, 1], [1, 2]), "those taken apart stay apart"
    assert story_of(db, four)[1] in (2, 3)


@pytest.mark.parametrize("ids", [[], [999], [0]])
def test_nothing_is_done_with_what_is_not_there(db, tell: Tell, ids: list[int]) -> None:
    tell(CRASH)
    assert (stories.ungroup(db, ids, NOW), stories.group(db, ids, NOW)) == (0, 0)
    assert undo(db, NOW) is None


def test_one_that_stands_alone_is_not_taken_out_of_anything(db, tell: Tell) -> None:
    (one,) = tell(CRASH)
    assert stories.ungroup(db, [one], NOW) == 0
    assert personal(db) == []


def test_a_number_is_never_used_twice(db, tell: Tell) -> None:
    _one, two = tell(CRASH, AGAIN)
    stories.ungroup(db, [two], NOW)
    undo(db, NOW)
    bread, dear = tell(OTHER, ("Bread of Orbury's bakers gets dearer, price up", OTHER[1]))
    assert together(db, bread, dear)
    redo(db, NOW)
    assert story_of(db, two) == (None, 1)
    assert together(db, bread, dear)


def test_forgetting_leaves_no_story_of_one(db, tell: Tell) -> None:
    old, _, _other = tell(CRASH, AGAIN, OTHER)
    article_state.mark(db, [old], NOW, starred=True)
    assert cleanup.delete_old(db, NOW + DAY) == 2
    assert story_of(db, old) == (None, 1)
    assert find_problems(db) == []


def test_a_removed_source_keeps_its_telling_and_comes_back_with_it(db, tell: Tell) -> None:
    one, two = tell(CRASH, AGAIN)
    (headline,) = lookup.load_headlines(db, [two])
    subscriptions.remove(db, headline.source_id, NOW)
    story, _ = story_of(db, one)
    assert list(results.find(db, query.parse(f"story:{story}", NOW), NOW)) == [one]
    undo(db, NOW)
    assert together(db, one, two)
