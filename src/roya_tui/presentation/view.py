"""The content of the headline list as one value: a view or source, a tag filter, search words and an order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from roya_tui import query as q
from roya_tui.layout.bidi.controls import isolate, join_isolated
from roya_tui.translation import gettext, gettext_noop, join_sentences

VIEWS = {
    "unread": gettext_noop("Unread"),
    "all": gettext_noop("All"),
    "starred": gettext_noop("Starred"),
    "updated": gettext_noop("Updated"),
    "today": gettext_noop("Today"),
    "episodes": gettext_noop("Episodes"),
}
"""The titles of views."""
ORDERS = ("newest", "oldest", "source", "unread")

NO_ARTICLES = gettext_noop("No articles yet. R: refresh   a: add a source")
_EMPTY_TEXTS = {
    "unread": gettext_noop("No unread articles. 2: show all"),
    "all": NO_ARTICLES,
    "starred": gettext_noop("No starred articles. Press s to star one."),
    "updated": gettext_noop("No articles were edited since you read them. 2: show all"),
    "today": gettext_noop("No articles from today. R: refresh   2: show all"),
    "episodes": gettext_noop("No articles with audio or video. 2: show all"),
}
_NO_MATCHES = {
    "unread": gettext_noop("No unread articles match “{query}”."),
    "all": gettext_noop("No articles match “{query}”."),
    "starred": gettext_noop("No starred articles match “{query}”."),
    "updated": gettext_noop("No articles edited since you read them match “{query}”."),
    "today": gettext_noop("No articles from today match “{query}”."),
    "episodes": gettext_noop("No articles with audio or video match “{query}”."),
}


LAST_DAYS = "6d"
"""The last seven days, today included, as a period of the briefing."""
PERIODS = ("today", q.LAST_SESSION, LAST_DAYS)
"""Since when a briefing may count, in the order of the key that switches."""
_BRIEFING_TITLES = {
    "today": gettext_noop("Briefing, today"),
    q.LAST_SESSION: gettext_noop("Briefing, since your last session"),
    LAST_DAYS: gettext_noop("Briefing, last 7 days"),
}
_EMPTY_BRIEFINGS = {
    "today": gettext_noop("No unread articles from today."),
    q.LAST_SESSION: gettext_noop("No unread articles since your last session."),
    LAST_DAYS: gettext_noop("No unread articles from the last 7 days."),
}


class Scope(Struct, frozen=True):
    """What is open: a view, a source, a folder, a saved search ("search"), a typed query, or the briefing."""

    kind: str = "view"
    name: str = "unread"
    """The name of the view or folder, the text of the query, or since when the briefing counts."""
    id: int = 0
    label: str = ""

    @property
    def title(self) -> str:
        titles = {"view": VIEWS, "briefing": _BRIEFING_TITLES}.get(self.kind, {})
        return self.label or (gettext(titles[self.name]) if self.name in titles else self.name)

    def query(self, now: int) -> q.Query:
        """Return the query for these articles. Raises QueryError if its text is invalid."""
        match self.kind:
            case "source":
                return q.by_field("source", self.id)
            case "folder":
                return q.by_field("folder", self.name)
            case "query" | "search":
                return q.parse(self.name, now)
            case "briefing":
                return q.all_of(
                    q.view("unread"), q.by_field("came" if self.name == q.LAST_SESSION else "since", self.name)
                )
            case _:
                return q.view(self.name)


class View(Struct, frozen=True):
    """A scope, and everything that filters and sorts its articles."""

    scope: Scope = Scope()
    required_tags: tuple[str, ...] = ()
    excluded_tags: tuple[str, ...] = ()
    matches_any_tag: bool = False
    search_text: str = ""
    order: str = ""
    """One of `ORDERS`; "" is the query's own: newest first, or best match first in a search."""

    def with_tag_toggled(self, tag: str, *, only: bool) -> View:
        """Return the view with `tag` required (`only`) or excluded, or with that removed if it was set."""
        kept, other = (self.required_tags, self.excluded_tags) if only else (self.excluded_tags, self.required_tags)
        kept = tuple(t for t in kept if t != tag) if tag in kept else (*kept, tag)
        other = tuple(t for t in other if t != tag)
        return replace(self, required_tags=kept if only else other, excluded_tags=other if only else kept)

    @property
    def applies_daily_limits(self) -> bool:
        """Whether sources have a limited number of rows a day: in lists of several sources that are sorted by time.

        Searches, single sources and starred articles are shown in full.
        """
        is_view = self.scope.kind == "view" and self.scope.name in ("unread", "all", "today")
        several = is_view or self.scope.kind in ("folder", "search")
        return several and not self.search_text.strip() and self.order in ("", "newest", "oldest")

    def title(self, minus: str = "−", separator: str = "·") -> str:
        """Return the title, such as `Unread · +economy −sport · water`."""
        marks = [f"+{isolate(tag)}" for tag in self.required_tags]
        marks += [f"{minus}{isolate(tag)}" for tag in self.excluded_tags]
        if len(self.required_tags) > 1:
            marks.insert(0, gettext("any of") if self.matches_any_tag else gettext("all of"))
        parts = (self.scope.title, " ".join(marks), self.search_text.strip())
        return join_isolated([part for part in parts if part], f" {separator} ")

    @property
    def reason_for_empty(self) -> str:
        """Why the list of a search or a briefing is empty."""
        query = self.search_text.strip()
        if self.scope.kind == "briefing" and not query:
            return gettext(_EMPTY_BRIEFINGS[self.scope.name])
        is_view = self.scope.kind == "view"
        text = _NO_MATCHES[self.scope.name] if is_view else gettext_noop("No matches for “{query}” in this list.")
        return gettext(text, query=query)

    def empty_text(self, *, typing: bool = False, correction: str = "", failure: str = "") -> str:
        """Return the text of an empty list: why it is empty, and which key helps.

        `typing` is true while the search bar is open; `correction` is a likely spelling of the search words. `failure`
        is why the source could not be read.
        """
        if correction:
            help = (
                gettext("tab: accept   esc: cancel")
                if typing
                else gettext("/, then tab: accept   esc: clear the search")
            )
            return gettext("No matches. Did you mean “{correction}”?", correction=correction) + f" {help}"
        if self.search_text.strip():
            help = gettext("esc: cancel") if typing else gettext("esc: clear the search")
            return f"{self.reason_for_empty} {help}"
        if self.scope.kind == "briefing":
            return self.reason_for_empty + " " + gettext("R: refresh   esc: back")
        if self.scope.kind == "search":
            return gettext("No articles match this saved search. 1: show unread   /: search")
        if self.scope.kind == "query":
            return gettext("No articles match. 1: show unread   /: search")
        if self.required_tags or self.excluded_tags:
            return gettext("No articles with these tags. 2: show all")
        if self.scope.kind == "view":
            return gettext(_EMPTY_TEXTS[self.scope.name])
        if self.scope.kind == "folder":
            return gettext("No articles in this folder yet. R: refresh all sources")
        if failure:
            return join_sentences(failure, gettext("r: try again   S: source status"))
        return gettext("No articles from this source yet. r: refresh it")

    @property
    def in_all_articles(self) -> View:
        """The same search in all articles."""
        return View(Scope(name="all"), search_text=self.search_text)

    def query(self, now: int) -> q.Query:
        """Return the query of the list. Raises QueryError if the search words are not a valid query."""
        query = self.scope.query(now)
        if self.required_tags:
            tags = [q.by_field("tag", name) for name in self.required_tags]
            query = q.all_of(query, q.any_of(*tags) if self.matches_any_tag else q.all_of(*tags))
        for name in self.excluded_tags:
            query = q.all_of(query, q.negate(q.by_field("tag", name)))
        if self.search_text.strip():
            query = q.all_of(query, q.parse(self.search_text, now))
        return q.sorted_by(query, self.order) if self.order else query

    def lenient_query(self, now: int) -> q.Query:
        """Return the query; invalid search words are completed as far as possible, or else ignored."""
        try:
            return self.query(now)
        except q.QueryError:
            from roya_tui.query.completion import finish_partial

            return replace(self, search_text=finish_partial(self.search_text, now) or "").query(now)


