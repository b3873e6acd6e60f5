"""The parser of one command: argparse reads the options; arguments, help and usage errors are our own."""

from __future__ import annotations

import argparse
import shutil
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import pairwise
from typing import Any, NoReturn

from msgspec import Struct

from roya_tui.cli.arguments import GLOBAL_OPTIONS, OptionParser, add_global_options, is_negation
from roya_tui.cli.output import MAX_WIDTH
from roya_tui.cli.session import USAGE_ERROR, CommandError
from roya_tui.text import hide_credentials_typed, one_line
from roya_tui.translation import gettext


class Command(Struct, frozen=True):
    """A command such as `tags`, or a subcommand such as `tags merge`."""

    summary: str
    """One line of at most 50 characters."""
    examples: tuple[str, ...]
    """Command lines for the help, without the program's name."""
    define: Callable[[CommandParser], None] | None = None
    """Adds arguments and options; None if a subcommand is required."""
    details: str = ""
    """More sentences about it."""
    shown: tuple[str, ...] = ("--home",)
    """Global options that the help lists."""
    usage: str = ""
    """Its arguments, with "|" between two ways to use it, where the parser does not have them all."""


class Argument(Struct, frozen=True):
    """An argument that is not an option."""

    dest: str
    name: str
    help: str
    parse: Callable[[str], Any]
    required: bool
    many: bool
    default: str
    choices: tuple[str, ...]


