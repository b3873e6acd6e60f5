"""A document → Markdown: CommonMark, with the tables and the strike-through of GitHub."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from roya_tui.reading import gaps
from roya_tui.reading.blocks import Block, Document, Inside, Text

_SPECIAL = re.compile(r"[\\`*_\[\]<>~|]|(?<!\S)#|&(?=#?\w+;)")
_LINE_START = re.compile(r"^(\d{1,9})(?=[.)](?:\s|\Z))|^(?=[-+=:])", re.M)
"""What would begin a list, a rule, a heading or a table where a line begins."""
_SIGNS = {"strong": "**", "em": "*", "strike": "~~"}
IN_CELL = "<br>"
"""What parts lines in a table's cell."""
_BACKTICKS = re.compile("`+")


def escaped(text: str) -> str:
    """Return plain text as Markdown that shows exactly it (CommonMark §2.4)."""
    return _LINE_START.sub(r"\1\\", _SPECIAL.sub(r"\\\g<0>", text))


def markdown(document: Document, title: str = "", facts: Sequence[str] = (), url: str = "") -> str:
    """Return a document as Markdown, below its title, facts such as its source and times, and its address."""
    head = [f"# {escaped(title)}"] if title else []
    head += ["\\\n".join(escaped(fact) for fact in facts)] if facts else []
    head += [f"<{url}>"] if url else []
    body = "\n".join(_lines(document))
    return "\n\n".join((*head, body)).strip("\n") + "\n"


def _lines(document: Document) -> Iterator[str]:
    loose = gaps.loose_lists(document.blocks)
    signs = _list_signs(document.blocks)
    begun: set[int] = set()
    before: Block | None = None
    for block in document.blocks:
        if before and not _is_tight(before, block, loose):
            both = block.inside[: gaps.shared(before, block)]
            yield "".join(_prefix(inside, begun, signs) for inside in both).rstrip()
        first = "".join(_prefix(inside, begun, signs) for inside in block.inside)
        begun.update(inside.id for inside in block.inside)
        rest = "".join(_prefix(inside, begun, signs) for inside in block.inside)
        for number, line in enumerate(_block(block, document).split("\n")):
            margin = rest if number else first
            yield margin + line if line else margin.rstrip(" ")
        before = block


def _is_tight(before: Block, block: Block, loose: set[int]) -> bool:
    """Tell whether a block is a list's next item, or the first of a list that may follow without an empty line."""
    common = gaps.shared(before, block)
    if common == len(block.inside) or block.inside[common].kind != "item" or gaps.parted(before, block, loose):
        return False
    begins = block.inside[common]
    goes_on = any(inside.list == begins.list for inside in before.inside)
    return goes_on or (before.kind == "paragraph" and begins.marker in ("", "1."))


def _list_signs(blocks: Sequence[Block]) -> dict[int, str]:
    """Return the bullet of each list, or the sign after its numbers: another than that of the list just before it."""
    signs: dict[int, str] = {}
    before = ""
    for block in blocks:
        for inside in block.inside:
            if inside.kind in ("item", "definition") and inside.list not in signs:
                one, other = (".", ")") if inside.marker else ("-", "*")
                signs[inside.list] = other if before == one else one
                before = signs[inside.list]
        before = before if block.inside else ""
    return signs


def _prefix(inside: Inside, begun: set[int], signs: dict[int, str]) -> str:
    if inside.kind == "quote":
        return "> "
    if inside.kind not in ("item", "definition"):
        return ""
    sign = signs[inside.list]
    number = inside.marker[:-1] if inside.marker[:-1].isascii() and inside.marker[:-1].isdigit() else ""
    marker = f"{number}{sign} " if inside.marker and number else f"{'-' if inside.marker else sign} "
    return " " * len(marker) if inside.id in begun else marker


