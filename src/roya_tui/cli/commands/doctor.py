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
from roya_tui.cli.session import FAILURE, SUCCESS, CommandError, Session
from roya_tui.cli.terminal import Terminal
from roya_tui.config import own_files, unmatched_settings
from roya_tui.first_run import find_samples_folder, list_sample_files
from roya_tui.graphics.protocols import detect_protocol
from roya_tui.hooks import describe_failures
from roya_tui.notifications import Notification, desktop_command, detect_osc
from roya_tui.query import Query
from roya_tui.refresh.cleanup import explain_kept, too_many
from roya_tui.store import rules
from roya_tui.store.articles.damage import find_damaged
from roya_tui.store.connection import StoreError
from roya_tui.store.credentials import saved_auth
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.sync import accounts
from roya_tui.text import fold_name
from roya_tui.translation import format_number, gettext, gettext_noop, ngettext, signs

_MAX_LISTED = 10
"""Maximum number of failing sources, or of damaged articles, that are listed."""
_CHECKED_TEXTS = 20_000
"""Texts that are checked without --thorough: a fifth of a second."""

_LIBRARIES = ("textual", "httpx", "lxml", "msgspec", "feedparser", "readability-lxml", "platformdirs", "pillow")


class Finding(Struct, frozen=True):
    """The result of one check."""

    about: str
    text: str
    is_ok: bool = True


def doctor(session: Session, args: Namespace) -> int:
    """`roya-tui doctor`: run all checks, without changes or network access; return 1 if one fails."""
    if args.repair:
        return _repair(session)
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
        facts = [{"about": item.about, "text": item.text, "ok": item.is_ok} for item in findings]
        session.out.json({"ok": not wrong, "findings": facts})
    else:
        rows = [("ok" if item.is_ok else "!!", gettext(item.about), item.text) for item in findings]
        session.table((Column(), Column(), Column()), rows)
        counts = {"count": len(wrong), "total": len(findings)}
        problems = gettext("Problems: {count} of {total} checks, marked with !!.", **counts)
        session.out.line(problems if wrong else gettext("No problems found."))
    return FAILURE if wrong else SUCCESS


def _repair(session: Session) -> int:
    """`roya-tui doctor --repair`: replace a damaged database by a new one with all that can be read."""
    from roya_tui.store.repair import is_damaged, repair

    file = session.paths.database
    if not file.exists():
        raise CommandError(gettext("The database {file} does not exist yet. Start roya-tui to create it.", file=file))
    if not is_damaged(file):
        session.out.line(gettext("No damage found. Nothing was changed."))
        return SUCCESS
    with session.show_progress(gettext_noop("Repairing the database: {percent} %")) as report:
        done = repair(file, report, session.now)
    rows = [
        (gettext(_TABLES[count.table]), gettext("kept {count:,}", count=count.kept),
         gettext("lost {count:,}", count=count.lost))
        for count in done.counts
        if count.table in _TABLES and (count.kept or count.lost)
    ]  # fmt: skip
    session.table((Column(), Column(align_right=True), Column(align_right=True)), rows)
    if done.textless:
        session.out.line(
            ngettext(
                "{count:,} article lost its text. The next refresh fetches it again if its source still has it.",
                "{count:,} articles lost their text. The next refresh fetches those that their sources still have.",
                done.textless,
            )
        )
    session.out.line(
        gettext("Repaired {file}. The damaged database is kept as {kept}.", file=file, kept=done.kept_file)
    )
    return SUCCESS


_TABLES = {
    "source": gettext_noop("Sources"),
    "tag": gettext_noop("Tags"),
    "saved_feed": gettext_noop("Saved searches"),
    "rule": gettext_noop("Rules"),
    "journal": gettext_noop("Steps of the history"),
    "article": gettext_noop("Articles"),
    "state": gettext_noop("Articles with your marks"),
    "body": gettext_noop("Texts of articles"),
    "revision": gettext_noop("Earlier versions"),
}


