"""The table of all actions: bindings, help, hints, palette and config names come from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace
from textual.binding import Binding, BindingType

from roya_tui.translation import gettext, gettext_noop, is_right_to_left


class Action(Struct, frozen=True):
    """One thing a key does.

    `name` is its name in [keys] of config.toml, and `keys` are Textual's key names. `text` and `group` are messages.
    """

    name: str
    keys: str
    text: str
    group: str
    context: str = "screen"
    """Where the key works: "screen" (the main screen), "rows" (any list), "headlines", "sidebar", "article" (also its
    changes), "both" (lists and article), "changes", "status" (source status), "rules", "accounts" or
    "gallery"."""
    opens_input: bool = False
    """Whether it opens a text input: its binding has priority, and `key_sequencer` keeps the keys in order."""
    falls_through: bool = False
    """Whether the screen handles the key when this action has nothing to do."""
    ascii: bool = False
    """Whether its keys are shown in ASCII."""
    handler: str = ""
    """The controller and method that an action of the main screen calls, such as `marks.toggle_star`."""
    place: str = ""
    """The context to name in the help if it is not `context`."""
    words: str = ""
    """A message of more words that find the action in the help."""

    @property
    def method_name(self) -> str:
        """The name of its `action_…` method, without the prefix."""
        return self.name.replace("-", "_")

    @property
    def place_text(self) -> str:
        """Where its keys work, in words."""
        everywhere = all(self.name in shared for shared in OVERLAY_ACTIONS.values())
        return gettext("anywhere") if everywhere else gettext(_PLACES[self.place or self.context])

    @property
    def first_key(self) -> str:
        """Textual's name of its first key, "" if it has none."""
        return self.keys.split(",")[0]

    @property
    def key_labels(self) -> str:
        return " ".join(key_label(key, ascii=self.ascii) for key in self.keys.split(",") if key)


_KEY_LABELS = {
    "down": "↓", "up": "↑", "left": "←", "right": "→", "escape": "esc", "pagedown": "pgdn", "pageup": "pgup",
    "shift+tab": "⇧tab", "delete": "del", "comma": ",", "backspace": "⌫",
}  # fmt: skip


def join_keys(*keys: str, ascii: bool) -> str:
    """Return the labels of related keys, as in `↓/↑`."""
    return "/".join(key_label(key, ascii=ascii) for key in keys)


def key_label(key: str, *, ascii: bool) -> str:
    """Return a key as it is shown."""
    name = _KEY_LABELS.get(key, key)
    return key if ascii and not name.isascii() else name


MOVE, READ, PANES, CHANGES, PLAY, EXPORT, PICTURES, MARK, FIND, RULES, SOURCES, SOURCE_STATUS, ACCOUNTS, PROGRAM = (
    gettext_noop("Moving"), gettext_noop("Reading"), gettext_noop("Panes"), gettext_noop("What changed"),
    gettext_noop("Podcasts and video"),
    gettext_noop("Export and share"), gettext_noop("Pictures"), gettext_noop("Organizing"),
    gettext_noop("Finding and filtering"), gettext_noop("Rules"), gettext_noop("Sources"),
    gettext_noop("Source status"), gettext_noop("Accounts"), gettext_noop("App"),
)  # fmt: skip
_PLACES = {
    "screen": gettext_noop("in every pane"),
    "rows": gettext_noop("in the list and the sidebar"),
    "headlines": gettext_noop("in the list"),
    "sidebar": gettext_noop("in the sidebar"),
    "article": gettext_noop("in the article"),
    "both": gettext_noop("in every pane"),
    "changes": gettext_noop("in “What changed”"),
    "status": gettext_noop("in source status"),
    "rules": gettext_noop("on the rules screen"),
    "accounts": gettext_noop("on the accounts screen"),
    "gallery": gettext_noop("in the gallery"),
}
"""Where keys work, by context. "screen" and "both" are the same for users."""

