"""The command episodes: list, download and remove the recordings of articles."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from roya_tui.cli.commands.articles import load_article, prepare_search, query_text, warn_unknown_term
from roya_tui.cli.commands.user_actions import choose_articles
from roya_tui.cli.output import Column
from roya_tui.cli.session import FAILURE, SOME_FAILED, SUCCESS, CommandError, Session
from roya_tui.episodes import files
from roya_tui.export.json_values import fields_json, times_json
from roya_tui.layout.recordings import format_duration, format_size
from roya_tui.model import Recording
from roya_tui.query import Query, all_of, any_of, by_field
from roya_tui.store import episodes
from roya_tui.store.articles import lookup
from roya_tui.store.search import results
from roya_tui.store.user_data import journal
from roya_tui.translation import gettext

_COLUMNS = (
    Column(align_right=True, min_width=5),
    Column(align_right=True),
    Column(align_right=True),
    Column(),
    Column(align_right=True),
    Column(min_width=12, max_width=18),
    Column(can_shrink=True),
)
_PAGE_SIZE = 500
_BAR_WIDTH = 20
_RECORDED = any_of(by_field("is", "audio"), by_field("is", "video"), by_field("is", "downloaded"))


def manage_episodes(session: Session, args: Namespace) -> int:
    """`roya-tui episodes`: list recordings, download or remove them."""
    match args.what:
        case "download":
            return _download(session, args)
        case "remove":
            return _remove(session, args)
        case _:
            return _list(session, args)


def _find(session: Session, db: Connection, query: Query) -> Sequence[int]:
    """Return the articles with recordings that match a query, in its order."""
    prepare_search(session, db, query)
    ids = results.find(db, all_of(query, _RECORDED), session.now, zone=session.clock().zone)
    if not ids:
        warn_unknown_term(session, db, query)
    return ids


def _list_recordings(db: Connection, ids: Sequence[int]) -> Iterator[Recording]:
    """Yield the recordings of articles; some, such as those with a page for videos, have none."""
    for start in range(0, len(ids), _PAGE_SIZE):
        yield from episodes.list_recordings(db, ids[start : start + _PAGE_SIZE])


def _list(session: Session, args: Namespace) -> int:
    query = session.query(query_text(args))
    folder = files.find_folder(session.paths, session.config)
    with session.store(reading=True) as db:
        found = list(islice(_list_recordings(db, _find(session, db, query)), args.limit or None))
    if args.json:
        session.out.json([_recording_json(recording, folder) for recording in found])
        return SUCCESS
    heading = (gettext("number"), gettext("length"), gettext("size"), gettext("download"), gettext("position"),
               gettext("source"), gettext("title"))  # fmt: skip
    session.table(_COLUMNS, [_table_row(recording, folder) for recording in found], heading)
    if not found and session.terminal.interactive:
        session.out.notify(gettext("No recordings match. Podcasts have them: roya-tui add ADDRESS"))
    return SUCCESS


def _table_row(recording: Recording, folder: Path) -> tuple[str, ...]:
    episode, length = recording.episode, format_duration(round(recording.duration)) or "-"
    size = format_size(episode.size or recording.enclosure.length) or "-"
    arrived = files.received_bytes(folder, episode)
    state = gettext("yes") if files.find_file(folder, episode) else format_size(arrived) or "-"
    position = gettext("finished") if recording.is_finished else format_duration(round(episode.position)) or "-"
    return (
        str(recording.headline.id), length, size, state, position, recording.headline.source, recording.headline.title
    )  # fmt: skip


def _recording_json(recording: Recording, folder: Path) -> dict[str, Any]:
    """Return a recording as JSON; the names must not change between versions."""
    headline, file, episode = recording.headline, recording.enclosure, recording.episode
    path = files.find_file(folder, episode)
    return {
        "article": headline.id,
        **fields_json(headline, "title", "source", "source_id"),
        **times_json(headline, "published"),
        **fields_json(file, "url", "type", "medium"),
        "duration": recording.duration or None,
        "size": episode.size or file.length,
        "downloaded": path is not None,
        "file": str(path) if path else None,
        "received": files.received_bytes(folder, episode),
        "position": episode.position,
        "finished": recording.is_finished,
        **times_json(episode, "downloaded_at", "played_at"),
    }


def _download(session: Session, args: Namespace) -> int:
    from roya_tui.episodes.downloads import Context, download

    folder = files.find_folder(session.paths, session.config)
    try:
        if session.offline:
            raise CommandError(gettext("Offline: nothing was downloaded."))
        with session.store() as db:
            reporter = _Reporter(session)
            report = partial(_print_event, session) if args.events else reporter.report
            context = Context(db, folder, session.config, report, lambda: int(time.time()))
            recordings = _choose_recordings(session, args, db, folder)
            reporter.titles = {one.headline.id: one.headline.title for one in recordings}
            failed = download(context, recordings)
    except CommandError as error:
        if not args.events:
            raise
        session.out.event({"event": "failed", "kind": "command", "message": str(error)})
        return FAILURE
    except KeyboardInterrupt:
        session.out.notify(gettext("Stopped. To continue: roya-tui episodes download"))
        raise
    return SOME_FAILED if failed else SUCCESS


def _print_event(session: Session, event: Mapping[str, Any]) -> None:
    """Print an event; exit if the app that reads them was killed: a download must not go on unseen."""
    try:
        session.out.event(event)
    except BrokenPipeError:  # an OSError, which downloads take for one of the network or of a file
        raise SystemExit(FAILURE) from None


def _choose_recordings(session: Session, args: Namespace, db: Connection, folder: Path) -> list[Recording]:
    """Return the first recording of each chosen article, or the file with --url. Raises CommandError."""
    if not query_text(args):
        started = [one for one in episodes.list_all(db) if files.received_bytes(folder, one)]
        recordings = episodes.list_recordings(db, sorted({one.article_id for one in started}))
        if found := [one for one in recordings if one.episode in started]:
            return found
        example = "roya-tui episodes download 17"
        raise CommandError(gettext("There is no interrupted download. Example: {example}", example=example))
    recordings = episodes.list_recordings(db, _choose_articles(session, args, db, "download"))
    wanted = [one for one in recordings if args.url in ("", one.enclosure.url)]
    if not wanted:
        raise CommandError(gettext("No recordings match. Run roya-tui episodes to list them."))
    return list({one.headline.id: one for one in reversed(wanted)}.values())[::-1]


def _choose_articles(session: Session, args: Namespace, db: Connection, action: str) -> Sequence[int]:
    """Return the articles of the arguments: numbers, or a query."""
    chosen = choose_articles(session, args, f"episodes {action}")
    if isinstance(chosen, Query):
        return _find(session, db, chosen)
    return [load_article(db, id).headline.id for id in chosen]


def _remove(session: Session, args: Namespace) -> int:
    folder = files.find_folder(session.paths, session.config)
    with session.store(samples=False) as db:
        found = lookup.load_episodes(db, _choose_articles(session, args, db, "remove"))
        partial = [episode for episode in found if files.received_bytes(folder, episode)]
        for episode in partial:
            files.remove_partial(folder, episode)
        removed = episodes.remove_files(db, found, session.now)
        if removed:
            message = journal.latest_sentence(db)
        elif partial:
            message = gettext("Removed what had arrived.")
        else:
            message = gettext("Nothing changed.")
    if args.json:
        session.out.json({"changed": removed + len(partial), "message": message})
    else:
        session.out.line(message)
        if removed and session.terminal.interactive:
            session.out.notify(gettext("To delete the files now: roya-tui tidy"))
    return SUCCESS


class _Reporter:
    """Shows progress on a terminal, and a line for each episode."""

    def __init__(self, session: Session) -> None:
        self._out = session.out
        self._full, self._empty = ("█", "░") if session.terminal.utf8 else ("#", ".")
        self.titles: dict[int, str] = {}

    def report(self, event: Mapping[str, Any]) -> None:
        title = self.titles[event["article"]]
        if event["event"] == "progress":
            if self._out.shows_progress:
                self._out.progress(self._describe(event["received"], event["total"]) + f"  {title}")
            return
        if self._out.shows_progress:
            self._out.progress("")
        if event["event"] == "failed":
            self._out.notify(event["message"])
        else:
            size = format_size(event["size"])
            values = {"title": title, "size": size, "file": event["file"]}
            self._out.line(gettext("Downloaded “{title}” ({size}): {file}", **values))

    def _describe(self, received: int, total: int | None) -> str:
        """Return a bar and the sizes."""
        arrived = format_size(received) or "0"
        if not total:
            return arrived
        full = min(_BAR_WIDTH * received // total, _BAR_WIDTH)
        return f"{self._full * full}{self._empty * (_BAR_WIDTH - full)} {arrived} / {format_size(total)}"
