"""The rows of the sidebar, computed without Textual."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from sqlite3 import Connection
from typing import NamedTuple

from msgspec import Struct

from roya_tui.model import SEARCH_ICONS, SavedSearch, Source, TagCount
from roya_tui.presentation.headline_rows import Icons
from roya_tui.presentation.view import VIEWS, Scope, SidebarScope, View
from roya_tui.store.sources import subscriptions
from roya_tui.text import fold, sort_key
from roya_tui.translation import gettext, ngettext

MAX_DEPTH = 6
"""Levels of folders with rows of their own; deeper ones are shown in the last level."""
MAX_TAGS = 20
"""Tags shown without a filter, so that the sources below stay in reach."""


class SidebarRow(Struct, frozen=True):
    """One row: its text, icon and count of articles, and what it refers to."""

    kind: str
    """"header", "search" (saved search), "view", "tag", "more", "folder", "source" or "note"."""
    text: str = ""
    icon: str = ""
    count: int | None = None
    name: str = ""
    id: int = 0
    """The id of the source or of the saved search."""
    style: str = "text"
    indent: int = 0

    @property
    def key(self) -> tuple[str, int | str]:
        """The identity of a row, whatever its text and count."""
        return (self.kind, self.id or self.name)


class Folder(NamedTuple):
    """A folder, or with the name "" the sources without a folder."""

    name: str
    unread: int
    """Unread articles of its sources, including those in subfolders."""
    sources: list[Source]

    @property
    def ancestors(self) -> list[str]:
        """The folders that contain it, the outermost first."""
        return _with_ancestors(self.name)[:-1]


def _with_ancestors(name: str) -> list[str]:
    """Return the folders that contain a folder, then the folder itself; `MAX_DEPTH` at most."""
    parts = name.split("/", MAX_DEPTH - 1)
    return ["/".join(parts[: n + 1]) for n in range(len(parts))]


def build_folders(sources: Sequence[Source]) -> list[Folder]:
    """Return all folders, each before its subfolders; last the sources without a folder.

    The time depends on the number of sources and not on their depth, since an imported list may nest folders deeply.
    """
    members: dict[str, list[Source]] = {}
    for source in sorted(sources, key=lambda source: sort_key(source.label)):
        members.setdefault(source.folder, []).append(source)
    names = {outer for name in members for outer in _with_ancestors(name)}
    unread = _count_unread(names, members)

    ordered = sorted(names, key=lambda name: (name == "", [sort_key(p) for p in name.split("/", MAX_DEPTH - 1)], name))
    return [Folder(name, unread[name], members.get(name, [])) for name in ordered]


class SourceTree(NamedTuple):
    """All sources, and their folders."""

    sources: Sequence[Source]
    folders: Sequence[Folder]


def build_source_tree(sources: Sequence[Source]) -> SourceTree:
    """Return sources with their folders; slow with thousands of them, so call it in a thread."""
    return SourceTree(sources, build_folders(sources))


def load_source_tree(db: Connection) -> SourceTree:
    """Load all sources with their folders."""
    return build_source_tree(subscriptions.list_all(db))


def _count_unread(names: Set[str], members: Mapping[str, Sequence[Source]]) -> dict[str, int]:
    """Return the unread count of each folder, including its subfolders."""
    unread: dict[str, int] = {}
    within: list[str] = []
    for name in [*sorted(names - {""}, key=lambda name: name.replace("/", "\0")), ""]:
        while within and not name.startswith(f"{within[-1]}/"):
            inner = within.pop()
            if within:
                unread[within[-1]] += unread[inner]
        unread[name] = sum(source.unread for source in members.get(name, ()))
        within.append(name)
    return unread


class SidebarModel:
    """The data of the sidebar; `rows` computes what is shown."""

    def __init__(self, icons: Icons) -> None:
        self.icons = icons
        self.view = View()
        self.view_counts: Mapping[str, int] = {}
        self.tags: Sequence[TagCount] = ()
        self.saved_searches: Sequence[SavedSearch] = ()
        self.search_counts: Mapping[int, int] = {}
        self.collapsed: frozenset[str] = frozenset()
        self.tag_query = ""
        self.tag_order: tuple[str, ...] = ()
        """The tags in their order, which stays the same while the view does."""
        self.resets_tag_order = False
        """Whether the next counts of tags determine their order anew, without unused tags."""
        self.shows_all_tags = False
        """Whether the rare tags are shown."""
        self._folded_tags: dict[str, str] = {}
        """Cache of case-folded tag names, since each typed letter filters the same ones."""
        self.source_tree = SourceTree((), ())
        self._cached_source_rows: tuple[SourceTree, tuple[frozenset[str], Scope], list[SidebarRow]] | None = None
        """The rows of sources with what they were computed from; most updates do not change them."""

    @property
    def sources(self) -> Sequence[Source]:
        """All sources."""
        return self.source_tree.sources

    @property
    def tag_names(self) -> list[str]:
        """The tags of the listed articles, the most used first."""
        return [tag.name for tag in self.tags]

    def rename_collapsed(self, folder: str, name: str) -> bool:
        """Keep a renamed folder and its subfolders collapsed, under the old names too for undo; False if it merges."""
        if any(existing.name == name for existing in self.source_tree.folders):
            return False
        inside = {path for path in self.collapsed if f"{path}/".startswith(f"{folder}/")}
        self.collapsed |= {name + path[len(folder) :] for path in inside}
        return True

    def rows(self) -> list[SidebarRow]:
        """Return all rows, from the top."""
        searches = [SidebarRow("header", gettext("Saved searches")), *map(self._search_row, self.saved_searches)]
        browse = [SidebarRow("header", gettext("Browse")), *self._view_rows()]
        return [*(searches if self.saved_searches else ()), *browse, *self._tag_rows(), *self._source_rows()]

    def _scope_style(self, scope: Scope) -> str:
        """Return the style of the row for `scope`."""
        return "active" if self.view.scope == scope else "text"

    def _search_row(self, search: SavedSearch) -> SidebarRow:
        if search.problem:
            text, sign = gettext("{name}: error", name=search.name), self.icons.failed
            return SidebarRow("search", text, sign, None, search.query, search.id, "failed")
        sign = SEARCH_ICONS.get(search.icon, SEARCH_ICONS["diamond"])[self.icons.is_ascii]
        style = self._scope_style(search_scope(search))
        return SidebarRow(
            "search", search.name, sign, self.search_counts.get(search.id), search.query, search.id, style
        )

    def _view_rows(self) -> list[SidebarRow]:
        icons = self.icons
        view_icons = (icons.unread, icons.all, icons.starred, icons.changed, icons.today, icons.audio)
        rows = [self._view_row(name, view_icon) for name, view_icon in zip(VIEWS, view_icons, strict=True)]
        *others, episodes = rows
        return rows if episodes.count or episodes.style == "active" else others

    def _view_row(self, name: str, view_icon: str) -> SidebarRow:
        scope = Scope(name=name)
        style = self._scope_style(scope)
        return SidebarRow("view", scope.title, view_icon, self.view_counts.get(name), name, style=style)

    def _tag_rows(self) -> list[SidebarRow]:
        view = self.view
        counts = {tag.name: tag.total for tag in self.tags}
        kept = (name for name in self.tag_order if name in counts or not view.search_text.strip())
        self.tag_order = tuple(dict.fromkeys((*kept, *counts)))
        chosen = [*view.required_tags, *view.excluded_tags]
        names = [*chosen, *(name for name in self.tag_order if name not in chosen)]
        query = fold(self.tag_query)
        if query:
            self._folded_tags = folded = {name: self._folded_tags.get(name) or fold(name) for name in names}
            names = [name for name in names if query in folded[name]]
            names.sort(key=lambda name: folded[name] != query)  # an exact match comes first
        rows = [self._tag_row(name, counts.get(name, 0)) for name in names]
        if not rows:
            rows = [SidebarRow("note", gettext("no matching tag") if query else gettext("no tags"), style="dim")]
        limit = len(rows) if query else max(len(chosen), MAX_TAGS)
        if len(rows) > limit:
            icon = self.icons.expanded if self.shows_all_tags else self.icons.collapsed
            text = ngettext("{count:,} rarer tag", "{count:,} rarer tags", len(rows) - limit)
            more = SidebarRow("more", text, icon, style="dim")
            rows = [*rows[:limit], more, *(rows[limit:] if self.shows_all_tags else [])]
        switch = "any" if view.matches_any_tag else "all"
        return [SidebarRow("header", gettext("Tags"), icon="any|all", name=switch), *rows]

    def _tag_row(self, name: str, count: int) -> SidebarRow:
        if name in self.view.required_tags:
            return SidebarRow("tag", name, self.icons.only, count, name, style="active")
        if name in self.view.excluded_tags:
            return SidebarRow("tag", name, self.icons.never, count, name, style="never")
        return SidebarRow("tag", name, "", count, name)

    def _source_rows(self) -> list[SidebarRow]:
        tree, key, cached = self.source_tree, (self.collapsed, self.view.scope), self._cached_source_rows
        if cached is None or cached[0] is not tree or cached[1] != key:
            self._cached_source_rows = cached = tree, key, self._build_source_rows()
        return cached[2]

    def _build_source_rows(self) -> list[SidebarRow]:
        rows = [SidebarRow("header", gettext("Sources"))]
        for folder in self.source_tree.folders:
            if self.collapsed and not self.collapsed.isdisjoint(folder.ancestors):
                continue
            depth = min(folder.name.count("/"), MAX_DEPTH - 1)
            if folder.name:
                sign = self.icons.collapsed if folder.name in self.collapsed else self.icons.expanded
                style = self._scope_style(Scope("folder", folder.name))
                text = folder.name.split("/", MAX_DEPTH - 1)[-1]
                rows.append(SidebarRow("folder", text, sign, folder.unread, folder.name, style=style, indent=depth))
            if folder.name not in self.collapsed:
                rows += [self._source_row(source, depth + 1 if folder.name else 0) for source in folder.sources]
        if len(rows) == 1:
            rows.append(SidebarRow("note", gettext("no sources. a: add"), style="dim"))
        return rows

    def _source_row(self, source: Source, indent: int) -> SidebarRow:
        scope = self.view.scope
        is_chosen = scope.kind == "source" and scope == _source_scope(source)
        sign, style = (self.icons.failed, "failed") if source.error else ("", "text")
        style = "active" if is_chosen else style
        return SidebarRow("source", source.label, sign, source.unread, source.label, source.id, style, indent)

    def scopes(self) -> list[SidebarScope]:
        """Return saved searches, folders and sources in order, collapsed ones included."""
        searches = [
            SidebarScope(search_scope(search), self.search_counts.get(search.id, 0))
            for search in self.saved_searches
            if not search.problem
        ]
        return [*searches, *self._source_scopes()]

    def _source_scopes(self) -> Iterator[SidebarScope]:
        for folder in self.source_tree.folders:
            if folder.name:
                yield SidebarScope(Scope("folder", folder.name), folder.unread)
            yield from (SidebarScope(_source_scope(source), source.unread, folder.name) for source in folder.sources)


def _source_scope(source: Source) -> Scope:
    return Scope("source", id=source.id, label=source.label)


def search_scope(search: SavedSearch) -> Scope:
    """Return the scope of a saved search."""
    return Scope("search", search.query, search.id, search.name)
