"""Subscriptions: subscribe, unsubscribe, list and change sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from sqlite3 import Connection, Cursor
from typing import TypedDict, Unpack

from msgspec.structs import asdict, replace

from roya_tui.model import Moment, NewSource, Source, UpdateSchedule
from roya_tui.store.article_dates import add_missing_forms, change_zone
from roya_tui.store.connection import StoreError, transaction
from roya_tui.store.credentials import carry_credentials, has_credentials, keep_credentials
from roya_tui.store.sources.names import LABELS, find_sources
from roya_tui.store.user_data.journal import record
from roya_tui.store.user_data.snapshots import RowSnapshot, clear_fetch_state
from roya_tui.text import fold, sort_key
from roya_tui.translation import gettext, ngettext

_SELECT = """
SELECT s.id, s.url, f.title, s.name, s.folder, f.homepage, f.language, s.zone, s.mapping, s.sample,
    s.account_id, coalesce(c.content = 'server', 0) AS from_server,
    s.paused OR f.gone AS paused, s.interval, s.per_day, f.etag, f.modified, f.body_hash, f.ttl,
    f.skip_hours, f.skip_days, f.checked, f.succeeded, f.next_check, f.held_until, f.failures, f.error,
    f.moved_to, f.gone
FROM source AS s JOIN feed AS f ON f.source_id = s.id
LEFT JOIN account AS c ON c.id = s.account_id AND c.removed_at IS NULL
WHERE s.removed_at IS NULL
"""

SAMPLES_ADDED = "samples-added"
"""Database key for when the samples were added (UTC seconds), which their dates depend on."""

_COUNTS = "SELECT source_id, total, unread FROM tally WHERE tag_id = 0"


def _sources(rows: Cursor, counts: dict[int, tuple[int, int]]) -> list[Source]:
    names = [column[0] for column in rows.description]
    found = []
    for row in rows:
        facts = dict(zip(names, row, strict=True))
        total, unread = counts.get(facts["id"], (0, 0))
        facts |= {"sample": bool(facts["sample"]), "paused": bool(facts["paused"]), "gone": bool(facts["gone"])}
        facts["from_server"] = bool(facts["from_server"])
        pace = UpdateSchedule(facts.pop("ttl"), _numbers(facts.pop("skip_hours")), _numbers(facts.pop("skip_days")))
        facts |= {"total": total, "unread": unread}
        found.append(Source(**facts, pace=pace))
    return found


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(word) for word in text.split() if word.isdecimal())


def list_all(db: Connection) -> list[Source]:
    """Return all subscribed sources by folder and label, with counts of visible articles."""
    counts = {id: (total, unread) for id, total, unread in db.execute(_COUNTS)}
    found = _sources(db.execute(_SELECT), counts)
    return sorted(found, key=lambda source: (sort_key(source.folder), sort_key(source.label), source.id))


def list_held(db: Connection, now: int) -> list[Source]:
    """Return the sources that wait for the end of their host's Retry-After, without counts."""
    return _sources(db.execute(f"{_SELECT} AND f.held_until > ?", (now,)), {})


def is_empty(db: Connection) -> bool:
    """Whether no source was ever added."""
    return db.execute("SELECT 1 FROM source LIMIT 1").fetchone() is None


def get(db: Connection, id: int) -> Source | None:
    """Return a subscribed source with its counts, or None."""
    counts = {id: (total, unread) for id, total, unread in db.execute(_COUNTS + " AND source_id = ?", (id,))}
    found = _sources(db.execute(_SELECT + " AND s.id = ?", (id,)), counts)
    return found[0] if found else None


def find(db: Connection, text: str) -> list[Source]:
    """Return the sources that match `text`: an id, an address or words of the label."""
    ids = set(find_sources(db, text))
    return [source for source in list_all(db) if source.id in ids]


def load_daily_limits(db: Connection, configured: Mapping[str, int]) -> dict[int, int]:
    """Return the daily limits of sources: set here, else in config.toml (`configured`)."""
    found = {}
    if configured:
        by_name = {fold(name): cap for name, cap in configured.items()}
        for id, url, label in db.execute(LABELS):
            cap = configured.get(url, by_name.get(fold(label)))
            if cap is not None:
                found[id] = cap
    return found | dict(db.execute("SELECT id, per_day FROM source WHERE per_day IS NOT NULL").fetchall())


