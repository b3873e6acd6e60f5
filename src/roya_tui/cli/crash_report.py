"""Write a crash report to a file when the app has a bug."""

from __future__ import annotations

import platform
import tempfile
import time
import traceback
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from roya_tui import __version__, private
from roya_tui.text import clean, hide_credentials_typed, message
from roya_tui.translation import gettext


def write_report(error: BaseException, argv: Sequence[str], folder: Path | None) -> str:
    """Write a report to `folder`, else to the temporary folder, and return a sentence for the user."""
    text = f"""\
roya-tui {__version__}, Python {platform.python_version()}, {platform.platform()}
Command: {clean(" ".join(map(hide_credentials_typed, argv))) or "(the app)"}
Time: {time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}

{_traceback(error, argv)}"""
    temporary = Path(tempfile.gettempdir())
    for place in (folder or temporary, temporary):
        file = _write_file(place, text.encode("utf-8", "backslashreplace"))
        if file is not None:
            return gettext("This is a bug. Your database is safe; add this file to a bug report: {file}", file=file)
    return gettext("This is a bug, and no crash report could be written ({error}).", error=type(error).__name__)


def check_for_damage(folder: Path | None) -> str:
    """Return how the database in `folder` is damaged, which explains an unexpected error, or ""."""
    from roya_tui.store import connection, database, repair

    if folder is None or not (file := folder / "news.db").exists():
        return ""
    with suppress(connection.StoreError), closing(database.open_store(file, readonly=True)) as db:
        for problem in database.find_wrong_types(db):
            return gettext("The database {file} is damaged. {problem} Use a backup.", file=file, problem=problem)
    return connection.describe_damage(file) if repair.is_damaged(file) else ""


def _traceback(error: BaseException, argv: Sequence[str]) -> str:
    """Return the traceback without passwords: neither apparent ones, nor those in the arguments."""
    inner = getattr(error, "error", None)  # Textual's WorkerFailed wraps the error whose traceback shows the cause
    text = "".join(map(message, traceback.format_exception(inner if isinstance(inner, BaseException) else error)))
    for word in argv:
        if (hidden := hide_credentials_typed(word)) != word:
            for written in (word, repr(word)[1:-1]):
                text = text.replace(clean(written), clean(hidden))
    return text


def _write_file(folder: Path, text: bytes) -> Path | None:
    """Write a report to a new file in `folder`; return None if that fails."""
    file = None
    try:
        private.make_folder(folder)
        name = f"crash-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-"
        handle, path = tempfile.mkstemp(".txt", name, folder)
        file = Path(path)
        with open(handle, "wb") as report:
            report.write(text)
    except OSError:
        if file is not None:
            file.unlink(missing_ok=True)
        return None
    return file
