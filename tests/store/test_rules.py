"""Rules: what they do with new articles, what has priority over them, and undo of each change."""

import sqlite3
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.store.conftest import find_titles

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
NO_QUERY = "Type the query of the rule. Example: title:football"
DAY = 86_400


def add(db, text: str, effect: str = "mute", *, name: str = "", past: bool = False, **facts: object) -> Rule:
    return rules.add(db, Rule(0, name or text, text, effect, **facts), NOW, apply_to_existing=past)


def entry(title: str, guid: str = "", **facts: object) -> Entry:
    return Entry(guid=guid or title, title=title, **facts)


def titles(db: sqlite3.Connection, text: str = "") -> set[str]:
    return find_titles(db, text, NOW)


def user_rows(db: sqlite3.Connection) -> list[object]:
    """Return all rows that rules and users write."""
    rows = ("SELECT * FROM rule ORDER BY id", "SELECT * FROM state ORDER BY 1",
            "SELECT article_id, tag_id FROM article_tag WHERE by_person ORDER BY 1, 2")  # fmt: skip
    return [db.execute(one).fetchall() for one in rows]


@pytest.mark.parametrize(
    ("effect", "found_by"),
    [
        ("mute", "is:hidden"), ("highlight", "is:highlighted"), ("star", "is:starred"), ("read", "is:read"),
        ("tag", "tag:mine"),
    ],
)  # fmt: skip
def test_rule_acts_on_new_articles(db, put, effect: str, found_by: str) -> None:
    add(db, "football or tag:sport", effect, tag="Mine")
    put(entry("Football tonight"), entry("Rain"), entry("Chess", tags=("Sport",)), entry("Cup", content="a football"))
    assert titles(db, found_by) == {"Football tonight", "Chess", "Cup"}


def test_muted_article_is_in_no_list_and_not_counted(db, put, source) -> None:
    add(db, "title:football")
    (hidden, _) = put(entry("Football"), entry("Rain")).new
    assert titles(db) == titles(db, "is:unread") == {"Rain"}
    assert lookup.load_headlines(db, [hidden])[0].hidden
    assert results.count_views(db, NOW)["unread"] == 1
    assert [(one.total, one.unread) for one in subscriptions.list_all(db)] == [(1, 1)]
    (mute,) = rules.list_all(db, NOW)
    assert (mute.match_count, lookup.load_article(db, hidden).muted_by) == (1, mute.name)


def test_headlines_and_articles_name_their_highlight(db, put) -> None:
    add(db, "rain", "highlight")
    ids = put(entry("Rain"), entry("Sun")).new
    assert [one.highlighted for one in lookup.load_headlines(db, ids)] == [True, False]
    assert [lookup.load_article(db, id).highlighted_by for id in ids] == ["rain", ""]


def test_rule_sees_the_effects_of_rules_above_it(db, put) -> None:
    for text, effect in (("football", "tag"), ("tag:games is:unread", "read"), ("tag:games chess", "star")):
        add(db, text, effect, tag="games" if effect == "tag" else "")
    add(db, "is:starred", "tag", tag="best", name="below")
    put(entry("Football chess"), entry("Football"), entry("Chess"))
    assert titles(db, "is:read") == {"Football chess", "Football"}
    assert titles(db, "tag:best") == {"Football chess"}


def test_new_tag_of_a_rule_is_found_by_rules_below_it(db, put) -> None:
    add(db, "wonders or chess", "highlight")
    add(db, "football", "tag", tag="Small wonders")
    add(db, "wonders or rain", "star", name="below")
    add(db, '"small wonders"', "read")
    put(entry("Football"), entry("Chess", tags=("No wonders here",)), entry("Snow"))
    assert titles(db, "is:highlighted") == {"Chess"}
    assert titles(db, "is:starred") == {"Football", "Chess"}
    assert titles(db, "is:read") == {"Football"}


