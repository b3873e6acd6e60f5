"""What lists and article pane share: lines drawn as shown, and a height that changes without a new layout."""

from __future__ import annotations

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBarRender
from textual.widget import Widget

THUMB_STEPS = 8
"""Into how many steps of a cell Textual draws the ends of the scrollbar's thumb."""


class PlainThumb(ScrollBarRender):
    """A scrollbar's thumb of whole cells in another colour, without block characters."""

    VERTICAL_BARS = [" "] * 8


class Tall(ScrollView):
    """A scroll view of `set_lines(n)` lines, with a scrollbar that always stands.

    Setting `virtual_size` the usual way lays the whole screen out anew, which costs more than drawing it. Here only the
    scrollbar and the scroll position follow: the size of the widget never depends on what it shows.
    """

    DEFAULT_CSS = """
    Tall { overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1; }
    """

    def on_mount(self) -> None:
        if self.app.has_class("-ascii"):
            self.vertical_scrollbar.renderer = PlainThumb  # type: ignore[misc]  # as its documentation has it

    def set_lines(self, lines: int) -> None:
        """Say how many lines there are to scroll through, and draw them anew."""
        self.set_reactive(Widget.virtual_size, Size(self.columns, lines))
        self.vertical_scrollbar.window_virtual_size = lines
        self.scroll_y = self.validate_scroll_y(self.scroll_y)
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draw the lines anew; the scrollbar only if its thumb would look different, which in a long list is rare."""
        if round(old_value) == round(new_value):
            return
        self.refresh(self.size.region)
        steps = self.lines_shown * THUMB_STEPS / max(1, self.virtual_size.height)
        at_an_end = new_value <= 0 or new_value >= self.max_scroll_y
        if at_an_end or int(new_value * steps) != int(self.vertical_scrollbar.position * steps):
            self.vertical_scrollbar.position = new_value

    @property
    def columns(self) -> int:
        """The cells of a line, without frame and scrollbar."""
        return self.scrollable_content_region.width

    @property
    def lines_shown(self) -> int:
        """How many lines there is room for."""
        return self.scrollable_content_region.height

    def jump(self, line: int) -> None:
        """Scroll at once so that `line` is the first that is shown, as far as there are lines."""
        self.scroll_to(y=line, animate=False, immediate=True)