def add(db: Connection, new: NewSource, now: int) -> Source:
    """Subscribe. A removed source with that address is restored with its articles."""
    with transaction(db):
        new = replace(new, url=keep_credentials(db, new.url))
        existing = db.execute("SELECT id, removed_at FROM source WHERE url = ?", (new.url,)).fetchone()
        if existing is None:
            values = asdict(new)
            added = db.execute(
                "INSERT INTO source (url, name, folder, zone, mapping, interval, per_day, sample, added, account_id)"
                " VALUES (:url, :name, :folder, :zone, :mapping, :interval, :per_day, :sample, :added, :account_id)",
                values | {"added": now, "account_id": _account_for_new_source(db, new)},
            )
            id = int(added.lastrowid or 0)
            columns = "(source_id, title, homepage, language) VALUES (:id, :title, :homepage, :language)"
            db.execute(f"INSERT INTO feed {columns}", values | {"id": id})
        else:
            id = int(existing[0])
            if existing[1] is not None:
                _restore(db, id, new)
        found = get(db, id)
        assert found is not None
        return found


def _account_for_new_source(db: Connection, new: NewSource) -> int | None:
    """Return the account that a new source joins: the only one, if its server can read the source."""
    rows = db.execute("SELECT id, url FROM account WHERE removed_at IS NULL LIMIT 2").fetchall()
    if len(rows) != 1 or new.sample or new.mapping or not new.url.startswith(("http://", "https://")):
        return None  # samples and JSON news are read here only, as files are
    from roya_tui.local_network import is_local_url  # few users have accounts

    ((id, server),) = rows
    is_out_of_reach = is_local_url(new.url) and not is_local_url(server)
    return None if is_out_of_reach or has_credentials(db, new.url) else int(id)


_USER_COLUMNS = (
    "removed_at", "paused", "name", "folder", "zone", "mapping", "interval", "per_day", "sample", "account_id",
)  # fmt: skip
"""Columns that restoring a source may change."""


def add_all(db: Connection, wanted: Iterable[NewSource], now: int, *, imported: bool = False) -> int:
    """Subscribe to new sources as one step of the journal; return how many."""
    known = f"SELECT id, {', '.join(_USER_COLUMNS)} FROM source WHERE url = ?"
    with transaction(db):
        before, labels = [], []
        for new in wanted:
            new = replace(new, url=keep_credentials(db, new.url))
            was = db.execute(known, (new.url,)).fetchone()
            if was is None or was[1] is not None:
                labels.append(add(db, new, now).label)
                if was is None:  # undo leaves it as a removed source
                    id, _, *rest = db.execute(known, (new.url,)).fetchone()
                    was = (id, now, *rest)
                before.append(was)
        if before:
            record(db, _added_sentence(labels, imported), [RowSnapshot("source", _USER_COLUMNS, before)], now)
        return len(before)


def _added_sentence(labels: list[str], imported: bool) -> str:
    match labels, imported:
        case [label], False:
            return gettext("Added “{source}”.", source=label)
        case [label], True:
            return gettext("Imported “{source}”.", source=label)
        case _, False:
            return ngettext("Added {count:,} source.", "Added {count:,} sources.", len(labels))
    return ngettext("Imported {count:,} source.", "Imported {count:,} sources.", len(labels))


def _restore(db: Connection, id: int, new: NewSource) -> None:
    """Restore a removed source; settings in `new` replace the old ones."""
    if new.zone:
        (old,) = db.execute("SELECT zone FROM source WHERE id = ?", (id,)).fetchone()
        change_zone(db, id, old, new.zone)
    db.execute(
        "UPDATE source SET removed_at = NULL, paused = 0, name = coalesce(nullif(?, ''), name),"
        " folder = coalesce(nullif(?, ''), folder), zone = coalesce(nullif(?, ''), zone),"
        " mapping = coalesce(nullif(?, ''), mapping), interval = coalesce(?, interval),"
        " per_day = coalesce(?, per_day), sample = ? WHERE id = ?",
        (new.name, new.folder, new.zone, new.mapping, new.interval, new.per_day, int(new.sample), id),
    )
    db.execute("UPDATE feed SET gone = 0, failures = 0, error = '', next_check = NULL WHERE source_id = ?", (id,))
    in_use = "SELECT 1 FROM account WHERE id = source.account_id AND account.removed_at IS NULL"
    db.execute(
        f"UPDATE source SET account_id = ? WHERE id = ? AND NOT EXISTS ({in_use})",
        (_account_for_new_source(db, new), id),
    )


def remove(db: Connection, id: int, now: int) -> None:
    """Unsubscribe, as one step of the journal. Starred and noted articles stay visible."""
    with transaction(db):
        found = get(db, id)
        if found is not None:
            _remove(db, [id], gettext("Removed “{source}”.", source=found.label), now)


