"""The stories of a list: their tellings taken out below their row, and put back."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from roya_tui.reading.timeline import BENEATH, Further, Timeline, Totals
from roya_tui.text import many

NOTHING = Further()


def standing(shown: Timeline) -> array[int]:
    """Return all articles that stand in a list, those without a row too."""
    return shown.every or shown.ids


def how_many(shown: Timeline) -> str:
    """Return how many articles a list has, and how many rows they make, if those are fewer."""
    if (totals := shown.totals) is None:
        if not shown.whole:
            return f"{len(shown.ids):,} and more"
        totals = Totals(len(standing(shown)), len(shown.ids) - shown.others.count(BENEATH))
    return f"{totals.articles:,}" + (f" in {many(totals.rows, 'row')}" if totals.rows < totals.articles else "")


def others_of(shown: Timeline, index: int) -> int:
    """Return how many more articles the row at `index` stands for; `BENEATH` where it stands below another."""
    return shown.others[index] if shown.others else 0


def row_of_story(shown: Timeline, index: int) -> int:
    """Return the index of the row that the one at `index` stands below; its own where it stands below none."""
    while others_of(shown, index) == BENEATH:
        index -= 1
    return index


def behind(shown: Timeline, ids: Iterable[int]) -> list[int]:
    """Return the articles of some rows: of a row that counts articles, those."""
    if not shown.piles:
        return list(ids)
    return [id for row in ids for id in (shown.piles[row].ids if row in shown.piles else (row,))]


def pile_of(shown: Timeline, id: int) -> int | None:
    """Return the row that counts an article, None if none does."""
    return next((row for row, pile in shown.piles.items() if id in pile.ids and row in shown.ids), None)


def open_at(shown: Timeline, index: int) -> int:
    """Return how many rows stand below that at `index`."""
    below = index + 1
    while below < len(shown.ids) and others_of(shown, below) == BENEATH:
        below += 1
    return below - index - 1


def unfolded(shown: Timeline, index: int, tellings: Sequence[int]) -> Timeline:
    """Return the list with `tellings` below the row at `index`, but for what has a row already."""
    shown = folded_away(shown, index)
    there = set(tellings).intersection(shown.ids)
    new = array("q", (id for id in dict.fromkeys(tellings) if id not in there))
    others = shown.others or array("q", bytes(8 * len(shown.ids)))
    others = others[:index] + array("q", [len(new)]) + others[index + 1 :]
    return _spliced(replace(shown, others=others), index + 1, index + 1, new)


def told_further(shown: Timeline, come: Mapping[int, Further]) -> Timeline:
    """Return the list with rows that also count the tellings which have `come`; no row moves. An open one stays."""
    others = shown.others[:] if shown.others else array("q", bytes(8 * len(shown.ids)))
    counted = dict(shown.come)
    for index, id in enumerate(shown.ids):
        if id in come and others[index] != BENEATH and not open_at(shown, index):
            others[index] += come[id].more - counted.get(id, NOTHING).more
            counted[id] = come[id]
    return replace(shown, others=others, come=counted)


def folded_away(shown: Timeline, index: int) -> Timeline:
    """Return the list with nothing below the row at `index`."""
    return _spliced(shown, index + 1, index + 1 + open_at(shown, index), array("q"))


def _spliced(shown: Timeline, start: int, stop: int, new: array[int]) -> Timeline:
    """Return the list with `new` below a row, in place of what stands there from `start` to `stop`."""
    longer = len(new) - (stop - start)
    if start == stop and not new:
        return shown
    starts = tuple(at + longer if at >= stop else at for at in shown.starts)
    return replace(
        shown,
        ids=shown.ids[:start] + new + shown.ids[stop:],
        others=shown.others[:start] + array("q", [BENEATH]) * len(new) + shown.others[stop:],
        starts=starts,
        lines=tuple(start + n for n, start in enumerate(starts)),
    )
