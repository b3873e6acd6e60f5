"""What changed, in one line: `+2 paragraphs, title changed`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from roya_tui.reading.blocks import Block
from roya_tui.reading.changes import Changes, Step
from roya_tui.sameness import CJK

_NOUNS = ("paragraph", "heading", "list item", "table", "code block", "picture", "video", "audio", "page")
"""What is counted, in the order in which it is told."""
_CJK = re.compile(f"[{CJK}]")


def summary(changes: Changes, minus: str = "−", most: int = 99) -> str:
    """Return in a few words what changed, in at most so many parts; "" if nothing did."""
    told = [*_of_blocks(changes, minus), *_of_words(changes, minus), *(["title changed"] if changes.title else [])]
    if len(told) > most:
        kept = [*told[: most - 1], told[-1]] if changes.title else told[:most]
        return f"{', '.join(kept)} and more"
    return ", ".join(told)


def _of_blocks(changes: Changes, minus: str) -> Iterator[str]:
    by_kind = {
        kind: Counter(noun(block) for step in changes.steps if step.kind == kind and (block := step.new or step.old))
        for kind in ("added", "removed")
    }
    for name in _NOUNS:
        added, removed = by_kind["added"][name], by_kind["removed"][name]
        if name in ("picture", "video", "audio"):
            if added:
                yield f"{_counted(added, name, one='')} added".strip()
            if removed:
                yield f"{_counted(removed, name, one='')} removed".strip()
            continue
        if added:
            yield f"+{_counted(added, name)}"
        if removed:
            yield f"{minus}{_counted(removed, name)}"
    moved = Counter(noun(step.new) for step in changes.steps if step.moved and step.new)
    if moved:
        only = next(iter(moved)) if len(moved) == 1 else "block"
        yield f"{_counted(sum(moved.values()), only)} moved"


def _of_words(changes: Changes, minus: str) -> Iterator[str]:
    changed = [step for step in changes.steps if step.kind == "changed"]
    code = [step for step in changed if step.new and step.new.kind == "code"]
    edits = [edit for step in changed if step not in code for edit in step.all_edits]
    added, removed = sum(edit.added for edit in edits), sum(edit.removed for edit in edits)
    rows = [row for step in changed for row in step.rows]
    added_rows, removed_rows = sum(row.old is None for row in rows), sum(row.new is None for row in rows)
    unit = "character" if 2 * _cjk(changed) >= added + removed > 0 else "word"
    if added and removed:
        yield f"{_counted(sum(max(edit.added, edit.removed) for edit in edits), unit)} changed"
    elif added:
        yield f"+{_counted(added, unit)}"
    elif removed:
        yield f"{minus}{_counted(removed, unit)}"
    elif edits:
        yield "punctuation changed"
    if added_rows:
        yield f"+{_counted(added_rows, 'row')}"
    if removed_rows:
        yield f"{minus}{_counted(removed_rows, 'row')}"
    if code:
        yield "code changed"


def _cjk(changed: Iterable[Step]) -> int:
    """Return how many of the words that went and came are single characters, in scripts without blanks."""
    count = 0
    for step in changed:
        if step.old is None or step.new is None:
            continue
        for edit in step.edits:
            count += len(_CJK.findall(step.old.text.string, edit.start, edit.end))
            count += len(_CJK.findall(step.new.text.string, edit.new_start, edit.new_end))
    return count


def noun(block: Block) -> str:
    """Return what a person calls a block."""
    if block.kind == "media":
        return block.label
    if block.kind in ("heading", "table", "picture"):
        return block.kind
    if block.kind == "code":
        return "code block"
    if block.kind == "caption":
        return ""  # its picture tells
    return "list item" if block.inside and block.inside[-1].kind == "item" else "paragraph"


def _counted(count: int, name: str, one: str = "1 ") -> str:
    return f"{one}{name}" if count == 1 else f"{count:,} {name}s"
