"""The command add: an address, a page that offers feeds, a file or a folder → a subscription with its articles, or a
page that is saved."""

from __future__ import annotations

import json
import shlex
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from roya_tui.cli.commands.inspect import find_mapping
from roya_tui.cli.location import resolve
from roya_tui.cli.session import FAILURE, SOME_FAILED, SUCCESS, CommandError, Session
from roya_tui.model import SAVED_PAGES, Entry, Failure, Feed, NewSource, Source, is_local
from roya_tui.refresh import FoundFeed, OfferedFeed
from roya_tui.sources.hosts import display_url, host_of
from roya_tui.store.accounts import renew_account, stored_address
from roya_tui.store.sources import checks, subscriptions
from roya_tui.text import format_count, hide_credentials, hide_credentials_typed, one_line

if TYPE_CHECKING:
    from roya_tui.cli.candidates import Choice
    from roya_tui.refresh import FoundFeed, FoundPage, OfferedFeed

_ADVICE_BY_KIND = {
    "dns": "Check how it is written.",
    "timeout": "Try again later.",
    "reset": "Try again later.",
    "refused": "Check the address, or try again later.",
    "protocol": "Check the address.",
    "offline": "roya-tui --offline add keeps the address until there is one.",
}

_CLUSTER_SECONDS = 1.0
"""For which what came is sorted into stories before it is told."""
_MAYBE_NO_TLS_KINDS = ("refused", "timeout", "tls")
"""How a host that has no https fails where the address says nothing of it."""


def add(session: Session, args: Namespace) -> int:
    """`roya-tui add`: look at each address, and subscribe to what is a feed; the store is left alone where none is."""
    find_mapping(session, args.mapping)
    results: list[Added] = []
    with session.store(samples=False) as db:
        for address in args.addresses:
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
    """Let what came stand in its stories as soon as it is seen."""
    from roya_tui.refresh.story_clustering import cluster_for
    from roya_tui.store.connection import StoreError

    with suppress(StoreError):  # busy just now: the next refresh sorts it
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
    """Return the command that takes one of several, safe to be pasted into a shell."""
    page = " --page" if candidate["kind"] == "article" else ""
    return f"roya-tui add{page} {shlex.quote(one_line(candidate['url']))}"


def _describe_candidate(session: Session, candidate: dict[str, Any]) -> str:
    told = [candidate["title"]]
    if candidate.get("entries") is not None:
        told.append(format_count(candidate["entries"], "article"))
    if newest := candidate.get("newest") or candidate.get("published"):
        from datetime import datetime

        stamp = session.clock().stamp(int(datetime.fromisoformat(newest).timestamp()))
        told.append(f"newest {stamp}" if candidate.get("newest") else stamp)
    words = ", ".join(one_line(part) for part in told if part)
    return f"  ({words})" if words else ""


def _add_address(session: Session, db: Connection, address: str, args: Namespace) -> Sequence[Added]:

    try:
        where = resolve(address)
    except CommandError as error:
        return [Added("failed", address, str(error))]
    if not _is_utf8(where):
        message = f"The name {display_url(where)} is not UTF-8, and the store keeps no other. Rename the file."
        return [Added("failed", address, message)]
    if not args.page and (source := find_source(db, where)):
        return [renewed(db, source, where, address)]
    if session.offline and not is_local(where):
        if args.page:
            return [Added("failed", address, "Offline: a page is saved when it can be fetched.")]
        return [add_offline(db, where, address, args, session.now)]
    looked = _discover(session, db, where, args)
    if isinstance(looked, Failure):
        return [Added("failed", address, " ".join([looked.message, *_advice(looked, address)]))]
    if args.ask:
        return _ask_caller(session, db, looked, address, where, args)
    return [_choose_or_keep(session, db, looked, address, where, args)]


