"""What the person does, the sentences it is told in, and that undo and redo restore it exactly."""

from __future__ import annotations

import sqlite3

import pytest

from roya_tui import query
from roya_tui.model import Entry, NewSource
from roya_tui.store.articles import lookup
from roya_tui.store.database import open_store
from roya_tui.store.schema.migrations import MIGRATIONS
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state, stories
from roya_tui.store.user_data.journal import UndoResult, latest_sentence, list_steps, redo, redo_step, undo, undo_step

NOW = 10_000


@pytest.fixture
def three(put) -> tuple[int, ...]:
    return put(*(Entry(guid=str(n), title=f"Title {n}") for n in range(3))).new


def last_sentence(db: sqlite3.Connection) -> str:
    return str(db.execute("SELECT sentence FROM journal ORDER BY id DESC").fetchone()[0])


@pytest.mark.parametrize(
    ("many", "how", "sentence"),
    [
        (3, {"read": True}, "Marked 3 read."),
        (1, {"read": True}, "Marked “Title 0” read."),
        (3, {"starred": True}, "Starred 3."),
        (1, {"starred": True}, "Starred “Title 0”."),
        (1, {"hidden": True}, "Hid “Title 0”."),
        (2, {"read": True, "starred": True}, "Marked 2 read and starred."),
    ],
)
def test_marking_is_one_step_with_a_sentence(db, three, many: int, how: dict[str, bool], sentence: str) -> None:
    assert article_state.mark(db, three[:many], NOW, **how) == many
    assert last_sentence(db) == sentence
    back = dict.fromkeys(how, False)
    assert article_state.mark(db, three, NOW, **back) == many
    lower = sentence[0].lower() + sentence[1:]
    assert undo(db, NOW) is not None
    assert undo(db, NOW) == f"Undone: {lower}"
    assert undo(db, NOW) is None
    assert redo(db, NOW) == f"Redone: {lower}"


def test_of_a_step_that_takes_back_two_marks_undo_leaves_nothing(db, three) -> None:
    """Both marks also write down that a rule shall not make them again: undone in the wrong order, that would stay."""
    article_state.mark(db, three, NOW, read=True, starred=True)
    before = db.execute("SELECT * FROM state").fetchall()
    article_state.mark(db, three, NOW + 1, read=False, starred=False)
    assert db.execute("SELECT * FROM state").fetchall() != before
    undo(db, NOW + 2)
    assert db.execute("SELECT * FROM state").fetchall() == before


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"read": False}, "Marked 3 unread."),
        ({"starred": False}, "Took the star off 3."),
        ({"hidden": False}, "Unhid 3."),
    ],
)
def test_marking_back_has_its_own_words(db, three, how: dict[str, bool], sentence: str) -> None:
    article_state.mark(db, three, NOW, **dict.fromkeys(how, True))
    article_state.mark(db, three, NOW, **how)
    assert last_sentence(db) == sentence


def test_a_long_title_is_cut_in_a_sentence(db, put) -> None:
    (id,) = put(Entry(guid="1", title="word " * 30)).new
    article_state.mark(db, [id], NOW, starred=True)
    assert last_sentence(db) == "Starred “" + ("word " * 12)[:59].rstrip() + "…”."


def test_only_what_changes_counts_and_is_undone(db, three) -> None:
    article_state.mark(db, three[:1], NOW, read=True)
    assert article_state.mark(db, [*three, *three, 99], NOW + 1, read=True) == 2
    assert article_state.mark(db, three, NOW + 2, read=True) == 0
    assert undo(db, NOW) == "Undone: marked 2 read."
    assert [head.unread for head in lookup.load_headlines(db, three)] == [False, True, True]


def test_what_the_program_noticed_is_one_step(db, three) -> None:
    article_state.mark(db, three[:1], NOW, starred=True)
    for n, id in enumerate(three):
        assert article_state.mark(db, [id], NOW + n, read=True, noticed=True) == 1
        assert last_sentence(db) == ("Read “Title 0”." if n == 0 else f"Read {n + 1}.")
    assert undo(db, NOW + 600) == "Undone: read 3."
    assert [head.unread for head in lookup.load_headlines(db, three)] == [True] * 3
    assert undo(db, NOW + 600) == "Undone: starred “Title 0”, 10 minutes ago."
    assert [redo(db, NOW + 600), redo(db, NOW + 600)] == ["Redone: starred “Title 0”.", "Redone: read 3."]
    assert [head.unread for head in lookup.load_headlines(db, three)] == [False] * 3


