"""Parse the JSON of news APIs into a Feed, with the user's mappings or presets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, tzinfo
from functools import cache
from typing import Any

from msgspec import Struct

from roya_tui.config import JsonMapping, mapping_path
from roya_tui.model import Entry, Feed, Moment, Picture
from roya_tui.sources import bounds, dates, html_fragments, urls
from roya_tui.sources.json.decoder import scalar_text
from roya_tui.sources.media import unique_pictures
from roya_tui.sources.sniffer import NotAFeed, SniffedDocument
from roya_tui.text import clean, one_line
from roya_tui.translation import gettext

PRESETS = {
    preset.name: preset
    for preset in (
        JsonMapping(
            "roya", "latest_news", title="news_title", tags="section_name", image="imageLink", published="created_at",
            updated="updated_at", content="body", id="news_id", url="link", zone="Asia/Amman", feed_title="Roya News",
        ),
        JsonMapping(
            "articles", "articles", title="title", url="url", image="urlToImage | image", published="publishedAt",
            author="author", summary="description", content="content", tags="source.name",
        ),
        JsonMapping(
            "results", "response.results", title="webTitle", url="webUrl", id="id", published="webPublicationDate",
            tags="sectionName", summary="fields.trailText", content="fields.body", image="fields.thumbnail",
            author="fields.byline", updated="fields.lastModified",
        ),
        JsonMapping(
            "docs", "response.docs", title="headline.main", url="web_url", id="_id", published="pub_date",
            tags="section_name", summary="abstract | snippet", content="lead_paragraph", author="byline.original",
            image="multimedia.default.url | multimedia.0.url",
        ),
        JsonMapping(
            "stories", "results", title="title", url="url | link", id="uri | article_id",
            published="published_date | pubDate", updated="updated_date", tags="section | category",
            summary="abstract | description", content="content", author="byline | creator",
            image="multimedia.0.url | image_url", language="language",
        ),
        JsonMapping(
            "data", "data", title="title | headline", url="url | link", id="id | uuid",
            published="published_at | date", updated="updated_at | updated", summary="summary | description | snippet",
            content="body | content", image="image | image_url", tags="category | categories", author="author",
            language="language",
        ),
        JsonMapping(
            "posts", "", title="title.rendered", url="link", id="guid.rendered", published="{date_gmt}Z | date",
            updated="{modified_gmt}Z | modified", summary="excerpt.rendered", content="content.rendered",
            image="_embedded.wp:featuredmedia.source_url | jetpack_featured_media_url",
            author="_embedded.author.name", tags="_embedded.wp:term.name",
        ),
        JsonMapping(
            "hits", "hits", title="title | story_title", id="objectID", published="created_at", author="author",
            url="url | story_url | https://news.ycombinator.com/item?id={objectID}",
            content="story_text | comment_text", comments="https://news.ycombinator.com/item?id={objectID}",
        ),
        JsonMapping(
            "children", "data.children", title="data.title", id="data.name", published="data.created_utc",
            url="data.url_overridden_by_dest | data.url | data.permalink", content="data.selftext_html",
            author="data.author", tags="data.link_flair_text", comments="data.permalink",
            image="data.preview.images.0.source.url", homepage="https://www.reddit.com/",
        ),
        JsonMapping(
            "topics", "topic_list.topics", title="fancy_title | title", id="id", published="created_at",
            updated="last_posted_at", url="/t/{slug}/{id}", summary="excerpt", tags="tags", image="image_url",
        ),
        JsonMapping(
            "list", "", title="title", url="url | link | canonical_url", id="id | short_id",
            published="published_at | created_at | date", updated="edited_at | updated_at", tags="tag_list | tags",
            author="user.name | submitter_user.username | submitter_user | author", summary="description | summary",
            content="body_html | content", image="cover_image | image", comments="comments_url",
        ),
        JsonMapping(
            "statuses", "", content="content", url="url | uri", id="uri | id", published="created_at",
            updated="edited_at", author="account.display_name | account.acct", tags="tags.name",
            image="media_attachments.url", language="language",
        ),
    )
}  # fmt: skip

_FIELDS = (
    "title", "url", "id", "summary", "content", "published", "updated", "tags", "author", "image", "language",
    "comments",
)  # fmt: skip
"""Fields of a mapping that have a path."""
_TIME_CODE, _DAY_CODE, _MONTH_CODE = re.compile("%[HIcX]"), re.compile("%[djx]"), re.compile("%[mbB]")
"""Codes of strptime that give a date its precision."""
_MONTH_FIRST = re.compile(r"\b(\d{1,2})([-/. ])(\d{1,2})(?=\2\d{2})")
_MAX_KEYS_SHOWN = 12
"""Keys listed in the message about a path without a value."""

_parse_path = cache(mapping_path.parse)


def find_mapping(name: str, config_mappings: Mapping[str, JsonMapping]) -> JsonMapping:
    """Return the mapping `name` from the user's settings, else from the presets. Raises KeyError with a message."""
    mapping = config_mappings.get(name) or PRESETS.get(name)
    if mapping is None:
        names = ", ".join(sorted({*config_mappings, *PRESETS}))
        raise KeyError(gettext("There is no mapping “{name}”. Available: {names}.", name=name, names=names))
    return mapping


