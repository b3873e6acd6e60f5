"""The key hints in the bottom line, shown while it has no message."""

from __future__ import annotations

from collections.abc import Container, Iterable

from textual.widgets import Input

from roya_tui.presentation.timeline import count_expanded, other_count, story_index
from roya_tui.translation import gettext, gettext_noop
from roya_tui.ui import action_table
from roya_tui.ui.controller import Context, Controller
from roya_tui.ui.panes import PANES
from roya_tui.ui.widgets.status_bar import WayBack

_LABELS = {
    "add": gettext_noop("add source"), "address": gettext_noop("address"), "advance": gettext_noop("next"),
    "apply-rule": gettext_noop("apply to existing"), "back": gettext_noop("back"),
    "briefing": gettext_noop("briefing"), "briefing-since": gettext_noop("other period"),
    "browser": gettext_noop("browser"), "changes": gettext_noop("back"), "copy-link": gettext_noop("copy"),
    "copy-markdown": gettext_noop("copy as Markdown"), "copy-picture": gettext_noop("copy"),
    "down": gettext_noop("move"), "download": gettext_noop("download"), "edit-row": gettext_noop("edit"),
    "edit-rule": gettext_noop("edit"), "edit-tags": gettext_noop("tag"), "exclude-tag": gettext_noop("exclude"),
    "fetch-picture": gettext_noop("fetch"),
    "expand": gettext_noop("expand"), "export": gettext_noop("export"), "folder": gettext_noop("folder"),
    "full-text": gettext_noop("full text"), "help": gettext_noop("help"), "hide": gettext_noop("hide"),
    "interval": gettext_noop("interval"), "leave-accounts": gettext_noop("back"),
    "leave-pictures": gettext_noop("back"), "leave-rules": gettext_noop("back"),
    "mark-all": gettext_noop("all read"), "new-rule": gettext_noop("new"), "newer-version": gettext_noop("newer"),
    "next-change": gettext_noop("next change"), "next-heading": gettext_noop("paragraph"),
    "next-link": gettext_noop("link"), "next-picture": gettext_noop("next"),
    "next-unread": gettext_noop("next unread"), "next-word": gettext_noop("word"), "note": gettext_noop("note"),
    "older-version": gettext_noop("older version"), "open": gettext_noop("open"),
    "open-link": gettext_noop("open"), "order": gettext_noop("sort"),
    "pause": gettext_noop("pause"), "per-day": gettext_noop("limit"), "picture-browser": gettext_noop("browser"),
    "pictures": gettext_noop("pictures"), "play": gettext_noop("play"), "previous-change": gettext_noop("previous"),
    "previous-picture": gettext_noop("previous"), "quote": gettext_noop("quote"),
    "read-link": gettext_noop("open here"), "refresh": gettext_noop("refresh"),
    "refresh-all": gettext_noop("refresh all"), "remove": gettext_noop("remove"),
    "remove-rule": gettext_noop("remove"), "rename": gettext_noop("rename"), "require-tag": gettext_noop("only"),
    "rule": gettext_noop("mute"), "rule-down": gettext_noop("later"), "rule-up": gettext_noop("earlier"),
    "save-page": gettext_noop("save page"), "save-picture": gettext_noop("save"),
    "save-picture-as": gettext_noop("save as"),
    "save-search": gettext_noop("save search"), "search": gettext_noop("search"),
    "search-down": gettext_noop("down"), "search-up": gettext_noop("up"), "select": gettext_noop("start here"),
    "select-all": gettext_noop("select all"), "select-headline": gettext_noop("select"),
    "select-range": gettext_noop("to here"), "source-status": gettext_noop("source status"),
    "share": gettext_noop("share"), "star": gettext_noop("star"), "tags": gettext_noop("tags"),
    "time-zone": gettext_noop("time zone"),
    "toggle-read": gettext_noop("mark read"),
    "toggle-rule": gettext_noop("on/off"), "undo": gettext_noop("undo"),
    "undo-change": gettext_noop("undo change"), "zen": gettext_noop("only article"),
}  # fmt: skip
"""The label of each action."""
_SHOW = {"open": gettext_noop("show")}
_IN_MENU = {
    "browser": gettext_noop("open in browser"), "copy-link": gettext_noop("copy link"),
    "rule": gettext_noop("mute or highlight"),
}  # fmt: skip
_PANE_LABELS = {
    "headlines": {"back": gettext_noop("collapse")},
    "more_row": {
        "toggle-read": gettext_noop("all read"), "select-headline": gettext_noop("select all"),
        "hide": gettext_noop("hide all"),
    },
    "article": {"down": gettext_noop("scroll")},
    "on_headline": _IN_MENU, "on_link": _IN_MENU,
    "on_article": _IN_MENU | {"changes": gettext_noop("what changed"), "select": gettext_noop("select text")},
    "changes": {"down": gettext_noop("scroll")},
    "text_selection": {"down": gettext_noop("line"), "back": gettext_noop("cancel")},
    "selection": {
        "select-all": gettext_noop("all"), "toggle-read": gettext_noop("read"), "back": gettext_noop("clear"),
    },
    "sidebar": _SHOW, "searches": _SHOW, "views": _SHOW, "folders": _SHOW, "sources": _SHOW,
    "picture_failed": {"fetch-picture": gettext_noop("try again")},
    "status": {
        "refresh": gettext_noop("check"), "browser": gettext_noop("website"), "search": gettext_noop("filter"),
    },
    "rules": {"search": gettext_noop("filter")},
    "accounts": {
        "next-pane": gettext_noop("other list"), "refresh": gettext_noop("sync"), "search": gettext_noop("filter"),
    },
}  # fmt: skip
"""Other labels, by pane."""
HINTS = {
    "headlines": "open expand play download back down advance search tags star toggle-read mark-all undo briefing add"
    " refresh-all",
    "found": "open expand play download down back save-search search mark-all select-all rule undo",
    "briefing": "open expand play download down back briefing-since toggle-read star mark-all undo",
    "offer": "open down back search undo",
    "more_row": "expand toggle-read select-headline hide down next-unread undo",
    "article": "down back advance next-link play download full-text search pictures browser star zen",
    "text_selection": "next-word down next-heading select copy-link back",
    "selection": "select-headline select-range select-all toggle-read star edit-tags hide export back",
    "changes": "down changes next-change previous-change older-version newer-version zen",
    "sidebar": "down open back require-tag exclude-tag edit-row remove tags",
    "searches": "down open back edit-row search-up search-down remove tags undo",
    "views": "down open back tags add source-status undo",
    "folders": "down open back edit-row remove refresh add source-status undo",
    "sources": "down open back edit-row remove refresh add source-status undo",
    "status": "down back refresh search pause remove order address interval folder rename per-day time-zone undo"
    " browser copy-link",
    "rules": "down leave-rules toggle-rule edit-rule new-rule rule-up rule-down remove-rule apply-rule search undo",
    "accounts": "down leave-accounts refresh undo-change next-pane search undo",
    "gallery": "next-picture previous-picture leave-pictures picture-browser save-picture copy-picture",
    "picture_missing": "fetch-picture next-picture previous-picture leave-pictures picture-browser copy-picture",
    "picture_failed": "fetch-picture next-picture previous-picture leave-pictures picture-browser copy-picture",
    "typing": "",
    "on_headline": "open expand play download browser star toggle-read edit-tags note hide rule copy-link share export"
    " select-headline",
    "on_article": "play download full-text browser star toggle-read edit-tags note rule pictures changes copy-link"
    " quote share export save-page select zen",
    "on_link": "open-link read-link copy-link copy-markdown save-page",
}
"""The actions of the hints in each pane, the most useful first: a narrow window shows only those.

Menus list the same actions, without `_NOT_IN_MENUS`. Groups that begin with “on” are for menus only.
"""
_NOT_IN_MENUS = frozenset(
    "down back advance search tags undo leave-rules leave-accounts leave-pictures next-picture previous-picture"
    " next-unread next-change previous-change next-word next-heading next-pane select-range source-status order"
    " briefing-since".split()
)
"""Actions that are not about the row or text that was clicked."""
_MENU_GROUPS = {
    **dict.fromkeys(("headlines", "found", "briefing"), "on_headline"),
    **dict.fromkeys(("article", "text_selection"), "on_article"),
}
"""Groups that have another one for menus."""