def test_readings_with_something_else_or_a_pause_between_are_steps_apart(db, three) -> None:
    article_state.mark(db, three[:1], NOW, read=True, noticed=True)
    article_state.mark(db, three[:1], NOW, starred=True)
    article_state.mark(db, three[1:2], NOW, read=True, noticed=True)
    article_state.mark(db, three[2:], NOW + 600, read=True, noticed=True)
    assert [undo(db, NOW + 600) for _ in range(4)] == [
        "Undone: read “Title 2”.",
        "Undone: read “Title 1”, 10 minutes ago.",
        "Undone: starred “Title 0”, 10 minutes ago.",
        "Undone: read “Title 0”, 10 minutes ago.",
    ]


def test_what_was_read_twice_comes_back_as_it_was_first(db, put) -> None:
    (id,) = put(Entry(guid="1", content="before")).new
    article_state.mark(db, [id], NOW, read=True, noticed=True)
    put(Entry(guid="1", content="after"))
    assert article_state.mark(db, [id], NOW + 1, read=True, noticed=True) == 1
    assert undo(db, NOW + 2) == "Undone: read “”."
    assert lookup.load_headlines(db, [id])[0].unread
    assert undo(db, NOW + 2) is None


def test_many_readings_push_no_other_step_out(db, put) -> None:
    many = put(*(Entry(guid=str(n)) for n in range(250))).new
    article_state.mark(db, many[:1], NOW, starred=True)
    for id in many:
        article_state.mark(db, [id], NOW, read=True, noticed=True)
    assert [undo(db, NOW) for _ in range(3)] == ["Undone: starred “”.", "Undone: read 250.", None]


@pytest.mark.parametrize(
    ("passed", "age"),
    [
        (599, ""),
        (600, ", 10 minutes ago"),
        (3_600, ", 1 hour ago"),
        (3 * 3_600 + 50, ", 3 hours ago"),
        (86_400, ", 1 day ago"),
        (47 * 3_600, ", 1 day ago"),
        (1_500 * 86_400, ", 1,500 days ago"),
    ],
)
def test_what_is_not_just_done_is_told_with_its_age(db, three, passed: int, age: str) -> None:
    article_state.mark(db, three, NOW, read=True)
    assert undo(db, NOW + passed) == f"Undone: marked 3 read{age}."
    later = NOW + 2 * passed
    assert redo(db, later) == f"Redone: marked 3 read{age.replace(', ', ', undone ')}."
    assert undo(db, later) == "Undone: marked 3 read."


def test_a_note_and_a_position_are_kept(db, three) -> None:
    article_state.set_note(db, three[0], " ask\x1b[31m again ", NOW)
    article_state.set_position(db, three[0], 120)
    article = lookup.load_article(db, three[0])
    assert (article.note, article.position) == ("ask[31m again", 120)
    assert undo(db, NOW) == "Undone: kept a note with “Title 0”."
    assert (lookup.load_article(db, three[0]).note, lookup.load_article(db, three[0]).position) == ("", 120)
    redo(db, NOW)
    article_state.set_note(db, three[0], "", NOW)
    assert last_sentence(db) == "Took the note off “Title 0”."
    article_state.set_position(db, three[0], 0)
    assert db.execute("SELECT count(*) FROM state").fetchone()[0] == 0
    article_state.set_note(db, 99, "of nothing", NOW)
    article_state.set_position(db, 99, 1)


def test_own_tags_come_and_go(db, three) -> None:
    assert article_state.edit_tags(db, three[:2], NOW, add=["To  read"]) == 2
    assert article_state.edit_tags(db, three, NOW, add=["to read"]) == 1
    assert lookup.load_article(db, three[2]).tags == ("To read",)
    assert undo(db, NOW) == "Undone: tagged “Title 2” to read."
    assert article_state.edit_tags(db, three, NOW, remove=["to read"]) == 2
    assert last_sentence(db) == "Took the tag to read off 2."
    assert results.list_tags(db) == []
    undo(db, NOW)
    assert [tag.total for tag in results.list_tags(db)] == [2]
    assert article_state.edit_tags(db, three, NOW, add=[" "]) == 0


def test_steps_survive_a_restart(path, db, three) -> None:
    article_state.mark(db, three, NOW, read=True)
    article_state.mark(db, three[:1], NOW, starred=True)
    undo(db, NOW)
    db.close()
    db = open_store(path)
    assert redo(db, NOW) == "Redone: starred “Title 0”."
    assert [undo(db, NOW), undo(db, NOW)] == ["Undone: starred “Title 0”.", "Undone: marked 3 read."]
    assert [head.unread for head in lookup.load_headlines(db, three)] == [True] * 3


def test_a_new_step_drops_what_was_undone(db, three) -> None:
    article_state.mark(db, three, NOW, read=True)
    undo(db, NOW)
    article_state.mark(db, three, NOW, starred=True)
    assert redo(db, NOW) is None
    assert undo(db, NOW) == "Undone: starred 3."
    assert undo(db, NOW) is None


