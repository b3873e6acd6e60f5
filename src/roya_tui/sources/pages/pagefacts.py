"""What a web page says of itself for machines: JSON-LD, meta elements, marked times and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from lxml.html import HtmlElement
from msgspec import Struct

from roya_tui.sources import htmltext, jsontext
from roya_tui.sources.htmltree import finder, named, words
from roya_tui.sources.jsontext import text
from roya_tui.sources.sniff import NotAFeed
from roya_tui.text import fold, one_line

_DEEPEST = 8
"""Levels of JSON-LD that are looked through for the article."""
_MOST_TAGS = 30
_LONGEST_NAME = 80
_MOST_DATES = 50
_MOST = 1000
"""Elements of one kind that are looked at."""
_ARTICLE = re.compile(r"(?:Article|Posting|Report|Review)$")
_ADDRESS = re.compile(r"https?://|@\w|www\.", re.I)

_metas = finder("//meta[@content]")
_scripts = finder("//script[@type='application/ld+json']")
_data_scripts = finder("//script[@type='application/json']")
_times = finder(
    "//*[@itemprop='datePublished' or @itemprop='dateModified' or @pubdate]"
    " | //*[@datetime or self::abbr[@title]][contains(@class, 'published') or contains(@class, 'updated')]"
    " | //time[@datetime][contains(@class, 'entry-date')]"
)
_DATED = "self::time or contains(@class, 'date') or contains(@class, 'Date') or contains(@class, 'posted')"
_dates_below = finder(f"//h1/following::*[{_DATED}]")
_dates_anywhere = finder(f"//*[{_DATED}]")
_tag_links = finder("//a[contains(concat(' ', @rel, ' '), ' tag ')]")
_author_links = finder("//a[contains(concat(' ', @rel, ' '), ' author ')]")
_author_marks = finder("//*[@itemprop='author' or @itemprop='creator']")
_inner_names = finder(".//*[@itemprop='name']")
_bylines = finder("//*[contains(@class, 'uthor') or contains(@class, 'yline') or contains(@id, 'yline')]")
_marked_images = finder("//img[@itemprop='image' or @itemprop='contentUrl'] | //link[@rel='image_src']")
_BY = re.compile(
    r"^(?:(?:written|posted|published|veröffentlicht|geschrieben|publié|view all posts|more)\s+)?"
    r"(?:by|von|par|por|di|door|autor(?:in)?|author|بقلم|كتب|كتبت|إعداد)\b\s*[:：]?\s*",
    re.I,
)
# What follows a name in a by-line: a date, another part, a role.
_AFTER_NAME = re.compile(r"\s*(?:[|•·–—]|\s-\s|\bon\b|\bam\b|\ble\b|\d|\bMore by\b|$).*", re.S)
_OTHERS = frozenset(("comment", "comments", "related", "sidebar", "about", "avatar", "widget", "teaser", "card"))

_PUBLISHED = (
    "article:published_time", "og:published_time", "datepublished", "dc.date.issued", "dcterms.created", "dc.date",
    "date", "pubdate", "publishdate", "publish-date", "parsely-pub-date", "sailthru.date",
)  # fmt: skip
_UPDATED = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "lastmod", "last-modified")


class Facts(Struct, frozen=True):
    """Each fact as the page words it, best source first; empty where it says nothing."""

    titles: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    dated: tuple[str, ...] = ()
    """Texts of elements that are called dates, without saying of what; those below the heading first."""
    authors: tuple[str, ...] = ()
    language: str = ""
    site: str = ""
    images: tuple[str, ...] = ()
    body: str = ""
    """The whole text, where JSON-LD carries it."""
    is_article: bool = False
    """The page says that it shows an article, and so is no list of them."""
    paid: bool = False
    """The page says that its text is not free."""


def facts(tree: HtmlElement) -> Facts:
    """Return what the page says of itself."""
    told = list(_told(tree))
    article = next((one for one in told if _is_article(one)), {})
    dated = article if "datePublished" in article else next((one for one in told if "datePublished" in one), article)
    people = {text(one.get("@id")): text(one.get("name")) for one in told if "@id" in one}
    metas = _meta_values(tree)
    tags = _filled(
        *_texts(article.get("articleSection")),
        *metas.get("article:section", ()),
        *metas.get("article:tag", ()),
        *_split(_texts(article.get("keywords"))),
        *(words(element) for element in islice(_tag_links(tree), _MOST)),
    )
    return Facts(
        titles=_filled(text(article.get("headline")), *metas.get("og:title", ()), *metas.get("twitter:title", ())),
        tags=(tags or _filled(*_split(_of(metas, ("news_keywords", "keywords")))))[:_MOST_TAGS],
        published=_filled(text(dated.get("datePublished")), *_of(metas, _PUBLISHED), *_marked(tree, "published")),
        updated=_filled(text(dated.get("dateModified")), *_of(metas, _UPDATED), *_marked(tree, "updated")),
        dated=_dates(tree),
        authors=_authors(article, people, metas, tree),
        language=_language(article, metas, tree),
        site=next(iter(_filled(*metas.get("og:site_name", ()), *metas.get("application-name", ()))), ""),
        images=_filled(
            *metas.get("og:image", ()),
            *_images(article.get("image")),
            *_of(metas, ("twitter:image", "twitter:image:src", "thumbnail")),
            *(one.get("src") or one.get("href") or "" for one in islice(_marked_images(tree), _MOST)),
        ),
        body=text(article.get("articleBody")),
        is_article=bool(article) or "article" in metas.get("og:type", ()),
        paid=any(fold(str(one.get("isAccessibleForFree"))) == "false" for one in told),
    )


def _told(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """The things that JSON-LD tells of."""
    for script in islice(_scripts(tree), _MOST):
        try:
            document = jsontext.read(script.text or "").value
        except NotAFeed:  # damaged: the page says the same elsewhere
            continue
        yield from _things(document, _DEEPEST)


def _things(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth and isinstance(value, list):
        for one in value:
            yield from _things(one, depth - 1)
    elif depth and isinstance(value, dict):
        yield value
        yield from _things(value.get("@graph"), depth - 1)
        yield from _things(value.get("mainEntity"), depth - 1)


def scripted_text(tree: HtmlElement) -> str:
    """Return the longest HTML in the data that a page hands to its scripts, "" if there is none.

    Pages that are put together in the browser carry their article there.
    """
    longest = ""
    for script in islice(_data_scripts(tree), _MOST):
        try:
            waiting = [jsontext.read(script.text or "").value]
        except NotAFeed:
            continue
        while waiting:
            value = waiting.pop()
            if isinstance(value, (dict, list)):
                waiting.extend(value.values() if isinstance(value, dict) else value)
            elif isinstance(value, str) and "</p>" in value and len(value) > len(longest):
                longest = value
    return longest


def _is_article(thing: dict[str, Any]) -> bool:
    return any(_ARTICLE.search(kind) for kind in _texts(thing.get("@type")))


def _meta_values(tree: HtmlElement) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for meta in islice(_metas(tree), _MOST):
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if name := meta.get(attribute):
                metas.setdefault(name.strip().lower(), []).append(meta.get("content", ""))
    return metas


def _of(metas: dict[str, list[str]], names: tuple[str, ...]) -> list[str]:
    return [value for name in names for value in metas.get(name, ())]


def _marked(tree: HtmlElement, which: str) -> list[str]:
    """Times that the page's own markup (HTML `time`, microdata, hAtom) names as such."""
    found = []
    for one in islice(_times(tree), _MOST):
        name = fold(f"{one.get('itemprop') or ''} {one.get('class') or ''}")
        if which == (
            "updated" if "modified" in name or ("updated" in name and "published" not in name) else "published"
        ):
            found.append(one.get("datetime") or one.get("content") or one.get("title") or words(one))
    return found


