"""Pages that a person asks for in the reader: the full text behind an article, and what its links lead to."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from tests.servers import Server, hang, server
from tests.terminal.homes import Home, home
from tests.ui.conftest import NOW, Open

from roya_tui.config import Config, Reading, Refresh, SourceSettings
from roya_tui.model import Entry, Moment, NewSource
from roya_tui.ui.app import RoyaTuiApp
from roya_tui.ui.database import AsyncDatabase
from roya_tui.ui.dialogs.add_source import AddSource

__all__ = ["home", "server"]

SENTENCE = "The harbour office counted the boats again before noon, and wrote down each of them by name."
OWN = "What the feed says of the boats."
CONFIG = Config(reading=Reading(mark_read=None, mark_on_open=False), refresh=Refresh(on_start=False, spacing=0))


def page(title: str, sentences: int = 6, links: str = "") -> str:
    body = f"<p>{SENTENCE}</p>" * sentences + links
    return f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"


class Reads(Open):
    """A reader whose pages are fetched by a process of its own."""

    async def full_text(self) -> None:
        await self.press("f")
        await self.until(lambda: SENTENCE[:30] in self.article)


Opened = Callable[..., AbstractAsyncContextManager[Reads]]


@pytest.fixture
def reading(home: Home, server: Server) -> Opened:
    """Open the reader on one source of this server with two articles, the first of which links to three places."""
    home.configure('[refresh]\nspacing = "0s"\n')
    links = f'<p><a href="{server.url}/mill">The mill</a> and <a href="mailto:a@b.example">a mail</a>.</p>'
    first = Entry(guid="1", url=f"{server.url}/boats", title="Boats counted", summary=f"<p>{OWN}</p>{links}")
    second = Entry(guid="2", url=f"{server.url}/trams", title="Trams counted", summary="<p>Trams, too.</p>")
    home.subscribe(NewSource(f"{server.url}/feed", title="Harbour Post"), [first, second])

    @asynccontextmanager
    async def start(config: Config = CONFIG, *, offline: bool = False, width: int = 140) -> AsyncIterator[Reads]:
        program = (sys.executable, "-m", "roya_tui", "--home", str(home.folder))
        app = RoyaTuiApp(AsyncDatabase(home.folder / "news.db"), config, program, now=lambda: NOW, offline=offline)
        async with app.run_test(size=(width, 40)) as pilot:
            reader = Reads(app, pilot)
            await reader.still()
            assert reader.selected == "Boats counted"
            yield reader

    return start


async def test_the_full_text_comes_is_marked_in_the_list_and_gives_way_to_the_feeds_own(
    reading: Opened, server: Server
) -> None:
    server.serve("/boats", page("Boats counted"), "text/html")
    async with reading() as reader:
        assert OWN in reader.article
        assert "excerpt" in reader.article
        await reader.full_text()
        assert OWN not in reader.article
        assert "full text" in reader.article
        assert "▣" in reader.list_line("Boats counted")
        await reader.press("f")
        assert OWN in reader.article
        assert "excerpt" in reader.article
        await reader.press("j", "k")
        assert OWN in reader.article, "the choice holds for this article"
        await reader.press("f")
        assert SENTENCE[:30] in reader.article
        assert len(server.asked("/boats")) == 1
    server.stop()
    async with reading(offline=True) as again:
        assert SENTENCE[:30] in again.article


async def test_a_sign_shows_that_a_page_is_fetched_and_stopping_leaves_all_as_it_was(
    reading: Opened, server: Server
) -> None:
    server.answer("/boats", hang)
    for key in ("x", "escape"):
        async with reading() as reader:
            await reader.press("enter", "f")
            assert "⟳ page" in str(reader.main.article.border_subtitle), reader.said
            await reader.until(lambda: server.asked("/boats"))
            await reader.press(key)
            assert reader.said == "Stopped. Everything is as it was."
            await reader.until(lambda: not str(reader.main.article.border_subtitle))
            assert OWN in reader.article
            assert reader.main.focused is reader.main.article
        server.seen.clear()


async def test_a_page_that_has_less_than_the_feed_is_told_and_nothing_changes(reading: Opened, server: Server) -> None:
    server.reply("/boats", 404)
    async with reading() as reader:
        await reader.press("f")
        await reader.until(lambda: "(404)" in reader.said)
        assert OWN in reader.article
        assert "▣" not in reader.list_line("Boats counted")


async def test_offline_says_so(reading: Opened, server: Server) -> None:
    async with reading(offline=True) as reader:
        await reader.press("f")
        assert reader.said == "Offline: no page is fetched; what is here stays. W goes online."
    assert server.seen == []


async def test_a_source_can_have_its_full_text_by_itself_once_an_article_is_opened(
    reading: Opened, server: Server
) -> None:
    server.serve("/boats", page("Boats counted"), "text/html")
    wishes = {"Harbour Post": SourceSettings(full_text=True)}
    async with reading(Config(CONFIG.look, reading=CONFIG.reading, refresh=CONFIG.refresh, sources=wishes)) as reader:
        await reader.press("j", "k")
        assert server.seen == [], "passing by is no reading"
        await reader.press("enter")
        await reader.until(lambda: SENTENCE[:30] in reader.article)


async def test_a_link_is_read_here_saved_and_left_again(reading: Opened, server: Server) -> None:
    mill = page("The mill turns", 60, f'<p><a href="{server.url}/wheel">Its wheel</a></p>')
    server.serve("/mill", mill, "text/html")
    server.serve("/wheel", page("The wheel"), "text/html")
    async with reading() as reader:
        await reader.press("]", "L")
        await reader.until(lambda: "The mill turns" in reader.article)
        assert "127.0.0.1" in reader.article, "the site stands where the source does"
        await reader.press("pagedown")
        line = reader.main.article.scroll_offset.y
        await reader.press("]", "L")
        await reader.until(lambda: "The wheel" in reader.article)
        await reader.press("s")
        assert reader.said == "This page is not among your articles. K saves it to read later."
        await reader.press("K")
        assert reader.said == "Saved “The wheel”, to read later. u undoes."
        await reader.press("backspace")
        assert "The mill turns" in "\n".join(reader.article.splitlines()) or reader.main.article.scroll_offset.y
        assert reader.main.article.shown is not None
        assert reader.main.article.shown.headline.title == "The mill turns"
        await reader.press("escape")
        assert OWN in reader.article
        assert reader.main.article.links.focused is not None
        assert reader.main.article.links.focused.text == "The mill", "the link that led away is marked still"
        assert line > 0
        await reader.press("2")
        assert "The wheel" in reader.titles
        assert "The mill turns" not in reader.titles


async def test_it_is_told_where_a_link_leads_before_it_is_opened(reading: Opened, server: Server) -> None:
    async with reading() as reader:
        await reader.press("]")
        assert reader.said == f"enter opens, L reads here: {server.url}/mill"
        await reader.press("]")
        assert reader.said == "enter opens mailto:a@b.example"


async def test_a_page_that_is_left_takes_its_keys_along(reading: Opened, server: Server) -> None:
    server.serve("/mill", page("The mill turns"), "text/html")
    async with reading() as reader:
        await reader.press("]", "L")
        await reader.until(lambda: reader.said == "Read here. esc goes back, K saves it to read later.")
        await reader.press("escape")
        assert reader.said == "", "esc would lead to the list now"


async def test_a_link_is_saved_without_being_read_and_undone(reading: Opened, server: Server) -> None:
    server.serve("/mill", page("The mill turns"), "text/html")
    async with reading() as reader:
        await reader.press("]", "K")
        await reader.until(lambda: reader.said == "Saved “The mill turns”, to read later. u undoes.")
        assert OWN in reader.article
        await reader.press("u")
        await reader.press("2")
        assert "The mill turns" not in reader.titles


async def test_links_that_cannot_be_read_here_say_so(reading: Opened, server: Server) -> None:
    server.reply("/mill", 403)
    async with reading() as reader:
        await reader.press("L")
        assert reader.said == "Mark a link first: ] goes to the next one."
        await reader.press("[", "L")
        assert reader.said == "This link leads to no page. enter opens it."
        await reader.press("[", "L")
        await reader.until(lambda: "(403)" in reader.said)
        assert OWN in reader.article


async def test_a_link_that_is_longer_than_a_program_can_be_told_says_so(reading: Opened, home: Home) -> None:
    long = f'<p><a href="https://long.example/{"x" * 200_000}">long</a></p>'
    entry = Entry(guid="3", title="Longer", summary=long, published=Moment(1))
    home.subscribe(NewSource("https://long.example/feed"), [entry])
    async with reading() as reader:
        await reader.press("G", "]", "L")
        await reader.until(lambda: reader.said == "The page could not be fetched. The same key tries again.")


async def test_moving_on_gives_up_the_link_but_not_the_full_text(reading: Opened, server: Server) -> None:
    server.answer("/mill", hang)
    async with reading() as reader:
        await reader.press("]", "L", "escape", "L")
        await reader.until(lambda: server.asked("/mill"))
        await reader.press("n")
        await reader.until(lambda: not str(reader.main.article.border_subtitle))
        assert "Trams, too." in reader.article


async def test_a_marked_link_is_copied_and_offered_as_a_source(
    reading: Opened, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    server.serve("/mill", page("The mill turns"), "text/html")
    async with reading() as reader:
        monkeypatch.setattr(reader.app, "copy_to_clipboard", copied.append)
        await reader.press("]", "y", "Y")
        assert copied == [f"{server.url}/mill", f"[The mill](<{server.url}/mill>)"]
        await reader.press("a")
        dialog = reader.app.screen
        assert isinstance(dialog, AddSource)
        await reader.until(lambda: server.asked("/mill"))
        assert dialog.query_one("#address").value == f"{server.url}/mill"  # type: ignore[attr-defined]
        await reader.press("escape", "escape")
        await reader.until(
            lambda: reader.app.screen is reader.main and not any(w.is_running for w in reader.app.workers)
        )
