"""What one key does to articles where something is to be asked first: both in one write.

So no other key of the same burst comes between, `u` takes back what was pressed before it, and leaving the program
loses nothing of it.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from sqlite3 import Connection
from typing import NamedTuple

from roya_tui.query import Query
from roya_tui.store.search import results
from roya_tui.store.user_data import article_state, stories, tags

Marking = Mapping[str, bool | None]
"""What articles are to be: read, starred, hidden, as for `state.mark`."""


class Marked(NamedTuple):
    """The articles that were meant, and how many of them were changed."""

    ids: Sequence[int]
    changed: int


def marked(
    db: Connection, ids: Sequence[int], now: int, marks: Marking, *, whole_stories: bool, noticed: bool = False
) -> Marked:
    """Mark articles; with `whole_stories` those that are read with all that tell the same."""
    if marks.get("read") and whole_stories:
        ids = stories.expand_to_stories(db, ids)
    return Marked(ids, article_state.mark(db, ids, now, **marks, noticed=noticed))


def marked_read(
    db: Connection, unread: Query, now: int, among: array[int] | None, *, zone: tzinfo | None, whole_stories: bool
) -> Marked:
    """Mark read what `unread` finds, of `among` if that is given: what came since is not meant."""
    ids: Sequence[int] = results.find(db, unread, now, zone=zone)
    if among is not None:
        found = set(ids)
        ids = [id for id in among if id in found]
    return marked(db, ids, now, {"read": True}, whole_stories=whole_stories)


def switched(db: Connection, ids: Sequence[int], what: str, now: int, *, whole_stories: bool) -> tuple[bool, Marked]:
    """Mark articles as `what`, or take that back where all of them are so already; return which of both."""
    on = article_state.has_unmarked(db, ids, what)
    return on, marked(db, ids, now, {what: on}, whole_stories=whole_stories)


def retagged(db: Connection, ids: Sequence[int], text: str, now: int) -> tuple[int, bool]:
    """Give and take the tags that were typed; return how many articles that changed, and whether any tag was meant."""
    from roya_tui.presentation.tag_input import parse_tags

    have = tags.count_user_tags(db, ids)
    on, off = parse_tags(text, (name for name, count in have.items() if count == len(ids)))
    return article_state.edit_tags(db, ids, now, add=on, remove=off), bool(on or off)


def comes_back(
    db: Connection, query: Query, now: int, ids: Sequence[int], there: array[int], zone: tzinfo | None
) -> bool:
    """Whether `query` finds by now any of these articles that is not `there`."""
    return bool(results.filter_ids(db, query, set(ids).difference(there), now, zone=zone))
