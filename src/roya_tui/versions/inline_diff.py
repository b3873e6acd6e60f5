"""Merge both versions into one document with removed and added words marked.

The marks are characters as well as styles, so that they are visible without colors.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.characters import rtl_fraction
from roya_tui.document.blocks import Block, Container, Document, Link, Span, Text
from roya_tui.model import Picture
from roya_tui.normalization import CJK
from roya_tui.versions.diff import BlockChange, Diff, RowChange
from roya_tui.versions.word_diff import Edit

_CJK = re.compile(f"[{CJK}]")
_OLD_ID_OFFSET = 1_000_000
"""Added to the ids of lists and quotations of the old text, to keep them distinct from the new ones."""


class DiffMarkup(NamedTuple):
    """The marks around removed and added words and before removed and added lines of code."""

    removed: tuple[str, str] = ("[−", "]")
    added: tuple[str, str] = ("[+", "]")
    removed_line: str = "− "
    added_line: str = "+ "
    removed_style: str = "removed"
    added_style: str = "added"


UNICODE_MARKUP = DiffMarkup()
ASCII_MARKUP = DiffMarkup(removed=("[-", "]"), removed_line="- ")
MARKDOWN_MARKUP = DiffMarkup(("", ""), ("", ""), "- ", "+ ", "strike", "strong")


class InlineDiff(Struct, frozen=True):
    """Both versions as one document."""

    document: Document
    block_changes: tuple[BlockChange, ...]  # of each block
    change_offsets: tuple[int, ...]
    """The offset of the first change in each block that is not the same."""


def build_inline_diff(diff: Diff, markup: DiffMarkup = UNICODE_MARKUP) -> InlineDiff:
    """Merge both versions into one document, without the title."""
    return _InlineDiffBuilder(diff, markup).build()


def merge_texts(old: Text, new: Text, edits: Iterable[Edit], markup: DiffMarkup = UNICODE_MARKUP) -> Text:
    """Return the new text with the removed and added words marked."""
    builder = _TextBuilder(markup)
    at = 0
    for edit in edits:
        has_removed, has_added = edit.start < edit.end, edit.new_start < edit.new_end
        builder.add_part(new, at, edit.new_start)
        if has_removed:
            if not has_added and old.string[edit.start - 1 : edit.start].isspace():
                builder.add_literal(" ")  # it was removed with the words
            builder.add_marked(old, edit.start, edit.end, markup.removed, markup.removed_style)
            if _ends_a_word(old.string[edit.end - 1]) if has_added else new.string and not edit.new_end:
                builder.add_literal(" ")
        if has_added:
            builder.add_marked(new, edit.new_start, edit.new_end, markup.added, markup.added_style)
        at = edit.new_end
    builder.add_part(new, at, len(new.string))
    return builder.text


def _ends_a_word(character: str) -> bool:
    """Whether a space belongs between the character and another word."""
    return unicodedata.category(character)[0] in "LMN" and not _CJK.match(character)


@dataclass(slots=True)
class _TextBuilder:
    """Assembles a text from styled parts."""

    markup: DiffMarkup
    parts: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    length: int = 0

    @property
    def text(self) -> Text:
        return Text("".join(self.parts), tuple(self.spans))

    def add_literal(self, string: str, *styles: str) -> None:
        """Add a string that is in neither version."""
        if string and styles:
            self.spans.append(Span(self.length, self.length + len(string), styles))
        self.parts.append(string)
        self.length += len(string)

    def add_part(self, text: Text, start: int, end: int, *styles: str) -> None:
        """Add part of a text with its own styles and links and the given `styles`."""
        shift = self.length - start
        for span in text.cover(start, end) if styles else text.iter_spans(start, end):
            self.spans.append(Span(span.start + shift, span.end + shift, (*span.styles, *styles), span.link))
        self.parts.append(text.string[start:end])
        self.length += max(0, end - start)

    def add_marked(self, text: Text, start: int, end: int, signs: tuple[str, str], style: str) -> None:
        """Add part of a text between two marks."""
        self.add_literal(signs[0], style)
        self.add_part(text, start, end, style)
        self.add_literal(signs[1], style)


class _InlineDiffBuilder:
    def __init__(self, diff: Diff, markup: DiffMarkup) -> None:
        self._diff = diff
        self._markup = markup
        self._links: dict[str | tuple[bool, int | None], tuple[int, Link, bool]] = {}
        """Address, or offset of the target → number, link, and whether it is from the new text."""
        self._pictures: list[Picture] = []
        self._new_ids = dict(_match_containers(diff.block_changes))

    def build(self) -> InlineDiff:
        blocks: list[Block] = []
        starts: list[int] = []
        offsets: dict[int, int] = {}
        """id() of a block of either version → its offset in the merged text."""
        at = 0
        for step in self._diff.block_changes:
            block, first = self._block(step)
            offsets[id(step.new or step.old)] = at
            blocks.append(replace(block, start=at))
            if step.kind != "same":
                starts.append(at + first)
            at += len(block.text.string) + 1
        text = "\n".join(block.text.string for block in blocks)
        links = (self._retarget_link(link, is_new, offsets) for _, link, is_new in self._links.values())
        document = Document(tuple(blocks), tuple(links), tuple(self._pictures), text, rtl_fraction(text) > 0.5)
        return InlineDiff(document, self._diff.block_changes, tuple(starts))

    def _block(self, step: BlockChange) -> tuple[Block, int]:
        """Return the merged block of a change, and the offset of the first edit in it."""
        old, new = step.old and _negate_numbers(step.old), step.new
        if new is None:
            assert old is not None
            return self._numbered(replace(old, containers=tuple(map(self._map_container, old.containers)))), 0
        if old is None or step.kind != "changed":
            return self._numbered(new), 0
        first = step.edits[0].new_start if step.edits else 0
        if new.kind == "table":
            new = self._table(step, old, new)
        elif new.kind == "code":
            first += len(self._markup.added_line) * new.text.string.count("\n", 0, first)
            new = replace(new, text=self._lines(old.text, new.text, step.edits))
        else:
            new = replace(new, text=merge_texts(old.text, new.text, step.edits, self._markup))
        return self._numbered(new), first

    def _numbered(self, block: Block) -> Block:
        """Return a block with its links and picture renumbered for the merged document."""
        spans = tuple(replace(span, link=self._link(span.link)) if span.link else span for span in block.text.spans)
        number = 0
        if block.number:
            document = self._diff.new if block.number > 0 else self._diff.old
            self._pictures.append(document.pictures[abs(block.number) - 1])
            number = len(self._pictures)
        link = self._link(block.link) if block.link else 0
        return replace(block, text=Text(block.text.string, spans), link=link, number=number)

    def _link(self, number: int) -> int:
        is_new = number > 0
        link = (self._diff.new if is_new else self._diff.old).links[abs(number) - 1]
        return self._links.setdefault(link.url or (is_new, link.target), (len(self._links) + 1, link, is_new))[0]

    def _retarget_link(self, link: Link, is_new: bool, offsets: dict[int, int]) -> Link:
        """Return a link to the start of its target's block in the merged text."""
        document = self._diff.new if is_new else self._diff.old
        if link.target is None or not document.blocks:
            return link
        return replace(link, target=offsets.get(id(document.blocks[document.block_index_at(link.target)])))

    def _map_container(self, container: Container) -> Container:
        """Return a removed block's container with its id in the new text if it has one."""
        new_id = self._new_ids.get((container.kind, container.id), container.id + _OLD_ID_OFFSET)
        list = self._new_ids.get(("list", container.list), container.list + _OLD_ID_OFFSET) if container.list else 0
        return replace(container, id=new_id, list=list)

    def _lines(self, old: Text, new: Text, edits: Sequence[Edit]) -> Text:
        """Return code with a mark before each line."""
        builder = _TextBuilder(self._markup)
        blank = " " * len(self._markup.added_line)
        at = 0
        for edit in (*edits, Edit(0, 0, len(new.string) + 1, len(new.string) + 1, 0, 0)):
            for text, start, end, mark, styles in (
                (new, at, edit.new_start, blank, ()),
                (old, edit.start, edit.end, self._markup.removed_line, (self._markup.removed_style,)),
                (new, edit.new_start, edit.new_end, self._markup.added_line, (self._markup.added_style,)),
            ):
                for line_start, line_end in _line_ranges(text.string, start, end):
                    builder.add_literal("\n" if builder.length else "")
                    builder.add_literal(mark, *styles)
                    builder.add_part(text, line_start, line_end, *styles)
            at = edit.new_end
        return builder.text

    def _table(self, step: BlockChange, old: Block, new: Block) -> Block:
        builder = _TextBuilder(self._markup)
        written: dict[object, tuple[int, int]] = {}
        """Ranges of cells already written: a cell that spans rows or columns appears in each of them."""
        rows: list[tuple[tuple[int, int], ...]] = []
        for row in step.rows:
            cells: list[tuple[int, int]] = []
            for column in range(len(new.rows[0])):
                before = None if row.old is None else old.rows[row.old][column]
                after = None if row.new is None else new.rows[row.new][column]
                if (before, after) not in written:
                    builder.add_literal(("\t" if cells else "\n") if written else "")
                    start = builder.length
                    old_text = before and old.text.slice(*before)
                    self._cell(builder, old_text, after and new.text.slice(*after), row, column)
                    written[before, after] = (start, builder.length)
                cells.append(written[before, after])
            rows.append(tuple(cells))
        return replace(new, text=builder.text, rows=tuple(rows))

    def _cell(self, builder: _TextBuilder, old: Text | None, new: Text | None, row: RowChange, column: int) -> None:
        markup = self._markup
        if old is not None and new is not None:
            cell = merge_texts(old, new, row.cells[column] if row.cells else (), markup)
            builder.add_part(cell, 0, len(cell.string))
        elif new is not None and new.string:
            builder.add_marked(new, 0, len(new.string), markup.added, markup.added_style)
        elif old is not None and old.string:
            builder.add_marked(old, 0, len(old.string), markup.removed, markup.removed_style)


def _negate_numbers(block: Block) -> Block:
    """Return an old block with negative link and picture numbers, to mark them as old."""
    spans = tuple(replace(span, link=-span.link) if span.link else span for span in block.text.spans)
    return replace(block, text=Text(block.text.string, spans), link=-block.link, number=-block.number)


def _match_containers(steps: Iterable[BlockChange]) -> Iterator[tuple[tuple[str, int], int]]:
    """Return the old and new ids of lists and quotations that are in both versions."""
    for step in steps:
        if step.old is not None and step.new is not None and step.old is not step.new:
            for old, new in zip(step.old.containers, step.new.containers, strict=False):
                if old.kind == new.kind:
                    yield (old.kind, old.id), new.id
                    if old.list and new.list:
                        yield ("list", old.list), new.list


def _line_ranges(string: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Return the start and end of each line in a range of whole lines."""
    while start < end:
        stop = string.find("\n", start)
        stop = len(string) if stop < 0 else stop
        yield start, stop
        start = stop + 1