def _check_versions() -> Iterator[Finding]:
    yield Finding("roya-tui", __version__)
    versions = {"version": platform.python_version(), "system": platform.platform()}
    yield Finding("python", gettext("{version} on {system}", **versions))
    if _has_full_text_search():
        yield Finding("sqlite", sqlite3.sqlite_version)
    else:
        text = gettext("{version} has no full-text search (FTS5). Use another Python.", version=sqlite3.sqlite_version)
        yield Finding("sqlite", text, is_ok=False)
    for name in _LIBRARIES:
        try:
            yield Finding(name, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Finding(name, gettext("Not installed. Reinstall roya-tui."), is_ok=False)


def _has_full_text_search() -> bool:
    with closing(sqlite3.connect(":memory:")) as db, suppress(sqlite3.OperationalError):
        db.execute("CREATE VIRTUAL TABLE probe USING fts5 (text)")
        return True
    return False


def _check_folders(session: Session) -> Iterator[Finding]:
    paths = session.paths
    folders = {
        gettext_noop("config folder"): paths.config.parent,
        gettext_noop("data folder"): paths.data,
        gettext_noop("cache folder"): paths.cache,
    }
    for about, folder in folders.items():
        existing = next(filter(os.path.lexists, (folder, *folder.parents)), folder)
        if not existing.is_dir():
            text = gettext("{folder}: {file} is not a folder", folder=folder, file=existing)
            yield Finding(about, text, is_ok=False)
        elif not os.access(existing, os.W_OK | os.X_OK):
            text = gettext("{folder}: no permission to write to {existing}", folder=folder, existing=existing)
            yield Finding(about, text, is_ok=about == "config folder")
        else:
            missing = gettext("{path} (created when needed)", path=folder)
            yield Finding(about, str(folder) if folder == existing else missing)


def _check_configuration(session: Session) -> Iterator[Finding]:
    for problem in session.problems:
        yield Finding(gettext_noop("configuration"), str(problem), is_ok=False)
    if not session.problems:
        file = session.paths.config
        missing = gettext("{path} (not found, defaults are used)", path=file)
        yield Finding("configuration", str(file) if file.exists() else missing)
    for command in session.config.share:
        if shutil.which(command.run[0]) is None:
            text = gettext("[share] {name}: program {program} not found", name=command.name, program=command.run[0])
            yield Finding("configuration", text, is_ok=False)


def _privacy(session: Session) -> Iterator[Finding]:
    """Report files that other users of this machine can read, although the start restricts them."""
    for path in own_files(session.paths, session.config):
        if private.is_exposed(path):
            text = gettext("Other users of this computer can read {path}. Run: chmod go= {path}", path=path)
            yield Finding(gettext_noop("privacy"), text, is_ok=False)


def _check_terminal(session: Session) -> Iterator[Finding]:
    terminal = session.terminal
    facts = {
        "name": os.environ.get("TERM_PROGRAM") or os.environ.get("TERM") or gettext("unknown"),
        "columns": terminal.columns,
        "colors": terminal.colors,
    }
    if not terminal.interactive:
        text = gettext("{name}; the output is a pipe or a file", **facts)
    elif terminal.dumb:
        text = gettext("{name} cannot move its cursor. Use roya-tui --plain.", **facts)
    else:
        text = gettext("{name}, columns: {columns}, colors: {colors}", **facts)
    yield Finding(gettext_noop("terminal"), text, not (terminal.interactive and terminal.dumb))
    encoding = sys.stdout.encoding if sys.stdout else "-"
    is_ascii = gettext("The locale or the output is not UTF-8, so signs are ASCII. To change that, set LANG.")
    yield Finding(gettext_noop("encoding"), encoding if terminal.utf8 else f"{encoding}. {is_ascii}")
    yield Finding(gettext_noop("pictures"), _describe_pictures(session))
    yield _check_notifications(session)
    yield Finding(gettext_noop("right-to-left"), _describe_rtl(session.config.reading.rtl, terminal))


def _check_notifications(session: Session) -> Finding:
    """Check how notifications are shown, by the app and by the command refresh, which has no terminal under cron."""
    method, about = session.config.notify.method, gettext_noop("notifications")
    if method == "off":
        return Finding(about, gettext("Turned off."))
    command = desktop_command(Notification(""), os.environ) if method != "terminal" else None
    desktop = os.path.basename(command.arguments[0]) if command else gettext("none")
    number = detect_osc(os.environ, method)
    app = gettext("the terminal (OSC {number})", number=number) if number else desktop
    text = gettext("In the app: {app}. Command refresh: {desktop}.", app=app, desktop=desktop)
    if command is None and method != "terminal":
        text += " " + gettext("For notifications of the desktop, install notify-send.")
    return Finding(about, text, method != "desktop" or command is not None)


_RTL_DESCRIPTIONS = {
    "visual": gettext_noop("The app orders and shapes the text."),
    "terminal": gettext_noop("The terminal orders and shapes the text."),
    "words": gettext_noop("The app orders the words, the terminal their letters."),
    "off": gettext_noop("The text is not ordered or shaped."),
}


def _describe_rtl(rtl: str, terminal: Terminal) -> str:
    """Return how right-to-left text is ordered, with advice if that may be wrong."""
    description = f"{rtl}: {gettext(_RTL_DESCRIPTIONS[rtl])}"
    if rtl != terminal.rtl:
        return description + " " + gettext("Set in config.toml; for this terminal, auto is {rtl}.", rtl=terminal.rtl)
    if terminal.multiplexer:
        hidden = gettext("{name} hides the terminal.", name=terminal.multiplexer)
        advice = gettext('If words appear backwards, set [reading] rtl = "terminal".')
        return f"{description} {hidden} {advice}"
    return description


def _describe_pictures(session: Session) -> str:
    config, colours = session.config, session.terminal.colors
    inline = config.reading.pictures == "inline" and not config.look.ascii and colours in ("256", "millions")
    captions = gettext("Only captions are shown.")
    hidden = gettext("Not shown.") if config.reading.pictures == "off" else captions
    shown = gettext("Shown in the text as half blocks.") if inline else hidden
    if protocol := detect_protocol(os.environ, config.reading.graphics):
        return shown + " " + gettext("Gallery: real pixels ({protocol}).", protocol=protocol)
    return shown + " " + (gettext("Gallery: half blocks.") if inline else gettext("Gallery: not available."))


def _check_samples() -> Iterator[Finding]:
    folder = find_samples_folder()
    if folder is None:
        yield Finding(gettext_noop("samples"), gettext("Not installed. Reinstall roya-tui."), is_ok=False)
    else:
        yield Finding(
            "samples", gettext("{folder}, files: {count}", folder=folder, count=len(list_sample_files(folder)))
        )


def _check_accounts(session: Session, db: sqlite3.Connection) -> Iterator[Finding]:
    for account in accounts.list_all(db):
        synced = session.clock().stamp(account.synced) if account.synced else gettext("never")
        facts = {"account": account.label, "time": synced, "count": account.pending}
        text = gettext("{account}, last sync: {time}, pending changes: {count:,}", **facts)
        failure = f". {signs(account.error)}" if account.error else ""
        yield Finding(gettext_noop("account"), text + failure, not account.error)


def _check_bodies(db: sqlite3.Connection, newest: int | None) -> Finding:
    ids = find_damaged(db, newest)
    about = gettext_noop("texts")
    scope = "" if newest is None else gettext("Checked the newest {count:,}; --thorough checks all.", count=newest)
    if not ids:
        return Finding(about, (gettext("No damage found.") + " " + scope).rstrip())
    numbers = ", ".join(map(str, ids[:_MAX_LISTED])) + (signs(", …") if len(ids) > _MAX_LISTED else "")
    text = ngettext(
        "Article {ids} is damaged. Press r or f in the app to fetch it again.",
        "{count:,} articles are damaged: {ids}. Press r or f in the app to fetch them again.",
        len(ids),
        ids=numbers,
    )
    return Finding(about, f"{text} {scope}".rstrip(), is_ok=False)


def _check_store(session: Session, args: Namespace) -> Iterator[Finding]:
    file = session.paths.database
    if not os.path.lexists(file):
        yield Finding(gettext_noop("database"), gettext("{path} (created when needed)", path=file))
        return
    try:
        db = open_store(file, readonly=True)
    except StoreError as error:
        yield Finding("database", error.message, is_ok=False)
        return
    try:
        yield Finding("database", gettext("{file}, {size:,.1f} MB", file=file, size=file.stat().st_size / 1e6))
        problems = find_problems(db)
        for problem in problems:
            yield Finding(gettext_noop("integrity"), problem, is_ok=False)
        if not problems:
            yield Finding("integrity", gettext("No damage found."))
        yield _check_bodies(db, None if args.thorough else _CHECKED_TEXTS)
        sources = subscriptions.list_all(db)
        failing = [source for source in sources if source.failures]
        yield Finding(gettext_noop("sources"), format_number(len(sources), ","))
        for source in failing[:_MAX_LISTED]:
            text = signs(source.error) or gettext("The last check of {source} failed.", source=source.label)
            yield Finding(gettext_noop("source"), text, is_ok=False)
        if (more := len(failing) - _MAX_LISTED) > 0:
            text = gettext("Others that failed: {count:,}. Run roya-tui sources to see why.", count=more)
            yield Finding("sources", text, is_ok=False)
        for name in unmatched_settings(session.config, sources):
            text = gettext('[sources."{name}"] matches none of your sources', name=name)
            yield Finding("configuration", text, is_ok=False)
        names = {fold_name(rule.name) for rule in rules.list_unchecked(db, session.now)}
        for rule in session.config.hooks.on_match:
            if fold_name(rule) not in names:
                text = gettext("There is no rule “{name}”.", name=rule)
                yield Finding("configuration", f"[hooks.on_match] {text}", is_ok=False)
        for failure in describe_failures(db, session.config.hooks, session.clock()):
            yield Finding(gettext_noop("hook"), failure, is_ok=False)
        if held := too_many(db, session.config, session.now):
            yield Finding(gettext_noop("articles"), explain_kept(held), is_ok=False)
        yield from _check_accounts(session, db)
        if passwords := saved_auth(db):
            yield Finding(gettext_noop("passwords"), gettext("{count:,} in auth.toml", count=len(passwords)))
        yield Finding("articles", f"{results.count(db, Query(), session.now):,}")
    except StoreError as error:
        yield Finding("integrity", error.message, is_ok=False)
    finally:
        db.close()
