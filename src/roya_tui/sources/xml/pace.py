"""When a publisher asks us to come again: RSS 2.0's ttl, skipHours and skipDays, and RSS 1.0's syndication module."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from roya_tui.model import UpdateSchedule

_MINUTES = {"hourly": 60, "daily": 1440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Found = Mapping[str, Any]


def pace(feed: Found) -> UpdateSchedule:
    """Return what the elements of a feed say of that."""
    return UpdateSchedule(_ttl(feed), _skip_hours(feed), _skip_days(feed))


def _ttl(feed: Found) -> int | None:
    """Return minutes: ttl, else updatePeriod by updateFrequency (http://web.resource.org/rss/1.0/modules/syndication/)."""
    period, often = _MINUTES.get(feed.get("period", "").strip().lower()), _number(feed.get("frequency", "1"))
    return _number(feed.get("ttl", "")) or (max(1, period // (often or 1)) if period else None)


def _skip_hours(feed: Found) -> tuple[int, ...]:
    """Return the hours to skip, 0 to 23; RSS 0.91 counted from 1 to 24."""
    hours = {_number(text) for text in feed.get("hours", ())}
    return tuple(sorted({hour % 24 for hour in hours if hour is not None and hour <= 24}))


def _skip_days(feed: Found) -> tuple[int, ...]:
    """Return the weekdays to skip, 0 for Monday."""
    days = {text.strip().lower()[:3] for text in feed.get("days", ())}
    return tuple(number for number, day in enumerate(_DAYS) if day in days)


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text.strip()) else None
