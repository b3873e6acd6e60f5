"""The sidebar: saved feeds, views, tags with counts, sources in folders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from textual.message import Message

from roya_tui.model import SavedFeed, Source, TagCount
from roya_tui.reading.headline import ASCII, Signs
from roya_tui.reading.icons import icon
from roya_tui.reading.oneline import line
from roya_tui.text import fold
from roya_tui.ui import keys
from roya_tui.ui.cells import measure
from roya_tui.ui.rows import Rows, Run
from roya_tui.ui.stops import Stop
from roya_tui.ui.view import VIEWS, Place, View

MOST_TAGS = 20
"""Tags shown while nobody looks for one: the sources are to stay in reach."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what it says, what stands for it, how many articles, and what choosing it means."""

    kind: str
    """"header", "feed", "view", "tag", "folder", "source" or "note"."""
    text: str = ""
    sign: str = ""
    count: int | None = None
    name: str = ""
    source: int = 0
    """The number of the source, or of the feed."""
    style: str = "text"
    indent: int = 0

    @property
    def key(self) -> tuple[str, int | str, int]:
        """What stays the same of a row, whatever it says."""
        return (self.kind, self.source or self.name, self.source)


class Sidebar(Rows):
    """Draws what the screen tells it and posts what the person chooses."""

    class Chosen(Message):
        """A view, folder or source was chosen."""

        def __init__(self, place: Place) -> None:
            self.place = place
            super().__init__()

    class TagToggled(Message):
        """A tag was asked for (`only`) or ruled out."""

        def __init__(self, tag: str, only: bool) -> None:
            self.tag = tag
            self.only = only
            super().__init__()

    class Folded(Message):
        """Other folders than before are folded away."""

        def __init__(self, folders: frozenset[str]) -> None:
            self.folders = folders
            super().__init__()

    class FeedMoved(Message):
        """A saved feed is to stand so many places further down."""

        def __init__(self, feed: int, by: int) -> None:
            self.feed = feed
            self.by = by
            super().__init__()

    class AnyAllToggled(Message):
        """The word any | all was clicked."""

    BINDINGS: ClassVar = keys.bindings("sidebar")

    def __init__(self, signs: Signs, rtl: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.signs = signs
        self.rtl = rtl
        self.narrow = ""
        self._view = View()
        self._counts: Mapping[str, int] = {}
        self._tags: Sequence[TagCount] = ()
        self.sources: Sequence[Source] = ()
        self.feeds: Sequence[SavedFeed] = ()
        self._feed_counts: Mapping[int, int] = {}
        self._folded: set[str] = set()
        self._order: tuple[str, ...] = ()
        """The tags as they stand: they do not change places while one reads."""
        self.all_tags = False
        """Whether the rare tags are shown as well: while one narrows them."""
        self._rows: list[Row] = []
        self._build()
        self.set_reactive(Rows.cursor, 1)

    # What it shows.

    def show(
        self,
        view: View | None = None,
        counts: Mapping[str, int] | None = None,
        tags: Sequence[TagCount] | None = None,
        sources: Sequence[Source] | None = None,
        feeds: Sequence[SavedFeed] | None = None,
        feed_counts: Mapping[int, int] | None = None,
    ) -> None:
        """Show other facts; what is not given stays. The cursor stays on what it stood on, or follows the view."""
        followed = view is not None and view.place != self._view.place
        if followed:
            self._order = ()
        self._view = self._view if view is None else view
        self._counts = self._counts if counts is None else counts
        self._tags = self._tags if tags is None else tags
        self.sources = self.sources if sources is None else sources
        self.feeds = self.feeds if feeds is None else feeds
        self._feed_counts = self._feed_counts if feed_counts is None else feed_counts
        had_tags = any(row.kind == "tag" for row in self._rows)
        self._rebuild()
        if self.narrow and not had_tags:
            self.go_to_tags()
        elif followed and not self.has_focus:
            self._go_to_place()

    def forget_tags(self) -> None:
        """Let go of tags that no article has any more: sources went."""
        self._order = ()

    def fold(self, folders: set[str]) -> None:
        """Fold the sources of these folders away."""
        self._folded = folders
        self._rebuild()

    def _go_to_place(self) -> None:
        """Put the cursor on the row of what the list shows."""
        for number, row in enumerate(self._rows):
            if row.style == "chosen" and row.kind in ("feed", "view", "folder", "source"):
                self.cursor = number
                return

    def narrow_tags(self, text: str) -> None:
        """Show only the tags whose name has `text`; the cursor goes to the first of them."""
        self.narrow = text
        self._rebuild()
        self.go_to_tags()

    def go_to_tags(self) -> None:
        """Put the cursor on the first tag."""
        for number, row in enumerate(self._rows):
            if row.kind == "tag":
                self.cursor = number
                return

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if self.selectable(self.cursor) else None

    @property
    def current_tag(self) -> str:
        """The tag under the cursor, "" on anything else."""
        return self.current.name if self.current and self.current.kind == "tag" else ""

    @property
    def known_tags(self) -> list[str]:
        """The tags of what is shown, the most used first."""
        return [tag.name for tag in self._tags]

    def _rebuild(self) -> None:
        stood = self.current
        self._build()
        self.changed()
        if stood is not None and self.current != stood:
            for number, row in enumerate(self._rows):
                if row.key == stood.key:
                    self.cursor = number
                    break
            else:
                self.step(0)

    def _build(self) -> None:
        browse = [Row("header", "Browse"), *self._view_rows()]
        self._rows = [*self._feed_rows(), *browse, *self._tag_rows(), *self._source_rows()]

    def _feed_rows(self) -> list[Row]:
        return [Row("header", "Saved feeds"), *map(self._feed_row, self.feeds)] if self.feeds else []

    def _feed_row(self, feed: SavedFeed) -> Row:
        sign = icon(feed.icon, ascii=self.signs == ASCII)
        if feed.problem:
            return Row("feed", f"{feed.name}: broken", self.signs.failed, None, feed.query, feed.id, "failed")
        place = feed_place(feed)
        return Row("feed", feed.name, sign, self._feed_counts.get(feed.id), feed.query, feed.id, self._chosen(place))

    def _view_rows(self) -> list[Row]:
        known = self.signs
        signs = (known.unread, known.all, known.starred, known.changed, known.today)
        return [
            Row("view", name.capitalize(), sign, self._counts.get(name), name, style=self._chosen(Place(name=name)))
            for name, sign in zip(VIEWS, signs, strict=True)
        ]

    def _chosen(self, place: Place, otherwise: str = "text") -> str:
        """The style of the row that stands for `place`."""
        return "chosen" if self._view.place == place else otherwise

    def _tag_rows(self) -> list[Row]:
        view = self._view
        counts = {tag.name: tag.total for tag in self._tags}
        stood = tuple(name for name in self._order if name in counts or not view.find.strip())
        self._order = tuple(dict.fromkeys((*stood, *counts)))
        chosen = [*view.only, *view.never]
        names = [*chosen, *(name for name in self._order if name not in chosen)]
        wanted = fold(self.narrow)
        found = [name for name in names if not wanted or wanted in fold(name)]
        shown = found if self.all_tags else found[: max(len(chosen), MOST_TAGS)]
        rows = [self._tag_row(name, counts.get(name, 0)) for name in shown]
        if not rows:
            rows = [Row("note", "no tag has that" if wanted else "none yet", style="dim")]
        if len(shown) < len(found):
            rows.append(Row("note", f"{len(found) - len(shown):,} more: t", style="dim"))
        return [Row("header", "Tags", sign="any|all"), *rows]

    def _tag_row(self, name: str, count: int) -> Row:
        if name in self._view.only:
            return Row("tag", name, self.signs.only, count, name, style="chosen")
        if name in self._view.never:
            return Row("tag", name, self.signs.never, count, name, style="never")
        return Row("tag", name, "", count, name)

    def _source_rows(self) -> list[Row]:
        rows = [Row("header", "Sources")]
        for folder, members in self._folders():
            if folder:
                sign = self.signs.closed if folder in self._folded else self.signs.open
                unread = sum(source.unread for source in members)
                rows.append(Row("folder", folder, sign, unread, folder, style=self._chosen(Place("folder", folder))))
            if folder not in self._folded:
                rows += [self._source_row(source) for source in members]
        if len(rows) == 1:
            rows.append(Row("note", "none yet: a adds one", style="dim"))
        return rows

    def _folders(self) -> Iterator[tuple[str, list[Source]]]:
        """The sources of each folder in their order, those in none ("") last."""
        ordered = sorted(self.sources, key=lambda s: (s.folder == "", fold(s.folder), fold(s.label)))
        for folder, group in groupby(ordered, key=lambda s: s.folder):
            yield folder, list(group)

    def stops(self) -> list[Stop]:
        """The folders and sources in their order, those that are folded away too."""
        found = []
        for folder, members in self._folders():
            if folder:
                found.append(Stop(Place("folder", folder), sum(source.unread for source in members)))
            found += [Stop(_place_of(source), source.unread, folder) for source in members]
        return found

    def _source_row(self, source: Source) -> Row:
        place = _place_of(source)
        return Row(
            "source",
            source.label,
            sign=self.signs.failed if source.error else "",
            count=source.unread,
            name=source.label,
            source=source.id,
            style=self._chosen(place, "failed" if source.error else "text"),
            indent=1 if source.folder else 0,
        )

    # How it is drawn, and what choosing does.

    def count(self) -> int:
        return len(self._rows)

    def selectable(self, row: int) -> bool:
        return 0 <= row < len(self._rows) and self._rows[row].kind not in ("header", "note")

    def runs(self, row: int, width: int, here: bool) -> list[Run]:
        item = self._rows[row]
        mark = (self.signs.cursor if here and self.selectable(row) else " ", "pointer")
        if item.kind == "header":
            return [(" ", "header"), *self._header(item, width - 2)]
        number = "" if item.count is None else f"{item.count:,}"
        lead = " " * item.indent + (item.sign or " ") + " "
        room = max(1, width - 1 - measure(lead) - len(number) - 1)
        text, _ = line(item.text, room, measure, self.rtl, self.signs.more)
        gap = " " * (room - measure(text) + 1)
        dim = item.kind in ("source", "folder") and not item.count and item.style == "text"
        return [mark, (lead, "sign" if item.style == "text" else item.style),
                (text + gap, "dim" if dim else item.style), (number, "count")]  # fmt: skip

    def _header(self, item: Row, width: int) -> list[Run]:
        if item.sign != "any|all":
            return [(item.text, "header")]
        any_tag = self._view.any_tag
        gap = " " * max(1, width - len(item.text) - len("any | all"))
        return [(item.text + gap, "header"), ("any", "chosen" if any_tag else "dim"), (" | ", "dim"),
                ("all", "dim" if any_tag else "chosen")]  # fmt: skip

    def action_open(self) -> None:
        if self.current is not None:
            self._choose(self.current)

    def _choose(self, row: Row) -> None:
        match row.kind:
            case "feed":
                self.post_message(self.Chosen(feed_place(next(feed for feed in self.feeds if feed.id == row.source))))
            case "view":
                self.post_message(self.Chosen(Place(name=row.name)))
            case "source":
                self.post_message(self.Chosen(Place("source", source=row.source, label=row.text)))
            case "folder" if self._view.place == Place("folder", row.name):
                self.toggle_folder(row.name)
            case "folder":
                self.post_message(self.Chosen(Place("folder", row.name)))
            case "tag":
                self.post_message(self.TagToggled(row.name, only=True))

    def action_feed_up(self) -> None:
        self._move_feed(-1)

    def action_feed_down(self) -> None:
        self._move_feed(1)

    def _move_feed(self, by: int) -> None:
        if self.current is not None and self.current.kind == "feed":
            self.post_message(self.FeedMoved(self.current.source, by))

    def toggle_folder(self, name: str) -> None:
        """Fold the sources of a folder away, or show them again."""
        self._folded = self._folded ^ {name}
        self._rebuild()
        self.post_message(self.Folded(frozenset(self._folded)))

    def clicked(self, row: int, x: int, times: int) -> None:
        item = self._rows[row]
        if item.sign == "any|all":
            self.post_message(self.AnyAllToggled())
        elif item.kind == "folder" and x <= 2:
            self.toggle_folder(item.name)
        else:
            self._choose(item)


def _place_of(source: Source) -> Place:
    return Place("source", source=source.id, label=source.label)


def feed_place(feed: SavedFeed) -> Place:
    """What one stands in who chose a saved feed."""
    return Place("feed", feed.query, feed.id, feed.name)
