"""All that is a person's own, as one JSON document: subscriptions, saved feeds, rules, merged tags, saved pages, and
what was done with articles, which `carrying` writes and reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import Any

from msgspec.structs import replace

from roya_tui.cli.session import CommandError
from roya_tui.config.validators import InvalidValue, zone
from roya_tui.model import Article, Entry, Moment, NewSource, Picture, Rule, SavedSearch, Source
from roya_tui.sources.urls import InvalidUrl, normalize
from roya_tui.store.user_data.transfer import ArticleMarks, export_marks, import_marks
from roya_tui.text import clean, format_count, normalize_folder, one_line

_FORMAT_VERSION = 1
_FORMAT_KEY = "roya_tui_everything"
"""By which the document is known; its number is raised when an older program could not read it."""


def is_backup(data: bytes) -> bool:
    """Whether a file is such a document."""
    return data.lstrip()[:1] == b"{" and _FORMAT_KEY.encode() in data[:1_000]


def write_backup(db: Connection, shared: Sequence[Source], now: int) -> tuple[bytes, str]:
    """Return the document, and in words what is in it; `shared` are the sources, as they may be seen by others."""
    from roya_tui.store import rules
    from roya_tui.store.search import saved_searches
    from roya_tui.store.user_data import tags

    addresses = {str(source.id): source.url for source in shared}
    document = {
        _FORMAT_KEY: _FORMAT_VERSION,
        "sources": [
            {
                "url": source.url,
                "name": source.name,
                "title": source.title,
                "folder": source.folder,
                "interval": source.interval,
                "per_day": source.per_day,
                "zone": source.zone,
                "mapping": source.mapping,
            }
            for source in shared
        ],
        "feeds": [
            {"name": feed.name, "query": _portable_query(feed.query, addresses, now), "icon": feed.icon}
            for feed in saved_searches.list_all(db, now)
        ],
        "rules": [
            {
                "name": rule.name,
                "query": _portable_query(rule.query, addresses, now),
                "effect": rule.effect,
                "tag": rule.tag,
                "seconds": rule.term,
                "ends": rule.ends,
                "off": rule.off,
            }
            for rule in rules.list_all(db, now)
        ],
        "tags": [{"tag": old, "under": new} for old, new in tags.list_aliases(db)],
    }
    pages, articles = export_saved_pages(db, now), export_article_state(db)
    parts = [json.dumps(document, ensure_ascii=False, indent=2).removesuffix("\n}"), _json_lines("pages", pages)]
    told = (
        f"{format_count(len(shared), 'subscription')}, {format_count(len(pages), 'saved page')} and what you did with"
    )
    document_text = ",\n".join([*parts, _json_lines("articles", articles)]) + "\n}\n"
    return document_text.encode("utf-8", "replace"), f"{told} {format_count(len(articles), 'article')}"


def _json_lines(name: str, found: Sequence[dict[str, Any]]) -> str:
    """A list of the document, a line for each: there may be a hundred thousand."""
    lines = ",\n".join(f"    {json.dumps(one, ensure_ascii=False)}" for one in found)
    return f'  "{name}": [\n{lines}\n  ]' if found else f'  "{name}": []'


def _portable_query(text: str, addresses: dict[str, str], now: int) -> str:
    """Return a query that means the same in another store, where sources have other numbers."""
    from roya_tui.query import Term, rewrite

    def change(term: Term) -> Term:
        return replace(term, value=addresses.get(term.value, term.value)) if term.field == "source" else term

    return rewrite(text, now, change)


def restore_backup(db: Connection, data: bytes, now: int) -> str:
    """Add what is not there yet, and return a sentence; each kind is a step that undo takes back."""
    from roya_tui.store import rules
    from roya_tui.store.search import saved_searches
    from roya_tui.store.sources import subscriptions
    from roya_tui.store.user_data import tags

    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise CommandError(f"It is broken: {error}.") from None
    if not isinstance(document, dict) or document.get(_FORMAT_KEY) != _FORMAT_VERSION:
        raise CommandError("It was written by a newer program. A newer one can read it.")
    feeds = [
        SavedSearch(0, _read_text(one, "name"), _read_text(one, "query"), _read_text(one, "icon"))
        for one in _read_list(document, "feeds")
    ]
    pairs = [(_read_text(one, "tag"), _read_text(one, "under")) for one in _read_list(document, "tags")]
    added = subscriptions.add_all(db, list(_read_sources(_read_list(document, "sources"))), now, "Imported")
    kept = saved_searches.add_all(db, feeds, now)
    merged = tags.add_aliases(db, pairs, now)
    made = rules.add_all(db, map(_read_rule, _read_list(document, "rules")), now)
    counts = ((added, "source"), (kept, "saved feed"), (made, "rule"), (merged, "merged tag"))
    *most, last = (format_count(*one) for one in counts)
    told = f"{', '.join(most)} and {last} added."
    own = restore_articles(db, _read_list(document, "pages"), _read_list(document, "articles"), now)
    return f"{told}\n{own}" if own else told


def _read_rule(one: dict[str, Any]) -> Rule:
    name, query, effect, tag = (_read_text(one, name) for name in ("name", "query", "effect", "tag"))
    term, ends = (_read_seconds(one.get(name)) for name in ("seconds", "ends"))
    return Rule(0, name, query, effect, tag, term, ends, one.get("off") is True)


def _read_seconds(value: object) -> int | None:
    return value if isinstance(value, int) and 0 < value < 2**40 else None


def _read_list(document: dict[str, Any], what: str) -> Iterable[dict[str, Any]]:
    found = document.get(what)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _read_text(one: dict[str, Any], name: str) -> str:
    value = one.get(name)
    return value if isinstance(value, str) else ""


def _read_sources(found: Iterable[dict[str, Any]]) -> Iterable[NewSource]:
    """The subscriptions, without what is no address."""
    for one in found:
        interval, per_day = one.get("interval"), one.get("per_day")
        try:
            url = normalize(_read_text(one, "url"))
        except InvalidUrl:
            continue
        yield NewSource(
            url,
            name=_read_text(one, "name"),
            title=_read_text(one, "title"),
            folder=normalize_folder(_read_text(one, "folder")),
            zone=_read_zone(_read_text(one, "zone")),
            mapping=_read_text(one, "mapping"),
            interval=interval if isinstance(interval, int) and interval > 0 else None,
            per_day=per_day if isinstance(per_day, int) and per_day >= 0 else None,
        )


def _read_zone(name: str) -> str:
    """A time zone's name, "" for one that this machine does not know."""
    try:
        return str(zone("")(name)) if name else ""
    except InvalidValue:
        return ""


