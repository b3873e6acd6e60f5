"""What changed, for other programs and for people elsewhere: text, Markdown, or plain data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from roya_tui.config import Config
from roya_tui.reading.blocks import Block, Span, Text
from roya_tui.reading.changes import Step
from roya_tui.reading.changes_page import TRIFLES, compose_changes, in_one
from roya_tui.reading.clock import Clock
from roya_tui.reading.markdown import markdown as as_markdown
from roya_tui.reading.merging import MARKDOWN, merged
from roya_tui.reading.quoting import cited
from roya_tui.reading.scripts import Measure
from roya_tui.reading.summary import noun, summary
from roya_tui.reading.versions import Comparison

_PROSE = ("paragraph", "heading", "caption", "term", "summary")
"""Kinds of blocks that may begin with a word of ours."""


def text(comparison: Comparison, clock: Clock, width: int, measure: Measure, config: Config) -> str:
    """Return the page on which one reads what changed, as plain lines."""
    made = in_one(comparison, config.look.ascii, measure)
    page = compose_changes(comparison, made, clock, width, measure, config).page
    return "\n".join(line.text.rstrip(" ") for line in page.lines) + "\n"


def markdown(comparison: Comparison, clock: Clock) -> str:
    """Return both versions in one as Markdown: what went is struck out, what came is bold, and a word says so."""
    made = merged(comparison.changes, MARKDOWN)
    pairs = zip(made.document.blocks, made.steps, strict=True)
    document = replace(made.document, blocks=tuple(block for pair in pairs for block in _marked(*pair)))
    headline = comparison.versions[-1].article.headline
    words = summary(comparison.changes)
    facts = [f"What changed {comparison.since}: {words}" if words else TRIFLES]
    if comparison.changes.title:
        facts.append(f"Its title was: {comparison.changes.old_title}")
    for version in (comparison.versions[comparison.base], comparison.versions[-1]):
        when = "time unknown" if version.seen is None else clock.stamp(version.seen, headline.zone)
        facts.append(f"Version {version.number}: {when}")
    return as_markdown(document, headline.title, facts, headline.url)


def quotation(comparison: Comparison, number: int, *, title: str, url: str, source: str) -> str:
    """Return one block of both versions in one as a Markdown quotation; its number is as in `merged`."""
    made = merged(comparison.changes, MARKDOWN)
    blocks = tuple(_marked(made.document.blocks[number], made.steps[number]))
    return cited(replace(made.document, blocks=blocks), title=title, url=url, source=source)


def _marked(block: Block, step: Step) -> Iterator[Block]:
    words = _became(step)
    if not words:
        yield block
    elif block.kind in _PROSE:
        style = {"added": ("strong",), "removed": ("strike",)}.get(step.kind, ())
        yield replace(block, text=_after(f"({words}) ", block.text, style))
    else:
        yield Block("paragraph", Text(f"({words})", (Span(0, len(words) + 2, ("em",)),)), inside=block.inside)
        yield block


def _became(step: Step) -> str:
    if step.kind in ("added", "removed"):
        return step.kind
    return {1: "moved down", -1: "moved up"}.get(step.moved, "")


def _after(words: str, text: Text, style: tuple[str, ...]) -> Text:
    """Return a text, all of it in one more style, behind a word of ours."""
    spans = [Span(0, len(words) - 1, ("em",))]
    shift, at, end = len(words), 0, len(text.string)
    for span in (*text.spans, Span(end, end)):
        if style and span.start > at:
            spans.append(Span(at + shift, span.start + shift, style))
        if span.start < span.end:
            styles = (*span.styles, *(name for name in style if name not in span.styles))
            spans.append(replace(span, start=span.start + shift, end=span.end + shift, styles=styles))
        at = span.end
    return Text(words + text.string, tuple(spans))


def data(comparison: Comparison) -> dict[str, Any]:
    """Return what changed as values that JSON knows; times are UTC seconds, or None where nobody knows."""
    changes, versions = comparison.changes, comparison.versions
    headline = versions[-1].article.headline
    return {
        "id": headline.id,
        "url": headline.url,
        "title": changes.new_title,
        "old_title": changes.old_title,
        "summary": summary(changes, "-"),
        "since": {"version": versions[comparison.base].number, "seen": versions[comparison.base].seen},
        "now": {"version": versions[-1].number, "seen": versions[-1].seen},
        "versions": [
            {"version": one.number, "seen": one.seen, "title": one.article.headline.title, "read": one.read}
            for one in versions
        ],
        "changes": [_step(step) for step in changes.steps if step.kind != "same"],
    }


def _step(step: Step) -> dict[str, Any]:
    block = step.new or step.old
    assert block is not None
    result: dict[str, Any] = {"kind": step.kind, "block": noun(block) or block.kind}
    if step.moved:
        result["moved"] = "down" if step.moved > 0 else "up"
    if step.kind != "changed" or step.old is None or step.new is None:
        return result | {"text": block.text.string}
    result |= {"before": step.old.text.string, "after": step.new.text.string}
    if step.edits:
        result["edits"] = [
            {
                "removed": step.old.text.string[edit.start : edit.end].rstrip("\n"),
                "added": step.new.text.string[edit.new_start : edit.new_end].rstrip("\n"),
            }
            for edit in step.edits
        ]
    return result
