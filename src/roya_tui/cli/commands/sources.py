"""The command sources: every subscription in a line, or all that is known of one."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from roya_tui.cli.output import Column, display_width, iso_time
from roya_tui.cli.session import SUCCESS, CommandError, Session
from roya_tui.config import Config, settings_for
from roya_tui.model import Attempt, Source, SourceStatus, display_address
from roya_tui.text import fold, format_count, one_line

if TYPE_CHECKING:
    from roya_tui.presentation.source_status import TimeContext

_VERDICT_WORDS = {"paused": "paused", "sample": "sample", "saved": "kept here", "new": "not fetched yet"}
"""What is told in a word where there is nothing to tell."""
_WIDE_COLUMNS = 120
"""Columns of a terminal from which there is room for how often a source publishes."""


_ADVICE = {"refresh": "roya-tui refresh {} tries now", "remove": "roya-tui remove {} removes it"}
"""What may be advised and is a command; the rest is keys of the reader."""


def list_sources(session: Session, args: Namespace) -> int:
    """`roya-tui sources`: every source with its counts and how it fares, or those named; all there is of one."""
    from roya_tui.presentation.source_status import TimeContext
    from roya_tui.refresh.source_status import load_all
    from roya_tui.store.sources import status

    name = " ".join(args.sources)
    times = TimeContext(session.now, session.clock())
    with session.store(reading=True) as db:
        found = load_all(db, session.config, times, status.find_duplicates(db), offline=session.offline)
        if not name:
            if args.json:
                session.out.json([status_json(one, session.config) for one in found])
            else:
                _print_table(session, found)
            return SUCCESS
        meant = _find_meant(db, found, name)
        tries = {one.source.id: status.list_attempts(db, one.source.id) for one in meant}
    if args.json:
        session.out.json(
            [
                status_json(one, session.config)
                | {"last_tries": [_attempt_json(try_) for try_ in tries[one.source.id]]}
                for one in meant
            ]
        )
    elif len(meant) > 1:
        _print_table(session, meant)
    else:
        _print_details(session, meant[0], tries[meant[0].source.id], times)
    return SUCCESS


def _find_meant(db: Connection, found: Sequence[SourceStatus], name: str) -> Sequence[SourceStatus]:
    """Those that are called so, or that are in a folder that is; raises `CannotDo` for none."""
    from roya_tui.store.sources import names

    ids = set(names.find_sources(db, name))
    folder = f"{fold(name)}/"
    meant = [one for one in found if one.source.id in ids]
    meant = meant or [one for one in found if f"{fold(one.source.folder)}/".startswith(folder)]
    if not meant:
        raise CommandError(f"No source or folder is called “{one_line(name)}”. roya-tui sources lists them.")
    return meant


def _print_details(session: Session, one: SourceStatus, tries: Sequence[Attempt], times: TimeContext) -> None:
    from roya_tui.presentation.headline_rows import ASCII_ICONS, UNICODE_ICONS
    from roya_tui.presentation.source_status_view import detail_rows, layout_detail_row

    config, source = session.config, one.source
    signs = ASCII_ICONS if config.look.ascii else UNICODE_ICONS
    advice = [_ADVICE[name].format(source.id) for name in one.suggestions if name in _ADVICE]
    rows = detail_rows(
        one,
        tries,
        f"{', '.join(advice)}." if advice else "",
        times,
        config.refresh.every,
        dot=signs.dot,
        failed=signs.failed,
        ascii=config.look.ascii,
        per_day=settings_for(config, source).per_day,
    )
    columns = session.terminal.columns
    if columns is None:
        for words, _ in rows:
            session.out.line(words)
    else:
        rtl = config.reading.rtl
        lines = [
            line.text
            for row in rows
            for line in layout_detail_row(row, columns, display_width, rtl, ascii=config.look.ascii)
        ]
        session.out.text("\n".join(lines), rtl)


def _print_table(session: Session, found: Sequence[SourceStatus]) -> None:
    from roya_tui.presentation.source_status import ALL_WELL, PROBLEMS

    columns = [
        Column(align_right=True, min_width=3),
        Column(align_right=True, min_width=6),
        Column(align_right=True, min_width=6),
        Column(max_width=22),
        Column(max_width=34),
        Column(can_shrink=True),
    ]
    heading = ["no.", "all", "unread", "folder", "name", "last answer"]
    rows = [
        [
            str(one.source.id),
            str(one.source.total),
            str(one.source.unread),
            one.source.folder or "-",
            one.source.label,
            "well" if one.sentence == ALL_WELL else _VERDICT_WORDS.get(one.verdict, one.sentence),
        ]
        for one in found
    ]
    if (session.terminal.columns or 0) >= _WIDE_COLUMNS:
        _add_rhythm(session, found, rows)
        columns += [Column(), Column()]
        heading += ["8 weeks", "rhythm"]
    session.table(columns, rows, heading)
    troubled = sum(one.verdict in PROBLEMS for one in found)
    if troubled and session.terminal.interactive:
        need = format_count(troubled, "source needs a look", "sources need a look")
        session.out.notify(f"{need}: S in the reader tells more, and what to do.")


def _add_rhythm(session: Session, found: Sequence[SourceStatus], rows: list[list[str]]) -> None:
    """Add to each row how busy the last weeks were, and how often it publishes."""
    from roya_tui.presentation.source_status import format_rate
    from roya_tui.presentation.source_status_view import sparkline

    for one, row in zip(found, rows, strict=True):
        row += [sparkline(one.statistics, ascii=session.config.look.ascii), format_rate(one.statistics)]


def status_json(health: SourceStatus, config: Config) -> dict[str, Any]:
    """Return a source and how it fares as JSON tells it; what `config` wishes for it stands where nothing was set."""
    from roya_tui.presentation.source_status import weekly_rate

    facts = health.statistics
    source = health.source
    if source.per_day is None:
        source = replace(source, per_day=settings_for(config, source).per_day)
    return source_json(source) | {
        "verdict": health.verdict,
        "health": health.sentence,
        "gone": health.source.gone,
        "waiting": health.reason,
        "tries": facts.attempts,
        "tries_failed": facts.failed,
        "milliseconds": facts.milliseconds,
        "bytes": facts.size,
        "newest": iso_time(facts.newest),
        "weeks": list(facts.weeks),
        "per_week": round(weekly_rate(facts), 2),
        "longest_pause": facts.longest_gap,
        "same_as": list(facts.duplicates),
    }


def source_json(source: Source) -> dict[str, Any]:
    """Return a source as JSON tells it; its address without any password."""
    return {
        "id": source.id,
        "url": source.url if source.is_local else display_address(source.url),
        "label": source.label,
        "title": source.title,
        "name": source.name,
        "folder": source.folder,
        "homepage": source.homepage,
        "language": source.language,
        "zone": source.zone,
        "mapping": source.mapping,
        "sample": source.sample,
        "paused": source.paused,
        "interval": source.interval,
        "per_day": source.per_day,
        "articles": source.total,
        "unread": source.unread,
        "checked": iso_time(source.checked),
        "succeeded": iso_time(source.succeeded),
        "next_check": iso_time(source.next_check),
        "failures": source.failures,
        "error": source.error,
        "moved_to": display_address(source.moved_to),
    }


def _attempt_json(tried: Attempt) -> dict[str, Any]:
    return {
        "at": iso_time(tried.at),
        "failure": tried.kind,
        "message": tried.message,
        "milliseconds": tried.milliseconds,
        "bytes": tried.size,
        "new": tried.new,
        "changed": tried.changed,
    }
