"""The command completions: print the script that completes command lines in a shell."""

from __future__ import annotations

import re
import shlex
from argparse import SUPPRESS, Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from roya_tui.cli.arguments import VALUE_NAMES
from roya_tui.cli.command_parser import CommandParser
from roya_tui.cli.command_table import COMMANDS, GROUPS
from roya_tui.cli.parser import AppParser, find_parser
from roya_tui.cli.session import SUCCESS, Session
from roya_tui.model import EFFECTS
from roya_tui.text import one_line
from roya_tui.translation import gettext

_TEMPLATES = Path(__file__).parents[1] / "completion_scripts"
_VALUES = {
    "ADDRESS": "@file",
    "FILE": "@file",
    "FILE|URL": "@file",
    "DIR": "@directory",
    "SOURCE": "@source @folder",
    "remove SOURCE": "@source",
    "FOLDER": "@folder",
    "TAG": "@tag",
    "OTHER": "@tag",
    "QUERY": "@query",
    "ZONE": "@zone",
    "add NAME": "@mapping",
    "inspect NAME": "@mapping",
    "searches remove NAME": "@search",
    **{f"rules {verb} NAME": "@rule" for verb in ("enable", "disable", "apply", "remove")},
    "EFFECT": " ".join("tag=" if effect == "tag" else effect for effect in EFFECTS),
    "WHEN": "today session",
    **dict.fromkeys(("COMMAND", "ID", "N", "NUMBER", "PORT", "TEXT", "TIME", "TITLE", "URL"), ""),
    **dict.fromkeys(("searches add NAME", "rules add NAME"), ""),
    "hooks test NAME": "after_refresh on_open @rule",
    **dict.fromkeys(("account add ADDRESS", "account add NAME", "ACCOUNT"), ""),
    "account move ACCOUNT": "here",
    "WHERE": "env: keyring:",
}
"""Name of a value in the help, with its command where that matters → what completes it: words, or kinds with “@”."""


def print_completions(session: Session, args: Namespace) -> int:
    """`roya-tui completions`: print the script of a shell, with descriptions in the language of the user."""
    session.out.text(format_script(args.shell).rstrip("\n"))
    return SUCCESS


def format_script(shell: str) -> str:
    """Return the completion script for “bash”, “zsh” or “fish”."""
    parsers = {"": AppParser([]), **{path: find_parser(path) for path in COMMANDS}}
    below = {path: found for path in parsers if (found := _commands_below(path))}
    branch = _fish_branch if shell == "fish" else _posix_branch
    rows = {"bash": _bash_rows, "zsh": _zsh_rows, "fish": _fish_rows}[shell]
    takes_value = (name for one in parsers.values() for name, option in one.options().items() if option.nargs is None)
    subcommands = [path for path in COMMANDS if " " in path]
    cases = {
        "COMMANDS": {f"{path},": rows("commands", found) for path, found in below.items()}
        | {f"help,{path}": rows("commands", found) for path, found in below.items()},
        "OPTIONS": {path: rows("options", _options(parser)) for path, parser in parsers.items()},
        "OPTION_VALUES": _assign(shell, _option_values(parsers)),
        "ARGUMENT_VALUES": _assign(shell, _argument_values(parsers)),
    }
    patterns = {"VALUE_OPTIONS": dict.fromkeys(takes_value), "SUBCOMMANDS": subcommands}
    text = (_TEMPLATES / shell).read_text("utf-8")
    for name, words in patterns.items():
        text = text.replace(f"@@{name}@@", _patterns(shell, words))
    for name, branches in cases.items():
        grouped: dict[tuple[str, ...], list[str]] = {}
        for key, action in sorted(branches.items(), key=lambda branch: branch[0].endswith("*")):  # the first match wins
            grouped.setdefault(tuple(action), []).append(key)
        lines = [line for action, keys in grouped.items() for line in branch(_patterns(shell, keys), action)]
        before, indent, after = re.split(rf"^( *)@@{name}@@\n", text, flags=re.M)
        text = before + "".join(f"{indent}{line}\n" for line in lines) + after
    return text


def _commands_below(path: str) -> list[tuple[str, str]]:
    """Return the commands after “roya-tui”, or the subcommands of a command, with their summaries."""
    if not path:
        return [(name, gettext(COMMANDS[name].summary)) for _, names in GROUPS for name in names]
    return [(name, gettext(one.summary)) for name, one in find_parser(path).subcommands.items()]


def _options(parser: CommandParser) -> list[tuple[str, str]]:
    return [(name, str(option.help)) for option in parser.shown_options() for name in option.option_strings]


def _option_values(parsers: Mapping[str, CommandParser]) -> Iterator[tuple[str, str]]:
    """Yield what completes the value of each option: "show,--format" → the formats."""
    for path, parser in parsers.items():
        for name, option in parser.options().items():
            if option.nargs is None and option.help != SUPPRESS and name not in VALUE_NAMES:
                yield f"{path},{name}", _values(path, str(option.metavar), option.choices)
    for name, value in VALUE_NAMES.items():
        yield f"*,{name}", _values("", value)


def _argument_values(parsers: Mapping[str, CommandParser]) -> Iterator[tuple[str, str]]:
    """Yield what completes each argument: "tags merge,0" → tags; "list,*" stands for all arguments that are left."""
    for path, parser in parsers.items():
        for at, argument in enumerate(parser.arguments):
            # The words after SOURCE belong to the same name.
            place = "*" if argument.many and argument.name != "SOURCE" else str(at)
            yield f"{path},{place}", _values(path, argument.name, argument.choices)


def _values(path: str, name: str, choices: Iterable[str] | None = ()) -> str:
    """Return the words for a value, or the kinds of names with “@”."""
    own = f"{path} {name}"
    return " ".join(choices or ()) or _VALUES[own if own in _VALUES else name]


def _assign(shell: str, values: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    command = "set values " if shell == "fish" else "values="
    return {key: [command + shlex.quote(value)] for key, value in values}


def _patterns(shell: str, words: Iterable[str]) -> str:
    """Return the pattern of a case that matches words; “*” at an end stands for any text."""
    if shell == "fish":
        return " ".join(f"'{word}'" for word in words)
    return " | ".join(re.sub(r"[^*]+", r"'\g<0>'", word) or "''" for word in words)


def _posix_branch(patterns: str, action: Sequence[str]) -> list[str]:
    if len(action) == 1:
        return [f"{patterns}) {action[0]} ;;"]
    return [f"{patterns})", *(f"    {line}" for line in action), "    ;;"]


def _fish_branch(patterns: str, action: Sequence[str]) -> list[str]:
    return [f"case {patterns}", *(f"    {line}" for line in action)]


def _bash_rows(name: str, rows: Sequence[tuple[str, str]]) -> list[str]:
    return [f"{name}=({' '.join(word for word, _ in rows)})"]


def _zsh_rows(name: str, rows: Sequence[tuple[str, str]]) -> list[str]:
    return [f"{name}=(", *(f"    {shlex.quote(f'{word}:{one_line(text)}')}" for word, text in rows), ")"]


def _fish_rows(name: str, rows: Sequence[tuple[str, str]]) -> list[str]:
    return [f"printf '%s\\t%s\\n' {word} {_quote_for_fish(one_line(text))}" for word, text in rows]


def _quote_for_fish(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
