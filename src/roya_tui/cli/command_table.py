"""All commands with their help and examples."""

from __future__ import annotations

from roya_tui.cli.command_arguments import (
    define_add,
    define_articles,
    define_briefing,
    define_changes,
    define_completions,
    define_doctor,
    define_download,
    define_episodes,
    define_export,
    define_help,
    define_import,
    define_inspect,
    define_json,
    define_list,
    define_merge,
    define_move,
    define_name,
    define_new_account,
    define_new_rule,
    define_new_search,
    define_note,
    define_preview,
    define_refresh,
    define_remove,
    define_remove_account,
    define_serve,
    define_show,
    define_sources,
    define_sync,
    define_tidy,
    define_unmerge,
)
from roya_tui.cli.command_parser import Command
from roya_tui.translation import gettext_noop

_NETWORK = ("--home", "--offline")
_UNDO = gettext_noop("To undo it: roya-tui undo, or u in the app.")

COMMANDS = {
    **{
        f"{name} list": Command(summary, (f"{name} list", f"{name} list --json"), define_json)
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
        define_add,
        gettext_noop("If a page offers several feeds, they are listed to choose from."),
        _NETWORK,
    ),
    "refresh": Command(
        gettext_noop("Fetch all due sources"),
        ("refresh", "refresh Morning --all-now"),
        define_refresh,
        gettext_noop("Outside a terminal it prints only errors. Only one refresh runs at a time."),
        _NETWORK,
    ),
    "account": Command(
        gettext_noop("List, add, sync and remove accounts on servers"),
        ("account", "account add https://reader.example --user huda"),
        define_json,
        gettext_noop("Read marks, stars and subscriptions are then the same on all your computers."),
    ),
    "account list": Command(
        gettext_noop("List accounts with their last sync"), ("account list", "account list --json"), define_json
    ),
    "account add": Command(
        gettext_noop("Add an account, or save its new password"),
        ("account add https://reader.example --user huda", "account add reader.example --user huda --token"),
        define_new_account,
        gettext_noop(
            "Servers: Miniflux, FreshRSS, Nextcloud News, Inoreader and others with the Google Reader API. The password"
            " is asked for, or read as a line from standard input. It is kept in auth.toml."
        ),
        _NETWORK,
    ),
    "account sync": Command(
        gettext_noop("Send changes, and read what changed on the server"),
        ("account sync", "account sync reader.example"),
        define_sync,
        gettext_noop("Each refresh syncs all accounts first."),
        _NETWORK,
    ),
    "account changes": Command(
        gettext_noop("List changes that wait for a sync"),
        ("account changes", "account changes reader.example --json"),
        define_changes,
        gettext_noop("The newest of each account come first."),
    ),
    "account remove": Command(
        gettext_noop("Remove an account, and keep its articles"),
        ("account remove reader.example", "account remove 1 --drop-articles"),
        define_remove_account,
        _UNDO,
    ),
    "account move": Command(
        gettext_noop("Move sources to an account, or back"),
        ("account move News/Jordan", "account move courier --to here"),
        define_move,
        _UNDO,
    ),
    "serve": Command(
        gettext_noop("Show the app in a browser"),
        ("serve", "serve --port 0"),
        define_serve,
        gettext_noop("Only this computer can reach it, and only with the address that it shows. ctrl+c stops it."),
        _NETWORK,
    ),
    "list": Command(
        gettext_noop("List headlines"),
        ("list 'tag:water is:unread'", "list 'source:courier since:2d' -n 20 --json"),
        define_list,
        gettext_noop(
            "The newest come first; with words, the best matches. A line has number, state (U unread, S starred, "
            "C edited, - for none), time, source and title."
        ),
        shown=("--home", "--plain", "--ssml"),
    ),
    "show": Command(
        gettext_noop("Show articles, or write them to a file"),
        ("show 17", "show --query 'is:starred sort:oldest' --output starred.epub"),
        define_show,
        usage="NUMBER...|--query QUERY",
        shown=("--home", "--offline", "--plain", "--ssml"),
    ),
    "briefing": Command(
        gettext_noop("Print new and unread articles on one page"),
        ("briefing", "briefing --since session --markdown"),
        define_briefing,
        gettext_noop("Stories of several sources come first, then sources that publish rarely, then the rest by tag."),
    ),
    "episodes": Command(
        gettext_noop("List, download and remove recordings"),
        ("episodes is:unread", "episodes download 17"),
        define_episodes,
    ),
    "episodes download": Command(
        gettext_noop("Download recordings, or continue downloads"),
        ("episodes download 17", "episodes download 'source:harbour is:unread'"),
        define_download,
        gettext_noop("Files are saved one after another in the folder that [episodes] folder names."),
        _NETWORK,
    ),
    "episodes remove": Command(
        gettext_noop("Remove downloaded recordings"),
        ("episodes remove 17", "episodes remove is:read"),
        define_articles,
        gettext_noop(
            "roya-tui tidy deletes their files, and a download that needs room. Until then roya-tui undo restores them."
        ),
    ),
    "sources": Command(
        gettext_noop("List sources with their status"),
        ("sources", "sources courier"),
        define_sources,
        gettext_noop("A line has number, articles, unread articles, folder, name and status."),
        shown=("--home", "--ascii"),
    ),
    "tags": Command(
        gettext_noop("List, merge and unmerge tags"),
        ("tags", "tags merge wells water"),
        define_json,
        gettext_noop("A line has the number of articles and the tag."),
    ),
    "tags merge": Command(
        gettext_noop("Merge a tag into another, or rename it"),
        ("tags merge wells water", "tags merge sports Sport"),
        define_merge,
        _UNDO,
    ),
    "tags unmerge": Command(
        gettext_noop("Undo all merges into a tag"),
        ("tags unmerge water", "tags unmerge 'Home, Food and Garden'"),
        define_unmerge,
        _UNDO,
    ),
    "searches": Command(
        gettext_noop("List, add and remove saved searches"),
        ("searches", "searches add Morning 'is:unread since:1d'"),
        define_json,
    ),
    "searches add": Command(
        gettext_noop("Save a query under a name"),
        ("searches add Morning 'is:unread since:1d'", "searches add Water tag:water -tag:sport --icon flag"),
        define_new_search,
        _UNDO,
    ),
    "searches remove": Command(
        gettext_noop("Remove a saved search"),
        ("searches remove Morning", "searches remove 'Wet news'"),
        define_name,
        gettext_noop("Its articles are kept. To undo it: roya-tui undo, or u in the app."),
    ),
    "rules": Command(
        gettext_noop("List, try, add and change rules"),
        ("rules", "rules add 'No football' title:football --for 7d"),
        define_json,
        gettext_noop("A rule applies automatically to new articles that match its query."),
    ),
    "rules try": Command(
        gettext_noop("Preview the articles that a rule matches"),
        ("rules try title:football", "rules try tag:water --effect star"),
        define_preview,
        gettext_noop("It examines the last 30 days and changes nothing."),
    ),
    "rules add": Command(
        gettext_noop("Add a rule"),
        ("rules add 'No football' title:football --for 7d", "rules add Water tag:water --effect highlight --past"),
        define_new_rule,
        _UNDO,
    ),
    **{
        f"rules {verb}": Command(summary, (f"rules {verb} Water", f"rules {verb} 'No football'"), define_name, _UNDO)
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
            summary, (f"mark {verb} 'source:courier before:7d'", f"mark {verb} 17"), define_articles, _UNDO
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
        define_articles,
        gettext_noop("Words at the end that begin with + or - are tags. To exclude a word, quote the whole query."),
        usage="QUERY... +TAG...|QUERY... -TAG...",
    ),
    "hide": Command(
        gettext_noop("Hide articles from all lists and counts"),
        ("hide title:lottery", "hide 17"),
        define_articles,
        _UNDO,
    ),
    "unhide": Command(
        gettext_noop("Unhide hidden articles"),
        ("unhide 'tag:sport since:7d'", "unhide 17"),
        define_articles,
        _UNDO,
    ),
    "note": Command(
        gettext_noop("Write a note on an article, or print it"),
        ("note 17 'Ask the mayor'", "note 17"),
        define_note,
        _UNDO,
    ),
    "remove": Command(
        gettext_noop("Unsubscribe from a source"),
        ("remove courier", "remove 12"),
        define_remove,
        gettext_noop("Starred, tagged and noted articles are kept. If several sources match, they are only listed."),
    ),
    "undo": Command(
        gettext_noop("Undo the last step, or list the steps"),
        ("undo", "undo list"),
        define_json,
        gettext_noop("Steps of the app and of all commands are in one history."),
    ),
    "redo": Command(gettext_noop("Redo the last undone step"), ("redo", "redo --json"), define_json),
    "import": Command(
        gettext_noop("Import subscriptions, or all your data"),
        ("import subscriptions.opml", "import ~/.newsboat/urls"),
        define_import,
        gettext_noop("Nothing is fetched until the next refresh."),
    ),
    "export": Command(
        gettext_noop("Export subscriptions, or all your data"),
        ("export subscriptions.opml", "export --newsboat urls", "export --everything backup.json"),
        define_export,
        gettext_noop("Subscriptions are written as OPML, without samples, local files and passwords."),
    ),
    "inspect": Command(
        gettext_noop("Show how the app reads a document"),
        ("inspect https://news.example/feed.xml", "inspect feed.xml --json"),
        define_inspect,
        gettext_noop("Nothing is stored. Repairs and missing fields are listed."),
        _NETWORK,
    ),
    "tidy": Command(
        gettext_noop("Delete old articles, and compact the database"),
        ("tidy --dry-run", "tidy"),
        define_tidy,
        gettext_noop("Articles that you starred, noted, tagged, saved or downloaded are kept."),
    ),
    "doctor": Command(
        gettext_noop("Check database, settings and terminal"), ("doctor", "doctor --repair"), define_doctor
    ),
    "hooks": Command(
        gettext_noop("List and try your hooks"),
        ("hooks", "hooks test after_refresh"),
        define_json,
        gettext_noop("Hooks are programs that [hooks] in config.toml runs after a refresh or on an article."),
    ),
    "hooks test": Command(
        gettext_noop("Run a hook with the article added last"),
        ("hooks test after_refresh", "hooks test Water"),
        define_name,
        gettext_noop("For a rule, its name is enough. Without articles it gets an invented one."),
    ),
    "completions": Command(
        gettext_noop("Print the completion script for a shell"),
        ("completions bash", "completions fish"),
        define_completions,
        gettext_noop("Save it where the shell looks for completions: docs/guide lists the folders."),
    ),
    "help": Command(gettext_noop("Show the help of a command"), ("help show", "help tags merge"), define_help),
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
