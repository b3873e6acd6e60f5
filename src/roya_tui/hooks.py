"""Run hooks: programs that get articles as JSON, with limits on their time, number and output.

A feed decides what is in the JSON, but not which program runs, nor its arguments. A program is never looked for in the
current folder, and does not run there.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from subprocess import PIPE, STDOUT, Popen, TimeoutExpired
from tempfile import TemporaryFile
from typing import Any

import msgspec
from msgspec import Struct

from roya_tui.clock import Clock
from roya_tui.config import Hook, Hooks
from roya_tui.export.json_values import headline_json, json_text
from roya_tui.processes import child_environment
from roya_tui.store import rule_matching
from roya_tui.store.articles import lookup
from roya_tui.store.connection import StoreError, get_value, set_value
from roya_tui.store.search import results
from roya_tui.text import fold_name, one_line
from roya_tui.translation import gettext

MAX_ARTICLES = 500
"""Articles in one run of a program: a rule with more matches gets several runs."""
MAX_OUTPUT_BYTES = 4_000
"""Bytes that are kept of what a program prints."""
_POLL_SECONDS = 0.01
_READ_BYTES = 1 << 16
"""Bytes that are read at each poll, so that a flood does not keep the app busy."""
_MAX_MESSAGE = 200
"""Characters of an error that a program printed."""
_OUTCOME_KEY = "hook:{name}"
"""Database key of the last outcome of a hook."""
_SINCE_KEY = "hooks-since"
"""Database key for the newest article before a refresh whose hooks have not run yet, or ""."""


class Outcome(Struct, frozen=True):
    """How the last run of a hook ended."""

    at: int
    """UTC seconds."""
    problem: str
    """Why it failed, in words, or ""."""
    seconds: float = 0.0


def describe_failures(db: sqlite3.Connection, hooks: Hooks, clock: Clock) -> list[str]:
    """Return the hooks whose last run failed, as lines with the time and the reason."""
    return [
        gettext("Hook {name}: {reason} ({time})", name=hook.name, time=clock.stamp(last.at), reason=last.problem)
        for hook in hooks.all
        if (last := load_outcome(db, hook)) and last.problem
    ]


def load_outcome(db: sqlite3.Connection, hook: Hook) -> Outcome | None:
    """Return the last outcome of a hook; None if it has not run, or the value is damaged."""
    with suppress(msgspec.MsgspecError, ValueError):
        return msgspec.json.decode(get_value(db, _OUTCOME_KEY.format(name=hook.name)), type=Outcome)
    return None


def save_outcome(db: sqlite3.Connection, hook: Hook, outcome: Outcome) -> None:
    """Save the last outcome of a hook; a success replaces a failure."""
    set_value(db, _OUTCOME_KEY.format(name=hook.name), msgspec.json.encode(outcome).decode())


def make_document(db: sqlite3.Connection, hook: Hook, ids: Iterable[int]) -> dict[str, Any]:
    """Return the JSON document for a run, with articles as `roya-tui list --json` prints them."""
    headlines = lookup.load_headlines(db, ids)
    tags = lookup.load_tags(db, [headline.id for headline in headlines])
    articles = [headline_json(headline) | {"tags": tags.get(headline.id, ())} for headline in headlines]
    return {"event": hook.event, "rule": hook.rule, "articles": articles}


# Running a program.


async def run_hook(hook: Hook, document: Mapping[str, Any], timeout: float, now: int) -> tuple[Outcome, str]:
    """Run the program of a hook with a document on its standard input, for at most `timeout` seconds.

    Returns the beginning of what it prints, too. What it leaves running in its process group is killed when it ends, or
    when this is cancelled.
    """
    command = [os.path.expanduser(part) if part.startswith("~/") else part for part in hook.command]
    try:
        with TemporaryFile() as stdin:
            stdin.write(json_text(document).encode("utf-8", "replace"))
            stdin.seek(0)
            process = Popen(
                command,
                bufsize=0,
                stdin=stdin,
                stdout=PIPE,
                stderr=STDOUT,
                env=child_environment(),
                cwd=_folder(),
                start_new_session=True,
            )
    except (OSError, ValueError) as error:
        name = command[0]
        is_there = (
            os.path.lexists(name) if os.path.isabs(name) else shutil.which(name, path=child_environment().get("PATH"))
        )
        if not is_there:
            return Outcome(now, gettext("program {program} not found", program=name)), ""
        reason = one_line(getattr(error, "strerror", None) or str(error))
        return Outcome(now, gettext("could not start: {error}", error=reason)), ""
    started, output = time.monotonic(), bytearray()
    try:
        in_time = await _wait(process, timeout, output)
    finally:
        _kill_group(process)
    printed, problem = output.decode("utf-8", "replace"), ""
    if not in_time:
        problem = gettext("did not end within {seconds} s", seconds=f"{timeout:g}")
    elif process.returncode:
        problem = gettext("exit code {code}", code=process.returncode)
    if problem and (line := one_line(printed.strip().partition("\n")[0])):
        problem += f": {line[:_MAX_MESSAGE]}"
    return Outcome(now, problem, round(time.monotonic() - started, 2)), printed


def _folder() -> str:
    """Return the folder that programs run in: the current one may have hostile files."""
    home = os.path.expanduser("~")
    return home if os.path.isabs(home) and os.path.isdir(home) else os.path.abspath(os.sep)


async def _wait(process: Popen[bytes], seconds: float, output: bytearray) -> bool:
    """Wait until a program ends; return whether it did. Read all that it prints, and keep the beginning."""
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)  # a program that left the group may keep it open
    end = time.monotonic() + seconds
    while True:
        is_over = process.poll() is not None or time.monotonic() > end
        output += (process.stdout.read(_READ_BYTES) or b"")[: MAX_OUTPUT_BYTES - len(output)]
        if is_over:
            return process.returncode is not None
        await asyncio.sleep(_POLL_SECONDS)


def _kill_group(process: Popen[bytes]) -> None:
    """Kill a program and all that it started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError, PermissionError):  # all have ended
            os.killpg(process.pid, signal.SIGKILL)
    if process.stdout:
        process.stdout.close()
    with suppress(TimeoutExpired):  # its disk hangs
        process.wait(1)


