"""Parse HTTP response headers: validators, freshness and Retry-After."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime

_MAX_AGE = re.compile(r'(?:^|[,\s])max-age\s*=\s*"?(\d{1,10})', re.I)
MAX_VALIDATOR_LENGTH = 2048
"""Characters of an ETag or Last-Modified header."""


def get_header(raw: Sequence[tuple[bytes, bytes]], name: str) -> str:
    """Return the first header `name`, exactly as received (each byte a character), or ""."""
    lower_name = name.lower().encode()
    return next((value.decode("latin-1") for key, value in raw if key.lower() == lower_name), "")


def get_validator(raw: Sequence[tuple[bytes, bytes]], name: str) -> str:
    """Return a validator exactly as received, or "" if it is too long to be sent back."""
    value = get_header(raw, name)
    return value if len(value) <= MAX_VALIDATOR_LENGTH else ""


def freshness_seconds(raw: Sequence[tuple[bytes, bytes]]) -> int | None:
    """Return the seconds that a response stays fresh (RFC 9111 §4.2.1), or None if undeclared.

    That is max-age, or else Expires minus Date; minus the Age that it has spent in caches.
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
    """Return the time of a Retry-After header (RFC 9110 §10.2.3) in UTC seconds; None if empty or invalid."""
    seconds = value.strip()
    return now + int(seconds[:10]) if seconds.isdecimal() else _parse_time(value) or None