ACTIONS = (
    Action("down", "j,down", gettext_noop("Move down one headline or line"), MOVE, "both"),
    Action("up", "k,up", gettext_noop("Move up one headline or line"), MOVE, "both"),
    Action("first", "g,home", gettext_noop("Go to the top"), MOVE, "both"),
    Action("last", "G,end", gettext_noop("Go to the end"), MOVE, "both"),
    Action("page-down", "pagedown,ctrl+f", gettext_noop("Move down one page"), MOVE, "both"),
    Action("page-up", "pageup,ctrl+b", gettext_noop("Move up one page"), MOVE, "both"),
    Action("half-down", "ctrl+d", gettext_noop("Move down half a page"), MOVE, "both"),
    Action("half-up", "ctrl+u", gettext_noop("Move up half a page"), MOVE, "both"),
    Action("next-pane", "tab", gettext_noop("Go to the next pane"), MOVE, handler="panes.focus_next"),
    Action("previous-pane", "shift+tab", gettext_noop("Go to the previous pane"), MOVE, handler="panes.focus_previous"),
    Action("next-heading", "}", gettext_noop("Go to the next heading, or paragraph"), MOVE, "article"),
    Action("previous-heading", "{", gettext_noop("Go to the previous heading, or paragraph"), MOVE, "article"),
    Action("open", "enter", gettext_noop("Open the article, or the row of the sidebar"), READ, "rows"),
    Action("expand", "right,l", gettext_noop("Expand the story, or open the row"), READ, "rows"),
    Action("collapse", "left,h", gettext_noop("Collapse the story, or go to the pane on the left"), READ,
           handler="screen.collapse"),
    Action("back", "escape,backspace", gettext_noop("Go back"), READ, handler="screen.leave"),
    Action("advance", "space", gettext_noop("Page down; at the end: next unread article"), READ,
           handler="unread.page_down"),
    Action("next-unread", "n", gettext_noop("Go to the next unread article"), READ, handler="unread.next"),
    Action("previous-unread", "p,N", gettext_noop("Go to the previous unread article"), READ,
           handler="unread.previous"),
    Action("next-link", "]", gettext_noop("Focus the next link"), READ, handler="links.next"),
    Action("previous-link", "[", gettext_noop("Focus the previous link"), READ, handler="links.previous"),
    Action("read-link", "L", gettext_noop("Open the focused link in the article pane"), READ,
           handler="pages.read_link"),
    Action("save-page", "K", gettext_noop("Save the page, or the page of the focused link"), READ,
           handler="pages.save", words=gettext_noop("read later")),
    Action("go-to-link", ":", gettext_noop("Focus a link by its number"), READ,
           opens_input=True, handler="links.ask_number"),
    Action("full-text", "f", gettext_noop("Show the full text, or the feed's text"), READ,
           handler="pages.toggle_full_text", words=gettext_noop("fetch page")),
    Action("pictures", "i", gettext_noop("Show the article's pictures"), READ,
           handler="pictures.show", words=gettext_noop("images photos")),
    Action("browser", "o", gettext_noop("Open the article in the browser"), READ,
           handler="links.open_articles", words=gettext_noop("website")),
    Action("copy-link", "y", gettext_noop("Copy the focused link, or the article's address"), READ,
           handler="links.copy", words=gettext_noop("url clipboard")),
    Action("copy-markdown", "Y", gettext_noop("Copy the link as Markdown"), READ, handler="links.copy_markdown"),
    Action("narrower", "(", gettext_noop("Make the text narrower"), READ, handler="article.narrow"),
    Action("wider", ")", gettext_noop("Make the text wider"), READ, handler="article.widen"),
    Action("changes", "d", gettext_noop("Show what changed, or the article again"), READ,
           handler="versions.toggle", words=gettext_noop("compare versions")),
    Action("zen", "z", gettext_noop("Show only the article, or all panes"), READ,
           handler="panes.toggle_zen", words=gettext_noop("fullscreen")),
    Action("open-link", "enter", gettext_noop("Open the focused link, or go to its footnote"), READ, "article"),
    Action("select", "v", gettext_noop("Select text to copy; again: start here"), READ, "article"),
    Action("next-word", "w", gettext_noop("Move to the next word, while selecting"), READ, "article"),
    Action("previous-word", "b", gettext_noop("Move to the previous word, while selecting"), READ, "article",
           falls_through=True),
    Action("layout", "|", gettext_noop("Show the article below the list, or beside it"), PANES,
           handler="pane_sizes.toggle_stacked", words=gettext_noop("stacked columns split")),
    Action("sidebar", "\\", gettext_noop("Show or hide the sidebar"), PANES, handler="pane_sizes.toggle_sidebar"),
    Action("shrink-pane", "9", gettext_noop("Make the pane narrower, or shorter if stacked"), PANES,
           handler="pane_sizes.shrink", words=gettext_noop("size width height")),
    Action("grow-pane", "0", gettext_noop("Make the pane wider, or taller if stacked"), PANES,
           handler="pane_sizes.grow", words=gettext_noop("size width height")),
    Action("next-change", "n", gettext_noop("Go to the next change"), CHANGES, "changes"),
    Action("previous-change", "p", gettext_noop("Go to the previous change"), CHANGES, "changes"),
    Action("older-version", "comma", gettext_noop("Compare with an older version"), CHANGES, "changes"),
    Action("newer-version", ".", gettext_noop("Compare with a newer version"), CHANGES, "changes"),
    Action("play", "P", gettext_noop("Play the audio or video, or pause it"), PLAY,
           handler="playback.play", words=gettext_noop("podcast listen watch episode")),
    Action("play-back", "7", gettext_noop("Go back 15 seconds"), PLAY, handler="playback.go_back"),
    Action("play-forward", "8", gettext_noop("Go forward 30 seconds"), PLAY, handler="playback.go_forward"),
    Action("download", "Q", gettext_noop("Download the audio or video; again: cancel, or remove"), PLAY,
           handler="downloads.toggle", words=gettext_noop("podcast save offline")),
    Action("export", "e", gettext_noop("Export the article, or all in the list"), EXPORT,
           opens_input=True, handler="export.ask", words=gettext_noop("save epub")),
    Action("quote", ">", gettext_noop("Copy the paragraph as a quotation"), EXPORT, handler="export.quote"),
    Action("share", "!", gettext_noop("Share with an external program"), EXPORT,
           handler="export.share", words=gettext_noop("email send")),
    Action("next-picture", "n,right,j,down,space", gettext_noop("Show the next picture"), PICTURES, "gallery"),
    Action("previous-picture", "p,left,k,up", gettext_noop("Show the previous picture"), PICTURES, "gallery"),
    Action("first-picture", "g,home", gettext_noop("Show the first picture"), PICTURES, "gallery"),
    Action("last-picture", "G,end", gettext_noop("Show the last picture"), PICTURES, "gallery"),
    Action("picture-browser", "o,enter", gettext_noop("Open the picture in the browser"), PICTURES, "gallery"),
    Action("save-picture", "s", gettext_noop("Save the picture to your pictures folder"), PICTURES, "gallery"),
    Action("save-picture-as", "e", gettext_noop("Save the picture to another file"), PICTURES, "gallery",
           opens_input=True),
    Action("copy-picture", "y", gettext_noop("Copy the picture's address"), PICTURES, "gallery"),
    Action("fetch-picture", "r", gettext_noop("Fetch the picture, or try again"), PICTURES, "gallery"),
    Action("leave-pictures", "escape,i", gettext_noop("Go back to the article"), PICTURES, "gallery"),
    Action("select-headline", "v", gettext_noop("Select or deselect, then move down"), MARK, "headlines"),
    Action("select-range", "V", gettext_noop("Select from the last selected headline to here"), MARK, "headlines"),
    Action("select-all", "*", gettext_noop("Select all in the list; again: clear"), MARK, "headlines"),
    Action("star", "s", gettext_noop("Star or unstar"), MARK,
           handler="marks.toggle_star", words=gettext_noop("bookmark favorite")),
    Action("toggle-read", "m", gettext_noop("Mark read or unread"), MARK, handler="marks.toggle_read"),
    Action("edit-tags", "#", gettext_noop("Add or remove your tags"), MARK,
           opens_input=True, handler="marks.edit_tags", words=gettext_noop("label")),
    Action("note", ";", gettext_noop("Write a note"), MARK,
           opens_input=True, handler="marks.edit_note", words=gettext_noop("comment")),
    Action("group-story", "=", gettext_noop("Group the selected articles as one story"), MARK, handler="stories.group"),
    Action("ungroup-story", "%", gettext_noop("Remove the article from its story"), MARK, handler="stories.ungroup"),
    Action("hide", "H", gettext_noop("Hide or unhide; is:hidden finds hidden articles"), MARK,
           handler="marks.toggle_hidden"),
    Action("mark-all", "A", gettext_noop("Mark all in the list read"), MARK, handler="marks.mark_all_read"),
    Action("undo", "u", gettext_noop("Undo the last step"), MARK, handler="marks.undo"),
    Action("redo", "U", gettext_noop("Redo the last undone step"), MARK, handler="marks.redo"),
    Action("search", "/", gettext_noop("Search the list; in the article pane: the article"), FIND,
           opens_input=True, handler="search.open", words=gettext_noop("find filter")),
    Action("tags", "t", gettext_noop("Go to the tags and type to filter them"), FIND,
           opens_input=True, handler="tag_filter.open", words=gettext_noop("labels")),
    Action("any-or-all", "&", gettext_noop("Match any or all of the selected tags"), FIND,
           handler="tag_filter.toggle_any"),
    Action("order", "O", gettext_noop("Change the order of the list"), FIND,
           handler="article_list.next_order", words=gettext_noop("sort newest oldest")),
    Action("save-search", "F", gettext_noop("Save this list as a saved search"), FIND,
           opens_input=True, handler="saved_searches.save_view"),
    Action("stories", "_", gettext_noop("Show one row per story, or per article"), FIND,
           handler="stories.toggle", words=gettext_noop("group")),
    Action("rows", "T", gettext_noop("Show one or two lines per headline, or by width"), FIND,
           handler="article_list.next_row_mode", words=gettext_noop("height compact density")),
    Action("briefing", "b", gettext_noop("Show the briefing, or the list again"), FIND, handler="briefing.toggle"),
    Action("briefing-since", "B", gettext_noop("Show the briefing of another period"), FIND,
           handler="briefing.next_period"),
    Action("load-new", ".", gettext_noop("Load new articles into the list"), FIND,
           handler="article_list.load_new_articles", words=gettext_noop("update")),
    Action("view-unread", "1", gettext_noop("Show unread articles"), FIND, handler="article_list.show_unread"),
    Action("view-all", "2", gettext_noop("Show all articles"), FIND, handler="article_list.show_all"),
    Action("view-starred", "3", gettext_noop("Show starred articles"), FIND,
           handler="article_list.show_starred", words=gettext_noop("bookmarks favorites")),
    Action("view-updated", "4", gettext_noop("Show articles edited since you read them"), FIND,
           handler="article_list.show_updated"),
    Action("view-today", "5", gettext_noop("Show today's articles"), FIND, handler="article_list.show_today"),
    Action("view-episodes", "6", gettext_noop("Show articles with audio or video"), FIND,
           handler="article_list.show_episodes", words=gettext_noop("podcasts videos")),
    Action("require-tag", "+", gettext_noop("Show only this tag; again: show all"), FIND,
           place="sidebar", handler="tag_filter.require"),
    Action("exclude-tag", "-", gettext_noop("Exclude this tag; again: include it"), FIND,
           place="sidebar", handler="tag_filter.exclude"),
    Action("edit-row", "c", gettext_noop("Edit a saved search, tag, folder or source"), FIND,
           place="sidebar", opens_input=True, handler="screen.edit_row", words=gettext_noop("rename move merge")),
    Action("search-up", "K", gettext_noop("Move the saved search up in the sidebar"), FIND, "sidebar"),
    Action("search-down", "J", gettext_noop("Move the saved search down in the sidebar"), FIND, "sidebar"),
    Action("rule", "M", gettext_noop("Mute or highlight a word, source, author or tag"), RULES,
           opens_input=True, handler="rules.make_from_article", words=gettext_noop("block filter rule")),
    Action("rules", "E", gettext_noop("Show all rules"), RULES,
           handler="screen.open_rules", words=gettext_noop("muted filters")),
    Action("toggle-rule", "space", gettext_noop("Enable or disable the rule"), RULES, "rules"),
    Action("edit-rule", "c", gettext_noop("Edit the rule"), RULES, "rules", opens_input=True),
    Action("new-rule", "a", gettext_noop("Create a rule"), RULES, "rules", opens_input=True),
    Action("apply-rule", "p", gettext_noop("Apply the rule to existing articles"), RULES, "rules"),
    Action("rule-up", "K", gettext_noop("Move the rule up in the order"), RULES, "rules"),
    Action("rule-down", "J", gettext_noop("Move the rule down in the order"), RULES, "rules"),
    Action("remove-rule", "D,delete", gettext_noop("Remove the rule"), RULES, "rules"),
    Action("leave-rules", "escape,E,h,left", gettext_noop("Go back to the list"), RULES, "rules"),
    Action("add", "a", gettext_noop("Add a source"), SOURCES,
           opens_input=True, handler="sources.add", words=gettext_noop("subscribe follow feed")),
    Action("go-to-added", "@", gettext_noop("Go to the source added last"), SOURCES, handler="sources.go_to_added"),
    Action("refresh", "r", gettext_noop("Refresh this source or folder"), SOURCES,
           handler="refresh.refresh_selected", words=gettext_noop("update check")),
    Action("refresh-all", "R", gettext_noop("Refresh all sources"), SOURCES,
           handler="refresh.refresh_all", words=gettext_noop("update check")),
    Action("stop", "x", gettext_noop("Stop playing, the refresh or the download"), SOURCES, handler="screen.stop"),
    Action("work-offline", "W", gettext_noop("Work offline, or online again"), SOURCES,
           handler="refresh.toggle_offline", words=gettext_noop("network")),
    Action("remove", "D,delete", gettext_noop("Remove this source, saved search or folder"), SOURCES,
           handler="screen.remove_row", words=gettext_noop("unsubscribe delete feed")),
    Action("remove-samples", "X", gettext_noop("Remove the samples"), SOURCES, handler="sources.remove_samples"),
    Action("source-status", "S", gettext_noop("Show source status"), SOURCES,
           handler="screen.open_source_status", words=gettext_noop("errors feeds")),
    Action("pause", "p", gettext_noop("Pause or resume the source"), SOURCE_STATUS, "status"),
    Action("interval", "i", gettext_noop("Set how often the source is checked"), SOURCE_STATUS, "status",
           opens_input=True),
    Action("address", "c", gettext_noop("Change the source's address"), SOURCE_STATUS, "status", opens_input=True),
    Action("rename", "n", gettext_noop("Rename the source"), SOURCE_STATUS, "status", opens_input=True),
    Action("folder", "f", gettext_noop("Move the source to a folder"), SOURCE_STATUS, "status", opens_input=True),
    Action("per-day", "d", gettext_noop("Limit articles per day"), SOURCE_STATUS, "status", opens_input=True),
    Action("time-zone", "z", gettext_noop("Set the source's time zone"), SOURCE_STATUS, "status",
           opens_input=True, words=gettext_noop("clock")),
    Action("accounts", "C", gettext_noop("Show accounts and pending changes"), ACCOUNTS,
           handler="screen.open_accounts", words=gettext_noop("sync server")),
    Action("undo-change", "D,delete", gettext_noop("Undo the pending change"), ACCOUNTS, "accounts"),
    Action("leave-accounts", "escape,C,h,left", gettext_noop("Go back to the list"), ACCOUNTS, "accounts"),
    Action("help", "?", gettext_noop("Show all keys"), PROGRAM,
           handler="screen.show_help", words=gettext_noop("shortcuts")),
    Action("suspend", "ctrl+z", gettext_noop("Return to the shell (fg resumes the app)"), PROGRAM,
           handler="screen.suspend", words=gettext_noop("background job stop")),
    Action("quit", "q", gettext_noop("Quit"), PROGRAM, handler="screen.quit", words=gettext_noop("exit close")),
)  # fmt: skip