EXHAUSTIVE_VIEWS = ("unread", "all")
"""Views that contain every unread article."""


class SidebarScope(NamedTuple):
    """A saved search, folder or source in the sidebar, with its number of unread articles."""

    scope: Scope
    unread: int
    folder: str = ""


def next_scopes(scopes: Sequence[SidebarScope], current: Scope, direction: int) -> list[Scope]:
    """Return the scopes with unread articles after `current`, or with -1 before it, the nearest first.

    From a source these are sources; from a folder or a view such as Today, folders and sources without a folder; from a
    saved search, saved searches come first.
    """
    if current.kind in ("query", "briefing") or (current.kind == "view" and current.name in EXHAUSTIVE_VIEWS):
        return []
    reachable = [row for row in scopes if _is_reachable(row, current.kind)]
    index = next((index for index, row in enumerate(reachable) if _are_same(row.scope, current)), -1)
    following = reachable[index + 1 :] if direction > 0 else reachable[: max(index, 0)][::-1]
    return [row.scope for row in following if row.unread and not _are_nested(row.scope, current)]


def _is_reachable(candidate: SidebarScope, current_kind: str) -> bool:
    """Return whether a scope of `current_kind` may be followed by the candidate."""
    match candidate.scope.kind:
        case "search":
            return current_kind == "search"
        case "source":
            return current_kind == "source" or not candidate.folder
        case _:
            return current_kind != "source"


def _are_nested(first: Scope, second: Scope) -> bool:
    """Return whether one of two folders contains the other, whose articles were then read already."""
    names = sorted((first.name, second.name), key=len)
    return first.kind == second.kind == "folder" and names[1].startswith(f"{names[0]}/")


def _are_same(first: Scope, second: Scope) -> bool:
    """Return whether two scopes are the same, even if the source or saved search was renamed."""
    by_id = first.kind in ("source", "search")
    return first.kind == second.kind and (first.id == second.id if by_id else first.name == second.name)
