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

from msgspec.structs import asdict, replace

from roya_tui.cli.inspecting import mapping_named
from roya_tui.cli.places import place
from roya_tui.cli.session import COULD_NOT, DONE, SOME_FAILED, CannotDo, Session
from roya_tui.model import Entry, Failure, is_local
from roya_tui.sources.web.addresses import shown
from roya_tui.text import format_count, hide_credentials, hide_credentials_typed, one_line

if TYPE_CHECKING:
    from roya_tui.cli.choices import Choice
    from roya_tui.cli.keeping import Added
    from roya_tui.refresh import Found, Offer, Page

_WHAT_TO_DO = {
    "dns": "Check how it is written.",
    "timeout": "Try again later.",
    "reset": "Try again later.",
    "refused": "Check the address, or try again later.",
    "protocol": "Check the address.",
    "offline": "roya-tui --offline add keeps the address until there is one.",
}

_SORT_SECONDS = 1.0
"""For which what came is sorted into stories before it is told."""
_PERHAPS_WITHOUT_TLS = ("refused", "timeout", "tls")
"""How a host that has no https fails where the address says nothing of it."""


def add(session: Session, wanted: Namespace) -> int:
    """`roya-tui add`: look at each address, and subscribe to what is a feed; the store is left alone where none is."""
    mapping_named(session, wanted.mapping)
    results: list[Added] = []
    with session.store(samples=False) as db:
        for address in wanted.addresses:
            found = _add(session, db, address.strip(), wanted)
            if any(result.event in ("added", "saved") for result in found):
                _sort_into_stories(db)
            for result in found:
                results.append(result)
                _tell(session, result, wanted.events)
    failed = sum(1 for result in results if not result.well)
    if failed:
        return SOME_FAILED if failed < len(results) else COULD_NOT
    return DONE


def _sort_into_stories(db: Connection) -> None:
    """Let what came stand in its stories as soon as it is seen."""
    from roya_tui.refresh.sorting import sort_for
    from roya_tui.store.connection import StoreError

    with suppress(StoreError):  # busy just now: the next refresh sorts it
        sort_for(db, _SORT_SECONDS)


def _tell(session: Session, result: Added, events: bool) -> None:
    if events:
        hide = hide_credentials_typed if result.event == "failed" else hide_credentials
        session.out.event(asdict(replace(result, address=hide(shown(result.address)))))
    elif result.well:
        session.out.line(result.message)
    else:
        session.out.tell(f"roya-tui: {result.message}")
        for candidate in result.candidates:
            session.out.tell(f"  {_command(candidate)}{_about(session, candidate)}")


def _command(candidate: dict[str, Any]) -> str:
    """Return the command that takes one of several, safe to be pasted into a shell."""
    page = " --page" if candidate["kind"] == "article" else ""
    return f"roya-tui add{page} {shlex.quote(one_line(candidate['url']))}"


def _about(session: Session, candidate: dict[str, Any]) -> str:
    told = [candidate["title"]]
    if candidate.get("entries") is not None:
        told.append(format_count(candidate["entries"], "article"))
    if newest := candidate.get("newest") or candidate.get("published"):
        from datetime import datetime

        stamp = session.clock().stamp(int(datetime.fromisoformat(newest).timestamp()))
        told.append(f"newest {stamp}" if candidate.get("newest") else stamp)
    words = ", ".join(one_line(part) for part in told if part)
    return f"  ({words})" if words else ""


def _add(session: Session, db: Connection, address: str, wanted: Namespace) -> Sequence[Added]:
    from roya_tui.cli.keeping import Added, known, later, renewed

    try:
        where = place(address)
    except CannotDo as error:
        return [Added("failed", address, str(error))]
    if not _can_be_kept(where):
        message = f"The name {shown(where)} is not UTF-8, and the store keeps no other. Rename the file."
        return [Added("failed", address, message)]
    if not wanted.page and (source := known(db, where)):
        return [renewed(db, source, where, address)]
    if session.offline and not is_local(where):
        if wanted.page:
            return [Added("failed", address, "Offline: a page is saved when it can be fetched.")]
        return [later(db, where, address, wanted, session.now)]
    looked = _look(session, db, where, wanted)
    if isinstance(looked, Failure):
        return [Added("failed", address, " ".join([looked.message, *_advice(looked, address)]))]
    if wanted.ask:
        return _ask(session, db, looked, address, where, wanted)
    return [_settle(session, db, looked, address, where, wanted)]


