"""Share commands, [share] in config.toml: programs that run on an article.

They run without a shell, so the text of an article cannot become a command.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath

from msgspec import Struct

from roya_tui.config.validators import InvalidValue, suggest
from roya_tui.text import clean
from roya_tui.translation import gettext, gettext_noop

PLACEHOLDERS = ("url", "title", "source", "text", "file")
"""Placeholders, written in braces; {text} is the article as Markdown, {file} the path of a file with it."""

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_SHELLS = frozenset("sh ash bash dash ksh zsh fish csh tcsh cmd powershell pwsh".split())
_COMMAND_OPTION = re.compile(r"-[a-z]*c[a-z]*|/[ck]", re.I)
_MAX_BYTES = 100_000
"""Bytes of one argument; the limit of Linux is 128 KiB."""


class ShareCommand(Struct, frozen=True):
    """A program to run on an article."""

    name: str
    run: tuple[str, ...]
    terminal: bool = False
    """Whether it runs in the terminal, in place of the app."""

    @property
    def needs_file(self) -> bool:
        """Whether an argument contains {file}."""
        return any("{file}" in argument for argument in self.run)


def validate_arguments(value: object) -> tuple[str, ...]:
    """Return the program and its arguments. Raises `InvalidValue`."""
    if not isinstance(value, list) or not value or not all(isinstance(part, str) for part in value) or not value[0]:
        example = '["xdg-email", "--body", "{url}"]'
        raise InvalidValue(gettext_noop("{setting} must be a program and its arguments: {example}."), example=example)
    for name in _PLACEHOLDER.findall(" ".join(value)):
        if name not in PLACEHOLDERS:
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            near = suggest(name, PLACEHOLDERS) or " " + gettext("The placeholders are {names}.", names=known)
            raise InvalidValue(gettext_noop("{setting} has the unknown placeholder {name}."), near, name=f"{{{name}}}")
    if _PLACEHOLDER.search(value[0]):
        raise InvalidValue(gettext_noop("{setting} must name a program, not a placeholder."))
    if _runs_shell_code(value) and any(map(_PLACEHOLDER.search, value)):
        raise InvalidValue(gettext_noop("{setting} must not pass placeholders to a shell. Run another program."))
    return tuple(value)


def _runs_shell_code(value: list[str]) -> bool:
    """Return whether a shell, also as an argument, gets commands in an option (-c)."""
    shells = [PurePath(part).stem.lower() in _SHELLS for part in value]
    return any(map(_COMMAND_OPTION.fullmatch, value[shells.index(True) :])) if any(shells) else False


def fill(command: ShareCommand, values: Mapping[str, str]) -> list[str]:
    """Return the program and its arguments with the placeholders replaced by `values`.

    An argument that begins with a hyphen only because of a value gets a space in front: a title is not an option.
    """
    return [command.run[0], *(_fill_argument(argument, values) for argument in command.run[1:])]


def _fill_argument(argument: str, values: Mapping[str, str]) -> str:
    if not _PLACEHOLDER.search(argument):
        return argument
    filled = clean(_PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), argument))
    filled = filled.encode("utf-8", "ignore")[:_MAX_BYTES].decode("utf-8", "ignore")
    return f" {filled}" if filled.startswith("-") and not argument.startswith("-") else filled
