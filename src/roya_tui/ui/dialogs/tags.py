"""Tags of the person's own: a line to type into, and the tags that it may become."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from roya_tui.layout.one_line import fit_sentence
from roya_tui.presentation.tag_input import find_completions, insert_completion
from roya_tui.ui.cells import measure, shown
from roya_tui.ui.dialogs.dialog import Dialog, Told
from roya_tui.ui.text_line import TextLine

MOST = 8
"""Tags that are offered at once."""


class Tags(Dialog[None]):
    """Saves what was typed; escape discards it."""

    about = "the tags"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("down", "choose(1)", "Next", priority=True),
        Binding("up", "choose(-1)", "Previous", priority=True),
        Binding("tab", "take", "Take it", priority=True),
    ]

    DEFAULT_CSS = """
    Tags > Vertical { width: 60; }
    Tags Told { display: none; }
    Tags Static { height: auto; color: $foreground 80%; }
    """

    def __init__(
        self,
        about: str,
        known: Sequence[str],
        rtl: str,
        cursor: str,
        save: Callable[[str], Coroutine[Any, Any, None]],
    ) -> None:
        """`about` says which articles; `cursor` is the sign before what is chosen."""
        super().__init__()
        self._of = about
        self._write = save
        self._known = list(known)
        self._rtl = rtl
        self._cursor = cursor
        self._have: Mapping[str, int] = {}
        self._offered: list[str] = []
        self._at = -1

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(shown(fit_sentence(f"Tags of {self._of}", 50, measure, self._rtl)))
            box.border_subtitle = "tab completes, enter gives, -x takes off, esc back"
            yield TextLine(rtl=self._rtl, id="names")
            yield Static(id="offered")
            yield Static(id="have")
            yield Told(self._rtl)

    def on_mount(self) -> None:
        self._offer("")

    def learn(self, known: Iterable[str], have: Mapping[str, int]) -> None:
        """Offer these as well; `have` are the own tags of the articles, and how many have each."""
        self._known = list(dict.fromkeys([*known, *self._known]))
        self._have = have
        if self.is_mounted and self.is_current:  # it may be left already: keys come faster than what the store says
            self._offer(self.query_one(Input).value)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._offer(event.value)

    def _offer(self, text: str) -> None:
        self._offered = find_completions(text, self._known, MOST)
        self._at = -1
        self._show()

    def action_choose(self, by: int) -> None:
        """Go up and down the offered ones; above the first is what was typed."""
        if self._offered:
            self._at = (self._at + 1 + by) % (len(self._offered) + 1) - 1
            self._show()

    def action_take(self) -> None:
        if self._offered:
            self._put(self._offered[max(0, self._at)])

    def _put(self, name: str) -> None:
        line = self.query_one(Input)
        line.value = insert_completion(line.value, name)
        line.cursor_position = len(line.value)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        chosen = self._offered[self._at] if self._at >= 0 else ""
        self.save(self._write(insert_completion(event.value, chosen) if chosen else event.value))

    def _show(self) -> None:
        room = min(60, self.app.size.width * 96 // 100) - 8
        lines = [
            f"{self._cursor if at == self._at else ' '} {fit_sentence(name, room, measure, self._rtl)}"
            for at, name in enumerate(self._offered)
        ]
        self.query_one("#offered", Static).update(Content("\n".join(map(shown, lines))))
        have = ", ".join(self._have)
        words = fit_sentence(f"Yours: {have}", room, measure, self._rtl) if have else ""
        self.query_one("#have", Static).update(Content(shown(words)))
