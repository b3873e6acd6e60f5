"""Extract the article text of a web page without the boilerplate around and inside it.

readability finds the text. Obvious boilerplate is removed first, since it misleads readability; a lead, list, caption
or section that readability misses is added by the rules below.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from lxml.etree import ParserError
from lxml.html import HtmlElement, document_fromstring, tostring

from roya_tui.sources.pages.boilerplate import (
    DUBIOUS,
    HEADINGS,
    INLINE,
    PAGE,
    PROSE,
    drop_repeated_captions,
    leads_elsewhere,
    remove_boilerplate,
    remove_other_articles,
)
from roya_tui.sources.pages.page_tree import class_words, element_text, link_density, text_length, xpath
from roya_tui.text import fold

_MAX_FRAMES = 40
_MIN_PROSE_LENGTH = 60
"""Characters from which a paragraph is prose and not a label."""
_MIN_LEAD_LENGTH = 40
_MIN_ITEM_LENGTH = 12
"""Characters of an item, on average, in a list before the text."""
_MAX_TITLE_LENGTH = 120
"""Characters of a heading or label that belongs to what follows it."""
_MAX_CAPTIONS_LENGTH = 300
"""Characters of the captions of pictures before the text."""
_MAX_TEXT_BEFORE = 200
"""Characters of prose before the article's heading that may be removed."""
_ID_ATTRIBUTE = "x"
"""An attribute that readability keeps, to find its results in the original tree."""

_headings = xpath("//h1")
_bodies = xpath("//*[contains(@itemprop, 'articleBody')][not(ancestor::*[contains(@itemprop, 'articleBody')])]")
_videos = xpath("descendant-or-self::*[contains(@class, 'video')]")
_frames = xpath("//article | //main | //*[@role='main'] | //*[contains(@itemprop, 'articleBody')]")

_LEADS = frozenset("lead lede intro standfirst dek subhead subtitle summary excerpt abstract vorspann chapo".split())
_PHOTOS = frozenset("caption slider slides slick swiper carousel gallery bxslider photo photos image".split())
"""Words in classes of leads, and of pictures with their captions."""
_SENTENCE_ENDS = (".", "!", "?", "…", "”", "»", "。", "！", "？", "؟")
_MEDIA = ("img", "picture", "figure", "figcaption", "video", "audio", "iframe")


def extract(tree: HtmlElement, *, title: str = "", host: str = "", is_article: bool = False) -> list[HtmlElement]:
    """Return the elements with the article's text, in order; none if the page has no article or is a list of them.

    Removes everything else from the tree. Links to `host` lead to other articles of the site. With `is_article` the
    page is never taken for a list.
    """
    remove_boilerplate(tree)
    heading = find_heading(tree, title)
    prose = _Prose(tree)
    if heading is not None:
        remove_other_articles(tree, heading, host, prose.lengths)
    found = _readability_elements(tree)
    length = text_length(found)
    container = _find_container(tree, prose, _common_ancestor(found), length)
    if container is None:
        return []
    paragraphs = prose.paragraphs(container)
    prose_length = prose.length(container)
    if not is_article and is_link_list(container) and prose_length * 5 < text_length([container]):
        return []
    # readability's result is ignored where the container has far more prose.
    kept = {*paragraphs} if length * 2 < prose_length else {*found, *paragraphs}
    leads = [] if heading is None else _find_leads(tree, heading, container, paragraphs)
    inside = set(container.iter("*"))
    _prune(container, {*kept, *(lead for lead in leads if lead in inside)}, heading, host)
    elements = [*(lead for lead in leads if lead not in inside), container]
    for element in elements:
        drop_repeated_captions(element)
    return elements


