"""A document as plain text, for files and other programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from roya_tui.characters import Measure
from roya_tui.document.blocks import Block, Document, Text
from roya_tui.layout.engine import layout_document


def to_plain_text(
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
    lines = [
        line.text.rstrip(" ") for part in shown for line in layout_document(part, width, measure, ascii=ascii, rtl=rtl)
    ]
    lines += [url, ""] if url else [""] if lines else []
    lines += [line.text.rstrip(" ") for line in layout_document(document, width, measure, ascii=ascii, rtl=rtl)]
    return "\n".join((*lines, *_url_lines(document), ""))


def _url_lines(document: Document) -> Iterator[str]:
    if document.links or document.pictures:
        yield ""
    for number, link in enumerate(document.links, start=1):
        yield f"[{number}] {link.url}"
    for number, picture in enumerate(document.pictures, start=1):
        yield f"[picture {number}] {picture.url}"
