"""Rules made from the article at hand, and the way to all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from roya_tui.model import Rule
from roya_tui.store import muting
from roya_tui.store.database import StoreError
from roya_tui.ui.choosing import Choosing, missing

if TYPE_CHECKING:
    from roya_tui.store.foreseen import Preview

ENDS_EVERY = 60.0
"""Seconds between two looks at whether the time of a rule is over."""


class Ruling(Choosing):
    """What one does with rules. `u` takes each of it back."""

    def watch_ends(self) -> None:
        """Switch off rules whose time is over, so that what they hid comes back, now and as long as we run."""
        self.set_interval(ENDS_EVERY, self._end_rules)
        self.set_timer(1, self._end_rules)

    @work(exit_on_error=False, exclusive=True, group="rules")
    async def _end_rules(self) -> None:
        if await self.library.write(muting.expire, self.now()):
            self.headlines.forget()
            self.count_soon()

    # Making one.

    def action_rule(self) -> None:
        """Ask what a rule is to be about, seen from the article at hand, and for how long."""
        from roya_tui.reading import proposing
        from roya_tui.store import foreseen
        from roya_tui.ui.dialogs.rule_from import KEYS, RuleFrom

        headline = self.at_hand()
        article = None if headline is None or headline.id <= 0 else self.library.article(headline.id)
        if article is None:
            self.bottom.say("Choose an article first; E shows all rules." if headline is None else missing(headline))
            return
        words = proposing.words(article.headline.title)
        counted = self.library.now(foreseen.in_titles, words, proposing.RARE)
        words = proposing.rarest_first(words, *counted)
        words = proposing.sought_first(words, self.headlines.words, article.headline.title)
        proposals = {what: proposing.proposals(article, what, words) for what in KEYS.values()}

        async def save(rule: Rule, past: bool) -> None:
            await self._make_rule(rule, past=past)

        dialog = RuleFrom(proposals, self.would_catch, save, self.config.reading.rtl, self.now(), self.signs)
        self.app.push_screen(dialog, self._answered)

    def _answered(self, answer: str | None) -> None:
        match answer:
            case "rules":
                self.action_rules()
            case str(text):
                query = text.removeprefix("form:")
                self.edit_rule(Rule(0, query, query, "mute", shown=query), "A new rule", past=True)

    def edit_rule(self, rule: Rule, title: str, *, past: bool = False) -> None:
        """Ask for all of a rule; a new one has no number."""
        from roya_tui.store import rules
        from roya_tui.ui.dialogs.rule import RuleDialog

        def wrong(wanted: Rule) -> str:
            return self.library.now(rules.wrong, wanted, self.now())

        is_listed = not self.is_current

        async def save(wanted: Rule) -> None:
            if wanted.id:
                await self._change_rule(wanted)
            else:
                await self._make_rule(wanted, past=past, is_listed=is_listed)

        dialog = RuleDialog(title, rule, wrong, save, self.would_catch, self.config.reading.rtl, self.signs.more)
        self.app.push_screen(dialog)

    async def would_catch(self, text: str, effect: str) -> Preview | str:
        """What a rule would have caught lately, or why it cannot be asked."""
        from roya_tui.query import Query, QueryError, parse
        from roya_tui.store import foreseen, rules

        try:
            query = parse(text, self.now())
        except QueryError as error:
            return error.message
        if query.where == Query().where:
            return "Say what it is to look for: words, or tag:economy, source:roya, author:name."
        try:
            if problem := await self.library.look(rules.problem, text, self.now()):
                return problem
            return await self.library.look(foreseen.preview, query, self.now(), effect, zone=self.clock.zone)
        except StoreError as error:
            return error.message

    async def _make_rule(self, rule: Rule, *, past: bool, is_listed: bool = False) -> None:
        """Make a rule, or switch the same one on again; `is_listed` says whether it was made in the list of rules."""
        from roya_tui.reading.rule_words import lasting
        from roya_tui.store import rules

        _, said = await self.library.do(rules.make, rule, self.now(), past=past)
        ends = f" It ends in {lasting(rule.term)}." if rule.term else ""
        self.tell_rules(said, f"{ends} p applies it to what is there." if is_listed else ends)

    async def _change_rule(self, rule: Rule) -> None:
        from roya_tui.store import rules

        _, said = await self.library.do(rules.change, rule.id, rule, self.now())
        self.tell_rules(said)

    def tell_rules(self, said: str, more: str = "") -> None:
        """Say what was just done to a rule, and show what it does to the articles."""
        self.bottom.say(f"{said}{more} u undoes.")
        self.headlines.forget()
        self.show_again()
        self.count_now()

    # All of them.

    def action_rules(self) -> None:
        from roya_tui.ui.rules import RulesScreen

        if self.is_current:
            self.app.push_screen(RulesScreen(self))
