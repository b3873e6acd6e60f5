"""JSON of any kind → plain values, within bounds."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from roya_tui.sources.sniff import NotAFeed

_CONTROLS = re.compile("[\x00-\x1f]")
# A surrogate pair, half of one, or any other escape: the first and the last are right as they are.
_ESCAPE = re.compile(r"(\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w)|\\u[dD][89a-fA-F]\w\w|(\\.)", re.S)


def values(text: str) -> Any:
    """Return what the JSON text says. Raises NotAFeed, told in words.

    Line ends and tabs inside strings, which JSON forbids and servers send, are read as blanks, and an escape of half a
    surrogate pair as U+FFFD.
    """
    try:
        return _decoded(text)
    except NotAFeed:
        mended = _ESCAPE.sub(lambda found: found[1] or found[2] or "\ufffd", _CONTROLS.sub(" ", text))
        if mended == text:
            raise
        return _decoded(mended)


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text.encode("utf-8", "replace"))
    except RecursionError as error:
        raise NotAFeed("JSON that is nested too deeply to be read") from error
    except msgspec.DecodeError as error:
        raise NotAFeed(f"JSON that is damaged ({error})") from error


def text(value: Any) -> str:
    """Return a scalar as text: numbers where strings belong are common."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(int(value)) if abs(value) < 1e18 and value == int(value) else str(value)
    return value if isinstance(value, str) else ""
