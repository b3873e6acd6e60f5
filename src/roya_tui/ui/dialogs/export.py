"""The dialogs that export articles to a file and share an article with a command."""

from __future__ import annotations

import os.path
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from roya_tui.config import ShareCommand
from roya_tui.export.file_names import ExportTarget
from roya_tui.layout.one_line import fit_interface_line
from roya_tui.translation import gettext, gettext_noop, ngettext
from roya_tui.ui import action_table
from roya_tui.ui.dialogs.dialog import Dialog, DialogText
from roya_tui.ui.widgets.cells import display_text, measure
from roya_tui.ui.widgets.interface_text import InterfaceText, draw_hints, draw_label
from roya_tui.ui.widgets.key_buttons import assemble, button, key_button
from roya_tui.ui.widgets.text_input import TextInput

_MAX_NAME_BYTES = 255
"""Bytes of a file's name."""
FILE_EXAMPLE = "articles.md"
FORMAT_NAMES = {"markdown": "Markdown", "html": "HTML", "epub": "EPUB", "text": gettext_noop("text"), "json": "JSON"}


class ExportDialog(Dialog[ExportTarget]):
    """Returns the export target, or None. Proposes another name if the file exists."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "turn(1)", priority=True),
        Binding("up", "turn(-1)", priority=True),
        Binding("tab,shift+tab", "one_or_all", priority=True),
    ]

    DEFAULT_CSS = "ExportDialog Static { height: auto; color: $foreground 80%; }"

    def __init__(self, target: ExportTarget, max_articles: int, rtl: str, *, ascii: bool) -> None:
        super().__init__(rtl)
        self._target = target
        self._max_articles = max_articles
        self._arrows = action_table.join_keys("up", "down", ascii=ascii)

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(draw_label(gettext("Export to a file"), self._rtl))
            box.border_subtitle = draw_hints(gettext("enter save   esc cancel"), self._rtl)
            yield TextInput(self._target.file, rtl=self._rtl, force_ltr=True, id="file", select_on_focus=False)
            yield Static(id="choices")
            yield DialogText(self._rtl)

    def on_mount(self) -> None:
        self._show()
        self.call_after_refresh(self._scroll_to_end)

    def _scroll_to_end(self) -> None:
        """Show the end of a long path, which is the name of the file."""
        line = self.query_one("#file", Input)
        line.action_home()
        line.action_end()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if event.value != self._target.file:
            self._target = self._target.with_file(event.value)
            self._show()

    def action_turn(self, by: int) -> None:
        self._set_target(self._target.with_next_format(by))

    def action_one_or_all(self) -> None:
        if self._target.count > 1:
            self._set_target(self._target.with_other_scope())

    @on(Input.Submitted)
    def _entered(self) -> None:
        target = self._target
        file = _expand_path(target.file)
        if not target.file.strip() or os.path.isdir(file):
            self._show_text(gettext("Type the name of a file. Example: {example}", example=FILE_EXAMPLE))
        elif not os.path.isdir(file.parent):
            self._show_text(gettext("The folder “{folder}” does not exist.", folder=file.parent))
        elif len(file.name.encode("utf-8", "replace")) > _MAX_NAME_BYTES:
            self._show_text(gettext("The file name is longer than {count} bytes.", count=_MAX_NAME_BYTES))
        elif os.path.lexists(file):
            self._set_target(target.with_free_name(lambda name: os.path.lexists(_expand_path(name))))
            proposed = _expand_path(self._target.file).name
            self._show_text(gettext("“{name}” already exists. enter: use “{other}”", name=file.name, other=proposed))
        else:
            self.dismiss(target.with_file(str(file.absolute())))

    def _set_target(self, target: ExportTarget) -> None:
        self._target = target
        line = self.query_one("#file", Input)
        line.value = target.file
        self._scroll_to_end()
        self._show()

    def _show(self) -> None:
        """Show the choices; the current ones are in brackets, for terminals without color."""
        target, most = self._target, self._max_articles
        current = list(FORMAT_NAMES).index(target.format)
        formats = [  # a click turns to a format as often as needed
            button(
                self._format_choice(gettext(name), number == current),
                *["down"] * ((number - current) % len(FORMAT_NAMES)),
            )
            for number, name in enumerate(FORMAT_NAMES.values())
        ]
        rows = [_format_row(self._arrows, formats)]
        if target.count > 1:
            if target.count > most:
                all_name = ngettext("the first {count:,}", "the first {count:,}", most)
            elif target.scope == "selected":
                all_name = ngettext("all {count:,} selected", "all {count:,} selected", target.count)
            else:
                all_name = ngettext("all {count:,} in the list", "all {count:,} in the list", target.count)
            choices = (gettext("this article"), False), (all_name, True)
            scopes = [
                button(
                    self._format_choice(name, is_all == target.exports_all), *["tab"] * (is_all != target.exports_all)
                )
                for name, is_all in choices
            ]
            rows.append(_format_row("tab", scopes))
        self.query_one("#choices", Static).update(Content("\n").join(rows))
        self._show_text("")

    def _format_choice(self, name: str, is_selected: bool) -> Content:
        drawn = draw_label(name, self._rtl)
        return Content.styled(f"[{drawn}]", "bold $accent") if is_selected else Content(f" {drawn} ")


def _expand_path(typed: str) -> Path:
    """Return the path that was typed, with `~` expanded; an unknown `~user` stays as it is."""
    return Path(os.path.expanduser(typed.strip()))


def _format_row(key: str, choices: list[Content]) -> Content:
    return assemble(key_button(key, Content(" " * (8 - len(key)))), *choices)


SHARE_EXAMPLE = """[share]
mail = ["xdg-email", "--body", "{url}"]"""

MAX_CELLS = 48
"""Maximum columns of a command's name, and of its program."""


