"""What a few header fields mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime

_MAX_AGE = re.compile(r'(?:^|[,\s])max-age\s*=\s*"?(\d{1,10})', re.I)
MAX_VALIDATOR_LENGTH = 2048
"""Characters of an ETag or a Last-Modified."""


def get_header(raw: Sequence[tuple[bytes, bytes]], name: str) -> str:
    """Return the first field called `name`, exactly as received (each byte a character), or ""."""
    wanted = name.lower().encode()
    return next((value.decode("latin-1") for key, value in raw if key.lower() == wanted), "")


def get_validator(raw: Sequence[tuple[bytes, bytes]], name: str) -> str:
    """Return the field exactly as received, to be sent back so; "" for one too long to be carried to and fro."""
    value = get_header(raw, name)
    return value if len(value) <= MAX_VALIDATOR_LENGTH else ""


def freshness_seconds(raw: Sequence[tuple[bytes, bytes]]) -> int | None:
    """Return for how many seconds an answer stays fresh (RFC 9111 §4.2.1); None if it does not say.

    That is max-age, or else Expires less Date; what the answer has spent in caches (Age) is gone already.
    """
    if found := _MAX_AGE.search(get_header(raw, "Cache-Control")):
        seconds = int(found[1])
    else:
        expires, date = _parse_time(get_header(raw, "Expires")), _parse_time(get_header(raw, "Date"))
        if expires is None or date is None:
            return None
        seconds = expires - date
    age = get_header(raw, "Age").strip()
    return max(seconds - (int(age[:10]) if age.isdecimal() else 0), 0)


def _parse_time(value: str) -> int | None:
    with suppress(ValueError, OverflowError):
        return int(parsedate_to_datetime(value).timestamp())
    return None


def parse_retry_after(value: str, now: int) -> int | None:
    """Return until when a host asks to be left alone (UTC seconds), from Retry-After (RFC 9110 §10.2.3).

    None: it names no time, or an unreadable one.
    """
    seconds = value.strip()
    return now + int(seconds[:10]) if seconds.isdecimal() else _parse_time(value) or None
