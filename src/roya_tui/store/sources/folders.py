"""Folders of sources: names with `/` between levels.

A folder exists while it has a source. Saved searches and rules that name a folder are rewritten in the same step.
"""

from __future__ import annotations

from sqlite3 import Connection

from msgspec.structs import replace

from roya_tui.query import Condition, Either, Term
from roya_tui.store.connection import transaction
from roya_tui.store.sources.query_references import fold_with_parents, rewrite_references
from roya_tui.store.user_data.journal import record
from roya_tui.store.user_data.snapshots import RowSnapshot
from roya_tui.text import fold
from roya_tui.translation import gettext


def rename(db: Connection, folder: str, name: str, now: int) -> int:
    """Rename or move a folder with its subfolders, as one step; return how many sources moved."""
    return _move(db, folder, name, gettext("Renamed folder “{old}” to “{new}”.", old=folder, new=name), now)


def remove(db: Connection, folder: str, now: int) -> int:
    """Remove a folder, as one step: its content moves to the parent.

    Returns how many sources moved. References to the folder stay and become missing, since its parent has more sources.
    """
    outer = folder.rpartition("/")[0]
    return _move(db, folder, outer, gettext("Removed folder “{name}”.", name=folder), now, removed=True)


def _move(db: Connection, folder: str, name: str, sentence: str, now: int, *, removed: bool = False) -> int:
    """Move sources, also removed ones, which are restored into the renamed folder."""
    with transaction(db):
        rows = db.execute("SELECT id, folder FROM source").fetchall()
        before = [row for row in rows if row[1] == folder or row[1].startswith(f"{folder}/")]
        if not before or name == folder:
            return 0
        moved = [((name + old[len(folder) :]).strip("/"), id) for id, old in before]
        db.executemany("UPDATE source SET folder = ? WHERE id = ?", moved)
        new, others = (
            fold_with_parents(name for name, _ in moved),
            fold_with_parents(old for _, old in {*rows} - {*before}),
        )

        def rewritten(term: Term) -> Condition:
            parts = term.value.split("/")
            outer, inner = parts[: folder.count("/") + 1], parts[folder.count("/") + 1 :]
            if fold("/".join(outer)) != fold(folder) or (removed and not inner):
                return term
            renamed = replace(term, value="/".join([name, *inner]).strip("/"))
            if fold(term.value) not in others or fold(term.value) == fold(renamed.value):
                return renamed
            # Another folder differs only in case, which queries ignore.
            return Either((renamed, term)) if fold(renamed.value) in new else term

        images = rewrite_references(db, "folder", rewritten, now)
        record(db, sentence, [RowSnapshot("source", ("folder",), before), *images], now)
        return len(before)
