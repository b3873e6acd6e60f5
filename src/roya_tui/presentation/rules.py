"""Rules in words: what each does, for how long, and what it would have caught."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from roya_tui.layout.one_line import fit_line
from roya_tui.model import EFFECTS, Rule
from roya_tui.presentation.headline_rows import Icons, RowSegment
from roya_tui.query.fields import parse_duration
from roya_tui.text import format_count

DAY = 86_400

EFFECT_VERBS = {"mute": "mutes", "highlight": "highlights", "tag": "tags", "star": "stars", "read": "marks read"}
"""What rules with an effect do."""


def describe_effect(rule: Rule) -> str:
    """What a rule does: `mutes`, `tags water`."""
    return f"{EFFECT_VERBS[rule.effect]} {rule.tag}".strip()


def describe_expiry(rule: Rule, now: int) -> str:
    """How long it still stands."""
    if rule.ends is not None and rule.ends <= now:
        return "over"
    if rule.off:
        return "off"
    return "for good" if rule.ends is None else f"{format_days(rule.ends - now)} left"


def format_days(seconds: int) -> str:
    """A span of time in days or hours; one that has begun counts."""
    size, unit = (DAY, "day") if seconds > DAY else (3_600, "hour")
    return format_count(-(-seconds // size), unit)


def describe_term(term: int | None) -> str:
    """For how long a rule is made: `for 7 days`, `for good`."""
    return "for good" if term is None else f"for {format_days(term)}"


def parse_effect(text: str) -> tuple[str, str]:
    """Read what a rule is to do, as one writes it: an effect, and the tag behind `tag`. Raises ValueError."""
    word, _, tag = text.strip().replace("=", " ", 1).partition(" ")
    known = {"hide": "mute"}.get(word.casefold(), word.casefold())
    if known not in EFFECTS:
        raise ValueError(f"A rule can {', '.join(EFFECTS[:-1])} or {EFFECTS[-1]}; tag water gives the tag water.")
    if known == "tag" and not tag.strip():
        raise ValueError("Which tag? tag water gives the tag water.")
    return known, tag.strip() if known == "tag" else ""


def parse_term(text: str) -> int | None:
    """Read how long a rule is to stand: `7d`, or nothing for good. Raises ValueError."""
    if not text.strip():
        return None
    try:
        if seconds := parse_duration(text.strip().casefold()):
            return seconds
        raise ValueError
    except ValueError:
        raise ValueError("How long? 12h, 1d, 7d; left empty, for good.") from None


def format_term(seconds: int | None) -> str:
    """The same as one writes it."""
    if seconds is None:
        return ""
    return f"{seconds // DAY}d" if seconds % DAY == 0 else f"{max(1, seconds // 3_600)}h"


def describe_matches(count: int, of: int) -> str:
    """What a rule would have caught of the articles of the last 30 days."""
    return f"Would catch {count:,} of {of:,} in the last 30 days" if of else "Nothing came in the last 30 days"


_ALREADY = {"mute": "hidden", "highlight": "highlighted", "star": "starred"}
_EXEMPT = {
    "mute": "starred, noted, saved, or shown again by you",
    "highlight": "pages that you saved",
    "tag": "hidden, or saved by you",
    "star": "hidden, saved, or you took the star off",
    "read": "hidden, saved, read, or marked unread by you",
}
"""Why a rule acts on none of these."""


def describe_exceptions(effect: str, already: int, left: int) -> str:
    """What else is to be said of what a rule would have caught: what is so already, and what it leaves as it is."""
    so = f"{already:,} of them {_ALREADY[effect]} already" if already else ""
    stays = f"{left:,} more {'stays' if left == 1 else 'stay'} as now: {_EXEMPT[effect]}" if left else ""
    return "; ".join(filter(None, (so, stays)))


def describe_references(by: Sequence[str]) -> str:
    """What names something that goes, as a sentence behind another one: ` The rule Quiet still names it.`"""
    if not by:
        return ""
    first, more = by[0], len(by) - 1
    who = f"{first} and {more:,} more still name" if more else f"{first} still names"
    return f" {who[0].upper()}{who[1:]} it."


_EFFECT_CELLS, _UNTIL_CELLS, _MATCHES_CELLS, _MIN_NAME_CELLS = 12, 13, 7, 10
_NAME_CELLS = 20
_RIGHT_ALIGNED = ("Until", "Caught")
"""Columns whose words end at one edge."""


def _columns(width: int) -> dict[str, int]:
    """The columns that have room in `width` cells, and how many each takes; as it shrinks they give way: the query,
    what it caught, how long."""
    room = width - 2 - _EFFECT_CELLS - 1
    ends, caught = (
        room >= _MIN_NAME_CELLS + _UNTIL_CELLS + 1,
        room >= _MIN_NAME_CELLS + _UNTIL_CELLS + _MATCHES_CELLS + 2,
    )
    room -= (_UNTIL_CELLS + 1) * ends + (_MATCHES_CELLS + 1) * caught
    query = room >= _NAME_CELLS + _MIN_NAME_CELLS + 1
    name = _NAME_CELLS if query else max(1, room)
    found = {"Name": name, "Does": _EFFECT_CELLS, "Query": room - name - 1 if query else 0}
    found |= {"Until": _UNTIL_CELLS * ends, "Caught": _MATCHES_CELLS * caught}
    return {column: cells for column, cells in found.items() if cells}


def column_headings(width: int) -> str:
    """Return what stands above the columns of rules set in `width` cells."""
    cells = _columns(width).items()
    return "  " + " ".join(
        f"{name:>{room}}" if name in _RIGHT_ALIGNED else f"{name:<{room}}"[:room] for name, room in cells
    )


def rule_row(
    rule: Rule, match_count: str, width: int, icons: Icons, now: int, measure: Callable[[str], int], rtl: str = "visual"
) -> list[RowSegment]:
    """Set a rule in exactly `width` cells; `counted` is what it has caught."""

    def cell(text: str, cells: int, style: str, *, right: bool = False) -> list[RowSegment]:
        drawn, from_right = fit_line(text, cells, measure, rtl, icons.ellipsis)
        gap = " " * (cells - measure(drawn))
        return [((gap + drawn if right or from_right else drawn + gap), style)]

    sign = (icons.failed, "failed") if rule.problem else (" " if rule.off else icons.unread, "unread")
    style = "dim" if rule.off else "title" if not rule.problem else "failed"
    words = {
        "Name": (rule.name, style),
        "Does": (describe_effect(rule), "source"),
        "Query": (rule.problem or rule.display_query, "failed" if rule.problem else "dim"),
        "Until": (describe_expiry(rule, now), "dim"),
        "Caught": (match_count, "count"),
    }
    runs = [sign]
    for column, cells in _columns(width).items():
        runs += [(" ", ""), *cell(words[column][0], cells, words[column][1], right=column in _RIGHT_ALIGNED)]
    return runs
