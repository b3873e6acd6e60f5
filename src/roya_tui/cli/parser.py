"""The parsers of all commands and their options, with short usage errors."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from typing import Any

from roya_tui.cli.arguments import Parser, global_options
from roya_tui.cli.session import USAGE_ERROR
from roya_tui.config import validators
from roya_tui.model import SEARCH_ICONS
from roya_tui.query import QueryError, by_field
from roya_tui.query.fields import parse_duration
from roya_tui.text import hide_credentials_typed, normalize_folder, one_line


class RootParser(Parser):
    """The parser of the whole command line; it suggests a command for an unknown one."""

    commands: Mapping[str, argparse.ArgumentParser] = {}

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.dest == "command" and value not in self.commands:
            near = _suggest(str(value), self.commands)
            self.exit(
                USAGE_ERROR, f"roya-tui: “{_quoted(value)}” is no command.{near} roya-tui --help lists them all.\n"
            )
        super()._check_value(action, value)


class CommandParser(Parser):
    """The parser of one command: options may stand between arguments, and unknown ones print its usage."""

    _inside = False

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        # For --help, the intermixed parser would hide the positional arguments.
        if self._inside or not {"-h", "--help"}.isdisjoint(args or ()):
            return super().parse_known_args(args, namespace)
        self._inside = True
        try:
            known, unknown = self.parse_known_intermixed_args(args, namespace)
        finally:
            self._inside = False
        if unknown:
            words, near = " ".join(map(_quoted, unknown)), _suggest(unknown[0], self._option_string_actions)
            self.error(f"unrecognized arguments: {words}{near and f'.{near}'}")
        return known, unknown


def _quoted(word: str) -> str:
    return hide_credentials_typed(one_line(word))


def _suggest(word: str, candidates: Iterable[str]) -> str:
    """Return " Did you mean …?" with the nearest candidate, or ""."""
    near = get_close_matches(word.strip().partition("=")[0], candidates, 1)
    return f" Did you mean {near[0]}?" if near else ""


def parse_count(text: str) -> int:
    """Parse a count of zero or more."""
    if re.fullmatch("[0-9]{1,9}", text):
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no count")


def parse_article_id(text: str) -> int:
    """Parse an article's id, with or without a leading #."""
    if digits := re.fullmatch("#?([0-9]{1,18})", text):
        return int(digits[1])
    raise argparse.ArgumentTypeError(f"{text!r} is no article's number; roya-tui list tells them")


def parse_since(text: str) -> str:
    """Validate the start of a briefing."""
    try:
        by_field("came", text)
    except QueryError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text.lower()


def parse_rule_duration(text: str) -> int:
    """Parse the duration of a rule into seconds."""
    with suppress(ValueError):
        if seconds := parse_duration(text):
            return seconds
    raise argparse.ArgumentTypeError(f"{text!r} is no span of time: say 12h, 1d or 7d")


def parse_time_zone(text: str) -> str:
    """Validate the name of a time zone."""
    try:
        return str(validators.zone("")(text))
    except validators.InvalidValue as error:
        raise argparse.ArgumentTypeError(f"{text!r}: it {error}") from None


_EXIT_CODES = """exit codes: 0 all well; 1 it could not be done (a sentence on standard error says why); 2 wrong usage;
3 some sources failed; 4 another refresh runs; 130 interrupted."""

_QUERY_HELP = """a query, such as: is:unread tag:economy -tag:sport since:2d "water plan". Words are AND; it finds in
title, text, author and tags. Put it in single quotes where the shell would take it apart."""

_UNDO = "roya-tui undo, or u in the reader, takes it back."

_LIST_LIMIT = 50
_SHOW_LIMIT = 200

_CommandFactory = Callable[..., argparse.ArgumentParser]
"""Adds a command, given its name, its help, and a longer help."""


