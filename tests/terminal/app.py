"""Runs the app on a terminal, and reads its screen as panes, cursors, top line and bottom line."""

import base64
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from tests.terminal.driver import PATIENCE, NotSeen, Terminal
from tests.terminal.homes import ARTICLES, Home, noon
from tests.terminal.screen import Screen

AGAIN = 3.0
"""Seconds in which a condition that held for a moment may hold again."""
FOCUSED = "7fb4ca"
"""The color of the focused pane's frame in the default theme."""


@dataclass(frozen=True, slots=True)
class Pane:
    """The content of one frame, without its scrollbar."""

    lines: tuple[str, ...]
    title: str
    """The text in the top of the frame; `footer` is the text in its bottom."""
    footer: str
    focused: bool
    row: int
    """Row and column, from 0, of the first cell inside."""
    column: int

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def cursor(self) -> str:
        """The line under the cursor, "" if there is none."""
        return next((line[1:].strip() for line in self.lines if line.startswith("▌")), "")

    def line(self, text: str) -> str:
        """Return the line that contains `text`, "" if there is none."""
        return next((line.strip() for line in self.lines if text in line), "")

    @property
    def first_line(self) -> str:
        return self.lines[0].strip() if self.lines else ""

    def place(self, text: str) -> tuple[int, int]:
        """Return the row and column of `text` on the screen."""
        row = next(number for number, line in enumerate(self.lines) if text in line)
        return self.row + row, self.column + self.lines[row].index(text)

    @property
    def numbers(self) -> list[int]:
        """The numbers of the listed articles (`homes.article`), from the top."""
        return [int(number) for number in re.findall(r"Story (\d\d)", self.text)]

    @property
    def number(self) -> int:
        """The number of the article under the cursor (`homes.article`); 0 if there is none."""
        found = re.search(r"Story (\d\d)", self.cursor)
        return int(found[1]) if found else 0


NOTHING = Pane((), "", "", False, 0, 0)


@dataclass(frozen=True, slots=True)
class AppScreen:
    """The main screen at one moment, split into its panes."""

    screen: Screen
    panes: tuple[Pane, ...]

    @property
    def text(self) -> str:
        return self.screen.text()

    @property
    def sidebar(self) -> Pane:
        """The sidebar, if all three panes are shown."""
        return self.panes[0] if len(self.panes) == 3 else NOTHING

    @property
    def list(self) -> Pane:
        """The headlines, if two or three panes are shown."""
        return self.panes[-2] if len(self.panes) >= 2 else NOTHING

    @property
    def article(self) -> Pane:
        """The article, if two or three panes are shown."""
        return self.panes[-1] if len(self.panes) >= 2 else NOTHING

    def scrolled(self, now: Self) -> bool:
        """Return whether the article shows other lines in `now`."""
        return now.article.lines != self.article.lines

    @property
    def top(self) -> str:
        return self.screen.lines[0].strip()

    @property
    def bottom(self) -> str:
        return self.screen.lines[-1].strip()


def read_screen(screen: Screen) -> AppScreen:
    """Find the frames of a screen by their upper corners, from the left."""
    top = [cell.data for cell in screen.cells[1]]
    starts = [column for column, data in enumerate(top) if data == "╭"]
    limits = pairwise([*starts, len(top)])
    ends = [next((n for n in range(start, limit) if top[n] == "╮"), limit) for start, limit in limits]
    return AppScreen(screen, tuple(_pane(screen, start, end) for start, end in zip(starts, ends, strict=True)))


def _pane(screen: Screen, start: int, end: int) -> Pane:
    below = range(2, len(screen.cells))
    bottom = next((row for row in below if screen.cells[row][start].data == "╰"), len(screen.cells) - 1)
    rows = ["".join(cell.data for cell in row[start + 1 : end]) for row in screen.cells[1 : bottom + 1]]
    return Pane(
        lines=tuple(row[:-1] for row in rows[1:-1]),
        title=rows[0].strip("─ "),
        footer=rows[-1].strip("─ "),
        focused=screen.cells[1][start].fg == FOCUSED,
        row=2,
        column=start + 1,
    )


class App(Terminal):
    """A terminal that runs the app."""

    def __init__(
        self,
        home: Home,
        *options: str,
        columns: int = 140,
        rows: int = 40,
        offline: bool = False,
        environment: Mapping[str, str] | None = None,
        around: Sequence[str] = (),
    ) -> None:
        """Start the app with these options; `around` comes before the command, such as a shell."""
        command = [*around, sys.executable, "-m", "roya_tui", "--home", str(home.folder), *options]
        surroundings = {"TZ": noon(), "NO_PROXY": "*", "no_proxy": "*", **(environment or {})}
        super().__init__(command, columns=columns, rows=rows, offline=offline, environment=surroundings)

    @property
    def view(self) -> AppScreen:
        """The current screen."""
        return read_screen(self.screen)

    def until(self, wanted: str | Callable[[AppScreen], object]) -> AppScreen:
        """Wait until the screen shows a text or meets a condition, and stops changing; return it.

        A message may disappear before the screen stops changing: then the screen that had it is returned.
        """
        holds = (lambda seen: wanted in seen.text) if isinstance(wanted, str) else wanted
        end = time.monotonic() + PATIENCE
        was = self.at_once(holds)
        while not holds(seen := self.still(30)):
            try:
                was = self.at_once(holds, min(AGAIN, end - time.monotonic()))
            except NotSeen:
                return was
        return seen

    def at_once(self, holds: Callable[[AppScreen], object], timeout: float = PATIENCE) -> AppScreen:
        """Wait until the screen meets a condition, though it may still change; return it."""
        return read_screen(self.wait_for(lambda screen: bool(holds(read_screen(screen))), timeout))

    def still(self, milliseconds: float = 250) -> AppScreen:
        """Wait until the app writes nothing for a while; return the screen."""
        self.settled(milliseconds)
        return self.view

    def type(self, key: str, text: str) -> None:
        """Press `/` or `t`, and type into the bar that opens."""
        self.press(key)
        self.until("words, or a field" if key == "/" else "filter the tags")
        self.press(*text)

    def do(self, *keys: str, until: str | Callable[[AppScreen], object]) -> AppScreen:
        """Press keys, and wait for their result."""
        self.press(*keys)
        return self.until(until)

    @property
    def copied(self) -> list[str]:
        """The texts that the app has put in the clipboard (OSC 52)."""
        pieces = self.raw.split(b"\x1b]52;c;")[1:]
        return [base64.b64decode(piece.split(b"\x07")[0]).decode() for piece in pieces]

    def quit(self) -> None:
        """Press `q`, and check that the app exits without an error."""
        self.press("q")
        assert self.wait_exit() == 0


@contextmanager
def open_news(
    home: Home, *, columns: int = 140, rows: int = 24, environment: Mapping[str, str] | None = None
) -> Iterator[App]:
    """Run the app offline on a home with the articles of `homes.add_news`, and wait until all are counted."""
    with App(home, "--offline", columns=columns, rows=rows, environment=environment) as app:
        app.until(
            lambda seen: seen.list.number == 1 and f"Unread {ARTICLES}" in seen.top and "Birch Times" in seen.text
        )
        yield app
