"""Extract the article text of a web page without the boilerplate around and inside it.

readability finds the text. Obvious boilerplate is removed first, since it misleads readability; a lead, list, caption
or section that readability misses is added by the rules below.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from lxml.etree import ParserError
from lxml.html import HtmlElement, document_fromstring, tostring

from roya_tui.sources.pages.page_tree import class_words, element_text, xpath

_MAX_FRAMES = 40
_MIN_PROSE_LENGTH = 60
"""Characters from which a paragraph is prose and not a label."""
_ID_ATTRIBUTE = "x"
"""An attribute that readability keeps, to find its results in the original tree."""

_boilerplate = xpath(
    ".//script | .//style | .//noscript | .//template | .//button | .//input | .//select | .//textarea | .//nav"
    " | .//svg | .//canvas | .//dialog | .//*[@hidden]"
    " | .//*[@aria-hidden='true'][not(.//p)] | .//*[@role='navigation' or @role='complementary' or @role='menu'"
    " or @role='menubar' or @role='dialog' or @role='alertdialog' or @role='search']"
)
_styled = xpath(".//*[@style]")
_named = xpath(".//*[@class or @id]")
_sides = xpath(".//aside | .//form")
_links = xpath(".//a")
_headings = xpath("//h1")
_bodies = xpath("//*[contains(@itemprop, 'articleBody')][not(ancestor::*[contains(@itemprop, 'articleBody')])]")
_frames = xpath("//article | //main | //*[@role='main'] | //*[contains(@itemprop, 'articleBody')]")

_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
# Words in classes and ids. The first set is never article text; the second is not if readability agrees.
_BOILERPLATE = frozenset(
    """
    share sharing shares sharebar sharedaddy social addthis addtoany related recommended recommendations newsletter
    signup subscribe subscription comments disqus respond breadcrumb breadcrumbs cookie cookies consent gdpr outbrain
    taboola sponsored advert advertisement advertising ads promo popup modal paywall sidebar pagination pager toolbar
    skip readmore
    """.split()
)
_DUBIOUS = _BOILERPLATE | frozenset(
    """
    comment meta footer footnote scroll sponsor tags tag widget tool tools toolbox byline author teaser teasers menu
    contact masthead media banner ad more links topics rating ratings print copyright secondary
    """.split()
)
_PAGE = ("html", "body", "main", "article")
_INLINE = frozenset(
    """
    a abbr audio b bdi bdo br cite code data del dfn em font i img ins kbd mark picture q ruby s samp small source span
    strong sub sup time tt u var video wbr
    """.split()
)
_HEADINGS = ("h2", "h3", "h4")
_MEDIA = ("img", "picture", "figure", "figcaption", "video", "audio", "iframe")


def extract(tree: HtmlElement, *, is_article: bool = False) -> list[HtmlElement]:
    """Return the elements with the article's text, in order; none if the page has no article or is a list of them.

    Removes everything else from the tree. With `is_article` the page is never taken for a list.
    """
    remove_boilerplate(tree)
    found = _readability_elements(tree)
    length = _text_length(found)
    container = _find_container(tree, _common_ancestor(found), length)
    if container is None:
        return []
    prose = _prose_paragraphs(container)
    prose_length = _text_length(prose)
    if not is_article and is_link_list(container) and prose_length * 5 < len(element_text(container)):
        return []
    leads = _lead_paragraphs(tree, container)
    # readability's result is ignored where the container has far more prose.
    _prune(container, set(prose) if length * 2 < prose_length else {*found, *prose})
    return [*leads, container]


def is_link_list(element: HtmlElement) -> bool:
    """Whether most headings in an element are links, as on a front page."""
    headings = list(islice(element.iter(*_HEADINGS), _MAX_FRAMES))
    return sum(_link_density(heading) > 0.5 for heading in headings) >= max(5, len(headings) // 2)


def _text_length(elements: Iterable[HtmlElement]) -> int:
    return sum(len(element_text(element)) for element in elements)


def _link_density(element: HtmlElement) -> float:
    """Return the share of an element's text that is links, 0 to 1."""
    length = len(element_text(element))
    return _text_length(_links(element)) / length if length else 0.0


