"""Summarize a difference in one line: `+2 paragraphs, title changed`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from roya_tui.document.blocks import Block
from roya_tui.normalization import CJK
from roya_tui.translation import gettext, join_list, ngettext
from roya_tui.versions.diff import BlockChange, Diff

_COUNTS: dict[str, Callable[[int], str]] = {
    "paragraph": lambda count: ngettext("{count:,} paragraph", "{count:,} paragraphs", count),
    "heading": lambda count: ngettext("{count:,} heading", "{count:,} headings", count),
    "list item": lambda count: ngettext("{count:,} list item", "{count:,} list items", count),
    "table": lambda count: ngettext("{count:,} table", "{count:,} tables", count),
    "code block": lambda count: ngettext("{count:,} code block", "{count:,} code blocks", count),
    "picture": lambda count: ngettext("{count:,} picture", "{count:,} pictures", count),
    "video": lambda count: ngettext("{count:,} video", "{count:,} videos", count),
    "audio": lambda count: ngettext("{count:,} recording", "{count:,} recordings", count),
    "page": lambda count: ngettext("{count:,} page", "{count:,} pages", count),
    "block": lambda count: ngettext("{count:,} block", "{count:,} blocks", count),
    "row": lambda count: ngettext("{count:,} row", "{count:,} rows", count),
    "word": lambda count: ngettext("{count:,} word", "{count:,} words", count),
    "character": lambda count: ngettext("{count:,} character", "{count:,} characters", count),
}
"""What is counted, in the order of the summary."""
_CJK = re.compile(f"[{CJK}]")


def summarize(diff: Diff, minus: str = "−", max_parts: int = 99) -> str:
    """Return a summary of at most `max_parts` parts; "" if nothing changed. Without `minus`, words replace signs."""
    parts = [*_block_counts(diff, minus), *_word_counts(diff, minus)]
    if diff.title_edits:
        parts.append(gettext("title changed"))
    if len(parts) > max_parts:
        kept = [*parts[: max_parts - 1], parts[-1]] if diff.title_edits else parts[:max_parts]
        return gettext("{changes} and more", changes=join_list(kept))
    return join_list(parts)


def _block_counts(diff: Diff, minus: str) -> Iterator[str]:
    counts = Counter((step.kind, block_noun(block)) for step in diff.block_changes if (block := step.new or step.old))
    for name, describe in _COUNTS.items():
        for kind in ("added", "removed"):
            if count := counts[kind, name]:
                yield _describe_count(kind, describe(count), minus)
    moved = Counter(block_noun(step.new) for step in diff.block_changes if step.moved and step.new)
    if moved:
        only = next(iter(moved)) if len(moved) == 1 else "block"
        yield gettext("{blocks} moved", blocks=_COUNTS.get(only, _COUNTS["block"])(sum(moved.values())))


def _word_counts(diff: Diff, minus: str) -> Iterator[str]:
    changed = [step for step in diff.block_changes if step.kind == "changed"]
    code = [step for step in changed if step.new and step.new.kind == "code"]
    edits = [edit for step in changed if step not in code for edit in step.all_edits]
    added, removed = sum(edit.added for edit in edits), sum(edit.removed for edit in edits)
    all_rows = [row for step in changed for row in step.rows]
    rows = {"added": sum(row.old is None for row in all_rows), "removed": sum(row.new is None for row in all_rows)}
    unit = "character" if 2 * _count_cjk(changed) >= added + removed > 0 else "word"
    if added and removed:
        yield gettext("{words} changed", words=_COUNTS[unit](sum(max(edit.added, edit.removed) for edit in edits)))
    elif added or removed:
        yield _describe_count("added" if added else "removed", _COUNTS[unit](added or removed), minus)
    elif edits:
        yield gettext("punctuation changed")
    yield from (_describe_count(kind, _COUNTS["row"](count), minus) for kind, count in rows.items() if count)
    if code:
        yield gettext("code changed")


def _describe_count(kind: str, blocks: str, minus: str) -> str:
    if minus:
        return f"{'+' if kind == 'added' else minus}{blocks}"
    added = kind == "added"
    return gettext("{blocks} added", blocks=blocks) if added else gettext("{blocks} removed", blocks=blocks)


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
