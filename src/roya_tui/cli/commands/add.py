"""The command add: subscribe to feeds, files or folders, or save a page."""

from __future__ import annotations

import asyncio
import json
import shlex
import sys
import threading
from argparse import Namespace
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from sqlite3 import Connection
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from roya_tui.cli import candidates
from roya_tui.cli.candidates import Choice, choice_json, explain_no_feed, list_choices
from roya_tui.cli.commands.inspect import find_mapping
from roya_tui.cli.location import resolve
from roya_tui.cli.session import FAILURE, SOME_FAILED, SUCCESS, CommandError, Session, standard_input_line
from roya_tui.model import SAVED_PAGES, Entry, Failure, NewSource, Source, is_local
from roya_tui.presentation.source_offer import format_date
from roya_tui.refresh.parse_jobs import prepare_entries
from roya_tui.refresh.results import FoundFeed, FoundPage, OfferedFeed
from roya_tui.sources import dates
from roya_tui.sources.hosts import display_url, host_of
from roya_tui.sources.pages.known_sites import time_zone_of_site
from roya_tui.sources.schedule import earliest_check
from roya_tui.store.articles import ingestion, saved_pages
from roya_tui.store.connection import StoreError, transaction
from roya_tui.store.credentials import renew_credentials, stored_address
from roya_tui.store.sources import checks, subscriptions
from roya_tui.text import hide_credentials, hide_credentials_typed, one_line
from roya_tui.translation import gettext, gettext_noop, join_sentences, ngettext

_CHECK, _TRY_LATER = gettext_noop("Check the address."), gettext_noop("Try again later.")
_ADVICE_BY_KIND = {
    "dns": _CHECK,
    "timeout": _TRY_LATER,
    "reset": _TRY_LATER,
    "refused": gettext_noop("Check the address, or try again later."),
    "protocol": _CHECK,
    "offline": gettext_noop("To add it now and fetch it later: roya-tui --offline add ADDRESS"),
}

_CLUSTER_SECONDS = 1.0
"""Time limit for clustering the new articles into stories."""
MAYBE_NO_TLS_KINDS = ("refused", "timeout", "tls")
"""Failures that may mean that the host has no https."""
USED_HTTPS = gettext_noop("The app used https. If the server has only http, begin the address with http://.")


def add(session: Session, args: Namespace) -> int:
    """`roya-tui add`: check each address, and subscribe to the feed or save the page."""
    find_mapping(session, args.mapping)
    results: list[Added] = []
    with session.store(samples=False) as db:
        for argument in args.addresses:
            address = standard_input_line() if argument == "-" else argument
            found = _add_address(session, db, address.strip(), args)
            if any(result.event in ("added", "saved") for result in found):
                _cluster_stories(db)
            for result in found:
                results.append(result)
                _report(session, result, args.events)
    failed = sum(1 for result in results if not result.is_success)
    if failed:
        return SOME_FAILED if failed < len(results) else FAILURE
    return SUCCESS


def _cluster_stories(db: Connection) -> None:
    """Assign the new articles to stories before they are shown."""
    from roya_tui.refresh.story_clustering import cluster_for

    with suppress(StoreError):  # locked: the next refresh does it
        cluster_for(db, _CLUSTER_SECONDS)


def _report(session: Session, result: Added, events: bool) -> None:
    if events:
        hide = hide_credentials_typed if result.event == "failed" else hide_credentials
        session.out.event(asdict(replace(result, address=hide(display_url(result.address)))))
    elif result.is_success:
        session.out.line(result.message)
    else:
        session.out.notify(f"roya-tui: {result.message}")
        for candidate in result.candidates:
            session.out.notify(f"  {_add_command(candidate)}{_describe_candidate(session, candidate)}")


def _add_command(candidate: dict[str, Any]) -> str:
    """Return the shell command that adds a candidate."""
    page = " --page" if candidate["kind"] == "article" else ""
    return f"roya-tui add{page} {shlex.quote(one_line(candidate['url']))}"


def _describe_candidate(session: Session, candidate: dict[str, Any]) -> str:
    parts = [candidate["title"]]
    if candidate.get("entries") is not None:
        parts.append(ngettext("{count:,} article", "{count:,} articles", candidate["entries"]))
    if newest := format_date(candidate, "newest", session.clock()):
        parts.append(gettext("newest {time}", time=newest))
    parts.append(format_date(candidate, "published", session.clock()))
    words = ", ".join(one_line(part) for part in parts if part)
    return f"  ({words})" if words else ""


