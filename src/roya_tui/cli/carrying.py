"""Saved pages and what was done with articles, as JSON that another store takes over. Times are UTC seconds."""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection
from typing import Any

from roya_tui.model import Article, Entry, Moment, Picture
from roya_tui.store.carrying import Carried, carried, carry_in
from roya_tui.text import clean, many, one_line

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
    return [_told(one) for one in carried(db)]


def _told(one: Carried) -> dict[str, Any]:
    facts: dict[str, Any] = {"source": one.source, "guid": one.guid, "url": one.url, "note": one.note}
    facts |= {name: getattr(one, field) for field, (name, _) in _NAMES.items()} | {"tags": list(one.tags)}
    facts["changed"] = one.changed
    return {name: value for name, value in facts.items() if value not in (None, "", [], 0)}


def pages(db: Connection, now: int) -> list[dict[str, Any]]:
    """Return the pages that the person saved, whole: no feed will bring them."""
    from roya_tui.query import in_source
    from roya_tui.store import articles, search, sources

    return [
        _page(article)
        for source in sources.all_sources(db)
        if source.saved
        for id in search.find(db, in_source(source.id), now)
        if (article := articles.article(db, id)) and not article.damaged
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
    from roya_tui.store.incoming import prepare
    from roya_tui.store.saved_pages import keep_all

    entries = [_entry(one) for one in found_pages]
    wanted = [_carried(one) for one in found]
    if not entries and not wanted:
        return ""
    saved = keep_all(db, [prepare(entry) for entry in entries if entry.url], now)
    taken = carry_in(db, [one for one in wanted if one.source and one.guid], now)
    told = [f"{many(saved, 'saved page')} added."] if saved else []
    if taken.here or taken.awaited:
        told.append(f"Took over what you did with {taken.here + taken.awaited:,} articles.")
    if taken.awaited:
        told.append(f"{taken.awaited:,} of them are not here yet; it is kept until they come.")
    return " ".join(told) or "Of single articles there is nothing new."


def _carried(one: dict[str, Any]) -> Carried:
    """What a line of the document says, without what cannot be."""
    tags = one.get("tags")
    return Carried(
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
