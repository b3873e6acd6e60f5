"""An article's web page → the article: its title, facts, pictures and text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import ParserError
from lxml.html import Element, HtmlElement, tostring
from msgspec import Struct

from roya_tui.model import Moment, Picture
from roya_tui.sources import dates, html_fragments, urls
from roya_tui.sources.media import unique_pictures
from roya_tui.sources.pages import main_text, page_metadata, page_tree, roya_news
from roya_tui.sources.pages.page_metadata import PageMetadata, author_name, html_from_scripts, read_metadata
from roya_tui.sources.pages.page_tree import element_text, xpath
from roya_tui.sources.sniffer import SniffedDocument, sniff
from roya_tui.text import fold, one_line, strip_html

MAX_CHARACTERS = 2_000_000
"""Characters of a page that are read."""
MIN_ARTICLE_CHARACTERS = 150
"""Characters below which what looks like the text is none."""
MIN_PLAIN_TEXT_CHARACTERS = 1000
"""Characters from which plain text, without any page around it, is an article."""

_headings = xpath("//h1")
_passwords = xpath("//input[@type='password']")
_figures = xpath("(//article | //main)//figure//img")
_captions = xpath("ancestor::figure[1]//figcaption")
_KEPT_ATTRIBUTES = frozenset(
    (
        "href", "src", "alt", "title", "lang", "dir", "cite", "colspan", "rowspan", "start", "reversed", "type",
        "value", "alttext", "display", "encoding",
    )
)  # fmt: skip
_LANGUAGE = re.compile(r"\blang(?:uage)?-[\w+#.-]{1,30}")
_NAME_OF_SITE = re.compile(r"\s+[|–—·•»›«-]\s+([^|–—·•»›«]{2,40})$")
_PLAYERS = re.compile(
    r"(?:https?:)?//(?:[\w-]+\.)*(?:youtube(?:-nocookie)?\.com/embed|youtu\.be|player\.vimeo\.com|dailymotion\.com/embed"
    r"|player\.twitch\.tv|tiktok\.com/embed|w\.soundcloud\.com|open\.spotify\.com)",
    re.I,
)
_MAX_BYLINE_LENGTH, _MAX_BYLINE_ELEMENTS = 100, 500
"""Characters of a line before the text, and elements in which such lines are looked for."""
_INTERSTITIALS = (
    (
        re.compile(r"\b404\b|not found|introuvable|nicht gefunden|no encontrad[oa]|غير موجودة?|页面不存在", re.I),
        "a page that says that there is nothing here",
    ),
    (
        re.compile(
            r"before you continue|your (?:privacy|choices|consent)|cookies?\b|\bconsent\b|vie privée|datenschutz"
            r"|privacidad|ملفات تعريف الارتباط|الخصوصية",
            re.I,
        ),
        "a page that asks for your consent first",
    ),
    (
        re.compile(r"just a moment|are you (?:a )?(?:human|robot)|security check|checking your browser|captcha", re.I),
        "a page that wants to see that a person reads it",
    ),
)
"""What stands before an article, told by its title or headings."""
_TAG = re.compile(r"<(?:p|div|br)\b", re.I)


UNKNOWN_TIME = Moment()


class NotAnArticle(Exception):
    """The page shows no article. The message says what it is instead, in words that end a sentence "This is …"."""


class ArticlePage(Struct, frozen=True):
    """What a page says of its article. `html` is the text, cleaned, with absolute addresses."""

    html: str
    title: str = ""
    tags: tuple[str, ...] = ()
    published: Moment = UNKNOWN_TIME
    updated: Moment = UNKNOWN_TIME
    authors: tuple[str, ...] = ()
    language: str = ""
    pictures: tuple[Picture, ...] = ()
    is_paywalled: bool = False
    """The page says that it is not free to read: what it shows may be a part."""


def extract(
    data: bytes, *, url: str = "", content_type: str = "", zone: str = "", now: int | None = None
) -> ArticlePage:
    """Return the article that a page shows. Raises NotAnArticle.

    `url` is the page's address, for relative links; `zone` the IANA name of the clock of times that carry none; `now`
    is UTC seconds: a time more than two days after it is not believed.
    """
    tree = _parse_page(sniff(data, content_type))
    bases = tuple(filter(None, (page_tree.base_url(tree), url)))
    said = read_metadata(tree)
    roya = roya_news.find_layout(tree)
    title = _find_title(tree, said, url)
    published, updated = page_metadata.article_dates(
        tree, said, roya.dates if roya else "", dates.time_zone(zone) or UTC, now
    )
    pictures = _pictures(roya.gallery if roya else _figures(tree), bases)
    if not (roya and pictures):
        pictures[:0] = [Picture(address) for image in said.images[:1] if (address := urls.resolve(image, bases))]
    body = _find_body(tree, said, roya, title, bases)
    return ArticlePage(
        html=body,
        title=title,
        tags=(roya.tags if roya else ()) or said.tags,
        published=published,
        updated=updated,
        authors=said.authors,
        language=said.language,
        pictures=unique_pictures([*pictures, *html_fragments.find_pictures(body, bases)]),
        is_paywalled=said.is_paywalled,
    )


def _parse_page(document: SniffedDocument) -> HtmlElement:
    text = document.text[:MAX_CHARACTERS]
    if document.kind == "text" and len(text) > MIN_PLAIN_TEXT_CHARACTERS and not _TAG.search(text):
        text = html_fragments.text_to_html(text)
    elif document.kind != "html" and not (document.kind in ("text", "xml") and _TAG.search(text)):
        raise NotAnArticle(document.description)
    try:
        tree = page_tree.parse(text)
    except ParserError as error:  # nothing but comments
        raise NotAnArticle("an empty page") from error
    if page_tree.is_too_complex(tree):
        raise NotAnArticle("a page too tangled to be read")
    return tree


def _find_title(tree: HtmlElement, metadata: PageMetadata, url: str) -> str:
    """What the page calls its article: the heading that says so too, else the words for machines, else the page's name.

    The site's name is left out where the page itself shows which part that is.
    """
    page = one_line(tree.findtext(".//title") or "")
    home = [element_text(one) for one in _headings(tree) if _links_to_front_page(one, url)]
    site = metadata.site or next(iter(home), "")
    called = [name for name in (*metadata.titles, page) if name and fold(name) != fold(site)]
    headings = [heading for one in _headings(tree) if (heading := element_text(one)) not in (*home, site)]
    agreed = [one for one in headings if one and any(fold(one) in fold(name) for name in called)]
    if agreed:
        return max(agreed, key=len)
    if called:
        return _strip_site_name(called[0], site, url)
    return next(filter(None, headings), "") if len(headings) == 1 else page


def _links_to_front_page(heading: HtmlElement, url: str) -> bool:
    """Whether a heading is the site's name: a link to its front page."""
    for link in heading.iter("a"):
        if address := urls.resolve(link.get("href", ""), (url,)):
            return urlsplit(address).path in ("", "/")
    return False


