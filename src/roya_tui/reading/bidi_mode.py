"""Telling a terminal that lines come in order already, for those that would put them in order once more.

VTE (GNOME Terminal and many others) and mintty order lines by themselves unless they are told not to, as the
recommendation “BiDi in Terminal Emulators” has it with ECMA-48's mode BDSM. All others pass over what they do not know.
"""

from __future__ import annotations

from roya_tui.reading.scripts import ANY_RTL

AS_SENT = "\x1b[8l"
"""From here on characters stand where they are sent to (BDSM: explicit). Each line keeps the mode it began with."""
AS_USUAL = "\x1b[8h"
"""From here on the terminal orders lines, if it is one that does (BDSM: implicit)."""


def as_sent(lines: str) -> str:
    """Return whole lines, ordered for drawing, such that the terminal leaves them as they are."""
    return f"{AS_SENT}{lines}{AS_USUAL}" if ANY_RTL.search(lines) else lines
