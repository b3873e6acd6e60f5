"""Web pages read in the app: the full text of an article, and the pages of its links."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.servers import Server, hang, server
from tests.ui.conftest import RunApp, RunningApp, add_articles

from roya_tui.config import Config, Reading, Refresh, SourceSettings
from roya_tui.model import Entry, Moment, NewSource
from roya_tui.ui.controllers.article.pages import FetchQueue, FetchRequest
from roya_tui.ui.dialogs.add_source import AddSource

__all__ = ["server"]

SENTENCE = "The harbour office counted the boats again before noon, and wrote down each of them by name."
START = SENTENCE[:30]
EXCERPT = "What the feed says of the boats."
CONFIG = Config(reading=Reading(mark_read=None, mark_on_open=False), refresh=Refresh(on_start=False, spacing=0))


def page(title: str, sentences: int = 6, links: str = "") -> str:
    body = f"<p>{SENTENCE}</p>" * sentences + links
    return f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"


@pytest.fixture
def database(tmp_path: Path, new_store: Callable[[Path], Path], server: Server) -> Path:
    """One source of the server with two articles, the first of which has two links."""
    (tmp_path / "config.toml").write_text('[refresh]\nspacing = "0s"\n')
    links = f'<p><a href="{server.url}/mill">The mill</a> and <a href="mailto:a@b.example">a mail</a>.</p>'
    path = new_store(tmp_path / "news.db")
    add_articles(
        path,
        Entry(guid="1", url=f"{server.url}/boats", title="Boats counted", summary=f"<p>{EXCERPT}</p>{links}"),
        Entry(guid="2", url=f"{server.url}/trams", title="Trams counted", summary="<p>Trams, too.</p>"),
        source=NewSource(f"{server.url}/feed", title="Harbour Post"),
    )
    return path


Open = Callable[..., AbstractAsyncContextManager[RunningApp]]


@pytest.fixture
def open_app(run_app: RunApp, tmp_path: Path) -> Open:
    """Run the app with a program that fetches pages."""

    def start(config: Config = CONFIG, *, offline: bool = False) -> AbstractAsyncContextManager[RunningApp]:
        program = (sys.executable, "-m", "roya_tui", "--home", str(tmp_path))
        return run_app(config=config, program=program, offline=offline)

    return start


@pytest.fixture
async def app(open_app: Open) -> AsyncIterator[RunningApp]:
    async with open_app() as app:
        assert app.selected == "Boats counted"
        yield app


async def press_until(app: RunningApp, *keys: str, article: str = "", message: str = "") -> None:
    """Press keys, and wait until the article or the message has a text."""
    await app.press(*keys)
    await app.wait_until(lambda: article in app.article and message in app.message)


async def test_full_text_replaces_the_excerpt_and_is_stored(open_app: Open, server: Server) -> None:
    server.serve("/boats", page("Boats counted"), "text/html")
    async with open_app() as app:
        assert EXCERPT in app.article
        assert "excerpt" in app.article
        await press_until(app, "f", article=START)
        assert EXCERPT not in app.article
        assert "full text" in app.article
        assert "▣" in app.list_line("Boats counted")
        await app.press("f")
        assert EXCERPT in app.article
        assert "excerpt" in app.article
        await app.press("j", "k")
        assert EXCERPT in app.article, "the choice holds for this article"
        await app.press("f")
        assert START in app.article
        assert len(server.asked("/boats")) == 1
    server.stop()
    async with open_app(offline=True) as app:
        assert START in app.article
        await app.press("j", "f")
        assert app.message == "Pages cannot be fetched offline. W: go online"
    assert not server.asked("/trams")


@pytest.mark.parametrize("key", ["x", "escape"])
async def test_frame_shows_that_a_page_is_fetched_and_a_key_stops_it(app: RunningApp, server: Server, key: str) -> None:
    server.answer("/boats", hang)
    await app.press("enter", "f")
    assert "⟳ fetching page" in str(app.pane.border_subtitle), app.message
    await app.wait_until(lambda: server.asked("/boats"))
    await app.press(key)
    assert app.message == "Stopped the download. Nothing was changed."
    await app.wait_until(lambda: not str(app.pane.border_subtitle))
    assert EXCERPT in app.article
    assert app.main.focused is app.pane


async def test_failed_full_text_is_reported_and_keeps_the_excerpt(app: RunningApp, server: Server) -> None:
    server.reply("/boats", 404)
    await press_until(app, "f", message="(404)")
    assert EXCERPT in app.article
    assert "▣" not in app.list_line("Boats counted")


async def test_full_text_is_fetched_automatically_if_configured(open_app: Open, server: Server) -> None:
    server.serve("/boats", page("Boats counted"), "text/html")
    async with open_app(replace(CONFIG, sources={"Harbour Post": SourceSettings(full_text=True)})) as app:
        await app.press("j", "k")
        assert server.seen == [], "not before the article is opened"
        await press_until(app, "enter", article=START)


async def test_page_of_a_link_is_read_and_saved_and_esc_returns(app: RunningApp, server: Server) -> None:
    mill = page("The mill turns", 60, f'<p><a href="{server.url}/wheel">Its wheel</a></p>')
    server.serve("/mill", mill, "text/html")
    server.serve("/wheel", page("The wheel"), "text/html")
    await press_until(app, "]", "L", article="The mill turns")
    assert "127.0.0.1" in app.article, "the site in place of the source"
    await app.press("pagedown")
    assert app.pane.scroll_offset.y > 0
    await press_until(app, "]", "L", article="The wheel")
    await app.press("s")
    assert app.message == "This page is not saved as an article. K: save it"
    await app.press("K")
    assert app.message == "Saved “The wheel”. u: undo"
    await app.press("backspace")
    assert app.pane.shown.headline.title == "The mill turns"
    await app.press("escape")
    assert EXCERPT in app.article
    assert app.pane.links.focused.text == "The mill", "the link to the page still has the focus"
    await app.press("2")
    assert "The wheel" in app.titles
    assert "The mill turns" not in app.titles


async def test_message_shows_where_a_link_leads_and_is_removed_with_its_page(app: RunningApp, server: Server) -> None:
    server.serve("/mill", page("The mill turns"), "text/html")
    await app.press("]")
    assert app.message == f"enter: open   L: read here   {server.url}/mill"
    await app.press("]")
    assert app.message == "enter: open mailto:a@b.example"
    await press_until(app, "[", "L", message="This is the page of the link. esc: back   K: save it")
    await app.press("escape")
    assert app.message == "", "esc would lead to the list now"


async def test_page_of_a_link_is_saved_without_reading_and_undone(app: RunningApp, server: Server) -> None:
    server.serve("/mill", page("The mill turns"), "text/html")
    await press_until(app, "]", "K", message="Saved “The mill turns”. u: undo")
    assert EXCERPT in app.article
    await app.press("u", "2")
    assert "The mill turns" not in app.titles


async def test_links_that_cannot_be_read_are_reported(app: RunningApp, server: Server) -> None:
    server.reply("/mill", 403)
    await app.press("L")
    assert app.message == "Focus a link first. ]: next link"
    await app.press("[", "L")
    assert app.message == "This is not a link to a web page. enter: open it"
    await press_until(app, "[", "L", message="(403)")
    assert EXCERPT in app.article


async def test_link_that_is_too_long_for_a_command_line_is_reported(open_app: Open, database: Path) -> None:
    link = f'<p><a href="https://long.example/{"x" * 200_000}">long</a></p>'
    entry = Entry(guid="3", title="Longer", summary=link, published=Moment(1))
    add_articles(database, entry, source=NewSource("https://long.example/feed"))
    async with open_app() as app:
        await press_until(app, "G", article="long[1]")  # a long text is laid out in a thread
        await press_until(app, "]", "L", message="The page could not be fetched. Same key: try again")


async def test_next_article_cancels_the_page_of_a_link(app: RunningApp, server: Server) -> None:
    server.answer("/mill", hang)
    await app.press("]", "L", "escape", "L")
    await app.wait_until(lambda: server.asked("/mill"))
    await app.press("n")
    await app.wait_until(lambda: not str(app.pane.border_subtitle))
    assert "Trams, too." in app.article


async def test_focused_link_is_copied_and_added_as_a_source(app: RunningApp, server: Server, copied: list[str]) -> None:
    server.serve("/mill", page("The mill turns"), "text/html")
    await app.press("]", "y", "Y")
    assert copied == [f"{server.url}/mill", f"[The mill](<{server.url}/mill>)"]
    await app.press("a")
    assert isinstance(app.screen, AddSource)
    await app.wait_until(lambda: server.asked("/mill"))
    assert app.screen.query_one("#address").value == f"{server.url}/mill"  # type: ignore[attr-defined]
    for _ in range(3):  # ends the check if it still runs, leaves its result, closes the dialog
        if app.screen is not app.main:
            await app.press("escape")
    await app.wait_until(lambda: app.screen is app.main and not any(w.is_running for w in app.textual.workers))


async def test_answer_of_a_stopped_request_is_not_used_for_an_equal_one(tmp_path: Path) -> None:
    script = """
import pathlib, sys, time
try:
    pathlib.Path(sys.argv[1]).mkdir()
except FileExistsError:
    print('{"event": "page"}')
else:
    print('{"event": "started"}', flush=True)
    time.sleep(60)
"""
    started = tmp_path / "started"
    answers: list[tuple[FetchRequest, dict[str, object]]] = []
    queue = FetchQueue(lambda: (sys.executable, "-c", script, str(started)), lambda: None)

    async def handle(request: FetchRequest, answer: dict[str, object]) -> None:
        answers.append((request, answer))

    first, second = FetchRequest(7), FetchRequest(7)
    queue.add(first)
    running = asyncio.create_task(queue.run(handle))
    while not started.exists():
        await asyncio.sleep(0.01)
    queue.drop(lambda request: request.article == 7)
    queue.add(second)
    await asyncio.wait_for(running, 30)
    assert answers == [(second, {"event": "page"})]
