"""User actions, the messages of the history, and their undo and redo."""

import sqlite3

import pytest
from tests.store.conftest import migrate_from

from roya_tui import query
from roya_tui.model import Entry, NewSource
from roya_tui.store.articles import lookup
from roya_tui.store.database import open_store
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state, stories
from roya_tui.store.user_data.journal import UndoResult, latest_sentence, list_steps, redo, redo_step, undo, undo_step

NOW = 10_000


@pytest.fixture
def articles(put) -> tuple[int, ...]:
    return put(*(Entry(guid=str(n), title=f"Title {n}") for n in range(3))).new


def last_message(db: sqlite3.Connection) -> str:
    return str(db.execute("SELECT sentence FROM journal ORDER BY id DESC").fetchone()[0])


@pytest.mark.parametrize(
    ("count", "how", "message"),
    [
        (3, {"read": True}, "Marked 3 articles read."),
        (1, {"read": True}, "Marked “Title 0” read."),
        (3, {"starred": True}, "Starred 3 articles."),
        (1, {"starred": True}, "Starred “Title 0”."),
        (1, {"hidden": True}, "Hid “Title 0”."),
        (2, {"read": True, "starred": True}, "Marked 2 articles read. Starred 2 articles."),
    ],
)
def test_marking_is_one_step_with_a_message(db, articles, count: int, how: dict[str, bool], message: str) -> None:
    assert article_state.mark(db, articles[:count], NOW, **how) == count
    assert last_message(db) == message
    assert article_state.mark(db, articles, NOW, **dict.fromkeys(how, False)) == count
    assert undo(db, NOW) is not None
    assert [undo(db, NOW), undo(db, NOW)] == [f"Undone: {message}", None]
    assert redo(db, NOW) == f"Redone: {message}"


def test_unmarking_has_its_own_message_and_is_undone_exactly(db, articles) -> None:
    for how, message in (
        ("read", "Marked 3 articles unread."),
        ("starred", "Unstarred 3 articles."),
        ("hidden", "Unhid 3 articles."),
    ):
        article_state.mark(db, articles, NOW, **{how: True})
        article_state.mark(db, articles, NOW, **{how: False})
        assert last_message(db) == message
    article_state.mark(db, articles, NOW, read=True, starred=True)
    before = db.execute("SELECT * FROM state").fetchall()
    # Two marks of a step also store that rules must not set them again: undo must restore both in the right order.
    article_state.mark(db, articles, NOW + 1, read=False, starred=False)
    assert db.execute("SELECT * FROM state").fetchall() != before
    undo(db, NOW + 2)
    assert db.execute("SELECT * FROM state").fetchall() == before


def test_message_shortens_a_long_title(db, put) -> None:
    (id,) = put(Entry(guid="1", title="word " * 30)).new
    article_state.mark(db, [id], NOW, starred=True)
    assert last_message(db) == "Starred “" + ("word " * 12)[:59].rstrip() + "…”."


def test_marking_counts_and_undoes_only_what_changes(db, articles) -> None:
    article_state.mark(db, articles[:1], NOW, read=True)
    assert article_state.mark(db, [*articles, *articles, 99], NOW + 1, read=True) == 2
    assert article_state.mark(db, articles, NOW + 2, read=True) == 0
    assert undo(db, NOW) == "Undone: Marked 2 articles read."
    assert [head.unread for head in lookup.load_headlines(db, articles)] == [False, True, True]


def test_articles_read_one_after_another_are_one_step(db, articles) -> None:
    article_state.mark(db, articles[:1], NOW, starred=True)
    for n, id in enumerate(articles):
        assert article_state.mark(db, [id], NOW + n, read=True, noticed=True) == 1
        assert last_message(db) == ("Read “Title 0”." if n == 0 else f"Read {n + 1} articles.")
    assert undo(db, NOW + 600) == "Undone: Read 3 articles."
    assert [head.unread for head in lookup.load_headlines(db, articles)] == [True] * 3
    assert undo(db, NOW + 600) == "Undone: Starred “Title 0” (10 minutes ago)."
    assert [redo(db, NOW + 600), redo(db, NOW + 600)] == ["Redone: Starred “Title 0”.", "Redone: Read 3 articles."]
    assert [head.unread for head in lookup.load_headlines(db, articles)] == [False] * 3


