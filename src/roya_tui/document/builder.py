"""Collects the blocks, links and pictures of a page while its elements are parsed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple
from urllib.parse import unquote, urldefrag

from msgspec.structs import replace

from roya_tui.characters import rtl_fraction
from roya_tui.document.blocks import Anchor, Block, Container, Document, Link, Text
from roya_tui.document.inline import BREAK, LINE_END, InlineText, autolink, collapse_whitespace, preserve_whitespace
from roya_tui.document.links import resolve_web_url
from roya_tui.model import Picture


class ParserState(NamedTuple):
    """What the open elements mean for the current text."""

    styles: tuple[str, ...] = ()
    href: str = ""
    kind: str = "paragraph"
    level: int = 0
    containers: tuple[Container, ...] = ()
    pre: bool = False
    language: str = ""
    rtl: bool | None = None
    in_bare_list: bool = False
    """Whether the current position is directly in a list, outside of its items."""
    is_hidden: bool = False


class Embed(NamedTuple):
    label: str
    url: str
    title: str


_ATTRIBUTE_VALUE = r"""\s*=\s*(?:"([^"<>]{1,400})"|'([^'<>]{1,400})'|([^\s"'<>]{1,400}))"""
_NAME = re.compile(rf"\b(?:id|name){_ATTRIBUTE_VALUE}", re.I)
_HREF = re.compile(rf"\bhref{_ATTRIBUTE_VALUE}", re.I)


def find_anchor_names(html: str) -> frozenset[str]:
    """Return the ids and names in `html` that a link in it refers to."""
    if "#" not in html:
        return frozenset()
    linked = {name for href in _attribute_values(_HREF, html) if "#" in href for name in _fragments(href)}
    return frozenset(linked.intersection(_attribute_values(_NAME, html))) if linked else frozenset()


def _attribute_values(attribute: re.Pattern[str], html: str) -> Iterator[str]:
    return (found[1] or found[2] or found[3] for found in attribute.finditer(html))


def _fragments(href: str) -> tuple[str, str]:
    fragment = href.partition("#")[2]
    return fragment, unquote(fragment)


def resolve_anchor(href: str, base_url: str, names: frozenset[str]) -> str:
    """Return the name in the page at `base_url` that `href` links to; "" if elsewhere."""
    if not names or "#" not in href:
        return ""
    page = urldefrag(href.strip())[0]
    if page and page != urldefrag(base_url)[0]:
        return ""
    return next((name for name in _fragments(href.strip()) if name in names), "")


def locate_anchors(anchors: Sequence[Anchor], texts: Sequence[InlineText], string: str) -> list[Anchor]:
    """Convert indexes of `texts` to offsets in `string`, which differs only in whitespace."""
    before = [0, *accumulate(len(piece.text) - sum(map(str.isspace, piece.text)) for piece in texts)]
    letters = [i for i, character in enumerate(string) if not character.isspace()] or [0]
    return [Anchor(name, letters[min(before[min(at, len(texts))], len(letters) - 1)]) for name, at in anchors]


def _make_link(url: str, text: str, page: str, anchors: Mapping[str, int]) -> Link:
    """Return a link; a `url` such as `#name` leads to an anchor in the page, which are by name."""
    if not url.startswith("#"):
        return Link(url, text)
    resolved = resolve_web_url(f"{page}{url}")
    return Link(resolved, text, anchors.get(url[1:], None if resolved else 0))


def _link_words(blocks: Iterable[Block]) -> dict[int, str]:
    """Return the text of each link where it occurs first."""
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


_INVISIBLE = re.compile("[\\s\u00ad\u034f\u061c\u200b-\u200f\u2060-\u2064\ufeff]*")
"""Whitespace, joiners and direction marks: without anything else they make no paragraph."""


@lru_cache(1024)
def _letter(string: str) -> Text:
    """Return a text of one character; equal texts share one object, to save memory."""
    return Text(string)


