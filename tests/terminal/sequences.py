"""Which escape sequences the app may write: those of Textual, the clipboard and the mode for right-to-left text."""

import re

TEXTUAL_SEQUENCES = re.compile(
    r"\x1b\[[0-9;]*m"  # colours and styles
    r"|\x1b\[\d+;\d+H"  # where to write
    r"|\x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1049|2004)[hl]"  # wrap, cursor, mouse, focus, alternate screen, paste
    r"|\x1b\[\?(?:2026|2048)\$p"  # queries of what the terminal supports
    r"|\x1b\[>\d+u|\x1b\[<u"  # keyboard protocol, on and off
    r"|\x1b\]22;[a-z-]*\x07"  # the mouse pointer's shape
    r"|\x1b\[8[hl]|\x1b\[2J"  # the mode for right-to-left text, and a screen erased for it
)
CLIPBOARD = re.compile(r"\x1b\]52;c;[A-Za-z0-9+/=]*\x07")
STRANGE = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]"  # control characters, except for line ends
    "|[\u202a-\u202e\u2066-\u2069\u2060\ufeff\U000e0000-\U000e007f]"  # forced directions and invisible characters
    "|[ -~]\u200b"  # a zero-width space after a letter; the app itself separates emoji with it
)


def find_strange(output: str) -> str:
    """Return what is neither text nor a sequence of Textual, with the text around it; "" if nothing is."""
    text = TEXTUAL_SEQUENCES.sub("", output)
    strange = STRANGE.search(text)
    return repr(text[max(0, strange.start() - 40) : strange.start() + 40]) if strange else ""
