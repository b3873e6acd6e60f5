"""The names that a shell completes when TAB is pressed.

Each TAB is a process, so that this loads little. The database is read as it is: nothing is created or migrated.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from roya_tui.query.vocabulary import NameIndex
from roya_tui.store.search.vocabulary import load_names
from roya_tui.text import fold, one_line

_RULES = "SELECT name FROM rule ORDER BY place, id"
_BUSY_SECONDS = 0.5
_MAX_LENGTH = 200
"""Characters of a name that is completed; a longer one would fill the terminal."""


def print_words(kinds: str, word: str = "", home: str = "") -> int:
    """Print what completes a word, a line each, for kinds such as “source folder”; return the exit code."""
    try:
        lines = _complete(kinds, word, home)
    except (
        ValueError,
        OSError,
        RuntimeError,
        sqlite3.Error,
    ):  # a message would end up in the command line that is typed
        return 1
    sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode())
    return 0


def _complete(kinds: str, word: str, home: str) -> Iterable[str]:
    if kinds == "mapping":
        from roya_tui.config import load, resolve_paths

        return _select(["roya", *load(resolve_paths(home, os.environ).config)[0].mappings], word)
    if kinds == "zone":
        from zoneinfo import available_timezones

        return _select(sorted(available_timezones()), word)
    with closing(_open(find_data_folder(home) / "news.db")) as db:
        if kinds == "query":
            return _complete_query(db, word)
        return _select([name for kind in kinds.split() for name in _names(db, kind)], word)


def find_data_folder(home: str) -> Path:
    """Return the data folder as `config.resolve_paths` does, whose package takes longer to load than all the rest.

    Raises RuntimeError if the home folder is unknown.
    """
    if root := home or os.environ.get("ROYA_TUI_HOME", ""):
        return Path(root).expanduser().absolute()
    import platformdirs

    return platformdirs.user_data_path("roya-tui", appauthor=False).absolute()


def _open(file: Path) -> sqlite3.Connection:
    """Open a database for reading. Without a log it does not change, and SQLite creates no files beside it."""
    log = file.with_name(file.name + "-wal")
    mode = "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"
    db = sqlite3.connect(f"{file.as_uri()}?{mode}", uri=True, timeout=_BUSY_SECONDS)
    db.text_factory = lambda text: text.decode(errors="replace")
    return db


def _names(db: sqlite3.Connection, kind: str) -> list[str]:
    """Return names as they can be shown: on one line, without control characters, and not as long as a text."""
    names = (name for (name,) in db.execute(_RULES)) if kind == "rule" else load_names(db, kind)
    return [line for line in map(one_line, names) if 0 < len(line) <= _MAX_LENGTH]


def _complete_query(db: sqlite3.Connection, text: str) -> list[str]:
    """Return a query with its last word completed: a field, a value, or, after “+”, a tag to add."""
    if text.startswith("+"):
        return [f"+{name}" for name in _select(_names(db, "tag"), text[1:])]
    from roya_tui.query.completion import complete, field_of, last_token

    token = last_token(text)
    field = field_of(token) if token else ""
    names = {field: NameIndex(_names(db, field))} if field else {}
    queries = [one.apply(text)[0].rstrip() for one in complete(text, len(text), names)]
    # Shells replace the word by the common beginning of all completions, and a name with blanks is in quotes.
    return _beginning_with(text, queries) or _beginning_with(text, queries, '"')


def _select(names: Iterable[str], word: str) -> list[str]:
    """Return the names that begin with a word, each once; none that would be taken for an option."""
    return _beginning_with(word, [name for name in dict.fromkeys(names) if not name.startswith("-")])


def _beginning_with(word: str, lines: Sequence[str], ignored: str = "\n") -> list[str]:
    """Return the lines that begin with a word, without regard to case, accents and one character."""
    beginning = fold(word.replace(ignored, ""))
    return [line for line in lines if fold(line.replace(ignored, "")).startswith(beginning)]
