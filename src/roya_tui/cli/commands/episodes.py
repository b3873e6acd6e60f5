"""The command episodes: list, download and remove the recordings of articles."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from roya_tui.cli.commands.articles import load_article, prepare_search, query_text, warn_unknown_term
from roya_tui.cli.commands.user_actions import apply_action, choose_articles
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
from roya_tui.translation import gettext

_COLUMNS = (
    Column(align_right=True, min_width=5),
    Column(align_right=True),
    Column(),
    Column(min_width=12, max_width=18),
    Column(can_shrink=True),
)
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


def _list(session: Session, args: Namespace) -> int:
    query = session.query(query_text(args))
    folder = files.find_folder(session.paths, session.config)
    with session.store(reading=True) as db:
        ids = _find(session, db, query)  # some, such as those with a page for videos, have no recordings
        listed = (recording for id in ids for recording in episodes.list_recordings(db, [id]))
        found = list(islice(listed, args.limit or None))
    if args.json:
        session.out.json([_recording_json(recording, folder) for recording in found])
        return SUCCESS
    heading = (gettext("number"), gettext("length"), gettext("download"), gettext("source"), gettext("title"))
    session.table(_COLUMNS, [_table_row(recording, folder) for recording in found], heading)
    return SUCCESS


def _table_row(recording: Recording, folder: Path) -> tuple[str, ...]:
    headline, length = recording.headline, format_duration(round(recording.duration)) or "-"
    state = gettext("yes") if files.find_file(folder, recording.episode) else "-"
    return (str(headline.id), length, state, headline.source, headline.title)


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
        "position": episode.position,
        "finished": recording.is_finished,
        **times_json(episode, "downloaded_at", "played_at"),
    }


def _download(session: Session, args: Namespace) -> int:
    from roya_tui.episodes.downloads import Context, download

    if session.offline:
        raise CommandError(gettext("Offline: nothing was downloaded."))
    folder = files.find_folder(session.paths, session.config)
    with session.store() as db:
        recordings = _choose_recordings(session, args, db)
        titles = {one.headline.id: one.headline.title for one in recordings}
        report = partial(_print_event, session) if args.events else partial(_report, session, titles)
        failed = download(Context(db, folder, session.config, report), recordings)
    return SOME_FAILED if failed else SUCCESS


def _print_event(session: Session, event: Mapping[str, Any]) -> None:
    """Print an event; exit if the app that reads them was killed: a download must not go on unseen."""
    try:
        session.out.event(event)
    except BrokenPipeError:  # an OSError, which downloads take for one of the network or of a file
        raise SystemExit(FAILURE) from None


def _choose_recordings(session: Session, args: Namespace, db: Connection) -> list[Recording]:
    """Return the first recording of each chosen article, or the file with --url. Raises CommandError."""
    chosen = choose_articles(session, args, f"episodes {args.what}")
    if isinstance(chosen, Query):
        ids = _find(session, db, chosen)
    else:
        ids = [load_article(db, id).headline.id for id in chosen]
    wanted = [one for one in episodes.list_recordings(db, ids) if args.url in ("", one.enclosure.url)]
    if not wanted:
        raise CommandError(gettext("No recordings match. Run roya-tui episodes to list them."))
    return list({one.headline.id: one for one in reversed(wanted)}.values())[::-1]


def _remove(session: Session, args: Namespace) -> int:
    chosen = choose_articles(session, args, f"episodes {args.what}")
    if isinstance(chosen, Query):
        chosen = all_of(chosen, by_field("is", "downloaded"))

    def remove_files(db: Connection, ids: Sequence[int]) -> int:
        return episodes.remove_files(db, lookup.load_episodes(db, ids), session.now)

    return apply_action(session, args, chosen, remove_files)


def _report(session: Session, titles: Mapping[int, str], event: Mapping[str, Any]) -> None:
    """Show progress on a terminal, and a line for each episode."""
    title = titles[event["article"]]
    if event["event"] == "progress":
        if session.out.shows_progress:
            sizes = " / ".join(filter(None, (format_size(event["received"]), format_size(event["total"] or 0))))
            session.out.progress(f"{sizes}  {title}")
        return
    if session.out.shows_progress:
        session.out.progress("")
    if event["event"] == "failed":
        session.out.notify(event["message"])
    else:
        values = {"title": title, "size": format_size(event["size"]), "file": event["file"]}
        session.out.line(gettext("Downloaded “{title}” ({size}): {file}", **values))
