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
    "Moving", "Reading", "What changed", "Taking along", "Pictures", "Marking", "Finding and filtering", "Rules",
    "Sources", "How sources fare", "Program",
)  # fmt: skip

ACTIONS = (
    Action("down", "j,down", "Next headline, or a line down", MOVE, "both"),
    Action("up", "k,up", "Previous headline, or a line up", MOVE, "both"),
    Action("first", "g,home", "To the top", MOVE, "both"),
    Action("last", "G,end", "To the end", MOVE, "both"),
    Action("page-down", "pagedown,ctrl+f", "A page down", MOVE, "both"),
    Action("page-up", "pageup,ctrl+b", "A page up", MOVE, "both"),
    Action("half-down", "ctrl+d", "Half a page down", MOVE, "both"),
    Action("half-up", "ctrl+u", "Half a page up", MOVE, "both"),
    Action("next-heading", "}", "Next heading; while selecting: next paragraph", MOVE, "reader"),
    Action("previous-heading", "{", "Previous heading, or paragraph", MOVE, "reader"),
    Action("next-pane", "tab", "Next pane", MOVE, handler="panes.focus_next"),
    Action("previous-pane", "shift+tab", "Previous pane", MOVE, handler="panes.focus_previous"),
    Action("open", "enter", "Read; in the sidebar: show", READ, "rows"),
    Action("unfold", "right,l", "Unfold a story; else read, or show", READ, "rows"),
    Action("back", "escape,h,left,backspace", "Back", READ, handler="screen.leave"),
    Action("advance", "space", "Page down; at the end, the next unread", READ, handler="unread.page_down"),
    Action("next-unread", "n", "Next unread", READ, handler="unread.next"),
    Action("previous-unread", "p,N", "Previous unread", READ, handler="unread.previous"),
    Action("next-link", "]", "Next link", READ, handler="links.next"),
    Action("previous-link", "[", "Previous link", READ, handler="links.previous"),
    Action("open-link", "enter", "Open the marked link, or go to its footnote", READ, "reader"),
    Action("read-link", "L", "Read what the marked link leads to here", READ, handler="pages.read_link"),
    Action("keep-page", "K", "Save the page read here, or behind the marked link", READ, handler="pages.save"),
    Action("go-to-link", ":", "To a link by its number", READ, opens_input=True, handler="links.ask_number"),
    Action("full-text", "f", "The full text from its page, or the feed's own", READ, handler="pages.toggle_full_text"),
    Action("pictures", "i", "The pictures of the article", READ, handler="pictures.show"),
    Action("browser", "o", "Open the article in the browser", READ, handler="links.open_articles"),
    Action("copy-link", "y", "Copy the marked link, or the article's", READ, handler="links.copy"),
    Action("copy-markdown", "Y", "Copy the link as Markdown", READ, handler="links.copy_markdown"),
    Action("select", "v", "Select words to copy; again: from here", READ, "reader"),
    Action("next-word", "w", "Next word, while selecting", READ, "reader"),
    Action("previous-word", "b", "Previous word, while selecting", READ, "reader", falls_through=True),
    Action("narrower", "(", "Narrower text", READ, handler="article.narrow"),
    Action("wider", ")", "Wider text", READ, handler="article.widen"),
    Action("changes", "d", "What changed, and back to the article", READ, handler="versions.toggle"),
    Action("zen", "z", "Only the reader, and back", READ, handler="panes.toggle_zen"),
    Action("next-change", "n", "Next change", CHANGES, "changes"),
    Action("previous-change", "p", "Previous change", CHANGES, "changes"),
    Action("older-version", "comma", "Compare with an older version", CHANGES, "changes"),
    Action("newer-version", ".", "Compare with a newer version", CHANGES, "changes"),
    Action("export", "e", "Write it to a file, or all shown", EXPORT, opens_input=True, handler="export.ask"),
    Action("quote", ">", "Copy the paragraph as a quotation", EXPORT, handler="export.quote"),
    Action("share", "!", "Hand it to a command of your own", EXPORT, handler="export.share"),
    Action("next-picture", "n,right,j,down,space", "Next picture", PICTURES, "gallery"),
    Action("previous-picture", "p,left,k,up", "Previous picture", PICTURES, "gallery"),
    Action("first-picture", "g,home", "First picture", PICTURES, "gallery"),
    Action("last-picture", "G,end", "Last picture", PICTURES, "gallery"),
    Action("picture-browser", "o,enter", "Open it in the browser", PICTURES, "gallery"),
    Action("save-picture", "s", "Save it among your pictures", PICTURES, "gallery"),
    Action("save-picture-as", "e", "Save it where you say", PICTURES, "gallery"),
    Action("copy-picture", "y", "Copy its address", PICTURES, "gallery"),
    Action("fetch-picture", "r", "Fetch it, or try again", PICTURES, "gallery"),
    Action("leave-pictures", "escape,i", "Back to the article", PICTURES, "gallery"),
    Action("choose", "v", "Select the headline, or let go of it, and go on", MARK, "headlines"),
    Action("choose-range", "V", "Select from the last one to here", MARK, "headlines"),
    Action("choose-all", "*", "Select all shown; again: none of them", MARK, "headlines"),
    Action("star", "s", "Star, or take the star away", MARK, handler="marks.toggle_star"),
    Action("toggle-read", "m", "Mark read or unread", MARK, handler="marks.toggle_read"),
    Action("own-tags", "#", "Tag it, or take a tag off", MARK, opens_input=True, handler="marks.edit_tags"),
    Action("note", ";", "A note on it", MARK, opens_input=True, handler="marks.edit_note"),
    Action("join-story", "=", "Make one story of what is selected", MARK, handler="stories.group"),
    Action("part-story", "%", "Take it out of its story", MARK, handler="stories.ungroup"),
    Action("hide", "H", "Hide it, or show it again", MARK, handler="marks.toggle_hidden"),
    Action("mark-all", "A", "Mark all shown read", MARK, handler="marks.mark_all_read"),
    Action("undo", "u", "Undo", MARK, handler="marks.undo"),
    Action("redo", "U", "Redo", MARK, handler="marks.redo"),
    Action(
        "find", "/", "Find as you type; in the reader: in the article", FIND, opens_input=True, handler="search.open"
    ),
    Action("tags", "t", "To the tags; type to narrow them", FIND, opens_input=True, handler="tag_filter.open"),
    Action("only", "+", "Only this tag; again: off", FIND, handler="tag_filter.require"),
    Action("never", "-", "Never this tag; again: off", FIND, handler="tag_filter.exclude"),
    Action("any-or-all", "&", "Any of the chosen tags, or all of them", FIND, handler="tag_filter.toggle_any"),
    Action("order", "O", "Change the order", FIND, handler="article_list.next_order"),
    Action(
        "save-feed", "F", "Save what is shown as a feed", FIND, opens_input=True, handler="saved_searches.save_view"
    ),
    Action(
        "change-row",
        "c",
        "Change a saved feed, tag, folder or source",
        FIND,
        opens_input=True,
        handler="screen.edit_row",
    ),
    Action("feed-up", "K", "In the sidebar: the saved feed one place up", FIND, "sidebar"),
    Action("feed-down", "J", "In the sidebar: the saved feed one place down", FIND, "sidebar"),
    Action("fold-stories", "_", "A row for each story, or for each article", FIND, handler="stories.toggle"),
    Action("briefing", "b", "The briefing, and back", FIND, handler="briefing.toggle"),
    Action(
        "briefing-since", "B", "The briefing of today, or since your last visit", FIND, handler="briefing.toggle_since"
    ),
    Action("take-in", ".", "Take in what is new", FIND, handler="article_list.load_new_articles"),
    Action("view-unread", "1", "Unread", FIND, handler="article_list.show_unread"),
    Action("view-all", "2", "All", FIND, handler="article_list.show_all"),
    Action("view-starred", "3", "Starred", FIND, handler="article_list.show_starred"),
    Action("view-updated", "4", "Updated since you read it", FIND, handler="article_list.show_updated"),
    Action("view-today", "5", "Today", FIND, handler="article_list.show_today"),
    Action(
        "rule",
        "M",
        "A rule from this article: mute, highlight, …",
        RULES,
        opens_input=True,
        handler="rules.make_from_article",
    ),
    Action("rules", "E", "All rules", RULES, handler="screen.open_rules"),
    Action("switch-rule", "space", "Switch it off, or on", RULES, "rules"),
    Action("change-rule", "c", "Change it", RULES, "rules", opens_input=True),
    Action("new-rule", "a", "A new rule", RULES, "rules", opens_input=True),
    Action("apply-rule", "p", "Apply it to what is there already", RULES, "rules"),
    Action("rule-up", "K", "One place up: it acts earlier", RULES, "rules"),
    Action("rule-down", "J", "One place down: it acts later", RULES, "rules"),
    Action("remove-rule", "D,delete", "Remove it", RULES, "rules"),
    Action("leave-rules", "escape,E,h,left", "Back to the news", RULES, "rules"),
    Action("add", "a", "Add a source", SOURCES, opens_input=True, handler="sources.add"),
    Action("go-to-added", "@", "To the source that was added last", SOURCES, handler="sources.go_to_added"),
    Action(
        "refresh", "r", "Refresh this source, or the folder in the sidebar", SOURCES, handler="refresh.refresh_selected"
    ),
    Action("refresh-all", "R", "Refresh all sources", SOURCES, handler="refresh.refresh_all"),
    Action("stop", "x", "Stop the refresh, or a page on its way", SOURCES, handler="screen.stop"),
    Action("work-offline", "W", "Work offline, and online again", SOURCES, handler="refresh.toggle_offline"),
    Action("remove", "D,delete", "Remove this source, saved feed or folder", SOURCES, handler="screen.remove_row"),
    Action("remove-samples", "X", "Remove the samples", SOURCES, handler="sources.remove_samples"),
    Action("health", "S", "How all sources fare", SOURCES, handler="screen.open_source_status"),
    Action("pause", "p", "Pause a source, or ask it again", SOURCE_STATUS, "health"),
    Action("interval", "i", "How often it is asked", SOURCE_STATUS, "health"),
    Action("address", "c", "Give it another address", SOURCE_STATUS, "health"),
    Action("rename", "n", "Give it a name of your own", SOURCE_STATUS, "health"),
    Action("folder", "f", "Put it into a folder", SOURCE_STATUS, "health"),
    Action("per-day", "d", "How much of it lists show a day", SOURCE_STATUS, "health"),
    Action("help", "?", "Help", PROGRAM, handler="screen.show_help"),
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
        "open": "All that is known of it",
        "browser": "Open its page in the browser",
        "copy-link": "Copy its address",
        "order": "Sort by trouble, name, rhythm or last good answer",
        "refresh": "Try it now",
        "health": "Back to the news",
        "remove": "Remove it",
    }
    | dict.fromkeys(("unfold", "next-pane", "previous-pane", "back", "undo", "redo", "add"), "")
    | dict.fromkeys(("refresh-all", "stop", "work-offline", "help", "quit"), ""),
    "rules": {"open": "Change it"} | dict.fromkeys(("undo", "redo", "help", "quit"), ""),
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
