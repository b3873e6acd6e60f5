"""Laid-out lines, pages of them, and the rows reserved for pictures."""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from operator import lt
from typing import TYPE_CHECKING, NamedTuple, TypeVar, overload

from msgspec import Struct, field
from msgspec.structs import replace

if TYPE_CHECKING:
    from roya_tui.document.blocks import Document

PixelSize = tuple[int, int]

MIN_PICTURE_SIZE = 16, 8
"""Pixels; smaller pictures are rules or spacers."""
MIN_PICTURE_ROWS = 4
"""Fewest rows in which a picture is recognizable."""
MAX_PICTURE_ROWS = 20
_SHARE = 0.4  # most of the visible lines that one picture takes
PLACEHOLDER_SIZE = 1600, 900
"""Size assumed while a picture is loading, so that the text does not move when it arrives."""


class PictureSizes(Struct, frozen=True):
    """What is known about a document's pictures at layout time, by number, from 1."""

    sizes: Mapping[int, PixelSize] = field(default_factory=dict)
    """Of those that are drawn."""
    notes: Mapping[int, str] = field(default_factory=dict)
    """Why a picture is not drawn, shown after its caption."""
    max_rows: int = 0

    def box(self, number: int, columns: int) -> PictureBox | None:
        """Return the cells that a picture takes in a text `columns` wide; None if it is not drawn."""
        size = self.sizes.get(number)
        if size is None or self.max_rows < MIN_PICTURE_ROWS or any(map(lt, size, MIN_PICTURE_SIZE)):
            return None
        return fit_picture(size, columns, self.max_rows)


NO_PICTURES = PictureSizes()
"""Every picture is shown by its caption."""


class PictureBox(NamedTuple):
    """Cells for a picture."""

    columns: int
    rows: int


class PictureRow(NamedTuple):
    """The row of a picture that a line shows."""

    number: int
    row: int
    box: PictureBox


def max_picture_rows(lines: int) -> int:
    """Return the most rows of one picture where `lines` are visible."""
    return min(MAX_PICTURE_ROWS, int(lines * _SHARE))


