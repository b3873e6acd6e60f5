"""What the sidebar says, row by row, as values without Textual."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from sqlite3 import Connection
from typing import NamedTuple

from msgspec import Struct

from roya_tui.model import SavedSearch, Source, TagCount
from roya_tui.presentation.headline_rows import ASCII_ICONS, Icons
from roya_tui.presentation.search_icons import icon
from roya_tui.store.sources import subscriptions
from roya_tui.text import fold, sort_key
from roya_tui.ui.stops import Stop
from roya_tui.ui.view import VIEWS, Place, View

DEEPEST = 6
"""Folders in each other that have rows of their own; what lies deeper stands in the last of them."""
MOST_TAGS = 20
"""Tags shown while nobody looks for one: the sources are to stay in reach."""


class Row(Struct, frozen=True):
    """One row: what it says, what stands for it, how many articles, and what choosing it means."""

    kind: str
    """"header", "feed", "view", "tag", "more" (tags), "folder", "source" or "note"."""
    text: str = ""
    sign: str = ""
    count: int | None = None
    name: str = ""
    source: int = 0
    """The number of the source, or of the feed."""
    style: str = "text"
    indent: int = 0

    @property
    def key(self) -> tuple[str, int | str]:
        """What stays the same of a row, whatever it says."""
        return (self.kind, self.source or self.name)


class Folder(NamedTuple):
    """A folder, or ("") what is in none."""

    name: str
    unread: int
    """Of all that is in it, in folders in it too."""
    sources: list[Source]

    @property
    def around(self) -> list[str]:
        """The folders that it is in, the outermost first."""
        return _outer(self.name)[:-1]


def _outer(name: str) -> list[str]:
    """The folders that a folder is in, and itself: of what lies deeper than `DEEPEST` only itself."""
    parts = name.split("/", DEEPEST - 1)
    return ["/".join(parts[: n + 1]) for n in range(len(parts))]


def folders(known: Sequence[Source]) -> list[Folder]:
    """Return all folders, each followed by those in it, and last what is in none.

    The time it takes grows with the sources and not with how deep they lie: a list of subscriptions may be of any make.
    """
    members: dict[str, list[Source]] = {}
    for source in sorted(known, key=lambda source: sort_key(source.label)):
        members.setdefault(source.folder, []).append(source)
    names = {outer for name in members for outer in _outer(name)}
    unread = _unread(names, members)

    ordered = sorted(names, key=lambda name: (name == "", [sort_key(p) for p in name.split("/", DEEPEST - 1)], name))
    return [Folder(name, unread[name], members.get(name, [])) for name in ordered]


class Shelved(NamedTuple):
    """All sources, and the folders that they make."""

    sources: Sequence[Source]
    folders: Sequence[Folder]


def in_folders(known: Sequence[Source]) -> Shelved:
    """Return sources as they stand in the sidebar; thousands take longer than a key may."""
    return Shelved(known, folders(known))


def shelved(db: Connection) -> Shelved:
    """Return all sources as they stand there."""
    return in_folders(subscriptions.list_all(db))


def _unread(names: Set[str], members: Mapping[str, Sequence[Source]]) -> dict[str, int]:
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


class Shelf:
    """All that the sidebar knows; `rows` are what it says of that."""

    def __init__(self, signs: Icons) -> None:
        self.signs = signs
        self.view = View()
        self.counts: Mapping[str, int] = {}
        self.tags: Sequence[TagCount] = ()
        self.feeds: Sequence[SavedSearch] = ()
        self.feed_counts: Mapping[int, int] = {}
        self.folded: frozenset[str] = frozenset()
        self.narrow = ""
        self.order: tuple[str, ...] = ()
        """The tags as they stand: they do not change places while one reads."""
        self.all_tags = False
        """Whether the rare tags are shown as well."""
        self._folded: dict[str, str] = {}
        """Names of tags as they are looked for: the next letter looks for the same ones."""
        self.shelved = Shelved((), ())
        self._made: tuple[Shelved, tuple[frozenset[str], Place], list[Row]] | None = None
        """The rows of sources, and of what they were made: most of what is shown anew leaves thousands alone."""

    def rows(self) -> list[Row]:
        """All rows, from the top."""
        browse = [Row("header", "Browse"), *self._view_rows()]
        return [*self._feed_rows(), *browse, *self._tag_rows(), *self._source_rows()]

    def _chosen(self, place: Place) -> str:
        """The style of the row that stands for `place`."""
        return "chosen" if self.view.place == place else "text"

    def _feed_rows(self) -> list[Row]:
        return [Row("header", "Saved feeds"), *map(self._feed_row, self.feeds)] if self.feeds else []

    def _feed_row(self, feed: SavedSearch) -> Row:
        if feed.problem:
            return Row("feed", f"{feed.name}: broken", self.signs.failed, None, feed.query, feed.id, "failed")
        sign = icon(feed.icon, ascii=self.signs == ASCII_ICONS)
        style = self._chosen(feed_place(feed))
        return Row("feed", feed.name, sign, self.feed_counts.get(feed.id), feed.query, feed.id, style)

    def _view_rows(self) -> list[Row]:
        known = self.signs
        signs = (known.unread, known.all, known.starred, known.changed, known.today)
        return [
            Row("view", name.capitalize(), sign, self.counts.get(name), name, style=self._chosen(Place(name=name)))
            for name, sign in zip(VIEWS, signs, strict=True)
        ]

    def _tag_rows(self) -> list[Row]:
        view = self.view
        counts = {tag.name: tag.total for tag in self.tags}
        stood = tuple(name for name in self.order if name in counts or not view.find.strip())
        self.order = tuple(dict.fromkeys((*stood, *counts)))
        chosen = [*view.only, *view.never]
        names = [*chosen, *(name for name in self.order if name not in chosen)]
        wanted = fold(self.narrow)
        found = names
        if wanted:
            self._folded = folded = {name: self._folded.get(name) or fold(name) for name in names}
            found = [name for name in names if wanted in folded[name]]
            found.sort(key=lambda name: folded[name] != wanted)  # who types all of a name means that one
        rows = [self._tag_row(name, counts.get(name, 0)) for name in found]
        if not rows:
            rows = [Row("note", "none here has that" if wanted else "none here", style="dim")]
        most = len(rows) if wanted else max(len(chosen), MOST_TAGS)
        if len(rows) > most:
            sign = self.signs.expanded if self.all_tags else self.signs.collapsed
            more = Row("more", f"{len(rows) - most:,} rarer", sign, style="dim")
            rows = [*rows[:most], more, *(rows[most:] if self.all_tags else [])]
        return [Row("header", "Tags", sign="any|all", name="any" if view.any_tag else "all"), *rows]

    def _tag_row(self, name: str, count: int) -> Row:
        if name in self.view.only:
            return Row("tag", name, self.signs.only, count, name, style="chosen")
        if name in self.view.never:
            return Row("tag", name, self.signs.never, count, name, style="never")
        return Row("tag", name, "", count, name)

    def _source_rows(self) -> list[Row]:
        known, made_of = self.shelved, (self.folded, self.view.place)
        if self._made is None or self._made[0] is not known or self._made[1] != made_of:
            self._made = known, made_of, self._make_source_rows()
        return self._made[2]

    def _make_source_rows(self) -> list[Row]:
        rows = [Row("header", "Sources")]
        for folder in self.shelved.folders:
            if self.folded and not self.folded.isdisjoint(folder.around):
                continue
            depth = min(folder.name.count("/"), DEEPEST - 1)
            if folder.name:
                sign = self.signs.collapsed if folder.name in self.folded else self.signs.expanded
                style = self._chosen(Place("folder", folder.name))
                text = folder.name.split("/", DEEPEST - 1)[-1]
                rows.append(Row("folder", text, sign, folder.unread, folder.name, style=style, indent=depth))
            if folder.name not in self.folded:
                rows += [self._source_row(source, depth + 1 if folder.name else 0) for source in folder.sources]
        if len(rows) == 1:
            rows.append(Row("note", "none yet: a adds one", style="dim"))
        return rows

    def _source_row(self, source: Source, indent: int) -> Row:
        here = self.view.place
        chosen = here.kind == "source" and here == _place_of(source)
        return Row(
            "source",
            source.label,
            sign=self.signs.failed if source.error else "",
            count=source.unread,
            name=source.label,
            source=source.id,
            style="chosen" if chosen else "failed" if source.error else "text",
            indent=indent,
        )

    def stops(self) -> list[Stop]:
        """The saved feeds, folders and sources in their order, those that are folded away too."""
        feeds = [Stop(feed_place(feed), self.feed_counts.get(feed.id, 0)) for feed in self.feeds if not feed.problem]
        return [*feeds, *self._stops()]

    def _stops(self) -> Iterator[Stop]:
        for folder in self.shelved.folders:
            if folder.name:
                yield Stop(Place("folder", folder.name), folder.unread)
            yield from (Stop(_place_of(source), source.unread, folder.name) for source in folder.sources)


def _place_of(source: Source) -> Place:
    return Place("source", source=source.id, label=source.label)


def feed_place(feed: SavedSearch) -> Place:
    """What one stands in who chose a saved feed."""
    return Place("feed", feed.query, feed.id, feed.name)
