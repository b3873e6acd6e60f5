"""An article's web page → the article: its title, facts, pictures and text."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC

from lxml.etree import ParserError
from lxml.html import HtmlElement, HTMLParser, document_fromstring, tostring

from roya_tui.model import Moment, Picture
from roya_tui.sources import dates, htmltext, links, pagedates, royapage
from roya_tui.sources.htmltree import finder, words
from roya_tui.sources.media import once
from roya_tui.sources.pagefacts import Facts, facts
from roya_tui.sources.sniff import sniff
from roya_tui.text import clean, fold, one_line, plain

LONGEST = 2_000_000
"""Characters of a page that are read."""
SHORTEST = 150
"""Characters below which what looks like the text is none."""

_headings = finder("//h1")
_marked_bodies = finder("//*[@itemprop='articleBody']")
_passwords = finder("//input[@type='password']")
_figures = finder("(//article | //main)//figure//img")
_captions = finder("ancestor::figure[1]//figcaption")
_late_images = finder("//img[@data-src or @data-original or @data-lazy-src]")
_counting_images = finder("//img[@width='0' or @width='1' or @height='0' or @height='1']")
_furniture = finder(
    ".//script | .//style | .//noscript | .//template | .//form | .//button | .//input | .//nav | .//aside | .//svg"
    " | .//iframe | .//object | .//comment() | .//*[@hidden]"
)
_KEPT_ATTRIBUTES = frozenset(("href", "src", "alt", "title", "lang", "dir", "cite", "colspan", "rowspan", "start"))
_NUMBERED = re.compile(r"&#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});?")
_NAME_OF_SITE = re.compile(r"\s+[|–—·»-]\s+[^|–—·»]{2,40}$")


UNKNOWN = Moment()


class NotAnArticle(Exception):
    """The page shows no article. The message says what it is instead, in words that end a sentence "This is …"."""


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """What a page says of its article. `html` is the text, cleaned, with absolute addresses."""

    html: str
    title: str = ""
    tags: tuple[str, ...] = ()
    published: Moment = UNKNOWN
    updated: Moment = UNKNOWN
    authors: tuple[str, ...] = ()
    language: str = ""
    pictures: tuple[Picture, ...] = ()


def read(data: bytes, *, url: str = "", content_type: str = "", zone: str = "", now: int | None = None) -> ArticlePage:
    """Return the article that a page shows. Raises NotAnArticle.

    `url` is the page's address, for relative links; `zone` the IANA name of the clock of times that carry none; `now`
    is UTC seconds: a time more than two days after it is not believed.
    """
    document = sniff(data, content_type)
    if document.kind != "html":
        raise NotAnArticle(document.words)
    tree = _tree(document.text[:LONGEST])
    said = facts(tree)
    roya = royapage.layout(tree)
    title = _title(tree, said)
    body = _body(tree, said, roya, title, (url,))
    published, updated = pagedates.moments(tree, said, roya.dates if roya else "", dates.clock(zone) or UTC, now)
    pictures = _pictures(roya.gallery if roya else _figures(tree), (url,))
    if not (roya and pictures):
        pictures[:0] = [Picture(address) for image in said.images[:1] if (address := links.absolute(image, (url,)))]
    return ArticlePage(
        html=body,
        title=title,
        tags=(roya.tags if roya else ()) or said.tags,
        published=published,
        updated=updated,
        authors=said.authors,
        language=said.language,
        pictures=once([*pictures, *htmltext.pictures(body, (url,))]),
    )


def _tree(text: str) -> HtmlElement:
    """Parse a page. Pictures that scripts load later are put in their places, those that count readers taken away."""
    text = _NUMBERED.sub(lambda found: found[0] if clean(html.unescape(found[0])) else "", clean(text))
    try:
        tree = document_fromstring(text.encode("utf-8", "replace"), parser=HTMLParser(encoding="utf-8"))
    except ParserError as error:  # nothing but comments
        raise NotAnArticle("an empty page") from error
    for image in _late_images(tree):
        later = (image.get(f"data-{name}") for name in ("src", "original", "lazy-src"))
        image.set("src", next(filter(None, later), ""))
    for image in _counting_images(tree):
        image.drop_tree()
    return tree


def _title(tree: HtmlElement, said: Facts) -> str:
    """The page's heading, if it is what the page calls itself; else what it calls itself without the site's name."""
    headings = [words(heading) for heading in _headings(tree)]
    page = one_line(tree.findtext(".//title") or "")
    called = next(iter(said.titles), page)
    for heading in headings:
        if heading and (fold(heading) in fold(called) or len(headings) == 1):
            return heading
    return _NAME_OF_SITE.sub("", called)


def _body(tree: HtmlElement, said: Facts, roya: royapage.Layout | None, title: str, bases: Sequence[str]) -> str:
    if roya:
        return _cleaned(roya.body, title, bases)
    marked = max((_cleaned(one, title, bases) for one in _marked_bodies(tree)), key=len, default="")
    if len(plain(marked)) >= SHORTEST:
        return marked
    found = _readable(tree, title, bases)
    spoken = htmltext.from_text(said.body)
    best = spoken if len(plain(spoken)) > 1.5 * len(plain(found)) else found
    if len(plain(best)) >= SHORTEST:
        return best
    raise NotAnArticle("a page that asks to log in" if _passwords(tree) else "a page without an article's text")


def _readable(tree: HtmlElement, title: str, bases: Sequence[str]) -> str:
    """The part of a page that reads like an article, as readability finds it."""
    from readability import Document
    from readability.readability import Unparseable

    logging.getLogger("readability.readability").setLevel(logging.CRITICAL)  # it prints what it also raises
    try:
        found = Document(tostring(tree, encoding="unicode")).summary(html_partial=True, keep_all_images=True)
        body = document_fromstring(found).find("body")
        return _cleaned(body, title, bases) if body is not None else ""
    except (Unparseable, ParserError, ValueError):
        return ""


def _cleaned(element: HtmlElement, title: str, bases: Sequence[str]) -> str:
    """The element's HTML without furniture, scripts and looks, and without the title again at its beginning."""
    for one in _furniture(element):
        one.drop_tree()
    for one in element.iter("*"):
        kept = {name: value for name, value in one.attrib.items() if name in _KEPT_ATTRIBUTES}
        one.attrib.clear()  # some names that HTML allows cannot be deleted one by one
        one.attrib.update(kept)
    for heading in element.iter("h1", "h2"):
        if fold(words(heading)) == fold(title):
            heading.drop_tree()
            break
    inside = (element.text or "") + "".join(tostring(child, encoding="unicode") for child in element)
    return htmltext.body(inside, bases)


def _pictures(images: Iterable[HtmlElement], bases: Sequence[str]) -> list[Picture]:
    """Pictures with their captions: the figure's, else the words that stand in for the picture."""
    found = []
    for image in images:
        if address := links.absolute(image.get("src", ""), bases):
            captions = (words(figure) for figure in _captions(image))
            found.append(Picture(address, next(filter(None, captions), one_line(image.get("alt", "")))))
    return found
