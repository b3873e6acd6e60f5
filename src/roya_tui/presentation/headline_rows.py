"""Lay out a headline as a row of one or two lines: state, time, source, title, icons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.clock import BRIEF_CELLS, FULL_CELLS, Clock
from roya_tui.document.text_ranges import FoldedText
from roya_tui.layout.one_line import (
    fit_interface_line,
    fit_line,
    fit_marked_line,
    fit_name,
    fit_two_lines,
    mirror_cells,
    split_line,
)
from roya_tui.model import Headline
from roya_tui.translation import format_number, is_right_to_left, localize_digits

if TYPE_CHECKING:
    from roya_tui.layout.styled_text import Mark


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
    audio: str = "♪"
    video: str = "▷"
    downloaded: str = "↓"
    bar_full: str = "█"
    bar_empty: str = "░"
    dot: str = "·"
    ellipsis: str = "…"
    rule: str = "─"

    @property
    def is_ascii(self) -> bool:
        return self.ellipsis.isascii()


UNICODE_ICONS = Icons()
ASCII_ICONS = Icons(
    cursor=">", unread="*", starred="S", changed="~", selected="+", highlighted="#", hidden="x", note="N",
    full_text="F", pictures="P", only="+", never="-", expanded="v", collapsed=">", failed="!", busy="~", all="=",
    today="T", audio="A", video="V", downloaded="D", bar_full="#",
    bar_empty=".", dot="-", ellipsis="~", rule="-",
)  # fmt: skip


def choose_icons(ascii: bool) -> Icons:
    """Return the icons, which point to where the rows of the interface begin or end."""
    icons = ASCII_ICONS if ascii else UNICODE_ICONS
    if not is_right_to_left():
        return icons
    return replace(icons, cursor="<", collapsed="<") if ascii else replace(icons, cursor="▐", collapsed="◂")


RowSegment = tuple[str, str]
"""A text and the name of its style."""
LINE_BREAK: RowSegment = ("\n", "")
"""The separator between the lines of a row."""

ROW_MODES = ("auto", "one", "two")
"""Lines of a headline; "auto": two where one line is too short for most titles."""
GAP, RTL_GAP = "gap", "rtl-gap"
"""The styles of the free cells of a row, right and left of its title."""
_STATE_CELLS = 3
_MIN_TITLE_CELLS = 50
"""The least cells of a title in one line: below that the source is left out, then the time."""
_MAX_SOURCE_CELLS, _MIN_SOURCE_CELLS = 24, 8
_MIN_POSITION_CELLS = 40
"""The least cells of a row that shows where playing stopped."""


def has_two_lines(mode: str, width: int) -> bool:
    """Return whether headlines `width` cells wide have two lines in one of `ROW_MODES`."""
    return mode == "two" or (mode == "auto" and not _source_cells(width, BRIEF_CELLS))


def _source_cells(width: int, time_cells: int) -> int:
    """Return the cells of the source in a row of one line; 0 if the title would have too few."""
    cells = min(_MAX_SOURCE_CELLS, width // 6)
    return cells if width - _STATE_CELLS - (time_cells + 1) - (cells + 1) >= _MIN_TITLE_CELLS else 0


class HeadlineRow(Struct, frozen=True):
    """A headline, and how its row is laid out."""

    headline: Headline
    width: int
    """The cells of each line."""
    icons: Icons
    clock: Clock
    measure: Callable[[str], int]
    rtl: str = "visual"
    with_source: bool = True
    now: int | None = None
    """The current time in a list without day headings: the row shows the day, too."""
    is_selected: bool = False
    words: Sequence[str] = ()
    """Words that are marked in the title."""
    others: int = 0
    """The number of other story members, counted after the title; below 0, the headline is a member below its story
    and is indented."""
    shown_under: date | None = None
    """The day of the heading; the row shows another day than this one."""
    with_years: bool = True
    """Whether there is room for the years of old dates."""

    def cells_of(self, runs: Sequence[RowSegment]) -> int:
        return sum(self.measure(text) for text, _ in runs)

    def format_time(self, cells: int) -> str:
        """Return the time or date, with its year only in `FULL_CELLS` cells."""
        headline, clock = self.headline, self.clock
        if self.now is not None:
            cells = cells if self.with_years else BRIEF_CELLS
            when = clock.brief(headline.at, self.now, headline.at_zone, headline.form, cells=cells)
        else:
            when = clock.time_below_heading(headline.at, self.shown_under, headline.at_zone, headline.form)
        if when.isascii():
            return when
        drawn = fit_interface_line(when.strip(), len(when), self.measure, self.rtl, self.icons.ellipsis)
        return " " * (len(when) - self.measure(drawn)) + drawn


def one_line_row(row: HeadlineRow) -> list[list[RowSegment]]:
    """Lay out a headline in one line; narrow ones leave out the source, then the time, for the title."""
    headline, width, icons, measure = row.headline, row.width, row.icons, row.measure
    runs, used = _state_segments(row), _STATE_CELLS
    when = row.format_time(FULL_CELLS if width >= 80 else BRIEF_CELLS)
    source_cells = _source_cells(width, len(when)) if row.with_source else 0
    if width - used - len(when) - 1 >= _MIN_TITLE_CELLS:
        runs.append((f"{when} ", "time"))
        used += len(when) + 1
    if source_cells:
        runs.append((fit_cell(headline.source, source_cells, measure, row.rtl, icons.ellipsis) + " ", "source"))
        used += source_cells + 1
    kept = _kept_icons(row)
    tail = f" {kept}" if kept and width >= 30 else ""
    runs += _title_segments(row, max(1, width - used - measure(tail)))
    if tail:
        runs.append((tail, "kept"))
    return [runs]


def two_line_row(row: HeadlineRow) -> list[list[RowSegment]]:
    """Lay out a headline in two lines.

    The title has the first line and what it needs of the second, before time and source. Icons and the number of
    story members are at the end.
    """
    title, icons, measure = row.headline.title, row.icons, row.measure
    before = [(icons.dot, "title story"), (" ", "title")] if row.others < 0 else []
    room = max(1, row.width - _STATE_CELLS - row.cells_of(before))
    ends = _end_segments(row, room // 2)
    left = room - row.cells_of(ends)
    split = split_line(title, room, measure)
    rest = measure(title[split.start :])
    separator = (f" {icons.dot} ", "dim")
    facts = _fact_segments(row, left - rest - (measure(separator[0]) if rest else 0), separator)
    if facts and rest:
        facts.insert(0, separator)
    first, second, from_right = fit_two_lines(
        title, split, left - row.cells_of(facts), measure, _find_marks(title, row.words), row.rtl, icons.ellipsis
    )
    upper, lower = ([(text, f"title {style}".rstrip()) for text, style in line] for line in (first, second))
    if is_right_to_left():
        upper, lower, from_right = mirror_cells(upper), mirror_cells(lower), False
    indent = [(" " * row.cells_of(before), "")]
    bodies = [*before, *upper], [*indent, *lower, *facts]
    if from_right:
        bodies, ends = ([*upper, *before[::-1]], [*facts[::-1], *lower, *indent]), ends[::-1]
    return [
        _fill_line(row, _state_segments(row), bodies[0], [], from_right),
        _fill_line(row, [(" " * _STATE_CELLS, "")], bodies[1], ends, from_right),
    ]


def _end_segments(row: HeadlineRow, room: int) -> list[RowSegment]:
    """Return the icons and the number of story members; [] if they take more than `room` cells."""
    ends: list[RowSegment] = []
    for text, style in ((_kept_icons(row), "kept"), (_format_count(row), "title story")):
        ends += [(" ", ""), (text, style)] if text else []
    return ends if row.cells_of(ends) <= room else []


def _fact_segments(row: HeadlineRow, room: int, separator: RowSegment) -> list[RowSegment]:
    """Return time and source in at most `room` cells: the source is shortened, then left out, then the time."""
    when, source = row.format_time(FULL_CELLS).strip(), row.headline.source if row.with_source else ""
    if len(when) > room:
        return []
    facts: list[RowSegment] = [(when, "time"), separator] if when else []
    left = room - row.cells_of(facts)
    if not source or left < min(_MIN_SOURCE_CELLS, row.measure(source)):
        return facts[:1]
    return [*facts, (fit_name(source, left, row.measure, row.rtl, row.icons.ellipsis).text, "dim")]


def _fill_line(
    row: HeadlineRow, state: list[RowSegment], body: list[RowSegment], ends: list[RowSegment], from_right: bool
) -> list[RowSegment]:
    """Return the parts of a line with free cells between `body` and `ends`."""
    free = row.width - row.cells_of([*state, *body, *ends])
    if from_right:
        return [*state, *ends, (" " * free, RTL_GAP), *body]
    return [*state, *body, (" " * free, GAP), *ends]


def _kept_icons(row: HeadlineRow) -> str:
    """Return icons for what the article has, and the position of its recording where there is room."""
    headline, icons = row.headline, row.icons
    kept = (
        (headline.noted, icons.note), (headline.pictures, icons.pictures), (headline.full, icons.full_text),
        (headline.audio, icons.audio), (headline.video, icons.video), (headline.downloaded, icons.downloaded),
    )  # fmt: skip
    shown = "".join(icon for is_shown, icon in kept if is_shown)
    shown = shown[::-1] if is_right_to_left() else shown
    if headline.position and row.width >= _MIN_POSITION_CELLS:
        from roya_tui.layout.recordings import format_duration  # not loaded at startup

        position = localize_digits(format_duration(int(headline.position)))
        return f"{position} {shown}" if is_right_to_left() else f"{shown} {position}"
    return shown


def _format_count(row: HeadlineRow) -> str:
    """Return the number of story members as drawn."""
    if row.others <= 0:
        return ""
    count = f"({format_number(row.others + 1, ',')})"
    return fit_interface_line(count, row.width, row.measure, row.rtl, row.icons.ellipsis)


def _state_segments(row: HeadlineRow) -> list[RowSegment]:
    """Return three cells: read state, one icon, and the selection mark or a second icon."""
    headline, icons = row.headline, row.icons
    state = icons.changed if headline.changed else icons.unread if headline.unread else " "
    state = icons.hidden if headline.hidden else state
    facts = ((headline.starred, icons.starred, "starred"), (headline.highlighted, icons.highlighted, "highlighted"))
    first, second, *_ = [(icon, style) for is_shown, icon, style in facts if is_shown] + [(" ", "")] * 2
    style = "changed" if headline.changed else "unread"
    return [(state, style), first, (icons.selected, "active") if row.is_selected else second]


def section_row(name: str, width: int, icons: Icons, measure: Callable[[str], int], rtl: str) -> list[RowSegment]:
    """Lay out a section heading and a rule after it in exactly `width` cells."""
    drawn = fit_interface_line(name, max(1, width - 2), measure, rtl, icons.ellipsis)
    return [(f" {drawn} ", "day"), (icons.rule * (width - 2 - measure(drawn)), "rule")]


def more_row(text: str, width: int, icons: Icons, measure: Callable[[str], int], rtl: str,
             *, icon: str, is_selected: bool = False) -> list[RowSegment]:  # fmt: skip
    """Lay out a row that counts articles in exactly `width` cells: `+ 38 more from Petra`."""
    drawn = fit_interface_line(f"{icon} {text}", max(1, width - 3), measure, rtl, icons.ellipsis)
    runs = [("  ", "gap"), (icons.selected if is_selected else " ", "active"), (drawn, "kept")]
    return [*runs, (" " * (width - 3 - measure(drawn)), "gap")]


MIN_NOTE_CELLS = 16


def free_cells(runs: Sequence[RowSegment]) -> int:
    """Return how many cells are free beside the title of a row, less a gap of two."""
    return next((len(text) - 2 for text, style in runs if style in (GAP, RTL_GAP)), 0)


def add_side_note(
    runs: Sequence[RowSegment], words: str, measure: Callable[[str], int], ellipsis: str, rtl: str = "visual"
) -> list[RowSegment]:
    """Put words at the free end of a row if they fit beside its title."""
    room = free_cells(runs)
    if room < MIN_NOTE_CELLS:
        return list(runs)
    options = words, room, measure, rtl, ellipsis
    drawn = fit_interface_line(*options) if is_right_to_left() else fit_line(*options).text
    index, style = next((index, style) for index, (_, style) in enumerate(runs) if style in (GAP, RTL_GAP))
    gap = (" " * (room - measure(drawn) + 2), style)
    note = [(drawn, "kept"), gap] if style == RTL_GAP else [gap, (drawn, "kept")]
    return [*runs[:index], *note, *runs[index + 1 :]]


def _title_segments(row: HeadlineRow, width: int) -> list[RowSegment]:
    """Lay out the title in exactly `width` cells; the gap is left of right-to-left text.

    The sign of a story member precedes its first word, and the number of members follows its last one, if they fit.
    """
    text, measure, rtl, ellipsis = row.headline.title, row.measure, row.rtl, row.icons.ellipsis
    before, after = (row.icons.dot, "") if row.others < 0 else ("", _format_count(row))
    beside = measure(before + after) + 1 if before or after else 0
    if beside > width // 2:
        beside, before, after = 0, "", ""
    if marks := _find_marks(text, row.words):
        drawn, from_right = fit_marked_line(text, width - beside, measure, marks, rtl, ellipsis)
        runs = [(run.text, f"title {run.style}".rstrip()) for run in drawn]
    else:
        fitted, from_right = fit_line(text, width - beside, measure, rtl, ellipsis)
        runs = [(fitted, "title")]
    if is_right_to_left():
        runs, from_right = mirror_cells(runs), False
    gap = " " * (width - beside - sum(measure(part) for part, _ in runs))
    blanks = [(gap, RTL_GAP if from_right else GAP)] if gap else []
    space = (" ", "title")
    first = [(before, "title story"), space] if before else []
    last = [space, (after, "title story")] if after else []
    if from_right:
        return [*blanks, *last[::-1], *runs, *first[::-1]]
    return [*first, *runs, *last, *blanks]


def _find_marks(title: str, words: Sequence[str]) -> list[Mark]:
    matches = FoldedText(title).find_words(words) if words else []
    if not matches:
        return []
    from roya_tui.layout.styled_text import Mark  # not loaded at startup

    return [Mark(*match, "found") for match in matches]


def fit_cell(
    text: str, width: int, measure: Callable[[str], int], rtl: str, ellipsis: str, *, right: bool = False
) -> str:
    """Return `text` cut or padded to `width` cells, right-aligned if `right` or right-to-left.

    In a right-to-left interface, which mirrors its rows, all but those that are `right` begin where the row does.
    """
    fitted, from_right = fit_name(text, width, measure, rtl, ellipsis)
    gap = " " * (width - measure(fitted))
    return gap + fitted if right or (from_right and not is_right_to_left()) else fitted + gap
