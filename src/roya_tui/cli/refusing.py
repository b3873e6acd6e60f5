"""The parsers of the command line, which refuse what they do not understand in a few lines that help."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from roya_tui.cli.arguments import Parser
from roya_tui.cli.session import WRONG_USAGE
from roya_tui.text import hide_credentials_typed, one_line


class Whole(Parser):
    """All of the command line; an unknown command is told with what was probably meant."""

    commands: Mapping[str, argparse.ArgumentParser] = {}

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.dest == "command" and value not in self.commands:
            meant = _meant(str(value), self.commands)
            self.exit(
                WRONG_USAGE, f"roya-tui: “{_quoted(value)}” is no command.{meant} roya-tui --help lists them all.\n"
            )
        super()._check_value(action, value)


class OfCommand(Parser):
    """One command's part of it.

    Options may stand between words: argparse by itself takes those before the first option for all of them. What it
    does not know it tells by itself, with its own usage: argparse leaves that to the whole.
    """

    _inside = False

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        if self._inside or not {"-h", "--help"}.isdisjoint(args or ()):  # help is that of the words, too
            return super().parse_known_args(args, namespace)
        self._inside = True
        try:
            known, unknown = self.parse_known_intermixed_args(args, namespace)
        finally:
            self._inside = False
        if unknown:
            words, meant = " ".join(map(_quoted, unknown)), _meant(unknown[0], self._option_string_actions)
            self.error(f"unrecognized arguments: {words}{meant and f'.{meant}'}")
        return known, unknown


def _quoted(word: str) -> str:
    return hide_credentials_typed(one_line(word))


def _meant(word: str, known: Iterable[str]) -> str:
    """A question, " Did you mean …?"; "" where nothing is near."""
    near = get_close_matches(word.strip().partition("=")[0], known, 1)
    return f" Did you mean {near[0]}?" if near else ""
