"""Places that a page links to within itself, such as its footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from urllib.parse import unquote, urldefrag

from roya_tui.reading.blocks import Anchor
from roya_tui.reading.inline import Piece

_VALUE = r"""\s*=\s*(?:"([^"<>]{1,400})"|'([^'<>]{1,400})'|([^\s"'<>]{1,400}))"""
_NAME = re.compile(rf"\b(?:id|name){_VALUE}", re.I)
_HREF = re.compile(rf"\bhref{_VALUE}", re.I)


def linked_names(html: str) -> frozenset[str]:
    """Return the names of the places in a page that something in it links to."""
    if "#" not in html:
        return frozenset()
    linked = {name for href in _values(_HREF, html) if "#" in href for name in _fragments(href)}
    return frozenset(linked.intersection(_values(_NAME, html))) if linked else frozenset()


def _values(attribute: re.Pattern[str], html: str) -> Iterator[str]:
    return (found[1] or found[2] or found[3] for found in attribute.finditer(html))


def _fragments(href: str) -> tuple[str, str]:
    fragment = href.partition("#")[2]
    return fragment, unquote(fragment)


def inner(href: str, base_url: str, names: frozenset[str]) -> str:
    """Return the name of the place in the page at `base_url` that `href` leads to; "" if it leads elsewhere."""
    if not names or "#" not in href:
        return ""
    page = urldefrag(href.strip())[0]
    if page and page != urldefrag(base_url)[0]:
        return ""
    return next((name for name in _fragments(href.strip()) if name in names), "")


def placed(anchors: Sequence[Anchor], pieces: Sequence[Piece], string: str) -> list[Anchor]:
    """Return anchors that stand at indexes of `pieces` with where they are in `string`, which those have become.

    Only blanks come and go on the way there, so that letters can be counted.
    """
    before = [0, *accumulate(len(piece.text) - sum(map(str.isspace, piece.text)) for piece in pieces)]
    letters = [i for i, character in enumerate(string) if not character.isspace()] or [0]
    return [Anchor(name, letters[min(before[min(at, len(pieces))], len(letters) - 1)]) for name, at in anchors]
