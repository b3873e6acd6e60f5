"""The fields of queries, and the validation of their values."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

from roya_tui.text import fold, format_suggestion, nearest
from roya_tui.translation import gettext, gettext_noop

_AGE = re.compile(r"([0-9]{1,5})(mo|m|h|d|w|y)")
_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800, "mo": 2_592_000, "y": 31_536_000}
_DAY_FORMATS = ("%Y-%m-%d", "%d-%m-%Y", "%Y-%m", "%Y")
_FIRST_DAY, _LAST_DAY = datetime(1970, 1, 3), datetime(2999, 1, 1)
"""Limits within which all platforms can convert times."""


def parse_time(text: str, now: int, zone: tzinfo | None = None) -> int:
    """Return the UTC second at which a time begins, relative to `now`. Raises `ValueError`.

    `today`, `yesterday`, an age (`30m`, `12h`, `2d`, `3w`, `6mo`, `1y`) or a day (`2025-07-04`, `04-07-2025`,
    `2025-07`, `2025`). Minutes and hours are exact; from days on, an age means the whole day so long ago. Days begin
    at midnight in `zone`; None is the local time zone.
    """
    if (age := _AGE.fullmatch(text)) and age[2] in "mh":
        return now - parse_duration(text)
    today = datetime.fromtimestamp(now, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0, tzinfo=None)
    if text == "today":
        day = today
    elif text == "yesterday":
        day = today - timedelta(days=1)
    else:
        day = _go_back(today, int(age[1]), age[2]) if age else _parse_day(text)
    day = min(max(day, min(_FIRST_DAY, today)), _LAST_DAY)
    return int(day.replace(tzinfo=zone).timestamp())


def _go_back(day: datetime, count: int, unit: str) -> datetime:
    """Return the day `count` units before `day`; a month without that day ends earlier."""
    if unit in "dw":
        return day - timedelta(days=min(count * (7 if unit == "w" else 1), max(0, (day - _FIRST_DAY).days)))
    months = day.year * 12 + day.month - 1 - count * (12 if unit == "y" else 1)
    year, month = months // 12, months % 12 + 1
    if year < _FIRST_DAY.year:
        return min(day, _FIRST_DAY)
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


def parse_duration(text: str) -> int:
    """Return the seconds of an age as in `parse_time` (`7d`). Raises `ValueError`."""
    age = _AGE.fullmatch(text)
    if age is None:
        raise ValueError(f"{text} is not a duration")
    return int(age[1]) * _SECONDS[age[2]]


def _parse_day(text: str) -> datetime:
    for pattern in _DAY_FORMATS:
        try:
            return datetime.strptime(text, pattern)
        except ValueError:
            continue
    raise ValueError(f"{text} is not a day")


SORTS = ("newest", "oldest", "relevance", "source", "unread")
STATES = (
    "unread",
    "read",
    "starred",
    "updated",
    "hidden",
    "highlighted",
    "full",
    "noted",
    "has-image",
    "audio",
    "video",
    "downloaded",
)
LAST_SESSION = "session"
"""The end of the last session, as a value of `came:`."""
VIEWS = ("unread", "all", "starred", "updated", "today", "episodes")


class QueryError(ValueError):
    """A query is invalid at `position`; `suggestion` is the nearest valid word, or ""."""

    def __init__(self, message: str, position: int = 0, suggestion: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.suggestion = suggestion

    @property
    def full_message(self) -> str:
        """The message with the suggestion."""
        return self.message + format_suggestion(self.suggestion)


class InvalidFieldValue(ValueError):
    def __init__(self, message: str, suggestion: str = "") -> None:
        super().__init__(message)
        self.suggestion = suggestion


def check_searchable(value: str) -> str:
    if not any(c.isalnum() for c in fold(value)):
        raise InvalidFieldValue(gettext("“{text}” has no letter or digit to search for.", text=value))
    return value


def _check_name(value: str) -> str:
    if not fold(value).strip():
        raise InvalidFieldValue(gettext("“{text}” is not a name.", text=value))
    return value


def not_one_of(value: str, names: tuple[str, ...]) -> str:
    return gettext("“{text}” is not one of {names}.", text=value, names=", ".join(names))


def _one_of(names: tuple[str, ...]) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value.lower() not in names:
            raise InvalidFieldValue(not_one_of(value, names), nearest(value, names, 0.5))
        return value.lower()

    return check


def _check_time(value: str) -> str:
    value = value.lower()
    try:
        parse_time(value, 1_000_000_000, UTC)
    except ValueError:
        near = nearest(value, ("today", "yesterday"), 0.5)
        message = gettext("“{text}” is not a time. Examples: today, 2d, 3w, 2025-07-04.", text=value)
        raise InvalidFieldValue(message, near) from None
    return value


def _check_arrival(value: str) -> str:
    return LAST_SESSION if value.lower() in (LAST_SESSION, "visit") else _check_time(value)  # its earlier name


def _check_minutes(value: str) -> str:
    if not re.fullmatch(r"(?:[<>]=?|=)?[0-9]{1,4}", value):
        message = gettext("“{text}” is not a number of minutes. Examples: >5, <10, 3.", text=value)
        raise InvalidFieldValue(message, ">5")
    return value


def _check_language(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*", value):
        raise InvalidFieldValue(gettext("“{text}” is not a language. Examples: en, ar, pt-BR.", text=value))
    return value.lower()


def _check_number(value: str) -> str:
    if not re.fullmatch("[0-9]{1,9}", value):
        message = gettext("“{text}” is not the number of a story. roya-tui list --json shows it.", text=value)
        raise InvalidFieldValue(message)
    return str(int(value))


FIELDS: dict[str, Callable[[str], str]] = {
    "tag": _check_name,
    "source": _check_name,
    "folder": _check_name,
    "author": check_searchable,
    "title": check_searchable,
    "lang": _check_language,
    "is": _one_of(STATES),
    "since": _check_time,
    "before": _check_time,
    "changed": _check_time,
    "came": _check_arrival,
    "minutes": _check_minutes,
    "story": _check_number,
    "search": _check_name,
}
FIELD_ALIASES = {"feed": "source"}
"""Other names of fields, as other readers have them."""
MISSING_NAMES = {
    "tag": gettext_noop("There is no tag “{name}”."),
    "source": gettext_noop("There is no source “{name}”."),
    "folder": gettext_noop("There is no folder “{name}”."),
    "search": gettext_noop("There is no saved search “{name}”."),
    "lang": gettext_noop("There is no language “{name}”."),
}
"""Errors about the fields with a complete vocabulary. That of authors has only recent ones."""
TEXT_FIELDS = ("", "title", "author")
"""Fields that are searched in text, where quotes make a phrase."""
