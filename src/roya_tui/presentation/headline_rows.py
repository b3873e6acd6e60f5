"""Lay out a headline as a row: state, time, source, title, icons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from msgspec import Struct

from roya_tui.clock import BRIEF_CELLS, FULL_CELLS, Clock
from roya_tui.document.text_ranges import FoldedText
from roya_tui.layout.one_line import fit_line, fit_ltr_line, fit_marked_line, fit_name
from roya_tui.model import Headline


class Icons(Struct, frozen=True):
    """The icons of the screen, in Unicode by default."""

    cursor: str = "▌"
    unread: str = "●"
    starred: str = "★"
    changed: str = "↻"
    selected: str = "✓"
    highlighted: str = "◆"
    hidden: str = "×"
    note: str = "✎"
    full_text: str = "▣"
    pictures: str = "▨"
    only: str = "+"
    never: str = "−"
    expanded: str = "▾"
    collapsed: str = "▸"
    failed: str = "!"
    busy: str = "⟳"
    all: str = "≡"
    today: str = "⌂"
    dot: str = "·"
    ellipsis: str = "…"
    rule: str = "─"


UNICODE_ICONS = Icons()
ASCII_ICONS = Icons(
    cursor=">", unread="*", starred="S", changed="~", selected="+", highlighted="#", hidden="x", note="N",
    full_text="F", pictures="P", only="+", never="-", expanded="v", collapsed=">", failed="!", busy="~", all="=",
    today="T", dot="-", ellipsis="~", rule="-",
)  # fmt: skip

RowSegment = tuple[str, str]
"""A text and the name of its style."""


def headline_row(
    headline: Headline,
    width: int,
    icons: Icons,
    clock: Clock,
    measure: Callable[[str], int],
    rtl: str = "visual",
    *,
    with_source: bool = True,
    now: int | None = None,
    is_selected: bool = False,
    words: Sequence[str] = (),
    others: int = 0,
    shown_under: date | None = None,
) -> list[RowSegment]:
    """Lay out `headline` in exactly `width` cells; narrow rows drop the source, then the time.

    The row shows the time of day, or the day too if `now` is given (a list without day headings) or `shown_under` is
    another day. `words` are marked in the title. `others` is the number of other story members, counted after the
    title; below 0, the headline is a member below its story and is indented.
    """
    runs = _state_segments(headline, icons, is_selected)
    used = 3
    if width >= 30:
        when = _format_time(headline, clock, now, shown_under, FULL_CELLS if width >= 80 else BRIEF_CELLS)
        runs.append((f"{when} ", "time"))
        used += len(when) + 1
    source_width = 0 if width < 44 or not with_source else min(16 if width < 100 else 24, max(8, width // 5))
    if source_width:
        runs.append((fit_cell(headline.source, source_width, measure, rtl, icons.ellipsis) + " ", "source"))
        used += source_width + 1
    kept = ((headline.noted, icons.note), (headline.pictures, icons.pictures), (headline.full, icons.full_text))
    tail = "".join(icon for is_shown, icon in kept if is_shown)
    tail = f" {tail}" if tail and width >= 30 else ""
    room = max(1, width - used - measure(tail))
    before, after = (icons.dot, "") if others < 0 else ("", f"({others + 1:,})" if others else "")
    runs += _title_segments(headline.title, room, measure, rtl, icons.ellipsis, words, before, after)
    if tail:
        runs.append((tail, "kept"))
    return runs


def _state_segments(headline: Headline, icons: Icons, is_selected: bool) -> list[RowSegment]:
    """Return three cells: read state, one icon, and the selection mark or a second icon."""
    state = icons.changed if headline.changed else icons.unread if headline.unread else " "
    state = icons.hidden if headline.hidden else state
    facts = ((headline.starred, icons.starred, "starred"), (headline.highlighted, icons.highlighted, "highlighted"))
    first, second, *_ = [(icon, style) for is_shown, icon, style in facts if is_shown] + [(" ", "")] * 2
    style = "changed" if headline.changed else "unread"
    return [(state, style), first, (icons.selected, "active") if is_selected else second]


def _format_time(headline: Headline, clock: Clock, now: int | None, shown_under: date | None, cells: int) -> str:
    if now is not None:
        return clock.brief(headline.at, now, headline.zone, headline.form, cells=cells)
    return clock.time_below_heading(headline.at, shown_under, headline.zone, headline.form)


def section_row(name: str, width: int, icons: Icons, measure: Callable[[str], int], rtl: str) -> list[RowSegment]:
    """Lay out a section heading and a rule after it in exactly `width` cells."""
    drawn = fit_ltr_line(f" {name}", max(1, width - 1), measure, rtl, icons.ellipsis)
    return [(f"{drawn} ", "day"), (icons.rule * (width - 1 - measure(drawn)), "rule")]


def more_row(text: str, width: int, icons: Icons, measure: Callable[[str], int], rtl: str,
             *, is_expanded: bool = False, is_selected: bool = False) -> list[RowSegment]:  # fmt: skip
    """Lay out a row that counts articles in exactly `width` cells: `+ 38 more from Petra`."""
    drawn = fit_ltr_line(
        f"{icons.never if is_expanded else icons.only} {text}", max(1, width - 3), measure, rtl, icons.ellipsis
    )
    runs = [("  ", "gap"), (icons.selected if is_selected else " ", "active"), (drawn, "kept")]
    return [*runs, (" " * (width - 3 - measure(drawn)), "gap")]


MIN_NOTE_CELLS = 16


def free_cells(runs: Sequence[RowSegment]) -> int:
    """Return how many cells are free beside the title of a row, less a gap of two."""
    return next((len(text) - 2 for text, style in runs if style == "gap"), 0)


def add_side_note(
    runs: Sequence[RowSegment], words: str, measure: Callable[[str], int], ellipsis: str, rtl: str = "visual"
) -> list[RowSegment]:
    """Put words at the free end of a row if they fit beside its title."""
    room = free_cells(runs)
    if room < MIN_NOTE_CELLS:
        return list(runs)
    drawn, _ = fit_line(words, room, measure, rtl, ellipsis)
    gap = (" " * (room - measure(drawn) + 2), "gap")
    index = next(index for index, (_, style) in enumerate(runs) if style == "gap")
    from_right = runs[index + 1 : index + 2] and runs[index + 1][1].startswith("title")
    return [*runs[:index], *([(drawn, "kept"), gap] if from_right else [gap, (drawn, "kept")]), *runs[index + 1 :]]


def _title_segments(
    text: str,
    width: int,
    measure: Callable[[str], int],
    rtl: str,
    ellipsis: str,
    words: Sequence[str],
    before: str,
    after: str,
) -> list[RowSegment]:
    """Lay out a title in exactly `width` cells; the gap is left of right-to-left text.

    `before` precedes its first word and `after` follows its last one if they fit.
    """
    beside = measure(before + after) + 1 if before or after else 0
    if beside > width // 2:
        beside, before, after = 0, "", ""
    matches = FoldedText(text).find_words(words) if words else []
    if matches:
        from roya_tui.layout.styled_text import Mark  # not loaded at startup

        marks = [Mark(*match, "found") for match in matches]
        drawn, from_right = fit_marked_line(text, width - beside, measure, marks, rtl, ellipsis)
        runs = [(run.text, f"title {run.style}".rstrip()) for run in drawn]
    else:
        fitted, from_right = fit_line(text, width - beside, measure, rtl, ellipsis)
        runs = [(fitted, "title")]
    gap = " " * (width - beside - sum(measure(part) for part, _ in runs))
    blanks = [(gap, "gap")] if gap else []
    space = (" ", "title")
    first = [(before, "title story"), space] if before else []
    last = [space, (after, "title story")] if after else []
    if from_right:
        return [*blanks, *last[::-1], *runs, *first[::-1]]
    return [*first, *runs, *last, *blanks]


def fit_cell(
    text: str, width: int, measure: Callable[[str], int], rtl: str, ellipsis: str, *, right: bool = False
) -> str:
    """Return `text` cut or padded to `width` cells, right-aligned if `right` or right-to-left."""
    fitted, from_right = fit_name(text, width, measure, rtl, ellipsis)
    gap = " " * (width - measure(fitted))
    return gap + fitted if right or from_right else fitted + gap
