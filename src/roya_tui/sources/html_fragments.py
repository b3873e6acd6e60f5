"""Clean HTML fragments in feeds: plain titles, texts with absolute addresses, and their pictures."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from roya_tui.model import Picture
from roya_tui.sources import bounds, urls
from roya_tui.text import clean, one_line, strip_html

MAX_GENERATED_TITLE_LENGTH = 80
"""Characters of a title that is made from the beginning of a text."""
MAX_TITLE_LENGTH = 4000
"""Characters of a title with its markup that are read."""
_MAX_PICTURES = 100
_TITLE_SOURCE_CHARACTERS = 20_000
"""Characters of a text from which a title is made."""

_ELEMENTS = """
a abbr acronym address applet area article aside audio b bdi bdo big blink blockquote body br button canvas caption
center cite code col colgroup dd del details dfn dir div dl dt em embed fieldset figcaption figure font footer form
frame frameset h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label legend li link main map mark
marquee menu meta nav nobr noembed noframes noscript object ol optgroup option p param picture pre q ruby rp rt s samp
script section select small source span strike strong style sub summary sup svg table tbody td textarea tfoot th thead
time tr track tt u ul var video wbr
"""
_NAMES = "|".join(_ELEMENTS.split())
_TAG = re.compile(rf"</?(?:{_NAMES})(?:[\s/][^<>]*)?>", re.I)
_CODE = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.S | re.I)
_DROPPED = re.compile(rf"{_CODE.pattern}|<!--.*?(?:-->|\Z)|<!DOCTYPE\b[^<>]*>", re.S | re.I)
_CDATA_MARKERS = re.compile(r"<!\[CDATA\[|\]\](?:>|&gt;)")
"""CDATA delimiters that remain in a text that was wrapped twice."""
_SPACING = re.compile(r"</?(?:p|div|br|li|h[1-6]|td|tr)\b[^<>]*>", re.I)
_PAIR = re.compile(
    r"<(a|b|i|em|strong|span|font|u|s|small|mark|sup|sub|code|cite|p|div|h[1-6])(?:\s[^<>]*)?>.*?</\1>", re.I | re.S
)
_ESCAPED_TAG = re.compile(rf"&lt;/(?:{_NAMES})&gt;|&lt;(?:br|img|hr)\b", re.I)
_LINKING = re.compile(r"<(?:a|area|img|video|audio|source|iframe|embed|track|blockquote|q)\s[^<>]*>", re.I)
_URL_ATTRIBUTE = re.compile(r"(?<![\w-])(href|src|poster|cite)(\s*=\s*)(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.I)
_ABSOLUTE_URL = re.compile(r"(?:https?://|mailto:|#)", re.I)
_MAYBE_RELATIVE_URL = re.compile(
    r"=(?:(?<=\s=)|(?<=href=)|(?<=src=)|(?<=poster=)|(?<=cite=))\s*"
    rf"(?:\"(?!\"|{_ABSOLUTE_URL.pattern})|'(?!'|{_ABSOLUTE_URL.pattern})|(?![\s\"'>]|{_ABSOLUTE_URL.pattern}))",
    re.I,
)
"""A quick check whether any address may be relative. It starts with a literal, which makes it four times as fast."""
_IMAGE = re.compile(r"<img\s[^<>]*>", re.I)
_ATTRIBUTE = re.compile(r"(?<![\w-])([a-z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.I)


def clean_title(markup: str, *, literal: bool = False) -> str:
    """Return the plain text of a title: without tags, with character references resolved once.

    With `literal` (Atom's type="text") tags are text. Only HTML elements count as tags, so that "List<String>" and
    "1 < 2" stay. Tags that were escaped twice are removed if they form a pair.
    """
    markup = markup[:MAX_TITLE_LENGTH]
    if "<![CDATA[" in markup:
        markup = _CDATA_MARKERS.sub("", markup)
    if not literal and "<" in markup:
        markup = _strip_tags(markup)
    if "&" in markup:
        markup = html.unescape(markup)
        if not literal and _PAIR.search(markup):
            markup = _strip_tags(markup)
    return one_line(markup)


def _strip_tags(markup: str) -> str:
    return _TAG.sub("", _SPACING.sub(" ", _DROPPED.sub("", markup)))


def title_from_text(markup: str) -> str:
    """Return a title made from the beginning of a text."""
    beginning = markup[:_TITLE_SOURCE_CHARACTERS]
    if beginning.rfind("<") > beginning.rfind(">"):  # a tag cut in two
        beginning = beginning[: beginning.rfind("<")]
    text = strip_html(beginning)
    if len(text) <= MAX_GENERATED_TITLE_LENGTH:
        return text
    cut = text[: MAX_GENERATED_TITLE_LENGTH + 1].rpartition(" ")[0] or text[:MAX_GENERATED_TITLE_LENGTH]
    return cut.rstrip(" ,;:.-–—،؛") + "…"


def text_to_html(text: str) -> str:
    """Convert plain text to HTML: blank lines separate paragraphs, line breaks stay."""
    paragraphs = re.split(r"\n[ \t]*\n\s*", clean(bounds.truncate(text)).strip())
    escaped = (html.escape(part, quote=False) for part in paragraphs if part)
    return "\n".join("<p>" + part.replace("\n", "<br>\n") + "</p>" for part in escaped)


def clean_body(markup: str, bases: Sequence[str], *, paragraphs: bool = False, literal: bool = False) -> str:
    """Return the HTML of a text without scripts and with addresses resolved against `bases`.

    HTML that was escaped twice is unescaped unless it is `literal`. A text without tags becomes HTML if it has blank
    lines between paragraphs, or always with `paragraphs`.
    """
    markup = clean(bounds.truncate(markup)).strip()
    if markup.startswith("<![CDATA["):
        markup = _CDATA_MARKERS.sub("", markup).strip()
    if not literal and "&lt;" in markup and not _TAG.search(markup) and _ESCAPED_TAG.search(markup):
        markup = html.unescape(markup)
    if "<" not in markup:
        return text_to_html(html.unescape(markup)) if "\n\n" in markup or paragraphs else markup
    if _CODE.search(markup):
        markup = _CODE.sub("", markup)
    if not _MAYBE_RELATIVE_URL.search(markup):
        return markup
    return _LINKING.sub(lambda tag: _URL_ATTRIBUTE.sub(lambda found: _resolve_attribute(found, bases), tag[0]), markup)


def _resolve_attribute(found: re.Match[str], bases: Sequence[str]) -> str:
    address = next(value for value in (found[3], found[4], found[5]) if value is not None)
    if not address or _ABSOLUTE_URL.match(address):
        return found[0]
    safe = urls.resolve_link(html.unescape(address), bases)
    return f'{found[1]}{found[2]}"{html.escape(safe)}"' if safe else found[0]


_IMAGE_URL_ATTRIBUTES = ("data-src", "data-lazy-src", "data-original", "data-orig-file", "src")
"""Attributes for an image's address, first match first: `src` of a lazy image is a placeholder."""


def find_pictures(markup: str, bases: Sequence[str]) -> list[Picture]:
    """Return the pictures in a text's HTML without tracking pixels."""
    found = []
    for tag in _IMAGE.findall(markup)[:_MAX_PICTURES] if "<" in markup else ():
        attributes = {name.lower(): html.unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(tag)}
        if {attributes.get("width"), attributes.get("height")} & {"0", "1", "0px", "1px"}:
            continue
        first_of_set = (attributes.get("srcset", "").partition(",")[0].split() or [""])[0]
        candidates = (*(attributes.get(name, "") for name in _IMAGE_URL_ATTRIBUTES), first_of_set)
        if address := next(filter(None, (urls.resolve(url, bases) for url in candidates)), ""):
            found.append(Picture(address, one_line(attributes.get("alt", "") or attributes.get("title", ""))))
    return found
