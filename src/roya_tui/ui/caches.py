"""A least recently used cache, and the cache of headlines."""

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
    """A dictionary of at most `size` items, which drops the least recently used."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def lookup(self, key: K) -> V | None:
        """Return the value of `key` and count it as used; None if it is missing."""
        value = self.get(key)
        if value is not None:
            self.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> V:
        """Set `key`, drop the oldest item if there are too many, and return the value."""
        self[key] = value
        self.move_to_end(key)
        if len(self) > self._size:
            self.popitem(last=False)
        return value


PAGE_SIZE = 64
"""Headlines loaded at once: slightly more than a screen."""


class HeadlineCache:
    """Headlines of the pages used last, and the notes on how articles changed."""

    def __init__(self, load: Callable[[Sequence[int]], list[Headline]]) -> None:
        """`load` returns the headlines of article ids."""
        self._load = load
        self._headlines: LruCache[int, Headline] = LruCache(PAGE_SIZE * 16)
        self._change_notes: LruCache[tuple[int, int], str] = LruCache(PAGE_SIZE * 16)
        """What changed in an article since it was read, by article id and number of versions."""

    def headline_at(self, ids: array[int], index: int) -> Headline | None:
        """Return the headline at `index`, loaded with its neighbors if needed; None if it is deleted."""
        id = ids[index]
        if id not in self._headlines and id >= 0:
            start = max(0, index - PAGE_SIZE // 4)
            for headline in self._load(
                [n for n in ids[start : start + PAGE_SIZE] if n >= 0 and n not in self._headlines]
            ):
                self._headlines.put(headline.id, headline)
        return self._headlines.lookup(id)

    def adjust(self, ids: Iterable[int], facts: dict[str, object]) -> None:
        """Change fields (unread, starred, …) of headlines before the database has the change."""
        for id in ids:
            if id in self._headlines:
                self._headlines[id] = replace(self._headlines[id], **facts)

    def clear(self) -> None:
        """Forget the headlines, so that they are loaded again when they are shown."""
        self._headlines.clear()

    def set_change_note(self, id: int, revisions: int, note: str) -> bool:
        """Store what changed in an article since it was read; return whether the note is new."""
        is_new = self._change_notes.get((id, revisions)) != note
        if is_new:
            self._change_notes.put((id, revisions), note)
        return is_new

    def change_note(self, headline: Headline) -> str | None:
        """Return what changed in an article since it was read; None if nothing did, or if it is unknown."""
        return self._change_notes.get((headline.id, headline.revisions)) if headline.changed else None
