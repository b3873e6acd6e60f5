"""A list of any length that draws only the rows on the screen."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from roya_tui.ui import keys
from roya_tui.ui.cells import strip
from roya_tui.ui.ink import ink
from roya_tui.ui.recent import Recent
from roya_tui.ui.tall import Tall

Run = tuple[str, str]
"""Text and the name of its style."""


class Rows(Tall, can_focus=True):
    """The base of headline list and sidebar: a cursor, keys, mouse, and strips drawn when shown.

    A subclass says how many rows there are (`count`), which of them the cursor may stand on (`selectable`), what they
    say (`runs`), and calls `changed` when that differs.
    """

    BINDINGS: ClassVar = keys.bindings("rows")
    cursor: reactive[int] = reactive(0, repaint=False, init=False)

    class Opened(Message):
        """A row was opened: enter, or a double click."""

        def __init__(self, rows: Rows) -> None:
            self.rows = rows
            super().__init__()

        @property
        def control(self) -> Rows:
            return self.rows

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._strips: Recent[tuple[int, int, bool, bool], Strip] = Recent(512)
        self._styles: dict[tuple[str, bool, bool], Style] = {}

    # What a subclass says.

    @abstractmethod
    def count(self) -> int: ...

    def extent(self) -> int:
        """How many lines there are to scroll through: more than there are rows, where others are known to follow."""
        return self.count()

    def selectable(self, row: int) -> bool:
        return 0 <= row < self.count()

    @abstractmethod
    def runs(self, row: int, width: int, here: bool) -> list[Run]:
        """The row's text, exactly `width` cells wide; `here`: the cursor stands on it."""

    def moved(self) -> None:
        """The cursor came to another row."""

    # Drawing.

    def changed(self) -> None:
        """What the rows say is no longer what is drawn."""
        self._strips.clear()
        self.set_lines(self.extent())

    def changed_row(self, row: int) -> None:
        """One row says something else."""
        for here in (False, True):
            for focused in (False, True):
                self._strips.pop((row, self.columns, here, focused), None)
        self.refresh_lines(row, 1)

    def notify_style_update(self) -> None:
        self._styles.clear()
        self._strips.clear()
        super().notify_style_update()

    def on_resize(self) -> None:
        self.set_lines(self.extent())
        self.call_after_refresh(self.show_cursor)

    def line(self, number: int, width: int) -> Strip:
        if number >= self.count():
            return Strip.blank(width, self._style("", False, False))
        here, focused = number == self.cursor and self.selectable(number), self.has_focus
        key = (number, width, here, here and focused)
        drawn = self._strips.recall(key)
        if drawn is None:
            runs = self.runs(number, width, here)
            styled = [(text, self._style(name, here, here and focused)) for text, name in runs]
            drawn = self._strips.keep(key, strip(styled, width, self._style("", here, here and focused)))
        return drawn

    def _style(self, name: str, here: bool, focused: bool) -> Style:
        key = (name, here, focused)
        style = self._styles.get(key)
        if style is None:
            under = "focused" if focused else "cursor" if here else ""
            style = self._styles[key] = ink(f"{under} {name}")
        return style

    # Moving.

    def validate_cursor(self, row: int) -> int:
        return max(0, min(row, self.count() - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        self.refresh_lines(old, 1)
        self.refresh_lines(new, 1)
        self.show_cursor()
        self.moved()

    def show_cursor(self) -> None:
        """Scroll just enough for the cursor to be seen, with the line above it at the top."""
        height = self.lines_shown
        top = self.scroll_offset.y
        above = self.cursor - (0 if self.selectable(self.cursor - 1) else 1)
        if above < top:
            self.jump(max(0, above))
        elif self.cursor >= top + height > 0:
            self.jump(self.cursor - height + 1)

    def step(self, by: int) -> None:
        """Move by `by` rows, over what is not selectable, never beyond the ends."""
        direction = 1 if by > 0 else -1
        row = self.validate_cursor(self.cursor + by)
        while not self.selectable(row) and 0 <= row + direction < self.count():
            row += direction
        while not self.selectable(row) and 0 <= row - direction < self.count():
            row -= direction
        if self.selectable(row):
            self.cursor = row

    def action_down(self) -> None:
        self.step(1)

    def action_up(self) -> None:
        self.step(-1)

    def action_page_down(self) -> None:
        self.step(max(1, self.lines_shown - 1))

    def action_page_up(self) -> None:
        self.step(-max(1, self.lines_shown - 1))

    def action_half_down(self) -> None:
        self.step(max(1, self.lines_shown // 2))

    def action_half_up(self) -> None:
        self.step(-max(1, self.lines_shown // 2))

    def action_first(self) -> None:
        self.step(-self.count())

    def action_last(self) -> None:
        self.step(self.count())

    def action_open(self) -> None:
        if self.selectable(self.cursor):
            self.post_message(self.Opened(self))

    def action_unfold(self) -> None:
        self.action_open()

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or offset.x >= self.columns:
            return
        row = offset.y + self.scroll_offset.y
        if self.selectable(row):
            self.cursor = row
        if row < self.count():
            self.clicked(row, offset.x, event.chain)

    def clicked(self, row: int, x: int, times: int) -> None:
        """The mouse clicked on `row`, for the n-th time in a row; a subclass may do more than open on the second."""
        if times >= 2 and self.selectable(row):
            self.action_open()

    def on_focus(self) -> None:
        self.refresh_lines(self.cursor, 1)

    def on_blur(self) -> None:
        self.refresh_lines(self.cursor, 1)