def detect_preset(document: Any) -> JsonMapping | None:
    """Return the first preset whose list exists in the document with items that have its title and date."""
    for preset in PRESETS.values():
        items = _items(document, preset)
        if items and all(isinstance(item, dict) and _fits_preset(item, preset) for item in items[:3]):
            return preset
    return None


def _fits_preset(item: dict[str, Any], preset: JsonMapping) -> bool:
    paths = (preset.title or preset.content, preset.published)
    return all(_parse_path(path).evaluate(item) is not None for path in paths)


def read(document: SniffedDocument, value: Any, mapping: JsonMapping, url: str, tz: tzinfo, now: int | None) -> Feed:
    """Convert the decoded JSON `value` into a feed with `mapping`. Raises NotAFeed, naming a path without a value."""
    items = _items(value, mapping)
    if items is None:
        message = gettext("The JSON is not a list, as the mapping “{mapping}” expects.", mapping=mapping.name)
        if mapping.items:
            message = gettext(
                "The mapping “{mapping}” expects a list at “{path}”.", mapping=mapping.name, path=mapping.items
            )
        raise NotAFeed(message + _describe_keys(value, mapping.items))
    objects = [item for item in items if isinstance(item, dict)]
    missing = _missing_fields(objects, mapping)
    if "title" in missing:
        raise NotAFeed(missing["title"] + _describe_keys(objects[0], mapping.title))
    warnings = document.warnings
    if mapping not in PRESETS.values():  # a preset has more fields than any single API
        warnings += tuple(missing.values())
    reader = _EntryReader(mapping, tuple(filter(None, (mapping.homepage, url))), tz, now)
    entries = bounds.take(map(reader.entry, objects))
    return Feed(
        format=f"JSON ({mapping.name})",
        title=html_fragments.clean_title(mapping.feed_title, literal=True),
        homepage=urls.resolve(mapping.homepage),
        encoding=document.encoding,
        entries=entries,
        warnings=warnings + bounds.truncation_warnings(len(entries), len(objects)),
    )


def _items(value: Any, mapping: JsonMapping) -> list[Any] | None:
    path = _parse_path(mapping.items)
    items = path.evaluate(value)
    if items is None:  # an empty list counts too
        found = (alternative.evaluate(value) for alternative in path.alternatives)
        items = next((list_ for list_ in found if isinstance(list_, list)), None)
    if isinstance(items, dict):
        items = list(items.values())
    return items if isinstance(items, list) else None


def _missing_fields(objects: list[Any], mapping: JsonMapping) -> dict[str, str]:
    """Return the fields without a value in any item, each with its warning."""
    paths = {field: getattr(mapping, field) for field in _FIELDS}
    return {
        field: gettext(
            "The mapping “{mapping}” reads {field} from “{path}”, which no item has.",
            path=path,
            field=field,
            mapping=mapping.name,
        )
        for field, path in paths.items()
        if path and objects and all(_parse_path(path).evaluate(item) is None for item in objects)
    }