class CommandParser(OptionParser):
    """The parser of the command `path`, such as "tags merge"."""

    def __init__(self, path: str, command: Command, subcommands: Mapping[str, Command]) -> None:
        super().__init__(prog=f"roya-tui {path}".strip(), add_help=False, allow_abbrev=False, exit_on_error=False)
        self.path = path
        self.command = command
        self.subcommands = subcommands
        self.takes_query = False
        self.arguments: list[Argument] = []
        self._required_options: dict[str, str] = {}
        self._takes_negations = False
        if command.define:
            command.define(self)
        has_global_query = self.takes_query and "--query" not in self.options()
        add_global_options(self, command.shown, without="" if has_global_query else "--query")
        self.add_argument("-h", "--help", action="help", help=gettext("Show this help"))

    def argument(
        self,
        dest: str,
        name: str,
        help: str,
        *,
        parse: Callable[[str], Any] = str,
        required: bool = True,
        many: bool = False,
        negations: bool = False,
        default: str = "",
        choices: tuple[str, ...] = (),
    ) -> None:
        """Add an argument; with `many` it takes all words that are left, with `negations` also those like `-word`."""
        self.arguments.append(Argument(dest, name, help, parse, required, many, default, choices))
        self._takes_negations |= negations

    def query(self, *, required: bool = True, help: str = "") -> None:
        """Add the words of a query as the last argument."""
        text = help or gettext("Words and conditions, such as is:unread since:2d -tag:sport title:harbour")
        self.argument("words", "QUERY", text, required=required, many=True, negations=True)
        self.takes_query = True

    def flag(self, names: str, help: str) -> None:
        """Add an option without a value, such as "-f --force"."""
        self.add_argument(*names.split(), action="store_true", help=help)

    def option(self, usage: str, help: str, *, default: Any = "", required: bool = False, **details: Any) -> None:
        """Add an option with a value, such as "-n --limit N"."""
        *names, value = usage.split()
        option = self.add_argument(*names, metavar=value, help=help, default=default, **details)
        if required:
            self._required_options[option.dest] = usage

    def options(self) -> Mapping[str, argparse.Action]:
        """Return the options by name, hidden ones included."""
        return self._option_string_actions

    def shown_options(self) -> list[argparse.Action]:
        """Return the options that the help lists."""
        return [action for action in dict.fromkeys(self.options().values()) if _is_shown(action)]

    def parse_words(self, words: Sequence[str], args: argparse.Namespace) -> None:
        """Parse the words after the command into `args`. Raises `CommandError`."""
        end = words.index("--") if "--" in words else len(words)
        typed = [
            f" {word}" if self._is_negated(word) and not self._takes_value(before) else word
            for before, word in pairwise(["", *words[:end]])
        ]
        try:
            others = self.parse_known_args(typed, args)[1]
            for word in others:
                if len(word) > 1 and word[0] == "-":
                    self.report_option(word)
            self._assign([*(word.removeprefix(" ") for word in others), *words[end + 1 :]], args)
            for dest, usage in self._required_options.items():
                if not getattr(args, dest):
                    self._report_missing(usage)
        except argparse.ArgumentError as error:
            self._report_short_options(error, typed)
            raise CommandError(self._explain(error), USAGE_ERROR) from None
        except argparse.ArgumentTypeError as error:
            raise CommandError(quotable(str(error)), USAGE_ERROR) from None

    def _is_negated(self, word: str) -> bool:
        """Return whether a word is a negated one and not a short option: -n, or -n5 if that takes a value."""
        if not self._takes_negations or not is_negation(word):
            return False
        option = self.options().get(word[:2])
        return option is None or (len(word) > 2 and not (option.nargs is None and word[2:].isdigit()))

    def _takes_value(self, word: str) -> bool:
        """Return whether a word is an option whose value is the next word."""
        option = self.options().get(word)
        return option is not None and option.nargs is None

    def _assign(self, words: list[str], args: argparse.Namespace) -> None:
        """Assign the words that are not options to the arguments in order."""
        for argument in self.arguments:
            values = [argument.parse(word) for word in (words if argument.many else words[:1])]
            del words[: len(values)]
            is_given = bool(values) or (argument.many and "query" in args)
            if argument.required and not is_given:
                self._report_missing(argument.name)
            if argument.choices and not {*values} <= {*argument.choices}:
                raise CommandError(_explain_choices(argument.name, argument.choices), USAGE_ERROR)
            setattr(args, argument.dest, values if argument.many else values[0] if values else argument.default)
        if words:
            word, usage = quotable(words[0]), self.usage_lines()[0]
            raise CommandError(gettext("Unexpected argument “{word}”. {usage}", word=word, usage=usage), USAGE_ERROR)

    def _report_missing(self, name: str) -> NoReturn:
        example = f"roya-tui {self.command.examples[0]}"
        raise CommandError(gettext("{name} is required. Example: {example}", name=name, example=example), USAGE_ERROR)

    def report_subcommand(self, word: str) -> NoReturn:
        """Raise `CommandError` for an unknown subcommand, or for "" where one is required."""
        if not word:
            self._report_missing("|".join(self.subcommands))
        values = {"command": self.prog, "word": quotable(word), "names": ", ".join(self.subcommands)}
        if near := nearest(word, self.subcommands):
            message = gettext("“{command}” has no command “{word}”. Did you mean {near}?", near=near, **values)
        else:
            message = gettext("“{command}” has no command “{word}”. Use one of: {names}.", **values)
        raise CommandError(message, USAGE_ERROR)

    def report_option(self, word: str) -> NoReturn:
        """Raise `CommandError` for an unknown option."""
        values = {"command": self.prog, "option": quotable(word.partition("=")[0]), "near": self._nearest_option(word)}
        if values["near"]:
            message = gettext("“{command}” has no option {option}. Did you mean {near}?", **values)
        else:
            message = gettext("“{command}” has no option {option}. List its options: {command} --help", **values)
        raise CommandError(message, USAGE_ERROR)

    def _nearest_option(self, word: str) -> str:
        """Return the most similar option, `--format json` for --json where that is a value of --format, or ""."""
        value = word.lstrip("-")
        options = self.options().items()
        if name := next((name for name, action in options if value in (action.choices or ())), ""):
            return f"{name} {value}"
        return nearest(word, [name for name, action in options if name in GLOBAL_OPTIONS or _is_shown(action)])

    def _report_short_options(self, error: argparse.ArgumentError, typed: Sequence[str]) -> None:
        """Raise `CommandError` for an unknown letter after that of a flag: in -fx, argparse takes x for a value."""
        names = (error.argument_name or "").split("/")
        for word in typed:
            if word[:2] in names and error.message.startswith("ignored explicit argument"):
                unknown = next((letter for letter in word[1:] if f"-{letter}" not in self.options()), "")
                self.report_option(f"-{unknown}")

    def _explain(self, error: argparse.ArgumentError) -> str:
        """Return the sentence for an error of argparse."""
        option, message = (error.argument_name or "").split("/")[-1], error.message
        action = self.options()[option]
        if message.startswith("expected"):
            return gettext("{option} needs a value: {option} {value}", option=option, value=action.metavar)
        if message.startswith("ignored explicit argument"):
            return gettext("{option} takes no value.", option=option)
        if message.startswith("not allowed with"):
            other = message.split()[-1].split("/")[-1]
            return gettext("{option} and {other} cannot be combined.", option=option, other=other)
        if action.choices:
            return _explain_choices(option, action.choices)
        return f"{option}: {quotable(message)}"

    def usages(self) -> list[str]:
        """Return the usage, one line for each way to use the command."""
        arguments = [f"{one.name}{'...' if one.many else ''}" for one in self.arguments]
        shown = [name if one.required else f"[{name}]" for name, one in zip(arguments, self.arguments, strict=True)]
        ways = (self.command.usage or " ".join(shown) or ("[COMMAND]" if self.subcommands else "")).split("|")
        return [" ".join(filter(None, (self.prog, way, "[OPTIONS]"))) for way in ways]

    def usage_lines(self) -> list[str]:
        """Return the usage with its title."""
        usages = self.usages()
        first = gettext("Usage: {usage}", usage=usages[0])
        return [first, *(" " * (len(first) - len(usages[0])) + usage for usage in usages[1:])]

    def summary(self) -> str:
        """Return what the command does, in one or more sentences."""
        summary, details = gettext(self.command.summary), self.command.details
        return f"{summary}. {gettext(details)}" if details else summary

    def example_lines(self) -> list[str]:
        """Return the examples with their title."""
        return [gettext("Examples:"), *(f"  roya-tui {example}" for example in self.command.examples)]

    def format_help(self) -> str:
        """Return the help: usage, summary, examples, arguments, subcommands and options."""
        return join_sections(
            self.usage_lines(),
            wrap(self.summary()),
            self.example_lines(),
            section(gettext("Commands:"), [(name, gettext(one.summary)) for name, one in self.subcommands.items()]),
            section(gettext("Arguments:"), [(argument.name, argument.help) for argument in self.arguments]),
            section(gettext("Options:"), option_rows(self)),
        )