def _add_address(session: Session, db: Connection, address: str, args: Namespace) -> Sequence[Added]:
    try:
        where = resolve(address)
        where.encode()
    except CommandError as error:
        return [Added("failed", address, str(error))]
    except UnicodeEncodeError:  # Python decodes invalid bytes as surrogates (PEP 383)
        message = gettext("The name of the file {file} is not valid UTF-8. Rename the file.", file=display_url(where))
        return [Added("failed", address, message)]
    if not args.page and (source := find_source(db, where)):
        return [update_existing(db, source, where, address, args.zone, session.now)]
    if session.offline and not is_local(where):
        if args.page:
            return [Added("failed", address, gettext("A page cannot be saved with --offline."))]
        return [add_offline(db, where, address, args, session.now)]
    caller = _Caller(session, db) if args.ask else None
    result = _discover(session, db, where, args, caller)
    if isinstance(result, Failure):
        return [Added("failed", address, " ".join([result.message, *_advice(result, address)]))]
    if caller is not None:
        return _ask_caller(session, db, caller, result, address, where, args)
    return [_choose_or_keep(session, db, result, address, where, args)]


def _advice(failed: Failure, address: str) -> list[str]:
    if "(404)" in failed.message:
        return [gettext(_CHECK)]
    if failed.kind in MAYBE_NO_TLS_KINDS and "://" not in address:
        return [gettext(USED_HTTPS)]
    return [gettext(_ADVICE_BY_KIND[failed.kind])] if failed.kind in _ADVICE_BY_KIND else []


def _discover(
    session: Session, db: Connection, where: str, args: Namespace, caller: _Caller | None
) -> FoundFeed | FoundPage | Failure:
    from roya_tui.refresh.discovery import discover

    shows_progress = session.out.shows_progress and not args.events

    def report(message: str) -> None:
        if args.ask:
            session.out.event({"event": "looking", "message": message})
        elif shows_progress:
            session.out.progress(message)

    config, now, zone, mapping = session.config, session.now, args.zone, find_mapping(session, args.mapping)
    page_zone, feeds = guess_time_zone(db, where) or None if zone is None else zone, not args.page
    try:
        return discover(
            where,
            config,
            now=now,
            zone=zone,
            mapping=mapping,
            page_zone=page_zone,
            feeds=feeds,
            report=report,
            offer_page=caller.offer_page if caller is not None else None,
        )
    finally:
        if shows_progress:
            session.out.progress("")


def _choose_or_keep(
    session: Session, db: Connection, result: FoundFeed | FoundPage, address: str, where: str, args: Namespace
) -> Added:
    """Add the only or best candidate; return several feeds for the user to choose from."""
    if isinstance(result, FoundFeed):
        if args.page:
            message = gettext("{address} is a feed. To subscribe to it, omit --page.", address=display_url(address))
            return Added("failed", address, message)
        return keep_feeds(session, db, _feeds(list_choices(result, where)), address, args)[0]
    if args.page and not result.article:
        return Added("failed", address, result.no_article_message or result.message)
    if result.article and (args.page or (result.is_article and not result.offers)):
        return keep_page(session, db, result.article, address)
    page = ""
    if result.article:
        page = gettext("To save the page itself: {command}", command=_add_command(choice_json(result.article)))
    if not result.offers:
        return Added("failed", address, join_sentences(explain_no_feed(result), page))
    best = [offer for offer in result.offers if offer.rank == result.offers[0].rank]
    if len(best) > 1:
        listed = tuple(choice_json(offer, already_exists(db, offer)) for offer in result.offers)
        message = ngettext(
            "{page} offers {count} feed.", "{page} offers {count} feeds.", len(listed), page=display_url(address)
        )
        message = join_sentences(message, gettext("Select one or more."), page)
        return Added("choose", address, message, candidates=listed)
    kept = keep_feeds(session, db, best, address, args)[0]
    kept = _with_guess_message(kept, address, best[0].url) if best[0].is_guess else kept
    return replace(kept, message=join_sentences(kept.message, page)) if result.is_article else kept


def _feeds(choices: Sequence[Choice]) -> list[OfferedFeed]:
    return [choice for choice in choices if not isinstance(choice, Entry)]