def _block(block: Block, document: Document) -> str:
    string = block.text.string
    match block.kind:
        case "rule":
            return "---"
        case "heading":
            return f"{'#' * block.level} {inline(block.text, document, ' ')}"
        case "code":
            fence = "`" * max(3, *(len(found) + 1 for found in _BACKTICKS.findall(string)), 3)
            return f"{fence}{re.sub('[^a-z0-9+#.-]', '', block.language)}\n{string}\n{fence}"
        case "table":
            return _table(block, document)
        case "picture":
            picture = f"![{escaped(string)}]({_target(document.pictures[block.number - 1].url)})"
            return f"[{picture}]({_target(document.links[block.link - 1].url)})" if block.link else picture
        case "media":
            return f"[{block.label}: {escaped(string)}]({_target(document.links[block.link - 1].url)})"
        case "term" | "summary":
            return f"**{escaped(string)}**" if not block.text.spans else inline(block.text, document)
        case _:
            return inline(block.text, document)


def _table(block: Block, document: Document) -> str:
    rows = [[inline(block.text, document, IN_CELL, start, end) for start, end in row] for row in block.rows]
    head = rows.pop(0) if block.header else [""] * len(rows[0])
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def inline(text: Text, document: Document, line_end: str = "\\\n", start: int = 0, end: int | None = None) -> str:
    """Return `text.string[start:end]` with its styles and links; each line end in it becomes `line_end`."""
    end = len(text.string) if end is None else end
    writer = _Inline(document, line_end)
    position = start
    for span in text.spans:
        if span.end <= start or span.start >= end:
            continue
        writer.add(text.string[position : max(span.start, position)], (), 0)
        writer.add(text.string[max(span.start, start) : min(span.end, end)], span.styles, span.link)
        position = min(span.end, end)
    writer.add(text.string[position:end], (), 0)
    return writer.close()


class _Inline:
    """Writes stretches of text one after the other, opening and closing signs as their styles change.

    Blanks stay outside of signs, since Markdown knows no bold text that begins or ends with one.
    """

    def __init__(self, document: Document, line_end: str) -> None:
        self._document = document
        self._line_end = line_end
        self._out: list[str] = []
        self._open: list[tuple[str, str]] = []
        """Opening and closing signs of what is open."""
        self._blanks = ""

    def add(self, text: str, styles: Sequence[str], link: int) -> None:
        core = text.strip(" \n")
        if not core:
            self._blanks += text
            return
        is_code = "code" in styles
        wanted = [("[", f"]({_target(self._document.links[link - 1].url)})")] if link else []
        wanted += [(_SIGNS[style], _SIGNS[style]) for style in styles if style in _SIGNS]
        at = text.index(core)
        self._change(wanted, self._blanks + text[:at])
        self._blanks = text[at + len(core) :]
        self._out.append(self._code(core) if is_code else escaped(core).replace("\n", self._line_end))

    def close(self) -> str:
        self._change([], "")
        return "".join(self._out)

    def _change(self, wanted: Sequence[tuple[str, str]], blanks: str) -> None:
        kept = 0
        while kept < min(len(wanted), len(self._open)) and wanted[kept] == self._open[kept]:
            kept += 1
        self._out += [closing for _, closing in reversed(self._open[kept:])]
        self._out.append(blanks.replace("\n", self._line_end))
        self._out += [opening for opening, _ in wanted[kept:]]
        self._open = list(wanted)

    def _code(self, text: str) -> str:
        """Return code in backticks, more of them than it has in a row (CommonMark §6.1)."""
        text = text.replace("\n", " ")
        if self._line_end == IN_CELL:
            text = text.replace("|", "\\|")
        ticks = "`" * (max(map(len, _BACKTICKS.findall(text)), default=0) + 1)
        pad = " " if text[0] == "`" or text[-1] == "`" else ""
        return f"{ticks}{pad}{text}{pad}{ticks}"


def _target(url: str) -> str:
    return f"<{url}>" if "(" in url or ")" in url else url