def _describe_keys(value: Any, path: str) -> str:
    """Return a sentence, after a space, on the keys at the last existing part of a path."""
    existing: list[str] = []
    for name in path.split("."):
        if not isinstance(value, dict) or name not in value:
            break
        value = value[name]
        existing.append(name)
    if not isinstance(value, dict) or not value:
        return ""
    names = ", ".join(one_line(name) for name in list(value)[:_MAX_KEYS_SHOWN])
    if existing:
        return " " + gettext("“{path}” has: {names}.", path=".".join(existing), names=names)
    return " " + gettext("Available: {names}.", names=names)


class _EntryReader(Struct, frozen=True):
    """Converts the items of a document."""

    mapping: JsonMapping
    bases: tuple[str, ...]
    tz: tzinfo
    now: int | None

    def entry(self, item: Any) -> Entry:
        mapping, bases = self.mapping, self.bases
        url = urls.resolve(self.first_text(item, mapping.url), bases)
        text_bases = tuple(filter(None, (url, *bases)))
        summary, content = (self.body(item, path, text_bases) for path in (mapping.summary, mapping.content))
        images = (urls.resolve(image, bases) for image in self.texts(item, mapping.image))
        pictures = map(Picture, filter(None, images))
        return Entry(
            guid=clean(self.first_text(item, mapping.id)),
            url=url,
            title=html_fragments.clean_title(self.first_text(item, mapping.title))
            or html_fragments.title_from_text(summary or content),
            authors=self.names(item, mapping.author),
            published=self.moment(item, mapping.published),
            updated=self.moment(item, mapping.updated),
            tags=self.names(item, mapping.tags),
            summary=summary,
            content=content,
            language=one_line(self.first_text(item, mapping.language)),
            pictures=unique_pictures([*pictures, *html_fragments.find_pictures(content, text_bases)]),
            comments=urls.resolve(self.first_text(item, mapping.comments), bases),
        )

    def texts(self, item: Any, path: str) -> list[str]:
        """Return all texts at a path; for an object its address or name."""
        found = _parse_path(path).evaluate(item) if path else None
        values = (found if isinstance(found, list) else [found])[: bounds.MAX_ITEMS_IN_ENTRY]
        texts = (scalar_text(_scalar_member(value) if isinstance(value, dict) else value) for value in values)
        return list(filter(None, texts))

    def first_text(self, item: Any, path: str) -> str:
        return next(iter(self.texts(item, path)), "")

    def names(self, item: Any, path: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, map(html_fragments.clean_title, self.texts(item, path)))))

    def body(self, item: Any, path: str, bases: tuple[str, ...]) -> str:
        """Return a text as HTML; the elements of a list are its paragraphs."""
        return html_fragments.clean_body("\n\n".join(self.texts(item, path)), bases)

    def moment(self, item: Any, path: str) -> Moment:
        raw, hint = self.first_text(item, path), self.mapping.dates
        if "%" in hint:
            try:
                local = datetime.strptime(raw.strip(), hint)
            except ValueError:
                return dates.parse(raw, self.tz, self.now)
            text = local.isoformat() if _TIME_CODE.search(hint) else f"{local:{_date_format(hint)}}"
        else:
            text = _MONTH_FIRST.sub(r"\3\2\1", raw, count=1) if hint else raw
        moment = dates.parse(text, self.tz, self.now)
        return Moment(moment.at, one_line(raw)[: dates.MAX_LENGTH], moment.form)


def _date_format(hint: str) -> str:
    """Return the format of a date with those of year, month and day that `hint` has."""
    if _DAY_CODE.search(hint):
        return "%Y-%m-%d"
    return "%Y-%m" if _MONTH_CODE.search(hint) else "%Y"


def _scalar_member(value: dict[str, Any]) -> Any:
    return next((value[key] for key in ("url", "name", "title", "rendered", "#text") if value.get(key)), None)
