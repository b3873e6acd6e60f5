"""What the screen remembers from one start to the next: theme, orders, folded folders, earlier finds. In the store."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from roya_tui.store import connection
from roya_tui.ui.library import Library
from roya_tui.ui.view import Place

KEPT_AS = "screen"


class Memory:
    """Reads what was kept when it is made; keeps each change at once, in the library's thread for writes."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._kept: dict[str, Any] = _read(library.now(connection.get_value, KEPT_AS))

    def theme(self) -> str:
        """The theme that was chosen last, "" if none was."""
        return str(self._kept.get("theme", ""))

    def order(self, place: Place) -> str:
        """The order that `place` was last shown in, "" if it was left as it is."""
        return str(self._kept.get("orders", {}).get(_name(place), ""))

    def folded(self) -> set[str]:
        """The folders whose sources are folded away."""
        return set(self._kept.get("folded", ()))

    def exported(self) -> tuple[str, str]:
        """The form and the folder of the file that was written last, "" if none was."""
        form, folder = self._kept.get("exported") or ("", "")
        return str(form), str(folder)

    def finds(self) -> tuple[str, ...]:
        """What was looked for last, the latest first."""
        return tuple(map(str, self._kept.get("finds", ())))

    def width(self, configured: int) -> int:
        """The columns of text that were chosen last, unless config.toml was given others since."""
        kept = self._kept.get("width")
        chosen = kept[1] if isinstance(kept, list) and len(kept) == 2 and kept[0] == configured else configured
        return chosen if isinstance(chosen, int) else configured

    def folding(self, configured: bool) -> bool:
        """Whether stories have one row: as chosen last, unless config.toml was given something else since."""
        kept = self._kept.get("folding")
        return bool(kept[1]) if isinstance(kept, list) and len(kept) == 2 and kept[0] == configured else configured

    def keep_folding(self, configured: bool, chosen: bool) -> None:
        self._keep(folding=[configured, chosen])

    def keep_width(self, configured: int, chosen: int) -> None:
        self._keep(width=[configured, chosen])

    def keep_theme(self, name: str) -> None:
        self._keep(theme=name)

    def keep_order(self, place: Place, order: str) -> None:
        self._keep(orders={**self._kept.get("orders", {}), _name(place): order})

    def keep_folded(self, folders: Iterable[str]) -> None:
        self._keep(folded=sorted(folders))

    def keep_exported(self, form: str, folder: str) -> None:
        self._keep(exported=[form, folder])

    def keep_finds(self, queries: Iterable[str]) -> None:
        self._keep(finds=list(queries))

    def _keep(self, **facts: object) -> None:
        self._kept |= facts
        self._library.write_soon(connection.set_value, KEPT_AS, json.dumps(self._kept))


def _read(text: str) -> dict[str, Any]:
    """What was kept; nothing if it is not what this version writes."""
    try:
        kept = json.loads(text or "{}")
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def _name(place: Place) -> str:
    return f"{place.kind} {place.source or place.name}"
