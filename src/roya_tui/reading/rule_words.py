"""Rules in words: what each does, for how long, and what it would have caught."""

from __future__ import annotations

from collections.abc import Sequence

from roya_tui.model import EFFECTS, Rule
from roya_tui.query.dates import span
from roya_tui.text import many

DAY = 86_400

DOES = {"mute": "mutes", "highlight": "highlights", "tag": "tags", "star": "stars", "read": "marks read"}
"""What rules with an effect do."""


def does(rule: Rule) -> str:
    """What a rule does: `mutes`, `tags water`."""
    return f"{DOES[rule.effect]} {rule.tag}".strip()


def until(rule: Rule, now: int) -> str:
    """How long it still stands."""
    if rule.ends is not None and rule.ends <= now:
        return "over"
    if rule.off:
        return "off"
    return "for good" if rule.ends is None else f"{lasting(rule.ends - now)} left"


def lasting(seconds: int) -> str:
    """A span of time in days or hours; one that has begun counts."""
    size, unit = (DAY, "day") if seconds > DAY else (3_600, "hour")
    return many(-(-seconds // size), unit)


def how_long(term: int | None) -> str:
    """For how long a rule is made: `for 7 days`, `for good`."""
    return "for good" if term is None else f"for {lasting(term)}"


def effect(text: str) -> tuple[str, str]:
    """Read what a rule is to do, as one writes it: an effect, and the tag behind `tag`. Raises ValueError."""
    word, _, tag = text.strip().replace("=", " ", 1).partition(" ")
    known = {"hide": "mute"}.get(word.casefold(), word.casefold())
    if known not in EFFECTS:
        raise ValueError(f"A rule can {', '.join(EFFECTS[:-1])} or {EFFECTS[-1]}; tag water gives the tag water.")
    if known == "tag" and not tag.strip():
        raise ValueError("Which tag? tag water gives the tag water.")
    return known, tag.strip() if known == "tag" else ""


def term(text: str) -> int | None:
    """Read how long a rule is to stand: `7d`, or nothing for good. Raises ValueError."""
    if not text.strip():
        return None
    try:
        if seconds := span(text.strip().casefold()):
            return seconds
        raise ValueError
    except ValueError:
        raise ValueError("How long? 12h, 1d, 7d; left empty, for good.") from None


def written_term(seconds: int | None) -> str:
    """The same as one writes it."""
    if seconds is None:
        return ""
    return f"{seconds // DAY}d" if seconds % DAY == 0 else f"{max(1, seconds // 3_600)}h"


def would_catch(count: int, of: int) -> str:
    """What a rule would have caught of the articles of the last 30 days."""
    return f"Would catch {count:,} of {of:,} in the last 30 days" if of else "Nothing came in the last 30 days"


_SO = {"mute": "hidden", "highlight": "highlighted", "star": "starred"}
_LEFT = {
    "mute": "starred, noted, saved, or shown again by you",
    "highlight": "pages that you saved",
    "tag": "hidden, or saved by you",
    "star": "hidden, saved, or you took the star off",
    "read": "hidden, saved, read, or marked unread by you",
}
"""Why a rule acts on none of these."""


def besides(effect: str, already: int, left: int) -> str:
    """What else is to be said of what a rule would have caught: what is so already, and what it leaves as it is."""
    so = f"{already:,} of them {_SO[effect]} already" if already else ""
    stays = f"{left:,} more {'stays' if left == 1 else 'stay'} as now: {_LEFT[effect]}" if left else ""
    return "; ".join(filter(None, (so, stays)))


def still_named(by: Sequence[str]) -> str:
    """What names something that goes, as a sentence behind another one: ` The rule Quiet still names it.`"""
    if not by:
        return ""
    first, more = by[0], len(by) - 1
    who = f"{first} and {more:,} more still name" if more else f"{first} still names"
    return f" {who[0].upper()}{who[1:]} it."
