"""The gallery of an article's pictures."""

from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.graphics.sample_pictures import quarters, saved
from tests.ui.article.conftest import PICTURES, PictureArticle, drawn_lines
from tests.ui.conftest import NOW, ONLY_MARKS, RunningApp, visible_lines

from roya_tui.config import Config, Look, Reading
from roya_tui.graphics.half_blocks import UPPER_HALF
from roya_tui.store.articles import offline
from roya_tui.store.database import open_store
from roya_tui.ui.controllers import pictures
from roya_tui.ui.screen import MainScreen
from roya_tui.ui.screens import gallery

FIRST = saved(quarters(600, 400), "PNG")
PAGE = ("<p>Line.</p>" * 30).join(
    f'<figure><img src="{PICTURES}{name}.png"><figcaption>{caption}</figcaption></figure>'
    for name, caption in (("one", "The first"), ("two", "The second"), ("three", "رصيف الميناء"))
)


@pytest.fixture
def three_pictures(picture_article: PictureArticle) -> PictureArticle:
    """An article with three pictures, of which the last is not stored."""
    picture_article.store_picture("one.png", FIRST)
    picture_article.store_picture("two.png", saved(quarters(300, 600), "PNG"))
    picture_article.write(PAGE)
    return picture_article


@pytest.fixture
async def app(three_pictures: PictureArticle) -> AsyncIterator[RunningApp]:
    async with three_pictures.open() as app:
        yield app


async def shown(app: RunningApp) -> str:
    """Return all that the gallery shows, once the picture is drawn."""
    screen = app.screen
    assert isinstance(screen, gallery.Gallery)
    await app.pilot.pause(0.05)
    await app.wait_until(lambda: not screen.view._is_drawing)
    await app.wait_idle()
    picture = "\n".join(screen.view.render_line(y).text for y in range(screen.view.size.height))
    heading, caption = screen.heading.render(), screen.caption.content
    return f"{heading.plain}\n{picture}\n{caption}\n{screen.bottom.message}"  # type: ignore[union-attr]


async def test_keys_go_from_picture_to_picture_and_back_to_the_article(app: RunningApp) -> None:
    await app.press("i")
    first = await shown(app)
    assert "1 of 3" in first
    assert "The first" in first
    assert UPPER_HALF in first or "   " in first
    await app.press("n")
    assert "2 of 3" in await shown(app)
    await app.press("G", "n")
    last = await shown(app)
    assert "3 of 3" in last
    assert "has not been fetched" in last
    assert "This is the last picture." in last
    await app.press("p", "p", "p")
    assert "This is the first picture." in await shown(app)
    await app.press("escape")
    assert isinstance(app.screen, MainScreen)
    await app.press_together(*"innppn")
    fast = await shown(app)
    assert "2 of 3" in fast
    assert "The second" in fast


async def test_picture_keeps_its_shape_in_any_window(app: RunningApp) -> None:
    await app.press("i")
    view = app.screen.view  # type: ignore[attr-defined]
    for key, shape in (("g", 1.5), ("n", 0.5)):
        await app.press(key)
        await shown(app)
        drawing = view._current_drawing
        assert abs(drawing.columns / (2 * drawing.rows) - shape) < 0.1
    assert drawing.rows == view.size.height
    await app.press("g")
    for width, height in ((60, 20), (200, 60), (41, 12), (140, 40)):
        await app.pilot.resize_terminal(width, height)
        await shown(app)
        drawing = view._current_drawing
        assert drawing is not None
        assert not drawing.error
        assert 0 < drawing.columns <= width
        assert drawing.rows <= view.size.height


async def test_gallery_opens_at_the_picture_in_view_and_returns_to_the_same_lines(app: RunningApp) -> None:
    app.main.set_focus(app.pane)
    await drawn_lines(app)
    app.pane.jump(70)
    before = await drawn_lines(app)
    await app.press("i")
    assert "2 of 3" in await shown(app)
    await app.press("n", "i")
    assert visible_lines(app.pane) == before
    assert app.main.focused is app.pane


async def test_click_on_a_picture_opens_it(app: RunningApp) -> None:
    lines = await drawn_lines(app)
    y = next(y for y, line in enumerate(lines) if "The first" in line)
    await app.pilot.click(app.pane, offset=(10, y - 2))
    await app.wait_idle()
    assert "1 of 3" in await shown(app)


