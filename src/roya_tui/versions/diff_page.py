"""Two versions of an article and a width → the page on which one reads what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.characters import Measure
from roya_tui.clock import Clock
from roya_tui.config import Config
from roya_tui.document.blocks import Block, Document, Text
from roya_tui.layout.article_header import HeaderRow
from roya_tui.layout.article_page import layout_rows
from roya_tui.layout.engine import layout_document
from roya_tui.layout.lines import LazyLines, Line, Run
from roya_tui.layout.page import Page, StackedLines
from roya_tui.versions.comparison import Comparison, Version
from roya_tui.versions.diff import BlockChange
from roya_tui.versions.inline_diff import (
    ASCII_MARKUP,
    UNICODE_MARKUP,
    DiffMarkup,
    InlineDiff,
    build_inline_diff,
    merge_texts,
)
from roya_tui.versions.summary import summarize

ONLY_TRIVIAL_CHANGES = "Nothing but trifles changed: typography, counters and the like."


class GutterSymbols(NamedTuple):
    """What stands beside blocks, one cell wide each."""

    added: str
    removed: str
    changed: str
    up: str
    down: str
    here: str
    """Beside the versions that are compared."""
    more: str
    dot: str


UNICODE_SYMBOLS = GutterSymbols("+", "−", "~", "↑", "↓", "▌", "…", "·")
ASCII_SYMBOLS = GutterSymbols("+", "-", "~", "^", "v", ">", "...", "-")
_MARGIN = 2
"""Cells beside the text."""
_NEIGHBORS = 1
"""Versions that are told on either side of the one compared, where there are many."""


def choose_symbols(ascii: bool, measure: Measure) -> GutterSymbols:
    """Return the signs to use: the ASCII ones too where a terminal draws the others two cells wide."""
    return ASCII_SYMBOLS if ascii or any(measure(sign) != 1 for sign in "".join(UNICODE_SYMBOLS)) else UNICODE_SYMBOLS


class DiffPage(Struct, frozen=True):
    """A page of changes, and where they are."""

    page: Page
    change_offsets: tuple[int | None, ...]
    """Where in the text each begins; None for that of the title."""

    def line_of_change(self, number: int) -> int:
        """Return the line on which a change begins, counted from 0."""
        at = self.change_offsets[number]
        return 0 if at is None else self.page.line_of_offset(at)


def merge_versions(comparison: Comparison, ascii: bool, measure: Measure) -> InlineDiff:
    """Return both versions as one document, with the signs that the terminal can draw: once for all widths."""
    return build_inline_diff(comparison.diff, _markup_for(choose_symbols(ascii, measure)))


def _markup_for(symbols: GutterSymbols) -> DiffMarkup:
    return ASCII_MARKUP if symbols is ASCII_SYMBOLS else UNICODE_MARKUP


def layout_diff(
    comparison: Comparison, inline_diff: InlineDiff, clock: Clock, width: int, measure: Measure, config: Config
) -> DiffPage:
    """Return what changed, which `made` tells in one, as a page of that width."""
    look, rtl = config.look, config.reading.rtl
    beside = choose_symbols(look.ascii, measure)
    text = layout_document(inline_diff.document, width - _MARGIN, measure, ascii=look.ascii, rtl=rtl)
    header = (
        *_title_lines(comparison, width, measure, config, _markup_for(beside)),
        *_header_lines(comparison, beside, clock, width, measure, config),
    )
    title: tuple[None, ...] = (None,) if comparison.diff.title_edits else ()
    body = _GutterLines(text, inline_diff.block_changes, beside)
    return DiffPage(
        Page(inline_diff.document, StackedLines(header, body), len(header), width),
        (*title, *inline_diff.change_offsets),
    )


def _title_lines(
    comparison: Comparison, width: int, measure: Measure, config: Config, markup: DiffMarkup
) -> Iterator[Line]:
    diff = comparison.diff
    text = merge_texts(Text(diff.old_title), Text(diff.new_title), diff.title_edits, markup)
    row = Document((Block("paragraph", text),), text=text.string)
    for line in layout_document(row, width, measure, ascii=config.look.ascii, rtl=config.reading.rtl):
        runs = tuple(Run(run.text, f"headline {run.style}".strip()) for run in line.runs)
        yield Line(runs, line.cells, rtl=line.rtl)


def _header_lines(
    comparison: Comparison, symbols: GutterSymbols, clock: Clock, width: int, measure: Measure, config: Config
) -> Iterator[Line]:
    rows: list[HeaderRow] = [(describe_changes(comparison, symbols), "told")]
    rows += [
        (_version_row(version, comparison, symbols, clock) if version else f"  {symbols.more}", "date")
        for version in _listed_versions(comparison)
    ]
    if comparison.has_full_text:
        rows.append(("This is what the feed gave. The full text has no versions.", "facts"))
    legend = _legend(comparison.diff.block_changes, symbols)
    if legend:
        rows.append((legend, "facts"))
    yield from layout_rows(rows, width, measure, config, title=comparison.diff.new_title)
    yield Line()


def describe_changes(comparison: Comparison, symbols: GutterSymbols = UNICODE_SYMBOLS) -> str:
    """Return in one sentence what changed, and since when."""
    words = summarize(comparison.diff, symbols.removed)
    return f"{words[0].upper()}{words[1:]} {comparison.since_phrase}" if words else ONLY_TRIVIAL_CHANGES


def _listed_versions(comparison: Comparison) -> Iterator[Version | None]:
    """Return the newest version, those around the one compared, and the oldest; None for those left out between."""
    known, base = comparison.versions, comparison.base
    wanted = {0, len(known) - 1, *range(max(0, base - _NEIGHBORS), min(len(known), base + _NEIGHBORS + 1))}
    last = len(known)
    for place in sorted(wanted, reverse=True):
        if place < last - 1:
            yield None
        yield known[place]
        last = place


def _version_row(version: Version, comparison: Comparison, symbols: GutterSymbols, clock: Clock) -> str:
    """Return a row on a version: whether it is one of those compared, its number, when it came, what else is known."""
    newest, base = comparison.versions[-1], comparison.versions[comparison.base]
    facts = [str(version.number)]
    if version.seen is not None:
        facts.append(clock.stamp(version.seen, newest.article.headline.zone))
    if version is newest:
        facts.append("now")
    elif version.read:
        facts.append("you read it")
    elif version.number == 1:
        facts.append("first seen" if version.seen is not None else "the oldest kept")
    return f"{symbols.here if version is newest or version is base else ' '} {f' {symbols.dot} '.join(facts)}"


def _legend(steps: Iterable[BlockChange], symbols: GutterSymbols) -> str:
    kinds = {step.kind for step in steps}
    words = [(kind, f"{getattr(symbols, kind)} {kind}") for kind in ("added", "removed", "changed")]
    parts = [word for kind, word in words if kind in kinds]
    if any(step.moved for step in steps):
        parts.append(f"{symbols.up} {symbols.down} moved")
    return "   ".join(parts)


class _GutterLines(LazyLines[Line]):
    """The lines of a text with a sign beside each that changed: on the left, or on the right of right-to-left text."""

    def __init__(self, lines: Sequence[Line], block_changes: Sequence[BlockChange], symbols: GutterSymbols) -> None:
        self._lines = lines
        self._steps = block_changes
        self._beside = symbols

    def __len__(self) -> int:
        return len(self._lines)

    def build_line(self, number: int) -> Line:
        return self._add_gutter(self._lines[number])

    def __iter__(self) -> Iterator[Line]:
        yield from map(self._add_gutter, self._lines)

    def _add_gutter(self, line: Line) -> Line:
        if line.is_spacer and not line.runs:
            return line
        sign, style = self._gutter_symbol(line)
        runs = line.runs if style in ("", "changed-sign") else tuple(_add_style(run, style) for run in line.runs)
        side = Run(f" {sign}" if line.rtl else f"{sign} ", style)
        return replace(line, runs=(*runs, side) if line.rtl else (side, *runs), cells=line.cells + _MARGIN)

    def _gutter_symbol(self, line: Line) -> tuple[str, str]:
        """Return the sign beside a line, and the style of it and what is on it."""
        step = self._steps[line.block]
        kind = "same" if line.is_spacer else step.kind
        if kind == "added":
            return self._beside.added, "came"
        if kind == "removed":
            return self._beside.removed, "went"
        if kind == "changed" and any(_is_marked(run) for run in line.runs):
            return self._beside.changed, "changed-sign"
        if kind != "same" and step.moved:
            return (self._beside.down if step.moved > 0 else self._beside.up), "moved"
        return " ", ""


def _is_marked(run: Run) -> bool:
    return not {"added", "removed"}.isdisjoint(run.style.split())


def _add_style(run: Run, style: str) -> Run:
    return run._replace(style=f"{run.style} {style}" if run.style else style)
