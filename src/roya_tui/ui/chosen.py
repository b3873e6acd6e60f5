"""Which headlines are selected: by their ids, so that it does not matter what the list shows."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence


class Chosen:
    """A set of articles, and the one that was selected last: where a range begins."""

    def __init__(self) -> None:
        self.ids: set[int] = set()
        self._last: int | None = None

    def turn(self, id: int) -> None:
        """Select an article, or let go of it."""
        self.ids ^= {id}
        self._last = id

    def reach(self, ids: array[int], index: int, articles: Callable[[Iterable[int]], Iterable[int]]) -> None:
        """Select all from the last one to `index`; only that where the last one is not in the list. `articles` gives
        those of some rows."""
        start = ids.index(self._last) if self._last is not None and self._last in ids else index
        self.ids.update(articles(ids[min(start, index) : max(start, index) + 1]))
        self._last = ids[index]

    def take(self, ids: Iterable[int]) -> None:
        """Select all of these; where they all are already, let go of them."""
        wanted = set(ids)
        if wanted <= self.ids:
            self.ids -= wanted
        else:
            self.ids |= wanted

    def clear(self) -> None:
        self.ids.clear()
        self._last = None

    def ordered(self, ids: Sequence[int]) -> list[int]:
        """Those in `ids`, in its order, and then the others."""
        if not self.ids:
            return []
        listed = [id for id in ids if id in self.ids]
        return listed if len(listed) == len(self.ids) else [*listed, *sorted(self.ids.difference(listed))]

    def told(self, ids: Iterable[int]) -> str:
        """How many they are, and how many of them are not among `ids`; "" for none."""
        if not self.ids:
            return ""
        elsewhere = len(self.ids.difference(ids))
        return f"{len(self.ids):,} selected" + (f", {elsewhere:,} not shown" if elsewhere else "")