def test_articles_read_after_a_pause_or_another_action_are_steps_of_their_own(db, articles) -> None:
    article_state.mark(db, articles[:1], NOW, read=True, noticed=True)
    article_state.mark(db, articles[:1], NOW, starred=True)
    article_state.mark(db, articles[1:2], NOW, read=True, noticed=True)
    article_state.mark(db, articles[2:], NOW + 600, read=True, noticed=True)
    steps = ("Read “Title 2”.", *(f"{one} (10 minutes ago)." for one in ("Read “Title 1”", "Starred “Title 0”")))
    assert [undo(db, NOW + 600) for _ in range(4)] == [
        *(f"Undone: {step}" for step in steps),
        "Undone: Read “Title 0” (10 minutes ago).",
    ]


def test_article_read_twice_is_unread_after_one_undo(db, put) -> None:
    (id,) = put(Entry(guid="1", content="before")).new
    article_state.mark(db, [id], NOW, read=True, noticed=True)
    put(Entry(guid="1", content="after"))
    assert article_state.mark(db, [id], NOW + 1, read=True, noticed=True) == 1
    assert undo(db, NOW + 2) == "Undone: Read 1 article."
    assert lookup.load_headlines(db, [id])[0].unread
    assert undo(db, NOW + 2) is None


def test_reading_many_articles_keeps_earlier_steps_in_the_history(db, put) -> None:
    count = put(*(Entry(guid=str(n)) for n in range(250))).new
    article_state.mark(db, count[:1], NOW, starred=True)
    for id in count:
        article_state.mark(db, [id], NOW, read=True, noticed=True)
    assert [undo(db, NOW) for _ in range(3)] == ["Undone: Starred 1 article.", "Undone: Read 250 articles.", None]


@pytest.mark.parametrize(
    ("seconds", "age"),
    [
        (599, ""), (600, " (10 minutes ago)"), (3_600, " (1 hour ago)"), (3 * 3_600 + 50, " (3 hours ago)"),
        (86_400, " (1 day ago)"), (47 * 3_600, " (1 day ago)"), (1_500 * 86_400, " (1,500 days ago)"),
    ],
)  # fmt: skip
def test_undo_names_the_age_of_a_step(db, articles, seconds: int, age: str) -> None:
    article_state.mark(db, articles, NOW, read=True)
    assert undo(db, NOW + seconds) == f"Undone: Marked 3 articles read{age}."
    later = NOW + 2 * seconds
    assert redo(db, later) == f"Redone: Marked 3 articles read{age.replace(', ', ', undone ')}."
    assert undo(db, later) == "Undone: Marked 3 articles read."


def test_notes_and_positions_are_stored_and_notes_undone(db, articles) -> None:
    article_state.set_note(db, articles[0], " ask\x1b[31m again ", NOW)
    article_state.set_position(db, articles[0], 120)
    article = lookup.load_article(db, articles[0])
    assert (article.note, article.position) == ("ask[31m again", 120)
    assert undo(db, NOW) == "Undone: Saved the note on “Title 0”."
    assert (lookup.load_article(db, articles[0]).note, lookup.load_article(db, articles[0]).position) == ("", 120)
    redo(db, NOW)
    article_state.set_note(db, articles[0], "", NOW)
    assert last_message(db) == "Removed the note on “Title 0”."
    article_state.set_position(db, articles[0], 0)
    assert db.execute("SELECT count(*) FROM state").fetchone()[0] == 0
    article_state.set_note(db, 99, "of nothing", NOW)
    article_state.set_position(db, 99, 1)


