"""Fragments of HTML in feeds: to plain titles, to bodies with absolute addresses, to the pictures in them."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from roya_tui.model import Picture
from roya_tui.sources import bounds, links
from roya_tui.text import clean, one_line, strip_html

TITLE_LENGTH = 80
"""Characters of a title that is made from a text's first words."""
LONGEST_TITLE = 4000
"""Characters, markup and all, that a title is read from."""
_MOST_PICTURES = 100
_BEGINNING = 20_000
"""Characters of a text in which its first words must be."""

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
_WRAPPING = re.compile(r"<!\[CDATA\[|\]\](?:>|&gt;)")
"""The signs around a text that was wrapped twice: of the inner pair they come out as text."""
_SPACING = re.compile(r"</?(?:p|div|br|li|h[1-6]|td|tr)\b[^<>]*>", re.I)
_PAIR = re.compile(
    r"<(a|b|i|em|strong|span|font|u|s|small|mark|sup|sub|code|cite|p|div|h[1-6])(?:\s[^<>]*)?>.*?</\1>", re.I | re.S
)
_ESCAPED_TAG = re.compile(rf"&lt;/(?:{_NAMES})&gt;|&lt;(?:br|img|hr)\b", re.I)
_LINKING = re.compile(r"<(?:a|area|img|video|audio|source|iframe|embed|track|blockquote|q)\s[^<>]*>", re.I)
_ADDRESS = re.compile(r"(?<![\w-])(href|src|poster|cite)(\s*=\s*)(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.I)
_ANY_ABSOLUTE = re.compile(r"(?:https?://|mailto:|#)", re.I)
_PERHAPS_RELATIVE = re.compile(
    r"=(?:(?<=\s=)|(?<=href=)|(?<=src=)|(?<=poster=)|(?<=cite=))\s*"
    rf"(?:\"(?!\"|{_ANY_ABSOLUTE.pattern})|'(?!'|{_ANY_ABSOLUTE.pattern})|(?![\s\"'>]|{_ANY_ABSOLUTE.pattern}))",
    re.I,
)
"""Without it no address has to be made absolute, which is told in a quarter of the time: it begins with one sign."""
_IMAGE = re.compile(r"<img\s[^<>]*>", re.I)
_ATTRIBUTE = re.compile(r"(?<![\w-])([a-z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.I)


def title(markup: str, *, literal: bool = False) -> str:
    """Return a title's words: tags away, character references resolved once.

    With `literal` (Atom's type="text") tags are text. Only tags that HTML knows are taken for tags, so that
    "List<String>" and "1 < 2" stay. A title escaped twice, which shows whole tags after that, loses these too.
    """
    markup = markup[:LONGEST_TITLE]
    if "<![CDATA[" in markup:
        markup = _WRAPPING.sub("", markup)
    if not literal and "<" in markup:
        markup = _without_tags(markup)
    if "&" in markup:
        markup = html.unescape(markup)
        if not literal and _PAIR.search(markup):
            markup = _without_tags(markup)
    return one_line(markup)


def _without_tags(markup: str) -> str:
    return _TAG.sub("", _SPACING.sub(" ", _DROPPED.sub("", markup)))


def first_words(markup: str) -> str:
    """Return the beginning of a text, for an entry without a title."""
    beginning = markup[:_BEGINNING]
    if beginning.rfind("<") > beginning.rfind(">"):  # a tag that is cut is not text
        beginning = beginning[: beginning.rfind("<")]
    words = strip_html(beginning)
    if len(words) <= TITLE_LENGTH:
        return words
    cut = words[: TITLE_LENGTH + 1].rpartition(" ")[0] or words[:TITLE_LENGTH]
    return cut.rstrip(" ,;:.-–—،؛") + "…"


def from_text(text: str) -> str:
    """Return plain text as HTML: blank lines part paragraphs, line ends stay."""
    paragraphs = re.split(r"\n[ \t]*\n\s*", clean(bounds.shortened(text)).strip())
    return "\n".join(
        "<p>" + html.escape(part, quote=False).replace("\n", "<br>\n") + "</p>" for part in paragraphs if part
    )


def body(markup: str, bases: Sequence[str], *, paragraphs: bool = False, literal: bool = False) -> str:
    """Return a text's HTML cleaned, without scripts, with its relative addresses made absolute where `bases` allow it.

    HTML that was escaped once too often, and so shows its tags as text, is unescaped unless it is `literal`. In text
    without any tag blank lines part paragraphs; with `paragraphs`, line ends count too.
    """
    markup = clean(bounds.shortened(markup)).strip()
    if markup.startswith("<![CDATA["):
        markup = _WRAPPING.sub("", markup).strip()
    if not literal and "&lt;" in markup and not _TAG.search(markup) and _ESCAPED_TAG.search(markup):
        markup = html.unescape(markup)
    if "<" not in markup:
        return from_text(html.unescape(markup)) if "\n\n" in markup or paragraphs else markup
    if _CODE.search(markup):
        markup = _CODE.sub("", markup)
    if not _PERHAPS_RELATIVE.search(markup):
        return markup
    return _LINKING.sub(lambda tag: _ADDRESS.sub(lambda found: _made_absolute(found, bases), tag[0]), markup)


def _made_absolute(found: re.Match[str], bases: Sequence[str]) -> str:
    address = next(value for value in (found[3], found[4], found[5]) if value is not None)
    if not address or _ANY_ABSOLUTE.match(address):
        return found[0]
    safe = links.safe(html.unescape(address), bases)
    return f'{found[1]}{found[2]}"{html.escape(safe)}"' if safe else found[0]


_SOURCES = ("data-src", "data-lazy-src", "data-original", "data-orig-file", "src")
"""Where an image's address stands, in the order in which the reader looks: what is loaded late has a blank `src`."""


def pictures(markup: str, bases: Sequence[str]) -> list[Picture]:
    """Return the pictures in a text's HTML, but for the one-pixel ones that only count readers."""
    found = []
    for tag in _IMAGE.findall(markup)[:_MOST_PICTURES] if "<" in markup else ():
        attributes = {name.lower(): html.unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(tag)}
        if {attributes.get("width"), attributes.get("height")} & {"0", "1", "0px", "1px"}:
            continue
        first_of_set = (attributes.get("srcset", "").partition(",")[0].split() or [""])[0]
        for named in (*(attributes.get(name, "") for name in _SOURCES), first_of_set):
            if address := links.absolute(named, bases):
                found.append(Picture(address, one_line(attributes.get("alt", "") or attributes.get("title", ""))))
                break
    return found
