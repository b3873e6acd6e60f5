"""Render documents and quotations as CommonMark with GitHub's tables and strikethrough."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec.structs import replace

from roya_tui.document.blocks import Block, Container, Document, Span, Text
from roya_tui.document.tables import iter_cells
from roya_tui.layout import block_spacing
from roya_tui.layout.bidi.controls import strip_isolates

_SPECIAL = re.compile(r"[\\`*_\[\]<>~|]|(?<!\S)#|&(?=#?\w+;)")
_LINE_START = re.compile(r"^(\d{1,9})(?=[.)](?:\s|\Z))|^(?=[-+=:])", re.M)
"""What would start a list, rule, heading or table at the start of a line."""
_STYLE_MARKERS = {"strong": "**", "em": "*", "strike": "~~"}
_STYLE_ELEMENTS = {"strong": "strong", "em": "em", "strike": "del"}
"""HTML elements, for places where Markdown would not recognize the markers."""
CELL_LINE_BREAK = "<br>"
_BACKTICKS = re.compile("`+")


def escape(text: str) -> str:
    """Return plain text with Markdown's special characters escaped (CommonMark §2.4)."""
    return _LINE_START.sub(r"\1\\", _SPECIAL.sub(r"\\\g<0>", text))


def make_link(words: str, url: str) -> str:
    """Return a link, or only the escaped words if `url` is empty."""
    return f"[{escape(words)}]({_link_target(url)})" if url else escape(words)


def to_markdown(document: Document, title: str = "", facts: Sequence[str] = (), url: str = "") -> str:
    """Return a document as Markdown, after its title, facts and URL."""
    head = [f"# {escape(title)}"] if title else []
    head += ["\\\n".join(escape(strip_isolates(fact)) for fact in facts)] if facts else []
    head += [f"<{url}>"] if url else []
    body = "\n".join(_lines(document))
    return "\n\n".join((*head, body)).strip("\n") + "\n"


def _lines(document: Document) -> Iterator[str]:
    loose = block_spacing.find_loose_lists(document.blocks)
    markers = _list_markers(document.blocks)
    begun: set[int] = set()
    before: Block | None = None
    for block in document.blocks:
        if before and not _is_tight(before, block, loose):
            shared = block.containers[: block_spacing.count_shared_containers(before.containers, block.containers)]
            yield "".join(_prefix(container, begun, markers) for container in shared).rstrip()
        first = "".join(_prefix(container, begun, markers) for container in block.containers)
        begun.update(container.id for container in block.containers)
        rest = "".join(_prefix(container, begun, markers) for container in block.containers)
        for number, line in enumerate(_render_block(block, document).split("\n")):
            margin = rest if number else first
            yield margin + line if line else margin.rstrip(" ")
        before = block


def _is_tight(before: Block, block: Block, loose: set[int]) -> bool:
    """Return whether a block is a list item that needs no empty line before it."""
    shared = block_spacing.count_shared_containers(before.containers, block.containers)
    if shared == len(block.containers) or block_spacing.needs_blank_line(before, block, loose):
        return False
    item = block.containers[shared]
    return item.kind == "item" and (
        block_spacing.is_next_item(before, block, shared) or (before.kind == "paragraph" and item.marker in ("", "1."))
    )


def _list_markers(blocks: Sequence[Block]) -> dict[int, str]:
    """Return the bullet or number suffix of each list; adjacent lists differ."""
    markers: dict[int, str] = {}
    previous = ""
    for block in blocks:
        for container in block.containers:
            if container.kind in ("item", "definition") and container.list not in markers:
                usual, alternative = (".", ")") if container.marker else ("-", "*")
                markers[container.list] = previous = alternative if previous == usual else usual
        previous = previous if block.containers else ""
    return markers


def _prefix(container: Container, begun: set[int], markers: dict[int, str]) -> str:
    if container.kind == "quote":
        return "> "
    if container.kind not in ("item", "definition"):
        return ""
    sign = markers[container.list]
    number = container.marker[:-1]
    is_number = number.isascii() and number.isdigit()
    marker = f"{number}{sign} " if is_number else f"{'-' if container.marker else sign} "
    return " " * len(marker) if container.id in begun else marker


def _render_block(block: Block, document: Document) -> str:
    string = block.text.string
    match block.kind:
        case "rule":
            return "___"  # cannot be read as a list or heading
        case "heading":
            return f"{'#' * block.level} {render_inline(block.text, document, ' ')}"
        case "code":
            fence = "`" * max(3, *(len(ticks) + 1 for ticks in _BACKTICKS.findall(string)), 3)
            return f"{fence}{re.sub('[^a-z0-9+#.-]', '', block.language)}\n{string}\n{fence}"
        case "table":
            return _render_table(block, document)
        case "picture":
            picture = f"![{escape(string)}]({_link_target(document.pictures[block.number - 1].url)})"
            return f"[{picture}]({_link_target(document.links[block.link - 1].url)})" if block.link else picture
        case "media":
            return f"[{block.label}: {escape(string)}]({_link_target(document.links[block.link - 1].url)})"
        case "term" | "summary":
            return f"**{escape(string.strip())}**" if not block.text.spans else render_inline(block.text, document)
        case _:
            return render_inline(block.text, document)


