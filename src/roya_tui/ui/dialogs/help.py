"""Every key, from the same table that makes the bindings."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from textwrap import wrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from roya_tui.query import FIELDS, SORTS, STATES
from roya_tui.ui.dialogs.dialog import Dialog
from roya_tui.ui.keys import Action


def _among(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}"


QUERY_HELP = (
    ("water plan", "both words, in title, text, author or tags"),
    ('"water plan"  -sport', "the phrase; without sport"),
    ("tag:economy  source:roya", "a tag; a source"),
    ("is:unread  -is:starred", f"a state: {_among(STATES)}"),
    ("since:2d  before:2025-07-04", "by age or date"),
    ("(water or rail) tag:jordan", "either, grouped"),
    ("sort:oldest", f"the order: {_among(SORTS)}"),
    ("NAME:", f"every name before a colon: {', '.join((*FIELDS, 'sort'))}"),
)

WIDE = 88
"""Columns from which there is room for the names of the actions."""
LAST_WORDS = """In the article j and k scroll; a link's number stands behind it.
In a wide window the names on the right are what [keys] in config.toml calls them."""


class Help(Dialog[None]):
    """Keys by group, and the query language in some lines."""

    BINDINGS: ClassVar = [
        ("escape,question_mark,q,enter,h,left", "dismiss", "Close"),
        ("j", "scroll('down')", "Down"),
        ("k", "scroll('up')", "Up"),
        ("g", "scroll('home')", "Top"),
        ("G", "scroll('end')", "End"),
        ("space,ctrl+f", "scroll('page_down')", "Page down"),
        ("ctrl+b", "scroll('page_up')", "Page up"),
    ]

    DEFAULT_CSS = "Help > VerticalScroll { width: 84; max-height: 92%; scrollbar-size-vertical: 1; }"

    def __init__(self, actions: Sequence[Action], *, query: bool = True) -> None:
        super().__init__()
        self._query = query
        self._actions = actions

    def compose(self) -> ComposeResult:
        with VerticalScroll() as scroll:
            scroll.border_title = "Keys"
            scroll.border_subtitle = "esc closes, ctrl+p finds every command by name"
            yield Static(self.words())

    def action_scroll(self, where: str) -> None:
        getattr(self.query_one(VerticalScroll), f"scroll_{where}")(animate=False)

    def words(self) -> Content:
        """All of the help as text."""
        lines: list[Content] = []
        for group, actions in groupby(self._actions, key=lambda action: action.group):
            lines += [Content(""), Content.styled(group, "bold $accent")]
            lines += [self._row(action) for action in actions]
        if self._query:
            lines += [Content(""), Content.styled("What / understands", "bold $accent")]
            lines += [_row(query, meaning, 30, self._room) for query, meaning in QUERY_HELP]
            lines += [Content(""), Content(LAST_WORDS)]
        lines.append(Content(""))
        return Content("\n").join(lines)

    def _row(self, action: Action) -> Content:
        name = action.name if self.app.size.width >= WIDE else ""
        return _row(action.shown, action.text, 16, self._room, name)

    @property
    def _room(self) -> int:
        """Columns of a line: what frame, margins and scrollbar leave."""
        return min(84, self.app.size.width * 96 // 100) - 7


def _row(key: str, text: str, width: int, room: int, name: str = "") -> Content:
    """Set a key, its words in a column of their own, and a name at the end of their first line."""
    room -= width + 1
    first, *others = wrap(text, max(10, room - len(name) - 1))
    gap = " " * (room - len(first) - len(name)) if name else ""
    rest = "".join(f"\n{'':<{width}} {line}" for line in others)
    return Content.assemble((f"{key:<{width}} ", "bold $primary"), first, gap, (name, "$foreground 50%"), rest)
