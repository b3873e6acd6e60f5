"""Run hooks: programs that get articles as JSON, with limits on their time, number and output.

A feed decides what is in the JSON, but not which program runs, nor its arguments. A program is never looked for in the
current folder, and does not run there.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sqlite3
import time
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from roya_tui.clock import Clock
from roya_tui.config import Hook, Hooks
from roya_tui.export.json_values import headline_json, json_text
from roya_tui.processes import child_environment
from roya_tui.store import rule_matching, rules
from roya_tui.store.articles import lookup
from roya_tui.store.connection import StoreError, get_value, set_value, transaction
from roya_tui.store.database import open_store
from roya_tui.store.search import results
from roya_tui.text import fold_name, one_line
from roya_tui.translation import gettext

MAX_ARTICLES = 500
"""Articles in one run of a program: a rule with more matches gets several runs."""
MAX_OUTPUT_BYTES = 4_000
"""Bytes that are kept of a program's output, and of its errors."""
MAX_SHOWN = 3
"""Lines about failed hooks on a screen."""
GRACE_SECONDS = 1.0
"""Seconds between SIGTERM and SIGKILL, once the time is up."""
_POLL_SECONDS = 0.02
_READ_BYTES = 1 << 16
_FLOOD_PAUSE = 0.002
"""Seconds after each read of more output than is kept, so that a flood does not keep the app busy."""
_COLOR = re.compile(r"\x1b\[[\d;]*m")
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
    result: str
    """"ok", "failed", "timeout", "missing" or "error"."""
    exit_code: int | None = None
    seconds: float = 0.0
    error: str = ""
    """The first line that the program printed as an error, or the system's message."""

    @property
    def is_ok(self) -> bool:
        return self.result == "ok"


class Run(NamedTuple):
    """An outcome, with the beginning of what the program printed."""

    outcome: Outcome
    output: str = ""


def describe(hook: Hook, outcome: Outcome, timeout: float) -> str:
    """Return an outcome in words, without the name of the hook."""
    error = outcome.error[:_MAX_MESSAGE]
    match outcome.result:
        case "ok":
            return gettext("succeeded")
        case "missing":
            return gettext("program {program} not found", program=hook.command[0])
        case "timeout":
            text = gettext("did not end within {seconds} s", seconds=f"{timeout:g}")
        case "failed" if (outcome.exit_code or 0) < 0:
            text = gettext("ended by signal {number}", number=-(outcome.exit_code or 0))
        case "failed":
            text = gettext("exit code {code}", code=outcome.exit_code)
        case _:
            return gettext("could not start: {error}", error=error)
    return f"{text}: {error}" if error else text


def describe_failures(db: sqlite3.Connection, hooks: Hooks, clock: Clock) -> list[str]:
    """Return the hooks whose last run failed, as lines with the time and the reason."""
    return [
        gettext("Hook {name}: {reason} ({time})", name=hook.name, time=clock.stamp(outcome.at), reason=reason)
        for hook in hooks.all
        if (outcome := load_outcome(db, hook)) and not outcome.is_ok
        for reason in (describe(hook, outcome, hooks.timeout),)
    ]


def summarize_failures(db: sqlite3.Connection, hooks: Hooks, clock: Clock) -> list[str]:
    """Return at most `MAX_SHOWN` lines about failures, for the source status screen."""
    lines = describe_failures(db, hooks, clock)
    if len(lines) <= MAX_SHOWN:
        return lines
    more = gettext("Hooks that failed: {count:,}. To list them: roya-tui hooks", count=len(lines))
    return [*lines[: MAX_SHOWN - 1], more]


def find_setup_problem(db: sqlite3.Connection, hook: Hook, now: int) -> str:
    """Return why a hook cannot run, or ""."""
    names = {fold_name(rule.name) for rule in rules.list_unchecked(db, now)} if hook.rule else ()
    if hook.rule and fold_name(hook.rule) not in names:
        return gettext("There is no rule “{name}”.", name=hook.rule)
    if find_program(hook.command[0]) is None:
        return describe(hook, Outcome(now, "missing"), 0)
    return ""


def load_outcome(db: sqlite3.Connection, hook: Hook) -> Outcome | None:
    """Return the last outcome of a hook; None if it has not run, or the value is damaged."""
    try:
        return msgspec.json.decode(get_value(db, _OUTCOME_KEY.format(name=hook.name)), type=Outcome)
    except (msgspec.MsgspecError, ValueError):
        return None


