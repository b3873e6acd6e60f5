"""Pictures among the lines of an article."""

import pytest
from tests.graphics.sample_pictures import BLUE, GREEN, RED, png, quarters, saved
from tests.ui.article.conftest import PICTURES, PictureArticle, drawn_lines
from tests.ui.conftest import RunningApp

from roya_tui.config import Config, Look, Reading
from roya_tui.graphics.half_blocks import UPPER_HALF
from roya_tui.model import Picture

SQUARE, WIDE = saved(quarters(), "PNG"), saved(quarters(600, 400), "PNG")
PIER = f'<p>Before.</p><img src="{PICTURES}pier"><p>After.</p>'
CAPTIONED = f'<figure><img src="{PICTURES}pier"><figcaption>The pier</figcaption></figure>'


def background(app: RunningApp, y: int) -> list[tuple[int, int, int]]:
    """Return the background of each cell in a line of the article."""
    colors: list[tuple[int, int, int]] = []
    for segment in app.pane.render_line(y):
        color = segment.style.bgcolor if segment.style else None
        triplet = color.triplet if color else None
        colors += [(triplet.red, triplet.green, triplet.blue) if triplet else (0, 0, 0)] * segment.cell_length
    return colors


async def test_picture_is_drawn_in_its_place_with_its_colors(picture_article: PictureArticle) -> None:
    picture_article.store_picture("pier", SQUARE)
    picture_article.write(f"<p>Before.</p>{CAPTIONED}<p>After.</p>")
    async with picture_article.open() as app:
        lines = await drawn_lines(app)
        top = next(y for y, line in enumerate(lines) if "Before" in line)
        caption = next(y for y, line in enumerate(lines) if "The pier" in line and y > top)
        assert caption - top == 2 + 14  # a blank line, and 40 % of 36 lines
        first, last = background(app, top + 2), background(app, caption - 1)
        left, right = app.pane.viewport.margin + 2, app.pane.viewport.margin + 34
        assert all(abs(a - b) < 40 for a, b in zip(first[left] + first[right], RED + GREEN, strict=True))
        assert all(abs(a - b) < 40 for a, b in zip(last[left], BLUE, strict=True))


async def test_no_line_moves_when_a_picture_is_drawn(picture_article: PictureArticle) -> None:
    picture_article.store_picture("pier", WIDE)
    picture_article.write(PIER)
    async with picture_article.open() as app:
        before, after = app.article.split("\n"), await drawn_lines(app)
        text = [[y for y, line in enumerate(lines) if "After" in line] for lines in (before, after)]
        assert text[0] == text[1] != []
        assert UPPER_HALF in "\n".join(after)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (None, "[picture 1: The pier] (not saved)"),
        (b"\x89PNG\r\n\x1a\nno picture", "[picture 1: The pier] (file damaged)"),
        (png(600, 400, b"rubbish"), "picture 1: file damaged"),
        (png(60_000, 40_000, b""), "60000 × 40000 pixels"),
    ],
)
async def test_placeholder_shows_the_error(picture_article: PictureArticle, data: bytes | None, text: str) -> None:
    if data is not None:
        picture_article.store_picture("pier", data)
    picture_article.write(CAPTIONED)
    async with picture_article.open() as app:
        assert text in "\n".join(await drawn_lines(app))


@pytest.mark.parametrize(
    ("config", "colors", "text"),
    [
        (Config(reading=Reading(pictures="captions")), "millions", "[picture 1]"),
        (Config(reading=Reading(pictures="off")), "millions", ""),
        (Config(look=Look(ascii=True)), "millions", "[picture 1]"),
        (Config(), "16", "[picture 1]"),
        (Config(), "none", "[picture 1]"),
    ],
)
async def test_caption_replaces_pictures_if_they_are_off_or_impossible(
    picture_article: PictureArticle, config: Config, colors: str, text: str
) -> None:
    picture_article.store_picture("pier", SQUARE)
    picture_article.write(PIER)
    async with picture_article.open(config, colors) as app:
        shown = "\n".join(await drawn_lines(app))
        assert UPPER_HALF not in shown
        assert (text in shown) if text else ("picture" not in shown)


async def test_picture_of_the_entry_comes_before_a_text_without_pictures(picture_article: PictureArticle) -> None:
    picture_article.store_picture("lead", SQUARE)
    picture_article.write("<p>Text.</p>", (Picture(PICTURES + "lead"), Picture(PICTURES + "second")))
    async with picture_article.open() as app:
        lines = await drawn_lines(app)
        first = next(y for y, line in enumerate(lines) if UPPER_HALF in line or "   " * 9 in line.strip())
        text, second = (next(y for y, line in enumerate(lines) if word in line) for word in ("Text.", "picture 2"))
        assert first < text < second


async def test_picture_keeps_its_shape_when_the_window_changes(picture_article: PictureArticle) -> None:
    picture_article.store_picture("pier", WIDE)
    picture_article.write(PIER)
    async with picture_article.open() as app:
        await drawn_lines(app)
        await app.press("z")
        await app.resize(60, 24)
        lines = await drawn_lines(app)
        assert 0 < sum(UPPER_HALF in line for line in lines) <= 9
        assert any("Before." in line for line in lines)


async def test_picture_is_decoded_only_when_it_is_near_the_visible_lines(picture_article: PictureArticle) -> None:
    picture_article.store_picture("near", SQUARE)
    picture_article.store_picture("far", saved(quarters(50, 50), "PNG"))
    picture_article.write(f'<img src="{PICTURES}near">' + "<p>Line.</p>" * 200 + f'<img src="{PICTURES}far">')
    async with picture_article.open() as app:
        await drawn_lines(app)
        drawings = app.pane.pictures._drawings
        assert [url for url, *_ in drawings] == [PICTURES + "near"]
        app.main.set_focus(app.pane)
        await app.press("G")
        await drawn_lines(app)
        assert {url for url, *_ in drawings} == {PICTURES + "near", PICTURES + "far"}
