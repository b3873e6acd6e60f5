"""Write and restore backups: the user's data as one JSON document."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from sqlite3 import Connection
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.cli.session import CommandError
from roya_tui.config.validators import (
    LONGEST_INTERVAL,
    MAX_PER_DAY,
    SHORTEST_INTERVAL,
    InvalidValue,
    source_interval,
    zone,
)
from roya_tui.export.json_values import fields_json
from roya_tui.model import (
    EFFECTS,
    SEARCH_ICONS,
    Article,
    Entry,
    Moment,
    NewSource,
    Picture,
    Rule,
    SavedSearch,
    Source,
)
from roya_tui.query import QueryError, parse
from roya_tui.sources.urls import InvalidUrl, normalize
from roya_tui.store.bodies import MAX_GUID, PreparedEntry
from roya_tui.store.connection import transaction
from roya_tui.store.user_data.transfer import ArticleMarks, ImportCounts, export_marks, import_marks
from roya_tui.text import clean, fold_name, normalize_folder, one_line
from roya_tui.translation import gettext, ngettext

_FORMAT_VERSION = 2
_FORMAT_KEY = "roya_tui_everything"
"""The key of the version, which increases when older versions of the app cannot read the document. Version 1 had
`feeds` for `searches`, with `feed:` in queries."""


def is_backup(data: bytes) -> bool:
    """Return whether a file is a backup."""
    return data.lstrip()[:1] == b"{" and _FORMAT_KEY.encode() in data[:1_000]


def write_backup(db: Connection, shared: Sequence[Source], now: int) -> tuple[bytes, int, int]:
    """Return the backup and its numbers of saved pages and articles; `shared` are the sources, without secrets."""
    from roya_tui.store import rules
    from roya_tui.store.search import saved_searches
    from roya_tui.store.user_data import tags

    addresses = {str(source.id): source.url for source in shared}
    document = {
        _FORMAT_KEY: _FORMAT_VERSION,
        "sources": [
            fields_json(source, "url", "name", "title", "folder", "interval", "per_day", "zone", "mapping")
            for source in shared
        ],
        "searches": [
            fields_json(search, "name", "icon") | {"query": _portable_query(search.query, addresses, now)}
            for search in saved_searches.list_all(db, now)
        ],
        "rules": [
            fields_json(rule, "name", "effect", "tag", "ends", "off")
            | {"query": _portable_query(rule.query, addresses, now), "seconds": rule.term}
            for rule in rules.list_all(db, now)
        ],
        "tags": [{"tag": old, "under": new} for old, new in tags.list_aliases(db)],
    }
    pages, articles = export_saved_pages(db, now), export_article_state(db)
    parts = [json.dumps(document, ensure_ascii=False, indent=2).removesuffix("\n}"), _json_lines("pages", pages)]
    text = ",\n".join([*parts, _json_lines("articles", articles)]) + "\n}\n"
    return text.encode("utf-8", "replace"), len(pages), len(articles)


def _json_lines(name: str, items: Sequence[dict[str, Any]]) -> str:
    """Return a list of the document with one item a line, since there may be a hundred thousand."""
    lines = ",\n".join(f"    {json.dumps(item, ensure_ascii=False)}" for item in items)
    return f'  "{name}": [\n{lines}\n  ]' if items else f'  "{name}": []'


def _portable_query(text: str, addresses: dict[str, str], now: int) -> str:
    """Return a query with URLs in place of source ids, which differ in another database."""
    from roya_tui.query import Term, rewrite

    def change(term: Term) -> Term:
        return replace(term, value=addresses.get(term.value, term.value)) if term.field == "source" else term

    return rewrite(text, now, change)


def restore_backup(db: Connection, data: bytes, now: int, mappings: Collection[str]) -> str:
    """Add what is missing, as one undo step for each kind, and return a summary.

    `mappings` are the names of the mappings that config.toml has, or the app.
    All of the document is validated before anything is written, in one transaction. Raises `CommandError`.
    """
    from roya_tui.store import rules
    from roya_tui.store.articles.saved_pages import save_all
    from roya_tui.store.search import saved_searches
    from roya_tui.store.sources import subscriptions
    from roya_tui.store.user_data import tags

    backup = _validate(data, now)
    with transaction(db):
        summary = gettext(
            "Added sources: {sources:,}, saved searches: {searches:,}, merged tags: {tags:,}, rules: {rules:,}.",
            sources=subscriptions.add_all(db, backup.sources, now, imported=True),
            searches=saved_searches.add_all(db, backup.searches, now),
            tags=tags.add_aliases(db, backup.tags, now),
            rules=rules.add_all(db, backup.rules, now),
        )
        saved = save_all(db, backup.pages, now)
        imported = import_marks(db, backup.articles, now)
    lines = [summary]
    if backup.pages or backup.articles:
        lines.append(_describe_articles(saved, imported))
    missing = {source.mapping: None for source in backup.sources if source.mapping and source.mapping not in mappings}
    lines += [gettext("Add the mapping “{name}” to config.toml: a source needs it.", name=name) for name in missing]
    return "\n".join([*lines, *backup.skipped])


class _Backup(Struct, frozen=True):
    """The valid contents of a backup."""

    sources: list[NewSource]
    searches: list[SavedSearch]
    tags: list[tuple[str, str]]
    rules: list[Rule]
    pages: list[PreparedEntry]
    articles: list[ArticleMarks]
    skipped: list[str]
    """Sentences about what is invalid."""


def _validate(data: bytes, now: int) -> _Backup:
    from roya_tui.store.articles.ingestion import prepare

    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        message = gettext("The backup is damaged: {reason}. Use another copy of it.", reason=error)
        raise CommandError(message) from None
    version = document.get(_FORMAT_KEY) if isinstance(document, dict) else None
    if version == 1:
        _update_version_1(document)
    elif version != _FORMAT_VERSION:
        raise CommandError(gettext("This backup is from a newer version. Update roya-tui to import it."))
    lists = {name: _read_list(document, name) for name in _SKIPPED}
    found: dict[str, list[Any]] = {
        "sources": [_read_source(item) for item in lists["sources"]],
        "searches": [_read_search(item, now) for item in lists["searches"]],
        "tags": [_read_alias(item) for item in lists["tags"]],
        "rules": [_read_rule(item, now) for item in lists["rules"]],
        "pages": [_read_entry(item) for item in lists["pages"]],
        "articles": [_read_article_state(item) for item in lists["articles"]],
    }
    valid = {name: [item for item in items if item is not None] for name, items in found.items()}
    skipped = [
        _SKIPPED[name](len(items) - len(valid[name]), len(items))
        for name, items in found.items()
        if len(valid[name]) < len(items)
    ]
    tags = [name for item in lists["articles"] for name in _as_list(item.get("tags"))]
    if left_out := sum(not _name_value(name) for name in tags):
        skipped.append(
            ngettext(
                "Skipped {count:,} of {total:,} tags of articles: a tag needs a name.",
                "Skipped {count:,} of {total:,} tags of articles: tags need a name.",
                left_out,
                total=len(tags),
            )
        )
    settings = Counter(name for item in lists["sources"] for name in _find_invalid_settings(item))
    skipped += [_SKIPPED_SETTINGS[name](count) for name, count in settings.items()]
    valid["pages"] = [prepare(entry) for entry in valid["pages"]]
    return _Backup(**valid, skipped=skipped)


_SKIPPED: dict[str, Callable[[int, int], str]] = {
    "sources": lambda count, total: ngettext(
        "Skipped {count:,} of {total:,} sources: its address is not valid.",
        "Skipped {count:,} of {total:,} sources: their addresses are not valid.", count, total=total),
    "searches": lambda count, total: ngettext(
        "Skipped {count:,} of {total:,} saved searches: its name is empty or its query is not valid.",
        "Skipped {count:,} of {total:,} saved searches: names are empty or queries are not valid.", count, total=total),
    "tags": lambda count, total: ngettext(
        "Skipped {count:,} of {total:,} merged tags: a tag needs a name.",
        "Skipped {count:,} of {total:,} merged tags: tags need a name.", count, total=total),
    "rules": lambda count, total: ngettext(
        "Skipped {count:,} of {total:,} rules: its name is empty, or its query or effect is not valid.",
        "Skipped {count:,} of {total:,} rules: names are empty, or queries or effects are not valid.",
        count, total=total),
    "pages": lambda count, total: ngettext(
        "Skipped {count:,} of {total:,} saved pages: its address is not valid.",
        "Skipped {count:,} of {total:,} saved pages: their addresses are not valid.", count, total=total),
    "articles": lambda count, total: ngettext(
        "Skipped your data for {count:,} of {total:,} articles: it has no source or no identity.",
        "Skipped your data for {count:,} of {total:,} articles: they have no source or no identity.",
        count, total=total),
}  # fmt: skip
"""Lists of the document, and a sentence about invalid items."""


_SKIPPED_SETTINGS: dict[str, Callable[[int], str]] = {
    "interval": lambda count: ngettext(
        "Skipped {count:,} interval of a source: intervals are {least} to {most}.",
        "Skipped {count:,} intervals of sources: intervals are {least} to {most}.",
        count, least=SHORTEST_INTERVAL, most=LONGEST_INTERVAL),
    "per_day": lambda count: ngettext(
        "Skipped {count:,} daily limit of a source: limits are 0 to {most} articles.",
        "Skipped {count:,} daily limits of sources: limits are 0 to {most} articles.", count, most=MAX_PER_DAY),
    "zone": lambda count: ngettext(
        "Skipped {count:,} time zone of a source: this system does not have it.",
        "Skipped {count:,} time zones of sources: this system does not have them.", count),
    "text": lambda count: ngettext(
        "Skipped {count:,} name of a source: names, folders and mappings must be text.",
        "Skipped {count:,} names of sources: names, folders and mappings must be text.", count),
}  # fmt: skip
"""Settings of a source, and the function that returns the sentence about invalid ones."""


def _update_version_1(document: dict[str, Any]) -> None:
    from roya_tui.query.renamed_field import rename_saved_search_field

    document["searches"] = _read_list(document, "feeds")
    for item in (*document["searches"], *_read_list(document, "rules")):
        item["query"] = rename_saved_search_field(_line_value(item.get("query")))


def _read_rule(item: dict[str, Any], now: int) -> Rule | None:
    name, effect, tag = (_name_value(item.get(name)) for name in ("name", "effect", "tag"))
    query = _query_value(item.get("query"), now)
    if not name or query is None or effect not in EFFECTS or (effect == "tag" and not tag):
        return None
    term, ends = _number_value(item.get("seconds"), 1, _MAX_TERM), _number_value(item.get("ends"), 1, _TIME_RANGE[1])
    return Rule(0, name, query, effect, tag, term, ends, item.get("off") is True)


def _read_search(item: dict[str, Any], now: int) -> SavedSearch | None:
    name, query = _name_value(item.get("name")), _query_value(item.get("query"), now)
    icon = _line_value(item.get("icon"))
    return None if not name or query is None else SavedSearch(0, name, query, icon if icon in SEARCH_ICONS else "")


def _read_alias(item: dict[str, Any]) -> tuple[str, str] | None:
    name, into = _name_value(item.get("tag")), _name_value(item.get("under"))
    return (name, into) if name and into else None


def _read_list(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [item if isinstance(item, dict) else {} for item in _as_list(document.get(name))]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _read_source(item: dict[str, Any]) -> NewSource | None:
    """Return a subscription, None if it has no valid URL; invalid settings are left out."""
    url = _text_value(item.get("url"))
    try:
        url = normalize(url) if len(url) <= _MAX_URL_LENGTH else ""
    except InvalidUrl:
        return None
    if not url:
        return None
    return NewSource(
        url,
        name=_line_value(item.get("name")),
        title=_line_value(item.get("title")),
        folder=normalize_folder(_text_value(item.get("folder"))),
        **_read_settings(item),
    )


def _read_settings(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "zone": _read_zone(_line_value(item.get("zone"))),
        "mapping": _line_value(item.get("mapping")),
        "interval": _read_interval(item.get("interval")),
        "per_day": _number_value(item.get("per_day"), 0, MAX_PER_DAY),
    }


def _find_invalid_settings(item: dict[str, Any]) -> Iterator[str]:
    """Yield a key of `_SKIPPED_SETTINGS` for each invalid setting of a source."""
    for name in ("name", "title", "folder", "mapping"):
        if not isinstance(item.get(name), str | None):
            yield "text"
    for name, value in _read_settings(item).items():
        if name in _SKIPPED_SETTINGS and item.get(name) not in (None, "", value):
            yield name


def _read_interval(seconds: Any) -> int | None:
    try:
        return int(source_interval(f"{seconds}s")) if type(seconds) is int else None
    except InvalidValue:
        return None


def _read_zone(name: str) -> str:
    """Return a time zone's name, "" if this machine does not have it."""
    try:
        return str(zone("")(name)) if name else ""
    except InvalidValue:
        return ""


