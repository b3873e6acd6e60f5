"""Parse a web page, and look up elements in it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import islice
from typing import Any

from lxml.etree import ParserError, XPath, iterwalk
from lxml.html import HtmlElement, HTMLParser, document_fromstring, fragments_fromstring

from roya_tui.text import clean, one_line


def xpath(expression: str) -> Callable[[HtmlElement], list[Any]]:
    """Return a function that finds the elements of a page that match an XPath expression."""
    compiled = XPath(expression)
    return lambda tree: list(compiled(tree))  # type: ignore[arg-type]  # an expression for elements returns a list


def class_condition(name: str) -> str:
    """Return the XPath condition that an element has the class `name`."""
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"


def element_text(element: HtmlElement) -> str:
    """Return the text of an element on one line."""
    return one_line(str(element.text_content()))


_WIDE = re.compile("[\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff]")


def text_length(elements: Iterable[HtmlElement]) -> int:
    """Return the length of elements' texts. A Chinese, Japanese or Korean character counts twice."""
    texts = map(element_text, elements)
    return sum(len(text) if text.isascii() else len(text) + len(_WIDE.findall(text)) for text in texts)


def link_density(element: HtmlElement) -> float:
    """Return the share of an element's text that is links, 0 to 1."""
    links = list(element.iter("a"))
    length = len(element_text(element)) if links else 0
    return sum(len(element_text(link)) for link in links) / length if length else 0.0


_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_MODIFIER = re.compile(r"--[\w-]+")  # in BEM class names: how an element looks, not what it is


def class_words(element: HtmlElement) -> set[str]:
    """Split an element's class and id into lower-case words: "articleBody" → article, body."""
    names = _MODIFIER.sub(" ", f"{element.get('class') or ''} {element.get('id') or ''}")
    return {word.lower() for word in _NAME.findall(names)}


MAX_PICTURE_WIDTH = 2000
"""Pixels; wider pictures are larger than a screen needs."""
_MAX_PICTURES = 500
_MAX_ATTRIBUTES = 300
_MAX_ELEMENTS = 40_000
_MAX_NESTED = 40_000_000
"""Characters times the elements around them: the cost of reading the text of every element."""

_images = xpath("//img")
_sources = xpath("ancestor::picture[1]/source")
_unscripted = xpath("//noscript[.//img or contains(., '<img')]")
_counting_images = xpath("//img[@width='0' or @width='1' or @height='0' or @height='1']")
_bases = xpath("//base[@href]")
_NUMBERED = re.compile(r"&#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});?")
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{5000,}")
_CANDIDATE = re.compile(r"(\S+?)(?:\s+([\d.]+)([wx]))?\s*(?:,(?=\s|$)|$)")
_LAZY_ATTRIBUTES = "data-src data-original data-lazy-src data-lazy data-hi-res-src data-full-src data-url".split()
_LAZY_SRCSETS = ("srcset", "data-srcset", "data-lazy-srcset")
_PLACEHOLDER = re.compile(r"^(?:$|data:|about:)|blank|placeholder|spacer|transparent|lazy|1x1|pixel", re.I)


def parse(text: str) -> HtmlElement:
    """Parse a page. Raises ParserError if it has nothing but comments.

    Lazy and responsive images get the address of their best size as `src`; tracking pixels are removed.
    """
    text = _LONG_TAG.sub(_limit_attributes, text)
    text = _NUMBERED.sub(lambda found: found[0] if clean(html.unescape(found[0])) else "", clean(text))
    # libxml2 takes minutes to sort many comments.
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
    """Drop attributes beyond a maximum: libxml2 compares each one with all before it."""
    parts = tag[0].split(None, _MAX_ATTRIBUTES + 1)
    return tag[0] if len(parts) <= _MAX_ATTRIBUTES else " ".join(parts[:_MAX_ATTRIBUTES])


def is_too_complex(tree: HtmlElement) -> bool:
    """Whether the page has so many or so deeply nested elements that extracting an article would take minutes."""
    elements = nested = depth = 0
    for event, element in iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        nested += depth * len((element.text if event == "start" else element.tail) or "")
    return elements > _MAX_ELEMENTS or nested > _MAX_NESTED


def base_url(tree: HtmlElement) -> str:
    """Return the address of the page's `base` element, or ""."""
    return next((str(base.get("href")) for base in _bases(tree)), "")


def _unwrap_noscript(noscript: HtmlElement) -> None:
    """Replace the placeholder before a `noscript` element with the picture in it."""
    elements = list(noscript)
    with suppress(ParserError):
        parts = fragments_fromstring(noscript.text or "", no_leading_text=False)
        elements += (part for part in parts if not isinstance(part, str))
    pictures = [image for element in elements for image in element.iter("img")]
    if len(pictures) != 1:
        return
    before = noscript.getprevious()
    if before is not None and before.tag == "img" and _PLACEHOLDER.search(_best_picture_url(before)):
        before.getparent().replace(before, pictures[0])
    elif any(up.tag in ("figure", "picture") and up.find(".//img") is None for up in noscript.iterancestors()):
        noscript.addprevious(pictures[0])


def _best_picture_url(image: HtmlElement) -> str:
    """Return the address of a picture in its largest size up to `MAX_PICTURE_WIDTH`."""
    srcsets = [image.get(name, "") for name in _LAZY_SRCSETS] + [source.get("srcset", "") for source in _sources(image)]
    shown = str(image.get("src") or "").strip()
    lazy = next((str(image.get(name)) for name in _LAZY_ATTRIBUTES if image.get(name)), "")
    if lazy and (_PLACEHOLDER.search(shown) or lazy.partition("?")[0] != shown.partition("?")[0]):
        shown = lazy
    sizes = [size for srcset in srcsets if srcset and len(srcset) < 20_000 for size in _parse_srcset(srcset)]
    usable = [size for size in sizes if size[0] <= MAX_PICTURE_WIDTH] or sizes[:1]
    width, largest = max(usable, default=(0.0, ""))
    return largest if largest and (_PLACEHOLDER.search(shown) or width > 4) else shown


def _parse_srcset(srcset: str) -> list[tuple[float, str]]:
    """Parse a srcset (HTML §4.8.4.2.1) into widths in pixels, or pixel densities, and addresses."""
    candidates = _CANDIDATE.findall(srcset.strip())
    return [(_parse_size(size), url.rstrip(",")) for url, size, _ in candidates if not url.startswith("data:")]


def _parse_size(size: str) -> float:
    try:
        return float(size or 1)
    except ValueError:
        return 0.0
