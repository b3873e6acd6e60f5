"""The screen of rules: lists them in order, and edits, moves and removes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partialmethod
from sqlite3 import Connection
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from roya_tui.model import Rule
from roya_tui.presentation.rules import (
    column_headings,
    describe_effect,
    describe_expiry,
    filter_rules,
    format_days,
    rule_row,
)
from roya_tui.store import rules
from roya_tui.translation import format_number, gettext, gettext_noop, ngettext
from roya_tui.ui import action_table
from roya_tui.ui.controllers import Controllers
from roya_tui.ui.dialogs.dialog import wrap_sentence
from roya_tui.ui.dialogs.rules import PREVIEW_DELAY, RulePreview
from roya_tui.ui.screens.overlay import ItemTable, TableHeadings, TableScreen
from roya_tui.ui.widgets.cells import display_text, measure
from roya_tui.ui.widgets.row_list import RowList, RowSegment
from roya_tui.ui.widgets.status_bar import TooSmall

NO_RULES = gettext_noop("No rules. Press a to create one.")


class RuleTable(ItemTable[Rule]):
    """A table with one row per rule, in the order in which they apply."""

    now = 0
    """The time for which the rows are shown, in UTC seconds."""
    has_counts = False
    """Whether the number of matches of each rule is loaded."""

    def item_segments(self, item: Rule, width: int) -> list[RowSegment]:
        count = f"{item.match_count:,}" if self.has_counts else ""
        return rule_row(item, count, width, self._icons, self.now, measure, self.rtl)


class RulesScreen(TableScreen[RuleTable]):
    """All rules, with details and a preview of the matches of the one under the cursor."""

    BINDINGS: ClassVar = action_table.make_bindings("rules")
    context = "rules"
    AUTO_FOCUS = "#rules"

    DEFAULT_CSS = """
    RulesScreen { background: $background; color: $foreground; }
    RulesScreen #rules { height: 1fr; background: $background; }
    RulesScreen #details { height: auto; max-height: 4; padding: 0 2; color: $foreground; background: $panel; }
    RulesScreen #preview { height: 4; padding: 0 2; margin: 0 0 1 0; background: $panel; }
    """

    def __init__(self, controllers: Controllers, run_on_main: Callable[[str], None]) -> None:
        super().__init__(controllers, run_on_main, gettext("a name, an effect or a query"))
        self._rules = controllers.rules
        self._listed: Sequence[Rule] = ()
        self.table = RuleTable(self.services.icons, self._rtl, self._show_details, id="rules")
        self.details = Static("", id="details")
        self.preview = RulePreview(self._rules.preview, self._rtl, self.services.icons.ellipsis, id="preview")

    def compose(self) -> ComposeResult:
        yield from (
            self.top,
            TableHeadings(column_headings, self._rtl),
            self.table,
            self.details,
            self.preview,
            self.bottom,
            self.filter_bar,
            TooSmall(self._rtl),
        )

    def on_mount(self) -> None:
        """Show the rules at once, since the next key may be for one of them; counts follow."""
        self._show(self.services.database.read_now(rules.list_unchecked, self.services.now()), has_counts=False)
        self.reload()

    # Content.

    @work(exit_on_error=False, exclusive=True, group="counts")
    async def reload(self) -> None:
        """Load the rules and count their matches, possibly all articles."""
        self._show(await self.services.database.compute(rules.list_all, self.services.now()))

    def _show(self, listed: Sequence[Rule], *, has_counts: bool = True) -> None:
        self._listed, self.table.has_counts = listed, has_counts
        self.show_rows()
        counts, off = [gettext("Rules")], sum(rule.off for rule in listed)
        if listed:
            state = ngettext("{count:,} disabled", "{count:,} disabled", off) if off else gettext("all enabled")
            counts += [format_number(len(listed), ","), self.services.icons.dot, state]
        self.top.counts = " ".join(counts)

    def show_rows(self) -> None:
        """Show the rules that match the filter."""
        self.table.empty_text = gettext("No rules match. esc: show all") if self._listed else gettext(NO_RULES)
        self.table.now = self.services.now()
        self.table.show(filter_rules(self._listed, self.filter_words))

    def _show_details(self) -> None:
        """Show the details of the rule under the cursor."""
        rule = self.table.current
        self.details.display, self.preview.display = rule is not None, rule is not None and not rule.problem
        if rule is None:
            return
        now, width = self.services.now(), max(20, self.app.size.width - 4)
        facts = [describe_expiry(rule, now)]
        if rule.off and rule.term:
            facts.append(gettext("when enabled: {duration}", duration=format_days(rule.term)))
        if self.table.has_counts:
            facts.append(ngettext("{count:,} match", "{count:,} matches", rule.match_count))
        dot = f" {self.services.icons.dot} "
        sentences = [f"{rule.name}: {describe_effect(rule)} {rule.display_query}", dot.join(facts)]
        if rule.problem:
            sentences.append(rule.problem)
        lines = [line for sentence in sentences for line in wrap_sentence(sentence, width, self._rtl)]
        self.details.update(Content("\n".join(map(display_text, lines))))
        self.preview.request(rule.query, rule.effect, PREVIEW_DELAY)

    # Keys.

    @on(RowList.Opened, "#rules")
    def action_edit_rule(self) -> None:
        if rule := self._current_rule():
            self._rules.edit(rule, gettext("Edit rule"))

    def action_new_rule(self) -> None:
        self._rules.edit(Rule(0, "", "", "mute"), gettext("New rule"))

    def action_toggle_rule(self) -> None:
        if rule := self._current_rule():
            self._run_step(rules.set_enabled, rule.id, rule.off)

    def _move_rule(self, by: int) -> None:
        if self.filter_words:
            self.bottom.show_message(gettext("Rules cannot be moved while a filter hides some. esc: show all"))
        elif rule := self._current_rule():
            self._run_step(rules.move, rule.id, by)

    action_rule_up = partialmethod(_move_rule, -1)
    action_rule_down = partialmethod(_move_rule, 1)

    def action_remove_rule(self) -> None:
        if rule := self._current_rule():
            self._run_step(rules.remove, rule.id)

    def action_apply_rule(self) -> None:
        rule = self._current_rule()
        if rule is not None and rule.off:
            self.bottom.show_message(gettext("Rule “{name}” is disabled. space: enable it", name=rule.name))
        elif rule is not None:
            nothing = gettext("Rule “{name}” matches no other articles.", name=rule.name)
            self._run_step(rules.apply, rule.id, nothing=nothing)

    def action_leave_rules(self) -> None:
        if self.is_current and not self.clear_filter():
            self.dismiss()

    def _current_rule(self) -> Rule | None:
        """Return the rule under the cursor; show a message if there are no rules."""
        if self.table.current is None:
            self.bottom.show_message(self.table.empty_text)
        return self.table.current

    @work(exit_on_error=False, group="marks")
    async def _run_step(self, step: Callable[..., object], *args: object, nothing: str = "") -> None:
        """Run an undoable step on rules and report it; `nothing` is shown if it changed nothing."""
        changed, message = await self.services.database.write_step(_take_step, step, args, self.services.now())
        if changed:
            self._rules.report(message)
        elif nothing:
            self.bottom.show_message(nothing)


def _take_step(db: Connection, step: Callable[..., object], args: Sequence[object], now: int) -> bool:
    """Run a step; return False if it returned False or 0, which means no change."""
    return step(db, *args, now) not in (False, 0)
