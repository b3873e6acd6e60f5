"""How wide text is on the screen, in a way that all terminals agree with."""

from __future__ import annotations

import re

from rich.cells import cell_len

# Terminals dispute the width of emoji that a joiner makes one of, or that a selector or skin tone changes. A zero-width
# blank in place of those parts them, and each is as wide everywhere as it is alone. Letters keep their joiners.
_EMOJI = "\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff"
_DISPUTED = re.compile(f"(?<=[{_EMOJI}\ufe0f])[\u200d\U0001f3fb-\U0001f3ff]|\ufe0f")
_PARTED = "\u200b"
# The last belt: whatever came past the cleaning on the way in must not steer the terminal.
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def shown(text: str) -> str:
    """Return `text` as it is to be drawn, character for character."""
    if text.isprintable():
        return text if text.isascii() else _DISPUTED.sub(_PARTED, text)
    return _DISPUTED.sub(_PARTED, _STEERING.sub("\ufffd", text))


def measure(text: str) -> int:
    """Return how many cells `text` takes once it is drawn."""
    return len(text) if text.isascii() else cell_len(shown(text))
