"""What a rule would do, before it is made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from sqlite3 import Connection

from msgspec import Struct

from roya_tui.model import Headline
from roya_tui.query import Query, Term, both, since
from roya_tui.store import articles, search
from roya_tui.store.catching import meant, sees_hidden
from roya_tui.store.database import told
from roya_tui.store.wording import expression

_PREVIEWED = "30d"
_SHOWN = 3
"""Headlines in a preview."""


class Preview(Struct, frozen=True):
    """What a query would have caught in the last 30 days."""

    count: int
    of: int
    newest: tuple[Headline, ...]
    already: int = 0
    """How many of `count` are already as the rule would have them."""
    left: int = 0
    """How many more the query finds, on which no such rule acts: what the person did with them goes before."""


@told
def preview(db: Connection, query: Query, now: int, effect: str = "mute", *, zone: tzinfo | None = None) -> Preview:
    """Return what a rule with that query would have caught in the last 30 days, of how many: what is hidden, too."""
    recent = since(_PREVIEWED)
    found, of = (search.find_all(db, one, now, zone=zone) for one in (both(query, recent), recent))
    seen = found if sees_hidden(effect) else search.find_all(db, both(query, recent), now, zone=zone, hidden=False)
    caught = meant(db, effect, seen)
    newest = tuple(articles.headlines(db, caught.ids[:_SHOWN]))
    return Preview(len(caught.ids), len(of), newest, caught.already, len(found) - len(caught.ids))


@told
def in_titles(db: Connection, words: Sequence[str], share: int) -> tuple[list[int], int]:
    """Return how many titles have each of these words, and how many articles there are.

    No more are counted than one in `share` of all, and one: what has more is common.
    """
    (of,) = db.execute("SELECT count(*) FROM article").fetchone()
    counted = "SELECT count(*) FROM (SELECT 1 FROM beginnings WHERE beginnings MATCH ? LIMIT ?)"
    found = []
    for word in words:
        asked = expression(Term("title", word, phrase=True))
        found.append(int(db.execute(counted, (asked, of // share + 1)).fetchone()[0]))
    return found, int(of)