def test_what_the_program_notices_leaves_redo_as_it_is(db, three) -> None:
    article_state.mark(db, three[:1], NOW, starred=True)
    article_state.mark(db, three[:1], NOW, hidden=True)
    assert [undo(db, NOW), undo(db, NOW)] == ["Undone: hid “Title 0”.", "Undone: starred “Title 0”."]
    article_state.mark(db, three[1:2], NOW, read=True, noticed=True)
    assert [redo(db, NOW), redo(db, NOW)] == ["Redone: starred “Title 0”.", "Redone: hid “Title 0”."]
    told = [undo(db, NOW) for _ in range(3)]
    assert told == ["Undone: hid “Title 0”.", "Undone: starred “Title 0”.", "Undone: read “Title 1”."]


def test_what_another_program_did_meanwhile_is_told(path, db, three, monkeypatch: pytest.MonkeyPatch) -> None:
    article_state.mark(db, three[:1], NOW - 100, starred=True)
    article_state.mark(db, three[:1], NOW, hidden=True)
    article_state.mark(db, three, NOW + 100, read=True)
    with monkeypatch.context() as other:
        other.setattr("roya_tui.store.user_data.journal.SESSION_ID", 7)
        assert undo(db, NOW + 110, NOW) == "Undone: marked 3 read, done elsewhere."
        # Those were done before this program started, the one perhaps in the same second.
        assert [undo(db, NOW + 110, NOW) for _ in range(2)] == ["Undone: hid “Title 0”.", "Undone: starred “Title 0”."]
    assert redo(db, NOW + 120, NOW) == "Redone: starred “Title 0”, undone elsewhere."
    assert undo(db, NOW + 120, NOW) == "Undone: starred “Title 0”."


def test_a_deed_goes_before_readings_since(db, three) -> None:
    article_state.mark(db, three[:1], NOW, starred=True)
    article_state.mark(db, three[:1], NOW + 2, read=True, noticed=True)
    article_state.mark(db, three[1:2], NOW + 3, hidden=True)
    article_state.mark(db, three[1:], NOW + 5, read=True, noticed=True)
    told = ["hid “Title 1”", "starred “Title 0”", "read 2", "read “Title 0”"]
    listed = [one.sentence for one in list_steps(db, NOW + 9)]
    assert listed == [f"{words[0].upper()}{words[1:]}." for words in told]
    assert [undo(db, NOW + 9) for _ in told] == [f"Undone: {words}." for words in told]
    assert db.execute("SELECT * FROM state").fetchall() == []
    assert [redo(db, NOW + 9) for _ in told] == [f"Redone: {words}." for words in reversed(told)]
    (first, second, third) = lookup.load_headlines(db, three)
    assert (first.starred, second.hidden) == (True, True)
    assert {first.unread, second.unread, third.unread} == {False}


def test_a_deed_about_what_was_read_since_is_undone_after_that_which_tells_it(
    db, three, monkeypatch: pytest.MonkeyPatch
) -> None:
    article_state.mark(db, three, NOW - 700, read=True)
    with monkeypatch.context() as other:
        other.setattr("roya_tui.store.user_data.journal.SESSION_ID", 7)
        article_state.mark(db, three[1:], NOW + 1, read=False)
    article_state.mark(db, three[2:], NOW + 5, read=True, noticed=True)
    assert undo(db, NOW + 9, NOW) == "Undone: read “Title 2”. Once more undoes: marked 2 unread, done elsewhere."
    assert undo(db, NOW + 9, NOW) == "Undone: marked 2 unread, done elsewhere."
    assert [redo(db, NOW + 9, NOW), redo(db, NOW + 9, NOW)] == ["Redone: marked 2 unread.", "Redone: read “Title 2”."]
    assert undo(db, NOW + 3_600, NOW) == "Undone: read “Title 2”, 59 minutes ago."  # the deed is long ago, too


def test_readings_that_were_redone_are_undone_as_what_was_done_last(db, three) -> None:
    article_state.mark(db, three[:1], NOW, starred=True)
    article_state.mark(db, three, NOW + 700, read=True, noticed=True)
    assert [undo(db, NOW + 701), undo(db, NOW + 701)] == [
        "Undone: read 3.",
        "Undone: starred “Title 0”, 11 minutes ago.",
    ]
    assert [redo(db, NOW + 702), redo(db, NOW + 702)] == ["Redone: starred “Title 0”.", "Redone: read 3."]
    assert undo(db, NOW + 703) == "Undone: read 3."


def test_a_damaged_reading_lets_no_deed_go_before_it_and_takes_no_other_in(db, three) -> None:
    article_state.mark(db, three[:1], NOW, starred=True)
    article_state.mark(db, three[:1], NOW + 2, read=True, noticed=True)
    db.execute("UPDATE journal SET image = x'00' WHERE noticed")
    article_state.mark(db, three[1:], NOW + 4, read=True, noticed=True)
    assert [undo(db, NOW + 5) for _ in range(3)] == [
        "Undone: read 2.",
        "The record of this step is damaged; it stays: read “Title 0”.",
        "Undone: starred “Title 0”.",
    ]


