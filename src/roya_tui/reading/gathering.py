"""What is gathered of a page while it is read: pieces of the text at hand, and the blocks that came of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from roya_tui.model import Picture
from roya_tui.reading.anchors import placed
from roya_tui.reading.assembling import assembled
from roya_tui.reading.blocks import Anchor, Block, Document, Text
from roya_tui.reading.inline import Piece, flow, linked, preformatted
from roya_tui.reading.state import State

_NOTHING = re.compile("[\\s\u00ad\u034f\u061c\u200b-\u200f\u2060-\u2064\ufeff]*")
"""Blanks, joiners and marks of direction: nothing that is drawn, and by itself no paragraph."""


class Gathered:
    """Blocks, links and pictures, in the order of the page. The `State` that it is told says what text is inside of."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        """The text at hand."""
        self.blocks: list[Block] = []
        """Where blocks go: the page, or a cell of a table."""
        self._line = "empty"
        """Of the text at hand: `begun` if its last line has text, `broken` if that follows a <br> and has none yet."""
        self._anchors: list[Anchor] = []
        """Places that the text at hand, or the next block, begins or has; each at the index of a piece."""
        self._links: dict[str, int] = {}
        self._pictures: dict[str, int] = {}
        self._captions: list[str] = []
        self._figure: tuple[list[Block], int] = ([], 0)
        """The blocks that the open <figure> adds to, and how many there were before it."""

    def say(self, text: str, state: State) -> None:
        """Add text to that at hand."""
        self.pieces.append(Piece(text, state.styles, state.href))
        if text and not text.isspace():
            self._line = "begun"

    def break_line(self, state: State) -> None:
        """A <br> ends a line; a second one with nothing between ends the paragraph."""
        if state.pre:
            self.pieces.append(Piece("\n"))
        elif self._line == "broken":
            self.flush(state)
        elif self._line == "begun":
            self.pieces.append(Piece("", is_break=True))
            self._line = "broken"

    def anchor(self, name: str) -> None:
        """A place that is linked to begins here."""
        self._anchors.append(Anchor(name, len(self.pieces)))

    def flush(self, state: State) -> None:
        """End the text at hand: it is a block, if there is anything to see."""
        if not self.pieces:
            return
        pieces, self.pieces, self._line = self.pieces, [], "empty"
        text = preformatted(pieces, self.number) if state.pre else flow(linked(pieces), self.number)
        is_block = not _NOTHING.fullmatch(text.string)
        later = [Anchor(name, 0) for name, at in self._anchors if at >= len(pieces) or not is_block]
        if is_block:
            if self._anchors:
                self._anchors = placed(self._anchors[: len(self._anchors) - len(later)], pieces, text.string)
            self.add(Block(state.kind, text, state.inside, level=state.level, language=state.language, rtl=state.rtl))
        self._anchors = later

    def add(self, block: Block) -> None:
        """Add a block; a caption to its picture."""
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

    def picture(self, url: str, caption: str, state: State) -> None:
        """Add a picture, but not the same again, as of a page that loads it late."""
        self.flush(state)
        if url not in self._pictures:
            self._captions.append(caption)
        elif self.blocks and self.blocks[-1].number == self._pictures[url]:
            return
        number = self._pictures.setdefault(url, len(self._pictures) + 1)
        link = self.number(state.href) if state.href not in ("", url) else 0
        self.add(Block("picture", Text(caption), state.inside, number=number, link=link, rtl=state.rtl))

    def begin_figure(self) -> None:
        """A caption that comes is that of the picture before it."""
        self._figure = (self.blocks, len(self.blocks))

    def end_figure(self) -> None:
        """It is no more."""
        self._figure = ([], 0)

    def number(self, url: str) -> int:
        """Return the number of the link to `url`."""
        return self._links.setdefault(url, len(self._links) + 1)

    def document(self, base_url: str, markers: Mapping[int, str]) -> Document:
        """Return everything; `markers` are those of items that are known only now, by the ids of these."""
        pictures = [Picture(url, caption) for url, caption in zip(self._pictures, self._captions, strict=True)]
        if self.blocks and self._anchors:
            last = self.blocks[-1]
            self.blocks[-1] = replace(last, anchors=(*last.anchors, *(Anchor(name, 0) for name, _ in self._anchors)))
        return assembled(self.blocks, list(self._links), pictures, base_url, markers)
