"""Read the metadata of a web page: JSON-LD, meta elements, microdata, links and date lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import tzinfo
from itertools import chain, islice
from typing import Any

from lxml.html import HtmlElement
from msgspec import Struct

from roya_tui.model import Moment
from roya_tui.sources import dates, html_fragments
from roya_tui.sources.json import decoder
from roya_tui.sources.json.decoder import scalar_text
from roya_tui.sources.pages.page_tree import class_words, element_text, xpath
from roya_tui.sources.sniffer import NotAFeed
from roya_tui.text import fold, one_line

_MAX_JSON_LD_DEPTH = 8
"""Levels of JSON-LD that are searched for the article."""
_MAX_TAGS = 30
_MAX_NAME_LENGTH = 80
_MAX_DATES = 50
_MAX_ELEMENTS = 1000
"""Elements of a kind that are read."""
_ARTICLE = re.compile(r"(?:Article|Posting|Report|Review)$")
_ADDRESS = re.compile(r"https?://|@\w|www\.", re.I)

_metas = xpath("//meta[@content]")
_scripts = xpath("//script[@type='application/ld+json']")
_data_scripts = xpath("//script[@type='application/json']")
_times = xpath(
    "//*[@itemprop='datePublished' or @itemprop='dateModified' or @pubdate]"
    " | //*[@datetime or self::abbr[@title]][contains(@class, 'published') or contains(@class, 'updated')]"
    " | //time[@datetime][contains(@class, 'entry-date')]"
)
_DATED = "self::time or contains(@class, 'date') or contains(@class, 'Date') or contains(@class, 'posted')"
_dates_below = xpath(f"(//h1)[1]/following::*[{_DATED}]")
_dates_anywhere = xpath(f"//*[{_DATED}]")
_tag_links = xpath("//a[contains(concat(' ', @rel, ' '), ' tag ')]")
_author_links = xpath("//a[contains(concat(' ', @rel, ' '), ' author ')]")
_author_marks = xpath("//*[@itemprop='author' or @itemprop='creator']")
_inner_names = xpath(".//*[@itemprop='name']")
_bylines = xpath("//*[contains(@class, 'uthor') or contains(@class, 'yline') or contains(@id, 'yline')]")
_marked_images = xpath("//img[@itemprop='image' or @itemprop='contentUrl'] | //link[@rel='image_src']")
_BYLINE_PREFIX = re.compile(
    r"^(?:(?:written|posted|published|veröffentlicht|geschrieben|publié|view all posts|more)\s+)?"
    r"(?:by|von|par|por|di|door|autor(?:in)?|author|بقلم|كتب|كتبت|إعداد|מאת|نویسنده)\b\s*[:：]?\s*",
    re.I,
)
# What may follow a name in a by-line: a date, a role, another part.
_AFTER_NAME = re.compile(r"\s*(?:[|•·–—]|\s-\s|\bon\b|\bam\b|\ble\b|\d|\bMore by\b|$).*", re.S)
_UNRELATED_CLASSES = frozenset("comment comments related sidebar about avatar widget teaser card".split())

_PUBLISHED = (
    "article:published_time", "og:published_time", "datepublished", "dc.date.issued", "dcterms.created", "dc.date",
    "date", "pubdate", "publishdate", "publish-date", "parsely-pub-date", "sailthru.date",
)  # fmt: skip
_UPDATED = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "lastmod", "last-modified")


class PageMetadata(Struct, frozen=True):
    """The metadata as the page has it, best source first; empty where it has none."""

    titles: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    other_dates: tuple[str, ...] = ()
    """Texts of elements with "date" in their class or tag; those below the heading first."""
    authors: tuple[str, ...] = ()
    language: str = ""
    site: str = ""
    images: tuple[str, ...] = ()
    body: str = ""
    """The article's text from JSON-LD."""
    is_article: bool = False
    """The page declares itself to be an article."""
    is_paywalled: bool = False
    """The page declares that its text is not free."""


