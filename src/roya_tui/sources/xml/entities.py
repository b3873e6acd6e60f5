"""References in text that is nearly XML, made such that XML knows them."""

from __future__ import annotations

import re
from html.entities import html5

from roya_tui.sources.xml.prolog import FORBIDDEN, MAX_REFERENCES, UNKNOWN_REFERENCE, escape

_REFERENCE = re.compile(
    UNKNOWN_REFERENCE + r"(?:#(?P<number>[xX][0-9a-fA-F]{1,8}|[0-9]{1,9});|(?P<name>[A-Za-z][\w.-]{0,40});)?"
)


class EntityResolver:
    """Those of one document, which has no more than `MOST_REFERENCES`: the text that has one too many ends there."""

    def __init__(self) -> None:
        self._left = MAX_REFERENCES

    def resolve(self, text: str) -> str:
        """Return a text of the document with references that XML knows."""
        there = text.count("&")
        if there > self._left:
            text = "&".join(text.split("&", self._left + 1)[:-1])
        self._left = max(0, self._left - there)
        return _REFERENCE.sub(_resolve, text) if there else text


def _resolve(found: re.Match[str]) -> str:
    """HTML's references become what they stand for; anything else is an ampersand."""
    number, name = found["number"], found["name"]
    if number:
        code = int(number[1:], 16) if number[0] in "xX" else int(number)
        return escape(chr(code)) if code < 0x110000 and not FORBIDDEN.match(chr(code)) else ""
    value = html5.get(f"{name};")
    return "&amp;" + found[0][1:] if value is None else escape(value)
