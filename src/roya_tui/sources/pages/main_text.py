"""The main text of a web page: what reads like an article, without the furniture that stands around and in it.

readability finds where the text is. What is plainly no text goes before, since it leads the search astray; what the
search passes over (a lead, a list, a caption, a section) is put back by the rules below.
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
"""Characters from which a paragraph is prose rather than a label."""
_ID_ATTRIBUTE = "x"
"""An attribute that readability leaves alone: by it we know its findings again in our own tree."""

_furniture = xpath(
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
_bodies = xpath("//*[contains(@itemprop, 'articleBody')]")
_frames = xpath("//article | //main | //*[@role='main'] | //*[contains(@itemprop, 'articleBody')]")

_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
# Words in classes and ids. The first are never part of an article; the others are not when readability says so too.
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
    """Return the elements that are the article's text, in order; none where nothing reads like one, or many do.

    Takes everything else out of the tree. `is_article`: the page says that it is one, and so is not taken for a list.
    """
    remove_boilerplate(tree)
    found = _readability_elements(tree)
    length = sum(len(element_text(one)) for one in found)
    frame = _find_container(tree, _common_ancestor(found), length)
    if frame is None:
        return []
    prose = _prose_paragraphs(frame)
    if (
        not is_article
        and is_link_list(frame)
        and sum(len(element_text(one)) for one in prose) * 5 < len(element_text(frame))
    ):
        return []
    leads = _lead_paragraphs(tree, frame)
    # What was found goes on counting, but not where the search was plainly led astray.
    astray = length * 2 < sum(len(element_text(one)) for one in prose)
    kept = set(prose) if astray else set(found) | set(prose)
    _prune(frame, kept)
    return [*leads, frame]


def is_link_list(element: HtmlElement) -> bool:
    """Whether its headings lead elsewhere, as those of a front page do."""
    headings = list(islice(element.iter(*_HEADINGS), _MAX_FRAMES))
    return sum(_link_density(one) > 0.5 for one in headings) >= max(5, len(headings) // 2)


def _link_density(element: HtmlElement) -> float:
    """How much of an element's text is links, 0 to 1."""
    length = len(element_text(element))
    return sum(len(element_text(link)) for link in _links(element)) / length if length else 0.0


def remove_boilerplate(tree: HtmlElement) -> None:
    """Take away what is no text by its kind, by not being seen, or by a name that publishers give to furniture."""
    for one in _furniture(tree):
        _drop(one)
    for one in _styled(tree):
        if _UNSEEN.search(one.get("style", "")):
            _drop(one)
    whole = max(1, len(element_text(tree)))
    for one in _sides(tree):
        if len(element_text(one)) * 3 < whole:
            _drop(one)
        else:  # some pages are one form
            one.tag = "div"
    for one in list(tree.iter("iframe")):
        one.text = None
        for child in one:
            one.remove(child)
    for one in _named(tree):
        if class_words(one) & _BOILERPLATE and len(element_text(one)) * 5 < whole:
            _drop(one)


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None and element.tag not in _PAGE:
        element.drop_tree()


def _readability_elements(tree: HtmlElement) -> list[HtmlElement]:
    """The elements whose own words readability takes for the article's."""
    from readability import Document
    from readability.readability import Unparseable

    logging.getLogger("readability.readability").setLevel(logging.CRITICAL)  # it prints what it also raises
    elements = list(tree.iter("*"))
    for number, element in enumerate(elements):
        element.set(_ID_ATTRIBUTE, str(number))
    try:
        summary = document_fromstring(Document(tostring(tree, encoding="unicode")).summary(html_partial=True))
    except (Unparseable, ParserError, ValueError):
        return []
    numbers = set()
    for one in summary.iter("*"):
        if (one.text or "").strip() or any((child.tail or "").strip() for child in one):
            marks = (up.get(_ID_ATTRIBUTE) for up in (one, *one.iterancestors()))
            numbers.add(int(next(filter(None, marks), -1)))
    return [elements[number] for number in sorted(numbers) if number >= 0]


def _common_ancestor(elements: Iterable[HtmlElement]) -> HtmlElement | None:
    """The smallest block around all elements."""
    line: list[HtmlElement] = []
    for element in elements:
        other = [*reversed(list(element.iterancestors())), element]
        same = [one for one, two in zip(line, other, strict=False) if one is two] if line else other
        line = same
    while len(line) > 1 and (line[-1].tag in _INLINE or line[-1].tag in ("p", "li")):
        line.pop()
    return line[-1] if line else None


