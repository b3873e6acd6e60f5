"""A rule as a row of columns: whether it is on, its name, what it does with what, for how long, what it has caught."""

from __future__ import annotations

from collections.abc import Callable

from roya_tui.model import Rule
from roya_tui.reading.headline import Run, Signs
from roya_tui.reading.oneline import line
from roya_tui.reading.rule_words import does, until

_DOES, _UNTIL, _CAUGHT, _LEAST = 12, 13, 7, 10
_NAME = 20


def rule_row(
    rule: Rule, counted: str, width: int, signs: Signs, now: int, measure: Callable[[str], int], rtl: str = "visual"
) -> list[Run]:
    """Set a rule in exactly `width` cells; `counted` is what it has caught.

    Columns give way as it shrinks: the query, what it caught, how long.
    """

    def cell(text: str, cells: int, style: str, *, right: bool = False) -> list[Run]:
        drawn, from_right = line(text, cells, measure, rtl, signs.more)
        gap = " " * (cells - measure(drawn))
        return [((gap + drawn if right or from_right else drawn + gap), style)]

    sign = (signs.failed, "failed") if rule.problem else (" " if rule.off else signs.unread, "unread")
    style = "dim" if rule.off else "title" if not rule.problem else "failed"
    room = width - 2 - _DOES - 1
    ends, caught = room >= _LEAST + _UNTIL + 1, room >= _LEAST + _UNTIL + _CAUGHT + 2
    room -= (_UNTIL + 1) * ends + (_CAUGHT + 1) * caught
    query = room >= _NAME + _LEAST + 1
    name = _NAME if query else max(1, room)
    runs = [sign, (" ", ""), *cell(rule.name, name, style), (" ", ""), *cell(does(rule), _DOES, "source")]
    if query:
        runs += [(" ", ""), *cell(rule.problem or rule.shown, room - name - 1, "failed" if rule.problem else "dim")]
    if ends:
        runs += [(" ", ""), *cell(until(rule, now), _UNTIL, "dim", right=True)]
    if caught:
        runs += [(" ", ""), *cell(counted, _CAUGHT, "count", right=True)]
    return runs