def _explain_choices(name: str, choices: Iterable[str]) -> str:
    return gettext("{option} must be one of: {values}.", option=name, values=", ".join(choices))


def option_rows(parser: CommandParser) -> Iterator[tuple[str, str]]:
    """Yield the names and the help of each option."""
    for action in parser.shown_options():
        names = ", ".join(action.option_strings)
        value = f" {action.metavar}" if action.nargs is None else ""
        yield f"{names}{value}" if "," in names else f"    {names}{value}", str(action.help)


def _is_shown(action: argparse.Action) -> bool:
    return action.help != argparse.SUPPRESS


def quotable(word: str) -> str:
    """Return a typed word as messages quote it: on one line and without passwords."""
    return hide_credentials_typed(one_line(word))


def nearest(word: str, candidates: Iterable[str]) -> str:
    """Return the most similar candidate, or ""."""
    return next(iter(get_close_matches(word.strip().partition("=")[0], list(candidates), 1, 0.7)), "")


def wrap(text: str, indent: str = "") -> list[str]:
    """Wrap a text to the width of the terminal; lines after the first are indented."""
    width = min(max(shutil.get_terminal_size().columns, 40), MAX_WIDTH)
    return textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False)


def section(title: str, rows: Iterable[tuple[str, str]]) -> list[str]:
    """Lay out a title and rows of two columns; no lines without rows."""
    rows = list(rows)
    column = max((len(left) for left, _ in rows), default=0) + 4
    lines = [line for left, right in rows for line in wrap(f"  {left:{column - 2}}{right}", " " * column)]
    return [title, *lines] if lines else []


def join_sections(*sections: Sequence[str]) -> str:
    """Join the sections that have lines, with an empty line between them."""
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"
