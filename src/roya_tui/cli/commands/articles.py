"""The command list: headlines."""

from __future__ import annotations

from argparse import Namespace
from array import array
from sqlite3 import Connection
from typing import Any

from roya_tui.cli.output import Column, iso_time
from roya_tui.cli.session import SUCCESS, Session, index_pending
from roya_tui.model import Headline
from roya_tui.query import Query

_PAGE_SIZE = 500
"""Headlines read from the store at once, so that a list of any length starts at once and stays small."""


def list_articles(session: Session, args: Namespace) -> int:
    """`roya-tui list`: headlines, as lines, tab-separated or JSON."""
    query = session.query(query_text(args))
    with session.store(reading=True) as db:
        limit = args.limit or None
        ids = _found(session, db, query, None if args.stories else limit)
        stand_for: dict[int, int] = {}
        if args.stories:
            ids, others = _collapse_stories(session, db, ids)
            stand_for = {id: more + 1 for id, more in zip(ids, others, strict=True)}
            ids = ids[:limit]
        if args.json:
            pages = [_headlines(db, ids[start : start + _PAGE_SIZE]) for start in range(0, len(ids), _PAGE_SIZE)]
            facts = [headline_json(headline) for page in pages for headline in page]
            session.out.json([one | {"stands_for": stand_for[one["id"]]} for one in facts] if stand_for else facts)
            return SUCCESS
        lines = _HeadlineWriter(session, stand_for)
        for start in range(0, len(ids), _PAGE_SIZE):
            page = _headlines(db, ids[start : start + _PAGE_SIZE])
            lines.tsv(page) if args.tsv else lines.rows(page)
        if session.terminal.interactive and not args.tsv:
            _report_remaining(session, db, query, len(ids), len(stand_for))
    return SUCCESS


def _found(session: Session, db: Connection, query: Query, limit: int | None = None) -> array[int]:
    from roya_tui.store.search import results

    index_pending(session, db)
    ids = results.find(db, query, session.now, limit, zone=session.clock().zone)
    if not ids:
        warn_unknown_term(session, db, query)
    return ids


def warn_unknown_term(session: Session, db: Connection, query: Query) -> None:
    """Say of a query that finds nothing what `doubted` knows."""
    if said := explain_no_matches(session, db, query):
        session.out.notify(said)


def explain_no_matches(session: Session, db: Connection, query: Query) -> str:
    """Return of a query that finds nothing which name in it is none, or which word nothing has; "" if neither."""
    from roya_tui.query import parse
    from roya_tui.query.completion import describe_unknown, find_unknown_name
    from roya_tui.store.search import spelling, vocabulary

    text = str(query)
    if (wrong := find_unknown_name(text, vocabulary.load(db))) is not None:
        return wrong.full_message
    meant = spelling.suggest(db, text, session.now, lambda new: parse(new, session.now), zone=session.clock().zone)
    return f"{describe_unknown(text, meant)} The nearest is “{meant.label}”." if meant else ""


def _collapse_stories(session: Session, db: Connection, ids: array[int]) -> tuple[array[int], array[int]]:
    """Return one article for each story of `ids`, and beside each how many others of them it stands for."""
    from roya_tui.presentation.timeline import collapse_stories
    from roya_tui.store.sources import names, status
    from roya_tui.store.user_data import stories

    preferred = [id for name in session.config.reading.prefer for id in names.find_sources(db, name)]
    tellings = stories.list_members(db)
    return collapse_stories(
        ids, tellings, preferred, status.find_same_address(db, {one.source_id for one in tellings})
    )[:2]


def query_text(args: Namespace) -> str:
    return " ".join([*args.words, getattr(args, "query", "")]).strip()


def _headlines(db: Connection, ids: Any) -> list[Headline]:
    from roya_tui.store.articles import lookup

    return lookup.load_headlines(db, ids)


def _report_remaining(session: Session, db: Connection, query: Any, shown: int, stories: int) -> None:
    from roya_tui.store.search import results

    total = stories or results.count(db, query, session.now, zone=session.clock().zone)
    if not total:
        session.out.notify(
            "Nothing is found." if str(query) else "There are no articles yet: roya-tui refresh fetches some."
        )
    elif shown < total:
        session.out.notify(f"{shown:,} of {total:,}. --limit 0 lists all; roya-tui show ID shows one.")


class _HeadlineWriter:
    """Writes pages of headlines: in columns for people, the same columns uncut in a pipe, or tab-separated."""

    def __init__(self, session: Session, story_sizes: dict[int, int]) -> None:
        self._story_sizes = story_sizes
        self._session = session
        self._out = session.out
        self._clock = session.clock()
        self._columns = (
            Column(align_right=True, min_width=5),
            Column(min_width=3),
            Column(),
            Column(min_width=12, max_width=18),
            Column(can_shrink=True),
        )

    def rows(self, page: list[Headline]) -> None:
        self._session.table(self._columns, [self._row(headline) for headline in page])

    def _row(self, headline: Headline) -> tuple[str, ...]:
        when = self._clock.stamp(headline.at, headline.zone)
        return str(headline.id), state_letters(headline), when, headline.source, self._title(headline)

    def _title(self, headline: Headline) -> str:
        count = self._story_sizes.get(headline.id, 1)
        return headline.title if count < 2 else f"{headline.title} ({count:,})"

    def tsv(self, page: list[Headline]) -> None:
        for line in page:
            told = [line.id, state_letters(line), iso_time(line.at), line.source, line.title, line.url]
            self._out.tsv_row((*told, self._story_sizes[line.id]) if self._story_sizes else told)


def state_letters(headline: Headline) -> str:
    """Return the state as three letters: U unread, S starred, C changed since read, - for none."""
    signs = ((headline.unread, "U"), (headline.starred, "S"), (headline.changed, "C"))
    return "".join(letter if on else "-" for on, letter in signs)


def headline_json(headline: Headline) -> dict[str, Any]:
    """Return a headline as JSON tells it. Names and meaning are kept from version to version."""
    return {
        "id": headline.id,
        "title": headline.title,
        "source": headline.source,
        "source_id": headline.source_id,
        "url": headline.url,
        "author": headline.author,
        "language": headline.language,
        "published": iso_time(headline.published),
        "updated": iso_time(headline.updated),
        "first_seen": iso_time(headline.first_seen),
        "unread": headline.unread,
        "starred": headline.starred,
        "changed": headline.changed,
        "hidden": headline.hidden,
        "highlighted": headline.highlighted,
        "full_text": headline.full,
        "pictures": headline.pictures,
        "revisions": headline.revisions,
        "noted": headline.noted,
        "story": headline.story,
        "tellings": headline.tellings,
    }
