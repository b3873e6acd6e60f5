"""A time as a feed wrote it → the UTC second it means, or nothing.

Strict on purpose: a text is understood whole or not at all, and an unknown time stays unknown. The order is
RFC 822 (with RFC 2822 §4.3's older forms), ISO 8601, then the patterns that news pages use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from roya_tui.model import Moment
from roya_tui.sources.datewords import AFTERNOON, BEFORE_A_TIME, CLOCKS, MONTHS, WEEKDAYS, ZONES
from roya_tui.text import fold, one_line

EARLIEST = 631_152_000
"""1990: before it there were no feeds, so an earlier time is a default that somebody forgot to set."""
AHEAD = 2 * 86_400
"""Seconds that a publisher's clock may be ahead of ours and still be believed."""
LONGEST = 100
"""Characters: what is longer is prose that happens to hold a date."""


def _words(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))  # the longest that fits


# Seconds, milliseconds or microseconds since 1970, until 2065, as JSON likes them; in /Date(…)/ as .NET writes them.
_UNIX = re.compile(r"(?:\\?/Date\()?([12][0-9]{9})(?:[0-9]{3}){0,2}(?:\.[0-9]+)?(?:(?:[+-][0-9]{4})?\)\\?/)?")
_HALF = _words(AFTERNOON)
_OFFSET_PART = r"-?[+-](?:\d{2}(?::?\d{2}(?::00)?)?|\d(?::\d{2})?|[1-9]\d{2})"  # -0700, -07:00:00, -700, --0700
_ZONE = rf"(?P<zone>[a-z]{{1,5}}|(?:[a-z]{{2,5}})? ?{_OFFSET_PART}z?(?: [a-z]{{2,5}})?)"
_RFC822 = re.compile(
    r"(?:[a-z]{2,9} ?,? ?)?(?P<day>\d{1,2}),? (?P<month>[a-z]{3,9}),? (?P<year>\d{2,4}),? "
    rf"(?P<hour>\d{{1,2}}):(?P<minute>\d{{1,2}})(?::(?P<second>\d{{1,2}})(?:\.\d+)?)?"
    rf"(?: ?{_ZONE}| (?P<bare>\d{{4}}|00))?"
)
_ISO = re.compile(
    r"(?P<year>\d{4})-0?(?P<month>\d{2})-(?P<day>\d{2})(?:(?:t| ?(?:at )?)(?P<hour>\d{1,2}):(?P<minute>\d{1,2})"
    rf"(?::(?P<second>\d{{1,2}})(?:[.,]\d+|:00)?)?:? ?{_ZONE}?|(?P<day_zone>z|[+-]\d{{2}}:\d{{2}}))?"
)
_COMPACT = re.compile(
    r"(?P<year>\d{4})-?(?P<month>\d{2})-?(?P<day>\d{2})"
    rf"(?:[t ]?(?P<hour>\d{{2}}):?(?P<minute>\d{{2}})(?::?(?P<second>\d{{2}})(?:[.,]\d+)?)? ?{_ZONE}?)?"
)
_OFFSET_AS_USUAL = r"[+-](?:0\d|1[0-3])"
_RFC822_AS_USUAL = re.compile(
    rf"[A-Z][a-z]{{2}}, (\d\d) ([A-Z][a-z]{{2}}) (\d{{4}}) (\d\d:\d\d:\d\d) (?:GMT|({_OFFSET_AS_USUAL}[0-5]\d))", re.A
)
_RFC3339_AS_USUAL = re.compile(rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|{_OFFSET_AS_USUAL}:[0-5]\d)", re.A)
_SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIMES = (
    re.compile(
        rf"(?<![\d:])(?:(?P<first_half>{_HALF}) )?(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})"
        rf"(?::(?P<second>\d{{2}})(?:[.,]\d+)?)?(?![\d:])(?: ?(?P<half>{_HALF})\b| ?uhr\b| ?hr?s?\b)?"
    ),
    re.compile(
        rf"(?<!\d)(?:(?P<first_half>{_HALF}) )?(?P<hour>\d{{1,2}}) ?(?:[時时點点]|{fold('시')})"
        rf"(?: ?(?P<minute>\d{{1,2}}) ?(?:分|{fold('분')})(?: ?(?P<second>\d{{1,2}}) ?(?:秒|{fold('초')}))?)?"
    ),
    re.compile(rf"(?<![\d:.])(?P<hour>\d{{1,2}})\.(?P<minute>\d{{2}}) ?(?:uhr|(?P<half>{_HALF}))\b"),
    re.compile(r"(?<![\d:])(?P<hour>\d{1,2}) ?(?:h|uhr) ?(?P<minute>\d{2})?\b"),
    re.compile(rf"(?<![\d:])(?P<hour>\d{{1,2}}) ?(?P<half>{_HALF})\b"),
)
_WORD = re.compile(rf"(?:(?:{_words({name.partition(' ')[0] for name in MONTHS if ' ' in name})}) )?[^\s\d,./()-]+")
_MONTH = r"\0(?P<month>\d\d)"
"""How `_month_numbers` leaves a month's name: no text from outside has a NUL."""
_ORDINAL = "(?:st|nd|rd|th|er|e|o|a)?"
_OF = "(?:de |of )?"
_DATES = (
    re.compile(r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})(?P<either>[-/. ]) ?(?P<month>\d{1,2})(?P=either) ?(?P<year>\d{4})"),
    # Two digits of a year only where nothing else could be the year: points put the day first, and no month is a 13th.
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{2})"),
    re.compile(r"(?P<month>\d{1,2})/(?P<day>1[3-9]|2\d|3[01])/(?P<year>\d{2})"),
    re.compile(rf"(?P<day>\d{{1,2}}){_ORDINAL}\.?,?[ /-]?{_OF}{_MONTH}[ /-]?,? ?(?:del? )?(?P<year>\d{{4}}|\d{{2}})"),
    re.compile(rf"{_MONTH}[ /-](?P<day>\d{{1,2}}){_ORDINAL} ?,?[ /-]?(?P<year>\d{{4}})"),
    re.compile(rf"(?P<year>\d{{4}})\.?[ /-]{_MONTH}[ /-](?P<day>\d{{1,2}}){_ORDINAL}\.?"),
    re.compile(
        rf"(?P<year>\d{{4}}) ?(?:年|{fold('년')}) ?(?P<month>\d{{1,2}}) ?(?:月|{fold('월')}) ?"
        rf"(?P<day>\d{{1,2}}) ?(?:[日号號]|{fold('일')})"
    ),
)
_ENGLISH_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ZONE_AFTER = re.compile(rf" ?\(?(?:{_ZONE})\)?(?= |$)")
_ZONE_LAST = re.compile(r" \(?(?P<zone>[a-z]{2,5}|(?:[a-z]{2,5})?[+-]\d{2}:?\d{2})\)?$")
_COMMENT = re.compile(r"\([^()]*\)")
_NAME_OF_ZONE = re.compile(r"\s*\[?\b([a-z]{2,}/[\w/+-]+)\]?\Z", re.I | re.A)
_SAME_MONTH_TWICE = re.compile(r"(\0\d\d) ?/ ?\1")
_EASTERN_WEEKDAY = re.compile("(?:星 期|[周週]) .(?= |$)|. 曜 日")
_ERA = re.compile(r"(?<=\b\d{4}),? ?(?:م|г|год|года|r|roku)(?= |,|$)")
"""What some languages put behind a year: "2025 г.", "2025م"."""
_AROUND = re.compile(r"^(?:[\s,|·•–—-]|(?:le|el|am|on|den|في) )+|(?:[\s,|·•–—-]+|(?<=\d)t)$")
_SAME = str.maketrans({"،": ",", "−": "-", "‐": "-", "‑": "-"})
_DOT_AFTER_LETTER = re.compile(r"(?<=[^\W\d_])\.")
_OFFSET = re.compile(r"([a-z]*) ?-?([+-])(\d{1,2}?):?(\d{2})?(?::00)?z?(?: [a-z]+)?")


