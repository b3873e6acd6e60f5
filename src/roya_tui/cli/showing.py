"""The command show: articles as text, Markdown, HTML, JSON or a book, on standard output or in a file."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from sqlite3 import Connection

from msgspec.structs import replace

from roya_tui.cli.session import DONE, WRONG_USAGE, CannotDo, Session, catch_up
from roya_tui.model import Article
from roya_tui.text import format_count


def show(session: Session, wanted: Namespace) -> int:
    """`roya-tui show`: one article, several, or all that a query finds."""
    from roya_tui.cli.exporting import Exporter
    from roya_tui.export.file_names import format_of

    if wanted.events and wanted.pictures:
        from roya_tui.cli.picturing import tell as tell_pictures

        return tell_pictures(session, wanted)
    if wanted.events:
        from roya_tui.cli.fulltext import tell

        return tell(session, wanted)
    file = "" if wanted.output == "-" else wanted.output
    form = wanted.format or format_of(file) or "text"
    if wanted.changes or wanted.since is not None:
        from roya_tui.cli.changing import show_changes

        return show_changes(session, wanted, form, file)
    if form == "epub" and not file and session.terminal.interactive:
        raise CannotDo("A book is not for a terminal. Name a file for it: --output book.epub", WRONG_USAGE)
    query = getattr(wanted, "query", "")
    if bool(wanted.ids) == bool(query):
        raise CannotDo("Which articles? Their numbers, as roya-tui list tells them, or else --query.", WRONG_USAGE)
    with session.store(reading=True) as db:
        ids, more = _found(session, db, query, wanted.limit) if query else (wanted.ids, 0)
        several = len(wanted.ids) != 1
        exporter = Exporter(
            session, form, title=wanted.title or query, several=several, pictures=not wanted.no_pictures
        )
        articles = _articles(session, db, ids, wanted.full)
        if file:
            from roya_tui.cli.writing import write

            write(Path(file), lambda opened: exporter.write(articles, opened), force=wanted.force)
            session.out.line(f"Wrote {format_count(len(ids), 'article')} to {file}.")
        elif form == "epub":
            session.out.bytes(exporter.in_memory(articles))
        elif form == "text" and session.plain:
            session.out.text(exporter.spoken(articles))
        else:
            columns = session.terminal.columns if form == "text" else None
            session.out.text(exporter.text(articles, columns), session.config.reading.rtl if columns else "off")
    if more:
        session.out.tell(f"{more:,} more are found; --limit 0 takes all.")
    return DONE


def _found(session: Session, db: Connection, text: str, limit: int) -> tuple[Sequence[int], int]:
    """The articles that a query finds, and how many more there are than `limit` lets through."""
    from roya_tui.store.search import results

    query, zone = session.query(text), session.clock().zone
    catch_up(session, db)
    ids = results.find(db, query, session.now, limit or None, zone=zone)
    if not ids:
        raise CannotDo("Nothing is found.")
    return ids, results.count(db, query, session.now, zone=zone) - len(ids)


def _articles(session: Session, db: Connection, ids: Sequence[int], full: bool) -> Iterator[Article]:
    """The articles, read one by one; raises `CannotDo` for the first that is not there."""
    from roya_tui.store.articles import lookup

    for id in ids:
        article = lookup.load_article(db, id)
        if article is None:
            raise CannotDo(f"There is no article {id}. roya-tui list tells the numbers.")
        if full and not article.full_text:
            article = _with_full_text(session, article, alone=len(ids) == 1)
        yield replace(article, summary="", content="") if full and article.full_text else article


def _with_full_text(session: Session, article: Article, *, alone: bool) -> Article:
    """The article with its page's text; among several, one whose page cannot be had stays as the feed has it."""
    from roya_tui.cli.fulltext import with_full_text

    try:
        return with_full_text(session, article)
    except CannotDo as error:
        if alone:
            raise
        session.out.tell(f"{article.headline.title}: {error}")
        return article
