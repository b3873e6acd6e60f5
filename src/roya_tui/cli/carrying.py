"""Saved pages and what was done with articles, as JSON that another store takes over. Times are UTC seconds."""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection
from typing import Any

from roya_tui.model import Article, Entry, Moment, Picture
from roya_tui.store.user_data.transfer import ArticleMarks, export_marks, import_marks
from roya_tui.text import clean, format_count, one_line

_LONGEST = 1_000
"""Characters of a guid, as the store has them at most."""
_TIMES = (-62_135_596_800, 253_402_300_799)
"""The years 1 to 9999."""

_NAMES = {
    "read_at": ("read", _TIMES),
    "read_digest": ("read_text", (-(1 << 63), (1 << 63) - 1)),
    "starred_at": ("starred", _TIMES),
    "hidden_at": ("hidden", _TIMES),
    "position": ("position", (0, 1 << 31)),
    "refused": ("refused", (0, 7)),
    "story": ("story", (1, 1 << 53)),
}
"""What the document calls the numbers of `Carried`, and what they may be; whatever is not there was not done."""


def articles(db: Connection) -> list[dict[str, Any]]:
    """Return what the person did with each article."""
    return [_told(one) for one in export_marks(db)]


def _told(one: ArticleMarks) -> dict[str, Any]:
    facts: dict[str, Any] = {"source": one.source, "guid": one.guid, "url": one.url, "note": one.note}
    facts |= {name: getattr(one, field) for field, (name, _) in _NAMES.items()} | {"tags": list(one.tags)}
    facts["changed"] = one.changed
    return {name: value for name, value in facts.items() if value not in (None, "", [], 0)}


def pages(db: Connection, now: int) -> list[dict[str, Any]]:
    """Return the pages that the person saved, whole: no feed will bring them."""
    from roya_tui.query import in_source
    from roya_tui.store.articles import lookup
    from roya_tui.store.search import results
    from roya_tui.store.sources import subscriptions

    return [
        _page(article)
        for source in subscriptions.list_all(db)
        if source.is_saved_pages
        for id in results.find(db, in_source(source.id), now)
        if (article := lookup.load_article(db, id)) and not article.damaged
    ]


def _page(article: Article) -> dict[str, Any]:
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


def take_over(db: Connection, found_pages: Iterable[dict[str, Any]], found: Iterable[dict[str, Any]], now: int) -> str:
    """Add what is not there yet, and return sentences; "" where the document has none of it. Each is a step."""
    from roya_tui.store.articles.ingestion import prepare
    from roya_tui.store.articles.saved_pages import save_all

    entries = [_entry(one) for one in found_pages]
    wanted = [_carried(one) for one in found]
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


def _carried(one: dict[str, Any]) -> ArticleMarks:
    """What a line of the document says, without what cannot be."""
    tags = one.get("tags")
    return ArticleMarks(
        _text(one.get("source")),
        _text(one.get("guid"))[:_LONGEST],
        _text(one.get("url")),
        note=clean(_text(one.get("note"))).strip(),
        changed=one.get("changed") is True,
        tags=tuple(filter(None, (one_line(_text(tag)) for tag in tags))) if isinstance(tags, list) else (),
        **{
            field: number
            for field, (name, within) in _NAMES.items()
            if (number := _number(one.get(name), *within)) is not None
        },
    )


def _entry(one: dict[str, Any]) -> Entry:
    authors, shown = one.get("authors"), one.get("pictures")
    url = _address(one.get("url"))
    return Entry(
        guid=_text(one.get("guid"))[:_LONGEST] or url,
        url=url,
        title=one_line(_text(one.get("title"))),
        authors=tuple(one_line(_text(name)) for name in authors) if isinstance(authors, list) else (),
        published=_moment(one.get("published")),
        updated=_moment(one.get("updated")),
        content=clean(_text(one.get("content"))),
        language=one_line(_text(one.get("language"))),
        pictures=tuple(_pictures(shown)) if isinstance(shown, list) else (),
    )


def _pictures(found: list[Any]) -> Iterable[Picture]:
    for one in found:
        if isinstance(one, list) and len(one) == 2 and (url := _address(one[0])):
            yield Picture(url, one_line(_text(one[1])))


def _moment(value: Any) -> Moment:
    if not (isinstance(value, list) and len(value) == 2):
        return Moment()
    return Moment(_number(value[0], *_TIMES), one_line(_text(value[1])))


def _address(value: Any) -> str:
    address = one_line(_text(value))
    return address if address.startswith(("http://", "https://")) else ""


def _text(value: Any) -> str:
    """A text as UTF-8 can say it; JSON may write halves of characters."""
    return value.encode("utf-8", "ignore").decode() if isinstance(value, str) else ""


def _number(value: Any, least: int, most: int) -> Any:
    return value if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most else None
