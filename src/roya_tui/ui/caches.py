"""A cache that drops the least recently used item."""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

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
