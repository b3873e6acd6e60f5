"""Where pictures stand among the lines of a text: rows kept free for them, as many as their sizes ask for."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar, overload

from msgspec import Struct, field

PixelSize = tuple[int, int]
"""Width and height in pixels."""

MIN_PICTURE_SIZE = 16, 8
"""Pixels of what is drawn; what is smaller is a rule or a spacer."""
MIN_PICTURE_ROWS = 4
"""In fewer rows nobody sees what a picture shows."""
MAX_PICTURE_ROWS = 20
_SHARE = 0.4
"""Of the lines in view: more, and one would leaf through pictures rather than read."""
PLACEHOLDER_SIZE = 1600, 900
"""The size that a picture is taken to have while it is on its way: its place must not change when it is there."""


class PictureSizes(Struct, frozen=True):
    """What is known of a document's pictures when it is laid out; by number, from 1."""

    sizes: Mapping[int, PixelSize] = field(default_factory=dict)
    """Those that are drawn."""
    notes: Mapping[int, str] = field(default_factory=dict)
    """Why one is not, in a few words that stand behind its caption."""
    max_rows: int = 0
    """How many rows one may have."""

    def box(self, number: int, columns: int) -> PictureBox | None:
        """The cells that a picture takes in a text of that width; None if it is not drawn."""
        size = self.sizes.get(number)
        if (
            size is None
            or self.max_rows < MIN_PICTURE_ROWS
            or size[0] < MIN_PICTURE_SIZE[0]
            or size[1] < MIN_PICTURE_SIZE[1]
        ):
            return None
        return fit_picture(size, columns, self.max_rows)


NO_PICTURES = PictureSizes()
"""Nothing is known of any: each is told by its caption."""


class PictureBox(NamedTuple):
    """Cells for a picture."""

    columns: int
    rows: int


class PictureRow(NamedTuple):
    """What of which picture a line shows."""

    number: int
    row: int
    box: PictureBox


def max_picture_rows(lines: int) -> int:
    """How many rows one picture may have where so many lines are in view."""
    return min(MAX_PICTURE_ROWS, int(lines * _SHARE))


def fit_picture(size: PixelSize, columns: int, rows: int) -> PictureBox:
    """The cells of a picture within so many columns and rows: a cell is one pixel wide and two high. Never enlarged."""
    width, height = size
    scale = min(1.0, columns / width, 2 * rows / height)
    return PictureBox(
        max(1, min(columns, round(width * scale))),
        max(1, min(rows, -(-round(height * scale) // 2))),
    )


L = TypeVar("L")

TEXT_STYLES = ("strong", "em", "code", "strike", "underline", "mark", "small", "caps", "link")
"""What styles of words are named."""
BLOCK_STYLES = (
    "heading", "heading1", "heading2", "heading3", "heading4", "heading5", "heading6", "quote", "pre", "caption",
    "picture", "media", "term", "summary", "head", "table", "rule",
)  # fmt: skip
"""What styles of blocks are named: `head` is a table's first row, `table` its lines; code as a block is `code pre`."""
CODE_STYLES = ("keyword", "comment", "string", "literal", "called")
"""What styles of words in code are named: `called` are names that are defined or decorate."""
DECORATION_STYLES = ("sign", "number")
"""What styles of bullets and bars, and of the numbers after links, are named."""


class Run(NamedTuple):
    """A stretch of a line in one style, in the order it is drawn."""

    text: str
    style: str = ""
    """Style names, parted by blanks, of those above; "" for plain text."""
    link: int = 0
    offsets: Sequence[int] = ()
    """Where in the document's text each character comes from; empty for what layout added, such as a bullet."""


class Line(Struct, frozen=True):
    """A line as drawn, and what part of the document it shows."""

    runs: tuple[Run, ...] = ()
    cells: int = 0
    block: int = 0
    """Index of its block; of an empty line, of the block after it."""
    heading: int = 0
    """The level, on each line of a heading; else 0."""
    start: int = 0
    end: int = 0
    """The part of the document's text that it shows."""
    rtl: bool = False
    is_spacer: bool = False
    """Whether it is the empty line between two blocks; the bars of quotations go through it."""
    picture: PictureRow | None = None
    """What is drawn in its blanks; their style is `cells`."""

    @property
    def text(self) -> str:
        """The characters as drawn."""
        return "".join(run.text for run in self.runs)

    def offset(self, index: int) -> int:
        """Return the offset in the document's text of the character that is drawn at `index` of the line's text.

        Of an added character or a place beyond the end it is that of the nearest one before it, else the line's start.
        """
        found = self.start
        for run in self.runs:
            if run.offsets:
                found = run.offsets[max(0, min(index, len(run.text) - 1))]
            index -= len(run.text)
            if index < 0:
                break
        return found


class LazyLines(Sequence[L]):
    """Lines that are made when they are asked for, one by one."""

    __slots__ = ()

    @abstractmethod
    def build_line(self, number: int) -> L:
        """Return the line of that number, from 0. Raises IndexError beyond the end."""

    @overload
    def __getitem__(self, number: int) -> L: ...
    @overload
    def __getitem__(self, number: slice) -> tuple[L, ...]: ...
    def __getitem__(self, number: int | slice) -> L | tuple[L, ...]:
        if isinstance(number, slice):
            return tuple(self[n] for n in range(*number.indices(len(self))))
        number = number if number >= 0 else number + len(self)  # only from the end must it be known how many there are
        if number < 0:
            raise IndexError(number)
        return self.build_line(number)
