"""The key hints in the bottom line, shown while it has no message."""

from __future__ import annotations

from collections.abc import Container, Iterable

from textual.widgets import Input

from roya_tui.ui import action_table
from roya_tui.ui.controller import Controller
from roya_tui.ui.panes import PANES

HINTS = {
    "headlines": (("down", "move"), ("open", "read"), ("advance", "page/next unread"), ("search", "find"),
                  ("tags", "tags"), ("briefing", "briefing"), ("add", "add"), ("refresh-all", "refresh"),
                  ("undo", "undo"), ("expand", "expand story")),
    "found": (("down", "move"), ("open", "read"), ("back", "back"), ("save-search", "save search"), ("search", "find"),
              ("mark-all", "all read"), ("select-all", "select all"), ("rule", "a rule"), ("undo", "undo")),
    "briefing": (("down", "move"), ("open", "read"), ("back", "back"), ("toggle-read", "read"), ("star", "star"),
                 ("mark-all", "all read"), ("briefing-since", "today/last session"), ("undo", "undo"),
                 ("expand", "expand")),
    "counting": (("expand", "expand"), ("toggle-read", "all read"), ("select-headline", "select all"),
                 ("hide", "hide all"), ("down", "move"), ("next-unread", "next unread"), ("undo", "undo")),
    "article": (("down", "scroll"), ("back", "back"), ("advance", "page/next unread"), ("next-link", "link"),
                ("full-text", "full text"), ("search", "find"), ("pictures", "pictures"), ("browser", "browser"),
                ("star", "star"), ("zen", "zen")),
    "selecting": (("next-word", "word"), ("down", "line"), ("next-heading", "paragraph"), ("select", "from here"),
                  ("copy-link", "copy"), ("back", "leave")),
    "choosing": (("select-headline", "select"), ("select-range", "to here"), ("select-all", "all"),
                 ("toggle-read", "read"), ("star", "star"), ("edit-tags", "tag"),
                 ("hide", "hide"), ("export", "export"), ("back", "clear")),
    "changes": (("down", "scroll"), ("changes", "back"), ("next-change", "next change"),
                ("previous-change", "previous"), ("older-version", "older version"), ("newer-version", "newer"),
                ("zen", "zen")),
    "sidebar": (("down", "move"), ("open", "show"), ("back", "back"), ("require-tag", "only"), ("exclude-tag", "never"),
                ("edit-row", "edit"), ("remove", "remove"), ("tags", "tags")),
    "feeds": (("down", "move"), ("open", "show"), ("back", "back"), ("edit-row", "edit"), ("search-up", "up"),
              ("search-down", "down"), ("remove", "remove"), ("tags", "tags"), ("undo", "undo")),
    "views": (("down", "move"), ("open", "show"), ("back", "back"), ("tags", "tags"), ("add", "add"),
              ("source-status", "status"), ("undo", "undo")),
    "sources": (("down", "move"), ("open", "show"), ("back", "back"), ("edit-row", "edit"), ("remove", "remove"),
                ("refresh", "refresh"), ("add", "add"), ("source-status", "status"), ("undo", "undo")),
    "health": (("down", "move"), ("back", "back"), ("refresh", "check now"), ("pause", "pause"), ("remove", "remove"),
               ("order", "sort"), ("address", "address"), ("interval", "interval"), ("undo", "undo"),
               ("rename", "rename"), ("folder", "folder"), ("per-day", "limit"), ("browser", "page"),
               ("copy-link", "copy")),
    "rules": (("down", "move"), ("leave-rules", "back"), ("toggle-rule", "on/off"), ("edit-rule", "edit"),
              ("new-rule", "new"), ("rule-up", "up"), ("rule-down", "down"), ("remove-rule", "remove"),
              ("apply-rule", "apply to existing"), ("undo", "undo")),
    "gallery": (("next-picture", "next"), ("previous-picture", "previous"), ("leave-pictures", "back"),
                ("picture-browser", "browser"), ("save-picture", "save"), ("copy-picture", "copy")),
    "typing": (),
}  # fmt: skip
"""Action and label of the hints in each pane, the most useful first: a narrow window shows only those."""
HINTS["folders"] = HINTS["sources"]


def hints_for(
    pane: str, keymap: Iterable[action_table.Action], unavailable: Container[str] = ()
) -> list[tuple[str, str]]:
    """Return pairs of key and label for a pane, help first; `unavailable` actions are left out."""
    actions = {action.name: action for action in keymap}
    if pane in ("typing", "tags"):
        arrows = action_table.join_keys("up", "down", ascii=actions["help"].ascii)
        always = [("enter", "keep"), ("esc", "back"), (arrows, "move")]
        return always if pane == "typing" else [("enter", "take it"), *always[1:], ("+", "only"), ("-", "never")]
    pairs = [(action_table.first_key_label(actions["help"]), "help")]
    for name, label in HINTS[pane]:
        if name in unavailable:
            continue
        action = actions[name]
        key = "j/k" if name == "down" and action.keys.startswith("j,") else action_table.first_key_label(action)
        pairs.append((key, label))
    return pairs


class HintLine(Controller):
    """Shows in the bottom line of the main screen what keys do where the focus is."""

    def focus_changed(self) -> None:
        """Style the pane that has the focus, and show its hints."""
        for name in PANES:
            self._shell.set_class(name == self._panes.active, f"-in-{name}")
        self.update()

    def update(self) -> None:
        group = self._hint_group()
        unavailable = self._unavailable_actions() if group == "article" else ()
        self._panes.bottom.hints = hints_for(group, self._services.keymap, unavailable)

    def _hint_group(self) -> str:
        panes, focused = self._panes, self._shell.focused
        if focused is panes.tag_bar:
            return "tags"
        if isinstance(focused, Input):
            return "typing"
        if focused is panes.changes:
            return "selecting" if panes.reading.selection.is_active else "changes"
        match panes.active:
            case "sidebar":
                return panes.sidebar.row_group
            case "article":
                return "selecting" if panes.reading.selection.is_active else "article"
        if panes.headlines.selection.ids:
            return "choosing"
        if focused is not panes.headlines:
            return "headlines"
        if panes.headlines.more_row is not None:
            return "counting"
        if self._state.shows_briefing:
            return "briefing"
        return "found" if self._state.view.search_text.strip() else "headlines"

    def _unavailable_actions(self) -> set[str]:
        """Return the actions that the article has nothing for, such as links."""
        article, config = self._panes.article, self._config
        lacks_pictures = not article.pictures.all and config.reading.pictures != "off"
        unavailable = {"pictures": lacks_pictures, "next-link": not article.links.has_any}
        return {name for name, is_unavailable in unavailable.items() if is_unavailable}
