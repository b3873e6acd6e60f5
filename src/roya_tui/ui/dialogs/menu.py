"""The menu of a row, an article or a link, which the right mouse button opens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from roya_tui.translation import gettext, is_right_to_left
from roya_tui.ui.action_table import Action, first_key_label
from roya_tui.ui.dialogs.dialog import Dialog
from roya_tui.ui.widgets.cells import measure
from roya_tui.ui.widgets.interface_text import draw_hints, draw_label
from roya_tui.ui.widgets.line_view import RIGHT_BUTTON

_FRAME_COLUMNS, _FRAME_LINES = 4, 2


class MenuList(OptionList):
    """The entries of a menu."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("j", "cursor_down"), Binding("k", "cursor_up")]

    async def _on_click(self, event: events.Click) -> None:
        if event.button == RIGHT_BUTTON:
            event.prevent_default()  # it closes the menu


class Menu(Dialog[str]):
    """Returns the key of the action that was chosen, by mouse, with the cursor or by its own key."""

    BINDINGS: ClassVar[list[BindingType]] = [("left,h,q", "dismiss(None)")]

    DEFAULT_CSS = """
    Menu { align: left top; }
    Menu MenuList, Menu MenuList:focus {
        border: round $accent; background: $surface; padding: 0 1; scrollbar-size-vertical: 1;
    }
    """

    def __init__(self, entries: Sequence[tuple[Action, str]], position: Offset, rtl: str) -> None:
        """`entries` are actions and their labels, `position` the cell that was clicked."""
        super().__init__(rtl)
        self._entries = entries
        self._position = position

    def compose(self) -> ComposeResult:
        keys = [first_key_label(action) for action, _ in self._entries]
        labels = [draw_label(label, self._rtl) for _, label in self._entries]
        indent, widest_label = max(map(measure, keys)), max(map(measure, labels)) if is_right_to_left() else 0
        rows = [
            Content.assemble(
                (key, "bold $primary"),
                " " * (indent - measure(key) + 2),
                " " * max(0, widest_label - measure(label)),
                label,
            )
            for key, label in zip(keys, labels, strict=True)
        ]
        help = draw_hints(gettext("enter choose   esc close"), self._rtl)
        menu = MenuList(*map(Option, rows))
        menu.border_subtitle = help
        widest = max(help.cell_length + 2, *(row.cell_length for row in rows))
        menu.styles.width, menu.styles.height = widest + _FRAME_COLUMNS + 1, len(rows) + _FRAME_LINES
        yield menu

    def on_mount(self) -> None:
        self.query_one(MenuList).highlighted = 0

    def on_resize(self) -> None:
        """Keep the menu beside the pointer, and inside the window."""
        menu, window = self.query_one(MenuList), self.app.size
        height = min(len(self._entries) + _FRAME_LINES, window.height)
        width = min(int(menu.styles.width.value) if menu.styles.width else 0, window.width)
        menu.styles.height = height
        left = self._position.x - width + 1 if is_right_to_left() else self._position.x
        menu.styles.offset = (
            max(0, min(left, window.width - width)),
            max(0, min(self._position.y, window.height - height)),
        )

    def on_key(self, event: events.Key) -> None:
        pressed = {event.key, event.character}
        action = next((action for action, _ in self._entries if not pressed.isdisjoint(action.keys.split(","))), None)
        if action is not None and event.key != "enter":
            event.stop()
            event.prevent_default()
            self._choose(action)

    def on_click(self, event: events.Click) -> None:
        if event.widget is self or event.button == RIGHT_BUTTON:
            self.dismiss(None)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self._choose(self._entries[event.option_index][0])

    def _choose(self, action: Action) -> None:
        self.dismiss(action.first_key)
