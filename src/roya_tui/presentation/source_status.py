"""Derive a source's status from its statistics: a state and a sentence about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from roya_tui.clock import Clock
from roya_tui.model import Source, SourceStatistics, SourceStatus, display_address
from roya_tui.text import capitalize_first
from roya_tui.translation import gettext, gettext_noop, join_list, join_sentences, ngettext, quote, signs

MINUTE, HOUR, DAY, WEEK, YEAR = 60, 3_600, 86_400, 7 * 86_400, 365 * 86_400

PROBLEMS = ("removed", "failing", "moved", "failed", "silent", "duplicate", "unstable", "slow")
"""The states that need attention, the worst first."""
STATES = (*PROBLEMS, "offline", "new", "paused", "saved", "synced", "sample", "ok")

STATE_NAMES = {
    "removed": gettext_noop("removed"), "failing": gettext_noop("failing"), "moved": gettext_noop("moved"),
    "failed": gettext_noop("failed"), "silent": gettext_noop("silent"), "duplicate": gettext_noop("duplicate"),
    "unstable": gettext_noop("unstable"), "slow": gettext_noop("slow"), "offline": gettext_noop("offline"),
    "new": gettext_noop("new"), "paused": gettext_noop("paused"), "saved": gettext_noop("saved"),
    "synced": gettext_noop("synced"), "sample": gettext_noop("sample"), "ok": gettext_noop("OK"),
}  # fmt: skip
"""The states as users see them."""

NO_PROBLEMS = gettext_noop("No problems.")
"""The sentence for a source without problems."""
FAILING_AFTER = 3
"""Failures in a row from which a source is `failing`, not `failed`."""
UNSTABLE_SHARE = 0.25
"""The share of failures in at least `MIN_TRIES` attempts from which a source is `unstable`."""
MIN_TRIES = 10
SLOW_MILLISECONDS = 5_000
MIN_SILENCE = 3 * DAY
"""A shorter pause never makes a source `silent`; one longer than `YEAR` always does."""

ADVICE = {
    "removed": ("address", "remove"),
    "failing": ("refresh", "address", "remove"),
    "moved": ("address", "remove"),
    "failed": ("refresh",),
    "silent": ("browser", "remove"),
    "duplicate": ("remove",),
    "unstable": ("refresh",),
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
        """Return `14:20`, `tomorrow at 14:20` or `Sunday 22 November at 14:20`."""
        day, today, time = self.clock.day(at), self.clock.day(self.now), self.clock.time(at)
        if day == today:
            return time
        if (day - today).days == 1:
            return gettext("tomorrow at {time}", time=time)
        return gettext("{day} at {time}", day=self.clock.day_name(day, self.now), time=time)


def assess_source(
    source: Source,
    facts: SourceStatistics,
    times: TimeContext,
    *,
    reason: str = "",
    until: int | None = None,
    labels: Mapping[int, str],
    moved_onto: str = "",
) -> SourceStatus:
    """Return the status of a source.

    The schedule gives the `reason` why it is not checked now and `until` when. `labels` names all sources by id.
    `moved_onto` is the label of another source that has the address to which this one moved.
    """
    state = _classify_source(source, facts, times.now)
    sentence = _describe_state(state, source, facts, times, until, labels, moved_onto)
    problem = _last_failure(source, facts) if state in ("failing", "failed") else sentence
    problem = problem if state in PROBLEMS or state == "offline" else ""
    advice = ADVICE.get(state, ())
    if state == "moved" and moved_onto:
        advice = ("remove",)  # another source already has the new address
    return SourceStatus(source, facts, state, sentence, problem, advice, reason, until)


def _classify_source(source: Source, facts: SourceStatistics, now: int) -> str:
    if source.is_saved_pages:
        return "saved"
    if source.from_server:
        return "synced"
    if source.gone:
        return "removed"
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
        return "duplicate"
    if facts.attempts >= MIN_TRIES and facts.failed >= UNSTABLE_SHARE * facts.attempts:
        return "unstable"
    if (facts.milliseconds or 0) >= SLOW_MILLISECONDS:
        return "slow"
    return "ok"


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
    moved_onto: str,
) -> str:
    match state:
        case "removed":
            return gettext("The server reports that it was removed (410). It is not checked any more.")
        case "paused":
            return gettext("Paused: it is not checked.")
        case "offline":
            return gettext("There was no network at the last check.")
        case "failing":
            return join_sentences(
                _last_failure(source, facts), *_describe_failures(source, times), next_check_sentence(until, times)
            )
        case "failed":
            return join_sentences(_last_failure(source, facts), next_check_sentence(until, times))
        case "sample":
            return gettext("Sample articles of roya-tui.")
        case "saved":
            return gettext("Pages that you saved. They are not refreshed.")
        case "synced":
            return gettext("Its articles come from the server of its account.")
        case "new":
            return gettext("Not checked yet.")
        case "moved":
            address = display_address(source.moved_to)
            if moved_onto:
                return gettext(
                    "Moved permanently to {address}, the address of “{title}”.", address=address, title=moved_onto
                )
            return gettext("Moved permanently to {address}. Adopted if the next check confirms it.", address=address)
        case "silent":
            passed = format_span(silent_seconds(facts, times.now) or 0)
            longest = facts.longest_gap
            return join_sentences(
                gettext("No new articles for {time}.", time=passed),
                "" if longest is None else gettext("Longest pause before: {time}.", time=format_span(longest)),
            )
        case "duplicate":
            return _describe_duplicates([labels.get(id, str(id)) for id in facts.duplicates])
        case "unstable":
            counts = {"failed": facts.failed, "count": facts.attempts}
            return gettext("{failed} of the last {count} checks failed, but not the last one.", **counts)
        case "slow":
            return gettext("Takes {seconds:.0f} s to respond.", seconds=(facts.milliseconds or 0) / 1000)
        case "ok":
            if facts.newest is None:
                return gettext("It has no articles.")
            if facts.last is not None and facts.last.message:
                return signs(facts.last.message)
    return gettext(NO_PROBLEMS)


def describe_held_hosts(held: Mapping[str, int], times: TimeContext) -> str:
    """Return until when hosts are limiting requests; `held` has the end by host."""
    if len(held) == 1:
        [(host, until)] = held.items()
        return gettext("{host} is limiting requests until {time}.", time=times.describe_time(until), host=host)
    ends = ((host, times.describe_time(until)) for host, until in sorted(held.items()))
    hosts = join_list(gettext("{host} until {time}", host=host, time=time) for host, time in ends)
    return gettext("{count:,} hosts are limiting requests: {hosts}.", count=len(held), hosts=hosts)


def _describe_failures(source: Source, times: TimeContext) -> tuple[str, str]:
    last = gettext("No check succeeded yet.")
    if source.succeeded is not None:
        last = gettext("Last success: {time} ago.", time=format_span(times.now - source.succeeded))
    return ngettext("{count:,} check failed.", "{count:,} checks failed in a row.", source.failures), last


def _last_failure(source: Source, facts: SourceStatistics) -> str:
    last = facts.last.message if facts.last is not None and facts.last.kind else source.error
    return without_label(last, source.label)


def without_label(message: str, label: str) -> str:
    """Return a stored message about a source, without the label at its beginning, with the terminal's signs."""
    shown = (quote(label), f"“{label}”", f'"{label}"', label)  # it may come from a terminal with other signs
    label = next(filter(message.startswith, shown), "")
    words = signs(message.removeprefix(label).strip())
    return capitalize_first(words)