_MAX_GUID_LENGTH = 1_000
"""Characters of a guid, as the store has them at most."""
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
"""What the document calls the numbers of `Carried`, and what they may be; whatever is not there was not done."""


def export_article_state(db: Connection) -> list[dict[str, Any]]:
    """Return what the person did with each article."""
    return [_article_state_json(one) for one in export_marks(db)]


def _article_state_json(one: ArticleMarks) -> dict[str, Any]:
    facts: dict[str, Any] = {"source": one.source, "guid": one.guid, "url": one.url, "note": one.note}
    facts |= {name: getattr(one, field) for field, (name, _) in _FIELD_NAMES.items()} | {"tags": list(one.tags)}
    facts["changed"] = one.changed
    return {name: value for name, value in facts.items() if value not in (None, "", [], 0)}


def export_saved_pages(db: Connection, now: int) -> list[dict[str, Any]]:
    """Return the pages that the person saved, whole: no feed will bring them."""
    from roya_tui.query import in_source
    from roya_tui.store.articles import lookup
    from roya_tui.store.search import results
    from roya_tui.store.sources import subscriptions

    return [
        _page_json(article)
        for source in subscriptions.list_all(db)
        if source.is_saved_pages
        for id in results.find(db, in_source(source.id), now)
        if (article := lookup.load_article(db, id)) and not article.damaged
    ]


