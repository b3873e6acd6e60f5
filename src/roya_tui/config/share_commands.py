"""Share commands, [share] in config.toml: programs that run on an article.

They run without a shell. Text of an article reaches them only in the environment or on standard input, so it cannot
become an option or a command.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from pathlib import PurePath

from msgspec import Struct

from roya_tui.config.validators import InvalidValue, suggest
from roya_tui.text import one_line
from roya_tui.translation import gettext, gettext_noop

PLACEHOLDERS = ("url", "file")
"""Placeholders, in braces and as a whole argument; {file} is the path of a file with the article as Markdown."""

_SHELL_FORMS = {
    "url": '"$ROYA_URL"',
    "file": '"$ROYA_FILE"',
    "title": '"$ROYA_TITLE"',
    "source": '"$ROYA_SOURCE"',
    "text": '"$(cat)"',
}
"""Shell code for the present and former placeholders; `_TERMINAL_TEXT` replaces that of {text} on the terminal."""
_TERMINAL_TEXT = '"$(cat "$ROYA_FILE")"'

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_SHELLS = frozenset("sh ash bash dash ksh zsh fish csh tcsh cmd powershell pwsh".split())
_COMMAND_OPTION = re.compile(r"-[a-z]*c[a-z]*|/[ck]", re.I)
_MAX_BYTES = 100_000
"""Bytes of a value; the limit of Linux is 128 KiB for an argument or a variable."""


class ShareCommand(Struct, frozen=True):
    """A program to run on an article."""

    name: str
    run: tuple[str, ...]
    terminal: bool = False
    """Whether it runs in the terminal, in place of the app."""

    @property
    def needs_file(self) -> bool:
        """Whether it needs a file with the text: a program for the terminal has the keyboard as standard input."""
        return self.terminal or "{file}" in self.run


def validate_arguments(value: object, *, terminal: bool = False) -> tuple[str, ...]:
    """Return the program and its arguments. Raises `InvalidValue`."""
    if not isinstance(value, list) or not value or not all(isinstance(part, str) for part in value) or not value[0]:
        example = '["xdg-email", "--body", "{url}"]'
        raise InvalidValue(gettext_noop("{setting} must be a program and its arguments: {example}."), example=example)
    for name in _PLACEHOLDER.findall(" ".join(value)):
        if name not in _SHELL_FORMS:
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            near = suggest(name, PLACEHOLDERS) or " " + gettext("The placeholders are {names}.", names=known)
            raise InvalidValue(gettext_noop("{setting} has the unknown placeholder {name}."), near, name=f"{{{name}}}")
    if _PLACEHOLDER.search(value[0]):
        raise InvalidValue(gettext_noop("{setting} must name a program, not a placeholder."))
    if _runs_shell_code(value) and (found := _PLACEHOLDER.search(" ".join(value))):
        message = gettext_noop("{setting} must not pass {name} to a shell. Write {form} in the script.")
        raise InvalidValue(message, name=found[0], form=_SHELL_FORMS[found[1]])
    for argument in value[1:]:
        for found in _PLACEHOLDER.finditer(argument):
            example = _as_script(value, terminal=terminal)
            if found[1] not in PLACEHOLDERS:
                message = gettext_noop("{setting} must not have {name} in an argument. Write {example}.")
                raise InvalidValue(message, name=found[0], example=example)
            if found[0] != argument:
                message = gettext_noop("{setting} must have {name} as a whole argument. Or write {example}.")
                raise InvalidValue(message, name=found[0], example=example)
    return tuple(value)


def validate_player(value: object) -> tuple[str, ...]:
    """Return a player and its arguments, one of which is {url}. Raises `InvalidValue`."""
    arguments = value if isinstance(value, list) and all(isinstance(part, str) for part in value) else []
    places = _PLACEHOLDER.findall(" ".join(arguments))
    if places != ["url"] or "{url}" not in arguments[1:] or not arguments[0].strip() or _runs_shell_code(arguments):
        example = '["mpv", "{url}"]'
        raise InvalidValue(gettext_noop("{setting} must be a program and its arguments: {example}."), example=example)
    return tuple(arguments)


def _runs_shell_code(value: list[str]) -> bool:
    """Return whether a shell, also as an argument, gets commands in an option (-c)."""
    shells = [PurePath(part).stem.lower() in _SHELLS for part in value]
    return any(map(_COMMAND_OPTION.fullmatch, value[shells.index(True) :])) if any(shells) else False


def _as_script(value: list[str], *, terminal: bool) -> str:
    """Return a command as TOML, with a script that reads the values of its placeholders from the environment."""
    forms = _SHELL_FORMS | ({"text": _TERMINAL_TEXT} if terminal else {})
    script = " ".join(_quote(argument, forms) for argument in value)
    return f"""["sh", "-c", {f"'{script}'" if "'" not in script else json.dumps(script, ensure_ascii=False)}]"""


def _quote(argument: str, forms: Mapping[str, str]) -> str:
    """Quote an argument for a shell, with `forms` in place of its placeholders."""
    parts = _PLACEHOLDER.split(argument)  # text, name, text, …
    words = (forms[part] if number % 2 else part and shlex.quote(part) for number, part in enumerate(parts))
    return "".join(words) or "''"


def fill(command: ShareCommand, values: Mapping[str, str]) -> list[str]:
    """Return the program and its arguments with the placeholders replaced by `values`.

    An address that begins with a hyphen gets a space in front: it is not an option.
    """
    filled = {f"{{{name}}}": re.sub("^-", " -", _shorten(values[name])) for name in PLACEHOLDERS if name in values}
    return [filled.get(argument, argument) for argument in command.run]


def make_environment(values: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables of a command: ROYA_URL, ROYA_TITLE and so on, without empty ones."""
    return {f"ROYA_{name.upper()}": _shorten(value) for name, value in values.items() if value}


def _shorten(value: str) -> str:
    """Return a value on one line, of a length that the system accepts."""
    return one_line(value).encode("utf-8", "ignore")[:_MAX_BYTES].decode("utf-8", "ignore")
