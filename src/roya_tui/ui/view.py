"""What the headline list shows, as one value: a view or a source, chosen tags, words to find, an order.

No Textual here: the sidebar, the find bar and the command line all end in one `Query`, and this is where the
screen's part of it is put together.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from roya_tui import query as q
from roya_tui.layout.bidi.controls import isolate, join_isolated

VIEWS = ("unread", "all", "starred", "updated", "today")
ORDERS = ("newest", "oldest", "source", "unread")
ORDER_NAMES = {"newest": "newest first", "oldest": "oldest first", "source": "by source", "unread": "unread first"}

NO_ARTICLES = "No articles yet. R fetches, a adds a source."
_EMPTY = {
    "unread": "All read. 2 shows everything.",
    "all": NO_ARTICLES,
    "starred": "Nothing starred. s stars an article.",
    "updated": "Articles that change after you read them come here.",
    "today": "Nothing from today yet. R refreshes, 2 shows everything.",
}


class Place(Struct, frozen=True):
    """What one stands in: a view, a source, a folder, a saved feed, a query given by hand, or the briefing."""

    kind: str = "view"
    name: str = "unread"
    """The view's name, the folder's, the text of the query or the feed, or since when the briefing tells."""
    source: int = 0
    """The number of the source, or of the feed."""
    label: str = ""

    @property
    def title(self) -> str:
        """What the list's frame says."""
        return self.label or self.name.capitalize()

    def query(self, now: int) -> q.Query:
        """The articles that stand here. Raises QueryError for a query that is none."""
        match self.kind:
            case "source":
                return q.in_source(self.source)
            case "folder":
                return q.in_folder(self.name)
            case "query" | "feed":
                return q.parse(self.name, now)
            case "briefing":
                return q.both(q.view("unread"), q.came(q.VISIT) if self.name == q.VISIT else q.since(self.name))
            case _:
                return q.view(self.name)


class View(Struct, frozen=True):
    """All that narrows the headline list."""

    place: Place = Place()
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    any_tag: bool = False
    find: str = ""
    order: str = ""
    """One of `ORDERS`; "" is what the query asks for: newest first, or the best first while finding."""

    def toggled(self, tag: str, *, only: bool) -> View:
        """The same with `tag` required (or ruled out), or no longer so if it was."""
        kept, other = (self.only, self.never) if only else (self.never, self.only)
        kept = tuple(t for t in kept if t != tag) if tag in kept else (*kept, tag)
        other = tuple(t for t in other if t != tag)
        return replace(self, only=kept if only else other, never=other if only else kept)

    @property
    def is_stream(self) -> bool:
        """Whether news of several sources run by here, by their times: there some may have few rows a day. Who looks
        for words, or into one source, or at what was starred, wants to see all."""
        place = self.place
        several = place.kind in ("folder", "feed") or (
            place.kind == "view" and place.name in ("unread", "all", "today")
        )
        return several and not self.find.strip() and self.order in ("", "newest", "oldest")

    def title(self, never: str = "−", dot: str = "·") -> str:
        """The view in words: `Unread · +economy −sport · water`."""
        marks = [f"+{isolate(tag)}" for tag in self.only] + [f"{never}{isolate(tag)}" for tag in self.never]
        if len(self.only) > 1:
            marks.insert(0, "any of" if self.any_tag else "all of")
        return join_isolated(
            [part for part in (self.place.title, " ".join(marks), self.find.strip()) if part], f" {dot} "
        )

    def nothing(self, *, typing: bool = False, meant: str = "") -> str:
        """What the list says where nothing is found: why that is, and what to do, as one types or later.

        `meant` is what was probably meant by the words to find.
        """
        if meant:
            key = "tab" if typing else "/ and then tab"
            return f"Nothing is found here. Did you mean “{meant}”? {key} writes it, esc goes back."
        if self.find.strip():
            key = "enter and then 2" if typing else "2"
            elsewhere = "" if self.place == Place(name="all") else f" {key} looks in everything,"
            return f"Nothing is found here.{elsewhere} esc goes back."
        if self.place.kind in ("query", "feed"):
            return "Nothing is found by this. 1 shows the unread, / finds something else."
        if self.only or self.never:
            return "Nothing with these tags here. esc, then 1 or 2 shows the rest."
        return _EMPTY[self.place.name] if self.place.kind == "view" else "Nothing here yet. r refreshes this source."

    def query(self, now: int) -> q.Query:
        """The query to run. Raises QueryError when the words to find are no valid query."""
        asked = self.place.query(now)
        if self.only:
            tags = [q.tag(name) for name in self.only]
            asked = q.both(asked, q.any_of(*tags) if self.any_tag else q.all_of(*tags))
        for name in self.never:
            asked = q.both(asked, q.negate(q.tag(name)))
        if self.find.strip():
            asked = q.both(asked, q.parse(self.find, now))
        return q.sorted_by(asked, self.order) if self.order else asked

    def asked(self, now: int) -> q.Query:
        """The query; where the words to find are none, as far as they go, or else what it would be without them."""
        try:
            return self.query(now)
        except q.QueryError:
            from roya_tui.query.completion import finish_partial

            return replace(self, find=finish_partial(self.find, now) or "").query(now)