def test_rules_below_skip_muted_articles_and_do_not_mute_starred_ones(db, put) -> None:
    add(db, "final", "star")
    add(db, "football")
    add(db, "tag:sport", "star", name="late")
    put(entry("Football final"), entry("Football", tags=("sport",)))
    assert titles(db, "is:starred") == {"Football final"}
    assert titles(db, "is:hidden") == {"Football"}
    moved = add(db, "chess", "star")
    for _ in range(3):
        assert rules.move(db, moved.id, -1, NOW)
    assert not rules.move(db, moved.id, -1, NOW)
    put(entry("Football or chess"))
    assert titles(db, "is:hidden") == {"Football"}


def test_rule_acts_on_existing_articles_when_applied(db, put) -> None:
    put(entry("Football old"))
    mute = add(db, "football")
    put(entry("Football new"))
    assert titles(db, "is:hidden") == {"Football new"}
    assert rules.apply(db, mute.id, NOW) == 1
    assert titles(db, "is:hidden") == {"Football new", "Football old"}
    assert latest_sentence(db) == "Applied rule “football”: 1 article hidden."
    assert rules.apply(db, mute.id, NOW) == 0
    undo(db, NOW)
    assert titles(db, "is:hidden") == {"Football new"}


def test_notify_rule_changes_no_article_and_skips_hidden_ones(db, put) -> None:
    add(db, "title:final")
    notify = add(db, "football", "notify")
    before = user_rows(db)
    put(entry("Football tonight"), entry("Football final"), entry("Rain"))
    changed = [row for old, new in zip(before, user_rows(db), strict=True) for row in new if row not in old]
    assert len(changed) == 1  # the muted article
    assert next(one for one in rules.list_all(db, NOW) if one.id == notify.id).match_count == 1


@pytest.mark.parametrize("effect", ["mute", "highlight", "star", "read", "tag"])
def test_adding_and_applying_a_rule_is_one_step(db, put, effect: str) -> None:
    ids = put(entry("Football"), entry("Rain"), entry("Football again")).new
    article_state.mark(db, ids[:1], NOW, read=True)
    before = user_rows(db)
    add(db, "football", effect, tag="Mine", past=True, name="No games")
    after = user_rows(db)
    assert after != before
    assert undo(db, NOW) is not None
    assert user_rows(db) == before
    assert redo(db, NOW) is not None
    assert user_rows(db) == after


def test_article_unhidden_by_hand_is_not_muted_again(db, put) -> None:
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
    assert redo(db, NOW) == "Redone: Unhid “Football, again”." or titles(db)


def test_starring_shows_a_muted_article_until_undone(db, put) -> None:
    add(db, "football")
    (id,) = put(entry("Football")).new
    article_state.mark(db, [id], NOW, starred=True)
    assert titles(db, "is:starred") == {"Football"}
    undo(db, NOW)
    assert titles(db, "is:starred") == titles(db) == set()


@pytest.mark.parametrize(("effect", "mark"), [("star", "starred"), ("read", "read")])
def test_mark_removed_by_hand_is_not_set_again(db, put, effect: str, mark: str) -> None:
    (id,) = put(entry("Football", "1")).new
    article_state.mark(db, [id], NOW, **{mark: True})
    article_state.mark(db, [id], NOW, **{mark: False})
    add(db, "football", effect, past=True)
    add(db, "football", "tag", tag="games", name="games", past=True)
    article_state.edit_tags(db, [id], NOW, remove=["games"])
    put(entry("Football, changed", "1", content="longer"))
    add(db, "changed", effect, past=True)
    assert titles(db, f"is:{mark}") == titles(db, "tag:games") == set()


def test_starred_noted_and_saved_articles_are_not_muted(db, put) -> None:
    starred, noted, _ = put(entry("Football 1"), entry("Football 2"), entry("Football 3")).new
    article_state.mark(db, [starred], NOW, starred=True)
    article_state.set_note(db, noted, "mine", NOW)
    saved_pages.save(db, ingestion.prepare(entry("Football page", "https://x.example/")), NOW)
    add(db, "football", past=True)
    assert titles(db, "is:hidden") == {"Football 3"}
    saved_pages.save(db, ingestion.prepare(entry("Football book", "https://x.example/b")), NOW)
    assert titles(db, "is:hidden") == {"Football 3"}


