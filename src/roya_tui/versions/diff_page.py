"""Lay out the difference between two versions of an article as a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.characters import Measure
from roya_tui.clock import Clock
from roya_tui.config import Config
from roya_tui.document.blocks import Block, Document, Text
from roya_tui.layout.article_page import HeaderRow, layout_rows
from roya_tui.layout.bidi.controls import isolate
from roya_tui.layout.engine import layout_document
from roya_tui.layout.lines import LazyLines, Line, Page, Run, StackedLines
from roya_tui.translation import gettext, gettext_noop, is_right_to_left
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

ONLY_TRIVIAL_CHANGES = gettext_noop("Only minor edits (typography, counters).")


class GutterSymbols(NamedTuple):
    """The symbols in the margin and the header, one cell wide each."""

    added: str
    removed: str
    changed: str
    up: str
    down: str
    here: str
    """Marks the versions that are compared."""
    more: str
    dot: str


UNICODE_SYMBOLS = GutterSymbols("+", "−", "~", "↑", "↓", "▌", "…", "·")
RTL_SYMBOLS = UNICODE_SYMBOLS._replace(here="▐")
ASCII_SYMBOLS = GutterSymbols("+", "-", "~", "^", "v", ">", "...", "-")
_MARGIN = 2  # width of the margin, in cells
_NEIGHBORS = 1  # versions listed on each side of the one compared


def choose_symbols(ascii: bool, measure: Measure) -> GutterSymbols:
    """Return the symbols to use: ASCII also if the others are wider than one cell."""
    if ascii or any(measure(sign) != 1 for sign in "".join(UNICODE_SYMBOLS)):
        return ASCII_SYMBOLS
    return RTL_SYMBOLS if is_right_to_left() else UNICODE_SYMBOLS


class DiffPage(Struct, frozen=True):
    """A page of changes and their offsets."""

    page: Page
    change_offsets: tuple[int | None, ...]
    """The offset of each change in the text; None for the title's."""

    def line_of_change(self, number: int) -> int:
        """Return the line on which a change begins, counted from 0."""
        at = self.change_offsets[number]
        return 0 if at is None else self.page.line_of_offset(at)


def merge_versions(comparison: Comparison, ascii: bool, measure: Measure) -> InlineDiff:
    """Return both versions as one document, which serves all widths."""
    return build_inline_diff(comparison.diff, _markup_for(choose_symbols(ascii, measure)))


def _markup_for(symbols: GutterSymbols) -> DiffMarkup:
    return ASCII_MARKUP if symbols is ASCII_SYMBOLS else UNICODE_MARKUP


def layout_diff(
    comparison: Comparison, inline_diff: InlineDiff, clock: Clock, width: int, measure: Measure, config: Config
) -> DiffPage:
    """Lay out a comparison and its `inline_diff` at a width."""
    look, rtl = config.look, config.reading.rtl
    symbols = choose_symbols(look.ascii, measure)
    text = layout_document(inline_diff.document, width - _MARGIN, measure, ascii=look.ascii, rtl=rtl)
    header = (
        *_title_lines(comparison, width, measure, config, _markup_for(symbols)),
        *_header_lines(comparison, symbols, clock, width, measure, config),
    )
    title = (None,) if comparison.diff.title_edits else ()
    body = _GutterLines(text, inline_diff.block_changes, symbols)
    page = Page(inline_diff.document, StackedLines(header, body), len(header), width)
    return DiffPage(page, (*title, *inline_diff.change_offsets))


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
    rows: list[HeaderRow] = [(describe_changes(comparison, symbols), "diff-summary")]
    rows += [
        (_version_row(version, comparison, symbols, clock) if version else f"  {symbols.more}", "date")
        for version in _listed_versions(comparison)
    ]
    if comparison.versions[-1].article.headline.full:
        rows.append((gettext("This is the feed's text. The full text has no versions."), "facts"))
    legend = _legend(comparison.diff.block_changes, symbols)
    if legend:
        rows.append((legend, "facts"))
    yield from layout_rows(rows, width, measure, config, title=comparison.diff.new_title)
    yield Line()


def describe_changes(comparison: Comparison, symbols: GutterSymbols = UNICODE_SYMBOLS) -> str:
    """Return one sentence with the summary and the earlier version's date."""
    words = summarize(comparison.diff, symbols.removed)
    return comparison.describe_since(f"{words[0].upper()}{words[1:]}") if words else gettext(ONLY_TRIVIAL_CHANGES)


def _listed_versions(comparison: Comparison) -> Iterator[Version | None]:
    """Return the newest and oldest version and those around `base`; None for each gap."""
    versions, base = comparison.versions, comparison.base
    listed = {0, len(versions) - 1, *range(max(0, base - _NEIGHBORS), min(len(versions), base + _NEIGHBORS + 1))}
    previous = len(versions)
    for index in sorted(listed, reverse=True):
        if index < previous - 1:
            yield None
        yield versions[index]
        previous = index


def _version_row(version: Version, comparison: Comparison, symbols: GutterSymbols, clock: Clock) -> str:
    """Return a header row: mark, number, time and state of a version."""
    newest, base = comparison.versions[-1], comparison.versions[comparison.base]
    facts = [str(version.number)]
    if version.seen is not None:
        facts.append(isolate(clock.stamp(version.seen)))
    if version is newest:
        facts.append(gettext("now"))
    elif version.read:
        facts.append(gettext("you read it"))
    elif version.number == 1:
        facts.append(gettext("the oldest kept") if version.seen is None else gettext("first seen"))
    return f"{symbols.here if version is newest or version is base else ' '} {f' {symbols.dot} '.join(facts)}"


def _legend(steps: Iterable[BlockChange], symbols: GutterSymbols) -> str:
    kinds = {step.kind for step in steps}
    words = {"added": gettext("added"), "removed": gettext("removed"), "changed": gettext("changed")}
    parts = [f"{getattr(symbols, kind)} {word}" for kind, word in words.items() if kind in kinds]
    if any(step.moved for step in steps):
        parts.append(f"{symbols.up} {symbols.down} " + gettext("moved"))
    return "   ".join(parts)


class _GutterLines(LazyLines[Line]):
    """The lines of a text with a symbol at the start of each changed line."""

    def __init__(self, lines: Sequence[Line], block_changes: Sequence[BlockChange], symbols: GutterSymbols) -> None:
        self._lines = lines
        self._block_changes = block_changes
        self._symbols = symbols

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
        """Return a line's symbol, and the style of the symbol and the line."""
        step = self._block_changes[line.block]
        kind = "same" if line.is_spacer else step.kind
        if kind == "added":
            return self._symbols.added, "added-block"
        if kind == "removed":
            return self._symbols.removed, "removed-block"
        if kind == "changed" and any(_is_marked(run) for run in line.runs):
            return self._symbols.changed, "changed-sign"
        if kind != "same" and step.moved:
            return (self._symbols.down if step.moved > 0 else self._symbols.up), "moved"
        return " ", ""


def _is_marked(run: Run) -> bool:
    return not {"added", "removed"}.isdisjoint(run.style.split())


def _add_style(run: Run, style: str) -> Run:
    return run._replace(style=f"{run.style} {style}" if run.style else style)
