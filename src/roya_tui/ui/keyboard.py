"""What comes from the keyboard and Textual would lose: bytes that are no UTF-8, a key right after esc, and the end."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable
from typing import Any

_INTRODUCERS = "[O]P_X^"
"""What stands behind ESC where a longer sequence begins (ECMA-48, 5.3; xterm)."""

_OPEN = {"f": "alt+f", "b": "alt+b", "\x7f": "alt+backspace"}
"""Keys with alt that do something in a line to type into."""
_MADE_OTHERS = "0123456789-=§"
"""Of these with alt Textual makes the signs that a Mac would write."""


def forgive() -> None:
    """Let Textual read such a byte as a character it does not know; by itself it ends the program.

    And let the program end in order when its terminal is gone where the signal of that (SIGHUP) is ignored, as under
    nohup: Textual would read again and again, and keep a core busy for ever.

    Its input thread makes its decoder where no option reaches, so the maker that it imported is replaced.
    """
    if sys.platform == "win32":
        return
    from encodings import utf_8

    from textual.drivers import linux_driver

    class Decoder(utf_8.IncrementalDecoder):
        def __init__(self) -> None:
            super().__init__(errors="replace")
            self._unheard = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN

        def decode(self, data: Any, final: bool = False) -> str:
            if not data and not final and self._unheard:
                self._unheard = False
                os.kill(os.getpid(), signal.SIGTERM)
            return super().decode(data, final)

    linux_driver.getincrementaldecoder = lambda encoding: Decoder  # type: ignore[assignment, attr-defined]


def keep_escape() -> None:
    """Let `esc` and a key that follows within a tenth of a second be two keys; Textual takes both for alt and that key.

    No action has alt; but in a line to type into some mean something: what they are, `turns` tells. As above, the
    parser that the input thread makes is replaced.
    """
    if sys.platform == "win32":
        return
    from textual._xterm_parser import XTermParser
    from textual.drivers import linux_driver
    from textual.events import Key

    class Parser(XTermParser):
        def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
            if sequence[:1] == "\x1b" and len(sequence) == 2:
                if key := _OPEN.get(sequence[1]):
                    yield Key(key, None)
                    return
                if sequence[1] in _MADE_OTHERS:
                    alt, sequence = True, sequence[1]
            if alt:
                yield Key("escape", "\x1b")
            known = list(super()._sequence_to_key_events(sequence))
            if not known and len(sequence) == 2 and sequence[1] not in _INTRODUCERS:
                yield Key("escape", "\x1b")
                known = list(super()._sequence_to_key_events(sequence[1]))
            yield from known

    linux_driver.XTermParser = Parser  # type: ignore[attr-defined]
