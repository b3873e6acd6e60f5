"""The arguments and options of each command."""

from __future__ import annotations

import argparse

from roya_tui.cli.argument_types import (
    parse_article_id,
    parse_count,
    parse_effect,
    parse_public_url,
    parse_rule_duration,
    parse_since,
    parse_time_zone,
)
from roya_tui.cli.command_parser import CommandParser
from roya_tui.model import KINDS, SEARCH_ICONS
from roya_tui.text import normalize_folder, one_line
from roya_tui.translation import gettext, gettext_noop

_SERVER_HOST, _SERVER_PORT, _VISITORS = "127.0.0.1", 8000, 4
_LIST_LIMIT = 50
_SHOW_LIMIT = 200
_NUMBER = gettext_noop("Number of an article, as roya-tui list shows it")


def define_json(parser: CommandParser) -> None:
    parser.flag("--json", gettext("Print one JSON document"))


def _define_query(parser: CommandParser) -> None:
    parser.query()
    define_json(parser)


def define_articles(parser: CommandParser) -> None:
    parser.query(help=gettext("Numbers of articles, as roya-tui list shows them, or words and conditions"))
    define_json(parser)


def define_name(parser: CommandParser) -> None:
    parser.argument("name", "NAME", gettext("Name as listed; case and accents do not matter"), parse=one_line)


def define_add(parser: CommandParser) -> None:
    address = gettext("Address of a feed, page or article, a file or a folder; - reads an address from standard input")
    parser.argument("addresses", "ADDRESS", address, many=True)
    parser.option(
        "--folder FOLDER", gettext("Put the source in this folder; News/Jordan is a subfolder"), type=normalize_folder
    )
    parser.option("--title TITLE", gettext("Use your own name for the source"), type=one_line)
    parser.flag("--page", gettext("Save the page itself, even if it offers feeds"))
    _define_format_hints(parser)
    parser.flag("--events", gettext("Print one JSON object per address"))
    parser.flag("--ask", argparse.SUPPRESS)  # for the app's dialog


def _define_format_hints(parser: CommandParser) -> None:
    parser.option("--mapping NAME", gettext("Read JSON with this mapping of config.toml, or the built-in “roya”"))
    zone = gettext("Time zone of times without one, such as Asia/Amman")
    parser.option("--zone ZONE", zone, type=parse_time_zone, default=None)


def define_refresh(parser: CommandParser) -> None:
    sources = gettext("Number, address, part of the name, or folder; default: all due sources")
    parser.argument("sources", "SOURCE", sources, required=False, many=True)
    parser.flag("--all-now", gettext("Fetch sources that are not due, too"))
    parser.flag("--anyway", gettext("Fetch sources whose host is limiting requests, too"))
    _define_reports(parser)


def _define_reports(parser: CommandParser) -> None:
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=gettext("Print one JSON document at the end"))
    form.add_argument("--events", action="store_true", help=gettext("Print JSON events as they happen"))
    form.add_argument("-q", "--quiet", action="store_true", help=gettext("Print only errors"))


def define_new_account(parser: CommandParser) -> None:
    parser.argument("address", "ADDRESS", gettext("Address of a server, such as https://reader.example"))
    parser.option("--user NAME", gettext("Your name on the server"), type=one_line, required=True)
    kinds = gettext("miniflux, google-reader or nextcloud; default: found by a login")
    parser.option("--kind KIND", kinds, choices=KINDS)
    parser.flag("--token", gettext("Enter an API key of Miniflux, not the password"))
    secret = gettext("env:NAME or keyring:NAME: read the password or key from there at each sync")
    parser.option("--password-from WHERE", secret)
    parser.option("--app-id ID", gettext("Number of your app (Inoreader); its key is asked for"), type=one_line)
    parser.flag("--feeds", gettext("Fetch articles from their feeds, and sync only marks and subscriptions"))


def define_sync(parser: CommandParser) -> None:
    parser.argument("accounts", "ACCOUNT", gettext("Number, address or name; default: all"), required=False, many=True)
    _define_reports(parser)


