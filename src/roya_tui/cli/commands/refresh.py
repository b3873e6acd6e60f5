"""The command refresh: fetch new articles, with progress, JSON events or a JSON summary."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from sqlite3 import Connection
from subprocess import DEVNULL
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict

from roya_tui.cli.commands.sources import find_named
from roya_tui.cli.session import BUSY, INTERRUPTED, SOME_FAILED, SUCCESS, CommandError, Session
from roya_tui.presentation.source_status import TimeContext, describe_held_hosts
from roya_tui.processes import child_environment
from roya_tui.translation import gettext, gettext_noop, join_sentences, ngettext

if TYPE_CHECKING:
    from roya_tui.cli.output import Output
    from roya_tui.refresh.refresh_run import AccountSync
    from roya_tui.refresh.results import EventCallback, Priority, Summary

_BAR_WIDTH = 20
_NOTIFY_SECONDS = 10.0
"""Seconds that a program has to show a notification."""
_PROGRESS = {
    "sources": gettext_noop("{done}/{total} sources, {new:,} new"),
    "waiting": gettext_noop("{done}/{total} sources, {new:,} new, waiting for {waiting_for}"),
    "pages": gettext_noop("{done}/{total} pages, {new:,} new"),
    "pictures": gettext_noop("{done}/{total} pictures, {new:,} new"),
}


def refresh(session: Session, args: Namespace) -> int:
    """`roya-tui refresh`: fetch the sources that are due, or the given ones."""
    with session.store() as db:
        ids = _find_sources(db, args.sources)
        synced = _find_accounts(db, ids)
    sync = account_sync(synced if ids else ()) if synced else None
    return run_refresh(session, args, ids, sync, all_now=args.all_now, anyway=args.anyway)


def account_sync(ids: Sequence[int]) -> AccountSync:
    """Return the sync of these accounts, or of all but those whose servers asked to wait."""
    from roya_tui.sync.run import sync_accounts  # few users have accounts

    return partial(sync_accounts, ids=ids)


def run_refresh(
    session: Session,
    args: Namespace,
    ids: Sequence[int],
    sync: AccountSync | None,
    *,
    all_now: bool = False,
    anyway: bool = False,
    sources_too: bool = True,
) -> int:
    """Refresh, report what happens as the options --json, --events and --quiet say, and run the hooks.

    The others are the arguments of `runner.run`.
    """
    hooks = session.config.hooks
    if hooks.all:
        from roya_tui.hooks import note_newest, run_after_refresh  # few users have any
        from roya_tui.signals import run_until_signal

        with session.store() as db:
            newest = note_newest(db)

    from roya_tui.refresh.runner import run

    priorities: SimpleQueue[Priority] | None = None
    reporter: _JsonReporter | _ProgressReporter | None = None
    if args.events:
        priorities = SimpleQueue()
        if hasattr(os, "nice"):
            os.nice(19)  # the app, which started this process, goes first
        _read_priorities(priorities)
    else:
        reporter = (
            _JsonReporter(session.out) if args.json else _ProgressReporter(session, bool(ids) or all_now, args.quiet)
        )
    notifier = _Notifier(session, reporter.report) if reporter else None
    report: EventCallback = notifier.report if notifier else session.out.event
    summary = run(
        session.paths,
        session.config,
        ids,
        all_now=all_now,
        anyway=anyway,
        offline=session.offline,
        report=report,
        now=lambda: int(time.time()),
        priorities=priorities,
        sync=sync,
        sources_too=sources_too,
    )
    if reporter:
        reporter.finish(summary)
    if hooks.all and not (summary.busy or summary.stopped):
        with session.store() as db:
            work = run_after_refresh(db, hooks, newest, summary.asked, report, session.now)
            if asyncio.run(run_until_signal(work)):
                return INTERRUPTED
    if summary.busy:
        return BUSY
    if summary.stopped:
        return INTERRUPTED
    return SOME_FAILED if summary.failed or summary.offline or summary.accounts_failed else SUCCESS


def _find_accounts(db: Connection, sources: Sequence[int]) -> list[int]:
    """Return the accounts to sync: all, or those whose server sends the articles of these sources."""
    from roya_tui.store.sources import subscriptions
    from roya_tui.store.sync import accounts

    found = [account.id for account in accounts.list_all(db)]
    if not sources or not found:
        return found
    needed = {source.account_id for source in subscriptions.list_all(db) if source.id in sources and source.from_server}
    return [id for id in found if id in needed]


def _read_priorities(priorities: SimpleQueue[Priority]) -> None:
    """Read priorities from standard input, such as {"first": 3}, {"now": 3} or {"now": 3, "anyway": true} a line."""
    from roya_tui.refresh.results import Priority

    def listen() -> None:
        rest = b""
        # Not through sys.stdin: its lock, held by a blocked thread, would keep the program from exiting.
        while chunk := os.read(descriptor, 4096):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                with suppress(ValueError, TypeError, KeyError):  # skip invalid lines
                    message = json.loads(line)
                    is_immediate = "now" in message
                    source = int(message["now" if is_immediate else "first"])
                    priorities.put(Priority(source, is_immediate, bool(message.get("anyway"))))

    try:
        descriptor = sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):
        return  # no standard input
    if not os.isatty(descriptor):
        threading.Thread(target=listen, daemon=True).start()


def _find_sources(db: Connection, words: Sequence[str]) -> list[int]:
    """Return the ids of the named sources; for a folder, those in it that are not paused."""
    from roya_tui.store.sources import subscriptions

    sources = subscriptions.list_all(db) if words else []
    ids: list[int] = []
    for text in words:
        found, is_folder = find_named(db, sources, text)
        if is_folder:
            found = [source for source in found if not (source.paused or source.is_saved_pages)]
            if not found:
                message = gettext("All sources in “{folder}” are paused. Name one to fetch it.", folder=text)
                raise CommandError(message)
        ids += (source.id for source in found)
    return ids


class _Notifier:
    """Shows the notification of a refresh with a program of the desktop, and passes other events on.

    There may be no terminal, as under cron.
    """

    def __init__(self, session: Session, report: EventCallback) -> None:
        self._out = session.out
        self._method = session.config.notify.method
        self._report = report

    def report(self, event: dict[str, Any]) -> None:
        if event["event"] != "notify":
            self._report(event)
        elif self._method != "terminal":
            from roya_tui.notifications import Notification, desktop_command

            if command := desktop_command(Notification(event["title"], event["body"]), os.environ):
                environment = {**child_environment(), **command.environment}
                try:
                    code = subprocess.run(command.arguments, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL,
                                          env=environment, timeout=_NOTIFY_SECONDS).returncode  # fmt: skip
                    error = gettext("exit code {code}", code=code) if code else ""
                except subprocess.TimeoutExpired:
                    error = gettext("it took too long")
                except OSError as problem:
                    error = problem.strerror or str(problem)
                if error:
                    self._out.notify(gettext("The notification could not be shown: {error}", error=error))


class _JsonReporter:
    """Writes the counts, the sources that changed or failed, the accounts and warnings as one JSON document."""

    def __init__(self, out: Output) -> None:
        self._out = out
        self._sources: list[dict[str, Any]] = []
        self._accounts: list[dict[str, Any]] = []
        self._warnings: list[str] = []

    def report(self, event: Mapping[str, Any]) -> None:
        if event["event"] == "source" and event["state"] != "unchanged":
            self._sources.append({name: value for name, value in event.items() if name != "event"})
        elif event["event"] == "sync" and event["state"] != "running":
            self._accounts.append({name: value for name, value in event.items() if name != "event"})
        elif event["event"] == "warning":
            self._warnings.append(event["message"])

    def finish(self, summary: Summary) -> None:
        found = {"sources": self._sources, "accounts": self._accounts, "warnings": self._warnings}
        self._out.json({**asdict(summary), "seconds": round(summary.seconds, 2), **found})


class _ProgressReporter:
    """Shows progress and a summary on a terminal; elsewhere, as under cron, and with --quiet only failures.

    What was requested but is not fetched is shown in a pipe, too.
    """

    def __init__(self, session: Session, is_request: bool, quiet: bool) -> None:
        self._out = session.out
        self._offline = session.offline
        self._times = TimeContext(session.now, session.clock())
        self._is_request = is_request
        self._quiet = quiet
        self._held: dict[str, int] = {}
        """Hosts that are limiting requests, and until when."""
        self._held_count = 0
        self._has_synced = False
        self._shows_progress = session.out.shows_progress and not quiet
        self._shows_summary = self._out.terminal.columns is not None and not quiet
        self._full, self._empty = ("█", "░") if session.terminal.utf8 else ("#", ".")

    def report(self, event: Mapping[str, Any]) -> None:
        match event["event"]:
            case "source" if event["state"] == "failed":
                self._clear()
                self._out.notify(event["message"])
            case "source" if "held_until" in event:
                self._held[event["host"]] = event["held_until"]
                self._held_count += 1
            case "progress" if self._shows_progress:
                full = _BAR_WIDTH * event["done"] // max(event["total"], 1)
                bar = f"{self._full * full}{self._empty * (_BAR_WIDTH - full)}"
                message = _PROGRESS["waiting" if event.get("waiting_for") else event.get("what", "sources")]
                self._out.progress(f"{bar} {gettext(message, **event)}")
            case "sync" if event["state"] == "running" and self._shows_progress:
                from roya_tui.presentation.accounts import describe_progress

                self._out.progress(describe_progress(event))
            case "sync" if event["state"] == "done":
                self._has_synced = True
            case "sync" if event["state"] in ("failed", "waiting"):
                self._clear()
                self._out.notify(event["message"])
            case "offline" | "warning":
                self._clear()
                self._out.notify(event["message"])
            case "busy":
                self._out.notify(event["message"])

    def _clear(self) -> None:
        if self._shows_progress:
            self._out.progress("")

    def finish(self, summary: Summary) -> None:
        self._clear()
        if self._held and not self._quiet and (self._is_request or self._shows_summary):
            hint = gettext("To check anyway: --anyway.")
            self._out.notify(join_sentences(describe_held_hosts(self._held, self._times), hint))
        if summary.busy or not self._shows_summary:
            return
        if summary.offline and not (summary.new or summary.changed or summary.failed):
            return  # it was reported before
        if not summary.asked and self._offline:
            self._out.line(gettext("Offline: nothing was fetched."))
            return
        if not (summary.asked or summary.sent or summary.received or summary.marked or self._has_synced):
            if count := summary.waiting - self._held_count:
                self._out.line(
                    gettext("No sources are due (waiting: {count:,}). Use --all-now to check them.", count=count)
                )
            return
        self._out.line(" ".join(self._summarize(summary)))

    def _summarize(self, summary: Summary) -> Iterator[str]:
        if summary.stopped:
            yield gettext("Stopped.")
        elif self._offline:
            yield gettext("Offline: only files were read.")
        new, seconds = summary.new, f"{summary.seconds:.1f}"
        yield ngettext(
            "{count:,} new article in {seconds} s.", "{count:,} new articles in {seconds} s.", new, seconds=seconds
        )
        if summary.muted:
            yield gettext("Muted: {count:,}.", count=summary.muted)
        if summary.changed:
            yield gettext("Edited: {count:,}.", count=summary.changed)
        if summary.pages:
            yield ngettext("Saved {count:,} page.", "Saved {count:,} pages.", summary.pages)
        if summary.pictures:
            yield ngettext("Saved {count:,} picture.", "Saved {count:,} pictures.", summary.pictures)
        if summary.sent:
            yield gettext("Changes sent: {count:,}.", count=summary.sent)
        if summary.marked:
            yield gettext("Marks changed: {count:,}.", count=summary.marked)
        if summary.failed:
            yield gettext("Failed: {count:,} of {total:,} sources.", count=summary.failed, total=summary.asked)