def make_parser() -> RootParser:
    """Return the parser of all commands."""
    after = global_options(is_before_command=False)
    root = RootParser(
        prog="roya-tui",
        parents=[global_options(is_before_command=True)],
        description="A terminal news reader: instant, offline, and it shows what changed. Without a command it opens "
        "the reader.",
        epilog=_EXIT_CODES,
        allow_abbrev=False,
    )
    parser_class: type[argparse.ArgumentParser] = CommandParser
    commands = root.add_subparsers(title="commands", metavar="COMMAND", dest="command", parser_class=parser_class)

    def command(name: str, short: str, long: str = "") -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            parents=[after],
            help=short,
            description=f"{short[0].upper()}{short[1:]}. {long}".strip(),
            epilog=_EXIT_CODES,
            allow_abbrev=False,
        )

    _add_fetch_commands(command)
    _add_list_commands(command)
    _add_show_command(command)
    _add_group_commands(command)
    _add_edit_commands(command)
    _add_transfer_commands(command)
    _add_diagnostic_commands(command)
    root.commands = commands.choices
    return root


def _add_fetch_commands(command: _CommandFactory) -> None:
    add = command("add", "subscribe to feeds, or save a page", "Each is looked at once before anything is stored.")
    add.add_argument(
        "addresses",
        metavar="ADDRESS",
        nargs="+",
        help="a feed, a page that offers feeds, an article's page, a file or a folder; - reads one from standard input",
    )
    add.add_argument("--page", action="store_true", help="save the page itself to read later, whatever feeds it offers")
    add.add_argument(
        "--folder", default="", type=normalize_folder, help="put it in this folder; News/Jordan is a subfolder"
    )
    add.add_argument("--title", default="", type=one_line, help="your own name for it")
    add.add_argument(
        "--mapping", default="", help="read a JSON API as this mapping of config.toml says ('roya' is built in)"
    )
    add.add_argument(
        "--zone", default="", type=parse_time_zone, help="the clock of times that carry no zone, such as Asia/Amman"
    )
    add.add_argument("--events", action="store_true", help="tell what was done as one JSON object a line")
    add.add_argument("--ask", action="store_true", help=argparse.SUPPRESS)  # for the app's dialog

    refresh = command(
        "refresh",
        "fetch what is due",
        "On a terminal a line shows how far it is, and one says what came. Elsewhere only failures are told.",
    )
    refresh.add_argument(
        "sources", metavar="SOURCE", nargs="*", help="only these, by number, address or words of the name, or a folder"
    )
    refresh.add_argument("--all-now", action="store_true", help="do not wait until they are due")
    form = refresh.add_mutually_exclusive_group()
    form.add_argument("--events", action="store_true", help="tell what happens as one JSON object a line")
    form.add_argument("--json", action="store_true", help="tell what came of it as one JSON document")


def _add_list_commands(command: _CommandFactory) -> None:
    listing = command(
        "list",
        "list headlines",
        f"Newest first, {_LIST_LIMIT} of them. In a pipe each line is: number, state (U unread, S starred, C changed "
        "since read, - for none), time, source, title, two blanks between. --tsv lines are: number, state, time (ISO "
        "8601, UTC), source, title, address.",
    )
    listing.add_argument("words", metavar="QUERY", nargs="*", help=_QUERY_HELP)
    form = listing.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON document, times in ISO 8601 UTC")
    form.add_argument("--tsv", action="store_true", help="tab-separated lines, no heading")
    listing.add_argument(
        "--stories", action="store_true", help="one line for each story, with the count of its articles"
    )
    listing.add_argument("--limit", metavar="N", type=parse_count, default=_LIST_LIMIT, help="how many at most; 0: all")

    briefing = command(
        "briefing",
        "tell what is new and unread on one page",
        "What many sources tell comes first, then what is seldom heard, then the rest by tag. For mail and cron: plain "
        "lines, each with number, time, sources and title, two blanks between; a title begins each section. "
        "With nothing new it says so in one line.",
    )
    briefing.add_argument(
        "--since",
        metavar="WHEN",
        type=parse_since,
        default="today",
        help="today (the default), visit: what came in since the reader was last used, or 2d, 1w, 2025-07-04",
    )
    form = briefing.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON document, times in ISO 8601 UTC")
    form.add_argument("--markdown", action="store_true", help="Markdown, with links")


