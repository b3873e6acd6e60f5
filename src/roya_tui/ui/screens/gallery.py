"""The gallery: the pictures of an article, one at a time on the full screen."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from functools import partialmethod
from math import ceil
from pathlib import Path
from typing import ClassVar, Protocol, cast

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style
from textual import events, work
from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from roya_tui.config.settings import find_pictures_folder
from roya_tui.graphics import picture_files, protocols
from roya_tui.graphics.half_blocks import CellRun, Rgb, to_rows
from roya_tui.graphics.jobs import Refusal
from roya_tui.graphics.protocols import CellArea
from roya_tui.layout.lines import fit_picture
from roya_tui.layout.one_line import fit_line, mirror_cells
from roya_tui.model import Article, Picture, display_address
from roya_tui.presentation.key_hints import wrap_hints
from roya_tui.translation import gettext, gettext_noop, is_right_to_left
from roya_tui.ui import action_table
from roya_tui.ui.caches import LruCache
from roya_tui.ui.controllers import Controllers
from roya_tui.ui.dialogs.dialog import wrap_text
from roya_tui.ui.dialogs.prompts import TextPrompt
from roya_tui.ui.hints import hints_for
from roya_tui.ui.picture_service import PictureService
from roya_tui.ui.screens.overlay import OverlayScreen
from roya_tui.ui.themes import resolve_style
from roya_tui.ui.widgets.article.page_pictures import background_color, half_block_style
from roya_tui.ui.widgets.cells import display_text, measure
from roya_tui.ui.widgets.interface_text import draw_label, draw_note
from roya_tui.ui.widgets.key_buttons import assemble
from roya_tui.ui.widgets.line_view import RIGHT_BUTTON, MenuRequested
from roya_tui.ui.widgets.status_bar import TooSmall

CAPTION_LINES = 2
FILE_EXAMPLE = "picture.jpg"
FETCHING = gettext_noop("Fetching the picture…")


class FrameHook(Protocol):
    """An app that calls `after_frame` when a frame has been written."""

    after_frame: Callable[[], None] | None


class GalleryHeading(Widget):
    """The number of the picture and the title of the article."""

    DEFAULT_CSS = "GalleryHeading { dock: top; height: 1; width: 1fr; background: $panel; }"

    def __init__(self, title: str, rtl: str) -> None:
        super().__init__()
        self._title = title
        self._rtl = rtl
        self._position_text = ""

    def show(self, position_text: str) -> None:
        self._position_text = position_text
        self.refresh()

    def render(self) -> Content:
        position = Content.styled(draw_label(f" {self._position_text}  ", self._rtl), "bold $accent")
        title = fit_line(self._title, max(1, self.size.width - position.cell_length - 1), measure, self._rtl).text
        return assemble(position, Content.styled(display_text(title), "$foreground 75%"))


class Gallery(OverlayScreen):
    """A full screen with one picture, its caption and key hints."""

    BINDINGS: ClassVar = action_table.make_bindings("gallery")
    context = "gallery"
    DEFAULT_CSS = f"""
    Gallery {{ background: $background; color: $foreground; }}
    Gallery > #caption {{ dock: bottom; height: {CAPTION_LINES}; margin-bottom: 1; content-align: center top; }}
    Gallery.-tiny PictureView, Gallery.-tiny #caption {{ display: none; }}
    Gallery.-low PictureView, Gallery.-low #caption {{ display: none; }}
    """

    def __init__(
        self,
        controllers: Controllers,
        run_on_main: Callable[[str], None],
        article: Article,
        pictures: Sequence[Picture],
        number: int,
    ) -> None:
        """`number` is the first picture to show, from 1."""
        super().__init__(controllers, run_on_main)
        self._picture_service, config = self.services.picture_service, self.services.config
        self._fetcher = controllers.pictures
        self._links = controllers.links
        self._article = article
        self._pictures = pictures
        self._index = min(max(0, number - 1), len(pictures) - 1)
        self.heading = GalleryHeading(article.headline.title, self._rtl)
        protocol = protocols.detect_protocol(os.environ, config.reading.graphics)
        blocks = self._picture_service.can_draw and not config.look.ascii
        self.view = PictureView(
            self._picture_service, protocol, blocks=blocks, rtl=self._rtl, on_drawn=self._show_hints
        )
        self.caption = Static(id="caption")

    def compose(self) -> ComposeResult:
        yield from (self.heading, self.view, self.caption, self.bottom, TooSmall(self._rtl))

    @property
    def picture(self) -> Picture:
        return self._pictures[self._index]

    def on_mount(self) -> None:
        self.app.app_suspend_signal.subscribe(self, lambda _: self.view.clear_graphic())
        self.app.app_resume_signal.subscribe(self, lambda _: self._redraw())
        self._fetcher.on_fetched = self.picture_fetched
        self._show()

    def _redraw(self) -> None:
        """Draw again after the app was suspended: a picture that was being drawn may have run out of time."""
        self.view.discard_drawings()
        self.view.redraw()

    def on_resize(self) -> None:
        self._show_caption()

    def on_screen_resume(self) -> None:
        self._frames.after_frame = self.view.after_frame
        self.view.redraw()

    def on_screen_suspend(self) -> None:
        self._frames.after_frame = None
        self.view.clear_graphic()

    def on_unmount(self) -> None:
        self._fetcher.on_fetched = None
        self._frames.after_frame = None
        self.view.clear_graphic()

    @property
    def _frames(self) -> FrameHook:
        return cast("FrameHook", self.app)

    # Content.

    def _show(self) -> None:
        following = self._pictures[self._index + 1 : self._index + 2]
        self.heading.show(gettext("{number} of {count}", number=self._index + 1, count=len(self._pictures)))
        self.view.show(self.picture.url, self._placeholder(), following[0].url if following else "")
        self._show_caption()
        self._show_hints()

    def _show_hints(self) -> None:
        """Show the hints, with the key that fetches the picture if it is missing or failed."""
        missing = "picture_failed" if self._has_failed else "" if self._has_file else "picture_missing"
        self.hint_group = missing or self.context
        self.bottom.hints = hints_for(self.hint_group, self.services.keymap)

    @property
    def _has_file(self) -> bool:
        return self._picture_service.find_file(self.picture.url) is not None

    @property
    def _has_failed(self) -> bool:
        return bool(self.view.error) or self.picture.url in self._picture_service.failures

    def _placeholder(self) -> str:
        """Return the text shown in place of the picture; if its file is in the cache, the keys for a damaged one."""
        key = self.services.key
        keys = {"key": key("fetch-picture"), "open": key("picture-browser")}
        retry = gettext("{key}: try again   {open}: open in browser", **keys)
        if not self.view.can_draw:
            return gettext("Pictures need 256 colors, and ascii = false in [look]. Details: roya-tui doctor")
        if self._has_file:
            return retry
        if reason := self._picture_service.failures.get(self.picture.url):
            return f"{reason} {retry}"
        if self.state.offline:
            return gettext("Working offline. This picture has not been fetched.")
        if not self._fetcher.can_fetch(self._article):
            return gettext("Save the page to fetch its pictures.")
        if self._fetcher.is_fetching(self.picture.url):
            return gettext(FETCHING)
        return gettext("This picture has not been fetched. {key}: fetch it   {open}: open in browser", **keys)

    def picture_fetched(self, url: str) -> None:
        """Update the view after a picture was fetched or failed."""
        if url == self.picture.url:
            self._show()

    def _show_caption(self) -> None:
        words = self.picture.caption or display_address(self.picture.url)
        lines = wrap_text(words, max(10, self.size.width - 4), self._rtl)[:CAPTION_LINES]
        if is_right_to_left():  # each line is centered
            lines = [line.strip() for line in lines]
        self.caption.update(Content("\n".join(map(display_text, lines))))

    def _step(self, by: int) -> None:
        index = min(max(0, self._index + by), len(self._pictures) - 1)
        if index == self._index:
            last, first = gettext("This is the last picture."), gettext("This is the first picture.")
            self.bottom.show_message(last if by > 0 else first, 3)
        else:
            self._index = index
            self._show()

    # Keys.

    action_next_picture = partialmethod(_step, 1)
    action_previous_picture = partialmethod(_step, -1)
    action_first_picture = partialmethod(_step, -sys.maxsize)
    action_last_picture = partialmethod(_step, sys.maxsize)

    def on_click(self, event: events.Click) -> None:
        if event.button == RIGHT_BUTTON:
            self.post_message(MenuRequested(event))

    def on_mouse_scroll_down(self) -> None:
        self._step(1)

    def on_mouse_scroll_up(self) -> None:
        self._step(-1)

    def action_leave_pictures(self) -> None:
        if self.is_current:
            self.dismiss()

    def action_picture_browser(self) -> None:
        self._links.open(self.picture.url)
        self.bottom.show_message(gettext("Opening {url}", url=display_address(self.picture.url)))

    def action_fetch_picture(self) -> None:
        if self._has_file and not self.view.error:
            self.bottom.show_message(gettext("This picture is already fetched."))
        elif self.state.offline:
            self.bottom.show_message(gettext("Working offline. Pictures are not fetched."))
        elif not self._fetcher.can_fetch(self._article):
            self.bottom.show_message(gettext("Save the page to fetch its pictures."))
        else:
            self._fetcher.fetch(self._article, self.picture.url)
            self.view.discard_drawings()
            self._show()

    def action_copy_picture(self) -> None:
        self.app.copy_to_clipboard(self.picture.url)
        self.bottom.show_message(gettext("Copied {url}", url=display_address(self.picture.url)))

    def action_save_picture(self) -> None:
        if (path := self._save_path()) is not None:
            self._save(path)

    def action_save_picture_as(self) -> None:
        async def save(path: Path) -> None:
            self._save(path)

        if (default := self._save_path()) is not None:
            title = gettext("Save picture as")
            hint = gettext("Type the path of a file. An existing file is not overwritten.")
            self.app.push_screen(TextPrompt(title, hint, str(default), parse_path, save, self._rtl))

    def _save_path(self) -> Path | None:
        """Return the default path to save the picture to; show a message if it is not cached."""
        file = self._picture_service.find_file(self.picture.url)
        if file is None:
            self.bottom.show_message(gettext("This picture has not been fetched. r: fetch it"))
            return None
        return find_pictures_folder() / picture_files.file_name(self.picture.url, self.picture.caption, file)

    @work(exit_on_error=False, group="pictures")
    async def _save(self, path: Path) -> None:
        file = self._picture_service.find_file(self.picture.url)
        try:
            if file is None:
                raise FileNotFoundError(2, gettext("the picture was deleted"), str(path))
            saved = await asyncio.to_thread(picture_files.save_copy, file, path)
        except OSError as error:
            reason, failed = error.strerror or error, display_address(str(path))
            self.bottom.show_message(gettext("Could not save “{file}” ({reason}).", file=failed, reason=reason))
        else:
            self.bottom.show_message(gettext("Saved “{file}”.", file=display_address(str(saved))))


def parse_path(text: str) -> Path:
    """Return the absolute path of a file that the user typed. Raises ValueError."""
    path = Path(os.path.expanduser(text))
    if not text or os.path.isdir(path):
        raise ValueError(gettext("This is a folder. Add the name of a file, such as {example}", example=FILE_EXAMPLE))
    if str(path).startswith("~"):
        raise ValueError(gettext("There is no user of this name. Type the whole path."))
    return path.absolute()


MAX_DRAWINGS = 6
"""Drawings kept in memory, for going back and forth."""
MAX_CELLS = 9000
"""Cells of a picture in half blocks; a frame with more would take too long."""
MAX_SCALE = 3.0
"""The largest factor by which a terminal enlarges a small picture."""
REDRAW_DELAY = 0.03
"""Seconds from a frame to sending the picture, which is large: more frames may follow."""
DEFAULT_CELL_SIZE = 10, 20
"""Pixels of a cell, if the terminal does not report them and scales pictures to cells."""


class PictureDrawing(Struct, frozen=True):
    """A picture for one size of the view: cells, a file for the terminal, or an error."""

    columns: int = 0
    rows: int = 0
    cells: tuple[list[CellRun], ...] = ()
    data: bytes = b""
    error: str = ""


class PictureView(Widget):
    """Shows one picture, and draws the next one in advance."""

    DEFAULT_CSS = "PictureView { width: 1fr; height: 1fr; }"

    def __init__(
        self,
        picture_service: PictureService,
        protocol: str,
        *,
        blocks: bool,
        rtl: str = "visual",
        on_drawn: Callable[[], None] = lambda: None,
        id: str | None = None,
    ) -> None:
        """`protocol` is one of `protocols.PROTOCOLS` or ""; `blocks` allows half blocks.

        `on_drawn` is called when the picture was drawn, or could not be.
        """
        super().__init__(id=id)
        self._rtl = rtl
        self._picture_service = picture_service
        self._on_drawn = on_drawn
        cell = protocols.cell_size()
        self._protocol = "" if protocol == "sixel" and cell is None else protocol
        self._cell_size = cell or DEFAULT_CELL_SIZE
        self.can_draw = bool(self._protocol) or blocks
        self._url = self._next_url = self._placeholder = ""
        self._drawings: LruCache[tuple[str, Size, Rgb], PictureDrawing] = LruCache(MAX_DRAWINGS)
        self._is_drawing = self._repainted = self._is_shown = self._is_cached = False
        self._show_timer: Timer | None = None

    def show(self, url: str, placeholder: str, next_url: str = "") -> None:
        """Show the picture at `url`; `placeholder` is shown while it has no file, and after an error."""
        self._url, self._placeholder, self._next_url = url, placeholder, next_url
        self._is_cached = self._picture_service.find_file(url) is not None
        self.redraw()

    def redraw(self) -> None:
        """Show the drawing of the picture, or make it."""
        self.clear_graphic()
        self.refresh()
        if not self._is_drawing and self.size and self.can_draw:
            self._is_drawing = True
            self._draw_pictures()

    def on_resize(self) -> None:
        self._drawings.clear()
        self.redraw()

    # Drawing.

    @work(exit_on_error=False, group="pictures")
    async def _draw_pictures(self) -> None:
        try:
            while url := next((url for url in (self._url, self._next_url) if self._needs_drawing(url)), ""):
                key = self._drawing_key(url)
                self._drawings.put(key, await self._make_drawing(*key))
                if url == self._url:
                    self.refresh()
                    self._on_drawn()
        finally:
            self._is_drawing = False

    def _needs_drawing(self, url: str) -> bool:
        is_missing = bool(url) and self._drawing_key(url) not in self._drawings
        return is_missing and self._picture_service.find_file(url) is not None

    @property
    def error(self) -> str:
        """Why the picture cannot be drawn, in a few words."""
        drawing = self._current_drawing
        return drawing.error if drawing is not None else ""

    def discard_drawings(self) -> None:
        """Draw pictures again when they are shown."""
        self._drawings.clear()

    def _drawing_key(self, url: str) -> tuple[str, Size, Rgb]:
        """Return what a drawing depends on: the picture, the view's size, the background."""
        return url, self.size, background_color(resolve_style(""))

    async def _make_drawing(self, url: str, size: Size, background: Rgb) -> PictureDrawing:
        if self._protocol:
            (wide, high), form = self._cell_size, protocols.FORMATS[self._protocol]
            pixels = size.width * wide, size.height * high
            answer = await self._picture_service.render(url, *pixels, form, background)
            if isinstance(answer, Refusal):
                return PictureDrawing(error=answer.reason)
            larger = min(size.width * wide / answer.width, size.height * high / answer.height, MAX_SCALE)
            larger = 1.0 if self._protocol == "sixel" else max(1.0, larger)  # which is drawn pixel by pixel
            columns, lines = ceil(answer.width * larger / wide), ceil(answer.height * larger / high)
            return PictureDrawing(min(columns, size.width), min(lines, size.height), data=answer.data)
        shrink = min(1.0, (MAX_CELLS / max(1, size.width * size.height)) ** 0.5)
        columns, lines = max(1, int(size.width * shrink)), max(1, int(size.height * shrink))
        answer = await self._picture_service.render_cells(url, columns, 2 * lines, background)
        if isinstance(answer, Refusal):
            return PictureDrawing(error=answer.reason)
        box = fit_picture((answer.width, answer.height), columns, lines)
        return PictureDrawing(box.columns, box.rows, cells=tuple(to_rows(answer, background)))

    @property
    def _current_drawing(self) -> PictureDrawing | None:
        return self._drawings.get(self._drawing_key(self._url))

    # On the screen.

    def render_lines(self, crop: Region) -> list[Strip]:
        self._repainted = True
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        drawing, background, width = self._current_drawing, resolve_style(""), self.size.width
        if drawing is None or drawing.error:
            return self._placeholder_line(y, background)
        left, top = (width - drawing.columns) // 2, (self.size.height - drawing.rows) // 2
        cell_runs = drawing.cells[y - top] if 0 <= y - top < len(drawing.cells) else []
        segments = [Segment(" " * left, background)]
        segments += [Segment(run.text, half_block_style(run.upper, run.lower)) for run in cell_runs]
        return Strip(segments).adjust_cell_length(width, background)

    def _placeholder_line(self, y: int, background: Style) -> Strip:
        width, text = self.size.width, self._placeholder
        if self.error:
            text = gettext("This picture cannot be drawn: {reason}.", reason=self.error) + " " + text
        elif self._is_cached and self.can_draw:
            text = ""  # it is being drawn
        lines = wrap_hints(text, max(10, width - 4))
        index = y - (self.size.height - len(lines)) // 2
        line = lines[index] if 0 <= index < len(lines) else ""
        cells = draw_note(line, text, width, self._rtl, resolve_style("empty"))
        cells = mirror_cells(cells) if is_right_to_left() else cells
        margin = (width - sum(measure(words) for words, _ in cells)) // 2
        segments = [Segment(" " * margin, background), *(Segment(*cell) for cell in cells)]
        return Strip(segments).adjust_cell_length(width, background)

    def after_frame(self) -> None:
        """Send the picture again if its cells were repainted, which erased it."""
        if not self._repainted or (self._is_shown and self._protocol == "kitty"):  # kitty keeps pictures above cells
            return
        self._repainted = False
        if self._show_timer is not None:
            self._show_timer.stop()
        self._show_timer = self.set_timer(REDRAW_DELAY, self._show_graphic)

    def _show_graphic(self) -> None:
        drawing, region = self._current_drawing, self.content_region
        if drawing is not None and drawing.data and self.screen.is_current:
            left, top = (region.width - drawing.columns) // 2, (region.height - drawing.rows) // 2
            area = CellArea(region.x + left, region.y + top, drawing.columns, drawing.rows)
            self._write_sequence(protocols.show_sequence(self._protocol, drawing.data, area))
            self._is_shown = True

    def clear_graphic(self) -> None:
        """Remove the picture that the terminal shows above the cells."""
        if self._is_shown:
            self._is_shown = False
            self._write_sequence(protocols.clear_sequence(self._protocol))

    def _write_sequence(self, sequence: str) -> None:
        driver = self.app._driver
        if driver is not None and not self.app.is_headless and sequence:
            driver.write(sequence)
            driver.flush()
