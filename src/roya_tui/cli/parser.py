"""Parse a command line with a command: find the command, and let its parser do the rest."""

from __future__ import annotations

import argparse
from collections.abc import Container, Sequence
from typing import NoReturn

from roya_tui.cli.arguments import GLOBAL_OPTIONS, VALUE_NAMES
from roya_tui.cli.command_parser import (
    Command,
    CommandParser,
    join_sections,
    nearest,
    option_rows,
    quotable,
    section,
    wrap,
)
from roya_tui.cli.command_table import COMMANDS, GROUPS
from roya_tui.cli.session import USAGE_ERROR, CommandError
from roya_tui.translation import gettext, gettext_noop

_APP = Command(
    gettext_noop("A terminal news reader"),
    ("--samples", "add https://news.example/feed.xml", "list 'tag:water is:unread'"),
    lambda app: setattr(app, "takes_query", True),
    gettext_noop("Without a command it opens the app."),
    tuple(GLOBAL_OPTIONS),
    "[COMMAND]",
)
EXIT_CODES = (
    ("0", gettext_noop("Success")),
    ("1", gettext_noop("Failure; the error is on standard error")),
    ("2", gettext_noop("Usage error, or invalid query")),
    ("3", gettext_noop("Some sources or downloads failed, the others are saved")),
    ("4", gettext_noop("Another refresh is running")),
    ("130", gettext_noop("Interrupted")),
)


class AppParser(CommandParser):
    """The parser of the options before the command; `following` are the words from the command on."""

    def __init__(self, following: Sequence[str]) -> None:
        super().__init__("", _APP, {})
        self.following = following

    def report_option(self, word: str) -> NoReturn:
        """Raise `CommandError` for an unknown option: it may be one of the command."""
        if command := next((word for word in self.following if word in COMMANDS), ""):
            parser, option = find_parser(command), word.partition("=")[0]
            if option not in parser.options():
                parser.report_option(word)
            usage = f"{parser.prog} {option}"
            message = gettext("{option} belongs after the command: {usage}", option=option, usage=usage)
            raise CommandError(message, USAGE_ERROR)
        super().report_option(word)

    def format_help(self) -> str:
        """Return the help of the whole program."""
        groups = [
            section(gettext(title), [(name, gettext(COMMANDS[name].summary)) for name in names])
            for title, names in GROUPS
        ]
        return join_sections(
            self.usage_lines(),
            wrap(self.summary()),
            self.example_lines(),
            *groups,
            section(gettext("Options:"), option_rows(self)),
            section(gettext("Exit codes:"), [(code, gettext(text)) for code, text in EXIT_CODES]),
            wrap(gettext("Help for a command: roya-tui help COMMAND. The guide: docs/guide in the source code.")),
        )


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Parse a command line. Raises `CommandError`, `HelpRequested`, and SystemExit after the version."""
    start, args = _find_word(words, VALUE_NAMES), argparse.Namespace(command=None)
    app = AppParser(words[start:])
    app.parse_words(words[:start], args)
    if start == len(words):
        return args
    name, words = words[start], words[start + 1 :]
    parser, words = _find_subparser(find_parser(name), words)
    if "query" in args and not parser.takes_query:
        parser.report_option("--query")
    parser.parse_words(words, args)
    if parser.command.define is None:
        parser.report_subcommand("")
    if name == "help":
        found = _find_subparser(find_parser(args.words[0]), args.words[1:])[0] if args.words else app
        found.print_help()
    args.command, _, args.what = parser.path.partition(" ")
    return args


def find_parser(path: str) -> CommandParser:
    """Return the parser of a command, or of a subcommand, such as "tags merge". Raises `CommandError`."""
    if path in COMMANDS:
        below = f"{path} "
        subcommands = {name.removeprefix(below): one for name, one in COMMANDS.items() if name.startswith(below)}
        return CommandParser(path, COMMANDS[path], subcommands)
    word, near = quotable(path), nearest(path, [name for name in COMMANDS if " " not in name])
    near = near or next((name for name in COMMANDS if name.endswith(f" {path}")), "")
    if near:
        raise CommandError(
            gettext("“{word}” is not a command. Did you mean {near}?", word=word, near=near), USAGE_ERROR
        )
    message = gettext("“{word}” is not a command. List the commands: roya-tui help", word=word)
    raise CommandError(message, USAGE_ERROR)


def _find_subparser(parser: CommandParser, words: Sequence[str]) -> tuple[CommandParser, Sequence[str]]:
    """Return the parser of the subcommand in `words`, and the other words; `parser` itself if there is none."""
    if not parser.subcommands:
        return parser, words
    parsers = {name: find_parser(f"{parser.path} {name}") for name in parser.subcommands}
    options = {name: action for one in (parser, *parsers.values()) for name, action in one.options().items()}
    at = _find_word(words, {*VALUE_NAMES, *(name for name, action in options.items() if action.nargs is None)})
    if at == len(words):
        return parser, words
    if words[at] not in parsers:
        if parser.takes_query and (":" in words[at] or not nearest(words[at], parsers)):
            return parser, words
        parser.report_subcommand(words[at])
    return parsers[words[at]], [*words[:at], *words[at + 1 :]]


def _find_word(words: Sequence[str], value_options: Container[str]) -> int:
    """Return the index of the first word that is neither an option nor the value of one, else their number."""
    is_value = False
    for at, word in enumerate(words):
        if not is_value and (not word.startswith("-") or word in ("-", "--")):
            return at
        is_value = not is_value and word in value_options
    return len(words)
