"""The path language of JSON mappings: find values in JSON.

A path is names joined by dots ("fields.body"). A number selects from a list, from the end if negative ("media.0.url",
"sizes.-1"); a name after a list applies to every element ("tags.name"), and "*" selects every value of an object. A
name with a dot is written in double quotes. Text with paths in braces is a template ("https://a.example/{slug}"), text
in single quotes is literal, and "|" separates alternatives, tried in order ("headline | title | 'News'").
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from roya_tui.translation import gettext

_ALTERNATIVE = re.compile(r"\s*('[^']*'|(?:\"[^\"]*\"|\{[^{}]*\}|[^|'\"{}])+)\s*(?:\||\Z)")
_PIECE = re.compile(r"\{([^{}]*)\}|([^{}]+)")
_STEP = re.compile(r"(?:\"([^\"]+)\"|([^.\"{}]+))(?:\.|\Z)")


class MappingPathError(ValueError):
    """A path is invalid; the message is a sentence that quotes it."""


class FieldPath(Struct, frozen=True):
    """Names and numbers that lead to a value."""

    steps: tuple[str, ...]

    def evaluate(self, value: Any) -> Any:
        """Return the value at the path; None if there is none."""
        for step in self.steps:
            value = _take_step(value, step)
        return value


class TextTemplate(Struct, frozen=True):
    """Text with paths in it."""

    pieces: tuple[str | FieldPath, ...]

    def evaluate(self, value: Any) -> str | None:
        """Return the text with values inserted; None if one of them is empty."""
        parts = [piece if isinstance(piece, str) else _scalar_text(piece.evaluate(value)) for piece in self.pieces]
        return "".join(parts) if all(parts) else None


class Alternatives(Struct, frozen=True):
    """Alternatives, of which the first that has a value counts."""

    alternatives: tuple[FieldPath | TextTemplate, ...]

    def evaluate(self, value: Any) -> Any:
        """Return the first non-empty value, with nested lists flattened; None if there is none."""
        for alternative in self.alternatives:
            if (found := _flatten(alternative.evaluate(value))) not in (None, "", [], {}):
                return found
        return None


def parse(text: str) -> Alternatives:
    """Parse a path; "" is the whole value. Raises `MappingPathError`."""
    if not text.strip():
        return Alternatives((FieldPath(()),))
    alternatives = []
    position = 0
    while position < len(text):
        match = _ALTERNATIVE.match(text, position)
        if match is None:
            raise MappingPathError(gettext("“{path}” is not a path. A quote, brace or name is missing.", path=text))
        alternatives.append(_parse_alternative(match[1].strip(), text))
        position = match.end()
    if text.rstrip().endswith("|"):
        raise MappingPathError(gettext("“{path}” must not end with “|”.", path=text))
    return Alternatives(tuple(alternatives))


def _parse_alternative(alternative: str, text: str) -> FieldPath | TextTemplate:
    is_literal = alternative.startswith("'")
    if not is_literal and "{" not in alternative:
        return _parse_path(alternative, text)
    pieces = _PIECE.finditer(alternative[1:-1] if is_literal else alternative)
    return TextTemplate(tuple(piece[2] or _parse_path(piece[1].strip(), text) for piece in pieces))


def _parse_path(text: str, context: str) -> FieldPath:
    steps = []
    position = 0
    while match := _STEP.match(text, position):
        steps.append(match[1] or match[2].strip())
        position = match.end()
    if position < len(text) or not all(steps) or not steps or text.endswith("."):
        raise MappingPathError(gettext("“{path}” is not a path. A name is missing at a dot.", path=context))
    return FieldPath(tuple(steps))


def _take_step(value: Any, step: str) -> Any:
    if step == "*":
        return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else None
    if not isinstance(value, list):
        return value.get(step) if isinstance(value, dict) else None
    if step.isascii() and step.removeprefix("-").isdecimal():
        number = int(step[:10])
        return value[number] if -len(value) <= number < len(value) else None
    return [found for item in value if (found := _take_step(item, step)) is not None] or None


def _flatten(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return [inner for item in value for inner in (item if isinstance(item, list) else [item])]


def _scalar_text(value: Any) -> str:
    """Return a scalar, or the first in a list, as text; "" for other values."""
    if isinstance(value, list):
        value = next(iter(_flatten(value)), None)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
