"""Pictures among the lines of an article."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.graphics.sample_pictures import BLUE, GREEN, RED, png, quarters, saved
from tests.ui.conftest import NOW, Open, drawn

from roya_tui.config import Config, Paths
from roya_tui.config.settings import Look, Reading
from roya_tui.graphics.half_blocks import UPPER_HALF
from roya_tui.model import Entry, Moment, NewSource, Picture
from roya_tui.store import picture_cache
from roya_tui.store.articles import ingestion
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.ui.app import RoyaTuiApp
from roya_tui.ui.database import AsyncDatabase
from roya_tui.ui.picture_service import PictureService

AT = "https://pictures.example/"
BY_HAND = Reading(mark_read=None, mark_on_open=False)


class Desk:
    """A home with an article, and pictures that are kept."""

    def __init__(self, folder: Path) -> None:
        self.paths = Paths(folder / "config.toml", folder, folder / "cache")

    def keep(self, name: str, data: bytes, kind: str = "png") -> None:
        picture_cache.save(self.paths, AT + name, data, kind)

    def write(self, html: str, own: tuple[Picture, ...] = ()) -> None:
        db = open_store(self.paths.database)
        source = subscriptions.add(db, NewSource("https://news.example/feed", title="News"), NOW)
        entry = Entry(guid="one", title="A story", published=Moment(NOW), content=html, pictures=own)
        ingestion.save(db, source.id, None, [ingestion.prepare(entry)], NOW)
        db.close()

    @asynccontextmanager
    async def open(
        self, config: Config | None = None, colours: str = "millions", size: tuple[int, int] = (140, 40)
    ) -> AsyncIterator[Open]:
        config = config or Config(reading=BY_HAND)
        app = RoyaTuiApp(
            AsyncDatabase(self.paths.database),
            config,
            (),
            now=lambda: NOW,
            offline=True,
            picture_service=PictureService(self.paths, colours),
        )
        async with app.run_test(size=size) as pilot:
            reader = Open(app, pilot)
            await reader.still()
            yield reader


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def pictured(reader: Open) -> list[str]:
    """The article's lines, once nothing is left to draw."""
    await reader.pilot.pause(0.05)
    await reader.until(lambda: not reader.main.article.pictures.is_drawing)
    await reader.pilot.pause()
    return drawn(reader.main.article)


def colours(reader: Open, y: int) -> list[tuple[int, int, int]]:
    """The background of each cell of a line of the article."""
    found = []
    for segment in reader.main.article.render_line(y):
        colour = segment.style.bgcolor if segment.style else None
        triplet = colour.triplet if colour else None
        found += [(triplet.red, triplet.green, triplet.blue) if triplet else (0, 0, 0)] * segment.cell_length
    return found


async def test_a_kept_picture_is_drawn_in_its_place_with_its_colours(desk: Desk) -> None:
    desk.keep("pier", saved(quarters(), "PNG"))
    desk.write(f'<p>Before.</p><figure><img src="{AT}pier"><figcaption>The pier</figcaption></figure><p>After.</p>')
    async with desk.open() as reader:
        lines = await pictured(reader)
        top, end = lines.index(next(line for line in lines if "Before" in line)), len(lines)
        caption = next(y for y in range(top, end) if "The pier" in lines[y])
        assert caption - top == 2 + 14  # a blank line, and 40 % of 36 lines
        first, last = colours(reader, top + 2), colours(reader, caption - 1)
        left, right = reader.main.article.viewport.margin + 2, reader.main.article.viewport.margin + 34
        assert all(abs(a - b) < 40 for a, b in zip(first[left] + first[right], RED + GREEN, strict=True))
        assert all(abs(a - b) < 40 for a, b in zip(last[left], BLUE, strict=True))