# After a refresh.


def note_newest(db: sqlite3.Connection) -> int:
    """Return the newest article before a refresh. It is saved, too: the refresh may be stopped before its hooks run."""
    newest = lookup.newest_id(db)
    if not get_value(db, _SINCE_KEY):
        set_value(db, _SINCE_KEY, str(newest))
    return newest


async def run_after_refresh(
    db: sqlite3.Connection, hooks: Hooks, before: int, checked: int, report: Callable[[dict[str, Any]], None], now: int
) -> None:
    """Run the hooks with what came after article `before`; `report` gets a warning for each that fails.

    `checked` is the number of sources that were checked.
    """
    saved = get_value(db, _SINCE_KEY)
    since = int(saved) if saved.isdecimal() else before
    matches = {fold_name(rule): ids for rule, ids in rule_matching.find_matches(db, since).items()}
    slots = asyncio.Semaphore(hooks.at_once)

    async def run(hook: Hook, runs: Iterable[Sequence[int]]) -> None:
        for ids in runs:
            async with slots:
                outcome, _ = await run_hook(hook, make_document(db, hook, ids), hooks.timeout, now)
            with suppress(StoreError):  # database busy or disk full
                save_outcome(db, hook, outcome)
            if outcome.problem:  # each further run could take as long
                message = gettext("Hook {name} failed: {reason}.", name=hook.name, reason=outcome.problem)
                return report({"event": "warning", "message": message})

    try:
        async with asyncio.TaskGroup() as group:
            ids = results.find_newer(db, since, MAX_ARTICLES)
            if hooks.after_refresh and (ids or checked):
                group.create_task(run(Hook("after_refresh", hooks.after_refresh), [ids]))
            for rule, command in hooks.on_match.items():
                ids = matches.get(fold_name(rule), [])
                runs = [ids[start : start + MAX_ARTICLES] for start in range(0, len(ids), MAX_ARTICLES)]
                group.create_task(run(Hook("on_match", command, rule), runs))
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    set_value(db, _SINCE_KEY, "")  # only now: stopped hooks get their articles again
