"""The command add: an address, a page that offers feeds, a file or a folder → a subscription with its articles."""

from __future__ import annotations

import re
import shlex
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from sqlite3 import Connection
from typing import TYPE_CHECKING

from roya_tui.cli.inspecting import mapping_named
from roya_tui.cli.places import place
from roya_tui.cli.session import COULD_NOT, DONE, SOME_FAILED, CannotDo, Session
from roya_tui.model import NewSource, Source, is_local
from roya_tui.sources.addresses import shown
from roya_tui.text import one_line

if TYPE_CHECKING:
    from roya_tui.refresh import Found, Page
    from roya_tui.sources.discover import Candidate

_GUESSES = 6
"""How many of the usual places are looked at where a page offers nothing."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one address; `event` is "added", "known", "later", "choose" or "failed"."""

    event: str
    address: str
    message: str
    id: int | None = None
    label: str = ""
    articles: int = 0
    candidates: tuple[dict[str, str], ...] = ()
    """What to choose from: each a `url`, a `title` and a `kind`."""

    @property
    def well(self) -> bool:
        return self.event not in ("choose", "failed")


def add(session: Session, wanted: Namespace) -> int:
    """`roya-tui add`: look at each address, and subscribe to what is a feed; the store is left alone where none is."""
    mapping_named(session, wanted.mapping)
    with session.store(samples=False) as db:
        results = []
        for address in wanted.addresses:
            result = _add(session, db, address.strip(), wanted)
            results.append(result)
            _tell(session, result, wanted.events)
    failed = sum(1 for result in results if not result.well)
    if failed:
        return SOME_FAILED if failed < len(results) else COULD_NOT
    return DONE


def _tell(session: Session, result: Added, events: bool) -> None:
    if events:
        session.out.event(asdict(replace(result, address=shown(result.address))))
    elif result.well:
        session.out.line(result.message)
    else:
        session.out.tell(f"roya-tui: {result.message}")
        for candidate in result.candidates:
            title = f"  ({one_line(candidate['title'])})" if candidate["title"] else ""
            session.out.tell(f"  roya-tui add {shlex.quote(one_line(candidate['url']))}{title}")


def _add(session: Session, db: Connection, address: str, wanted: Namespace) -> Added:
    from roya_tui.store import sources

    try:
        where = place(address)
    except CannotDo as error:
        return Added("failed", address, str(error))
    if known := _known(db, where):
        return Added("known", address, f"{known.label} is there already.", known.id, known.label, known.total)
    if session.offline and not is_local(where):
        new = NewSource(where, wanted.title, wanted.folder, wanted.zone, wanted.mapping)
        source = sources.add(db, new, session.now)
        message = f"Added {source.label}. It will be fetched later: nothing is while offline."
        return Added("later", address, message, source.id, source.label)
    return _look_and_keep(session, db, address, where, wanted)


def _look_and_keep(session: Session, db: Connection, address: str, where: str, wanted: Namespace) -> Added:
    from roya_tui.model import Failed
    from roya_tui.refresh import Page, probe

    mapping = mapping_named(session, wanted.mapping)
    answer = probe(where, session.config, now=session.now, zone=wanted.zone, mapping=mapping)
    if isinstance(answer, Page):
        return _from_page(session, db, answer, address, where, wanted)
    if isinstance(answer, Failed):
        return Added("failed", address, answer.message)
    return _keep(session, db, answer, address, answer.moved_to or where, wanted)


def _from_page(session: Session, db: Connection, page: Page, address: str, where: str, wanted: Namespace) -> Added:
    """Take the one feed that a page offers; of several let the person choose; without any try the usual places."""
    from roya_tui.refresh import Found, probe
    from roya_tui.sources.discover import candidates

    found = [] if is_local(where) else candidates(page.body, page.url)
    best = _best([candidate for candidate in found if not candidate.guess])
    if len(best) > 1:
        choices = tuple({"url": one.url, "title": one.title, "kind": one.kind} for one in best)
        return Added("choose", address, f"{address} offers {len(best)} feeds. Choose one:", candidates=choices)
    message = page.message
    for candidate in best or [one for one in found if one.guess][:_GUESSES]:
        answer = probe(candidate.url, session.config, now=session.now, zone=wanted.zone, typed=where)
        if isinstance(answer, Found):
            kept = _keep(session, db, answer, address, answer.moved_to or candidate.url, wanted)
            return _as_guess(kept, address, candidate.url) if candidate.guess else kept
        if not candidate.guess:
            message = f"{address} offers {candidate.url}, but: {answer.message}"
    return Added("failed", address, message)


def _as_guess(kept: Added, address: str, url: str) -> Added:
    """Say that the feed is not what the person named, but stands where feeds usually do."""
    if kept.event == "known":
        message = f"{address} offers no feed, but {shown(url)} is one, and is there already ({kept.label})."
    else:
        message = f"{kept.message.removesuffix('.')}, found at {shown(url)}."
    return replace(kept, message=message)


def _best(offered: Sequence[Candidate]) -> list[Candidate]:
    """Return those of the best rank; of one feed in several formats only the first."""
    best = [candidate for candidate in offered if candidate.rank == offered[0].rank]
    by_title: dict[str, Candidate] = {}
    for candidate in best:
        title = re.sub(r"\b(?:rss|atom|json|xml|feed|[12]\.0)\b|\W", "", candidate.title.lower())
        by_title.setdefault(title or candidate.url, candidate)
    return list(by_title.values())


def _keep(session: Session, db: Connection, found: Found, address: str, url: str, wanted: Namespace) -> Added:
    """Subscribe to `url` and save its articles at once, both or neither."""
    from roya_tui.sources.schedule import next_check
    from roya_tui.store import articles, sources
    from roya_tui.store.database import transaction

    if known := _known(db, url):
        return Added("known", address, f"{known.label} is there already.", known.id, known.label, known.total)
    feed = found.feed
    new = NewSource(
        url,
        name=wanted.title,
        folder=wanted.folder,
        zone=wanted.zone,
        mapping=wanted.mapping,
        language=feed.language,
        homepage=feed.homepage,
        title=feed.title,
    )
    rows = [articles.prepare(entry) for entry in feed.entries]
    with transaction(db):
        source = sources.add(db, new, session.now)
        articles.save(db, source.id, feed, rows, session.now)
        later = next_check(source, session.config.refresh, session.now, ttl=feed.ttl)
        sources.record(db, source.id, sources.Outcome(session.now, ok=True, ttl=feed.ttl, next_check=later))
        source = sources.source(db, source.id) or source
    count = "1 article" if source.total == 1 else f"{source.total:,} articles"
    return Added("added", address, f"Added {source.label} ({count}).", source.id, source.label, source.total)


def _known(db: Connection, url: str) -> Source | None:
    from roya_tui.store import sources

    return next((source for source in sources.match(db, url) if source.url == url), None)