_MAX_NAME_LENGTH = 200
_MAX_QUERY_LENGTH = 10_000
_MAX_URL_LENGTH = 10_000
_TIME_RANGE = (-62_100_000_000, 253_370_000_000)
"""The years 2 to 9998, so that every time zone can show them."""
_MAX_TERM = 100 * 365 * 86_400
"""Seconds for which a rule can be enabled."""

_FIELD_NAMES = {
    "read_at": ("read", _TIME_RANGE),
    "read_digest": ("read_text", (-(1 << 63), (1 << 63) - 1)),
    "starred_at": ("starred", _TIME_RANGE),
    "hidden_at": ("hidden", _TIME_RANGE),
    "position": ("position", (0, 1 << 31)),
    "refused": ("refused", (0, 7)),
    "story": ("story", (1, 1 << 53)),
}
"""Field of `ArticleMarks` → its name and range in the document; unset ones are left out."""


def export_article_state(db: Connection) -> list[dict[str, Any]]:
    """Return the read marks, stars, tags, notes and other state of all articles."""
    found = []
    for marks in export_marks(db):
        facts = fields_json(marks, "source", "guid", "url", "note")
        facts |= {name: getattr(marks, field) for field, (name, _) in _FIELD_NAMES.items()}
        facts |= {"tags": list(marks.tags), "changed": marks.changed}
        found.append({name: value for name, value in facts.items() if value not in (None, "", [], 0)})
    return found


