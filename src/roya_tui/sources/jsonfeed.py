"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/) → Feed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

from roya_tui.model import Enclosure, Entry, Feed, Picture
from roya_tui.sources import bounds, dates, htmltext, links
from roya_tui.sources.jsontext import text
from roya_tui.sources.media import once
from roya_tui.sources.sniff import NotAFeed, Sniffed
from roya_tui.text import clean, one_line

_VERSION = re.compile(r"(?:jsonfeed\.org/version/|\A)\s*(\d+(?:\.\d+)?)")
_OF_FEEDS = frozenset(("home_page_url", "feed_url"))
_OF_ITEMS = frozenset(("content_html", "content_text", "date_published", "date_modified", "external_url"))


def looks_like(document: Any) -> bool:
    """Whether values are a JSON Feed, also one that forgot to say its version."""
    if not isinstance(document, dict):
        return False
    if "jsonfeed" in text(document.get("version")).lower():
        return True
    items = _items(document)[:5]
    if "items" not in document or not all(isinstance(one, dict) for one in items):
        return False
    return bool(_OF_FEEDS & document.keys()) or any(_OF_ITEMS & item.keys() for item in items)


def read(document: Sniffed, found: Any, url: str, clock: tzinfo, now: int | None) -> Feed:
    """Return the feed that the decoded JSON in `found` is. Raises NotAFeed."""
    if not isinstance(found, dict) or not isinstance(found.get("items", []), list | dict | None):
        raise NotAFeed("a JSON Feed without its list of items")
    version = _VERSION.search(text(found.get("version")))
    homepage = links.absolute(text(found.get("home_page_url")), (url, text(found.get("feed_url"))))
    bases = tuple(filter(None, (homepage, url, text(found.get("feed_url")))))
    language = text(found.get("language"))
    authors = _authors(found)
    everything = _items(found)
    items = [one for one in everything if isinstance(one, dict)]
    entries = bounds.within(_entry(one, bases, authors, language, clock, now) for one in items)
    return Feed(
        format=f"JSON Feed {version[1]}" if version else "JSON Feed",
        title=htmltext.title(text(found.get("title")), literal=True),
        homepage=homepage,
        description=one_line(text(found.get("description"))),
        language=one_line(language),
        icon=next((a for key in ("icon", "favicon") if (a := _address(found.get(key), bases))), ""),
        encoding=document.encoding,
        entries=entries,
        warnings=(
            *document.warnings,
            *_warnings(found, bool(version), len(everything), len(items)),
            *bounds.told(len(entries), len(items)),
        ),
    )


def _items(found: dict[str, Any]) -> list[Any]:
    """The items. PHP makes an object with numbers of a list with gaps; a feed of one item may forget the list."""
    items = found.get("items")
    if isinstance(items, dict):
        return [items] if "id" in items or _OF_ITEMS & items.keys() else list(items.values())
    return items if isinstance(items, list) else []


def _warnings(found: dict[str, Any], has_version: bool, everything: int, items: int) -> Iterable[str]:
    if not has_version:
        yield "The feed does not say which version of JSON Feed it is."
    if not isinstance(found.get("items"), list):
        yield "The feed has no list of items."
    if found.get("expired") is True:
        yield "The feed says that it has ended and will bring nothing new."
    if items < everything:
        missed = everything - items
        yield f"{missed} item{'s are no objects and were' if missed > 1 else ' is no object and was'} passed over."


def _entry(
    item: dict[str, Any],
    bases: tuple[str, ...],
    authors: tuple[str, ...],
    language: str,
    clock: tzinfo,
    now: int | None,
) -> Entry:
    guid = text(item.get("id"))
    url = _address(item.get("url"), bases) or _address(item.get("external_url"), bases) or links.absolute(guid)
    bases = tuple(filter(None, (url, *bases)))
    content = htmltext.body(text(item.get("content_html")), bases) or htmltext.from_text(text(item.get("content_text")))
    summary = htmltext.from_text(text(item.get("summary")))
    title = htmltext.title(text(item.get("title")), literal=True)
    return Entry(
        guid=clean(guid),
        url=url,
        title=title or htmltext.first_words(summary or content) or url,
        authors=_authors(item) or authors,
        published=dates.read(text(item.get("date_published")), clock, now),
        updated=dates.read(text(item.get("date_modified")), clock, now),
        tags=_tags(item.get("tags")),
        summary=summary,
        content=content,
        language=one_line(text(item.get("language")) or language),
        pictures=_pictures(item, content, bases),
        enclosures=tuple(_enclosures(item, bases)),
    )


def _list(value: Any) -> list[Any]:
    return value[: bounds.MOST_IN_ENTRY] if isinstance(value, list) else [value]


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in _list(value) if isinstance(one, dict)]


def _address(value: Any, bases: tuple[str, ...]) -> str:
    """The address that a value is or, written as an object, holds; a number is none."""
    address = value.get("url") if isinstance(value, dict) else value
    return links.absolute(address, bases) if isinstance(address, str) else ""


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in values if (name := htmltext.title(one, literal=True))))


def _authors(found: dict[str, Any]) -> tuple[str, ...]:
    """Version 1.1 has a list, 1.0 had one; some write bare names, and some have no more than a mail address."""
    for people in (found.get("authors"), found.get("author")):
        names = _names(map(_author, _objects(people)))
        if names := names or _names(one for one in _list(people) if isinstance(one, str)):
            return names
    return ()


def _author(person: dict[str, Any]) -> str:
    mail = text(person.get("url"))
    return text(person.get("name")) or (mail[7:] if mail.lower().startswith("mailto:") else "")


def _tags(value: Any) -> tuple[str, ...]:
    return _names(text(one.get("name") if isinstance(one, dict) else one) for one in _list(value))


def _pictures(item: dict[str, Any], content: str, bases: tuple[str, ...]) -> tuple[Picture, ...]:
    found = [Picture(address) for key in ("image", "banner_image") if (address := _address(item.get(key), bases))]
    for one in _objects(item.get("attachments")):
        if _is_image(one) and (address := _address(one, bases)):
            found.append(Picture(address, one_line(text(one.get("title")))))
    found += htmltext.pictures(content, bases)
    return once(found)


def _enclosures(item: dict[str, Any], bases: tuple[str, ...]) -> Iterable[Enclosure]:
    for one in _objects(item.get("attachments")):
        if address := _address(one, bases):
            yield Enclosure(
                address,
                one_line(text(one.get("mime_type"))),
                _count(one.get("size_in_bytes")),
                one_line(text(one.get("title"))),
                _count(one.get("duration_in_seconds")),
            )


def _is_image(attachment: dict[str, Any]) -> bool:
    return text(attachment.get("mime_type")).strip().lower().startswith("image/")


def _count(value: Any) -> int | None:
    """A number of bytes or seconds; publishers write it with fractions and as text. None for one that says nothing."""
    found = re.fullmatch(r"\s*([0-9]{1,15})(?:\.[0-9]*)?\s*", text(value))
    return int(found[1]) or None if found else None
