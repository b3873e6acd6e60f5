"""A document → Markdown: CommonMark, with the tables and the strike-through of GitHub."""

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
"""What would begin a list, a rule, a heading or a table where a line begins."""
_STYLE_MARKERS = {"strong": "**", "em": "*", "strike": "~~"}
_STYLE_ELEMENTS = {"strong": "strong", "em": "em", "strike": "del"}
"""Where Markdown's signs would not be taken for such, its HTML is."""
CELL_LINE_BREAK = "<br>"
"""What parts lines in a table's cell."""
_BACKTICKS = re.compile("`+")


def escape(text: str) -> str:
    """Return plain text as Markdown that shows exactly it (CommonMark §2.4)."""
    return _LINE_START.sub(r"\1\\", _SPECIAL.sub(r"\\\g<0>", text))


def make_link(words: str, url: str) -> str:
    """Return words as they lead to an address; as they are where there is none."""
    return f"[{escape(words)}]({_link_target(url)})" if url else escape(words)


def to_markdown(document: Document, title: str = "", facts: Sequence[str] = (), url: str = "") -> str:
    """Return a document as Markdown, below its title, facts such as its source and times, and its address."""
    head = [f"# {escape(title)}"] if title else []
    head += ["\\\n".join(escape(strip_isolates(fact)) for fact in facts)] if facts else []
    head += [f"<{url}>"] if url else []
    body = "\n".join(_lines(document))
    return "\n\n".join((*head, body)).strip("\n") + "\n"


def _lines(document: Document) -> Iterator[str]:
    loose = block_spacing.find_loose_lists(document.blocks)
    signs = _list_markers(document.blocks)
    begun: set[int] = set()
    before: Block | None = None
    for block in document.blocks:
        if before and not _is_tight(before, block, loose):
            both = block.containers[: block_spacing.count_shared_containers(before, block)]
            yield "".join(_prefix(inside, begun, signs) for inside in both).rstrip()
        first = "".join(_prefix(inside, begun, signs) for inside in block.containers)
        begun.update(inside.id for inside in block.containers)
        rest = "".join(_prefix(inside, begun, signs) for inside in block.containers)
        for number, line in enumerate(_render_block(block, document).split("\n")):
            margin = rest if number else first
            yield margin + line if line else margin.rstrip(" ")
        before = block


def _is_tight(before: Block, block: Block, loose: set[int]) -> bool:
    """Tell whether a block is a list's next item, or the first of a list that may follow without an empty line."""
    common = block_spacing.count_shared_containers(before, block)
    if (
        common == len(block.containers)
        or block.containers[common].kind != "item"
        or block_spacing.needs_blank_line(before, block, loose)
    ):
        return False
    begins = block.containers[common]
    return block_spacing.is_next_item(before, block, common) or (
        before.kind == "paragraph" and begins.marker in ("", "1.")
    )


def _list_markers(blocks: Sequence[Block]) -> dict[int, str]:
    """Return the bullet of each list, or the sign after its numbers: another than that of the list just before it."""
    signs: dict[int, str] = {}
    before = ""
    for block in blocks:
        for inside in block.containers:
            if inside.kind in ("item", "definition") and inside.list not in signs:
                one, other = (".", ")") if inside.marker else ("-", "*")
                signs[inside.list] = other if before == one else one
                before = signs[inside.list]
        before = before if block.containers else ""
    return signs


def _prefix(inside: Container, begun: set[int], signs: dict[int, str]) -> str:
    if inside.kind == "quote":
        return "> "
    if inside.kind not in ("item", "definition"):
        return ""
    sign = signs[inside.list]
    number = inside.marker[:-1] if inside.marker[:-1].isascii() and inside.marker[:-1].isdigit() else ""
    marker = f"{number}{sign} " if inside.marker and number else f"{'-' if inside.marker else sign} "
    return " " * len(marker) if inside.id in begun else marker


def _render_block(block: Block, document: Document) -> str:
    string = block.text.string
    match block.kind:
        case "rule":
            return "___"  # neither a list nor a heading can be made of it
        case "heading":
            return f"{'#' * block.level} {render_inline(block.text, document, ' ')}"
        case "code":
            fence = "`" * max(3, *(len(found) + 1 for found in _BACKTICKS.findall(string)), 3)
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
    """Return `text.string[start:end]` with its styles and links; each line end in it becomes `line_end`."""
    out = ""
    for link, group in groupby(
        _cover_with_spans(text, start, len(text.string) if end is None else end), lambda s: s.link
    ):
        words = ""
        stretches = list(group)
        for before, stretch, after in zip([None, *stretches], stretches, [*stretches[1:], None], strict=False):
            words += _render_span(
                text.string, stretch, line_end, bool(before and before.styles), bool(after and after.styles)
            )
        url = document.links[link - 1].url if link else ""
        if url:
            # An exclamation mark before a link would make a picture of it.
            out = f"{out[:-1]}\\!" if out.endswith("!") else out
            words = f"[{words}]({_link_target(url)})"
        out += words
    return out


