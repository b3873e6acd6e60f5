"""Dates as people write them in a query, kept as written and read when the query is asked."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

_AGE = re.compile(r"([0-9]{1,5})(mo|m|h|d|w|y)")
_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800, "mo": 2_592_000, "y": 31_536_000}
_DAY_FORMATS = ("%Y-%m-%d", "%d-%m-%Y", "%Y-%m", "%Y")
_FIRST_DAY, _LAST_DAY = datetime(1971, 1, 1), datetime(2999, 1, 1)
"""No article is older or newer, and beyond them a clock somewhere fails."""


def moment(written: str, now: int, zone: tzinfo | None = None) -> int:
    """Return the UTC second at which the time `written` begins, seen from `now`.

    `today`, `yesterday`, an age (`30m`, `12h`, `2d`, `3w`, `6mo`, `1y`) or a day (`2025-07-04`, `04-07-2025`,
    `2025-07`, `2025`). Days begin at midnight of `zone`; None is this machine's clock. Raises `ValueError`.
    """
    if _AGE.fullmatch(written):
        return now - span(written)
    midnight = datetime.fromtimestamp(now, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if written == "today":
        return int(midnight.timestamp())
    if written == "yesterday":
        return int((midnight - timedelta(days=1)).timestamp())
    day = min(max(_day(written), _FIRST_DAY), _LAST_DAY)
    return int(day.replace(tzinfo=zone).timestamp())


def span(written: str) -> int:
    """Return the seconds of an age as `moment` takes it (`7d`). Raises `ValueError`."""
    age = _AGE.fullmatch(written)
    if age is None:
        raise ValueError(f"{written} is no span of time")
    return int(age[1]) * _SECONDS[age[2]]


def _day(written: str) -> datetime:
    for pattern in _DAY_FORMATS:
        try:
            return datetime.strptime(written, pattern)
        except ValueError:
            continue
    raise ValueError(f"{written} is not a day")
