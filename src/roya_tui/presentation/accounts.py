"""Describe accounts, their pending changes and their syncs, and lay out the tables of the accounts screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from roya_tui.characters import Measure
from roya_tui.clock import BRIEF_CELLS
from roya_tui.layout.bidi.controls import isolate, isolate_names, join_isolated
from roya_tui.model import Account, PendingChange, PendingSource
from roya_tui.presentation.headline_rows import Icons, RowSegment, fit_cell
from roya_tui.presentation.source_status import MINUTE, TimeContext, format_short_span, format_span
from roya_tui.text import contains_words, one_line
from roya_tui.translation import (
    format_number,
    gettext,
    gettext_noop,
    is_right_to_left,
    join_list,
    join_sentences,
    ngettext,
    signs,
)

NO_ACCOUNTS = gettext_noop("No accounts. To add one: roya-tui account add ADDRESS --user NAME")

# Syncs.


def describe_progress(event: Mapping[str, Any]) -> str:
    """Return the progress of a sync from its event."""
    if event["total"]:
        return gettext("Syncing with {label} {done:,}/{total:,}", **event)
    return gettext("Syncing with {label}", **event)


def describe_result(event: Mapping[str, Any]) -> str:
    """Return what a sync did, from its last event."""
    sent, received, marked = event["sent"], event["received"], event["marked"]
    facts = [
        ngettext("{count:,} change sent", "{count:,} changes sent", sent) if sent else "",
        ngettext("{count:,} article received", "{count:,} articles received", received) if received else "",
        ngettext("{count:,} article marked", "{count:,} articles marked", marked) if marked else "",
    ]
    if not any(facts):
        return gettext("Synced with {label}.", **event)
    return gettext("Synced with {label}: {facts}.", facts=join_list(filter(None, facts)), **event)


def describe_pending(accounts: Sequence[Account]) -> str:
    """Return how many changes wait for a sync, "" if there are none."""
    waiting = [account for account in accounts if account.pending]
    count = sum(account.pending for account in waiting)
    if len(waiting) > 1:
        return gettext("{count:,} changes wait for {number} accounts", count=count, number=len(waiting))
    if waiting:
        label = waiting[0].label
        return ngettext("{count:,} change waits for {label}", "{count:,} changes wait for {label}", count, label=label)
    return ""


# Accounts.


def describe_account(account: Account, times: TimeContext, dot: str, key: str) -> list[str]:
    """Return lines about an account: what it is, its last sync, and its error. `key` starts a sync."""
    articles = gettext("articles from the server") if account.content == "server" else gettext("articles from feeds")
    sources = ngettext("{count:,} source", "{count:,} sources", account.sources)
    facts = list(filter(None, (one_line(account.server), sources, articles)))
    lines = [f"{isolate(account.label)}: {join_isolated(facts, f' {dot} ')}", _describe_last_sync(account, times, key)]
    if count := account.pending_sources:
        waiting = ngettext("{count:,} source is to be changed on the server.",
                           "{count:,} sources are to be changed on the server.", count)  # fmt: skip
        lines[1] = join_sentences(lines[1], waiting)
    if account.error:
        retry = gettext("{key}: try again", key=key)
        lines += [isolate_names(signs(account.error)), join_sentences(_describe_hold(account, times), retry)]
    return lines


def _describe_last_sync(account: Account, times: TimeContext, key: str) -> str:
    if account.synced is None:
        never = gettext("Never synced completely.") if account.attempted else gettext("Not synced yet.")
        return never if account.error else join_sentences(never, gettext("{key}: sync now", key=key))
    stamp, passed = isolate(times.clock.stamp(account.synced)), times.now - account.synced
    if passed < MINUTE:
        return gettext("Last sync: just now ({date}).", date=stamp)
    return gettext("Last sync: {time} ago ({date}).", time=format_span(passed), date=stamp)


def _describe_hold(account: Account, times: TimeContext) -> str:
    if (account.held_until or 0) <= times.now:
        return ""
    return gettext("The next sync starts after {time}.", time=isolate(times.describe_time(account.held_until or 0)))


_MIN_NAME_CELLS = 18
_CELLS = {"name": 0, "server": 22, "sources": 7, "pending": 7, "synced": 9}
"""The columns from the first, and their least width in cells."""
_ADDED = "pending", "synced", "sources", "server"
"""The columns that a wider window adds, in this order."""
_RIGHT_ALIGNED = "sources", "pending", "synced"
_HEADINGS = {
    "name": gettext_noop("Account"), "server": gettext_noop("Server"), "sources": gettext_noop("Sources"),
    "pending": gettext_noop("Pending"), "synced": gettext_noop("Last sync"),
}  # fmt: skip


def _columns(width: int) -> dict[str, int]:
    """Return the widths of the columns that fit; the name takes the rest."""
    room = width - 2
    cells = {}
    for column in _ADDED:
        cells[column] = max(_CELLS[column], len(gettext(_HEADINGS[column])))
        if room - cells[column] - 1 < _MIN_NAME_CELLS:
            del cells[column]
            break
        room -= cells[column] + 1
    cells["name"] = max(1, room)
    return {column: cells[column] for column in _CELLS if column in cells}


def account_headings(width: int, measure: Measure, rtl: str = "visual") -> list[str]:
    """Return the parts of the heading of the table at a width of `width` cells, with the blanks between them."""
    parts = [" "]
    for column, room in _columns(width).items():
        right = column in _RIGHT_ALIGNED or is_right_to_left()
        parts += [" ", fit_cell(gettext(_HEADINGS[column]), room, measure, rtl, "", right=right)]
    return parts


def account_row(
    account: Account, width: int, icons: Icons, now: int, measure: Measure, rtl: str = "visual"
) -> list[RowSegment]:
    """Lay out an account in exactly `width` cells."""
    synced = gettext("never") if account.synced is None else format_short_span(now - account.synced)
    words = {
        "name": (account.label, "failed" if account.error else "title"),
        "server": (one_line(account.server), "dim"),
        "sources": (format_number(account.sources, ","), "dim"),
        "pending": (format_number(account.pending, ","), "count" if account.pending else "dim"),
        "synced": (synced, "dim"),
    }
    runs = [(icons.failed if account.error else " ", "failed")]
    for column, cells in _columns(width).items():
        text, style = words[column]
        right = column in _RIGHT_ALIGNED and not is_right_to_left()  # where the units of numbers are; see `fit_cell`
        runs += [(" ", ""), (fit_cell(text, cells, measure, rtl, icons.ellipsis, right=right), style)]
    return runs


# Pending changes.

_CHANGES = {
    ("read", True): gettext_noop("Marked read"), ("read", False): gettext_noop("Marked unread"),
    ("starred", True): gettext_noop("Starred"), ("starred", False): gettext_noop("Unstarred"),
    ("tag", True): gettext_noop("Added tag {tag}"), ("tag", False): gettext_noop("Removed tag {tag}"),
}  # fmt: skip
_CHANGE_CELLS = 16


def describe_change(change: PendingChange) -> str:
    """Return what was changed: `Starred`, `Added tag water`."""
    return gettext(_CHANGES[change.field, change.value], tag=change.tag)


_SOURCE_CHANGES = {
    "add": gettext_noop("Added source"), "edit": gettext_noop("Renamed or moved source"),
    "remove": gettext_noop("Removed source"),
}  # fmt: skip


def describe_source_change(source: PendingSource) -> str:
    """Return how a source was changed: `Added source`."""
    return gettext(_SOURCE_CHANGES[source.change])


def filter_changes(changes: Sequence[PendingChange], words: str) -> list[PendingChange]:
    """Return the changes whose kind or title contains all words."""
    return [change for change in changes if contains_words(f"{describe_change(change)} {change.title}", words)]


def describe_changes(changes: Sequence[PendingChange], pending: int) -> str:
    """Return the heading of the latest pending changes, of `pending` in all; "" if there are none."""
    if not changes:
        return ""
    heading = ngettext("{count:,} pending change.", "{count:,} pending changes.", len(changes))
    if pending > len(changes):
        heading = gettext("The newest {shown:,} of {count:,} pending changes.", shown=len(changes), count=pending)
    missing, wait = sum(not change.remote_id for change in changes), ""
    if missing:
        wait = ngettext(
            "{count:,} waits until the server has its article.",
            "{count:,} wait until the server has their articles.",
            missing,
        )
    return join_sentences(heading, wait)


def change_row(
    change: PendingChange, width: int, icons: Icons, times: TimeContext, measure: Measure, rtl: str = "visual"
) -> list[RowSegment]:
    """Lay out a pending change in exactly `width` cells."""
    at, is_units_right = times.clock.brief(change.at, times.now).strip(), not is_right_to_left()
    room = max(1, width - _CHANGE_CELLS - BRIEF_CELLS - 3)
    cells = (
        (describe_change(change), _CHANGE_CELLS, "source", False),
        (change.title or gettext("Untitled"), room, "title" if change.remote_id else "dim", False),
        (at, BRIEF_CELLS, "dim", is_units_right),
    )
    runs = []
    for text, room, style, right in cells:
        runs += [(" ", ""), (fit_cell(text, room, measure, rtl, icons.ellipsis, right=right), style)]
    return runs
