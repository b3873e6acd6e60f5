"""All that is known of how one source fares, as lines with styles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from roya_tui.model import Attempt, Health, shown_address
from roya_tui.reading.blocks import Block, Document, Text
from roya_tui.reading.head import Row, size
from roya_tui.reading.health import Times, long, rhythm
from roya_tui.reading.health_table import next_look, spark
from roya_tui.reading.isolating import beside, told
from roya_tui.reading.layout import layout
from roya_tui.reading.lines import Line, Run
from roya_tui.reading.scripts import Measure

_ERRORS = 5
"""Failures that are told above all tries."""


def page(
    health: Health,
    attempts: Sequence[Attempt],
    advice: str,
    times: Times,
    every: int,
    *,
    dot: str,
    failed: str,
    ascii: bool,
    per_day: int | None = None,
) -> list[Row]:
    """Return the lines. `advice` is what to do, in words; `every` are the seconds between two looks by default;
    `per_day` is how many of a day lists show where nothing was set for it."""
    said = [(health.said, "strong"), *([(advice, "text")] if advice else [])]
    rows = [(health.source.label, "headline"), *said, ("", "")]
    facts = _facts(health, times, every, dot, per_day, ascii=ascii)
    rows += [(beside(fact, ": "), "facts") for fact in facts if fact[1]]
    errors = [attempt for attempt in attempts if attempt.kind][:_ERRORS]
    for heading, some in (("Last failures", errors), ("Last tries", attempts)):
        if some:
            rows += [("", ""), (heading, "heading")]
            rows += [_attempt(attempt, health.source.label, times, dot, failed) for attempt in some]
    return rows


def set_row(row: Row, width: int, measure: Measure, rtl: str, *, ascii: bool) -> Sequence[Line]:
    """Set one line of the page at a width, with its style. What is ours reads from the left, whatever names are in it;
    only the source's own name is a text by itself."""
    words, style = row
    if not words:
        return (Line(),)
    is_name = style == "headline"
    words = words if is_name else told(words)
    block = Block("paragraph", Text(words), rtl=None if is_name else False)
    lines = layout(Document((block,), text=words), width, measure, ascii=ascii, rtl=rtl)
    return [Line(tuple(Run(run.text, style) for run in line.runs), line.cells) for line in lines]


def _facts(
    health: Health, times: Times, every: int, dot: str, per_day: int | None, *, ascii: bool
) -> Iterator[tuple[str, str]]:
    source, facts = health.source, health.facts
    if not source.saved:
        yield "Address", shown_address(source.url)
    if source.moved_to != source.url:
        yield "Moved to", shown_address(source.moved_to)
    yield "Page", source.homepage
    yield "Folder", source.folder
    if not (source.sample or source.saved):
        yield (
            "Asked",
            f"every {long(every)}" if source.interval is None else f"every {long(source.interval)}, as you set",
        )
        yield "Next look", _next(health, times)
    yield "Last try", _at(source.checked, times)
    yield "Last good answer", _at(source.succeeded, times) or ("" if source.sample or source.saved else "none yet")
    if facts.tries:
        cost = (f"{facts.milliseconds:,} ms" if facts.milliseconds is not None else "", size(facts.size))
        went = f"{facts.tries - facts.failed} of the last {facts.tries} went well"
        yield "Tries", f" {dot} ".join(part for part in (went, *cost) if part)
    yield "Articles", f"{source.total:,}, {source.unread:,} unread"
    yield "In lists", _in_lists(source.per_day, per_day)
    yield "Newest article", _at(facts.newest, times) if facts.newest is not None else ""
    if any(facts.weeks):
        numbers = " ".join(f"{count:,}" for count in facts.weeks)
        yield f"{len(facts.weeks)} weeks", f"{spark(facts, ascii=ascii)}  {numbers}"
        longest = "" if facts.pause is None else f"longest pause {long(facts.pause)}"
        yield "Rhythm", f" {dot} ".join(part for part in (f"about {rhythm(facts)}", longest) if part)


def _in_lists(set_here: int | None, otherwise: int | None) -> str:
    most = otherwise if set_here is None else set_here
    if most is None:
        return ""
    told = f"the newest {most:,} of a day" if most else "one row a day"
    return told if set_here is not None else f"{told}, as config.toml says"


def _at(at: int | None, times: Times) -> str:
    return "" if at is None else f"{times.clock.stamp(at)}, {long(times.now - at)} ago"


def _next(health: Health, times: Times) -> str:
    if health.source.paused:
        return "none"
    if health.why in ("", "not due yet"):
        soon = next_look(health, times.now)
        return "with the next refresh" if soon == "now" or health.until is None else times.when(health.until)
    return health.why if health.until is None else f"{times.when(health.until)}: {health.why}"


def _attempt(attempt: Attempt, label: str, times: Times, dot: str, failed: str) -> Row:
    stamp = times.clock.stamp(attempt.at)
    if attempt.kind:
        words = attempt.message.removeprefix(label).strip()
        return f"{failed} {stamp}  {words[:1].upper()}{words[1:]}", "failed"
    brought = [
        f"{count:,} {word}" for count, word in ((attempt.new, "new"), (attempt.changed, "changed")) if count
    ] or ["nothing new"]
    cost = (f"{attempt.milliseconds:,} ms" if attempt.milliseconds is not None else "", size(attempt.size))
    return (
        f"  {stamp}  {f' {dot} '.join(part for part in (', '.join(brought), *cost, attempt.message) if part)}",
        "facts",
    )
