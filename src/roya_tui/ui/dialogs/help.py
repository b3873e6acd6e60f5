"""The help: every key, from the table that defines the bindings."""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import groupby
from textwrap import wrap
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from roya_tui.query import FIELDS, SORTS, STATES
from roya_tui.text import fold
from roya_tui.translation import gettext, is_right_to_left
from roya_tui.ui.action_table import Action
from roya_tui.ui.dialogs.dialog import Dialog
from roya_tui.ui.key_sequencer import KeySequencer
from roya_tui.ui.widgets.cells import measure
from roya_tui.ui.widgets.interface_text import draw_hints, draw_label, draw_paragraphs
from roya_tui.ui.widgets.key_buttons import assemble, sentence_with_buttons
from roya_tui.ui.widgets.line_view import RIGHT_BUTTON
from roya_tui.ui.widgets.search_bar import InputBar
from roya_tui.ui.widgets.status_bar import BaseScreen, available_actions

_ONE_LINE_COLUMNS = 60
"""Columns from which the text and the name of an action share a line."""


def query_help() -> list[tuple[str, str]]:
    """Return examples of queries, each with its meaning."""
    fields, states, orders = ", ".join((*FIELDS, "sort")), ", ".join(STATES), ", ".join(SORTS)
    return [
        ("water plan", gettext("both words, in title, text, author or tags")),
        ('"water plan"  -sport', gettext("the phrase, without the word sport")),
        ("tag:economy  source:roya", gettext("a tag, a source")),
        ("is:unread  -is:starred", gettext("a state, or not: {states}", states=states)),
        ("since:2d  before:2025-07-04", gettext("an age, a date")),
        ("(water or rail) tag:jordan", gettext("either word, and a tag")),
        ("sort:oldest", gettext("an order: {orders}", orders=orders)),
        ("title:harbour", gettext("a field: {fields}", fields=fields)),
    ]


def filter_queries(text: str) -> list[tuple[str, str]]:
    """Return the examples that contain all words of `text`, of two or more letters, in the query or its meaning."""
    words = fold(text).split()
    return [row for row in query_help() if all(len(word) > 1 and word in fold(" ".join(row)) for word in words)]


def filter_actions(actions: Sequence[Action], text: str) -> list[Action]:
    """Return the actions that match all words of `text`.

    One letter matches a key. Longer words match the start of a word in an action's text, words, name, group or keys.
    """

    def matches(action: Action, word: str) -> bool:
        keys = {*action.key_labels.split(), *action.keys.split(",")}
        if len(word) == 1:
            return word in keys
        texts = (gettext(text) for text in (action.text, action.group, action.words) if text)
        words = fold(f"{' '.join(texts)} {action.name} {action.name.replace('-', ' ')}").split()
        return any(candidate.startswith(fold(word)) for candidate in (*words, *keys))

    return [action for action in actions if all(matches(action, word) for word in text.split())]


def open_help(screen: BaseScreen, actions: Sequence[Action], rtl: str, *, of_main: bool = True) -> None:
    """Show the help, and press the key of the action that is clicked."""
    app = screen.app
    assert isinstance(app, KeySequencer)
    app.push_screen(Help(actions, available_actions(screen), rtl, of_main=of_main), app.press_key)


_KEY = "key"
"""Metadata key of an action's key in the style of its row."""


