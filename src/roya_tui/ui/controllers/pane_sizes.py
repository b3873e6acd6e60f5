"""The layout of the panes: the article beside or below the list, the sidebar, and sizes by keys or by mouse."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace
from textual import events

from roya_tui.presentation.pane_layout import LOW, MEDIUM, PaneLayout, Room
from roya_tui.translation import gettext
from roya_tui.ui.controller import Context, Controller

COLUMN_STEP, LINE_STEP = 4, 2
"""Cells by which a key makes a pane larger or smaller."""


class Drag(NamedTuple):
    """A border that is being dragged, and how the panes were when the mouse button was pressed."""

    border: str
    x: int
    y: int
    layout: PaneLayout
    room: Room


class PaneSizes(Controller):
    """Changes the layout, and stores it for the next start."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._pressed = ""
        """The border on which the mouse button was pressed last; "" if it was elsewhere."""
        self._drag: Drag | None = None

    @property
    def _layout(self) -> PaneLayout:
        return self._panes.arrangement.panes

    def _change(self, layout: PaneLayout) -> None:
        self._panes.arrange(layout)
        self._services.preferences.set_pane_layout(self._config.look.layout, layout)

    # With keys.

    def toggle_stacked(self) -> None:
        """Show the article below the list, or beside it."""
        layout = replace(self._layout, stacked=not self._layout.stacked)
        self._change(layout)
        if layout.shows_one_pane(*self._shell.size):
            text = (
                gettext("Article below the list from {columns} columns and {lines} lines.", columns=MEDIUM, lines=LOW)
                if layout.stacked
                else gettext("Article beside the list from {columns} columns.", columns=MEDIUM)
            )
        else:
            text = gettext("Article below the list.") if layout.stacked else gettext("Article beside the list.")
        self._show_message(text)

    def toggle_sidebar(self) -> None:
        """Show or hide the sidebar. Where it has no room beside the list, go to it or leave it."""
        panes, layout, (width, height) = self._panes, self._layout, self._shell.size
        was_visible = panes.sidebar_visible
        has_room = layout.has_room_for_sidebar(width) and not layout.shows_one_pane(width, height)
        if self._shell.has_class("-zen"):
            panes.toggle_zen()
        if panes.active == "sidebar":
            self._shell.focus(self._headlines)
        if has_room and layout.has_sidebar(width) is was_visible:
            self._change(layout.show_sidebar(not was_visible, width))
        if not was_visible and not panes.sidebar_visible:
            self._shell.focus(panes.sidebar)

    def shrink(self) -> None:
        """Make the pane with the focus narrower, or shorter if the panes are stacked."""
        self._resize(-1)

    def grow(self) -> None:
        """Make the pane with the focus wider, or taller if the panes are stacked."""
        self._resize(1)

    def _resize(self, steps: int) -> None:
        pane, layout, room = self._panes.active, self._layout, self._panes.room
        step = LINE_STEP if layout.stacked and pane != "sidebar" else COLUMN_STEP
        resized = layout.resize(room, pane, steps * step)
        if resized != layout:
            self._change(resized)
        elif len(room.shown) == 1:
            self._show_message(gettext("Only one pane is shown."))
        else:
            limit = gettext("This pane cannot be larger.") if steps > 0 else gettext("This pane cannot be smaller.")
            self._show_message(limit)

    # With the mouse.

    def handle_mouse(self, event: events.MouseEvent) -> bool:
        """Drag a border, or restore the default size on a double click; return whether the event was on a border."""
        if isinstance(event, events.MouseDown):
            self._press(event)
            return bool(self._pressed)
        if isinstance(event, events.Click):  # follows the release of the button
            if self._pressed and event.chain == 2:
                self._change(self._layout.restore(self._pressed))
            return bool(self._pressed)
        if self._drag is not None:
            self._drag_to(self._drag, event)
            return True
        if isinstance(event, events.MouseMove):
            self._show_pointer(self._border_at(event))
        return False

    def leave_border(self) -> None:
        """Stop dragging, since something else is shown."""
        self._drag = None
        self._show_pointer("")

    def _press(self, event: events.MouseDown) -> None:
        self._pressed = self._border_at(event) if event.button == 1 else ""
        if self._pressed:
            self._drag = Drag(self._pressed, self._panes.layout_x(event.x), event.y, self._layout, self._panes.room)

    def _drag_to(self, drag: Drag, event: events.MouseEvent) -> None:
        if isinstance(event, events.MouseMove) and event.button:
            moves_lines = drag.layout.stacked and drag.border != "sidebar"
            by = event.y - drag.y if moves_lines else self._panes.layout_x(event.x) - drag.x
            self._panes.arrange(drag.layout.resize(drag.room, drag.border, by))
        elif isinstance(event, (events.MouseMove, events.MouseUp)):  # moved without a button: released elsewhere
            self._drag = None
            if self._layout != drag.layout:
                self._change(self._layout)

    def _border_at(self, event: events.MouseEvent) -> str:
        return self._layout.border_at(self._panes.areas, self._panes.layout_x(event.x), event.y)

    def _show_pointer(self, border: str) -> None:
        between_lines = border == "headlines" and self._layout.stacked
        self._shell.set_pointer("ns-resize" if between_lines else "ew-resize" if border else "default")
