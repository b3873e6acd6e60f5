"""Describe rules, parse what the user types about them, and lay out the rule table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from roya_tui.characters import Measure
from roya_tui.model import EFFECTS, Rule
from roya_tui.presentation.headline_rows import Icons, RowSegment, fit_cell
from roya_tui.query.fields import parse_duration
from roya_tui.text import contains_words
from roya_tui.translation import gettext, gettext_noop, is_right_to_left, join_list, ngettext

DAY = 86_400

_EFFECT_VERBS = {
    "mute": gettext_noop("mutes"), "highlight": gettext_noop("highlights"), "tag": gettext_noop("tags {tag}"),
    "star": gettext_noop("stars"), "read": gettext_noop("marks read"), "notify": gettext_noop("notifies"),
}  # fmt: skip
TAG_EXAMPLE, TERM_EXAMPLES = "tag NAME", ("12h", "1d", "7d")


def describe_effect(rule: Rule) -> str:
    """Return what a rule does: `mutes`, `tags water`."""
    return gettext(_EFFECT_VERBS.get(rule.effect, rule.effect), tag=rule.tag)


def describe_expiry(rule: Rule, now: int) -> str:
    """Return how long a rule still applies."""
    if rule.ends is not None and rule.ends <= now:
        return gettext("ended")
    if rule.off:
        return gettext("disabled")
    if rule.ends is None:
        return gettext("forever")
    return gettext("{duration} left", duration=format_days(rule.ends - now))


def format_days(seconds: int) -> str:
    """Return a duration in days or hours, rounded up."""
    if seconds > DAY:
        return ngettext("{count} day", "{count} days", -(-seconds // DAY))
    return ngettext("{count} hour", "{count} hours", -(-seconds // 3_600))


def parse_effect(text: str) -> tuple[str, str]:
    """Parse `mute` or `tag water` into an effect and the tag. Raises ValueError."""
    word, _, tag = text.strip().replace("=", " ", 1).partition(" ")
    effect = {"hide": "mute"}.get(word.casefold(), word.casefold())
    if effect not in EFFECTS:
        raise ValueError(
            gettext("Type mute, highlight, star, read, notify or, for example, {example}", example=TAG_EXAMPLE)
        )
    if effect == "tag" and not tag.strip():
        raise ValueError(gettext("Type the name of the tag, too. Example: {example}", example=TAG_EXAMPLE))
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
        message = gettext(
            "Type a duration such as {examples}, or nothing for forever.", examples=join_list(TERM_EXAMPLES)
        )
        raise ValueError(message) from None


def format_term(seconds: int | None) -> str:
    """Return a term as `parse_term` reads it."""
    if seconds is None:
        return ""
    return f"{seconds // DAY}d" if seconds % DAY == 0 else f"{max(1, seconds // 3_600)}h"


def describe_matches(count: int, of: int) -> str:
    """Return how many articles of the last 30 days a rule matches."""
    if not of:
        return gettext("No articles in the last 30 days")
    return ngettext("Matches now: {matches:,} of {count:,} article of the last 30 days",
               "Matches now: {matches:,} of {count:,} articles of the last 30 days", of, matches=count)  # fmt: skip


_EXEMPT = {
    "mute": gettext_noop("Not muted: {count:,} (starred, noted, saved or unhidden by you)"),
    "highlight": gettext_noop("Not highlighted: {count:,} (saved pages)"),
    "tag": gettext_noop("Not tagged: {count:,} (hidden or saved)"),
    "star": gettext_noop("Not starred: {count:,} (hidden, saved or unstarred by you)"),
    "read": gettext_noop("Not marked read: {count:,} (hidden, saved, read, or marked unread by you)"),
    "notify": gettext_noop("Not in notifications: {count:,} (hidden or saved)"),
}
"""Effect → which matching articles a rule does not change."""


def describe_exceptions(effect: str, already: int, left: int) -> str:
    """Return how many matches already have the effect, and how many a rule does not change."""
    same = gettext("Already done: {count:,}", count=already) if already else ""
    exempt = gettext(_EXEMPT[effect], count=left) if left else ""
    return "   ".join(filter(None, (same, exempt)))


def describe_references(by: Sequence[str]) -> str:
    """Return a sentence about what refers to a deleted object, as `find_references` describes it, or ""."""
    if len(by) < 2:
        return gettext("Still used by {name}.", name=by[0]) if by else ""
    return ngettext("Still used by {name} and {count:,} other.", "Still used by {name} and {count:,} others.",
                    len(by) - 1, name=by[0])  # fmt: skip


_EFFECT_CELLS, _UNTIL_CELLS, _MATCHES_CELLS, _MIN_NAME_CELLS = 12, 13, 7, 10
_NAME_CELLS = 20
_HEADINGS = {
    "name": gettext_noop("Name"), "effect": gettext_noop("Effect"), "query": gettext_noop("Query"),
    "until": gettext_noop("Until"), "matches": gettext_noop("Matches"),
}  # fmt: skip
_RIGHT_ALIGNED = ("until", "matches")


def _columns(width: int) -> dict[str, int]:
    """Return the widths of the columns that fit; the query is dropped first, then the matches."""
    room = width - 2 - _EFFECT_CELLS - 1
    has_until = room >= _MIN_NAME_CELLS + _UNTIL_CELLS + 1
    has_matches = room >= _MIN_NAME_CELLS + _UNTIL_CELLS + _MATCHES_CELLS + 2
    room -= (_UNTIL_CELLS + 1) * has_until + (_MATCHES_CELLS + 1) * has_matches
    has_query = room >= _NAME_CELLS + _MIN_NAME_CELLS + 1
    name = _NAME_CELLS if has_query else max(1, room)
    widths = {"name": name, "effect": _EFFECT_CELLS, "query": room - name - 1 if has_query else 0}
    widths |= {"until": _UNTIL_CELLS * has_until, "matches": _MATCHES_CELLS * has_matches}
    return {column: cells for column, cells in widths.items() if cells}


def filter_rules(rules: Sequence[Rule], words: str) -> list[Rule]:
    """Return the rules whose name, effect or query contains all words."""
    return [
        rule for rule in rules if contains_words(f"{rule.name} {describe_effect(rule)} {rule.display_query}", words)
    ]


def column_headings(width: int, measure: Measure, rtl: str = "visual") -> list[str]:
    """Return the parts of the heading of the rule table at a width of `width` cells, with the blanks between them."""
    parts = [" "]
    for column, room in _columns(width).items():
        right = column in _RIGHT_ALIGNED or is_right_to_left()
        parts += [" ", fit_cell(gettext(_HEADINGS[column]), room, measure, rtl, "", right=right)]
    return parts


def rule_row(
    rule: Rule, match_count: str, width: int, icons: Icons, now: int, measure: Callable[[str], int], rtl: str = "visual"
) -> list[RowSegment]:
    """Lay out a rule in exactly `width` cells."""
    icon = (icons.failed, "failed") if rule.problem else (" " if rule.off else icons.unread, "unread")
    style = "dim" if rule.off else "title" if not rule.problem else "failed"
    words = {
        "name": (rule.name, style),
        "effect": (describe_effect(rule), "source"),
        "query": (rule.problem or rule.display_query, "failed" if rule.problem else "dim"),
        "until": (describe_expiry(rule, now), "dim"),
        "matches": (match_count, "count"),
    }
    runs = [icon]
    for column, cells in _columns(width).items():
        text, style = words[column]
        right = column in _RIGHT_ALIGNED and not is_right_to_left()  # where the units of numbers are; see `fit_cell`
        cell = fit_cell(text, cells, measure, rtl, icons.ellipsis, right=right)
        runs += [(" ", ""), (cell, style)]
    return runs
