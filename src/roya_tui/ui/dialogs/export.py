"""Where to write: a path, the form of the file, and whether one article or all that are shown."""

from __future__ import annotations

import os.path
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from roya_tui.export.file_names import ExportTarget
from roya_tui.ui import keys
from roya_tui.ui.dialogs.dialog import Dialog, Told
from roya_tui.ui.text_line import TextLine

_MOST = 255
"""Bytes of a file's name."""
NAMES = {"markdown": "Markdown", "html": "HTML", "epub": "EPUB", "text": "text", "json": "JSON"}


class Export(Dialog[ExportTarget]):
    """Answers with what to write, or None. A file that is there is never named: another name is proposed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("down", "turn(1)", "Next form", priority=True),
        Binding("up", "turn(-1)", "Previous form", priority=True),
        Binding("tab,shift+tab", "one_or_all", "One or all", priority=True),
    ]

    DEFAULT_CSS = "Export Static { height: auto; color: $foreground 80%; }"

    def __init__(self, proposal: ExportTarget, most: int, rtl: str, *, ascii: bool) -> None:
        super().__init__()
        self._proposal = proposal
        self._most = most
        self._rtl = rtl
        self._arrows = keys.arrows("up", "down", ascii=ascii)

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Write to a file"
            box.border_subtitle = "enter writes, esc goes back"
            yield TextLine(self._proposal.file, rtl=self._rtl, from_left=True, id="file", select_on_focus=False)
            yield Static(id="choices")
            yield Told(self._rtl)

    def on_mount(self) -> None:
        self._show()
        self.call_after_refresh(self._to_the_end)

    def _to_the_end(self) -> None:
        """A long path is seen by its end: that is the name."""
        line = self.query_one("#file", Input)
        line.action_home()
        line.action_end()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if event.value != self._proposal.file:
            self._proposal = self._proposal.with_file(event.value)
            self._show()

    def action_turn(self, by: int) -> None:
        self._propose(self._proposal.with_next_format(by))

    def action_one_or_all(self) -> None:
        if self._proposal.count > 1:
            self._propose(self._proposal.with_other_scope())

    @on(Input.Submitted)
    def _entered(self) -> None:
        proposal = self._proposal
        file = _path(proposal.file)
        if not proposal.file.strip() or os.path.isdir(file):
            self._tell("Name a file.")
        elif not os.path.isdir(file.parent):
            self._tell(f"There is no folder “{file.parent}”.")
        elif len(file.name.encode("utf-8", "replace")) > _MOST:
            self._tell("That name is longer than a file's can be.")
        elif os.path.lexists(file):
            self._propose(proposal.with_free_name(lambda name: os.path.lexists(_path(name))))
            self._tell(f"“{file.name}” is there already. enter takes this name.")
        else:
            self.dismiss(proposal.with_file(str(file.absolute())))

    def _propose(self, proposal: ExportTarget) -> None:
        self._proposal = proposal
        line = self.query_one("#file", Input)
        line.value = proposal.file
        self._to_the_end()
        self._show()

    def _show(self) -> None:
        """Show what is chosen: in brackets, and not by colour alone."""
        proposal = self._proposal
        forms = [_choice(name, form == proposal.format) for form, name in NAMES.items()]
        rows = [_row(self._arrows, forms)]
        if proposal.count > 1:
            some = (
                f"all {proposal.count:,} {proposal.scope}"
                if proposal.count <= self._most
                else f"the first {self._most:,}"
            )
            rows.append(
                _row("tab", [_choice("this article", not proposal.exports_all), _choice(some, proposal.exports_all)])
            )
        self.query_one("#choices", Static).update(Content("\n").join(rows))
        self._tell("")

    def _tell(self, words: str) -> None:
        self.query_one(Told).tell(words)


def _path(typed: str) -> Path:
    """A path as it is typed: one with the home of nobody stays as it is, and is not there."""
    return Path(os.path.expanduser(typed.strip()))


def _row(key: str, choices: list[Content]) -> Content:
    return Content.assemble((f"{key:<8}", "bold $primary"), *choices)


def _choice(name: str, chosen: bool) -> Content:
    return Content.styled(f"[{name}]", "bold $accent") if chosen else Content(f" {name} ")