def export_saved_pages(db: Connection, now: int) -> list[dict[str, Any]]:
    """Return the saved pages with their texts, since no feed has them."""
    from roya_tui.query import by_field
    from roya_tui.store.articles import lookup
    from roya_tui.store.search import results
    from roya_tui.store.sources import subscriptions

    return [
        _page_json(article)
        for source in subscriptions.list_all(db)
        if source.is_saved_pages
        for id in results.find(db, by_field("source", source.id), now)
        if (article := lookup.load_article(db, id)) and not article.damaged
    ]


def _page_json(article: Article) -> dict[str, Any]:
    headline = article.headline
    return {
        **fields_json(article, "guid", "authors", "content"),
        **fields_json(headline, "url", "title", "language"),
        "published": [headline.published, article.published_raw],
        "updated": [headline.updated, article.updated_raw],
        "pictures": [[picture.url, picture.caption] for picture in article.pictures],
    }


def _describe_articles(saved: int, imported: ImportCounts) -> str:
    """Return a summary of the saved pages and the data of articles."""
    sentences = [ngettext("Added {count:,} saved page.", "Added {count:,} saved pages.", saved)] if saved else []
    if count := imported.found + imported.pending:
        sentences.append(
            ngettext("Imported your data for {count:,} article.", "Imported your data for {count:,} articles.", count)
        )
    if imported.pending:
        sentences.append(
            ngettext(
                "{count:,} of them is not fetched yet; its data is applied when it arrives.",
                "{count:,} of them are not fetched yet; their data is applied when they arrive.",
                imported.pending,
            )
        )
    return " ".join(sentences) or gettext("The data of your articles is unchanged.")


