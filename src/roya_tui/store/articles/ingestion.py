"""Saving entries as new articles or new versions, and the full text of their pages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import partial
from sqlite3 import Connection
from typing import Any

from msgspec import Struct

from roya_tui.model import MAX_VERSIONS, Feed, Picture, SaveResult
from roya_tui.normalization import normalize_for_comparison
from roya_tui.store import bodies, rule_matching
from roya_tui.store.article_dates import sort_time
from roya_tui.store.articles import account_marks
from roya_tui.store.articles.identity import identify
from roya_tui.store.articles.search_index import IndexFunction, add, load_body, remove
from roya_tui.store.bodies import PreparedEntry
from roya_tui.store.bodies import prepare as prepare
from roya_tui.store.connection import transaction
from roya_tui.store.user_data import stories, tags, transfer
from roya_tui.text import strip_html_by_block

_MAX_COMPARED = 5
"""Earlier versions that are compared with a new one."""

_FORMS = ("published_form", "updated_form")
_COPIED_COLUMNS = (
    "guid", "stamp", "published", "updated", *_FORMS, "minutes", "pictures", "media", "title", "author", "url"
)  # fmt: skip
"""Columns of an article with the name of a field of `PreparedEntry`."""


class _StoredArticle(Struct, frozen=True):
    """The columns of a stored article that saving needs."""

    id: int
    digest: int
    stamp: int
    published: int | None
    updated: int | None
    published_form: int | None
    updated_form: int | None
    first_seen: int

    def forms(self, row: PreparedEntry) -> tuple[int | None, int | None]:
        """Return the forms of the dates after replacing it by `row`. A date that is missing now is kept."""
        published = self.published_form if row.published is None else row.published_form
        return published, self.updated_form if row.updated is None else row.updated_form


def save(
    db: Connection,
    source_id: int,
    feed_facts: Feed | None,
    rows: Sequence[PreparedEntry],
    now: int,
    *,
    index: IndexFunction = add,
    is_identified: bool = False,
) -> SaveResult:
    """Save the entries of one check of a source in one transaction.

    Your marks are not changed. `index` adds the articles to the search index, at once or later; then rules apply.
    With `is_identified` the guids of the rows are those of the articles.
    """
    with transaction(db):
        if feed_facts is not None:
            _save_facts(db, source_id, feed_facts, now)
        rows = _deduplicate(rows if is_identified else identify(db, source_id, rows))
        rows = _match_fragments(db, source_id, rows)
        stored = _load_stored(db, source_id, rows)
        new = [row for row in rows if row.guid not in stored]
        stale = [(stored[row.guid], row) for row in rows if row.guid in stored and stored[row.guid].stamp != row.stamp]
        changed = [(old, row) for old, row in stale if not is_unchanged(db, old.id, row)]
        (language,) = db.execute("SELECT language FROM feed WHERE source_id = ?", (source_id,)).fetchone() or ("",)
        new_ids = _insert(db, source_id, new, language, now, index)
        for old, _ in changed:
            _save_version(db, old.id, now)
        changed_ids = {old.id for old, _ in changed}
        for old, row in stale:
            digest = _digest_of_replacement(db, old.id, row) if old.id in changed_ids else old.digest
            _replace(db, old, row, digest, language, index)
        _save_forms(db, [(stored[row.guid], row) for row in rows if row.guid in stored])
        saved = [*zip(new_ids, new, strict=True), *((old.id, row) for old, row in stale)]
        tags.update_feed_tags(db, [(id, row.tags) for id, row in saved])
        rule_matching.enqueue(db, source_id, [id for id, _ in saved], now)
        if index is add:
            rule_matching.match_queued(db)
        return SaveResult(tuple(new_ids), tuple(old.id for old, _ in changed), len(rows) - len(new) - len(changed))


def _save_forms(db: Connection, rows: Iterable[tuple[_StoredArticle, PreparedEntry]]) -> None:
    """Save the forms of dates that changed. Also with an equal stamp: earlier versions of the app did not read them."""
    forms = [(*old.forms(row), old.id) for old, row in rows if old.forms(row) != (old.published_form, old.updated_form)]
    db.executemany("UPDATE article SET published_form = ?, updated_form = ? WHERE id = ?", forms)


def is_unchanged(db: Connection, id: int, row: PreparedEntry) -> bool:
    """Whether an entry has the same text as a stored article, apart from trivial differences.

    Completing an incomplete article is not an edit either, nor is a text that was lost.
    """
    title, digest = db.execute("SELECT title, digest FROM article WHERE id = ?", (id,)).fetchone()
    feed, _ = load_body(db, id)
    if feed["incomplete"] or "lost" in feed:
        return True
    if "damaged" in feed:
        return bool(digest == row.stamp)
    before, after = _visible_text(title, feed), _visible_text(row.title, bodies.unpack(row.body))
    return before == after or _normalize(before) == _normalize(after)


def _digest_of_replacement(db: Connection, id: int, row: PreparedEntry) -> int:
    """Return the digest of a new version: that of an equal earlier version, if there is one."""
    normalized = _normalize(_visible_text(row.title, bodies.unpack(row.body)))
    earlier = "SELECT digest, title, feed FROM revision WHERE article_id = ? ORDER BY id DESC LIMIT ?"
    for digest, title, feed in db.execute(earlier, (id, _MAX_COMPARED)):
        if _normalize(_visible_text(title, bodies.unpack(feed))) == normalized:
            return int(digest)
    return row.stamp


def _visible_text(title: str, feed: dict[str, Any]) -> tuple[str, str]:
    return title, feed["content"] or feed["summary"]


def _normalize(text: tuple[str, str]) -> tuple[str, str]:
    """Return the visible text of a version without trivial differences."""
    title, html = text
    return normalize_for_comparison(title), normalize_for_comparison(strip_html_by_block(html))


def _save_facts(db: Connection, source_id: int, facts: Feed, now: int) -> None:
    """Save the feed's title and other facts; a missing one keeps its value.

    Where the title is also the label, references to the source are pinned outside the undo history. An imported
    subscription list may have set the feed's title as your name for the source: the first answer shows this and clears
    the name.
    """
    db.execute(
        "UPDATE source SET name = '' WHERE id = ? AND name = ?"
        " AND EXISTS (SELECT 1 FROM feed WHERE source_id = source.id AND title = name AND succeeded IS NULL)",
        (source_id, facts.title),
    )
    labels = "SELECT title, coalesce(nullif(title, ''), url) FROM feed JOIN source ON id = source_id"
    row = db.execute(f"{labels} WHERE source_id = ? AND name = ''", (source_id,)).fetchone()
    if row is not None and facts.title not in ("", row[0]):
        from roya_tui.store.sources.query_references import pin_source_without_step  # rarely needed

        pin_source_without_step(db, source_id, row[1], facts.title, now)
    db.execute(
        "UPDATE feed SET title = coalesce(nullif(?, ''), title), homepage = coalesce(nullif(?, ''), homepage),"
        " description = coalesce(nullif(?, ''), description), language = coalesce(nullif(?, ''), language),"
        " icon = coalesce(nullif(?, ''), icon) WHERE source_id = ?",
        (facts.title, facts.homepage, facts.description, facts.language, facts.icon, source_id),
    )


def _deduplicate(rows: Iterable[PreparedEntry]) -> list[PreparedEntry]:
    """Return one entry per identity: the last modified, or the later one in the document."""
    best: dict[str, PreparedEntry] = {}
    for row in rows:
        other = best.get(row.guid)
        if other is None or _last_modified(row) >= _last_modified(other):
            best[row.guid] = row
    return list(best.values())


def _last_modified(row: PreparedEntry) -> int:
    return max(row.updated or 0, row.published or 0)


def _match_fragments(db: Connection, source_id: int, rows: list[PreparedEntry]) -> list[PreparedEntry]:
    """Return `rows`, each with the identity of its stored article, without fragments of articles that are stored whole.

    A fragment is an entry inside which a document was cut off, perhaps before its guid.
    """
    stored = "SELECT id, guid, url, title FROM article WHERE source_id = ?"
    fragments = db.execute(f"{stored} AND guid GLOB ?", (source_id, f"{bodies.FRAGMENT_GUID}*")).fetchall()
    articles = db.execute(stored, (source_id,)).fetchall() if any(row.incomplete for row in rows) else []
    matched = []
    for row in rows:
        for id, guid, url, title in articles if row.incomplete else fragments:
            if guid != row.guid and not _is_fragment(row, guid, url, title):
                continue
            if row.incomplete and not load_body(db, id)[0]["incomplete"]:
                break
            if row.guid.startswith(bodies.FRAGMENT_GUID):
                row = row._replace(guid=guid)
            elif guid != row.guid:
                db.execute("UPDATE OR IGNORE article SET guid = ? WHERE id = ?", (row.guid, id))
        else:
            matched.append(row)
    return matched


def _is_fragment(row: PreparedEntry, guid: str, url: str, title: str) -> bool:
    """Whether an entry and an article are the same, though one of them ends before its guid."""
    if guid.startswith(bodies.FRAGMENT_GUID):
        return row.url == url if url else row.title.startswith(title)
    return row.guid.startswith(bodies.FRAGMENT_GUID) and (url == row.url if row.url else title.startswith(row.title))


def _load_stored(db: Connection, source_id: int, rows: Sequence[PreparedEntry]) -> dict[str, _StoredArticle]:
    found = db.execute(
        "SELECT a.guid, a.id, a.digest, a.stamp, a.published, a.updated, a.published_form, a.updated_form, a.first_seen"
        " FROM json_each(?) AS j"
        " CROSS JOIN article AS a ON a.source_id = ? AND a.guid = j.value",
        (json.dumps([row.guid for row in rows]), source_id),
    )
    return {guid: _StoredArticle(*values) for guid, *values in found}


def _insert(
    db: Connection, source_id: int, rows: Sequence[PreparedEntry], language: str, now: int, index: IndexFunction
) -> list[int]:
    """Insert new articles and return their ids.

    A document starts with its latest entry, which gets the highest id: lists show it first among equal times. Without a
    published date (optional in Atom) an article keeps the time of the first update that was seen.
    """
    last = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'article'").fetchone()
    first = (last[0] if last else 0) + 1
    ids = list(range(first, first + len(rows)))
    rows = rows[::-1]
    times = [now if (at := _sort_time(row, now)) is None else at for row in rows]
    new = list(zip(ids, times, rows, strict=True))
    db.executemany(
        f"INSERT INTO article (id, source_id, at, digest, first_seen, language, {', '.join(_COPIED_COLUMNS)})"
        f" VALUES (?, ?, ?, ?, ?, ?{', ?' * len(_COPIED_COLUMNS)})",
        (
            (id, source_id, at, row.stamp, now, row.language or language, *map(partial(getattr, row), _COPIED_COLUMNS))
            for id, at, row in new
        ),
    )
    stories.add_fingerprints(db, source_id, ((id, at, row.minutes, row.fingerprint) for id, at, row in new), now)
    db.executemany("INSERT INTO body (article_id, feed) VALUES (?, ?)", ((id, row.body) for id, _, row in new))
    index(db, ids)
    transfer.apply_pending(db, source_id, [(id, row.guid, row.url) for id, _, row in new], now)
    if new:
        account_marks.match_arrived(db, source_id, now)
    return ids[::-1]


def _sort_time(row: PreparedEntry, first_seen: int) -> int | None:
    """Return the time of an entry's date that lists sort by; None without a date."""
    dates = ((row.published, row.published_form), (row.updated, row.updated_form))
    return next((sort_time(date, form, first_seen) for date, form in dates if date is not None), None)


