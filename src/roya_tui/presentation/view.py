"""What the headline list shows, as one value: a view or a source, chosen tags, words to find, an order.

No Textual here: the sidebar, the find bar and the command line all end in one `Query`, and this is where the
screen's part of it is put together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from roya_tui import query as q
from roya_tui.layout.bidi.controls import isolate, join_isolated

VIEWS = ("unread", "all", "starred", "updated", "today")
ORDERS = ("newest", "oldest", "source", "unread")
ORDER_NAMES = {"newest": "newest first", "oldest": "oldest first", "source": "by source", "unread": "unread first"}

NO_ARTICLES = "No articles yet. R fetches, a adds a source."
_EMPTY_TEXTS = {
    "unread": "All read. 2 shows everything.",
    "all": NO_ARTICLES,
    "starred": "Nothing starred. s stars an article.",
    "updated": "Articles that change after you read them come here.",
    "today": "Nothing from today yet. R refreshes, 2 shows everything.",
}


class Scope(Struct, frozen=True):
    """What one stands in: a view, a source, a folder, a saved feed, a query given by hand, or the briefing."""

    kind: str = "view"
    name: str = "unread"
    """The view's name, the folder's, the text of the query or the feed, or since when the briefing tells."""
    id: int = 0
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
                return q.in_source(self.id)
            case "folder":
                return q.in_folder(self.name)
            case "query" | "feed":
                return q.parse(self.name, now)
            case "briefing":
                return q.all_of(q.view("unread"), q.came(q.VISIT) if self.name == q.VISIT else q.since(self.name))
            case _:
                return q.view(self.name)


class View(Struct, frozen=True):
    """All that narrows the headline list."""

    scope: Scope = Scope()
    required_tags: tuple[str, ...] = ()
    excluded_tags: tuple[str, ...] = ()
    matches_any_tag: bool = False
    search_text: str = ""
    order: str = ""
    """One of `ORDERS`; "" is what the query asks for: newest first, or the best first while finding."""

    def with_tag_toggled(self, tag: str, *, only: bool) -> View:
        """The same with `tag` required (or ruled out), or no longer so if it was."""
        kept, other = (self.required_tags, self.excluded_tags) if only else (self.excluded_tags, self.required_tags)
        kept = tuple(t for t in kept if t != tag) if tag in kept else (*kept, tag)
        other = tuple(t for t in other if t != tag)
        return replace(self, required_tags=kept if only else other, excluded_tags=other if only else kept)

    @property
    def applies_daily_limits(self) -> bool:
        """Whether news of several sources run by here, by their times: there some may have few rows a day. Who looks
        for words, or into one source, or at what was starred, wants to see all."""
        place = self.scope
        several = place.kind in ("folder", "feed") or (
            place.kind == "view" and place.name in ("unread", "all", "today")
        )
        return several and not self.search_text.strip() and self.order in ("", "newest", "oldest")

    def title(self, minus: str = "−", separator: str = "·") -> str:
        """The view in words: `Unread · +economy −sport · water`."""
        marks = [f"+{isolate(tag)}" for tag in self.required_tags] + [
            f"{minus}{isolate(tag)}" for tag in self.excluded_tags
        ]
        if len(self.required_tags) > 1:
            marks.insert(0, "any of" if self.matches_any_tag else "all of")
        return join_isolated(
            [part for part in (self.scope.title, " ".join(marks), self.search_text.strip()) if part], f" {separator} "
        )

    def empty_text(self, *, typing: bool = False, correction: str = "") -> str:
        """What the list says where nothing is found: why that is, and what to do, as one types or later.

        `meant` is what was probably meant by the words to find.
        """
        if correction:
            key = "tab" if typing else "/ and then tab"
            return f"Nothing is found here. Did you mean “{correction}”? {key} writes it, esc goes back."
        if self.search_text.strip():
            key = "enter and then 2" if typing else "2"
            elsewhere = "" if self.scope == Scope(name="all") else f" {key} looks in everything,"
            return f"Nothing is found here.{elsewhere} esc goes back."
        if self.scope.kind in ("query", "feed"):
            return "Nothing is found by this. 1 shows the unread, / finds something else."
        if self.required_tags or self.excluded_tags:
            return "Nothing with these tags here. esc, then 1 or 2 shows the rest."
        return (
            _EMPTY_TEXTS[self.scope.name] if self.scope.kind == "view" else "Nothing here yet. r refreshes this source."
        )

    def query(self, now: int) -> q.Query:
        """The query to run. Raises QueryError when the words to find are no valid query."""
        asked = self.scope.query(now)
        if self.required_tags:
            tags = [q.tag(name) for name in self.required_tags]
            asked = q.all_of(asked, q.any_of(*tags) if self.matches_any_tag else q.all_of(*tags))
        for name in self.excluded_tags:
            asked = q.all_of(asked, q.negate(q.tag(name)))
        if self.search_text.strip():
            asked = q.all_of(asked, q.parse(self.search_text, now))
        return q.sorted_by(asked, self.order) if self.order else asked

    def lenient_query(self, now: int) -> q.Query:
        """The query; where the words to find are none, as far as they go, or else what it would be without them."""
        try:
            return self.query(now)
        except q.QueryError:
            from roya_tui.query.completion import finish_partial

            return replace(self, search_text=finish_partial(self.search_text, now) or "").query(now)


EXHAUSTIVE_VIEWS = ("unread", "all")
"""Views that leave nothing unread elsewhere."""


class SidebarScope(NamedTuple):
    """A saved feed, folder or source as it stands in the sidebar."""

    scope: Scope
    unread: int
    folder: str = ""
    """Of a source, the folder that it is in."""


def next_scopes(scopes: Sequence[SidebarScope], current: Scope, direction: int) -> list[Scope]:
    """Return the places with something unread that follow `here` (or, with -1, go before it, the nearest first).

    Whoever reads source by source goes on so; whoever reads whole folders, or a view such as Today, goes on with
    folders and with the sources that are in none; whoever reads saved feeds, with those first.
    """
    if current.kind in ("query", "briefing") or (current.kind == "view" and current.name in EXHAUSTIVE_VIEWS):
        return []
    line = [stop for stop in scopes if _is_reachable(stop, current.kind)]
    at = next((number for number, stop in enumerate(line) if _are_same(stop.scope, current)), -1)
    following = line[at + 1 :] if direction > 0 else line[: max(at, 0)][::-1]
    return [stop.scope for stop in following if stop.unread and not _are_nested(stop.scope, current)]


def _is_reachable(candidate: SidebarScope, current_kind: str) -> bool:
    """Whether one may come there from a place of that kind."""
    match candidate.scope.kind:
        case "feed":
            return current_kind == "feed"
        case "source":
            return current_kind == "source" or not candidate.folder
        case _:
            return current_kind != "source"


def _are_nested(one: Scope, other: Scope) -> bool:
    """Whether one of two folders is in the other: what is in both was read already."""
    names = sorted((one.name, other.name), key=len)
    return one.kind == other.kind == "folder" and names[1].startswith(f"{names[0]}/")


def _are_same(one: Scope, other: Scope) -> bool:
    """Whether they are one place, whatever it is called now."""
    by_number = one.kind in ("source", "feed")
    return one.kind == other.kind and (one.id == other.id if by_number else one.name == other.name)
