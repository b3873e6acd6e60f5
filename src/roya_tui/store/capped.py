"""What a list asks about sources of which it shows few articles a day."""

from __future__ import annotations

import json
from collections.abc import Iterable
from sqlite3 import Connection

from roya_tui.store.database import told

_EVER = 1 << 62


@told
def of_sources(
    db: Connection,
    sources: Iterable[int],
    *,
    among: Iterable[int] | None = None,
    begin: int = -_EVER,
    end: int = _EVER,
) -> dict[int, int]:
    """Return which articles are of these sources, and of which, but for what a rule highlights: those `among` some, or
    else those between two seconds."""
    dull = "a.id NOT IN (SELECT article_id FROM state WHERE lit_by IS NOT NULL)"
    chosen = json.dumps(list(sources))
    if among is not None:
        rows = db.execute(
            "SELECT a.id, a.source_id FROM json_each(?) AS j CROSS JOIN article AS a ON a.id = j.value"
            f" WHERE a.source_id IN (SELECT value FROM json_each(?)) AND {dull}",
            (json.dumps(list(among)), chosen),
        )
    else:
        rows = db.execute(
            "SELECT a.id, a.source_id FROM json_each(?) AS j CROSS JOIN article AS a ON a.source_id = j.value"
            f" WHERE a.at >= ? AND a.at < ? AND {dull}",
            (chosen, begin, end),
        )
    return dict(rows.fetchall())


@told
def seconds_of(db: Connection, ids: Iterable[int]) -> list[int]:
    """Return the seconds by which lists sort `ids`, all of which there are."""
    rows = db.execute(
        "SELECT a.at FROM json_each(?) AS j CROSS JOIN article AS a ON a.id = j.value ORDER BY j.key",
        (json.dumps(list(ids)),),
    )
    return [at for (at,) in rows]
