"""The table of all actions: bindings, help, hints, palette and config names come from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace
from textual.binding import Binding, BindingType


class Action(Struct, frozen=True):
    """One thing a key does. `name` is what config.toml's [keys] calls it; `keys` are Textual's key names."""

    name: str
    keys: str
    text: str
    group: str
    context: str = "screen"
    """Where the key works: "screen" (the main screen), "rows" (any list), "headlines", "sidebar", "reader" (the article
    and its changes), "both" (lists and article), "changes", "health" (source status), "rules" or "gallery"."""
    opens_input: bool = False
    """Whether it opens a text input: its binding has priority, and `key_sequencer` keeps the keys in order."""
    falls_through: bool = False
    """Whether the screen handles the key when this action has nothing to do."""
    ascii: bool = False
    """Whether its keys are shown in ASCII."""
    handler: str = ""
    """The controller and method that an action of the main screen calls, such as `marks.toggle_star`."""

    @property
    def method_name(self) -> str:
        """The name of its `action_…` method, without the prefix."""
        return self.name.replace("-", "_")

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


MOVE, READ, CHANGES, EXPORT, PICTURES, MARK, FIND, RULES, SOURCES, SOURCE_STATUS, PROGRAM = (
    "Moving", "Reading", "What changed", "Export and share", "Pictures", "Organizing", "Finding and filtering", "Rules",
    "Sources", "Source status", "App",
)  # fmt: skip

ACTIONS = (
    Action("down", "j,down", "Move down one headline or line", MOVE, "both"),
    Action("up", "k,up", "Move up one headline or line", MOVE, "both"),
    Action("first", "g,home", "Go to the top", MOVE, "both"),
    Action("last", "G,end", "Go to the end", MOVE, "both"),
    Action("page-down", "pagedown,ctrl+f", "Move down one page", MOVE, "both"),
    Action("page-up", "pageup,ctrl+b", "Move up one page", MOVE, "both"),
    Action("half-down", "ctrl+d", "Move down half a page", MOVE, "both"),
    Action("half-up", "ctrl+u", "Move up half a page", MOVE, "both"),
    Action("next-heading", "}", "Go to the next heading; while selecting: paragraph", MOVE, "reader"),
    Action("previous-heading", "{", "Go to the previous heading, or paragraph", MOVE, "reader"),
    Action("next-pane", "tab", "Go to the next pane", MOVE, handler="panes.focus_next"),
    Action("previous-pane", "shift+tab", "Go to the previous pane", MOVE, handler="panes.focus_previous"),
    Action("open", "enter", "Open the article, or the row of the sidebar", READ, "rows"),
    Action("expand", "right,l", "Expand the story, or open the row", READ, "rows"),
    Action("back", "escape,h,left,backspace", "Go back", READ, handler="screen.leave"),
    Action("advance", "space", "Page down; at the end: next unread article", READ, handler="unread.page_down"),
    Action("next-unread", "n", "Go to the next unread article", READ, handler="unread.next"),
    Action("previous-unread", "p,N", "Go to the previous unread article", READ, handler="unread.previous"),
    Action("next-link", "]", "Focus the next link", READ, handler="links.next"),
    Action("previous-link", "[", "Focus the previous link", READ, handler="links.previous"),
    Action("open-link", "enter", "Open the focused link, or go to its footnote", READ, "reader"),
    Action("read-link", "L", "Open the focused link in the article pane", READ, handler="pages.read_link"),
    Action("save-page", "K", "Save the page, or the page of the focused link", READ, handler="pages.save"),
    Action("go-to-link", ":", "Focus a link by its number", READ, opens_input=True, handler="links.ask_number"),
    Action("full-text", "f", "Show the full text, or the feed's text", READ, handler="pages.toggle_full_text"),
    Action("pictures", "i", "Show the article's pictures", READ, handler="pictures.show"),
    Action("browser", "o", "Open the article in the browser", READ, handler="links.open_articles"),
    Action("copy-link", "y", "Copy the focused link, or the article's address", READ, handler="links.copy"),
    Action("copy-markdown", "Y", "Copy the link as Markdown", READ, handler="links.copy_markdown"),
    Action("select", "v", "Select text to copy; again: start here", READ, "reader"),
    Action("next-word", "w", "Move to the next word, while selecting", READ, "reader"),
    Action("previous-word", "b", "Move to the previous word, while selecting", READ, "reader", falls_through=True),
    Action("narrower", "(", "Make the text narrower", READ, handler="article.narrow"),
    Action("wider", ")", "Make the text wider", READ, handler="article.widen"),
    Action("changes", "d", "Show what changed, or the article again", READ, handler="versions.toggle"),
    Action("zen", "z", "Show only the article, or all panes", READ, handler="panes.toggle_zen"),
    Action("next-change", "n", "Go to the next change", CHANGES, "changes"),
    Action("previous-change", "p", "Go to the previous change", CHANGES, "changes"),
    Action("older-version", "comma", "Compare with an older version", CHANGES, "changes"),
    Action("newer-version", ".", "Compare with a newer version", CHANGES, "changes"),
    Action("export", "e", "Export the article, or all in the list", EXPORT, opens_input=True, handler="export.ask"),
    Action("quote", ">", "Copy the paragraph as a quotation", EXPORT, handler="export.quote"),
    Action("share", "!", "Share with an external program", EXPORT, handler="export.share"),
    Action("next-picture", "n,right,j,down,space", "Show the next picture", PICTURES, "gallery"),
    Action("previous-picture", "p,left,k,up", "Show the previous picture", PICTURES, "gallery"),
    Action("first-picture", "g,home", "Show the first picture", PICTURES, "gallery"),
    Action("last-picture", "G,end", "Show the last picture", PICTURES, "gallery"),
    Action("picture-browser", "o,enter", "Open the picture in the browser", PICTURES, "gallery"),
    Action("save-picture", "s", "Save the picture to your pictures folder", PICTURES, "gallery"),
    Action("save-picture-as", "e", "Save the picture to another file", PICTURES, "gallery"),
    Action("copy-picture", "y", "Copy the picture's address", PICTURES, "gallery"),
    Action("fetch-picture", "r", "Fetch the picture, or try again", PICTURES, "gallery"),
    Action("leave-pictures", "escape,i", "Go back to the article", PICTURES, "gallery"),
    Action("select-headline", "v", "Select or deselect, then move down", MARK, "headlines"),
    Action("select-range", "V", "Select from the last selected headline to here", MARK, "headlines"),
    Action("select-all", "*", "Select all in the list; again: clear", MARK, "headlines"),
    Action("star", "s", "Star or unstar", MARK, handler="marks.toggle_star"),
    Action("toggle-read", "m", "Mark read or unread", MARK, handler="marks.toggle_read"),
    Action("edit-tags", "#", "Add or remove your tags", MARK, opens_input=True, handler="marks.edit_tags"),
    Action("note", ";", "Write a note", MARK, opens_input=True, handler="marks.edit_note"),
    Action("group-story", "=", "Group the selected articles as one story", MARK, handler="stories.group"),
    Action("ungroup-story", "%", "Take the article out of its story", MARK, handler="stories.ungroup"),
    Action("hide", "H", "Hide or unhide", MARK, handler="marks.toggle_hidden"),
    Action("mark-all", "A", "Mark all in the list read", MARK, handler="marks.mark_all_read"),
    Action("undo", "u", "Undo the last step", MARK, handler="marks.undo"),
    Action("redo", "U", "Redo the undone step", MARK, handler="marks.redo"),
    Action("search", "/", "Search the list or, in it, the article", FIND, opens_input=True, handler="search.open"),
    Action("tags", "t", "Go to the tags and type to filter them", FIND, opens_input=True, handler="tag_filter.open"),
    Action("require-tag", "+", "Show only this tag; again: show all", FIND, handler="tag_filter.require"),
    Action("exclude-tag", "-", "Exclude this tag; again: include it", FIND, handler="tag_filter.exclude"),
    Action("any-or-all", "&", "Match any or all of the selected tags", FIND, handler="tag_filter.toggle_any"),
    Action("order", "O", "Change the order of the list", FIND, handler="article_list.next_order"),
    Action(
        "save-search",
        "F",
        "Save this list as a saved search",
        FIND,
        opens_input=True,
        handler="saved_searches.save_view",
    ),
    Action(
        "edit-row",
        "c",
        "Edit a saved search, tag, folder or source",
        FIND,
        opens_input=True,
        handler="screen.edit_row",
    ),
    Action("search-up", "K", "Move the saved search up in the sidebar", FIND, "sidebar"),
    Action("search-down", "J", "Move the saved search down in the sidebar", FIND, "sidebar"),
    Action("stories", "_", "Show one row per story, or per article", FIND, handler="stories.toggle"),
    Action("briefing", "b", "Show the briefing, or the list again", FIND, handler="briefing.toggle"),
    Action(
        "briefing-since", "B", "Brief since today, or since your last session", FIND, handler="briefing.toggle_since"
    ),
    Action("load-new", ".", "Load new articles", FIND, handler="article_list.load_new_articles"),
    Action("view-unread", "1", "Show unread articles", FIND, handler="article_list.show_unread"),
    Action("view-all", "2", "Show all articles", FIND, handler="article_list.show_all"),
    Action("view-starred", "3", "Show starred articles", FIND, handler="article_list.show_starred"),
    Action("view-updated", "4", "Show articles edited since you read them", FIND, handler="article_list.show_updated"),
    Action("view-today", "5", "Show today's articles", FIND, handler="article_list.show_today"),
    Action(
        "rule",
        "M",
        "Create a rule from this article",
        RULES,
        opens_input=True,
        handler="rules.make_from_article",
    ),
    Action("rules", "E", "Show all rules", RULES, handler="screen.open_rules"),
    Action("toggle-rule", "space", "Enable or disable the rule", RULES, "rules"),
    Action("edit-rule", "c", "Edit the rule", RULES, "rules", opens_input=True),
    Action("new-rule", "a", "Create a rule", RULES, "rules", opens_input=True),
    Action("apply-rule", "p", "Apply the rule to existing articles", RULES, "rules"),
    Action("rule-up", "K", "Move the rule up, so that it acts earlier", RULES, "rules"),
    Action("rule-down", "J", "Move the rule down, so that it acts later", RULES, "rules"),
    Action("remove-rule", "D,delete", "Remove the rule", RULES, "rules"),
    Action("leave-rules", "escape,E,h,left", "Go back to the list", RULES, "rules"),
    Action("add", "a", "Add a source", SOURCES, opens_input=True, handler="sources.add"),
    Action("go-to-added", "@", "Go to the source added last", SOURCES, handler="sources.go_to_added"),
    Action("refresh", "r", "Refresh this source or folder", SOURCES, handler="refresh.refresh_selected"),
    Action("refresh-all", "R", "Refresh all sources", SOURCES, handler="refresh.refresh_all"),
    Action("stop", "x", "Stop the refresh or download", SOURCES, handler="screen.stop"),
    Action("work-offline", "W", "Work offline, or online again", SOURCES, handler="refresh.toggle_offline"),
    Action("remove", "D,delete", "Remove this source, saved search or folder", SOURCES, handler="screen.remove_row"),
    Action("remove-samples", "X", "Remove the samples", SOURCES, handler="sources.remove_samples"),
    Action("source-status", "S", "Show source status", SOURCES, handler="screen.open_source_status"),
    Action("pause", "p", "Pause or resume the source", SOURCE_STATUS, "health"),
    Action("interval", "i", "Set how often the source is checked", SOURCE_STATUS, "health"),
    Action("address", "c", "Change the source's address", SOURCE_STATUS, "health"),
    Action("rename", "n", "Rename the source", SOURCE_STATUS, "health"),
    Action("folder", "f", "Move the source to a folder", SOURCE_STATUS, "health"),
    Action("per-day", "d", "Limit articles per day", SOURCE_STATUS, "health"),
    Action("help", "?", "Show all keys", PROGRAM, handler="screen.show_help"),
    Action("quit", "q", "Quit", PROGRAM, handler="screen.quit"),
)

NAMES = frozenset(action.name for action in ACTIONS)
INPUT_METHODS = frozenset(action.method_name for action in ACTIONS if action.opens_input)

LIST_INDEPENDENT = frozenset(
    ("back", "help", "quit", "stop", "view-unread", "view-all", "view-starred", "view-updated", "view-today")
)
"""Actions that do not depend on the shown list, so they need not wait while it is loaded."""

OVERLAY_ACTIONS: Mapping[str, Mapping[str, str]] = {
    "health": {
        "open": "Show its details",
        "browser": "Open the source's page in the browser",
        "copy-link": "Copy the source's address",
        "order": "Sort by problem, name, frequency or last success",
        "refresh": "Check the source now",
        "source-status": "Go back to the list",
        "remove": "Remove the source",
    }
    | dict.fromkeys(("expand", "next-pane", "previous-pane", "back", "undo", "redo", "add"), "")
    | dict.fromkeys(("refresh-all", "stop", "work-offline", "help", "quit"), ""),
    "rules": {"open": "Edit the rule"} | dict.fromkeys(("undo", "redo", "help", "quit"), ""),
    "gallery": dict.fromkeys(("help", "quit"), ""),
}
"""Actions of the main screen that overlay screens have, too, with their text there, "" for the same text."""
_RUN_ON_MAIN = frozenset(("add", "undo", "redo", "refresh-all", "stop", "work-offline", "quit"))
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
        contexts.add("reader")
    return [_make_binding(action, context) for action in ACTIONS if action.context in contexts]


def call_of(action: Action, context: str) -> str:
    """Return the Textual action string that runs an action."""
    return f"do({action.name!r})" if context == "screen" or action.name in _RUN_ON_MAIN else action.method_name


def _make_binding(action: Action, context: str) -> Binding:
    return Binding(
        action.keys, call_of(action, context), action.text, id=action.name, show=False, priority=action.opens_input
    )


def apply_config(changed: Mapping[str, str], *, ascii: bool = False) -> tuple[Action, ...]:
    """Return the actions with the keys in `changed`, shown in ASCII if `ascii`."""
    return tuple(replace(action, keys=changed.get(action.name, action.keys), ascii=ascii) for action in ACTIONS)


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
                    messages.append(f"Both {first} and {action.name} want the key {key}: {first} has it.")
    return list(dict.fromkeys(messages))


def _active_contexts(action: Action) -> tuple[str, ...]:
    """Return the contexts in which the keys of an action work."""
    match action.context:
        case "rows":
            return "rows", "sidebar", "health", "rules"
        case "headlines":
            return ("rows",)
        case "both":
            return "rows", "sidebar", "reader", "changes", "health", "rules"
        case "reader":
            return "reader", "changes"
        case "screen":
            return ("rows", "reader", *(screen for screen, shared in OVERLAY_ACTIONS.items() if action.name in shared))
    return (action.context,)


def first_key_label(action: Action) -> str:
    return action.key_labels.split(" ")[0]


def key_label_of(actions: Iterable[Action], name: str) -> str:
    """Return the label of the first key of the action called `name`."""
    return next(first_key_label(action) for action in actions if action.name == name)
