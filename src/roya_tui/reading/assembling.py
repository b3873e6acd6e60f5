"""The blocks of a page and what was numbered on the way → one document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urldefrag

from msgspec.structs import replace

from roya_tui.model import Picture
from roya_tui.reading.blocks import Block, Document, Link
from roya_tui.reading.links import web_address
from roya_tui.reading.scripts import rtl_share


def assembled(
    blocks: Iterable[Block],
    addresses: Sequence[str],
    pictures: Sequence[Picture],
    base_url: str,
    markers: Mapping[int, str],
) -> Document:
    """Return the document of `blocks`, each put at its place in the text.

    `addresses` are those of the links by number; `#name` is a place in the page. `markers` are those of list items, by
    the id of each, that were not known while they were read.
    """
    parts: list[Block] = []
    places: dict[str, int] = {}
    start = 0
    for block in blocks:
        for name, at in block.anchors:
            places.setdefault(name, start + at)
        if markers and any(inside.id in markers for inside in block.inside):
            inside = tuple(replace(one, marker=markers.get(one.id, one.marker)) for one in block.inside)
            block = replace(block, inside=inside)
        parts.append(replace(block, start=start) if start else block)
        start += len(block.text.string) + 1
    text = "\n".join([block.text.string for block in parts])
    words = _link_words(parts)
    page = urldefrag(base_url)[0]
    links = tuple(_link(url, words.get(number, ""), page, places) for number, url in enumerate(addresses, start=1))
    return Document(tuple(parts), links, tuple(pictures), text, rtl_share(text) > 0.5)


def _link(url: str, words: str, page: str, places: Mapping[str, int]) -> Link:
    if not url.startswith("#"):
        return Link(url, words)
    whole = web_address(f"{page}{url}")
    return Link(whole, words, places.get(url[1:], None if whole else 0))


def _link_words(blocks: Iterable[Block]) -> dict[int, str]:
    """Return the words of the first place that each link stands at."""
    words: dict[int, str] = {}
    for block in blocks:
        before = (0, 0)
        for span in block.text.spans:
            if span.link and (before == (span.start, span.link) or span.link not in words):
                words[span.link] = words.get(span.link, "") + block.text.string[span.start : span.end]
            before = (span.end, span.link)
        if block.link and not words.get(block.link):
            words[block.link] = block.text.string
    return words
