"""The command inspect: what the program makes of a document, for someone who writes or debugs a feed."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from roya_tui.cli.output import Output, cells, iso
from roya_tui.cli.places import place
from roya_tui.cli.session import DONE, CannotDo, Session, standard_input
from roya_tui.model import Entry, Failure, Feed, Moment, UpdateSchedule, is_local
from roya_tui.text import one_line

if TYPE_CHECKING:
    from roya_tui.config import JsonMapping


def inspect(session: Session, wanted: Namespace) -> int:
    """`roya-tui inspect`: every field of every entry, raw times beside those we read in them; nothing is stored."""
    facts = feed_facts(_feed(session, wanted))
    if wanted.json:
        session.out.json(facts)
    else:
        _report(session.out, facts)
    return DONE


_ARTICLE = "an article's page"
"""The format of a page that is no feed, but can be saved."""


def _feed(session: Session, wanted: Namespace) -> Feed:
    mapping = mapping_named(session, wanted.mapping)
    if wanted.place == "-":
        return _parsed(standard_input(), wanted.zone, mapping, session.now)
    from roya_tui.cli.choices import no_feed
    from roya_tui.refresh import Found, Page, look

    where = place(wanted.place)
    if session.offline and not is_local(where):
        raise CannotDo("Offline: only files can be looked at. Leave --offline away to fetch the address.")
    answer = look(
        where,
        session.config,
        now=session.now,
        zone=wanted.zone,
        mapping=mapping,
        page_zone=wanted.zone,
        feeds=False,
    )
    match answer:
        case Found():
            return answer.feed
        case Page(article=Entry() as article, surely_article=True):
            offered = tuple(_offers(answer.body, answer.url))
            return Feed(_ARTICLE, language=article.language, entries=(article,), warnings=offered)
        case Page():
            raise CannotDo(" ".join([no_feed(answer), *_offers(answer.body, answer.url)]))
        case Failure():
            raise CannotDo(answer.message)


def mapping_named(session: Session, name: str) -> JsonMapping | None:
    """Return the JSON mapping of that name, None for ""; raises `CannotDo` for one that there is not."""
    if not name:
        return None
    from roya_tui.sources import jsonapi

    try:
        return jsonapi.mapping(name, session.config.mappings)
    except KeyError as error:
        raise CannotDo(str(error.args[0])) from None


def _parsed(data: bytes, zone: str, mapping: JsonMapping | None, now: int) -> Feed:
    from roya_tui.sources.parse import NotAFeed, parse

    try:
        return parse(data, zone=zone, mapping=mapping, now=now)
    except NotAFeed as error:
        raise CannotDo(str(error)) from None


def _offers(body: bytes, url: str) -> Iterator[str]:
    from roya_tui.sources.discover import candidates

    offered = [candidate.url for candidate in candidates(body, url) if not candidate.guess]
    if offered:
        yield f"The page offers: {', '.join(offered[:10])}."


# -- telling it -------------------------------------------------------------------------------------------------------

_NAMES = {"ttl": "ttl_minutes", "duration": "duration_seconds"}
"""Facts whose name alone does not say their unit."""
_UNITS = {"length": "bytes", "duration_seconds": "seconds"}
_TEXTS = ("summary", "content")
_SHOWN = 160
"""Characters of an entry's text that a person is shown."""


def feed_facts(feed: Feed) -> dict[str, Any]:
    """Return a feed and its entries whole, as JSON tells them."""
    told = _facts(feed)
    entries = told.pop("entries")
    return {**told, "findings": list(_findings(feed)), "entries": entries}


def _facts(thing: Struct) -> dict[str, Any]:
    """Return every field of one of the model's values; a time is two: as we read it, and as it was written."""
    told: dict[str, Any] = {}
    for name in thing.__struct_fields__:
        value = getattr(thing, name)
        if isinstance(value, Moment):
            told |= {name: iso(value.at), f"{name}_raw": value.raw}
        elif isinstance(value, UpdateSchedule):
            told |= _facts(value)
        elif isinstance(value, tuple):
            told[name] = [_facts(one) if isinstance(one, Struct) else one for one in value]
        else:
            told[_NAMES.get(name, name)] = value
    return told


def _findings(feed: Feed) -> Iterator[str]:
    """What is no mistake in the document, but keeps a reader from doing its best."""
    all_ = feed.entries
    lacking = {
        "a guid": [entry for entry in all_ if not entry.guid],
        "an address": [entry for entry in all_ if not entry.url],
        "a date": [entry for entry in all_ if not entry.published.raw and not entry.updated.raw],
        "a text": [entry for entry in all_ if not entry.summary and not entry.content],
    }
    for what, entries in lacking.items():
        if entries:
            yield f"Without {what}: {len(entries)} of {len(all_)} entries."
    moments = [moment for entry in all_ for moment in (entry.published, entry.updated)]
    if unread := [moment.raw for moment in moments if moment.raw and moment.at is None]:
        yield f"Dates that were not understood: {len(unread)}, such as {unread[0]}."
    if twice := [guid for guid, count in Counter(entry.guid for entry in all_).items() if guid and count > 1]:
        yield f"The same guid in several entries: {', '.join(twice[:5])}{', …' if len(twice) > 5 else ''}."


def _report(out: Output, facts: dict[str, Any]) -> None:
    entries = facts.pop("entries")
    if found := facts.pop("encoding_found"):
        facts["encoding"] += f", by {found}"
    sentences = [(name, facts.pop(name)) for name in ("warnings", "findings")]
    _tell(out, facts, indent=0)
    for name, several in sentences:
        for sentence in several:
            _line(out, f"{name.removesuffix('s')}: {sentence}")
    out.line(f"entries: {len(entries)}")
    for count, entry in enumerate(entries, start=1):
        out.line()
        _line(out, f"{count}. {entry.pop('title') or '(no title)'}")
        _tell(out, entry, indent=3)


def _tell(out: Output, facts: dict[str, Any], indent: int) -> None:
    """Tell each fact that there is on a line of its own, of several values each."""
    for name, value in facts.items():
        if name.endswith("_raw") or value is False:
            continue
        if raw := facts.get(f"{name}_raw"):
            value = f"{value or 'not understood'} (written: {raw})"
        elif name in _TEXTS and value:
            value = f"{len(value):,} characters: {value[:_SHOWN]}{'…' if len(value) > _SHOWN else ''}"
        for one in value if isinstance(value, list) else [value]:
            words = " ".join(_told(*part) for part in one.items() if part[1]) if isinstance(one, dict) else one
            if words not in ("", None):
                _line(out, f"{name.replace('_', ' ')}: {words}", indent)


def _told(name: str, value: object) -> str:
    """Return one fact of several in a line, with the unit of a number."""
    return f"{value} {_UNITS.get(name, '')}".rstrip()


def _line(out: Output, text: str, indent: int = 0) -> None:
    """Write a line; on a terminal, whole words of it on as many lines as its width asks for."""
    room = (out.terminal.columns or sys.maxsize) - indent
    begun, hanging = "", indent
    for word in one_line(text).split(" "):
        if begun and cells(begun) + 1 + cells(word) > room - (hanging - indent):
            out.line(begun, hanging)
            begun, hanging = "", indent + 4
        begun = f"{begun} {word}" if begun else word
    out.line(begun, hanging)