def save_outcome(db: sqlite3.Connection, hook: Hook, outcome: Outcome) -> None:
    """Save the last outcome of a hook; a success replaces a failure."""
    set_value(db, _OUTCOME_KEY.format(name=hook.name), msgspec.json.encode(outcome).decode())


# What programs get.


def make_document(db: sqlite3.Connection, hook: Hook, ids: Iterable[int], more: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON document for a run, with articles as `roya-tui list --json` prints them."""
    headlines = lookup.load_headlines(db, ids)
    tags = lookup.load_tags(db, [headline.id for headline in headlines])
    articles = [headline_json(headline) | {"tags": tags.get(headline.id, ())} for headline in headlines]
    about = {"rule": hook.rule} if hook.rule else {}
    return {"event": hook.event, **about, **more, "articles": articles}


# Running a program.


def find_program(name: str) -> str | None:
    """Return the path of a program; a name is searched on PATH, without the current folder."""
    name = os.path.expanduser(name)
    if os.path.isabs(name):
        return name if os.path.isfile(name) else None
    return None if os.path.dirname(name) else shutil.which(name, path=child_environment().get("PATH", os.defpath))


async def run_hook(hook: Hook, document: Mapping[str, Any], timeout: float, now: int) -> Run:
    """Run the program of a hook with a document on its standard input, for at most `timeout` seconds.

    What it leaves running in its process group is killed when it ends, or when this is cancelled.
    """
    program, started = find_program(hook.command[0]), time.monotonic()
    if program is None:
        return Run(Outcome(now, "missing"))
    arguments = (os.path.expanduser(part) if part.startswith("~/") else part for part in hook.command[1:])
    try:
        process = await asyncio.create_subprocess_exec(
            program,
            *arguments,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=child_environment(),
            cwd=_folder(),
            start_new_session=True,
        )
    except FileNotFoundError:
        return Run(Outcome(now, "missing"))
    except (OSError, ValueError) as error:
        return Run(Outcome(now, "error", error=one_line(getattr(error, "strerror", None) or str(error))))
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    outputs = bytearray(), bytearray()
    pumps = [
        asyncio.create_task(_write(process.stdin, json_text(document).encode("utf-8", "replace"))),
        asyncio.create_task(_read(process.stdout, outputs[0])),
        asyncio.create_task(_read(process.stderr, outputs[1])),
    ]
    try:
        in_time = await _wait(process, timeout)
        if not in_time:
            _signal_group(process, signal.SIGTERM)
            await _wait(process, GRACE_SECONDS)
        _kill_group(process)
        # A program that left the group may keep the pipes open.
        await asyncio.wait(pumps, timeout=GRACE_SECONDS)
        await _wait(process, GRACE_SECONDS)
    finally:
        _kill_group(process)
        for pump in pumps:
            pump.cancel()
        process._transport.close()  # type: ignore[attr-defined]
    code, seconds = process.returncode if in_time else None, round(time.monotonic() - started, 2)
    printed, errors = (_COLOR.sub("", output.decode("utf-8", "replace")) for output in outputs)
    if code == 0:
        return Run(Outcome(now, "ok", code, seconds), printed + errors)
    reason = next(filter(None, map(one_line, errors.splitlines())), "")[:_MAX_MESSAGE]
    return Run(Outcome(now, "failed" if in_time else "timeout", code, seconds, reason), printed + errors)


def _folder() -> str:
    """Return the folder that programs run in: a hostile one must not offer them its files."""
    home = os.path.expanduser("~")
    return home if os.path.isabs(home) and os.path.isdir(home) else os.path.abspath(os.sep)


async def _wait(process: Process, seconds: float) -> bool:
    """Wait until a program ends; return whether it did. `Process.wait` would also wait until its pipes are closed."""
    end = time.monotonic() + seconds
    while process.returncode is None and time.monotonic() < end:
        await asyncio.sleep(_POLL_SECONDS)
    return process.returncode is not None


async def _write(stdin: asyncio.StreamWriter, data: bytes) -> None:
    with suppress(ConnectionError):  # the program does not read it
        stdin.write(data)
        await stdin.drain()
        stdin.close()
        await stdin.wait_closed()


async def _read(stream: asyncio.StreamReader, kept: bytearray) -> None:
    """Read all that a program prints, and keep the beginning."""
    while chunk := await stream.read(_READ_BYTES):
        kept += chunk[: MAX_OUTPUT_BYTES - len(kept)]
        if len(kept) >= MAX_OUTPUT_BYTES:
            await asyncio.sleep(_FLOOD_PAUSE)


def _signal_group(process: Process, number: int) -> None:
    """Send a signal to a program and all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, number)
        elif process.returncode is None:
            process.kill()


