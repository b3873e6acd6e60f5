"""Render articles as lines for screen readers and speech, in logical order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from roya_tui.clock import Clock
from roya_tui.document.blocks import Block, Container, Document, Link
from roya_tui.layout.article_page import header_rows
from roya_tui.layout.bidi.controls import strip_isolates
from roya_tui.layout.block_spacing import count_shared_containers
from roya_tui.model import Article, Headline
from roya_tui.text import capitalize_first
from roya_tui.translation import format_number, gettext, gettext_noop, join_list, ngettext

# Styles that change the meaning of a text.
_STYLES = {"strike": gettext_noop("[deleted: {text}]"), "mark": gettext_noop("[marked: {text}]")}
_OPENED = {"quote": gettext_noop("Quote."), "details": gettext_noop("Details.")}
_CLOSED = {
    "quote": gettext_noop("End of quote."), "details": gettext_noop("End of details."),
    "item": gettext_noop("End of list."),
}  # fmt: skip
"""Words after a container; of items, after the last one of a list."""
_BOXES = {"[x] ": gettext_noop("Done: {text}"), "[ ] ": gettext_noop("To do: {text}")}
_MEDIA = {"video": gettext_noop("Video"), "audio": gettext_noop("Recording"), "page": gettext_noop("Page")}


def speak_headline(row: Headline, number: int, clock: Clock, *, all_unread: bool = False) -> str:
    """Return a headline as one line: number in the list, title, source, time and state.

    In a list that is `all_unread`, only read headlines mention their read state.
    """
    stamp = clock.stamp(row.at, row.zone, row.form)
    parts = (row.title or gettext("Untitled"), row.source, stamp, _state_words(row, all_unread))
    return f"{format_number(number)}. {' '.join(_end_sentence(part) for part in parts if part)}"


def _state_words(row: Headline, all_unread: bool) -> str:
    is_read = not (row.unread or row.changed)
    states = (
        (row.changed, gettext("edited since you read it")),
        (row.unread and not row.changed and not all_unread, gettext("unread")),
        (is_read and all_unread, gettext("you have read it")),
        (row.starred, gettext("starred")),
        (row.hidden, gettext("hidden")),
        (row.highlighted, gettext("highlighted")),
    )
    return capitalize_first(join_list(word for holds, word in states if holds))


def _end_sentence(words: str) -> str:
    """Return words with a full stop, unless they end a sentence already."""
    return words if words[-1] in ".…!?؟。" else f"{words}."


def speak_facts(shown: Article, document: Document, clock: Clock) -> Iterator[str]:
    """Return the lines before an article's text, each fact with its name."""
    row = shown.headline
    yield gettext("Title: {title}", title=row.title or gettext("Untitled"))
    yield gettext("Source: {source}", source=row.source)
    if shown.authors:
        yield gettext("By: {authors}", authors=join_list(shown.authors))
    if shown.tags:
        yield gettext("Tags: {tags}", tags=join_list(shown.tags))
    for words, style in header_rows(shown, document, clock, "/"):
        if style == "date":
            yield strip_isolates(words)
        elif style == "facts":
            _, *others = strip_isolates(words).split(" / ")
            length = ngettext("{count} minute", "{count} minutes", row.minutes)
            yield gettext("Length: {facts}", facts=join_list((length, *others)))
    if shown.story_links:
        yield gettext("Also in: {sources}", sources=join_list(link.source for link in shown.story_links))
    if row.starred:
        yield gettext("Starred")
    if shown.note:
        yield gettext("Your note: {note}", note=shown.note)


def speak_document(document: Document, first: int = 0) -> Iterator[str]:
    """Return a document as lines, one for each paragraph, item or table row, from the block at index `first`."""
    positions = _item_positions(document.blocks)
    previous: tuple[Container, ...] = ()
    for block in document.blocks[first:]:
        shared = count_shared_containers(previous, block.containers)
        yield from _closing_words(previous[shared:], positions)
        if not block.containers or _outermost(previous) != _outermost(block.containers):
            yield ""
        yield from (
            gettext(_OPENED[container.kind]) for container in block.containers[shared:] if container.kind in _OPENED
        )
        prefix = "".join(_item_prefix(item, positions, block.containers) for item in block.containers[shared:])
        lines = _block_lines(block, document)
        yield prefix + next(lines, "")
        yield from lines
        previous = block.containers
    yield from _closing_words(previous, positions)


