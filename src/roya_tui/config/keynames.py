"""Keys as people write them in [keys], by the names that Textual has for them: the help's signs are understood, too."""

from __future__ import annotations

import unicodedata

_MODIFIERS = ("ctrl", "alt", "shift", "meta", "super", "hyper")
_ALSO = {
    "esc": "escape", "return": "enter", "del": "delete", "ins": "insert", "pgup": "pageup", "pgdn": "pagedown",
    "⌫": "backspace", "↑": "up", "↓": "down", "←": "left", "→": "right", ",": "comma",
}  # fmt: skip
"""What the help and keyboards call them."""
_NAMED = {"space", "tab", "home", "end", *_ALSO.values(), *(f"f{number}" for number in range(1, 25))}
_OWN = {
    "solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus",
    "plus_sign": "plus", "low_line": "underscore",
}  # fmt: skip
"""Characters that have another name than Unicode's."""


def named(key: str) -> str | None:
    """The name of a key: `esc` is `escape`, `⇧tab` `shift+tab`, `Ctrl+Q` `ctrl+q`; None for what is no key."""
    key = key.replace("⇧", "shift+")
    held, _, last = key[:-1].rpartition("+")
    last += key[-1:]
    modifiers = held.lower().split("+") if held else []
    if not last or any(modifier not in _MODIFIERS for modifier in modifiers):
        return None
    last = _ALSO.get(last.lower(), last)
    if len(last) > 1:
        last = last.lower()
        return "+".join((*modifiers, last)) if last in _NAMED or last in _OWN.values() or _is_character(last) else None
    if not last.isprintable() or last.isspace():
        return None
    if not modifiers:
        return last
    if modifiers == ["shift"] and last.isalpha():
        return last.upper()  # what a terminal sends
    return "+".join((*modifiers, last.lower() if last.isalnum() else _spelt(last)))


def _is_character(name: str) -> bool:
    """Whether it is a character's name in Unicode, as `right_curly_bracket`."""
    try:
        return unicodedata.lookup(name.replace("_", " ")).isprintable()
    except KeyError:
        return False


def _spelt(character: str) -> str:
    """A character's name, as it stands behind a modifier."""
    name = unicodedata.name(character, "").lower().replace(" ", "_").replace("-", "_")
    return _OWN.get(name, name)