def _is_utf8(path: str) -> bool:
    """Whether a path is text; one whose bytes are no UTF-8 has stand-ins for them (PEP 383)."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _advice(failed: Failure, address: str) -> list[str]:
    if "(404)" in failed.message:
        return ["Check the address."]
    if failed.kind in _MAYBE_NO_TLS_KINDS and "://" not in address:
        return ["It was asked over https; where there is none, write http:// in front."]
    return [_ADVICE_BY_KIND[failed.kind]] if failed.kind in _ADVICE_BY_KIND else []


def _discover(session: Session, db: Connection, where: str, args: Namespace) -> FoundFeed | FoundPage | Failure:
    from roya_tui.refresh import discover

    shows = session.out.shows_progress and not args.events

    def report(words: str) -> None:
        if args.ask:
            session.out.event({"event": "looking", "message": words})
        elif shows:
            session.out.progress(words)

    try:
        return discover(
            where,
            session.config,
            now=session.now,
            zone=args.zone,
            mapping=find_mapping(session, args.mapping),
            page_zone=args.zone or guess_time_zone(db, where),
            feeds=not args.page,
            report=report,
        )
    finally:
        if shows:
            session.out.progress("")


def _choose_or_keep(
    session: Session, db: Connection, result: FoundFeed | FoundPage, address: str, where: str, args: Namespace
) -> Added:
    """Take what there can be no doubt about; of several feeds let the person choose."""
    from roya_tui.cli.candidates import best_feeds, choice_json, explain_no_feed, list_choices
    from roya_tui.refresh import FoundFeed

    if isinstance(result, FoundFeed):
        if args.page:
            return Added(
                "failed", address, f"{display_url(address)} is a feed, not an article's page. Leave --page away."
            )
        return keep_feeds(session, db, _feeds(list_choices(result, where)), address, args)[0]
    if args.page and not result.article:
        return Added("failed", address, result.no_article_message or result.message)
    if result.article and (args.page or (result.is_article and not result.offers)):
        return keep_page(session, db, result.article, address)
    page = f" To keep the page itself: {_add_command(choice_json(result.article))}" if result.article else ""
    if not result.offers:
        return Added("failed", address, explain_no_feed(result) + page)
    best = best_feeds(result)
    if len(best) > 1:
        listed = tuple(choice_json(offer, already_exists(db, offer)) for offer in result.offers)
        message = f"{display_url(address)} offers {len(listed)} feeds. Choose one or more:{page}"
        return Added("choose", address, message, candidates=listed)
    kept = keep_feeds(session, db, best, address, args)[0]
    kept = _with_guess_message(kept, address, best[0].url) if best[0].is_guess else kept
    return replace(kept, message=kept.message + page) if result.is_article else kept


def _feeds(taken: Sequence[Choice]) -> list[OfferedFeed]:
    return [one for one in taken if not isinstance(one, Entry)]


def _with_guess_message(kept: Added, address: str, url: str) -> Added:
    """Say that the feed is not what the person named, but stands where feeds usually do."""
    if kept.event == "known":
        message = f"{display_url(address)} offers no feed, but {display_url(url)} is one, "
        message += f"and is there already ({kept.label})."
    else:
        message = f"{kept.message.removesuffix('.')}, found at {display_url(url)}."
    return replace(kept, message=message)


def _ask_caller(
    session: Session, db: Connection, result: FoundFeed | FoundPage, address: str, where: str, args: Namespace
) -> Sequence[Added]:
    """Tell the program that started this one what there is, and take what it then asks for on standard input.

    That is one line of JSON: `{"take": [0, 2], "folder": "News"}`. Without it nothing is taken.
    """
    from roya_tui.cli.candidates import choice_json, describe, list_choices

    offered = list_choices(result, where)
    message = describe(result, display_url(address), session.clock())
    if not offered:
        return [Added("failed", address, message)]
    listed = [choice_json(one, already_exists(db, one)) for one in offered]
    session.out.event({"event": "offer", "message": message, "candidates": listed})
    answer = sys.stdin.readline() if sys.stdin else ""
    if not answer.strip():
        return []
    asked = json.loads(answer)
    args = Namespace(**{**vars(args), "folder": asked.get("folder", args.folder)})
    taken = [offered[number] for number in asked["take"]]
    feeds = keep_feeds(session, db, _feeds(taken), address, args)
    return [*feeds, *(keep_page(session, db, one, address) for one in taken if isinstance(one, Entry))]


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
    def is_success(self) -> bool:
        return self.event not in ("choose", "failed")


def find_source(db: Connection, url: str) -> Source | None:
    """Return the subscription to an address, if there is one."""
    url = stored_address(db, url)
    return next((source for source in subscriptions.find(db, url) if source.url == url), None)


def already_exists(db: Connection, one: OfferedFeed | Entry) -> bool:
    """Return whether one is subscribed to a feed, or has saved a page."""
    if not isinstance(one, Entry):
        return find_source(db, one.url) is not None
    from roya_tui.store.articles import ingestion, saved_pages

    return saved_pages.is_saved(db, ingestion.prepare(one))


def existing_result(source: Source, address: str) -> Added:
    message = f"{source.label} is there already."
    return Added("known", address, message, source.id, source.id, source.label, source.total)


def renewed(db: Connection, source: Source, where: str, address: str) -> Added:
    """Save the name and password that the address of a known source has, if these are others than before."""
    there = existing_result(source, address)
    if not renew_account(db, where):
        return there
    return replace(there, message=f"{there.message} Its new password was saved.")


def add_offline(db: Connection, where: str, address: str, args: Namespace, now: int) -> Added:
    """Subscribe to what cannot be looked at now."""
    subscriptions.add_all(db, [_new_source(where, args)], now)
    source = find_source(db, where)
    assert source is not None
    message = f"Added {source.label}. It will be fetched later: nothing is while offline."
    return Added("later", address, message, source.id, source.id, source.label)


def keep_feeds(
    session: Session, db: Connection, offers: Sequence[OfferedFeed], address: str, args: Namespace
) -> list[Added]:
    """Subscribe to what was looked at, as one step of the journal, and save its articles at once: all or nothing."""
    from roya_tui.store.connection import transaction

    seen = {offer.url: offer.found or _probe_now(session, offer.url, address, args) for offer in offers}
    there = {url: source for url in seen if (source := find_source(db, url))}
    new = {url: found for url, found in seen.items() if url not in there and isinstance(found, FoundFeed)}
    with transaction(db):
        subscriptions.add_all(db, [_new_source(url, args, found) for url, found in new.items()], session.now)
        added = {url: _save_articles(session, db, url, found) for url, found in new.items()}
    return [
        existing_result(there[url], address)
        if url in there
        else _added_result(added[url], new[url].feed, address)
        if url in added
        else Added("failed", address, found.message if isinstance(found, Failure) else "")
        for url, found in seen.items()
    ]


def _probe_now(session: Session, url: str, address: str, args: Namespace) -> FoundFeed | Failure:
    """Look at a feed that there was no time for before."""
    from roya_tui.refresh import probe

    got = probe(url, session.config, now=session.now, zone=args.zone, user_url="" if is_local(address) else address)
    return got if isinstance(got, (FoundFeed, Failure)) else Failure("not-a-feed", got.message)


def _new_source(url: str, args: Namespace, found: FoundFeed | None = None) -> NewSource:
    new = NewSource(url, name=args.title, folder=args.folder, zone=args.zone, mapping=args.mapping)
    if found is None:
        return new
    return replace(new, language=found.feed.language, homepage=found.feed.homepage, title=found.feed.title)


def _save_articles(session: Session, db: Connection, url: str, found: FoundFeed) -> Source:
    """Save the articles of a new subscription, and what its answer said for the next question."""
    from roya_tui.refresh.parse_jobs import prepare_entries
    from roya_tui.sources.schedule import next_check
    from roya_tui.store.articles import ingestion

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
        next_check=next_check(source, session.config.refresh, now, max_age=found.max_age, feed=feed),
        new=len(saved.new),
    )
    checks.record(db, source.id, outcome.with_feed(feed))
    return subscriptions.get(db, source.id) or source


def _added_result(source: Source, feed: Feed, address: str) -> Added:
    message = " ".join([f"Added {source.label} ({format_count(source.total, 'article')}).", *feed.warnings[:1]])
    return Added("added", address, message, source.id, source.id, source.label, source.total)


def keep_page(session: Session, db: Connection, page: Entry, address: str) -> Added:
    """Save a page's article to read later."""
    from roya_tui.cli.candidates import format_dated, format_title
    from roya_tui.store.articles import ingestion, saved_pages

    id, became = saved_pages.save(db, ingestion.prepare(page), session.now)
    label, there = saved_pages.TITLE, find_source(db, SAVED_PAGES)
    source = there.id if there else None
    match became:
        case "new":
            return Added(
                "saved", address, f"Saved {format_dated(page, session.clock())}, to read later.", id, source, label, 1
            )
        case "changed":
            message = (
                f"{format_title(page.title, page.url)} has changed since it was saved. Its new text is kept as well."
            )
            return Added("saved", address, message, id, source, label, 1)
        case _:
            return Added(
                "known", address, f"{format_title(page.title, page.url)} is saved already.", id, source, label, 1
            )


def guess_time_zone(db: Connection, url: str) -> str:
    """Return the clock of times on a page that carry none: that of a subscription on the same site, or ""."""
    there = [
        (source.zone, host_of(source.url))
        for source in subscriptions.list_all(db)
        if source.zone and not source.is_local
    ]
    page = host_of(url).removeprefix("www.")
    return next((zone for zone, other in there if page and _is_related_host(page, other.removeprefix("www."))), "")


def _is_related_host(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
