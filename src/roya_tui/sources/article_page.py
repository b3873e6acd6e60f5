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
from roya_tui.sources import dates, htmltext, links
from roya_tui.sources.htmltree import finder, words
from roya_tui.sources.media import once
from roya_tui.sources.pages import maintext, pagedates, pagetree, royapage
from roya_tui.sources.pages.pagefacts import Facts, by_whom, facts, scripted_text
from roya_tui.sources.sniff import Sniffed, sniff
from roya_tui.text import fold, one_line, strip_html

LONGEST = 2_000_000
"""Characters of a page that are read."""
SHORTEST = 150
"""Characters below which what looks like the text is none."""
LONG_TEXT = 1000
"""Characters from which plain text, without any page around it, is an article."""

_headings = finder("//h1")
_passwords = finder("//input[@type='password']")
_figures = finder("(//article | //main)//figure//img")
_captions = finder("ancestor::figure[1]//figcaption")
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
_LONGEST_OPENING, _MOST_OPENING = 100, 500
"""Characters of a line before the text, and elements in which such lines are looked for."""
_DOORS = (
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


UNKNOWN = Moment()


class NotAnArticle(Exception):
    """The page shows no article. The message says what it is instead, in words that end a sentence "This is …"."""


class ArticlePage(Struct, frozen=True):
    """What a page says of its article. `html` is the text, cleaned, with absolute addresses."""

    html: str
    title: str = ""
    tags: tuple[str, ...] = ()
    published: Moment = UNKNOWN
    updated: Moment = UNKNOWN
    authors: tuple[str, ...] = ()
    language: str = ""
    pictures: tuple[Picture, ...] = ()
    paid: bool = False
    """The page says that it is not free to read: what it shows may be a part."""


def read(data: bytes, *, url: str = "", content_type: str = "", zone: str = "", now: int | None = None) -> ArticlePage:
    """Return the article that a page shows. Raises NotAnArticle.

    `url` is the page's address, for relative links; `zone` the IANA name of the clock of times that carry none; `now`
    is UTC seconds: a time more than two days after it is not believed.
    """
    tree = _tree(sniff(data, content_type))
    bases = tuple(filter(None, (pagetree.base(tree), url)))
    said = facts(tree)
    roya = royapage.layout(tree)
    title = _title(tree, said, url)
    published, updated = pagedates.moments(tree, said, roya.dates if roya else "", dates.clock(zone) or UTC, now)
    pictures = _pictures(roya.gallery if roya else _figures(tree), bases)
    if not (roya and pictures):
        pictures[:0] = [Picture(address) for image in said.images[:1] if (address := links.absolute(image, bases))]
    body = _body(tree, said, roya, title, bases)
    return ArticlePage(
        html=body,
        title=title,
        tags=(roya.tags if roya else ()) or said.tags,
        published=published,
        updated=updated,
        authors=said.authors,
        language=said.language,
        pictures=once([*pictures, *htmltext.pictures(body, bases)]),
        paid=said.paid,
    )


def _tree(document: Sniffed) -> HtmlElement:
    text = document.text[:LONGEST]
    if document.kind == "text" and len(text) > LONG_TEXT and not _TAG.search(text):
        text = htmltext.from_text(text)
    elif document.kind != "html" and not (document.kind in ("text", "xml") and _TAG.search(text)):
        raise NotAnArticle(document.words)
    try:
        tree = pagetree.parse(text)
    except ParserError as error:  # nothing but comments
        raise NotAnArticle("an empty page") from error
    if pagetree.tangled(tree):
        raise NotAnArticle("a page too tangled to be read")
    return tree


def _title(tree: HtmlElement, said: Facts, url: str) -> str:
    """What the page calls its article: the heading that says so too, else the words for machines, else the page's name.

    The site's name is left out where the page itself shows which part that is.
    """
    page = one_line(tree.findtext(".//title") or "")
    home = [words(one) for one in _headings(tree) if _leads_home(one, url)]
    site = said.site or next(iter(home), "")
    called = [name for name in (*said.titles, page) if name and fold(name) != fold(site)]
    headings = [heading for one in _headings(tree) if (heading := words(one)) not in (*home, site)]
    agreed = [one for one in headings if one and any(fold(one) in fold(name) for name in called)]
    if agreed:
        return max(agreed, key=len)
    if called:
        return _without_site(called[0], site, url)
    return next(filter(None, headings), "") if len(headings) == 1 else page


def _leads_home(heading: HtmlElement, url: str) -> bool:
    """Whether a heading is the site's name: a link to its front page."""
    for link in heading.iter("a"):
        if address := links.absolute(link.get("href", ""), (url,)):
            return urlsplit(address).path in ("", "/")
    return False


def _without_site(name: str, site: str, url: str) -> str:
    """Cut the site's name off the end, if it is what the page or its address calls the site."""
    if found := _NAME_OF_SITE.search(name):
        ending = _letters(found[1])
        host = _letters((urlsplit(url).hostname or "").removeprefix("www."))
        shown = _letters(site)
        if ending and (ending == shown or ending in host or (host and host.split(" ")[0] in ending)):
            return name[: found.start()]
    return name


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text).removeprefix("the "))