def hints_for(
    pane: str, keymap: Iterable[action_table.Action], unavailable: Container[str] = ()
) -> list[tuple[str, str]]:
    """Return pairs of key and label for a pane, help first; `unavailable` actions are left out."""
    actions = {action.name: action for action in keymap}
    if pane in ("typing", "tags"):
        arrows = action_table.join_keys("up", "down", ascii=actions["help"].ascii)
        always = [("esc", gettext("cancel")), (arrows, gettext("move"))]
        if pane == "typing":
            return [("enter", gettext("done")), *always]
        return [("enter", gettext("select")), *always, ("+", gettext("only")), ("-", gettext("exclude"))]
    pairs = []
    for name in ("help", *HINTS[pane].split()):
        if name not in unavailable:
            action = actions[name]
            key = "j/k" if name == "down" and action.keys.startswith("j,") else action_table.first_key_label(action)
            pairs.append((key, _label(name, pane)))
    return pairs


def menu_for(
    group: str, keymap: Iterable[action_table.Action], available: Container[str]
) -> list[tuple[action_table.Action, str]]:
    """Return the actions for the menu of a group of `HINTS` that are `available`, and their labels."""
    actions = {action.name: action for action in keymap}
    left_out = _NOT_IN_MENUS - {"back"} if group == "selection" else _NOT_IN_MENUS
    names = (name for name in HINTS[group].split() if name not in left_out and name in available)
    return [(actions[name], _label(name, group)) for name in names]


