"""The dialogs that edit a rule and suggest one for an article."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, ClassVar, TypeVar

from msgspec.structs import replace
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input, Static

from roya_tui.layout.bidi.controls import isolate_names
from roya_tui.layout.one_line import fit_interface_line, fit_line
from roya_tui.model import EFFECTS, Rule
from roya_tui.presentation.headline_rows import Icons
from roya_tui.presentation.rule_suggestions import AUTHOR, SOURCE, TAG, WORD, RuleSuggestion, suggest_name
from roya_tui.presentation.rules import (
    DAY,
    TAG_EXAMPLE,
    TERM_EXAMPLES,
    describe_exceptions,
    describe_matches,
    format_term,
    parse_effect,
    parse_term,
)
from roya_tui.query import Query, QueryError, parse
from roya_tui.store.rules import Preview
from roya_tui.translation import gettext, gettext_noop, is_right_to_left, join_list
from roya_tui.ui import action_table
from roya_tui.ui.dialogs.dialog import Dialog, DialogText
from roya_tui.ui.dialogs.prompts import QUERY_EXAMPLE, FormDialog
from roya_tui.ui.widgets.cells import display_text, measure
from roya_tui.ui.widgets.interface_text import InterfaceText, draw_hints, draw_label
from roya_tui.ui.widgets.key_buttons import assemble, key_button
from roya_tui.ui.widgets.text_input import TextInput

T = TypeVar("T")


class RuleDialog(FormDialog[Rule]):
    """Asks for all fields of a rule."""

    DEFAULT_CSS = """
    RuleDialog > Vertical { max-height: 96%; overflow-y: auto; }
    RuleDialog.-short RulePreview { height: 1; margin: 0; }
    """
    VERTICAL_BREAKPOINTS = [(0, "-short"), (22, "-tall")]

    def __init__(
        self,
        title: str,
        rule: Rule,
        validate: Callable[[Rule], str],
        save: Callable[[Rule], Coroutine[Any, Any, None]],
        load_preview: LoadPreview,
        rtl: str,
        ellipsis: str,
    ) -> None:
        super().__init__(title, validate, save, rtl)
        self._rule = rule
        self._preview = RulePreview(load_preview, rtl, ellipsis)

    def fields(self) -> Iterable[Widget]:
        rule, rtl = self._rule, self._rtl
        yield InterfaceText(gettext("Name"), rtl=rtl)
        yield TextInput(rule.name, rtl=rtl, id="name")
        yield InterfaceText(gettext("Query, such as {example}", example=QUERY_EXAMPLE), rtl=rtl)
        yield TextInput(rule.display_query, rtl=rtl, id="query", select_on_focus=False)
        yield self._preview
        effects = gettext("Effect: mute, highlight, star, read, notify or {example}", example=TAG_EXAMPLE)
        yield InterfaceText(effects, rtl=rtl)
        suggester = SuggestFromList(EFFECTS, case_sensitive=False)
        yield TextInput(f"{rule.effect} {rule.tag}".strip(), rtl=rtl, id="effect", suggester=suggester)
        terms = gettext("Duration, such as {examples}. Empty: forever", examples=join_list(TERM_EXAMPLES))
        yield InterfaceText(terms, rtl=rtl)
        yield TextInput(format_term(rule.term), rtl=rtl, id="term")

    def on_mount(self) -> None:
        self.query_one("#query" if self._rule.name else "#name").focus()
        self._preview.request(self._rule.display_query, self._rule.effect)

    @on(Input.Changed, "#query")
    @on(Input.Changed, "#effect")
    def _typed(self) -> None:
        try:
            effect, _ = parse_effect(self.value("effect"))
        except ValueError:
            effect = self._rule.effect
        self._preview.request(self.query_one("#query", Input).value, effect, PREVIEW_DELAY)

    def read(self) -> Rule:
        effect, tag = self._parse("effect", parse_effect)
        term = self._parse("term", parse_term)
        query = self.value("query")
        name = self.value("name") or query
        return replace(self._rule, name=name, query=query, effect=effect, tag=tag, term=term)

    def _parse(self, field: str, parse: Callable[[str], T]) -> T:
        try:
            return parse(self.value(field))
        except ValueError:
            self.query_one(f"#{field}").focus()
            raise


WORD_EXAMPLE = "football"
SUBJECT_KEYS = {"w": WORD, "s": SOURCE, "a": AUTHOR, "t": TAG}
_TYPED = "typed"
"""The subject of a rule that the user types."""
_SUBJECT_LABELS = {
    WORD: gettext_noop("Word: {name}"), SOURCE: gettext_noop("Source: {name}"),
    AUTHOR: gettext_noop("Author: {name}"), TAG: gettext_noop("Tag: {name}"),
}  # fmt: skip
EFFECT_TITLES = {
    "mute": gettext_noop("Mute: {name}"), "highlight": gettext_noop("Highlight: {name}"),
    "star": gettext_noop("Star: {name}"), "read": gettext_noop("Mark read: {name}"),
    "notify": gettext_noop("Notify: {name}"),
}  # fmt: skip
"""Effects without a parameter; the others need `RuleDialog`."""

SaveRule = Callable[[Rule, bool], Coroutine[Any, Any, None]]
"""Saves a rule; the second argument is whether it also applies to existing articles."""


class RuleSuggestionDialog(Dialog[str]):
    """Asks for the subject of a rule, then for how long it lasts, one key each.

    Without suggestions it asks for a word or a query instead. Saves the rule, or returns the screen to open next:
    "form:" followed by the effect, ":" and the query, or "rules".
    """

    after_failure = gettext_noop("Press the same key to try again, esc to discard.")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, action, priority=True)  # not deferred: the next key may be text
        for key, action in (
            *((key, f"about('{subject}')") for key, subject in SUBJECT_KEYS.items()),
            ("r", "rules"),
            ("escape", "back"),
            ("backspace", "leave"),
            ("enter", "enter"),
            ("1", "keep(1)"),
            ("7", "keep(7)"),
            ("right,l,n", "turn(1)"),
            ("left,h,p", "turn(-1)"),
            ("tab", "effect(1)"),
            ("shift+tab", "effect(-1)"),  # otherwise it would focus the line, where keys are text
            ("o", "past"),
            ("e", "edit"),
            ("c", "form"),
        )
    ]

    DEFAULT_CSS = """
    RuleSuggestionDialog > Vertical { max-height: 96%; overflow-y: auto; }
    RuleSuggestionDialog Static { height: auto; }
    RuleSuggestionDialog DialogText { display: none; }
    RuleSuggestionDialog Input { border: none; height: 1; padding: 0; margin: 1 0 0 0; background: $surface; }
    RuleSuggestionDialog Input:focus { border: none; background: $primary 28%; }
    RuleSuggestionDialog #query, RuleSuggestionDialog #preview, RuleSuggestionDialog #how { display: none; }
    RuleSuggestionDialog.-has-subject #query, RuleSuggestionDialog.-has-subject #preview { display: block; }
    RuleSuggestionDialog.-has-subject #how { display: block; }
    RuleSuggestionDialog.-has-subject #what { display: none; }
    RuleSuggestionDialog.-short #query { margin: 0; }
    RuleSuggestionDialog.-short RulePreview { height: 2; margin: 0; }
    """
    AUTO_FOCUS = ""
    VERTICAL_BREAKPOINTS = [(0, "-short"), (18, "-tall")]

    def __init__(
        self,
        suggestions: Mapping[str, Sequence[RuleSuggestion]],
        load_preview: LoadPreview,
        save: SaveRule,
        rtl: str,
        now: int,
        icons: Icons,
    ) -> None:
        super().__init__(rtl)
        self._write = save
        self._has_menu = bool(suggestions)
        self._suggestions = {**suggestions, _TYPED: [RuleSuggestion("", Query())]}
        self._icons = icons
        self._subject = ""
        self._index = 0
        self._effect = "mute"
        self._applies_to_past: bool | None = None
        self._is_edited = False
        self._now = now
        self._box = Vertical()
        self._menu_text = Static("", id="what")
        self._key_help = Static("", id="how")
        hint = gettext("Type a word or a query. Example: {example}", example=WORD_EXAMPLE)
        self._query_input = TextInput("", rtl=rtl, select_on_focus=False, id="query", placeholder=hint)
        self._preview = RulePreview(load_preview, rtl, icons.ellipsis, id="preview")

    def compose(self) -> ComposeResult:
        with self._box:
            yield self._menu_text
            yield self._query_input
            yield self._preview
            yield self._key_help
            yield DialogText(self._rtl)

    def on_mount(self) -> None:
        if self._has_menu:
            self._update_texts()
        else:
            self.action_edit()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable actions while the query is edited, where keys are text."""
        return action in ("back", "enter") or self.focused is not self._query_input

    # Content.

    @property
    def _is_retroactive(self) -> bool:
        """Whether it applies to existing articles too: by default if it mutes or highlights."""
        return self._effect in ("mute", "highlight") if self._applies_to_past is None else self._applies_to_past

    @property
    def _suggestion(self) -> RuleSuggestion:
        return self._suggestions[self._subject][self._index]

    def _update_texts(self) -> None:
        if self._subject:
            is_changed = self._query_input.value != str(self._suggestion.query)
            name = (self._query_input.value if is_changed else self._suggestion.name) or self._icons.ellipsis
            title = gettext(EFFECT_TITLES[self._effect], name=name)
            room = self._frame_columns - 8 if is_right_to_left() else 60
            title = fit_interface_line(title, min(60, room), measure, self._rtl, self._icons.ellipsis)
            self._box.border_title = Content(display_text(title))
            self._key_help.update(self._key_help_content())
        else:
            self._box.border_title = Content(draw_label(gettext("Mute or highlight"), self._rtl))
            self._menu_text.update(self._menu_content())
        is_typing = self.focused is self._query_input
        self._key_help.visible = not is_typing  # these keys are text now
        if self._subject and self._has_menu:
            hints = gettext("enter next   esc back") if is_typing else gettext("esc back")
        else:
            hints = gettext("enter next   esc cancel") if is_typing else gettext("esc cancel")
        self._box.border_subtitle = draw_hints(hints, self._rtl)

    def _menu_content(self) -> Content:
        rows = []
        for key, subject in SUBJECT_KEYS.items():
            suggestions = self._suggestions[subject]
            name = suggestions[0].name if suggestions else gettext("none")
            label = gettext(_SUBJECT_LABELS[subject], name=name)
            rows.append(self._format_row(key, label, dim=not suggestions))
        rows.append(self._format_row("e", gettext("Type another word or query")))
        rows.append(self._format_row("r", gettext("Show all rules")))
        return Content("\n").join(rows)

    def _format_row(self, key: str, words: str, *, dim: bool = False) -> Content:
        drawn = display_text(fit_interface_line(f"  {words}", 52, measure, self._rtl, self._icons.ellipsis))
        return assemble(Content(" "), key_button(key, Content.styled(drawn, "$foreground 50%" if dim else "")))

    def _format_key(self, key: str, words: str) -> Content:
        return key_button(key, Content(draw_label(f" {words}", self._rtl)))

    def _key_help_content(self) -> Content:
        arrows = action_table.join_keys("left", "right", ascii=self._icons.is_ascii)
        count = len(self._suggestions[self._subject])
        another = gettext("another ({number} of {count})", number=self._index + 1, count=count)
        rows = [
            [("1", gettext("for a day")), ("7", gettext("for a week")), ("enter", gettext("forever"))],
            [("e", gettext("edit")), *([(arrows, another)] if count > 1 else ())],
            [("tab", gettext("change effect")), ("c", gettext("all options"))],
        ]
        gap = Content("   ")
        lines = [assemble(*[part for pair in row for part in (gap, self._format_key(*pair))][1:]) for row in rows]
        if self._is_retroactive:
            scope, other = gettext("Applies to: existing and new articles"), gettext("new only")
        else:
            scope, other = gettext("Applies to: new articles"), gettext("existing, too")
        drawn, key = Content(draw_label(scope, self._rtl)), self._format_key("o", other)
        is_wide = drawn.cell_length + 3 + key.cell_length > self._frame_columns - 6
        last = [drawn, key] if is_wide and is_right_to_left() else [assemble(drawn, gap, key)]
        return Content("\n").join([*lines, *last])

    # Keys.

    def action_about(self, subject: str) -> None:
        if self._subject or not self._suggestions[subject]:
            return
        self._subject = subject
        self.add_class("-has-subject")
        self._show_suggestion()

    def action_rules(self) -> None:
        if not self._subject:
            self.dismiss("rules")

    def _show_suggestion(self) -> None:
        self._is_edited = False
        self._query_input.value = str(self._suggestion.query)
        self._update_texts()
        self._preview.request(self._query_input.value, self._effect)

    def action_turn(self, by: int) -> None:
        if self._subject:
            self._index = (self._index + by) % len(self._suggestions[self._subject])
            self._show_suggestion()

    def action_effect(self, by: int) -> None:
        if self._subject:
            effects = list(EFFECT_TITLES)
            self._effect = effects[(effects.index(self._effect) + by) % len(effects)]
            self._update_texts()
            self._preview.request(self._query_input.value, self._effect)

    def action_past(self) -> None:
        if self._subject:
            self._applies_to_past = not self._is_retroactive
            self._update_texts()

    def action_edit(self) -> None:
        self.action_about(_TYPED)
        self._is_edited = True
        self._query_input.action_select_all()
        self._set_typing(self._query_input)

    def _set_typing(self, query_input: TextInput | None) -> None:
        self.set_focus(query_input)
        self._update_texts()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if self._is_edited:
            self._update_texts()
            self._preview.request(event.value, self._effect, PREVIEW_DELAY)

    def action_enter(self) -> None:
        if self.focused is self._query_input:
            self._set_typing(None)
        else:
            self.action_keep(0)

    def action_back(self) -> None:
        if self.focused is self._query_input and self._has_menu:
            self._set_typing(None)
        else:
            self.action_leave()

    def action_leave(self) -> None:
        if self._subject and self._has_menu:
            self._subject, self._index = "", 0
            self.remove_class("-has-subject")
            self._update_texts()
        else:
            self.dismiss(None)

    def action_keep(self, days: int) -> None:
        if self._subject and self._is_edited:
            self._query_input.call_later(self._save_rule, days)  # after the keys that it has not handled yet
        elif self._subject:
            self._save_rule(days)

    def _save_rule(self, days: int) -> None:
        query = self._query_input.value.strip()
        if not query:
            return  # the preview shows examples
        with suppress(QueryError):  # the preview shows it already
            edited = parse(query, self._now)
            name = self._suggestion.name if edited == self._suggestion.query else suggest_name(edited)
            rule = Rule(0, name, query, self._effect, term=days * DAY or None)
            self.save(self._write(rule, self._is_retroactive))

    def action_form(self) -> None:
        if self._subject:
            self.dismiss(f"form:{self._effect}:{self._query_input.value}")