class Help(Dialog[str]):
    """Keys by group, and a summary of the query language. Returns the key of the action that is clicked."""

    BINDINGS: ClassVar = [
        ("escape,h,left", "back"),
        ("question_mark,q,enter", "dismiss"),
        ("slash", "find"),
        ("j", "scroll('down')"),
        ("k", "scroll('up')"),
        ("g", "scroll('home')"),
        ("G", "scroll('end')"),
        ("space,ctrl+f", "scroll('page_down')"),
        ("ctrl+b", "scroll('page_up')"),
    ]

    DEFAULT_CSS = """
    Help > VerticalScroll { width: 84; max-height: 92%; scrollbar-size-vertical: 1; }
    Help > InputBar, Help > InputBar:focus { border: none; margin-bottom: 0; }
    """

    def __init__(self, actions: Sequence[Action], available: Container[str], rtl: str, *, of_main: bool = True) -> None:
        """A click runs the `available` actions. With `of_main`, show where each key works, and examples of queries."""
        super().__init__(rtl)
        self._is_of_main = of_main
        self._actions = actions
        self._available = available
        self._filter = ""

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = Content(draw_label(gettext("Keys"), self._rtl))
            box.border_subtitle = draw_hints(gettext("esc close   / filter   ctrl+p commands"), self._rtl)
            yield Static(self.help_text())
        bar = InputBar(rtl=self._rtl, placeholder=gettext("a key or a word: r, star, sources"), compact=True)
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
        title = gettext("Keys: {filter}", filter=self._filter) if self._filter else gettext("Keys")
        box.border_title = self._fit(title, 50)
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
        queries = filter_queries(self._filter) if self._is_of_main else []
        headings = groupby(actions, lambda action: (action.group, action.place_text if self._is_of_main else ""))
        for (group, place), members in headings:
            heading = Content.styled(draw_label(gettext(group), self._rtl), "bold $accent")
            where = Content.styled(draw_label(f"  {place}", self._rtl), "$foreground 60%")
            lines += [Content(""), assemble(heading, where)]
            lines += [self._action_row(action) for action in members]
        if not (actions or queries):
            text = gettext("No key matches. esc: show all keys   ctrl+p: search commands")
            lines += [Content(""), *self._draw_text(text)]
        if queries:
            lines += [Content(""), Content.styled(draw_label(gettext("Search"), self._rtl), "bold $accent")]
            lines += [_format_row(query, meaning, 30, self._line_width, self._rtl) for query, meaning in queries]
        if actions and not self._filter:
            lines += [Content(""), *self._draw_text(gettext("Click a line to run its action."))]
        if self._is_of_main and not self._filter:
            lines += self._draw_text(gettext("The names on the right are for [keys] in config.toml."))
        lines.append(Content(""))
        return Content("\n").join(lines)

    def _draw_text(self, text: str) -> list[Content]:
        if is_right_to_left():
            return draw_paragraphs(text, self._line_width, self._rtl)
        return [sentence_with_buttons(text)]

    def _action_row(self, action: Action) -> Content:
        labels = action.key_labels.split()
        keys = " ".join(labels[::-1] if is_right_to_left() else labels)
        row = _format_row(keys, gettext(action.text), 16, self._line_width, self._rtl, action.name)
        is_available = action.first_key and action.name in self._available
        return row.stylize(Style.from_meta({_KEY: action.first_key})) if is_available else row

    def on_click(self, event: events.Click) -> None:
        if event.button != RIGHT_BUTTON and (key := event.style.meta.get(_KEY)):
            self.dismiss(key)

    @property
    def _line_width(self) -> int:
        """Columns of a line, without frame, margins and scrollbar."""
        return min(84, self.app.size.width * 96 // 100) - 7


def _format_row(key: str, text: str, width: int, room: int, rtl: str, name: str = "") -> Content:
    """Format a key, its text in a second column, and a name at the end of the row.

    The name is in the first line of the text, or in the last one if the column is narrow.
    """
    room -= width + 1
    is_narrow = room < _ONE_LINE_COLUMNS
    columns = max(10, room if is_narrow else room - len(name) - 1)
    lines = draw_paragraphs(text, columns, rtl) if is_right_to_left() else [*map(Content, wrap(text, columns))]
    if is_narrow and name and lines[-1].cell_length + len(name) >= room:
        lines.append(Content(""))
    name_line = len(lines) - 1 if is_narrow else 0
    rows = []
    for number, line in enumerate(lines):
        shown = key if number == 0 else ""
        first = assemble(Content.styled(shown, "bold $primary"), Content(" " * max(1, width - measure(shown) + 1)))
        parts = [first, line]
        if name and number == name_line:
            gap = " " * (room - line.cell_length - len(name))
            parts += [Content(gap), Content.styled(name, "$foreground 50%")]
        rows.append(assemble(*parts))
    return Content("\n").join(rows)
