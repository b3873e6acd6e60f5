"""`roya-tui rules`: what is done by itself, with what, and what a rule would do."""

from __future__ import annotations

from argparse import Namespace
from sqlite3 import Connection

from roya_tui.cli.commands.articles import headline_json, query_text
from roya_tui.cli.output import Column, iso_time
from roya_tui.cli.session import SUCCESS, USAGE_ERROR, CommandError, Session, index_pending
from roya_tui.model import EFFECTS, Rule
from roya_tui.presentation.rules import describe_effect, describe_exceptions, describe_expiry, describe_matches


def rules(session: Session, args: Namespace) -> int:
    """List the rules, or try, make, switch, apply or remove one."""
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
                session.out.line(_ACTIONS[args.what](db, _find_rule(db, args.name, session.now), session.now))
    return SUCCESS


def _add(session: Session, args: Namespace) -> None:
    from roya_tui.store import rules

    text = query_text(args)
    session.query(text)
    effect, _, tag = args.effect.partition("=")
    with session.store(samples=False) as db:
        if args.past:
            index_pending(session, db)
        new = Rule(0, args.name, text, effect, tag, args.term)
        made = rules.add(db, new, session.now, apply_to_existing=args.past)
    already = f"; {made.match_count:,} already" if args.past else " from now on"
    session.out.line(f"{made.name} {describe_effect(made)}{already} ({describe_expiry(made, session.now)}).")


def _find_rule(db: Connection, name: str, now: int) -> Rule:
    from roya_tui.store import rules

    found = rules.find(db, name, now)
    if found is None:
        raise CommandError(f"There is no rule “{name}”. roya-tui rules lists them.")
    return found


def _switch_on(db: Connection, rule: Rule, now: int) -> str:
    from roya_tui.store import rules

    return f"{rule.name} is on ({describe_expiry(rules.set_enabled(db, rule.id, True, now), now)})."


def _switch_off(db: Connection, rule: Rule, now: int) -> str:
    from roya_tui.store import rules

    rules.set_enabled(db, rule.id, False, now)
    return f"{rule.name} is off{_restored_note(rule)}."


def _apply(db: Connection, rule: Rule, now: int) -> str:
    from roya_tui.store import rules

    if rule.off:
        raise CommandError(f"{rule.name} is off. roya-tui rules on '{rule.name}' switches it on.")
    return f"{rule.name} {describe_effect(rule)} {rules.apply(db, rule.id, now):,} more."


def _remove(db: Connection, rule: Rule, now: int) -> str:
    from roya_tui.store import rules

    rules.remove(db, rule.id, now)
    return f"Removed the rule {rule.name}{_restored_note(rule)}."


def _restored_note(rule: Rule) -> str:
    """What happens to what it has done."""
    return "; what it hid is back" if rule.effect == "mute" else ""


_ACTIONS = {"on": _switch_on, "off": _switch_off, "apply": _apply, "remove": _remove}


def _list(session: Session, json: bool) -> None:
    from roya_tui.store import rules

    with session.store(reading=True) as db:
        found = rules.list_all(db, session.now)
    if json:
        session.out.json(
            [
                {
                    "name": rule.name,
                    "query": rule.query,
                    "effect": rule.effect,
                    "tag": rule.tag,
                    "seconds": rule.term,
                    "ends": iso_time(rule.ends),
                    "on": not rule.off,
                    "caught": rule.match_count,
                    "problem": rule.problem,
                }
                for rule in found
            ]
        )
        return
    columns = (
        Column(align_right=True, min_width=6),
        Column(),
        Column(max_width=24),
        Column(max_width=30),
        Column(can_shrink=True),
    )
    table = [
        (
            f"{rule.match_count:,}",
            describe_expiry(rule, session.now),
            describe_effect(rule),
            rule.name,
            rule.problem or rule.display_query,
        )
        for rule in found
    ]
    session.table(columns, table, ("caught", "until", "does", "rule", "query"))
    if not found and session.terminal.interactive:
        session.out.notify("No rules yet: roya-tui rules add NAME QUERY, or M in the reader.")


def _try(session: Session, text: str, effect: str, json: bool) -> None:
    from roya_tui.store import rules

    if effect not in EFFECTS:
        raise CommandError(f"A rule can {', '.join(EFFECTS)}.", USAGE_ERROR)
    query = session.query(text)
    with session.store(reading=True) as db:
        index_pending(session, db)
        found = rules.preview(db, query, session.now, effect, zone=session.clock().zone)
    if json:
        newest = [headline_json(one) for one in found.newest]
        facts = {
            "count": found.count,
            "of": found.total,
            "already": found.already_done,
            "left": found.exempt,
            "newest": newest,
        }
        session.out.json({"query": text} | facts)
        return
    session.out.line(f"{describe_matches(found.count, found.total)}{'; the newest:' if found.newest else '.'}")
    if more := describe_exceptions(effect, found.already_done, found.exempt):
        session.out.line(more, 2)
    for headline in found.newest:
        session.out.line(f"{session.clock().stamp(headline.at)}  {headline.source}  {headline.title}", 2)
