"""How a mapping names a place in JSON: a small language, parsed once and then asked of every item.

A path is names joined by dots ("fields.body"). A number picks from a list, from its end with a minus ("media.0.url",
"sizes.-1"); a name after a list means every element's ("tags.name"), and "*" every value of an object. A name with a
dot in it stands in double quotes. Text with places in braces puts them together ("https://a.example/{slug}"), text in
single quotes stands for itself, and "|" goes on to what is taken where nothing is found ("headline | title | 'News'").
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

_ALTERNATIVE = re.compile(r"\s*('[^']*'|(?:\"[^\"]*\"|\{[^{}]*\}|[^|'\"{}])+)\s*(?:\||\Z)")
_PIECE = re.compile(r"\{([^{}]*)\}|([^{}]+)")
_STEP = re.compile(r"(?:\"([^\"]+)\"|([^.\"{}]+))(?:\.|\Z)")


class MappingPathError(ValueError):
    """A path that cannot be one; the message names it, and ends a sentence."""


class FieldPath(Struct, frozen=True):
    """Names and numbers that lead to a place."""

    steps: tuple[str, ...]

    def evaluate(self, value: Any) -> Any:
        """Return what lies there; None if nothing does."""
        for step in self.steps:
            value = _take_step(value, step)
        return value


class TextTemplate(Struct, frozen=True):
    """Text with places in it."""

    pieces: tuple[str | FieldPath, ...]

    def evaluate(self, value: Any) -> str | None:
        """Return the text put together; None if one of its places is empty."""
        parts = [piece if isinstance(piece, str) else _scalar_text(piece.evaluate(value)) for piece in self.pieces]
        return "".join(parts) if all(parts) else None


class Alternatives(Struct, frozen=True):
    """Places, of which the first counts that has anything."""

    alternatives: tuple[FieldPath | TextTemplate, ...]

    def evaluate(self, value: Any) -> Any:
        """Return what lies there, lists in lists made one; None if nothing does."""
        for alternative in self.alternatives:
            if (found := _flatten(alternative.evaluate(value))) not in (None, "", [], {}):
                return found
        return None


def parse(text: str) -> Alternatives:
    """Return the choice that `text` describes; "" is the value itself. Raises `PathError`."""
    if not text.strip():
        return Alternatives((FieldPath(()),))
    alternatives = []
    place = 0
    while place < len(text):
        found = _ALTERNATIVE.match(text, place)
        if found is None:
            raise MappingPathError(f'"{text}" is no path: a quote, a brace or a name is missing.')
        alternatives.append(_parse_alternative(found[1].strip(), text))
        place = found.end()
    if text.rstrip().endswith("|"):
        raise MappingPathError(f'"{text}" has nothing after its last "|".')
    return Alternatives(tuple(alternatives))


def _parse_alternative(one: str, text: str) -> FieldPath | TextTemplate:
    literal = one.startswith("'")
    if not literal and "{" not in one:
        return _parse_path(one, text)
    pieces = _PIECE.finditer(one[1:-1] if literal else one)
    return TextTemplate(tuple(piece[2] or _parse_path(piece[1].strip(), text) for piece in pieces))


def _parse_path(text: str, whole: str) -> FieldPath:
    steps = []
    place = 0
    while place < len(text):
        found = _STEP.match(text, place)
        if found is None:
            break
        steps.append(found[1] or found[2].strip())
        place = found.end()
    if place < len(text) or not all(steps) or not steps or text.endswith("."):
        inside = "" if whole == text else f' in "{whole}"'
        raise MappingPathError(f'"{text}"{inside} is no path: between its dots a name is missing.')
    return FieldPath(tuple(steps))


def _take_step(value: Any, step: str) -> Any:
    if step == "*":
        return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else None
    if not isinstance(value, list):
        return value.get(step) if isinstance(value, dict) else None
    if step.isascii() and step.removeprefix("-").isdecimal():
        number = int(step[:10])
        return value[number] if -len(value) <= number < len(value) else None
    return [found for one in value if (found := _take_step(one, step)) is not None] or None


def _flatten(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return [inner for one in value for inner in (one if isinstance(one, list) else [one])]


def _scalar_text(value: Any) -> str:
    """A scalar as text, of a list its first; "" for what is none."""
    if isinstance(value, list):
        value = next(iter(_flatten(value)), None)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
