"""One headline as a row of columns: state, time, source, title, what is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from msgspec import Struct

from roya_tui.model import Headline
from roya_tui.reading.clock import Clock
from roya_tui.reading.finding import Foldings
from roya_tui.reading.oneline import from_left, line, marked_line


class Signs(Struct, frozen=True):
    """The signs of the screen, in Unicode or as ASCII twins."""

    cursor: str = "▌"
    unread: str = "●"
    starred: str = "★"
    changed: str = "↻"
    chosen: str = "✓"
    lit: str = "◆"
    hidden: str = "×"
    noted: str = "✎"
    full: str = "▣"
    pictures: str = "▨"
    only: str = "+"
    never: str = "−"
    open: str = "▾"
    closed: str = "▸"
    failed: str = "!"
    busy: str = "⟳"
    all: str = "≡"
    today: str = "⌂"
    dot: str = "·"
    more: str = "…"
    rule: str = "─"


UNICODE = Signs()
ASCII = Signs(
    cursor=">", unread="*", starred="S", changed="~", chosen="+", lit="#", hidden="x", noted="N", full="F",
    pictures="P", only="+", never="-", open="v", closed=">", failed="!", busy="~", all="=", today="T", dot="-",
    more="~", rule="-",
)  # fmt: skip

Run = tuple[str, str]
"""Text and the name of its style."""


def headline_row(
    headline: Headline,
    width: int,
    signs: Signs,
    clock: Clock,
    measure: Callable[[str], int],
    rtl: str = "visual",
    *,
    with_source: bool = True,
    now: int | None = None,
    chosen: bool = False,
    words: Sequence[str] = (),
    others: int = 0,
    under: date | None = None,
) -> list[Run]:
    """Set `headline` in exactly `width` cells; columns give way as the width shrinks: source first, then time.

    Its time is that of the day, or, `now` being given, what tells its day from others: there are no day lines then.
    `under` is the day line that it stands under, which need not be its own: it tells its day then.
    `chosen`: it is selected; `words` are set off in its title. Behind the title stands how many tell the story, if the
    row stands for `others` too; below 0, it is one of those, set in below that row.
    """
    runs = _state(headline, signs, chosen)
    used = 3
    if width >= 30:
        when = _when(headline.at, clock, now, under)
        runs.append((f"{when} ", "time"))
        used += len(when) + 1
    source_width = 0 if width < 44 or not with_source else min(16 if width < 100 else 24, max(8, width // 5))
    if source_width:
        runs.append((_cell(headline.source, source_width, measure, rtl, signs.more) + " ", "source"))
        used += source_width + 1
    kept = ((headline.noted, signs.noted), (headline.pictures, signs.pictures), (headline.full, signs.full))
    tail = "".join(sign for there, sign in kept if there)
    tail = f" {tail}" if tail and width >= 30 else ""
    room = max(1, width - used - measure(tail))
    before, after = (signs.dot, "") if others < 0 else ("", f"({others + 1:,})" if others else "")
    runs += _title(headline.title, room, measure, rtl, signs.more, words, before, after)
    if tail:
        runs.append((tail, "kept"))
    return runs


def _state(headline: Headline, signs: Signs, chosen: bool) -> list[Run]:
    """Three cells: whether it is read, and then what else it is, or that it is selected."""
    state = signs.changed if headline.changed else signs.unread if headline.unread else " "
    state = signs.hidden if headline.hidden else state
    facts = ((headline.starred, signs.starred, "starred"), (headline.highlighted, signs.lit, "lit"))
    first, second, *_ = [(sign, style) for there, sign, style in facts if there] + [(" ", "")] * 2
    style = "changed" if headline.changed else "unread"
    return [(state, style), first, (signs.chosen, "chosen") if chosen else second]


def _when(at: int, clock: Clock, now: int | None, under: date | None) -> str:
    if now is not None:
        return clock.brief(at, now)
    return clock.time(at) if under is None or clock.day(at) == under else f"{clock.at(at):%d-%m}"


def section_row(name: str, width: int, signs: Signs, measure: Callable[[str], int], rtl: str) -> list[Run]:
    """Set what stands above a section, and a line behind it, in exactly `width` cells."""
    told = from_left(f" {name}", max(1, width - 1), measure, rtl, signs.more)
    return [(f"{told} ", "day"), (signs.rule * (width - 1 - measure(told)), "rule")]


def pile_row(count: int, words: str, width: int, signs: Signs, measure: Callable[[str], int], rtl: str,
             *, open: bool = False, chosen: bool = False) -> list[Run]:  # fmt: skip
    """Set a row that counts articles, in exactly `width` cells: `+ 38 more from Petra`."""
    told = from_left(
        f"{signs.never if open else signs.only} {count:,} {words}", max(1, width - 3), measure, rtl, signs.more
    )
    runs = [("  ", "gap"), (signs.chosen if chosen else " ", "chosen"), (told, "kept")]
    return [*runs, (" " * (width - 3 - measure(told)), "gap")]


LEAST_TOLD = 16
"""Cells beside a title from which what changed is told there."""


def room_beside(runs: Sequence[Run]) -> int:
    """Return how many cells are free beside the title of a row, but for two that part them."""
    return next((len(text) - 2 for text, style in runs if style == "gap"), 0)


def told_beside(
    runs: Sequence[Run], words: str, measure: Callable[[str], int], more: str, rtl: str = "visual"
) -> list[Run]:
    """Put words into the blanks beside the title of a row, if enough of them fit: at the row's other end."""
    room = room_beside(runs)
    if room < LEAST_TOLD:
        return list(runs)
    said, _ = line(words, room, measure, rtl, more)
    gap = (" " * (room - measure(said) + 2), "gap")
    place = next(place for place, (_, style) in enumerate(runs) if style == "gap")
    from_right = runs[place + 1 : place + 2] and runs[place + 1][1].startswith("title")
    return [*runs[:place], *([(said, "kept"), gap] if from_right else [gap, (said, "kept")]), *runs[place + 1 :]]


