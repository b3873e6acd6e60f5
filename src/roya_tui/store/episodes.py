"""Episodes: the audio and video files of articles, and what you did with them.

A row of the table `episode` exists once you have played or downloaded a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from sqlite3 import Connection

from roya_tui.model import Enclosure, Episode, Recording
from roya_tui.store import bodies
from roya_tui.store.articles.lookup import EPISODE_COLUMNS, load_episodes, load_headlines
from roya_tui.store.connection import to_json, transaction
from roya_tui.store.user_data.journal import record, recoverable_rows
from roya_tui.store.user_data.snapshots import RowSnapshot
from roya_tui.translation import ngettext


def find(db: Connection, article_id: int, url: str) -> Episode:
    """Return what you did with a file; an empty `Episode` if that is nothing."""
    row = db.execute(f"SELECT {EPISODE_COLUMNS} FROM episode AS e WHERE article_id = ? AND url = ?", (article_id, url))
    return Episode(*(row.fetchone() or (article_id, url)))


def list_all(db: Connection) -> list[Episode]:
    """Return all rows, also of removed sources."""
    return [Episode(*row) for row in db.execute(f"SELECT {EPISODE_COLUMNS} FROM episode AS e")]


def list_unlisted(db: Connection) -> list[Episode]:
    """Return the rows of removed sources that undo cannot restore, and whose articles no list shows."""
    rows = db.execute(
        f"SELECT {EPISODE_COLUMNS} FROM episode AS e CROSS JOIN article AS a ON a.id = e.article_id"
        " CROSS JOIN source AS o ON o.id = a.source_id LEFT JOIN state AS s ON s.article_id = a.id"
        " WHERE o.removed_at IS NOT NULL AND s.starred_at IS NULL AND coalesce(s.note, '') = ''"
        " AND o.id NOT IN (SELECT value FROM json_each(?))",
        (to_json(sorted(recoverable_rows(db, "source"))),),
    )
    return [Episode(*row) for row in rows]


def list_recordings(db: Connection, article_ids: Iterable[int]) -> list[Recording]:
    """Return the audio and video files of these articles, in their order; also downloads that left the feed."""
    ids = list(article_ids)
    known: dict[int, dict[str, Episode]] = {id: {} for id in ids}
    for episode in load_episodes(db, ids):
        known[episode.article_id][episode.url] = episode
    bodies_of = "SELECT article_id, feed FROM json_each(?) AS j CROSS JOIN body ON article_id = j.value"
    files = {id: bodies.decode_enclosures(feed) for id, feed in db.execute(bodies_of, (to_json(ids),))}
    found = []
    for headline in load_headlines(db, ids):
        others = known[headline.id]
        for file in files.get(headline.id, ()):
            if file.medium in ("audio", "video"):
                episode = others.pop(file.url, Episode(headline.id, file.url))
                found.append(Recording(headline, file, episode))
        found += [Recording(headline, Enclosure(url), one) for url, one in others.items() if one.file]
    return found


def save_position(db: Connection, article_id: int, url: str, seconds: float, duration: float, now: int) -> None:
    """Save where you stopped, 0 after the end, and the length if it is known; not a step of the journal."""
    known = {"duration": duration} if duration > 0 else {}
    _upsert(db, article_id, url, position=max(seconds, 0.0), played_at=now, **known)


def start_download(db: Connection, article_id: int, url: str, validator: str, size: int) -> None:
    """Save the version that is downloaded now, so that an interrupted download continues with it."""
    _upsert(db, article_id, url, validator=validator, size=size)


def finish_download(db: Connection, article_id: int, url: str, file: str, size: int, now: int) -> None:
    """Save that a file is complete; `file` is its name in the folder of episodes."""
    _upsert(db, article_id, url, file=file, size=size, downloaded_at=now)


def _upsert(db: Connection, article_id: int, url: str, **values: float | str) -> None:
    """Set columns of a row in one statement. Without the article, for example after a cleanup, nothing is saved."""
    names = ", ".join(values)
    changes = ", ".join(f"{name} = excluded.{name}" for name in values)
    db.execute(
        f"INSERT INTO episode (article_id, url, {names}) SELECT id, ?, {', '.join('?' * len(values))}"
        f" FROM article WHERE id = ? ON CONFLICT (article_id, url) DO UPDATE SET {changes}",
        (url, *values.values(), article_id),
    )


def remove_files(db: Connection, episodes: Sequence[Episode], now: int) -> int:
    """Remove the files of episodes from the list of downloads, as one step of the journal; return how many.

    The files themselves stay until a cleanup, so that the step can be undone.
    """
    with transaction(db):
        rows = db.execute(f"SELECT e.id, file, downloaded_at {_CHOSEN}", (_keys(episodes),)).fetchall()
        if rows:
            forget_files(db, episodes)
            sentence = ngettext("Removed {count:,} downloaded episode.",
                                "Removed {count:,} downloaded episodes.", len(rows))  # fmt: skip
            record(db, sentence, [RowSnapshot("episode", ("file", "downloaded_at"), rows)], now)
        return len(rows)


def forget_files(db: Connection, episodes: Sequence[Episode]) -> None:
    """Save that episodes have no file; not a step of the journal."""
    db.execute(
        f"UPDATE episode SET file = '', downloaded_at = NULL WHERE id IN (SELECT e.id {_CHOSEN})", (_keys(episodes),)
    )


_CHOSEN = """
FROM json_each(?) AS j CROSS JOIN episode AS e ON e.article_id = json_extract(j.value, '$[0]')
AND e.url = json_extract(j.value, '$[1]') WHERE e.file <> ''
"""


def _keys(episodes: Sequence[Episode]) -> str:
    return to_json([(episode.article_id, episode.url) for episode in episodes])
