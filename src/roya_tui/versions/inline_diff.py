"""Changes → one document in which both versions can be read: what is there now, with what went and what came marked.

Marks are signs in the text and not only styles, so that they are there without colours, too.
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
"""Added to the numbers of lists and quotations of the old text, to tell them from those of the new one."""


class DiffMarkup(NamedTuple):
    """What stands before and after words that were taken out or put in, and before a line of code that was."""

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
    block_changes: tuple[BlockChange, ...]
    """What became of each of its blocks."""
    change_offsets: tuple[int, ...]
    """Where in its text each change of the text begins: those of its blocks that are not the same."""


def build_inline_diff(diff: Diff, markup: DiffMarkup = UNICODE_MARKUP) -> InlineDiff:
    """Return changes as one document, without the title."""
    return _InlineDiffBuilder(diff, markup).build()


def merge_texts(old: Text, new: Text, edits: Iterable[Edit], markup: DiffMarkup = UNICODE_MARKUP) -> Text:
    """Return one text with the words that were taken out of it and those that were put in, each marked."""
    weave = _TextBuilder(markup)
    at = 0
    for edit in edits:
        went, came = edit.start < edit.end, edit.new_start < edit.new_end
        weave.add_part(new, at, edit.new_start)
        if went:
            if not came and old.string[edit.start - 1 : edit.start].isspace():
                weave.add_literal(" ")  # which went with the words
            weave.add_marked(old, edit.start, edit.end, markup.removed, markup.removed_style)
            if _ends_a_word(old.string[edit.end - 1]) if came else new.string and not edit.new_end:
                weave.add_literal(" ")
        if came:
            weave.add_marked(new, edit.new_start, edit.new_end, markup.added, markup.added_style)
        at = edit.new_end
    weave.add_part(new, at, len(new.string))
    return weave.text


def _ends_a_word(character: str) -> bool:
    """Whether a blank belongs behind it, before another word: it is of a word, and of a script that has blanks."""
    return unicodedata.category(character)[0] in "LMN" and not _CJK.match(character)


@dataclass(slots=True)
class _TextBuilder:
    """A text while it is being put together."""

    markup: DiffMarkup
    parts: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    length: int = 0

    @property
    def text(self) -> Text:
        return Text("".join(self.parts), tuple(self.spans))

    def add_literal(self, string: str, *styles: str) -> None:
        """Add words of ours."""
        if string and styles:
            self.spans.append(Span(self.length, self.length + len(string), styles))
        self.parts.append(string)
        self.length += len(string)

    def add_part(self, text: Text, start: int, end: int, *styles: str) -> None:
        """Add part of a text with its styles and links, and `styles` over them."""
        shift = self.length - start
        at = start
        for span in (*text.iter_spans(start, end), Span(end, end)):
            if styles and span.start > at:
                self.spans.append(Span(at + shift, span.start + shift, styles))
            if span.start < span.end:
                own = (*span.styles, *styles)
                self.spans.append(Span(span.start + shift, span.end + shift, own, span.link))
            at = span.end
        self.parts.append(text.string[start:end])
        self.length += max(0, end - start)

    def add_marked(self, text: Text, start: int, end: int, signs: tuple[str, str], style: str) -> None:
        """Add part of a text between signs."""
        self.add_literal(signs[0], style)
        self.add_part(text, start, end, style)
        self.add_literal(signs[1], style)


class _InlineDiffBuilder:
    def __init__(self, diff: Diff, markup: DiffMarkup) -> None:
        self._changes = diff
        self._dress = markup
        self._links: dict[str | tuple[bool, int | None], tuple[int, Link, bool]] = {}
        """By address, or by place in the text: the number, the link, and whether it is one of the new text."""
        self._pictures: list[Picture] = []
        self._insides = dict(_match_containers(diff.block_changes))

    def build(self) -> InlineDiff:
        blocks: list[Block] = []
        starts: list[int] = []
        of_block: dict[int, int] = {}
        """Where the blocks of both texts begin in this one."""
        at = 0
        for step in self._changes.block_changes:
            block, first = self._block(step)
            of_block[id(step.new or step.old)] = at
            blocks.append(replace(block, start=at))
            if step.kind != "same":
                starts.append(at + first)
            at += len(block.text.string) + 1
        text = "\n".join(block.text.string for block in blocks)
        links = (self._retarget_link(link, is_new, of_block) for _, link, is_new in self._links.values())
        document = Document(tuple(blocks), tuple(links), tuple(self._pictures), text, rtl_fraction(text) > 0.5)
        return InlineDiff(document, self._changes.block_changes, tuple(starts))

    def _block(self, step: BlockChange) -> tuple[Block, int]:
        """Return a step as a block, and where in it the first change is."""
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
            first += len(self._dress.added_line) * new.text.string.count("\n", 0, first)
            new = replace(new, text=self._lines(old.text, new.text, step.edits))
        else:
            new = replace(new, text=merge_texts(old.text, new.text, step.edits, self._dress))
        return self._numbered(new), first

    def _numbered(self, block: Block) -> Block:
        """Return a block whose links and picture have their numbers in the document that is being made."""
        spans = tuple(replace(span, link=self._link(span.link)) if span.link else span for span in block.text.spans)
        number = 0
        if block.number:
            document = self._changes.new if block.number > 0 else self._changes.old
            self._pictures.append(document.pictures[abs(block.number) - 1])
            number = len(self._pictures)
        link = self._link(block.link) if block.link else 0
        return replace(block, text=Text(block.text.string, spans), link=link, number=number)

    def _link(self, number: int) -> int:
        is_new = number > 0
        link = (self._changes.new if is_new else self._changes.old).links[abs(number) - 1]
        return self._links.setdefault(link.url or (is_new, link.target), (len(self._links) + 1, link, is_new))[0]

    def _retarget_link(self, link: Link, is_new: bool, of_block: dict[int, int]) -> Link:
        """Return a link that leads to its place in this text: to the beginning of the block, since words moved."""
        document = self._changes.new if is_new else self._changes.old
        if link.target is None or not document.blocks:
            return link
        return replace(link, target=of_block.get(id(document.blocks[document.block_index_at(link.target)])))

    def _map_container(self, inside: Container) -> Container:
        """Return what a block that is gone stood in: the same list or quotation as its neighbours that stayed."""
        known = self._insides.get(("list", inside.list)) if inside.list else 0
        list = inside.list + _OLD_ID_OFFSET if known is None else known
        return replace(inside, id=self._insides.get((inside.kind, inside.id), inside.id + _OLD_ID_OFFSET), list=list)

    def _lines(self, old: Text, new: Text, edits: Sequence[Edit]) -> Text:
        """Return code with a sign before each line."""
        weave = _TextBuilder(self._dress)
        blank = " " * len(self._dress.added_line)
        at = 0
        for edit in (*edits, Edit(0, 0, len(new.string) + 1, len(new.string) + 1, 0, 0)):
            for text, start, end, sign, styles in (
                (new, at, edit.new_start, blank, ()),
                (old, edit.start, edit.end, self._dress.removed_line, (self._dress.removed_style,)),
                (new, edit.new_start, edit.new_end, self._dress.added_line, (self._dress.added_style,)),
            ):
                for begins, stops in _line_ranges(text.string, start, end):
                    weave.add_literal("\n" if weave.length else "")
                    weave.add_literal(sign, *styles)
                    weave.add_part(text, begins, stops, *styles)
            at = edit.new_end
        return weave.text

    def _table(self, step: BlockChange, old: Block, new: Block) -> Block:
        weave = _TextBuilder(self._dress)
        known: dict[object, tuple[int, int]] = {}
        """Where cells are that were woven already: one that spans rows or columns stands in each of them."""
        rows: list[tuple[tuple[int, int], ...]] = []
        for row in step.rows:
            cells: list[tuple[int, int]] = []
            for number in range(len(new.rows[0])):
                was = None if row.old is None else old.rows[row.old][number]
                now = None if row.new is None else new.rows[row.new][number]
                if (was, now) not in known:
                    weave.add_literal(("\t" if cells else "\n") if known else "")
                    start = weave.length
                    self._cell(
                        weave, was and _slice_text(old.text, was), now and _slice_text(new.text, now), row, number
                    )
                    known[was, now] = (start, weave.length)
                cells.append(known[was, now])
            rows.append(tuple(cells))
        return replace(new, text=weave.text, rows=tuple(rows))

    def _cell(self, weave: _TextBuilder, was: Text | None, now: Text | None, row: RowChange, number: int) -> None:
        if was is not None and now is not None:
            cell = merge_texts(was, now, row.cells[number] if row.cells else (), self._dress)
            weave.add_part(cell, 0, len(cell.string))
        elif now is not None and now.string:
            weave.add_marked(now, 0, len(now.string), self._dress.added, self._dress.added_style)
        elif was is not None and was.string:
            weave.add_marked(was, 0, len(was.string), self._dress.removed, self._dress.removed_style)


def _negate_numbers(block: Block) -> Block:
    """Return a block of the old text: the numbers of its links and of its picture are negative, to be told apart."""
    spans = tuple(replace(span, link=-span.link) if span.link else span for span in block.text.spans)
    return replace(block, text=Text(block.text.string, spans), link=-block.link, number=-block.number)


def _match_containers(steps: Iterable[BlockChange]) -> Iterator[tuple[tuple[str, int], int]]:
    """Return what lists and quotations of the old text are in the new one, by the blocks that are in both."""
    for step in steps:
        if step.old is not None and step.new is not None and step.old is not step.new:
            for old, new in zip(step.old.containers, step.new.containers, strict=False):
                if old.kind == new.kind:
                    yield (old.kind, old.id), new.id
                    if old.list and new.list:
                        yield ("list", old.list), new.list


def _slice_text(text: Text, cell: tuple[int, int]) -> Text:
    weave = _TextBuilder(UNICODE_MARKUP)
    weave.add_part(text, *cell)
    return weave.text


def _line_ranges(string: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Return where lines begin and stop in a part of a text that ends where a line does, or one beyond the last."""
    while start < end:
        stop = string.find("\n", start)
        stop = len(string) if stop < 0 else stop
        yield start, stop
        start = stop + 1
