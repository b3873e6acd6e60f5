"""The command hooks: list the hooks of config.toml with their last outcome, and try one."""

from __future__ import annotations

import asyncio
import shlex
from argparse import Namespace

from msgspec.structs import asdict

from roya_tui.cli.output import Column
from roya_tui.cli.session import FAILURE, SUCCESS, CommandError, Session
from roya_tui.export.json_values import headline_json, times_json
from roya_tui.hooks import load_outcome, make_document, run_hook, save_outcome
from roya_tui.model import Headline
from roya_tui.store.articles import lookup
from roya_tui.text import fold_name
from roya_tui.translation import gettext


def manage_hooks(session: Session, args: Namespace) -> int:
    """`roya-tui hooks`: list the hooks, or run one with an article."""
    return _test(session, args.name) if args.what == "test" else _list(session, args.json)


def _list(session: Session, json: bool) -> int:
    clock, rows, facts = session.clock(), [], []
    with session.store(reading=True) as db:
        for hook in session.config.hooks.all:
            last = load_outcome(db, hook)
            state = (last.problem or gettext("succeeded")) if last else gettext("has not run")
            outcome = asdict(last) | times_json(last, "at") if last else None
            facts.append({"name": hook.name, **asdict(hook), "last": outcome})
            rows.append((hook.name, f"{clock.stamp(last.at)} {state}" if last else state, shlex.join(hook.command)))
    if json:
        session.out.json(facts)
        return SUCCESS
    if not rows:
        session.out.line(gettext("No hooks. Add them to [hooks] in {file}.", file=session.paths.config))
        return SUCCESS
    heading = (gettext("hook"), gettext("last run"), gettext("program"))
    session.table((Column(), Column(max_width=60), Column(can_shrink=True)), rows, heading)
    return SUCCESS


def _test(session: Session, name: str) -> int:
    hooks = session.config.hooks
    found = [hook for hook in hooks.all if fold_name(name) in map(fold_name, (hook.name, hook.rule or hook.name))]
    if not found:
        raise CommandError(gettext("There is no hook “{name}”. Run roya-tui hooks to list them.", name=name))
    hook = found[0]
    with session.store() as db:
        document = make_document(db, hook, [lookup.newest_id(db)])
        if not document["articles"]:
            url = "https://news.example/2026/harbor"
            sample = Headline(1, 1, "Harbor News", "The harbor is open again", session.now, url=url)
            document["articles"] = [headline_json(sample) | {"tags": ("harbor",)}]
        outcome, output = asyncio.run(run_hook(hook, document, hooks.timeout, session.now))
        save_outcome(db, hook, outcome)
    if output.strip():
        session.out.text(output)
    result, seconds = outcome.problem or gettext("succeeded"), f"{outcome.seconds:.1f}"
    session.out.line(gettext("Hook {name}: {result} ({seconds} s)", name=hook.name, result=result, seconds=seconds))
    return FAILURE if outcome.problem else SUCCESS
