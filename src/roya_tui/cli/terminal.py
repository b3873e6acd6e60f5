"""Detect the capabilities of the terminal from the environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import TextIO

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.config import Config
from roya_tui.processes import is_on_web_page


class Terminal(Struct, frozen=True):
    """The capabilities of an output stream; a pipe or file has no columns."""

    interactive: bool
    dumb: bool
    columns: int | None
    utf8: bool
    """Whether the stream and the locale are UTF-8; otherwise signs are ASCII."""
    colors: str
    """"none", "16", "256" or "millions"."""
    rtl: str
    """What reorders right-to-left text: "visual" (the app), "terminal", or "words" (the terminal, within words)."""
    multiplexer: str = ""
    """"tmux", "screen" or ""."""


def detect_terminal(stream: TextIO, environ: Mapping[str, str]) -> Terminal:
    """Return the capabilities of `stream`, without querying the terminal, since some never reply."""
    if is_on_web_page(environ):
        colors = "none" if environ.get("NO_COLOR") else "millions"
        return Terminal(interactive=True, dumb=False, columns=80, utf8=True, colors=colors, rtl="visual")
    interactive, columns = False, None
    with suppress(ValueError):  # closed
        interactive = stream.isatty()
    if interactive:
        import shutil  # slow

        columns = max(20, shutil.get_terminal_size().columns)
    dumb = environ.get("TERM", "") in ("dumb", "unknown") or (os.name == "posix" and not environ.get("TERM"))
    return Terminal(
        interactive=interactive,
        dumb=dumb,
        columns=columns,
        utf8=_is_utf8(getattr(stream, "encoding", None) or "") and _has_utf8_locale(environ, interactive),
        colors=_detect_colors(environ) if interactive and not dumb else "none",
        rtl=_detect_rtl(environ),
        multiplexer=_detect_multiplexer(environ),
    )


def _is_utf8(encoding: str) -> bool:
    return encoding.lower().replace("-", "").replace("_", "") in ("utf8", "utf8sig", "cp65001")


def _has_utf8_locale(environ: Mapping[str, str], interactive: bool) -> bool:
    """Return whether the locale's encoding is UTF-8 (POSIX, “Environment Variables”), which Python assumes for C, too.

    Without a locale, terminals of macOS are UTF-8 all the same, and a pipe gets what Python writes.
    """
    if os.name != "posix":
        return True
    locale = environ.get("LC_ALL") or _uncoerced_ctype(environ) or environ.get("LANG", "")
    if not locale:
        return sys.platform == "darwin" or not interactive
    return _is_utf8(locale.partition(".")[2].partition("@")[0] or locale)  # macOS has a locale “UTF-8”


def _uncoerced_ctype(environ: Mapping[str, str]) -> str:
    """Return LC_CTYPE without the value that Python sets at its start if the locale is C (PEP 538)."""
    ctype = environ.get("LC_CTYPE", "")
    if environ is os.environ and ctype in ("C.UTF-8", "C.utf8", "UTF-8"):
        with suppress(OSError), open("/proc/self/environ", "rb") as at_start:  # Linux
            variables = dict(entry.partition(b"=")[::2] for entry in at_start.read().split(b"\0"))
            return os.fsdecode(variables.get(b"LC_CTYPE", b""))
        return "" if environ.get("LANG") in ("C", "POSIX") else ctype
    return ctype


def _detect_colors(environ: Mapping[str, str]) -> str:
    if environ.get("NO_COLOR"):
        return "none"
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit") or "WT_SESSION" in environ:
        return "millions"
    return "256" if "256color" in environ.get("TERM", "") else "16"


def _detect_rtl(environ: Mapping[str, str]) -> str:
    """Return what reorders right-to-left text, as in `Terminal.rtl`.

    Most terminals do not reorder, or can be switched off (VTE, mintty). Konsole, mlterm and macOS Terminal always
    reorder lines; kitty reorders within words. A multiplexer does not forward the mode to the terminal.
    """
    if _detect_multiplexer(environ):
        return "visual"
    names = (environ.get("TERM", ""), environ.get("TERM_PROGRAM", ""))
    if "KONSOLE_VERSION" in environ or "MLTERM" in environ or "mlterm" in names or "Apple_Terminal" in names:
        return "terminal"
    if "KITTY_WINDOW_ID" in environ or "KITTY_PID" in environ or "xterm-kitty" in names:
        return "words"
    return "visual"


def _detect_multiplexer(environ: Mapping[str, str]) -> str:
    if "TMUX" in environ or environ.get("TERM", "").startswith("tmux"):
        return "tmux"
    return "screen" if "STY" in environ or environ.get("TERM", "").startswith("screen") else ""


def resolve_config(config: Config, terminal: Terminal, ascii: bool = False, plain: bool = False) -> Config:
    """Return `config` with its automatic settings resolved: ASCII signs and right-to-left text.

    With `plain`, text keeps its logical order, which screen readers need.
    """
    look = replace(config.look, ascii=ascii or config.look.ascii or not (terminal.utf8 or config.unicode))
    rtl = "off" if plain else terminal.rtl if config.reading.rtl == "auto" else config.reading.rtl
    return replace(config, look=look, reading=replace(config.reading, rtl=rtl))
