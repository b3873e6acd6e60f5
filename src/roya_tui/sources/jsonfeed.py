"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/) → Feed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

from roya_tui.model import Enclosure, Entry, Feed, Picture
from roya_tui.sources import dates, htmltext, links
from roya_tui.sources.jsontext import text
from roya_tui.sources.media import once
from roya_tui.sources.sniff import NotAFeed, Sniffed
from roya_tui.text import clean, one_line

_VERSION = re.compile(r"jsonfeed\.org/version/(\d+(?:\.\d+)?)")
MOST_ENTRIES = 20_000


def looks_like(document: Any) -> bool:
    """Whether values are a JSON Feed, also one that forgot to say its version."""
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        return False
    if "jsonfeed.org" in text(document.get("version")):
        return True
    items = document["items"]
    return "title" in document and all(
        isinstance(one, dict) and ({"content_html", "content_text"} & one.keys()) for one in items[:5]
    )


def read(document: Sniffed, found: Any, url: str, clock: tzinfo, now: int | None) -> Feed:
    """Return the feed that the decoded JSON in `found` is. Raises NotAFeed."""
    if not isinstance(found, dict) or not isinstance(found.get("items"), list):
        raise NotAFeed("a JSON Feed without its list of items")
    version = _VERSION.search(text(found.get("version")))
    homepage = links.absolute(text(found.get("home_page_url")), (url,))
    bases = tuple(filter(None, (homepage, url, text(found.get("feed_url")))))
    language = text(found.get("language"))
    authors = _authors(found)
    items = [one for one in found["items"] if isinstance(one, dict)]
    warnings = document.warnings
    if version is None:
        warnings += ("The feed does not say which version of JSON Feed it is.",)
    if len(items) < len(found["items"]):
        warnings += (f"{len(found['items']) - len(items)} items are no objects and were passed over.",)
    if len(items) > MOST_ENTRIES:
        warnings += (f"Only the first {MOST_ENTRIES} of {len(items)} entries were read.",)
    return Feed(
        format=f"JSON Feed {version[1]}" if version else "JSON Feed",
        title=htmltext.title(text(found.get("title")), literal=True),
        homepage=homepage,
        description=one_line(text(found.get("description"))),
        language=one_line(language),
        icon=next((a for key in ("icon", "favicon") if (a := links.absolute(text(found.get(key)), bases))), ""),
        encoding=document.encoding,
        entries=tuple(_entry(one, bases, authors, language, clock, now) for one in items[:MOST_ENTRIES]),
        warnings=warnings,
    )


def _entry(
    item: dict[str, Any],
    bases: tuple[str, ...],
    authors: tuple[str, ...],
    language: str,
    clock: tzinfo,
    now: int | None,
) -> Entry:
    guid = text(item.get("id"))
    url = (
        links.absolute(text(item.get("url")), bases)
        or links.absolute(text(item.get("external_url")), bases)
        or links.absolute(guid)
    )
    bases = tuple(filter(None, (url, *bases)))
    content = htmltext.body(text(item.get("content_html")), bases) or htmltext.from_text(text(item.get("content_text")))
    summary = htmltext.from_text(text(item.get("summary")))
    title = htmltext.title(text(item.get("title")), literal=True)
    return Entry(
        guid=clean(guid),
        url=url,
        title=title or htmltext.first_words(summary or content) or url.partition("://")[2],
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


def _objects(value: Any) -> list[dict[str, Any]]:
    return (
        [one for one in value if isinstance(one, dict)]
        if isinstance(value, list)
        else [value]
        if isinstance(value, dict)
        else []
    )


def _authors(found: dict[str, Any]) -> tuple[str, ...]:
    """Version 1.1 has a list, 1.0 had one; some write bare names."""
    people = found.get("authors") or found.get("author")
    names = [text(one.get("name")) for one in _objects(people)]
    names += [text(one) for one in (people if isinstance(people, list) else [people]) if isinstance(one, str)]
    return tuple(dict.fromkeys(name for one in names if (name := htmltext.title(one, literal=True))))


def _tags(value: Any) -> tuple[str, ...]:
    names = map(text, value) if isinstance(value, list) else [text(value)]
    return tuple(dict.fromkeys(name for one in names if (name := htmltext.title(one, literal=True))))


def _pictures(item: dict[str, Any], content: str, bases: Iterable[str]) -> tuple[Picture, ...]:
    bases = tuple(bases)
    found = [Picture(a) for key in ("image", "banner_image") if (a := links.absolute(text(item.get(key)), bases))]
    for one in _objects(item.get("attachments")):
        if text(one.get("mime_type")).startswith("image/") and (a := links.absolute(text(one.get("url")), bases)):
            found.append(Picture(a, one_line(text(one.get("title")))))
    found += htmltext.pictures(content, bases)
    return once(found)


def _enclosures(item: dict[str, Any], bases: tuple[str, ...]) -> Iterable[Enclosure]:
    for one in _objects(item.get("attachments")):
        address, kind = links.absolute(text(one.get("url")), bases), one_line(text(one.get("mime_type")))
        if address and not kind.startswith("image/"):
            size = text(one.get("size_in_bytes"))
            yield Enclosure(address, kind, int(size) if size.isdecimal() else None, one_line(text(one.get("title"))))