class ShareDialog(Dialog[ShareCommand]):
    """Returns the command selected by cursor or number, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("q,h,left", "dismiss(None)"),
        ("j", "step('down')"),
        ("k", "step('up')"),
    ]

    DEFAULT_CSS = """
    ShareDialog > Vertical { width: 56; max-height: 92%; }
    ShareDialog OptionList { height: auto; max-height: 14; border: none; padding: 0; background: $surface; }
    ShareDialog OptionList:focus { border: none; }
    ShareDialog #example { margin: 1 0; text-align: left; }
    """

    def __init__(self, commands: Sequence[ShareCommand], problems: Sequence[str], rtl: str) -> None:
        """`problems` are messages about invalid commands."""
        super().__init__(rtl)
        self._commands = commands
        self._problems = problems

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(draw_label(gettext("Share with"), self._rtl))
            hints = gettext("enter, 1-9 share   esc cancel") if self._commands else gettext("esc close")
            box.border_subtitle = draw_hints(hints, self._rtl)
            if self._commands:
                yield OptionList(*(Option(self._row(number)) for number in range(len(self._commands))))
            if self._problems:
                yield DialogText(self._rtl, "\n".join(self._problems))
            elif not self._commands:
                yield InterfaceText(gettext("No programs to share with. Add one to config.toml:"), rtl=self._rtl)
                yield Static(Content(SHARE_EXAMPLE), id="example")
                yield InterfaceText(gettext("See “Export and share” in the guide, page “Reading”."), rtl=self._rtl)

    def _row(self, number: int) -> Content:
        command = self._commands[number]
        key = str(number + 1) if number < 9 else " "
        texts = (fit_interface_line(text, MAX_CELLS, measure, self._rtl) for text in (command.name, command.run[0]))
        name, program = map(display_text, texts)
        return assemble(
            Content.styled(key, "bold"), Content(" "), Content(name), Content("  "), Content(f"({program})")
        )

    def action_step(self, way: str) -> None:
        if self._commands:
            getattr(self.query_one(OptionList), f"action_cursor_{way}")()

    def on_key(self, event: events.Key) -> None:
        if event.character and event.character in "123456789" and int(event.character) <= len(self._commands):
            event.stop()
            self.dismiss(self._commands[int(event.character) - 1])

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._commands[event.option_index])
