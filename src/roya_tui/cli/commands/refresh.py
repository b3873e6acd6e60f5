"""The command refresh: the job that brings in news, told to people as it goes, to programs as events or at its end."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from argparse import Namespace
from collections.abc import Mapping, Sequence
from contextlib import suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict

from roya_tui.cli.session import BUSY, INTERRUPTED, SOME_FAILED, SUCCESS, CommandError, Session
from roya_tui.text import fold, format_count

if TYPE_CHECKING:
    from roya_tui.cli.output import Output
    from roya_tui.refresh import Priority, Summary

_BAR_WIDTH = 20


def refresh(session: Session, args: Namespace) -> int:
    """`roya-tui refresh`: fetch what is due, or the sources named."""
    with session.store() as db:
        ids = _find_sources(db, args.sources)

    from roya_tui.refresh import run

    hurries: SimpleQueue[Priority] | None = None  # nobody's, if no program listens
    if args.events:
        hurries = SimpleQueue()
        _lower_priority()
        _read_priorities(hurries)
    show: _EventReporter | _JsonReporter | _ProgressReporter
    show = (
        _EventReporter(session.out)
        if args.events
        else _JsonReporter(session.out)
        if args.json
        else _ProgressReporter(session)
    )
    summary = run(
        session.paths,
        session.config,
        ids,
        all_now=args.all_now,
        offline=session.offline,
        report=show.report,
        now=lambda: int(time.time()),
        priorities=hurries,
    )
    show.finish(summary)
    if summary.busy:
        return BUSY
    if summary.stopped:
        return INTERRUPTED
    return SOME_FAILED if summary.failed or summary.offline else SUCCESS


def _lower_priority() -> None:
    """Let the program that started this one go first where both want the processor: a person waits for it."""
    if hasattr(os, "nice"):
        os.nice(19)


def _read_priorities(priorities: SimpleQueue[Priority]) -> None:
    """Hear from standard input whom the person looks at, or asks for, if a program is at its other end: {"first": 3} or
    {"now": 3}, one a line."""
    from roya_tui.refresh import Priority

    def listen() -> None:
        rest = b""
        # Not through sys.stdin: its lock, held by a thread that waits, would keep the program from ending.
        while chunk := os.read(source, 4096):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                with suppress(ValueError, TypeError, KeyError):  # what is not meant for us is passed over
                    said = json.loads(line)
                    priorities.put(
                        Priority(int(said["now"]), is_immediate=True) if "now" in said else Priority(int(said["first"]))
                    )

    try:
        source = sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):
        return  # there is none
    if not os.isatty(source):
        threading.Thread(target=listen, daemon=True).start()


def _find_sources(db: Any, words: Sequence[str]) -> list[int]:
    """The sources that are meant; in a folder, and those in it, all that are not paused."""
    from roya_tui.store.sources import names, subscriptions

    if not words:
        return []
    known = subscriptions.list_all(db)
    subscribed, ids = {source.id for source in known}, []
    for text in words:
        found = [id for id in names.find_sources(db, text) if id in subscribed]
        if not found:
            within = [source for source in known if f"{fold(source.folder)}/".startswith(f"{fold(text)}/")]
            if not within:
                raise CommandError(f"No source or folder is called “{text}”. roya-tui sources lists them.")
            found = [source.id for source in within if not (source.paused or source.is_saved_pages)]
            if not found:
                raise CommandError(f"All sources in “{text}” are paused; each is asked by its name.")
        ids += found
    return ids


class _EventReporter:
    """Tells a program everything as it happens."""

    def __init__(self, out: Output) -> None:
        self.report = out.event

    def finish(self, summary: Summary) -> None:
        """The last event told it."""


class _JsonReporter:
    """Tells a program at the end what came of it: the counts, and each source that is not as it was."""

    def __init__(self, out: Output) -> None:
        self._out = out
        self._sources: list[dict[str, Any]] = []

    def report(self, event: Mapping[str, Any]) -> None:
        if event["event"] == "source" and event["state"] != "unchanged":
            self._sources.append({name: value for name, value in event.items() if name != "event"})

    def finish(self, summary: Summary) -> None:
        self._out.json({**asdict(summary), "seconds": round(summary.seconds, 2), "sources": self._sources})


class _ProgressReporter:
    """Shows a person how far a refresh is and what came; where nobody looks, as under cron, it only tells failures."""

    def __init__(self, session: Session) -> None:
        self._out = session.out
        self._offline = session.offline
        self._shows_progress = session.out.shows_progress
        self._full, self._empty = ("█", "░") if session.terminal.utf8 else ("#", ".")

    def report(self, event: Mapping[str, Any]) -> None:
        match event["event"]:
            case "source" if event["state"] == "failed":
                self._clear()
                self._out.notify(event["message"])
            case "progress" if self._shows_progress:
                what = event.get("what", "sources")
                bar = self._bar(event["done"], event["total"], what, event["new"])
                waits_for = event.get("waits_for")
                self._out.progress(f"{bar}; waiting for {waits_for}" if waits_for else bar)
            case "offline" | "warning":
                self._clear()
                self._out.notify(event["message"])
            case "busy":
                self._out.notify(event["message"])

    def _bar(self, done: int, total: int, what: str, new: int) -> str:
        full = _BAR_WIDTH * done // max(total, 1)
        return f"{self._full * full}{self._empty * (_BAR_WIDTH - full)} {done}/{total} {what}, {new:,} new"

    def _clear(self) -> None:
        if self._shows_progress:
            self._out.progress("")

    def finish(self, summary: Summary) -> None:
        self._clear()
        if summary.busy or self._out.terminal.columns is None:
            return
        if summary.offline and not (summary.new or summary.changed or summary.failed):
            return  # that there is no network was told
        asked = summary.asked
        if not asked and self._offline:
            self._out.line("Offline: nothing was fetched.")
            return
        if not asked:
            waiting = format_count(summary.waiting, "source waits", "sources wait")
            self._out.line(f"Nothing is due: {waiting}. roya-tui refresh --all-now does not.")
            return
        muted = f" ({summary.muted:,} muted)" if summary.muted else ""
        told = [f"{summary.new:,} new{muted}", f"{summary.changed:,} changed"]
        for count, what in ((summary.pages, "page"), (summary.pictures, "picture")):
            if count:
                told.append(f"{format_count(count, what)} kept")
        if summary.failed:
            told.append(f"{summary.failed:,} of {asked:,} sources failed")
        before = "Stopped: " if summary.stopped else "Offline, so only files were read: " if self._offline else ""
        self._out.line(f"{before}{', '.join(told)}, in {summary.seconds:.1f} s.")