def read(raw: str, clock: tzinfo = UTC, now: int | None = None) -> Moment:
    """Return the moment that `raw` tells, read on `clock` where it names no zone of its own.

    The raw text stays with it. `at` is None for a text that is not understood, for a time before 1990, and,
    where `now` (UTC seconds) is given, for one more than two days ahead.
    """
    raw = one_line(raw[: 10 * LONGEST])[:LONGEST]
    at = _usual(raw)
    if at is None:
        at = _understand(raw, clock)
    if at is not None and (at < EARLIEST or (now is not None and at > now + AHEAD)):
        at = None
    return Moment(at, raw)


def clock(name: str) -> tzinfo | None:
    """Return the clock of an IANA zone name ("" is UTC), or None if there is no such zone."""
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _usual(raw: str) -> int | None:
    """Read a date as most feeds write it (RFC 822 or RFC 3339, to the second, with its zone): that is quickly done."""
    try:
        if found := _RFC822_AS_USUAL.fullmatch(raw):
            day, month, year, time, zone = found.groups()
            raw = f"{year}-{_SHORT_MONTHS.index(month) + 1:02}-{day}T{time}{zone or 'Z'}"
        elif not _RFC3339_AS_USUAL.fullmatch(raw):
            return None
        return int(datetime.fromisoformat(raw).timestamp())
    except ValueError:  # no such day or hour, or another language's month
        return None