def test_your_tags_are_added_removed_and_undone(db, articles) -> None:
    assert article_state.edit_tags(db, articles[:2], NOW, add=["To  read"]) == 2
    assert article_state.edit_tags(db, articles, NOW, add=["to read"]) == 1
    assert lookup.load_article(db, articles[2]).tags == ("To read",)
    assert undo(db, NOW) == "Undone: Added tag “to read” to “Title 2”."
    assert article_state.edit_tags(db, articles, NOW, remove=["to read"]) == 2
    assert last_message(db) == "Removed tag “to read” from 2 articles."
    assert results.list_tags(db) == []
    undo(db, NOW)
    assert [tag.total for tag in results.list_tags(db)] == [2]
    assert article_state.edit_tags(db, articles, NOW, add=[" "]) == 0


def test_undo_history_survives_a_restart(path, db, articles) -> None:
    article_state.mark(db, articles, NOW, read=True)
    article_state.mark(db, articles[:1], NOW, starred=True)
    undo(db, NOW)
    db.close()
    db = open_store(path)
    assert redo(db, NOW) == "Redone: Starred “Title 0”."
    assert [undo(db, NOW), undo(db, NOW)] == ["Undone: Starred “Title 0”.", "Undone: Marked 3 articles read."]
    assert [head.unread for head in lookup.load_headlines(db, articles)] == [True] * 3


def test_new_step_drops_undone_steps_but_reading_does_not(db, articles) -> None:
    article_state.mark(db, articles[:1], NOW, starred=True)
    article_state.mark(db, articles[:1], NOW, hidden=True)
    assert [undo(db, NOW), undo(db, NOW)] == ["Undone: Hid “Title 0”.", "Undone: Starred “Title 0”."]
    article_state.mark(db, articles[1:2], NOW, read=True, noticed=True)
    assert [redo(db, NOW), redo(db, NOW)] == ["Redone: Starred “Title 0”.", "Redone: Hid “Title 0”."]
    messages = [undo(db, NOW) for _ in range(3)]
    assert messages == ["Undone: Hid “Title 0”.", "Undone: Starred “Title 0”.", "Undone: Read “Title 1”."]
    article_state.mark(db, articles, NOW, starred=True)
    assert redo(db, NOW) is None
    assert [undo(db, NOW), undo(db, NOW)] == ["Undone: Starred 3 articles.", None]


def test_undo_says_that_another_program_made_the_step(path, db, articles, monkeypatch: pytest.MonkeyPatch) -> None:
    article_state.mark(db, articles[:1], NOW - 100, starred=True)
    article_state.mark(db, articles[:1], NOW, hidden=True)
    article_state.mark(db, articles, NOW + 100, read=True)
    with monkeypatch.context() as other:
        other.setattr("roya_tui.store.user_data.journal.SESSION_ID", 7)
        assert undo(db, NOW + 110, NOW) == "Undone: Marked 3 articles read (in another session)."
        # Both steps are older than this program, or of the second in which it started.
        assert [undo(db, NOW + 110, NOW) for _ in range(2)] == ["Undone: Hid “Title 0”.", "Undone: Starred “Title 0”."]
    assert redo(db, NOW + 120, NOW) == "Redone: Starred “Title 0” (in another session)."
    assert undo(db, NOW + 120, NOW) == "Undone: Starred “Title 0”."


