"""The command show: write articles in one of several formats."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from sqlite3 import Connection

from msgspec.structs import replace

from roya_tui.cli.commands.articles import load_article, prepare_search
from roya_tui.cli.session import SUCCESS, USAGE_ERROR, CommandError, Session
from roya_tui.model import Article
from roya_tui.translation import gettext, ngettext


def show(session: Session, args: Namespace) -> int:
    """`roya-tui show`: write articles, given by ids or a query."""
    from roya_tui.cli.article_export import ArticleExporter
    from roya_tui.export.file_names import format_of

    if args.events:
        from roya_tui.cli.article_fetch import report_page, report_pictures

        return report_pictures(session, args) if args.pictures else report_page(session, args)
    file = "" if args.output == "-" else args.output
    form = args.format or format_of(file) or "text"
    if args.changes or args.since is not None:
        from roya_tui.cli.commands.show.changes import show_changes

        return show_changes(session, args, form, file)
    if form == "epub" and not file and session.terminal.interactive:
        message = gettext("EPUB cannot be shown on a terminal. Write it to a file: --output book.epub")
        raise CommandError(message, USAGE_ERROR)
    query = getattr(args, "query", "")
    if bool(args.ids) == bool(query):
        message = gettext("Either article numbers or --query is required. Run roya-tui list to see the numbers.")
        raise CommandError(message, USAGE_ERROR)
    with session.store(reading=True) as db:
        ids, more = _find(session, db, query, args.limit) if query else (args.ids, 0)
        several = len(args.ids) != 1
        title, pictures = args.title or query, not args.no_pictures
        exporter = ArticleExporter(session, form, title=title, several=several, pictures=pictures)
        articles = _load_articles(session, db, ids, args.full)
        if file:
            from roya_tui.cli.output_file import write_file

            write_file(Path(file), lambda opened: exporter.write(articles, opened), force=args.force)
            count = len(ids)
            message = ngettext(
                "Wrote {count:,} article to {file}.", "Wrote {count:,} articles to {file}.", count, file=file
            )
            session.out.line(message)
        elif form == "epub":
            session.out.bytes(exporter.to_bytes(articles))
        elif form == "text" and session.plain:
            for text, languages in exporter.spoken(articles):
                session.out.text(text, languages=languages)
        else:
            columns = session.terminal.columns if form == "text" else None
            session.out.text(exporter.text(articles, columns), session.config.reading.rtl if columns else "off")
    if more:
        session.out.notify(
            ngettext("{count:,} more matches. --limit 0 shows all.", "{count:,} more match. --limit 0 shows all.", more)
        )
    return SUCCESS


def _find(session: Session, db: Connection, text: str, limit: int) -> tuple[Sequence[int], int]:
    """Return at most `limit` articles that match a query, and how many more there are."""
    from roya_tui.store.search import results

    query, zone = session.query(text), session.clock().zone
    prepare_search(session, db, query)
    ids = results.find(db, query, session.now, limit or None, zone=zone)
    if not ids:
        raise CommandError(gettext("No articles match this query."))
    return ids, results.count(db, query, session.now, zone=zone) - len(ids)


def _load_articles(session: Session, db: Connection, ids: Sequence[int], full: bool) -> Iterator[Article]:
    """Load articles one by one; raises `CommandError` for the first that does not exist.

    Among several, a full text that cannot be fetched is only reported.
    """
    for id in ids:
        article = load_article(db, id)
        if full and not article.full_text:
            from roya_tui.cli.article_fetch import with_full_text

            try:
                article = with_full_text(session, article)
            except CommandError as error:
                if len(ids) == 1:
                    raise
                session.out.notify(f"{article.headline.title}: {error}")
        yield replace(article, summary="", content="") if full and article.full_text else article
