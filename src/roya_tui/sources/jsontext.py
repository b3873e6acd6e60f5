"""JSON of any kind → plain values, within bounds."""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec

from roya_tui.sources.sniff import NotAFeed


def values(text: str) -> Any:
    """Return what the JSON text says. Raises NotAFeed, told in words.

    Line ends inside strings and numbers of any length, which JSON's strict reader refuses and servers send, are read.
    """
    try:
        return msgspec.json.decode(text.encode("utf-8", "replace"))
    except RecursionError as error:
        raise NotAFeed("JSON that is nested too deeply to be read") from error
    except msgspec.DecodeError:
        return _leniently(text)


def _leniently(text: str) -> Any:
    try:
        return json.loads(text, strict=False, parse_int=_whole)
    except RecursionError as error:
        raise NotAFeed("JSON that is nested too deeply to be read") from error
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or "Unterminated" in error.msg:
            raise NotAFeed("JSON that breaks off before its end") from error
        raise NotAFeed(f"JSON that is damaged in line {error.lineno}, column {error.colno}") from error


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) < 19 else digits


def text(value: Any) -> str:
    """Return a scalar as text: numbers where strings belong are common."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(int(value)) if math.isfinite(value) and value == int(value) and abs(value) < 1e18 else str(value)
    return value if isinstance(value, str) else ""
