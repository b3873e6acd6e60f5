"""The screen of rules: what is done by itself, in which order, and what one changes about it."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from roya_tui.model import Rule
from roya_tui.presentation.headline_rows import Icons
from roya_tui.presentation.rules import column_headings, describe_effect, describe_expiry, describe_term, rule_row
from roya_tui.store import rules
from roya_tui.ui import hints, keys
from roya_tui.ui.above import OverlayScreen
from roya_tui.ui.cells import measure, shown
from roya_tui.ui.controllers import Controllers
from roya_tui.ui.dialogs.preview import QUIET, WouldCatch
from roya_tui.ui.panes import Panes
from roya_tui.ui.rows import Rows, Run
from roya_tui.ui.services import Services
from roya_tui.ui.status import BottomLine, TooSmall
from roya_tui.ui.telling import telling

if TYPE_CHECKING:
    from collections.abc import Callable


NONE_YET = "No rules yet: M makes one of an article, a begins an empty one."


class RuleTable(Rows):
    """A rule a row, in the order in which they act."""

    def __init__(self, signs: Icons, rtl: str, moved: Callable[[], None]) -> None:
        super().__init__(id="rules")
        self._signs = signs
        self._rtl = rtl
        self._moved = moved
        self._rules: Sequence[Rule] = ()
        self._now = 0
        self.counted = False
        """Whether it is known what each has caught."""

    def show(self, known: Sequence[Rule], now: int, *, counted: bool = True) -> None:
        """Show these rules, with the cursor on the one it stood on."""
        stood = self.current.id if self.current else None
        self._rules, self._now, self.counted = known, now, counted
        self.changed()
        place = next((place for place, one in enumerate(known) if one.id == stood), self.cursor)
        self.cursor = self.validate_cursor(place)
        self.show_cursor()
        self.moved()

    @property
    def current(self) -> Rule | None:
        """The rule under the cursor."""
        return self._rules[self.cursor] if self.selectable(self.cursor) else None

    def moved(self) -> None:
        self._moved()

    def count(self) -> int:
        return len(self._rules) or 1

    def selectable(self, row: int) -> bool:
        return 0 <= row < len(self._rules)

    def runs(self, row: int, width: int, here: bool) -> list[Run]:
        if not self._rules:
            return [(f" {NONE_YET}", "empty")]
        pointer = (self._signs.cursor if here else " ", "pointer")
        rule = self._rules[row]
        caught = f"{rule.match_count:,}" if self.counted else ""
        return [pointer, *rule_row(rule, caught, width - 1, self._signs, self._now, measure, self._rtl)]


class RuleHeadings(Widget):
    """What the columns of the rules are."""

    DEFAULT_CSS = "RuleHeadings { height: 1; width: 1fr; background: $panel; color: $foreground 70%; }"

    def render(self) -> Content:
        return Content(f" {column_headings(self.size.width - 2)}")


class RulesScreen(OverlayScreen):
    """All rules, all that is known of the one under the cursor, and what it would catch."""

    BINDINGS: ClassVar = keys.bindings("rules")
    here = "rules"
    AUTO_FOCUS = "#rules"

    DEFAULT_CSS = """
    RulesScreen { background: $background; color: $foreground; }
    RulesScreen #rules { height: 1fr; background: $background; }
    RulesScreen #told { height: auto; max-height: 4; padding: 0 2; color: $foreground; background: $panel; }
    RulesScreen #catch { height: 4; padding: 0 2; margin: 0 0 1 0; background: $panel; }
    """

    def __init__(self, services: Services, panes: Panes, controllers: Controllers, quit: Callable[[], None]) -> None:
        super().__init__(services, panes, controllers.marks, quit)
        self._rules = controllers.rules
        self._rtl = services.config.reading.rtl
        self.table = RuleTable(services.signs, self._rtl, self._follow)
        self.page = Static("", id="told")
        self.catch = WouldCatch(self._rules.preview, self._rtl, services.signs.ellipsis, id="catch")
        self.bottom = BottomLine(hints.of("rules", services.actions), self._rtl)

    def compose(self) -> ComposeResult:
        yield self.top
        yield RuleHeadings()
        yield self.table
        yield self.page
        yield self.catch
        yield self.bottom
        yield TooSmall()

    def on_mount(self) -> None:
        """Show the rules at once, since the next key may be for one of them; what they have caught follows."""
        self._show(self.services.library.now(rules.list_unchecked, self.services.now()), counted=False)
        self.reload()

    # What it shows.

    def reload(self) -> None:
        """Show the rules as the store has them."""
        self._count()

    @work(exit_on_error=False, exclusive=True, group="counts")
    async def _count(self) -> None:
        """Read the rules, and count what they have caught: that may be all there is."""
        self._show(await self.services.library.look(rules.list_all, self.services.now()))

    def _show(self, known: Sequence[Rule], *, counted: bool = True) -> None:
        self.table.show(known, self.services.now(), counted=counted)
        off = sum(one.off for one in known)
        told = f"{off:,} off" if off else "all on"
        self.top.counts = f"Rules {len(known):,} {self.services.signs.dot} {told}" if known else "Rules"

    def _follow(self) -> None:
        """Tell all of the rule under the cursor."""
        rule = self.table.current
        self.page.display, self.catch.display = rule is not None, rule is not None and not rule.problem
        if rule is None:
            return
        now, width = self.services.now(), max(20, self.app.size.width - 4)
        state = describe_expiry(rule, now) if rule.off or rule.ends else "for good"
        again = f"; switched on, {describe_term(rule.term)}" if rule.off and rule.term else ""
        caught = f"; has caught {rule.match_count:,}" if self.table.counted else ""
        told = [f"{rule.name}: {describe_effect(rule)} {rule.display_query}", f"{state}{again}{caught}"]
        if rule.problem:
            told.append(rule.problem)
        lines = [line for sentence in told for line in telling(sentence, width, self._rtl)]
        self.page.update(Content("\n".join(map(shown, lines))))
        self.catch.ask(rule.query, rule.effect, QUIET)

    # Keys.

    @on(Rows.Opened, "#rules")
    def action_change_rule(self) -> None:
        if rule := self._rule():
            self._rules.edit(rule, "Change a rule")

    def action_new_rule(self) -> None:
        self._rules.edit(Rule(0, "", "", "mute"), "A new rule")

    def action_switch_rule(self) -> None:
        if rule := self._rule():
            self._do(rules.set_enabled, rule.id, rule.off)

    def action_rule_up(self) -> None:
        if rule := self._rule():
            self._do(rules.move, rule.id, -1)

    def action_rule_down(self) -> None:
        if rule := self._rule():
            self._do(rules.move, rule.id, 1)

    def action_remove_rule(self) -> None:
        if rule := self._rule():
            self._do(rules.remove, rule.id)

    def action_apply_rule(self) -> None:
        rule = self._rule()
        if rule is not None and rule.off:
            self.bottom.say(f"{rule.name} is off: space switches it on.")
        elif rule is not None:
            self._do(rules.apply, rule.id, nothing=f"{rule.name} finds nothing more to act on.")

    def action_leave_rules(self) -> None:
        if self.is_current:
            self.dismiss()

    def _rule(self) -> Rule | None:
        """The rule under the cursor; says so where there is none."""
        if self.table.current is None:
            self.bottom.say(NONE_YET)
        return self.table.current

    @work(exit_on_error=False, group="marks")
    async def _do(self, step: Callable[..., object], *args: object, nothing: str = "") -> None:
        """Change something about a rule, and say so; `nothing`: what to say where it changed nothing."""
        changed, said = await self.services.library.do(_changed, step, args, self.services.now())
        if changed:
            self._rules.report(said)
        elif nothing:
            self.bottom.say(nothing)


def _changed(db: Connection, step: Callable[..., object], args: Sequence[object], now: int) -> bool:
    """Take a step; False where it changed nothing. A step that answers nothing has changed something."""
    return step(db, *args, now) not in (False, 0)