def _strip_site_name(name: str, site: str, url: str) -> str:
    """Cut the site's name off the end, if it is what the page or its address calls the site."""
    if found := _NAME_OF_SITE.search(name):
        ending = _normalize_name(found[1])
        host = _normalize_name((urlsplit(url).hostname or "").removeprefix("www."))
        shown = _normalize_name(site)
        if ending and (ending == shown or ending in host or (host and host.split(" ")[0] in ending)):
            return name[: found.start()]
    return name


def _normalize_name(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text).removeprefix("the "))


def _find_body(
    tree: HtmlElement, metadata: PageMetadata, roya: roya_news.RoyaLayout | None, title: str, bases: Sequence[str]
) -> str:
    """The article's HTML: as the page shows it, or as it tells machines, if that is clearly more."""
    instead = _describe_other_page(tree, metadata)
    if roya:
        main_text.remove_boilerplate(roya.body)
        return _clean_html([roya.body], title, bases)
    scripted = html_from_scripts(tree)
    elements = main_text.extract(tree, is_article=metadata.is_article)
    for element in elements:
        _drop_byline(element, metadata.authors)
    found = _clean_html(elements, title, bases)
    spoken = html_fragments.clean_body(metadata.body, bases, paragraphs=True)
    best = spoken if len(strip_html(spoken)) > 1.5 * len(strip_html(found)) else found
    for text in (best, _html_from_data(scripted, title, bases)):
        if len(strip_html(text)) >= MIN_ARTICLE_CHARACTERS:
            return text
    raise NotAnArticle(instead)


