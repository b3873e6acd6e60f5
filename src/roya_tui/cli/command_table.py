"""All commands with their help, examples, arguments and options."""

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
from roya_tui.cli.command_parser import Command, CommandParser
from roya_tui.model import KINDS, SEARCH_ICONS
from roya_tui.text import normalize_folder, one_line
from roya_tui.translation import gettext, gettext_noop

_SERVER_HOST, _SERVER_PORT, _VISITORS = "127.0.0.1", 8000, 4
_LIST_LIMIT = 50
_SHOW_LIMIT = 200
_NETWORK = ("--home", "--offline")
_UNDO = gettext_noop("To undo it: roya-tui undo, or u in the app.")
_NUMBER = gettext_noop("Number of an article, as roya-tui list shows it")


def _define_json(parser: CommandParser) -> None:
    parser.flag("--json", gettext("Print one JSON document"))


def _define_query(parser: CommandParser) -> None:
    parser.query()
    _define_json(parser)


def _define_articles(parser: CommandParser) -> None:
    parser.query(help=gettext("Numbers of articles, as roya-tui list shows them, or words and conditions"))
    _define_json(parser)


def _define_name(parser: CommandParser) -> None:
    parser.argument("name", "NAME", gettext("Name as listed; case and accents do not matter"), parse=one_line)


def _define_add(parser: CommandParser) -> None:
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


def _define_refresh(parser: CommandParser) -> None:
    sources = gettext("Number, address, part of the name, or folder; default: all due sources")
    parser.argument("sources", "SOURCE", sources, required=False, many=True)
    parser.flag("--all-now", gettext("Fetch sources that are not due, too"))
    parser.flag("--anyway", gettext("Fetch sources whose host is limiting requests, too"))
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=gettext("Print one JSON document at the end"))
    form.add_argument("--events", action="store_true", help=gettext("Print JSON events as they happen"))
    form.add_argument("-q", "--quiet", action="store_true", help=gettext("Print only errors"))


def _define_new_account(parser: CommandParser) -> None:
    parser.argument("address", "ADDRESS", gettext("Address of a server, such as https://reader.example"))
    parser.option("--user NAME", gettext("Your name on the server"), type=one_line, required=True)
    kinds = gettext("miniflux, google-reader or nextcloud; default: found by a login")
    parser.option("--kind KIND", kinds, choices=KINDS)
    parser.flag("--token", gettext("Enter an API key of Miniflux, not the password"))
    secret = gettext("env:NAME or keyring:NAME: read the password or key from there at each sync")
    parser.option("--password-from WHERE", secret)
    parser.option("--app-id ID", gettext("Number of your app (Inoreader); its key is asked for"), type=one_line)
    parser.flag("--feeds", gettext("Fetch articles from their feeds, and sync only marks and subscriptions"))


def _define_sync(parser: CommandParser) -> None:
    parser.argument("accounts", "ACCOUNT", gettext("Number, address or name; default: all"), required=False, many=True)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=gettext("Print one JSON document at the end"))
    form.add_argument("--events", action="store_true", help=gettext("Print JSON events as they happen"))
    form.add_argument("-q", "--quiet", action="store_true", help=gettext("Print only errors"))


def _define_remove_account(parser: CommandParser) -> None:
    parser.argument("account", "ACCOUNT", gettext("Number, address or name"))
    parser.flag("--drop-articles", gettext("Remove its sources, too"))
    _define_json(parser)


def _define_changes(parser: CommandParser) -> None:
    parser.argument("account", "ACCOUNT", gettext("Number, address or name; default: all"), required=False)
    _define_json(parser)


def _define_move(parser: CommandParser) -> None:
    parser.argument("sources", "SOURCE", gettext("Number, address, part of the name, or folder"), many=True)
    parser.option("--to ACCOUNT", gettext("Account, or “here” for this computer only; default: the only account"))
    _define_json(parser)


def _define_serve(parser: CommandParser) -> None:
    parser.option("--host ADDRESS", gettext("Address to listen on; default: {address}", address=_SERVER_HOST),
                  default=_SERVER_HOST)  # fmt: skip
    port = gettext("Port to listen on, {port} by default; 0: a free one", port=str(_SERVER_PORT))
    parser.option("--port PORT", port, type=parse_count, default=_SERVER_PORT)
    visitors = gettext("At most N browser tabs at once, {limit} by default; 0: any number", limit=_VISITORS)
    parser.option("--visitors N", visitors, type=parse_count, default=_VISITORS)
    proxy = gettext("Address of a proxy in front of the server")
    parser.option("--public-url URL", proxy, type=parse_public_url, default=None)


