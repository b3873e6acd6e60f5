"""The source status table: sort orders, columns, rows, and a source's details."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from roya_tui.characters import Measure
from roya_tui.document.blocks import Block, Document, Text
from roya_tui.layout.article_page import HeaderRow, format_size
from roya_tui.layout.bidi.controls import isolate_names, join_isolated
from roya_tui.layout.engine import layout_document
from roya_tui.layout.lines import Line, Run
from roya_tui.model import Attempt, SourceStatistics, SourceStatus, display_address
from roya_tui.presentation.headline_rows import Icons, RowSegment, fit_cell
from roya_tui.presentation.source_status import (
    PROBLEMS,
    STATES,
    TimeContext,
    format_rate,
    format_short_span,
    format_span,
    weekly_rate,
)
from roya_tui.text import sort_key

ORDERS = ("trouble", "name", "rhythm", "last good")

_BARS, _ASCII_BARS = "·▁▂▃▄▅▆▇█", "_.:-=+*%#"
"""The bars of a sparkline, from none to the most."""


class StatusColumn(Struct, frozen=True):
    """A column: heading, width in cells, and the sort order that it shows ("" for none)."""

    name: str
    cells: int
    order: str = ""
    right: bool = False


VERDICT = StatusColumn("state", 8, "trouble")
NAME = StatusColumn("source", 0, "name")
GOOD = StatusColumn("good", 6, "last good", right=True)
WEEKS = StatusColumn("8 weeks", 8, "rhythm")
RHYTHM = StatusColumn("rhythm", 10, "rhythm")
FAILED = StatusColumn("failed", 6, right=True)
NEXT = StatusColumn("next", 6, right=True)
_MIN_NAME_CELLS = 24
_EDGE_CELLS = 2
"""Width of the cursor and the icon, in cells."""


def choose_columns(width: int) -> tuple[StatusColumn, ...]:
    """Return the columns that fit in `width` cells; the name takes the rest."""
    room = width - _EDGE_CELLS - VERDICT.cells - 2
    fitting = []
    for column in (GOOD, WEEKS, RHYTHM, FAILED, NEXT):
        if room - column.cells - 2 < _MIN_NAME_CELLS:
            break
        fitting.append(column)
        room -= column.cells + 2
    name = StatusColumn(NAME.name, max(1, room), NAME.order)
    return (VERDICT, name, *(column for column in (WEEKS, RHYTHM, GOOD, FAILED, NEXT) if column in fitting))


def sort_sources(sources: Sequence[SourceStatus], order: str) -> list[SourceStatus]:
    """Return the sources in one of `ORDERS`."""
    by_name = sorted(sources, key=lambda health: sort_key(health.source.label))
    match order:
        case "trouble":
            return sorted(by_name, key=lambda health: (STATES.index(health.verdict), -health.source.failures))
        case "rhythm":
            return sorted(by_name, key=lambda health: -weekly_rate(health.statistics))
        case "last good":
            return sorted(by_name, key=lambda health: health.source.succeeded or 0)
    return by_name


def sparkline(facts: SourceStatistics, *, ascii: bool) -> str:
    """Return a bar for each week, scaled to the week with the most articles."""
    bars, most = _ASCII_BARS if ascii else _BARS, max(facts.weeks, default=0)
    return "".join(bars[-(-count * 8 // most)] if most else bars[0] for count in facts.weeks)


def table_row(
    health: SourceStatus,
    shown: Sequence[StatusColumn],
    now: int,
    icons: Icons,
    measure: Callable[[str], int],
    rtl: str,
    *,
    ascii: bool,
) -> list[RowSegment]:
    """Return a row with the columns `shown`, without the cursor's cell."""
    runs: list[RowSegment] = [(icons.failed if health.verdict in PROBLEMS else " ", "failed")]
    for column in shown:
        text, style = _cell_segment(health, column.name, now, ascii=ascii)
        cell = fit_cell(text, column.cells, measure, rtl, icons.ellipsis, right=column.right)
        runs.append((f"{cell}  ", style))
    return runs


def _cell_segment(health: SourceStatus, column: str, now: int, *, ascii: bool) -> RowSegment:
    source, facts = health.source, health.statistics
    match column:
        case VERDICT.name:
            return health.verdict, "failed" if health.verdict in PROBLEMS else "dim"
        case NAME.name:
            return source.label, "title" if health.verdict in PROBLEMS else "text"
        case WEEKS.name:
            return sparkline(facts, ascii=ascii), "source"
        case RHYTHM.name:
            return format_rate(facts), "dim"
        case GOOD.name:
            if source.succeeded is None:
                return "" if source.sample or source.is_saved_pages else "never", "time"
            return format_short_span(now - source.succeeded), "time"
        case FAILED.name:
            return f"{facts.failed}/{facts.attempts}" if facts.failed else "", "failed"
    return format_next_check(health, now), "time"


def format_next_check(health: SourceStatus, now: int) -> str:
    """Return the time until the next check in at most six cells; "" if there is none."""
    if health.source.sample or health.source.is_saved_pages or (health.reason and health.next_check is None):
        return ""
    at = health.next_check
    return "now" if at is None or at <= now else format_short_span(at - now)


