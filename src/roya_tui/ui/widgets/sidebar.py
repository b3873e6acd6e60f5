"""The sidebar: saved searches, views, tags with counts, and sources in folders."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual.message import Message

from roya_tui.layout.one_line import fit_line
from roya_tui.model import SavedSearch, Source, TagCount
from roya_tui.presentation.headline_rows import Icons
from roya_tui.presentation.view import Scope, SidebarScope, View
from roya_tui.ui import action_table
from roya_tui.ui.widgets.cells import measure
from roya_tui.ui.widgets.row_list import RowList, RowSegment
from roya_tui.ui.widgets.sidebar_model import SidebarModel, SidebarRow, SourceTree, search_scope

_ROW_GROUPS = {"feed": "feeds", "view": "views", "folder": "folders", "source": "sources"}


class Sidebar(RowList):
    """Shows saved searches, views, tags and sources, and posts what the user opens or toggles."""

    class ScopeChosen(Message):
        """A saved search, view, folder or source was opened."""

        def __init__(self, scope: Scope) -> None:
            self.scope = scope
            super().__init__()

    class TagToggled(Message):
        """A tag was required (`only`) or excluded."""

        def __init__(self, tag: str, only: bool) -> None:
            self.tag = tag
            self.only = only
            super().__init__()

    class CollapsedChanged(Message):
        """The set of collapsed folders changed."""

        def __init__(self, folders: frozenset[str]) -> None:
            self.folders = folders
            super().__init__()

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
        super().__init__(id=id)
        self.icons = icons
        self.rtl = rtl
        self._model = SidebarModel(icons)
        self._rows = self._model.rows()
        self._resets_tag_order = False
        """Whether the next counts of tags determine their order anew."""
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
        model = self._model
        followed = view is not None and view.scope != model.view.scope
        model.view = model.view if view is None else view
        finds = bool(model.view.search_text.strip())
        self._resets_tag_order |= followed or (self._order_is_from_search and not finds)
        if tags is not None and self._resets_tag_order:  # until then the tags of the previous view are shown
            model.tag_order, self._resets_tag_order, self._order_is_from_search = (), False, finds
        model.view_counts = model.view_counts if counts is None else counts
        model.tags = model.tags if tags is None else tags
        model.source_tree = model.source_tree if source_tree is None else source_tree
        model.saved_searches = model.saved_searches if saved_searches is None else saved_searches
        model.search_counts = model.search_counts if search_counts is None else search_counts
        had_tags = any(row.kind == "tag" for row in self._rows)
        self._rebuild()
        if model.tag_query and not had_tags:
            self.go_to_tags()
        elif followed and not self.has_focus:
            self.go_to_scope()

    def reset_tag_order(self) -> None:
        """Drop unused tags with the next counts, after sources were removed."""
        self._resets_tag_order = True

    def collapse_folders(self, folders: set[str]) -> None:
        """Collapse exactly these folders."""
        self._model.collapsed = frozenset(folders)
        self._rebuild()

    def rename_collapsed(self, folder: str, name: str) -> None:
        """Keep a renamed folder and its subfolders collapsed, under the old names too for undo."""
        if not any(existing.name == name for existing in self._model.source_tree.folders):
            inside = {path for path in self._model.collapsed if f"{path}/".startswith(f"{folder}/")}
            self._model.collapsed |= {name + path[len(folder) :] for path in inside}
            self.post_message(self.CollapsedChanged(self._model.collapsed))

    def go_to_scope(self) -> None:
        """Move the cursor to the row of the scope that the list shows."""
        self._go_to(lambda row: row.style == "active" and row.kind in ("feed", "view", "folder", "source"))

    def filter_tags(self, text: str) -> None:
        """Show only tags whose names contain `text`, and move the cursor to the first."""
        self._model.tag_query = text
        self._rebuild()
        self.go_to_tags()

    def go_to_tags(self) -> None:
        """Move the cursor to the first tag."""
        self.go_to_tag("")

    def go_to_tag(self, name: str) -> None:
        """Move the cursor to a tag if it is shown; "" is the first."""
        self._go_to(lambda row: row.kind == "tag" and name in ("", row.name))

    def go_to_folder(self, name: str) -> None:
        """Move the cursor to a folder if it is shown."""
        self._go_to(lambda row: row.kind == "folder" and row.name == name)

    def _go_to(self, matches: Callable[[SidebarRow], bool]) -> None:
        """Move the cursor to the first matching row, if any."""
        for number, row in enumerate(self._rows):
            if matches(row):
                self.cursor = number
                return

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

    @property
    def tag_names(self) -> list[str]:
        """The tags of the listed articles, the most used first."""
        return [tag.name for tag in self._model.tags]

    @property
    def sources(self) -> Sequence[Source]:
        """All sources."""
        return self._model.source_tree.sources

    @property
    def saved_searches(self) -> Sequence[SavedSearch]:
        """All saved searches."""
        return self._model.saved_searches

    @property
    def tag_query(self) -> str:
        """The filter of the tags."""
        return self._model.tag_query

    def show_all_tags(self, all_tags: bool) -> None:
        """Show or hide the rare tags."""
        self._model.shows_all_tags = all_tags
        self._rebuild()

    def _rebuild(self) -> None:
        previous, old_rows = self.current, self._rows
        self._rows = self._model.rows()
        if len(old_rows) == len(self._rows):  # counts change often, but in few rows
            for number, (old, new) in enumerate(zip(old_rows, self._rows, strict=True)):
                if old != new:
                    self.refresh_row(number)
        else:
            self.refresh_rows()
        if previous is not None and self.current != previous:
            for number, row in enumerate(self._rows):
                if row.key == previous.key:
                    self.cursor = number
                    break
            else:
                self.step(0)
        self.cursor_moved()

    def cursor_moved(self) -> None:
        group = _ROW_GROUPS.get(self.current.kind, "sidebar") if self.current is not None else "sidebar"
        if group != self.row_group:
            self.row_group = group
            self.post_message(self.RowGroupChanged())

    def scopes(self) -> list[SidebarScope]:
        """Return saved searches, folders and sources in order, collapsed ones included."""
        return self._model.scopes()

    # Drawing, and opening rows.

    def count_rows(self) -> int:
        return len(self._rows)

    def is_selectable(self, row: int) -> bool:
        return 0 <= row < len(self._rows) and self._rows[row].kind not in ("header", "note")

    def row_segments(self, row: int, width: int, is_cursor: bool) -> list[RowSegment]:
        item = self._rows[row]
        mark = (self.icons.cursor if is_cursor and self.is_selectable(row) else " ", "pointer")
        if item.kind == "header":
            return [(" ", "header"), *self._header_segments(item, width - 2)]
        number = "" if item.count is None else f"{item.count:,}"
        lead = " " * item.indent + (item.icon or " ") + " "
        room = max(1, width - 1 - measure(lead) - len(number) - 1)
        text, _ = fit_line(item.text, room, measure, self.rtl, self.icons.ellipsis)
        gap = " " * (room - measure(text) + 1)
        dim = item.kind in ("source", "folder") and not item.count and item.style == "text"
        return [mark, (lead, "sign" if item.style == "text" else item.style),
                (text + gap, "dim" if dim else item.style), (number, "count")]  # fmt: skip

    def _header_segments(self, item: SidebarRow, width: int) -> list[RowSegment]:
        if item.icon != "any|all":
            return [(item.text, "header")]
        any_tag = self._model.view.matches_any_tag
        gap = " " * max(1, width - len(item.text) - len("any | all"))
        return [(item.text + gap, "header"), ("any", "active" if any_tag else "dim"), (" | ", "dim"),
                ("all", "dim" if any_tag else "active")]  # fmt: skip

    def action_open(self) -> None:
        if self.current is not None:
            self._open_row(self.current)

    def _open_row(self, row: SidebarRow) -> None:
        match row.kind:
            case "feed":
                self.post_message(
                    self.ScopeChosen(search_scope(next(feed for feed in self.saved_searches if feed.id == row.id)))
                )
            case "view":
                self.post_message(self.ScopeChosen(Scope(name=row.name)))
            case "source":
                self.post_message(self.ScopeChosen(Scope("source", id=row.id, label=row.text)))
            case "folder" if self._model.view.scope == Scope("folder", row.name):
                self.toggle_folder(row.name)
            case "folder":
                self.post_message(self.ScopeChosen(Scope("folder", row.name)))
            case "more":
                self.show_all_tags(not self._model.shows_all_tags)
            case "tag":
                self.post_message(self.TagToggled(row.name, only=True))

    def action_feed_up(self) -> None:
        self._move_saved_search(-1)

    def action_feed_down(self) -> None:
        self._move_saved_search(1)

    def _move_saved_search(self, by: int) -> None:
        if self.current is not None and self.current.kind == "feed":
            self.post_message(self.SavedSearchMoved(self.current.id, by))

    def toggle_folder(self, name: str) -> None:
        """Collapse or expand a folder."""
        self._model.collapsed ^= {name}
        self._rebuild()
        self.post_message(self.CollapsedChanged(self._model.collapsed))

    def row_clicked(self, row: int, x: int, clicks: int) -> None:
        item = self._rows[row]
        if item.icon == "any|all":
            self.post_message(self.AnyAllToggled())
        elif item.kind == "folder" and x <= 2 + item.indent:
            self.toggle_folder(item.name)
        else:
            self._open_row(item)
