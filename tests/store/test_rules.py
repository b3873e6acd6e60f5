"""Rules: what they do with what comes in, what wins over them, and that every change of them is taken back by undo."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from msgspec.structs import replace

from roya_tui import query
from roya_tui.model import Entry, NewSource, Rule, SavedSearch, Source
from roya_tui.store import cleanup, rule_matching, rules
from roya_tui.store.articles import ingestion, lookup, saved_pages, search_index
from roya_tui.store.connection import StoreError
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.search import results, saved_searches
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state, rule_flags
from roya_tui.store.user_data.journal import latest_sentence, redo, undo

NOW = 10_000_000
DAY = 86_400


def add(db, text: str, effect: str = "mute", *, name: str = "", past: bool = False, **facts: object) -> Rule:
    return rules.add(db, Rule(0, name or text, text, effect, **facts), NOW, apply_to_existing=past)


def entry(title: str, guid: str = "", **facts: object) -> Entry:
    return Entry(guid=guid or title, title=title, **facts)


def titles(db: sqlite3.Connection, text: str = "") -> set[str]:
    found = results.find(db, query.parse(text, NOW), NOW)
    return {one.title for one in lookup.load_headlines(db, found)}


def everything(db: sqlite3.Connection) -> list[object]:
    """All that rules and the person have made."""
    rows = ("SELECT * FROM rule ORDER BY id", "SELECT * FROM state ORDER BY 1",
            "SELECT article_id, tag_id FROM article_tag WHERE by_person ORDER BY 1, 2")  # fmt: skip
    return [db.execute(one).fetchall() for one in rows]


# What they do


@pytest.mark.parametrize(
    ("effect", "found_by"),
    [
        ("mute", "is:hidden"),
        ("highlight", "is:highlighted"),
        ("star", "is:starred"),
        ("read", "is:read"),
        ("tag", "tag:mine"),
    ],
)
def test_what_comes_in_is_dealt_with(db, put, effect: str, found_by: str) -> None:
    add(db, "football or tag:sport", effect, tag="Mine")
    put(entry("Football tonight"), entry("Rain"), entry("Chess", tags=("Sport",)), entry("Cup", content="a football"))
    assert titles(db, found_by) == {"Football tonight", "Chess", "Cup"}


def test_what_is_muted_is_in_no_list_and_no_count(db, put, source) -> None:
    add(db, "title:football")
    (hidden, _) = put(entry("Football"), entry("Rain")).new
    assert titles(db) == titles(db, "is:unread") == {"Rain"}
    assert lookup.load_headlines(db, [hidden])[0].hidden
    assert results.count_views(db, NOW)["unread"] == 1
    assert [(one.total, one.unread) for one in subscriptions.list_all(db)] == [(1, 1)]
    (mute,) = rules.list_all(db, NOW)
    assert (mute.match_count, lookup.load_article(db, hidden).muted_by) == (1, mute.name)


def test_it_tells_which_articles_are_highlighted(db, put) -> None:
    add(db, "rain", "highlight")
    ids = put(entry("Rain"), entry("Sun")).new
    assert [one.highlighted for one in lookup.load_headlines(db, ids)] == [True, False]
    assert [lookup.load_article(db, id).highlighted_by for id in ids] == ["rain", ""]


def test_each_rule_sees_what_those_above_it_did(db, put) -> None:
    for text, effect in (("football", "tag"), ("tag:games is:unread", "read"), ("tag:games chess", "star")):
        add(db, text, effect, tag="games" if effect == "tag" else "")
    add(db, "is:starred", "tag", tag="best", name="below")
    put(entry("Football chess"), entry("Football"), entry("Chess"))
    assert titles(db, "is:read") == {"Football chess", "Football"}
    assert titles(db, "tag:best") == {"Football chess"}


def test_a_tag_that_a_rule_gives_for_the_first_time_is_found_by_its_words_below(db, put) -> None:
    add(db, "wonders or chess", "highlight")
    add(db, "football", "tag", tag="Small wonders")
    add(db, "wonders or rain", "star", name="below")
    add(db, '"small wonders"', "read")
    put(entry("Football"), entry("Chess", tags=("No wonders here",)), entry("Snow"))
    assert titles(db, "is:highlighted") == {"Chess"}
    assert titles(db, "is:starred") == {"Football", "Chess"}
    assert titles(db, "is:read") == {"Football"}


def test_what_is_muted_is_passed_by_below_and_what_is_starred_is_not_muted(db, put) -> None:
    add(db, "final", "star")
    add(db, "football")
    add(db, "tag:sport", "star", name="late")
    put(entry("Football final"), entry("Football", tags=("sport",)))
    assert titles(db, "is:starred") == {"Football final"}
    assert titles(db, "is:hidden") == {"Football"}


def test_a_rule_below_is_no_longer_below_when_it_was_moved(db, put) -> None:
    add(db, "football")
    star = add(db, "final", "star")
    assert rules.move(db, star.id, -1, NOW)
    assert not rules.move(db, star.id, -1, NOW)
    put(entry("Football final"))
    assert titles(db, "is:hidden") == set()


def test_a_rule_acts_on_what_comes_from_now_on_and_on_the_rest_if_that_is_wished(db, put) -> None:
    put(entry("Football old"))
    mute = add(db, "football")
    put(entry("Football new"))
    assert titles(db, "is:hidden") == {"Football new"}
    assert rules.apply(db, mute.id, NOW) == 1
    assert titles(db, "is:hidden") == {"Football new", "Football old"}
    assert latest_sentence(db) == "Applied the rule football, which hid 1."
    assert rules.apply(db, mute.id, NOW) == 0
    undo(db, NOW)
    assert titles(db, "is:hidden") == {"Football new"}


@pytest.mark.parametrize("effect", ["mute", "highlight", "star", "read", "tag"])
def test_making_one_for_what_is_there_too_is_one_step(db, put, effect: str) -> None:
    ids = put(entry("Football"), entry("Rain"), entry("Football again")).new
    article_state.mark(db, ids[:1], NOW, read=True)
    before = everything(db)
    add(db, "football", effect, tag="Mine", past=True, name="No games")
    after = everything(db)
    assert after != before
    assert undo(db, NOW) is not None
    assert everything(db) == before
    assert redo(db, NOW) is not None
    assert everything(db) == after


def test_what_a_rule_did_is_told(db, put) -> None:
    put(entry("Football"), entry("Football again"))
    add(db, "football", past=True, name="No games")
    assert latest_sentence(db) == "Made the rule No games, which hid 2."
    add(db, "rain", past=True)
    assert latest_sentence(db) == "Made the rule rain."


# By hand wins


def test_what_the_person_shows_again_stays_so(db, put) -> None:
    mute = add(db, "football")
    (id,) = put(entry("Football", "1")).new
    assert not article_state.has_unmarked(db, [id], "hidden")
    assert article_state.mark(db, [id], NOW, hidden=False) == 1
    assert latest_sentence(db) == "Unhid “Football”."
    assert titles(db) == {"Football"}
    put(entry("Football, again", "1", content="longer"), now=NOW + 1)
    rules.set_enabled(db, mute.id, False, NOW)
    rules.set_enabled(db, mute.id, True, NOW)
    add(db, "again", past=True)
    assert titles(db) == {"Football, again"}
    for _ in range(4):
        undo(db, NOW)
    assert titles(db) == set()
    assert redo(db, NOW) == "Redone: unhid “Football, again”." or titles(db)


def test_what_is_starred_among_the_hidden_comes_back(db, put) -> None:
    add(db, "football")
    (id,) = put(entry("Football")).new
    article_state.mark(db, [id], NOW, starred=True)
    assert titles(db, "is:starred") == {"Football"}
    undo(db, NOW)
    assert titles(db, "is:starred") == titles(db) == set()


@pytest.mark.parametrize(
    ("effect", "mark", "found_by"), [("star", "starred", "is:starred"), ("read", "read", "is:read")]
)
def test_what_the_person_took_back_is_not_done_again(db, put, effect: str, mark: str, found_by: str) -> None:
    (id,) = put(entry("Football", "1")).new
    article_state.mark(db, [id], NOW, **{mark: True})
    article_state.mark(db, [id], NOW, **{mark: False})
    add(db, "football", effect, past=True)
    put(entry("Football, changed", "1", content="longer"))
    add(db, "changed", effect, past=True)
    assert titles(db, f"is:{mark}") == set()


def test_what_is_starred_noted_or_saved_by_the_person_is_not_muted(db, put) -> None:
    starred, noted, _ = put(entry("Football 1"), entry("Football 2"), entry("Football 3")).new
    article_state.mark(db, [starred], NOW, starred=True)
    article_state.set_note(db, noted, "mine", NOW)
    saved_pages.save(db, ingestion.prepare(entry("Football page", "https://x.example/")), NOW)
    add(db, "football", past=True)
    assert titles(db, "is:hidden") == {"Football 3"}
    saved_pages.save(db, ingestion.prepare(entry("Football book", "https://x.example/b")), NOW)
    assert titles(db, "is:hidden") == {"Football 3"}


def test_a_tag_that_was_taken_off_stays_off(db, put) -> None:
    add(db, "football", "tag", tag="games")
    (id,) = put(entry("Football", "1")).new
    article_state.edit_tags(db, [id], NOW, remove=["games"])
    put(entry("Football, changed", "1", content="longer"))
    assert titles(db, "tag:games") == set()


# How long


def test_a_mute_that_ends_brings_back_just_what_it_hid(db, put) -> None:
    add(db, "football", term=7 * DAY)
    add(db, "rain")
    ids = put(entry("Football"), entry("Rain"), entry("Football by hand"), entry("Football and rain"), now=NOW).new
    article_state.mark(db, ids[2:3], NOW, hidden=True)
    assert not rule_flags.expire(db, NOW + 7 * DAY - 1)
    assert rule_flags.expire(db, NOW + 7 * DAY)
    assert titles(db) == {"Football"}
    assert [one.off for one in rules.list_all(db, NOW + 7 * DAY)] == [True, False]
    put(entry("Football later"), now=NOW + 8 * DAY)
    assert titles(db) == {"Football", "Football later"}


def test_what_comes_after_its_end_is_not_caught_even_where_nobody_switched_it_off(db, put) -> None:
    add(db, "football", term=DAY)
    put(entry("Football"), now=NOW + DAY)
    assert titles(db) == {"Football"}


def test_switched_on_again_it_stands_as_long_as_it_was_made_for(db, put) -> None:
    mute = add(db, "football", term=DAY)
    put(entry("Football"), now=NOW)
    rule_flags.expire(db, NOW + DAY)
    assert rules.set_enabled(db, mute.id, True, NOW + 3 * DAY).ends == NOW + 4 * DAY
    assert titles(db) == set()
    assert latest_sentence(db) == "Switched the rule football on."


# Making, changing, removing: steps


def test_every_change_is_a_step_that_undo_takes_back_and_redo_does_again(db, put) -> None:
    put(entry("Football"), entry("Rain"), entry("Chess"))
    states = [everything(db)]

    def done() -> None:
        states.append(everything(db))

    mute = add(db, "football", past=True)
    done()
    star = add(db, "rain", "star")
    done()
    rules.move(db, star.id, -1, NOW)
    done()
    mute = rules.change(db, mute.id, replace(mute, name="No games"), NOW)
    done()
    mute = rules.change(db, mute.id, replace(mute, query="chess"), NOW)
    done()
    rules.apply(db, mute.id, NOW)
    done()
    rules.set_enabled(db, mute.id, False, NOW)
    done()
    rules.set_enabled(db, mute.id, True, NOW)
    done()
    rules.remove(db, mute.id, NOW)
    done()
    sentences = []
    for before in reversed(states[:-1]):
        sentences.append(undo(db, NOW))
        assert everything(db) == before
    assert sentences == [
        "Undone: removed the rule No games.",
        "Undone: switched the rule No games on.",
        "Undone: switched the rule No games off.",
        "Undone: applied the rule No games, which hid 1.",
        "Undone: changed the rule No games.",
        "Undone: renamed the rule football to No games.",
        "Undone: moved the rule rain.",
        "Undone: made the rule rain.",
        "Undone: made the rule football, which hid 1.",
    ]
    for after in states[1:]:
        assert redo(db, NOW) is not None
        assert everything(db) == after


def test_with_another_query_what_the_old_one_hid_comes_back(db, put) -> None:
    mute = add(db, "football", past=True)
    put(entry("Football"))
    assert titles(db) == set()
    changed = rules.change(db, mute.id, replace(mute, query="title:chess"), NOW)
    assert (titles(db), changed.match_count) == ({"Football"}, 0)
    put(entry("Chess"))
    assert titles(db) == {"Football"}


def test_removing_one_brings_back_what_it_hid_and_undo_hides_it_again(db, put) -> None:
    mute = add(db, "football")
    _, by_hand = put(entry("Football"), entry("Football by hand")).new
    article_state.mark(db, [by_hand], NOW, hidden=True)
    rules.remove(db, mute.id, NOW)
    assert titles(db) == {"Football"}
    undo(db, NOW)
    assert titles(db) == set()


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (Rule(0, " ", "rain", "mute"), "A rule needs a name."),
        (Rule(0, "FOOTBALL", "rain", "mute"), "There is a rule football already."),
        (Rule(0, "x", "rain", "shout"), "A rule can mute, highlight, tag, star, read."),
        (Rule(0, "x", "rain", "tag"), "Which tag?"),
        (Rule(0, "x", "", "mute"), "A rule needs something to look for."),
        (Rule(0, "x", "sort:oldest", "mute"), "A rule needs something to look for."),
        (Rule(0, "x", "colour:red", "mute"), "There is no field “colour”; the nearest is folder:."),
        (Rule(0, "x", "feed:nothing", "mute"), "There is no saved feed “nothing”."),
    ],
)
def test_what_is_wrong_in_one_is_said(db, wanted: Rule, sentence: str) -> None:
    add(db, "football")
    with pytest.raises(StoreError) as wrong:
        rules.add(db, wanted, NOW)
    assert wrong.value.args[0].split(";")[0] == sentence.split(";")[0]
    assert len(rules.list_all(db, NOW)) == 1


def test_a_rule_whose_query_is_none_is_passed_by_and_says_so(db, put) -> None:
    rules.add_all(db, [Rule(0, "new", "colour:red", "mute"), Rule(0, "old", "football", "mute")], NOW)
    put(entry("Football"))
    assert titles(db) == set()
    assert [bool(one.problem) for one in rules.list_all(db, NOW)] == [True, False]


def test_a_rule_about_all_but_a_feed_that_is_gone_hides_nothing(db, put) -> None:
    feed = saved_searches.add(db, "Mine", "title:rain", NOW)
    add(db, "-feed:mine")
    saved_searches.remove(db, feed.id, NOW)
    put(entry("Football"))
    assert titles(db) == {"Football"}
    assert [one.problem for one in rules.list_all(db, NOW)] == ["There is no saved feed “mine”."]
    undo(db, NOW)
    put(entry("Chess"), entry("Rain"))
    assert titles(db) == {"Football", "Rain"}


@pytest.mark.parametrize(
    "feeds",
    [
        [" or ".join(f"tag:t{feed}x{n}" for n in range(200)) for feed in range(20)],
        ["water" + "".join(f" or feed:n{n}" for n in range(1, 20)), *[" or ".join(f"w{n}" for n in range(199))] * 19],
        [f"{'(a or (b ' * 18}feed:n{feed + 1}{'))' * 18}" for feed in range(50)],
    ],
    ids=["side by side", "held", "inside each other"],
)
def test_a_rule_about_more_feeds_than_can_be_asked_holds_up_nobody(db, put, feeds: list[str]) -> None:
    saved_searches.add_all(db, [SavedSearch(0, f"n{number}", text) for number, text in enumerate(feeds)], NOW)
    everything = " or ".join(f"feed:n{number}" for number in range(len(feeds)))
    rules.add_all(db, [Rule(0, "All", everything, "mute"), Rule(0, "Games", "football", "mute")], NOW)
    put(entry("Football"), entry("Rain"))
    assert titles(db) == {"Rain"}
    assert [bool(one.problem) for one in rules.list_all(db, NOW)] == [True, False]
    assert titles(db, everything) <= {"Rain"}


def test_many_rules_on_articles_far_apart_let_others_to_the_store_meanwhile(db, put, monkeypatch) -> None:
    monkeypatch.setattr(rule_matching, "_MAX_GAP", 0)
    monkeypatch.setattr(rule_matching, "_MAX_QUERIES", 4)
    add(db, "football")
    add(db, "chess")
    put(*(entry(f"Football {number}") for number in range(5)))
    left = [len(titles(db))]
    while rule_matching.match_queued(db):
        left.append(len(titles(db)))
    assert left == [3, 1, 0]


def test_a_preview_tells_what_would_be_caught(db, put) -> None:
    put(entry("Football 1"), entry("Rain"), entry("Football 2"), now=NOW - DAY)
    put(entry("Football long ago"), now=NOW - 40 * DAY)
    found = rules.preview(db, query.parse("football", NOW), NOW)
    assert (found.count, found.total) == (2, 3)
    assert [one.title for one in found.newest] == ["Football 1", "Football 2"]


@pytest.mark.parametrize(
    ("effect", "count", "already", "found_by", "sentence"),
    [
        ("mute", 6, 2, "is:hidden", ", which hid 4; 2 were hidden already."),
        ("highlight", 9, 1, "is:highlighted", ", which highlighted 8; 1 was highlighted already."),
        ("star", 6, 1, "is:starred", ", which starred 5; 1 was starred already."),
        ("read", 6, 0, "is:read", ", which marked read 6."),
        ("tag", 7, 0, "tag:mine", ", which tagged 7."),
    ],
)
def test_a_preview_agrees_with_what_is_done_then(
    db, put, effect: str, count: int, already: int, found_by: str, sentence: str
) -> None:
    names = ("starred", "noted", "hidden", "muted", "lit", "read", "shown again", "unstarred", "plain")
    ids = dict(zip(names, put(*(entry(f"Football {name}") for name in names), now=NOW - DAY).new, strict=True))
    add(db, "title:muted or title:shown", past=True)
    add(db, "title:lit", "highlight", past=True)
    add(db, "title:unstarred", "star", past=True)
    article_state.mark(db, [ids["starred"]], NOW, starred=True)
    article_state.mark(db, [ids["hidden"]], NOW, hidden=True)
    article_state.mark(db, [ids["shown again"]], NOW, hidden=False)
    article_state.mark(db, [ids["unstarred"]], NOW, starred=False)
    article_state.mark(db, [ids["read"]], NOW, read=True)
    article_state.set_note(db, ids["noted"], "mine", NOW)
    saved_pages.save(db, ingestion.prepare(entry("Football page", url="https://x.example/")), NOW)
    so = query.parse(found_by, NOW)
    before = results.find_all(db, so, NOW)
    told = rules.preview(db, query.parse("football", NOW), NOW, effect)
    assert (told.count, told.already_done, told.count + told.exempt) == (count, already, 10)
    add(db, "football", effect, tag="Mine", past=True)
    assert latest_sentence(db).endswith(sentence)
    assert len(results.find_all(db, so, NOW)) - len(before) == count - already


# What they survive


def test_an_entry_that_changes_is_looked_at_again(db, put) -> None:
    add(db, "football")
    put(entry("Tonight", "1"), entry("Football", "2"))
    put(entry("Football tonight", "1", content="longer"), entry("Another word", "2", content="longer"))
    assert titles(db) == set()  # what is caught once stays so


def test_a_source_that_is_added_again_comes_back_as_it_was(db, put, source) -> None:
    add(db, f"source:{source.id} football")
    put(entry("Football"), entry("Rain"))
    subscriptions.remove(db, source.id, NOW)
    subscriptions.add(db, NewSource(source.url), NOW + 1)
    put(entry("Football"), entry("Rain"), entry("Football later"), now=NOW + 2)
    assert titles(db) == {"Rain"}


def test_what_a_killed_refresh_saved_meets_the_rules_later(path: Path, db, source: Source) -> None:
    add(db, "wells")
    rows = [ingestion.prepare(entry("Plan", content="forty wells")), ingestion.prepare(entry("Rain"))]
    ingestion.save(db, source.id, None, rows, NOW, index=search_index.enqueue)
    assert titles(db) == {"Plan", "Rain"}  # search does not know it yet
    db.close()
    later = open_store(path)
    search_index.index_queue(later)
    assert titles(later) == {"Rain"}
    assert not search_index.index_batch(later)
    assert find_problems(later) == []
    later.close()


def test_a_rule_made_after_something_came_in_does_not_take_it_for_new(db, source) -> None:
    ingestion.save(db, source.id, None, [ingestion.prepare(entry("Football"))], NOW, index=search_index.enqueue)
    add(db, "football")
    search_index.index_queue(db)
    assert titles(db) == {"Football"}


def test_articles_far_from_each_other_are_all_looked_at(db, put) -> None:
    put(entry("Tonight", "1"))
    db.execute("UPDATE sqlite_sequence SET seq = 900000 WHERE name = 'article'")
    add(db, "football")
    put(entry("Football", "1", content="longer"), entry("Football later"), entry("Rain"))
    assert titles(db) == {"Rain"}


def test_what_is_forgotten_leaves_nothing_behind(db, put) -> None:
    add(db, "football")
    put(entry("Football"))
    assert cleanup.delete_old(db, NOW + DAY) == 1
    assert db.execute("SELECT count(*) FROM caught").fetchone()[0] == 0
    assert find_problems(db) == []


def test_what_a_rule_has_caught_is_kept_as_long_as_undo_can_bring_it_back(db, put) -> None:
    mute = add(db, "football")
    hidden = put(entry("Football")).new
    rules.remove(db, mute.id, NOW)
    assert cleanup.trim_records(db, NOW, delete=True) == 0
    undo(db, NOW)
    assert titles(db) == set()
    redo(db, NOW)
    for _ in range(100):
        article_state.mark(db, hidden, NOW, starred=True)
        article_state.mark(db, hidden, NOW, starred=False)
    assert cleanup.trim_records(db, NOW, delete=False) == 1
    assert cleanup.trim_records(db, NOW, delete=True) == 1
    assert cleanup.trim_records(db, NOW, delete=True) == 0