def _html_from_data(markup: str, title: str, bases: Sequence[str]) -> str:
    """HTML from a page's data, cleaned like any."""
    if not markup:
        return ""
    tree = page_tree.parse(f"<div>{markup[:MAX_CHARACTERS]}</div>")
    main_text.remove_boilerplate(tree)
    return _clean_html([tree.body], title, bases)


def _describe_other_page(tree: HtmlElement, metadata: PageMetadata) -> str:
    """What a page is that turns out to have no article's text."""
    if _passwords(tree):
        return "a page that asks to log in"
    names = (tree.findtext(".//title") or "", *map(element_text, _headings(tree)))
    for said_so, what in _INTERSTITIALS:
        if any(said_so.search(name) for name in names):
            return what
    if metadata.is_paywalled:
        return "a page that shows its article only to subscribers"
    return "a list of articles, not one of them" if main_text.is_link_list(tree) else "a page without an article's text"


def _clean_html(elements: Sequence[HtmlElement], title: str, bases: Sequence[str]) -> str:
    """The HTML of what is the text, without looks, and without the title again at its beginning."""
    repeated = (
        one for element in elements for one in element.iter("h1", "h2") if fold(element_text(one)) == fold(title)
    )
    if (heading := next(repeated, None)) is not None:
        heading.drop_tree()
    linked = {one.get("href", "")[1:] for element in elements for one in element.iter("a")}
    for element in elements:
        for one in list(element.iter("iframe", "video", "audio", "object", "embed")):
            _replace_player(one)
        for one in element.iter("*"):
            kept = {name: value for name, value in one.attrib.items() if name in _KEPT_ATTRIBUTES}
            if one.get("id") in linked:  # a footnote, or what leads to one
                kept["id"] = one.get("id")
            if one.tag in ("pre", "code") and (language := _LANGUAGE.search(one.get("class", ""))):
                kept["class"] = language[0]
            one.attrib.clear()  # some names that HTML allows cannot be deleted one by one
            one.attrib.update(kept)
    return html_fragments.clean_body("".join(map(_inner_html, elements)), bases)


def _drop_byline(element: HtmlElement, authors: Sequence[str]) -> None:
    """Take away the lines before the text that only say what is known as a fact: when, and by whom."""
    lines = element.iter("p", "div", "span", "time", "h4", "h5", "h6", "li", "address")
    for one in list(islice(lines, _MAX_BYLINE_ELEMENTS)):
        line = element_text(one)
        if len(line) > _MAX_BYLINE_LENGTH:
            if one.tag == "p":
                return
        elif line and (page_metadata.is_dateline(line) or author_name(line) in authors) and one.getparent() is not None:
            one.drop_tree()


def _replace_player(player: HtmlElement) -> None:
    """Put a link in the place of what a terminal cannot play; frames that show something else go."""
    sources = (player.get("src"), player.get("data-src"), *(one.get("src") for one in player.iter("source")))
    address = next(filter(None, sources), "")
    if player.getparent() is not None and (player.tag in ("video", "audio") or _PLAYERS.match(address)) and address:
        link = Element("a", href=address)
        link.text = one_line(player.get("title") or "") or ("Audio" if player.tag == "audio" else "Video")
        paragraph = Element("p")
        paragraph.append(link)
        player.addprevious(paragraph)
    if player.tag in ("object", "embed"):  # libxml2 takes what comes after an embed for what is in it
        player.drop_tag()
    else:
        player.drop_tree()


def _inner_html(element: HtmlElement) -> str:
    if element.tag in ("p", "h2", "h3"):
        return str(tostring(element, encoding="unicode", with_tail=False))
    return (element.text or "") + "".join(str(tostring(child, encoding="unicode")) for child in element)


def _pictures(images: Iterable[HtmlElement], bases: Sequence[str]) -> list[Picture]:
    """Pictures with their captions: the figure's, else the words that stand in for the picture."""
    found = []
    for image in images:
        if address := urls.resolve(image.get("src", ""), bases):
            captions = (element_text(figure) for figure in _captions(image))
            found.append(Picture(address, next(filter(None, captions), one_line(image.get("alt", "")))))
    return found
