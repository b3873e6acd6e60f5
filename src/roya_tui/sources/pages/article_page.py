"""Extract the article from its web page: title, metadata, pictures and text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import ParserError
from lxml.html import Element, HtmlElement, tostring

from roya_tui.model import Entry, Picture
from roya_tui.sources import dates, html_fragments, urls
from roya_tui.sources.media import unique_pictures
from roya_tui.sources.pages import main_text, page_metadata, page_tree, roya_news
from roya_tui.sources.pages.boilerplate import leads_elsewhere, remove_boilerplate, without_counter
from roya_tui.sources.pages.page_metadata import PageMetadata, author_name, html_from_scripts, read_metadata
from roya_tui.sources.pages.page_tree import class_words, element_text, xpath
from roya_tui.sources.sniffer import SniffedDocument
from roya_tui.text import fold, one_line, strip_html
from roya_tui.translation import gettext, gettext_noop

MAX_CHARACTERS = 2_000_000
"""Characters of a page that are read."""
MIN_ARTICLE_CHARACTERS = 150
"""Characters below which the found text is not an article."""
MIN_PLAIN_TEXT_CHARACTERS = 1000
"""Characters from which a plain text document is an article."""

_headings = xpath("//h1")
_passwords = xpath("//input[@type='password']")
_figures = xpath("(//article | //main)//figure//img")
_captions = xpath("ancestor::figure[1]//figcaption")
_KEPT_ATTRIBUTES = frozenset(
    "href src alt title lang dir cite colspan rowspan start reversed type value alttext display encoding".split()
)
_LANGUAGE = re.compile(r"\blang(?:uage)?-[\w+#.-]{1,30}")
_NAME_OF_SITE = re.compile(r"\s+[|–—·•»›«-]\s+([^|–—·•»›«]{2,40})$")
_SITE_BEFORE = re.compile(r"([^|–—·•»›«]{2,40}?)(?:\s+[|–—·•»›«-]|:)\s+")
_SEPARATORS = re.compile(r"\s+[|–—·•»›«:-]+\s+")
_LOGOS = frozenset(("logo", "brand", "branding", "masthead"))
_LOGO_NAMES = re.compile(r"site-?(?:title|name|logo)", re.I)
_MAX_HEADINGS, _MAX_IMAGES, _MAX_TITLE_LENGTH = 200, 500, 500
_TAG_LINK = re.compile(r"/(?:tags?|sections?|categor(?:y|ies)|topics?|rubrik|themen?|label)/", re.I)
_TAG_CLASSES = frozenset("kicker category categories tag tags section eyebrow topic topics rubric rubrik label".split())
_GALLERIES = frozenset("gallery slider carousel swiper slideshow photos bxslider".split())
_MAX_PRECEDING_BLOCKS, _MAX_LINKED_TAGS, _MAX_TAG_LENGTH = 4, 3, 40
_PLAYERS = re.compile(
    r"(?:https?:)?//(?:[\w-]+\.)*(?:youtube(?:-nocookie)?\.com/embed|youtu\.be|player\.vimeo\.com|dailymotion\.com/embed"
    r"|player\.twitch\.tv|tiktok\.com/embed|w\.soundcloud\.com|open\.spotify\.com)",
    re.I,
)
_MAX_BYLINE_LENGTH, _MAX_BYLINE_ELEMENTS = 100, 500
"""Characters of a by-line, and elements that are searched for one."""
_INTERSTITIALS = {
    r"\b404\b|not found|introuvable|nicht gefunden|no encontrad[oa]|غير موجودة?|页面不存在": (
        gettext_noop("It is a “not found” page.")
    ),
    r"before you continue|your (?:privacy|choices|consent)|cookies?\b|\bconsent\b|vie privée|datenschutz"
    r"|privacidad|ملفات تعريف الارتباط|الخصوصية": gettext_noop("It is a page that asks for consent."),
    r"just a moment|are you (?:a )?(?:human|robot)|security check|checking your browser|captcha": (
        gettext_noop("It is a page that checks for robots.")
    ),
}
"""Pages that are served instead of an article, by patterns of their title or headings."""
_TAG = re.compile(r"<(?:p|div|br)\b", re.I)


class NotAnArticle(Exception):
    """The page has no article. The message describes it, as a sentence "It is …"."""


def extract(document: SniffedDocument, *, url: str = "", zone: str = "", now: int | None = None) -> tuple[Entry, bool]:
    """Return the article of a page with `url` as its id, and whether the page declares that it is not free.

    `url` also resolves relative links; `zone` is the IANA name of the time zone of dates without one; dates over two
    days after `now` (UTC seconds) are ignored. Raises NotAnArticle.
    """
    tree = _parse_page(document)
    bases = tuple(filter(None, (page_tree.base_url(tree), url)))
    metadata = read_metadata(tree)
    roya = roya_news.find_layout(tree)
    title = _find_title(tree, metadata, url)
    dateline, tz = roya.dates if roya else "", dates.time_zone(zone) or UTC
    published, updated = page_metadata.article_dates(tree, metadata, dateline, tz, now)
    heading = None if roya else main_text.find_heading(tree, title)
    preceding = [] if heading is None else list(_preceding_blocks(heading))
    pictures = _pictures(roya.gallery if roya else [*_gallery_images(preceding), *_figures(tree)], bases)
    captions = _alternative_texts(tree, bases)  # before repeated ones are removed from the text
    if not (roya and pictures):
        pictures[:0] = [Picture(address) for image in metadata.images[:1] if (address := urls.resolve(image, bases))]
    body = _find_body(tree, metadata, roya, title, bases, host=urlsplit(url).hostname or "")
    shown = (
        Picture(picture.url, picture.caption or captions.get(picture.url, ""))
        for picture in html_fragments.find_pictures(body, bases)
    )
    article = Entry(
        guid=url,
        url=url,
        title=title,
        authors=metadata.authors,
        published=published,
        updated=updated,
        tags=(roya.tags if roya else ()) or tuple(dict.fromkeys([*_tags_in(preceding), *metadata.tags])),
        content=body,
        language=metadata.language,
        pictures=unique_pictures([*pictures, *shown]),
    )
    return article, metadata.is_paywalled


def _parse_page(document: SniffedDocument) -> HtmlElement:
    text = document.text[:MAX_CHARACTERS]
    if document.kind == "text" and len(text) > MIN_PLAIN_TEXT_CHARACTERS and not _TAG.search(text):
        text = html_fragments.text_to_html(text)
    elif document.kind != "html" and not (document.kind in ("text", "xml") and _TAG.search(text)):
        raise NotAnArticle(document.description)
    try:
        tree = page_tree.parse(text)
    except ParserError as error:  # nothing but comments
        raise NotAnArticle(gettext("It is an empty page.")) from error
    if page_tree.is_too_complex(tree):
        raise NotAnArticle(gettext("It is a page that is too complex."))
    return tree


def _find_title(tree: HtmlElement, metadata: PageMetadata, url: str) -> str:
    """Return the article's title without the site's name.

    That is the heading that agrees with the metadata or the `title` element, else the first of these.
    """
    page = one_line(tree.findtext(".//title") or "")
    headings = [text for heading in _headings(tree) if (text := element_text(heading))]
    sites = _find_site_names(tree, metadata, url, page, headings)
    names = [name for name in (*metadata.titles, page) if name and fold(name) not in sites]
    headings = [text for text in headings if fold(text) not in sites]
    agreed = [text for text in headings if any(fold(text) in fold(name) for name in names)]
    if agreed:
        return max(agreed, key=len)
    if names:
        return _strip_site_name(names[0], sites, url)
    return headings[0] if len(headings) == 1 else page


def _find_site_names(
    tree: HtmlElement, metadata: PageMetadata, url: str, page: str, headings: Sequence[str]
) -> dict[str, None]:
    """Return the folded names of the site: declared, in a logo, or beside the article's heading in the page's title."""
    logos = [element_text(heading) for heading in _headings(tree) if _is_logo(heading, url)]
    sites = dict.fromkeys(fold(name) for name in (metadata.site, *logos) if name)
    candidates = {fold(name) for name in (*metadata.titles, *headings)}
    subheadings = {fold(element_text(one)) for one in islice(tree.iter("h1", "h2", "h3"), _MAX_HEADINGS)}
    for separator in _SEPARATORS.finditer(page[:_MAX_TITLE_LENGTH]):
        start, end = fold(page[: separator.start()]), fold(page[separator.end() :])
        sites |= {
            site: None for site, title in ((end, start), (start, end)) if site in candidates and title in subheadings
        }
    return sites


def _is_logo(heading: HtmlElement, url: str) -> bool:
    """Whether a heading is the site's name: a link to the front page, or in a logo."""
    for link in heading.iter("a"):
        if address := urls.resolve(link.get("href", ""), (url,)):
            return urlsplit(address).path in ("", "/")
    around = [heading, *islice(heading.iterancestors(), 2)]
    return any(class_words(one) & _LOGOS or _LOGO_NAMES.search(one.get("class") or "") for one in around)


