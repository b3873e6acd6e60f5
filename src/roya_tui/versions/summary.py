"""Summarize a difference in one line: `+2 paragraphs, title changed`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from roya_tui.document.blocks import Block
from roya_tui.normalization import CJK
from roya_tui.versions.diff import BlockChange, Diff

_NOUNS = ("paragraph", "heading", "list item", "table", "code block", "picture", "video", "audio", "page")
"""What is counted, in the order of the summary."""
_CJK = re.compile(f"[{CJK}]")


def summarize(diff: Diff, minus: str = "−", max_parts: int = 99) -> str:
    """Return a summary of at most `max_parts` parts; "" if nothing changed."""
    parts = [*_block_counts(diff, minus), *_word_counts(diff, minus), *(["title changed"] if diff.title_edits else [])]
    if len(parts) > max_parts:
        kept = [*parts[: max_parts - 1], parts[-1]] if diff.title_edits else parts[:max_parts]
        return f"{', '.join(kept)} and more"
    return ", ".join(parts)


def _block_counts(diff: Diff, minus: str) -> Iterator[str]:
    by_kind = {
        kind: Counter(
            block_noun(block) for step in diff.block_changes if step.kind == kind and (block := step.new or step.old)
        )
        for kind in ("added", "removed")
    }
    for name in _NOUNS:
        added, removed = by_kind["added"][name], by_kind["removed"][name]
        if name in ("picture", "video", "audio"):
            if added:
                yield f"{_format_count(added, name, one='')} added".strip()
            if removed:
                yield f"{_format_count(removed, name, one='')} removed".strip()
            continue
        if added:
            yield f"+{_format_count(added, name)}"
        if removed:
            yield f"{minus}{_format_count(removed, name)}"
    moved = Counter(block_noun(step.new) for step in diff.block_changes if step.moved and step.new)
    if moved:
        only = next(iter(moved)) if len(moved) == 1 else "block"
        yield f"{_format_count(sum(moved.values()), only)} moved"


def _word_counts(diff: Diff, minus: str) -> Iterator[str]:
    changed = [step for step in diff.block_changes if step.kind == "changed"]
    code = [step for step in changed if step.new and step.new.kind == "code"]
    edits = [edit for step in changed if step not in code for edit in step.all_edits]
    added, removed = sum(edit.added for edit in edits), sum(edit.removed for edit in edits)
    rows = [row for step in changed for row in step.rows]
    added_rows, removed_rows = sum(row.old is None for row in rows), sum(row.new is None for row in rows)
    unit = "character" if 2 * _count_cjk(changed) >= added + removed > 0 else "word"
    if added and removed:
        yield f"{_format_count(sum(max(edit.added, edit.removed) for edit in edits), unit)} changed"
    elif added:
        yield f"+{_format_count(added, unit)}"
    elif removed:
        yield f"{minus}{_format_count(removed, unit)}"
    elif edits:
        yield "punctuation changed"
    if added_rows:
        yield f"+{_format_count(added_rows, 'row')}"
    if removed_rows:
        yield f"{minus}{_format_count(removed_rows, 'row')}"
    if code:
        yield "code changed"


def _count_cjk(changed: Iterable[BlockChange]) -> int:
    """Return how many characters of scripts without spaces were removed and added."""
    count = 0
    for step in changed:
        if step.old is None or step.new is None:
            continue
        for edit in step.edits:
            count += len(_CJK.findall(step.old.text.string, edit.start, edit.end))
            count += len(_CJK.findall(step.new.text.string, edit.new_start, edit.new_end))
    return count


def block_noun(block: Block) -> str:
    """Return the common name of a block; "" for a caption, part of its picture."""
    if block.kind == "media":
        return block.label
    if block.kind in ("heading", "table", "picture"):
        return block.kind
    if block.kind == "code":
        return "code block"
    if block.kind == "caption":
        return ""
    return "list item" if block.containers and block.containers[-1].kind == "item" else "paragraph"


def _format_count(count: int, name: str, one: str = "1 ") -> str:
    return f"{one}{name}" if count == 1 else f"{count:,} {name}s"
