"""Code and web addresses among words that read from the right: they read from the left wherever they stand.

UAX #9 knows nothing of them, and would take the sign that one ends with to its other side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from roya_tui.reading.strand import Part

_BEGIN, _END = Part("\u2066"), Part("\u2069")
"""An isolate that reads from the left (LRI) and its end. They are never drawn."""
_ADDRESS = re.compile(r"\b(?:[a-z]{2,6}://|www\.)[^\s\"“”«»،؛]*[\w/#=&-]", re.I)


def apart(parts: Iterable[Part]) -> Iterator[Part]:
    """Return parts with isolates around code and addresses."""
    for is_code, group in groupby(parts, key=_is_code):
        if is_code:
            yield from (_BEGIN, *group, _END)
            continue
        for part in group:
            yield from _addresses_apart(part)


def _is_code(part: Part) -> bool:
    """Whether a part is code among words. A block of code is a text by itself."""
    if "code" not in part.style:
        return False
    names = part.style.split()
    return "code" in names and "pre" not in names


def _addresses_apart(part: Part) -> Iterator[Part]:
    if "://" not in part.text and "www." not in part.text.lower():  # nearly always, and fast
        yield part
        return
    end = 0
    for found in _ADDRESS.finditer(part.text):
        yield part.cut(end, found.start())
        yield from (_BEGIN, part.cut(*found.span()), _END)
        end = found.end()
    yield part.cut(end, len(part.text)) if end else part
