"""Fetch an article's full text, a linked page, or pictures when the user asks for them."""

from __future__ import annotations

import time
from argparse import Namespace
from sqlite3 import Connection
from typing import TYPE_CHECKING

import msgspec

from roya_tui.cli.session import FAILURE, SUCCESS, CommandError, Session
from roya_tui.model import Article, Entry, Failure
from roya_tui.store.articles import lookup, offline
from roya_tui.store.sources import subscriptions
from roya_tui.translation import gettext

if TYPE_CHECKING:
    from roya_tui.sources.pages.web_page import WebPage

PART_CHARACTERS = 80_000
"""Characters of JSON in one event; escaped again, each may become twelve."""


def report_page(session: Session, args: Namespace) -> int:
    """`roya-tui show NUMBER --events`: save the full text, or report a linked page.

    The last event is "kept", "page" or "failed"; "part" events with the JSON of the page precede "page".
    """
    number = args.ids[0] if args.ids else 0
    with session.store() as db:
        article = lookup.load_article(db, number)
        try:
            if article is None:
                raise CommandError(gettext("This article was deleted."))
            if args.link:
                text = msgspec.json.encode(_fetch_page(session, db, article, args.link)[1]).decode()
                for start in range(0, len(text), PART_CHARACTERS):
                    session.out.event({"event": "part", "json": text[start : start + PART_CHARACTERS]})
                session.out.event({"event": "page"})
            else:
                session.out.event({"event": "kept", "id": number, "message": keep_full_text(session, db, article)})
        except CommandError as error:
            session.out.event({"event": "failed", "message": str(error)})
            return FAILURE
    return SUCCESS


def with_full_text(session: Session, article: Article) -> Article:
    """Fetch and save the full text of an article; return the article with it. Raises CommandError."""
    with session.store() as db:
        if warning := keep_full_text(session, db, article):
            session.out.notify(warning)
        return lookup.load_article(db, article.headline.id) or article


def keep_full_text(session: Session, db: Connection, article: Article) -> str:
    """Fetch and save the full text of an article; return a warning or "". Raises CommandError."""
    if not article.headline.url:
        raise CommandError(gettext("This article has no address, so its full text cannot be fetched."))
    try:
        page, entry = _fetch_page(session, db, article, article.headline.url)
    except CommandError as error:
        kept = gettext("The text from the feed is kept.")
        raise CommandError(f"{error} {kept}") from None
    if not offline.save_page(db, article.headline.id, entry.content, entry.pictures):
        if page.is_paywalled:
            raise CommandError(
                gettext("The page shows the article only to subscribers. The text from the feed is kept.")
            )
        raise CommandError(gettext("The page has less text than the feed. The text from the feed is kept."))
    return gettext("The page is not free. This may be only a part of the text.") if page.is_paywalled else ""


def _fetch_page(session: Session, db: Connection, article: Article, url: str) -> tuple[WebPage, Entry]:
    """Fetch a page and extract its article; raises CommandError."""
    if session.offline:
        raise CommandError(gettext("Offline: the page was not fetched."))
    from roya_tui.refresh import pages, prefetch_plan

    source = subscriptions.get(db, article.headline.source_id)
    if source is None:
        raise CommandError(gettext("The source of this article was removed."))
    user_url = prefetch_plan.user_url_for(source, article.headline.url)
    page = pages.fetch_page(session.paths, session.config, source, url, user_url=user_url, now=session.now)
    if isinstance(page, Failure):
        if page.retry_at is None:
            raise CommandError(page.message)
        retry = gettext("You can try again at {time}.", time=session.clock().time(page.retry_at))
        raise CommandError(f"{page.message} {retry}")
    assert page.article is not None
    return page, page.article


def report_pictures(session: Session, args: Namespace) -> int:
    """`roya-tui show NUMBER --events --pictures`: fetch an article's pictures.

    Each is an event "picture". Only pictures of the article itself are fetched.
    """
    from roya_tui.document.parser import parse_html
    from roya_tui.layout.article_page import article_html
    from roya_tui.refresh import prefetch

    number = args.ids[0] if args.ids else 0
    with session.store() as db:
        article = lookup.load_article(db, number)
    if article is None or session.offline:
        gone, offline = gettext("This article was deleted."), gettext("Offline: pictures were not fetched.")
        session.out.event({"event": "failed", "message": offline if article else gone})
        return FAILURE
    pictures = parse_html(article_html(article), article.headline.url).pictures
    prefetch.fetch_pictures(
        session.paths,
        session.config,
        article,
        [picture.url for picture in pictures if not args.link or picture.url == args.link],
        retry=bool(args.link),
        report=session.out.event,
        now=lambda: int(time.time()),
    )
    return SUCCESS