def _define_list(parser: CommandParser) -> None:
    parser.query(required=False)
    limit = gettext("List at most N headlines, {limit} by default; 0: all", limit=_LIST_LIMIT)
    parser.option("-n --limit N", limit, type=parse_count, default=_LIST_LIMIT)
    parser.flag("--stories", gettext("List one line per story, with the number of its articles"))
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=gettext("Print one JSON document"))
    tsv = gettext("Print tab-separated number, state, time, source, title and address")
    form.add_argument("--tsv", action="store_true", help=tsv)


def _define_episodes(parser: CommandParser) -> None:
    parser.query(required=False)
    limit = gettext("List at most N recordings, {limit} by default; 0: all", limit=_LIST_LIMIT)
    parser.option("-n --limit N", limit, type=parse_count, default=_LIST_LIMIT)
    _define_json(parser)


def _define_download(parser: CommandParser) -> None:
    parser.query(help=gettext("Numbers of articles, as roya-tui list shows them, or words and conditions"))
    parser.option("--url URL", gettext("Download this file of an article, not its first recording"))
    parser.flag("--events", gettext("Print JSON events as they happen"))


def _define_briefing(parser: CommandParser) -> None:
    since = gettext("today (the default), session (your last one), or a time such as 2d, 1w, 2026-11-20")
    parser.option("--since WHEN", since, type=parse_since, default="today")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=gettext("Print one JSON document"))
    form.add_argument("--markdown", action="store_true", help=gettext("Print Markdown with links"))


def _define_show(parser: CommandParser) -> None:
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


def _define_sources(parser: CommandParser) -> None:
    sources = gettext("Number, address, part of the name, or folder; a single source is shown with all details")
    parser.argument("sources", "SOURCE", sources, required=False, many=True)
    _define_json(parser)


def _define_merge(parser: CommandParser) -> None:
    parser.argument("name", "TAG", gettext("Tag to replace"), parse=one_line)
    parser.argument("other", "OTHER", gettext("Tag to use instead; a new name renames TAG"), parse=one_line)


def _define_unmerge(parser: CommandParser) -> None:
    parser.argument("name", "TAG", gettext("Tag that others were merged into"), parse=one_line)


def _define_new_search(parser: CommandParser) -> None:
    parser.argument("name", "NAME", gettext("Name in the sidebar, and in queries after search:"), parse=one_line)
    parser.query()
    parser.option("--icon ICON", ", ".join(SEARCH_ICONS), choices=tuple(SEARCH_ICONS))


def _define_preview(parser: CommandParser) -> None:
    _define_query(parser)
    _define_effect(parser)


def _define_effect(parser: CommandParser) -> None:
    effect = gettext("What the rule does: mute (the default), highlight, star, read, notify, or tag=NAME")
    parser.option("--effect EFFECT", effect, type=parse_effect, default="mute")


def _define_new_rule(parser: CommandParser) -> None:
    parser.argument("name", "NAME", gettext("Name of the new rule"), parse=one_line)
    parser.query()
    _define_effect(parser)
    term = gettext("End the rule after this time, such as 12h or 7d")
    parser.option("--for TIME", term, type=parse_rule_duration, default=None, dest="term")
    parser.flag("--past", gettext("Apply the rule to existing articles, too"))


def _define_note(parser: CommandParser) -> None:
    parser.argument("id", "NUMBER", gettext(_NUMBER), parse=parse_article_id)
    text = gettext('Text of the note; - reads it from standard input, "" removes the note')
    parser.argument("words", "TEXT", text, required=False, many=True, negations=True)
    _define_json(parser)


def _define_remove(parser: CommandParser) -> None:
    parser.argument("source", "SOURCE", gettext("Number, address or part of the name"))
    _define_json(parser)


def _define_import(parser: CommandParser) -> None:
    file = gettext("OPML, newsboat's urls, or a file of “export --everything”; - is standard input")
    parser.argument("file", "FILE", file)


def _define_export(parser: CommandParser) -> None:
    parser.argument("file", "FILE", gettext("File to write; default: standard output"), required=False, default="-")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--newsboat", action="store_true", help=gettext("Export the subscriptions as newsboat's urls"))
    everything = gettext("Export all your data as JSON: also searches, rules, pages, tags, stars and notes")
    form.add_argument("--everything", action="store_true", help=everything)
    parser.flag("-f --force", gettext("Overwrite an existing file"))