def _strip_site_name(name: str, sites: Iterable[str], url: str) -> str:
    """Remove a site name, known from the page or its host, from the end or the start of a title."""
    host = _normalize_name((urlsplit(url).hostname or "").removeprefix("www."))
    shown = [_normalize_name(site) for site in sites]
    if found := _NAME_OF_SITE.search(name):
        ending = _normalize_name(found[1])
        if ending and (ending in shown or ending in host or (host and host.split(" ")[0] in ending)):
            return name[: found.start()]
    if (found := _SITE_BEFORE.match(name)) and _normalize_name(found[1]) in shown:
        return name[found.end() :]
    return name


def _normalize_name(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text).removeprefix("the "))


def _find_body(
    tree: HtmlElement,
    metadata: PageMetadata,
    roya: roya_news.RoyaLayout | None,
    title: str,
    bases: Sequence[str],
    host: str,
) -> str:
    """Return the article's HTML: from the page, or from its metadata or scripts if these have much more."""
    description = _describe_other_page(tree, metadata)  # before elements are removed
    if roya:
        remove_boilerplate(roya.body)
        return _clean_html([roya.body], title, bases)
    scripted = html_from_scripts(tree)
    elements = main_text.extract(tree, title=title, host=host, is_article=metadata.is_article)
    for element in elements:
        _drop_byline(element, metadata.authors)
    visible = _clean_html(elements, title, bases)
    declared = html_fragments.clean_body(metadata.body, bases, paragraphs=True)
    best = declared if len(strip_html(declared)) > 1.5 * len(strip_html(visible)) else visible
    for text in (best, _html_from_data(scripted, title, bases)):
        if len(strip_html(text)) >= MIN_ARTICLE_CHARACTERS:
            return text
    raise NotAnArticle(description)


