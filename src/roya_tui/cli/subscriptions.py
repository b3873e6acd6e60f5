"""The commands about subscriptions: sources, import, export."""

from __future__ import annotations

import os.path
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from roya_tui.cli.output import Column, iso
from roya_tui.cli.session import COULD_NOT, DONE, CannotDo, Session, standard_input
from roya_tui.config import Config, wishes_for
from roya_tui.model import Health, Source, shown_address
from roya_tui.text import many, one_line

_COMPLAINTS = 10
"""How many lines of a list that were not taken over are told one by one."""


_WORDS = {"paused": "paused", "sample": "sample", "saved": "kept here", "new": "not fetched yet"}
"""What is told in a word where there is nothing to tell."""
_WIDE = 120
"""Columns of a terminal from which there is room for how often a source publishes."""


def list_sources(session: Session, wanted: Namespace) -> int:
    """`roya-tui sources`: every source with its counts and how it fares."""
    from roya_tui.reading.health import ALL_WELL, TROUBLES, Times
    from roya_tui.refresh.survey import survey
    from roya_tui.store import health

    with session.store(reading=True) as db:
        times = Times(session.now, session.clock())
        found = survey(db, session.config, times, health.twins(db), offline=session.offline)
    if wanted.json:
        session.out.json([health_facts(one, session.config) for one in found])
        return DONE
    columns = [
        Column(right=True, least=3),
        Column(right=True, least=6),
        Column(right=True, least=6),
        Column(most=22),
        Column(most=34),
        Column(gives_way=True),
    ]
    heading = ["no.", "all", "unread", "folder", "name", "last answer"]
    rows = [
        [
            str(one.source.id),
            str(one.source.total),
            str(one.source.unread),
            one.source.folder or "-",
            one.source.label,
            "well" if one.said == ALL_WELL else _WORDS.get(one.verdict, one.said),
        ]
        for one in found
    ]
    if (session.terminal.columns or 0) >= _WIDE:
        _add_rhythm(session, found, rows)
        columns += [Column(), Column()]
        heading += ["8 weeks", "rhythm"]
    session.table(columns, rows, heading)
    troubled = sum(one.verdict in TROUBLES for one in found)
    if troubled and session.terminal.interactive:
        need = many(troubled, "source needs a look", "sources need a look")
        session.out.tell(f"{need}: S in the reader tells more, and what to do.")
    return DONE


def _add_rhythm(session: Session, found: Sequence[Health], rows: list[list[str]]) -> None:
    """Add to each row how busy the last weeks were, and how often it publishes."""
    from roya_tui.reading.health import rhythm
    from roya_tui.reading.health_table import spark

    for one, row in zip(found, rows, strict=True):
        row += [spark(one.facts, ascii=session.config.look.ascii), rhythm(one.facts)]


def health_facts(health: Health, config: Config) -> dict[str, Any]:
    """Return a source and how it fares as JSON tells it; what `config` wishes for it stands where nothing was set."""
    from roya_tui.reading.health import rate

    facts = health.facts
    source = health.source
    if source.per_day is None:
        source = replace(source, per_day=wishes_for(config, source).per_day)
    return source_facts(source) | {
        "verdict": health.verdict,
        "health": health.said,
        "gone": health.source.gone,
        "waiting": health.why,
        "tries": facts.tries,
        "tries_failed": facts.failed,
        "milliseconds": facts.milliseconds,
        "bytes": facts.size,
        "newest": iso(facts.newest),
        "weeks": list(facts.weeks),
        "per_week": round(rate(facts), 2),
        "longest_pause": facts.pause,
        "same_as": list(facts.twins),
    }


def source_facts(source: Source) -> dict[str, Any]:
    """Return a source as JSON tells it; its address without any password."""
    return {
        "id": source.id,
        "url": source.url if source.local else shown_address(source.url),
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
        "checked": iso(source.checked),
        "succeeded": iso(source.succeeded),
        "next_check": iso(source.next_check),
        "failures": source.failures,
        "error": source.error,
        "moved_to": shown_address(source.moved_to),
    }


def take_over(session: Session, wanted: Namespace) -> int:
    """`roya-tui import`: subscribe to all that a list of subscriptions holds; nothing is fetched."""
    from roya_tui.cli import everything
    from roya_tui.sources import opml
    from roya_tui.sources.web.addresses import places_inside
    from roya_tui.store import sources

    data = _bytes(wanted.file)
    if everything.is_everything(data):
        with session.store(samples=False) as db:
            for line in everything.take_over(db, data, session.now).splitlines():
                session.out.line(line)
        return DONE
    try:
        found = opml.read(data)
    except opml.NotSubscriptions as error:
        raise CannotDo(f"{wanted.file}: {error}") from None

    with session.store(samples=False) as db:
        new = sources.add_all(db, found.feeds, session.now, "Imported")

    told = [f"{new:,} added", f"{len(found.feeds) - new:,} already there"]
    if found.twice:
        told.append(f"{len(found.twice):,} twice in the list")
    if found.problems:
        told.append(f"{len(found.problems):,} not taken over")
    session.out.line(", ".join(told) + (":" if found.problems else "."))
    for problem in found.problems[:_COMPLAINTS]:
        session.out.line(problem, indent=2)
    if len(found.problems) > _COMPLAINTS:
        session.out.line(f"… and {len(found.problems) - _COMPLAINTS:,} more", indent=2)
    if found.several_tags:
        session.out.line(f"{many(found.several_tags, 'feed')} had several tags; the first became the folder.")
    if inside := places_inside(feed.url for feed in found.feeds):
        session.out.line(f"In your own network, and asked there: {', '.join(map(one_line, inside))}.")
    if new and session.terminal.interactive:
        session.out.tell("roya-tui refresh fetches them.")
    return DONE if found.feeds or not found.problems else COULD_NOT


def _bytes(file: str) -> bytes:
    if file == "-":
        return standard_input()
    try:
        return Path(os.path.expanduser(file)).read_bytes()
    except OSError as error:
        raise CannotDo(f"{one_line(file)} cannot be read: {error.strerror or error}.") from None


def export(session: Session, wanted: Namespace) -> int:
    """`roya-tui export`: the subscriptions as OPML, without samples, saved pages and what lies on this machine."""
    from roya_tui.cli import everything
    from roya_tui.cli.writing import write
    from roya_tui.sources import opml
    from roya_tui.sources.web.addresses import shown
    from roya_tui.store import sources

    with session.store(samples=False, reading=True) as db:
        found = [source for source in sources.all_sources(db) if not (source.sample or source.saved)]
        ours = [source for source in found if not source.local]
        shared = [replace(source, url=shown(source.url)) for source in ours]
        document, what = opml.write(shared), f"{len(shared):,} subscriptions"
        if wanted.everything:
            document, what = everything.written(db, shared, session.now)
    secret = sum(1 for source, other in zip(ours, shared, strict=True) if source.url != other.url)
    if wanted.file == "-":
        session.out.bytes(document)
    else:
        write(Path(wanted.file), lambda file: file.write(document), force=wanted.force)
        session.out.line(f"Wrote {what} to {wanted.file}.")
    left_out = len(found) - len(shared)
    if left_out == 1:
        session.out.tell("1 local file or folder was left out: other machines lack it.")
    elif left_out:
        session.out.tell(f"{left_out:,} local files and folders were left out: other machines lack them.")
    if secret:
        what = "The password of 1 source" if secret == 1 else f"The passwords of {secret:,} sources"
        session.out.tell(f"{what} stayed here: lists are made to be shared.")
    return DONE