def _render_table(block: Block, document: Document) -> str:
    rows = [[""] * len(row) for row in block.rows]
    for row, cells in zip(rows, iter_cells(block.rows), strict=True):
        for cell in cells:
            row[cell.column] = render_inline(block.text, document, CELL_LINE_BREAK, cell.start, cell.end)
    head = rows.pop(0) if block.header_rows else [""] * len(rows[0])
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def render_inline(
    text: Text, document: Document, line_end: str = "\\\n", start: int = 0, end: int | None = None
) -> str:
    """Return `text.string[start:end]` with styles and links; line ends become `line_end`."""
    out = ""
    end = len(text.string) if end is None else end
    for link, group in groupby(_cover_with_spans(text, start, end), lambda span: span.link):
        words = ""
        spans = list(group)
        for before, span, after in zip([None, *spans], spans, [*spans[1:], None], strict=False):
            words += _render_span(
                text.string, span, line_end, bool(before and before.styles), bool(after and after.styles)
            )
        url = document.links[link - 1].url if link else ""
        if url:
            # An exclamation mark before a link would make it a picture.
            out = f"{out[:-1]}\\!" if out.endswith("!") else out
            words = f"[{words}]({_link_target(url)})"
        out += words
    return out


def _cover_with_spans(text: Text, start: int, end: int) -> list[Span]:
    """Return spans that cover the whole range, with only the styles of Markdown."""
    result: list[Span] = []
    for span in text.cover(start, end):
        # Adjacent code spans are merged, since backticks must not touch.
        styles = ("code",) if "code" in span.styles else tuple(name for name in span.styles if name in _STYLE_MARKERS)
        if result and (result[-1].styles, result[-1].link) == (styles, span.link):
            result[-1] = replace(result[-1], end=span.end)
        else:
            result.append(Span(span.start, span.end, styles, span.link))
    return result


def _render_span(string: str, span: Span, line_end: str, touched_before: bool, touched_after: bool) -> str:
    """Return a span with its markers inside of its outer spaces, as Markdown requires.

    `touched_before` and `touched_after`: another span's marker may be adjacent.
    """
    words = string[span.start : span.end]
    core = words.strip()
    if not core or not span.styles:
        return escape(words).replace("\n", line_end)
    start = span.start + words.index(core)
    end = start + len(core)
    before, after = string[span.start : start], string[end : span.end]
    if span.styles == ("code",):
        marked = _render_code(core, line_end)
    else:
        first, last = (core[0], core[-1]) if len(span.styles) == 1 else ("*", "*")
        is_clear = _can_flank(string[max(0, start - 1) : start], first) and _can_flank(string[end : end + 1], last)
        is_clear = is_clear and not (touched_before and not before) and not (touched_after and not after)
        marked = escape(core).replace("\n", line_end)
        for style in reversed(span.styles):
            marked = (
                _STYLE_MARKERS[style] + marked + _STYLE_MARKERS[style]
                if is_clear
                else f"<{_STYLE_ELEMENTS[style]}>{marked}</{_STYLE_ELEMENTS[style]}>"
            )
    return before.replace("\n", line_end) + marked + after.replace("\n", line_end)


def _can_flank(outside: str, inside: str) -> bool:
    """Return whether a marker can open or close emphasis there (CommonMark §6.2)."""
    return inside.isalnum() or not outside or outside.isspace() or outside in ".,;:!?()\"'"


def _render_code(text: str, line_end: str) -> str:
    """Return code in more backticks than it contains in a row (CommonMark §6.1)."""
    text = text.replace("\n", " ")
    if line_end == CELL_LINE_BREAK:
        text = text.replace("|", "\\|")
    ticks = "`" * (max(map(len, _BACKTICKS.findall(text)), default=0) + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _link_target(url: str) -> str:
    return f"<{url}>" if "(" in url or ")" in url else url


_WITHOUT_WORDS = ("picture", "caption", "media", "rule")
_INDIVISIBLE = ("table", "picture", "media", "rule")  # kinds of blocks that are quoted in full or not at all


def block_range_at(document: Document, offset: int, link: int = 0) -> tuple[int, int]:
    """Return the range of the block with a link, or of the first block from `offset` on.

    Return (0, 0) if there is nothing to quote.
    """
    for block in document.blocks:
        end = block.start + len(block.text.string)
        matches = any(span.link == link for span in block.text.spans) if link else end >= offset
        if matches and block.kind not in _WITHOUT_WORDS and block.text.string.strip():
            return block.start, end
    return block_range_at(document, offset) if link else (0, 0)


def quote_selection(
    document: Document, stretch: tuple[int, int] | None, offset: int, link: int, *, title: str, url: str, source: str
) -> str:
    """Return `stretch` or the block at a link or offset as a quotation; "" if empty."""
    start, end = stretch or block_range_at(document, offset, link)
    return "" if start == end else quote_range(document, start, end, title=title, url=url, source=source)


def quote_range(document: Document, start: int, end: int, *, title: str, url: str, source: str) -> str:
    """Return `document.text[start:end]` as a quotation with its source below."""
    blocks = tuple(
        _slice_block(block, start, end)
        for block in document.blocks
        if block.start < end and block.start + len(block.text.string) > start
    )
    return quote_document(replace(document, blocks=blocks), title=title, url=url, source=source)


def quote_document(document: Document, *, title: str, url: str, source: str) -> str:
    """Return a document as a quotation with its source below."""
    lines = to_markdown(document).splitlines()
    name = escape(title or source)
    parts = [f"[{name}](<{url}>)" if url else name, *([escape(source)] if title else [])]
    return "\n".join(f"> {line}".rstrip() for line in (*lines, "", ", ".join(part for part in parts if part))) + "\n"


def _slice_block(block: Block, start: int, end: int) -> Block:
    """Return the part of a block within a range of the document's text."""
    first, last = max(0, start - block.start), min(len(block.text.string), end - block.start)
    if block.kind in _INDIVISIBLE or (first, last) == (0, len(block.text.string)):
        return block
    return replace(block, text=block.text.slice(first, last), start=block.start + first)