NAMES = frozenset(action.name for action in ACTIONS)
INPUT_METHODS = frozenset(action.method_name for action in ACTIONS if action.opens_input)

LIST_INDEPENDENT = frozenset(
    (
        "back",
        "collapse",
        "help",
        "quit",
        "stop",
        "suspend",
        "view-unread",
        "view-all",
        "view-starred",
        "view-updated",
        "view-today",
        "view-episodes",
    )
)
"""Actions that do not depend on the shown list, so they need not wait while it is loaded."""

OVERLAY_ACTIONS: Mapping[str, Mapping[str, str]] = {
    "status": {
        "open": gettext_noop("Show the source's details"),
        "browser": gettext_noop("Open the source's page in the browser"),
        "copy-link": gettext_noop("Copy the source's address"),
        "order": gettext_noop("Sort by problem, name, frequency or last success"),
        "refresh": gettext_noop("Check the source now"),
        "search": gettext_noop("Filter the sources by name, address, folder or state"),
        "source-status": gettext_noop("Go back to the list"),
        "remove": gettext_noop("Remove the source"),
    }
    | dict.fromkeys(("expand", "next-pane", "previous-pane", "collapse", "back", "undo", "redo", "add"), "")
    | dict.fromkeys(("refresh-all", "stop", "work-offline", "help", "suspend", "quit"), ""),
    "rules": {
        "open": gettext_noop("Edit the rule"),
        "search": gettext_noop("Filter the rules by name, effect or query"),
    }
    | dict.fromkeys(("undo", "redo", "help", "suspend", "quit"), ""),
    "accounts": {
        "open": gettext_noop("Sync the account now"),
        "refresh": gettext_noop("Sync the account now"),
        "next-pane": gettext_noop("Go to the pending changes, or back"),
        "previous-pane": gettext_noop("Go to the pending changes, or back"),
        "search": gettext_noop("Filter the pending changes by title or kind"),
    }
    | dict.fromkeys(("undo", "redo", "refresh-all", "stop", "work-offline", "help", "suspend", "quit"), ""),
    "gallery": dict.fromkeys(("help", "suspend", "quit"), ""),
}
"""Actions of the main screen that overlay screens have, too, with their text there, "" for the same text."""
_RUN_ON_MAIN = frozenset(("add", "undo", "redo", "refresh-all", "stop", "work-offline", "suspend", "quit"))
"""Those of them that overlay screens pass on to the main screen."""


