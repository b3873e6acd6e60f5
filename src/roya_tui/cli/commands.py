"""Every command, its options and its help."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from roya_tui.cli import options
from roya_tui.cli.arguments import anywhere
from roya_tui.cli.refusing import OfCommand, Whole
from roya_tui.presentation.search_icons import ICONS
from roya_tui.text import normalize_folder, one_line

_EXIT_CODES = """exit codes: 0 all well; 1 it could not be done (a sentence on standard error says why); 2 wrong usage;
3 some sources failed; 4 another refresh runs; 130 interrupted."""

_QUERY_HELP = """a query, such as: is:unread tag:economy -tag:sport since:2d "water plan". Words are AND; it finds in
title, text, author and tags. Put it in single quotes where the shell would take it apart."""

_UNDO = "roya-tui undo, or u in the reader, takes it back."

_LIST_LIMIT = 50
_SHOW_LIMIT = 200

_Command = Callable[..., argparse.ArgumentParser]
"""Declares a command: its name, what it does, and more of that in its own help."""


def parser() -> Whole:
    """Return what understands every command."""
    after = anywhere(before=False)
    whole = Whole(
        prog="roya-tui",
        parents=[anywhere(before=True)],
        description="A terminal news reader: instant, offline, and it shows what changed. Without a command it opens "
        "the reader.",
        epilog=_EXIT_CODES,
        allow_abbrev=False,
    )
    one: type[argparse.ArgumentParser] = OfCommand
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", dest="command", parser_class=one)

    def command(name: str, short: str, long: str = "") -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            parents=[after],
            help=short,
            description=f"{short[0].upper()}{short[1:]}. {long}".strip(),
            epilog=_EXIT_CODES,
            allow_abbrev=False,
        )

    for group in (_getting, _listing, _showing, _gathered, _doing, _carrying, _checking):
        group(command)
    whole.commands = commands.choices
    return whole


def _getting(command: _Command) -> None:
    """What brings articles."""
    add = command("add", "subscribe to feeds, or save a page", "Each is looked at once before anything is stored.")
    add.add_argument(
        "addresses",
        metavar="ADDRESS",
        nargs="+",
        help="a feed, a page that offers feeds, an article's page, a file or a folder",
    )
    add.add_argument("--page", action="store_true", help="save the page itself to read later, whatever feeds it offers")
    add.add_argument(
        "--folder", default="", type=normalize_folder, help="put it in this folder; News/Jordan is a folder in a folder"
    )
    add.add_argument("--title", default="", type=one_line, help="your own name for it")
    add.add_argument(
        "--mapping", default="", help="read a JSON API as this mapping of config.toml says ('roya' is built in)"
    )
    add.add_argument(
        "--zone", default="", type=options.zone, help="the clock of times that carry no zone, such as Asia/Amman"
    )
    add.add_argument("--events", action="store_true", help="tell what was done as one JSON object a line")
    add.add_argument("--ask", action="store_true", help=argparse.SUPPRESS)  # the screen asks before it adds

    refresh = command(
        "refresh",
        "fetch what is due",
        "On a terminal a line shows how far it is, and one says what came. Elsewhere only failures are told.",
    )
    refresh.add_argument(
        "sources", metavar="SOURCE", nargs="*", help="only these, by number, address or words of the name, or a folder"
    )
    refresh.add_argument("--all-now", action="store_true", help="do not wait until they are due")
    told = refresh.add_mutually_exclusive_group()
    told.add_argument("--events", action="store_true", help="tell what happens as one JSON object a line")
    told.add_argument("--json", action="store_true", help="tell what came of it as one JSON document")


def _listing(command: _Command) -> None:
    """What tells of them in lines."""
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
    listing.add_argument(
        "--limit", metavar="N", type=options.count, default=_LIST_LIMIT, help="how many at most; 0: all"
    )

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
        type=options.since,
        default="today",
        help="today (the default), visit: what came in since the reader was last used, or 2d, 1w, 2025-07-04",
    )
    form = briefing.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON document, times in ISO 8601 UTC")
    form.add_argument("--markdown", action="store_true", help="Markdown, with links")


def _showing(command: _Command) -> None:
    """What shows them whole."""
    show = command(
        "show",
        "show articles, or write them to a file",
        "One by its number, several, or all that --query finds: as text, a page, or a book with contents and pictures.",
    )
    show.add_argument("ids", metavar="ID", nargs="*", type=options.number, help="numbers, as list tells them")
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
        type=options.count,
        default=_SHOW_LIMIT,
        help=f"of a query at most so many; {_SHOW_LIMIT}; 0: all",
    )
    show.add_argument(
        "--full", action="store_true", help="the full text from its page, which is fetched and kept if it is not there"
    )
    show.add_argument("--changes", action="store_true", help="what changed in it since you read it")
    show.add_argument(
        "--since", metavar="N", type=options.count, help="what changed since its version N; 1 is the oldest"
    )
    show.add_argument("--link", metavar="URL", default="", help=argparse.SUPPRESS)  # the screen reads links with these
    show.add_argument("--pictures", action="store_true", help=argparse.SUPPRESS)
    show.add_argument("--events", action="store_true", help=argparse.SUPPRESS)


def _gathered(command: _Command) -> None:
    """What they are gathered by."""
    sources = command(
        "sources",
        "list the sources, with counts and how they answer",
        "Of one that is named it tells all: address, folder, when it was asked and is asked next, its last failures.",
    )
    sources.add_argument(
        "sources", metavar="SOURCE", nargs="*", help="only this, by number, address or words of the name, or a folder"
    )
    sources.add_argument("--json", action="store_true", help="one JSON document")

    tags = command("tags", "list the tags, with counts")
    tags.add_argument("--json", action="store_true", help="one JSON document")
    rule = tags.add_mutually_exclusive_group()
    rule.add_argument(
        "--merge", nargs=2, metavar=("TAG", "OTHER"), help="let TAG stand under OTHER from now on, or rename it so"
    )
    rule.add_argument("--part", metavar="TAG", help="let all that was merged into TAG stand alone again")

    feeds = command("feeds", "list, add and remove saved feeds", "Undo (u in the reader) takes it back.")
    feeds.add_argument("what", choices=("list", "add", "remove"), nargs="?", default="list")
    feeds.add_argument("name", metavar="NAME", nargs="?", default="", type=one_line)
    feeds.add_argument("words", metavar="QUERY", nargs="*", help=_QUERY_HELP)
    feeds.add_argument("--icon", default="", choices=tuple(ICONS), metavar="SIGN", help=f"one of {', '.join(ICONS)}")
    feeds.add_argument("--json", action="store_true", help="one JSON document")

    rules = command(
        "rules",
        "list, try, make and remove rules",
        "A rule does something by itself with what a query finds, as it comes in. u in the reader takes it back.",
    )
    what = ("list", "try", "add", "on", "off", "apply", "remove")
    rules.add_argument("what", choices=what, nargs="?", default="list")
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
        "--for", metavar="TIME", dest="term", type=options.term, help="such as 1d or 7d; default: for good"
    )
    rules.add_argument("--past", action="store_true", help="with add: also what is there already")
    rules.add_argument("--json", action="store_true", help="one JSON document")


def _doing(command: _Command) -> None:
    """What one does with them, and takes back."""
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
    for one, tags_too in ((mark, ""), (tag, " Behind it stand the tags: +x -y."), (hide, ""), (unhide, "")):
        one.add_argument("words", metavar="QUERY", nargs="*", help=f"which articles: {_QUERY_HELP}{tags_too}")
        one.add_argument("--json", action="store_true", help="one JSON document")

    note = command("note", "keep a note with an article, or tell it", f'An empty text ("") takes it off. {_UNDO}')
    note.add_argument("id", metavar="ID", type=options.number, help="the article's number, as list tells it")
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


def _carrying(command: _Command) -> None:
    """What goes from one reader to another."""
    bring = command("import", "take over subscriptions, with folders", "Nothing is fetched; refresh does that.")
    bring.add_argument(
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


def _checking(command: _Command) -> None:
    """What helps when something is odd."""
    inspect = command(
        "inspect", "show what is made of a document", "Nothing is stored: for someone who writes or debugs a feed."
    )
    inspect.add_argument("place", metavar="FILE|URL", help="- is standard input")
    inspect.add_argument("--mapping", default="", help="read it as this mapping of config.toml says")
    inspect.add_argument("--zone", default="", type=options.zone, help="the clock of times that carry no zone")
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