async def test_saving_overwrites_no_file(app: RunningApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "Pictures"
    folder.mkdir()
    monkeypatch.setattr(gallery, "find_pictures_folder", lambda: folder)
    await app.press("i")
    for name in ("one.png", "one-2.png"):
        await app.press("s")
        assert f"Saved “{folder / name}”" in await shown(app)
        assert (folder / name).read_bytes() == FIRST
    await app.press("e", *"/x", "enter", "G", "s")
    assert "has not been fetched" in await shown(app)


async def test_address_is_copied_and_opened(app: RunningApp, copied: list[str], opened_in_browser: list[str]) -> None:
    await app.press("i", "n", "y", "o")
    assert copied == opened_in_browser == [PICTURES + "two.png"]


@pytest.mark.parametrize(
    ("config", "colors", "text"),
    [
        (ONLY_MARKS, "16", "need 256 colors"),
        (Config(look=Look(ascii=True)), "millions", "need 256 colors"),
        (Config(reading=Reading(pictures="off", mark_read=None)), "millions", "1 of 3"),
    ],
)
async def test_gallery_tells_why_it_cannot_draw(
    three_pictures: PictureArticle, config: Config, colors: str, text: str
) -> None:
    async with three_pictures.open(config, colors) as app:
        await app.press("i")
        seen = await shown(app)
        assert text in seen
        assert (UPPER_HALF in seen) == (text == "1 of 3")


async def test_damaged_picture_is_explained_and_deleted_before_it_is_fetched_again(
    picture_article: PictureArticle, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture_article.store_picture("one.png", FIRST[:100])
    picture_article.write(PAGE)
    async with picture_article.open() as app:
        await app.press("i")
        assert "This picture cannot be drawn: file damaged. r: try again   o: open in browser" in await shown(app)
        assert "r try again" in app.screen.bottom.render().plain  # type: ignore[attr-defined]
        await app.press("r")
        assert "Working offline. Pictures are not fetched." in await shown(app)
        app.main.state.offline = False

        def fetch(_: object, wanted: tuple[str, ...], url: str) -> None:
            assert wanted == (url,) == (PICTURES + "one.png",)
            assert app.main.services.picture_service.find_file(url) is None
            picture_article.store_picture("one.png", FIRST)
            app.main.controllers.pictures._fetched(url, "")

        monkeypatch.setattr(app.main.controllers.pictures, "_fetch", fetch)
        await app.press("r")
        seen = await shown(app)
        assert "damaged" not in seen
        assert UPPER_HALF in seen
        assert "r try again" not in app.screen.bottom.render().plain  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("dns", "The host of the picture was not found."),
        ("status 404", "The picture was not found (404)."),
        ("status 503", "The server of the picture returned an error (503)."),
        ("too-big", "The picture is larger than [offline] picture_bytes."),
        ("protocol", "The picture could not be fetched."),
    ],
)
async def test_failure_has_the_same_words_at_once_and_in_a_later_session(
    three_pictures: PictureArticle, database: Path, monkeypatch: pytest.MonkeyPatch, kind: str, reason: str
) -> None:
    class Child:
        error_text = ""

        def __init__(self, *_: object) -> None: ...

        async def events(self) -> AsyncIterator[dict[str, str]]:
            why = "" if kind == "protocol" else "pictures.example could not do it."
            yield {"event": "picture", "url": PICTURES + "three.png", "kind": kind, "why": why}

    monkeypatch.setattr(pictures, "ChildProcess", Child)
    async with three_pictures.open() as app:
        app.main.state.offline = False
        await app.press("i", "G", "r")
        assert f"{reason} r: try again   o: open in browser" in await shown(app)
    with closing(open_store(database)) as db:
        offline.record_failures(db, {PICTURES + "three.png": NOW + 60}, kind)
    async with three_pictures.open() as app:
        await app.press("i", "G")
        assert f"{reason} r: try again   o: open in browser" in await shown(app)


async def test_article_without_pictures_is_reported(picture_article: PictureArticle) -> None:
    picture_article.write("<p>Words.</p>")
    async with picture_article.open() as app:
        await app.press("i")
        assert app.message == "This article has no pictures."


async def test_captions_and_addresses_cannot_control_the_terminal(picture_article: PictureArticle) -> None:
    picture_article.store_picture("a.png", saved(quarters(), "PNG"))
    hostile = "\x1b]0;TAKEN\x07\x9b2J\u202eevil [@click=app.quit]x[/] \x1b[31m"
    figure = f'<figure><img src="{PICTURES}a.png"><figcaption>{hostile}</figcaption></figure>'
    picture_article.write(f'{figure}<img src="{PICTURES}\x1b[2Jb.png">')
    async with picture_article.open() as app:
        await app.press("i")
        seen = await shown(app)
        await app.press("n", "y")
        seen += await shown(app)
        assert "[@click=app.quit]x[/]" in seen, "text, not markup"
        assert not any(sign in seen for sign in "\x1b\x07\x9b\u202e")


async def test_article_with_500_pictures_opens(picture_article: PictureArticle) -> None:
    for number in range(70):
        picture_article.store_picture(f"{number}.png", saved(quarters(), "PNG"))
    picture_article.write("".join(f'<img src="{PICTURES}{number}.png">' for number in range(500)))
    async with picture_article.open() as app:
        await drawn_lines(app)
        await app.press("i", "G")
        assert "500 of 500" in await shown(app)


async def test_file_name_typed_for_a_missing_picture_saves_no_picture(
    app: RunningApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_PICTURES_DIR", str(tmp_path / "pictures"))
    await app.press("i", "G")
    screen = app.screen
    assert isinstance(screen, gallery.Gallery)
    for key, reason in (
        ("e", "This picture has not been fetched. r: fetch it"),
        ("slash", "/ does nothing here. ?: help"),
    ):
        await app.press("G")
        await app.press_together(key, *"ps.png", "enter", "i")
        assert app.screen is screen
        assert "3 of 3" in await shown(app)
        assert screen.bottom.message == f"{reason} Ignored the text typed after it."
    assert not (tmp_path / "pictures").exists()