def actions_of_overlay(actions: Iterable[Action], screen: str) -> list[Action]:
    """Return the actions of a screen in `OVERLAY_ACTIONS`."""
    own, shared = {screen} if screen == "gallery" else {screen, "both"}, OVERLAY_ACTIONS[screen]
    return [
        replace(action, text=shared.get(action.name) or action.text)
        for action in actions
        if action.context in own or action.name in shared
    ]


def make_bindings(context: str) -> list[BindingType]:
    """Return the bindings of a context; lists and the article also have those of "both"."""
    if context in OVERLAY_ACTIONS:
        return [
            _make_binding(action, context)
            for action in actions_of_overlay(ACTIONS, context)
            if action.context in (context, "screen")
        ]
    contexts = {context} if context in ("screen", "headlines", "sidebar") else {context, "both"}
    if context == "changes":
        contexts.add("article")
    return [_make_binding(action, context) for action in ACTIONS if action.context in contexts]


def call_of(action: Action, context: str) -> str:
    """Return the Textual action string that runs an action."""
    return f"do({action.name!r})" if context == "screen" or action.name in _RUN_ON_MAIN else action.method_name


def _make_binding(action: Action, context: str) -> Binding:
    return Binding(
        action.keys, call_of(action, context), action.text, id=action.name, show=False, priority=action.opens_input
    )


