"""The global options, which is all that the start of the app needs; `parser` has the commands."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Container, Sequence
from itertools import pairwise
from typing import Any

from roya_tui import __version__
from roya_tui.translation import gettext, gettext_noop

GLOBAL_OPTIONS = {
    "--home": gettext_noop("Keep configuration, database and cache in this folder"),
    "--query": gettext_noop("Open the app with this query"),
    "--offline": gettext_noop("Send no network requests"),
    "--samples": gettext_noop("Use a temporary database that has only the samples"),
    "--ascii": gettext_noop("Use ASCII signs only"),
    "--plain": gettext_noop("Use lines instead of panes, as for screen readers"),
    "--ssml": gettext_noop("Write SSML for speech synthesizers"),
    "--version": gettext_noop("Print the version"),
}
"""Options that may precede or follow a command → their help."""
VALUE_NAMES = {"--home": "DIR", "--query": "QUERY"}
"""Global options that take a value → its name in the help."""


class HelpRequested(Exception):
    """The user asked for help, which is the exception's text."""


class OptionParser(argparse.ArgumentParser):
    """Argparse's parser; raises `HelpRequested`, and OSError if it cannot print, such as on a full disk."""

    def print_help(self, file: Any = None) -> None:
        raise HelpRequested(self.format_help())

    def _print_message(self, message: str, file: Any = None) -> None:
        (file or sys.stdout).write(message)


def parse_app_options(words: Sequence[str]) -> argparse.Namespace | None:
    """Return the options of the app, or None if there are other arguments."""
    options = OptionParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    add_global_options(options)
    try:
        args, others = options.parse_known_args(words)
    except argparse.ArgumentError:
        return None
    args.command = None
    return None if others else args


def add_global_options(parser: argparse.ArgumentParser, shown: Container[str] = (), without: str = "") -> None:
    """Add the global options to a parser; its help has those that are `shown`.

    With the default SUPPRESS, options after a command do not reset those before it.
    """
    for name, text in GLOBAL_OPTIONS.items():
        text = gettext(text) if name in shown else argparse.SUPPRESS
        if name == "--version":
            parser.add_argument("-V", name, action="version", version=f"roya-tui {__version__}", help=text)
        elif name in VALUE_NAMES and name != without:
            parse = _parse_folder if name == "--home" else str
            parser.add_argument(name, metavar=VALUE_NAMES[name], type=parse, default=argparse.SUPPRESS, help=text)
        elif name != without:
            parser.add_argument(name, action="store_true", default=argparse.SUPPRESS, help=text)


def find_home(words: Sequence[str]) -> str | None:
    """Return the value of --home before the arguments are parsed: the settings there name the language of errors."""
    for before, word in pairwise(["", *words]):
        if before == "--home":
            return word
        if word.startswith("--home="):
            return word.partition("=")[2]
    return None


def _parse_folder(text: str) -> str:
    """Reject an empty folder, as of an unset shell variable, which would stand for the usual one."""
    if not text:
        raise argparse.ArgumentTypeError("expected one argument")  # as argparse says if the value is missing
    return text


def is_negation(word: str) -> bool:
    """Return whether a word begins with one hyphen, as a negated query word does."""
    return len(word) > 1 and word[0] == "-" and word[1] != "-"


def protect_query(words: Sequence[str]) -> list[str]:
    """Prefix "-tag:sport" after --query with a space, so that argparse does not see an option."""
    return [
        f" {word}" if before == "--query" and is_negation(word) else word for before, word in pairwise(["", *words])
    ]
