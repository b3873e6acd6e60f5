"""Text of several lines in dialogs: wrapped in the order it is read, then drawn in the order it is seen."""

from __future__ import annotations

from roya_tui.document.blocks import Block, Document, Text
from roya_tui.layout.bidi.controls import isolate_names
from roya_tui.layout.engine import layout_document
from roya_tui.ui.widgets.cells import measure


def wrap_sentence(sentence: str, width: int, rtl: str) -> list[str]:
    """Return a sentence of ours as lines of at most `width` cells: it reads from the left, whatever it names."""
    return _wrap_block(Block("paragraph", Text(isolate_names(sentence)), rtl=False), width, rtl)


def wrap_text(text: str, width: int, rtl: str) -> list[str]:
    """Return somebody else's text as lines, from the side that it reads from."""
    return _wrap_block(Block("paragraph", Text(text)), width, rtl)


def _wrap_block(block: Block, width: int, rtl: str) -> list[str]:
    return [line.text for line in layout_document(Document((block,), text=block.text.string), width, measure, rtl=rtl)]