_MAX_FAILURES = 5


def detail_rows(
    health: SourceStatus,
    attempts: Sequence[Attempt],
    advice: str,
    times: TimeContext,
    interval: int,
    *,
    dot: str,
    failed: str,
    ascii: bool,
    per_day: int | None = None,
) -> list[HeaderRow]:
    """Return the details of a source.

    `interval` (seconds between checks) and `per_day` (articles per day in lists) are the defaults from config.toml.
    """
    summary = [(health.sentence, "strong"), *([(advice, "text")] if advice else [])]
    rows = [(health.source.label, "headline"), *summary, ("", "")]
    facts = _facts(health, times, interval, dot, per_day, ascii=ascii)
    rows += [(join_isolated(fact, ": "), "facts") for fact in facts if fact[1]]
    errors = [attempt for attempt in attempts if attempt.kind][:_MAX_FAILURES]
    for heading, listed in (("Last failures", errors), ("Last tries", attempts)):
        if listed:
            rows += [("", ""), (heading, "heading")]
            rows += [_attempt_row(attempt, health.source.label, times, dot, failed) for attempt in listed]
    return rows


def layout_detail_row(row: HeaderRow, width: int, measure: Measure, rtl: str, *, ascii: bool) -> Sequence[Line]:
    """Lay out a detail row: left-to-right, except for the source's name."""
    words, style = row
    if not words:
        return (Line(),)
    is_name = style == "headline"
    words = words if is_name else isolate_names(words)
    block = Block("paragraph", Text(words), rtl=None if is_name else False)
    lines = layout_document(Document((block,), text=words), width, measure, ascii=ascii, rtl=rtl)
    return [Line(tuple(Run(run.text, style) for run in line.runs), line.cells) for line in lines]


def _facts(
    health: SourceStatus, times: TimeContext, interval: int, dot: str, per_day: int | None, *, ascii: bool
) -> Iterator[tuple[str, str]]:
    source, facts = health.source, health.statistics
    if not source.is_saved_pages:
        yield "Address", display_address(source.url)
    if source.moved_to != source.url:
        yield "Moved to", display_address(source.moved_to)
    yield "Page", source.homepage
    yield "Folder", source.folder
    if not (source.sample or source.is_saved_pages):
        every = source.interval
        yield "Asked", f"every {format_span(interval)}" if every is None else f"every {format_span(every)}, as you set"
        yield "Next look", _describe_next_check(health, times)
    yield "Last try", _format_past(source.checked, times)
    never = "" if source.sample or source.is_saved_pages else "none yet"
    yield "Last good answer", _format_past(source.succeeded, times) or never
    if facts.attempts:
        succeeded = f"{facts.attempts - facts.failed} of the last {facts.attempts} went well"
        yield "Tries", _join_facts(dot, succeeded, *_costs(facts))
    yield "Articles", f"{source.total:,}, {source.unread:,} unread"
    yield "In lists", _describe_limit(source.per_day, per_day)
    yield "Newest article", _format_past(facts.newest, times) if facts.newest is not None else ""
    if any(facts.weeks):
        numbers = " ".join(f"{count:,}" for count in facts.weeks)
        yield f"{len(facts.weeks)} weeks", f"{sparkline(facts, ascii=ascii)}  {numbers}"
        longest = "" if facts.longest_gap is None else f"longest pause {format_span(facts.longest_gap)}"
        yield "Rhythm", _join_facts(dot, f"about {format_rate(facts)}", longest)


def _costs(of: SourceStatistics | Attempt) -> tuple[str, str]:
    return f"{of.milliseconds:,} ms" if of.milliseconds is not None else "", format_size(of.size)


def _join_facts(dot: str, *facts: str) -> str:
    return f" {dot} ".join(filter(None, facts))


def _describe_limit(own: int | None, default: int | None) -> str:
    limit = default if own is None else own
    if limit is None:
        return ""
    words = f"the newest {limit:,} of a day" if limit else "one row a day"
    return words if own is not None else f"{words}, as config.toml says"


def _format_past(at: int | None, times: TimeContext) -> str:
    return "" if at is None else f"{times.clock.stamp(at)}, {format_span(times.now - at)} ago"


def _describe_next_check(health: SourceStatus, times: TimeContext) -> str:
    if health.source.paused:
        return "none"
    at = health.next_check
    if health.reason in ("", "not due yet"):
        if at is None or format_next_check(health, times.now) == "now":
            return "with the next refresh"
        return times.describe_time(at)
    return health.reason if at is None else f"{times.describe_time(at)}: {health.reason}"


def _attempt_row(attempt: Attempt, label: str, times: TimeContext, dot: str, failed: str) -> HeaderRow:
    stamp = times.clock.stamp(attempt.at)
    if attempt.kind:
        words = attempt.message.removeprefix(label).strip()
        return f"{failed} {stamp}  {words[:1].upper()}{words[1:]}", "failed"
    counts = ((attempt.new, "new"), (attempt.changed, "changed"))
    result = ", ".join(f"{count:,} {word}" for count, word in counts if count) or "nothing new"
    return f"  {stamp}  {_join_facts(dot, result, *_costs(attempt), attempt.message)}", "facts"
