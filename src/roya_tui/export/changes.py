"""Export a comparison of two versions as text, Markdown, JSON data or lines for speech."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from roya_tui.characters import Measure
from roya_tui.clock import Clock
from roya_tui.config import Config
from roya_tui.document.blocks import Block, Span, Text
from roya_tui.export.markdown import quote_document, to_markdown
from roya_tui.export.speech import speak_block
from roya_tui.text import capitalize_first
from roya_tui.translation import gettext
from roya_tui.versions.comparison import Comparison
from roya_tui.versions.diff import BlockChange
from roya_tui.versions.diff_page import ONLY_TRIVIAL_CHANGES, layout_diff, merge_versions
from roya_tui.versions.inline_diff import MARKDOWN_MARKUP, DiffMarkup, build_inline_diff
from roya_tui.versions.summary import block_noun, summarize

_PROSE = ("paragraph", "heading", "caption", "term", "summary")
"""Kinds of blocks that take a label at their start."""


def diff_to_text(comparison: Comparison, clock: Clock, width: int, measure: Measure, config: Config) -> str:
    """Return the page of changes as plain text."""
    inline_diff = merge_versions(comparison, config.look.ascii, measure)
    page = layout_diff(comparison, inline_diff, clock, width, measure, config).page
    return "\n".join(line.text.rstrip(" ") for line in page.lines) + "\n"


def diff_to_markdown(comparison: Comparison, clock: Clock) -> str:
    """Return both versions as one Markdown document with labeled changes."""
    inline_diff = build_inline_diff(comparison.diff, MARKDOWN_MARKUP)
    pairs = zip(inline_diff.document.blocks, inline_diff.block_changes, strict=True)
    document = replace(inline_diff.document, blocks=tuple(block for pair in pairs for block in _label_block(*pair)))
    headline = comparison.versions[-1].article.headline
    words = summarize(comparison.diff)
    facts = [_summarize(comparison, words)]
    if comparison.diff.title_edits:
        facts.append(gettext("The title was: {title}", title=comparison.diff.old_title))
    for version in (comparison.versions[comparison.base], comparison.versions[-1]):
        when = gettext("time unknown") if version.seen is None else clock.stamp(version.seen)
        facts.append(gettext("Version {number}: {time}", number=version.number, time=when))
    return to_markdown(document, headline.title, facts, headline.url)


def _summarize(comparison: Comparison, words: str) -> str:
    """Return the summary of a comparison as a sentence."""
    if not words:
        return gettext(ONLY_TRIVIAL_CHANGES)
    return gettext("Changes: {changes}", changes=comparison.describe_since(words))


def quote_change(comparison: Comparison, number: int, *, title: str, url: str, source: str) -> str:
    """Return the block at an index of `Diff.block_changes` as a Markdown quotation."""
    inline_diff = build_inline_diff(comparison.diff, MARKDOWN_MARKUP)
    blocks = tuple(_label_block(inline_diff.document.blocks[number], inline_diff.block_changes[number]))
    return quote_document(replace(inline_diff.document, blocks=blocks), title=title, url=url, source=source)


def _label_block(block: Block, step: BlockChange) -> Iterator[Block]:
    words = _change_label(step)
    if not words:
        yield block
    elif block.kind in _PROSE:
        style = {"added": ("strong",), "removed": ("strike",)}.get(step.kind, ())
        yield replace(block, text=_prepend_label(f"({words}) ", block.text, style))
    else:
        yield Block("paragraph", Text(f"({words})", (Span(0, len(words) + 2, ("em",)),)), containers=block.containers)
        yield block


def _change_label(step: BlockChange) -> str:
    match step.kind, step.moved:
        case "added", _:
            return gettext("added")
        case "removed", _:
            return gettext("removed")
        case _, 1:
            return gettext("moved down")
        case _, -1:
            return gettext("moved up")
    return ""


def _prepend_label(words: str, text: Text, style: tuple[str, ...]) -> Text:
    """Return a text with a label before it and `style` added to all of it."""
    spans = [Span(0, len(words) - 1, ("em",))]
    for span in text.cover(0, len(text.string)) if style else text.spans:
        styles = (*span.styles, *(name for name in style if name not in span.styles))
        spans.append(replace(span.moved(len(words)), styles=styles))
    return Text(words + text.string, tuple(spans))


def diff_to_data(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON values; times are UTC seconds, or None if unknown."""
    changes, versions = comparison.diff, comparison.versions
    headline = versions[-1].article.headline
    return {
        "id": headline.id,
        "url": headline.url,
        "title": changes.new_title,
        "old_title": changes.old_title,
        "summary": summarize(changes, "-"),
        "since": {"version": versions[comparison.base].number, "seen": versions[comparison.base].seen},
        "now": {"version": versions[-1].number, "seen": versions[-1].seen},
        "versions": [
            {"version": v.number, "seen": v.seen, "title": v.article.headline.title, "read": v.read} for v in versions
        ],
        "changes": [_change_to_data(step) for step in changes.block_changes if step.kind != "same"],
    }


def _change_to_data(step: BlockChange) -> dict[str, Any]:
    block = step.new or step.old
    assert block is not None
    result: dict[str, Any] = {"kind": step.kind, "block": block_noun(block) or block.kind}
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


def diff_to_speech(comparison: Comparison) -> Iterator[str]:
    """Return the changes as sentences, in the order of the text."""
    changes = comparison.diff
    words = summarize(changes, minus="")
    yield _summarize(comparison, words)
    if changes.title_edits:
        yield gettext("The title was: {title}", title=changes.old_title)
    was, now = gettext("was:"), gettext("now:")
    inline_diff = build_inline_diff(changes, DiffMarkup((f"[{was} ", "]"), (f"[{now} ", "]"), f"{was} ", f"{now} "))
    for block, step in zip(inline_diff.document.blocks, inline_diff.block_changes, strict=True):
        if label := _spoken_label(step):
            yield f"{label}: {speak_block(block, inline_diff.document)}"


def _spoken_label(step: BlockChange) -> str:
    words = _change_label(step)
    if step.kind != "changed":
        return capitalize_first(words)
    changed = gettext("Changed")
    return f"{changed}, {words}" if words else changed
