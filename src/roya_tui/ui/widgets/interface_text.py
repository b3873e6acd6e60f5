"""Texts of the interface as they are drawn, in which the keys they name are buttons.

Textual draws text from left to right. In a right-to-left interface a text is therefore wrapped in logical order and
ordered line by line; keys and names in it have their own direction. All functions return the same as before in a
left-to-right one. `rtl` is as for `layout_document`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from rich.style import Style as RichStyle
from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widget import Widget
from textual.widgets import Static

from roya_tui.layout.bidi.controls import is_rtl_line
from roya_tui.layout.lines import Run
from roya_tui.layout.one_line import fit_interface_line, fit_marked_line, fit_sentence, mirror_cells, shorten_sentence
from roya_tui.layout.styled_text import Mark
from roya_tui.presentation.key_hints import (
    KeyHint,
    find_in_part,
    find_in_row,
    find_in_sentence,
    isolate_labels,
)
from roya_tui.translation import is_right_to_left
from roya_tui.ui.widgets.cells import display_text, measure
from roya_tui.ui.widgets.key_buttons import (
    button,
    key_meta,
    row_with_buttons,
    runs_with_buttons,
    sentence_with_buttons,
)

ANY_WIDTH = 1 << 16
"""Cells that no line has."""


def draw_label(text: str, rtl: str, width: int = ANY_WIDTH) -> str:
    """Return a label in one line of at most `width` cells."""
    return display_text(fit_interface_line(text, width, measure, rtl))


def draw_title(text: str, frame: Widget, rtl: str) -> str:
    """Return a title or subtitle for a frame, shortened to fit it: Textual would cut off where it begins."""
    is_cut = is_right_to_left() and frame.outer_size.width
    return draw_label(text, rtl, max(1, frame.outer_size.width - 6) if is_cut else ANY_WIDTH)


def draw_sentence(
    sentence: str, width: int, rtl: str, style: str = "", *, whole: str = "", has_keys: bool = True
) -> Content:
    """Return a message in one line of at most `width` cells; names in it are shortened first.

    `whole` is the message of which `sentence` is a part. `has_keys` is False if a text in it could pass for a key.
    """
    if is_right_to_left():
        short = shorten_sentence(sentence, width, measure)
        hints = find_in_part(short, whole or sentence) if has_keys else []
        return _draw_hints(short, hints, width, rtl, style)
    drawn = display_text(fit_sentence(sentence, width, measure, rtl))
    if has_keys:
        return sentence_with_buttons(drawn, style, whole=whole or sentence)
    return Content.styled(drawn, style) if style else Content(drawn)


def draw_note(text: str, whole: str, width: int, rtl: str, style: RichStyle) -> list[tuple[str, RichStyle]]:
    """Return a line of a message in a row as cells; `whole` is the message."""
    if not is_right_to_left():
        drawn = draw_label(text, rtl, width)
        return runs_with_buttons(drawn, style, find_in_part(drawn, whole))
    words = text.lstrip(" ")
    isolated, hints = isolate_labels(words, find_in_part(words, whole))
    indent = len(text) - len(words)
    runs = _mark_hints(isolated, hints, width - indent, rtl)
    cells = ((run.text, style + key_meta(*hints[int(run.style)].keys) if run.style else style) for run in runs)
    return [(" " * indent, style), *mirror_cells(cells)]


def draw_hints(row: str, rtl: str) -> Content:
    """Return hints such as `enter save   esc cancel`, as in the frame of a dialog."""
    return _draw_hints(row, find_in_row(row), ANY_WIDTH, rtl, "") if is_right_to_left() else row_with_buttons(row)


def _draw_hints(text: str, hints: Iterable[KeyHint], width: int, rtl: str, style: str) -> Content:
    isolated, hints = isolate_labels(text, hints)
    runs = _mark_hints(isolated, hints, width, rtl)
    return Content.assemble(*(_draw_run(run.text, run.style, hints, style) for run in runs))


def _mark_hints(text: str, hints: Iterable[KeyHint], width: int, rtl: str) -> Sequence[Run]:
    """Return a line as drawn; the style of a run is the number of its hint."""
    marks = [Mark(hint.start, hint.end, str(number)) for number, hint in enumerate(hints)]
    return fit_marked_line(text, width, measure, marks, rtl, is_rtl=is_rtl_line(text)).runs


def _draw_run(text: str, number: str, hints: Sequence[KeyHint], style: str) -> Content:
    drawn = Content.styled(display_text(text), style) if style else Content(display_text(text))
    return button(drawn, *hints[int(number)].keys) if number else drawn


def draw_content(content: Content, rtl: str) -> Content:
    """Return styled lines in the order of drawing."""
    return Content("\n").join(_draw_styled(line, rtl) for line in content.split("\n", allow_blank=True))


def _draw_styled(line: Content, rtl: str) -> Content:
    edges = sorted({0, len(line.plain), *(edge for span in line.spans for edge in (span.start, span.end))})
    marks = [Mark(start, end, str(start)) for start, end in pairwise(edges)]
    runs = fit_marked_line(line.plain, ANY_WIDTH, measure, marks, rtl, is_rtl=is_rtl_line(line.plain)).runs
    drawn = []
    for run in runs:
        piece = Content(display_text(run.text))
        for span in line.spans:
            if run.style and span.start <= int(run.style) < span.end:
                piece = piece.stylize(span.style)
        drawn.append(piece)
    return Content.assemble(*drawn)


def draw_paragraphs(text: str, width: int, rtl: str) -> list[Content]:
    """Return a text of a right-to-left interface as lines of at most `width` cells, not padded; "\\n" ends a line."""
    from roya_tui.document.blocks import Block, Document, Span, Text
    from roya_tui.layout.engine import layout_document

    isolated, hints = isolate_labels(text, find_in_sentence(text))
    links = tuple(Span(hint.start, hint.end, (), number) for number, hint in enumerate(hints, 1))
    block = Block("paragraph", Text(isolated, links), rtl=is_rtl_line(isolated))
    lines = layout_document(Document((block,), text=isolated), width, measure, rtl=rtl, link_numbers=False)
    return [Content.assemble(*_draw_runs(line.runs, hints)) for line in lines]


def _draw_runs(runs: Sequence[Run], hints: Sequence[KeyHint]) -> Iterable[Content]:
    for number, run in enumerate(runs):
        if number or run.offsets or not run.text.isspace():  # the blanks that align the line
            yield button(Content(display_text(run.text)), *(hints[run.link - 1].keys if run.link else ()))


class _Paragraphs(Visual):
    """A text that is wrapped and ordered for the width in which it is drawn."""

    def __init__(self, text: str, rtl: str) -> None:
        self._text = text
        self._draw = lru_cache(4)(lambda width: Content("\n").join(draw_paragraphs(text, max(8, width), rtl)))

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        return self._draw(width).render_strips(width, height, style, options)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return max(map(measure, self._text.splitlines()), default=0)

    def get_height(self, rules: RulesMap, width: int) -> int:
        return self._draw(width).get_height(rules, width)


class InterfaceText(Static):
    """A Static for a text of the app, in any number of lines; `app.tcss` aligns it right if necessary."""

    def __init__(self, text: str = "", *, rtl: str, **options: Any) -> None:
        """`options` are those of Static."""
        self._rtl = rtl
        super().__init__(self._prepare(text), markup=False, **options)

    def show(self, text: str) -> None:
        """Show another text."""
        self.update(self._prepare(text))

    def _prepare(self, text: str) -> Visual:
        return _Paragraphs(text, self._rtl) if is_right_to_left() else sentence_with_buttons(text)
