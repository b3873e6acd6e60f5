"""The sidebar: saved feeds, views, tags with counts, sources in folders."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual.message import Message

from roya_tui.layout.one_line import fit_line
from roya_tui.model import SavedSearch, Source, TagCount
from roya_tui.presentation.headline_rows import Icons
from roya_tui.ui import keys
from roya_tui.ui.cells import measure
from roya_tui.ui.rows import Rows, Run
from roya_tui.ui.shelf import Row, Shelf, Shelved, feed_place
from roya_tui.ui.stops import Stop
from roya_tui.ui.view import Place, View

_AMONG = {"feed": "feeds", "view": "views", "folder": "folders", "source": "sources"}


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

    class Turned(Message):
        """The cursor came to rows for which there are other keys."""

    class AnyAllToggled(Message):
        """The word any | all was clicked."""

    BINDINGS: ClassVar = keys.bindings("sidebar")

    def __init__(self, signs: Icons, rtl: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.signs = signs
        self.rtl = rtl
        self._shelf = Shelf(signs)
        self._rows = self._shelf.rows()
        self._anew = False
        """Whether the tags that are counted next stand in an order of their own."""
        self._as_found = False
        """Whether they stand as they are used in what was found when one came to this view."""
        self.among = "sidebar"
        """What the cursor is among, as `hints.HINTS` names it."""
        self.set_reactive(Rows.cursor, 1)

    # What it shows.

    def show(
        self,
        view: View | None = None,
        counts: Mapping[str, int] | None = None,
        tags: Sequence[TagCount] | None = None,
        sources: Shelved | None = None,
        feeds: Sequence[SavedSearch] | None = None,
        feed_counts: Mapping[int, int] | None = None,
    ) -> None:
        """Show other facts; what is not given stays. The cursor stays on what it stood on, or follows the view."""
        shelf = self._shelf
        followed = view is not None and view.place != shelf.view.place
        shelf.view = shelf.view if view is None else view
        finds = bool(shelf.view.find.strip())
        self._anew |= followed or (self._as_found and not finds)
        if tags is not None and self._anew:  # until then those of the view before stand there
            shelf.order, self._anew, self._as_found = (), False, finds
        shelf.counts = shelf.counts if counts is None else counts
        shelf.tags = shelf.tags if tags is None else tags
        shelf.shelved = shelf.shelved if sources is None else sources
        shelf.feeds = shelf.feeds if feeds is None else feeds
        shelf.feed_counts = shelf.feed_counts if feed_counts is None else feed_counts
        had_tags = any(row.kind == "tag" for row in self._rows)
        self._rebuild()
        if shelf.narrow and not had_tags:
            self.go_to_tags()
        elif followed and not self.has_focus:
            self.go_to_place()

    def forget_tags(self) -> None:
        """Let go of tags that no article has any more: sources went."""
        self._anew = True

    def fold(self, folders: set[str]) -> None:
        """Fold the sources of these folders away."""
        self._shelf.folded = frozenset(folders)
        self._rebuild()

    def carry_folds(self, folder: str, name: str) -> None:
        """Let a folder that is called otherwise now, and those in it, be folded as before; under their names before,
        too: undo gives them back."""
        if not any(known.name == name for known in self._shelf.shelved.folders):
            inside = {known for known in self._shelf.folded if f"{known}/".startswith(f"{folder}/")}
            self._shelf.folded |= {name + known[len(folder) :] for known in inside}
            self.post_message(self.Folded(self._shelf.folded))

    def go_to_place(self) -> None:
        """Put the cursor on the row of what the list shows."""
        self._go_to(lambda row: row.style == "chosen" and row.kind in ("feed", "view", "folder", "source"))

    def narrow_tags(self, text: str) -> None:
        """Show only the tags whose name has `text`; the cursor goes to the first of them."""
        self._shelf.narrow = text
        self._rebuild()
        self.go_to_tags()

    def go_to_tags(self) -> None:
        """Put the cursor on the first tag."""
        self.go_to_tag("")

    def go_to_tag(self, name: str) -> None:
        """Put the cursor on a tag, if it is there; "" is the first."""
        self._go_to(lambda row: row.kind == "tag" and name in ("", row.name))

    def go_to_folder(self, name: str) -> None:
        """Put the cursor on a folder, if it is there."""
        self._go_to(lambda row: row.kind == "folder" and row.name == name)

    def _go_to(self, wanted: Callable[[Row], bool]) -> None:
        """Put the cursor on the first such row, if there is one."""
        for number, row in enumerate(self._rows):
            if wanted(row):
                self.cursor = number
                return

    def step_tag(self, by: int) -> None:
        """Move to the next tag, or the one before; never beyond the tags."""
        row = self.cursor + by
        if 0 <= row < len(self._rows) and self._rows[row].kind == "tag":
            self.cursor = row

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
        return [tag.name for tag in self._shelf.tags]

    @property
    def sources(self) -> Sequence[Source]:
        """The sources that it shows."""
        return self._shelf.shelved.sources

    @property
    def feeds(self) -> Sequence[SavedSearch]:
        """The saved feeds that it shows."""
        return self._shelf.feeds

    @property
    def narrow(self) -> str:
        """What narrows the tags."""
        return self._shelf.narrow

    def show_all_tags(self, all_tags: bool) -> None:
        """Show the rare tags as well, or no longer."""
        self._shelf.all_tags = all_tags
        self._rebuild()

    def _rebuild(self) -> None:
        stood, before = self.current, self._rows
        self._rows = self._shelf.rows()
        if len(before) == len(self._rows):  # counts come often, and change few rows
            for number in (n for n, pair in enumerate(zip(before, self._rows, strict=True)) if pair[0] != pair[1]):
                self.changed_row(number)
        else:
            self.changed()
        if stood is not None and self.current != stood:
            for number, row in enumerate(self._rows):
                if row.key == stood.key:
                    self.cursor = number
                    break
            else:
                self.step(0)
        self.moved()

    def moved(self) -> None:
        among = _AMONG.get(self.current.kind, "sidebar") if self.current is not None else "sidebar"
        if among != self.among:
            self.among = among
            self.post_message(self.Turned())

    def stops(self) -> list[Stop]:
        """The saved feeds, folders and sources in their order, those that are folded away too."""
        return self._shelf.stops()

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
        text, _ = fit_line(item.text, room, measure, self.rtl, self.signs.ellipsis)
        gap = " " * (room - measure(text) + 1)
        dim = item.kind in ("source", "folder") and not item.count and item.style == "text"
        return [mark, (lead, "sign" if item.style == "text" else item.style),
                (text + gap, "dim" if dim else item.style), (number, "count")]  # fmt: skip

    def _header(self, item: Row, width: int) -> list[Run]:
        if item.sign != "any|all":
            return [(item.text, "header")]
        any_tag = self._shelf.view.any_tag
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
            case "folder" if self._shelf.view.place == Place("folder", row.name):
                self.toggle_folder(row.name)
            case "folder":
                self.post_message(self.Chosen(Place("folder", row.name)))
            case "more":
                self.show_all_tags(not self._shelf.all_tags)
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
        self._shelf.folded ^= {name}
        self._rebuild()
        self.post_message(self.Folded(self._shelf.folded))

    def clicked(self, row: int, x: int, times: int) -> None:
        item = self._rows[row]
        if item.sign == "any|all":
            self.post_message(self.AnyAllToggled())
        elif item.kind == "folder" and x <= 2 + item.indent:
            self.toggle_folder(item.name)
        else:
            self._choose(item)