_PREVIEW_LINES = 4
PREVIEW_DELAY = 0.15
"""Seconds without a key after which the preview is loaded."""
LoadPreview = Callable[[str, str], Awaitable[Preview | str]]
"""Returns what a query with an effect would match, or the error in the query."""


class RulePreview(Static):
    """The number of articles that a rule would match, and the newest of them."""

    DEFAULT_CSS = """
    RulePreview { height: 4; color: $foreground 80%; margin: 1 0; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self, load_preview: LoadPreview, rtl: str, ellipsis: str, *, id: str | None = None) -> None:
        super().__init__("", id=id)
        self._ellipsis = ellipsis
        self._load_preview = load_preview
        self._rtl = rtl
        self._effect = ""
        self._result: Preview | str = ""

    @work(exit_on_error=False, exclusive=True, group="preview")
    async def request(self, query: str, effect: str, delay: float = 0) -> None:
        """Show what `query` would match, after `delay` seconds without another request."""
        await asyncio.sleep(delay)
        self._effect, self._result = effect, await self._load_preview(query, effect)
        if self.is_attached:
            self.update(self._preview_text(self._result))

    def on_resize(self) -> None:
        """Lay out the preview again; it may have been loaded before the width was known."""
        self.update(self._preview_text(self._result))

    def _preview_text(self, result: Preview | str) -> Content:
        width = max(20, self.content_size.width)
        if isinstance(result, str):
            result = isolate_names(result) if is_right_to_left() else result
            return Content(display_text(fit_interface_line(result, width, measure, self._rtl, self._ellipsis)))
        summary = describe_matches(result.count, result.total)
        lines = [(fit_interface_line(summary, width, measure, self._rtl, self._ellipsis), "")]
        if exceptions := describe_exceptions(self._effect, result.already_done, result.exempt):
            lines.append((fit_interface_line(f"  {exceptions}", width, measure, self._rtl, self._ellipsis), ""))
        for headline in result.newest[: _PREVIEW_LINES - len(lines)]:
            text, from_right = fit_line(headline.title, width - 2, measure, self._rtl, self._ellipsis)
            gap = " " * (width - 2 - measure(text) if from_right else 0)
            drawn = f"{display_text(text)}  " if is_right_to_left() else f"  {gap}{display_text(text)}"
            lines.append((drawn, "$foreground 60%"))
        return Content("\n").join(Content.styled(text, style) for text, style in lines)