def read_metadata(tree: HtmlElement) -> PageMetadata:
    """Read the metadata of a page."""
    things = [thing for value in _decode_scripts(_scripts(tree)) for thing in _walk_json_ld(value, _MAX_JSON_LD_DEPTH)]
    article = next((thing for thing in things if any(map(_ARTICLE.search, _texts(thing.get("@type"))))), {})
    dated = next((thing for thing in (article, *things) if "datePublished" in thing), article)
    people = {scalar_text(thing.get("@id")): scalar_text(thing.get("name")) for thing in things if "@id" in thing}
    metas = _meta_values(tree)
    keywords = _meta_values_named(metas, ("news_keywords", "keywords"))
    tags = _unique_texts(
        *_texts(article.get("articleSection")),
        *_meta_values_named(metas, ("article:section", "article:tag")),
        *_split_keywords(_texts(article.get("keywords"))),
        *(element_text(element) for element in islice(_tag_links(tree), _MAX_ELEMENTS)),
    )
    return PageMetadata(
        titles=_unique_texts(
            scalar_text(article.get("headline")), *_meta_values_named(metas, ("og:title", "twitter:title"))
        ),
        tags=(tags or _unique_texts(*_split_keywords(keywords)))[:_MAX_TAGS],
        published=_unique_texts(
            scalar_text(dated.get("datePublished")),
            *_meta_values_named(metas, _PUBLISHED),
            *_marked_times(tree, "published"),
        ),
        updated=_unique_texts(
            scalar_text(dated.get("dateModified")),
            *_meta_values_named(metas, _UPDATED),
            *_marked_times(tree, "updated"),
        ),
        other_dates=_unique_texts(
            *(
                element.get("datetime") or element_text(element)[:_MAX_NAME_LENGTH]
                for element in islice(chain(_dates_below(tree), _dates_anywhere(tree)), _MAX_DATES)
                if not _is_unrelated(element)
            )
        ),
        authors=_find_authors(article, people, metas, tree),
        language=_find_language(article, metas, tree),
        site=next(iter(_unique_texts(*_meta_values_named(metas, ("og:site_name", "application-name")))), ""),
        images=_unique_texts(
            *metas.get("og:image", ()),
            *_images(article.get("image")),
            *_meta_values_named(metas, ("twitter:image", "twitter:image:src", "thumbnail")),
            *(image.get("src") or image.get("href") or "" for image in islice(_marked_images(tree), _MAX_ELEMENTS)),
        ),
        body=scalar_text(article.get("articleBody")),
        is_article=bool(article) or "article" in metas.get("og:type", ()),
        is_paywalled=any(fold(str(thing.get("isAccessibleForFree"))) == "false" for thing in things),
    )


def _decode_scripts(scripts: list[HtmlElement]) -> Iterator[Any]:
    """Yield the JSON values of script elements, without invalid ones."""
    for script in islice(scripts, _MAX_ELEMENTS):
        with suppress(NotAFeed):
            value, _ = decoder.decode((script.text or "").lstrip())
            yield value


