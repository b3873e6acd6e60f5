"""Screens on top of the main screen, with the same messages and the same undo."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, Protocol, TypeVar

from textual import on
from textual.content import Content
from textual.widget import Widget

from roya_tui.characters import Measure
from roya_tui.presentation.headline_rows import Icons
from roya_tui.ui import action_table
from roya_tui.ui.controllers import Controllers
from roya_tui.ui.dialogs.help import open_help
from roya_tui.ui.hints import hints_for, menu_for
from roya_tui.ui.widgets.cells import measure
from roya_tui.ui.widgets.key_buttons import assemble
from roya_tui.ui.widgets.row_list import RowList, RowSegment
from roya_tui.ui.widgets.search_bar import InputBar
from roya_tui.ui.widgets.status_bar import BaseScreen, BottomLine, TopLine


class Item(Protocol):
    """What a row of a table is about."""

    @property
    def id(self) -> int: ...


T = TypeVar("T", bound=RowList)
ItemType = TypeVar("ItemType", bound=Item)


class ItemTable(RowList, Generic[ItemType]):
    """A table with one row per item. A subclass defines `item_segments`."""

    def __init__(self, icons: Icons, rtl: str, on_cursor: Callable[[], None], *, id: str) -> None:
        super().__init__(on_cursor, rtl, id=id)
        self._icons = icons
        self._items: Sequence[ItemType] = ()
        self.empty_text = ""

    def show(self, items: Sequence[ItemType]) -> None:
        """Show `items`, with the cursor on the same item as before."""
        current_id = self.current.id if self.current else None
        self._items = items
        self.refresh_rows()
        number = next((number for number, item in enumerate(items) if item.id == current_id), self.cursor)
        self.cursor = self.validate_cursor(number)
        self.scroll_to_cursor()
        self._on_cursor()

    @property
    def current(self) -> ItemType | None:
        """The item under the cursor."""
        return self._items[self.cursor] if self.is_selectable(self.cursor) else None

    def count_rows(self) -> int:
        return len(self._items) or 1

    def is_selectable(self, row: int) -> bool:
        return 0 <= row < len(self._items)

    def row_segments(self, row: int, width: int, is_cursor: bool) -> list[RowSegment]:
        if not self._items:
            return [(f" {self.empty_text}", "empty")]
        pointer = (self._icons.cursor if is_cursor else " ", "pointer")
        return [pointer, *self.item_segments(self._items[row], width - 1)]

    @abstractmethod
    def item_segments(self, item: ItemType, width: int) -> list[RowSegment]:
        """Return the row of an item, exactly `width` cells wide."""


class TableHeadings(Widget):
    """The headings of a table."""

    DEFAULT_CSS = "TableHeadings { height: 1; width: 1fr; background: $panel; color: $foreground 70%; }"

    def __init__(self, make_parts: Callable[[int, Measure, str], Sequence[str]], rtl: str) -> None:
        """`make_parts` returns the parts of the line for a width in cells, with the blanks between them."""
        super().__init__()
        self._make_parts = make_parts
        self._rtl = rtl

    def render(self) -> Content:
        parts = self._make_parts(self.size.width - 2, measure, self._rtl)
        return assemble(Content(" "), *map(Content, parts))


class OverlayScreen(BaseScreen):
    """Has its own actions, and passes some on to the main screen."""

    context: ClassVar[str]
    """Its name in `action_table.OVERLAY_ACTIONS`."""

    def __init__(self, controllers: Controllers, run_on_main: Callable[[str], None]) -> None:
        """`run_on_main` runs an action of the main screen, by its name."""
        super().__init__()
        self.services, self.state, self._panes, _ = controllers.context
        self._run_on_main = run_on_main
        self._rtl = self.services.config.reading.rtl
        self.menu = lambda available, _: menu_for(self.hint_group, self._actions, available)
        self.hint_group = self.context
        """The group of hints that is shown."""
        self.bottom = BottomLine(hints_for(self.hint_group, self.services.keymap), self._rtl)

    @property
    def _actions(self) -> list[action_table.Action]:
        return action_table.actions_of_overlay(self.services.keymap, self.context)

    @property
    def commands(self) -> list[action_table.Action]:
        return [action for action in self._actions if action.context in ("screen", self.context)]

    def call_of(self, action: action_table.Action) -> str:
        return action_table.call_of(action, self.context)

    def action_do(self, name: str) -> None:
        self._run_on_main(name)

    def action_help(self) -> None:
        open_help(self, self._actions, self._rtl, of_main=False)


class TableScreen(OverlayScreen, Generic[T]):
    """Shows the progress and the messages of the main screen in lines of its own."""

    table: T

    def __init__(self, controllers: Controllers, run_on_main: Callable[[str], None], filter_example: str) -> None:
        """`filter_example` is shown in the empty line that filters the rows."""
        super().__init__(controllers, run_on_main)
        self.top = TopLine(self._rtl)
        self.filter_bar = InputBar(rtl=self._rtl, placeholder=filter_example, compact=True, id="filter-bar")

    @abstractmethod
    def reload(self) -> object:
        """Show what the database has now."""

    @abstractmethod
    def show_rows(self) -> None:
        """Show the rows that match `filter_words`."""

    def on_mount(self) -> None:
        self.filter_bar.focus_after = self.table
        self.watch(self._panes.top, "work", self._show_work)
        self.watch(self._panes.top, "network", self._show_network)
        self.watch(self._panes.bottom, "message", self._show_message, init=False)

    def _show_work(self, work: str) -> None:
        self.top.work = work

    def _show_network(self, network: str) -> None:
        self.top.network = network

    def _show_message(self, message: str) -> None:
        if message:
            self.bottom.show_message(message)
            self.reload()

    # The filter: its line stays visible as long as it hides rows.

    @property
    def filter_words(self) -> str:
        """The words of the filter; "" if its line is closed."""
        return self.filter_bar.value.strip() if self.filter_bar.is_open else ""

    def action_search(self) -> None:
        """Open the line of the filter."""
        self.filter_bar.open(self.filter_bar.value)
        self.set_class(True, "-filtering")

    def clear_filter(self) -> bool:
        """Show all rows; return whether some were hidden."""
        was_filtered = bool(self.filter_words)
        self.filter_bar.close()
        self.filter_bar.value = ""
        self.set_class(False, "-filtering")
        self.show_rows()
        return was_filtered

    @on(InputBar.Changed)
    def _filter_typed(self) -> None:
        self.show_rows()

    @on(InputBar.Stepped)
    def _filter_stepped(self, message: InputBar.Stepped) -> None:
        self.table.step(message.by)

    @on(InputBar.Closed)
    def _filter_closed(self, message: InputBar.Closed) -> None:
        if not (message.accepted and self.filter_words):
            self.clear_filter()

    def on_descendant_focus(self) -> None:
        context = "typing" if self.focused is self.filter_bar else self.context
        self.bottom.hints = hints_for(context, self.services.keymap)