def remove_boilerplate(tree: HtmlElement) -> None:
    """Remove elements that are not text by their tag, that are hidden, or that have a class name of boilerplate."""
    for element in _boilerplate(tree):
        _drop(element)
    for element in _styled(tree):
        if _UNSEEN.search(element.get("style", "")):
            _drop(element)
    length = max(1, len(element_text(tree)))
    for element in _sides(tree):
        if len(element_text(element)) * 3 < length:
            _drop(element)
        else:  # on some pages everything is in one form
            element.tag = "div"
    for frame in list(tree.iter("iframe")):
        frame.text = None
        for child in frame:
            frame.remove(child)
    for element in _named(tree):
        if class_words(element) & _BOILERPLATE and len(element_text(element)) * 5 < length:
            _drop(element)


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None and element.tag not in _PAGE:
        element.drop_tree()


def _readability_elements(tree: HtmlElement) -> list[HtmlElement]:
    """Return the elements whose own text is part of readability's result."""
    from readability import Document
    from readability.readability import Unparseable

    logging.getLogger("readability.readability").setLevel(logging.CRITICAL)  # it logs what it also raises
    elements = list(tree.iter("*"))
    for number, element in enumerate(elements):
        element.set(_ID_ATTRIBUTE, str(number))
    try:
        summary = document_fromstring(Document(tostring(tree, encoding="unicode")).summary(html_partial=True))
    except (Unparseable, ParserError, ValueError):
        return []
    numbers = set()
    for element in summary.iter("*"):
        if (element.text or "").strip() or any((child.tail or "").strip() for child in element):
            ids = (parent.get(_ID_ATTRIBUTE) for parent in (element, *element.iterancestors()))
            numbers.add(int(next(filter(None, ids), -1)))
    return [elements[number] for number in sorted(numbers) if number >= 0]


def _common_ancestor(elements: Iterable[HtmlElement]) -> HtmlElement | None:
    """Return the smallest block around all elements."""
    common: list[HtmlElement] = []
    for element in elements:
        path = [*reversed(list(element.iterancestors())), element]
        common = [one for one, other in zip(common, path, strict=False) if one is other] if common else path
    while len(common) > 1 and (common[-1].tag in _INLINE or common[-1].tag in ("p", "li")):
        common.pop()
    return common[-1] if common else None


def _prose_paragraphs(root: HtmlElement) -> list[HtmlElement]:
    """Return the paragraphs in an element without teasers and boilerplate."""
    return [
        paragraph
        for paragraph in root.iter("p", "pre", "blockquote")
        if len(element_text(paragraph)) > _MIN_PROSE_LENGTH
        and _link_density(paragraph) < 0.3
        and not _is_teaser(paragraph)
        and not _is_dubious(paragraph, root)
    ]


def _is_dubious(element: HtmlElement, root: HtmlElement) -> bool:
    for one in (element, *element.iterancestors()):
        if one is root:
            return False
        if one.tag in ("aside", "footer", "a", "figure", "figcaption"):
            return True
        if one.tag not in _PAGE and class_words(one) & _DUBIOUS:
            return True
    return False


def _is_teaser(paragraph: HtmlElement) -> bool:
    """Whether a paragraph follows a heading that is a link."""
    for element in (paragraph, paragraph.getparent()):
        before = element.getprevious() if element is not None else None
        if before is not None and before.tag in ("h2", "h3", "h4", "h5", "a"):
            return _link_density(before) > 0.5 or before.tag == "a"
    return False


def _prose_length(root: HtmlElement) -> int:
    return _text_length(_prose_paragraphs(root))