def test_expired_mute_shows_only_what_it_hid(db, put) -> None:
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


def test_rule_with_a_term_is_renewed_when_enabled_and_ignores_articles_after_its_end(db, put) -> None:
    mute = add(db, "football", term=DAY)
    put(entry("Football"), now=NOW)
    put(entry("Football later"), now=NOW + DAY)
    assert titles(db) == {"Football later"}
    rule_flags.expire(db, NOW + DAY)
    assert rules.set_enabled(db, mute.id, True, NOW + 3 * DAY).ends == NOW + 4 * DAY
    assert titles(db) == {"Football later"}
    assert latest_sentence(db) == "Enabled rule “football”."


def test_every_change_of_a_rule_is_undone_and_redone(db, put) -> None:
    put(entry("Football"), entry("Rain"), entry("Chess"))
    states = [user_rows(db)]
    mute = add(db, "football", past=True)
    states.append(user_rows(db))
    star = add(db, "rain", "star")
    states.append(user_rows(db))
    for change in (
        lambda: rules.move(db, star.id, -1, NOW),
        lambda: rules.change(db, mute.id, replace(mute, name="No games"), NOW),
        lambda: rules.change(db, mute.id, replace(mute, name="No games", query="chess"), NOW),
        lambda: rules.apply(db, rules.find(db, "No games", NOW).id, NOW),
        lambda: rules.set_enabled(db, rules.find(db, "No games", NOW).id, False, NOW),
        lambda: rules.set_enabled(db, rules.find(db, "No games", NOW).id, True, NOW),
        lambda: rules.remove(db, rules.find(db, "No games", NOW).id, NOW),
    ):
        change()
        states.append(user_rows(db))
    messages = [
        "Removed rule “No games”.", "Enabled rule “No games”.", "Disabled rule “No games”.",
        "Applied rule “No games”: 1 article hidden.", "Edited rule “No games”.",
        "Renamed rule “football” to “No games”.", "Moved rule “rain”.", "Created rule “rain”.",
        "Created rule “football”: 1 article hidden.",
    ]  # fmt: skip
    for message, before in zip(messages, reversed(states[:-1]), strict=True):
        assert undo(db, NOW) == f"Undone: {message}"
        assert user_rows(db) == before
    for after in states[1:]:
        assert redo(db, NOW) is not None
        assert user_rows(db) == after


def test_changed_or_removed_rule_shows_what_it_hid(db, put) -> None:
    mute = add(db, "football", past=True)
    _, by_hand = put(entry("Football"), entry("Football by hand")).new
    article_state.mark(db, [by_hand], NOW, hidden=True)
    assert titles(db) == set()
    changed = rules.change(db, mute.id, replace(mute, query="title:chess"), NOW)
    assert (titles(db), changed.match_count) == ({"Football"}, 0)
    put(entry("Chess"))
    assert titles(db) == {"Football"}
    rules.remove(db, changed.id, NOW)
    assert titles(db) == {"Football", "Chess"}
    undo(db, NOW)
    assert titles(db) == {"Football"}


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (Rule(0, " ", "rain", "mute"), "A rule needs a name."),
        (Rule(0, "FOOTBALL", "rain", "mute"), "Rule “football” already exists."),
        (Rule(0, "x", "rain", "shout"), "Unknown effect “shout”. Use one of: mute, highlight, tag, star, read, notify"),
        (Rule(0, "x", "rain", "tag"), "Type the name of the tag that the rule adds."),
        (Rule(0, "x", "", "mute"), NO_QUERY),
        (Rule(0, "x", "sort:oldest", "mute"), NO_QUERY),
        (Rule(0, "x", "colour:red", "mute"), "There is no field “colour”."),
        (Rule(0, "x", "search:nothing", "mute"), "There is no saved search “nothing”."),
    ],
)
def test_rule_is_refused_with_a_reason(db, wanted: Rule, message: str) -> None:
    add(db, "football")
    with pytest.raises(StoreError) as wrong:
        rules.add(db, wanted, NOW)
    assert wrong.value.args[0].split(";")[0] == message.split(";")[0]
    assert len(rules.list_all(db, NOW)) == 1


