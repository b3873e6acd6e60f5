"""Render documents as plain text."""

from __future__ import annotations

from collections.abc import Iterator

from roya_tui.characters import Measure
from roya_tui.document.blocks import Block, Document, Text
from roya_tui.export.chapter import Chapter
from roya_tui.layout.engine import layout_document
from roya_tui.translation import gettext


def to_plain_text(chapter: Chapter, width: int, measure: Measure, *, ascii: bool = False, rtl: str = "off") -> str:
    """Return an article as lines of at most `width` cells, with all URLs at the end.

    Text keeps its logical order, which other programs expect, unless `rtl` is set.
    """

    def layout(part: Document) -> list[str]:
        return [line.text.rstrip(" ") for line in layout_document(part, width, measure, ascii=ascii, rtl=rtl)]

    head = [Document((Block("paragraph", Text(line)),), text=line) for line in (chapter.title, *chapter.facts) if line]
    lines = [line for part in head for line in layout(part)]
    lines += [chapter.url, ""] if chapter.url else [""] if lines else []
    return "\n".join((*lines, *layout(chapter.document), *_url_lines(chapter.document), ""))


def _url_lines(document: Document) -> Iterator[str]:
    if document.links or document.pictures:
        yield ""
    for number, link in enumerate(document.links, start=1):
        yield f"[{number}] {link.url}"
    for number, picture in enumerate(document.pictures, start=1):
        yield gettext("[picture {number}] {url}", number=number, url=picture.url)