def _kill_group(process: Process) -> None:
    _signal_group(process, getattr(signal, "SIGKILL", signal.SIGTERM))


# After a refresh.


class RefreshHooks:
    """Runs hooks after a refresh with what it brought."""

    def __init__(self, database: Path, hooks: Hooks, report: Callable[[dict[str, Any]], None], now: int) -> None:
        """Create it before the refresh; `report` gets the events of the refresh, and warnings."""
        self._database, self._hooks, self._report, self._now = database, hooks, report, now
        self._failed_sources: list[dict[str, Any]] = []
        self._failed: set[str] = set()
        """Names of hooks that failed. Their other runs are left out: each could take as long."""
        with closing(open_store(database)) as db:
            self._before = lookup.newest_id(db)
            if not get_value(db, _SINCE_KEY):  # else a refresh was stopped before its hooks ran
                set_value(db, _SINCE_KEY, str(self._before))

    def report(self, event: dict[str, Any]) -> None:
        """Note the sources that fail, and pass the event on."""
        if event["event"] == "source" and event["state"] == "failed":
            failed = {"source": event["label"], "source_id": event["id"]}
            self._failed_sources.append(failed | {"message": event["message"], "kind": event["kind"]})
        self._report(event)

    def run(self, totals: Mapping[str, int]) -> None:
        """Run the hooks; `totals` are the counts for "after_refresh". Raises StoreError."""
        with closing(open_store(self._database)) as db:
            jobs = self._plan(db, self._take_since(db), totals)
            if jobs:
                asyncio.run(self._run_all(db, jobs))

    def _take_since(self, db: sqlite3.Connection) -> int:
        """Return the newest article that hooks have seen, only once: another refresh may have begun."""
        with transaction(db):
            since = get_value(db, _SINCE_KEY)
            set_value(db, _SINCE_KEY, "")
        return min(int(since), self._before) if since.isdecimal() else self._before

    def _plan(
        self, db: sqlite3.Connection, since: int, totals: Mapping[str, int]
    ) -> deque[tuple[Hook, Sequence[int], Mapping[str, Any]]]:
        matches = rule_matching.find_matches(db, since) if self._hooks.on_match else {}
        matches = {fold_name(rule): ids for rule, ids in matches.items()}
        jobs: deque[tuple[Hook, Sequence[int], Mapping[str, Any]]] = deque()
        for hook in self._hooks.all:
            if hook.event == "on_match":
                ids = matches.get(fold_name(hook.rule), ())
                starts = range(0, len(ids), MAX_ARTICLES)
                jobs += ((hook, ids[start : start + MAX_ARTICLES], {}) for start in starts)
            elif hook.event == "after_refresh":
                ids = results.find_newer(db, since, MAX_ARTICLES)
                if ids or totals["checked"]:
                    jobs.append((hook, ids, {**totals, "failed_sources": self._failed_sources[:MAX_ARTICLES]}))
        return jobs

    async def _run_all(
        self, db: sqlite3.Connection, jobs: deque[tuple[Hook, Sequence[int], Mapping[str, Any]]]
    ) -> None:
        async def work() -> None:
            while jobs:
                hook, ids, facts = jobs.popleft()
                if hook.name not in self._failed:
                    run = await run_hook(hook, make_document(db, hook, ids, facts), self._hooks.timeout, self._now)
                    self._finish(db, hook, run.outcome)

        async with asyncio.TaskGroup() as group:
            for _ in range(self._hooks.at_once):
                group.create_task(work())

    def _finish(self, db: sqlite3.Connection, hook: Hook, outcome: Outcome) -> None:
        if hook.name in self._failed:
            return  # a run at the same time
        with suppress(StoreError):  # database busy or disk full
            save_outcome(db, hook, outcome)
        if not outcome.is_ok:
            self._failed.add(hook.name)
            reason = describe(hook, outcome, self._hooks.timeout)
            message = gettext("Hook {name} failed: {reason}.", name=hook.name, reason=reason)
            self._report({"event": "warning", "message": message})
