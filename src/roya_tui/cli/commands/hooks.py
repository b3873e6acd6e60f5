"""The command hooks: list the hooks of config.toml with their last outcome, and try one."""

from __future__ import annotations

import asyncio
import shlex
from argparse import Namespace
from sqlite3 import Connection
from typing import Any

from msgspec import structs

from roya_tui.cli.output import Column
from roya_tui.cli.session import FAILURE, SUCCESS, CommandError, Session
from roya_tui.config import Hook
from roya_tui.export.json_values import headline_json, iso_time
from roya_tui.hooks import describe, find_setup_problem, load_outcome, make_document, run_hook, save_outcome
from roya_tui.model import Headline
from roya_tui.store.articles import lookup
from roya_tui.text import fold_name
from roya_tui.translation import gettext


def manage_hooks(session: Session, args: Namespace) -> int:
    """`roya-tui hooks`: list the hooks, or run one with an article."""
    return _test(session, args.name) if args.what == "test" else _list(session, args.json)


def _list(session: Session, json: bool) -> int:
    hooks, clock, rows, facts = session.config.hooks, session.clock(), [], []
    with session.store(reading=True) as db:
        for hook in hooks.all:
            outcome, problem = load_outcome(db, hook), find_setup_problem(db, hook, session.now)
            last = {**structs.asdict(outcome), "at": iso_time(outcome.at)} if outcome else None
            about = {"name": hook.name, "event": hook.event, "rule": hook.rule, "command": hook.command}
            facts.append({**about, "problem": problem, "last": last})
            state = f"{clock.stamp(outcome.at)} {describe(hook, outcome, hooks.timeout)}" if outcome else ""
            rows.append((hook.name, problem or state or gettext("has not run"), shlex.join(hook.command)))
    if json:
        session.out.json(facts)
        return SUCCESS
    heading = (gettext("hook"), gettext("last run"), gettext("program"))
    session.table((Column(), Column(max_width=60), Column(can_shrink=True)), rows, heading)
    if not rows and session.terminal.interactive:
        session.out.notify(gettext("No hooks. Add them to [hooks] in {file}.", file=session.paths.config))
    return SUCCESS


def _test(session: Session, name: str) -> int:
    hooks = session.config.hooks
    found = [hook for hook in hooks.all if fold_name(name) in map(fold_name, (hook.name, hook.rule or hook.name))]
    if not found:
        raise CommandError(gettext("There is no hook “{name}”. Run roya-tui hooks to list them.", name=name))
    hook = found[0]
    with session.store() as db:
        run = asyncio.run(run_hook(hook, _sample_document(db, hook, session.now), hooks.timeout, session.now))
        save_outcome(db, hook, run.outcome)
    if run.output.strip():
        session.out.text(run.output)
    result, seconds = describe(hook, run.outcome, hooks.timeout), f"{run.outcome.seconds:.1f}"
    session.out.line(gettext("Hook {name}: {result} ({seconds} s)", name=hook.name, result=result, seconds=seconds))
    return SUCCESS if run.outcome.is_ok else FAILURE


def _sample_document(db: Connection, hook: Hook, now: int) -> dict[str, Any]:
    """Return a document with the newest article, or with an invented one."""
    counts = {"checked": 1, "new": 1, "muted": 0, "changed": 0, "failed": 0, "failed_sources": []}
    newest = lookup.newest_id(db)
    document = make_document(db, hook, [newest], counts if hook.event == "after_refresh" else {})
    if not newest:
        url = "https://news.example/2026/harbor"
        sample = Headline(1, 1, "Harbor News", "The harbor is open again", now, published=now, first_seen=now, url=url)
        document["articles"] = [headline_json(sample) | {"tags": ("harbor",)}]
    return document
