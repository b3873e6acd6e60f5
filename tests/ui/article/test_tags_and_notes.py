"""Your tags and notes: typed, shown, searched, undone."""

from pathlib import Path

from tests.ui.conftest import NOW, RunApp, RunningApp, add_articles, note_lines, stored_notes
from textual import events

from roya_tui.model import Entry, Moment
from roya_tui.ui.dialogs.annotations import NoteLine
from roya_tui.ui.widgets.text_input import TextInput


async def test_tag_is_added_searched_removed_and_undone(app: RunningApp) -> None:
    title = app.selected
    await app.press("#", *"dams", "enter")
    assert app.message == f"Added tag “dams” to “{title}”. u: undo"
    assert "Your tags: dams" in app.article
    await app.press("slash", *"tag:dams", "enter")
    assert app.titles == [title]
    await app.press("#", *"-dams", "enter")
    assert app.message.startswith("Removed tag “dams” from")
    assert "Your tags" not in app.article
    await app.press("u")
    assert "Your tags: dams" in app.article
    await app.press("#", *"dams", "enter")  # the same tag again removes it
    assert "Your tags" not in app.article


async def test_selection_is_tagged_in_one_step(app: RunningApp) -> None:
    await app.press("#", *"dams", "escape", "u")
    assert app.message == "Nothing to undo.", "esc changes nothing"
    await app.press("v", "v", "v", "#", *"one, two", "enter")
    assert app.message == "Edited the tags of 3 articles: added one, two. u: undo"
    await app.press("u")
    assert app.message == "Undone: Edited the tags of 3 articles: added one, two."


async def test_tab_completes_a_tag_and_arabic_starts_at_the_right(app: RunningApp) -> None:
    await app.press("2", "#", *"dams", "enter", "j", "#", *"da")
    await app.wait_until(lambda: "dams" in app.screen._completions)  # type: ignore[attr-defined]
    await app.press("tab", "enter")
    assert "Added tag “dams”" in app.message
    assert "Your tags: dams" in app.article
    await app.press("#", *"سدود")
    assert app.screen.query_one(TextInput).render_line(0).text.startswith(" " * 10)
    await app.press("enter")
    assert app.message.startswith("Added tag “سدود” to ")


async def test_your_tags_have_their_own_row_of_links(run_app: RunApp, database: Path) -> None:
    tags = ("#dams", "Your tags: dams")
    add_articles(database, Entry(guid="x", title="Sly", content="<p>Text.</p>", tags=tags, published=Moment(NOW)))
    async with run_app() as app:
        assert app.selected == "Sly"
        await app.press("#", *"dams", "enter")
        rows = [row.strip() for row in app.article.splitlines()]
        assert rows[1].endswith("#dams · Your tags: dams")
        assert rows[2] == "Your tags: dams"
        await app.press("[", "enter")
        assert app.view.required_tags == ("dams",)
        await app.press("[", "enter")
        assert app.view.required_tags == ("dams", "Your tags: dams")


async def test_note_is_stored_shown_searched_and_undone(app: RunningApp, database: Path) -> None:
    title = app.selected
    await app.press(";", *"Ask Rana", "enter", *"سد الموجب", "escape")
    assert stored_notes(database) == ["Ask Rana\nسد الموجب"]
    assert app.message == f"Saved the note on “{title}”. u: undo"
    assert "Note: Ask Rana" in app.article
    assert "✎" in app.list_line(title[:12])
    for words in ("ran", "is:noted", "موجب"):
        await app.press("slash", *words, "enter")
        assert title in app.titles, words
        await app.press("escape")
    await app.press("u")
    assert stored_notes(database) == []
    assert "Note:" not in app.article
    assert "✎" not in app.list_line(title[:12])


async def test_lines_of_a_note_are_split_and_joined(app: RunningApp) -> None:
    for keys, lines in (
        ("left left enter", ["one", "t", "wo"]),
        ("up enter", ["one", "", "two"]),
        ("home backspace", ["onetwo", "", ""]),
        ("up end delete", ["onetwo", "", ""]),
        ("up home backspace", ["one", "two", ""]),
    ):
        await app.press(";", *"one", "enter", *"two", *keys.split())
        assert note_lines(app)[:3] == lines
        await app.press("escape", "j")


async def test_note_keeps_all_its_lines_and_refuses_more_than_fit(app: RunningApp, database: Path) -> None:
    await app.press(";")
    line = app.screen.query(NoteLine).first()
    line.post_message(events.Paste("a\x1b[31m\nb\n" * 3))
    line.post_message(events.Paste("x\n" * 40))  # refused as a whole
    await app.press("escape")
    (note,) = stored_notes(database)
    assert note.splitlines() == ["a[31m", "b", "a[31m", "b", "a[31m", "b"]
    await app.press("j", ";", "a", *["enter"] * 20, "b", "enter", "c", "escape")
    note = next(note for note in stored_notes(database) if note.startswith("a\n"))
    assert [line for line in note.splitlines() if line] == ["a", "bc"], "there is no line below the last"
