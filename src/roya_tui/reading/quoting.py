"""A part of an article as a Markdown quotation that says where it is from."""

from __future__ import annotations

from msgspec.structs import replace

from roya_tui.reading.blocks import Block, Document, Text
from roya_tui.reading.markdown import escaped, markdown

_SAY_NOTHING = ("picture", "caption", "media", "rule")
_WHOLE = ("table", "picture", "media", "rule")
"""Blocks that are quoted whole or not at all."""


def around(document: Document, offset: int, link: int = 0) -> tuple[int, int]:
    """Return where the block with a link begins and ends; without one that around a place, or the next with words.

    Where there is nothing to quote, both are 0.
    """
    for block in document.blocks:
        end = block.start + len(block.text.string)
        here = any(span.link == link for span in block.text.spans) if link else end >= offset
        if here and block.kind not in _SAY_NOTHING and block.text.string.strip():
            return block.start, end
    return around(document, offset) if link else (0, 0)


def quoted(
    document: Document, stretch: tuple[int, int] | None, offset: int, link: int, *, title: str, url: str, source: str
) -> str:
    """Return a stretch of the text as a quotation, or what is `around` a place or link; "" where there are no words."""
    start, end = stretch or around(document, offset, link)
    return "" if start == end else quotation(document, start, end, title=title, url=url, source=source)


def quotation(document: Document, start: int, end: int, *, title: str, url: str, source: str) -> str:
    """Return `document.text[start:end]` as a quotation, with its styles and links, and below it where it stands."""
    blocks = tuple(
        _cut(block, start, end)
        for block in document.blocks
        if block.start < end and block.start + len(block.text.string) > start
    )
    return cited(replace(document, blocks=blocks), title=title, url=url, source=source)


def cited(document: Document, *, title: str, url: str, source: str) -> str:
    """Return a whole document as a quotation, and below it where it stands."""
    lines = markdown(document).splitlines()
    name = escaped(title or source)
    said = [f"[{name}](<{url}>)" if url else name, *([escaped(source)] if title else [])]
    return "\n".join(f"> {line}".rstrip() for line in (*lines, "", ", ".join(part for part in said if part))) + "\n"


def _cut(block: Block, start: int, end: int) -> Block:
    """What of a block stands between two places of the text."""
    first, last = max(0, start - block.start), min(len(block.text.string), end - block.start)
    if block.kind in _WHOLE or (first, last) == (0, len(block.text.string)):
        return block
    spans = (replace(span, start=span.start - first, end=span.end - first) for span in block.text.within(first, last))
    return replace(block, text=Text(block.text.string[first:last], tuple(spans)), start=block.start + first)
