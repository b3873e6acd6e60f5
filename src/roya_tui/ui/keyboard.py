"""Bytes from the keyboard that are no UTF-8: a paste in another encoding, an old terminal's mouse."""

from __future__ import annotations

import codecs
import sys
from functools import partial


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
