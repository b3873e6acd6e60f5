"""Formatting of UTC seconds in the user's time zone, or the source's."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from roya_tui.model import TIME, DateForm
from roya_tui.translation import format_number, gettext, gettext_noop, localize_digits

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
BRIEF_CELLS, FULL_CELLS = 6, 11
"""Cells of a day and month, and of a date with its year."""
_TIME_CELLS = 5
"""Cells of a time of day."""
_DATE_CODE = "%[-_0^#EO]?[aAbBCdDeFgGhjmuUVwWxyY]"
_DATE_CODES = re.compile(rf"{_DATE_CODE}(?:[^%]*{_DATE_CODE})*[^\x00-\x7f]*")


class Clock:
    """Formats UTC seconds in a zone: "local", "source" (if known, else local) or an IANA name.

    The source's clock is that of its time zone, else the one that the date was written in. A date without a time of day
    is the same in each zone. `in_words` names months, as a synthesizer reads 04-07-2025 as three numbers.
    """

    def __init__(self, format: str = "%d-%m-%Y %H:%M", zone: str = "local", *, in_words: bool = False) -> None:
        self.format = format
        self._in_words = in_words
        self._date_format = " ".join(_DATE_CODES.findall(format.replace("%c", "%x"))) or "%d-%m-%Y"
        self.uses_source_zone = zone == "source"
        self.zone = None if zone in ("local", "source") else find_zone(zone)

    def at(self, seconds: int, source_zone: str = "", form: DateForm = TIME) -> datetime:
        """Return the moment in the zone that applies."""
        zone = self.zone
        if form.offset is not None and (form.precision or (self.uses_source_zone and not source_zone)):
            zone = timezone(timedelta(minutes=form.offset))
        elif self.uses_source_zone and source_zone:
            zone = find_zone(source_zone)
        return datetime.fromtimestamp(seconds, UTC).astimezone(zone)

    def stamp(self, seconds: int, source_zone: str = "", form: DateForm = TIME) -> str:
        """Return date and time in the configured format, such as `04-07-2025 00:16`, as far as they were written."""
        moment = self.at(seconds, source_zone, form)
        match form.precision:
            case "year":
                return format_number(moment.year)
            case "month":
                return gettext("{month} {year}", **_names(moment))
            case precision if self._in_words:
                date = gettext("{day} {month} {year}", **_names(moment))
                time = localize_digits(f"{moment:%H:%M}")
                return date if precision else gettext("{date}, {time}", date=date, time=time)
            case "day":
                return localize_digits(moment.strftime(self._date_format))
        return localize_digits(moment.strftime(self.format))

    def stamp_with_clock(self, seconds: int, source_zone: str = "", form: DateForm = TIME) -> str:
        """Return a stamp that names its clock if that is not the user's: `04-07-2025 00:16 (Amman)`."""
        stamp, moment = self.stamp(seconds, source_zone, form), self.at(seconds, source_zone, form)
        if form.precision or moment.utcoffset() == self.at(seconds).utcoffset():
            return stamp
        name = source_zone.rpartition("/")[2].replace("_", " ") or format_offset(moment.utcoffset())
        return gettext("{time} ({clock})", time=stamp, clock=name)

    def time(self, seconds: int) -> str:
        """Return the time of day, such as `14:02`."""
        return localize_digits(f"{self.at(seconds):%H:%M}")

    def time_below_heading(self, seconds: int, day: date | None, source_zone: str = "", form: DateForm = TIME) -> str:
        """Return five cells for a row below the heading of a day: the time of day, else what differs from the day."""
        moment = self.at(seconds, source_zone, form)
        match form.precision:
            case "year":
                text = f"{moment.year}"
            case "month":
                month = _short_month(moment)
                text = month if len(month) <= _TIME_CELLS else ""
            case "day":
                text = "" if moment.date() == day else f"{moment:%d-%m}"
            case _:
                text = f"{moment:%H:%M}" if day is None or self.day(seconds) == day else f"{moment:%d-%m}"
        return localize_digits(f"{text:>{_TIME_CELLS}}")

    def brief(
        self, seconds: int, now: int, source_zone: str = "", form: DateForm = TIME, *, cells: int = BRIEF_CELLS
    ) -> str:
        """Return the time if today, the day in the last half year, else the year, as the last of `cells` cells.

        With `FULL_CELLS` cells older dates have day, month and year.
        """
        moment, is_old = self.at(seconds, source_zone, form), abs(now - seconds) >= _HALF_YEAR
        if not form.precision and self.day(seconds) == self.day(now):
            date = f"{moment:%H:%M}"
        elif form.precision == "year" or (is_old and cells < FULL_CELLS):
            date = f"{moment.year}"
        else:
            date = gettext(_SHORT_DATES[moment.month - 1], day=moment.day)
            if form.precision == "month":
                date = _short_month(moment)
            if len(date) > BRIEF_CELLS:
                date = f"{moment.year}/{moment.month}" if form.precision else f"{moment.day}/{moment.month}"
            if is_old and f"{moment.year}" not in date:
                date = _add_year(date, moment.year)
        return localize_digits(f"{date:>{cells}}")

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


def _add_year(date: str, year: int) -> str:
    """Return `4 Jul 2025`, or `4/7/2025` and `4.7.2025` in a language whose short dates are numbers."""
    if any(map(str.isalpha, date)):
        return gettext("{date} {year}", date=date, year=year)
    return f"{date}{year}" if date.endswith(".") else f"{date}/{year}"


def _short_month(day: date) -> str:
    """Return the abbreviated month; its whole name in a language whose short dates have none, such as {day}/1."""
    short = gettext(_SHORT_DATES[day.month - 1], day="").strip(" ./")
    return gettext(_MONTHS[day.month - 1]) if short.isdigit() else short


def format_offset(offset: timedelta | None) -> str:
    """Return an offset from UTC, such as UTC+3 or UTC-3:30."""
    minutes = (offset or timedelta()) // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"


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
