"""Derive a source's status from its statistics: a state and a sentence about it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from roya_tui.clock import Clock
from roya_tui.model import Source, SourceStatistics, SourceStatus, display_address
from roya_tui.text import format_count

MINUTE, HOUR, DAY, WEEK, YEAR = 60, 3_600, 86_400, 7 * 86_400, 365 * 86_400

PROBLEMS = ("gone", "failing", "moved", "failed", "silent", "twice", "unsteady", "slow")
"""The states that need attention, the worst first."""
STATES = (*PROBLEMS, "offline", "new", "paused", "saved", "sample", "well")

ALL_WELL = "Answers well."
"""The sentence for a source without problems."""
FAILING_AFTER = 3
"""Failures in a row from which a source is `failing`, not `failed`."""
UNSTEADY_SHARE = 0.25
"""The share of failures in at least `MIN_TRIES` attempts from which a source is `unsteady`."""
MIN_TRIES = 10
SLOW_MILLISECONDS = 5_000
MIN_SILENCE = 3 * DAY
"""A shorter pause never makes a source `silent`; one longer than `YEAR` always does."""

ADVICE = {
    "gone": ("address", "remove"),
    "failing": ("refresh", "address", "remove"),
    "moved": ("address", "remove"),
    "failed": ("refresh",),
    "silent": ("browser", "remove"),
    "twice": ("remove",),
    "unsteady": ("refresh",),
    "slow": ("interval",),
    "offline": ("refresh",),
    "new": ("refresh",),
    "paused": ("pause",),
    "sample": ("remove",),
}


class TimeContext(Struct, frozen=True):
    """The current time in UTC seconds, and the clock that formats times."""

    now: int
    clock: Clock

    def describe_time(self, at: int) -> str:
        """Return `at 14:20`, `tomorrow at 14:20` or `on Sunday 22 November at 14:20`."""
        day, time = self.clock.day(at), self.clock.time(at)
        if day == self.clock.day(self.now):
            return f"at {time}"
        name = self.clock.day_name(day, self.now)
        return f"{name.lower() if name in ('Tomorrow', 'Yesterday') else f'on {name}'} at {time}"


def assess_source(
    source: Source,
    facts: SourceStatistics,
    times: TimeContext,
    *,
    reason: str = "",
    until: int | None = None,
    labels: Mapping[int, str],
) -> SourceStatus:
    """Return the status of a source.

    The schedule gives the `reason` why it is not checked now and `until` when. `labels` names all sources by id.
    """
    state = _classify_source(source, facts, times.now)
    sentence = _describe_state(state, source, facts, times, until, labels)
    advice = ADVICE.get(state, ())
    if state == "moved" and facts.duplicates:
        advice = ("remove",)  # another source already has the new address
    return SourceStatus(source, facts, state, sentence, advice, reason, until)


def _classify_source(source: Source, facts: SourceStatistics, now: int) -> str:
    if source.is_saved_pages:
        return "saved"
    if source.gone:
        return "gone"
    if source.paused:
        return "paused"
    if source.error:
        if facts.last is not None and facts.last.kind == "offline":
            return "offline"
        return "failing" if source.failures >= FAILING_AFTER or source.succeeded is None else "failed"
    if source.sample:
        return "sample"
    if source.succeeded is None:
        return "new"
    if source.moved_to and source.moved_to != source.url:
        return "moved"
    if silent_seconds(facts, now) is not None and not source.is_local:
        return "silent"
    if facts.duplicates:
        return "twice"
    if facts.attempts >= MIN_TRIES and facts.failed >= UNSTEADY_SHARE * facts.attempts:
        return "unsteady"
    if (facts.milliseconds or 0) >= SLOW_MILLISECONDS:
        return "slow"
    return "well"


def silent_seconds(facts: SourceStatistics, now: int) -> int | None:
    """Return the seconds since the newest article if unusually many, else None.

    Unusual is more than twice the longest pause before, or a year.
    """
    if facts.newest is None:
        return None
    allowed = YEAR if facts.longest_gap is None else min(max(2 * facts.longest_gap, MIN_SILENCE), YEAR)
    passed = now - facts.newest
    return passed if passed > allowed else None


def _describe_state(
    state: str,
    source: Source,
    facts: SourceStatistics,
    times: TimeContext,
    until: int | None,
    labels: Mapping[int, str],
) -> str:
    match state:
        case "gone":
            return "Its server says that it is gone for good; it is not asked any more."
        case "paused":
            return "Paused: it is not asked."
        case "offline":
            return "There was no network here at the last try."
        case "failing":
            failures = _describe_failures(source, times)
            return f"{_last_failure(source, facts)} {failures}{_describe_next_try(until, times)}"
        case "failed":
            return f"{_last_failure(source, facts)}{_describe_next_try(until, times)}"
        case "sample":
            return "A sample that came with the program."
        case "saved":
            return "Pages that you saved one by one; there is nothing to fetch."
        case "new":
            return "Not asked yet."
        case "moved" if facts.duplicates:
            return f"Has moved to an address that is here already, as {_name_sources(facts.duplicates, labels)}."
        case "moved":
            address = display_address(source.moved_to)
            return f"Says that it lives at {address} now; if it says so again, it is read there."
        case "silent":
            passed = f"Nothing new for {format_span(silent_seconds(facts, times.now) or 0)}"
            if facts.longest_gap is None:
                return f"{passed}."
            return f"{passed}; its longest pause before was {format_span(facts.longest_gap)}."
        case "twice":
            return f"Has the same articles as {_name_sources(facts.duplicates, labels)}."
        case "unsteady":
            return f"{facts.failed} of the last {facts.attempts} tries failed; the last one went well."
        case "slow":
            return f"Takes {(facts.milliseconds or 0) / 1000:.0f} s to answer."
        case "well":
            if facts.newest is None:
                return "Answers well; no article of it is here."
            if facts.last is not None and facts.last.message:
                return f"{ALL_WELL} {facts.last.message}"
    return ALL_WELL


def _describe_failures(source: Source, times: TimeContext) -> str:
    good = "none went well so far"
    if source.succeeded is not None:
        good = f"the last good answer was {format_span(times.now - source.succeeded)} ago"
    often = "1 try failed" if source.failures == 1 else f"{source.failures:,} tries failed in a row"
    return f"{often}; {good}."


def _last_failure(source: Source, facts: SourceStatistics) -> str:
    """Return the last failure as a sentence without the source's label."""
    last = facts.last.message if facts.last is not None and facts.last.kind else source.error
    words = last.removeprefix(source.label).strip()
    return f"{words[:1].upper()}{words[1:]}"


