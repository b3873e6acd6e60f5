"""The command inspect: what the program makes of a document, for someone who writes or debugs a feed."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from roya_tui.cli.location import resolve
from roya_tui.cli.output import Output, display_width, iso_time
from roya_tui.cli.session import SUCCESS, CommandError, Session, standard_input
from roya_tui.model import Entry, Failure, Feed, Moment, UpdateSchedule, is_local
from roya_tui.text import one_line

if TYPE_CHECKING:
    from roya_tui.config import JsonMapping


def inspect(session: Session, args: Namespace) -> int:
    """`roya-tui inspect`: every field of every entry, raw times beside those we read in them; nothing is stored."""
    facts = feed_json(_load_feed(session, args))
    if args.json:
        session.out.json(facts)
    else:
        _print_report(session.out, facts)
    return SUCCESS


_ARTICLE_FORMAT = "an article's page"
"""The format of a page that is no feed, but can be saved."""


def _load_feed(session: Session, args: Namespace) -> Feed:
    mapping = find_mapping(session, args.mapping)
    if args.place == "-":
        return _parse(standard_input(), args.zone, mapping, session.now)
    from roya_tui.cli.candidates import explain_no_feed
    from roya_tui.refresh import FoundFeed, FoundPage, discover

    where = resolve(args.place)
    if session.offline and not is_local(where):
        raise CommandError("Offline: only files can be looked at. Leave --offline away to fetch the address.")
    answer = discover(
        where,
        session.config,
        now=session.now,
        zone=args.zone,
        mapping=mapping,
        page_zone=args.zone,
        feeds=False,
    )
    match answer:
        case FoundFeed():
            return answer.feed
        case FoundPage(article=Entry() as article, is_article=True):
            offered = tuple(_describe_offers(answer.body, answer.url))
            return Feed(_ARTICLE_FORMAT, language=article.language, entries=(article,), warnings=offered)
        case FoundPage():
            raise CommandError(" ".join([explain_no_feed(answer), *_describe_offers(answer.body, answer.url)]))
        case Failure():
            raise CommandError(answer.message)


def find_mapping(session: Session, name: str) -> JsonMapping | None:
    """Return the JSON mapping of that name, None for ""; raises `CannotDo` for one that there is not."""
    if not name:
        return None
    from roya_tui.sources.json import news_api

    try:
        return news_api.find_mapping(name, session.config.mappings)
    except KeyError as error:
        raise CommandError(str(error.args[0])) from None


def _parse(data: bytes, zone: str, mapping: JsonMapping | None, now: int) -> Feed:
    from roya_tui.sources.parser import NotAFeed, parse

    try:
        return parse(data, zone=zone, mapping=mapping, now=now)
    except NotAFeed as error:
        raise CommandError(str(error)) from None


def _describe_offers(body: bytes, url: str) -> Iterator[str]:
    from roya_tui.sources.pages.feed_links import find_candidates
    from roya_tui.sources.sniffer import sniff

    offered = [candidate.url for candidate in find_candidates(sniff(body).text, url) if not candidate.is_guess]
    if offered:
        yield f"The page offers: {', '.join(offered[:10])}."


# -- telling it -------------------------------------------------------------------------------------------------------

_NAMES_WITH_UNITS = {"ttl": "ttl_minutes", "duration": "duration_seconds"}
"""Facts whose name alone does not say their unit."""
_UNITS = {"length": "bytes", "duration_seconds": "seconds"}
_TEXTS = ("summary", "content")
_EXCERPT_LENGTH = 160
"""Characters of an entry's text that a person is shown."""


def feed_json(feed: Feed) -> dict[str, Any]:
    """Return a feed and its entries whole, as JSON tells them."""
    told = _to_json(feed)
    entries = told.pop("entries")
    return {**told, "findings": list(_findings(feed)), "entries": entries}


def _to_json(thing: Struct) -> dict[str, Any]:
    """Return every field of one of the model's values; a time is two: as we read it, and as it was written."""
    told: dict[str, Any] = {}
    for name in thing.__struct_fields__:
        value = getattr(thing, name)
        if isinstance(value, Moment):
            told |= {name: iso_time(value.at), f"{name}_raw": value.raw}
        elif isinstance(value, UpdateSchedule):
            told |= _to_json(value)
        elif isinstance(value, tuple):
            told[name] = [_to_json(one) if isinstance(one, Struct) else one for one in value]
        else:
            told[_NAMES_WITH_UNITS.get(name, name)] = value
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


def _print_report(out: Output, facts: dict[str, Any]) -> None:
    entries = facts.pop("entries")
    if found := facts.pop("encoding_found"):
        facts["encoding"] += f", by {found}"
    sentences = [(name, facts.pop(name)) for name in ("warnings", "findings")]
    _print_fields(out, facts, indent=0)
    for name, several in sentences:
        for sentence in several:
            _print_wrapped(out, f"{name.removesuffix('s')}: {sentence}")
    out.line(f"entries: {len(entries)}")
    for count, entry in enumerate(entries, start=1):
        out.line()
        _print_wrapped(out, f"{count}. {entry.pop('title') or '(no title)'}")
        _print_fields(out, entry, indent=3)


def _print_fields(out: Output, facts: dict[str, Any], indent: int) -> None:
    """Tell each fact that there is on a line of its own, of several values each."""
    for name, value in facts.items():
        if name.endswith("_raw") or value is False:
            continue
        if raw := facts.get(f"{name}_raw"):
            value = f"{value or 'not understood'} (written: {raw})"
        elif name in _TEXTS and value:
            value = f"{len(value):,} characters: {value[:_EXCERPT_LENGTH]}{'…' if len(value) > _EXCERPT_LENGTH else ''}"
        for one in value if isinstance(value, list) else [value]:
            words = " ".join(_format_field(*part) for part in one.items() if part[1]) if isinstance(one, dict) else one
            if words not in ("", None):
                _print_wrapped(out, f"{name.replace('_', ' ')}: {words}", indent)


def _format_field(name: str, value: object) -> str:
    """Return one fact of several in a line, with the unit of a number."""
    return f"{value} {_UNITS.get(name, '')}".rstrip()


def _print_wrapped(out: Output, text: str, indent: int = 0) -> None:
    """Write a line; on a terminal, whole words of it on as many lines as its width asks for."""
    room = (out.terminal.columns or sys.maxsize) - indent
    begun, hanging = "", indent
    for word in one_line(text).split(" "):
        if begun and display_width(begun) + 1 + display_width(word) > room - (hanging - indent):
            out.line(begun, hanging)
            begun, hanging = "", indent + 4
        begun = f"{begun} {word}" if begun else word
    out.line(begun, hanging)
