"""What changed in an article, as lines to be heard: only what is different, each with a word of what became of it."""

from __future__ import annotations

from collections.abc import Iterator

from roya_tui.reading.changes import Step
from roya_tui.reading.merging import Dress, merged
from roya_tui.reading.spoken import part
from roya_tui.reading.summary import summary
from roya_tui.reading.versions import Comparison

_HEARD = Dress(("[was: ", "]"), ("[now: ", "]"), "was: ", "now: ")


def lines(comparison: Comparison) -> Iterator[str]:
    """Return the changes between two versions, in the order of the text."""
    changes = comparison.changes
    words = summary(changes, "-")
    yield f"What changed {comparison.since}: {words or 'nothing that matters'}."
    if changes.title:
        yield f"The title was: {changes.old_title}"
    made = merged(changes, _HEARD)
    for block, step in zip(made.document.blocks, made.steps, strict=True):
        became = _became(step)
        if became:
            yield f"{became}: {part(block, made.document)}"


def _became(step: Step) -> str:
    words = {"added": "Added", "removed": "Removed", "changed": "Changed"}.get(step.kind, "")
    moved = {1: "moved down", -1: "moved up"}.get(step.moved, "")
    return ", ".join(filter(None, (words, moved))).capitalize()