def fit_picture(size: PixelSize, columns: int, rows: int) -> PictureBox:
    """Return cells for a picture, never enlarged. A cell is 1 pixel wide and 2 high."""
    width, height = size
    scale = min(1.0, columns / width, 2 * rows / height)
    return PictureBox(max(1, min(columns, round(width * scale))), max(1, min(rows, -(-round(height * scale) // 2))))


L = TypeVar("L")

TEXT_STYLES = ("strong", "em", "code", "strike", "underline", "mark", "small", "caps", "link")
BLOCK_STYLES = (
    "heading", "heading1", "heading2", "heading3", "heading4", "heading5", "heading6", "quote", "pre", "caption",
    "picture", "media", "term", "summary", "head", "table", "rule",
)  # fmt: skip
"""Style names of blocks: `head` is a table's header, `table` its lines; a code block is `code pre`."""
CODE_STYLES = ("keyword", "comment", "string", "literal", "definition")
"""Style names of tokens in code; `definition` is also that of decorators."""
DECORATION_STYLES = ("sign", "number")
"""Style names of bullets and bars, and of the numbers after links."""


class Run(NamedTuple):
    """Part of a line in one style, in drawing order."""

    text: str
    style: str = ""
    """Style names from above, separated by spaces; "" for plain text."""
    link: int = 0
    offsets: Sequence[int] = ()
    """Offset in the document's text of each character; empty for what layout adds."""


class Line(Struct, frozen=True):
    """A line as drawn, and the part of the document that it shows."""

    runs: tuple[Run, ...] = ()
    cells: int = 0
    block: int = 0
    """Index of its block; of an empty line, that of the next block."""
    heading: int = 0
    """Level of the heading that it is part of, else 0."""
    start: int = 0
    end: int = 0
    """Range of the document's text that it shows, with `start`."""
    rtl: bool = False
    is_spacer: bool = False
    """Whether it is the empty line between two blocks; it may show the bars of quotations."""
    picture: PictureRow | None = None
    """The picture drawn over its blanks, whose style is `cells`."""

    @property
    def text(self) -> str:
        """The characters as drawn."""
        return "".join(run.text for run in self.runs)


class LazyLines(Sequence[L]):
    """Lines that are built one by one, when they are requested."""

    __slots__ = ()

    @abstractmethod
    def build_line(self, number: int) -> L:
        """Return line `number`, from 0. Raises IndexError beyond the end."""

    @overload
    def __getitem__(self, number: int) -> L: ...
    @overload
    def __getitem__(self, number: slice) -> tuple[L, ...]: ...
    def __getitem__(self, number: int | slice) -> L | tuple[L, ...]:
        if isinstance(number, slice):
            return tuple(self[n] for n in range(*number.indices(len(self))))
        number = number if number >= 0 else number + len(self)  # len() may lay out all: only where needed
        if number < 0:
            raise IndexError(number)
        return self.build_line(number)


class Page(Struct, frozen=True):
    """Lines at one width: an article, or a message in its place."""

    document: Document
    """The document of the lines: `Line.start` and `Run.offsets` refer to its text."""
    lines: Sequence[Line]
    """Those of a text are built lazily: request what is drawn, and do not iterate over all."""
    header_height: int
    """Number of header lines, which are not part of the document."""
    width: int
    pictures: PictureSizes = NO_PICTURES
    """What was known about the document's pictures at layout time."""

    tags: tuple[str, ...] = ()
    """Tags in the header: the first is link -1 of the page, the second -2."""
    story_ids: tuple[int, ...] = ()
    """Articles of the same story that the header links to, numbered after the tags."""

    @property
    def header_link_count(self) -> int:
        """Number of links in the header, numbered from -1 downwards."""
        return len(self.tags) + len(self.story_ids)

    def with_header(self, header: Sequence[Line]) -> Page:
        """Return the page with another header, without laying out the text again."""
        text = self.lines.body if isinstance(self.lines, StackedLines) else self.lines[self.header_height :]
        return replace(self, lines=StackedLines(header, text), header_height=len(header))

    def offset_of_line(self, line: int) -> int | None:
        """Return the offset in the text where a line begins; None outside of the text."""
        return self.lines[line].start if self.header_height <= line < len(self.lines) else None

    def line_of_offset(self, offset: int) -> int:
        """Return the first line that shows an offset in the text."""
        top = self.header_height
        y = max(top, bisect_right(self.lines, offset, lo=top, key=lambda line: line.start) - 1)
        while y > top and (above := self.lines[y - 1]).start == self.lines[y].start and not above.is_spacer:
            y -= 1
        return y

    def line_of_block(self, index: int) -> int:
        """Return a block's first line, such as of a heading or a picture."""
        return self.line_of_offset(self.document.blocks[index].start)

    def line_of_link(self, number: int) -> int | None:
        """Return the line on which a link begins; None if no line shows it."""
        lines = range(self.header_height) if number < 0 else range(0)
        for block in self.document.blocks if number > 0 else ():
            begins = 0 if block.link == number else next((s.start for s in block.text.spans if s.link == number), None)
            if begins is not None:
                # The lines of a table row show all its cells side by side.
                begins = max((row[0][0] for row in block.rows if row[0][0] <= begins), default=begins)
                lines = range(self.line_of_offset(block.start + begins), len(self.lines))
                break
        return next((y for y in lines if any(run.link == number for run in self.lines[y].runs)), None)

    def first_offset(self, lines: range) -> int:
        """Return where the text of the first of `lines` with text begins; 0 if none has any."""
        text = (self.lines[y] for y in lines if self.header_height <= y < len(self.lines))
        return next((line.start for line in text if line.end > line.start), 0)

    def move_line(self, line: int, by: int) -> int:
        """Return the line `by` lines below `line`, not counting blank ones, as far as there are lines."""
        text, step = range(self.header_height, len(self.lines)), 1 if by > 0 else -1
        for _ in range(abs(by)):
            following = line + step
            while following in text and self.lines[following].is_spacer:
                following += step
            if following not in text:
                break
            line = following
        return line

    def find_heading(self, top: int, by: int) -> int:
        """Return the line of the first heading below line `top` (1) or above it (-1).

        Without a heading there, return `top`, or above it the first line.
        """
        blocks, offset = self.document.blocks, self.offset_of_line(top)
        start = bisect_left(blocks, -1 if offset is None else offset, key=lambda block: block.start)
        indexes = range(start, len(blocks)) if by > 0 else range(min(start, len(blocks) - 1), -1, -1)
        lines = (self.line_of_block(index) for index in indexes if blocks[index].kind == "heading")
        return next((line for line in lines if (line - top) * by > 0), 0 if by < 0 else top)

    def find_picture(self, lines: range) -> int:
        """Return the number of the first picture in `lines`, else of the last one above them, else 1."""
        blocks = [(index, block.number) for index, block in enumerate(self.document.blocks) if block.number]
        numbered = [(self.line_of_block(index), number) for index, number in blocks]
        above = [number for y, number in numbered if y < lines.start]
        return next((number for y, number in numbered if y in lines), above[-1] if above else 1)


class StackedLines(LazyLines[Line]):
    """The lines of a header, and below them those of a text."""

    __slots__ = ("body", "header")

    def __init__(self, header: Sequence[Line], body: Sequence[Line]) -> None:
        self.header = header
        self.body = body

    def __len__(self) -> int:
        return len(self.header) + len(self.body)

    def build_line(self, number: int) -> Line:
        height = len(self.header)
        return self.header[number] if number < height else self.body[number - height]

    def __iter__(self) -> Iterator[Line]:
        yield from self.header
        yield from self.body