def _understand(raw: str, clock: tzinfo) -> int | None:
    if match := _UNIX.fullmatch(raw):
        return int(match[1])
    raw, clock = _named_zone(raw, clock)
    text = fold(raw).translate(_SAME)
    text = " ".join(_DOT_AFTER_LETTER.sub(" ", text).split())
    for pattern in (_RFC822, _ISO, _COMPACT):
        if match := pattern.fullmatch(text):
            found = match.groupdict()
            bare = found.get("bare") and f"+{found['bare']}"
            zone = found["zone"] or found.get("day_zone") or bare
            if (at := _second(found, zone, clock)) is not None:
                return at
    return _understand_prose(text, clock)


def _named_zone(raw: str, here: tzinfo) -> tuple[str, tzinfo]:
    """Take an IANA name off the end (RFC 9557 puts it in brackets); an offset that is written goes before it."""
    if "/" in raw and (match := _NAME_OF_ZONE.search(raw)) and (there := clock(match[1])):
        return raw[: match.start()], there
    return raw, here


def _understand_prose(text: str, clock: tzinfo) -> int | None:
    """Find the time of day, then a zone behind it or at the end; what is left must be a date and nothing else."""
    zone = None
    found: dict[str, str | None] = {}
    time = next((match for pattern in _TIMES if (match := pattern.search(text))), None)
    if time:
        found = time.groupdict()
        before, after = text[: time.start()], text[time.end() :]
        if (match := _ZONE_AFTER.match(after)) and _is_zone(match["zone"]):
            zone, after = match["zone"], after[match.end() :]
        text = f"{_without_connector(before)} {after}"
    text = _COMMENT.sub(" ", _EASTERN_WEEKDAY.sub(" ", text)).rstrip()
    if zone is None and (match := _ZONE_LAST.search(text)) and _is_zone(match["zone"]):
        zone, text = match["zone"], text[: match.start()]
    text = _trimmed(_ERA.sub("", " ".join(text.split())))
    day = _date(text) or _date(_without_weekday(text))
    return _second(found | _in_order(day, text), zone, clock) if day else None


def _in_order(found: dict[str, str | None], text: str) -> dict[str, str | None]:
    """Put the month first where an English weekday stands before the date and only that order falls on it."""
    if not found.get("either") or text[:3] not in _ENGLISH_WEEKDAYS:
        return found
    year, month, day = (int(found[part] or 0) for part in ("year", "month", "day"))
    with suppress(ValueError):
        orders = [_ENGLISH_WEEKDAYS[date(year, *order).weekday()] == text[:3] for order in ((month, day), (day, month))]
        if orders == [False, True]:
            return found | {"day": found["month"], "month": found["day"]}
    return found


def _is_zone(name: str) -> bool:
    return name in CLOCKS or _offset(name) is not None