def _label(name: str, group: str) -> str:
    return gettext((_LABELS | _PANE_LABELS.get(group, {}))[name])


class HintLine(Controller):
    """Shows in the bottom line of the main screen what keys do where the focus is."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._row_kind = (False, False, False, False)
        """Whether the cursor was on a row that counts articles, on a story, on an expanded story, on a recording."""

    def focus_changed(self) -> None:
        """Style the pane that has the focus, and show its hints."""
        for name in PANES:
            self._shell.set_class(name == self._panes.active, f"-in-{name}")
        self.update()

    def cursor_moved(self) -> None:
        """Update the hints if the row under the cursor has other keys than the one before."""
        if self._row_kind != self._describe_row():
            self.update()

    def update(self) -> None:
        self._row_kind = self._describe_row()
        group = self._hint_group()
        self._panes.bottom.hints = hints_for(group, self._services.keymap, self._unavailable(group))
        self.show_way_back()

    def menu(self, available: frozenset[str], on_link: bool) -> list[tuple[action_table.Action, str]]:
        """Return the actions for what was clicked, a link or what has the focus, and their labels."""
        shown = self._hint_group()
        group = "on_link" if on_link else _MENU_GROUPS.get(shown, shown)
        return menu_for(group, self._services.keymap, available - self._unavailable(group))

    def show_way_back(self) -> None:
        """Offer in the top line the way to a pane that is hidden, as in a narrow window."""
        panes, key = self._panes, self._services.key
        is_beside = panes.active != "sidebar" or self._shell.has_class("-with-sidebar")
        is_typing = isinstance(self._shell.focused, Input)
        if panes.list_visible and panes.sidebar_visible and is_beside:
            panes.top.way = WayBack()
        elif not is_beside or not panes.list_visible or self._state.shows_briefing or is_typing:
            panes.top.way = WayBack(gettext("‹ Back"), (key("back"),))
        else:
            steps = 2 if panes.active == "article" else 1
            panes.top.way = WayBack(gettext("≡ Views"), (key("previous-pane"),) * steps)

    def _unavailable(self, group: str) -> set[str]:
        of_article = group in ("article", "on_article")
        return self._unavailable_actions() if of_article else self._unavailable_on_row(group)

    def _hint_group(self) -> str:
        panes, focused = self._panes, self._shell.focused
        if focused is panes.tag_bar:
            return "tags"
        if isinstance(focused, Input):
            return "typing"
        if focused is panes.changes:
            return "text_selection" if panes.reading.selection.is_active else "changes"
        match panes.active:
            case "sidebar":
                return panes.sidebar.row_group
            case "article":
                return "text_selection" if panes.reading.selection.is_active else "article"
        if panes.headlines.selection.ids:
            return "selection"
        if focused is not panes.headlines:
            return "headlines"
        if (more_row := panes.headlines.more_row) is not None:
            return "offer" if more_row.is_offer else "more_row"
        if self._state.shows_briefing:
            return "briefing"
        return "found" if self._state.view.search_text.strip() else "headlines"

    def _describe_row(self) -> tuple[bool, bool, bool, bool]:
        headlines, timeline, index = self._headlines, self._headlines.timeline, self._headlines.index
        if index is None:
            return False, False, False, False
        is_expanded = count_expanded(timeline, story_index(timeline, index)) > 0
        headline = self._headline
        has_recording = headline is not None and (headline.audio or headline.video)
        return headlines.more_row is not None, other_count(timeline, index) > 0, is_expanded, has_recording

    def _unavailable_on_row(self, group: str) -> set[str]:
        _, on_story, is_expanded, has_recording = self._row_kind
        unavailable = set() if group == "more_row" or (on_story and not is_expanded) else {"expand"}
        unavailable |= set() if has_recording else {"play", "download"}
        return unavailable | {"back"} if group == "headlines" and not is_expanded else unavailable

    def _unavailable_actions(self) -> set[str]:
        """Return the actions that the article has nothing for, such as links."""
        article, config = self._panes.article, self._config
        lacks_pictures = not article.pictures.all and config.reading.pictures != "off"
        files = article.shown.enclosures if article.shown is not None else ()
        lacks_recording = not any(file.medium in ("audio", "video") for file in files)
        unavailable = {
            "play": lacks_recording,
            "download": lacks_recording,
            "pictures": lacks_pictures,
            "next-link": not article.links.has_any,
        }
        return {name for name, is_unavailable in unavailable.items() if is_unavailable}
