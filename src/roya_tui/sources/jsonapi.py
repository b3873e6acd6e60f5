"""JSON news APIs: a mapping names by path where the list is and where in an item each field → Feed.

A path is names joined by dots; a number picks from a list ("media.0.url"), and a name after a list means every
element's ("tags.name").
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from roya_tui.config import JsonMapping
from roya_tui.model import Entry, Feed, Picture
from roya_tui.sources import dates, htmltext, links
from roya_tui.sources.jsontext import text
from roya_tui.sources.media import once
from roya_tui.sources.sniff import NotAFeed, Sniffed
from roya_tui.text import clean

MOST_ENTRIES = 20_000
_FIELDS = {
    "title": "title",
    "url": "address",
    "id": "id",
    "summary": "summary",
    "content": "text",
    "published": "time",
    "updated": "time of the last change",
    "tags": "tags",
    "author": "author",
    "image": "picture",
}
"""What a mapping has a path for, in words."""

PRESETS = {
    preset.name: preset
    for preset in (
        JsonMapping(
            "roya", "latest_news", title="news_title", tags="section_name", image="imageLink", published="created_at",
            updated="updated_at", content="body", id="news_id", url="link", zone="Asia/Amman", feed_title="Roya News",
        ),
        JsonMapping(
            "articles", "articles", title="title", url="url", image="urlToImage", published="publishedAt",
            author="author", summary="description", content="content", tags="source.name",
        ),
        JsonMapping(
            "results", "response.results", title="webTitle", url="webUrl", id="id", published="webPublicationDate",
            tags="sectionName", summary="fields.trailText", content="fields.body", image="fields.thumbnail",
            author="fields.byline", updated="fields.lastModified",
        ),
        JsonMapping(
            "data", "data", title="headline", url="link", id="id", published="date", updated="updated",
            summary="summary", content="body", image="image", tags="category", author="author",
        ),
        JsonMapping(
            "posts", "", title="title.rendered", url="link", id="guid.rendered", published="date_gmt",
            updated="modified_gmt", summary="excerpt.rendered", content="content.rendered",
            image="jetpack_featured_media_url", zone="UTC",
        ),
    )
}  # fmt: skip


def mapping(name: str, config_mappings: Mapping[str, JsonMapping]) -> JsonMapping:
    """Return the mapping of that name: the person's own first, then ours. Raises KeyError with words."""
    found = config_mappings.get(name) or PRESETS.get(name)
    if found is None:
        known = ", ".join(sorted({*config_mappings, *PRESETS}))
        raise KeyError(f"There is no mapping {name!r}. Known are: {known}.")
    return found


def recognise(document: Any) -> JsonMapping | None:
    """Return the preset whose shape the values have, if any: its list is there and its items have the title."""
    for preset in PRESETS.values():
        items = _at(document, preset.items)
        if isinstance(items, list) and items and all(isinstance(_at(one, preset.title), str) for one in items[:3]):
            return preset
    return None


def read(document: Sniffed, found: Any, mapping: JsonMapping, url: str, clock: tzinfo, now: int | None) -> Feed:
    """Return the feed that the decoded JSON is under `mapping`. Raises NotAFeed, naming the path that is not there."""
    items = _at(found, mapping.items)
    if isinstance(items, dict):
        items = list(items.values())
    if not isinstance(items, list):
        where = repr(mapping.items) if mapping.items else "its top"
        raise NotAFeed(f"JSON without a list at {where}, where the mapping {mapping.name!r} looks for it")
    objects = [one for one in items if isinstance(one, dict)]
    missing = _missing(objects, mapping)
    if "title" in missing:
        which = f"the mapping {mapping.name!r}"
        raise NotAFeed(f"JSON whose items have nothing at {mapping.title!r}, where {which} looks for the title")
    warnings = document.warnings
    if mapping not in PRESETS.values():  # ours name more than any one API has
        warnings += tuple(missing.values())
    if len(objects) > MOST_ENTRIES:
        warnings += (f"Only the first {MOST_ENTRIES} of {len(objects)} entries were read.",)
    return Feed(
        format=f"JSON ({mapping.name})",
        title=htmltext.title(mapping.feed_title, literal=True),
        encoding=document.encoding,
        entries=tuple(_entry(one, mapping, (url,), clock, now) for one in objects[:MOST_ENTRIES]),
        warnings=warnings,
    )


def _missing(objects: list[Any], mapping: JsonMapping) -> dict[str, str]:
    """Fields whose path leads to nothing in any item, each with a sentence that says so."""
    paths = {field: getattr(mapping, field) for field in _FIELDS}
    return {
        field: f"No item has anything at {path!r}, where the mapping {mapping.name!r} looks for the {_FIELDS[field]}."
        for field, path in paths.items()
        if path and objects and all(_at(one, path) is None for one in objects)
    }


def _at(value: Any, path: str) -> Any:
    """What lies at a dotted path; None if nothing does."""
    for name in path.split(".") if path else ():
        if not isinstance(value, list):
            value = value.get(name) if isinstance(value, dict) else None
        elif name.isascii() and name.isdecimal():
            value = value[int(name)] if int(name) < len(value) else None
        else:
            value = [found for one in value if (found := _at(one, name)) is not None] or None
    return value


def _entry(item: Any, mapping: JsonMapping, bases: tuple[str, ...], clock: tzinfo, now: int | None) -> Entry:
    def field(path: str) -> str:
        value = _at(item, path) if path else None
        return next(map(text, value), "") if isinstance(value, list) else text(value)

    def several(path: str) -> tuple[str, ...]:
        value = _at(item, path) if path else None
        names = value if isinstance(value, list) else [value]
        return tuple(dict.fromkeys(name for one in names if (name := htmltext.title(text(one)))))

    url = links.absolute(field(mapping.url), bases)
    summary, content = htmltext.body(field(mapping.summary), bases), htmltext.body(field(mapping.content), bases)
    lead = links.absolute(field(mapping.image), bases)
    return Entry(
        guid=clean(field(mapping.id)),
        url=url,
        title=htmltext.title(field(mapping.title)) or htmltext.first_words(summary or content),
        authors=several(mapping.author),
        published=dates.read(field(mapping.published), clock, now),
        updated=dates.read(field(mapping.updated), clock, now),
        tags=several(mapping.tags),
        summary=summary,
        content=content,
        pictures=once([*([Picture(lead)] if lead else []), *htmltext.pictures(content, bases)]),
    )
