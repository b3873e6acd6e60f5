"""The source status table: sort orders, columns, rows, and a source's details."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.characters import Measure
from roya_tui.document.blocks import Block, Document, Span, Text
from roya_tui.layout.article_page import HeaderRow
from roya_tui.layout.bidi.controls import join_isolated
from roya_tui.layout.engine import layout_document
from roya_tui.layout.lines import Line, Run
from roya_tui.layout.recordings import format_size
from roya_tui.model import Attempt, Source, SourceStatistics, SourceStatus, display_address
from roya_tui.presentation.headline_rows import Icons, RowSegment, fit_cell
from roya_tui.presentation.key_hints import find_in_row, isolate_labels
from roya_tui.presentation.source_status import (
    PROBLEMS,
    STATE_NAMES,
    STATES,
    TimeContext,
    format_rate,
    format_short_span,
    format_span,
    weekly_rate,
    without_label,
)
from roya_tui.text import contains_words, sort_key
from roya_tui.translation import format_number, gettext, gettext_noop, is_right_to_left, join_list, ngettext, signs

ORDERS = ("problem", "name", "frequency", "success")

_BARS, _ASCII_BARS = "·▁▂▃▄▅▆▇█", "_.:-=+*%#"
"""The bars of a sparkline, from none to the most."""


class StatusColumn(Struct, frozen=True):
    """A column: its name, heading, least width in cells, and the sort order that it shows ("" for none)."""

    name: str
    heading: str
    """Not translated yet."""
    cells: int
    order: str = ""
    right: bool = False

    @property
    def is_at_right(self) -> bool:
        """Whether its cells are aligned right, where the units of numbers are; see `fit_cell`."""
        return self.right and not is_right_to_left()


STATE = StatusColumn("state", gettext_noop("State"), 9, "problem")
NAME = StatusColumn("name", gettext_noop("Source"), 0, "name")
SUCCESS = StatusColumn("success", gettext_noop("Last OK"), 6, "success", right=True)
WEEKS = StatusColumn("weeks", gettext_noop("Articles"), 8, "frequency")
FREQUENCY = StatusColumn("frequency", gettext_noop("Frequency"), 10, "frequency")
FAILED = StatusColumn("failed", gettext_noop("Failed"), 8, right=True)
NEXT = StatusColumn("next", gettext_noop("Next check"), 6, right=True)
REASON = StatusColumn("reason", gettext_noop("Reason"), 36)
_REASON_FROM = 93
"""Width in cells from which there is a reason: of the table beside the details in a window of 140 columns."""
_MIN_NAME_CELLS = 18
_EDGE_CELLS = 2
"""Width of the cursor and the icon, in cells."""


def choose_columns(width: int) -> tuple[StatusColumn, ...]:
    """Return the columns that fit in `width` cells; the name and the reason take the rest."""
    room = width - _EDGE_CELLS - STATE.cells - 2
    fitting = {}
    has_reason = width >= _REASON_FROM
    if has_reason:
        room -= REASON.cells + 2
    narrow, wide = (SUCCESS, WEEKS, FREQUENCY, FAILED, NEXT), (SUCCESS, NEXT, FAILED, FREQUENCY, WEEKS)
    for column in wide if has_reason else narrow:
        cells = max(column.cells, len(gettext(column.heading)))
        if room - cells - 2 < _MIN_NAME_CELLS:
            break
        fitting[column.name] = replace(column, cells=cells)
        room -= cells + 2
    shown = (fitting.get(column.name) for column in (WEEKS, FREQUENCY, SUCCESS, FAILED, NEXT))
    more = (room - _MIN_NAME_CELLS) * 2 // 3 if has_reason else 0
    reason = (replace(REASON, cells=REASON.cells + more),) if has_reason else ()
    return (STATE, replace(NAME, cells=max(1, room - more)), *reason, *filter(None, shown))


def filter_sources(statuses: Sequence[SourceStatus], words: str) -> list[SourceStatus]:
    """Return the sources whose name, address, folder or state contains all words."""

    def text(status: SourceStatus) -> str:
        source = status.source
        return f"{source.label} {display_address(source.url)} {source.folder} {gettext(STATE_NAMES[status.state])}"

    return [status for status in statuses if contains_words(text(status), words)]


def sort_sources(sources: Sequence[SourceStatus], order: str) -> list[SourceStatus]:
    """Return the sources in one of `ORDERS`."""
    by_name = sorted(sources, key=lambda health: sort_key(health.source.label))
    match order:
        case "problem":
            return sorted(by_name, key=lambda health: (STATES.index(health.state), -health.source.failures))
        case "frequency":
            return sorted(by_name, key=lambda health: -weekly_rate(health.statistics))
        case "success":
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
    runs: list[RowSegment] = [(icons.failed if health.state in PROBLEMS else " ", "failed")]
    for column in shown:
        text, style = _cell_segment(health, column.name, now, ascii=ascii)
        cell = fit_cell(text, column.cells, measure, rtl, icons.ellipsis, right=column.is_at_right)
        runs.append((f"{cell}  ", style))
    return runs


def _cell_segment(health: SourceStatus, column: str, now: int, *, ascii: bool) -> RowSegment:
    source, facts = health.source, health.statistics
    match column:
        case STATE.name:
            return gettext(STATE_NAMES[health.state]), "failed" if health.state in PROBLEMS else "dim"
        case NAME.name:
            return source.label, "title" if health.state in PROBLEMS else "text"
        case REASON.name:
            return health.problem, "text"
        case WEEKS.name:
            bars = sparkline(facts, ascii=ascii)
            return bars[::-1] if is_right_to_left() else bars, "source"
        case FREQUENCY.name:
            return format_rate(facts), "dim"
        case SUCCESS.name:
            if source.succeeded is None:
                return "" if _is_never_checked(source) else gettext("never"), "time"
            return format_short_span(now - source.succeeded), "time"
        case FAILED.name:
            counts = {"failed": facts.failed, "count": facts.attempts}
            return gettext("{failed} of {count}", **counts) if facts.failed else "", "failed"
    return format_next_check(health, now), "time"


def _is_never_checked(source: Source) -> bool:
    return source.sample or source.is_saved_pages or source.from_server


def format_next_check(health: SourceStatus, now: int) -> str:
    """Return the time until the next check in at most six cells; "" if there is none."""
    if _is_never_checked(health.source) or (health.reason and health.next_check is None):
        return ""
    at = health.next_check
    return gettext("now") if at is None or at <= now else format_short_span(at - now)


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
    if attempts:
        rows += [("", ""), (gettext("Last checks"), "heading")]
    # A failure that repeats is listed once.
    for _, same in groupby(attempts, lambda attempt: (attempt.kind, attempt.message if attempt.kind else attempt.at)):
        first, *others = same
        rows.append(_attempt_row(first, len(others), health.source.label, times, dot, failed))
    return rows


def layout_detail_row(row: HeaderRow, width: int, measure: Measure, rtl: str, *, ascii: bool) -> Sequence[Line]:
    """Lay out a detail row in the direction of the interface, except for the source's name.

    The links of its runs are the numbers of the hints that `find_in_row` finds in a suggestion.
    """
    words, style = row
    if not words:
        return (Line(),)
    is_name = style == "headline"
    hints = find_in_row(words) if style == "text" else []
    words, hints = (words, hints) if is_name else isolate_labels(words, hints)
    spans = tuple(Span(hint.start, hint.end, link=number) for number, hint in enumerate(hints, start=1))
    block = Block("paragraph", Text(words, spans), rtl=None if is_name else is_right_to_left())
    lines = layout_document(Document((block,), text=words), width, measure, ascii=ascii, rtl=rtl, link_numbers=False)
    return [Line(tuple(Run(run.text, style, run.link) for run in line.runs), line.cells) for line in lines]


def _facts(
    health: SourceStatus, times: TimeContext, interval: int, dot: str, per_day: int | None, *, ascii: bool
) -> Iterator[tuple[str, str]]:
    source, facts = health.source, health.statistics
    if not source.is_saved_pages:
        yield gettext("Address"), display_address(source.url)
    if source.moved_to != source.url:
        yield gettext("Moved to"), display_address(source.moved_to)
    yield gettext("Web page"), source.homepage
    yield gettext("Folder"), source.folder
    yield gettext("Time zone"), source.zone
    if not _is_never_checked(source):
        own = "" if source.interval is None else gettext("set by you")
        yield gettext("Interval"), _join_facts(dot, format_span(source.interval or interval), own)
        yield gettext("Next check"), _describe_next_check(health, times, dot)
    yield gettext("Last check"), _format_past(source.checked, times)
    never = "" if _is_never_checked(source) else gettext("never")
    yield gettext("Last success"), _format_past(source.succeeded, times) or never
    if facts.attempts:
        counts = {"succeeded": facts.attempts - facts.failed, "count": facts.attempts}
        succeeded = gettext("{succeeded} of the last {count} succeeded", **counts)
        yield gettext("Checks"), _join_facts(dot, succeeded, *_costs(facts))
    yield gettext("Articles"), gettext("{total:,}, {unread:,} unread", total=source.total, unread=source.unread)
    yield gettext("Daily limit"), _describe_limit(source.per_day, per_day, dot)
    yield gettext("Newest article"), _format_past(facts.newest, times)
    if any(facts.weeks):
        numbers = " ".join(format_number(count, ",") for count in facts.weeks)
        yield gettext("Articles per week"), f"{sparkline(facts, ascii=ascii)}  {numbers}"
        pause = facts.longest_gap
        longest = "" if pause is None else gettext("longest pause {time}", time=format_span(pause))
        yield gettext("Frequency"), _join_facts(dot, gettext("about {rate}", rate=format_rate(facts)), longest)


def _costs(of: SourceStatistics | Attempt) -> tuple[str, str]:
    time = "" if of.milliseconds is None else gettext("{count:,} ms", count=of.milliseconds)
    return time, format_size(of.size)


def _join_facts(dot: str, *facts: str) -> str:
    return f" {dot} ".join(filter(None, facts))


def _describe_limit(own: int | None, default: int | None, dot: str) -> str:
    limit = default if own is None else own
    if limit is None:
        return ""
    limited = ngettext("{count:,} article", "{count:,} articles", limit)
    return _join_facts(dot, limited, "" if own is not None else gettext("set in config.toml"))


def _format_past(at: int | None, times: TimeContext) -> str:
    if at is None:
        return ""
    return gettext("{date}, {time} ago", date=times.clock.stamp(at), time=format_span(times.now - at))


def _describe_next_check(health: SourceStatus, times: TimeContext, dot: str) -> str:
    at, reason = health.next_check, health.reason
    if health.source.paused:
        return gettext("when resumed")
    if reason and at is None:
        return gettext("when online")
    if at is None or at <= times.now:
        return gettext("with the next refresh")
    return _join_facts(dot, times.describe_time(at), "" if reason == gettext("Not due yet.") else reason)


def _attempt_row(attempt: Attempt, repeated: int, label: str, times: TimeContext, dot: str, failed: str) -> HeaderRow:
    stamp = times.clock.stamp(attempt.at)
    if attempt.kind:
        before = ngettext("{count:,} time before", "{count:,} times before", repeated) if repeated else ""
        return f"{failed} {stamp}  {_join_facts(dot, without_label(attempt.message, label), before)}", "failed"
    new = gettext("{count:,} new", count=attempt.new) if attempt.new else ""
    edited = gettext("{count:,} edited", count=attempt.changed) if attempt.changed else ""
    result = join_list((new, edited)) or gettext("no new articles")
    return f"  {stamp}  {_join_facts(dot, result, *_costs(attempt), signs(attempt.message))}", "facts"
