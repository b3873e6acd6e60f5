"""The queries that were typed before, walked from the latest to earlier ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

MOST = 50


class Recent:
    """A walk through earlier queries: from the empty line into the past and back."""

    def __init__(self, queries: Iterable[str] = ()) -> None:
        self.queries: Sequence[str] = tuple(queries)
        """The latest first."""
        self._at = -1

    def kept(self, query: str) -> tuple[str, ...]:
        """Return the queries with `query` as the latest of them, each only once."""
        query = query.strip()
        others = [other for other in self.queries if other != query]
        return tuple([query, *others][:MOST]) if query else tuple(self.queries)

    def step(self, shown: str, by: int) -> str | None:
        """Return the query that is `by` steps further in the past than the one that is `shown`.

        None: that is no place to walk from, since it was typed and is not empty, or there is nothing further.
        """
        if not shown:
            self._at = -1
        elif not (0 <= self._at < len(self.queries) and self.queries[self._at] == shown):
            return None
        at = self._at + by
        if not -1 <= at < len(self.queries):
            return None
        self._at = at
        return self.queries[at] if at >= 0 else ""
