"""The page behind an article, or behind one of its links: fetched because a person asks for it, told or kept."""

from __future__ import annotations

import time
from argparse import Namespace
from sqlite3 import Connection
from typing import TYPE_CHECKING

import msgspec

from roya_tui.cli.session import FAILURE, SUCCESS, CommandError, Session
from roya_tui.model import Article, Entry, Failure

if TYPE_CHECKING:
    from roya_tui.sources.pages.web_page import WebPage

_FEED_TEXT_KEPT = "The feed's own text stays."
PART_CHARACTERS = 80_000
"""Characters of JSON in one event, each of which may take twelve where it is escaped once more."""


def report_page(session: Session, args: Namespace) -> int:
    """`roya-tui show ID --events`: keep the full text of an article, or with `--link` tell what is behind a link of it.

    The last event is "kept", "page" or "failed"; before "page" it comes as JSON in events "part".
    """
    from roya_tui.store.articles import lookup

    number = args.ids[0] if args.ids else 0
    with session.store() as db:
        article = lookup.load_article(db, number)
        try:
            if article is None:
                raise CommandError("This article is gone.")
            if args.link:
                _report_linked_page(session, _fetch_linked(session, db, article, args.link))
            else:
                session.out.event({"event": "kept", "id": number, "message": keep_full_text(session, db, article)})
        except CommandError as error:
            session.out.event({"event": "failed", "message": str(error)})
            return FAILURE
    return SUCCESS


def _report_linked_page(session: Session, page: Entry) -> None:
    told = msgspec.json.encode(page).decode()
    for start in range(0, len(told), PART_CHARACTERS):
        session.out.event({"event": "part", "json": told[start : start + PART_CHARACTERS]})
    session.out.event({"event": "page"})


def with_full_text(session: Session, article: Article) -> Article:
    """Return an article with the full text that its page has, which is kept. Raises CannotDo."""
    from roya_tui.store.articles import lookup

    with session.store() as db:
        if said := keep_full_text(session, db, article):
            session.out.notify(said)
        return lookup.load_article(db, article.headline.id) or article


def keep_full_text(session: Session, db: Connection, article: Article) -> str:
    """Fetch an article's page and keep its text; return what there is to say of it. Raises CannotDo."""
    from roya_tui.store.articles import offline

    if not article.headline.url:
        raise CommandError("This article has no page of its own: what the feed says is all there is.")
    try:
        has = _fetch_page(session, db, article, article.headline.url)
    except CommandError as error:
        raise CommandError(f"{error} {_FEED_TEXT_KEPT}") from None
    assert has.article is not None
    if not offline.save_page(db, article.headline.id, has.article.content, has.article.pictures):
        why = "shows its article only to subscribers" if has.is_paywalled else "has less text than the feed"
        raise CommandError(f"The page {why}. {_FEED_TEXT_KEPT}")
    return "The page is not free: this may be a part of it." if has.is_paywalled else ""


def _fetch_linked(session: Session, db: Connection, article: Article, url: str) -> Entry:
    has = _fetch_page(session, db, article, url)
    assert has.article is not None
    return has.article


def _fetch_page(session: Session, db: Connection, article: Article, url: str) -> WebPage:
    """Read a page that has an article; raises CannotDo."""
    if session.offline:
        raise CommandError("Offline: no page is fetched.")
    from roya_tui.refresh import pages, prefetch_plan
    from roya_tui.store.sources import subscriptions

    source = subscriptions.get(db, article.headline.source_id)
    if source is None:
        raise CommandError("The source of this article was removed.")
    typed = prefetch_plan.user_url_for(source, article.headline.url)
    has = pages.fetch_page(session.paths, session.config, source, url, user_url=typed, now=session.now)
    if isinstance(has, Failure):
        raise CommandError(_failure_message(session, has))
    return has


def _failure_message(session: Session, failed: Failure) -> str:
    if failed.retry_at is not None:
        return f"{failed.message} It may be asked again at {session.clock().time(failed.retry_at)}."
    return failed.message


def report_pictures(session: Session, args: Namespace) -> int:
    """`roya-tui show ID --events --pictures`: the screen fetches pictures with it; with `--link` one of them, again.

    Each is an event "picture". Only what the article itself names is asked for.
    """
    from roya_tui.document.parser import parse_html
    from roya_tui.layout.article_header import article_html
    from roya_tui.refresh import prefetch
    from roya_tui.store.articles import lookup

    number = args.ids[0] if args.ids else 0
    with session.store() as db:
        article = lookup.load_article(db, number)
    if article is None or session.offline:
        session.out.event({"event": "failed", "message": "Offline: nothing is fetched." if article else "It is gone."})
        return FAILURE
    named = [picture.url for picture in parse_html(article_html(article), article.headline.url).pictures]
    urls = [url for url in named if not args.link or url == args.link]
    again = bool(args.link)
    paths, config = session.paths, session.config
    prefetch.fetch_pictures(
        paths, config, article, urls, retry=again, report=session.out.event, now=lambda: int(time.time())
    )
    return SUCCESS
