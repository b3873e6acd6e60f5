"""Small helpers for looking things up in a parsed web page."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from itertools import islice
from typing import Any

from lxml.etree import ParserError, XPath, iterwalk
from lxml.html import HtmlElement, HTMLParser, document_fromstring, fragments_fromstring

from roya_tui.text import clean, one_line


def xpath(expression: str) -> Callable[[HtmlElement], list[Any]]:
    """Return a function that finds the elements at an XPath expression in a page."""
    found = XPath(expression)
    return lambda tree: list(found(tree))  # type: ignore[arg-type]  # an expression for elements finds a list


def class_condition(name: str) -> str:
    """Return the XPath condition that an element is of that class."""
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"


def element_text(element: HtmlElement) -> str:
    """Return an element's text on one line."""
    return one_line(str(element.text_content()))


_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_MODIFIER = re.compile(r"--[\w-]+")  # BEM: how a thing looks, not what it is


def class_words(element: HtmlElement) -> set[str]:
    """Return the words that an element's class and id are made of: what its makers call it."""
    said = _MODIFIER.sub(" ", f"{element.get('class') or ''} {element.get('id') or ''}")
    return {word.lower() for word in _NAME.findall(said)}


MAX_PICTURE_WIDTH = 2000
"""Pixels of width beyond which a picture is larger than any screen needs."""
_MAX_PICTURES = 500
_MAX_ATTRIBUTES = 300
_MAX_ELEMENTS = 40_000
_MAX_NESTED = 40_000_000
"""Characters, counted once for each element around them: what looking at every element's words costs."""

_images = xpath("//img")
_sources = xpath("ancestor::picture[1]/source")
_unscripted = xpath("//noscript[.//img or contains(., '<img')]")
_counting_images = xpath("//img[@width='0' or @width='1' or @height='0' or @height='1']")
_bases = xpath("//base[@href]")
_NUMBERED = re.compile(r"&#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});?")
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{5000,}")
_CANDIDATE = re.compile(r"(\S+?)(?:\s+([\d.]+)([wx]))?\s*(?:,(?=\s|$)|$)")
_LAZY_ATTRIBUTES = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-hi-res-src",
    "data-full-src",
    "data-url",
)
_LAZY_SRCSETS = ("srcset", "data-srcset", "data-lazy-srcset")
_PLACEHOLDER = re.compile(r"^(?:$|data:|about:)|blank|placeholder|spacer|transparent|lazy|1x1|pixel", re.I)


def parse(text: str) -> HtmlElement:
    """Return the page's tree. Raises ParserError where there is nothing but comments.

    Pictures that scripts load later, or in several sizes, get their address; those that count readers are taken out.
    """
    text = _LONG_TAG.sub(_limit_attributes, text)
    text = _NUMBERED.sub(lambda found: found[0] if clean(html.unescape(found[0])) else "", clean(text))
    # libxml2 takes minutes to find many comments in their order.
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    tree = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    for hidden in islice(_unscripted(tree), _MAX_PICTURES):
        _unwrap_noscript(hidden)
    for image in islice(_images(tree), _MAX_PICTURES):
        image.set("src", _best_picture_url(image))
    for image in _counting_images(tree):
        image.drop_tree()
    return tree


def _limit_attributes(tag: re.Match[str]) -> str:
    """A tag that libxml2 reads soon: it compares each attribute with all before it."""
    parts = tag[0].split(None, _MAX_ATTRIBUTES + 1)
    return tag[0] if len(parts) <= _MAX_ATTRIBUTES else " ".join(parts[:_MAX_ATTRIBUTES])


def is_too_complex(tree: HtmlElement) -> bool:
    """Whether the page has more elements, or its text stands deeper in them, than an article: it would take minutes."""
    elements = nested = depth = 0
    for event, one in iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        nested += depth * len((one.text if event == "start" else one.tail) or "")
    return elements > _MAX_ELEMENTS or nested > _MAX_NESTED


def base_url(tree: HtmlElement) -> str:
    """Return what the page's relative addresses are relative to, where it says so itself (HTML `base`)."""
    return next((str(one.get("href")) for one in _bases(tree)), "")


def _unwrap_noscript(noscript: HtmlElement) -> None:
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
    if before is not None and before.tag == "img" and _PLACEHOLDER.search(_best_picture_url(before)):
        before.getparent().replace(before, pictures[0])
    elif any(up.tag in ("figure", "picture") and up.find(".//img") is None for up in noscript.iterancestors()):
        noscript.addprevious(pictures[0])


def _best_picture_url(image: HtmlElement) -> str:
    """The address of a picture at its largest, if that is not larger than any screen."""
    sets = [image.get(name, "") for name in _LAZY_SRCSETS] + [one.get("srcset", "") for one in _sources(image)]
    shown = str(image.get("src") or "").strip()
    named = next((str(image.get(name)) for name in _LAZY_ATTRIBUTES if image.get(name)), "")
    if named and (_PLACEHOLDER.search(shown) or named.partition("?")[0] != shown.partition("?")[0]):
        shown = named
    sizes = [one for text in sets if text and len(text) < 20_000 for one in _parse_srcset(text)]
    sensible = [one for one in sizes if one[0] <= MAX_PICTURE_WIDTH] or sizes[:1]
    largest = max(sensible, default=(0.0, ""))[1]
    return largest if largest and (_PLACEHOLDER.search(shown) or max(sensible)[0] > 4) else shown


def _parse_srcset(srcset: str) -> list[tuple[float, str]]:
    """The pictures of a srcset (HTML §4.8.4.2.1): width in pixels, or how many times the usual size, and address."""
    found = []
    for address, size, _ in _CANDIDATE.findall(srcset.strip()):
        if not address.startswith("data:"):
            found.append((_parse_size(size), address.rstrip(",")))
    return found


def _parse_size(size: str) -> float:
    try:
        return float(size or 1)
    except ValueError:
        return 0.0
