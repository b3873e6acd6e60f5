"""The command rules: list, preview, add, enable, disable, apply and remove rules."""

from __future__ import annotations

import shlex
from argparse import Namespace
from sqlite3 import Connection
from typing import Any

from roya_tui.cli.commands.articles import prepare_search, query_text
from roya_tui.cli.output import Column
from roya_tui.cli.session import SUCCESS, CommandError, Session, index_pending
from roya_tui.export.json_values import fields_json, headline_json, iso_time
from roya_tui.model import Rule
from roya_tui.presentation.rules import describe_effect, describe_exceptions, describe_expiry
from roya_tui.store import rules
from roya_tui.translation import gettext, join_sentences, ngettext


def manage_rules(session: Session, args: Namespace) -> int:
    """`roya-tui rules`: list the rules, or do `args.what` with one."""
    match args.what:
        case "" | "list":
            _list(session, args.json)
        case "try":
            _try(session, query_text(args), args.effect.partition("=")[0], args.json)
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
    values = {"name": rule.name, "effect": describe_effect(rule), "expiry": describe_expiry(rule, session.now)}
    if not args.past:
        session.out.line(gettext("Created rule “{name}” for new articles ({effect}, {expiry}).", **values))
        return
    message = ngettext(
        "Created rule “{name}” ({effect}, {expiry}). It matches {count:,} existing article.",
        "Created rule “{name}” ({effect}, {expiry}). It matches {count:,} existing articles.",
        rule.match_count,
        **values,
    )
    session.out.line(join_sentences(message, _describe_scope(rule)))


def _describe_scope(rule: Rule) -> str:
    """Return what a rule does not do with existing articles, or ""."""
    return gettext("You are notified of new articles only.") if rule.effect == "notify" else ""


def _change(db: Connection, action: str, name: str, now: int) -> str:
    """Do `action` with a rule and return a sentence about it."""
    rule = rules.find(db, name, now)
    if rule is None:
        raise CommandError(gettext("There is no rule “{name}”. Run roya-tui rules to list them.", name=name))
    name = rule.name
    unhidden = gettext("The articles that it muted are shown again.") if rule.effect == "mute" else ""
    match action:
        case "enable":
            expiry = describe_expiry(rules.set_enabled(db, rule.id, True, now), now)
            return gettext("Enabled rule “{name}” ({expiry}).", name=name, expiry=expiry)
        case "disable":
            rules.set_enabled(db, rule.id, False, now)
            return join_sentences(gettext("Disabled rule “{name}”.", name=name), unhidden)
        case "apply":
            if rule.off:
                command = f"roya-tui rules enable {shlex.quote(name)}"
                raise CommandError(gettext("Rule “{name}” is disabled. Run: {command}", name=name, command=command))
            applied = ngettext(
                "Applied rule “{name}” to {count:,} article.",
                "Applied rule “{name}” to {count:,} articles.",
                rules.apply(db, rule.id, now),
                name=name,
            )
            return join_sentences(applied, _describe_scope(rule))
        case _:
            rules.remove(db, rule.id, now)
            return join_sentences(gettext("Removed rule “{name}”.", name=name), unhidden)


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
    heading = (gettext("matches"), gettext("until"), gettext("effect"), gettext("rule"), gettext("query"))
    session.table(columns, table, heading)
    if not found and session.terminal.interactive:
        session.out.notify(gettext("No rules. Add one: roya-tui rules add NAME QUERY"))


def _rule_json(rule: Rule) -> dict[str, Any]:
    facts = fields_json(rule, "name", "query", "effect", "tag", "problem")
    times = {"seconds": rule.term, "ends": iso_time(rule.ends)}
    return facts | times | {"enabled": not rule.off, "matches": rule.match_count}


def _try(session: Session, text: str, effect: str, json: bool) -> None:
    query = session.query(text)
    with session.store(reading=True) as db:
        prepare_search(session, db, query)
        found = rules.preview(db, query, session.now, effect, zone=session.clock().zone)
    if json:
        counts = {"matches": found.count, "examined": found.total, "done": found.already_done, "exempt": found.exempt}
        session.out.json({"query": text, **counts, "newest": list(map(headline_json, found.newest))})
        return
    message = ngettext(
        "Matches {count:,} of {total:,} article of the last 30 days.",
        "Matches {count:,} of {total:,} articles of the last 30 days.",
        found.total,
        count=found.count,
        total=found.total,
    )
    session.out.line(join_sentences(message, gettext("The newest:") if found.newest else ""))
    if more := describe_exceptions(effect, found.already_done, found.exempt):
        session.out.line(more, 2)
    for headline in found.newest:
        stamp = session.clock().stamp(headline.at, headline.at_zone, headline.form)
        session.out.line(f"{stamp}  {headline.source}  {headline.title}", 2)
