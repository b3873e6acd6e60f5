"""A document's XML without what stands around it: declaration, DOCTYPE, forbidden characters, references of its own."""

from __future__ import annotations

import html
import re
from html.entities import html5

from roya_tui.text import is_safe

MAX_ENTITY_LENGTH = 100
"""Characters that a document's own entity may stand for."""
MAX_ENTITY_GROWTH = 1_000_000
"""Characters by which a document's own entities may make it longer."""
MAX_REFERENCES = 1_000_000
"""References that are replaced in a document."""

UNKNOWN_REFERENCE = "&(?!(?:amp|lt|gt|quot|apos);)"
"""The beginning of a reference that XML itself does not know."""
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[>]*(?:\[(?P<inside>.*?)\]\s*)?>", re.S | re.I)
_DOCTYPE_BEGINS = re.compile("<!DOCTYPE", re.I)
_ENTITY = re.compile(r"<!ENTITY\s+([\w.-]+)\s+(?:\"([^\"<]*)\"|'([^'<]*)')\s*>", re.I)
_DECLARATION = re.compile(r"\s*<\?xml\b[^<>]*>", re.I)
_NAMED_OR_LITERAL = re.compile(
    rf"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|{UNKNOWN_REFERENCE}" + r"(?P<name>[A-Za-z][\w.-]{0,40});", re.S
)
_CONTROLS = [chr(code) for code in range(32) if chr(code) not in "\t\n\r"]
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def strip_prolog_and_forbidden(text: str) -> str:
    """Return the text without XML declaration, DOCTYPE and forbidden characters, its own entities resolved.

    A document with a DOCTYPE may name its own entities, and HTML's, which the old DTDs of RSS declared. Only entities
    that stand for a few plain characters are resolved, so that none can unfold into others; nothing is ever opened.
    """
    return strip_prolog(_strip_forbidden(text))


def strip_prolog(text: str) -> str:
    """The same for a text in which nothing is forbidden."""
    if declaration := _DECLARATION.match(text):
        text = _cut(text, declaration)
    found = _DOCTYPE_BEGINS.search(text[:10_000])
    doctype = _DOCTYPE.match(text, found.start()) if found else None
    if doctype is None:
        return text
    own = {name: html.unescape(double or single) for name, double, single in _ENTITY.findall(doctype["inside"] or "")}
    entities = {name: value for name, value in own.items() if len(value) <= MAX_ENTITY_LENGTH and "&" not in value}
    return _resolve_entities(_cut(text, doctype), entities)


def _strip_forbidden(text: str) -> str:
    """The text without what XML forbids. One by one, however many there are: `sub` would keep all that lies between."""
    if is_safe(text) or not FORBIDDEN.search(text):
        return text
    for character in _CONTROLS:
        text = text.replace(character, "")
    return FORBIDDEN.sub("", text)


def _cut(text: str, part: re.Match[str]) -> str:
    """The text without that part of it, but with its line ends: mistakes are told by their lines."""
    return text[: part.start()] + "\n" * part[0].count("\n") + text[part.end() :]


def _resolve_entities(text: str, entities: dict[str, str]) -> str:
    growth = 0

    def resolve(found: re.Match[str]) -> str:
        nonlocal growth
        name = found["name"]
        value = entities.get(name, html5.get(f"{name};")) if name else None
        growth += len(value or "")
        return escape(value) if value is not None and growth < MAX_ENTITY_GROWTH else found[0]

    return _NAMED_OR_LITERAL.sub(resolve, text, count=MAX_REFERENCES)


def escape(text: str) -> str:
    """Return `text` as it stands in XML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