def _without_connector(text: str) -> str:
    """Drop the word between a date and its time, in any of our languages: "at", "a las", "الساعة"."""
    words = text.rstrip(" ,-–—|").split()
    for length in (2, 1):
        if len(words) > length and " ".join(words[-length:]) in BEFORE_A_TIME:
            return " ".join(words[:-length])
    return text


def _trimmed(text: str) -> str:
    return _AROUND.sub("", text)


def _without_weekday(text: str) -> str:
    first, _, rest = text.partition(" ") if "," not in text.split(" ")[0] else text.partition(",")
    if first in ("يوم", "יום"):
        first, _, rest = rest.partition(" ")
    if first.strip(",") in WEEKDAYS:
        return _trimmed(rest)
    rest, _, last = text.rpartition(" ")
    return _trimmed(rest) if last in WEEKDAYS else text


def _month_numbers(text: str) -> str:
    def number(word: re.Match[str]) -> str:
        month = MONTHS.get(word[0]) or MONTHS.get(word[0].removeprefix("ב"))  # Hebrew's "in" is part of the word
        return f"\0{month:02}" if month else word[0]

    return _SAME_MONTH_TWICE.sub(r"\1", _WORD.sub(number, text))


def _date(text: str) -> dict[str, str | None] | None:
    text = _month_numbers(text)
    return next((match.groupdict() for pattern in _DATES if (match := pattern.fullmatch(text))), None)


def _second(found: dict[str, str | None], zone: str | None, clock: tzinfo) -> int | None:
    """Put the parts together; None if there is no such day, hour or zone."""
    month = found["month"] or ""
    year, day = int(found["year"] or 0), int(found["day"] or 0)
    number = int(month) if month.isdecimal() else MONTHS.get(month, 0)
    if number > 12 and day <= 12 and found.get("either"):
        number, day = day, number  # 12/31/2020 can only be the American order
    digits = len(found["year"] or "")
    if digits < 4:  # RFC 2822 §4.3: two digits from 50 on, and all three-digit years, count from 1900
        year += 2000 if year < 50 and digits == 2 else 1900
    hour = _hour(int(found.get("hour") or 0), found.get("half") or found.get("first_half"))
    minute, second = int(found.get("minute") or 0), int(found.get("second") or 0)
    if hour is None or minute > 59 or second > 60 or (hour == 24 and minute + second):
        return None
    try:
        local = datetime.combine(date(year, number, day), datetime.min.time()) + timedelta(
            hours=hour, minutes=minute, seconds=min(second, 59)
        )
        if not zone:
            return _timestamp(local, clock)
        if local.replace(tzinfo=clock).tzname() == zone.upper():
            return _timestamp(local, clock)
        if zone in CLOCKS:
            return _timestamp(local, ZoneInfo(CLOCKS[zone]))
        offset = _offset(zone)
        return None if offset is None else _timestamp(local, timezone(timedelta(minutes=offset)))
    except (ValueError, OverflowError, ZoneInfoNotFoundError):
        return None


def _hour(hour: int, half: str | None) -> int | None:
    if half is None:
        return hour if hour <= 24 else None
    if hour > 12:  # "14:30 PM" says the same thing twice; "14:30 AM" contradicts itself
        return hour if AFTERNOON[half] and hour < 24 else None
    return hour % 12 + 12 * AFTERNOON[half]


def _offset(zone: str) -> int | None:
    """Minutes ahead of UTC. A single letter is UTC: RFC 2822 §4.3 found the military ones were used both ways round."""
    if len(zone) == 1 and zone.isalpha():
        return 0
    if match := _OFFSET.fullmatch(zone):
        name, sign, hours, minutes = match.groups()
        if (name and name not in ZONES) or int(hours) > 14 or int(minutes or 0) > 59:
            return None
        return (int(hours) * 60 + int(minutes or 0)) * (1 if sign == "+" else -1)
    return ZONES.get(zone)


def _timestamp(local: datetime, zone: tzinfo) -> int:
    return int(local.replace(tzinfo=zone).timestamp())
