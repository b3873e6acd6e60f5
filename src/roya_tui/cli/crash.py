"""A mistake of the program's own is written to a file; the person gets a sentence."""

from __future__ import annotations

import platform
import re
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from roya_tui import __version__


def report(error: BaseException, argv: Sequence[str], folder: Path | None) -> str:
    """Write what happened to a file in `folder`, else in the temp folder, and return the sentence to show."""
    text = "\n".join(
        (
            f"roya-tui {__version__}, Python {platform.python_version()}, {platform.platform()}",
            f"Command: {' '.join(argv) or '(the reader)'}",
            f"Time: {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}",
            "",
            "".join(traceback.format_exception(error)),
        )
    )
    text = re.sub(r"(?<=://)[^\s/@]+@", "…@", text)  # no one's password goes into a report
    temporary = Path(tempfile.gettempdir())
    name = f"crash-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}.txt"
    for place in (folder or temporary, temporary):
        try:
            place.mkdir(parents=True, exist_ok=True)
            file = place / name
            file.write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return f"This is a mistake in roya-tui, not yours; the store is safe. What happened is in {file}"
    return f"This is a mistake in roya-tui, not yours ({type(error).__name__}); no place was found to write a report."
