"""JSON of any kind → plain values, within bounds."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from roya_tui.sources.sniff import NotAFeed

_CONTROLS = re.compile("[\x00-\x1f]")


def values(text: str) -> Any:
    """Return what the JSON text says. Raises NotAFeed, told in words.

    Line ends and tabs inside strings, which JSON forbids and servers send, are read as blanks.
    """
    try:
        return _decoded(text)
    except NotAFeed:
        spaced = _CONTROLS.sub(" ", text)
        if spaced == text:
            raise
        return _decoded(spaced)


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
