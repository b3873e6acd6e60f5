"""The base of lists and article pane: draws the lines in view and a scroll thumb."""

from __future__ import annotations

from abc import abstractmethod

from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget
from textual.worker import Worker, WorkerState

from roya_tui.translation import is_right_to_left
from roya_tui.ui.themes import StyleTable

THUMB, LEFT_THUMB, ASCII_THUMB = "▐", "▌", "|"
RIGHT_BUTTON = 3


class MenuRequested(Message):
    """Posted to show the actions of what was clicked with the right button: a row, a page or its focused link."""

    def __init__(self, event: events.MouseEvent, *, on_link: bool = False) -> None:
        self.position = event.screen_offset
        self.on_link = on_link
        super().__init__()


class LineView(ScrollView):
    """A scroll view of `set_line_count` lines, which `draw_line` draws.

    Two things differ from Textual, where they cost more than drawing the text. Setting `virtual_size` would lay out
    the whole screen; here the size of the widget does not depend on its content. A scrollbar widget would be drawn
    line by line with every step; here the thumb is the last cell of each line, in a right-to-left interface the first.
    """

    DEFAULT_CSS = "LineView { overflow: hidden hidden; }"

    _columns = 0
    """`columns` during the current frame."""
    _top = 0
    """The first visible line during the current frame."""
    _thumb = range(0)
    _thumb_cells: tuple[()] | tuple[Segment, Segment] = ()
    """The cell of the thumb, without it and with it."""
    _thumb_is_first = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.text_styles = StyleTable()

    @abstractmethod
    def draw_line(self, number: int, width: int) -> Strip:
        """Return line `number`, `width` cells wide; blank after the last line."""

    def set_line_count(self, lines: int, *, keeps_view: bool = False) -> None:
        """Set how many lines there are, and redraw them; with `keeps_view` at most the thumb, if those in view stay."""
        thumb, shown = _thumb_range(self), min(self.virtual_size.height, self.visible_lines)
        self.set_reactive(Widget.virtual_size, Size(self.columns, lines))
        self.scroll_y = self.validate_scroll_y(self.scroll_y)
        if not keeps_view or min(lines, self.visible_lines) != shown:
            self.refresh()
        else:
            for y in set(thumb).symmetric_difference(_thumb_range(self)):
                self.refresh_line(y + self.scroll_offset.y)

    @property
    def columns(self) -> int:
        """Cells of a line, without frame and thumb."""
        return max(0, self.content_region.width - 1)

    @property
    def visible_lines(self) -> int:
        """Lines that fit into the widget."""
        return self.content_region.height

    @property
    def allow_vertical_scroll(self) -> bool:
        """Let the mouse wheel scroll although there is no Textual scrollbar."""
        return True

    def jump(self, line: int) -> None:
        """Scroll without animation so that `line` is at the top, as far as there are lines."""
        self.scroll_to(y=line, animate=False, immediate=True)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Raise unexpected exceptions of workers as bugs."""
        if event.state is WorkerState.ERROR and isinstance(event.worker.error, Exception):
            self.app._handle_exception(event.worker.error)

    # Drawing.

    def notify_style_update(self) -> None:
        self.text_styles.clear()
        self._thumb_cells = ()
        super().notify_style_update()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        if round(old_value) != round(new_value):
            self.refresh(self.size.region)

    def render_lines(self, crop: Region) -> list[Strip]:
        self._begin_frame()
        return super().render_lines(crop)

    def _begin_frame(self) -> None:
        """Compute what all lines of a frame share."""
        self._columns, self._top = self.columns, self.scroll_offset.y
        self._thumb = _thumb_range(self)
        self._thumb_is_first = is_right_to_left()
        thumb, style = LEFT_THUMB if self._thumb_is_first else THUMB, self.text_styles["thumb"]
        thumb = ASCII_THUMB if self.app.has_class("-ascii") else thumb
        self._thumb_cells = (Segment(" ", style), Segment(thumb, style))

    def render_line(self, y: int) -> Strip:
        if not self._thumb_cells:  # Textual also renders single lines, for the style under the mouse
            self._begin_frame()
        strip = self.draw_line(y + self._top, self._columns)
        thumb = self._thumb_cells[y in self._thumb]
        return Strip([thumb, *strip] if self._thumb_is_first else [*strip, thumb], self._columns + 1)

    # Dragging the thumb.

    def on_mouse_down(self, event: events.MouseDown) -> None:
        offset = event.get_content_offset(self)
        if offset is not None and column_at(self, offset.x) is None and event.button != RIGHT_BUTTON:
            self.capture_mouse()
            _drag_thumb(self, offset.y)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self.app.mouse_captured is self:
            _drag_thumb(self, event.y - self.gutter.top)

    def on_mouse_up(self) -> None:
        if self.app.mouse_captured is self:
            self.release_mouse()


def column_at(view: LineView, x: int) -> int | None:
    """Return the cell of a line at `x`, counted from where the interface begins; None on the thumb."""
    column = view.columns - x if is_right_to_left() else x
    return column if column < view.columns else None


def show_frame_title(widget: Widget, text: str, *, below: bool = False) -> None:
    """Set the title or, `below`, the subtitle of a frame; redraws only that edge: Textual would redraw the widget."""
    name, y = ("_border_subtitle", widget.outer_size.height - 1) if below else ("_border_title", 0)
    shown = getattr(widget, name)
    if shown is None or shown.plain != text:
        setattr(widget, name, Content(text))
        widget.refresh(Region(0, y, widget.outer_size.width, 1).translate(-widget.content_offset))


def _thumb_range(view: LineView) -> range:
    """Return the visible lines that have the thumb; empty if all lines are in view."""
    shown, lines = view.visible_lines, view.virtual_size.height
    if lines <= shown:
        return range(0)
    size = max(1, shown * shown // lines)
    top = round(view.scroll_offset.y * (shown - size) / max(1, lines - shown))
    return range(top, top + size)


def _drag_thumb(view: LineView, y: int) -> None:
    """Scroll to where the thumb is on the visible line `y`."""
    shown, lines = view.visible_lines, view.virtual_size.height
    view.jump(round(y * (lines - shown) / max(1, shown - 1)))


class ScrollingLineView(LineView):
    """A line view without a cursor, whose keys scroll."""

    def scroll_lines(self, by: int) -> None:
        """Scroll down by `by` lines."""
        self.jump(self.scroll_offset.y + by)

    def scroll_to_edge(self, by: int) -> None:
        """Scroll to the end (1) or the beginning (-1)."""
        self.jump(self.max_scroll_y if by > 0 else 0)

    def action_down(self) -> None:
        self.scroll_lines(1)

    def action_up(self) -> None:
        self.scroll_lines(-1)

    def action_first(self) -> None:
        self.scroll_to_edge(-1)

    def action_last(self) -> None:
        self.scroll_to_edge(1)

    def action_page_down(self) -> None:
        self.scroll_lines(self._screenful)

    def action_page_up(self) -> None:
        self.scroll_lines(-self._screenful)

    def action_half_down(self) -> None:
        self.scroll_lines(self._screenful // 2)

    def action_half_up(self) -> None:
        self.scroll_lines(-(self._screenful // 2))

    def page_forward(self) -> bool:
        """Scroll down one page; False if the end is already in view."""
        if self.scroll_offset.y >= self.max_scroll_y:
            return False
        self.jump(self.scroll_offset.y + self._screenful)
        return True

    @property
    def _screenful(self) -> int:
        return max(1, self.visible_lines - 2)