def _body(tree: HtmlElement, said: Facts, roya: royapage.Layout | None, title: str, bases: Sequence[str]) -> str:
    """The article's HTML: as the page shows it, or as it tells machines, if that is clearly more."""
    instead = _instead(tree, said)
    if roya:
        maintext.strip(roya.body)
        return _cleaned([roya.body], title, bases)
    scripted = scripted_text(tree)
    elements = maintext.main_text(tree, is_article=said.is_article)
    for element in elements:
        _drop_opening(element, said.authors)
    found = _cleaned(elements, title, bases)
    spoken = htmltext.body(said.body, bases, paragraphs=True)
    best = spoken if len(strip_html(spoken)) > 1.5 * len(strip_html(found)) else found
    for text in (best, _from_data(scripted, title, bases)):
        if len(strip_html(text)) >= SHORTEST:
            return text
    raise NotAnArticle(instead)


def _from_data(markup: str, title: str, bases: Sequence[str]) -> str:
    """HTML from a page's data, cleaned like any."""
    if not markup:
        return ""
    tree = pagetree.parse(f"<div>{markup[:LONGEST]}</div>")
    maintext.strip(tree)
    return _cleaned([tree.body], title, bases)


def _instead(tree: HtmlElement, said: Facts) -> str:
    """What a page is that turns out to have no article's text."""
    if _passwords(tree):
        return "a page that asks to log in"
    names = (tree.findtext(".//title") or "", *map(words, _headings(tree)))
    for said_so, what in _DOORS:
        if any(said_so.search(name) for name in names):
            return what
    if said.paid:
        return "a page that shows its article only to subscribers"
    return "a list of articles, not one of them" if maintext.is_list(tree) else "a page without an article's text"


def _cleaned(elements: Sequence[HtmlElement], title: str, bases: Sequence[str]) -> str:
    """The HTML of what is the text, without looks, and without the title again at its beginning."""
    repeated = (one for element in elements for one in element.iter("h1", "h2") if fold(words(one)) == fold(title))
    if (heading := next(repeated, None)) is not None:
        heading.drop_tree()
    linked = {one.get("href", "")[1:] for element in elements for one in element.iter("a")}
    for element in elements:
        for one in list(element.iter("iframe", "video", "audio", "object", "embed")):
            _name_player(one)
        for one in element.iter("*"):
            kept = {name: value for name, value in one.attrib.items() if name in _KEPT_ATTRIBUTES}
            if one.get("id") in linked:  # a footnote, or what leads to one
                kept["id"] = one.get("id")
            if one.tag in ("pre", "code") and (language := _LANGUAGE.search(one.get("class", ""))):
                kept["class"] = language[0]
            one.attrib.clear()  # some names that HTML allows cannot be deleted one by one
            one.attrib.update(kept)
    return htmltext.body("".join(map(_inside, elements)), bases)


def _drop_opening(element: HtmlElement, authors: Sequence[str]) -> None:
    """Take away the lines before the text that only say what is known as a fact: when, and by whom."""
    lines = element.iter("p", "div", "span", "time", "h4", "h5", "h6", "li", "address")
    for one in list(islice(lines, _MOST_OPENING)):
        line = words(one)
        if len(line) > _LONGEST_OPENING:
            if one.tag == "p":
                return
        elif line and (pagedates.tells_when(line) or by_whom(line) in authors) and one.getparent() is not None:
            one.drop_tree()


def _name_player(player: HtmlElement) -> None:
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


def _inside(element: HtmlElement) -> str:
    if element.tag in ("p", "h2", "h3"):
        return str(tostring(element, encoding="unicode", with_tail=False))
    return (element.text or "") + "".join(str(tostring(child, encoding="unicode")) for child in element)


def _pictures(images: Iterable[HtmlElement], bases: Sequence[str]) -> list[Picture]:
    """Pictures with their captions: the figure's, else the words that stand in for the picture."""
    found = []
    for image in images:
        if address := links.absolute(image.get("src", ""), bases):
            captions = (words(figure) for figure in _captions(image))
            found.append(Picture(address, next(filter(None, captions), one_line(image.get("alt", "")))))
    return found