async def test_nothing_moves_when_a_picture_is_drawn(desk: Desk) -> None:
    desk.keep("pier", saved(quarters(600, 400), "PNG"))
    desk.write(f'<p>Before.</p><img src="{AT}pier"><p>After.</p>')
    async with desk.open() as reader:
        before = reader.article
        wait = asyncio.create_task(pictured(reader))
        after = "\n".join(await wait)
        words = [[y for y, line in enumerate(text.split("\n")) if "After" in line] for text in (before, after)]
        assert words[0] == words[1] != []
        assert UPPER_HALF in after


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (None, "[picture 1: The pier] (not kept here)"),
        (b"\x89PNG\r\n\x1a\nno picture", "[picture 1: The pier] (its file is broken)"),
        (png(600, 400, b"rubbish"), "picture 1: its file is broken"),
        (png(60_000, 40_000, b""), "60000 by 40000 pixels"),
    ],
)
async def test_what_cannot_be_drawn_says_why(desk: Desk, data: bytes | None, told: str) -> None:
    if data is not None:
        desk.keep("pier", data)
    desk.write(f'<figure><img src="{AT}pier"><figcaption>The pier</figcaption></figure>')
    async with desk.open() as reader:
        assert told in "\n".join(await pictured(reader))


@pytest.mark.parametrize(
    ("config", "terminal", "told"),
    [
        (Config(reading=Reading(pictures="captions")), "millions", "[picture 1]"),
        (Config(reading=Reading(pictures="off")), "millions", ""),
        (Config(look=Look(ascii=True)), "millions", "[picture 1]"),
        (Config(), "16", "[picture 1]"),
        (Config(), "none", "[picture 1]"),
    ],
)
async def test_captions_where_pictures_are_not_wanted_or_cannot_be(
    desk: Desk, config: Config, terminal: str, told: str
) -> None:
    desk.keep("pier", saved(quarters(), "PNG"))
    desk.write(f'<p>Before.</p><img src="{AT}pier"><p>After.</p>')
    async with desk.open(config, terminal) as reader:
        shown = "\n".join(await pictured(reader))
        assert UPPER_HALF not in shown
        assert (told in shown) if told else ("picture" not in shown)


async def test_the_articles_own_picture_leads_a_text_without_any(desk: Desk) -> None:
    desk.keep("lead", saved(quarters(), "PNG"))
    desk.write("<p>Text.</p>", (Picture(AT + "lead"), Picture(AT + "second")))
    async with desk.open() as reader:
        lines = await pictured(reader)
        first = next(y for y, line in enumerate(lines) if UPPER_HALF in line or "   " * 9 in line.strip())
        text = next(y for y, line in enumerate(lines) if "Text." in line)
        second = next(y for y, line in enumerate(lines) if "picture 2" in line)
        assert first < text < second


async def test_pictures_keep_their_shape_when_the_window_changes(desk: Desk) -> None:
    desk.keep("pier", saved(quarters(600, 400), "PNG"))
    desk.write(f'<p>Before.</p><img src="{AT}pier"><p>After.</p>')
    async with desk.open() as reader:
        await pictured(reader)
        await reader.press("z")
        await reader.pilot.resize_terminal(60, 24)
        lines = await pictured(reader)
        assert 0 < sum(UPPER_HALF in line for line in lines) <= 9
        assert any("Before." in line for line in lines)


async def test_a_far_picture_is_not_decoded_before_it_is_near(desk: Desk) -> None:
    desk.keep("near", saved(quarters(), "PNG"))
    desk.keep("far", saved(quarters(50, 50), "PNG"))
    desk.write(f'<img src="{AT}near">' + "<p>Line.</p>" * 200 + f'<img src="{AT}far">')
    async with desk.open() as reader:
        await pictured(reader)
        drawings = reader.main.article.pictures._drawings
        assert [url for url, *_ in drawings] == [AT + "near"]
        reader.main.set_focus(reader.main.article)
        await reader.press("G")
        await pictured(reader)
        assert {url for url, *_ in drawings} == {AT + "near", AT + "far"}
