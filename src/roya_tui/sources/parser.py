"""Parse the bytes of any feed format into a Feed, without I/O and whatever the file is called."""

from __future__ import annotations

from datetime import UTC, tzinfo

from msgspec.structs import replace

from roya_tui.config import JsonMapping
from roya_tui.model import Feed
from roya_tui.sources import dates
from roya_tui.sources.sniffer import NotAFeed, SniffedDocument, sniff
from roya_tui.translation import gettext

__all__ = ["NotAFeed", "parse"]


def parse(
    data: bytes,
    *,
    url: str = "",
    content_type: str = "",
    zone: str = "",
    mapping: JsonMapping | None = None,
    now: int | None = None,
) -> Feed:
    """Parse `data` as a feed. Raises NotAFeed, whose message describes what the document is instead.

    `url` resolves relative links; `content_type` is the header as received; `zone` is the IANA name of the time zone
    of dates without one; `mapping` reads a JSON news API; dates over two days after `now` (UTC seconds) are ignored.
    """
    document = sniff(data, content_type)
    if document.kind in ("json", "json feed"):
        feed = replace(_parse_json(document, url, zone, mapping, now), reader="msgspec")
    elif mapping:
        json_only = gettext("The mapping “{mapping}” reads only JSON.", mapping=mapping.name)
        raise NotAFeed(f"{document.description} {json_only}")
    elif not document.is_feed:
        raise NotAFeed(document.description)
    else:
        from roya_tui.sources.xml import feed_reader  # like the other readers, imported on first use

        feed = feed_reader.read(document, url, _time_zone(zone), now)
    feed = replace(feed, encoding_found=document.encoding_found)
    name = zone or (mapping.zone if mapping else "")
    if dates.time_zone(name) is None:
        unknown = gettext("Unknown time zone “{zone}”: times without a zone were read as UTC.", zone=name)
        return replace(feed, warnings=(*feed.warnings, unknown))
    return feed


def _parse_json(document: SniffedDocument, url: str, zone: str, mapping: JsonMapping | None, now: int | None) -> Feed:
    from roya_tui.sources.json import decoder, json_feed, news_api

    value, has_more = decoder.decode(document.text)
    if has_more:
        document = replace(
            document, warnings=(*document.warnings, gettext("Text after the end of the feed was skipped."))
        )
    if not mapping and (document.kind == "json feed" or json_feed.matches(value)):
        return json_feed.read(document, value, url, _time_zone(zone), now)
    mapping = mapping or news_api.detect_preset(value)
    if not mapping:
        raise NotAFeed(document.description)
    return news_api.read(document, value, mapping, url, _time_zone(zone or mapping.zone), now)


def _time_zone(zone: str) -> tzinfo:
    return dates.time_zone(zone) or UTC
