"""What is stored while a recording plays, and when it counts as listened to."""

import pytest

from roya_tui.episodes.mpv import Mpv
from roya_tui.episodes.playback import Session, is_at_end, resume_position
from roya_tui.model import Headline

HOUR = 3600.0


def session_at(stored: float) -> tuple[Session, Mpv, list[tuple[float, float]]]:
    mpv, stored_positions = Mpv(), []
    mpv.duration = HOUR
    store = lambda position, duration: stored_positions.append((position, duration))  # noqa: E731
    return Session(Headline(1, 1, "Harbor Talk", "Tides", 0), mpv, stored, store), mpv, stored_positions


def test_position_is_stored_each_five_seconds_and_when_playing_pauses() -> None:
    session, mpv, stored = session_at(0.0)
    for position, is_paused in ((1.0, False), (4.9, False), (5.1, False), (9.0, False), (9.5, True), (9.5, True)):
        mpv.position, mpv.is_paused = position, is_paused
        session.note()
    assert stored == [(5.1, HOUR), (9.5, HOUR)]


def test_position_is_stored_at_once_after_a_seek_and_at_the_end() -> None:
    session, mpv, stored = session_at(100.0)
    for mpv.position in (101.0, 131.0, 116.0, 117.0):
        session.note()
    assert session.finish() is False
    assert [position for position, _ in stored] == [131.0, 116.0, 117.0]


def test_position_stays_if_the_recording_never_played() -> None:
    session, mpv, stored = session_at(100.0)
    session.note()
    mpv.reached_end = True
    assert session.finish() is False
    assert stored == []


@pytest.mark.parametrize("is_stored", [True, False])
def test_position_returns_to_the_beginning_after_the_end(is_stored: bool) -> None:
    session, mpv, stored = session_at(3595.0 if is_stored else 0.0)
    mpv.position = 3595.0
    session.note()
    assert session.finish() is True
    assert stored[-1] == (0.0, HOUR)


def test_short_recording_is_stored_as_listened_to_and_another_beginning_is_not() -> None:
    session, mpv, stored = session_at(0.0)
    mpv.position, mpv.duration = 3.0, 3.0
    assert session.finish() is True
    assert stored == [(0.0, 3.0)]
    session, mpv, stored = session_at(600.0)
    mpv.position = 0.0
    session.note()
    assert [position > 0 for position, _ in stored] == [True]


@pytest.mark.parametrize(
    ("position", "duration", "reached_end", "expected"),
    [
        (3569.0, HOUR, False, False),
        (3570.0, HOUR, False, True),  # the last 30 seconds
        (53.0, 60.0, False, False),
        (54.0, 60.0, False, True),  # the last tenth of a short one
        (3300.0, HOUR, True, True),  # an estimated duration
        (1200.0, HOUR, True, False),  # the connection broke off
        (1200.0, 0.0, True, True),
        (1200.0, 0.0, False, False),
        (4000.0, HOUR, False, True),
    ],
)
def test_recording_counts_as_listened_to_near_its_end(
    position: float, duration: float, reached_end: bool, expected: bool
) -> None:
    assert is_at_end(position, duration, reached_end=reached_end) is expected


@pytest.mark.parametrize(
    ("position", "duration", "expected"),
    [(0.0, HOUR, 0.0), (4.9, HOUR, 0.0), (5.0, HOUR, 5.0), (900.5, 0.0, 900.5), (3580.0, HOUR, 0.0)],
)
def test_playing_resumes_except_near_the_beginning_and_the_end(
    position: float, duration: float, expected: float
) -> None:
    assert resume_position(position, duration) == expected
