"""The command sources: list the subscriptions with their status, or show the details of one."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from itertools import chain
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from roya_tui.cli.output import Column, display_width
from roya_tui.cli.session import SUCCESS, CommandError, Session
from roya_tui.config import Config, settings_for
from roya_tui.export.json_values import fields_json, iso_time, times_json
from roya_tui.model import Attempt, Source, SourceStatus, display_address
from roya_tui.text import fold, one_line
from roya_tui.translation import gettext, gettext_noop, join_list, join_sentences, ngettext, signs

if TYPE_CHECKING:
    from roya_tui.presentation.source_status import TimeContext

_STATE_WORDS = {
    "paused": gettext_noop("paused"),
    "sample": gettext_noop("sample"),
    "saved": gettext_noop("saved by you"),
    "synced": gettext_noop("from an account"),
    "new": gettext_noop("not fetched yet"),
}
"""Short descriptions of normal states."""
_WIDE_COLUMNS = 120
"""Terminal width from which the table has columns for the publishing rate."""
_ADVICE = {
    "refresh": gettext_noop("roya-tui refresh {id}: try again"),
    "remove": gettext_noop("roya-tui remove {id}: unsubscribe"),
}
"""Suggested actions that are commands; the others are keys of the app."""
_MAX_NAMED = 10
"""Maximum number of sources listed where a name is ambiguous."""


def list_sources(session: Session, args: Namespace) -> int:
    """`roya-tui sources`: list all sources, or the given ones; show the details of a single one."""
    from roya_tui.presentation.source_status import TimeContext
    from roya_tui.refresh.source_status import load_all
    from roya_tui.store.sources import status

    name = " ".join(args.sources)
    times = TimeContext(session.now, session.clock())
    with session.store(reading=True) as db:
        found = load_all(db, session.config, times, status.find_duplicates(db), offline=session.offline)
        if not args.sources:
            if args.json:
                session.out.json([status_json(item, session.config) for item in found])
            else:
                _print_table(session, found)
            return SUCCESS
        named = {source.id for source in find_named(db, [item.source for item in found], name)[0]}
        selected = [item for item in found if item.source.id in named]
        attempts = [status.list_attempts(db, item.source.id) for item in selected]
    if args.json:
        session.out.json(
            [
                status_json(item, session.config) | {"last_checks": list(map(_attempt_json, last))}
                for item, last in zip(selected, attempts, strict=True)
            ]
        )
    elif len(selected) > 1:
        _print_table(session, selected)
    else:
        _print_details(session, selected[0], attempts[0], times)
    return SUCCESS


def find_named(db: Connection, sources: Sequence[Source], name: str) -> tuple[list[Source], bool]:
    """Return the sources with a name, else those in the folder; and whether it is a folder. Raises `CommandError`."""
    from roya_tui.store.sources import names

    by_id = {source.id: source for source in sources}
    if named := [by_id[id] for id in names.find_sources(db, name) if id in by_id]:
        return named, False
    folder = fold(name).strip()
    members = [source for source in sources if folder and f"{fold(source.folder)}/".startswith(f"{folder}/")]
    if not members:
        message = gettext(
            "No source or folder matches “{name}”. Run roya-tui sources to list them.", name=one_line(name)
        )
        raise CommandError(message)
    return members, True


def list_some(sources: Sequence[Source]) -> str:
    """Return the first sources with their numbers."""
    some = ", ".join(f"{source.id} {source.label}" for source in sources[:_MAX_NAMED])
    return some + (signs(", …") if len(sources) > _MAX_NAMED else "")


def _print_details(session: Session, status: SourceStatus, attempts: Sequence[Attempt], times: TimeContext) -> None:
    from roya_tui.presentation.headline_rows import ASCII_ICONS, UNICODE_ICONS
    from roya_tui.presentation.source_status_view import detail_rows, layout_detail_row

    config, source = session.config, status.source
    icons = ASCII_ICONS if config.look.ascii else UNICODE_ICONS
    actions = join_list(gettext(_ADVICE[name], id=source.id) for name in status.suggestions if name in _ADVICE)
    every, per_day, ascii = config.refresh.every, settings_for(config, source).per_day, config.look.ascii
    rows = detail_rows(
        status, attempts, actions, times, every, dot=icons.dot, failed=icons.failed, ascii=ascii, per_day=per_day
    )
    columns = session.terminal.columns
    if columns is None:
        for words, _ in rows:
            session.out.line(words)
    else:
        rtl = config.reading.rtl
        lines = (layout_detail_row(row, columns, display_width, rtl, ascii=ascii) for row in rows)
        session.out.text("\n".join(line.text for line in chain.from_iterable(lines)), rtl)


def _print_table(session: Session, found: Sequence[SourceStatus]) -> None:
    from roya_tui.presentation.source_status import NO_PROBLEMS, PROBLEMS, format_rate
    from roya_tui.presentation.source_status_view import sparkline

    count = Column(align_right=True, min_width=6)
    id_column = Column(align_right=True, min_width=3)
    columns = [id_column, count, count, Column(max_width=22), Column(max_width=34), Column(can_shrink=True)]
    heading = [gettext("no."), gettext("all"), gettext("unread"), gettext("folder"), gettext("name"), gettext("status")]
    rows = []
    for item in found:
        source, words = item.source, _STATE_WORDS.get(item.state)
        answer = gettext(words) if words else gettext("OK") if item.sentence == NO_PROBLEMS else item.sentence
        numbers = map(str, (source.id, source.total, source.unread))
        rows.append([*numbers, source.folder or "-", source.label, answer])
    if (session.terminal.columns or 0) >= _WIDE_COLUMNS:
        for item, row in zip(found, rows, strict=True):
            row += [sparkline(item.statistics, ascii=session.config.look.ascii), format_rate(item.statistics)]
        columns += [Column(), Column()]
        heading += [gettext("8 weeks"), gettext("rate")]
    session.table(columns, rows, heading)
    problems = sum(item.state in PROBLEMS for item in found)
    if problems and session.terminal.interactive:
        message = ngettext("{count:,} source has a problem.", "{count:,} sources have problems.", problems)
        session.out.notify(join_sentences(message, gettext("For details, press S in the app.")))


def status_json(status: SourceStatus, config: Config) -> dict[str, Any]:
    """Return a source with its status as JSON; settings in `config` apply where the source has none."""
    from roya_tui.presentation.source_status import weekly_rate
    from roya_tui.sources.schedule import next_check

    source, statistics = status.source, status.statistics
    if source.per_day is None:
        source = replace(source, per_day=settings_for(config, source).per_day)
    return {
        "id": source.id,
        "url": source.url if source.is_local else display_address(source.url),  # without credentials
        **fields_json(source, "label", "title", "name", "folder", "homepage", "language", "zone", "mapping"),
        **fields_json(source, "sample", "paused", "interval", "per_day"),
        "articles": source.total,
        "unread": source.unread,
        **times_json(source, "checked", "succeeded"),
        "next_check": iso_time(None if source.from_server else status.next_check or next_check(source, config.refresh)),
        **fields_json(source, "failures", "error"),
        "moved_to": display_address(source.moved_to),
        "state": status.state,
        "reason": status.sentence,
        "removed": source.gone,
        "waiting": status.reason,
        "checks": statistics.attempts,
        "checks_failed": statistics.failed,
        "milliseconds": statistics.milliseconds,
        "bytes": statistics.size,
        "newest": iso_time(statistics.newest),
        "weeks": statistics.weeks,
        "per_week": round(weekly_rate(statistics), 2),
        "longest_pause": statistics.longest_gap,
        "same_as": statistics.duplicates,
    }


def _attempt_json(attempt: Attempt) -> dict[str, Any]:
    facts = fields_json(attempt, "message", "milliseconds", "new", "changed")
    return {"at": iso_time(attempt.at), "failure": attempt.kind, "bytes": attempt.size, **facts}
