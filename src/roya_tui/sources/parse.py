"""The front door: bytes → Feed, by looking at the bytes and never at a name. No I/O."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Any

from msgspec.structs import replace

from roya_tui.config import JsonMapping
from roya_tui.model import Feed
from roya_tui.sources import dates
from roya_tui.sources.sniff import NotAFeed, Sniffed, sniff
from roya_tui.text import format_count

__all__ = ["NotAFeed", "Sniffed", "parse", "sniff"]


def parse(
    data: bytes,
    *,
    url: str = "",
    content_type: str = "",
    zone: str = "",
    mapping: JsonMapping | None = None,
    now: int | None = None,
) -> Feed:
    """Return the feed that `data` is. Raises NotAFeed, whose message says what the document is instead.

    `url` is the address it came from, for relative links; `content_type` the header as received; `zone` the IANA name
    of the clock of times that carry none; `mapping` reads a JSON news API; `now` is UTC seconds: a time more than two
    days after it is not believed.
    """
    document = sniff(data, content_type)
    feed = replace(_dispatch(document, url, zone, mapping, now), encoding_found=document.encoding_found)
    name = zone or (mapping.zone if mapping else "")
    if dates.clock(name) is None:
        unknown = f"There is no time zone {name!r}: times that name none were read as UTC."
        return replace(feed, warnings=(*feed.warnings, unknown))
    return feed


def _dispatch(document: Sniffed, url: str, zone: str, mapping: JsonMapping | None, now: int | None) -> Feed:
    # Each reader is imported when it is needed.
    if document.kind in ("json", "json feed"):
        return _json(document, url, zone, mapping, now)
    if mapping:
        raise NotAFeed(f"{document.words}, not JSON, which the mapping {mapping.name!r} is for")
    if not document.feed:
        raise NotAFeed(document.words)
    from roya_tui.sources import xmlfeed

    return xmlfeed.read(document, url, _clock(zone), now)


def _json(document: Sniffed, url: str, zone: str, mapping: JsonMapping | None, now: int | None) -> Feed:
    from roya_tui.sources import jsontext

    found = jsontext.read(document.text)
    document = replace(document, warnings=document.warnings + found.warnings)
    if not found.broken:
        return _json_values(document, found.value, url, zone, mapping, now)
    try:
        feed = _json_values(document, found.value, url, zone, mapping, now)
    except NotAFeed:
        feed = None
    if not feed or not feed.entries:
        raise NotAFeed(f"JSON that {found.broken}")
    told = f"The document is cut off after {format_count(len(feed.entries), 'entry', 'entries')}: it {found.broken}."
    return replace(feed, warnings=(*feed.warnings, told), cut=True)


def _json_values(
    document: Sniffed, found: Any, url: str, zone: str, mapping: JsonMapping | None, now: int | None
) -> Feed:
    from roya_tui.sources import jsonapi, jsonfeed

    if not mapping and (document.kind == "json feed" or jsonfeed.looks_like(found)):
        return jsonfeed.read(document, found, url, _clock(zone), now)
    mapping = mapping or jsonapi.recognise(found)
    if not mapping:
        raise NotAFeed(document.words)
    return jsonapi.read(document, found, mapping, url, _clock(zone or mapping.zone), now)


def _clock(zone: str) -> tzinfo:
    return dates.clock(zone) or UTC