def define_remove_account(parser: CommandParser) -> None:
    parser.argument("account", "ACCOUNT", gettext("Number, address or name"))
    parser.flag("--drop-articles", gettext("Remove its sources, too"))
    define_json(parser)


def define_changes(parser: CommandParser) -> None:
    parser.argument("account", "ACCOUNT", gettext("Number, address or name; default: all"), required=False)
    define_json(parser)


def define_move(parser: CommandParser) -> None:
    parser.argument("sources", "SOURCE", gettext("Number, address, part of the name, or folder"), many=True)
    parser.option("--to ACCOUNT", gettext("Account, or “here” for this computer only; default: the only account"))
    define_json(parser)


def define_serve(parser: CommandParser) -> None:
    parser.option("--host ADDRESS", gettext("Address to listen on; default: {address}", address=_SERVER_HOST),
                  default=_SERVER_HOST)  # fmt: skip
    port = gettext("Port to listen on, {port} by default; 0: a free one", port=str(_SERVER_PORT))
    parser.option("--port PORT", port, type=parse_count, default=_SERVER_PORT)
    visitors = gettext("At most N browser tabs at once, {limit} by default; 0: any number", limit=_VISITORS)
    parser.option("--visitors N", visitors, type=parse_count, default=_VISITORS)
    proxy = gettext("Address of a proxy in front of the server")
    parser.option("--public-url URL", proxy, type=parse_public_url, default=None)


def define_list(parser: CommandParser) -> None:
    parser.query(required=False)
    limit = gettext("List at most N headlines, {limit} by default; 0: all", limit=_LIST_LIMIT)
    parser.option("-n --limit N", limit, type=parse_count, default=_LIST_LIMIT)
    parser.flag("--stories", gettext("List one line per story, with the number of its articles"))
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=gettext("Print one JSON document"))
    tsv = gettext("Print tab-separated number, state, time, source, title and address")
    form.add_argument("--tsv", action="store_true", help=tsv)


def define_episodes(parser: CommandParser) -> None:
    parser.query(required=False)
    limit = gettext("List at most N recordings, {limit} by default; 0: all", limit=_LIST_LIMIT)
    parser.option("-n --limit N", limit, type=parse_count, default=_LIST_LIMIT)
    define_json(parser)


def define_download(parser: CommandParser) -> None:
    parser.query(help=gettext("Numbers of articles, as roya-tui list shows them, or words and conditions"))
    parser.option("--url URL", gettext("Download this file of an article, not its first recording"))
    parser.flag("--events", gettext("Print JSON events as they happen"))


def define_briefing(parser: CommandParser) -> None:
    since = gettext("today (the default), session (your last one), or a time such as 2d, 1w, 2026-11-20")
    parser.option("--since WHEN", since, type=parse_since, default="today")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=gettext("Print one JSON document"))
    form.add_argument("--markdown", action="store_true", help=gettext("Print Markdown with links"))


def define_show(parser: CommandParser) -> None:
    parser.argument("ids", "NUMBER", gettext(_NUMBER), parse=parse_article_id, many=True)
    parser.takes_query = True
    parser.option("--query QUERY", gettext("Show all matching articles"), default=argparse.SUPPRESS)
    limit = gettext("Show at most N of them, {limit} by default; 0: all", limit=_SHOW_LIMIT)
    parser.option("-n --limit N", limit, type=parse_count, default=_SHOW_LIMIT)
    form = gettext("text, markdown, html, epub or json; default: from the file's name, or text")
    parser.option("--format FORMAT", form, choices=("text", "markdown", "html", "epub", "json"))
    parser.option("-o --output FILE", gettext("Write to this file"), default="-")
    parser.flag("-f --force", gettext("Overwrite an existing file"))
    parser.option("--title TITLE", gettext("Title of a book, or of a page with several articles"), type=one_line)
    parser.flag("--no-pictures", gettext("Replace pictures with their addresses"))
    parser.flag("--full", gettext("Show the full text, and fetch it if necessary"))
    parser.flag("--changes", gettext("Show what changed since you read the article"))
    since = gettext("Show what changed since version N; 1 is the oldest")
    parser.option("--since N", since, type=parse_count, default=None)
    parser.option("--link URL", argparse.SUPPRESS)  # these three are for the app
    parser.flag("--pictures", argparse.SUPPRESS)
    parser.flag("--events", argparse.SUPPRESS)


