"""The help: every key, from the table that defines the bindings."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from textwrap import wrap
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from roya_tui.query import FIELDS, SORTS, STATES
from roya_tui.text import fold
from roya_tui.ui.action_table import Action
from roya_tui.ui.dialogs.dialog import Dialog
from roya_tui.ui.widgets.search_bar import InputBar


def _join_with_or(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}"


QUERY_HELP = (
    ("water plan", "both words, in title, text, author or tags"),
    ('"water plan"  -sport', "the phrase; without sport"),
    ("tag:economy  source:roya", "a tag; a source"),
    ("is:unread  -is:starred", f"a state: {_join_with_or(STATES)}"),
    ("since:2d  before:2025-07-04", "by age or date"),
    ("(water or rail) tag:jordan", "either, grouped"),
    ("sort:oldest", f"the order: {_join_with_or(SORTS)}"),
    ("NAME:", f"every name before a colon: {', '.join((*FIELDS, 'sort'))}"),
)

_ONE_LINE_COLUMNS = 60
"""Columns from which the text and the name of an action share a line."""
FOOTER = """In the article j and k scroll; a link's number stands behind it.
The names on the right are what [keys] in config.toml calls them."""


def filter_actions(actions: Sequence[Action], text: str) -> list[Action]:
    """Return the actions that match all words of `text`.

    One letter matches a key. Longer words match the start of a word in an action's text, name, group or keys.
    """

    def matches(action: Action, word: str) -> bool:
        keys = {*action.key_labels.split(), *action.keys.split(",")}
        if len(word) == 1:
            return word in keys
        words = fold(f"{action.text} {action.group} {action.name} {action.name.replace('-', ' ')}").split()
        return any(candidate.startswith(fold(word)) for candidate in (*words, *keys))

    return [action for action in actions if all(matches(action, word) for word in text.split())]


class Help(Dialog[None]):
    """Keys by group, and a summary of the query language."""

    BINDINGS: ClassVar = [
        ("escape,h,left", "back", "All keys, or close"),
        ("question_mark,q,enter", "dismiss", "Close"),
        ("slash", "find", "Narrow the keys"),
        ("j", "scroll('down')", "Down"),
        ("k", "scroll('up')", "Up"),
        ("g", "scroll('home')", "Top"),
        ("G", "scroll('end')", "End"),
        ("space,ctrl+f", "scroll('page_down')", "Page down"),
        ("ctrl+b", "scroll('page_up')", "Page up"),
    ]

    DEFAULT_CSS = """
    Help > VerticalScroll { width: 84; max-height: 92%; scrollbar-size-vertical: 1; }
    Help > InputBar, Help > InputBar:focus { border: none; margin-bottom: 0; }
    """

    def __init__(self, actions: Sequence[Action], rtl: str, *, query: bool = True) -> None:
        super().__init__(rtl)
        self._shows_query_help = query
        self._actions = actions
        self._filter = ""

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = "Keys"
            box.border_subtitle = "esc closes, / narrows, ctrl+p finds all by name"
            yield Static(self.help_text())
        bar = InputBar(rtl=self._rtl, placeholder="a key, or words of what it does: r, star, sources", compact=True)
        bar.focus_after = box
        yield bar

    def action_scroll(self, where: str) -> None:
        getattr(self.query_one(VerticalScroll), f"scroll_{where}")(animate=False)

    # Filtering.

    def action_find(self) -> None:
        box = self.query_one(VerticalScroll)
        box.styles.height = box.outer_size.height  # keep the size, however few keys match
        self.query_one(InputBar).open(self._filter)

    @on(InputBar.Changed)
    def _typed(self, message: InputBar.Changed) -> None:
        self._show(message.value)

    @on(InputBar.Stepped)
    def _stepped(self, message: InputBar.Stepped) -> None:
        self.action_scroll("down" if message.by > 0 else "up")

    @on(InputBar.Closed)
    def _bar_closed(self, message: InputBar.Closed) -> None:
        message.bar.close()
        self._show(message.bar.value if message.accepted else "")

    def action_back(self) -> None:
        if self._filter:
            self._show("")
        else:
            self.dismiss()

    def _show(self, text: str) -> None:
        self._filter = text.strip()
        box = self.query_one(VerticalScroll)
        box.border_title = self._fit(f"Keys: {self._filter}" if self._filter else "Keys", 50)
        self.query_one(Static).update(self.help_text())
        box.scroll_home(animate=False)

    def on_resize(self) -> None:
        box = self.query_one(VerticalScroll)
        box.styles.height = None
        self.query_one(Static).update(self.help_text())

    # Content.

    def help_text(self) -> Content:
        """Return the help, filtered."""
        lines: list[Content] = []
        actions = filter_actions(self._actions, self._filter)
        for group, members in groupby(actions, key=lambda action: action.group):
            lines += [Content(""), Content.styled(group, "bold $accent")]
            lines += [self._action_row(action) for action in members]
        if not actions:
            lines += [Content(""), Content("No key does that. esc shows all; ctrl+p finds commands by name.")]
        if self._shows_query_help and not self._filter:
            lines += [Content(""), Content.styled("What / understands", "bold $accent")]
            lines += [_format_row(query, meaning, 30, self._line_width) for query, meaning in QUERY_HELP]
            lines += [Content(""), Content(FOOTER)]
        lines.append(Content(""))
        return Content("\n").join(lines)

    def _action_row(self, action: Action) -> Content:
        return _format_row(action.key_labels, action.text, 16, self._line_width, action.name)

    @property
    def _line_width(self) -> int:
        """Columns of a line, without frame, margins and scrollbar."""
        return min(84, self.app.size.width * 96 // 100) - 7


def _format_row(key: str, text: str, width: int, room: int, name: str = "") -> Content:
    """Format a key, its text in a second column, and a right-aligned name.

    The name is in the first line of the text, or in the last one if the column is narrow.
    """
    room -= width + 1
    is_narrow = room < _ONE_LINE_COLUMNS
    lines = wrap(text, max(10, room if is_narrow else room - len(name) - 1))
    if is_narrow and name and len(lines[-1]) + len(name) >= room:
        lines.append("")
    name_line = len(lines) - 1 if is_narrow else 0
    parts: list[Content | tuple[str, str]] = [(f"{key:<{width}} ", "bold $primary")]
    for number, line in enumerate(lines):
        parts.append(Content(("\n" + " " * (width + 1) if number else "") + line))
        if name and number == name_line:
            parts.append((" " * (room - len(line) - len(name)) + name, "$foreground 50%"))
    return Content.assemble(*parts)
