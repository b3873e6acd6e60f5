"""The command list: list headlines."""

from __future__ import annotations

from argparse import Namespace
from array import array
from collections.abc import Mapping, Sequence
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any

from roya_tui.cli.output import Column
from roya_tui.cli.session import SUCCESS, USAGE_ERROR, CommandError, Session, index_pending
from roya_tui.export.json_values import headline_json, iso_time
from roya_tui.model import Article, Headline
from roya_tui.query import Query
from roya_tui.store.articles import lookup
from roya_tui.store.search import results
from roya_tui.text import format_suggestion
from roya_tui.translation import format_number, gettext, ngettext

if TYPE_CHECKING:
    from roya_tui.clock import Clock

_ID_COLUMN, _SOURCE_COLUMN = Column(align_right=True, min_width=5), Column(min_width=12, max_width=18)
_COLUMNS = (_ID_COLUMN, Column(min_width=3), Column(), _SOURCE_COLUMN, Column(can_shrink=True))
_PAGE_SIZE = 500
"""Headlines loaded at once, so that a long list begins immediately and uses little memory."""


def list_articles(session: Session, args: Namespace) -> int:
    """`roya-tui list`: list headlines as lines, TSV or JSON."""
    query = session.query(query_text(args))
    with session.store(reading=True) as db:
        limit = args.limit or None
        prepare_search(session, db, query)
        zone = session.clock().zone
        ids = results.find(db, query, session.now, None if args.stories else limit, zone=zone)
        if not ids:
            warn_unknown_term(session, db, query)
        story_sizes: dict[int, int] = {}
        if args.stories:
            ids, others = _collapse_stories(session, db, ids)
            story_sizes = {id: more + 1 for id, more in zip(ids, others, strict=True)}
            ids = ids[:limit]
        starts = range(0, len(ids), _PAGE_SIZE)
        pages = (lookup.load_headlines(db, ids[start : start + _PAGE_SIZE]) for start in starts)
        if args.json:
            tags = lookup.load_tags(db, ids)
            items = [
                headline_json(headline) | {"tags": tags.get(headline.id, ())} for page in pages for headline in page
            ]
            if story_sizes:
                items = [item | {"covers": story_sizes[item["id"]]} for item in items]
            session.out.json(items)
            return SUCCESS
        clock = session.clock()
        for page in pages:
            if args.tsv:
                for headline in page:
                    session.out.tsv_row(_tsv_row(headline, story_sizes))
            elif session.plain:
                _write_sentences(session, page, story_sizes)
            else:
                rows = [_table_row(clock, headline, story_sizes.get(headline.id, 1)) for headline in page]
                session.table(_COLUMNS, rows)
        if session.terminal.interactive and not args.tsv:
            _report_remaining(session, db, query, len(ids), len(story_sizes))
    return SUCCESS


def _write_sentences(session: Session, page: Sequence[Headline], story_sizes: Mapping[int, int]) -> None:
    """Write headlines for screen readers."""
    from roya_tui.export.speech import speak_headline

    clock = session.clock()
    for row in page:
        sentence = speak_headline(row, row.id, clock)
        if (size := story_sizes.get(row.id, 1)) > 1:
            sentence += " " + gettext("Articles in this story: {count:,}.", count=size)
        session.out.text(sentence, languages=("", row.language))


def prepare_search(session: Session, db: Connection, query: Query) -> None:
    """Update the search index; raises `CommandError` if `query` has an unknown or invalid saved search."""
    from roya_tui.query import QueryError
    from roya_tui.query.completion import find_unknown_name
    from roya_tui.store.search import vocabulary
    from roya_tui.store.search.saved_searches import expand_query

    try:
        expand_query(db, query, session.now, strict=True)
    except QueryError as error:
        unknown = find_unknown_name(str(query), {"search": vocabulary.load(db)["search"]})
        raise CommandError((unknown or error).full_message, USAGE_ERROR) from None
    index_pending(session, db)


def warn_unknown_term(session: Session, db: Connection, query: Query) -> None:
    """Print why a query has no matches, if that is known."""
    if explanation := explain_no_matches(session, db, query):
        session.out.notify(explanation)


def explain_no_matches(session: Session, db: Connection, query: Query) -> str:
    """Return which name or word of a query without matches is unknown; "" if none is."""
    from roya_tui.query import parse
    from roya_tui.query.completion import describe_unknown, find_unknown_name
    from roya_tui.store.search import spelling, vocabulary

    text = str(query)
    if (unknown := find_unknown_name(text, vocabulary.load(db))) is not None:
        return unknown.full_message
    near = spelling.suggest(db, text, session.now, lambda new: parse(new, session.now), zone=session.clock().zone)
    return describe_unknown(text, near) + format_suggestion(near.label) if near else ""


def _collapse_stories(session: Session, db: Connection, ids: array[int]) -> tuple[array[int], array[int]]:
    """Return one article for each story among `ids`, and for each the number of other articles in it."""
    from roya_tui.presentation.timeline import collapse_stories
    from roya_tui.store.sources import names, status
    from roya_tui.store.user_data import stories

    preferred = [id for name in session.config.reading.prefer for id in names.find_sources(db, name)]
    members = stories.list_members(db)
    same_address = status.find_same_address(db, {member.source_id for member in members})
    return collapse_stories(ids, members, preferred, same_address)[:2]


def query_text(args: Namespace) -> str:
    """Return the query of a command, from its arguments and --query."""
    return " ".join([*args.words, getattr(args, "query", "")]).strip()


def _report_remaining(session: Session, db: Connection, query: Any, shown: int, stories: int) -> None:
    total = stories or results.count(db, query, session.now, zone=session.clock().zone)
    if not total:
        no_articles = gettext("There are no articles. Run roya-tui refresh to fetch some.")
        session.out.notify(gettext("No articles match this query.") if str(query) else no_articles)
    elif shown < total:
        counts = ngettext(
            "{shown:,} of {total:,} article.", "{shown:,} of {total:,} articles.", total, shown=shown, total=total
        )
        session.out.notify(counts + " " + gettext("--limit 0 lists all; roya-tui show NUMBER shows one."))


def _table_row(clock: Clock, headline: Headline, count: int) -> tuple[str, ...]:
    when = clock.stamp(headline.at, headline.at_zone, headline.form)
    title = headline.title if count < 2 else f"{headline.title} ({format_number(count, ',')})"
    return str(headline.id), state_letters(headline), when, headline.source, title


def _tsv_row(headline: Headline, story_sizes: dict[int, int]) -> list[object]:
    state, time = state_letters(headline), iso_time(headline.at)
    values = [headline.id, state, time, headline.source, headline.title, headline.url]
    return [*values, story_sizes[headline.id]] if story_sizes else values


def load_article(db: Connection, id: int) -> Article:
    """Load an article; raises `CommandError` if there is none."""
    if article := lookup.load_article(db, id):
        return article
    raise CommandError(gettext("There is no article {id}. Run roya-tui list to see the numbers.", id=id))


def state_letters(headline: Headline) -> str:
    """Return the state as three letters: U unread, S starred, C changed since read, - for none."""
    signs = ((headline.unread, "U"), (headline.starred, "S"), (headline.changed, "C"))
    return "".join(letter if on else "-" for on, letter in signs)
