"""The page behind an article, or behind one of its links: fetched because a person asks for it, told or kept."""

from __future__ import annotations

from argparse import Namespace
from sqlite3 import Connection
from typing import TYPE_CHECKING

import msgspec

from roya_tui.cli.session import COULD_NOT, DONE, CannotDo, Session
from roya_tui.model import Article, Entry, Failure

if TYPE_CHECKING:
    from roya_tui.sources.page import WebPage

_STAYS = "The feed's own text stays."
PIECE = 80_000
"""Characters of JSON in one event, each of which may take twelve where it is escaped once more."""


def tell(session: Session, wanted: Namespace) -> int:
    """`roya-tui show ID --events`: keep the full text of an article, or with `--link` tell what is behind a link of it.

    The last event is "kept", "page" or "failed"; before "page" it comes as JSON in events "part".
    """
    from roya_tui.store.articles import lookup

    number = wanted.ids[0] if wanted.ids else 0
    with session.store() as db:
        article = lookup.load_article(db, number)
        try:
            if article is None:
                raise CannotDo("This article is gone.")
            if wanted.link:
                _tell_page(session, _at(session, db, article, wanted.link))
            else:
                session.out.event({"event": "kept", "id": number, "message": keep(session, db, article)})
        except CannotDo as error:
            session.out.event({"event": "failed", "message": str(error)})
            return COULD_NOT
    return DONE


def _tell_page(session: Session, page: Entry) -> None:
    told = msgspec.json.encode(page).decode()
    for start in range(0, len(told), PIECE):
        session.out.event({"event": "part", "json": told[start : start + PIECE]})
    session.out.event({"event": "page"})


def with_full_text(session: Session, article: Article) -> Article:
    """Return an article with the full text that its page has, which is kept. Raises CannotDo."""
    from roya_tui.store.articles import lookup

    with session.store() as db:
        if said := keep(session, db, article):
            session.out.tell(said)
        return lookup.load_article(db, article.headline.id) or article


def keep(session: Session, db: Connection, article: Article) -> str:
    """Fetch an article's page and keep its text; return what there is to say of it. Raises CannotDo."""
    from roya_tui.store.articles import offline

    if not article.headline.url:
        raise CannotDo("This article has no page of its own: what the feed says is all there is.")
    try:
        has = _page(session, db, article, article.headline.url)
    except CannotDo as error:
        raise CannotDo(f"{error} {_STAYS}") from None
    assert has.article is not None
    if not offline.save_page(db, article.headline.id, has.article.content, has.article.pictures):
        why = "shows its article only to subscribers" if has.paid else "has less text than the feed"
        raise CannotDo(f"The page {why}. {_STAYS}")
    return "The page is not free: this may be a part of it." if has.paid else ""


def _at(session: Session, db: Connection, article: Article, url: str) -> Entry:
    has = _page(session, db, article, url)
    assert has.article is not None
    return has.article


def _page(session: Session, db: Connection, article: Article, url: str) -> WebPage:
    """Read a page that has an article; raises CannotDo."""
    if session.offline:
        raise CannotDo("Offline: no page is fetched.")
    from roya_tui.refresh import pages, wanting
    from roya_tui.store.sources import subscriptions

    source = subscriptions.get(db, article.headline.source_id)
    if source is None:
        raise CannotDo("The source of this article was removed.")
    typed = wanting.typed_for(source, article.headline.url)
    has = pages.one(session.paths, session.config, source, url, typed=typed, now=session.now)
    if isinstance(has, Failure):
        raise CannotDo(_told(session, has))
    return has


def _told(session: Session, failed: Failure) -> str:
    if failed.retry_at is not None:
        return f"{failed.message} It may be asked again at {session.clock().time(failed.retry_at)}."
    return failed.message