def _page_json(article: Article) -> dict[str, Any]:
    headline = article.headline
    return {
        "guid": article.guid,
        "url": headline.url,
        "title": headline.title,
        "authors": list(article.authors),
        "published": [headline.published, article.published_raw],
        "updated": [headline.updated, article.updated_raw],
        "language": headline.language,
        "content": article.content,
        "pictures": [[picture.url, picture.caption] for picture in article.pictures],
    }


def restore_articles(
    db: Connection, found_pages: Iterable[dict[str, Any]], found: Iterable[dict[str, Any]], now: int
) -> str:
    """Add what is not there yet, and return sentences; "" where the document has none of it. Each is a step."""
    from roya_tui.store.articles.ingestion import prepare
    from roya_tui.store.articles.saved_pages import save_all

    entries = [_read_entry(one) for one in found_pages]
    wanted = [_read_article_state(one) for one in found]
    if not entries and not wanted:
        return ""
    saved = save_all(db, [prepare(entry) for entry in entries if entry.url], now)
    taken = import_marks(db, [one for one in wanted if one.source and one.guid], now)
    told = [f"{format_count(saved, 'saved page')} added."] if saved else []
    if taken.found or taken.pending:
        told.append(f"Took over what you did with {taken.found + taken.pending:,} articles.")
    if taken.pending:
        told.append(f"{taken.pending:,} of them are not here yet; it is kept until they come.")
    return " ".join(told) or "Of single articles there is nothing new."


def _read_article_state(one: dict[str, Any]) -> ArticleMarks:
    """What a line of the document says, without what cannot be."""
    tags = one.get("tags")
    return ArticleMarks(
        _text_value(one.get("source")),
        _text_value(one.get("guid"))[:_MAX_GUID_LENGTH],
        _text_value(one.get("url")),
        note=clean(_text_value(one.get("note"))).strip(),
        changed=one.get("changed") is True,
        tags=tuple(filter(None, (one_line(_text_value(tag)) for tag in tags))) if isinstance(tags, list) else (),
        **{
            field: number
            for field, (name, within) in _FIELD_NAMES.items()
            if (number := _number_value(one.get(name), *within)) is not None
        },
    )


def _read_entry(one: dict[str, Any]) -> Entry:
    authors, shown = one.get("authors"), one.get("pictures")
    url = _read_url(one.get("url"))
    return Entry(
        guid=_text_value(one.get("guid"))[:_MAX_GUID_LENGTH] or url,
        url=url,
        title=one_line(_text_value(one.get("title"))),
        authors=tuple(one_line(_text_value(name)) for name in authors) if isinstance(authors, list) else (),
        published=_read_moment(one.get("published")),
        updated=_read_moment(one.get("updated")),
        content=clean(_text_value(one.get("content"))),
        language=one_line(_text_value(one.get("language"))),
        pictures=tuple(_read_pictures(shown)) if isinstance(shown, list) else (),
    )


def _read_pictures(found: list[Any]) -> Iterable[Picture]:
    for one in found:
        if isinstance(one, list) and len(one) == 2 and (url := _read_url(one[0])):
            yield Picture(url, one_line(_text_value(one[1])))


def _read_moment(value: Any) -> Moment:
    if not (isinstance(value, list) and len(value) == 2):
        return Moment()
    return Moment(_number_value(value[0], *_TIME_RANGE), one_line(_text_value(value[1])))


def _read_url(value: Any) -> str:
    address = one_line(_text_value(value))
    return address if address.startswith(("http://", "https://")) else ""


def _text_value(value: Any) -> str:
    """A text as UTF-8 can say it; JSON may write halves of characters."""
    return value.encode("utf-8", "ignore").decode() if isinstance(value, str) else ""


def _number_value(value: Any, least: int, most: int) -> Any:
    return value if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most else None
