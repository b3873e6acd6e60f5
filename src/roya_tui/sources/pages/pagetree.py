"""A web page → a tree in which pictures stand where readers see them."""

from __future__ import annotations

import html
import re
from itertools import islice

from lxml.etree import ParserError, iterwalk
from lxml.html import HtmlElement, HTMLParser, document_fromstring, fragments_fromstring

from roya_tui.sources.htmltree import finder
from roya_tui.text import clean

LARGEST = 2000
"""Pixels of width beyond which a picture is larger than any screen needs."""
_MOST_PICTURES = 500
_MOST_ATTRIBUTES = 300
_MOST_ELEMENTS = 40_000
_MOST_NESTED = 40_000_000
"""Characters, counted once for each element around them: what looking at every element's words costs."""

_images = finder("//img")
_sources = finder("ancestor::picture[1]/source")
_unscripted = finder("//noscript[.//img or contains(., '<img')]")
_counting_images = finder("//img[@width='0' or @width='1' or @height='0' or @height='1']")
_bases = finder("//base[@href]")
_NUMBERED = re.compile(r"&#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});?")
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{5000,}")
_CANDIDATE = re.compile(r"(\S+?)(?:\s+([\d.]+)([wx]))?\s*(?:,(?=\s|$)|$)")
_LATER = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-hi-res-src", "data-full-src", "data-url")
_LATER_SETS = ("srcset", "data-srcset", "data-lazy-srcset")
_STAND_IN = re.compile(r"^(?:$|data:|about:)|blank|placeholder|spacer|transparent|lazy|1x1|pixel", re.I)


def parse(text: str) -> HtmlElement:
    """Return the page's tree. Raises ParserError where there is nothing but comments.

    Pictures that scripts load later, or in several sizes, get their address; those that count readers are taken out.
    """
    text = _LONG_TAG.sub(_without_most_attributes, text)
    text = _NUMBERED.sub(lambda found: found[0] if clean(html.unescape(found[0])) else "", clean(text))
    # libxml2 takes minutes to find many comments in their order.
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    tree = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    for hidden in islice(_unscripted(tree), _MOST_PICTURES):
        _show(hidden)
    for image in islice(_images(tree), _MOST_PICTURES):
        image.set("src", _best(image))
    for image in _counting_images(tree):
        image.drop_tree()
    return tree


def _without_most_attributes(tag: re.Match[str]) -> str:
    """A tag that libxml2 reads soon: it compares each attribute with all before it."""
    parts = tag[0].split(None, _MOST_ATTRIBUTES + 1)
    return tag[0] if len(parts) <= _MOST_ATTRIBUTES else " ".join(parts[:_MOST_ATTRIBUTES])


def tangled(tree: HtmlElement) -> bool:
    """Whether the page has more elements, or its text stands deeper in them, than an article: it would take minutes."""
    elements = nested = depth = 0
    for event, one in iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        nested += depth * len((one.text if event == "start" else one.tail) or "")
    return elements > _MOST_ELEMENTS or nested > _MOST_NESTED


def base(tree: HtmlElement) -> str:
    """Return what the page's relative addresses are relative to, where it says so itself (HTML `base`)."""
    return next((str(one.get("href")) for one in _bases(tree)), "")


def _show(noscript: HtmlElement) -> None:
    """Put the picture that is for readers without scripts in the place of the stand-in before it."""
    inside = noscript.text or ""
    try:
        found = [one for one in fragments_fromstring(inside, no_leading_text=False) if not isinstance(one, str)]
    except ParserError:
        found = []
    pictures = [image for one in (*noscript, *found) for image in one.iter("img")]
    if len(pictures) != 1:
        return
    before = noscript.getprevious()
    if before is not None and before.tag == "img" and _STAND_IN.search(_best(before)):
        before.getparent().replace(before, pictures[0])
    elif any(up.tag in ("figure", "picture") and up.find(".//img") is None for up in noscript.iterancestors()):
        noscript.addprevious(pictures[0])


def _best(image: HtmlElement) -> str:
    """The address of a picture at its largest, if that is not larger than any screen."""
    sets = [image.get(name, "") for name in _LATER_SETS] + [one.get("srcset", "") for one in _sources(image)]
    shown = str(image.get("src") or "").strip()
    named = next((str(image.get(name)) for name in _LATER if image.get(name)), "")
    if named and (_STAND_IN.search(shown) or named.partition("?")[0] != shown.partition("?")[0]):
        shown = named
    sizes = [one for text in sets if text and len(text) < 20_000 for one in _sizes(text)]
    sensible = [one for one in sizes if one[0] <= LARGEST] or sizes[:1]
    largest = max(sensible, default=(0.0, ""))[1]
    return largest if largest and (_STAND_IN.search(shown) or max(sensible)[0] > 4) else shown


def _sizes(srcset: str) -> list[tuple[float, str]]:
    """The pictures of a srcset (HTML §4.8.4.2.1): width in pixels, or how many times the usual size, and address."""
    found = []
    for address, size, _ in _CANDIDATE.findall(srcset.strip()):
        if not address.startswith("data:"):
            found.append((_number(size), address.rstrip(",")))
    return found


def _number(size: str) -> float:
    try:
        return float(size or 1)
    except ValueError:
        return 0.0
