"""Times as feeds write them: understood exactly, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.sources import dates
from roya_tui.sources.datewords import MONTHS

AMMAN = dates.clock("Asia/Amman")
assert AMMAN is not None


def utc(raw: str, zone: str = "") -> str | None:
    """The moment in ISO form, in UTC, without seconds where they are zero."""
    clock = dates.clock(zone)
    assert clock is not None
    at = dates.read(raw, clock).at
    return None if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        # RFC 822 and its dialects
        ("Fri, 04 Jul 2025 00:16:09 +0300", "2025-07-03 21:16:09"),
        ("Fri, 04 Jul 2025 00:16:09 GMT", "2025-07-04 00:16:09"),
        ("04 Jul 2025 00:16 GMT", "2025-07-04 00:16"),
        ("Fri, 4 Jul 25 00:16:09 Z", "2025-07-04 00:16:09"),
        ("Fri, 04 Jul 99 00:16:09 GMT", "1999-07-04 00:16:09"),
        ("Fri, 04 July 2025 00:16:09 GMT", "2025-07-04 00:16:09"),
        ("Friday, 04-Jul-25 00:16:09 GMT", "2025-07-04 00:16:09"),
        ("Fri,04 Jul 2025 00:16:09 GMT", "2025-07-04 00:16:09"),
        ("Fri , 04 Jul 2025 00:16:09 GMT", "2025-07-04 00:16:09"),
        ("Fri 04 Jul, 2025 00:16:09 GMT", "2025-07-04 00:16:09"),
        ("  Fri,  04  Jul  2025\n00:16:09  GMT ", "2025-07-04 00:16:09"),
        ("Fri, 04 Jul 2025 00:16:09", "2025-07-04 00:16:09"),
        ("Tue, 04 Jul 2025 00:16:09 GMT", "2025-07-04 00:16:09"),  # it was a Friday; nobody needs to know
        ("Fri, 04 Jul 2025 00:16:09 +0000 (UTC)", "2025-07-04 00:16:09"),
        ("Fri, 04 Jul 2025 00:16:09 -0000", "2025-07-04 00:16:09"),
        ("Fri, 04 Jul 2025 00:16:09 GMT+3", "2025-07-03 21:16:09"),
        ("Fri, 04 Jul 2025 00:16:09 UTC-05:30", "2025-07-04 05:46:09"),
        ("Fri, 04 Jul 2025 00:16:09 +03:00", "2025-07-03 21:16:09"),
        ("Fri, 04 Jul 2025 00:16:09 +5", "2025-07-03 19:16:09"),
        ("Fri, 04 Jul 2025 24:00:00 GMT", "2025-07-05 00:00"),
        ("Tue, 30 Jun 2015 23:59:60 GMT", "2015-06-30 23:59:59"),
        ("Fri, 04 Jul 2025 00:16:09 A", "2025-07-04 00:16:09"),  # RFC 2822: as good as -0000
        ("Fri, 04 Jul 2025 00:16:09 +0300 EEST", "2025-07-03 21:16:09"),
        # zones by name
        ("Fri, 04 Jul 2025 00:16 EST", "2025-07-04 05:16"),
        ("Fri, 04 Jul 2025 00:16 EDT", "2025-07-04 04:16"),
        ("Fri, 04 Jul 2025 00:16 PST", "2025-07-04 08:16"),
        ("Fri, 04 Jul 2025 00:16 CET", "2025-07-03 23:16"),
        ("Fri, 04 Jul 2025 00:16 CEST", "2025-07-03 22:16"),
        ("Fri, 04 Jul 2025 00:16 BST", "2025-07-03 23:16"),
        ("Fri, 04 Jul 2025 00:16 EEST", "2025-07-03 21:16"),
        ("Fri, 04 Jul 2025 00:16 IST", "2025-07-03 18:46"),
        ("Fri, 04 Jul 2025 00:16 JST", "2025-07-03 15:16"),
        ("Fri, 04 Jul 2025 00:16 AEST", "2025-07-03 14:16"),
        ("Fri, 04 Jul 2025 00:16 (EST)", "2025-07-04 05:16"),
        # ISO 8601, RFC 3339, W3C-DTF
        ("2025-07-04T00:16:09Z", "2025-07-04 00:16:09"),
        ("2025-07-04t00:16:09z", "2025-07-04 00:16:09"),
        ("2025-07-04T00:16:09.987654+03:00", "2025-07-03 21:16:09"),
        ("2025-07-04T00:16:09,9+0300", "2025-07-03 21:16:09"),
        ("2025-07-04T00:16:09 +03:00", "2025-07-03 21:16:09"),
        ("2025-07-04T00:16+03", "2025-07-03 21:16"),
        ("2025-07-04 00:16:09 UTC", "2025-07-04 00:16:09"),
        ("2025-07-04 00:16", "2025-07-04 00:16"),
        ("2025-07-04", "2025-07-04 00:00"),
        ("2025-07-04Z", "2025-07-04 00:00"),
        ("2025-07-04T00:16:09+03:00[Asia/Amman]", "2025-07-03 21:16:09"),
        ("2025-07-04T00:16:09−03:00", "2025-07-04 03:16:09"),
        ("20250704T001609Z", "2025-07-04 00:16:09"),
        ("20250704001609", "2025-07-04 00:16:09"),
        ("20250704", "2025-07-04 00:00"),
        # numbers
        ("04-07-2025 00:16", "2025-07-04 00:16"),
        ("4/7/2025 0:16", "2025-07-04 00:16"),
        ("04.07.2025, 00:16:09", "2025-07-04 00:16:09"),
        ("4. 7. 2025", "2025-07-04 00:00"),
        ("2025/07/04 00:16", "2025-07-04 00:16"),
        ("2025.07.04 00:16", "2025-07-04 00:16"),
        ("12/31/2020 10:00", "2020-12-31 10:00"),
        ("00:16 04-07-2025", "2025-07-04 00:16"),
        ("04-07-2025 | 00:16", "2025-07-04 00:16"),
        ("04-07-2025 00:16 +0300", "2025-07-03 21:16"),
        ("1751588160", "2025-07-04 00:16"),
        ("1751588160999", "2025-07-04 00:16"),
        # twelve hours
        ("04-07-2025 12:16 AM", "2025-07-04 00:16"),
        ("04-07-2025 12:16 pm", "2025-07-04 12:16"),
        ("July 4, 2025 3:05 p.m.", "2025-07-04 15:05"),
        ("July 4th, 2025 at 3pm", "2025-07-04 15:00"),
        ("Jul 4 2025 03:05:06PM EST", "2025-07-04 20:05:06"),
        ("4th July 2025 3.05pm", "2025-07-04 15:05"),
        ("04-07-2025 14:30 PM", "2025-07-04 14:30"),
        ("4 julio 2025, 3:05 p. m.", "2025-07-04 15:05"),
        ("04-07-2025 12:16 ص", "2025-07-04 00:16"),
        ("04-07-2025 03:16 مساءً", "2025-07-04 15:16"),
        # English prose, ctime, JavaScript
        ("Fri Jul  4 00:16:09 2025", "2025-07-04 00:16:09"),
        ("Fri Jul  4 00:16:09 EST 2025", "2025-07-04 05:16:09"),
        ("Fri Jul 04 2025 00:16:09 GMT+0300 (Eastern European Summer Time)", "2025-07-03 21:16:09"),
        ("Friday, July 4, 2025 - 00:16", "2025-07-04 00:16"),
        ("1st of August 2025", "2025-08-01 00:00"),
        ("2nd Sept. 2025", "2025-09-02 00:00"),
        ("2025 Jul 4", "2025-07-04 00:00"),
        ("4-Jul-2025 00:16", "2025-07-04 00:16"),
        # French, German, Spanish
        ("le 4 juillet 2025", "2025-07-04 00:00"),
        ("vendredi 4 juillet 2025 à 00h16", "2025-07-04 00:16"),
        ("ven. 1er août 2025 14:30", "2025-08-01 14:30"),
        ("mar. 4 févr. 2025", "2025-02-04 00:00"),
        ("4 décembre 2025 - 9h", "2025-12-04 09:00"),
        ("Freitag, 4. Juli 2025, 00:16 Uhr", "2025-07-04 00:16"),
        ("Di, 4. März 2025 14.30 Uhr", "2025-03-04 14:30"),
        ("Fr, 04 Dez 2020 10:00:00 +0100", "2020-12-04 09:00"),
        ("viernes, 4 de julio de 2025 a las 00:16 h", "2025-07-04 00:16"),
        ("mié, 01 ene 2025 10:00:00 +0000", "2025-01-01 10:00"),
        # Arabic, both sets of months, any digits
        ("4 يوليو 2025 00:16", "2025-07-04 00:16"),
        ("٤ تموز ٢٠٢٥ ٠٠:١٦", "2025-07-04 00:16"),
        ("الجمعة، ٤ تموز ٢٠٢٥", "2025-07-04 00:00"),
        ("الجمعة 4 تموز/يوليو 2025 - 00:16", "2025-07-04 00:16"),
        ("يوم الثلاثاء 7 كانون الثاني 2025 الساعة 10:00", "2025-01-07 10:00"),
        ("7 تشرين الأول 2025", "2025-10-07 00:00"),
        ("٠٤-٠٧-٢٠٢٥ ٠٠:١٦", "2025-07-04 00:16"),
        ("۰۴-۰۷-۲۰۲۵ ۰۰:۱۶", "2025-07-04 00:16"),  # Persian digits
        ("०४-०७-२०२५ ००:१६", "2025-07-04 00:16"),  # Devanagari digits
        ("\u200f04-07-2025\u200f 00:16", "2025-07-04 00:16"),
        ("2025年7月4日 00:16", "2025-07-04 00:16"),
    ],
)
def test_what_is_understood(raw: str, meant: str) -> None:
    assert utc(raw) == meant


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "soon",
        "2 hours ago",
        "Published",
        "2025",
        "July 2025",
        "2025-07",
        "04-07",
        "00:16",
        "30-02-2025",
        "2025-02-29",
        "13/13/2020",
        "32 Jul 2025",
        "04-07-25",  # whose year?
        "04-07-2025 25:00",
        "04-07-2025 10:60",
        "04-07-2025 14:30 AM",
        "04-07-2025 24:30",
        "0000-00-00 00:00:00",
        "Fri, 04 Jul 2025 00:16:09 XYZT",
        "Fri, 04 Jul 2025 00:16:09 +9900",
        "4 تموز/آب 2025",
        "04-07-2025 00:16 and more words",
        "15/07/04/2025",
        "1.5.2.3",
        "17515881601",
        "9" * 10,
        "0" * 13,
        "Fri, 04 Foo 2025 00:16:09 GMT",
        "null",
        "1" * 5000,
    ],
)
def test_what_is_not_understood_is_not_invented(raw: str) -> None:
    moment = dates.read(raw)
    assert moment.at is None
    assert moment.raw == raw[: dates.LONGEST]


@pytest.mark.parametrize(
    ("raw", "zone", "meant"),
    [
        ("04-07-2025 00:16", "Asia/Amman", "2025-07-03 21:16"),
        ("04-07-2021 00:16", "Asia/Amman", "2021-07-03 21:16"),  # summer time
        ("04-01-2021 00:16", "Asia/Amman", "2021-01-03 22:16"),  # winter: UTC+2 until October 2022
        ("04-01-2023 00:16", "Asia/Amman", "2023-01-03 21:16"),  # UTC+3 all year since
        ("2020-04-10 20:37", "Asia/Amman", "2020-04-10 17:37"),
        ("Fri, 04 Jul 2025 00:16:00", "Asia/Amman", "2025-07-03 21:16"),
        ("2025-07-04", "Asia/Amman", "2025-07-03 21:00"),
        ("04-07-2025 00:16 GMT", "Asia/Amman", "2025-07-04 00:16"),
        ("2025-07-04T00:16:00Z", "Asia/Amman", "2025-07-04 00:16"),
        ("04-07-2025 00:16", "America/New_York", "2025-07-04 04:16"),
        ("Fri, 04 Jul 2025 00:16 IST", "Asia/Kolkata", "2025-07-03 18:46"),
        ("Sat, 04 Jan 2025 00:16 IST", "Asia/Jerusalem", "2025-01-03 22:16"),  # the source's own IST
        ("Sat, 04 Jan 2025 00:16 CST", "Asia/Shanghai", "2025-01-03 16:16"),
    ],
)
def test_a_source_has_a_clock(raw: str, zone: str, meant: str) -> None:
    assert utc(raw, zone) == meant


def test_a_clock_is_known_by_its_iana_name() -> None:
    assert dates.clock("") is UTC
    assert dates.clock("Asia/Amman") == AMMAN
    assert dates.clock("Mars/Olympus") is None
    assert dates.clock("../../etc/passwd") is None


NOW = 1751588160  # 2025-07-04 00:16 UTC


@pytest.mark.parametrize(
    ("raw", "believed"),
    [
        ("2025-07-06 00:16", True),
        ("2025-07-06 00:17", False),
        ("2099-01-01", False),
        ("1990-01-01", True),
        ("1989-12-31 23:59", False),
        ("1970-01-01T00:00:00Z", False),
        ("Mon, 01 Jan 0001 00:00:00 GMT", False),
    ],
)
def test_unlikely_times_are_not_believed(raw: str, believed: bool) -> None:
    moment = dates.read(raw, now=NOW)
    assert (moment.at is not None) is believed
    assert moment.raw == raw


def test_without_now_the_future_is_believed() -> None:
    assert dates.read("2099-01-01").at == 4070908800


def test_every_month_name_is_one_month() -> None:
    for name, number in MONTHS.items():
        assert utc(f"5 {name} 2025") == f"2025-{number:02}-05 00:00"
        assert utc(f"{name} 5, 2025 10:00") == f"2025-{number:02}-05 10:00"


moments = st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2090, 1, 1)).map(
    lambda d: d.replace(microsecond=0)
)
offsets = st.integers(-11 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@settings(max_examples=150, deadline=None)
@given(moments, offsets)
def test_what_programs_write_comes_back(local: datetime, offset: timezone) -> None:
    aware = local.replace(tzinfo=offset)
    at = int(aware.timestamp())
    for raw in (
        format_datetime(aware),
        aware.isoformat(),
        aware.isoformat(" "),
        aware.strftime("%Y%m%dT%H%M%S%z"),
        aware.strftime("%d-%m-%Y %H:%M:%S %z"),
        aware.strftime("%d/%m/%Y %I:%M:%S %p %z"),
        aware.strftime("%A, %B %d, %Y %I:%M:%S %p %z"),
        aware.strftime("%a %b %d %H:%M:%S %z %Y"),
        aware.strftime("%d.%m.%Y %H:%M:%S %z").translate(ARABIC_DIGITS),
    ):
        assert dates.read(raw).at == at, raw
    assert dates.read(str(at)).at == (at if 1_000_000_000 <= at < 3_000_000_000 else None)


@settings(max_examples=150, deadline=None)
@given(moments)
def test_what_a_clock_shows_comes_back(local: datetime) -> None:
    at = int(local.replace(tzinfo=AMMAN).timestamp())
    for form in ("%d-%m-%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%a, %d %b %Y %H:%M:%S", "%Y/%m/%d %I:%M:%S %p"):
        assert dates.read(local.strftime(form), AMMAN).at == at


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40) | st.text("0123456789-/:. ,TZ+apmjul", max_size=30))
def test_any_text_is_read_without_a_failure(raw: str) -> None:
    at = dates.read(raw, now=NOW).at
    assert at is None or dates.EARLIEST <= at <= NOW + dates.AHEAD
