"""What the screen remembers from one start to the next: theme, orders, folded folders, earlier finds. In the store."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from roya_tui.presentation.view import Scope
from roya_tui.store import connection
from roya_tui.ui.database import AsyncDatabase

META_KEY = "screen"


class Preferences:
    """Reads what was kept when it is made; keeps each change at once, in the library's thread for writes."""

    def __init__(self, async_db: AsyncDatabase) -> None:
        self._database = async_db
        self._values: dict[str, Any] = _decode(async_db.read_now(connection.get_value, META_KEY))

    def theme(self) -> str:
        """The theme that was chosen last, "" if none was."""
        return str(self._values.get("theme", ""))

    def order(self, scope: Scope) -> str:
        """The order that `place` was last shown in, "" if it was left as it is."""
        return str(self._values.get("orders", {}).get(_scope_key(scope), ""))

    def collapsed_folders(self) -> set[str]:
        """The folders whose sources are folded away."""
        return set(self._values.get("folded", ()))

    def last_export(self) -> tuple[str, str]:
        """The form and the folder of the file that was written last, "" if none was."""
        form, folder = self._values.get("exported") or ("", "")
        return str(form), str(folder)

    def search_history(self) -> tuple[str, ...]:
        """What was looked for last, the latest first."""
        return tuple(map(str, self._values.get("finds", ())))

    def text_width(self, configured: int) -> int:
        """The columns of text that were chosen last, unless config.toml was given others since."""
        kept = self._values.get("width")
        chosen = kept[1] if isinstance(kept, list) and len(kept) == 2 and kept[0] == configured else configured
        return chosen if isinstance(chosen, int) else configured

    def groups_stories(self, configured: bool) -> bool:
        """Whether stories have one row: as chosen last, unless config.toml was given something else since."""
        kept = self._values.get("folding")
        return bool(kept[1]) if isinstance(kept, list) and len(kept) == 2 and kept[0] == configured else configured

    def set_groups_stories(self, configured: bool, chosen: bool) -> None:
        self._save(folding=[configured, chosen])

    def set_text_width(self, configured: int, chosen: int) -> None:
        self._save(width=[configured, chosen])

    def set_theme(self, name: str) -> None:
        self._save(theme=name)

    def set_order(self, scope: Scope, order: str) -> None:
        self._save(orders={**self._values.get("orders", {}), _scope_key(scope): order})

    def set_collapsed_folders(self, folders: Iterable[str]) -> None:
        self._save(folded=sorted(folders))

    def set_last_export(self, format: str, folder: str) -> None:
        self._save(exported=[format, folder])

    def set_search_history(self, queries: Iterable[str]) -> None:
        self._save(finds=list(queries))

    def _save(self, **facts: object) -> None:
        self._values |= facts
        self._database.write_soon(connection.set_value, META_KEY, json.dumps(self._values))


def _decode(text: str) -> dict[str, Any]:
    """What was kept; nothing if it is not what this version writes."""
    try:
        kept = json.loads(text or "{}")
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def _scope_key(scope: Scope) -> str:
    return f"{scope.kind} {scope.id or scope.name}"
