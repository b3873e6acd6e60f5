"""How runs of text look: names of styles → colours of the theme that is on.

One table instead of a CSS class a name: Textual would match each of those against every rule whenever focus moves.
"""

from __future__ import annotations

from functools import reduce

from rich.style import Style as RichStyle
from textual.style import Style

PAPER = "$foreground on $background"

INK = {
    # Rows of the lists.
    "pointer": "bold $primary",
    "unread": "$accent",
    "starred": "bold $secondary",
    "changed": "bold $success",
    "time": "$foreground 62%",
    "source": "$primary",
    "title": "bold",
    "lit": "bold $warning",
    "story": "not bold $secondary",
    "read-title": "$foreground 62%",
    "found": "underline on $accent 30%",
    "kept": "$foreground 50%",
    "day": "bold $secondary",
    "empty": "$foreground 70%",
    "header": "bold $secondary",
    "chosen": "bold $accent",
    "never": "$error",
    "count": "$foreground 62%",
    "sign": "$accent",
    "failed": "$warning",
    "dim": "$foreground 60%",
    "thumb": "$border-blurred",
    # Under the cursor, in a list that has the focus and in one that has not.
    "focused": "on $primary 28%",
    "cursor": "on $panel",
    # The head of an article.
    "headline": "bold $accent",
    "author": "italic $foreground 75%",
    "date": "$foreground 75%",
    "facts": "$foreground 60%",
    "also": "$foreground 75%",
    "own": "$primary",
    "note": "$secondary",
    # Its text.
    "heading": "bold $secondary",
    "head": "bold",
    "table": "$foreground 40%",
    "place": "$foreground 50% on $panel",
    "picture": "$foreground 75%",
    "media": "$foreground 75%",
    "strong": "bold",
    "em": "italic",
    "code": "$success on $panel",
    "keyword": "bold $accent",
    "comment": "italic $foreground 62%",
    "string": "$success",
    "literal": "$warning",
    "called": "bold $secondary",
    "strike": "strike",
    "underline": "underline",
    "small": "$foreground 80%",
    "link": "underline $primary",
    "number": "not underline $foreground 55%",
    "quote": "italic $foreground 85%",
    "caption": "italic $foreground 75%",
    "rule": "$foreground 40%",
    "term": "bold",
    "summary": "bold",
    "mark": "bold on $accent 30%",
    "selected": "reverse",
    "tag": "underline",
    # What changed: words, whole blocks, the sign beside lines with changed words, the sentence that tells it.
    "added": "underline $success",
    "removed": "strike $error",
    "came": "$success",
    "went": "$error",
    "moved": "$secondary",
    "changed-sign": "bold $accent",
    "told": "bold",
    "current": "reverse",
}
"""Each as Textual writes styles. What is not named here looks like plain text."""


def ink(names: str) -> RichStyle:
    """The style of `names`, parted by blanks, each over the one before; there must be a running app."""
    known = (Style.parse(INK[name]) for name in names.split() if name in INK)
    return reduce(lambda under, over: under + over, known, Style.parse(PAPER)).rich_style
