"""What comes from the keyboard and Textual by itself would lose: bytes that are no UTF-8, and a key right after esc."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterable
from functools import partial

_INTRODUCERS = "[O]P_X^"
"""What stands behind ESC where a longer sequence begins (ECMA-48, 5.3; xterm)."""


def forgive() -> None:
    """Let Textual read such a byte as a character it does not know; by itself it ends the program.

    Its input thread makes its decoder where no option reaches, so the maker that it imported is replaced.
    """
    if sys.platform == "win32":
        return
    from textual.drivers import linux_driver

    def forgiving(encoding: str) -> partial[codecs.IncrementalDecoder]:
        return partial(codecs.getincrementaldecoder(encoding), errors="replace")

    linux_driver.getincrementaldecoder = forgiving  # type: ignore[assignment, attr-defined]


def keep_escape() -> None:
    """Let `esc` and a key that follows within a tenth of a second be two keys; Textual takes both for alt and that key.

    No action has alt. As above, the parser that the input thread makes is replaced.
    """
    if sys.platform == "win32":
        return
    from textual._xterm_parser import XTermParser
    from textual.drivers import linux_driver
    from textual.events import Key

    class Parser(XTermParser):
        def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
            if alt:
                yield Key("escape", "\x1b")
            known = list(super()._sequence_to_key_events(sequence))
            if not known and len(sequence) == 2 and sequence[1] not in _INTRODUCERS:
                yield Key("escape", "\x1b")
                known = list(super()._sequence_to_key_events(sequence[1]))
            yield from known

    linux_driver.XTermParser = Parser  # type: ignore[attr-defined]
