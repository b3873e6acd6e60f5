"""What the top line shows of a download, and which recordings a key is about."""

from __future__ import annotations

from collections.abc import Sequence

from roya_tui.layout.recordings import format_size
from roya_tui.model import Recording, group_formats
from roya_tui.presentation.headline_rows import Icons
from roya_tui.translation import format_number, gettext

_BAR_CELLS = 8


def describe_download(received: int, total: int | None, waiting: int, icons: Icons) -> str:
    """Return the progress of a download, and how many others wait: `↓ ████░░░░ 52% · 2 waiting`."""
    if total:
        part = min(received / total, 1.0)
        full = int(part * _BAR_CELLS)
        percent = gettext("{count}%", count=int(part * 100))
        text = f"{icons.bar_full * full}{icons.bar_empty * (_BAR_CELLS - full)} {percent}"
    else:
        text = format_size(received) or format_number(0)
    shown = f"{icons.downloaded} {text}"
    return f" {icons.dot} ".join((shown, gettext("{count:,} waiting", count=waiting))) if waiting else shown


def playable_recordings(recordings: Sequence[Recording]) -> list[list[Recording]]:
    """Return the recordings of each article that has any: those that `P` plays, of several formats the first."""
    of_article: dict[int, list[Recording]] = {}
    for recording in recordings:
        of_article.setdefault(recording.headline.id, []).append(recording)
    return [found for found in map(_without_other_formats, of_article.values()) if found]


def _without_other_formats(recordings: Sequence[Recording]) -> list[Recording]:
    by_url = {recording.enclosure.url: recording for recording in recordings}
    return [by_url[first.url] for first, *_ in group_formats(one.enclosure for one in recordings)]
