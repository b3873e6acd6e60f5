"""The least that a reader in Textual could be: three empty panes between a line above and a line below.

What the reader takes to start is told as a multiple of this.
"""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Static

FIRST_WORDS = "Nothing to read"


class Pane(ScrollView):
    """An empty list: the Line API that a reader's panes are made with too."""

    def on_mount(self) -> None:
        self.virtual_size = Size(20, 1)

    def render_line(self, y: int) -> Strip:
        return Strip.blank(self.size.width, self.rich_style)


class Bare(App[None]):
    """Three panes and two lines; `q` quits."""

    CSS = """
    .line { height: 1; background: $panel; }
    Pane { border: round $primary; height: 1fr; }
    #side { width: 22; } #list { width: 3fr; } #text { width: 2fr; }
    """
    BINDINGS: ClassVar = [Binding("q", "quit", "Quit")]

    def compose(self) -> ComposeResult:
        yield Static("Bare", classes="line", markup=False)
        with Horizontal():
            yield Pane(id="side")
            yield Pane(id="list")
            yield Pane(id="text")
        yield Static(FIRST_WORDS, classes="line", markup=False)


if __name__ == "__main__":
    Bare().run()