def _prose_paragraphs(root: HtmlElement) -> list[HtmlElement]:
    """The paragraphs in an element, but for those of teasers and in places named as furniture."""
    found = []
    for one in root.iter("p", "pre", "blockquote"):
        if (
            len(element_text(one)) > _MIN_PROSE_LENGTH
            and _link_density(one) < 0.3
            and not _is_teaser(one)
            and not _is_dubious(one, root)
        ):
            found.append(one)
    return found


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
    """Whether it stands under a heading that leads elsewhere."""
    for one in (paragraph, paragraph.getparent()):
        before = one.getprevious() if one is not None else None
        if before is not None and before.tag in ("h2", "h3", "h4", "h5", "a"):
            return _link_density(before) > 0.5 or before.tag == "a"
    return False


def _prose_length(root: HtmlElement) -> int:
    return sum(len(element_text(one)) for one in _prose_paragraphs(root))


def _find_container(tree: HtmlElement, found: HtmlElement | None, length: int) -> HtmlElement | None:
    """The element that holds the text.

    The one that the page marks as such, unless clearly more was found elsewhere; else the block around what was found,
    which is `length` characters; or an element with clearly more prose: a text in sections, or what was passed over.
    """
    bodies = [one for one in _bodies(tree) if not any(_is_body(up) for up in one.iterancestors())]
    if len(bodies) == 1 and _prose_length(bodies[0]) > max(_MIN_PROSE_LENGTH, length // 3):
        found = bodies[0]
    inside = set() if found is None else set(found.iter("*"))
    best, most = found, 200 if found is None else max(_prose_length(found), length) * 1.25 + 200
    for one in [*islice(_frames(tree), _MAX_FRAMES), *_densest_elements(tree)]:
        if (
            one not in inside
            and (there := _prose_length(one)) > most
            and _link_density(one) < 0.3
            and not _has_several_articles(one)
        ):
            best, most = one, there * 1.25
    return best


def _has_several_articles(element: HtmlElement) -> bool:
    """Whether it holds more than one article."""
    articles = [one for one in islice(element.iter("article"), _MAX_FRAMES) if one is not element]
    return (
        sum(_prose_length(one) > 400 for one in articles if not any(up in articles for up in one.iterancestors())) > 1
    )


def _densest_elements(tree: HtmlElement) -> list[HtmlElement]:
    """The element with the most prose right in it."""
    amounts: Counter[HtmlElement] = Counter()
    for one in _prose_paragraphs(tree):
        if (around := one.getparent()) is not None:
            amounts[around] += len(element_text(one))
    return [one for one, _ in amounts.most_common(1)]


def _is_body(element: HtmlElement) -> bool:
    return "articleBody" in element.get("itemprop", "")


def _lead_paragraphs(tree: HtmlElement, container: HtmlElement) -> list[HtmlElement]:
    """Prose between the page's one heading and the frame."""
    headings = _headings(tree)
    if len(headings) != 1 or headings[0] in set(container.iter("*")):
        return []
    found: list[HtmlElement] = []
    begun = False
    for one in tree.iter("*"):
        if one is headings[0]:
            begun = True
        elif one is container:
            return found if begun else []
        elif begun and one.tag in ("p", "h2", "h3") and _is_lead(one, tree):
            found.append(one)
    return []


def _is_lead(one: HtmlElement, tree: HtmlElement) -> bool:
    prose = len(element_text(one)) > 40 and _link_density(one) < 0.2
    return prose and not _is_dubious(one, tree) and not any(up.tag == "li" for up in one.iterancestors())


def _prune(container: HtmlElement, kept: set[HtmlElement]) -> None:
    """Take out of the frame what is no text: around it, and in it where it is links or named as furniture."""
    holding = {up for one in kept for up in (one, *one.iterancestors())}
    order = {one: place for place, one in enumerate(container.iter("*"))}
    places = [order[one] for one in kept if one in order]
    first, last = min(places, default=0), max(places, default=0)
    waiting = [container]
    while waiting:
        one = waiting.pop()
        if one in kept:
            continue
        if one in holding or one is container:
            waiting.extend(one)
        else:
            following = one.getnext()
            heads = one.tag in _HEADINGS and (following in holding or following in kept)
            if not _belongs_to_text(one, heads or order[one] > first, order[one] > last):
                one.drop_tree()


def _belongs_to_text(one: HtmlElement, after_start: bool, after_end: bool) -> bool:
    """Whether something that was not found belongs to the text all the same: pictures, and what stands between."""
    furniture = bool(class_words(one) & _DUBIOUS)
    text = element_text(one)
    if one.tag in _MEDIA or not text:
        shows = one.tag in _MEDIA or one.tag in ("br", "hr") or one.find(".//img") is not None
        return shows and not (after_end and (furniture or one.tag == "a" or one.find(".//a") is not None))
    if not after_start or after_end:
        return False
    return one.tag in _INLINE or not (furniture or _link_density(one) > 0.3)
