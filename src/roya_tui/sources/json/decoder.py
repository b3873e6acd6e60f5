"""Decode JSON within limits, also if it is damaged or cut off."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import msgspec
from msgspec import Struct

from roya_tui.sources.sniffer import NotAFeed
from roya_tui.translation import gettext, gettext_noop, ngettext

MAX_DAMAGED_PLACES = 1000
"""Damaged places that are skipped."""
MAX_DAMAGE_DEPTH = 8
"""Levels at which damage is repaired; on each, the text before it is read once more."""
MAX_STEPS = 1_000_000
"""Values that are read one by one around damage. A failure counts for more, since json then counts lines up to it."""

MAX_VALUES = 3_000_000
"""Values of one document: each takes a hundred bytes of memory, and an object twice as many."""

_MAX_INT_BITS = 1_000
"""Bits; Python does not format integers of some thousand digits."""

_TOO_DEEP = gettext_noop("It is JSON that is nested too deeply.")
_BLANK = re.compile(r"(?:[\s\0\ufeff]+|//[^\n]*|/\*.*?(?:\*/|\Z))*", re.S)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.S)
_WRONG_ESCAPE = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|(.))', re.S)
_MEMBER = re.compile(r',\s*("(?:[^"\\]|\\.)*+"\s*:)', re.S)
_FIRST_NAME = re.compile(r'\{\s*"(?:[^"\\]|\\.)*+"\s*:', re.S)
_CALL_END = re.compile(r"[\s\0;)]*\Z")


class DecodedJson(Struct, frozen=True):
    """The value of a JSON text."""

    value: Any
    """Of a damaged document, the part that could be read: an incomplete element of a list is left out."""
    warnings: tuple[str, ...] = ()
    error: str = ""
    """A sentence on why the document ends early; "" if it is complete."""


def decode(text: str) -> DecodedJson:
    """Decode a JSON text. Raises NotAFeed if it is nested too deeply or too large.

    Also accepts what servers send: line ends and unknown escapes in strings, NaN, numbers of any length, comments,
    missing or superfluous commas, and text after the end.
    """
    if sum(map(text.count, "{{[,")) > MAX_VALUES:
        raise NotAFeed(gettext("It is JSON with more than {count:,} values.", count=MAX_VALUES))
    try:
        return DecodedJson(msgspec.json.decode(text.encode("utf-8", "replace")))
    except msgspec.DecodeError:
        return _LenientDecoder(text).document()
    except RecursionError as error:
        raise NotAFeed(gettext(_TOO_DEEP)) from error


def _parse_int(digits: str) -> int | str:
    return int(digits) if len(digits) < 19 else digits


class _Damage(Exception):
    """A value is missing or invalid."""


class _LenientDecoder:
    """Decodes with json's fast scanner, and level by level only where that fails."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.error = ""
        self.error_place: tuple[int, int] | None = None
        """Line and column of the damage, None if the text is cut off."""
        self.repaired = False
        self.places: list[tuple[int, int]] = []
        self.steps = 0
        self.lists = 0
        self.scan = json.JSONDecoder(strict=False, parse_int=_parse_int).raw_decode

    def document(self) -> DecodedJson:
        try:
            value = self.value(0)
        except _Damage:
            value = None
        except RecursionError as error:
            raise NotAFeed(gettext(_TOO_DEEP)) from error
        after = not self.error and not _CALL_END.match(self.text, self.skip())
        warnings = []
        if self.repaired:
            warnings.append(gettext("The document is not valid JSON and was repaired."))
        if after:
            warnings.append(gettext("Text after the end of the feed was skipped."))
        if self.places:
            line, column = self.places[0]
            warnings.append(
                ngettext(
                    "Skipped a damaged part in line {line}, column {column}.",
                    "Skipped {count} damaged parts, the first in line {line}, column {column}.",
                    len(self.places),
                    line=line,
                    column=column,
                )
            )
        return DecodedJson(value, tuple(warnings), self.error)

    def skip(self) -> int:
        """Skip blanks and comments."""
        if found := _BLANK.match(self.text, self.place):
            self.repaired |= "/" in found[0]
            self.place = found.end()
        return self.place

    def next(self) -> str:
        """Return the next character, "" at the end."""
        place = self.skip()
        return self.text[place : place + 1]

    def damage(self) -> _Damage:
        """Record the place of the error, unless there is an earlier one."""
        if not self.error:
            line = self.text.count("\n", 0, self.place) + 1
            column = self.place - self.text.rfind("\n", 0, self.place)
            cut = self.place >= len(self.text.rstrip()) or self.is_cut_word()
            self.error = gettext("The JSON ends early.")
            if not cut:
                self.error_place = (line, column)
                self.error = gettext("The JSON is damaged in line {line}, column {column}.", line=line, column=column)
        return _Damage()

    def resume(self, pattern: re.Pattern[str], start: int) -> bool:
        """Continue after damage where `pattern` matches; return False if it does not."""
        found = pattern.search(self.text, start)
        if self.error_place is None or found is None or len(self.places) == MAX_DAMAGED_PLACES:
            return False
        self.places.append(self.error_place)
        self.error, self.error_place = "", None
        self.place = found.start(1)
        self.steps += found.start(1) // 5000
        return True

    def is_cut_word(self) -> bool:
        """Whether the text ends inside the string, number or word that begins here."""
        rest = self.text[self.place :]
        return (rest.startswith('"') and not _STRING.match(rest)) or rest.rstrip().isalnum()

    def value(self, depth: int) -> Any:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise NotAFeed(gettext("It is JSON that is damaged and too long to repair."))
        start = self.skip()
        try:
            value, self.place = self.scan(self.text, start)
        except json.JSONDecodeError:
            self.steps += start // 5000
            return self.damaged_value(depth)
        return value

    def damaged_value(self, depth: int) -> Any:
        character = self.next()
        if character == "{" and depth < MAX_DAMAGE_DEPTH:
            return self.members(depth + 1)
        if character == "[" and depth < MAX_DAMAGE_DEPTH:
            return self.elements(depth + 1)
        if found := _STRING.match(self.text, self.place):
            self.repaired, self.place = True, found.end()
            return self.scan(_WRONG_ESCAPE.sub(lambda m: m[0] if m[1] else m[2], found[0]))[0]
        raise self.damage()

    def members(self, depth: int) -> dict[str, Any]:
        """Decode an object up to damage; an incomplete member is kept if it is a list or an object."""
        found: dict[str, Any] = {}
        self.place += 1
        while True:
            try:
                while self.next() != "}":
                    name = self.value(depth) if self.next() == '"' else None
                    if name is None or self.next() != ":":
                        raise self.damage()
                    self.place += 1
                    found[name] = self.value(depth)
                    if self.error:
                        return found
                    self.separator("}", '"')
                self.place += 1
            except _Damage:
                if depth == 1 and self.resume(_MEMBER, self.place):
                    continue
            return found

    def elements(self, depth: int) -> list[Any]:
        """Decode the complete elements of a list; in the outermost list, damaged ones are skipped."""
        found: list[Any] = []
        self.lists += 1
        self.place += 1
        start = self.place
        while True:
            try:
                while self.next() != "]":
                    start = self.place
                    value = self.value(depth)
                    if self.error:
                        raise _Damage
                    found.append(value)
                    self.separator("]", '{["')
                self.place += 1
            except _Damage:
                first = _FIRST_NAME.match(self.text, start)
                # The next element most likely begins like this one.
                if self.lists == 1 and first and self.resume(_beginning(first[0]), start + 1):
                    continue
            self.lists -= 1
            return found

    def separator(self, end: str, beginnings: str) -> None:
        """Skip a comma. A superfluous one is before the end, a missing one before another value."""
        character = self.next()
        if character == ",":
            self.place += 1
            is_superfluous = self.next() == end  # `next` may set `repaired`, too
            self.repaired |= is_superfluous
        elif character and character in beginnings:
            self.repaired = True
        elif character != end:
            raise self.damage()


def _beginning(first: str) -> re.Pattern[str]:
    name = re.escape(first[1:-1].strip())
    return re.compile(rf"\}}\s*,?\s*(\{{\s*{name}\s*:)")


def scalar_text(value: Any) -> str:
    """Return a scalar as text: numbers where strings belong are common."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int):
        return str(value) if value.bit_length() < _MAX_INT_BITS else ""
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return str(int(value)) if value == int(value) and abs(value) < 1e18 else str(value)
    return value if isinstance(value, str) else ""