def _read_article_state(item: dict[str, Any]) -> ArticleMarks | None:
    """Return the state of one article, without invalid values; None if the article cannot be identified."""
    source, guid = _text_value(item.get("source")), _text_value(item.get("guid"))[:MAX_GUID]
    if not source or not guid:
        return None
    return ArticleMarks(
        source,
        guid,
        _text_value(item.get("url")),
        note=clean(_text_value(item.get("note"))).strip(),
        changed=item.get("changed") is True,
        tags=tuple(filter(None, map(_name_value, _as_list(item.get("tags"))))),
        **{
            field: number
            for field, (name, limits) in _FIELD_NAMES.items()
            if (number := _number_value(item.get(name), *limits)) is not None
        },
    )


def _read_entry(item: dict[str, Any]) -> Entry | None:
    url = _read_url(item.get("url"))
    if not url:
        return None
    return Entry(
        guid=_text_value(item.get("guid"))[:MAX_GUID] or url,
        url=url,
        title=_line_value(item.get("title")),
        authors=tuple(filter(None, map(_line_value, _as_list(item.get("authors"))))),
        published=_read_moment(item.get("published")),
        updated=_read_moment(item.get("updated")),
        content=clean(_text_value(item.get("content"))),
        language=_line_value(item.get("language")),
        pictures=tuple(
            Picture(url, _line_value(item[1]))
            for item in _as_list(item.get("pictures"))
            if isinstance(item, list) and len(item) == 2 and (url := _read_url(item[0]))
        ),
    )


def _read_moment(value: Any) -> Moment:
    if not (isinstance(value, list) and len(value) == 2):
        return Moment()
    from roya_tui.sources.dates import parse
    from roya_tui.store.article_dates import find_form

    at, raw = _number_value(value[0], *_TIME_RANGE), _line_value(value[1])
    return Moment(at, raw) if at is None else Moment(at, raw, find_form(at, parse(raw)))


def _read_url(value: Any) -> str:
    url = _line_value(value)
    return url if url.startswith(("http://", "https://")) else ""


def _line_value(value: Any) -> str:
    return one_line(_text_value(value))


def _name_value(value: Any) -> str:
    """Return a name, "" if nothing of it can be compared."""
    name = _line_value(value)[:_MAX_NAME_LENGTH].strip()
    return name if fold_name(name) else ""


def _query_value(value: Any, now: int) -> str | None:
    """Return a query, None if it is not valid."""
    query = _line_value(value)
    if not isinstance(value, str) or len(query) > _MAX_QUERY_LENGTH:
        return None
    try:
        parse(query, now)
    except QueryError:
        return None
    return query


def _text_value(value: Any) -> str:
    """Return a text without NUL and lone surrogates, which JSON may contain; "" for other values."""
    return value.replace("\0", "").encode("utf-8", "ignore").decode() if isinstance(value, str) else ""


def _number_value(value: Any, least: int, most: int) -> Any:
    return value if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most else None
