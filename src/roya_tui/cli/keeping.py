"""What was looked at → the store: subscriptions with their articles, and saved pages."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.cli.session import Session
from roya_tui.model import SAVED_PAGES, Entry, Failure, Feed, NewSource, Source, is_local
from roya_tui.refresh import Found, Offer
from roya_tui.sources.web.addresses import host
from roya_tui.store.accounts import renew_account, stored_address
from roya_tui.store.sources import checks, subscriptions
from roya_tui.text import format_count


class Added(Struct, frozen=True):
    """What became of one address; `event` is "added", "saved", "known", "later", "choose" or "failed"."""

    event: str
    address: str
    message: str
    id: int | None = None
    """Of the source; of the article, where a page was saved."""
    source: int | None = None
    """In which it stands."""
    label: str = ""
    articles: int = 0
    candidates: tuple[dict[str, Any], ...] = ()
    """What to choose from, as `choices.facts` tells it."""

    @property
    def well(self) -> bool:
        return self.event not in ("choose", "failed")


def known(db: Connection, url: str) -> Source | None:
    """Return the subscription to an address, if there is one."""
    url = stored_address(db, url)
    return next((source for source in subscriptions.find(db, url) if source.url == url), None)


def has(db: Connection, one: Offer | Entry) -> bool:
    """Return whether one is subscribed to a feed, or has saved a page."""
    if not isinstance(one, Entry):
        return known(db, one.url) is not None
    from roya_tui.store.articles import ingestion, saved_pages

    return saved_pages.is_saved(db, ingestion.prepare(one))


def is_there(source: Source, address: str) -> Added:
    message = f"{source.label} is there already."
    return Added("known", address, message, source.id, source.id, source.label, source.total)


def renewed(db: Connection, source: Source, where: str, address: str) -> Added:
    """Save the name and password that the address of a known source has, if these are others than before."""
    there = is_there(source, address)
    if not renew_account(db, where):
        return there
    return replace(there, message=f"{there.message} Its new password was saved.")


def later(db: Connection, where: str, address: str, wanted: Namespace, now: int) -> Added:
    """Subscribe to what cannot be looked at now."""
    subscriptions.add_all(db, [_new(where, wanted)], now)
    source = known(db, where)
    assert source is not None
    message = f"Added {source.label}. It will be fetched later: nothing is while offline."
    return Added("later", address, message, source.id, source.id, source.label)


def keep_feeds(
    session: Session, db: Connection, offers: Sequence[Offer], address: str, wanted: Namespace
) -> list[Added]:
    """Subscribe to what was looked at, as one step of the journal, and save its articles at once: all or nothing."""
    from roya_tui.store.connection import transaction

    seen = {offer.url: offer.found or _seen_now(session, offer.url, address, wanted) for offer in offers}
    there = {url: source for url in seen if (source := known(db, url))}
    new = {url: found for url, found in seen.items() if url not in there and isinstance(found, Found)}
    with transaction(db):
        subscriptions.add_all(db, [_new(url, wanted, found) for url, found in new.items()], session.now)
        added = {url: _save(session, db, url, found) for url, found in new.items()}
    return [
        is_there(there[url], address)
        if url in there
        else _added(added[url], new[url].feed, address)
        if url in added
        else Added("failed", address, found.message if isinstance(found, Failure) else "")
        for url, found in seen.items()
    ]


def _seen_now(session: Session, url: str, address: str, wanted: Namespace) -> Found | Failure:
    """Look at a feed that there was no time for before."""
    from roya_tui.refresh import probe

    got = probe(url, session.config, now=session.now, zone=wanted.zone, typed="" if is_local(address) else address)
    return got if isinstance(got, (Found, Failure)) else Failure("not-a-feed", got.message)


def _new(url: str, wanted: Namespace, found: Found | None = None) -> NewSource:
    new = NewSource(url, name=wanted.title, folder=wanted.folder, zone=wanted.zone, mapping=wanted.mapping)
    if found is None:
        return new
    return replace(new, language=found.feed.language, homepage=found.feed.homepage, title=found.feed.title)


def _save(session: Session, db: Connection, url: str, found: Found) -> Source:
    """Save the articles of a new subscription, and what its answer said for the next question."""
    from roya_tui.refresh.parsing import ready
    from roya_tui.sources.schedule import next_check
    from roya_tui.store.articles import ingestion

    feed, now = found.feed, session.now
    source = known(db, url)
    assert source is not None
    saved = ingestion.save(db, source.id, feed, ready(feed, now), now)
    outcome = checks.CheckResult(
        now,
        ok=True,
        etag=found.etag,
        modified=found.modified,
        body_hash=found.body_hash,
        next_check=next_check(source, session.config.refresh, now, max_age=found.max_age, feed=feed),
        new=len(saved.new),
    )
    checks.record(db, source.id, outcome.with_feed(feed))
    return subscriptions.get(db, source.id) or source


def _added(source: Source, feed: Feed, address: str) -> Added:
    message = " ".join([f"Added {source.label} ({format_count(source.total, 'article')}).", *feed.warnings[:1]])
    return Added("added", address, message, source.id, source.id, source.label, source.total)


def keep_page(session: Session, db: Connection, page: Entry, address: str) -> Added:
    """Save a page's article to read later."""
    from roya_tui.cli.choices import dated, title_of
    from roya_tui.store.articles import ingestion, saved_pages

    id, became = saved_pages.save(db, ingestion.prepare(page), session.now)
    label, there = saved_pages.TITLE, known(db, SAVED_PAGES)
    source = there.id if there else None
    match became:
        case "new":
            return Added(
                "saved", address, f"Saved {dated(page, session.clock())}, to read later.", id, source, label, 1
            )
        case "changed":
            message = f"{title_of(page.title, page.url)} has changed since it was saved. Its new text is kept as well."
            return Added("saved", address, message, id, source, label, 1)
        case _:
            return Added("known", address, f"{title_of(page.title, page.url)} is saved already.", id, source, label, 1)


def clock_of(db: Connection, url: str) -> str:
    """Return the clock of times on a page that carry none: that of a subscription on the same site, or ""."""
    there = [
        (source.zone, host(source.url)) for source in subscriptions.list_all(db) if source.zone and not source.is_local
    ]
    page = host(url).removeprefix("www.")
    return next((zone for zone, other in there if page and _related(page, other.removeprefix("www."))), "")


def _related(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
