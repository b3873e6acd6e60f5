"""Parse JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/) into a Feed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

from roya_tui.model import Enclosure, Entry, Feed, Picture
from roya_tui.sources import bounds, dates, html_fragments, urls
from roya_tui.sources.json.decoder import scalar_text
from roya_tui.sources.media import unique_pictures
from roya_tui.sources.sniffer import NotAFeed, SniffedDocument
from roya_tui.text import clean, one_line
from roya_tui.translation import gettext, ngettext

_VERSION = re.compile(r"(?:jsonfeed\.org/version/|\A)\s*(\d+(?:\.\d+)?)")
_FEED_KEYS = frozenset(("home_page_url", "feed_url"))
_ITEM_KEYS = frozenset(("content_html", "content_text", "date_published", "date_modified", "external_url"))


def matches(document: Any) -> bool:
    """Whether a JSON document is a JSON Feed, with or without its version."""
    if not isinstance(document, dict):
        return False
    if "jsonfeed" in scalar_text(document.get("version")).lower():
        return True
    items = _items(document)[:5]
    if "items" not in document or not all(isinstance(one, dict) for one in items):
        return False
    return bool(_FEED_KEYS & document.keys()) or any(_ITEM_KEYS & item.keys() for item in items)


def read(document: SniffedDocument, found: Any, url: str, tz: tzinfo, now: int | None) -> Feed:
    """Convert the decoded JSON `found` into a feed. Raises NotAFeed."""
    if not isinstance(found, dict) or not isinstance(found.get("items", []), list | dict | None):
        raise NotAFeed(gettext("It is a JSON Feed without a list of items."))
    version = _VERSION.search(scalar_text(found.get("version")))
    homepage = urls.resolve(scalar_text(found.get("home_page_url")), (url, scalar_text(found.get("feed_url"))))
    bases = tuple(filter(None, (homepage, url, scalar_text(found.get("feed_url")))))
    language = scalar_text(found.get("language"))
    authors = _authors(found)
    all_items = _items(found)
    items = [item for item in all_items if isinstance(item, dict)]
    entries = bounds.take(_entry(one, bases, authors, language, tz, now) for one in items)
    return Feed(
        format=f"JSON Feed {version[1]}" if version else "JSON Feed",
        title=html_fragments.clean_title(scalar_text(found.get("title")), literal=True),
        homepage=homepage,
        description=one_line(scalar_text(found.get("description"))),
        language=one_line(language),
        icon=next((a for key in ("icon", "favicon") if (a := _resolve_url(found.get(key), bases))), ""),
        encoding=document.encoding,
        entries=entries,
        warnings=(
            *document.warnings,
            *_warnings(found, bool(version), len(all_items), len(items)),
            *bounds.truncation_warnings(len(entries), len(items)),
        ),
    )


def _items(found: dict[str, Any]) -> list[Any]:
    """Return the items. PHP writes a list with gaps as an object; a single item may stand without a list."""
    items = found.get("items")
    if isinstance(items, dict):
        return [items] if "id" in items or _ITEM_KEYS & items.keys() else list(items.values())
    return items if isinstance(items, list) else []


def _warnings(found: dict[str, Any], has_version: bool, total: int, valid: int) -> Iterable[str]:
    if not has_version:
        yield gettext("The feed does not name its version of JSON Feed.")
    if not isinstance(found.get("items"), list):
        yield gettext("The feed has no list of items.")
    if found.get("expired") is True:
        yield gettext("The feed is marked as expired: it will have no new articles.")
    if valid < total:
        yield ngettext(
            "Skipped {count} item that is not an object.",
            "Skipped {count} items that are not objects.",
            total - valid,
        )


def _entry(
    item: dict[str, Any], bases: tuple[str, ...], authors: tuple[str, ...], language: str, tz: tzinfo, now: int | None
) -> Entry:
    guid = scalar_text(item.get("id"))
    url = _resolve_url(item.get("url"), bases) or _resolve_url(item.get("external_url"), bases) or urls.resolve(guid)
    bases = tuple(filter(None, (url, *bases)))
    content = html_fragments.clean_body(scalar_text(item.get("content_html")), bases)
    content = content or html_fragments.text_to_html(scalar_text(item.get("content_text")))
    summary = html_fragments.text_to_html(scalar_text(item.get("summary")))
    title = html_fragments.clean_title(scalar_text(item.get("title")), literal=True)
    tags = (tag.get("name") if isinstance(tag, dict) else tag for tag in _as_list(item.get("tags")))
    return Entry(
        guid=clean(guid),
        url=url,
        title=title or html_fragments.title_from_text(summary or content) or url,
        authors=_authors(item) or authors,
        published=dates.parse(scalar_text(item.get("date_published")), tz, now),
        updated=dates.parse(scalar_text(item.get("date_modified")), tz, now),
        tags=_names(map(scalar_text, tags)),
        summary=summary,
        content=content,
        language=one_line(scalar_text(item.get("language")) or language),
        pictures=_pictures(item, content, bases),
        enclosures=tuple(_enclosures(item, bases)),
    )


def _as_list(value: Any) -> list[Any]:
    return value[: bounds.MAX_ITEMS_IN_ENTRY] if isinstance(value, list) else [value]


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in _as_list(value) if isinstance(one, dict)]


def _resolve_url(value: Any, bases: tuple[str, ...]) -> str:
    """Return the address of a value: a text, or an object with `url`."""
    address = value.get("url") if isinstance(value, dict) else value
    return urls.resolve(address, bases) if isinstance(address, str) else ""


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in values if (name := html_fragments.clean_title(one, literal=True))))


def _authors(item: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of `authors` (version 1.1) or `author` (1.0), which some feeds write as plain texts."""
    for people in (item.get("authors"), item.get("author")):
        found = [(scalar_text(person.get("name")), scalar_text(person.get("url"))) for person in _objects(people)]
        names = _names(name or (url[7:] if url.lower().startswith("mailto:") else "") for name, url in found)
        if names := names or _names(name for name in _as_list(people) if isinstance(name, str)):
            return names
    return ()


def _pictures(item: dict[str, Any], content: str, bases: tuple[str, ...]) -> tuple[Picture, ...]:
    found = [Picture(address) for key in ("image", "banner_image") if (address := _resolve_url(item.get(key), bases))]
    for attachment in _objects(item.get("attachments")):
        is_image = scalar_text(attachment.get("mime_type")).strip().lower().startswith("image/")
        if is_image and (address := _resolve_url(attachment, bases)):
            found.append(Picture(address, one_line(scalar_text(attachment.get("title")))))
    found += html_fragments.find_pictures(content, bases)
    return unique_pictures(found)


def _enclosures(item: dict[str, Any], bases: tuple[str, ...]) -> Iterable[Enclosure]:
    for attachment in _objects(item.get("attachments")):
        if address := _resolve_url(attachment, bases):
            yield Enclosure(
                address,
                one_line(scalar_text(attachment.get("mime_type"))),
                _parse_count(attachment.get("size_in_bytes")),
                one_line(scalar_text(attachment.get("title"))),
                _parse_count(attachment.get("duration_in_seconds")),
            )


def _parse_count(value: Any) -> int | None:
    """Parse a number of bytes or seconds, also with a fraction or as text. None for 0 and anything else."""
    match = re.fullmatch(r"\s*([0-9]{1,15})(?:\.[0-9]*)?\s*", scalar_text(value))
    return int(match[1]) or None if match else None
