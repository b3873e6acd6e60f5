"""The progress of downloads in the top line, and which recordings a key is about."""

import pytest

from roya_tui.model import Enclosure, Episode, Headline, Recording
from roya_tui.presentation.episodes import describe_download, playable_recordings
from roya_tui.presentation.headline_rows import ASCII_ICONS, UNICODE_ICONS


@pytest.mark.parametrize(
    ("received", "total", "waiting", "text"),
    [
        (0, None, 0, "↓ 0"),
        (3_000_000, None, 2, "↓ 3 MB · 2 waiting"),
        (0, 100, 0, "↓ ░░░░░░░░ 0%"),
        (52, 100, 1, "↓ ████░░░░ 52% · 1 waiting"),
        (100, 100, 0, "↓ ████████ 100%"),
        (200, 100, 0, "↓ ████████ 100%"),
    ],
)
def test_progress_has_a_bar_if_the_size_is_known(received: int, total: int | None, waiting: int, text: str) -> None:
    assert describe_download(received, total, waiting, UNICODE_ICONS) == text


def test_progress_is_ascii_where_wanted() -> None:
    assert describe_download(52, 100, 1, ASCII_ICONS) == "D ####.... 52% - 1 waiting"


def test_key_is_about_the_first_format_of_each_recording_that_can_be_played() -> None:
    names = {1: ("a.ogg", "a.mp3", "b.mp4"), 2: ("c d.mp3",), 3: ("e.mp3",)}
    found = [
        Recording(Headline(id, 1, "", "", 0), Enclosure(f"https://a.example/{name}"), Episode(id, ""))
        for id, files in names.items()
        for name in files
    ]
    shown = [[one.enclosure.url.rpartition("/")[2] for one in several] for several in playable_recordings(found)]
    assert shown == [["a.ogg", "b.mp4"], ["e.mp3"]]
