"""Formatting of UTC seconds in the user's time zone, or the source's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from roya_tui.translation import gettext, gettext_noop

_WEEKDAYS = (
    gettext_noop("Monday"), gettext_noop("Tuesday"), gettext_noop("Wednesday"), gettext_noop("Thursday"),
    gettext_noop("Friday"), gettext_noop("Saturday"), gettext_noop("Sunday"),
)  # fmt: skip
_MONTHS = (
    gettext_noop("January"), gettext_noop("February"), gettext_noop("March"), gettext_noop("April"),
    gettext_noop("May"), gettext_noop("June"), gettext_noop("July"), gettext_noop("August"),
    gettext_noop("September"), gettext_noop("October"), gettext_noop("November"), gettext_noop("December"),
)  # fmt: skip
_SHORT_DATES = (
    gettext_noop("{day} Jan"), gettext_noop("{day} Feb"), gettext_noop("{day} Mar"), gettext_noop("{day} Apr"),
    gettext_noop("{day} May"), gettext_noop("{day} Jun"), gettext_noop("{day} Jul"), gettext_noop("{day} Aug"),
    gettext_noop("{day} Sep"), gettext_noop("{day} Oct"), gettext_noop("{day} Nov"), gettext_noop("{day} Dec"),
)  # fmt: skip
"""A day of each month, in six cells at most."""

_HALF_YEAR = 183 * 86_400


class Clock:
    """Formats UTC seconds in a zone: "local", "source" (if known, else local) or an IANA name."""

    def __init__(self, format: str = "%d-%m-%Y %H:%M", zone: str = "local") -> None:
        self.format = format
        self.uses_source_zone = zone == "source"
        self.zone = None if zone in ("local", "source") else find_zone(zone)

    def at(self, seconds: int, source_zone: str = "") -> datetime:
        """Return the moment in the zone that applies."""
        zone = find_zone(source_zone) if self.uses_source_zone and source_zone else self.zone
        return datetime.fromtimestamp(seconds, UTC).astimezone(zone)

    def stamp(self, seconds: int, source_zone: str = "") -> str:
        """Return date and time in the configured format, such as `04-07-2025 00:16`."""
        return self.at(seconds, source_zone).strftime(self.format)

    def time(self, seconds: int) -> str:
        """Return the time of day, such as `14:02`."""
        return f"{self.at(seconds):%H:%M}"

    def brief(self, seconds: int, now: int) -> str:
        """Return six cells: the time if today, the day in the last half year, else the year."""
        moment, age = self.at(seconds), now - seconds
        if moment.date() == self.day(now):
            return f" {moment:%H:%M}"
        if abs(age) < _HALF_YEAR:
            return f"{gettext(_SHORT_DATES[moment.month - 1], day=moment.day):>6.6}"
        return f"{moment.year:>6}"

    def day(self, seconds: int) -> date:
        """Return the calendar day of a moment."""
        return self.at(seconds).date()

    def start_of(self, day: date) -> int:
        """Return the second at which `day` begins in this clock's zone."""
        return int(datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp())

    def day_name(self, day: date, now: int) -> str:
        """Return the name of a day: Today, Yesterday, Sunday, Friday 4 July 2025."""
        return self.relative_day_name(day, self.day(now))

    def relative_day_name(self, day: date, today: date) -> str:
        """Return the name of a day as seen from `today`."""
        match (today - day).days:
            case 0:
                return gettext("Today")
            case 1:
                return gettext("Yesterday")
            case -1:
                return gettext("Tomorrow")
        if day.year != today.year:
            return self.full_date(day)
        return gettext("{weekday} {day} {month}", **_names(day))

    def full_date(self, day: date) -> str:
        """Return the full date, such as Friday 4 July 2025."""
        return gettext("{weekday} {day} {month} {year}", **_names(day))


def _names(day: date) -> dict[str, object]:
    weekday, month = gettext(_WEEKDAYS[day.weekday()]), gettext(_MONTHS[day.month - 1])
    return {"weekday": weekday, "day": day.day, "month": month, "year": day.year}


@lru_cache(maxsize=64)
def find_zone(name: str) -> tzinfo:
    """Return the zone with an IANA name; UTC if this system does not have it."""
    import zoneinfo  # imported only where a zone is named

    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def next_day(day: date) -> date:
    return day + timedelta(days=1)