def test_undoing_tells_what_a_list_must_know(db, three) -> None:
    source = subscriptions.add(db, NewSource("https://new.example/rss", name="New"), NOW)
    subscriptions.change(db, source.id, per_day=3, now=NOW)
    subscriptions.remove(db, source.id, NOW)
    stories.group(db, three, NOW)
    article_state.edit_tags(db, three[:1], NOW, add=["own"])
    article_state.mark(db, three[:2], NOW, starred=True)
    walks = [undo_step(db, NOW) for _ in range(5)]
    assert walks == [
        UndoResult("Undone: starred 2.", articles=sorted(three[:2])),
        UndoResult("Undone: tagged “Title 0” own.", articles=[three[0]]),
        UndoResult("Undone: made one story of 3.", articles=sorted(three), rows_changed=True),
        UndoResult("Undone: removed New.", articles=[], sources_changed=True),
        UndoResult("Undone: changed how much of New lists show.", articles=[], rows_changed=True),
    ]
    assert undo_step(db, NOW) is None
    assert redo_step(db, NOW) == UndoResult(
        "Redone: changed how much of New lists show.", articles=[], rows_changed=True
    )
    assert redo_step(db, NOW) == UndoResult(
        "Redone: removed New.", articles=[], removed_sources=1, sources_changed=True
    )


def test_what_was_done_last_is_told_whatever_was_read_since(db, three) -> None:
    assert latest_sentence(db) == ""
    article_state.mark(db, three[:1], NOW, starred=True)
    article_state.mark(db, three[:1], NOW + 2, read=True, noticed=True)
    assert latest_sentence(db) == "Starred “Title 0”."


def test_a_store_of_an_earlier_version_redoes_in_its_order(path, db, three) -> None:
    for flag in ("starred", "hidden", "read"):
        article_state.mark(db, three[:1], NOW, **{flag: True})
    undo(db, NOW)
    undo(db, NOW)
    db.execute("UPDATE journal SET id = 20 - id WHERE undone_at IS NOT NULL")  # as they stood: the first one first
    db.execute("ALTER TABLE journal DROP COLUMN maker")
    db.execute("DROP INDEX state_hidden")
    version = next(n for n, one in enumerate(MIGRATIONS) if "maker" in str(one.run))
    db.execute(f"PRAGMA user_version = {version}")
    db.close()
    db = open_store(path, migrations=MIGRATIONS[: version + 1])
    assert [redo(db, NOW), redo(db, NOW)] == ["Redone: hid “Title 0”.", "Redone: marked “Title 0” read."]


@pytest.mark.parametrize(
    ("on", "off", "sentence"),
    [
        (["Dams"], [], "Tagged 3 Dams."),
        (["Dams", "rivers "], [], "Tagged 3 Dams, rivers."),
        ([], ["old"], "Took the tag old off 3."),
        (["Dams"], ["old"], "Tagged 3 Dams, and took the tag old off them."),
    ],
)
def test_several_tags_are_one_step(db, three, on: list[str], off: list[str], sentence: str) -> None:
    article_state.edit_tags(db, three, NOW, add=["old"])
    assert article_state.edit_tags(db, three, NOW, add=on, remove=off) == 3
    assert last_sentence(db) == sentence
    undo(db, NOW)
    assert lookup.load_article(db, three[0]).tags == ("old",)
    assert article_state.edit_tags(db, three, NOW, add=["old"], remove=["", "never given"]) == 0


def test_the_last_200_steps_are_kept(db, three) -> None:
    for n in range(210):
        article_state.mark(db, three[:1], NOW + n, starred=n % 2 == 0)
    assert [undo(db, NOW) is not None for _ in range(201)] == [True] * 200 + [False]


def test_a_step_over_very_many_articles_is_small(db, put) -> None:
    many = put(*(Entry(guid=str(n)) for n in range(3_000))).new
    article_state.mark(db, many, NOW, read=True)
    assert db.execute("SELECT length(image) FROM journal").fetchone()[0] < 300
    undo(db, NOW)
    assert results.count(db, query.view("unread"), NOW) == 3_000


def test_undo_restores_when_and_which_version_was_read(db, put) -> None:
    (id,) = put(Entry(guid="1", content="before")).new
    article_state.mark(db, [id], 500, read=True)
    before = db.execute("SELECT * FROM state").fetchall()
    article_state.mark(db, [id], 600, read=False)
    put(Entry(guid="1", content="after"))
    undo(db, NOW)
    assert db.execute("SELECT * FROM state").fetchall() == before
    assert lookup.load_headlines(db, [id])[0].changed