def _describe_next_try(until: int | None, times: TimeContext) -> str:
    return f" Next try {times.describe_time(until)}." if until is not None and until > times.now else ""


def _name_sources(ids: tuple[int, ...], labels: Mapping[int, str]) -> str:
    first, *others = [labels.get(id, f"number {id}") for id in ids]
    return f"{first} and {len(others):,} more" if others else first


_UNITS = ((2 * YEAR, YEAR, "year"), (3 * WEEK, WEEK, "week"), (2 * DAY, DAY, "day"), (HOUR, HOUR, "hour"))


def _largest_unit(seconds: int) -> tuple[int, str]:
    for least, unit, name in _UNITS:
        if seconds >= least:
            return seconds // unit, name
    return max(seconds, 0) // MINUTE, "minute"


def format_span(seconds: int) -> str:
    """Return a duration in its largest unit: `5 minutes`, `9 weeks`."""
    return format_count(*_largest_unit(seconds))


def format_short_span(seconds: int) -> str:
    """Return a duration in at most six cells: `5 min`, `9 w`."""
    count, unit = _largest_unit(seconds)
    return f"{count} {'min' if unit == 'minute' else unit[0]}"


def weekly_rate(facts: SourceStatistics) -> float:
    """Return the average number of articles a week, from the first week that had any."""
    since = next((week for week, count in enumerate(facts.weeks) if count), len(facts.weeks))
    return sum(facts.weeks) / max(1, len(facts.weeks) - since)


def format_rate(facts: SourceStatistics) -> str:
    """Return the rate in at most ten cells: `3 a day`, `2 a month`; "" if it is 0."""
    weekly = weekly_rate(facts)
    if weekly >= 14:
        return f"{weekly / 7:.0f} a day"
    if weekly >= 1:
        return f"{weekly:.0f} a week"
    return f"{max(weekly * 30 / 7, 1):.0f} a month" if weekly else ""
