"""A document for other programs, and for people elsewhere: text, Markdown, an HTML page, or plain data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from roya_tui.reading.blocks import Block, Document, Text
from roya_tui.reading.layout import layout
from roya_tui.reading.markdown import markdown as markdown
from roya_tui.reading.scripts import Measure
from roya_tui.reading.webpage import webpage as html

__all__ = ["data", "html", "markdown", "text"]


def text(
    document: Document,
    width: int,
    measure: Measure,
    *,
    title: str = "",
    facts: Sequence[str] = (),
    url: str = "",
    ascii: bool = False,
    rtl: str = "off",
) -> str:
    """Return a document as plain lines of at most `width` cells, with the addresses of links and pictures below.

    Text keeps its logical order, which is what other programs expect, unless `rtl` says otherwise; see `layout`.
    """
    head = [Block("paragraph", Text(line)) for line in (title, *facts) if line]
    shown = [Document((block,), text=block.text.string) for block in head]
    lines = [line.text.rstrip(" ") for part in shown for line in layout(part, width, measure, ascii=ascii, rtl=rtl)]
    lines += [url, ""] if url else [""] if lines else []
    lines += [line.text.rstrip(" ") for line in layout(document, width, measure, ascii=ascii, rtl=rtl)]
    return "\n".join((*lines, *_addresses(document), ""))


def _addresses(document: Document) -> Iterator[str]:
    if document.links or document.pictures:
        yield ""
    for number, link in enumerate(document.links, start=1):
        yield f"[{number}] {link.url}"
    for number, picture in enumerate(document.pictures, start=1):
        yield f"[picture {number}] {picture.url}"


def data(document: Document) -> dict[str, Any]:
    """Return a document as values that JSON knows: its text, its blocks, its numbered links and pictures."""
    return {
        "text": document.text,
        "blocks": [_block(block) for block in document.blocks],
        "links": [
            {"number": number, "url": link.url, "text": link.text}
            for number, link in enumerate(document.links, start=1)
        ],
        "pictures": [
            {"number": number, "url": picture.url, "caption": picture.caption}
            for number, picture in enumerate(document.pictures, start=1)
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    result: dict[str, Any] = {"kind": block.kind, "text": block.text.string}
    if block.level:
        result["level"] = block.level
    if block.language:
        result["language"] = block.language
    if block.inside:
        result["inside"] = [inside.kind for inside in block.inside]
    if block.number:
        result["picture"] = block.number
    if block.rows:
        result["rows"] = [[block.text.string[start:end] for start, end in row] for row in block.rows]
    return result
