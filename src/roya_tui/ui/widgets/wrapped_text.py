"""Wrapping of text in dialogs, with right-to-left text in display order."""

from __future__ import annotations

from roya_tui.document.blocks import Block, Document, Text
from roya_tui.layout.bidi.controls import isolate_names
from roya_tui.layout.engine import layout_document
from roya_tui.ui.widgets.cells import measure


def wrap_sentence(sentence: str, width: int, rtl: str) -> list[str]:
    """Wrap a sentence of the app into lines of at most `width` cells, left to right."""
    return _wrap_block(Block("paragraph", Text(isolate_names(sentence)), rtl=False), width, rtl)


def wrap_text(text: str, width: int, rtl: str) -> list[str]:
    """Wrap text from a feed or a server into lines, in its own direction."""
    return _wrap_block(Block("paragraph", Text(text)), width, rtl)


def _wrap_block(block: Block, width: int, rtl: str) -> list[str]:
    return [line.text for line in layout_document(Document((block,), text=block.text.string), width, measure, rtl=rtl)]
