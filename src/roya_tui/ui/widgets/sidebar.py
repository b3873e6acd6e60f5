"""The sidebar: saved searches, views, tags with counts, and sources in folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.message import Message

from roya_tui.layout.one_line import fit_name
from roya_tui.model import SavedSearch, TagCount
from roya_tui.presentation.headline_rows import Icons
from roya_tui.presentation.view import Scope, View
from roya_tui.translation import format_number, gettext
from roya_tui.ui import action_table
from roya_tui.ui.rows.sidebar_model import SidebarModel, SidebarRow, SourceTree, search_scope
from roya_tui.ui.widgets.cells import measure
from roya_tui.ui.widgets.interface_text import draw_label
from roya_tui.ui.widgets.row_list import RowList, RowSegment

_ROW_GROUPS = {"search": "searches", "view": "views", "folder": "folders", "source": "sources"}


class Sidebar(RowList):
    """Shows saved searches, views, tags and sources, and posts what the user opens or toggles."""

    class ScopeChosen(Message):
        """A saved search, view, folder or source was opened."""

        def __init__(self, scope: Scope) -> None:
            self.scope = scope
            super().__init__()

    class TagToggled(Message):
        """A tag was opened, to require it or no longer."""

        def __init__(self, tag: str) -> None:
            self.tag = tag
            super().__init__()

    class CollapsedChanged(Message):
        """The set of collapsed folders changed."""

    class SavedSearchMoved(Message):
        """A saved search should move down by `by` rows."""

        def __init__(self, id: int, by: int) -> None:
            self.id = id
            self.by = by
            super().__init__()

    class RowGroupChanged(Message):
        """The cursor moved to rows of another kind, which have other keys."""

    class AnyAllToggled(Message):
        """The switch “any | all” was clicked."""

    BINDINGS: ClassVar = action_table.make_bindings("sidebar")

    def __init__(self, icons: Icons, rtl: str, *, id: str | None = None) -> None:
        super().__init__(self._update_row_group, rtl, id=id)
        self.icons = icons
        self.model = SidebarModel(icons)
        self._rows = self.model.rows()
        self._order_is_from_search = False
        """Whether the order of tags is that of search results."""
        self.row_group = "sidebar"
        """The kind of rows that the cursor is in, a key of `hints.HINTS`."""
        self.set_reactive(RowList.cursor, 1)

    # Content.

    def show(
        self,
        view: View | None = None,
        counts: Mapping[str, int] | None = None,
        tags: Sequence[TagCount] | None = None,
        source_tree: SourceTree | None = None,
        saved_searches: Sequence[SavedSearch] | None = None,
        search_counts: Mapping[int, int] | None = None,
    ) -> None:
        """Show new data; None keeps the current data. The cursor may follow the view."""
        model = self.model
        followed = view is not None and view.scope != model.view.scope
        model.view = model.view if view is None else view
        finds = bool(model.view.search_text.strip())
        model.resets_tag_order |= followed or (self._order_is_from_search and not finds)
        if tags is not None and model.resets_tag_order:  # until then the tags of the previous view are shown
            model.tag_order, model.resets_tag_order, self._order_is_from_search = (), False, finds
        model.view_counts = model.view_counts if counts is None else counts
        model.tags = model.tags if tags is None else tags
        model.source_tree = model.source_tree if source_tree is None else source_tree
        model.saved_searches = model.saved_searches if saved_searches is None else saved_searches
        model.search_counts = model.search_counts if search_counts is None else search_counts
        had_tags = any(row.kind == "tag" for row in self._rows)
        self._rebuild()
        if model.tag_query and not had_tags:
            self.go_to("tag")
        elif followed and not self.has_focus:
            self.go_to_scope()

    def go_to_scope(self) -> None:
        """Move the cursor to the row of the scope that the list shows."""
        row = next((row for row in self._rows if row.style == "active" and row.kind in _ROW_GROUPS), None)
        if row is not None:
            self.go_to(*row.key)

    def go_to(self, kind: str, name: int | str = "") -> bool:
        """Move the cursor to the row with this key, or without a name to the first of its kind; False if none is."""
        matching = (number for number, row in enumerate(self._rows) if row.kind == kind and name in ("", row.key[1]))
        number = next(matching, None)
        if number is not None:
            self.cursor = number
        return number is not None

    def filter_tags(self, text: str, *, show_rare: bool | None = None) -> None:
        """Show only tags whose names contain `text`, and move the cursor to the first; None keeps `show_rare`."""
        self.model.tag_query = text
        self.model.shows_all_tags = self.model.shows_all_tags if show_rare is None else show_rare
        self._rebuild()
        self.go_to("tag")

    def step_tag(self, by: int) -> None:
        """Move to another tag; stop at the first and the last."""
        row = self.cursor + by
        if 0 <= row < len(self._rows) and self._rows[row].kind == "tag":
            self.cursor = row

    @property
    def current(self) -> SidebarRow | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if self.is_selectable(self.cursor) else None

    @property
    def current_tag(self) -> str:
        """The tag under the cursor, "" on other rows."""
        return self.current.name if self.current and self.current.kind == "tag" else ""

    def _rebuild(self) -> None:
        previous, old_rows = self.current, self._rows
        self._rows = self.model.rows()
        if len(old_rows) == len(self._rows):  # counts change often, but in few rows
            for number, (old, new) in enumerate(zip(old_rows, self._rows, strict=True)):
                if old != new:
                    self.refresh_row(number)
        else:
            self.refresh_rows()
        if previous is not None and self.current != previous and not self.go_to(*previous.key):
            self.step(0)
        self._update_row_group()

    def _update_row_group(self) -> None:
        group = _ROW_GROUPS.get(self.current.kind, "sidebar") if self.current is not None else "sidebar"
        if group != self.row_group:
            self.row_group = group
            self.post_message(self.RowGroupChanged())

    # Drawing, and opening rows.

    def count_rows(self) -> int:
        return len(self._rows)

    def is_selectable(self, row: int) -> bool:
        return 0 <= row < len(self._rows) and self._rows[row].kind not in ("header", "note")

    def row_segments(self, row: int, width: int, is_cursor: bool) -> list[RowSegment]:
        item = self._rows[row]
        mark = (self.icons.cursor if is_cursor and self.is_selectable(row) else " ", "pointer")
        if item.kind == "header":
            return [(" ", "header"), *_header_segments(item, width - 2, self.model.view, self.rtl)]
        if item.kind == "note":
            return [("   ", ""), (item.text, "notice")]
        number = "" if item.count is None else draw_label(format_number(item.count, ","), self.rtl)
        lead = " " * item.indent + (item.icon or " ") + " "
        room = max(1, width - 1 - measure(lead) - measure(number) - 1)
        text, _ = fit_name(item.text, room, measure, self.rtl, self.icons.ellipsis)
        gap = " " * (room - measure(text) + 1)
        dim = item.kind in ("source", "folder") and not item.count and item.style == "text"
        return [mark, (lead, "sign" if item.style == "text" else item.style),
                (text + gap, "dim" if dim else item.style), (number, "count")]  # fmt: skip

    def action_open(self) -> None:
        row = self.current
        if row is None:
            return
        match row.kind:
            case "search":
                search = next(search for search in self.model.saved_searches if search.id == row.id)
                self.post_message(self.ScopeChosen(search_scope(search)))
            case "view":
                self.post_message(self.ScopeChosen(Scope(name=row.name)))
            case "source":
                self.post_message(self.ScopeChosen(Scope("source", id=row.id, label=row.text)))
            case "folder" if self.model.view.scope == Scope("folder", row.name):
                self.toggle_folder(row.name)
            case "folder":
                self.post_message(self.ScopeChosen(Scope("folder", row.name)))
            case "more":
                self.model.shows_all_tags = not self.model.shows_all_tags
                self._rebuild()
            case "tag":
                self.post_message(self.TagToggled(row.name))

    def action_search_up(self) -> None:
        _move_saved_search(self, -1)

    def action_search_down(self) -> None:
        _move_saved_search(self, 1)

    def toggle_folder(self, name: str) -> None:
        """Collapse or expand a folder."""
        self.model.collapsed ^= {name}
        self._rebuild()
        self.post_message(self.CollapsedChanged())

    def row_clicked(self, row: int, x: int, clicks: int) -> None:
        item = self._rows[row]
        if item.icon == "any|all":
            self.post_message(self.AnyAllToggled())
        elif item.kind == "folder" and x <= 2 + item.indent:
            self.toggle_folder(item.name)
        elif self.is_selectable(row):
            self.action_open()


def _move_saved_search(sidebar: Sidebar, by: int) -> None:
    row = sidebar.current
    if row is not None and row.kind == "search":
        sidebar.post_message(Sidebar.SavedSearchMoved(row.id, by))


def _header_segments(item: SidebarRow, width: int, view: View, rtl: str) -> list[RowSegment]:
    title, any_text, all_text = (draw_label(text, rtl) for text in (item.text, gettext("any"), gettext("all")))
    if item.icon != "any|all":
        return [(title, "header")]
    gap = " " * max(1, width - measure(f"{title}{any_text} | {all_text}"))
    any_style, all_style = ("active", "dim") if view.matches_any_tag else ("dim", "active")
    return [(title + gap, "header"), (any_text, any_style), (" | ", "dim"), (all_text, all_style)]
