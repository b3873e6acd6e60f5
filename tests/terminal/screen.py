"""The screen of a terminal: rendered by pyte, corrected where modern terminals differ from it."""

import codecs
import re
from dataclasses import dataclass

import pyte
from pyte.screens import Char
from wcwidth import iter_graphemes, wcswidth


@dataclass(frozen=True, slots=True)
class Screen:
    """The screen at one moment."""

    lines: tuple[str, ...]
    """The text of each row, without trailing blanks."""
    cells: tuple[tuple[Char, ...], ...]
    """The cells of each row with colors and styles; the second half of a wide character is empty."""
    cursor: tuple[int, int]
    """Row and column of the cursor, from 0."""
    title: str

    def text(self) -> str:
        """Return the whole screen, one line per row."""
        return "\n".join(self.lines)

    def where(self, text: str) -> tuple[int, int] | None:
        """Return the row and column (in cells, from 0) of `text`, None if no row has it."""
        for row, cells in enumerate(self.cells):
            found = "".join(cell.data for cell in cells).find(text)
            if found >= 0:
                starts = [column for column, cell in enumerate(cells) for _ in cell.data]
                return row, starts[found]
        return None

    def style(self, text: str) -> Char | None:
        """Return the first cell of `text`, which has its fg, bg, bold, italics, underscore and reverse."""
        place = self.where(text)
        return self.cells[place[0]][place[1]] if place else None


class Display(pyte.Screen):
    """A pyte screen that draws whole graphemes, as modern terminals do, and parses newer sequences."""

    # Strings to the terminal (DCS, APC, PM, SOS) and CSI with <, = or >: pyte would print them as text.
    _UNKNOWN = re.compile(r"\x1b[P_^X].*?\x1b\\|\x1b\[[<=>][0-9;:]*[ -/]*[@-~]", re.S)
    _UNFINISHED = re.compile(r"\x1b(?:[P_^X](?:(?!\x1b\\).)*|\[[0-9;:<=>?]*[ -/]*)?\Z", re.S)
    # pyte has no alternate screen; erasing when it is switched has the same result for the text.
    _OTHER_SCREEN = re.compile(r"\x1b\[\?1049[hl]")
    # Nearly all sequences set a style or move the cursor. pyte parses them one character at a time, which would take
    # most of the time of a test.
    _FREQUENT = re.compile(r"\x1b\[([0-9;]*)([mH])")
    _ONE_CELL_EACH = re.compile("[ -~\u2500-\u259f]*")

    def clear_tab_stop(self, how: int = 0, *_ignored: int) -> None:
        """Ignore superfluous parameters, as terminals do; pyte raises."""
        super().clear_tab_stop(how)

    def __init__(self, columns: int, rows: int) -> None:
        super().__init__(columns, rows)
        self._stream = pyte.Stream(self)
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._held_back = ""
        self._styles: dict[tuple[Char, str], Char] = {}
        self._styled: dict[Char, dict[str, Char]] = {}
        self._rows: dict[int, tuple[tuple[Char, ...], str]] = {}

    def feed(self, data: bytes) -> None:
        text = self._held_back + self._decoder.decode(data)
        unfinished = self._UNFINISHED.search(text)
        self._held_back = unfinished[0] if unfinished else ""
        text = text[: len(text) - len(self._held_back)]
        text = self._OTHER_SCREEN.sub("\x1b[m\x1b[2J\x1b[H", self._UNKNOWN.sub("", text))
        done = 0
        for found in self._FREQUENT.finditer(text):
            if done < found.start():
                self._stream.feed(text[done : found.start()])
            done = found.end()
            if found[2] == "m":
                self._set_style(found[1])
            else:
                self.cursor_position(*self._numbers(found[1]))
        self._stream.feed(text[done:])

    def _set_style(self, numbers: str) -> None:
        before = self.cursor.attrs
        style = self._styles.get((before, numbers))
        if style is None:
            self.select_graphic_rendition(*self._numbers(numbers))
            style = self._styles[before, numbers] = self.cursor.attrs
        self.cursor.attrs = style

    @staticmethod
    def _numbers(numbers: str) -> list[int]:
        return [int(number or 0) for number in numbers.split(";")]

    def draw(self, data: str) -> None:
        cursor, end = self.cursor, self.cursor.x + len(data)
        row = self.buffer[cursor.y]
        # Half of a wide character at either end is handled below.
        if end < self.columns and self._ONE_CELL_EACH.fullmatch(data) and row[cursor.x].data and row[end].data:
            styled = self._styled.setdefault(cursor.attrs, {})
            for column, letter in enumerate(data, cursor.x):
                cell = styled.get(letter)
                if cell is None:
                    cell = styled[letter] = cursor.attrs._replace(data=letter)
                row[column] = cell
            self.dirty.add(cursor.y)
            cursor.x = end
            return
        for grapheme in iter_graphemes(data):
            width = self.cells_of(grapheme)
            row = self.buffer[self.cursor.y]
            if width == 0:
                before = max(0, self.cursor.x - 1)
                row[before] = row[before]._replace(data=row[before].data + grapheme)
                self.dirty.add(self.cursor.y)
                continue
            if self.cursor.x + width > self.columns:
                if pyte.modes.DECAWM in self.mode:
                    self.carriage_return()
                    self.linefeed()
                    row = self.buffer[self.cursor.y]
                else:
                    self.cursor.x = self.columns - width
            left, right = self.cursor.x, self.cursor.x + width
            # A cell that loses the other half of its wide character becomes blank.
            if row[left].data == "" and left:
                row[left - 1] = row[left - 1]._replace(data=" ")
            if right < self.columns and row[right].data == "":
                row[right] = row[right]._replace(data=" ")
            row[left] = self.cursor.attrs._replace(data=grapheme)
            for column in range(left + 1, right):
                row[column] = self.cursor.attrs._replace(data="")
            self.dirty.add(self.cursor.y)
            self.cursor.x = right

    def cells_of(self, grapheme: str) -> int:
        """Return the width of a grapheme in cells: 0, 1 or 2, as in most terminals."""
        return max(0, min(2, wcswidth(grapheme)))

    def picture(self) -> Screen:
        for y in range(self.lines):
            if y in self.dirty or y not in self._rows:
                row = self.buffer[y]
                cells = tuple(row[x] for x in range(self.columns))
                self._rows[y] = cells, "".join(cell.data for cell in cells).rstrip()
        self.dirty.clear()
        rows = [self._rows[y] for y in range(self.lines)]
        lines = tuple(text for _, text in rows)
        return Screen(lines, tuple(cells for cells, _ in rows), (self.cursor.y, self.cursor.x), self.title)
