"""What a key causes, pane by pane: which bytes belong to the list and the article, and which to counts beside them."""

from __future__ import annotations

import time
from typing import NamedTuple

from tests.terminal.driver import NotSeen, Terminal
from tests.terminal.screen import Display

_ABOVE, _BELOW = "╭", "╰"
"""Corners of a pane."""
_LONGEST = 20.0
_BLINK = 500
"""Bytes that are more than a cursor that blinks."""


class Answer(NamedTuple):
    """Seconds from a key to the first bytes of list or article, to the last of these, and to the last of all."""

    first: float
    listed: float
    still: float


class _Panes(Display):
    """Notes whether something was written into the list or the article."""

    def __init__(self, columns: int, rows: int, begins: int, ends: int) -> None:
        """The list begins at a column, and with the article it ends at a row; below that one types."""
        super().__init__(columns, rows)
        self._begins = begins
        self._ends = ends
        self.wrote = self.wrote_below = False

    def draw(self, data: str) -> None:
        starts = self.cursor.x
        super().draw(data)
        self.wrote_below |= self.cursor.y > self._ends
        self.wrote |= 0 < self.cursor.y <= self._ends and starts >= self._begins


def answer(terminal: Terminal, key: str, quiet: float) -> Answer | None:
    """Press a key and wait for `quiet` seconds without an answer; None if list and article stayed as they were.

    The line below is not waited for: where one types, its cursor blinks for ever.
    """
    screen = terminal.screen
    begins = [column for column, cell in enumerate(screen.cells[1]) if cell.data == _ABOVE][1]
    ends = max(row for row, cells in enumerate(screen.cells) if cells[begins].data == _BELOW)
    panes = _Panes(len(screen.cells[0]), len(screen.cells), begins, ends)
    pressed = last = terminal.press(key)
    while time.perf_counter() < last + quiet:
        time.sleep(0.02)
        last = max((chunk.at for chunk in terminal.since(pressed) if len(chunk.data) > _BLINK), default=pressed)
        if last > pressed + _LONGEST:
            raise NotSeen(f"no end of the answer to {key} in {_LONGEST:g} s")
    first = listed = None
    still = pressed
    for chunk in terminal.since(pressed):  # only now: the program should have the machine to itself
        panes.wrote = panes.wrote_below = False
        panes.feed(chunk.data)
        if panes.wrote:
            first, listed = first or chunk.at, chunk.at
        if panes.wrote or not panes.wrote_below:
            still = chunk.at
    if first is None or listed is None:
        return None
    return Answer(first - pressed, listed - pressed, still - pressed)
