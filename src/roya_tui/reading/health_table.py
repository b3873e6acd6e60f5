"""The sources as a table: orders, columns for a width, and a row of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from roya_tui.model import Facts, Health
from roya_tui.reading.headline import Run, Signs
from roya_tui.reading.health import TROUBLES, VERDICTS, rate, rhythm, short
from roya_tui.reading.oneline import line
from roya_tui.text import in_order

ORDERS = ("trouble", "name", "rhythm", "last good")

_BARS, _PLAIN_BARS = "·▁▂▃▄▅▆▇█", "_.:-=+*%#"
"""From none to most."""


class Column(Struct, frozen=True):
    """A column: its heading, its cells, and the order that it stands for, "" for none."""

    name: str
    cells: int
    order: str = ""
    right: bool = False


VERDICT = Column("state", 8, "trouble")
NAME = Column("source", 0, "name")
GOOD = Column("good", 6, "last good", right=True)
WEEKS = Column("8 weeks", 8, "rhythm")
RHYTHM = Column("rhythm", 10, "rhythm")
FAILED = Column("failed", 6, right=True)
NEXT = Column("next", 6, right=True)
_LEAST_NAME = 24
"""Cells of the name that no other column takes away."""
_EDGE = 2
"""The cursor's cell and the sign's."""


def columns(width: int) -> tuple[Column, ...]:
    """Return the columns that `width` cells have room for; the name has what is left over."""
    room = width - _EDGE - VERDICT.cells - 2
    wanted = []
    for column in (GOOD, WEEKS, RHYTHM, FAILED, NEXT):
        if room - column.cells - 2 < _LEAST_NAME:
            break
        wanted.append(column)
        room -= column.cells + 2
    name = Column(NAME.name, max(1, room), NAME.order)
    return (VERDICT, name, *(column for column in (WEEKS, RHYTHM, GOOD, FAILED, NEXT) if column in wanted))


def ordered(known: Sequence[Health], order: str) -> list[Health]:
    """Return the sources in one of `ORDERS`."""
    by_name = sorted(known, key=lambda health: in_order(health.source.label))
    match order:
        case "trouble":
            ranks = {verdict: place for place, verdict in enumerate(VERDICTS)}
            return sorted(by_name, key=lambda health: (ranks[health.verdict], -health.source.failures))
        case "rhythm":
            return sorted(by_name, key=lambda health: -rate(health.facts))
        case "last good":
            return sorted(by_name, key=lambda health: health.source.succeeded or 0)
    return by_name


def spark(facts: Facts, *, ascii: bool) -> str:
    """Return a cell for each week, as high as it was busy beside the busiest."""
    bars, most = _PLAIN_BARS if ascii else _BARS, max(facts.weeks, default=0)
    return "".join(bars[-(-count * 8 // most)] if most else bars[0] for count in facts.weeks)


def row(
    health: Health,
    shown: Sequence[Column],
    now: int,
    signs: Signs,
    measure: Callable[[str], int],
    rtl: str,
    *,
    ascii: bool,
) -> list[Run]:
    """Return a row in the cells of the columns `shown`, but for the cursor's."""
    trouble = health.verdict in TROUBLES
    runs: list[Run] = [(signs.failed if trouble else " ", "failed")]
    for column in shown:
        text, style = _cell(health, column.name, now, ascii=ascii)
        drawn, from_right = line(text, column.cells, measure, rtl, signs.more)
        gap = " " * (column.cells - measure(drawn))
        aside = column.right or from_right
        runs.append(((gap + drawn if aside else drawn + gap) + "  ", style))
    return runs


def _cell(health: Health, column: str, now: int, *, ascii: bool) -> Run:
    source, facts = health.source, health.facts
    match column:
        case VERDICT.name:
            return health.verdict, "failed" if health.verdict in TROUBLES else "dim"
        case NAME.name:
            return source.label, "title" if health.verdict in TROUBLES else "text"
        case WEEKS.name:
            return spark(facts, ascii=ascii), "source"
        case RHYTHM.name:
            return rhythm(facts), "dim"
        case GOOD.name:
            if source.succeeded is None:
                return "" if source.sample or source.saved else "never", "time"
            return short(now - source.succeeded), "time"
        case FAILED.name:
            return f"{facts.failed}/{facts.tries}" if facts.failed else "", "failed"
    return next_look(health, now), "time"


def next_look(health: Health, now: int) -> str:
    """Return in how long it is asked next, in at most six cells; "" for one that is not."""
    if health.source.sample or health.source.saved or (health.why and health.until is None):
        return ""
    return "now" if health.until is None or health.until <= now else short(health.until - now)
