"""`roya-tui rules`: what is done by itself, with what, and what a rule would do."""

from __future__ import annotations

from argparse import Namespace
from sqlite3 import Connection

from roya_tui.cli.articles import headline_facts, words
from roya_tui.cli.output import Column, iso
from roya_tui.cli.session import DONE, WRONG_USAGE, CannotDo, Session, catch_up
from roya_tui.model import EFFECTS, Rule
from roya_tui.presentation.rules import describe_effect, describe_exceptions, describe_expiry, describe_matches


def rules(session: Session, wanted: Namespace) -> int:
    """List the rules, or try, make, switch, apply or remove one."""
    match wanted.what:
        case "list":
            _list(session, wanted.json)
        case "try":
            text = " ".join([wanted.name, words(wanted)]).strip()
            _try(session, text, wanted.effect.partition("=")[0], wanted.json)
        case _ if not wanted.name:
            raise CannotDo(f"Which rule? roya-tui rules {wanted.what} NAME", WRONG_USAGE)
        case "add":
            _add(session, wanted)
        case _:
            with session.store(samples=False) as db:
                if wanted.what == "apply":
                    catch_up(session, db)
                session.out.line(_DONE[wanted.what](db, _named(db, wanted.name, session.now), session.now))
    return DONE


def _add(session: Session, wanted: Namespace) -> None:
    from roya_tui.store import rules

    text = words(wanted)
    session.query(text)
    effect, _, tag = wanted.effect.partition("=")
    with session.store(samples=False) as db:
        if wanted.past:
            catch_up(session, db)
        new = Rule(0, wanted.name, text, effect, tag, wanted.term)
        made = rules.add(db, new, session.now, apply_to_existing=wanted.past)
    already = f"; {made.match_count:,} already" if wanted.past else " from now on"
    session.out.line(f"{made.name} {describe_effect(made)}{already} ({describe_expiry(made, session.now)}).")


def _named(db: Connection, name: str, now: int) -> Rule:
    from roya_tui.store import rules

    found = rules.find(db, name, now)
    if found is None:
        raise CannotDo(f"There is no rule “{name}”. roya-tui rules lists them.")
    return found


def _switch_on(db: Connection, rule: Rule, now: int) -> str:
    from roya_tui.store import rules

    return f"{rule.name} is on ({describe_expiry(rules.set_enabled(db, rule.id, True, now), now)})."


def _switch_off(db: Connection, rule: Rule, now: int) -> str:
    from roya_tui.store import rules

    rules.set_enabled(db, rule.id, False, now)
    return f"{rule.name} is off{_comes_back(rule)}."


def _apply(db: Connection, rule: Rule, now: int) -> str:
    from roya_tui.store import rules

    if rule.off:
        raise CannotDo(f"{rule.name} is off. roya-tui rules on '{rule.name}' switches it on.")
    return f"{rule.name} {describe_effect(rule)} {rules.apply(db, rule.id, now):,} more."


def _remove(db: Connection, rule: Rule, now: int) -> str:
    from roya_tui.store import rules

    rules.remove(db, rule.id, now)
    return f"Removed the rule {rule.name}{_comes_back(rule)}."


def _comes_back(rule: Rule) -> str:
    """What happens to what it has done."""
    return "; what it hid is back" if rule.effect == "mute" else ""


_DONE = {"on": _switch_on, "off": _switch_off, "apply": _apply, "remove": _remove}


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
                    "ends": iso(rule.ends),
                    "on": not rule.off,
                    "caught": rule.match_count,
                    "problem": rule.problem,
                }
                for rule in found
            ]
        )
        return
    columns = (Column(right=True, least=6), Column(), Column(most=24), Column(most=30), Column(gives_way=True))
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
        session.out.tell("No rules yet: roya-tui rules add NAME QUERY, or M in the reader.")


def _try(session: Session, text: str, effect: str, json: bool) -> None:
    from roya_tui.store import rules

    if effect not in EFFECTS:
        raise CannotDo(f"A rule can {', '.join(EFFECTS)}.", WRONG_USAGE)
    query = session.query(text)
    with session.store(reading=True) as db:
        catch_up(session, db)
        found = rules.preview(db, query, session.now, effect, zone=session.clock().zone)
    if json:
        newest = [headline_facts(one) for one in found.newest]
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
