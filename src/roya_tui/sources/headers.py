"""What a few header fields mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime

from roya_tui.sources.schedule import LATEST, SOONEST

_MAX_AGE = re.compile(r'(?:^|[,\s])max-age\s*=\s*"?(\d{1,10})', re.I)


def header(raw: Sequence[tuple[bytes, bytes]], name: str) -> str:
    """Return the first field called `name`, exactly as received (each byte a character), or ""."""
    wanted = name.lower().encode()
    return next((value.decode("latin-1") for key, value in raw if key.lower() == wanted), "")


def max_age(cache_control: str) -> int | None:
    """Return for how many seconds an answer stays fresh (RFC 9111 §5.2.2.1); None if it does not say."""
    found = _MAX_AGE.search(cache_control)
    return int(found[1]) if found else None


def retry_after(value: str, now: int) -> int:
    """Return until when a host asks to be left alone (UTC seconds), from Retry-After (RFC 9110 §10.2.3).

    A host that names no time or an unreadable one gets ten minutes, and none gets more than a day.
    """
    until = now + SOONEST
    if value.strip().isdecimal():
        until = now + int(value.strip()[:10])
    elif value.strip():
        with suppress(ValueError, OverflowError):
            until = int(parsedate_to_datetime(value).timestamp())
    return min(max(until, now), now + LATEST)
