"""A rule as a row of columns: whether it is on, its name, what it does with what, for how long, what it has caught."""

from __future__ import annotations

from collections.abc import Callable

from roya_tui.model import Rule
from roya_tui.reading.headline import Run, Signs
from roya_tui.reading.oneline import line
from roya_tui.reading.rule_words import does, until

_DOES, _UNTIL, _CAUGHT, _LEAST = 12, 13, 7, 10
_NAME = 20
_RIGHT = ("Until", "Caught")
"""Columns whose words end at one edge."""


def _columns(width: int) -> dict[str, int]:
    """The columns that have room in `width` cells, and how many each takes; as it shrinks they give way: the query,
    what it caught, how long."""
    room = width - 2 - _DOES - 1
    ends, caught = room >= _LEAST + _UNTIL + 1, room >= _LEAST + _UNTIL + _CAUGHT + 2
    room -= (_UNTIL + 1) * ends + (_CAUGHT + 1) * caught
    query = room >= _NAME + _LEAST + 1
    name = _NAME if query else max(1, room)
    found = {"Name": name, "Does": _DOES, "Query": room - name - 1 if query else 0}
    found |= {"Until": _UNTIL * ends, "Caught": _CAUGHT * caught}
    return {column: cells for column, cells in found.items() if cells}


def headings(width: int) -> str:
    """Return what stands above the columns of rules set in `width` cells."""
    cells = _columns(width).items()
    return "  " + " ".join(f"{name:>{room}}" if name in _RIGHT else f"{name:<{room}}"[:room] for name, room in cells)


def rule_row(
    rule: Rule, counted: str, width: int, signs: Signs, now: int, measure: Callable[[str], int], rtl: str = "visual"
) -> list[Run]:
    """Set a rule in exactly `width` cells; `counted` is what it has caught."""

    def cell(text: str, cells: int, style: str, *, right: bool = False) -> list[Run]:
        drawn, from_right = line(text, cells, measure, rtl, signs.more)
        gap = " " * (cells - measure(drawn))
        return [((gap + drawn if right or from_right else drawn + gap), style)]

    sign = (signs.failed, "failed") if rule.problem else (" " if rule.off else signs.unread, "unread")
    style = "dim" if rule.off else "title" if not rule.problem else "failed"
    words = {
        "Name": (rule.name, style),
        "Does": (does(rule), "source"),
        "Query": (rule.problem or rule.shown, "failed" if rule.problem else "dim"),
        "Until": (until(rule, now), "dim"),
        "Caught": (counted, "count"),
    }
    runs = [sign]
    for column, cells in _columns(width).items():
        runs += [(" ", ""), *cell(words[column][0], cells, words[column][1], right=column in _RIGHT)]
    return runs