def _find_container(tree: HtmlElement, found: HtmlElement | None, length: int) -> HtmlElement | None:
    """Return the element with the article's text.

    That is the one marked `articleBody`, unless readability found much more elsewhere; else `found`, the block around
    readability's `length` characters; or an element with much more prose, as in a text in sections.
    """
    bodies = _bodies(tree)
    if len(bodies) == 1 and _prose_length(bodies[0]) > max(_MIN_PROSE_LENGTH, length // 3):
        found = bodies[0]
    inside = set() if found is None else set(found.iter("*"))
    best, most = found, 200 if found is None else max(_prose_length(found), length) * 1.25 + 200
    for element in [*islice(_frames(tree), _MAX_FRAMES), *_densest_elements(tree)]:
        if (
            element not in inside
            and (length := _prose_length(element)) > most
            and _link_density(element) < 0.3
            and not _has_several_articles(element)
        ):
            best, most = element, length * 1.25
    return best


def _has_several_articles(element: HtmlElement) -> bool:
    articles = [article for article in islice(element.iter("article"), _MAX_FRAMES) if article is not element]
    outer = (article for article in articles if not any(parent in articles for parent in article.iterancestors()))
    return sum(_prose_length(article) > 400 for article in outer) > 1


def _densest_elements(tree: HtmlElement) -> list[HtmlElement]:
    """Return the element with the most prose directly in it."""
    lengths: Counter[HtmlElement] = Counter()
    for paragraph in _prose_paragraphs(tree):
        if (parent := paragraph.getparent()) is not None:
            lengths[parent] += len(element_text(paragraph))
    return [element for element, _ in lengths.most_common(1)]


def _lead_paragraphs(tree: HtmlElement, container: HtmlElement) -> list[HtmlElement]:
    """Return the prose between the page's only heading and the container."""
    headings = _headings(tree)
    if len(headings) != 1 or headings[0] in set(container.iter("*")):
        return []
    found: list[HtmlElement] = []
    after_heading = False
    for element in tree.iter("*"):
        if element is headings[0]:
            after_heading = True
        elif element is container:
            return found if after_heading else []
        elif after_heading and element.tag in ("p", "h2", "h3") and _is_lead(element, tree):
            found.append(element)
    return []


def _is_lead(element: HtmlElement, tree: HtmlElement) -> bool:
    is_prose = len(element_text(element)) > 40 and _link_density(element) < 0.2
    return is_prose and not _is_dubious(element, tree) and all(up.tag != "li" for up in element.iterancestors())


def _prune(container: HtmlElement, kept: set[HtmlElement]) -> None:
    """Remove from the container what is before or after the kept elements, and links and boilerplate between them."""
    with_ancestors = {parent for element in kept for parent in (element, *element.iterancestors())}
    order = {element: place for place, element in enumerate(container.iter("*"))}
    places = [order[element] for element in kept if element in order]
    first, last = min(places, default=0), max(places, default=0)
    waiting = [container]
    while waiting:
        element = waiting.pop()
        if element in kept:
            continue
        if element in with_ancestors or element is container:
            waiting.extend(element)
        else:
            is_title = element.tag in _HEADINGS and element.getnext() in with_ancestors
            if not _belongs_to_text(element, is_title or order[element] > first, order[element] > last):
                element.drop_tree()


def _belongs_to_text(element: HtmlElement, after_start: bool, after_end: bool) -> bool:
    """Whether an element that was not kept is still part of the text: a picture, or something between paragraphs."""
    is_dubious = bool(class_words(element) & _DUBIOUS)
    if element.tag in _MEDIA or not element_text(element):
        is_visible = element.tag in (*_MEDIA, "br", "hr") or element.find(".//img") is not None
        is_link = element.tag == "a" or element.find(".//a") is not None
        return is_visible and not (after_end and (is_dubious or is_link))
    if not after_start or after_end:
        return False
    return element.tag in _INLINE or not (is_dubious or _link_density(element) > 0.3)