def _cover_with_spans(text: Text, start: int, end: int) -> list[Span]:
    """Return spans that cover all of `text.string[start:end]`, of those styles that Markdown has."""
    result: list[Span] = []
    position = start
    for span in (*text.iter_spans(start, end), Span(end, end)):
        # Code that touches code is one stretch, since backticks cannot meet.
        styles = (
            ("code",) if "code" in span.styles else tuple(style for style in span.styles if style in _STYLE_MARKERS)
        )
        if span.start > position:
            result.append(Span(position, span.start))
        if result and (result[-1].end, result[-1].styles, result[-1].link) == (span.start, styles, span.link):
            result[-1] = replace(result[-1], end=span.end)
        elif span.start < span.end:
            result.append(Span(span.start, span.end, styles, span.link))
        position = span.end
    return result


def _render_span(string: str, span: Span, line_end: str, touched_before: bool, touched_after: bool) -> str:
    """Return a stretch with its signs, and its blanks outside of them: no bold text may begin or end with one.

    `touched_before` and `touched_after` tell whether another sign may stand right beside it.
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
    """Tell whether a sign between two characters is taken for one, as it opens or as it closes (CommonMark §6.2)."""
    return inside.isalnum() or not outside or outside.isspace() or outside in ".,;:!?()\"'"


def _render_code(text: str, line_end: str) -> str:
    """Return code in backticks, more of them than it has in a row (CommonMark §6.1)."""
    text = text.replace("\n", " ")
    if line_end == CELL_LINE_BREAK:
        text = text.replace("|", "\\|")
    ticks = "`" * (max(map(len, _BACKTICKS.findall(text)), default=0) + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _link_target(url: str) -> str:
    return f"<{url}>" if "(" in url or ")" in url else url


_WITHOUT_WORDS = ("picture", "caption", "media", "rule")
_INDIVISIBLE = ("table", "picture", "media", "rule")
"""Blocks that are quoted whole or not at all."""


def block_range_at(document: Document, offset: int, link: int = 0) -> tuple[int, int]:
    """Return where the block with a link begins and ends; without one that around a place, or the next with words.

    Where there is nothing to quote, both are 0.
    """
    for block in document.blocks:
        end = block.start + len(block.text.string)
        here = any(span.link == link for span in block.text.spans) if link else end >= offset
        if here and block.kind not in _WITHOUT_WORDS and block.text.string.strip():
            return block.start, end
    return block_range_at(document, offset) if link else (0, 0)


def quote_selection(
    document: Document, stretch: tuple[int, int] | None, offset: int, link: int, *, title: str, url: str, source: str
) -> str:
    """Return a stretch of the text as a quotation, or what is `around` a place or link; "" where there are no words."""
    start, end = stretch or block_range_at(document, offset, link)
    return "" if start == end else quote_range(document, start, end, title=title, url=url, source=source)


def quote_range(document: Document, start: int, end: int, *, title: str, url: str, source: str) -> str:
    """Return `document.text[start:end]` as a quotation, with its styles and links, and below it where it stands."""
    blocks = tuple(
        _slice_block(block, start, end)
        for block in document.blocks
        if block.start < end and block.start + len(block.text.string) > start
    )
    return quote_document(replace(document, blocks=blocks), title=title, url=url, source=source)


def quote_document(document: Document, *, title: str, url: str, source: str) -> str:
    """Return a whole document as a quotation, and below it where it stands."""
    lines = to_markdown(document).splitlines()
    name = escape(title or source)
    parts = [f"[{name}](<{url}>)" if url else name, *([escape(source)] if title else [])]
    return "\n".join(f"> {line}".rstrip() for line in (*lines, "", ", ".join(part for part in parts if part))) + "\n"


def _slice_block(block: Block, start: int, end: int) -> Block:
    """What of a block stands between two places of the text."""
    first, last = max(0, start - block.start), min(len(block.text.string), end - block.start)
    if block.kind in _INDIVISIBLE or (first, last) == (0, len(block.text.string)):
        return block
    spans = (
        replace(span, start=span.start - first, end=span.end - first) for span in block.text.iter_spans(first, last)
    )
    return replace(block, text=Text(block.text.string[first:last], tuple(spans)), start=block.start + first)