def _add_show_command(command: _CommandFactory) -> None:
    show = command(
        "show",
        "show articles, or write them to a file",
        "One by its number, several, or all that --query finds: as text, a page, or a book with contents and pictures.",
    )
    show.add_argument("ids", metavar="ID", nargs="*", type=parse_article_id, help="numbers, as list tells them")
    show.add_argument(
        "--format",
        choices=("text", "markdown", "html", "json", "epub"),
        help="default: what the file's name ends in, else text",
    )
    show.add_argument("--output", metavar="FILE", default="-", help="write to this file; default: standard output")
    show.add_argument("--force", action="store_true", help="write over a file that is there")
    show.add_argument("--title", default="", type=one_line, help="the title of a book or page of several articles")
    show.add_argument("--no-pictures", action="store_true", help="leave pictures out; their addresses stay")
    show.add_argument(
        "--limit",
        metavar="N",
        type=parse_count,
        default=_SHOW_LIMIT,
        help=f"of a query at most so many; {_SHOW_LIMIT}; 0: all",
    )
    show.add_argument(
        "--full", action="store_true", help="the full text from its page, which is fetched and kept if it is not there"
    )
    show.add_argument("--changes", action="store_true", help="what changed in it since you read it")
    show.add_argument(
        "--since", metavar="N", type=parse_count, help="what changed since its version N; 1 is the oldest"
    )
    show.add_argument("--link", metavar="URL", default="", help=argparse.SUPPRESS)  # these three are for the app
    show.add_argument("--pictures", action="store_true", help=argparse.SUPPRESS)
    show.add_argument("--events", action="store_true", help=argparse.SUPPRESS)


def _add_group_commands(command: _CommandFactory) -> None:
    sources = command(
        "sources",
        "list the sources, with counts and how they answer",
        "Of one that is named it tells all: address, folder, when it was asked and is asked next, its last failures.",
    )
    sources.add_argument(
        "sources", metavar="SOURCE", nargs="*", help="only this, by number, address or words of the name, or a folder"
    )
    sources.add_argument("--json", action="store_true", help="one JSON document")

    tags = command("tags", "list, merge and unmerge tags", "Renaming a tag is merging it into a new one.")
    tags.add_argument(
        "what", metavar="list|merge|unmerge", choices=("list", "merge", "unmerge"), nargs="?", default="list"
    )
    tags.add_argument("names", metavar="TAG", nargs="*", type=one_line, help="merge TAG OTHER, unmerge TAG")
    tags.add_argument("--json", action="store_true", help="print one JSON document")

    searches = command("searches", "list, add and remove saved searches", _UNDO)
    searches.add_argument(
        "what", metavar="list|add|remove", choices=("list", "add", "remove"), nargs="?", default="list"
    )
    searches.add_argument("name", metavar="NAME", nargs="?", default="", type=one_line)
    searches.add_argument("words", metavar="QUERY", nargs="*", help=_QUERY_HELP)
    searches.add_argument(
        "--icon", default="", choices=tuple(SEARCH_ICONS), metavar="ICON", help=", ".join(SEARCH_ICONS)
    )
    searches.add_argument("--json", action="store_true", help="print one JSON document")

    rules = command(
        "rules",
        "list, try, make and remove rules",
        "A rule does something by itself with what a query finds, as it comes in. u in the reader takes it back.",
    )
    actions = ("list", "try", "add", "enable", "disable", "apply", "remove")
    rules.add_argument("what", choices=actions, nargs="?", default="list")
    rules.add_argument("name", metavar="NAME", nargs="?", default="", type=one_line)
    rules.add_argument("words", metavar="QUERY", nargs="*", help=_QUERY_HELP)
    rules.add_argument(
        "--effect",
        metavar="EFFECT",
        default="mute",
        type=one_line,
        help="mute (hide, the default), highlight, star, read (mark read), or tag=X (give it the tag X)",
    )
    rules.add_argument(
        "--for", metavar="TIME", dest="term", type=parse_rule_duration, help="such as 1d or 7d; default: for good"
    )
    rules.add_argument("--past", action="store_true", help="with add: also what is there already")
    rules.add_argument("--json", action="store_true", help="one JSON document")