def _with_guess_message(kept: Added, address: str, url: str) -> Added:
    """Return the result with a message that the page links to no feed, and where one was found."""
    found = gettext("{page} does not link to a feed. Found {feed}.", page=display_url(address), feed=display_url(url))
    return replace(kept, message=f"{found} {kept.message}")


class _Caller:
    """The process that started this one with `--ask`: gets offers, and replies with a line on standard input."""

    def __init__(self, session: Session, db: Connection) -> None:
        self._session = session
        self._db = db
        self._reply: Future[str] | None = None

    def offer(self, message: str, choices: Sequence[Choice], *, searching: bool = False) -> None:
        """Offer candidates; `searching` if more may follow."""
        listed = [choice_json(choice, already_exists(self._db, choice)) for choice in choices]
        self._session.out.event({"event": "offer", "message": message, "candidates": listed, "searching": searching})

    async def offer_page(self, page: FoundPage) -> None:
        """Offer a page while its feeds are searched, and wait for the reply."""
        self.offer("", list_choices(replace(page, was_offered=True), ""), searching=True)
        await asyncio.wrap_future(self.reply())

    @property
    def has_replied(self) -> bool:
        return self._reply is not None and self._reply.done()

    def reply(self) -> Future[str]:
        """Return the reply, which a thread reads. It is not a daemon: `_exit` of `__main__` ends the process then."""
        if self._reply is None:
            reply = self._reply = Future()
            reply.set_running_or_notify_cancel()  # so that it stays when nobody awaits it any more
            threading.Thread(target=lambda: reply.set_result(sys.stdin.readline() if sys.stdin else "")).start()
        return self._reply


def _ask_caller(
    session: Session,
    db: Connection,
    caller: _Caller,
    result: FoundFeed | FoundPage,
    address: str,
    where: str,
    args: Namespace,
) -> Sequence[Added]:
    """Offer the candidates to the calling process, and add those in its reply on standard input.

    The reply is a line of JSON: `{"take": [0, 2], "folder": "News"}`, or empty.
    """
    choices = list_choices(result, where)
    message = candidates.describe(result, display_url(address), session.clock())
    if not choices:
        return [Added("failed", address, message)]
    if not caller.has_replied:
        caller.offer(message, choices)
    answer = caller.reply().result()
    if not answer.strip():
        return []
    reply = json.loads(answer)
    args = Namespace(**{**vars(args), "folder": reply.get("folder", args.folder)})
    chosen = [choices[number] for number in reply["take"]]
    feeds = keep_feeds(session, db, _feeds(chosen), address, args)
    return [*feeds, *(keep_page(session, db, choice, address) for choice in chosen if isinstance(choice, Entry))]


class Added(Struct, frozen=True):
    """The result for one address: added, saved, known, later, choose or failed."""

    event: str
    address: str
    message: str
    id: int | None = None
    """Id of the source, or of the article if a page was saved."""
    source: int | None = None
    label: str = ""
    articles: int = 0
    candidates: tuple[dict[str, Any], ...] = ()
    """The candidates to choose from, as in `choice_json`."""

    @property
    def is_success(self) -> bool:
        return self.event not in ("choose", "failed")


def find_source(db: Connection, url: str) -> Source | None:
    """Return the subscription with a URL, if there is one."""
    url = stored_address(db, url)
    return next((source for source in subscriptions.list_all(db) if source.url == url), None)


def already_exists(db: Connection, choice: Choice) -> bool:
    """Return whether the feed is subscribed to, or the page saved."""
    if not isinstance(choice, Entry):
        return find_source(db, choice.url) is not None
    return saved_pages.is_saved(db, ingestion.prepare(choice))


def _result(event: str, source: Source, address: str, message: str) -> Added:
    return Added(event, address, message, source.id, source.id, source.label, source.total)


def update_existing(db: Connection, source: Source, where: str, address: str, zone: str | None, now: int) -> Added:
    """Report a source that exists already; save another time zone, and the credentials in its URL if they are new."""
    message = gettext("Source “{name}” already exists.", name=source.label)
    if zone is not None and zone != source.zone:
        subscriptions.change_time_zone(db, source.id, zone, dates.parse, now)
        message = subscriptions.describe_zone(source.label, zone)
    more = gettext("Saved the new password.") if renew_credentials(db, where) else ""
    return _result("known", source, address, join_sentences(message, more))


