"""The command inspect: what the program makes of a document, for someone who writes or debugs a feed."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from roya_tui.cli.output import Output, iso
from roya_tui.cli.places import place
from roya_tui.cli.session import DONE, CannotDo, Session, standard_input
from roya_tui.model import Entry, Failed, Feed, Moment, is_local

if TYPE_CHECKING:
    from roya_tui.config import JsonMapping


def inspect(session: Session, wanted: Namespace) -> int:
    """`roya-tui inspect`: every field of every entry, raw times beside those we read in them; nothing is stored."""
    feed = _feed(session, wanted)
    if wanted.json:
        session.out.json(feed_facts(feed))
    else:
        _report(session.out, feed)
    return DONE


def _feed(session: Session, wanted: Namespace) -> Feed:
    mapping = mapping_named(session, wanted.mapping)
    if wanted.place == "-":
        return _parsed(standard_input(), wanted.zone, mapping, session.now)
    from roya_tui.refresh import Found, Page, probe

    where = place(wanted.place)
    if session.offline and not is_local(where):
        raise CannotDo("Offline: only files can be looked at. Leave --offline away to fetch the address.")
    answer = probe(where, session.config, now=session.now, zone=wanted.zone, mapping=mapping)
    match answer:
        case Found():
            return answer.feed
        case Page():
            raise CannotDo(" ".join([answer.message, *_offers(answer.body, answer.url)]))
        case Failed():
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


def _report(out: Output, feed: Feed) -> None:
    _fields(out, _feed_fields(feed), indent=0)
    for warning in feed.warnings:
        out.line(f"warning: {warning}")
    out.line(f"entries: {len(feed.entries)}")
    for count, entry in enumerate(feed.entries, start=1):
        out.line()
        out.line(f"{count}. {entry.title or '(no title)'}")
        _fields(out, _entry_fields(entry), indent=3)


def _fields(out: Output, fields: dict[str, Any], indent: int) -> None:
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            if one not in ("", None):
                out.line(f"{name}: {one}", indent)


def _feed_fields(feed: Feed) -> dict[str, Any]:
    return {
        "format": feed.format,
        "encoding": feed.encoding,
        "title": feed.title,
        "homepage": feed.homepage,
        "description": feed.description,
        "language": feed.language,
        "icon": feed.icon,
        "ttl": None if feed.ttl is None else f"{feed.ttl} minutes",
    }


def _entry_fields(entry: Entry) -> dict[str, Any]:
    return {
        "guid": entry.guid,
        "url": entry.url,
        "authors": list(entry.authors),
        "published": _both(entry.published),
        "updated": _both(entry.updated),
        "tags": list(entry.tags),
        "language": entry.language,
        "pictures": [f"{picture.url} {picture.caption}".strip() for picture in entry.pictures],
        "enclosures": [f"{file.url} {file.type} {file.length or ''}".strip() for file in entry.enclosures],
        "comments": entry.comments,
        "summary": _start(entry.summary),
        "content": _start(entry.content),
    }


def _both(moment: Moment) -> str:
    """Return a time as we read it beside the text it was read in."""
    if not moment.raw:
        return iso(moment.at) or ""
    return f"{iso(moment.at) or 'not understood'}  (written: {moment.raw})"


def _start(html: str) -> str:
    return f"{len(html):,} characters: {html[:160]}{'…' if len(html) > 160 else ''}" if html else ""


def feed_facts(feed: Feed) -> dict[str, Any]:
    """Return a feed and its entries whole, as JSON tells them."""
    return {
        "format": feed.format,
        "encoding": feed.encoding,
        "title": feed.title,
        "homepage": feed.homepage,
        "description": feed.description,
        "language": feed.language,
        "icon": feed.icon,
        "ttl_minutes": feed.ttl,
        "warnings": list(feed.warnings),
        "entries": [_entry_facts(entry) for entry in feed.entries],
    }


def _entry_facts(entry: Entry) -> dict[str, Any]:
    return {
        "guid": entry.guid,
        "url": entry.url,
        "title": entry.title,
        "authors": list(entry.authors),
        "published": iso(entry.published.at),
        "published_raw": entry.published.raw,
        "updated": iso(entry.updated.at),
        "updated_raw": entry.updated.raw,
        "tags": list(entry.tags),
        "language": entry.language,
        "summary": entry.summary,
        "content": entry.content,
        "pictures": [{"url": picture.url, "caption": picture.caption} for picture in entry.pictures],
        "enclosures": [
            {"url": file.url, "type": file.type, "length": file.length, "title": file.title}
            for file in entry.enclosures
        ],
        "comments": entry.comments,
    }
