"""The gallery of an article's pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.graphics.sample_pictures import quarters, saved
from tests.ui.conftest import Open
from tests.ui.test_pictures import AT, BY_HAND, Desk, desk, drawn, pictured

from roya_tui.config import Config
from roya_tui.config.settings import Look, Reading
from roya_tui.graphics.half_blocks import UPPER_HALF
from roya_tui.ui.screen import MainScreen
from roya_tui.ui.screens import gallery
from roya_tui.ui.screens.gallery import Gallery

__all__ = ["desk"]

PAGE = (
    f'<figure><img src="{AT}one.png"><figcaption>The first</figcaption></figure>'
    + "<p>Line.</p>" * 30
    + f'<figure><img src="{AT}two.png"><figcaption>The second</figcaption></figure>'
    + "<p>Line.</p>" * 30
    + f'<figure><img src="{AT}three.png"><figcaption>رصيف الميناء</figcaption></figure>'
)


@pytest.fixture
def hung(desk: Desk) -> Desk:
    """Three pictures, of which the last is not kept."""
    desk.keep("one.png", saved(quarters(600, 400), "PNG"))
    desk.keep("two.png", saved(quarters(300, 600), "PNG"))
    desk.write(PAGE)
    return desk


async def shown(reader: Open) -> str:
    """All that the gallery shows, once the picture is drawn."""
    screen = reader.app.screen
    assert isinstance(screen, Gallery)
    await reader.pilot.pause(0.05)
    await reader.until(lambda: not screen.view._is_drawing)
    await reader.pilot.pause()
    picture = "\n".join(screen.view.render_line(y).text for y in range(screen.view.size.height))
    heading, caption = screen.heading.render(), screen.caption.content
    return f"{heading.plain}\n{picture}\n{caption}\n{screen.bottom.message}"  # type: ignore[union-attr]


async def test_one_after_the_other_and_back(hung: Desk) -> None:
    async with hung.open() as reader:
        await reader.press("i")
        first = await shown(reader)
        assert "1 of 3" in first
        assert "The first" in first
        assert UPPER_HALF in first or "   " in first
        await reader.press("n")
        assert "2 of 3" in await shown(reader)
        await reader.press("G", "n")
        last = await shown(reader)
        assert "3 of 3" in last
        assert "not kept here" in last
        assert "This is the last picture." in last
        await reader.press("p", "p", "p")
        assert "This is the first picture." in await shown(reader)
        await reader.press("escape")
        assert isinstance(reader.app.screen, MainScreen)


async def test_a_picture_keeps_its_shape(hung: Desk) -> None:
    async with hung.open() as reader:
        await reader.press("i")
        await shown(reader)
        view = reader.app.screen.view  # type: ignore[attr-defined]
        wide = view._current_drawing
        assert abs(wide.columns / (2 * wide.rows) - 1.5) < 0.1
        await reader.press("n")
        await shown(reader)
        high = view._current_drawing
        assert abs(high.columns / (2 * high.rows) - 0.5) < 0.1
        assert high.rows == view.size.height


async def test_it_begins_with_the_picture_in_view_and_leads_back_to_the_very_place(hung: Desk) -> None:
    async with hung.open() as reader:
        reader.main.set_focus(reader.main.article)
        await pictured(reader)
        reader.main.article.jump(70)
        await pictured(reader)
        before = drawn(reader.main.article)
        await reader.press("i")
        assert "2 of 3" in await shown(reader)
        await reader.press("n", "i")
        assert drawn(reader.main.article) == before
        assert reader.main.focused is reader.main.article


async def test_a_click_on_a_picture_opens_it(hung: Desk) -> None:
    async with hung.open() as reader:
        lines = await pictured(reader)
        y = next(y for y, line in enumerate(lines) if "The first" in line)
        await reader.pilot.click(reader.main.article, offset=(10, y - 2))
        await reader.still()
        assert "1 of 3" in await shown(reader)


async def test_saving_writes_over_nothing(hung: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = tmp_path / "Pictures"
    there.mkdir()
    monkeypatch.setattr(gallery, "find_pictures_folder", lambda: there)
    async with hung.open() as reader:
        await reader.press("i", "s")
        assert f"Saved {there / 'one.png'}" in await shown(reader)
        await reader.press("s")
        assert f"Saved {there / 'one-2.png'}" in await shown(reader)
        await reader.press("e")
        await reader.press(*"/x", "enter")
        await reader.pilot.pause()
        await reader.press("G", "s")
        assert "nothing to save" in await shown(reader)
    assert (there / "one.png").read_bytes() == (there / "one-2.png").read_bytes() == saved(quarters(600, 400), "PNG")


async def test_its_address_is_copied_and_opened(hung: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    async def note(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("roya_tui.ui.programs.open_in_browser", note)
    async with hung.open() as reader:
        await reader.press("i", "n", "y")
        assert reader.app.clipboard == AT + "two.png"
        await reader.press("o")
        assert opened == [AT + "two.png"]


@pytest.mark.parametrize(
    ("config", "terminal"), [(Config(reading=BY_HAND), "16"), (Config(look=Look(ascii=True)), "millions")]
)
async def test_where_no_picture_can_be_seen_it_says_so(hung: Desk, config: Config, terminal: str) -> None:
    async with hung.open(config, terminal) as reader:
        await reader.press("i")
        told = await shown(reader)
        assert "too few colours" in told or "ASCII" in told
        assert UPPER_HALF not in told


async def test_it_shows_pictures_that_the_text_leaves_out(hung: Desk) -> None:
    async with hung.open(Config(reading=Reading(pictures="off", mark_read=None))) as reader:
        await reader.press("i")
        assert "1 of 3" in await shown(reader)


async def test_an_article_without_pictures_says_so(desk: Desk) -> None:
    desk.write("<p>Words.</p>")
    async with desk.open() as reader:
        await reader.press("i")
        assert reader.said == "This article has no pictures."


async def test_it_fills_the_window_whatever_becomes_of_it(hung: Desk) -> None:
    async with hung.open() as reader:
        await reader.press("i")
        for width, height in ((60, 20), (200, 60), (41, 12), (140, 40)):
            await reader.pilot.resize_terminal(width, height)
            await shown(reader)
            screen = reader.app.screen
            assert isinstance(screen, Gallery)
            drawing = screen.view._current_drawing
            assert drawing is not None
            assert not drawing.error
            assert 0 < drawing.columns <= width
            assert drawing.rows <= screen.view.size.height


async def test_keys_that_come_fast_lead_to_the_right_picture(hung: Desk) -> None:
    async with hung.open() as reader:
        await reader.pilot.press("i", "n", "n", "p", "p", "n")
        seen = await shown(reader)
        assert "2 of 3" in seen
        assert "The second" in seen


async def test_no_word_of_a_feed_steers_the_gallery(desk: Desk) -> None:
    """Titles, captions and addresses come from anybody."""
    desk.keep("a.png", saved(quarters(), "PNG"))
    hostile = "\x1b]0;TAKEN\x07\x9b2J\u202eevil [@click=app.quit]x[/] \x1b[31m"
    desk.write(f'<figure><img src="{AT}a.png"><figcaption>{hostile}</figcaption></figure><img src="{AT}\x1b[2Jb.png">')
    async with desk.open() as reader:
        await reader.press("i")
        told = await shown(reader)
        await reader.press("n", "y")
        told += await shown(reader)
        assert "[@click=app.quit]x[/]" in told  # text, and no markup
        assert not any(sign in told for sign in "\x1b\x07\x9b\u202e")


async def test_an_article_of_five_hundred_pictures_opens(desk: Desk) -> None:
    for number in range(70):
        desk.keep(f"{number}.png", saved(quarters(), "PNG"))
    desk.write("".join(f'<img src="{AT}{number}.png">' for number in range(500)))
    async with desk.open() as reader:
        await pictured(reader)
        await reader.press("i", "G")
        assert "500 of 500" in await shown(reader)