def _html_from_data(markup: str, title: str, bases: Sequence[str]) -> str:
    """Clean HTML that comes from a page's scripts."""
    if not markup:
        return ""
    tree = page_tree.parse(f"<div>{markup[:MAX_CHARACTERS]}</div>")
    remove_boilerplate(tree)
    return _clean_html([tree.body], title, bases)


def _describe_other_page(tree: HtmlElement, metadata: PageMetadata) -> str:
    """Describe a page that has no article."""
    if _passwords(tree):
        return gettext("It is a page that asks to log in.")
    names = (tree.findtext(".//title") or "", *map(element_text, _headings(tree)))
    for pattern, description in _INTERSTITIALS.items():
        if any(re.search(pattern, name, re.I) for name in names):
            return gettext(description)
    if metadata.is_paywalled:
        return gettext("It is a page for subscribers only.")
    if main_text.is_link_list(tree):
        return gettext("It is a list of articles.")
    return gettext("It is a page without the text of an article.")


def _clean_html(elements: Sequence[HtmlElement], title: str, bases: Sequence[str]) -> str:
    """Return the HTML of the text without presentation and without a repetition of the title."""
    headings = (heading for element in elements for heading in element.iter("h1", "h2"))
    if (repeated := next((one for one in headings if fold(element_text(one)) == fold(title)), None)) is not None:
        repeated.drop_tree()
    linked = {link.get("href", "")[1:] for element in elements for link in element.iter("a")}
    for element in elements:
        for player in list(element.iter("iframe", "video", "audio", "object", "embed")):
            _replace_player(player)
        for one in element.iter("*"):
            kept = {name: value for name, value in one.attrib.items() if name in _KEPT_ATTRIBUTES}
            if one.get("id") in linked:  # a footnote or its reference
                kept["id"] = one.get("id")
            if one.tag in ("pre", "code") and (language := _LANGUAGE.search(one.get("class", ""))):
                kept["class"] = language[0]
            one.attrib.clear()  # lxml cannot delete some names that HTML allows
            one.attrib.update(kept)
    return html_fragments.clean_body("".join(map(_inner_html, elements)), bases)