def _walk_json_ld(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Yield the objects in JSON-LD."""
    if depth and isinstance(value, list):
        for item in value:
            yield from _walk_json_ld(item, depth - 1)
    elif depth and isinstance(value, dict):
        yield value
        yield from _walk_json_ld(value.get("@graph"), depth - 1)
        yield from _walk_json_ld(value.get("mainEntity"), depth - 1)


def html_from_scripts(tree: HtmlElement) -> str:
    """Return the longest HTML in the page's JSON data, where pages built by scripts have their article, or ""."""
    longest = ""
    for document in _decode_scripts(_data_scripts(tree)):
        waiting = [document]
        while waiting:
            value = waiting.pop()
            if isinstance(value, (dict, list)):
                waiting.extend(value.values() if isinstance(value, dict) else value)
            elif isinstance(value, str) and "</p>" in value and len(value) > len(longest):
                longest = value
    return longest


def _meta_values(tree: HtmlElement) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for meta in islice(_metas(tree), _MAX_ELEMENTS):
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if name := meta.get(attribute):
                metas.setdefault(name.strip().lower(), []).append(meta.get("content", ""))
    return metas


def _meta_values_named(metas: dict[str, list[str]], names: tuple[str, ...]) -> list[str]:
    return [value for name in names for value in metas.get(name, ())]


def _marked_times(tree: HtmlElement, which: str) -> list[str]:
    """Return the "published" or "updated" times in the page's markup (HTML `time`, microdata, hAtom)."""
    found = []
    for time in islice(_times(tree), _MAX_ELEMENTS):
        name = fold(f"{time.get('itemprop') or ''} {time.get('class') or ''}")
        is_update = "modified" in name or ("updated" in name and "published" not in name)
        if is_update == (which == "updated"):
            found.append(time.get("datetime") or time.get("content") or time.get("title") or element_text(time))
    return found


def _find_authors(
    article: dict[str, Any], people: dict[str, str], metas: dict[str, list[str]], tree: HtmlElement
) -> tuple[str, ...]:
    """Return all authors of the best source that has any; of by-lines only the first is used."""
    declared = [
        scalar_text(author.get("name")) or people.get(scalar_text(author.get("@id")), "")
        if isinstance(author, dict)
        else scalar_text(author)
        for author in _as_list(article.get("author"))
    ]
    marks = (mark for mark in islice(_author_marks(tree), _MAX_ELEMENTS) if not _is_unrelated(mark))
    links = (link for link in islice(_author_links(tree), _MAX_ELEMENTS) if not _is_unrelated(link))
    for names in (
        declared,
        metas.get("author", []),
        metas.get("article:author", []),
        _meta_values_named(metas, ("byl", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author")),
        (element_text(next(iter(_inner_names(mark)), mark)) for mark in marks),
        map(element_text, links),
    ):
        if found := _unique_texts(*filter(None, map(author_name, names))):
            return found
    bylines = (author_name(_byline_text(one)) for one in islice(_bylines(tree), _MAX_ELEMENTS) if _is_byline(one))
    return tuple(islice(filter(None, bylines), 1))


def author_name(text: str) -> str:
    """Return the name in an author text or by-line, or ""."""
    name = one_line(html_fragments.clean_title(text))
    if _ADDRESS.match(name):
        return ""
    name = _AFTER_NAME.sub("", _BYLINE_PREFIX.sub("", name), count=1).strip(" ,;:-–—")
    return name if 1 < len(name) <= _MAX_NAME_LENGTH and fold(name) not in ("author", "authors", "admin", "by") else ""


def _byline_text(element: HtmlElement) -> str:
    """Return the text of a by-line, of several blocks the first."""
    blocks = (
        text for block in element.iter("div", "p", "li") if block is not element and (text := element_text(block))
    )
    return next(blocks, "") or element_text(element)


def _is_byline(element: HtmlElement) -> bool:
    is_named = bool(class_words(element) & {"author", "authors", "byline"})
    return is_named and len(element_text(element)) < 2 * _MAX_NAME_LENGTH and not _is_unrelated(element)


def _is_unrelated(element: HtmlElement) -> bool:
    """Whether an element belongs to a comment or to another article's card."""
    parents = (one for one in (element, *element.iterancestors()) if one.tag != "body")
    return any(one.tag in ("nav", "footer", "aside") or class_words(one) & _UNRELATED_CLASSES for one in parents)


def _find_language(article: dict[str, Any], metas: dict[str, list[str]], tree: HtmlElement) -> str:
    meta = _meta_values_named(metas, ("og:locale", "content-language", "dc.language", "dcterms.language"))
    places = (tree.get("lang"), tree.get("xml:lang"), scalar_text(article.get("inLanguage")), *meta)
    codes = (one_line(place or "").replace("_", "-") for place in places)
    return next((code for code in codes if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", code)), "")


def _images(value: Any) -> list[str]:
    return [scalar_text(one.get("url")) if isinstance(one, dict) else scalar_text(one) for one in _as_list(value)]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _split_keywords(lists: list[str]) -> list[str]:
    """Split comma-separated keywords."""
    return [name for one in lists for name in re.split(r"[,;،、]", one)]


def _texts(value: Any) -> list[str]:
    return [scalar_text(one) for one in _as_list(value)]


def _unique_texts(*found: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in found if (name := html_fragments.clean_title(one))))


_MAX_WORDS = 10
"""Words after a label that may be its date."""
_MAX_LINES = 3000
"""Lines of a page that are searched for labels."""
_MAX_LABELS = 200
_LABEL = re.compile(
    r"(?P<updated>(?:last )?(?:updated?|modified|changed)|[آأا]خر تحديث|(?:تم )?(?:ال)?تحديث|[اآ]خر تعديل"
    r"|mise? à jour|modifiée?|(?:zuletzt )?(?:aktualisiert|geändert)|stand|actualizad[oa]"
    r"|обновлено|更新(?:时间|日時|日期)?)"
    r"|(?P<published>(?:first |date )?published|posted|(?:تاريخ |تم )?(?:ال)?نشر|publiée?|veröffentlicht|erschienen"
    r"|publicad[oa]|опубликовано|发布(?:时间|日期)?|發布(?:時間)?|公開日)"
    r"(?: (?:on|at|le|am|el|в|في))?",
    re.I,
)
_AROUND = " \t:：|-–—•·,،"


def article_dates(
    tree: HtmlElement, metadata: PageMetadata, dateline: str, tz: tzinfo, now: int | None
) -> tuple[Moment, Moment]:
    """Return when the article was published and last changed.

    In order of precedence: `dateline`, the line of a known layout; the metadata; lines of the page that begin with a
    label; elements with "date" in their class. Dates that cannot be parsed are returned as text.
    """
    published, updated = _labeled_dates(dateline, tz, now)
    if dateline and not (published or updated):
        published = _leading_date(dateline, tz, now)
    published = published or _first_valid(metadata.published, tz, now)
    updated = updated or _first_valid(metadata.updated, tz, now)
    if not published:
        labeled = (line for line in islice(_text_lines(tree), _MAX_LINES) if _LABEL.match(line))
        for line in islice(labeled, _MAX_LABELS):
            shown_published, shown_updated = _labeled_dates(line, tz, now)
            published, updated = published or shown_published, updated or shown_updated
    for text in metadata.other_dates:
        if published or updated:
            break
        published, updated = _labeled_dates(text, tz, now)
        published = published or (None if updated else _leading_date(text, tz, now))
    raw_published, raw_updated = (next(iter(raws), "") for raws in (metadata.published, metadata.updated))
    return published or Moment(raw=raw_published), updated or Moment(raw=raw_updated)


def is_dateline(line: str) -> bool:
    """Whether a line is only the date when the article was published or changed."""
    if label := _LABEL.match(line.strip(_AROUND)):
        return any(character.isdigit() for character in line[label.end() :])
    return dates.parse_full(line.strip(_AROUND)).at is not None


def _first_valid(raws: Iterable[str], tz: tzinfo, now: int | None) -> Moment | None:
    """Return the first date that is valid, preferably one with a day."""
    moments = [moment for raw in raws if (moment := dates.parse(raw, tz, now)).at is not None]
    return next((moment for moment in moments if moment.form.precision not in (dates.YEAR, dates.MONTH)), None) or next(
        iter(moments), None
    )


def _text_lines(tree: HtmlElement) -> Iterable[str]:
    """Yield short texts, each also joined to the one before: a label and its date are often two elements."""
    before = ""
    for text in tree.itertext():
        line = one_line(text).strip(_AROUND)
        if line and len(line) < 200:
            yield f"{before} {line}" if before else line
            before = line if len(line) < 40 else ""


def _labeled_dates(line: str, tz: tzinfo, now: int | None) -> tuple[Moment | None, Moment | None]:
    """Return the published and the updated time after their labels in a line."""
    found: dict[str, Moment] = {}
    labels = list(islice(_LABEL.finditer(line), 4))
    for place, label in enumerate(labels):
        end = labels[place + 1].start() if place + 1 < len(labels) else None
        if moment := _leading_date(line[label.end() : end], tz, now):
            found.setdefault("updated" if label["updated"] else "published", moment)
    return found.get("published"), found.get("updated")


def _leading_date(text: str, tz: tzinfo, now: int | None) -> Moment | None:
    """Return the time at the start of a text, whatever follows it."""
    words = text.strip(_AROUND).split()[:_MAX_WORDS]
    for length in range(len(words), 0, -1):
        moment = dates.parse_full(" ".join(words[:length]).strip(_AROUND), tz, now)
        if moment.at is not None:
            return moment
    return None
