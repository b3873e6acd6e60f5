"""A dictionary that keeps what was used last."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from msgspec.structs import replace

from roya_tui.model import Headline

K = TypeVar("K")
V = TypeVar("V")


class LruCache(OrderedDict[K, V]):
    """At most `size` items; what was neither set nor got for longest goes first."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def lookup(self, key: K) -> V | None:
        """The value of `key`, which counts as used now; None if it is not there."""
        value = self.get(key)
        if value is not None:
            self.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> V:
        """Set `key`, let the oldest go if there are too many, and return the value."""
        self[key] = value
        self.move_to_end(key)
        if len(self) > self._size:
            self.popitem(last=False)
        return value


PAGE_SIZE = 64
"""Headlines read at once: a screen and a little more."""


class HeadlineCache:
    """Headlines by their ids, and what is told beside their titles: those of some pages, where one was last."""

    def __init__(self, load: Callable[[Sequence[int]], list[Headline]]) -> None:
        """`load` gives headlines by their ids."""
        self._load = load
        self._headlines: LruCache[int, Headline] = LruCache(PAGE_SIZE * 16)
        self._change_notes: LruCache[tuple[int, int], str] = LruCache(PAGE_SIZE * 16)
        """By number and count of versions, what changed in an article since it was read."""

    def headline_at(self, ids: array[int], index: int) -> Headline | None:
        """The headline at `index`, read with its neighbours when it is not known yet; None if it is gone."""
        id = ids[index]
        known = self._headlines.lookup(id)
        if known is None and id >= 0:
            start = max(0, index - PAGE_SIZE // 4)
            wanted = [n for n in ids[start : start + PAGE_SIZE] if n >= 0 and n not in self._headlines]
            for headline in self._load(wanted):
                self._headlines.put(headline.id, headline)
            known = self._headlines.get(id)
        return known

    def adjust(self, ids: Iterable[int], facts: dict[str, object]) -> None:
        """Take other facts (unread, starred, …) of these for true, before the store has them."""
        for id in ids:
            if id in self._headlines:
                self._headlines[id] = replace(self._headlines[id], **facts)

    def clear(self) -> None:
        """Read the headlines anew when they are next shown: the store knows better."""
        self._headlines.clear()

    def set_change_note(self, id: int, revisions: int, note: str) -> bool:
        """Keep what changed in an article since it was read; whether that is news."""
        news = self._change_notes.get((id, revisions)) != note
        if news:
            self._change_notes.put((id, revisions), note)
        return news

    def change_note(self, headline: Headline) -> str | None:
        """What changed in an article since it was read; None where it did not, or where that is not known yet."""
        return self._change_notes.get((headline.id, headline.revisions)) if headline.changed else None
