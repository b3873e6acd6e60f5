"""The headlines of a list, read by the page as they are shown."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from roya_tui.model import Headline
from roya_tui.ui.recent import Recent

PAGE = 64
"""Headlines read at once: a screen and a little more."""


class Known:
    """Headlines by their ids, and what is told beside their titles: those of some pages, where one was last."""

    def __init__(self, load: Callable[[Sequence[int]], list[Headline]]) -> None:
        """`load` gives headlines by their ids."""
        self._load = load
        self._headlines: Recent[int, Headline] = Recent(PAGE * 16)
        self._changes: Recent[tuple[int, int], str] = Recent(PAGE * 16)
        """By number and count of versions, what changed in an article since it was read."""

    def headline(self, ids: array[int], index: int) -> Headline | None:
        """The headline at `index`, read with its neighbours when it is not known yet; None if it is gone."""
        id = ids[index]
        known = self._headlines.recall(id)
        if known is None and id >= 0:
            start = max(0, index - PAGE // 4)
            wanted = [n for n in ids[start : start + PAGE] if n >= 0 and n not in self._headlines]
            for headline in self._load(wanted):
                self._headlines.keep(headline.id, headline)
            known = self._headlines.get(id)
        return known

    def adjust(self, ids: Iterable[int], facts: dict[str, object]) -> None:
        """Take other facts (unread, starred, …) of these for true, before the store has them."""
        for id in ids:
            if id in self._headlines:
                self._headlines[id] = replace(self._headlines[id], **facts)

    def forget(self) -> None:
        """Read the headlines anew when they are next shown: the store knows better."""
        self._headlines.clear()

    def keep_change(self, id: int, revisions: int, words: str) -> bool:
        """Keep what changed in an article since it was read; whether that is news."""
        news = self._changes.get((id, revisions)) != words
        if news:
            self._changes.keep((id, revisions), words)
        return news

    def change(self, headline: Headline) -> str | None:
        """What changed in an article since it was read; None where it did not, or where that is not known yet."""
        return self._changes.get((headline.id, headline.revisions)) if headline.changed else None