def _can_be_kept(path: str) -> bool:
    """Whether a path is text; one whose bytes are no UTF-8 has stand-ins for them (PEP 383)."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _advice(failed: Failure, address: str) -> list[str]:
    if "(404)" in failed.message:
        return ["Check the address."]
    if failed.kind in _PERHAPS_WITHOUT_TLS and "://" not in address:
        return ["It was asked over https; where there is none, write http:// in front."]
    return [_WHAT_TO_DO[failed.kind]] if failed.kind in _WHAT_TO_DO else []


def _look(session: Session, db: Connection, where: str, wanted: Namespace) -> Found | Page | Failure:
    from roya_tui.cli.keeping import clock_of
    from roya_tui.refresh import look

    shows = session.out.shows_progress and not wanted.events

    def tell(words: str) -> None:
        if wanted.ask:
            session.out.event({"event": "looking", "message": words})
        elif shows:
            session.out.progress(words)

    try:
        return look(
            where,
            session.config,
            now=session.now,
            zone=wanted.zone,
            mapping=mapping_named(session, wanted.mapping),
            page_zone=wanted.zone or clock_of(db, where),
            feeds=not wanted.page,
            tell=tell,
        )
    finally:
        if shows:
            session.out.progress("")


def _settle(
    session: Session, db: Connection, looked: Found | Page, address: str, where: str, wanted: Namespace
) -> Added:
    """Take what there can be no doubt about; of several feeds let the person choose."""
    from roya_tui.cli.choices import best_feeds, choices, facts, no_feed
    from roya_tui.cli.keeping import Added, has, keep_feeds, keep_page
    from roya_tui.refresh import Found

    if isinstance(looked, Found):
        if wanted.page:
            return Added("failed", address, f"{shown(address)} is a feed, not an article's page. Leave --page away.")
        return keep_feeds(session, db, _feeds(choices(looked, where)), address, wanted)[0]
    if wanted.page and not looked.article:
        return Added("failed", address, looked.no_article or looked.message)
    if looked.article and (wanted.page or (looked.surely_article and not looked.offers)):
        return keep_page(session, db, looked.article, address)
    page = f" To keep the page itself: {_command(facts(looked.article))}" if looked.article else ""
    if not looked.offers:
        return Added("failed", address, no_feed(looked) + page)
    best = best_feeds(looked)
    if len(best) > 1:
        listed = tuple(facts(offer, has(db, offer)) for offer in looked.offers)
        message = f"{shown(address)} offers {len(listed)} feeds. Choose one or more:{page}"
        return Added("choose", address, message, candidates=listed)
    kept = keep_feeds(session, db, best, address, wanted)[0]
    kept = _as_guess(kept, address, best[0].url) if best[0].guess else kept
    return replace(kept, message=kept.message + page) if looked.surely_article else kept


def _feeds(taken: Sequence[Choice]) -> list[Offer]:
    return [one for one in taken if not isinstance(one, Entry)]


def _as_guess(kept: Added, address: str, url: str) -> Added:
    """Say that the feed is not what the person named, but stands where feeds usually do."""
    if kept.event == "known":
        message = f"{shown(address)} offers no feed, but {shown(url)} is one, and is there already ({kept.label})."
    else:
        message = f"{kept.message.removesuffix('.')}, found at {shown(url)}."
    return replace(kept, message=message)


def _ask(
    session: Session, db: Connection, looked: Found | Page, address: str, where: str, wanted: Namespace
) -> Sequence[Added]:
    """Tell the program that started this one what there is, and take what it then asks for on standard input.

    That is one line of JSON: `{"take": [0, 2], "folder": "News"}`. Without it nothing is taken.
    """
    from roya_tui.cli.choices import choices, described, facts
    from roya_tui.cli.keeping import Added, has, keep_feeds, keep_page

    offered = choices(looked, where)
    message = described(looked, shown(address), session.clock())
    if not offered:
        return [Added("failed", address, message)]
    listed = [facts(one, has(db, one)) for one in offered]
    session.out.event({"event": "offer", "message": message, "candidates": listed})
    answer = sys.stdin.readline() if sys.stdin else ""
    if not answer.strip():
        return []
    asked = json.loads(answer)
    wanted = Namespace(**{**vars(wanted), "folder": asked.get("folder", wanted.folder)})
    taken = [offered[number] for number in asked["take"]]
    feeds = keep_feeds(session, db, _feeds(taken), address, wanted)
    return [*feeds, *(keep_page(session, db, one, address) for one in taken if isinstance(one, Entry))]