def remove_samples(db: Connection, now: int) -> int:
    """Remove all sample sources as one step; return how many."""
    with transaction(db):
        ids = [row[0] for row in db.execute("SELECT id FROM source WHERE sample AND removed_at IS NULL")]
        if ids:
            _remove(db, ids, gettext("Removed the sample articles."), now)
        return len(ids)


def _remove(db: Connection, ids: list[int], sentence: str, now: int) -> None:
    db.executemany("UPDATE source SET removed_at = ? WHERE id = ?", [(now, id) for id in ids])
    record(db, sentence, [RowSnapshot("source", ("removed_at",), [(id, None) for id in ids])], now)


class SourceChanges(TypedDict, total=False):
    """New settings of a source; a missing one stays."""

    name: str
    folder: str
    interval: int | None
    per_day: int | None
    paused: bool
    url: str
    mapping: str
    zone: str


def change(db: Connection, id: int, *, now: int | None = None, **changes: Unpack[SourceChanges]) -> None:
    """Change settings as one step of the journal; `StoreError` if the address is taken."""
    with transaction(db):
        found = get(db, id)
        if found is None:
            raise StoreError(gettext("There is no source {id}.", id=id))
        if not changes:
            return
        if "url" in changes:
            changes["url"] = keep_credentials(db, changes["url"], own=found.url)
            carry_credentials(db, found.url, changes["url"])
        columns = tuple(changes)
        before = db.execute(f"SELECT id, {', '.join(columns)} FROM source WHERE id = ?", (id,)).fetchone()
        if changes.get("paused") is False:
            db.execute("UPDATE feed SET gone = 0 WHERE source_id = ?", (id,))
        if before[1:] == tuple(changes.values()):
            return
        if "url" in changes and is_address_taken(db, id, changes["url"]):
            raise StoreError(gettext("Another source has the address {address}.", address=changes["url"]))
        new_label = replace(found, name=changes.get("name", found.name), url=changes.get("url", found.url)).label
        images = []
        if new_label != found.label:
            from roya_tui.store.sources.query_references import pin_source  # not needed at start

            images = pin_source(db, id, found.label, new_label, now or 0)
        settings = ", ".join(f"{column} = :{column}" for column in columns)
        db.execute(f"UPDATE source SET {settings} WHERE id = :id", {**changes, "id": id})
        if "url" in changes:
            clear_fetch_state(db, [id])
        if "zone" in changes:
            change_zone(db, id, found.zone, changes["zone"])
        record(db, _change_sentence(found.label, changes), [RowSnapshot("source", columns, [before]), *images], now)


def change_time_zone(
    db: Connection, id: int, zone: str, read_date: Callable[[str], Moment], now: int | None = None
) -> None:
    """Change the time zone of a source, and of its articles' times without one, as one step of the journal.

    `read_date` reads a date in UTC. It is needed for articles that an earlier version of the app saved.
    """
    with transaction(db):
        add_missing_forms(db, id, read_date)
        change(db, id, zone=zone, now=now)


def describe_zone(label: str, zone: str) -> str:
    """Return the sentence for a new time zone of a source, "" for none."""
    if zone:
        return gettext("Changed the time zone of “{source}” to {zone}.", source=label, zone=zone)
    return gettext("Removed the time zone of “{source}”.", source=label)


def _change_sentence(label: str, changes: SourceChanges) -> str:
    """Return the sentence for the step of a change."""
    match [*changes]:
        case ["name"] if changes["name"]:
            return gettext("Renamed “{old}” to “{new}”.", old=label, new=changes["name"])
        case ["folder"]:
            if folder := changes["folder"]:
                return gettext("Moved “{source}” to folder “{folder}”.", source=label, folder=folder)
            return gettext("Moved “{source}” out of its folder.", source=label)
        case ["paused"] if changes["paused"]:
            return gettext("Paused “{source}”.", source=label)
        case ["paused"]:
            return gettext("Resumed “{source}”.", source=label)
        case ["url"]:
            return gettext("Changed the address of “{source}”.", source=label)
        case ["interval"]:
            return gettext("Changed how often “{source}” is checked.", source=label)
        case ["per_day"]:
            return gettext("Changed the daily limit of “{source}”.", source=label)
        case ["zone"]:
            return describe_zone(label, changes["zone"])
    return gettext("Changed “{source}”.", source=label)


def is_address_taken(db: Connection, id: int, url: str) -> bool:
    """Whether another source has this address."""
    return db.execute("SELECT 1 FROM source WHERE url = ? AND id <> ?", (url, id)).fetchone() is not None
