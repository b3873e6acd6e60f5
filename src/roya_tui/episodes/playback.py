"""What is stored of a recording while it plays, and when it counts as listened to."""

from __future__ import annotations

from collections.abc import Callable

from roya_tui.episodes.mpv import Mpv
from roya_tui.model import Headline

STORE_EVERY = 5.0
"""Seconds of the recording after which the position is stored again."""
SHORTEST_RESUME = 5.0
"""Seconds: a recording that was stopped earlier begins at its start."""
_FIRST = 0.1
"""The position of a beginning in seconds: 0 is that of a recording that was listened to."""
_LAST_SECONDS, _LAST_PART = 30.0, 0.1
"""What may be missing at the end of a recording that was listened to: the smaller of the two."""


class Session:
    """One recording in mpv: call `note` after each change, and `finish` at the end."""

    def __init__(self, headline: Headline, mpv: Mpv, stored: float, store: Callable[[float, float], None]) -> None:
        """`stored` is the stored position; `store(position, duration)` stores another, both in seconds."""
        self.headline = headline
        self.mpv = mpv
        self._stored = stored
        self._store = store
        self._was_paused = False

    def note(self) -> None:
        """Store the position after some seconds, after a seek, and when playing pauses."""
        position, is_paused = self.mpv.position, self.mpv.is_paused
        paused_now, self._was_paused = is_paused and not self._was_paused, is_paused
        if position is not None and (paused_now or abs(position - self._stored) >= STORE_EVERY):
            self._save(max(position, _FIRST))

    def finish(self) -> bool:
        """Store where playing ended, which is 0 after the end; return whether the recording was listened to."""
        mpv = self.mpv
        if mpv.position is None:  # it never played
            return False
        is_finished = is_at_end(mpv.position, mpv.duration, reached_end=mpv.reached_end)
        self._save(0.0 if is_finished else max(mpv.position, _FIRST))
        return is_finished

    def _save(self, position: float) -> None:
        if not position or position != self._stored:
            self._stored = position
            self._store(position, self.mpv.duration)


def is_at_end(position: float, duration: float, *, reached_end: bool = False) -> bool:
    """Return whether a position is so near the end that the recording was listened to.

    `reached_end` does not suffice: mpv reports the end also when the connection breaks off. The duration of an MP3 file
    may be an estimate, so a tenth may be missing then.
    """
    if not duration:
        return reached_end
    tenth = duration * _LAST_PART
    return duration - position <= (tenth if reached_end else min(_LAST_SECONDS, tenth))


def resume_position(position: float, duration: float) -> float:
    """Return where to continue: not within the first seconds, and not at the end."""
    return 0.0 if position < SHORTEST_RESUME or is_at_end(position, duration) else position
