"""Describe rules, parse what the user types about them, and lay out the rule table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from roya_tui.model import EFFECTS, Rule
from roya_tui.presentation.headline_rows import Icons, RowSegment, fit_cell
from roya_tui.query.fields import parse_duration
from roya_tui.text import format_count

DAY = 86_400

EFFECT_VERBS = {"mute": "mutes", "highlight": "highlights", "tag": "tags", "star": "stars", "read": "marks read"}


def describe_effect(rule: Rule) -> str:
    """Return what a rule does: `mutes`, `tags water`."""
    return f"{EFFECT_VERBS[rule.effect]} {rule.tag}".strip()


def describe_expiry(rule: Rule, now: int) -> str:
    """Return how long a rule still applies."""
    if rule.ends is not None and rule.ends <= now:
        return "over"
    if rule.off:
        return "off"
    return "for good" if rule.ends is None else f"{format_days(rule.ends - now)} left"


def format_days(seconds: int) -> str:
    """Return a duration in days or hours, rounded up."""
    size, unit = (DAY, "day") if seconds > DAY else (3_600, "hour")
    return format_count(-(-seconds // size), unit)


def describe_term(term: int | None) -> str:
    """Return how long a new rule applies: `for 7 days`, `for good`."""
    return "for good" if term is None else f"for {format_days(term)}"


def parse_effect(text: str) -> tuple[str, str]:
    """Parse `mute` or `tag water` into an effect and the tag. Raises ValueError."""
    word, _, tag = text.strip().replace("=", " ", 1).partition(" ")
    effect = {"hide": "mute"}.get(word.casefold(), word.casefold())
    if effect not in EFFECTS:
        raise ValueError(f"A rule can {', '.join(EFFECTS[:-1])} or {EFFECTS[-1]}; tag water gives the tag water.")
    if effect == "tag" and not tag.strip():
        raise ValueError("Which tag? tag water gives the tag water.")
    return effect, tag.strip() if effect == "tag" else ""


def parse_term(text: str) -> int | None:
    """Parse a term such as `7d` into seconds; None (forever) for "". Raises ValueError."""
    if not text.strip():
        return None
    try:
        if seconds := parse_duration(text.strip().casefold()):
            return seconds
        raise ValueError
    except ValueError:
        raise ValueError("How long? 12h, 1d, 7d; left empty, for good.") from None


def format_term(seconds: int | None) -> str:
    """Return a term as `parse_term` reads it."""
    if seconds is None:
        return ""
    return f"{seconds // DAY}d" if seconds % DAY == 0 else f"{max(1, seconds // 3_600)}h"


def describe_matches(count: int, of: int) -> str:
    """Return how many articles of the last 30 days a rule matches."""
    return f"Would catch {count:,} of {of:,} in the last 30 days" if of else "Nothing came in the last 30 days"


_ALREADY = {"mute": "hidden", "highlight": "highlighted", "star": "starred"}
_EXEMPT = {
    "mute": "starred, noted, saved, or shown again by you",
    "highlight": "pages that you saved",
    "tag": "hidden, or saved by you",
    "star": "hidden, saved, or you took the star off",
    "read": "hidden, saved, read, or marked unread by you",
}
"""Effect → which matching articles a rule does not change."""


def describe_exceptions(effect: str, already: int, left: int) -> str:
    """Return how many matches already have the effect, and how many a rule does not change."""
    same = f"{already:,} of them {_ALREADY[effect]} already" if already else ""
    exempt = f"{left:,} more {'stays' if left == 1 else 'stay'} as now: {_EXEMPT[effect]}" if left else ""
    return "; ".join(filter(None, (same, exempt)))


def describe_references(by: Sequence[str]) -> str:
    """Return what refers to a deleted object: ` The rule Quiet still names it.`"""
    if not by:
        return ""
    first, more = by[0], len(by) - 1
    words = f"{first} and {more:,} more still name" if more else f"{first} still names"
    return f" {words[0].upper()}{words[1:]} it."


_EFFECT_CELLS, _UNTIL_CELLS, _MATCHES_CELLS, _MIN_NAME_CELLS = 12, 13, 7, 10
_NAME_CELLS = 20
_RIGHT_ALIGNED = ("Until", "Caught")


def _columns(width: int) -> dict[str, int]:
    """Return the widths of the columns that fit; Query is dropped first, then Caught."""
    room = width - 2 - _EFFECT_CELLS - 1
    has_until = room >= _MIN_NAME_CELLS + _UNTIL_CELLS + 1
    has_caught = room >= _MIN_NAME_CELLS + _UNTIL_CELLS + _MATCHES_CELLS + 2
    room -= (_UNTIL_CELLS + 1) * has_until + (_MATCHES_CELLS + 1) * has_caught
    has_query = room >= _NAME_CELLS + _MIN_NAME_CELLS + 1
    name = _NAME_CELLS if has_query else max(1, room)
    widths = {"Name": name, "Does": _EFFECT_CELLS, "Query": room - name - 1 if has_query else 0}
    widths |= {"Until": _UNTIL_CELLS * has_until, "Caught": _MATCHES_CELLS * has_caught}
    return {column: cells for column, cells in widths.items() if cells}


def column_headings(width: int) -> str:
    """Return the heading of the rule table at a width of `width` cells."""
    widths = _columns(width).items()
    return "  " + " ".join(
        f"{name:>{cells}}" if name in _RIGHT_ALIGNED else f"{name:<{cells}}"[:cells] for name, cells in widths
    )


def rule_row(
    rule: Rule, match_count: str, width: int, icons: Icons, now: int, measure: Callable[[str], int], rtl: str = "visual"
) -> list[RowSegment]:
    """Lay out a rule in exactly `width` cells."""
    icon = (icons.failed, "failed") if rule.problem else (" " if rule.off else icons.unread, "unread")
    style = "dim" if rule.off else "title" if not rule.problem else "failed"
    words = {
        "Name": (rule.name, style),
        "Does": (describe_effect(rule), "source"),
        "Query": (rule.problem or rule.display_query, "failed" if rule.problem else "dim"),
        "Until": (describe_expiry(rule, now), "dim"),
        "Caught": (match_count, "count"),
    }
    runs = [icon]
    for column, cells in _columns(width).items():
        text, style = words[column]
        cell = fit_cell(text, cells, measure, rtl, icons.ellipsis, right=column in _RIGHT_ALIGNED)
        runs += [(" ", ""), (cell, style)]
    return runs
