"""Write and restore backups: the user's data as one JSON document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import Any

from msgspec.structs import replace

from roya_tui.cli.output import fields_json
from roya_tui.cli.session import CommandError
from roya_tui.config.validators import InvalidValue, zone
from roya_tui.model import Article, Entry, Moment, NewSource, Picture, Rule, SavedSearch, Source
from roya_tui.sources.urls import InvalidUrl, normalize
from roya_tui.store.user_data.transfer import ArticleMarks, export_marks, import_marks
from roya_tui.text import clean, normalize_folder, one_line
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


def restore_backup(db: Connection, data: bytes, now: int) -> str:
    """Add what is missing, as one undo step for each kind, and return a summary."""
    from roya_tui.store import rules
    from roya_tui.store.search import saved_searches
    from roya_tui.store.sources import subscriptions
    from roya_tui.store.user_data import tags

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
    searches = [
        SavedSearch(0, _read_text(item, "name"), _read_text(item, "query"), _read_text(item, "icon"))
        for item in _read_list(document, "searches")
    ]
    aliases = [(_read_text(item, "tag"), _read_text(item, "under")) for item in _read_list(document, "tags")]
    summary = gettext(
        "Added sources: {sources:,}, saved searches: {searches:,}, merged tags: {tags:,}, rules: {rules:,}.",
        sources=subscriptions.add_all(db, list(_read_sources(_read_list(document, "sources"))), now, imported=True),
        searches=saved_searches.add_all(db, searches, now),
        tags=tags.add_aliases(db, aliases, now),
        rules=rules.add_all(db, map(_read_rule, _read_list(document, "rules")), now),
    )
    articles = restore_articles(db, _read_list(document, "pages"), _read_list(document, "articles"), now)
    return f"{summary}\n{articles}" if articles else summary


def _update_version_1(document: dict[str, Any]) -> None:
    from roya_tui.query.renamed_field import rename_saved_search_field

    document["searches"] = _read_list(document, "feeds")
    for item in (*document["searches"], *_read_list(document, "rules")):
        item["query"] = rename_saved_search_field(_read_text(item, "query"))


def _read_rule(item: dict[str, Any]) -> Rule:
    name, query, effect, tag = (_read_text(item, name) for name in ("name", "query", "effect", "tag"))
    term, ends = (_number_value(item.get(name), 1, 2**40 - 1) for name in ("seconds", "ends"))
    return Rule(0, name, query, effect, tag, term, ends, item.get("off") is True)


def _read_list(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    items = document.get(name)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _read_sources(items: Iterable[dict[str, Any]]) -> Iterable[NewSource]:
    """Yield the subscriptions that have a valid URL."""
    for item in items:
        interval, per_day = item.get("interval"), item.get("per_day")
        try:
            url = normalize(_read_text(item, "url"))
        except InvalidUrl:
            continue
        yield NewSource(
            url,
            name=_read_text(item, "name"),
            title=_read_text(item, "title"),
            folder=normalize_folder(_read_text(item, "folder")),
            zone=_read_zone(_read_text(item, "zone")),
            mapping=_read_text(item, "mapping"),
            interval=interval if isinstance(interval, int) and interval > 0 else None,
            per_day=per_day if isinstance(per_day, int) and per_day >= 0 else None,
        )


def _read_zone(name: str) -> str:
    """Return a time zone's name, "" if this machine does not have it."""
    try:
        return str(zone("")(name)) if name else ""
    except InvalidValue:
        return ""


_MAX_GUID_LENGTH = 1_000
"""Characters of a guid that the database keeps."""
_TIME_RANGE = (-62_135_596_800, 253_402_300_799)
"""The years 1 to 9999."""

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


def restore_articles(
    db: Connection, pages: Iterable[dict[str, Any]], articles: Iterable[dict[str, Any]], now: int
) -> str:
    """Add missing pages and article state, one undo step each; return a summary or ""."""
    from roya_tui.store.articles.ingestion import prepare
    from roya_tui.store.articles.saved_pages import save_all

    entries = [_read_entry(item) for item in pages]
    marks = [_read_article_state(item) for item in articles]
    if not entries and not marks:
        return ""
    saved = save_all(db, [prepare(entry) for entry in entries if entry.url], now)
    imported = import_marks(db, [mark for mark in marks if mark.source and mark.guid], now)
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


def _read_article_state(item: dict[str, Any]) -> ArticleMarks:
    """Return the state of one article, without invalid values."""
    tags = item.get("tags")
    return ArticleMarks(
        _read_text(item, "source"),
        _read_text(item, "guid")[:_MAX_GUID_LENGTH],
        _read_text(item, "url"),
        note=clean(_read_text(item, "note")).strip(),
        changed=item.get("changed") is True,
        tags=tuple(filter(None, map(_line_value, tags))) if isinstance(tags, list) else (),
        **{
            field: number
            for field, (name, limits) in _FIELD_NAMES.items()
            if (number := _number_value(item.get(name), *limits)) is not None
        },
    )


def _read_entry(item: dict[str, Any]) -> Entry:
    authors, pictures = item.get("authors"), item.get("pictures")
    url = _read_url(item.get("url"))
    return Entry(
        guid=_read_text(item, "guid")[:_MAX_GUID_LENGTH] or url,
        url=url,
        title=_line_value(item.get("title")),
        authors=tuple(map(_line_value, authors)) if isinstance(authors, list) else (),
        published=_read_moment(item.get("published")),
        updated=_read_moment(item.get("updated")),
        content=clean(_read_text(item, "content")),
        language=_line_value(item.get("language")),
        pictures=tuple(
            Picture(url, _line_value(item[1]))
            for item in (pictures if isinstance(pictures, list) else ())
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


def _read_text(item: dict[str, Any], name: str) -> str:
    return _text_value(item.get(name))


def _line_value(value: Any) -> str:
    return one_line(_text_value(value))


def _text_value(value: Any) -> str:
    """Return a text without lone surrogates, which JSON may contain; "" for other values."""
    return value.encode("utf-8", "ignore").decode() if isinstance(value, str) else ""


def _number_value(value: Any, least: int, most: int) -> Any:
    return value if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most else None
