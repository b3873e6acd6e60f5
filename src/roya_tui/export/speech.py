"""A document as lines to be heard, or read where nothing can be drawn: what each part is, is said in words.

No signs stand for anything, no line depends on the one beside it, and text keeps the order in which it is read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from roya_tui.clock import Clock
from roya_tui.document.blocks import Block, Container, Document, Span
from roya_tui.layout.article_header import header_rows
from roya_tui.layout.bidi.controls import strip_isolates
from roya_tui.model import Article, Headline
from roya_tui.text import format_count

_STYLE_WORDS = {"strike": "deleted", "mark": "marked"}
"""Styles that change what is meant."""
_OPENED = {"quote": "Quote.", "details": "Details."}
_CLOSED = {"quote": "End of quote.", "details": "End of details."}
_BOXES = {"[x] ": "Done: ", "[ ] ": "To do: "}
_MEDIA = {"video": "Video", "audio": "Recording", "page": "Page"}


def speak_headline(row: Headline, number: int, clock: Clock, *, all_unread: bool = False) -> str:
    """Return a headline as one line: its number in the list, title, source, time, and what state it is in.

    In a list of what is `all_unread`, only what differs from that is told.
    """
    parts = (row.title or "Untitled", row.source, clock.stamp(row.at, row.zone), _state_words(row, all_unread))
    return f"{number}. {' '.join(_end_sentence(part) for part in parts if part)}"


def _state_words(row: Headline, all_unread: bool) -> str:
    is_read = not (row.unread or row.changed)
    states = (
        (row.changed, "changed since you read it"),
        (row.unread and not row.changed and not all_unread, "unread"),
        (is_read and all_unread, "read"),
        (row.starred, "starred"),
        (row.hidden, "hidden"),
        (row.highlighted, "highlighted"),
    )
    return ", ".join(word for holds, word in states if holds).capitalize()


def _end_sentence(words: str) -> str:
    """Words with a full stop, unless they end in a sign that a voice stops at."""
    return words if words[-1] in ".…!?؟。" else f"{words}."


def speak_article(shown: Article, document: Document, clock: Clock) -> Iterator[str]:
    """Return the lines of an article: its head, each fact after its name, then its text."""
    row = shown.headline
    yield f"Title: {row.title or 'Untitled'}"
    yield f"Source: {row.source}"
    if shown.authors:
        yield f"By: {', '.join(shown.authors)}"
    if shown.tags:
        yield f"Tags: {', '.join(shown.tags)}"
    for words, style in header_rows(shown, document, clock, "/"):
        if style == "date":
            yield strip_isolates(words)
        elif style == "facts":
            length = strip_isolates(words).replace(" min", " minute" if row.minutes == 1 else " minutes", 1)
            yield f"Length: {length.replace(' / ', ', ')}"
    if shown.story_links:
        yield f"Also in: {', '.join(one.source for one in shown.story_links)}"
    if row.starred:
        yield "Starred"
    if shown.note:
        yield f"Your note: {shown.note}"
    yield from speak_document(document)


def speak_document(document: Document) -> Iterator[str]:
    """Return a document's text, a line for each paragraph, item or row, with an empty line between parts."""
    items = _item_positions(document.blocks)
    inside: tuple[Container, ...] = ()
    for block in document.blocks:
        shared = _count_shared(inside, block.containers)
        closed = [_CLOSED[one.kind] for one in reversed(inside[shared:]) if one.kind in _CLOSED]
        opened = [_OPENED[one.kind] for one in block.containers[shared:] if one.kind in _OPENED]
        begun = "".join(_item_prefix(one, items, block.containers) for one in block.containers[shared:])
        yield from closed
        if not block.containers or _outermost(inside) != _outermost(block.containers):
            yield ""
        yield from opened
        words = _block_lines(block, document)
        yield begun + next(words, "")
        yield from words
        inside = block.containers
    yield from (_CLOSED[one.kind] for one in reversed(inside) if one.kind in _CLOSED)


def speak_block_at(document: Document, offset: int) -> str:
    """Return what is said of the block at a place of the text, such as a footnote."""
    index = bisect_right(document.blocks, offset, key=lambda block: block.start) - 1
    return speak_block(document.blocks[index], document) if index >= 0 else ""


def speak_block(block: Block, document: Document) -> str:
    """Return what is said of one block, in one line."""
    return " ".join(_block_lines(block, document))


