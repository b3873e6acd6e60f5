"""JSON news APIs: a mapping names by path where the list is and where in an item each field → Feed.

How paths are written is told in `config.jsonpath`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, tzinfo
from functools import cache
from typing import Any

from msgspec import Struct

from roya_tui.config import JsonMapping, mapping_path
from roya_tui.model import Entry, Feed, Moment, Picture
from roya_tui.sources import bounds, dates, htmltext, links
from roya_tui.sources.jsontext import text
from roya_tui.sources.media import once
from roya_tui.sources.presets import PRESETS
from roya_tui.sources.sniff import NotAFeed, Sniffed
from roya_tui.text import clean, one_line

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
    "language": "language",
    "comments": "address of the comments",
}
"""What a mapping has a path for, in words."""
_MONTH_FIRST = re.compile(r"\b(\d{1,2})([-/. ])(\d{1,2})(?=\2\d{2})")
_SEVERAL_NAMES = 12
"""Names that are told where a path leads to nothing."""

_choice = cache(mapping_path.parse)


def mapping(name: str, config_mappings: Mapping[str, JsonMapping]) -> JsonMapping:
    """Return the mapping of that name: the person's own first, then ours. Raises KeyError with words."""
    found = config_mappings.get(name) or PRESETS.get(name)
    if found is None:
        known = ", ".join(sorted({*config_mappings, *PRESETS}))
        raise KeyError(f"There is no mapping {name!r}. Known are: {known}.")
    return found


def recognise(document: Any) -> JsonMapping | None:
    """Return the preset whose shape the values have, if any: its list is there, and its items have what says so."""
    for preset in PRESETS.values():
        items = _items(document, preset)
        if items and all(isinstance(one, dict) and _is_of(one, preset) for one in items[:3]):
            return preset
    return None


def _is_of(item: dict[str, Any], preset: JsonMapping) -> bool:
    return all(_choice(path).evaluate(item) is not None for path in (preset.title or preset.content, preset.published))


def read(document: Sniffed, found: Any, mapping: JsonMapping, url: str, clock: tzinfo, now: int | None) -> Feed:
    """Return the feed that the decoded JSON is under `mapping`. Raises NotAFeed, naming the path that is not there."""
    items = _items(found, mapping)
    if items is None:
        where = repr(mapping.items) if mapping.items else "its top"
        looked = f"JSON without a list at {where}, where the mapping {mapping.name!r} looks for it"
        raise NotAFeed(looked + _there(found, mapping.items))
    objects = [one for one in items if isinstance(one, dict)]
    missing = _missing(objects, mapping)
    if "title" in missing:
        which = f"the mapping {mapping.name!r}"
        looked = f"JSON whose items have nothing at {mapping.title!r}, where {which} looks for the title"
        raise NotAFeed(looked + _there(objects[0], mapping.title))
    warnings = document.warnings
    if mapping not in PRESETS.values():  # ours name more than any one API has
        warnings += tuple(missing.values())
    reader = _Reader(mapping, tuple(filter(None, (mapping.homepage, url))), clock, now)
    entries = bounds.within(reader.entry(one) for one in objects)
    return Feed(
        format=f"JSON ({mapping.name})",
        title=htmltext.title(mapping.feed_title, literal=True),
        homepage=links.absolute(mapping.homepage),
        encoding=document.encoding,
        entries=entries,
        warnings=warnings + bounds.told(len(entries), len(objects)),
    )


def _items(found: Any, mapping: JsonMapping) -> list[Any] | None:
    items = _choice(mapping.items).evaluate(found)
    if items is None:  # an empty list is a list, too
        items = next(
            (at for path in _choice(mapping.items).alternatives if isinstance(at := path.evaluate(found), list)), None
        )
    if isinstance(items, dict):
        items = list(items.values())
    return items if isinstance(items, list) else None


def _missing(objects: list[Any], mapping: JsonMapping) -> dict[str, str]:
    """Fields whose path leads to nothing in any item, each with a sentence that says so."""
    paths = {field: getattr(mapping, field) for field in _FIELDS}
    return {
        field: f"No item has anything at {path!r}, where the mapping {mapping.name!r} looks for the {_FIELDS[field]}."
        for field, path in paths.items()
        if path and objects and all(_choice(path).evaluate(one) is None for one in objects)
    }


def _there(value: Any, path: str) -> str:
    """What is there instead of what a path leads to, in words: the names at the last place that there is."""
    way: list[str] = []
    for name in path.split("."):
        if not isinstance(value, dict) or name not in value:
            break
        value = value[name]
        way.append(name)
    if not isinstance(value, dict) or not value:
        return ""
    where = f" at {'.'.join(way)!r}" if way else ""
    return f";{where} there is {', '.join(repr(one_line(name)) for name in list(value)[:_SEVERAL_NAMES])}"


class _Reader(Struct, frozen=True):
    """Reads items of one document."""

    mapping: JsonMapping
    bases: tuple[str, ...]
    clock: tzinfo
    now: int | None

    def entry(self, item: Any) -> Entry:
        mapping, bases = self.mapping, self.bases
        url = links.absolute(self.first(item, mapping.url), bases)
        inside = tuple(filter(None, (url, *bases)))
        summary, content = self.body(item, mapping.summary, inside), self.body(item, mapping.content, inside)
        leads = (links.absolute(one, bases) for one in self.all(item, mapping.image))
        return Entry(
            guid=clean(self.first(item, mapping.id)),
            url=url,
            title=htmltext.title(self.first(item, mapping.title)) or htmltext.first_words(summary or content),
            authors=self.names(item, mapping.author),
            published=self.moment(item, mapping.published),
            updated=self.moment(item, mapping.updated),
            tags=self.names(item, mapping.tags),
            summary=summary,
            content=content,
            language=one_line(self.first(item, mapping.language)),
            pictures=once([*(Picture(lead) for lead in leads if lead), *htmltext.pictures(content, inside)]),
            comments=links.absolute(self.first(item, mapping.comments), bases),
        )

    def all(self, item: Any, path: str) -> list[str]:
        """All the texts at a path; of an object its address or name."""
        found = _choice(path).evaluate(item) if path else None
        several = found if isinstance(found, list) else [found]
        several = several[: bounds.MOST_IN_ENTRY]
        return [said for one in several if (said := text(_of_object(one) if isinstance(one, dict) else one))]

    def first(self, item: Any, path: str) -> str:
        return next(iter(self.all(item, path)), "")

    def names(self, item: Any, path: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for one in self.all(item, path) if (name := htmltext.title(one))))

    def body(self, item: Any, path: str, bases: tuple[str, ...]) -> str:
        """A text; a list's elements are its paragraphs."""
        return htmltext.body("\n\n".join(self.all(item, path)), bases)

    def moment(self, item: Any, path: str) -> Moment:
        raw, hint = self.first(item, path), self.mapping.dates
        if "%" in hint:
            try:
                local = datetime.strptime(raw.strip(), hint)
            except ValueError:
                return dates.read(raw, self.clock, self.now)
            written = local if local.tzinfo else local.replace(tzinfo=self.clock)
            return Moment(dates.read(written.isoformat(), self.clock, self.now).at, one_line(raw)[: dates.LONGEST])
        if hint:
            swapped = _MONTH_FIRST.sub(r"\3\2\1", raw, count=1)
            return Moment(dates.read(swapped, self.clock, self.now).at, one_line(raw)[: dates.LONGEST])
        return dates.read(raw, self.clock, self.now)


def _of_object(value: dict[str, Any]) -> Any:
    return next((value[key] for key in ("url", "name", "title", "rendered", "#text") if value.get(key)), None)
