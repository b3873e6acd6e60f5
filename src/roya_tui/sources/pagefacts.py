"""What a web page says of itself for machines: JSON-LD, meta elements, marked times and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

from roya_tui.sources import htmltext
from roya_tui.sources.htmltree import finder, words
from roya_tui.sources import jsontext
from roya_tui.sources.jsontext import text
from roya_tui.sources.sniff import NotAFeed
from roya_tui.text import one_line

_DEEPEST = 8
"""Levels of JSON-LD that are looked through for the article."""
_MOST_TAGS = 30
_ARTICLE = re.compile(r"(?:Article|Posting|Report|Review)$")
_ADDRESS = re.compile(r"https?://", re.I)

_metas = finder("//meta[@content]")
_scripts = finder("//script[@type='application/ld+json']")
_times = finder("//*[@itemprop='datePublished' or @itemprop='dateModified' or @pubdate]")
_tag_links = finder("//a[contains(concat(' ', @rel, ' '), ' tag ')]")
_author_links = finder("//a[contains(concat(' ', @rel, ' '), ' author ')] | //*[@itemprop='author']")

_PUBLISHED = (
    "article:published_time", "og:published_time", "datepublished", "dc.date.issued", "dcterms.created", "dc.date",
    "date", "pubdate", "publishdate", "publish-date", "parsely-pub-date", "sailthru.date",
)  # fmt: skip
_UPDATED = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "lastmod", "last-modified")


@dataclass(frozen=True, slots=True)
class Facts:
    """Each fact as the page words it, best source first; empty where it says nothing."""

    titles: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    language: str = ""
    images: tuple[str, ...] = ()
    body: str = ""
    """The whole text, where JSON-LD carries it."""


def facts(tree: HtmlElement) -> Facts:
    """Return what the page says of itself."""
    article = next(_articles(tree), {})
    metas = _meta_values(tree)
    return Facts(
        titles=_filled(text(article.get("headline")), *metas.get("og:title", ()), *metas.get("twitter:title", ())),
        tags=_filled(
            *_texts(article.get("articleSection")),
            *metas.get("article:section", ()),
            *metas.get("article:tag", ()),
            *(words(element) for element in _tag_links(tree)),
        )[:_MOST_TAGS],
        published=_filled(text(article.get("datePublished")), *_of(metas, _PUBLISHED), *_marked(tree, "datePublished")),
        updated=_filled(text(article.get("dateModified")), *_of(metas, _UPDATED), *_marked(tree, "dateModified")),
        authors=_authors(article, metas, tree),
        language=_language(article, metas, tree),
        images=_filled(*_images(article.get("image")), *metas.get("og:image", ()), *metas.get("twitter:image", ())),
        body=text(article.get("articleBody")),
    )


def _articles(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    for script in _scripts(tree):
        try:
            document = jsontext.read(script.text or "").value
        except NotAFeed:  # damaged: the page says the same elsewhere
            continue
        yield from _found_articles(document, _DEEPEST)


def _found_articles(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth and isinstance(value, list):
        for one in value:
            yield from _found_articles(one, depth - 1)
    elif depth and isinstance(value, dict):
        if any(_ARTICLE.search(kind) for kind in _texts(value.get("@type"))):
            yield value
        yield from _found_articles(value.get("@graph"), depth - 1)
        yield from _found_articles(value.get("mainEntity"), depth - 1)


def _meta_values(tree: HtmlElement) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for meta in _metas(tree):
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if name := meta.get(attribute):
                metas.setdefault(name.strip().lower(), []).append(meta.get("content", ""))
    return metas


def _of(metas: dict[str, list[str]], names: tuple[str, ...]) -> list[str]:
    return [value for name in names for value in metas.get(name, ())]


def _marked(tree: HtmlElement, name: str) -> list[str]:
    """Times that the page's own markup (HTML `time`, microdata) names as such."""
    marked = [one for one in _times(tree) if one.get("itemprop", "datePublished") == name]
    return [one.get("datetime") or one.get("content") or words(one) for one in marked]


def _authors(article: dict[str, Any], metas: dict[str, list[str]], tree: HtmlElement) -> tuple[str, ...]:
    """Whom the best source names; each source names all of them."""
    people = article.get("author")
    named = [text(one.get("name")) if isinstance(one, dict) else text(one) for one in _list(people)]
    for names in (
        named,
        metas.get("author", []),
        metas.get("article:author", []),
        [words(element) for element in _author_links(tree)],
    ):
        if found := _filled(*(name for name in names if not _ADDRESS.match(name) and len(name) < 100)):
            return found
    return ()


def _language(article: dict[str, Any], metas: dict[str, list[str]], tree: HtmlElement) -> str:
    places = (tree.get("lang"), text(article.get("inLanguage")), *_of(metas, ("og:locale", "content-language")))
    codes = (one_line(place or "").replace("_", "-") for place in places)
    return next((code for code in codes if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", code)), "")


def _images(value: Any) -> list[str]:
    return [text(one.get("url")) if isinstance(one, dict) else text(one) for one in _list(value)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> list[str]:
    return [text(one) for one in _list(value)]


def _filled(*found: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in found if (name := htmltext.title(one))))
