"""Rules: making them from the article, editing them, and ending those whose time is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from roya_tui.model import Rule
from roya_tui.store.connection import StoreError
from roya_tui.store.user_data import rule_flags
from roya_tui.text import strip_html
from roya_tui.translation import gettext, join_list
from roya_tui.ui.controller import Context, Controller, background
from roya_tui.ui.controllers.article.current_article import CurrentArticle
from roya_tui.ui.controllers.counts import Counts

if TYPE_CHECKING:
    from roya_tui.store.rules import Preview

QUERY_EXAMPLES = ("football", "tag:economy", "source:courier")
CHECK_ENDS_EVERY = 60.0
"""Seconds between two checks whether the time of a rule is over."""


class Rules(Controller):
    """Makes and edits rules. `u` undoes each change."""

    def __init__(
        self, context: Context, counts: Counts, article: CurrentArticle, open_rules: Callable[[], None]
    ) -> None:
        """`open_rules` shows the screen of all rules."""
        super().__init__(context)
        self._counts = counts
        self._article = article
        self._open_rules = open_rules

    def start(self) -> None:
        """Disable rules whose time is over, now and every minute, so that what they hid is shown again."""
        self._shell.every(CHECK_ENDS_EVERY, self._end)
        self._shell.after(1, self._end)

    @background("rules", exclusive=True)
    async def _end(self) -> None:
        if await self._database.write(rule_flags.expire, self._now()):
            self._headlines.rows.invalidate()
            self._counts.update_soon()

    def make_from_article(self) -> None:
        """Ask what a rule about the current article, or without one about a word, is to match, and for how long."""
        from roya_tui.presentation import rule_suggestions
        from roya_tui.store import rules
        from roya_tui.ui.dialogs.rules import SUBJECT_KEYS, RuleSuggestionDialog

        headline = self._article.target
        article = None if headline is None or headline.id <= 0 else self._database.article(headline.id)
        services, proposals = self._services, {}
        if article is not None:
            title = article.headline.title
            words = rule_suggestions.title_words(title)
            counted = self._database.read_now(rules.count_in_titles, words, rule_suggestions.RARE)
            text = strip_html(article.html[: rule_suggestions.MAX_TEXT])
            words = rule_suggestions.sort_words(words, *counted, title, text)
            words = rule_suggestions.put_searched_first(words, self._headlines.rows.search_words, title)
            proposals = {what: rule_suggestions.suggest_rules(article, what, words) for what in SUBJECT_KEYS.values()}
        dialog = RuleSuggestionDialog(proposals, self.preview, self._make, self._rtl, services.now(), services.icons)
        self._shell.open(dialog, self._answered)

    def _answered(self, answer: str | None) -> None:
        match answer:
            case "rules":
                self._open_rules()
            case str(text):
                _, effect, query = text.split(":", 2)
                self.edit(Rule(0, query, query, effect, display_query=query), gettext("New rule"), past=True)

    def edit(self, rule: Rule, title: str, *, past: bool = False) -> None:
        """Ask for all of a rule; a new one has the number 0."""
        from roya_tui.store import rules
        from roya_tui.ui.dialogs.rules import RuleDialog

        def validate(edited: Rule) -> str:
            return self._database.read_now(rules.validate, edited, self._now())

        is_listed = not self._shell.is_current

        async def save(edited: Rule) -> None:
            if edited.id:
                await self._change(edited)
            else:
                await self._make(edited, past, is_listed=is_listed)

        ellipsis = self._services.icons.ellipsis
        self._shell.open(RuleDialog(title, rule, validate, save, self.preview, self._rtl, ellipsis))

    async def preview(self, text: str, effect: str) -> Preview | str:
        """Return what a rule would have matched lately, or why its query is invalid."""
        from roya_tui.query import Query, QueryError, parse
        from roya_tui.store import rules

        now, zone = self._now(), self._zone
        try:
            query = parse(text, now)
        except QueryError as error:
            return error.message
        if query.where == Query().where:
            return gettext("Type a word or a query. Examples: {examples}", examples=join_list(QUERY_EXAMPLES))
        try:
            if problem := await self._database.compute(rules.check_query, text, now):
                return problem
            return await self._database.compute(rules.preview, query, now, effect, zone=zone)
        except StoreError as error:
            return error.message

    async def _make(self, rule: Rule, past: bool, *, is_listed: bool = False) -> None:
        """Make a rule, or enable the same one again; `is_listed` says whether it was made in the list of rules."""
        from roya_tui.presentation.rules import format_days
        from roya_tui.store import rules

        _, step = await self._database.write_step(rules.add_or_enable, rule, self._now(), apply_to_existing=past)
        if rule.term:
            step += " " + gettext("It ends in {duration}.", duration=format_days(rule.term))
        self.report(step, gettext("p: apply it to existing articles") if is_listed else "")

    async def _change(self, rule: Rule) -> None:
        from roya_tui.store import rules

        _, step = await self._database.write_step(rules.change, rule.id, rule, self._now())
        self.report(step)

    def report(self, step: str, hint: str = "") -> None:
        """Show what was done to a rule, and its effect on the articles."""
        self._show_message(step + " " + "   ".join(filter(None, [gettext("u: undo"), hint])))
        self._headlines.rows.invalidate()
        self._article.show_again()
        self._counts.update_now()
