"""The command rules: list, preview, add, enable, disable, apply and remove rules."""

from __future__ import annotations

from argparse import Namespace
from sqlite3 import Connection
from typing import Any

from roya_tui.cli.commands.articles import headline_json, query_text
from roya_tui.cli.output import Column, fields_json, iso_time
from roya_tui.cli.session import SUCCESS, USAGE_ERROR, CommandError, Session, index_pending
from roya_tui.model import EFFECTS, Rule
from roya_tui.presentation.rules import describe_effect, describe_exceptions, describe_expiry, describe_matches
from roya_tui.store import rules


def manage_rules(session: Session, args: Namespace) -> int:
    """`roya-tui rules`: list the rules, or do `args.what` with one."""
    match args.what:
        case "list":
            _list(session, args.json)
        case "try":
            text = " ".join([args.name, query_text(args)]).strip()
            _try(session, text, args.effect.partition("=")[0], args.json)
        case _ if not args.name:
            raise CommandError(f"Which rule? roya-tui rules {args.what} NAME", USAGE_ERROR)
        case "add":
            _add(session, args)
        case _:
            with session.store(samples=False) as db:
                if args.what == "apply":
                    index_pending(session, db)
                session.out.line(_change(db, args.what, args.name, session.now))
    return SUCCESS


def _add(session: Session, args: Namespace) -> None:
    text = query_text(args)
    session.query(text)
    effect, _, tag = args.effect.partition("=")
    with session.store(samples=False) as db:
        if args.past:
            index_pending(session, db)
        new = Rule(0, args.name, text, effect, tag, args.term)
        rule = rules.add(db, new, session.now, apply_to_existing=args.past)
    already = f"; {rule.match_count:,} already" if args.past else " from now on"
    session.out.line(f"{rule.name} {describe_effect(rule)}{already} ({describe_expiry(rule, session.now)}).")


def _change(db: Connection, action: str, name: str, now: int) -> str:
    """Do `action` with a rule and return a sentence about it."""
    rule = rules.find(db, name, now)
    if rule is None:
        raise CommandError(f"There is no rule “{name}”. roya-tui rules lists them.")
    restored = "; what it hid is back" if rule.effect == "mute" else ""
    match action:
        case "enable":
            return f"{rule.name} is on ({describe_expiry(rules.set_enabled(db, rule.id, True, now), now)})."
        case "disable":
            rules.set_enabled(db, rule.id, False, now)
            return f"{rule.name} is off{restored}."
        case "apply":
            if rule.off:
                raise CommandError(f"{rule.name} is off. roya-tui rules enable '{rule.name}' switches it on.")
            return f"{rule.name} {describe_effect(rule)} {rules.apply(db, rule.id, now):,} more."
        case _:
            rules.remove(db, rule.id, now)
            return f"Removed the rule {rule.name}{restored}."


def _list(session: Session, json: bool) -> None:
    with session.store(reading=True) as db:
        found = rules.list_all(db, session.now)
    if json:
        session.out.json(list(map(_rule_json, found)))
        return
    count = Column(align_right=True, min_width=6)
    columns = (count, Column(), Column(max_width=24), Column(max_width=30), Column(can_shrink=True))
    table = []
    for rule in found:
        until, does = describe_expiry(rule, session.now), describe_effect(rule)
        table.append((f"{rule.match_count:,}", until, does, rule.name, rule.problem or rule.display_query))
    session.table(columns, table, ("caught", "until", "does", "rule", "query"))
    if not found and session.terminal.interactive:
        session.out.notify("No rules yet: roya-tui rules add NAME QUERY, or M in the reader.")


def _rule_json(rule: Rule) -> dict[str, Any]:
    facts = fields_json(rule, "name", "query", "effect", "tag", "problem")
    times = {"seconds": rule.term, "ends": iso_time(rule.ends)}
    return facts | times | {"enabled": not rule.off, "matches": rule.match_count}


def _try(session: Session, text: str, effect: str, json: bool) -> None:
    if effect not in EFFECTS:
        raise CommandError(f"A rule can {', '.join(EFFECTS)}.", USAGE_ERROR)
    query = session.query(text)
    with session.store(reading=True) as db:
        index_pending(session, db)
        found = rules.preview(db, query, session.now, effect, zone=session.clock().zone)
    if json:
        counts = {"count": found.count, "of": found.total, "already": found.already_done, "left": found.exempt}
        session.out.json({"query": text, **counts, "newest": list(map(headline_json, found.newest))})
        return
    session.out.line(f"{describe_matches(found.count, found.total)}{'; the newest:' if found.newest else '.'}")
    if more := describe_exceptions(effect, found.already_done, found.exempt):
        session.out.line(more, 2)
    for headline in found.newest:
        session.out.line(f"{session.clock().stamp(headline.at)}  {headline.source}  {headline.title}", 2)