def is_link_list(element: HtmlElement) -> bool:
    """Whether most headings in an element are links to other pages, as on a front page."""
    headings = list(islice(element.iter("h2", "h3", "h4"), _MAX_FRAMES))
    return sum(map(leads_elsewhere, headings)) >= max(5, len(headings) // 2)


def find_heading(tree: HtmlElement, title: str) -> HtmlElement | None:
    """Return the heading with the article's title, else the page's only `h1`."""
    if name := fold(title):
        for heading in tree.iter("h1", "h2", "h3"):
            if fold(element_text(heading)) == name:
                return heading
    headings = _headings(tree)
    return headings[0] if len(headings) == 1 else None


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
    while len(common) > 1 and (common[-1].tag in INLINE or common[-1].tag in ("p", "li")):
        common.pop()
    return common[-1] if common else None


class _Prose:
    """The paragraphs and list items of a page that are prose, without teasers and boilerplate."""

    def __init__(self, tree: HtmlElement) -> None:
        self.lengths: dict[HtmlElement, int] = {}
        """The lengths of all paragraphs, teasers and boilerplate included."""
        self._is_dubious_at: dict[HtmlElement, bool] = {}
        for element in tree.iter(*PROSE):
            if element.tag in ("li", "dd") and next(element.iterdescendants(*PROSE), None) is not None:
                continue
            length = text_length([element])
            if length > _MIN_PROSE_LENGTH and link_density(element) < 0.3:
                self.lengths[element] = length
        self._teasers = set(filter(_is_teaser, self.lengths))

    def paragraphs(self, root: HtmlElement) -> list[HtmlElement]:
        """Return the paragraphs in an element."""
        found = (one for one in root.iter(*PROSE) if one in self.lengths and one not in self._teasers)
        return [one for one in found if not self._is_dubious(one, root)]

    def length(self, root: HtmlElement) -> int:
        """Return the length of the prose in an element."""
        return sum(self.lengths[one] for one in self.paragraphs(root))

    def densest(self, tree: HtmlElement) -> list[HtmlElement]:
        """Return the element with the most prose directly in it, or in lists in it."""
        lengths: Counter[HtmlElement] = Counter()
        for one in self.paragraphs(tree):
            parent = one.getparent()
            while parent is not None and parent.tag in ("ul", "ol", "li", "dl"):
                parent = parent.getparent()
            if parent is not None:
                lengths[parent] += self.lengths[one]
        return [element for element, _ in lengths.most_common(1)]

    def _is_dubious(self, element: HtmlElement, root: HtmlElement) -> bool:
        for one in (element, *element.iterancestors()):
            if one is root:
                return False
            if one not in self._is_dubious_at:
                self._is_dubious_at[one] = is_dubious(one)
            if self._is_dubious_at[one]:
                return True
        return False


def is_dubious(element: HtmlElement) -> bool:
    """Whether an element is probably not part of an article's text."""
    if element.tag in ("aside", "footer", "a", "figure", "figcaption"):
        return True
    return element.tag not in PAGE and bool(class_words(element) & DUBIOUS)


def _is_teaser(paragraph: HtmlElement) -> bool:
    """Whether a paragraph follows a heading that is a link."""
    for element in (paragraph, paragraph.getparent()):
        before = element.getprevious() if element is not None else None
        if before is not None and before.tag in (*HEADINGS, "a"):
            return leads_elsewhere(before)
    return False


def _find_container(tree: HtmlElement, prose: _Prose, found: HtmlElement | None, length: int) -> HtmlElement | None:
    """Return the element with the article's text.

    That is the one marked `articleBody`, unless readability found much more elsewhere; else `found`, the block around
    readability's `length` characters; or an element with much more prose, as in a text in sections.
    """
    bodies = _bodies(tree)
    if len(bodies) == 1 and prose.length(bodies[0]) > max(_MIN_PROSE_LENGTH, length // 3):
        found = bodies[0]
    inside = set() if found is None else set(found.iter("*"))
    best, most = found, 200 if found is None else max(prose.length(found), length) * 1.25 + 200
    for element in [*islice(_frames(tree), _MAX_FRAMES), *prose.densest(tree)]:
        if (
            element not in inside
            and (length := prose.length(element)) > most
            and link_density(element) < 0.3
            and not _has_several_articles(element, prose)
        ):
            best, most = element, length * 1.25
    return best


def _has_several_articles(element: HtmlElement, prose: _Prose) -> bool:
    articles = [article for article in islice(element.iter("article"), _MAX_FRAMES) if article is not element]
    outer = (article for article in articles if not any(parent in articles for parent in article.iterancestors()))
    return sum(prose.length(article) > 400 for article in outer) > 1


def _find_leads(
    tree: HtmlElement, heading: HtmlElement, container: HtmlElement, paragraphs: list[HtmlElement]
) -> list[HtmlElement]:
    """Return what belongs to the text between the heading and the first paragraph: a lead, a list, a picture."""
    end = paragraphs[0] if paragraphs else container
    around_end = {end, *end.iterancestors()}
    found: list[HtmlElement] = []
    passed: set[HtmlElement] = set()
    after_heading = False
    for element in tree.iter("*"):
        if element is end:
            return found if after_heading else []
        if element is heading:
            after_heading = True
            passed.update(element.iter("*"))
        elif after_heading and element not in passed and element not in around_end:
            is_figure = element.tag == "figure"
            if (is_dubious(element) and not is_figure) or _is_lead(element) or _is_title(element, around_end):
                passed.update(element.iter("*"))
                if is_figure or not is_dubious(element):
                    found.append(element)
    return []


def _is_title(element: HtmlElement, following: set[HtmlElement]) -> bool:
    """Whether an element is a heading of what follows it."""
    after = element.getnext()
    if after is None or not (after in following or _is_list(after)):
        return False
    has_heading = element.tag in HEADINGS or next(element.iterdescendants(*HEADINGS), None) is not None
    return has_heading and len(element_text(element)) <= _MAX_TITLE_LENGTH and link_density(element) < 0.3


def _is_lead(element: HtmlElement) -> bool:
    if element.tag in ("ul", "ol"):
        return _is_list(element)
    words = class_words(element)
    if element.tag == "figure" or words & _PHOTOS:
        return element.find(".//img") is not None and not _videos(element) and _has_few_captions(element)
    is_block = element.tag in ("p", "h2", "h3") or (element.tag == "div" and bool(words & _LEADS))
    if not is_block or next(element.iterdescendants(*PROSE, "div"), None) is not None:
        return False
    return text_length([element]) > _MIN_LEAD_LENGTH and link_density(element) < 0.2


def _has_few_captions(element: HtmlElement) -> bool:
    """Whether an element with pictures has hardly any text but a caption, which each picture may repeat."""
    captions = {text for one in element.iter("*") if (text := (one.text or "").strip())}
    return sum(map(len, captions)) <= _MAX_CAPTIONS_LENGTH and link_density(element) < 0.3


def _is_list(element: HtmlElement) -> bool:
    """Whether an element is a list of texts, not of links."""
    if element.tag not in ("ul", "ol") or link_density(element) > 0.2:
        return False
    items = [text_length([item]) for item in element.iter("li")]
    return len(items) > 1 and sum(items) >= _MIN_ITEM_LENGTH * len(items)


def _prune(container: HtmlElement, kept: set[HtmlElement], heading: HtmlElement | None, host: str) -> None:
    """Remove from the container what is before or after the kept elements, and links and boilerplate between them."""
    order = {element: place for place, element in enumerate(container.iter("*"))}
    start = order.get(heading, -1) if heading is not None else -1
    if text_length(element for element in kept if order.get(element, start) < start) > _MAX_TEXT_BEFORE:
        start = -1
    kept = {element for element in kept if order.get(element, -1) >= start} | _lists_around(kept, container)
    kept |= _closing_sentences(max(kept, key=lambda element: order.get(element, -1))) if kept else set()
    with_ancestors = {parent for element in kept for parent in (element, *element.iterancestors())}
    places = [order[element] for element in kept if element in order]
    first, last = min(places, default=0), max(places, default=0)
    around_heading = {heading, *heading.iterancestors()} if heading is not None and start >= 0 else set()
    waiting = [container]
    while waiting:
        element = waiting.pop()
        if element in kept or (element.getparent() is None and element is not container):  # or removed with its links
            continue
        if element in with_ancestors or element in around_heading or element is container:
            waiting.extend(element)
        elif order[element] < start:
            if not (element.tag in _MEDIA or element.find(".//img") is not None) or element_text(element):
                element.drop_tree()
        else:
            is_title = element.tag in HEADINGS and element.getnext() in with_ancestors
            if not _belongs_to_text(element, is_title or order[element] > first, order[element] > last, host):
                _drop_with_title(element)


def _lists_around(kept: set[HtmlElement], container: HtmlElement) -> set[HtmlElement]:
    """Return the whole lists of which some items are kept."""
    items = (element for element in kept if element.tag in ("li", "dd"))
    lists = {one for item in items for one in item.iterancestors("ul", "ol", "dl")}
    inside = set(container.iterdescendants("ul", "ol", "dl"))
    return {one for one in lists & inside if link_density(one) < 0.3}


def _closing_sentences(last: HtmlElement) -> set[HtmlElement]:
    """Return the short paragraphs after the last kept element, or after its list."""
    lists = list(last.iterancestors("ul", "ol", "dl"))
    found: set[HtmlElement] = set()
    for element in (lists[-1] if lists else last).itersiblings():
        if text := element_text(element):
            if (
                element.tag != "p"
                or not text.endswith(_SENTENCE_ENDS)
                or is_dubious(element)
                or element.find(".//a") is not None
            ):
                break
            found.add(element)
    return found


def _belongs_to_text(element: HtmlElement, after_start: bool, after_end: bool, host: str) -> bool:
    """Whether an element that was not kept is still part of the text: a picture, or something between paragraphs."""
    is_named = bool(class_words(element) & DUBIOUS)
    if element.tag in _MEDIA or not element_text(element):
        is_visible = element.tag in (*_MEDIA, "br", "hr") or element.find(".//img") is not None
        is_link = element.tag == "a" or element.find(".//a") is not None
        return is_visible and not (after_end and (is_named or is_link))
    if not after_start or after_end:
        return False
    is_linked = leads_elsewhere(element, host) if element.tag in HEADINGS else link_density(element) > 0.3
    return element.tag in INLINE or not (is_named or is_linked)


def _drop_with_title(element: HtmlElement) -> None:
    """Remove an element, and the heading of links above it."""
    before = element.getprevious()
    is_list = element.tag in ("ul", "ol", "div") and link_density(element) > 0.5
    if is_list and before is not None and not (before.tail or "").strip():
        text = element_text(before)
        if before.tag in HEADINGS or (
            before.tag == "p" and len(text) < _MIN_PROSE_LENGTH and text.endswith((":", "："))
        ):
            before.drop_tree()
    element.drop_tree()
