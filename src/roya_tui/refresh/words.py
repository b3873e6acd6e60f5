"""When something will be tried again, as people say it."""

from __future__ import annotations

import time

DAY = 24 * 60 * 60


def when(at: int, now: int) -> str:
    """Return the time `at` on this machine's clock: "at 14:20", "tomorrow at 14:20", "on 08-07 at 14:20"."""
    there = time.localtime(at)
    text = time.strftime("at %H:%M", there)
    if there[:3] == time.localtime(now)[:3]:
        return text
    if there[:3] == time.localtime(now + DAY)[:3]:
        return f"tomorrow {text}"
    return f"on {time.strftime('%d-%m', there)} {text}"


def waits(why: str, until: int | None, now: int) -> str:
    """Return why a source is not asked now, as a sentence."""
    sentence = why[0].upper() + why[1:]
    return f"{sentence}." if until is None else f"{sentence}; next look {when(until, now)}."


def again(message: str, at: int | None, now: int) -> str:
    """Return `message` and when the next attempt is made."""
    return message if at is None else f"{message} Trying again {when(at, now)}."
