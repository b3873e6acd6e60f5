"""All of a rule: its name, what it is about, what it does, for how long."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from roya_tui.model import EFFECTS, Rule
from roya_tui.presentation.rules import format_term, parse_effect, parse_term
from roya_tui.ui.dialogs.dialog import Dialog, Told
from roya_tui.ui.dialogs.preview import QUIET, Look, WouldCatch
from roya_tui.ui.text_line import TextLine


class RuleDialog(Dialog[None]):
    """Saves the rule; escape discards it. Shows what `wrong` returns for it and stays open."""

    about = "the rule"

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss(None)", "Back"),
        Binding("tab,down", "app.focus_next", "Next", priority=True),  # at once: what is typed next is for that line
        Binding("shift+tab,up", "app.focus_previous", "Previous", priority=True),
    ]

    DEFAULT_CSS = """
    RuleDialog > Vertical { max-height: 96%; overflow-y: auto; }
    RuleDialog Static { height: auto; color: $foreground 80%; }
    RuleDialog.-short WouldCatch { height: 1; margin: 0; }
    RuleDialog Input { border: none; height: 1; padding: 0; background: $panel; }
    RuleDialog Input:focus { border: none; background: $primary 28%; }
    """
    VERTICAL_BREAKPOINTS = [(0, "-short"), (22, "-tall")]

    def __init__(
        self,
        title: str,
        rule: Rule,
        wrong: Callable[[Rule], str],
        save: Callable[[Rule], Coroutine[Any, Any, None]],
        look: Look,
        rtl: str,
        more: str,
    ) -> None:
        super().__init__()
        self._write = save
        self._title = title
        self._rule = rule
        self._wrong = wrong
        self._rtl = rtl
        self._catch = WouldCatch(look, rtl, more)

    def compose(self) -> ComposeResult:
        rule, rtl = self._rule, self._rtl
        with Vertical() as box:
            box.border_title = Content(self._title)
            box.border_subtitle = "enter keeps it, tab goes on, esc goes back"
            yield Static("Name")
            yield TextLine(rule.name, rtl=rtl, id="name")
            yield Static("Query: what it looks for")
            yield TextLine(rule.display_query, rtl=rtl, id="query", select_on_focus=False)
            yield self._catch
            yield Static("What it does: mute, highlight, star, read (marks read), or tag and a tag")
            known = SuggestFromList(EFFECTS, case_sensitive=False)
            yield TextLine(f"{rule.effect} {rule.tag}".strip(), rtl=rtl, id="effect", suggester=known)
            yield Static("For how long: 1d, 7d; left empty, for good")
            yield TextLine(format_term(rule.term), rtl=rtl, id="term")
            yield Told(rtl)

    def on_mount(self) -> None:
        self.query_one("#query" if self._rule.name else "#name").focus()
        self._catch.ask(self._rule.display_query, self._rule.effect)

    @on(Input.Changed, "#query")
    @on(Input.Changed, "#effect")
    def _typed(self) -> None:
        try:
            does, _ = parse_effect(self.query_one("#effect", Input).value)
        except ValueError:
            does = self._rule.effect
        self._catch.ask(self.query_one("#query", Input).value, does, QUIET)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        name, query, does, lasts = (
            self.query_one(f"#{part}", Input).value.strip() for part in ("name", "query", "effect", "term")
        )
        field = "effect"
        try:
            what, tag = parse_effect(does)
            field = "term"
            rule = replace(self._rule, name=name or query, query=query, effect=what, tag=tag, term=parse_term(lasts))
            wrong = self._wrong(rule)
        except ValueError as error:
            wrong = str(error)
            self.query_one(f"#{field}").focus()
        if wrong:
            self.query_one(Told).tell(wrong)
        else:
            self.save(self._write(rule))