def define_sources(parser: CommandParser) -> None:
    sources = gettext("Number, address, part of the name, or folder; a single source is shown with all details")
    parser.argument("sources", "SOURCE", sources, required=False, many=True)
    define_json(parser)


def define_merge(parser: CommandParser) -> None:
    parser.argument("name", "TAG", gettext("Tag to replace"), parse=one_line)
    parser.argument("other", "OTHER", gettext("Tag to use instead; a new name renames TAG"), parse=one_line)


def define_unmerge(parser: CommandParser) -> None:
    parser.argument("name", "TAG", gettext("Tag that others were merged into"), parse=one_line)


def define_new_search(parser: CommandParser) -> None:
    parser.argument("name", "NAME", gettext("Name in the sidebar, and in queries after search:"), parse=one_line)
    parser.query()
    parser.option("--icon ICON", ", ".join(SEARCH_ICONS), choices=tuple(SEARCH_ICONS))


def define_preview(parser: CommandParser) -> None:
    _define_query(parser)
    _define_effect(parser)


def _define_effect(parser: CommandParser) -> None:
    effect = gettext("What the rule does: mute (the default), highlight, star, read, notify, or tag=NAME")
    parser.option("--effect EFFECT", effect, type=parse_effect, default="mute")


def define_new_rule(parser: CommandParser) -> None:
    parser.argument("name", "NAME", gettext("Name of the new rule"), parse=one_line)
    parser.query()
    _define_effect(parser)
    term = gettext("End the rule after this time, such as 12h or 7d")
    parser.option("--for TIME", term, type=parse_rule_duration, default=None, dest="term")
    parser.flag("--past", gettext("Apply the rule to existing articles, too"))


def define_note(parser: CommandParser) -> None:
    parser.argument("id", "NUMBER", gettext(_NUMBER), parse=parse_article_id)
    text = gettext('Text of the note; - reads it from standard input, "" removes the note')
    parser.argument("words", "TEXT", text, required=False, many=True, negations=True)
    define_json(parser)


def define_remove(parser: CommandParser) -> None:
    parser.argument("source", "SOURCE", gettext("Number, address or part of the name"))
    define_json(parser)


def define_import(parser: CommandParser) -> None:
    file = gettext("OPML, newsboat's urls, or a file of “export --everything”; - is standard input")
    parser.argument("file", "FILE", file)


def define_export(parser: CommandParser) -> None:
    parser.argument("file", "FILE", gettext("File to write; default: standard output"), required=False, default="-")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--newsboat", action="store_true", help=gettext("Export the subscriptions as newsboat's urls"))
    everything = gettext("Export all your data as JSON: also searches, rules, pages, tags, stars and notes")
    form.add_argument("--everything", action="store_true", help=everything)
    parser.flag("-f --force", gettext("Overwrite an existing file"))


def define_inspect(parser: CommandParser) -> None:
    parser.argument("place", "FILE|URL", gettext("File or address; - is standard input"))
    _define_format_hints(parser)
    define_json(parser)


def define_tidy(parser: CommandParser) -> None:
    parser.flag("--dry-run", gettext("Only print what would be deleted"))
    parser.flag("--yes", gettext("Delete old articles even if they are more than a tenth of all"))
    define_json(parser)


def define_doctor(parser: CommandParser) -> None:
    parser.flag("--thorough", gettext("Read the text of every article, not only of the newest 20,000"))
    parser.flag("--repair", gettext("Copy the readable rows of a damaged database into a new one"))
    define_json(parser)


def define_completions(parser: CommandParser) -> None:
    parser.argument("shell", "SHELL", gettext("bash, zsh or fish"), choices=("bash", "zsh", "fish"))


def define_help(parser: CommandParser) -> None:
    parser.argument("words", "COMMAND", gettext("Command, or command and subcommand"), required=False, many=True)