class DocumentBuilder:
    """Collects blocks, links and pictures in page order, with the `ParserState` of each."""

    def __init__(self) -> None:
        self.texts: list[InlineText] = []
        self.blocks: list[Block] = []
        """List that receives the blocks: of the page, or of a table cell."""
        self._line = "empty"
        """State of the last line of `texts`: `empty`, `begun`, or `broken` (empty after a <br>)."""
        self._anchors: list[Anchor] = []
        """Anchors of the current or the next block; their offsets are indexes of `texts`."""
        self._links: dict[str, int] = {}
        self._pictures: dict[str, int] = {}
        self._captions: list[str] = []
        self._figure: tuple[list[Block], int] = ([], 0)
        """List that the open <figure> adds its blocks to, and its length before."""

    def add_text(self, text: str, state: ParserState) -> None:
        """Add text to the current block."""
        self.texts.append(InlineText(text, state.styles, state.href))
        if text and not text.isspace():
            self._line = "begun"

    def break_line(self, state: ParserState) -> None:
        """End the line at a <br>; a second one with nothing between ends the paragraph."""
        if state.pre:
            self.texts.append(LINE_END)
        elif self._line == "broken":
            self.flush(state)
        elif self._line == "begun":
            self.texts.append(BREAK)
            self._line = "broken"

    def add_anchor(self, name: str) -> None:
        """Add an anchor at the current position."""
        self._anchors.append(Anchor(name, len(self.texts)))

    def flush(self, state: ParserState) -> None:
        """End the current block, and keep it if anything in it is visible."""
        if not self.texts:
            return
        pieces, self.texts, self._line = self.texts, [], "empty"
        if state.pre:
            text = preserve_whitespace(pieces, self.link_number)
        else:
            text = collapse_whitespace(autolink(pieces), self.link_number)
        is_block = not _INVISIBLE.fullmatch(text.string)
        if len(text.string) == 1 and not text.spans:
            text = _letter(text.string)
        later = [Anchor(name, 0) for name, at in self._anchors if at >= len(pieces) or not is_block]
        if is_block:
            if self._anchors:
                self._anchors = locate_anchors(self._anchors[: len(self._anchors) - len(later)], pieces, text.string)
            self.add_block(
                Block(state.kind, text, state.containers, level=state.level, language=state.language, rtl=state.rtl)
            )
        self._anchors = later

    def add_block(self, block: Block) -> None:
        """Add a block, or a caption to its picture."""
        if self._anchors:
            block, self._anchors = replace(block, anchors=tuple(self._anchors)), []
        blocks, before = self._figure
        if block.kind == "caption" and blocks is self.blocks and len(blocks) > before and blocks[-1].kind == "picture":
            self._captions[blocks[-1].number - 1] = block.text.string
            anchors = blocks[-1].anchors + block.anchors
            blocks[-1] = replace(blocks[-1], text=block.text, rtl=block.rtl, anchors=anchors)
            self._figure = ([], 0)
        else:
            self.blocks.append(block)

    def add_picture(self, url: str, caption: str, state: ParserState) -> None:
        """Add a picture, unless it repeats the last one, as where a page loads it late."""
        self.flush(state)
        if url not in self._pictures:
            self._captions.append(caption)
        elif self.blocks and self.blocks[-1].number == self._pictures[url]:
            return
        number = self._pictures.setdefault(url, len(self._pictures) + 1)
        link = self.link_number(state.href) if state.href not in ("", url) else 0
        self.add_block(Block("picture", Text(caption), state.containers, number=number, link=link, rtl=state.rtl))

    def begin_figure(self) -> None:
        """Add captions that follow to the picture before them."""
        self._figure = (self.blocks, len(self.blocks))

    def end_figure(self) -> None:
        """Stop adding captions to pictures."""
        self._figure = ([], 0)

    def link_number(self, url: str) -> int:
        """Return the number of the link to `url`, a new one if needed."""
        return self._links.setdefault(url, len(self._links) + 1)

    def build(self, base_url: str, markers: Mapping[int, str]) -> Document:
        """Return the document; `markers` are those of items that differ from the block's, by container id."""
        if self.blocks and self._anchors:
            last = self.blocks[-1]
            self.blocks[-1] = replace(last, anchors=(*last.anchors, *(Anchor(name, 0) for name, _ in self._anchors)))
        blocks = self.blocks  # changed in place: a second list would double the memory of a page of small blocks
        anchors: dict[str, int] = {}
        start = 0
        for index, block in enumerate(blocks):
            for name, at in block.anchors:
                anchors.setdefault(name, start + at)
            if markers and any(container.id in markers for container in block.containers):
                containers = tuple(replace(c, marker=markers.get(c.id, c.marker)) for c in block.containers)
                block = replace(block, containers=containers)
            blocks[index] = replace(block, start=start) if start else block
            start += len(block.text.string) + 1
        text = "\n".join([block.text.string for block in blocks])
        words = _link_words(blocks)
        page = urldefrag(base_url)[0]
        links = tuple(_make_link(url, words.get(number, ""), page, anchors) for url, number in self._links.items())
        pictures = tuple(map(Picture, self._pictures, self._captions))
        return Document(tuple(blocks), links, pictures, text, rtl_fraction(text) > 0.5)
