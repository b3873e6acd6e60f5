"""Render articles as lines for screen readers and speech, in logical order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from roya_tui.clock import Clock
from roya_tui.document.blocks import Block, Container, Document
from roya_tui.layout.article_page import header_rows
from roya_tui.layout.bidi.controls import strip_isolates
from roya_tui.layout.block_spacing import count_shared_containers
from roya_tui.model import Article, Headline
from roya_tui.text import format_count

_STYLE_WORDS = {"strike": "deleted", "mark": "marked"}  # styles that change the meaning of a text
_OPENED = {"quote": "Quote.", "details": "Details."}
_CLOSED = {"quote": "End of quote.", "details": "End of details."}
_BOXES = {"[x] ": "Done: ", "[ ] ": "To do: "}
_MEDIA = {"video": "Video", "audio": "Recording", "page": "Page"}


def speak_headline(row: Headline, number: int, clock: Clock, *, all_unread: bool = False) -> str:
    """Return a headline as one line: number in the list, title, source, time and state.

    In a list that is `all_unread`, only read headlines mention their read state.
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
    """Return words with a full stop, unless they end a sentence already."""
    return words if words[-1] in ".…!?؟。" else f"{words}."


def speak_article(shown: Article, document: Document, clock: Clock) -> Iterator[str]:
    """Return the lines of an article: each fact with its name, then the text."""
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
        yield f"Also in: {', '.join(link.source for link in shown.story_links)}"
    if row.starred:
        yield "Starred"
    if shown.note:
        yield f"Your note: {shown.note}"
    yield from speak_document(document)


def speak_document(document: Document) -> Iterator[str]:
    """Return a document as lines, one for each paragraph, item or table row."""
    positions = _item_positions(document.blocks)
    previous: tuple[Container, ...] = ()
    for block in document.blocks:
        shared = count_shared_containers(previous, block.containers)
        yield from (_CLOSED[container.kind] for container in reversed(previous[shared:]) if container.kind in _CLOSED)
        if not block.containers or _outermost(previous) != _outermost(block.containers):
            yield ""
        yield from (_OPENED[container.kind] for container in block.containers[shared:] if container.kind in _OPENED)
        prefix = "".join(_item_prefix(item, positions, block.containers) for item in block.containers[shared:])
        lines = _block_lines(block, document)
        yield prefix + next(lines, "")
        yield from lines
        previous = block.containers
    yield from (_CLOSED[container.kind] for container in reversed(previous) if container.kind in _CLOSED)


def speak_block_at(document: Document, offset: int) -> str:
    """Return the block at an offset in the text, such as a footnote, as one line."""
    return speak_block(document.blocks[document.block_index_at(offset)], document) if document.blocks else ""


def speak_block(block: Block, document: Document) -> str:
    """Return a block as one line."""
    return " ".join(_block_lines(block, document))


def _outermost(containers: Sequence[Container]) -> tuple[str, int] | None:
    """Return the identity of the outermost container, the same for all items of a list."""
    return (containers[0].kind, containers[0].list or containers[0].id) if containers else None


def _item_positions(blocks: Sequence[Block]) -> dict[int, tuple[int, int]]:
    """Return the position of each item in its list, from 1, and the length of the list."""
    items = {item.id: item for block in blocks for item in block.containers if item.kind == "item"}
    lengths = Counter(item.list for item in items.values())
    counts: Counter[int] = Counter()
    positions = {}
    for item in items.values():
        counts[item.list] += 1
        positions[item.id] = (counts[item.list], lengths[item.list])
    return positions


def _item_prefix(item: Container, positions: dict[int, tuple[int, int]], containers: Sequence[Container]) -> str:
    """Return the words before an item: level, `2 of 4`, and its own number if different."""
    if item.kind == "definition":
        return "Meaning: "
    if item.kind != "item":
        return ""
    position, length = positions[item.id]
    number = item.marker.rstrip(".")
    own = f", number {number}" if number and number != str(position) else ""
    depth = [container for container in containers if container.kind == "item"].index(item) + 1
    return f"{f'Level {depth}, ' if depth > 1 else ''}{position} of {length}{own}: "


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
    """Return a table row by row, each cell with the name of its column."""
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
    """Return the text of a block with link numbers and words for styles."""
    text = block.text
    end = len(text.string) if end is None else end
    result = ""
    for link, spans in groupby(text.cover(start, end), lambda span: span.link):
        for span in spans:
            words = text.string[span.start : span.end]
            for style in span.styles:
                if style in _STYLE_WORDS and words.strip():
                    words = f"[{_STYLE_WORDS[style]}: {words}]"
            result += words
        if link:
            result += f" [link {link}]"
    return result
