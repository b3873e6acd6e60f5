"""The global options, which is all that the start of the app needs; `parser` has the commands."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

from roya_tui import __version__
from roya_tui.text import message as printable


class Parser(argparse.ArgumentParser):
    """A parser whose errors contain no control characters and passwords."""

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """Exit as argparse does."""
        super().exit(status, printable(message) if message else None)


def parse_app_options(words: Sequence[str]) -> argparse.Namespace | None:
    """Return the options of the app, or None if there are other arguments."""
    try:
        args, others = global_options(is_before_command=True).parse_known_args(words)
    except argparse.ArgumentError:
        return None
    args.command = None
    return None if others else args


def protect_negation(word: str) -> str:
    """Prefix "-tag:sport" with a space, so that argparse does not see an option."""
    negated = len(word) > 1 and word[0] == "-" and word[1] != "-" and word != "-h"
    return f" {word}" if negated else word


def global_options(*, is_before_command: bool) -> argparse.ArgumentParser:
    """Return the options that may precede or follow a command; the help of a command lists only some.

    With the default SUPPRESS, options after the command do not reset those before it.
    """
    hidden = None if is_before_command else argparse.SUPPRESS
    options = Parser(add_help=False, allow_abbrev=False, exit_on_error=False, argument_default=argparse.SUPPRESS)
    group = options.add_argument_group("everywhere")
    group.add_argument("--home", metavar="DIR", help="keep configuration, store and cache in this folder")
    group.add_argument("--offline", action="store_true", help="touch no network")
    group.add_argument("--samples", action="store_true", help=hidden or "use a throw-away store with the samples only")
    query_help = "start the reader with this query; commands that want one take it too"
    group.add_argument("--query", metavar="QUERY", help=hidden or query_help)
    group.add_argument("--ascii", action="store_true", help=hidden or "no signs beyond ASCII")
    plain_help = "lines and words in place of panes, as for screen readers"
    group.add_argument("--plain", action="store_true", help=hidden or plain_help)
    version = f"roya-tui {__version__}"
    group.add_argument("--version", action="version", version=version, help=hidden or "tell the version")
    return options
