"""Detect the capabilities of the terminal from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import TextIO

from msgspec import Struct
from msgspec.structs import replace

from roya_tui.config import Config


class Terminal(Struct, frozen=True):
    """The capabilities of an output stream; a pipe or file has no columns."""

    interactive: bool
    dumb: bool
    columns: int | None
    utf8: bool
    colors: str
    """"none", "16", "256" or "millions"."""
    rtl: str
    """What reorders right-to-left text: "visual" (the app), "terminal", or "words" (the terminal, within words)."""
    multiplexer: str = ""
    """"tmux", "screen" or ""."""


def detect_terminal(stream: TextIO, environ: Mapping[str, str]) -> Terminal:
    """Return the capabilities of `stream`, without querying the terminal, since some never reply."""
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
        utf8=(getattr(stream, "encoding", None) or "").lower().replace("-", "") in ("utf8", "utf8sig", "cp65001"),
        colors=_detect_colors(environ) if interactive and not dumb else "none",
        rtl=_detect_rtl(environ),
        multiplexer=_detect_multiplexer(environ),
    )


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
    look = replace(config.look, ascii=ascii or config.look.ascii or not terminal.utf8)
    rtl = "off" if plain else terminal.rtl if config.reading.rtl == "auto" else config.reading.rtl
    return replace(config, look=look, reading=replace(config.reading, rtl=rtl))