def _outermost(inside: Sequence[Container]) -> tuple[str, int] | None:
    """What a block stands in as a whole: the items of a list are one thing."""
    return (inside[0].kind, inside[0].list or inside[0].id) if inside else None


def _count_shared(before: Sequence[Container], after: Sequence[Container]) -> int:
    """How many of the outermost things that two blocks stand in are the same."""
    count = 0
    for one, other in zip(before, after, strict=False):
        if one.id != other.id:
            break
        count += 1
    return count


def _item_positions(blocks: Sequence[Block]) -> dict[int, tuple[int, int]]:
    """Return for each item its place in its list, and how many that has."""
    found = {one.id: one for block in blocks for one in block.containers if one.kind == "item"}
    many = Counter(one.list for one in found.values())
    so_far: Counter[int] = Counter()
    places = {}
    for one in found.values():
        so_far[one.list] += 1
        places[one.id] = (so_far[one.list], many[one.list])
    return places


def _item_prefix(one: Container, items: dict[int, tuple[int, int]], inside: Sequence[Container]) -> str:
    """What is said before an item: `2 of 4: `, with its own number where that is another, and how deep it is."""
    if one.kind == "definition":
        return "Meaning: "
    if one.kind != "item":
        return ""
    place, many = items[one.id]
    number = one.marker.rstrip(".")
    own = f", number {number}" if number and number != str(place) else ""
    depth = [other for other in inside if other.kind == "item"].index(one) + 1
    return f"{f'Level {depth}, ' if depth > 1 else ''}{place} of {many}{own}: "


def _block_lines(block: Block, document: Document) -> Iterator[str]:
    words = _block_text(block, document).replace("\n", " ")
    link = f" [link {block.link}]" if block.link else ""
    match block.kind:
        case "heading":
            yield f"Heading {block.level}: {words}"
        case "code":
            language = f" in {block.language}" if block.language else ""
            yield f"Code{language}:"
            yield from block.text.string.split("\n")
            yield "End of code."
        case "table":
            yield from _table_lines(block, document)
        case "picture":
            yield f"Picture {block.number}: {words}{link}" if words else f"Picture {block.number}, not described.{link}"
        case "caption":
            yield f"Caption: {words}"
        case "media":
            yield f"{_MEDIA.get(block.label, block.label)}: {words}{link}"
        case "term":
            yield f"Term: {words}"
        case "summary":
            yield f"Summary: {words}"
        case "rule":
            yield "Section break."
        case _:
            box = _BOXES.get(words[:4], "") if block.containers else ""
            yield f"{box}{words[4:]}" if box else words


def _table_lines(block: Block, document: Document) -> Iterator[str]:
    """Return a table row by row, each cell after the name of its column."""
    rows = [[" ".join(_block_text(block, document, *cell).split()) for cell in row] for row in block.rows]
    names = rows[block.header_rows - 1] if block.header_rows else []
    body = rows[block.header_rows :]
    count = len(rows[0]) if rows else 0
    yield f"Table, {format_count(count, 'column')}, {format_count(len(body), 'row')}."
    for number, row in enumerate(body, start=1):
        cells = zip(names or [""] * count, row, strict=False)
        yield f"Row {number}: {'; '.join(f'{name}: {cell}' if name else cell for name, cell in cells if cell)}"
    yield "End of table."


def _block_text(block: Block, document: Document, start: int = 0, end: int | None = None) -> str:
    """Return the words of a block, the number of each link behind it, and what styles mean."""
    text = block.text
    end = len(text.string) if end is None else end
    result = ""
    for link, spans in groupby(_fill_gaps(text.iter_spans(start, end), start, end), lambda span: span.link):
        for span in spans:
            words = text.string[span.start : span.end]
            for style in span.styles:
                if style in _STYLE_WORDS and words.strip():
                    words = f"[{_STYLE_WORDS[style]}: {words}]"
            result += words
        if link:
            result += f" [link {link}]"
    return result


def _fill_gaps(spans: Iterator[Span], start: int, end: int) -> Iterator[Span]:
    """The spans, and plain ones where there are none."""
    position = start
    for span in spans:
        if span.start > position:
            yield Span(position, span.start)
        yield span
        position = span.end
    if position < end:
        yield Span(position, end)
