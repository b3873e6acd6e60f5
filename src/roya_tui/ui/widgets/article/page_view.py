"""The base of the article and its changes: draws a laid-out page and combines the parts that act on it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from textual import events
from textual.actions import SkipAction
from textual.message import Message
from textual.strip import Strip

from roya_tui.layout.hit_testing import highlight_runs
from roya_tui.translation import gettext
from roya_tui.ui.widgets.article.page_links import PageLinks
from roya_tui.ui.widgets.article.page_pictures import PagePictures
from roya_tui.ui.widgets.article.page_search import PageSearch
from roya_tui.ui.widgets.article.page_selection import PageSelection
from roya_tui.ui.widgets.article.page_viewport import PageViewport, side_margin
from roya_tui.ui.widgets.cells import make_strip
from roya_tui.ui.widgets.line_view import RIGHT_BUTTON, MenuRequested, ScrollingLineView

if TYPE_CHECKING:
    from roya_tui.layout.lines import Page, Run


class PageView(ScrollingLineView):
    """Draws the page given to `set_page`. What keys and mouse do is in its parts; their order is here."""

    ALLOW_SELECT = False  # Textual's own selection copies text in display order

    pictures: PagePictures | None = None
    """None if the page has no pictures."""

    class Reported(Message):
        """A message for the bottom line."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    def __init__(self, width: int, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.viewport = PageViewport(self)
        self.links = PageLinks(self.viewport)
        self.search = PageSearch(self.viewport)
        self.selection = PageSelection(self.viewport, self.search)
        self.wanted_width = width
        """The columns of text that were asked for; the pane may have fewer."""

    def set_page(self, page: Page | None, *, keep_search: bool = False) -> None:
        """Show another page, or none; does not scroll. `keep_search` is for another document of the same article."""
        before = self.viewport.page
        is_other_document = page is None or before is None or page.document is not before.document
        if is_other_document:
            self.selection.leave()
            self.links.document_changed()
        self.viewport.page = page
        self.redraw()
        if is_other_document:
            self.search.document_changed(keep=keep_search)

    def redraw(self) -> None:
        """Draw all lines again."""
        self.viewport.strips.clear()
        self.set_line_count(len(self.viewport.page.lines) if self.viewport.page else 0)

    def notify_style_update(self) -> None:
        self.viewport.strips.clear()
        super().notify_style_update()

    @abstractmethod
    def show_position(self) -> None:
        """Show the number of the current match in the frame."""

    # The width of the text.

    @property
    def text_width(self) -> int:
        """The columns of the text."""
        return fit_width(self.wanted_width, self.columns)

    def set_width(self, columns: int) -> None:
        """Lay out the text in `columns` columns, or as many as fit, with the same words at the top."""
        self.wanted_width = columns
        self.fit_page()

    def on_resize(self) -> None:
        self.fit_page()

    @abstractmethod
    def fit_page(self) -> None:
        """Lay out the text again if its width changed, with the same words at the top."""

    # Drawing.

    def draw_line(self, number: int, width: int) -> Strip:
        viewport = self.viewport
        page, strips = viewport.page, viewport.strips
        if page is None or number >= len(page.lines):
            return Strip.blank(width, self.text_styles[""])
        drawn = strips.lookup(number)
        if drawn is None or drawn.cell_length != width:
            drawn = strips.put(number, self._draw_page_line(page, number, width))
        return drawn

    def _draw_page_line(self, page: Page, number: int, width: int) -> Strip:
        line, styles, focused = page.lines[number], self.text_styles, self.links.number
        background = styles[""]
        styled = [(" " * side_margin(page.width, width), background)]
        if line.picture is not None and self.pictures is not None:
            styled += self.pictures.line_parts(line, line.picture)
        else:
            runs: Iterable[Run] = line.runs
            for marks in self.viewport.marks.values():
                runs = highlight_runs(runs, marks) if marks else runs
            styled += [
                (run.text, styles[f"{run.style} current" if run.link and run.link == focused else run.style])
                for run in runs
            ]
        # The background of code is a rectangle.
        if number >= page.header_height and not line.is_spacer and page.document.blocks[line.block].kind == "code":
            styled.append((" " * (page.width - line.cells), styles["code pre"]))
        return make_strip(styled, width, background)

    # Keys.

    def leave(self) -> bool:
        """End the innermost of selection, search and visit of a footnote; False if there is none."""
        return any(leave() for leave in (self.selection.leave, self.search.leave, self.links.leave))

    def scroll_lines(self, by: int) -> None:
        self.selection.move_lines(by) if self.selection.is_active else super().scroll_lines(by)

    def scroll_to_edge(self, by: int) -> None:
        self.selection.move_to_edge(by) if self.selection.is_active else super().scroll_to_edge(by)

    def action_select(self) -> None:
        self.selection.toggle_extending()

    def action_next_word(self) -> None:
        self.selection.move_words(1)

    def action_previous_word(self) -> None:
        if not self.selection.is_active:
            raise SkipAction  # the screen's action for the same key opens the briefing
        self.selection.move_words(-1)

    def action_next_heading(self) -> None:
        if not self.selection.move_paragraph(1) and not self.viewport.go_to_heading(1):
            self.post_message(self.Reported(gettext("There is no heading below.")))

    def action_previous_heading(self) -> None:
        if not self.selection.move_paragraph(-1) and not self.viewport.go_to_heading(-1):
            self.post_message(self.Reported(gettext("There is no heading above.")))

    def action_open_link(self) -> None:
        self.links.open()

    def prepare_quotation(self, *, title: str, url: str, source: str) -> Callable[[], str] | None:
        """Return a function that quotes the selection, else the paragraph in view.

        That is the paragraph of the focused link or of the top line. The function may run in any thread, since a very
        long page takes a second, and returns "" if there is no text. Without a page, None is returned.
        """
        page = self.viewport.page
        if page is None:
            return None
        from roya_tui.export import markdown

        top, link = page.offset_of_line(self.viewport.top) or 0, max(0, self.links.number)
        return partial(
            markdown.quote_selection,
            page.document,
            self.selection.range,
            top,
            link,
            title=title,
            url=url,
            source=source,
        )

    # Mouse. Events that the selection does not handle drag the thumb.

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if self.selection.press(event):
            event.prevent_default()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self.selection.drag(event):
            event.prevent_default()

    def on_mouse_up(self) -> None:
        self.selection.release()

    def on_click(self, event: events.Click) -> None:
        """Let the first of these handle a click: the end of dragging, a picture, the selection, a link."""
        offset = event.get_content_offset(self)
        line, cell = (offset.y + self.viewport.top, offset.x - self.viewport.margin) if offset else (0, -1)
        if event.button == RIGHT_BUTTON:
            if not self.links.focus_at(line, cell):
                self.links.clear_focus()  # the menu is for the article
            self.post_message(MenuRequested(event, on_link=self.links.focused is not None))
        elif (
            self.selection.end_drag()
            or (self.pictures is not None and self.pictures.open_at(line, cell))
            or self.selection.click(event)
        ):
            event.prevent_default()
        else:
            self.links.open_at(line, cell)


def fit_width(wanted: int, columns: int) -> int:
    """Return the columns of text: `wanted` or as many as fit, at least 20."""
    return max(20, min(wanted, columns - 2))