def _closing_words(containers: Sequence[Container], positions: dict[int, tuple[int, int]]) -> Iterator[str]:
    for container in reversed(containers):
        position, length = positions.get(container.id, (0, 0))
        if container.kind in _CLOSED and position == length:
            yield gettext(_CLOSED[container.kind])


def heading_indexes(document: Document) -> list[int]:
    """Return the indexes of the blocks that are headings."""
    return [index for index, block in enumerate(document.blocks) if block.kind == "heading"]


def name_link(document: Document, link: Link) -> str:
    """Return the text of a link; of a footnote's number or sign, the text that it leads to."""
    if any(map(str.isalpha, link.text)) or link.target is None:
        return link.text or link.url
    return speak_block_at(document, link.target)


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
        return gettext("Meaning:") + " "
    if item.kind != "item":
        return ""
    position, length = positions[item.id]
    number = item.marker.rstrip(".")
    depth = [container for container in containers if container.kind == "item"].index(item) + 1
    parts = [gettext("Level {number}", number=depth)] if depth > 1 else []
    parts.append(gettext("{position} of {count}", position=position, count=length))
    if number and number != str(position):
        parts.append(gettext("number {number}", number=number))
    return f"{', '.join(parts)}: "


def _block_lines(block: Block, document: Document) -> Iterator[str]:
    words = _block_text(block, document).replace("\n", " ")
    link = " " + gettext("[link {number}]", number=block.link) if block.link else ""
    match block.kind:
        case "heading":
            yield gettext("Heading {level}: {text}", level=block.level, text=words)
        case "code":
            language = block.language
            yield gettext("Code in {language}:", language=language) if language else gettext("Code:")
            yield from block.text.string.split("\n")
            yield gettext("End of code.")
        case "table":
            yield from _table_lines(block, document)
        case "picture":
            if words:
                yield gettext("Picture {number}: {text}", number=block.number, text=words) + link
            else:
                yield gettext("Picture {number}, not described.", number=block.number) + link
        case "caption":
            yield gettext("Caption: {text}", text=words)
        case "media":
            label = gettext(_MEDIA[block.label]) if block.label in _MEDIA else block.label
            yield f"{label}: {words}{link}"
        case "term":
            yield gettext("Term: {text}", text=words)
        case "summary":
            yield gettext("Summary: {text}", text=words)
        case "rule":
            yield gettext("Section break.")
        case _:
            box = _BOXES.get(words[:4], "") if block.containers else ""
            yield gettext(box, text=words[4:]) if box else words


def _table_lines(block: Block, document: Document) -> Iterator[str]:
    """Return a table row by row, each cell with the name of its column."""
    rows = [[" ".join(_block_text(block, document, *cell).split()) for cell in row] for row in block.rows]
    names = rows[block.header_rows - 1] if block.header_rows else []
    body = rows[block.header_rows :]
    count = len(rows[0]) if rows else 0
    columns = ngettext("{count:,} column", "{count:,} columns", count)
    yield gettext(
        "Table, {columns}, {rows}.", columns=columns, rows=ngettext("{count:,} row", "{count:,} rows", len(body))
    )
    for number, row in enumerate(body, start=1):
        cells = zip(names or [""] * count, row, strict=False)
        text = "; ".join(f"{name}: {cell}" if name else cell for name, cell in cells if cell)
        yield gettext("Row {number}: {text}", number=number, text=text)
    yield gettext("End of table.")


def _block_text(block: Block, document: Document, start: int = 0, end: int | None = None) -> str:
    """Return the text of a block with link numbers and words for styles."""
    text = block.text
    end = len(text.string) if end is None else end
    result = ""
    for link, spans in groupby(text.cover(start, end), lambda span: span.link):
        linked = ""
        for span in spans:
            words = text.string[span.start : span.end]
            for style in span.styles:
                if style in _STYLES and words.strip():
                    words = gettext(_STYLES[style], text=words)
            linked += words
        if link and document.links[link - 1].target is not None and not any(map(str.isalpha, linked)):
            linked = ""  # the number of a footnote, or an arrow back from it
        result += linked
        if link:
            result = result.rstrip() + " " + gettext("[link {number}]", number=link)
    return result