def test_rule_gets_a_number_when_its_name_is_taken(db) -> None:
    add(db, "football")
    assert rules.add_or_enable(db, Rule(0, "Football", "rain", "mute"), NOW).name == "Football 2"


def test_rule_with_an_invalid_query_is_skipped_and_reported(db, put) -> None:
    rules.add_all(db, [Rule(0, "new", "colour:red", "mute"), Rule(0, "old", "football", "mute")], NOW)
    put(entry("Football"))
    assert titles(db) == set()
    assert [bool(one.problem) for one in rules.list_all(db, NOW)] == [True, False]


def test_rule_hides_nothing_when_its_excluded_saved_search_is_missing(db, put) -> None:
    search = saved_searches.add(db, "Mine", "title:rain", NOW)
    add(db, "-search:mine")
    saved_searches.remove(db, search.id, NOW)
    put(entry("Football"))
    assert titles(db) == {"Football"}
    assert [one.problem for one in rules.list_all(db, NOW)] == ["There is no saved search “mine”."]
    undo(db, NOW)
    put(entry("Chess"), entry("Rain"))
    assert titles(db) == {"Football", "Rain"}


@pytest.mark.parametrize(
    "feeds",
    [
        [" or ".join(f"tag:t{feed}x{n}" for n in range(200)) for feed in range(20)],
        ["water" + "".join(f" or search:n{n}" for n in range(1, 20)), *[" or ".join(f"w{n}" for n in range(199))] * 19],
        [f"{'(a or (b ' * 18}search:n{feed + 1}{'))' * 18}" for feed in range(50)],
    ],
    ids=["side by side", "held", "inside each other"],
)
def test_rule_with_too_many_saved_searches_does_not_stop_others(db, put, feeds: list[str]) -> None:
    saved_searches.add_all(db, [SavedSearch(0, f"n{number}", text) for number, text in enumerate(feeds)], NOW)
    user_rows = " or ".join(f"search:n{number}" for number in range(len(feeds)))
    rules.add_all(db, [Rule(0, "All", user_rows, "mute"), Rule(0, "Games", "football", "mute")], NOW)
    put(entry("Football"), entry("Rain"))
    assert titles(db) == {"Rain"}
    assert [bool(one.problem) for one in rules.list_all(db, NOW)] == [True, False]
    assert titles(db, user_rows) <= {"Rain"}


def test_rules_act_in_batches(db, put, monkeypatch) -> None:
    monkeypatch.setattr(rule_matching, "_MAX_GAP", 0)
    monkeypatch.setattr(rule_matching, "_MAX_QUERIES", 4)
    add(db, "football")
    add(db, "chess")
    put(*(entry(f"Football {number}") for number in range(5)))
    counts = [len(titles(db))]
    while rule_matching.match_queued(db):
        counts.append(len(titles(db)))
    assert counts == [3, 1, 0]


def test_preview_counts_the_articles_that_would_match(db, put) -> None:
    put(entry("Football 1"), entry("Rain"), entry("Football 2"), now=NOW - DAY)
    put(entry("Football long ago"), now=NOW - 40 * DAY)
    found = rules.preview(db, query.parse("football", NOW), NOW)
    assert (found.count, found.total) == (2, 3)
    assert [one.title for one in found.newest] == ["Football 1", "Football 2"]


