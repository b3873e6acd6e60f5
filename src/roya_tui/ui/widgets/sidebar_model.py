"""What the sidebar says, row by row, as values without Textual."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from sqlite3 import Connection
from typing import NamedTuple

from msgspec import Struct

from roya_tui.model import SavedSearch, Source, TagCount
from roya_tui.presentation.headline_rows import ASCII_ICONS, Icons
from roya_tui.presentation.search_icons import icon
from roya_tui.presentation.view import VIEWS, Scope, SidebarScope, View
from roya_tui.store.sources import subscriptions
from roya_tui.text import fold, sort_key

MAX_DEPTH = 6
"""Folders in each other that have rows of their own; what lies deeper stands in the last of them."""
MAX_TAGS = 20
"""Tags shown while nobody looks for one: the sources are to stay in reach."""


class SidebarRow(Struct, frozen=True):
    """One row: what it says, what stands for it, how many articles, and what choosing it means."""

    kind: str
    """"header", "feed", "view", "tag", "more" (tags), "folder", "source" or "note"."""
    text: str = ""
    icon: str = ""
    count: int | None = None
    name: str = ""
    id: int = 0
    """The number of the source, or of the feed."""
    style: str = "text"
    indent: int = 0

    @property
    def key(self) -> tuple[str, int | str]:
        """What stays the same of a row, whatever it says."""
        return (self.kind, self.id or self.name)


class Folder(NamedTuple):
    """A folder, or ("") what is in none."""

    name: str
    unread: int
    """Of all that is in it, in folders in it too."""
    sources: list[Source]

    @property
    def ancestors(self) -> list[str]:
        """The folders that it is in, the outermost first."""
        return _with_ancestors(self.name)[:-1]


def _with_ancestors(name: str) -> list[str]:
    """The folders that a folder is in, and itself: of what lies deeper than `DEEPEST` only itself."""
    parts = name.split("/", MAX_DEPTH - 1)
    return ["/".join(parts[: n + 1]) for n in range(len(parts))]


def build_folders(sources: Sequence[Source]) -> list[Folder]:
    """Return all folders, each followed by those in it, and last what is in none.

    The time it takes grows with the sources and not with how deep they lie: a list of subscriptions may be of any make.
    """
    members: dict[str, list[Source]] = {}
    for source in sorted(sources, key=lambda source: sort_key(source.label)):
        members.setdefault(source.folder, []).append(source)
    names = {outer for name in members for outer in _with_ancestors(name)}
    unread = _count_unread(names, members)

    ordered = sorted(names, key=lambda name: (name == "", [sort_key(p) for p in name.split("/", MAX_DEPTH - 1)], name))
    return [Folder(name, unread[name], members.get(name, [])) for name in ordered]


class SourceTree(NamedTuple):
    """All sources, and the folders that they make."""

    sources: Sequence[Source]
    folders: Sequence[Folder]


def build_source_tree(sources: Sequence[Source]) -> SourceTree:
    """Return sources as they stand in the sidebar; thousands take longer than a key may."""
    return SourceTree(sources, build_folders(sources))


def load_source_tree(db: Connection) -> SourceTree:
    """Return all sources as they stand there."""
    return build_source_tree(subscriptions.list_all(db))


def _count_unread(names: Set[str], members: Mapping[str, Sequence[Source]]) -> dict[str, int]:
    """How many are unread in each folder, with all that lie in it: an inner one hands its number on when it is left."""
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
    """All that the sidebar knows; `rows` are what it says of that."""

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
        """The tags as they stand: they do not change places while one reads."""
        self.shows_all_tags = False
        """Whether the rare tags are shown as well."""
        self._folded_tags: dict[str, str] = {}
        """Names of tags as they are looked for: the next letter looks for the same ones."""
        self.source_tree = SourceTree((), ())
        self._cached_source_rows: tuple[SourceTree, tuple[frozenset[str], Scope], list[SidebarRow]] | None = None
        """The rows of sources, and of what they were made: most of what is shown anew leaves thousands alone."""

    def rows(self) -> list[SidebarRow]:
        """All rows, from the top."""
        browse = [SidebarRow("header", "Browse"), *self._view_rows()]
        return [*self._search_rows(), *browse, *self._tag_rows(), *self._source_rows()]

    def _scope_style(self, scope: Scope) -> str:
        """The style of the row that stands for `place`."""
        return "chosen" if self.view.scope == scope else "text"

    def _search_rows(self) -> list[SidebarRow]:
        return (
            [SidebarRow("header", "Saved feeds"), *map(self._search_row, self.saved_searches)]
            if self.saved_searches
            else []
        )

    def _search_row(self, search: SavedSearch) -> SidebarRow:
        if search.problem:
            return SidebarRow(
                "feed", f"{search.name}: broken", self.icons.failed, None, search.query, search.id, "failed"
            )
        sign = icon(search.icon, ascii=self.icons == ASCII_ICONS)
        style = self._scope_style(search_scope(search))
        return SidebarRow("feed", search.name, sign, self.search_counts.get(search.id), search.query, search.id, style)

    def _view_rows(self) -> list[SidebarRow]:
        known = self.icons
        signs = (known.unread, known.all, known.starred, known.changed, known.today)
        return [
            SidebarRow(
                "view",
                name.capitalize(),
                sign,
                self.view_counts.get(name),
                name,
                style=self._scope_style(Scope(name=name)),
            )
            for name, sign in zip(VIEWS, signs, strict=True)
        ]

    def _tag_rows(self) -> list[SidebarRow]:
        view = self.view
        counts = {tag.name: tag.total for tag in self.tags}
        stood = tuple(name for name in self.tag_order if name in counts or not view.search_text.strip())
        self.tag_order = tuple(dict.fromkeys((*stood, *counts)))
        chosen = [*view.required_tags, *view.excluded_tags]
        names = [*chosen, *(name for name in self.tag_order if name not in chosen)]
        wanted = fold(self.tag_query)
        found = names
        if wanted:
            self._folded_tags = folded = {name: self._folded_tags.get(name) or fold(name) for name in names}
            found = [name for name in names if wanted in folded[name]]
            found.sort(key=lambda name: folded[name] != wanted)  # who types all of a name means that one
        rows = [self._tag_row(name, counts.get(name, 0)) for name in found]
        if not rows:
            rows = [SidebarRow("note", "none here has that" if wanted else "none here", style="dim")]
        most = len(rows) if wanted else max(len(chosen), MAX_TAGS)
        if len(rows) > most:
            sign = self.icons.expanded if self.shows_all_tags else self.icons.collapsed
            more = SidebarRow("more", f"{len(rows) - most:,} rarer", sign, style="dim")
            rows = [*rows[:most], more, *(rows[most:] if self.shows_all_tags else [])]
        return [SidebarRow("header", "Tags", icon="any|all", name="any" if view.matches_any_tag else "all"), *rows]

    def _tag_row(self, name: str, count: int) -> SidebarRow:
        if name in self.view.required_tags:
            return SidebarRow("tag", name, self.icons.only, count, name, style="chosen")
        if name in self.view.excluded_tags:
            return SidebarRow("tag", name, self.icons.never, count, name, style="never")
        return SidebarRow("tag", name, "", count, name)

    def _source_rows(self) -> list[SidebarRow]:
        known, made_of = self.source_tree, (self.collapsed, self.view.scope)
        if (
            self._cached_source_rows is None
            or self._cached_source_rows[0] is not known
            or self._cached_source_rows[1] != made_of
        ):
            self._cached_source_rows = known, made_of, self._build_source_rows()
        return self._cached_source_rows[2]

    def _build_source_rows(self) -> list[SidebarRow]:
        rows = [SidebarRow("header", "Sources")]
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
            rows.append(SidebarRow("note", "none yet: a adds one", style="dim"))
        return rows

    def _source_row(self, source: Source, indent: int) -> SidebarRow:
        here = self.view.scope
        chosen = here.kind == "source" and here == _source_scope(source)
        return SidebarRow(
            "source",
            source.label,
            icon=self.icons.failed if source.error else "",
            count=source.unread,
            name=source.label,
            id=source.id,
            style="chosen" if chosen else "failed" if source.error else "text",
            indent=indent,
        )

    def scopes(self) -> list[SidebarScope]:
        """The saved feeds, folders and sources in their order, those that are folded away too."""
        feeds = [
            SidebarScope(search_scope(feed), self.search_counts.get(feed.id, 0))
            for feed in self.saved_searches
            if not feed.problem
        ]
        return [*feeds, *self._source_scopes()]

    def _source_scopes(self) -> Iterator[SidebarScope]:
        for folder in self.source_tree.folders:
            if folder.name:
                yield SidebarScope(Scope("folder", folder.name), folder.unread)
            yield from (SidebarScope(_source_scope(source), source.unread, folder.name) for source in folder.sources)


def _source_scope(source: Source) -> Scope:
    return Scope("source", id=source.id, label=source.label)


def search_scope(search: SavedSearch) -> Scope:
    """What one stands in who chose a saved feed."""
    return Scope("feed", search.query, search.id, search.name)
