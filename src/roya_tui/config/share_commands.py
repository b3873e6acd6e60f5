"""Commands of the person's own, [share] in config.toml: a program and its arguments, in which words stand for an
article's.

There is no shell anywhere: an article's words come in the arguments where they were put, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath

from msgspec import Struct

from roya_tui.config.validators import InvalidValue, suggest
from roya_tui.text import clean

PLACEHOLDERS = ("url", "title", "source", "text", "file")
"""What an argument may have in braces: the article's address, its title, its source's name, its text as Markdown, and
the path of a file with that text."""

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_SHELLS = frozenset("sh ash bash dash ksh zsh fish csh tcsh cmd powershell pwsh".split())
_COMMAND_OPTION = re.compile(r"-[a-z]*c[a-z]*|/[ck]", re.I)
_MAX_BYTES = 100_000
"""Bytes of one argument: Linux takes 128 KiB."""


class ShareCommand(Struct, frozen=True):
    """What one entry of [share] runs."""

    name: str
    run: tuple[str, ...]
    terminal: bool = False
    """Whether it is a program for the terminal, which is left to it meanwhile."""

    @property
    def needs_file(self) -> bool:
        """Whether one of its arguments is the path of a file with the article."""
        return any("{file}" in argument for argument in self.run)


def validate_arguments(value: object) -> tuple[str, ...]:
    """Read a command: a list of texts, the program first."""
    if not isinstance(value, list) or not value or not all(isinstance(part, str) for part in value) or not value[0]:
        raise InvalidValue(
            'must be a list of texts, the program and its arguments, such as ["xdg-email", "--body", "{url}"].'
        )
    for place in _PLACEHOLDER.findall(" ".join(value)):
        if place not in PLACEHOLDERS:
            near = suggest(place, PLACEHOLDERS) or f" There are {', '.join('{' + name + '}' for name in PLACEHOLDERS)}."
            raise InvalidValue(f'has "{{{place}}}", which stands for nothing.{near}')
    if _PLACEHOLDER.search(value[0]):
        raise InvalidValue("must name its program itself: an article cannot say what is run.")
    if _runs_shell_code(value) and any(map(_PLACEHOLDER.search, value)):
        raise InvalidValue("must not hand a shell what a feed says, which could be commands. Name the program itself.")
    return tuple(value)


def _runs_shell_code(value: list[str]) -> bool:
    """Whether a shell, run by itself or by another program, takes one of the arguments for commands."""
    shells = [PurePath(part).stem.lower() in _SHELLS for part in value]
    return any(map(_COMMAND_OPTION.fullmatch, value[shells.index(True) :])) if any(shells) else False


def fill(command: ShareCommand, values: Mapping[str, str]) -> list[str]:
    """Return the arguments with `words` in their places: one stays one, whatever the words are.

    One that would begin with a hyphen only by the article's words gets a blank in front: no title is an option.
    """
    return [command.run[0], *(_fill_argument(argument, values) for argument in command.run[1:])]


def _fill_argument(argument: str, values: Mapping[str, str]) -> str:
    if not _PLACEHOLDER.search(argument):
        return argument
    filled = clean(_PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), argument))
    filled = filled.encode("utf-8", "ignore")[:_MAX_BYTES].decode("utf-8", "ignore")
    return f" {filled}" if filled.startswith("-") and not argument.startswith("-") else filled
