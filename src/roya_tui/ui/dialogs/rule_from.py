"""A rule from the article at hand, in two keys: what it is about, and for how long."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from roya_tui.layout.one_line import fit_ltr_line
from roya_tui.model import Rule
from roya_tui.presentation.headline_rows import ASCII_ICONS, Icons
from roya_tui.presentation.rule_suggestions import AUTHOR, SOURCE, TAG, WORD, RuleSuggestion, suggest_name
from roya_tui.presentation.rules import DAY
from roya_tui.query import QueryError, parse
from roya_tui.ui import keys
from roya_tui.ui.cells import measure, shown
from roya_tui.ui.dialogs.dialog import Dialog, Told
from roya_tui.ui.dialogs.preview import QUIET, Look, WouldCatch
from roya_tui.ui.text_line import TextLine

KEYS = {"w": WORD, "s": SOURCE, "a": AUTHOR, "t": TAG}
_ABOUT = {WORD: "the word", SOURCE: "the source", AUTHOR: "the author", TAG: "the tag"}
EFFECTS = {"mute": "Mute", "highlight": "Highlight", "star": "Star", "read": "Mark read"}
"""Those that need no more words; the others are for the whole form."""

Save = Callable[[Rule, bool], Coroutine[Any, Any, None]]
"""Saves a rule; the second argument says whether it also applies to the articles that exist already."""


class RuleFrom(Dialog[str]):
    """First a letter says what the rule is about, then a key for how long it is to stand.

    Saves the rule, or answers with where to go on: "form:…" with the query, "rules".
    """

    about = "the rule"
    retry_key = "the same key"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, action, priority=True)  # at once: the next key may be text
        for key, action in (
            *((key, f"about('{what}')") for key, what in KEYS.items()),
            ("r", "rules"),
            ("escape", "back"),
            ("backspace", "leave"),
            ("enter", "enter"),
            ("1", "keep(1)"),
            ("7", "keep(7)"),
            ("right,l,n", "turn(1)"),
            ("left,h,p", "turn(-1)"),
            ("tab", "effect(1)"),
            ("shift+tab", "effect(-1)"),  # by itself it would go into the line, where keys are text
            ("o", "past"),
            ("e", "edit"),
            ("c", "form"),
        )
    ]

    DEFAULT_CSS = """
    RuleFrom > Vertical { max-height: 96%; overflow-y: auto; }
    RuleFrom Static { height: auto; }
    RuleFrom Told { display: none; }
    RuleFrom Input { border: none; height: 1; padding: 0; margin: 1 0 0 0; background: $surface; }
    RuleFrom Input:focus { border: none; background: $primary 28%; }
    RuleFrom #query, RuleFrom #catch, RuleFrom #how { display: none; }
    RuleFrom.-chosen #query, RuleFrom.-chosen #catch, RuleFrom.-chosen #how { display: block; }
    RuleFrom.-chosen #what { display: none; }
    RuleFrom.-short #query { margin: 0; }
    RuleFrom.-short WouldCatch { height: 2; margin: 0; }
    """
    AUTO_FOCUS = ""
    VERTICAL_BREAKPOINTS = [(0, "-short"), (18, "-tall")]

    def __init__(
        self,
        proposals: Mapping[str, Sequence[RuleSuggestion]],
        look: Look,
        save: Save,
        rtl: str,
        now: int,
        signs: Icons,
    ) -> None:
        super().__init__()
        self._write = save
        self._proposals = proposals
        self._rtl = rtl
        self._signs = signs
        self._what = ""
        self._at = 0
        self._effect = "mute"
        self._past: bool | None = None
        self._edited = False
        self._now = now
        self._box = Vertical()
        self._letters = Static("", id="what")
        self._keys = Static("", id="how")
        self._line = TextLine("", rtl=rtl, select_on_focus=False, id="query")
        self._catch = WouldCatch(look, rtl, signs.ellipsis, id="catch")

    def compose(self) -> ComposeResult:
        with self._box:
            yield self._letters
            yield self._line
            yield self._catch
            yield self._keys
            yield Told(self._rtl)

    def on_mount(self) -> None:
        self._draw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While one edits, keys are text."""
        return action in ("back", "enter") or self.focused is not self._line

    # What it says.

    @property
    def _is_for_past(self) -> bool:
        """Whether it is for what is there already, too: a rule that lasts is, if nobody says otherwise."""
        return self._effect in ("mute", "highlight") if self._past is None else self._past

    @property
    def _proposal(self) -> RuleSuggestion:
        return self._proposals[self._what][self._at]

    def _draw(self) -> None:
        if self._what:
            about = fit_ltr_line(
                f"{_ABOUT[self._what]} {self._proposal.name}", 50, measure, self._rtl, self._signs.ellipsis
            )
            self._box.border_title = Content(f"{EFFECTS[self._effect]}: {shown(about)}")
            self._keys.update(self._how())
        else:
            self._box.border_title = "A rule from this article"
            self._letters.update(self._menu())
        self._box.border_subtitle = "esc goes back"

    def _menu(self) -> Content:
        rows = []
        for key, what in KEYS.items():
            found = self._proposals[what]
            name = (
                shown(fit_ltr_line(found[0].name, 40, measure, self._rtl, self._signs.ellipsis))
                if found
                else "none here"
            )
            rows.append(_row(key, f"{_ABOUT[what]}  {name}", dim=not found))
        rows.append(_row("r", "all rules"))
        return Content("\n").join(rows)

    def _how(self) -> Content:
        arrows = keys.arrows("left", "right", ascii=self._signs == ASCII_ICONS)
        others = len(self._proposals[self._what])
        now, otherwise = ("with", "without") if self._is_for_past else ("without", "with")
        rows = [
            [("1", "a day"), ("7", "a week"), ("enter", "for good")],
            [("e", "edit"), *([(arrows, f"another ({self._at + 1} of {others})")] if others > 1 else ())],
            [("tab", "mute, highlight, star, mark read"), ("c", "all of it")],
        ]
        lines = [Content("   ").join(_key(*pair) for pair in row) for row in rows]
        past = Content.assemble(f"{now} what is there already   ", _key("o", f"{otherwise} it"))
        return Content("\n").join([*lines, past])

    # Keys.

    def action_about(self, what: str) -> None:
        if self._what or not self._proposals[what]:
            return
        self._what = what
        self.add_class("-chosen")
        self._show()

    def action_rules(self) -> None:
        if not self._what:
            self.dismiss("rules")

    def _show(self) -> None:
        self._edited = False
        self._line.value = str(self._proposal.query)
        self._draw()
        self._catch.ask(self._line.value, self._effect)

    def action_turn(self, by: int) -> None:
        if self._what:
            self._at = (self._at + by) % len(self._proposals[self._what])
            self._show()

    def action_effect(self, by: int) -> None:
        if self._what:
            effects = list(EFFECTS)
            self._effect = effects[(effects.index(self._effect) + by) % len(effects)]
            self._draw()
            self._catch.ask(self._line.value, self._effect)

    def action_past(self) -> None:
        if self._what:
            self._past = not self._is_for_past
            self._draw()

    def action_edit(self) -> None:
        if self._what:
            self._edited = True
            self.set_focus(self._line)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if self._edited:
            self._catch.ask(event.value, self._effect, QUIET)

    def action_enter(self) -> None:
        if self.focused is self._line:
            self.set_focus(None)
        else:
            self.action_keep(0)

    def action_back(self) -> None:
        if self.focused is self._line:
            self.set_focus(None)
        else:
            self.action_leave()

    def action_leave(self) -> None:
        if self._what:
            self._what, self._at = "", 0
            self.remove_class("-chosen")
            self._draw()
        else:
            self.dismiss(None)

    def action_keep(self, days: int) -> None:
        if self._what and self._edited:
            self._line.call_later(self._keep, days)  # it may have keys yet to read
        elif self._what:
            self._keep(days)

    def _keep(self, days: int) -> None:
        query = self._line.value.strip()
        with suppress(QueryError):  # which is told already
            edited = parse(query, self._now)
            name = self._proposal.name if edited == self._proposal.query else suggest_name(edited)
            rule = Rule(0, name, query, self._effect, term=days * DAY or None)
            self.save(self._write(rule, self._is_for_past))

    def action_form(self) -> None:
        if self._what:
            self.dismiss(f"form:{self._line.value}")


def _key(key: str, words: str) -> Content:
    return Content.assemble((key, "bold $primary"), f" {words}")


def _row(key: str, words: str, *, dim: bool = False) -> Content:
    return Content.assemble((f" {key} ", "bold $primary"), (f" {words}", "$foreground 50%" if dim else ""))
