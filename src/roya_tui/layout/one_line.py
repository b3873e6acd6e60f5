"""Text on one or two lines, such as a title: clipped to a width, then ordered for drawing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from roya_tui import characters
from roya_tui.characters import ANY_RTL, Measure, is_narrow
from roya_tui.layout.bidi.controls import append_ellipsis, is_rtl_line, isolate_names, strip_isolates
from roya_tui.translation import signs

if TYPE_CHECKING:
    from roya_tui.layout.lines import Run
    from roya_tui.layout.styled_text import Mark


_QUOTED, _ASCII_QUOTED = re.compile("(“)([^“”]*)(”)"), re.compile('(")([^"]*)(")')
_KEY_HINT = re.compile(r"\S+: ")  # such as “u: undo”
_MIN_NAME_CELLS = 8  # fewest cells of a quoted name that are kept where a sentence is too long


class FittedLine(NamedTuple):
    """Text in drawing order, and whether it is right-to-left."""

    text: str
    is_rtl: bool = False


class MarkedLine(NamedTuple):
    """The same as runs in the styles of the marks."""

    runs: tuple[Run, ...]
    is_rtl: bool = False


class Split(NamedTuple):
    """Where the first of two lines ends, and where the second one starts, without the blank between them."""

    end: int
    start: int


class TwoLines(NamedTuple):
    """Text on two lines in drawing order, as runs with the styles of the marks, and whether it is right-to-left."""

    first: list[tuple[str, str]]
    second: list[tuple[str, str]]
    is_rtl: bool = False


def fit_line(text: str, width: int, measure: Measure, rtl: str = "visual", ellipsis: str = "…") -> FittedLine:
    """Return `text` as drawn in at most `width` cells; `rtl` is as for `layout_document`."""
    if text.isascii() or not ANY_RTL.search(text):
        return FittedLine(clip(text, width, measure, ellipsis))
    runs, from_right = fit_marked_line(text, width, measure, (), rtl, ellipsis)
    return FittedLine("".join([run.text for run in runs]), from_right)


def fit_name(text: str, width: int, measure: Measure, rtl: str = "visual", ellipsis: str = "…") -> FittedLine:
    """Return the name of a source as `fit_line` does; an address or path keeps its host and its end."""
    return fit_line(shorten_address(text, width, measure, ellipsis), width, measure, rtl, ellipsis)


def shorten_address(text: str, width: int, measure: Measure, ellipsis: str = "…") -> str:
    """Return an address or path that is wider than `width` cells without its scheme and middle; other text as it is."""
    scheme, _, rest = text.rpartition("://") if text.startswith(("http://", "https://")) else ("", "", text)
    if not (scheme or text.startswith("/")) or measure(text) <= width:
        return text
    if measure(rest) <= width:
        return rest
    host, slash, path = rest.partition("/")
    ellipsis = signs(ellipsis)
    path, room = slash + path, width - measure(ellipsis)
    end = _last_clusters(path, max(room - measure(host[:width]), room * 2 // 5), measure)
    return clip(host, room - measure(end), measure, "") + ellipsis + end


def _last_clusters(text: str, width: int, measure: Measure) -> str:
    """Return the clusters at the end of `text` that fit `width` cells."""
    clusters = list(characters.iter_clusters(text[-_scan_limit(width) :]))
    used, first = 0, len(clusters)
    while first and (used := used + measure(clusters[first - 1])) <= width:
        first -= 1
    return "".join(clusters[first:])


def fit_sentence(text: str, width: int, measure: Measure, rtl: str = "visual") -> str:
    """Return a message of the app as `fit_interface_line` does, with the names in it isolated.

    If it is too long, quoted names are shortened, the longest first, then the text before the last sentence, which
    explains how to undo.
    """
    return fit_interface_line(isolate_names(shorten_sentence(text, width, measure)), width, measure, rtl)


def shorten_sentence(text: str, width: int, measure: Measure) -> str:
    """Return a message of the app with shorter names, and then less before its last sentence, if it is too long."""
    over = measure(strip_isolates(text)) - width
    if over <= 0:
        return text
    quoted = _QUOTED if signs("“") == "“" else _ASCII_QUOTED
    long = [cells for _, name, _ in quoted.findall(text) if (cells := measure(strip_isolates(name))) > _MIN_NAME_CELLS]
    rooms = range(max(long, default=0) - 1, _MIN_NAME_CELLS - 1, -1)
    enough = next((room for room in rooms if sum(max(0, cells - room) for cells in long) >= over), None)
    room = enough or _MIN_NAME_CELLS
    short = quoted.sub(
        lambda name: f"{name[1]}{clip(shorten_address(name[2], room, measure), room, measure)}{name[3]}", text
    )
    if enough is not None:
        return short
    first, _, last = short.rpartition(". ")
    if (
        not first
        or quoted.search(last)
        or not (last.endswith(".") or _KEY_HINT.match(last))
        or (cells := measure(strip_isolates(last))) > width // 2
    ):
        return text
    return f"{clip(first, width - cells - 1, measure)} {last}"


def fit_interface_line(text: str, width: int, measure: Measure, rtl: str = "visual", ellipsis: str = "…") -> str:
    """Return `text` as `fit_line` does, but in the direction of the interface whatever it begins with."""
    if text.isascii() or not ANY_RTL.search(text):
        return fit_line(text, width, measure, rtl, ellipsis).text
    runs, _ = fit_marked_line(text, width, measure, (), rtl, ellipsis, is_rtl=is_rtl_line(text))
    return "".join([run.text for run in runs])


def align_right(text: str, width: int, measure: Measure, rtl: str = "visual") -> str:
    """Return `text` as lines in drawing order that end at `width` cells, each a right-to-left paragraph.

    Lines without right-to-left letters, such as commands, stay as they are.
    """
    if not ANY_RTL.search(text):
        return f"{text}\n"
    from roya_tui.layout.wrap import wrap

    drawn = []
    for start, end in wrap(text, 0, len(text), width, measure):
        runs, _ = fit_marked_line(isolate_names(text[start:end]), width, measure, (), rtl, is_rtl=True)
        line = "".join([run.text for run in runs])
        drawn.append(" " * (width - measure(line)) + line + "\n")
    return "".join(drawn)


def fit_marked_line(
    text: str,
    width: int,
    measure: Measure,
    marks: Sequence[Mark],
    rtl: str = "visual",
    ellipsis: str = "…",
    *,
    is_rtl: bool | None = None,
) -> MarkedLine:
    """Return `text` as `fit_line` does, as runs in the styles of `marks`.

    `marks` are sorted and do not overlap. `is_rtl` is the direction; without it that of the first letter decides.
    `Run.offsets` refer to `text`.
    """
    from roya_tui.layout.bidi.algorithm import starts_rtl  # not imported for a screen of Latin headlines
    from roya_tui.layout.bidi_text import BidiText
    from roya_tui.layout.styled_text import Part, apply_marks, join_parts, strip_part_isolates

    kept, rest = _split_at_width(text, width, measure, ellipsis)
    parts = [*apply_marks([Part(kept, offset=0)], marks), Part(rest)]
    has_rtl = rtl != "off" and bool(ANY_RTL.search(kept + rest))
    is_rtl = has_rtl and (starts_rtl(text) if is_rtl is None else is_rtl)
    if rtl != "off" and ANY_RTL.search(kept):
        ordered = BidiText(join_parts(parts), is_rtl, rtl)
        return MarkedLine(tuple(ordered.runs(0, len(ordered.text))), is_rtl)
    styled = join_parts(strip_part_isolates(parts))
    return MarkedLine(tuple(styled.runs(0, len(styled.text))), is_rtl)


def split_line(text: str, width: int, measure: Measure) -> Split:
    """Return where to break `text` after the words that fit `width` cells."""
    if len(text) <= _scan_limit(width) and measure(text) <= width:
        return Split(len(text), len(text))
    if is_narrow(text[: width + 1], measure):
        start = text.rfind(" ", 1, width + 1) + 1
        if start:
            return Split(len(text[:start].rstrip()), start)
    from roya_tui.layout.wrap import wrap  # not imported for a screen of Latin headlines

    beginning = text[: _scan_limit(2 * width)]
    lines = wrap(beginning, 0, len(beginning), width, measure)
    end = next(lines, (0, 0))[1]
    return Split(end, next(lines, (len(text), 0))[0])


def fit_two_lines(
    text: str,
    split: Split,
    width: int,
    measure: Measure,
    marks: Sequence[Mark] = (),
    rtl: str = "visual",
    ellipsis: str = "…",
) -> TwoLines:
    """Return `text` broken at `split`, the second line clipped to `width` cells; see `fit_marked_line`.

    Both lines have the direction of the whole text, and are ordered as lines of one paragraph (UAX #9, L).
    """
    kept, rest = _split_at_width(text[split.start :], width, measure, ellipsis)
    if not marks and (text.isascii() or not ANY_RTL.search(text)):
        return TwoLines([(text[: split.end], "")], [(kept + rest, "")])
    from roya_tui.layout.bidi.algorithm import starts_rtl
    from roya_tui.layout.bidi_text import BidiText
    from roya_tui.layout.styled_text import Part, apply_marks, join_parts

    shown = Part(text[: split.start + len(kept)], offset=0)
    styled, is_rtl = join_parts([*apply_marks([shown], marks), Part(rest)]), False
    if rtl != "off" and ANY_RTL.search(text):
        is_rtl = starts_rtl(text)
        ordered = BidiText(styled, is_rtl, rtl)
        first = ordered.runs(0, ordered.index_of(split.end))
        second = ordered.runs(ordered.index_of(split.start), len(ordered.text))
    else:
        first, second = styled.runs(0, split.end), styled.runs(split.start, len(styled.text))
    return TwoLines([run[:2] for run in first], [run[:2] for run in second], is_rtl)


S = TypeVar("S")
"""The style of a cell, by name or resolved."""


def mirror_cells(cells: Iterable[tuple[str, S]]) -> list[tuple[str, S]]:
    """Return the cells of a line as a right-to-left interface draws them: the first at the right.

    The blanks around a text change sides with it. The text itself is in drawing order already and stays as it is. What
    is mirrored twice is as before: a text of several cells is therefore mirrored once before its line is.
    """
    return [(_swap_blanks(text), style) for text, style in reversed([*cells])]


def _swap_blanks(text: str) -> str:
    kept = text.strip(" ")
    first = len(text) - len(text.lstrip(" "))
    return f"{' ' * (len(text) - len(kept) - first)}{kept}{' ' * first}" if kept else text


def clip(text: str, width: int, measure: Measure, ellipsis: str = "…") -> str:
    """Return the clusters of `text` that fit `width` cells, with `ellipsis` for the rest."""
    kept, rest = _split_at_width(text, width, measure, ellipsis)
    return kept + rest


def _split_at_width(text: str, width: int, measure: Measure, ellipsis: str) -> tuple[str, str]:
    """Return the beginning of `text` that fits `width` cells, and an ellipsis if needed."""
    if text.isascii():
        if len(text) <= width:
            return text, ""
    elif len(text) <= _scan_limit(width) and measure(strip_isolates(text)) <= width:
        return text, ""
    ellipsis = signs(ellipsis)
    room = width - measure(ellipsis)
    if room < 0:
        return "", ellipsis[: max(0, width)]
    if is_narrow(text[:room], measure) and not characters.is_extending(text[room]):
        return text[:room].rstrip(), ellipsis
    used = at = 0
    for cluster in characters.iter_clusters(text[: _scan_limit(width)]):
        used += measure(strip_isolates(cluster))
        if used > room:
            break
        at += len(cluster)
    kept = text[:at].rstrip()
    return kept, append_ellipsis(text, kept, ellipsis)


def _scan_limit(width: int) -> int:
    """Return how many characters may fill `width` cells, with all their marks."""
    return 8 * width + 64