def _define_inspect(parser: CommandParser) -> None:
    parser.argument("place", "FILE|URL", gettext("File or address; - is standard input"))
    _define_format_hints(parser)
    _define_json(parser)


def _define_tidy(parser: CommandParser) -> None:
    parser.flag("--dry-run", gettext("Only print what would be deleted"))
    parser.flag("--yes", gettext("Delete old articles even if they are more than a tenth of all"))
    _define_json(parser)


def _define_doctor(parser: CommandParser) -> None:
    parser.flag("--thorough", gettext("Read the text of every article, not only of the newest 20,000"))
    parser.flag("--repair", gettext("Copy the readable rows of a damaged database into a new one"))
    _define_json(parser)


def _define_completions(parser: CommandParser) -> None:
    parser.argument("shell", "SHELL", gettext("bash, zsh or fish"), choices=("bash", "zsh", "fish"))


def _define_help(parser: CommandParser) -> None:
    parser.argument("words", "COMMAND", gettext("Command, or command and subcommand"), required=False, many=True)


COMMANDS = {
    **{
        f"{name} list": Command(summary, (f"{name} list", f"{name} list --json"), _define_json)
        for name, summary in (
            ("tags", gettext_noop("List tags with numbers of articles")),
            ("searches", gettext_noop("List saved searches with numbers of articles")),
            ("rules", gettext_noop("List rules with numbers of matched articles")),
            ("undo", gettext_noop("List the steps, the next one to undo first")),
        )
    },
    "add": Command(
        gettext_noop("Subscribe to sources, or save pages"),
        ("add https://news.example/feed.xml --folder News/Jordan", "add --page https://news.example/2026/harbour"),
        _define_add,
        gettext_noop("If a page offers several feeds, they are listed to choose from."),
        _NETWORK,
    ),
    "refresh": Command(
        gettext_noop("Fetch all due sources"),
        ("refresh", "refresh Morning --all-now"),
        _define_refresh,
        gettext_noop("Outside a terminal it prints only errors. Only one refresh runs at a time."),
        _NETWORK,
    ),
    "account": Command(
        gettext_noop("List, add, sync and remove accounts on servers"),
        ("account", "account add https://reader.example --user huda"),
        _define_json,
        gettext_noop("Read marks, stars and subscriptions are then the same on all your computers."),
    ),
    "account add": Command(
        gettext_noop("Add an account, or save its new password"),
        ("account add https://reader.example --user huda", "account add reader.example --user huda --token"),
        _define_new_account,
        gettext_noop(
            "Servers: Miniflux, FreshRSS, Nextcloud News, Inoreader and others with the Google Reader API. The password"
            " is asked for, or read as a line from standard input. It is kept in auth.toml."
        ),
        _NETWORK,
    ),
    "account sync": Command(
        gettext_noop("Send changes, and read what changed there"),
        ("account sync", "account sync reader.example"),
        _define_sync,
        gettext_noop("Each refresh syncs all accounts first."),
        _NETWORK,
    ),
    "account changes": Command(
        gettext_noop("List changes that wait for a sync"),
        ("account changes", "account changes reader.example --json"),
        _define_changes,
        gettext_noop("The newest of each account come first."),
    ),
    "account remove": Command(
        gettext_noop("Remove an account, and keep its articles"),
        ("account remove reader.example", "account remove 1 --drop-articles"),
        _define_remove_account,
        _UNDO,
    ),
    "account move": Command(
        gettext_noop("Move sources to an account, or back"),
        ("account move News/Jordan", "account move courier --to here"),
        _define_move,
        _UNDO,
    ),
    "serve": Command(
        gettext_noop("Show the app in a browser"),
        ("serve", "serve --port 0"),
        _define_serve,
        gettext_noop("Only this computer can reach it, and only with the address that it shows. ctrl+c stops it."),
        _NETWORK,
    ),
    "list": Command(
        gettext_noop("List headlines"),
        ("list 'tag:water is:unread'", "list 'source:courier since:2d' -n 20 --json"),
        _define_list,
        gettext_noop(
            "The newest come first; with words, the best matches. A line has number, state (U unread, S starred, "
            "C edited, - for none), time, source and title."
        ),
        shown=("--home", "--plain", "--ssml"),
    ),
    "show": Command(
        gettext_noop("Show articles, or write them to a file"),
        ("show 17", "show --query 'is:starred sort:oldest' --output starred.epub"),
        _define_show,
        usage="NUMBER...|--query QUERY",
        shown=("--home", "--offline", "--plain", "--ssml"),
    ),
    "briefing": Command(
        gettext_noop("Print new and unread articles on one page"),
        ("briefing", "briefing --since session --markdown"),
        _define_briefing,
        gettext_noop("Stories of several sources come first, then sources that publish rarely, then the rest by tag."),
    ),
    "episodes": Command(
        gettext_noop("List, download and remove recordings"),
        ("episodes is:unread", "episodes download 17"),
        _define_episodes,
    ),
    "episodes download": Command(
        gettext_noop("Download recordings, or continue downloads"),
        ("episodes download 17", "episodes download 'source:harbour is:unread'"),
        _define_download,
        gettext_noop("Files are saved one after another in the folder that [episodes] folder names."),
        _NETWORK,
    ),
    "episodes remove": Command(
        gettext_noop("Remove downloaded recordings"),
        ("episodes remove 17", "episodes remove is:read"),
        _define_articles,
        gettext_noop(
            "roya-tui tidy deletes their files, and a download that needs room. Until then roya-tui undo restores them."
        ),
    ),
    "sources": Command(
        gettext_noop("List sources with their status"),
        ("sources", "sources courier"),
        _define_sources,
        gettext_noop("A line has number, articles, unread articles, folder, name and status."),
        shown=("--home", "--ascii"),
    ),
    "tags": Command(
        gettext_noop("List, merge and unmerge tags"),
        ("tags", "tags merge wells water"),
        _define_json,
        gettext_noop("A line has the number of articles and the tag."),
    ),
    "tags merge": Command(
        gettext_noop("Merge a tag into another, or rename it"),
        ("tags merge wells water", "tags merge sports Sport"),
        _define_merge,
        _UNDO,
    ),
    "tags unmerge": Command(
        gettext_noop("Undo all merges into a tag"),
        ("tags unmerge water", "tags unmerge 'Home, Food and Garden'"),
        _define_unmerge,
        _UNDO,
    ),
    "searches": Command(
        gettext_noop("List, add and remove saved searches"),
        ("searches", "searches add Morning 'is:unread since:1d'"),
        _define_json,
    ),
    "searches add": Command(
        gettext_noop("Save a query under a name"),
        ("searches add Morning 'is:unread since:1d'", "searches add Water tag:water -tag:sport --icon flag"),
        _define_new_search,
        _UNDO,
    ),
    "searches remove": Command(
        gettext_noop("Remove a saved search"),
        ("searches remove Morning", "searches remove 'Wet news'"),
        _define_name,
        gettext_noop("Its articles are kept. To undo it: roya-tui undo, or u in the app."),
    ),
    "rules": Command(
        gettext_noop("List, try, add and change rules"),
        ("rules", "rules add 'No football' title:football --for 7d"),
        _define_json,
        gettext_noop("A rule applies automatically to new articles that match its query."),
    ),
    "rules try": Command(
        gettext_noop("Preview the articles that a rule matches"),
        ("rules try title:football", "rules try tag:water --effect star"),
        _define_preview,
        gettext_noop("It examines the last 30 days and changes nothing."),
    ),
    "rules add": Command(
        gettext_noop("Add a rule"),
        ("rules add 'No football' title:football --for 7d", "rules add Water tag:water --effect highlight --past"),
        _define_new_rule,
        _UNDO,
    ),
    **{
        f"rules {verb}": Command(summary, (f"rules {verb} Water", f"rules {verb} 'No football'"), _define_name, _UNDO)
        for verb, summary in (
            ("enable", gettext_noop("Enable a rule")),
            ("disable", gettext_noop("Disable a rule, and unhide its articles")),
            ("apply", gettext_noop("Apply a rule to existing articles")),
            ("remove", gettext_noop("Remove a rule, and unhide its articles")),
        )
    },
    "mark": Command(
        gettext_noop("Mark articles read or unread, star or unstar"),
        ("mark read 'source:courier before:7d'", "mark star 17"),
        usage="COMMAND QUERY...",
    ),
    **{
        f"mark {verb}": Command(
            summary, (f"mark {verb} 'source:courier before:7d'", f"mark {verb} 17"), _define_articles, _UNDO
        )
        for verb, summary in (
            ("read", gettext_noop("Mark all matching articles read")),
            ("unread", gettext_noop("Mark all matching articles unread")),
            ("star", gettext_noop("Star all matching articles")),
            ("unstar", gettext_noop("Unstar all matching articles")),
        )
    },
    "tag": Command(
        gettext_noop("Add your tags to articles, or remove them"),
        ("tag title:wells +water '+to read'", "tag 'wells -sport' +water -dry", "tag 17 +water"),
        _define_articles,
        gettext_noop("Words at the end that begin with + or - are tags. To exclude a word, quote the whole query."),
        usage="QUERY... +TAG...|QUERY... -TAG...",
    ),
    "hide": Command(
        gettext_noop("Hide articles from all lists and counts"),
        ("hide title:lottery", "hide 17"),
        _define_articles,
        _UNDO,
    ),
    "unhide": Command(
        gettext_noop("Unhide hidden articles"),
        ("unhide 'tag:sport since:7d'", "unhide 17"),
        _define_articles,
        _UNDO,
    ),
    "note": Command(
        gettext_noop("Write a note on an article, or print it"),
        ("note 17 'Ask the mayor'", "note 17"),
        _define_note,
        _UNDO,
    ),
    "remove": Command(
        gettext_noop("Unsubscribe from a source"),
        ("remove courier", "remove 12"),
        _define_remove,
        gettext_noop("Starred, tagged and noted articles are kept. If several sources match, they are only listed."),
    ),
    "undo": Command(
        gettext_noop("Undo the last step, or list the steps"),
        ("undo", "undo list"),
        _define_json,
        gettext_noop("Steps of the app and of all commands are in one history."),
    ),
    "redo": Command(gettext_noop("Redo the last undone step"), ("redo", "redo --json"), _define_json),
    "import": Command(
        gettext_noop("Import subscriptions, or all your data"),
        ("import subscriptions.opml", "import ~/.newsboat/urls"),
        _define_import,
        gettext_noop("Nothing is fetched until the next refresh."),
    ),
    "export": Command(
        gettext_noop("Export subscriptions, or all your data"),
        ("export subscriptions.opml", "export --newsboat urls", "export --everything backup.json"),
        _define_export,
        gettext_noop("Subscriptions are written as OPML, without samples, local files and passwords."),
    ),
    "inspect": Command(
        gettext_noop("Show how the app reads a document"),
        ("inspect https://news.example/feed.xml", "inspect feed.xml --json"),
        _define_inspect,
        gettext_noop("Nothing is stored. Repairs and missing fields are listed."),
        _NETWORK,
    ),
    "tidy": Command(
        gettext_noop("Delete old articles, and compact the database"),
        ("tidy --dry-run", "tidy"),
        _define_tidy,
        gettext_noop("Articles that you starred, noted, tagged, saved or downloaded are kept."),
    ),
    "doctor": Command(
        gettext_noop("Check database, settings and terminal"), ("doctor", "doctor --repair"), _define_doctor
    ),
    "hooks": Command(
        gettext_noop("List and try your hooks"),
        ("hooks", "hooks test after_refresh"),
        _define_json,
        gettext_noop("Hooks are programs that [hooks] in config.toml runs after a refresh or on an article."),
    ),
    "hooks test": Command(
        gettext_noop("Run a hook with the article added last"),
        ("hooks test after_refresh", "hooks test Water"),
        _define_name,
        gettext_noop("For a rule, its name is enough. Without articles it gets an invented one."),
    ),
    "completions": Command(
        gettext_noop("Print the completion script for a shell"),
        ("completions bash", "completions fish"),
        _define_completions,
        gettext_noop("Save it where the shell looks for completions: docs/guide lists the folders."),
    ),
    "help": Command(gettext_noop("Show the help of a command"), ("help show", "help tags merge"), _define_help),
}
"""Commands by name, and subcommands such as `tags merge`, in the order of the help."""

GROUPS = (
    (gettext_noop("Fetch:"), ("add", "refresh", "account")),
    (gettext_noop("Read:"), ("list", "show", "briefing", "episodes", "serve")),
    (gettext_noop("Organize:"), ("sources", "tags", "searches", "rules")),
    (gettext_noop("Change:"), ("mark", "tag", "note", "hide", "unhide", "remove", "undo", "redo")),
    (gettext_noop("Maintain:"), ("import", "export", "inspect", "tidy", "doctor", "hooks", "completions", "help")),
)
"""Titles of the help → names of commands."""
