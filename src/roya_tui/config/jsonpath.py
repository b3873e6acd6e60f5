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


class PathError(ValueError):
    """A path that cannot be one; the message names it, and ends a sentence."""


class Path(Struct, frozen=True):
    """Names and numbers that lead to a place."""

    steps: tuple[str, ...]

    def at(self, value: Any) -> Any:
        """Return what lies there; None if nothing does."""
        for step in self.steps:
            value = _step(value, step)
        return value


class Text(Struct, frozen=True):
    """Text with places in it."""

    pieces: tuple[str | Path, ...]

    def at(self, value: Any) -> str | None:
        """Return the text put together; None if one of its places is empty."""
        said = [piece if isinstance(piece, str) else _text(piece.at(value)) for piece in self.pieces]
        return "".join(said) if all(said) else None


class Choice(Struct, frozen=True):
    """Places, of which the first counts that has anything."""

    alternatives: tuple[Path | Text, ...]

    def at(self, value: Any) -> Any:
        """Return what lies there, lists in lists made one; None if nothing does."""
        for alternative in self.alternatives:
            if (found := _flat(alternative.at(value))) not in (None, "", [], {}):
                return found
        return None


def parse(text: str) -> Choice:
    """Return the choice that `text` describes; "" is the value itself. Raises `PathError`."""
    if not text.strip():
        return Choice((Path(()),))
    alternatives = []
    place = 0
    while place < len(text):
        found = _ALTERNATIVE.match(text, place)
        if found is None:
            raise PathError(f'"{text}" is no path: a quote, a brace or a name is missing.')
        alternatives.append(_alternative(found[1].strip(), text))
        place = found.end()
    if text.rstrip().endswith("|"):
        raise PathError(f'"{text}" has nothing after its last "|".')
    return Choice(tuple(alternatives))


def _alternative(one: str, whole: str) -> Path | Text:
    literal = one.startswith("'")
    if not literal and "{" not in one:
        return _path(one, whole)
    pieces = _PIECE.finditer(one[1:-1] if literal else one)
    return Text(tuple(piece[2] or _path(piece[1].strip(), whole) for piece in pieces))


def _path(text: str, whole: str) -> Path:
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
        raise PathError(f'"{text}"{inside} is no path: between its dots a name is missing.')
    return Path(tuple(steps))


def _step(value: Any, step: str) -> Any:
    if step == "*":
        return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else None
    if not isinstance(value, list):
        return value.get(step) if isinstance(value, dict) else None
    if step.isascii() and step.removeprefix("-").isdecimal():
        number = int(step[:10])
        return value[number] if -len(value) <= number < len(value) else None
    return [found for one in value if (found := _step(one, step)) is not None] or None


def _flat(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return [inner for one in value for inner in (one if isinstance(one, list) else [one])]


def _text(value: Any) -> str:
    """A scalar as text, of a list its first; "" for what is none."""
    if isinstance(value, list):
        value = next(iter(_flat(value)), None)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
