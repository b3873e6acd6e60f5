"""Selecting several headlines, and what keys do with the selection."""

from contextlib import closing
from pathlib import Path

from tests.ui.conftest import RunningApp

from roya_tui.store.database import open_store


def count_marked(database: Path, column: str) -> int:
    with closing(open_store(database, readonly=True)) as db:
        return int(db.execute(f"SELECT count({column}) FROM state").fetchone()[0])


async def test_v_selects_one_V_a_range_and_star_all(app: RunningApp) -> None:
    first = app.selected
    await app.press("v")
    assert app.selected != first
    assert "✓" in app.list_line(first[:12])
    assert app.list_frame.startswith("1 selected")
    await app.press("k", "v")
    assert "✓" not in app.list_line(first[:12])
    assert "selected" not in app.list_frame
    await app.press("v", "j", "V")
    assert app.list_frame.startswith("3 selected")
    await app.press("*")
    assert app.list_frame.startswith(f"{len(app.titles)} selected")
    await app.press("escape")
    assert "selected" not in app.list_frame
    assert app.main.focused is app.headlines


async def test_key_marks_the_whole_selection(app: RunningApp, database: Path) -> None:
    await app.press("v", "v", "v")
    for key, column, done, undone in (
        ("m", "read_at", "Marked 3 articles read. u: undo", "Undone: Marked 3 articles read."),
        ("s", "starred_at", "Starred 3 articles. u: undo", "Undone: Starred 3 articles."),
        ("H", "hidden_at", "Hid 3 articles. u: undo   .: remove from list", "Undone: Hid 3 articles."),
    ):
        await app.press(key)
        assert (app.message, count_marked(database, column)) == (done, 3)
        await app.press("u")
        assert (app.message, count_marked(database, column)) == (undone, 0)


async def test_star_is_removed_only_if_all_selected_articles_have_it(app: RunningApp, database: Path) -> None:
    await app.press("s", "v", "v", "s")
    assert app.message == "Starred 1 article. u: undo"
    await app.press("s")
    assert app.message == "Unstarred 2 articles. u: undo"
    assert count_marked(database, "starred_at") == 0


async def test_selection_survives_other_views_and_new_headlines(app: RunningApp) -> None:
    await app.press("v", "v", "m", "full_stop")
    assert app.list_frame.startswith("2 selected")
    await app.press("3")
    assert app.list_frame.startswith("2 selected, 2 not shown")
    await app.press("2")
    assert "not shown" not in app.list_frame


async def test_key_in_the_article_pane_ignores_the_selection(app: RunningApp, database: Path) -> None:
    await app.press("v", "v", "G", "enter", "s")
    assert count_marked(database, "starred_at") == 1


async def test_hidden_article_stays_until_the_list_is_reloaded_but_n_skips_it(app: RunningApp) -> None:
    await app.press("2", "j")
    title, count, third = app.selected, len(app.titles), app.titles[2]
    await app.press("H", "k", "n")
    assert app.selected == third
    await app.press("k")
    assert "×" in app.list_line(title[:12])
    await app.press("full_stop")
    assert title not in app.titles
    assert len(app.titles) == count - 1
    assert app.list_frame.startswith("1 hidden")
    await app.press("slash", *"is:hidden", "enter")
    assert app.titles == [title]


async def test_links_of_the_selection_are_copied_and_at_most_15_opened(
    app: RunningApp, copied: list[str], opened_in_browser: list[str]
) -> None:
    await app.press("v", "v", "y", "Y")
    plain, markdown = (text.splitlines() for text in copied)
    assert len(plain) == len(markdown) == 2
    assert all(url in line for url, line in zip(plain, markdown, strict=True))
    assert app.message == "Copied 2 addresses."
    await app.press("2", "*", "o")
    assert len(opened_in_browser) == 15
    assert "The limit is 15." in app.message


async def test_opening_another_article_keeps_redo(app: RunningApp, database: Path) -> None:
    title = app.selected
    await app.press("s", "u", "j", "enter", "escape")
    assert count_marked(database, "read_at") == 1
    await app.press("U")
    assert app.message == f"Redone: Starred “{title}”."
    await app.press("u", "u")
    assert app.message.startswith("Undone: Read “")
