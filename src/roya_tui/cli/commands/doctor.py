"""The command doctor: check the installation, folders, settings, terminal and database."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing, suppress
from importlib import metadata

from msgspec import Struct

from roya_tui import __version__, private
from roya_tui.cli.output import Column
from roya_tui.cli.session import FAILURE, SUCCESS, Session
from roya_tui.cli.terminal import Terminal
from roya_tui.config import own_files, unmatched_settings
from roya_tui.first_run import find_samples_folder, list_sample_files
from roya_tui.graphics.protocols import detect_protocol
from roya_tui.query import Query
from roya_tui.refresh.cleanup import too_many, why_held
from roya_tui.store.accounts import saved_auth
from roya_tui.store.articles.damage import find_damaged
from roya_tui.store.connection import StoreError
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions

_MAX_LISTED = 10
"""Maximum number of failing sources, or of damaged articles, that are listed."""
_CHECKED_TEXTS = 20_000
"""Texts that are checked without --thorough: a fifth of a second."""

_LIBRARIES = ("textual", "httpx", "lxml", "msgspec", "readability-lxml", "platformdirs", "pillow")


class Finding(Struct, frozen=True):
    """The result of one check."""

    about: str
    text: str
    is_ok: bool = True


def doctor(session: Session, args: Namespace) -> int:
    """`roya-tui doctor`: run all checks, without changes or network access; return 1 if one fails."""
    findings = [
        *_check_versions(),
        *_check_folders(session),
        *_privacy(session),
        *_check_configuration(session),
        *_check_terminal(session),
        *_check_samples(),
        *_check_store(session, args),
    ]
    wrong = [finding for finding in findings if not finding.is_ok]
    if args.json:
        facts = [{"about": item.about, "text": item.text, "well": item.is_ok} for item in findings]
        session.out.json({"well": not wrong, "findings": facts})
    else:
        rows = [("ok" if item.is_ok else "!!", item.about, item.text) for item in findings]
        session.table((Column(), Column(), Column()), rows)
        summary = f"{len(wrong)} of {len(findings)} need a look: those with !!." if wrong else "All is well."
        session.out.line(summary)
    return FAILURE if wrong else SUCCESS


def _check_versions() -> Iterator[Finding]:
    yield Finding("roya-tui", __version__)
    yield Finding("python", f"{platform.python_version()} on {platform.platform()}")
    yield Finding("sqlite", sqlite3.sqlite_version, _has_full_text_search())
    for name in _LIBRARIES:
        try:
            yield Finding(name, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Finding(name, "is not installed; install roya-tui again", is_ok=False)


def _has_full_text_search() -> bool:
    with closing(sqlite3.connect(":memory:")) as db, suppress(sqlite3.OperationalError):
        db.execute("CREATE VIRTUAL TABLE probe USING fts5 (text)")
        return True
    return False


def _check_folders(session: Session) -> Iterator[Finding]:
    paths = session.paths
    folders = {"config folder": paths.config.parent, "data folder": paths.data, "cache folder": paths.cache}
    for about, folder in folders.items():
        existing = next(filter(os.path.lexists, (folder, *folder.parents)), folder)
        if not existing.is_dir():
            yield Finding(about, f"{folder}: {existing} is not a folder", is_ok=False)
        elif not os.access(existing, os.W_OK | os.X_OK):
            yield Finding(about, f"{folder}: you may not write in {existing}", is_ok=about == "config folder")
        else:
            yield Finding(about, f"{folder}" if folder == existing else f"{folder} (is made when needed)")


def _check_configuration(session: Session) -> Iterator[Finding]:
    for problem in session.problems:
        yield Finding("configuration", str(problem), is_ok=False)
    if not session.problems:
        note = "" if session.paths.config.exists() else " (none: the defaults are used)"
        yield Finding("configuration", f"{session.paths.config}{note}")
    for command in session.config.share:
        if shutil.which(command.run[0]) is None:
            text = f"[share] {command.name}: there is no program {command.run[0]} here"
            yield Finding("configuration", text, is_ok=False)


def _privacy(session: Session) -> Iterator[Finding]:
    """Report files that other users of this machine can read, although the start restricts them."""
    for path in own_files(session.paths, session.config):
        if private.is_exposed(path):
            yield Finding("privacy", f"Other users of this machine can read {path}. chmod go= {path}", is_ok=False)


def _check_terminal(session: Session) -> Iterator[Finding]:
    terminal = session.terminal
    name = os.environ.get("TERM_PROGRAM") or os.environ.get("TERM") or "unknown"
    if terminal.interactive:
        yield Finding("terminal", f"{name}, {terminal.columns} columns, colours: {terminal.colors}", not terminal.dumb)
    else:
        yield Finding("terminal", f"{name}; this output is a pipe or a file")
    encoding = sys.stdout.encoding if sys.stdout else "none"
    yield Finding("encoding", f"{encoding}{'' if terminal.utf8 else ': ASCII signs are used'}")
    yield Finding("pictures", _describe_pictures(session))
    yield Finding("right-to-left", _describe_rtl(session.config.reading.rtl, terminal))


_RTL_DESCRIPTIONS = {
    "visual": "put in order and shaped here; the terminal is told to leave it as it is",
    "terminal": "left to the terminal",
    "words": "words are put in order here, letters by the terminal",
    "off": "neither ordered nor shaped",
}


def _describe_rtl(rtl: str, terminal: Terminal) -> str:
    """Return how right-to-left text is ordered, with advice if that may be wrong."""
    description = f"{rtl}: {_RTL_DESCRIPTIONS[rtl]}"
    if rtl != terminal.rtl:
        return f"{description} (config.toml says so; by its name this terminal would get {terminal.rtl})"
    if terminal.multiplexer:
        why = f"{terminal.multiplexer} hides which terminal it is"
        return f'{description} ({why}: if words read backwards, set rtl = "terminal")'
    return description


def _describe_pictures(session: Session) -> str:
    config, colours = session.config, session.terminal.colors
    inline = config.reading.pictures == "inline" and not config.look.ascii and colours in ("256", "millions")
    captions = "left out" if config.reading.pictures == "off" else "told by their captions"
    shown = "among the lines" if inline else captions
    by = detect_protocol(os.environ, config.reading.graphics)
    return f"{shown}; in the gallery {f'in real pixels ({by})' if by else 'in half blocks' if inline else 'not drawn'}"


def _check_samples() -> Iterator[Finding]:
    folder = find_samples_folder()
    if folder is None:
        yield Finding("samples", "are missing from this installation; install roya-tui again", is_ok=False)
    else:
        yield Finding("samples", f"{len(list_sample_files(folder))} files in {folder}")


def _check_bodies(db: sqlite3.Connection, newest: int | None) -> Finding:
    ids = find_damaged(db, newest)
    among = "" if newest is None else f" among the newest {newest:,} (--thorough looks at all)"
    if not ids:
        return Finding("texts", f"none is damaged{among}")
    numbers = ", ".join(map(str, ids[:_MAX_LISTED])) + (", …" if len(ids) > _MAX_LISTED else "")
    are = "1 is" if len(ids) == 1 else f"{len(ids):,} are"
    return Finding("texts", f"{are} damaged{among}: {numbers}. r in the reader, or f, fetches one again", is_ok=False)


def _check_store(session: Session, args: Namespace) -> Iterator[Finding]:
    file = session.paths.database
    if not os.path.lexists(file):
        yield Finding("store", f"{file} (is made when needed)")
        return
    try:
        db = open_store(file, readonly=True)
    except StoreError as error:
        yield Finding("store", error.message, is_ok=False)
        return
    try:
        yield Finding("store", f"{file}, {file.stat().st_size / 1e6:,.1f} MB")
        problems = find_problems(db)
        for problem in problems:
            yield Finding("integrity", problem, is_ok=False)
        if not problems:
            yield Finding("integrity", "no damage found")
        yield _check_bodies(db, None if args.thorough else _CHECKED_TEXTS)
        sources = subscriptions.list_all(db)
        failing = [source for source in sources if source.failures]
        yield Finding("sources", f"{len(sources):,}")
        for source in failing[:_MAX_LISTED]:
            yield Finding("source", source.error or f"{source.label} did not answer well.", is_ok=False)
        if len(failing) > _MAX_LISTED:
            more = len(failing) - _MAX_LISTED
            text = f"{more:,} more did not answer well at the last look; roya-tui sources tells why"
            yield Finding("sources", text, is_ok=False)
        for name in unmatched_settings(session.config, sources):
            yield Finding("configuration", f'[sources."{name}"] means none of your sources', is_ok=False)
        if held := too_many(db, session.config, session.now):
            yield Finding("articles", why_held(held), is_ok=False)
        if accounts := saved_auth(db):
            yield Finding("accounts", f"{len(accounts):,} in auth.toml")
        yield Finding("articles", f"{results.count(db, Query(), session.now):,}")
    except StoreError as error:
        yield Finding("integrity", error.message, is_ok=False)
    finally:
        db.close()
