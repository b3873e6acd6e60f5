"""Tags and notes of the person's own: typed, shown, found, undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ui.conftest import NOW, Open, Opener
from textual import events

from roya_tui.model import Entry, Moment
from roya_tui.store.articles import ingestion
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.ui.dialogs.annotations import NoteDialog, NoteLine
from roya_tui.ui.widgets.text_input import TextInput


def note_in(store: Path) -> list[str]:
    db = open_store(store, readonly=True)
    notes = [note for (note,) in db.execute("SELECT note FROM state WHERE note <> ''")]
    db.close()
    return notes


def note_lines(reader: Open) -> list[str]:
    return [line.value for line in reader.app.screen.query(NoteLine)]


async def test_a_tag_is_given_shown_found_and_taken_off(opened: Opener) -> None:
    async with opened() as reader:
        title = reader.selected
        await reader.press("#", *"dams", "enter")
        assert reader.said == f"Tagged “{title}” dams. u undoes."
        assert "Yours: dams" in reader.article
        await reader.press("slash", *"tag:dams", "enter")
        assert reader.titles == [title]
        await reader.press("#", *"-dams", "enter")
        assert reader.said.startswith("Took the tag dams off")
        assert "Yours" not in reader.article
        await reader.press("u")
        assert "Yours: dams" in reader.article
        await reader.press("#", *"dams", "enter")  # a second time: off
        assert "Yours" not in reader.article


async def test_a_selection_is_tagged_as_one_step(opened: Opener) -> None:
    async with opened() as reader:
        await reader.press("v", "v", "v", "#", *"one, two", "enter")
        assert reader.said == "Tagged 3 one, two. u undoes."
        await reader.press("u")
        assert reader.said == "Undone: tagged 3 one, two."


async def test_a_known_tag_is_completed_and_an_arabic_one_grows_from_the_right(opened: Opener) -> None:
    async with opened() as reader:
        await reader.press("2", "#", *"dams", "enter", "j", "#", *"da")
        await reader.press("tab", "enter")
        assert "Tagged" in reader.said
        assert "Yours: dams" in reader.article
        await reader.press("#", *"سدود")
        assert reader.app.screen.query_one(TextInput).render_line(0).text.startswith(" " * 10)
        await reader.press("enter")
        assert reader.said.endswith("سدود. u undoes.")


async def test_leaving_the_line_changes_nothing(opened: Opener) -> None:
    async with opened() as reader:
        await reader.press("#", *"dams", "escape", "u")
        assert reader.said == "Nothing to undo."


async def test_a_note_is_typed_shown_found_and_undone(opened: Opener, store: Path) -> None:
    async with opened() as reader:
        title = reader.selected
        await reader.press(";", *"Ask Rana", "enter", *"سد الموجب", "escape")
        assert note_in(store) == ["Ask Rana\nسد الموجب"]
        assert reader.said == f"Kept a note with “{title}”. u undoes."
        assert "Note: Ask Rana" in reader.article
        assert "✎" in reader.list_line(title[:12])
        for words in ("ran", "is:noted", "موجب"):
            await reader.press("slash", *words, "enter")
            assert title in reader.titles, words
            await reader.press("escape")
        await reader.press("u")
        assert note_in(store) == []
        assert "Note:" not in reader.article
        assert "✎" not in reader.list_line(title[:12])


@pytest.mark.parametrize(
    ("keys", "lines"),
    [
        (["left", "left", "enter"], ["one", "t", "wo"]),
        (["up", "enter"], ["one", "", "two"]),
        (["home", "backspace"], ["onetwo", "", ""]),
        (["up", "end", "delete"], ["onetwo", "", ""]),
        (["up", "home", "backspace"], ["one", "two", ""]),
    ],
)
async def test_lines_of_a_note_are_parted_and_joined(opened: Opener, keys: list[str], lines: list[str]) -> None:
    async with opened() as reader:
        await reader.press(";", *"one", "enter", *"two")
        await reader.press(*keys)
        assert note_lines(reader)[:3] == lines


async def test_nothing_of_a_note_is_pushed_out(opened: Opener, store: Path) -> None:
    async with opened() as reader:
        await reader.press(";")
        assert isinstance(reader.app.screen, NoteDialog)
        line = reader.app.screen.query(NoteLine).first()
        line.post_message(events.Paste("a\x1b[31m\nb\n" * 3))
        line.post_message(events.Paste("x\n" * 40))  # too many: refused whole
        await reader.still()
        await reader.press("escape")
        (note,) = note_in(store)
        assert note.splitlines() == ["a[31m", "b", "a[31m", "b", "a[31m", "b"]


async def test_own_tags_have_a_row_of_links_apart_from_those_of_the_feed(opened: Opener, store: Path) -> None:
    db = open_store(store)
    source = subscriptions.list_all(db)[-1]
    entry = Entry(guid="x", title="Sly", content="<p>Text.</p>", tags=("#dams", "Yours: dams"), published=Moment(NOW))
    ingestion.save(db, source.id, None, [ingestion.prepare(entry)], NOW)
    db.close()
    async with opened() as reader:
        assert reader.selected == "Sly"
        await reader.press("#", *"dams", "enter")
        rows = [row.strip() for row in reader.article.splitlines()]
        assert rows[1].endswith("#dams · Yours: dams")
        assert rows[2] == "Yours: dams"
        await reader.press("[", "enter")
        assert reader.main.state.view.required_tags == ("dams",)
        await reader.press("[", "enter")
        assert reader.main.state.view.required_tags == ("dams", "Yours: dams")


async def test_below_the_last_line_of_a_note_there_is_none(opened: Opener, store: Path) -> None:
    async with opened() as reader:
        await reader.press("semicolon", "a", *["enter"] * 20, "b", "enter", "c", "escape")
        (note,) = note_in(store)
        assert [line for line in note.splitlines() if line] == ["a", "bc"]