def test_undo_takes_an_action_before_articles_read_since(db, articles) -> None:
    article_state.mark(db, articles[:1], NOW, starred=True)
    article_state.mark(db, articles[:1], NOW + 2, read=True, noticed=True)
    article_state.mark(db, articles[1:2], NOW + 3, hidden=True)
    article_state.mark(db, articles[1:], NOW + 5, read=True, noticed=True)
    messages = ["Hid “Title 1”", "Starred “Title 0”", "Read 2 articles", "Read “Title 0”"]
    assert [step.sentence for step in list_steps(db, NOW + 9)] == [f"{words}." for words in messages]
    assert [undo(db, NOW + 9) for _ in messages] == [f"Undone: {words}." for words in messages]
    assert db.execute("SELECT * FROM state").fetchall() == []
    assert [redo(db, NOW + 9) for _ in messages] == [f"Redone: {words}." for words in reversed(messages)]
    (first, second, third) = lookup.load_headlines(db, articles)
    assert (first.starred, second.hidden) == (True, True)
    assert {first.unread, second.unread, third.unread} == {False}


def test_undo_takes_reading_before_an_added_source(db, articles) -> None:
    subscriptions.add_all(db, [NewSource("https://new.example/rss", name="New")], NOW)
    article_state.mark(db, articles[:1], NOW + 2, read=True, noticed=True)
    assert undo(db, NOW + 9, NOW) == "Undone: Read “Title 0”. Next to undo: Added “New”."
    assert undo(db, NOW + 9, NOW) == "Undone: Added “New”."


def test_undo_takes_reading_first_when_an_action_is_about_the_same_article(db, articles, monkeypatch) -> None:
    article_state.mark(db, articles, NOW - 700, read=True)
    with monkeypatch.context() as other:
        other.setattr("roya_tui.store.user_data.journal.SESSION_ID", 7)
        article_state.mark(db, articles[1:], NOW + 1, read=False)
    article_state.mark(db, articles[2:], NOW + 5, read=True, noticed=True)
    assert (
        undo(db, NOW + 9, NOW) == "Undone: Read “Title 2”. Next to undo: Marked 2 articles unread (in another session)."
    )
    assert undo(db, NOW + 9, NOW) == "Undone: Marked 2 articles unread (in another session)."
    assert [redo(db, NOW + 9, NOW), redo(db, NOW + 9, NOW)] == [
        "Redone: Marked 2 articles unread.",
        "Redone: Read “Title 2”.",
    ]
    assert undo(db, NOW + 3_600, NOW) == "Undone: Read “Title 2” (59 minutes ago)."  # and so is the action


def test_redone_reading_is_undone_first(db, articles) -> None:
    article_state.mark(db, articles[:1], NOW, starred=True)
    article_state.mark(db, articles, NOW + 700, read=True, noticed=True)
    undone = [undo(db, NOW + 701), undo(db, NOW + 701)]
    assert undone == ["Undone: Read 3 articles.", "Undone: Starred “Title 0” (11 minutes ago)."]
    assert [redo(db, NOW + 702), redo(db, NOW + 702)] == ["Redone: Starred “Title 0”.", "Redone: Read 3 articles."]
    assert undo(db, NOW + 703) == "Undone: Read 3 articles."


def test_damaged_reading_step_stays_in_order_and_joins_no_other(db, articles) -> None:
    article_state.mark(db, articles[:1], NOW, starred=True)
    article_state.mark(db, articles[:1], NOW + 2, read=True, noticed=True)
    db.execute("UPDATE journal SET image = x'00' WHERE noticed")
    article_state.mark(db, articles[1:], NOW + 4, read=True, noticed=True)
    assert [undo(db, NOW + 5) for _ in range(3)] == [
        "Undone: Read 2 articles.",
        "This step cannot be restored, because its record is damaged: Read “Title 0”.",
        "Undone: Starred “Title 0”.",
    ]