@pytest.mark.parametrize(
    ("effect", "count", "already", "found_by", "message"),
    [
        ("mute", 6, 2, "is:hidden", ": 4 articles hidden."),
        ("highlight", 9, 1, "is:highlighted", ": 8 articles highlighted."),
        ("star", 6, 1, "is:starred", ": 5 articles starred."),
        ("read", 6, 0, "is:read", ": 6 articles marked read."),
        ("tag", 7, 0, "tag:mine", ": 7 articles tagged."),
    ],
)
def test_preview_agrees_with_the_effect_of_the_rule(db, put, effect, count, already, found_by, message) -> None:
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
    by_effect = query.parse(found_by, NOW)
    before = results.find_all(db, by_effect, NOW)
    preview = rules.preview(db, query.parse("football", NOW), NOW, effect)
    assert (preview.count, preview.already_done, preview.count + preview.exempt) == (count, already, 10)
    add(db, "football", effect, tag="Mine", past=True)
    assert latest_sentence(db).endswith(message)
    assert len(results.find_all(db, by_effect, NOW)) - len(before) == count - already


def test_changed_article_is_matched_again(db, put) -> None:
    add(db, "football")
    put(entry("Tonight", "1"), entry("Football", "2"))
    put(entry("Football tonight", "1", content="longer"), entry("Another word", "2", content="longer"))
    assert titles(db) == set()  # a match stays a match


def test_articles_of_a_source_added_again_stay_hidden(db, put, source) -> None:
    add(db, f"source:{source.id} football")
    put(entry("Football"), entry("Rain"))
    subscriptions.remove(db, source.id, NOW)
    subscriptions.add(db, NewSource(source.url), NOW + 1)
    put(entry("Football"), entry("Rain"), entry("Football later"), now=NOW + 2)
    assert titles(db) == {"Rain"}


def test_rules_act_later_on_articles_of_a_killed_refresh(path: Path, db, source: Source) -> None:
    ingestion.save(db, source.id, None, [ingestion.prepare(entry("Wells"))], NOW, index=search_index.enqueue)
    add(db, "wells")
    rows = [ingestion.prepare(entry("Plan", content="forty wells")), ingestion.prepare(entry("Rain"))]
    ingestion.save(db, source.id, None, rows, NOW, index=search_index.enqueue)
    assert titles(db) == {"Wells", "Plan", "Rain"}  # not indexed yet
    db.close()
    later = open_store(path)
    search_index.index_queue(later)
    assert titles(later) == {"Wells", "Rain"}, "the rule is newer than the first one"
    assert not search_index.index_batch(later)
    assert find_problems(later) == []
    later.close()


def test_rules_see_new_articles_with_distant_ids(db, put) -> None:
    put(entry("Tonight", "1"))
    db.execute("UPDATE sqlite_sequence SET seq = 900000 WHERE name = 'article'")
    add(db, "football")
    put(entry("Football", "1", content="longer"), entry("Football later"), entry("Rain"))
    assert titles(db) == {"Rain"}


def test_deleted_articles_leave_no_matches(db, put) -> None:
    add(db, "football")
    put(entry("Football"))
    assert cleanup.delete_old(db, NOW + DAY) == 1
    assert db.execute("SELECT count(*) FROM caught").fetchone()[0] == 0
    assert find_problems(db) == []


def test_matches_of_a_removed_rule_are_kept_while_undo_needs_them(db, put) -> None:
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


def test_matches_of_new_articles_are_found_by_rule_without_hidden_ones(db, put) -> None:
    add(db, "rain", "tag", name="Weather", tag="Wet")
    add(db, "football", name="Silence")
    put(entry("Old rain"))
    before = lookup.newest_id(db)
    put(entry("Rain"), entry("Football"), entry("Football in the rain"), entry("Calm"))
    matches = rule_matching.find_matches(db, before)
    found = {rule: {one.title for one in lookup.load_headlines(db, ids)} for rule, ids in matches.items()}
    assert found == {"Weather": {"Rain"}, "Silence": {"Football", "Football in the rain"}}
    assert list(matches) == ["Weather", "Silence"]
    assert rule_matching.find_matches(db, before, "tag") == {"Weather": matches["Weather"]}
