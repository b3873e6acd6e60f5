"""Decode JSON within limits."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import msgspec

from roya_tui.sources.sniffer import NotAFeed
from roya_tui.translation import gettext

MAX_VALUES = 3_000_000
"""Values of one document: each takes a hundred bytes of memory, and an object twice as many."""
_MAX_INT_BITS = 1_000
"""Bits; Python does not format integers of some thousand digits."""
_MAX_DIGITS = 18
_CALL_END = re.compile(r"[\s\0;)]*\Z")


def decode(text: str) -> tuple[Any, bool]:
    """Return the value of a JSON text, and whether more text follows it. Raises NotAFeed.

    Also accepts what servers write without a JSON library: line ends in strings, NaN, numbers of any length, and half
    of a character outside the Basic Multilingual Plane.
    """
    if sum(map(text.count, "{{[,")) > MAX_VALUES:
        raise NotAFeed(gettext("It is JSON with more than {count:,} values.", count=MAX_VALUES))
    try:
        return _decode(text)
    except RecursionError as error:
        raise NotAFeed(gettext("It is JSON that is nested too deeply.")) from error


def _decode(text: str) -> tuple[Any, bool]:
    try:
        return msgspec.json.decode(text.encode("utf-8", "replace")), False
    except msgspec.DecodeError:
        pass  # json also has the line and column of an error
    try:
        value, end = json.JSONDecoder(strict=False, parse_int=_parse_int).raw_decode(text)
    except json.JSONDecodeError as error:
        ends = error.msg.startswith("Unterminated") or error.pos >= len(text.rstrip())
        reason = gettext("the text ends early") if ends else error.msg[:1].lower() + error.msg[1:].rstrip(": ")
        place = {"line": error.lineno, "column": error.colno}
        message = gettext("It is JSON with an error at line {line}, column {column}: {reason}.", **place, reason=reason)
        raise NotAFeed(message) from error
    return value, not _CALL_END.match(text, end)


def _parse_int(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MAX_DIGITS else digits


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
