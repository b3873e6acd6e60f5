"""What the app remembers between sessions: theme, panes, sort orders, folders, earlier searches, tips."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from roya_tui.presentation.headline_rows import ROW_MODES
from roya_tui.presentation.pane_layout import PaneLayout
from roya_tui.presentation.view import ORDERS, Scope
from roya_tui.store import connection
from roya_tui.ui.database import AsyncDatabase

META_KEY = "screen"
_TYPES: dict[str, Any] = {
    "theme": str,
    "terminal": tuple[str, str],
    "orders": dict[str, str],
    "folded": list[str],
    "exported": tuple[str, str],
    "finds": list[str],
    "tips": list[str],
    "width": tuple[int, Annotated[int, Meta(ge=40, le=120)]],
    "folding": tuple[bool, bool],
    "panes": tuple[str, PaneLayout],
    "rows": tuple[str, str],
}
"""The types of the stored values: a database can be damaged, or from another version."""

T = TypeVar("T")


class Preferences:
    """Reads the stored values on creation, and writes each change at once in the write thread."""

    def __init__(self, async_db: AsyncDatabase) -> None:
        self._database = async_db
        self._values: dict[str, Any] = _decode(async_db.read_now(connection.get_value, META_KEY))

    def theme(self) -> str:
        """Return the theme that was chosen last, "" if none."""
        return str(self._values.get("theme", ""))

    def terminal_theme(self, terminal: str) -> str:
        """Return the theme for the background that `terminal` reported last, "" if it has not."""
        name, theme = self._values.get("terminal", ("", ""))
        return str(theme) if name == terminal else ""

    def order(self, scope: Scope) -> str:
        """Return the order that was chosen for `scope`, "" for the default."""
        order = str(self._values.get("orders", {}).get(_scope_key(scope), ""))
        return order if order in ORDERS else ""

    def collapsed_folders(self) -> set[str]:
        """Return the folders that are collapsed in the sidebar."""
        return set(self._values.get("folded", ()))

    def last_export(self) -> tuple[str, str]:
        """Return the format and the folder of the last export, "" if there was none."""
        format, folder = self._values.get("exported", ("", ""))
        return format, folder

    def search_history(self) -> tuple[str, ...]:
        """Return the last searches, the latest first."""
        return tuple(self._values.get("finds", ()))

    def tips_done(self) -> tuple[str, ...]:
        """Return the actions whose tip was shown or whose key was used."""
        return tuple(self._values.get("tips", ()))

    def text_width(self, configured: int) -> int:
        """Return the columns of text that were chosen last, unless `configured` has changed since."""
        return self._chosen("width", configured)

    def groups_stories(self, configured: bool) -> bool:
        """Return whether stories have one row, as chosen last unless `configured` has changed since."""
        return self._chosen("folding", configured)

    def pane_layout(self, configured: str) -> PaneLayout:
        """Return the stored panes; if `configured` has changed since, in that layout."""
        before, chosen = self._values.get("panes", ("", {}))
        layout = msgspec.convert(chosen, PaneLayout)
        return layout if before == configured else replace(layout, stacked=configured == "stacked")

    def row_mode(self, configured: str) -> str:
        """Return the lines of a headline that were chosen last, unless `configured` has changed since."""
        chosen = self._chosen("rows", configured)
        return chosen if chosen in ROW_MODES else configured

    def _chosen(self, key: str, configured: T) -> T:
        """Return the value chosen last, or `configured` if that has changed since."""
        before, chosen = self._values.get(key, (None, configured))
        return chosen if before == configured else configured

    def set_groups_stories(self, configured: bool, chosen: bool) -> None:
        self._save(folding=[configured, chosen])

    def set_row_mode(self, configured: str, chosen: str) -> None:
        self._save(rows=[configured, chosen])

    def set_text_width(self, configured: int, chosen: int) -> None:
        self._save(width=[configured, chosen])

    def set_pane_layout(self, configured: str, chosen: PaneLayout) -> None:
        self._save(panes=[configured, msgspec.to_builtins(chosen)])

    def set_theme(self, name: str) -> None:
        self._save(theme=name)

    def set_terminal_theme(self, terminal: str, name: str) -> None:
        self._save(terminal=[terminal, name])

    def set_order(self, scope: Scope, order: str) -> None:
        self._save(orders={**self._values.get("orders", {}), _scope_key(scope): order})

    def set_collapsed_folders(self, folders: Iterable[str]) -> None:
        self._save(folded=sorted(folders))

    def set_last_export(self, format: str, folder: str) -> None:
        self._save(exported=[format, folder])

    def set_search_history(self, queries: Iterable[str]) -> None:
        self._save(finds=list(queries))

    def set_tips_done(self, actions: Iterable[str]) -> None:
        self._save(tips=sorted(actions))

    def _save(self, **values: object) -> None:
        self._values |= values
        self._database.write_soon(connection.set_value, META_KEY, json.dumps(self._values))


def _decode(text: str) -> dict[str, Any]:
    """Return the stored values, without those that are damaged."""
    try:
        values = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return {key: value for key, value in values.items() if _is_valid(key, value)} if isinstance(values, dict) else {}


def _is_valid(key: str, value: object) -> bool:
    try:
        msgspec.convert(value, _TYPES.get(key, Any))
    except (msgspec.ValidationError, UnicodeError):  # half of a surrogate pair
        return False
    return True


def _scope_key(scope: Scope) -> str:
    return f"{scope.kind} {scope.id or scope.name}"
