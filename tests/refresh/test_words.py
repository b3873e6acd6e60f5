"""When something is tried again, in words."""

from __future__ import annotations

import time

import pytest

from roya_tui.refresh.progress import format_time, retry_message, waiting_message

NOW = int(time.mktime((2025, 7, 4, 14, 0, 0, 0, 0, -1)))


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0.5, "at 14:30"),
        (9.9, "at 23:54"),
        (10.5, "tomorrow at 00:30"),
        (24, "tomorrow at 14:00"),
        (72, "on 07-07 at 14:00"),
    ],
)
def test_times_are_said_by_the_clock_here(hours: float, words: str) -> None:
    assert format_time(NOW + int(hours * 3600), NOW) == words


def test_sentences() -> None:
    assert retry_message("It is late.", NOW + 60, NOW) == "It is late. Trying again at 14:01."
    assert retry_message("It is gone.", None, NOW) == "It is gone."
    assert waiting_message("not due yet", NOW + 60, NOW) == "Not due yet; next look at 14:01."
    assert waiting_message("paused", None, NOW) == "Paused."
