"""A document's XML without what stands around it: declaration, DOCTYPE, forbidden characters, references of its own."""

from __future__ import annotations

import html
import re
from html.entities import html5

from roya_tui.text import is_safe

LONGEST_ENTITY = 100
"""Characters that a document's own entity may stand for."""
MOST_GROWTH = 1_000_000
"""Characters by which a document's own entities may make it longer."""
MOST_REFERENCES = 1_000_000
"""References in what is mended; there its texts end."""

UNKNOWN = "&(?!(?:amp|lt|gt|quot|apos);)"
"""The beginning of a reference that XML itself does not know."""
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[>]*(?:\[(?P<inside>.*?)\]\s*)?>", re.S | re.I)
_DOCTYPE_BEGINS = re.compile("<!DOCTYPE", re.I)
_ENTITY = re.compile(r"<!ENTITY\s+([\w.-]+)\s+(?:\"([^\"<]*)\"|'([^'<]*)')\s*>", re.I)
_DECLARATION = re.compile(r"\s*<\?xml\b[^<>]*>", re.I)
_NAMED_OR_LITERAL = re.compile(
    rf"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|{UNKNOWN}" + r"(?P<name>[A-Za-z][\w.-]{0,40});", re.S
)
_CONTROLS = [chr(code) for code in range(32) if chr(code) not in "\t\n\r"]
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plain_xml(text: str) -> str:
    """Return the text without XML declaration, DOCTYPE and forbidden characters, its own entities resolved.

    A document with a DOCTYPE may name its own entities, and HTML's, which the old DTDs of RSS declared. Only entities
    that stand for a few plain characters are resolved, so that none can unfold into others; nothing is ever opened.
    """
    return without_prolog(_allowed(text))


def without_prolog(text: str) -> str:
    """The same for a text in which nothing is forbidden."""
    if declaration := _DECLARATION.match(text):
        text = _without(text, declaration)
    found = _DOCTYPE_BEGINS.search(text[:10_000])
    doctype = _DOCTYPE.match(text, found.start()) if found else None
    if doctype is None:
        return text
    own = {name: html.unescape(double or single) for name, double, single in _ENTITY.findall(doctype["inside"] or "")}
    entities = {name: value for name, value in own.items() if len(value) <= LONGEST_ENTITY and "&" not in value}
    return _resolved(_without(text, doctype), entities)


def _allowed(text: str) -> str:
    """The text without what XML forbids. One by one, however many there are: `sub` would keep all that lies between."""
    if is_safe(text) or not FORBIDDEN.search(text):
        return text
    for character in _CONTROLS:
        text = text.replace(character, "")
    return FORBIDDEN.sub("", text)


def _without(text: str, part: re.Match[str]) -> str:
    """The text without that part of it, but with its line ends: mistakes are told by their lines."""
    return text[: part.start()] + "\n" * part[0].count("\n") + text[part.end() :]


def _resolved(text: str, entities: dict[str, str]) -> str:
    growth = 0

    def resolve(found: re.Match[str]) -> str:
        nonlocal growth
        name = found["name"]
        value = entities.get(name, html5.get(f"{name};")) if name else None
        growth += len(value or "")
        return written(value) if value is not None and growth < MOST_GROWTH else found[0]

    return _NAMED_OR_LITERAL.sub(resolve, text, count=MOST_REFERENCES)


def written(text: str) -> str:
    """Return `text` as it stands in XML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