_MIRRORED_TEXTS = {
    "expand": "", "collapse": gettext_noop("Collapse the story, or go to the pane on the right"), "leave-rules": "",
    "leave-accounts": "", "next-picture": "", "previous-picture": "",
}  # fmt: skip
"""The actions whose keys go by direction on the screen, and what they do in a right-to-left interface if it differs."""
_MIRRORED = {"left": "right", "right": "left", "h": "l", "l": "h"}


def mirrored_keys() -> dict[str, str]:
    """Return the keys of actions that have others in a right-to-left interface, by the names of the actions."""
    if not is_right_to_left():
        return {}
    keys_of = {action.name: action.keys.split(",") for action in ACTIONS if action.name in _MIRRORED_TEXTS}
    return {name: ",".join(_MIRRORED.get(key, key) for key in keys) for name, keys in keys_of.items()}


def apply_config(changed: Mapping[str, str], *, ascii: bool = False) -> tuple[Action, ...]:
    """Return the actions with the keys in `changed`, shown in ASCII if `ascii`."""
    mirrored = mirrored_keys()
    keys, texts = mirrored | dict(changed), _MIRRORED_TEXTS if mirrored else {}
    return tuple(
        replace(
            action,
            keys=keys.get(action.name, action.keys),
            text=texts.get(action.name) or action.text,
            ascii=ascii,
        )
        for action in ACTIONS
    )


