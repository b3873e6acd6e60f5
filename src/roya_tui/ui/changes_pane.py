"""What changed in the article at hand, in its place: the versions above, then the text with its changes marked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.actions import SkipAction
from textual.content import Content
from textual.message import Message
from textual.strip import Strip

from roya_tui.clock import Clock
from roya_tui.config import Config
from roya_tui.text import format_count
from roya_tui.ui import keys
from roya_tui.ui.cells import measure
from roya_tui.ui.ink import ink
from roya_tui.ui.selecting import Selecting

if TYPE_CHECKING:
    from roya_tui.layout.page import Page
    from roya_tui.versions.comparison import Comparison
    from roya_tui.versions.diff_page import DiffPage
    from roya_tui.versions.inline_diff import InlineDiff

NOWHERE = -1


def width_of(wanted: int, columns: int) -> int:
    """The columns of text, where so many are wanted and there are."""
    return max(20, min(wanted, columns - 2))


class ChangesPane(Selecting, can_focus=True):
    """Shows one comparison, and walks through its changes."""

    BINDINGS: ClassVar = keys.bindings("changes")

    class Said(Message):
        """Something to tell."""

        def __init__(self, words: str) -> None:
            self.words = words
            super().__init__()

    class Wanted(Message):
        """Another version is to be compared with: that at the place `base`."""

        def __init__(self, base: int) -> None:
            self.base = base
            super().__init__()

    def __init__(self, config: Config, clock: Clock, pointer: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._config = config
        self._clock = clock
        self._pointer = pointer
        self._width = config.reading.width
        self.article = 0
        """The number of the article whose changes are shown, or waited for; 0 for none."""
        self._shown: tuple[Comparison, InlineDiff] | None = None
        self._ahead = 0
        """How often one has asked for the next change while there was none to show yet."""
        self._changes: DiffPage | None = None
        self._at = NOWHERE
        """The number of the change that one went to last, and its line."""
        self._at_line = NOWHERE

    def on_mount(self) -> None:
        self.border_title = Content("What changed")

    def await_for(self, article: int) -> None:
        """Show nothing yet: the changes of an article are being looked for."""
        self.forget()
        self.article = article
        self.border_subtitle = Content("comparing")

    def show(self, comparison: Comparison, made: InlineDiff, changes: DiffPage) -> None:
        """Show a comparison from its top; `changes` is its page, at the width that is likely."""
        self._shown, self._at, self._link = (comparison, made), NOWHERE, 0
        self._lay(changes)
        self.jump(0)
        ahead, self._ahead = self._ahead, 0
        for _ in range(abs(ahead)):
            self._turn(1 if ahead > 0 else -1)

    def forget(self) -> None:
        """Show nothing, and keep nothing."""
        self._shown = self._changes = None
        self.article = self._ahead = 0
        self.lay(None)

    def _lay(self, changes: DiffPage) -> None:
        self._changes = changes
        self._at_line = changes.line_of_change(self._at) if self._at >= 0 else NOWHERE
        self.lay(changes.page)
        self.say_where()

    def set_width(self, columns: int) -> None:
        """Set the text in so many columns, if there is room for them."""
        self._width = columns
        self.on_resize()

    def on_resize(self) -> None:
        """Set the text anew if it has another width, with the same words at the top."""
        page, width = self._page, width_of(self._width, self.columns)
        if self._shown is None or page is None or not self.columns or page.width == width:
            self.draw_anew()
            return
        from roya_tui.versions.diff_page import layout_diff

        at = page.offset_of_line(self.scroll_offset.y)
        comparison, made = self._shown
        changes = layout_diff(comparison, made, self._clock, width, measure, self._config)
        self._lay(changes)
        if at is not None:
            self.jump(changes.page.line_of_offset(at))

    def quotation(self, *, title: str, url: str, source: str) -> Callable[[], str] | None:
        """The same; without a selection of the block of the change that one went to, or that at the top, with both."""
        if self.stretch or self._shown is None or self._page is None or self._changes is None:
            return super().quotation(title=title, url=url, source=source)
        from roya_tui.export import markdown
        from roya_tui.export.changes import quote_change

        document, top = self._page.document, self.scroll_offset.y
        place = self._changes.change_offsets[self._at] if self._at >= 0 else None
        if place is None or not top <= self._at_line < top + self.lines_shown:
            place, end = markdown.block_range_at(document, self._page.offset_of_line(top) or 0)
            if place == end:
                return None
        return partial(
            quote_change, self._shown[0], document.block_index_at(place), title=title, url=url, source=source
        )

    # From change to change.

    def say_where(self) -> None:
        if self.counted:
            self.border_subtitle = Content(self.counted)
            return
        if self._changes is None:
            return
        count = len(self._changes.change_offsets)
        self.border_subtitle = Content(
            f"{self._at + 1} of {count:,}" if self._at >= 0 else format_count(count, "change")
        )

    def action_next_change(self) -> None:
        self._turn(1)

    def action_previous_change(self) -> None:
        self._turn(-1)

    def _turn(self, by: int) -> None:
        if self.hit_at is not None:
            raise SkipAction  # the screen's action of the same key walks the places of words
        changes = self._changes
        if changes is None:
            self._ahead += by
            return
        count = len(changes.change_offsets)
        at = self._at + by
        if not count:
            self.post_message(self.Said("There are no changes to go to."))
        elif not 0 <= at < count:
            self.post_message(self.Said("That was the last change." if by > 0 else "That was the first change."))
        else:
            self._at, self._at_line = at, changes.line_of_change(at)
            self.show_line(self._at_line)
            self.draw_anew()
            self.say_where()
            self.post_message(self.Said(f"Change {at + 1} of {count}."))

    def action_older_version(self) -> None:
        self._turn_version(-1)

    def action_newer_version(self) -> None:
        self._turn_version(1)

    def _turn_version(self, by: int) -> None:
        if self._shown is None:
            return
        comparison, _ = self._shown
        base = comparison.base + by
        if base < 0:
            self.post_message(self.Said("No older version is kept."))
        elif base > len(comparison.versions) - 2:
            self.post_message(self.Said("This is the version before the present one."))
        else:
            self.post_message(self.Wanted(base))

    def _drawn(self, page: Page, number: int, width: int) -> Strip:
        drawn = super()._drawn(page, number, width)
        if number == self._at_line:
            return Strip([Segment(self._pointer, ink("pointer")), *drawn.crop(1)], width)
        return drawn
