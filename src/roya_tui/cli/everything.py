"""All that is a person's own, as one JSON document: subscriptions, saved feeds, rules, merged tags, saved pages, and
what was done with articles, which `carrying` writes and reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import Any

from msgspec.structs import replace

from roya_tui.cli import carrying
from roya_tui.cli.session import CannotDo
from roya_tui.config.validators import InvalidValue, zone
from roya_tui.model import NewSource, Rule, SavedSearch, Source
from roya_tui.sources.typed import NotAnAddress, tidy
from roya_tui.text import format_count, normalize_folder

_VERSION = 1
_MARK = "roya_tui_everything"
"""By which the document is known; its number is raised when an older program could not read it."""


def is_everything(data: bytes) -> bool:
    """Whether a file is such a document."""
    return data.lstrip()[:1] == b"{" and _MARK.encode() in data[:1_000]


def written(db: Connection, shared: Sequence[Source], now: int) -> tuple[bytes, str]:
    """Return the document, and in words what is in it; `shared` are the sources, as they may be seen by others."""
    from roya_tui.store import rules
    from roya_tui.store.search import saved_searches
    from roya_tui.store.user_data import tags

    addresses = {str(source.id): source.url for source in shared}
    document = {
        _MARK: _VERSION,
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
            {"name": feed.name, "query": _anywhere(feed.query, addresses, now), "icon": feed.icon}
            for feed in saved_searches.list_all(db, now)
        ],
        "rules": [
            {
                "name": rule.name,
                "query": _anywhere(rule.query, addresses, now),
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
    pages, articles = carrying.pages(db, now), carrying.articles(db)
    parts = [json.dumps(document, ensure_ascii=False, indent=2).removesuffix("\n}"), _lines("pages", pages)]
    told = (
        f"{format_count(len(shared), 'subscription')}, {format_count(len(pages), 'saved page')} and what you did with"
    )
    document_text = ",\n".join([*parts, _lines("articles", articles)]) + "\n}\n"
    return document_text.encode("utf-8", "replace"), f"{told} {format_count(len(articles), 'article')}"


def _lines(name: str, found: Sequence[dict[str, Any]]) -> str:
    """A list of the document, a line for each: there may be a hundred thousand."""
    lines = ",\n".join(f"    {json.dumps(one, ensure_ascii=False)}" for one in found)
    return f'  "{name}": [\n{lines}\n  ]' if found else f'  "{name}": []'


def _anywhere(text: str, addresses: dict[str, str], now: int) -> str:
    """Return a query that means the same in another store, where sources have other numbers."""
    from roya_tui.query import Term, rewrite

    def change(term: Term) -> Term:
        return replace(term, value=addresses.get(term.value, term.value)) if term.field == "source" else term

    return rewrite(text, now, change)


def take_over(db: Connection, data: bytes, now: int) -> str:
    """Add what is not there yet, and return a sentence; each kind is a step that undo takes back."""
    from roya_tui.store import rules
    from roya_tui.store.search import saved_searches
    from roya_tui.store.sources import subscriptions
    from roya_tui.store.user_data import tags

    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise CannotDo(f"It is broken: {error}.") from None
    if not isinstance(document, dict) or document.get(_MARK) != _VERSION:
        raise CannotDo("It was written by a newer program. A newer one can read it.")
    feeds = [
        SavedSearch(0, _text(one, "name"), _text(one, "query"), _text(one, "icon")) for one in _each(document, "feeds")
    ]
    pairs = [(_text(one, "tag"), _text(one, "under")) for one in _each(document, "tags")]
    added = subscriptions.add_all(db, list(_sources(_each(document, "sources"))), now, "Imported")
    kept = saved_searches.add_all(db, feeds, now)
    merged = tags.add_aliases(db, pairs, now)
    made = rules.add_all(db, map(_rule, _each(document, "rules")), now)
    counts = ((added, "source"), (kept, "saved feed"), (made, "rule"), (merged, "merged tag"))
    *most, last = (format_count(*one) for one in counts)
    told = f"{', '.join(most)} and {last} added."
    own = carrying.take_over(db, _each(document, "pages"), _each(document, "articles"), now)
    return f"{told}\n{own}" if own else told


def _rule(one: dict[str, Any]) -> Rule:
    name, query, effect, tag = (_text(one, name) for name in ("name", "query", "effect", "tag"))
    term, ends = (_seconds(one.get(name)) for name in ("seconds", "ends"))
    return Rule(0, name, query, effect, tag, term, ends, one.get("off") is True)


def _seconds(value: object) -> int | None:
    return value if isinstance(value, int) and 0 < value < 2**40 else None


def _each(document: dict[str, Any], what: str) -> Iterable[dict[str, Any]]:
    found = document.get(what)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _text(one: dict[str, Any], name: str) -> str:
    value = one.get(name)
    return value if isinstance(value, str) else ""


def _sources(found: Iterable[dict[str, Any]]) -> Iterable[NewSource]:
    """The subscriptions, without what is no address."""
    for one in found:
        interval, per_day = one.get("interval"), one.get("per_day")
        try:
            url = tidy(_text(one, "url"))
        except NotAnAddress:
            continue
        yield NewSource(
            url,
            name=_text(one, "name"),
            title=_text(one, "title"),
            folder=normalize_folder(_text(one, "folder")),
            zone=_zone(_text(one, "zone")),
            mapping=_text(one, "mapping"),
            interval=interval if isinstance(interval, int) and interval > 0 else None,
            per_day=per_day if isinstance(per_day, int) and per_day >= 0 else None,
        )


def _zone(name: str) -> str:
    """A time zone's name, "" for one that this machine does not know."""
    try:
        return str(zone("")(name)) if name else ""
    except InvalidValue:
        return ""