def _title(
    text: str,
    width: int,
    measure: Callable[[str], int],
    rtl: str,
    more: str,
    words: Sequence[str],
    before: str,
    after: str,
) -> list[Run]:
    """`text` in exactly `width` cells, and the blanks beside it: at its left if it reads from the right.

    `before` stands before its first word and `after` behind its last one, where there is room for them.
    """
    beside = measure(before + after) + 1 if before or after else 0
    if beside > width // 2:
        beside, before, after = 0, "", ""
    places = Foldings(text).find_words(words) if words else []
    if places:
        from roya_tui.reading.strand import Mark  # a screen of headlines starts without all this

        marks = [Mark(*place, "found") for place in places]
        drawn, from_right = marked_line(text, width - beside, measure, marks, rtl, more)
        runs = [(run.text, f"title {run.style}".rstrip()) for run in drawn]
    else:
        set_text, from_right = line(text, width - beside, measure, rtl, more)
        runs = [(set_text, "title")]
    gap = " " * (width - beside - sum(measure(part) for part, _ in runs))
    blanks = [(gap, "gap")] if gap else []
    first = [(before, "title story")] if before else []
    last = [(after, "title story")] if after else []
    between_first, between_last = ([(" ", "title")] if there else [] for there in (first, last))
    if from_right:
        return [*blanks, *last, *between_last, *runs, *between_first, *first]
    return [*first, *between_first, *runs, *between_last, *last, *blanks]


def _cell(text: str, width: int, measure: Callable[[str], int], rtl: str, more: str) -> str:
    """`text` in exactly `width` cells: cut with an ellipsis, set right if it reads from the right."""
    set_text, from_right = line(text, width, measure, rtl, more)
    gap = " " * (width - measure(set_text))
    return gap + set_text if from_right else set_text + gap