def test_undo_returns_what_a_list_must_update(db, articles) -> None:
    source = subscriptions.add(db, NewSource("https://new.example/rss", name="New"), NOW)
    subscriptions.change(db, source.id, per_day=3, now=NOW)
    subscriptions.remove(db, source.id, NOW)
    stories.group(db, articles, NOW)
    article_state.edit_tags(db, articles[:1], NOW, add=["own"])
    article_state.mark(db, articles[:2], NOW, starred=True)
    limit = "Changed the daily limit of “New”."
    assert [undo_step(db, NOW) for _ in range(6)] == [
        UndoResult("Undone: Starred 2 articles.", articles=sorted(articles[:2])),
        UndoResult("Undone: Added tag “own” to “Title 0”.", articles=[articles[0]]),
        UndoResult("Undone: Grouped 3 articles.", articles=sorted(articles), rows_changed=True),
        UndoResult("Undone: Removed “New”.", articles=[], sources_changed=True),
        UndoResult(f"Undone: {limit}", articles=[], rows_changed=True),
        None,
    ]
    assert redo_step(db, NOW) == UndoResult(f"Redone: {limit}", articles=[], rows_changed=True)
    removed = UndoResult("Redone: Removed “New”.", articles=[], removed_sources=1, sources_changed=True)
    assert redo_step(db, NOW) == removed


def test_latest_message_ignores_articles_read_since(db, articles) -> None:
    assert latest_sentence(db) == ""
    article_state.mark(db, articles[:1], NOW, starred=True)
    article_state.mark(db, articles[:1], NOW + 2, read=True, noticed=True)
    assert latest_sentence(db) == "Starred “Title 0”."


def test_redo_keeps_its_order_in_a_database_of_an_earlier_version(path, db, articles) -> None:
    for flag in ("starred", "hidden", "read"):
        article_state.mark(db, articles[:1], NOW, **{flag: True})
    undo(db, NOW)
    undo(db, NOW)
    db.execute("UPDATE journal SET id = 20 - id WHERE undone_at IS NOT NULL")  # in the order of then: the first first
    db.execute("ALTER TABLE journal DROP COLUMN maker")
    db.execute("DROP INDEX state_hidden")
    db = migrate_from(db, path, "maker")
    assert [redo(db, NOW), redo(db, NOW)] == ["Redone: Hid “Title 0”.", "Redone: Marked “Title 0” read."]


@pytest.mark.parametrize(
    ("on", "off", "message"),
    [
        (["Dams"], [], "Added tag “Dams” to 3 articles."),
        (["Dams", "rivers "], [], "Edited the tags of 3 articles: added Dams, rivers."),
        ([], ["old"], "Removed tag “old” from 3 articles."),
        (["Dams"], ["old"], "Edited the tags of 3 articles: added Dams; removed old."),
    ],
)
def test_adding_and_removing_several_tags_is_one_step(db, articles, on, off, message) -> None:
    article_state.edit_tags(db, articles, NOW, add=["old"])
    assert article_state.edit_tags(db, articles, NOW, add=on, remove=off) == 3
    assert last_message(db) == message
    undo(db, NOW)
    assert lookup.load_article(db, articles[0]).tags == ("old",)
    assert article_state.edit_tags(db, articles, NOW, add=["old"], remove=["", "never given"]) == 0


def test_history_keeps_200_steps_and_large_steps_are_small(db, put) -> None:
    many = put(*(Entry(guid=str(n)) for n in range(3_000))).new
    article_state.mark(db, many, NOW, read=True)
    assert db.execute("SELECT length(image) FROM journal").fetchone()[0] < 400
    undo(db, NOW)
    assert results.count(db, query.view("unread"), NOW) == 3_000
    for n in range(210):
        article_state.mark(db, many[:1], NOW + n, starred=n % 2 == 0)
    assert [undo(db, NOW) is not None for _ in range(201)] == [True] * 200 + [False]


def test_undo_restores_time_and_version_of_a_read_mark(db, put) -> None:
    (id,) = put(Entry(guid="1", content="before")).new
    article_state.mark(db, [id], 500, read=True)
    before = db.execute("SELECT * FROM state").fetchall()
    article_state.mark(db, [id], 600, read=False)
    put(Entry(guid="1", content="after"))
    undo(db, NOW)
    assert db.execute("SELECT * FROM state").fetchall() == before
    assert lookup.load_headlines(db, [id])[0].changed