def find_conflicts(actions: Iterable[Action]) -> list[str]:
    """Return a message for each key of two actions. A key of a list or the article precedes the screen's."""
    taken: dict[tuple[str, str], str] = {}
    passing = {action.name for action in ACTIONS if action.falls_through}
    messages = []
    ordered = sorted(actions, key=lambda action: action.context == "screen")
    for action in ordered:
        for key in action.keys.split(","):
            for context in _active_contexts(action):
                first = taken.setdefault((context, key), action.name)
                if first != action.name and not (action.context == "screen" and first in passing):
                    text = gettext("[keys] {first} and {second} both have the key {key}. {first} uses it.",
                                   first=first, second=action.name, key=key)  # fmt: skip
                    messages.append(text)
    return list(dict.fromkeys(messages))


def _active_contexts(action: Action) -> tuple[str, ...]:
    """Return the contexts in which the keys of an action work."""
    match action.context:
        case "rows":
            return "rows", "sidebar", "status", "rules", "accounts"
        case "headlines":
            return ("rows",)
        case "both":
            return "rows", "sidebar", "article", "changes", "status", "rules", "accounts"
        case "article":
            return "article", "changes"
        case "screen":
            return ("rows", "article", *(screen for screen, shared in OVERLAY_ACTIONS.items() if action.name in shared))
    return (action.context,)


def first_key_label(action: Action) -> str:
    return action.key_labels.split(" ")[0]


def key_label_of(actions: Iterable[Action], name: str) -> str:
    """Return the label of the first key of the action called `name`."""
    return next(first_key_label(action) for action in actions if action.name == name)
