"""Makes the keys that a text names clickable: a click on one presses it."""

from __future__ import annotations

from collections.abc import Iterable

from rich.style import Style as RichStyle
from textual.content import Content
from textual.screen import Screen
from textual.style import Style

from roya_tui.config.validators import normalize_key
from roya_tui.presentation.key_hints import KeyHint, find_in_part, find_in_row, split_pair
from roya_tui.translation import is_right_to_left

_META = "keys"
"""Metadata key of a button's keys, separated by blanks, in its style."""


def sentence_with_buttons(text: str, style: str = "", *, whole: str = "") -> Content:
    """Return a message as drawn, in which keys such as `u: undo` are buttons.

    `whole` is the message before it was shortened.
    """
    hints = find_in_part(text, whole or text)
    return _add_buttons(Content.styled(text, style) if style else Content(text), hints)


def row_with_buttons(text: str) -> Content:
    """Return hints such as `enter save   esc cancel`, each a button."""
    return _add_buttons(Content(text), find_in_row(text))


def button(content: Content, *keys: str) -> Content:
    """Return `content` as a button that presses keys, by Textual's names."""
    return content.stylize(Style.from_meta({_META: " ".join(keys)})) if keys else content


def key_button(key: str, words: Content, style: str = "bold $primary") -> Content:
    """Return the label of a key and the words after it; each key of a pair such as `j/k` is a button of its own."""
    labels = split_pair(key)
    parts = [Content.styled(label if number == 0 else f"/{label}", style) for number, label in enumerate(labels)]
    buttons = [label_button(part, [label]) for part, label in zip(parts, labels, strict=True)]
    return assemble(Content.assemble(*buttons), label_button(words, labels[:1]))


def assemble(*parts: Content) -> Content:
    """Join the parts of a line, each as it is drawn, from the side at which the interface begins."""
    return Content.assemble(*(reversed(parts) if is_right_to_left() else parts))


def label_button(content: Content, labels: Iterable[str]) -> Content:
    """Return `content` as a button that presses keys, by their labels."""
    return button(content, *filter(None, map(normalize_key, filter(None, labels))))


def runs_with_buttons(text: str, style: RichStyle, hints: Iterable[KeyHint]) -> list[tuple[str, RichStyle]]:
    """Return parts of a line and their styles, with a button for each of `hints`."""
    runs, end = [], 0
    for hint in hints:
        runs += [(text[end : hint.start], style)]
        runs += [(text[hint.start : hint.end], style + key_meta(*hint.keys))]
        end = hint.end
    return [*runs, (text[end:], style)]


def key_meta(*keys: str) -> RichStyle:
    """Return the style of a button in a row of segments."""
    return RichStyle(meta={_META: " ".join(keys)})


def keys_at(screen: Screen[object], x: int, y: int) -> tuple[str, ...]:
    """Return the keys of the button at a cell of the screen, none if there is no button."""
    return tuple(str(screen.get_style_at(x, y).meta.get(_META, "")).split())


def _add_buttons(content: Content, hints: Iterable[KeyHint]) -> Content:
    for hint in hints:
        content = content.stylize(Style.from_meta({_META: " ".join(hint.keys)}), hint.start, hint.end)
    return content
