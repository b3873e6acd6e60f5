"""The mouse: hints are buttons, hidden panes are in reach, and the right button opens a menu."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from msgspec.structs import replace
from tests.ui.conftest import ALL, MANUAL_MARKING, RunApp, RunningApp, add_articles, note_lines
from textual.command import CommandPalette
from textual.containers import VerticalScroll
from textual.widgets import OptionList

from roya_tui.config import Look
from roya_tui.model import Entry, NewSource
from roya_tui.presentation.source_offer import SourceOffer
from roya_tui.translation import use_ascii
from roya_tui.ui.action_table import ACTIONS
from roya_tui.ui.dialogs.add_source import AddSource
from roya_tui.ui.dialogs.export import ExportDialog
from roya_tui.ui.dialogs.help import Help
from roya_tui.ui.dialogs.menu import Menu
from roya_tui.ui.dialogs.prompts import TextPrompt
from roya_tui.ui.screens.gallery import Gallery
from roya_tui.ui.screens.rules import RulesScreen
from roya_tui.ui.screens.source_status import SourceStatusScreen
from roya_tui.ui.widgets.status_bar import available_actions

RIGHT = 3


def menu_labels(app: RunningApp) -> list[str]:
    """Return the labels in the open menu, without their keys."""
    menu = app.screen.query_one(OptionList)
    rows = (str(menu.get_option_at_index(number).prompt) for number in range(menu.option_count))
    return [row.split(maxsplit=1)[1] for row in rows]


async def choose(app: RunningApp, label: str) -> None:
    """Click on an entry of the open menu."""
    await app.click(f" {label} ", app.screen.query_one(OptionList))


# Hints are buttons.


async def test_click_on_a_hint_does_what_its_key_does_and_keeps_the_focus(app: RunningApp) -> None:
    first = app.selected
    await app.click("j/k move")
    second = app.selected
    assert second != first
    await app.click("/k move")
    assert app.selected == first, "each key of a pair is a button"
    await app.click("b briefing")
    assert app.main.state.shows_briefing
    assert app.main.focused is app.headlines
    await app.click("esc back")
    assert not app.main.state.shows_briefing


async def test_click_on_the_key_in_a_message_presses_it(app: RunningApp) -> None:
    await app.press("A")
    assert not any(h.unread for h in app.main.services.database.headlines(app.headlines.ids))
    await app.click("u: undo")
    assert "Undone" in app.message
    await app.click(app.message)
    assert "? help" in app.bottom_line, "a click elsewhere on it brings the key hints back"


async def test_click_on_the_text_of_an_empty_list_presses_its_key(app: RunningApp) -> None:
    await app.press("4")
    await app.click("2: show all")
    assert app.view.scope.name == "all"
    await app.press("/", *"qqq", "enter")
    await app.click("esc: clear")
    assert not app.view.search_text


async def test_click_on_a_title_that_looks_like_a_hint_presses_nothing(run_app: RunApp) -> None:
    async with run_app(width=60) as app:
        bottom = app.main.bottom
        bottom.show_message("Hid “The long “way”. q: quit” and “A very long way home, told once again”. u: undo")
        await app.wait_idle()
        await app.click("q:", bottom)
        bottom.show_message("Copied > The long way. q: quit", has_keys=False)
        await app.wait_idle()
        await app.click("q: quit", bottom)
        assert not app.textual._exit


async def test_clicks_fill_in_a_search(app: RunningApp) -> None:
    await app.click("/ search")
    await app.press(*"tag:c")
    await app.click("culture", app.main.bottom)
    assert app.main.panes.search_bar.value.strip() == "tag:culture"
    assert app.main.focused is app.main.panes.search_bar
    await app.click("enter done")
    assert app.main.focused is app.headlines
    assert app.view.search_text.strip() == "tag:culture"


async def test_hints_of_dialogs_are_buttons(app: RunningApp) -> None:
    await app.press(";", *"soup")
    await app.click("esc save and close")
    assert app.screen is app.main
    await app.press(";")
    assert note_lines(app)[0] == "soup"
    await app.press("escape", "#", *"soup", "enter", "j", "#", *"so")
    await app.click(" soup")
    await app.click("enter save")
    assert app.screen is app.main
    assert "soup" in app.article
    await app.press("M")
    await app.click("w  Word")
    await app.click("tab change effect")
    assert str(app.screen.query_one("Vertical").border_title).startswith("Highlight")
    await app.click("esc back")
    await app.click("esc cancel")
    assert app.screen is app.main


async def test_clicks_choose_the_format_and_the_articles_of_an_export(app: RunningApp) -> None:
    await app.press("e")
    assert isinstance(app.screen, ExportDialog)
    await app.click(" EPUB ")
    assert app.find("[EPUB]")
    await app.click(" HTML ")
    assert app.find("[HTML]")
    await app.click(" all 60 in the list ")
    assert app.find("[all 60 in the list]")
    await app.click("[all 60 in the list]")
    assert app.find("[all 60 in the list]")


async def test_click_on_the_tip_loads_new_articles(app: RunningApp, database: Path) -> None:
    add_articles(database, Entry(url="https://news.example/1", title="Mills"))
    app.main.bottom.tip = "1 new, press ."
    await app.click("1 new")
    assert "Mills" in app.titles
    assert not app.main.bottom.tip


async def test_click_on_a_checkbox_selects_a_feed_and_adds_none(app: RunningApp) -> None:
    await app.press("a")
    dialog = app.screen
    assert isinstance(dialog, AddSource)
    feeds = [{"kind": "rss", "title": title, "url": f"https://news.example/{title}"} for title in ("Fig", "Date")]
    dialog._show_offer(SourceOffer.from_event({"event": "offer", "message": "It offers.", "candidates": feeds}))
    sent: list[object] = []
    dialog._child = SimpleNamespace(send_last=sent.append, stop=lambda: None)  # type: ignore[assignment]
    await app.wait_idle()
    for shown in ("[x] Date", "[ ] Date"):
        await app.click("] Date", nth=0)
        assert app.find(shown)
    assert sent == []
    await app.click("Date", app.screen.query_one(OptionList))
    assert sent, "a click elsewhere in the row adds"


async def test_names_from_feeds_are_not_buttons(app: RunningApp) -> None:
    app.main.bottom.show_message("Starred “x. A: all read”. u: undo")
    unread = len(app.headlines.ids)
    await app.click("A: all read")
    await app.press("2", "1")
    assert len(app.headlines.ids) == unread


# Hidden panes.


@pytest.mark.parametrize("ascii", [False, True])
async def test_narrow_window_shows_the_way_back_and_to_the_sidebar(run_app: RunApp, ascii: bool) -> None:

    use_ascii(ascii)
    try:
        async with run_app(60, 20, config=replace(MANUAL_MARKING, look=Look(ascii=ascii))) as app:
            back, views = ("< Back", "= Views") if ascii else ("‹ Back", "≡ Views")
            await app.click("enter open")
            assert app.main.panes.active == "article"
            await app.click(back)
            assert app.main.panes.active == "headlines"
            await app.click(views)
            assert app.main.panes.active == "sidebar"
            await app.click(back)
            assert app.main.panes.active == "headlines"
            await app.click(views)
            await app.click("All")
            assert app.main.panes.active == "headlines"
            assert app.view.scope.name == "all"
    finally:
        use_ascii(False)


async def test_window_with_two_panes_shows_the_way_to_the_sidebar(run_app: RunApp) -> None:
    async with run_app(100, 30) as app:
        await app.click("≡ Views")
        assert app.main.panes.active == "sidebar"
        assert not app.find("≡ Views")
        await app.click("‹ Back")
        assert app.main.panes.active == "headlines"
        await app.click("≡ Views")
        await app.click("Today", nth=-1)
        await app.press("escape", "1", "enter")
        assert app.main.panes.active == "article"
        await app.click("≡ Views")
        assert app.main.panes.active == "sidebar"
        x, y = app.pane.region.offset
        await app.click_at(x + 5, y + 5)
        assert app.main.panes.active != "sidebar", "a click beside the sidebar closes it"
        await app.resize(140, 40)
        assert not app.find("≡ Views")
        await app.press("z")
        await app.click("‹ Back")
        assert not app.main.has_class("-zen")


# Help and palette.


async def test_click_in_the_help_runs_an_action_that_works_where_the_focus_is(app: RunningApp) -> None:
    await app.click("? help")
    await app.click("half-down")
    assert app.screen is app.main
    assert app.headlines.index
    await app.press("?")
    box = app.screen.query_one(VerticalScroll)
    await app.click("next-heading")
    assert isinstance(app.screen, Help), "that works in the article only"
    box.scroll_end(animate=False)
    await app.wait_idle()
    await app.click("ctrl+p commands")
    assert isinstance(app.screen, CommandPalette)
    assert app.textual.screen_stack[-2] is app.main, "the commands are those of the main screen"


async def test_help_makes_every_action_clickable_somewhere(run_app: RunApp) -> None:
    async with run_app(view=ALL) as app:
        available: set[str] = set()
        await app.press("/", *"lantern boats", "enter")
        for keys in (
            (),
            ("tab",),
            ("shift+tab", "shift+tab"),
            ("S",),
            ("escape", "E"),
            ("escape", "C"),
            ("escape", "tab", "i"),
        ):
            await app.press(*keys)
            available |= available_actions(app.screen)
        assert isinstance(app.screen, Gallery)
        of_changes = {action.name for action in ACTIONS if action.context == "changes"}
        assert {action.name for action in ACTIONS} - available - of_changes == set()


# Menus.


async def test_right_click_opens_the_actions_of_a_headline(app: RunningApp) -> None:
    title = app.titles[2][:20]
    await app.click(title, app.headlines, button=RIGHT)
    assert app.selected.startswith(title)
    of_article = {"open in browser", "star", "mark read", "tag", "note", "mute or highlight", "copy link", "export"}
    assert of_article | {"open", "hide", "share", "select"} <= set(menu_labels(app))
    await choose(app, "star")
    assert "★" in app.list_line(title)
    for close in ("esc close", "Today"):
        await app.click(title, app.headlines, button=RIGHT)
        await app.click(close)
        assert app.screen is app.main
    await app.click(title, app.headlines, button=RIGHT)
    await app.click(" star ", app.screen.query_one(OptionList), button=RIGHT)
    assert app.screen is app.main, "a second right click closes it"
    assert "★" in app.list_line(title)
    await app.click(title, app.headlines, button=RIGHT)
    await app.press("s")
    assert "★" not in app.list_line(title), "the key of an action works in the menu"
    await app.click(title, app.headlines, button=RIGHT)
    await app.press("down", "down", "enter")
    assert "★" in app.list_line(title)


async def test_menu_of_selected_headlines_is_for_all_of_them(app: RunningApp) -> None:
    titles = app.titles
    await app.press("v", "v")
    before = app.selected
    await app.click(titles[5][:15], app.headlines, button=RIGHT)
    assert app.selected == before
    await choose(app, "star")
    assert ["★" in app.list_line(title[:15]) for title in titles[:3]] == [True, True, False]


async def test_right_click_on_rows_of_the_sidebar_offers_what_applies_to_them(app: RunningApp) -> None:
    for row, labels in (
        ("Starred", ["show", "add source"]),
        ("economy", ["show", "only", "exclude", "edit", "remove"]),
        ("City Desk", ["show", "edit", "remove", "refresh", "add source"]),
    ):
        await app.click(row, app.main.sidebar, button=RIGHT)
        assert menu_labels(app) == labels
        await app.press("escape")
    await app.click("economy", app.main.sidebar, button=RIGHT)
    await choose(app, "exclude")
    assert app.view.excluded_tags == ("economy",)
    await app.click("City Desk", app.main.sidebar, button=RIGHT)
    await choose(app, "edit")
    assert isinstance(app.screen, TextPrompt)
    await app.click("esc cancel")
    await app.click("City Desk", app.main.sidebar, button=RIGHT)
    await choose(app, "add source")
    assert isinstance(app.screen, AddSource)


async def test_right_click_in_the_article_is_for_a_link_or_for_the_article(
    run_app: RunApp, database: Path, copied: list[str]
) -> None:
    html = '<p>See <a href="https://other.example/1">the plan</a> today.</p>'
    entry = Entry(url="https://news.example/1", title="Mills", content=html)
    add_articles(database, entry, source=NewSource("https://news.example/feed"))
    async with run_app(view=ALL) as app:
        await app.press("/", *"Mills", "enter")
        await app.click("the plan", button=RIGHT)
        assert app.main.focused is app.pane
        assert menu_labels(app) == ["open", "open here", "copy link", "copy as Markdown", "save page"]
        await app.press("y")
        await app.click("today.", button=RIGHT)
        assert "note" in menu_labels(app)
        await app.press("y")
        assert copied == ["https://other.example/1", "https://news.example/1"]


async def test_right_click_opens_the_actions_of_sources_rules_and_pictures(app: RunningApp) -> None:
    await app.press("S")
    screen = app.screen
    assert isinstance(screen, SourceStatusScreen)
    await app.click("Orbit Notes", button=RIGHT)
    assert {"check", "pause", "remove", "address", "website"} <= set(menu_labels(app))
    await choose(app, "pause")
    assert "Paused “Orbit Notes”" in screen.bottom.message
    await app.press("escape", "M", "w", "enter", "E")
    assert isinstance(app.screen, RulesScreen)
    await app.click("mute", button=RIGHT)
    await choose(app, "remove")
    assert not app.screen.table.current
    await app.click("Press a")
    assert app.screen is not app.main


@pytest.mark.parametrize("size", [(60, 20), (40, 12)])
async def test_menu_stays_inside_the_window(run_app: RunApp, size: tuple[int, int]) -> None:
    async with run_app(*size) as app:
        x, y = app.find("●", app.headlines)[-1]
        await app.click_at(x + size[0] - 10, y, button=RIGHT)
        assert isinstance(app.screen, Menu)
        menu = app.screen.query_one(OptionList)
        assert app.screen.region.contains_region(menu.region)
        await app.click_at(0, 0)
        assert app.screen is app.main
