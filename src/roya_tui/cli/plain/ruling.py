"""The rules in the plain reader: told, switched, and one made of what a query finds."""

from __future__ import annotations

from roya_tui.cli.plain.listing import Listing
from roya_tui.cli.session import catch_up
from roya_tui.model import Rule


class Ruling(Listing):
    """Tells what is done by itself; the command line has the rest."""

    def _do_rules(self, rest: str) -> None:
        from roya_tui.presentation.rules import describe_effect, describe_expiry
        from roya_tui.store import rules

        found = rules.list_all(self._db, self._now)
        for number, rule in enumerate(found, start=1):
            does = f"{describe_effect(rule)} {rule.display_query}, {describe_expiry(rule, self._now)}."
            told = rule.problem or f"{does} {rule.match_count:,} so far."
            self._say(f"{number}: {rule.name}: {told}")
        if found:
            self._say("rule and a number switches one off, or on. On the command line, roya-tui rules does the rest.")
        else:
            self._say(
                "There are no rules yet. mute and words makes one; roya-tui rules on the command line makes others."
            )

    def _do_rule(self, rest: str) -> None:
        from roya_tui.presentation.rules import describe_expiry
        from roya_tui.store import rules

        found = rules.list_all(self._db, self._now)
        rule = found[self._number(rest, len(found), "rule") - 1]
        now_on = rules.set_enabled(self._db, rule.id, rule.off, self._now)
        self._say(f"{rule.name} is on, {describe_expiry(now_on, self._now)}." if rule.off else f"{rule.name} is off.")

    def _do_mute(self, rest: str) -> None:
        from roya_tui.presentation.rule_suggestions import suggest_name
        from roya_tui.store import rules

        if not rest:
            raise ValueError("Mute what? mute and words, or a query, as in: mute title:football.")
        query = self._session.query(rest)
        catch_up(self._session, self._db)
        made = rules.add_or_enable(
            self._db, Rule(0, suggest_name(query), rest, "mute"), self._now, apply_to_existing=True
        )
        self._say(f"Muted for good: {made.name}, {made.match_count:,} already. undo takes it back.")
