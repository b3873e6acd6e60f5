"""JSON of any kind → plain values, within bounds; also where it is damaged or cut off."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import msgspec
from msgspec import Struct

from roya_tui.sources.sniffer import NotAFeed

MAX_DAMAGED_PLACES = 1000
"""Damaged places that are passed over."""
MAX_DAMAGE_DEPTH = 8
"""Levels at which damage is mended: on each, what stands before it is read once more."""
MAX_STEPS = 1_000_000
"""Values that are read one by one around damage. A failure counts for more, since json then counts lines up to it."""

MAX_VALUES = 3_000_000
"""Values of one document, by the signs before them: each takes a hundred bytes of memory, however short it is, and an
object twice as many."""

_MAX_INT_BITS = 1_000
"""Bits; Python refuses to write out numbers of some thousand digits."""

_TOO_DEEP = "JSON that is nested too deeply to be read"
_BLANK = re.compile(r"(?:[\s\0\ufeff]+|//[^\n]*|/\*.*?(?:\*/|\Z))*", re.S)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.S)
_WRONG_ESCAPE = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|(.))', re.S)
_MEMBER = re.compile(r',\s*("(?:[^"\\]|\\.)*+"\s*:)', re.S)
_FIRST_NAME = re.compile(r'\{\s*"(?:[^"\\]|\\.)*+"\s*:', re.S)
_CALL_END = re.compile(r"[\s\0;)]*\Z")


class DecodedJson(Struct, frozen=True):
    """What a JSON text says; `warnings` tell what had to be passed over.

    `broken` is "" for a whole document, else how it ends too early, to follow "JSON that …". Then the value has what
    is whole: in a list that is cut, the element that is not whole is left out.
    """

    value: Any
    warnings: tuple[str, ...] = ()
    error: str = ""


def decode(text: str) -> DecodedJson:
    """Return what the JSON text says. Raises NotAFeed, told in words, for one that is nested too deeply or too large.

    Read are also, since servers send them: line ends and unknown escapes inside strings, NaN, numbers of any length,
    comments, commas too many or too few, and what follows the end.
    """
    if sum(map(text.count, "{{[,")) > MAX_VALUES:
        raise NotAFeed(f"JSON of more than {MAX_VALUES:,} values")
    try:
        return DecodedJson(msgspec.json.decode(text.encode("utf-8", "replace")))
    except msgspec.DecodeError:
        return _LenientDecoder(text).document()
    except RecursionError as error:
        raise NotAFeed(_TOO_DEEP) from error


def _parse_int(digits: str) -> int | str:
    return int(digits) if len(digits) < 19 else digits


class _Damage(Exception):
    """No value stands where one must."""


class _LenientDecoder:
    """Reads with json's own fast scanner, and goes down level by level only to where that fails."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.broken = ""
        self.mended = False
        self.places: list[str] = []
        self.steps = 0
        self.lists = 0
        self.scan = json.JSONDecoder(strict=False, parse_int=_parse_int).raw_decode

    def document(self) -> DecodedJson:
        try:
            value = self.value(0)
        except _Damage:
            value = None
        except RecursionError as error:
            raise NotAFeed(_TOO_DEEP) from error
        after = not self.broken and not _CALL_END.match(self.text, self.skip())
        told = {
            "The document is not quite JSON, and was read all the same.": self.mended,
            "Something stands after the end of the feed and was passed over.": after,
            self.passed_over(): bool(self.places),
        }
        return DecodedJson(value, tuple(words for words, true in told.items() if true), self.broken)

    def skip(self) -> int:
        """Go on to what is no blank and no comment."""
        if found := _BLANK.match(self.text, self.place):
            self.mended |= "/" in found[0]
            self.place = found.end()
        return self.place

    def next(self) -> str:
        """The character that stands next, "" at the end."""
        place = self.skip()
        return self.text[place : place + 1]

    def damage(self) -> _Damage:
        """Remember the first place where it does not go on."""
        if not self.broken:
            line = self.text.count("\n", 0, self.place) + 1
            column = self.place - self.text.rfind("\n", 0, self.place)
            cut = self.place >= len(self.text.rstrip()) or self.is_cut_word()
            self.broken = "breaks off before its end" if cut else f"is damaged in line {line}, column {column}"
        return _Damage()

    def passed_over(self) -> str:
        first = next(iter(self.places), "")
        if len(self.places) == 1:
            return f"Something damaged in {first} was passed over."
        return f"{len(self.places)} damaged places were passed over, the first in {first}."

    def goes_on(self, pattern: re.Pattern[str], start: int) -> bool:
        """Go on behind damage, where something begins that can be read."""
        damaged = self.broken.removeprefix("is damaged in ")
        found = pattern.search(self.text, start)
        if damaged == self.broken or found is None or len(self.places) == MAX_DAMAGED_PLACES:
            return False
        self.places.append(damaged)
        self.broken = ""
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
            raise NotAFeed("JSON that is damaged, and too long to be mended")
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
            self.mended, self.place = True, found.end()
            return self.scan(_WRONG_ESCAPE.sub(lambda m: m[0] if m[1] else m[2], found[0]))[0]
        raise self.damage()

    def members(self, depth: int) -> dict[str, Any]:
        """An object, as far as it goes: a member that is cut is kept where it is a list or an object."""
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
                    if self.broken:
                        return found
                    self.separator("}", '"')
                self.place += 1
            except _Damage:
                if depth == 1 and self.goes_on(_MEMBER, self.place):
                    continue
            return found

    def elements(self, depth: int) -> list[Any]:
        """A list, as far as its elements are whole; in the outermost, what is damaged is passed over."""
        found: list[Any] = []
        self.lists += 1
        self.place += 1
        start = self.place
        while True:
            try:
                while self.next() != "]":
                    start = self.place
                    value = self.value(depth)
                    if self.broken:
                        raise _Damage
                    found.append(value)
                    self.separator("]", '{["')
                self.place += 1
            except _Damage:
                first = _FIRST_NAME.match(self.text, start)
                # The next element most likely begins as this one does.
                if self.lists == 1 and first and self.goes_on(_beginning(first[0]), start + 1):
                    continue
            self.lists -= 1
            return found

    def separator(self, end: str, beginnings: str) -> None:
        """Go over a comma. One too many stands before the end, one too few before another beginning."""
        character = self.next()
        if character == ",":
            self.place += 1
            one_too_many = self.next() == end
            self.mended |= one_too_many
        elif character and character in beginnings:
            self.mended = True
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