def _drop_byline(element: HtmlElement, authors: Sequence[str]) -> None:
    """Remove lines before the text that only repeat the date or the author."""
    lines = element.iter("p", "div", "span", "time", "h4", "h5", "h6", "li", "address")
    for line in list(islice(lines, _MAX_BYLINE_ELEMENTS)):
        text = element_text(line)
        if len(text) > _MAX_BYLINE_LENGTH:
            if line.tag == "p":
                return
        elif (
            line.getparent() is not None and text and (page_metadata.is_dateline(text) or author_name(text) in authors)
        ):
            line.drop_tree()


def _replace_player(player: HtmlElement) -> None:
    """Replace a video or audio player with a link, and remove other frames."""
    sources = (player.get("src"), player.get("data-src"), *(source.get("src") for source in player.iter("source")))
    address = next(filter(None, sources), "")
    if player.getparent() is not None and (player.tag in ("video", "audio") or _PLAYERS.match(address)) and address:
        link = Element("a", href=address)
        link.text = one_line(player.get("title") or "") or ("Audio" if player.tag == "audio" else "Video")
        paragraph = Element("p")
        paragraph.append(link)
        player.addprevious(paragraph)
    if player.tag in ("object", "embed"):  # libxml2 puts what follows an embed into it
        player.drop_tag()
    else:
        player.drop_tree()


def _inner_html(element: HtmlElement) -> str:
    if element.tag in ("p", "h2", "h3"):
        return str(tostring(element, encoding="unicode", with_tail=False))
    return (element.text or "") + "".join(str(tostring(child, encoding="unicode")) for child in element)


def _preceding_blocks(heading: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the blocks right above a heading, without menus."""
    for element in (heading, *islice(heading.iterancestors(), 2)):
        if element.tag in ("body", "main"):
            return
        for before in islice(element.itersiblings(preceding=True), _MAX_PRECEDING_BLOCKS):
            if before.tag in ("a", "p", "span", "div", "section", "figure"):
                yield before


def _tags_in(blocks: Iterable[HtmlElement]) -> list[str]:
    """Return the names of the links to a tag or section above a heading."""
    for block in blocks:
        links = [block] if block.tag == "a" else list(islice(block.iter("a"), _MAX_LINKED_TAGS + 1))
        tags = [
            text for link in links if _is_tag(link) and (text := element_text(link)) and len(text) <= _MAX_TAG_LENGTH
        ]
        if tags and len(links) <= _MAX_LINKED_TAGS:
            return tags
    return []


def _is_tag(link: HtmlElement) -> bool:
    parent = link.getparent()
    words = class_words(link) | (class_words(parent) if parent is not None else set())
    return bool(_TAG_LINK.search(link.get("href", "")) or words & _TAG_CLASSES)


def _gallery_images(blocks: Iterable[HtmlElement]) -> list[HtmlElement]:
    """Return the pictures of the galleries above a heading, without pictures that lead to other pages."""
    images = [image for block in blocks if class_words(block) & _GALLERIES for image in block.iter("img")]
    return [image for image in images if not any(map(leads_elsewhere, image.iterancestors("a")))]


def _pictures(images: Iterable[HtmlElement], bases: Sequence[str]) -> list[Picture]:
    """Return pictures with their captions: the figure's, else the alternative text."""
    found = []
    for image in images:
        if address := urls.resolve(image.get("src", ""), bases):
            captions = (without_counter(element_text(figure)) for figure in _captions(image))
            found.append(Picture(address, next(filter(None, captions), one_line(image.get("alt", "")))))
    return found


def _alternative_texts(tree: HtmlElement, bases: Sequence[str]) -> dict[str, str]:
    """Return the alternative texts of the page's pictures by address."""
    images = (image for image in islice(tree.iter("img"), _MAX_IMAGES) if image.get("alt") or image.get("title"))
    return {
        urls.resolve(image.get("src", ""), bases): one_line(image.get("alt") or image.get("title") or "")
        for image in images
    }