def _dates(tree: HtmlElement) -> tuple[str, ...]:
    found = islice(chain(_dates_below(tree), _dates_anywhere(tree)), _MOST_DATES)
    return _filled(*(one.get("datetime") or words(one)[:_LONGEST_NAME] for one in found if not _elsewhere(one)))


def _authors(
    article: dict[str, Any], people: dict[str, str], metas: dict[str, list[str]], tree: HtmlElement
) -> tuple[str, ...]:
    """Whom the best source names; each source names all of them, but a by-line is one."""
    told = [
        text(one.get("name")) or people.get(text(one.get("@id")), "") if isinstance(one, dict) else text(one)
        for one in _list(article.get("author"))
    ]
    for names in (
        told,
        metas.get("author", []),
        metas.get("article:author", []),
        _of(metas, ("byl", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author")),
        [
            words(next(iter(_inner_names(one)), one))
            for one in islice(_author_marks(tree), _MOST)
            if not _elsewhere(one)
        ],
        [words(one) for one in islice(_author_links(tree), _MOST) if not _elsewhere(one)],
    ):
        if found := _filled(*(name for one in names if (name := by_whom(one)))):
            return found
    shown = (by_whom(words(one)) for one in islice(_bylines(tree), _MOST) if _is_byline(one))
    return tuple(islice(filter(None, shown), 1))


def by_whom(said: str) -> str:
    """Return the name in what a page says of its author, "" if there is none."""
    name = one_line(htmltext.title(said))
    if _ADDRESS.match(name):
        return ""
    name = _AFTER_NAME.sub("", _BY.sub("", name), count=1).strip(" ,;:-–—")
    return name if 1 < len(name) <= _LONGEST_NAME and fold(name) not in ("author", "authors", "admin", "by") else ""


def _is_byline(element: HtmlElement) -> bool:
    called = named(element) & {"author", "authors", "byline"}
    return bool(called) and len(words(element)) < 2 * _LONGEST_NAME and not _elsewhere(element)


def _elsewhere(element: HtmlElement) -> bool:
    """Whether it belongs to a comment, or to a card of another article."""
    line = (element, *element.iterancestors())
    return any(one.tag in ("nav", "footer", "aside") or named(one) & _OTHERS for one in line if one.tag != "body")


def _language(article: dict[str, Any], metas: dict[str, list[str]], tree: HtmlElement) -> str:
    meta = _of(metas, ("og:locale", "content-language", "dc.language", "dcterms.language"))
    places = (tree.get("lang"), tree.get("xml:lang"), text(article.get("inLanguage")), *meta)
    codes = (one_line(place or "").replace("_", "-") for place in places)
    return next((code for code in codes if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", code)), "")


def _images(value: Any) -> list[str]:
    return [text(one.get("url")) if isinstance(one, dict) else text(one) for one in _list(value)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _split(lists: list[str]) -> list[str]:
    """Keywords: names in a row between commas."""
    return [name for one in lists for name in re.split(r"[,;،、]", one)]


def _texts(value: Any) -> list[str]:
    return [text(one) for one in _list(value)]


def _filled(*found: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in found if (name := htmltext.title(one))))
