"""Two versions of an article and a width → the page on which one reads what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.config import Config
from roya_tui.reading.blocks import Block, Document, Text
from roya_tui.reading.changes import Step
from roya_tui.reading.clock import Clock
from roya_tui.reading.composing import head_lines
from roya_tui.reading.head import Row
from roya_tui.reading.layout import layout
from roya_tui.reading.lines import Line, Made, Run
from roya_tui.reading.merging import ASCII, UNICODE, Dress, Merged, merged, woven
from roya_tui.reading.page import After, Page
from roya_tui.reading.scripts import Measure
from roya_tui.reading.summary import summary
from roya_tui.reading.versions import Comparison, Version

TRIFLES = "Nothing but trifles changed: typography, counters and the like."


class Signs(NamedTuple):
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


BESIDE = Signs("+", "−", "~", "↑", "↓", "▌", "…", "·")
BESIDE_IN_ASCII = Signs("+", "-", "~", "^", "v", ">", "...", "-")
_MARGIN = 2
"""Cells beside the text."""
_AROUND = 1
"""Versions that are told on either side of the one compared, where there are many."""


def signs(ascii: bool, measure: Measure) -> Signs:
    """Return the signs to use: the ASCII ones too where a terminal draws the others two cells wide."""
    return BESIDE_IN_ASCII if ascii or any(measure(sign) != 1 for sign in "".join(BESIDE)) else BESIDE


class ChangesPage(Struct, frozen=True):
    """A page of changes, and where they are."""

    page: Page
    changes: tuple[int | None, ...]
    """Where in the text each begins; None for that of the title."""

    def line(self, number: int) -> int:
        """Return the line on which a change begins, counted from 0."""
        at = self.changes[number]
        return 0 if at is None else self.page.line(at)


def in_one(comparison: Comparison, ascii: bool, measure: Measure) -> Merged:
    """Return both versions as one document, with the signs that the terminal can draw: once for all widths."""
    return merged(comparison.changes, _dress(signs(ascii, measure)))


def _dress(beside: Signs) -> Dress:
    return ASCII if beside is BESIDE_IN_ASCII else UNICODE


def compose_changes(
    comparison: Comparison, made: Merged, clock: Clock, width: int, measure: Measure, config: Config
) -> ChangesPage:
    """Return what changed, which `made` tells in one, as a page of that width."""
    look, rtl = config.look, config.reading.rtl
    beside = signs(look.ascii, measure)
    text = layout(made.document, width - _MARGIN, measure, ascii=look.ascii, rtl=rtl)
    above = (
        *_title(comparison, width, measure, config, _dress(beside)),
        *_head(comparison, beside, clock, width, measure, config),
    )
    title: tuple[None, ...] = (None,) if comparison.changes.title else ()
    below = _Signed(text, made.steps, beside)
    return ChangesPage(Page(made.document, After(above, below), len(above), width), (*title, *made.changes))


def _title(comparison: Comparison, width: int, measure: Measure, config: Config, dress: Dress) -> Iterator[Line]:
    told = comparison.changes
    text = woven(Text(told.old_title), Text(told.new_title), told.title, dress)
    row = Document((Block("paragraph", text),), text=text.string)
    for line in layout(row, width, measure, ascii=config.look.ascii, rtl=config.reading.rtl):
        runs = tuple(Run(run.text, f"headline {run.style}".strip()) for run in line.runs)
        yield Line(runs, line.cells, rtl=line.rtl)


def _head(
    comparison: Comparison, beside: Signs, clock: Clock, width: int, measure: Measure, config: Config
) -> Iterator[Line]:
    rows: list[Row] = [(told(comparison, beside), "told")]
    rows += [
        (_version(version, comparison, beside, clock) if version else f"  {beside.more}", "date")
        for version in _shown(comparison)
    ]
    if comparison.of_excerpt:
        rows.append(("This is what the feed gave. The full text has no versions.", "facts"))
    legend = _legend(comparison.changes.steps, beside)
    if legend:
        rows.append((legend, "facts"))
    yield from head_lines(rows, width, measure, config, title=comparison.changes.new_title)
    yield Line()


def told(comparison: Comparison, beside: Signs = BESIDE) -> str:
    """Return in one sentence what changed, and since when."""
    words = summary(comparison.changes, beside.removed)
    return f"{words[0].upper()}{words[1:]} {comparison.since}" if words else TRIFLES


def _shown(comparison: Comparison) -> Iterator[Version | None]:
    """Return the newest version, those around the one compared, and the oldest; None for those left out between."""
    known, base = comparison.versions, comparison.base
    wanted = {0, len(known) - 1, *range(max(0, base - _AROUND), min(len(known), base + _AROUND + 1))}
    last = len(known)
    for place in sorted(wanted, reverse=True):
        if place < last - 1:
            yield None
        yield known[place]
        last = place


def _version(version: Version, comparison: Comparison, beside: Signs, clock: Clock) -> str:
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
    return f"{beside.here if version is newest or version is base else ' '} {f' {beside.dot} '.join(facts)}"


def _legend(steps: Iterable[Step], beside: Signs) -> str:
    kinds = {step.kind for step in steps}
    words = [(kind, f"{getattr(beside, kind)} {kind}") for kind in ("added", "removed", "changed")]
    said = [word for kind, word in words if kind in kinds]
    if any(step.moved for step in steps):
        said.append(f"{beside.up} {beside.down} moved")
    return "   ".join(said)


class _Signed(Made[Line]):
    """The lines of a text with a sign beside each that changed: on the left, or on the right of right-to-left text."""

    def __init__(self, lines: Sequence[Line], steps: Sequence[Step], beside: Signs) -> None:
        self._lines = lines
        self._steps = steps
        self._beside = beside

    def __len__(self) -> int:
        return len(self._lines)

    def made(self, number: int) -> Line:
        return self._signed(self._lines[number])

    def __iter__(self) -> Iterator[Line]:
        yield from map(self._signed, self._lines)

    def _signed(self, line: Line) -> Line:
        if line.between and not line.runs:
            return line
        sign, style = self._sign(line)
        runs = line.runs if style in ("", "changed-sign") else tuple(_over(run, style) for run in line.runs)
        side = Run(f" {sign}" if line.rtl else f"{sign} ", style)
        return replace(line, runs=(*runs, side) if line.rtl else (side, *runs), cells=line.cells + _MARGIN)

    def _sign(self, line: Line) -> tuple[str, str]:
        """Return the sign beside a line, and the style of it and what is on it."""
        step = self._steps[line.block]
        kind = "same" if line.between else step.kind
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


def _over(run: Run, style: str) -> Run:
    return run._replace(style=f"{run.style} {style}" if run.style else style)