def next_check_sentence(until: int | None, times: TimeContext) -> str:
    """Return when the next check is, "" if it is due or the time is unknown."""
    if until is None or until <= times.now:
        return ""
    return gettext("Next check: {time}.", time=times.describe_time(until))


def _describe_duplicates(titles: Sequence[str]) -> str:
    first, *others = titles
    if not others:
        return gettext("Has the same articles as “{title}”.", title=first)
    return ngettext(
        "Has the same articles as “{title}” and {count} other source.",
        "Has the same articles as “{title}” and {count} other sources.",
        len(others),
        title=first,
    )


_SHORT_UNITS = {
    "year": gettext_noop("{count} y"), "week": gettext_noop("{count} w"), "day": gettext_noop("{count} d"),
    "hour": gettext_noop("{count} h"), "minute": gettext_noop("{count} min"),
}  # fmt: skip
_UNITS = ((2 * YEAR, YEAR, "year"), (3 * WEEK, WEEK, "week"), (2 * DAY, DAY, "day"), (HOUR, HOUR, "hour"))


def _largest_unit(seconds: int) -> tuple[int, str]:
    for least, unit, name in _UNITS:
        if seconds >= least:
            return seconds // unit, name
    return max(seconds, 0) // MINUTE, "minute"


def format_span(seconds: int) -> str:
    """Return a duration in its largest unit: `5 minutes`, `9 weeks`."""
    count, unit = _largest_unit(seconds)
    return {
        "year": ngettext("{count} year", "{count} years", count),
        "week": ngettext("{count} week", "{count} weeks", count),
        "day": ngettext("{count} day", "{count} days", count),
        "hour": ngettext("{count} hour", "{count} hours", count),
        "minute": ngettext("{count} minute", "{count} minutes", count),
    }[unit]


def format_short_span(seconds: int) -> str:
    """Return a duration in at most six cells: `5 min`, `9 w`."""
    count, unit = _largest_unit(seconds)
    return gettext(_SHORT_UNITS[unit], count=count)


def weekly_rate(facts: SourceStatistics) -> float:
    """Return the average number of articles a week, from the first week that had any."""
    since = next((week for week, count in enumerate(facts.weeks) if count), len(facts.weeks))
    return sum(facts.weeks) / max(1, len(facts.weeks) - since)


def format_rate(facts: SourceStatistics) -> str:
    """Return the rate in at most ten cells: `3 a day`, `2 a month`; "" if it is 0."""
    weekly = weekly_rate(facts)
    if weekly >= 14:
        return gettext("{count:.0f} a day", count=weekly / 7)
    if weekly >= 1:
        return gettext("{count:.0f} a week", count=weekly)
    return gettext("{count:.0f} a month", count=max(weekly * 30 / 7, 1)) if weekly else ""
