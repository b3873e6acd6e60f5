"""Finds the keys that a text of the app names, so that a click on them can press them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from textwrap import wrap
from typing import NamedTuple

from roya_tui.characters import ANY_RTL
from roya_tui.config.validators import normalize_key
from roya_tui.layout.bidi.controls import isolate, isolate_names
from roya_tui.translation import gettext, signs

# “u: undo” at the beginning, after a sentence, or after the hint before. “/, then tab: accept” names two keys.
_IN_SENTENCE = re.compile(
    r'(?:^ *|(?<=[.!?؟…”")] )|(?<= {2}))(\S{1,9}?)(?:, \w+ (\S{1,9}?))?: (?:(?! {3}).)+', re.MULTILINE
)
_IN_ROW = re.compile(r"(?<!\S)(?![·-] )(\S+?)(?:, \S+)? \S+(?: (?![·-] )\S+)*")
_QUOTED, _ASCII_QUOTED = re.compile("“.*”", re.DOTALL), re.compile('".*"', re.DOTALL)

_NO_BREAK = "\u00a0"


class KeyHint(NamedTuple):
    """A part of a text, and the keys that it names."""

    start: int
    end: int
    keys: tuple[str, ...]
    """Textual's names of the keys."""
    labels: tuple[tuple[int, int], ...] = ()
    """Where the text names them."""


def find_in_sentence(text: str) -> list[KeyHint]:
    """Return the keys that a message names, as in `Starred 4 articles. u: undo` or `Press a to create one.`

    A key inside quotes is ignored: it may come from a feed. Since a title may have quotes, too, a letter is ignored
    even between two quoted names.
    """
    return _find(text)


def find_in_part(part: str, sentence: str) -> list[KeyHint]:
    """Return the keys that a line of a message, or a shortened message, names as the whole `sentence` does.

    Without the quotes around it, a title from a feed could pass for a hint.
    """
    return _find(part, [hint.keys for hint in _find(sentence)])


def _find(text: str, named: Collection[tuple[str, ...]] | None = None) -> list[KeyHint]:
    """Return the hints outside of quotes, only those for keys that are `named` if it is given."""
    quoted = (_QUOTED if signs("“") == "“" else _ASCII_QUOTED).search(text)
    hints = []
    for pattern in (_IN_SENTENCE, _pressed_pattern()):
        start = 0
        while found := pattern.search(text, start):
            start = found.start() + 1
            keys = _normalize(*filter(None, found.groups()))
            is_between = quoted is not None and quoted.start() < found.start() < quoted.end()
            is_ignored = is_between and (any(len(key) == 1 for key in keys) or _ends_in_name(text[: found.start()]))
            if keys and not is_ignored and (named is None or keys in named):
                labels = tuple(found.span(group) for group in range(1, pattern.groups + 1) if found[group])
                hints.append(KeyHint(found.start(), found.end(), keys, labels))
                start = found.end()
    return hints


def wrap_hints(text: str, width: int) -> list[str]:
    """Wrap a message into lines of at most `width` characters, between its hints rather than inside them."""
    for hint in find_in_sentence(text):
        text = text[: hint.start] + text[hint.start : hint.end].replace(" ", _NO_BREAK) + text[hint.end :]
    return [line.replace(_NO_BREAK, " ") for line in wrap(text, width)]


def find_in_row(text: str) -> list[KeyHint]:
    """Return the keys of hints such as `enter save   esc cancel`, or with a dot between them."""
    return [
        KeyHint(found.start(), found.end(), keys, (found.span(1),))
        for found in _IN_ROW.finditer(text)
        if (keys := _normalize(found[1]))
    ]


def isolate_labels(text: str, hints: Iterable[KeyHint]) -> tuple[str, list[KeyHint]]:
    """Return a message of a right-to-left interface with its keys and names isolated, and its hints there."""
    hints = list(hints)
    if not ANY_RTL.search(text):  # not translated
        return text, hints
    isolated, at = "", 0
    moved = []

    def add(until: int, isolate_in: Callable[[str], str] = isolate_names) -> int:
        nonlocal isolated, at
        isolated, at = isolated + isolate_in(text[at:until]), until
        return len(isolated)

    for hint in hints:
        start = add(hint.start)
        for first, last in hint.labels:
            add(first)
            add(last, isolate)
        moved.append(hint._replace(start=start, end=add(hint.end), labels=()))
    add(len(text))
    return isolated, moved


def split_pair(label: str) -> list[str]:
    """Return the labels of a pair of keys such as `j/k`, or the one label."""
    labels = label.split("/")
    return labels if len(labels) == 2 and all(labels) else [label]


def _ends_in_name(text: str) -> bool:
    """Return whether `text` ends inside quotes."""
    return text.count("“") > text.count("”") if signs("“") == "“" else text.count('"') % 2 == 1


def _pressed_pattern() -> re.Pattern[str]:
    pattern = re.escape(gettext("press {key}", key="KEY")).replace("KEY", r"(\S{1,9}?)")
    return re.compile(rf"(?<!\S){pattern}(?= |,|$)", re.IGNORECASE | re.MULTILINE)


def _normalize(*labels: str) -> tuple[str, ...]:
    """Return Textual's names of keys, none if a label is not a key."""
    keys = [normalize_key(label) for label in labels]
    return tuple(key for key in keys if key is not None) if all(keys) else ()