def add_offline(db: Connection, where: str, address: str, args: Namespace, now: int) -> Added:
    """Subscribe without checking the address."""
    subscriptions.add_all(db, [_new_source(where, args)], now)
    source = find_source(db, where)
    assert source is not None
    message = gettext("Added “{name}”. It is fetched when you refresh online.", name=source.label)
    return Added("later", address, message, source.id, source.id, source.label)


def keep_feeds(
    session: Session, db: Connection, offers: Sequence[OfferedFeed], address: str, args: Namespace
) -> list[Added]:
    """Subscribe to feeds and save their articles, in one transaction and as one undo step."""
    results = {offer.url: offer.found or _probe_now(session, offer.url, address, args) for offer in offers}
    existing = {url: source for url in results if (source := find_source(db, url))}
    new = {url: found for url, found in results.items() if url not in existing and isinstance(found, FoundFeed)}
    with transaction(db):
        subscriptions.add_all(db, [_new_source(url, args, found) for url, found in new.items()], session.now)
        added = {url: _save_articles(session, db, url, found) for url, found in new.items()}
    done = []
    for url, found in results.items():
        if source := existing.get(url):
            done.append(update_existing(db, source, url, address, args.zone, session.now))
        elif isinstance(found, Failure):
            done.append(Added("failed", address, found.message))
        else:
            source = added[url]
            message = ngettext(
                "Added “{name}” ({count:,} article).",
                "Added “{name}” ({count:,} articles).",
                source.total,
                name=source.label,
            )
            message = " ".join([message, *found.feed.warnings[:1]])
            done.append(_result("added", source, address, message))
    return done


def _probe_now(session: Session, url: str, address: str, args: Namespace) -> FoundFeed | Failure:
    """Fetch a feed that discovery had no time for."""
    from roya_tui.refresh.discovery import probe

    user_url = "" if is_local(address) else address
    result = probe(url, session.config, now=session.now, zone=args.zone, user_url=user_url)
    return result if isinstance(result, (FoundFeed, Failure)) else Failure("not-a-feed", result.message)


def _new_source(url: str, args: Namespace, found: FoundFeed | None = None) -> NewSource:
    zone = args.zone
    if zone is None:
        zone = time_zone_of_site(url) or (time_zone_of_site(found.url) if found else "")
    new = NewSource(url, name=args.title, folder=args.folder, zone=zone, mapping=args.mapping)
    if found is None:
        return new
    return replace(new, language=found.feed.language, homepage=found.feed.homepage, title=found.feed.title)


def _save_articles(session: Session, db: Connection, url: str, found: FoundFeed) -> Source:
    """Save the articles of a new subscription, and the result of its first check."""
    feed, now = found.feed, session.now
    source = find_source(db, url)
    assert source is not None
    saved = ingestion.save(db, source.id, feed, prepare_entries(feed, now), now)
    outcome = checks.CheckResult(
        now,
        ok=True,
        etag=found.etag,
        modified=found.modified,
        body_hash=found.body_hash,
        next_check=earliest_check(source, now, max_age=found.max_age, feed=feed),
        new=len(saved.new),
    )
    checks.record(db, source.id, outcome.with_feed(feed))
    return subscriptions.get(db, source.id) or source


def keep_page(session: Session, db: Connection, page: Entry, address: str) -> Added:
    """Save a page's article to read later."""
    id, outcome = saved_pages.save(db, ingestion.prepare(page), session.now)
    source = find_source(db, SAVED_PAGES)
    title = candidates.format_title(page.title, page.url)
    match outcome:
        case "new":
            message = gettext("Saved {title}.", title=candidates.format_dated(page, session.clock()))
        case "changed":
            message = gettext("{title} was edited since you saved it. Saved the new version, too.", title=title)
        case _:
            message = gettext("{title} is already saved.", title=title)
    event = "saved" if outcome in ("new", "changed") else "known"
    return Added(event, address, message, id, source.id if source else None, saved_pages.TITLE, 1)


def guess_time_zone(db: Connection, url: str) -> str:
    """Return the time zone of a subscription on the same site, for times without one, or ""."""
    page = "." + host_of(url).removeprefix("www.")
    for source in subscriptions.list_all(db):
        host = "." + host_of(source.url).removeprefix("www.")
        if source.zone and not source.is_local and page != "." and (page.endswith(host) or host.endswith(page)):
            return source.zone
    return ""
