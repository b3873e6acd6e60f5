"""newsboat's urls file: a line is an address, then tags; "~name" is the feed's name, "!" hides it."""

from __future__ import annotations

import re
from itertools import islice

from roya_tui.sources.lists.outlines import MOST
from roya_tui.sources.lists.subscriptions import Collector, NotSubscriptions, Subscriptions, folder
from roya_tui.text import one_line

_NEITHER = "This is neither OPML nor newsboat's urls; nothing was taken over."
_LINE = re.compile(r"\"?(?:https?://|feeds?:|file:|query:|filter:|exec:)", re.I)
# newsboat knows double quotes only, with backslashes in them; "#" begins a comment where a word may begin.
_WORD = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"?|(#.*)|(\S+))')


def read(text: str) -> Subscriptions:
    """Read the lines of a urls file; raises `NotSubscriptions` where most lines are no addresses."""
    found = Collector()
    lines = [line for line in _lines(text) if line and not line.startswith("#")]
    if 2 * sum(1 for line in lines if _LINE.match(line)) < len(lines):
        raise NotSubscriptions(_NEITHER)
    if len(lines) > MOST:
        found.problems.append(f"The list is too long: only its first {MOST:,} lines were read.")
    for line in lines[:MOST]:
        if not _LINE.match(line):
            found.problems.append(f"“{one_line(line)[:80]}” is no address.")
            continue
        address, *marks = _words(line)
        names = [mark[1:] for mark in marks if mark.startswith("~")]
        tags = [tag for mark in marks if not mark.startswith(("~", "!")) and (tag := folder(mark))]
        found.several_tags += len(tags) > 1
        found.add(address, name=one_line(names[0]) if names else "", folder=tags[0] if tags else "")
    return found.result()


def _lines(text: str) -> list[str]:
    """Return the lines that count, and one more where there are more."""
    return [found[0].strip() for found in islice(re.finditer(r".+", text), MOST + 1)]


def _words(line: str) -> list[str]:
    words: list[str] = []
    for quoted, comment, plain in _WORD.findall(line):
        if comment:
            break
        words.append(re.sub(r"\\(.)", r"\1", quoted) if quoted else plain)
    return [word for word in words if word] or [""]