def _add_edit_commands(command: _CommandFactory) -> None:
    mark = command("mark", "mark articles in bulk", _UNDO)
    mark.add_argument("what", choices=("read", "unread", "star", "unstar"))
    tag = command(
        "tag",
        "give articles tags of your own, or take them off",
        "+x at the end gives the tag x, -y takes y off. A word that the query is to be without goes into its quotes: "
        f"'water -sport' +x. {_UNDO}",
    )
    hide = command("hide", "leave articles out of every list and count", f"is:hidden finds them. {_UNDO}")
    unhide = command("unhide", "show hidden articles again", f"The query looks among the hidden only. {_UNDO}")
    for parser, more in ((mark, ""), (tag, " Behind it stand the tags: +x -y."), (hide, ""), (unhide, "")):
        parser.add_argument("words", metavar="QUERY", nargs="*", help=f"which articles: {_QUERY_HELP}{more}")
        parser.add_argument("--json", action="store_true", help="one JSON document")

    note = command("note", "keep a note with an article, or tell it", f'An empty text ("") takes it off. {_UNDO}')
    note.add_argument("id", metavar="ID", type=parse_article_id, help="the article's number, as list tells it")
    note.add_argument("words", metavar="TEXT", nargs="*", help="- is standard input; without any, the note is told")
    note.add_argument("--json", action="store_true", help="one JSON document")

    remove = command("remove", "unsubscribe from a source", f"What is starred or noted of it stays. {_UNDO}")
    remove.add_argument("source", metavar="SOURCE", help="by number, address or words of the name")
    remove.add_argument("--json", action="store_true", help="one JSON document")

    undo = command("undo", "take back what was done last", "Here, in the reader, or by another command.")
    undo.add_argument("--list", action="store_true", help="only tell what was done, the last first")
    undo.add_argument("--json", action="store_true", help="one JSON document")
    redo = command("redo", "do again what was undone last")
    redo.add_argument("--json", action="store_true", help="one JSON document")


def _add_transfer_commands(command: _CommandFactory) -> None:
    importing = command("import", "take over subscriptions, with folders", "Nothing is fetched; refresh does that.")
    importing.add_argument(
        "file", metavar="FILE", help="OPML, newsboat's urls, or what export --everything wrote; - is standard input"
    )

    export = command("export", "write the subscriptions as OPML, with folders", "Samples and local files are left out.")
    export.add_argument("file", metavar="FILE", nargs="?", default="-", help="default: standard output")
    export.add_argument(
        "--everything",
        action="store_true",
        help="as JSON, with all that is your own: feeds, rules, pages, tags, stars, notes; import takes it",
    )
    export.add_argument("--force", action="store_true", help="write over a file that is there")


def _add_diagnostic_commands(command: _CommandFactory) -> None:
    inspect = command(
        "inspect", "show what is made of a document", "Nothing is stored: for someone who writes or debugs a feed."
    )
    inspect.add_argument("place", metavar="FILE|URL", help="- is standard input")
    inspect.add_argument("--mapping", default="", help="read it as this mapping of config.toml says")
    inspect.add_argument("--zone", default="", type=parse_time_zone, help="the clock of times that carry no zone")
    inspect.add_argument("--json", action="store_true", help="one JSON document")

    tidy = command(
        "tidy",
        "let go of what is not wanted any more, and make the store small",
        "Articles older than config.toml keeps them, old versions and pictures beyond their bound, records of nothing. "
        "Never what is starred, noted, tagged by you or saved.",
    )
    tidy.add_argument("--yes", action="store_true", help="delete old articles though they are over a tenth of all")
    tidy.add_argument("--dry-run", action="store_true", help="only tell what would go")
    tidy.add_argument("--json", action="store_true", help="one JSON document")

    doctor = command("doctor", "check folders, versions, terminal, store and configuration")
    doctor.add_argument("--thorough", action="store_true", help="look at the text of every article, however many")
    doctor.add_argument("--json", action="store_true", help="one JSON document")
