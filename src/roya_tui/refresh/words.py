"""When something will be tried again, as people say it."""

from __future__ import annotations

import time

DAY = 24 * 60 * 60


def clock(at: int, now: int) -> str:
    """Return the time `at` on this machine's clock: "14:20", "tomorrow at 14:20", "08-07 at 14:20"."""
    there, here = time.localtime(at), time.localtime(now)
    text = time.strftime("%H:%M", there)
    if there[:3] == here[:3]:
        return text
    if there[:3] == time.localtime(now + DAY)[:3]:
        return f"tomorrow at {text}"
    return f"{time.strftime('%d-%m', there)} at {text}"


def waits(why: str, until: int | None, now: int) -> str:
    """Return why a source is not asked now, as a sentence."""
    sentence = why[0].upper() + why[1:]
    return f"{sentence}." if until is None else f"{sentence}; next look {_at(until, now)}."


def again(message: str, at: int | None, now: int) -> str:
    """Return `message` and when the next attempt is made."""
    return message if at is None else f"{message} Trying again {_at(at, now)}."


def _at(at: int, now: int) -> str:
    text = clock(at, now)
    return f"at {text}" if text[0].isdigit() and len(text) == len("14:20") else text