def _save_version(db: Connection, id: int, now: int) -> None:
    """Save the present version of an article before it is replaced."""
    db.execute(
        "INSERT INTO revision (article_id, replaced, digest, updated, title, feed)"
        " SELECT id, ?, digest, updated, title, feed FROM article JOIN body ON article_id = id WHERE id = ?",
        (now, id),
    )
    db.execute(
        "DELETE FROM revision WHERE article_id = ?1 AND id NOT IN"
        " (SELECT id FROM revision WHERE article_id = ?1 ORDER BY id DESC LIMIT ?2)",
        (id, MAX_VERSIONS),
    )
    count = "SELECT count(*) FROM revision WHERE article_id = ?1"
    db.execute(f"UPDATE article SET revisions = ({count}), changed_at = ?2 WHERE id = ?1", (id, now))


def _replace(
    db: Connection, old: _StoredArticle, row: PreparedEntry, digest: int, language: str, index: IndexFunction
) -> None:
    """Overwrite an article with a new entry. A date that is missing now is kept."""
    published = old.published if row.published is None else row.published
    updated = old.updated if row.updated is None else row.updated
    old_body, page = load_body(db, old.id)
    feed = bodies.unpack(row.body)
    missing_dates = {
        name for name, at in (("published", row.published), ("updated", row.updated)) if at is None and old_body[name]
    }
    feed |= {name: old_body[name] for name in missing_dates}
    minutes = bodies.estimate_minutes(bodies.fold_page_text(page)) if page else row.minutes
    form, _ = old.forms(row)
    at = None if published is None else sort_time(published, form, old.first_seen)
    facts = (at, digest, row.stamp, published, updated, minutes, len(bodies.merge_pictures(feed, page)))
    db.execute(
        "UPDATE article SET at = coalesce(?, at), digest = ?, stamp = ?, published = ?, updated = ?, minutes = ?,"
        " pictures = ?, media = ?, language = ?, title = ?, author = ?, url = ? WHERE id = ?",
        (*facts, row.media, row.language or language, row.title, row.author, row.url, old.id),
    )
    body = bodies.pack(feed) if missing_dates else row.body
    db.execute("UPDATE body SET feed = ? WHERE article_id = ?", (body, old.id))
    before, after = bodies.build_search_document(old_body, page), bodies.build_search_document(feed, page)
    if "damaged" in old_body and old.digest == digest:
        before = after  # the text in the index, from before the damage
    if before != after or "damaged" in old_body:
        remove(db, old.id, before)
        index(db, [old.id])
    stories.update_fingerprint(db, old.id, row.fingerprint)


def save_full_text(db: Connection, id: int, html: str, pictures: Sequence[Picture]) -> None:
    """Save the full text of an article's page, for reading and searching offline."""
    page = bodies.pack_page(html, pictures)
    with transaction(db):
        if db.execute("SELECT 1 FROM article WHERE id = ?", (id,)).fetchone() is None:
            return
        feed, old_page = load_body(db, id)
        new_page = bodies.unpack_page(page)
        remove(db, id, bodies.build_search_document(feed, old_page))
        db.execute("UPDATE body SET page = ? WHERE article_id = ?", (page, id))
        add(db, [id])
        minutes = bodies.estimate_minutes(bodies.fold_page_text(new_page))
        facts = (minutes, len(bodies.merge_pictures(feed, new_page)), id)
        db.execute("UPDATE article SET full = 1, minutes = ?, pictures = ? WHERE id = ?", facts)
