"""HTML from anywhere, however large, broken or hostile → `Document`."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from roya_tui.reading.anchors import linked_names
from roya_tui.reading.blocks import Document
from roya_tui.reading.reader import Reader
from roya_tui.text import clean

_TAG = re.compile(r"<[A-Za-z/!?]")
_PARTING_TAG = re.compile(r"<(?:p|br|div|li|h[1-6]|td|pre|blockquote|textarea|xmp)\b", re.I)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")

_CHUNK = 2_000
"""Characters that are parsed between two looks at how deep elements are nested."""
_DEEPEST = 256
"""Elements that may be open at once."""


def document(html: str, base_url: str = "") -> Document:
    """Return what `html` says as blocks. Relative addresses are resolved against `base_url`; without one they are text.

    Text without any tag is taken as plain text: each line a paragraph or, where blank lines part those, a line of one.
    """
    html = clean(html).replace("<![CDATA[", "").replace("]]>", "")
    if "\n" in html:
        html = _with_breaks(html)
    reader = Reader(base_url, linked_names(html))
    if html.strip():
        target: Any = reader  # lxml's stubs want targets that take bytes too
        parser = etree.HTMLParser(target=target, huge_tree=True, remove_comments=True, remove_pis=True)
        _feed(parser, html, reader)
        parser.close()
    return reader.document()


def _feed(parser: Any, html: str, reader: Reader) -> None:
    """Parse `html`, closing the innermost elements where they are nested too deeply.

    libxml2 compares an end tag with all open elements, so that `<b><b>…</i></i>…` would take quadratic time.
    """
    start = 0
    while start < len(html):
        end = html.find("<", start + _CHUNK)
        end = len(html) if end < 0 else end
        parser.feed(html[start:end])
        if len(reader.open_tags) > _DEEPEST:
            parser.feed("".join(f"</{tag}>" for tag in reversed(reader.open_tags[_DEEPEST // 2 :])))
        start = end


def _with_breaks(html: str) -> str:
    """Return text whose lines are parted by line ends alone with the tags that part them."""
    if not _TAG.search(html):
        html = html.strip()
        return html.replace("\n", "<br>" if _BLANK_LINE.search(html) else "<p>")
    if _BLANK_LINE.search(html) and not _PARTING_TAG.search(html):
        return _BLANK_LINE.sub("<p>", html)
    return html
