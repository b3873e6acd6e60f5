"""Times as feeds write them: parsed exactly, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.sources import dates
from roya_tui.sources.dates import MONTHS

AMMAN = dates.time_zone("Asia/Amman")
assert AMMAN is not None


def utc(raw: str, zone: str = "") -> str | None:
    """Return the moment in ISO form, in UTC, without seconds if they are zero."""
    clock = dates.time_zone(zone)
    assert clock is not None
    at = dates.parse(raw, clock).at
    return None if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        # RFC 822 and its dialects
        ("Fri, 04 Jul 2025 00:16:09 +0300", "2025-07-03 21:16:09"),
        ("Fri, 04 Jul 2025 00:16:09 GMT", "2025-07-04 00:16:09"),
        ("04 Jul 2025 00:16 GMT", "2025-07-04 00:16"), ("Fri, 4 Jul 25 00:16:09 Z", "2025-07-04 00:16:09"),
        ("Fri, 04 Jul 99 00:16:09 GMT", "1999-07-04 00:16:09"),
        ("Fri, 04 July 2025 00:16:09 GMT", "2025-07-04 00:16:09"),
        ("Friday, 04-Jul-25 00:16:09 GMT", "2025-07-04 00:16:09"),
        ("Fri,04 Jul 2025 00:16:09 GMT", "2025-07-04 00:16:09"),
        ("Fri , 04 Jul 2025 00:16:09 GMT", "2025-07-04 00:16:09"),
        ("Fri 04 Jul, 2025 00:16:09 GMT", "2025-07-04 00:16:09"),
        ("  Fri,  04  Jul  2025\n00:16:09  GMT ", "2025-07-04 00:16:09"),
        ("Fri, 04 Jul 2025 00:16:09", "2025-07-04 00:16:09"),
        ("Tue, 04 Jul 2025 00:16:09 GMT", "2025-07-04 00:16:09"),  # a wrong weekday is ignored
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
        ("Fri, 04, Jul 2025 00:16", "2025-07-04 00:16"), ("Fri, 04 Jul 2025 0:1:9 GMT", "2025-07-04 00:01:09"),
        ("Fri, 04 Jul 2025 00:16:09GMT", "2025-07-04 00:16:09"),
        ("Fri, 04 Jul 2025 00:16:09 --0300", "2025-07-04 03:16:09"),
        ("Fri, 04 Jul 2025 00:16:09 0300", "2025-07-03 21:16:09"),
        ("Fri, 04 Jul 2025 00:16:09 00", "2025-07-04 00:16:09"),
        ("Fri, 04 Jul 2025 00:16:09 -700", "2025-07-04 07:16:09"),
        ("Fri, 04 Jul 2025 00:16:09 -0700 GMT", "2025-07-04 07:16:09"),
        ("Fri, 04 Jul 2025", "2025-07-04 00:00"), ("04 Jul 2025 EST", "2025-07-04 05:00"),
        ("Sat, 05 07 2025 00:16:09 +0300", "2025-07-04 21:16:09"),
        ("Fri, 2025/07/04 00:16:09 EDT", "2025-07-04 04:16:09"),
        # zones by name
        ("Fri, 04 Jul 2025 00:16 ET", "2025-07-04 04:16"), ("Sat, 04 Jan 2025 00:16 ET", "2025-01-04 05:16"),
        ("Fri, 04 Jul 2025 00:16 PT", "2025-07-04 07:16"),
        ("Fri, 04 Jul 2025 00:16:09 America/Los_Angeles", "2025-07-04 07:16:09"),
        ("04-07-2025 00:16 Asia/Amman", "2025-07-03 21:16"), ("Fri, 04 Jul 2025 00:16 Etc/GMT", "2025-07-04 00:16"),
        ("Fri, 04 Jul 2025 00:16 EST", "2025-07-04 05:16"), ("Fri, 04 Jul 2025 00:16 EDT", "2025-07-04 04:16"),
        ("Fri, 04 Jul 2025 00:16 PST", "2025-07-04 08:16"), ("Fri, 04 Jul 2025 00:16 CET", "2025-07-03 23:16"),
        ("Fri, 04 Jul 2025 00:16 CEST", "2025-07-03 22:16"), ("Fri, 04 Jul 2025 00:16 BST", "2025-07-03 23:16"),
        ("Fri, 04 Jul 2025 00:16 EEST", "2025-07-03 21:16"), ("Fri, 04 Jul 2025 00:16 IST", "2025-07-03 18:46"),
        ("Fri, 04 Jul 2025 00:16 JST", "2025-07-03 15:16"), ("Fri, 04 Jul 2025 00:16 AEST", "2025-07-03 14:16"),
        ("Fri, 04 Jul 2025 00:16 (EST)", "2025-07-04 05:16"),
        # ISO 8601, RFC 3339, W3C-DTF
        ("2025-07-04T00:16:09Z", "2025-07-04 00:16:09"), ("2025-07-04t00:16:09z", "2025-07-04 00:16:09"),
        ("2025-07-04T00:16:09.987654+03:00", "2025-07-03 21:16:09"),
        ("2025-07-04T00:16:09,9+0300", "2025-07-03 21:16:09"), ("2025-07-04T00:16:09 +03:00", "2025-07-03 21:16:09"),
        ("2025-07-04T00:16+03", "2025-07-03 21:16"), ("2025-07-04 00:16:09 UTC", "2025-07-04 00:16:09"),
        ("2025-07-04 00:16", "2025-07-04 00:16"), ("2025-07-04", "2025-07-04 00:00"),
        ("2025-07-04Z", "2025-07-04 00:00"),
        ("2025-07-04T00:16:09+03:00[Asia/Amman]", "2025-07-03 21:16:09"),
        ("2025-07-04T00:16:09−03:00", "2025-07-04 03:16:09"), ("20250704T001609Z", "2025-07-04 00:16:09"),
        ("20250704001609", "2025-07-04 00:16:09"), ("20250704", "2025-07-04 00:00"),
        ("2025-07-04T0:16:9Z", "2025-07-04 00:16:09"), ("2025-007-04T00:16:09Z", "2025-07-04 00:16:09"),
        ("2025-07-04T00:16:09+03:00Z", "2025-07-03 21:16:09"),
        ("2025-07-04T00:16:09+03:00:00", "2025-07-03 21:16:09"),
        ("2025-07-04T00:16:09:-0300", "2025-07-04 03:16:09"), ("2025-07-04T00:16:09:00", "2025-07-04 00:16:09"),
        ("2025-07-04 at 00:16:09", "2025-07-04 00:16:09"), ("2025-07-04+03:00", "2025-07-03 21:00"),
        ("2025-07-04 00:16:09.5 +0300 EEST", "2025-07-03 21:16:09"),  # as Go prints times
        # numbers
        ("31-12-2020", "2020-12-31 00:00"), ("12-31-2020", "2020-12-31 00:00"), ("31.12.20", "2020-12-31 00:00"),
        ("31.12.20 10:00", "2020-12-31 10:00"), ("12/31/20 21:55:58", "2020-12-31 21:55:58"),
        ("31.12.2020 +0300", "2020-12-30 21:00"), ("10:00 31.12.2020 +0300", "2020-12-31 07:00"),
        ("04-07-2025 00:16", "2025-07-04 00:16"), ("4/7/2025 0:16", "2025-07-04 00:16"),
        ("04.07.2025, 00:16:09", "2025-07-04 00:16:09"), ("4. 7. 2025", "2025-07-04 00:00"),
        ("2025/07/04 00:16", "2025-07-04 00:16"), ("2025.07.04 00:16", "2025-07-04 00:16"),
        ("12/31/2020 10:00", "2020-12-31 10:00"), ("00:16 04-07-2025", "2025-07-04 00:16"),
        ("04-07-2025 | 00:16", "2025-07-04 00:16"), ("04-07-2025 00:16 +0300", "2025-07-03 21:16"),
        ("1751588160", "2025-07-04 00:16"), ("1751588160999", "2025-07-04 00:16"),
        ("1751588160999999", "2025-07-04 00:16"), ("1751588160.75", "2025-07-04 00:16"),
        ("/Date(1751588160999+0300)/", "2025-07-04 00:16"),
        # twelve hours
        ("04-07-2025 12:16 AM", "2025-07-04 00:16"), ("04-07-2025 12:16 pm", "2025-07-04 12:16"),
        ("July 4, 2025 3:05 p.m.", "2025-07-04 15:05"), ("July 4th, 2025 at 3pm", "2025-07-04 15:00"),
        ("Jul 4 2025 03:05:06PM EST", "2025-07-04 20:05:06"), ("4th July 2025 3.05pm", "2025-07-04 15:05"),
        ("04-07-2025 14:30 PM", "2025-07-04 14:30"), ("4 julio 2025, 3:05 p. m.", "2025-07-04 15:05"),
        ("4 Ιουλίου 2025, 3:05 μ.μ.", "2025-07-04 15:05"), ("۰۴-۰۷-۲۰۲۵ ۰۳:۰۵ ب.ظ", "2025-07-04 15:05"),
        ("2025-07-04 오후 11:23:17", "2025-07-04 23:23:17"), ("2025年7月4日 上午12:05", "2025-07-04 00:05"),
        ("2025年7月4日 午後3時05分", "2025-07-04 15:05"), ("04-07-2025 12:16 ص", "2025-07-04 00:16"),
        ("04-07-2025 03:16 مساءً", "2025-07-04 15:16"),
        # English prose, ctime, JavaScript
        ("Fri Jul  4 00:16:09 2025", "2025-07-04 00:16:09"),
        ("Fri Jul  4 00:16:09 EST 2025", "2025-07-04 05:16:09"),
        ("Fri Jul 04 2025 00:16:09 GMT+0300 (Eastern European Summer Time)", "2025-07-03 21:16:09"),
        ("Friday, July 4, 2025 - 00:16", "2025-07-04 00:16"), ("1st of August 2025", "2025-08-01 00:00"),
        ("2nd Sept. 2025", "2025-09-02 00:00"), ("2025 Jul 4", "2025-07-04 00:00"),
        ("4-Jul-2025 00:16", "2025-07-04 00:16"),
        # French, German, Spanish
        ("le 4 juillet 2025", "2025-07-04 00:00"),
        ("vendredi 4 juillet 2025 à 00h16", "2025-07-04 00:16"),
        ("ven. 1er août 2025 14:30", "2025-08-01 14:30"), ("mar. 4 févr. 2025", "2025-02-04 00:00"),
        ("4 décembre 2025 - 9h", "2025-12-04 09:00"),
        ("Freitag, 4. Juli 2025, 00:16 Uhr", "2025-07-04 00:16"),
        ("Di, 4. März 2025 14.30 Uhr", "2025-03-04 14:30"), ("Fr, 04 Dez 2020 10:00:00 +0100", "2020-12-04 09:00"),
        ("viernes, 4 de julio de 2025 a las 00:16 h", "2025-07-04 00:16"),
        ("mié, 01 ene 2025 10:00:00 +0000", "2025-01-01 10:00"),
        # Arabic, both sets of months, any digits
        ("4 يوليو 2025 00:16", "2025-07-04 00:16"), ("٤ تموز ٢٠٢٥ ٠٠:١٦", "2025-07-04 00:16"),
        ("الجمعة، ٤ تموز ٢٠٢٥", "2025-07-04 00:00"),
        ("الجمعة 4 تموز/يوليو 2025 - 00:16", "2025-07-04 00:16"),
        ("يوم الثلاثاء 7 كانون الثاني 2025 الساعة 10:00", "2025-01-07 10:00"),
        ("7 تشرين الأول 2025", "2025-10-07 00:00"), ("٠٤-٠٧-٢٠٢٥ ٠٠:١٦", "2025-07-04 00:16"),
        ("۰۴-۰۷-۲۰۲۵ ۰۰:۱۶", "2025-07-04 00:16"),  # Persian digits
        ("०४-०७-२०२५ ००:१६", "2025-07-04 00:16"),  # Devanagari digits
        ("\u200f04-07-2025\u200f 00:16", "2025-07-04 00:16"), ("الجمعة 4 تموز 2025م، 10:16 م", "2025-07-04 22:16"),
        ("الجمعـــة 4 يوليو 2025", "2025-07-04 00:00"),
        # elsewhere
        ("Κυρ, 11 Ιούλ 2004 12:00:00 EST", "2004-07-11 17:00"), ("2025-július-04T9:15-05:00", "2025-07-04 14:15"),
        ("2025. július 4. 9:15", "2025-07-04 09:15"),
        ("Пт, 04 июл 2025 00:16:09 +0300", "2025-07-03 21:16:09"),
        ("4 июля 2025 г. в 10:16", "2025-07-04 10:16"),
        ("piątek, 4 lipca 2025 r., godz. 10:16", "2025-07-04 10:16"),
        ("venerdì 4 luglio 2025 alle ore 10:16", "2025-07-04 10:16"),
        ("sexta-feira, 4 de julho de 2025 às 10h16", "2025-07-04 10:16"),
        ("vr 4 juli 2025 om 10:16", "2025-07-04 10:16"),
        ("יום שישי, 4 ביולי 2025, בשעה 10:16", "2025-07-04 10:16"),
        ("2025年7月4日 00:16", "2025-07-04 00:16"), ("2025年07月04日（金）15時30分", "2025-07-04 15:30"),
        ("2025年7月4日 星期五", "2025-07-04 00:00"), ("2025년 7월 4일 금요일 15시 30분 09초", "2025-07-04 15:30:09"),
    ],
)  # fmt: skip
def test_known_format_is_parsed(raw: str, expected: str) -> None:
    assert utc(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "", "soon", "2 hours ago", "Published", "2025", "July 2025", "2025-07", "04-07", "00:16", "30-02-2025",
        "2025-02-29", "13/13/2020", "32 Jul 2025",
        "04-07-25",  # whose year?
        "04-07-2025 25:00", "04-07-2025 10:60", "04-07-2025 14:30 AM", "04-07-2025 24:30", "0000-00-00 00:00:00",
        "Fri, 04 Jul 2025 00:16:09 XYZT", "Fri, 04 Jul 2025 00:16:09 +9900", "Fri, 04 Jul 2025 00:16:09 +1500",
        "Fri, 04 Jul 2025 00:16:09 +050", "Fri, 04 Jul 2025 00:16:09 +00:60", "Fri, 04 Jul 2025 00:16:09 -00:00:01",
        "Fri, 04 Jul 2025 00:16:09 Mars/Olympus", "Fri, 04 Jul 2025 1:2:3:4 GMT",
        "Thu, 01 Jan 0100 00:00:01 +0100",  # two digits written as four are a year long ago
        "Mon, 04 Jul 55 00:16:09 GMT",  # 1955
        "Fri, 04 Jul 00:16:09 GMT", "2025-07-04-01", "2025-07-04T00:16:61Z", "04/07/25", "25/07/04", "2025/31/12",
        "4 تموز/آب 2025", "04-07-2025 00:16 and more words", "15/07/04/2025", "1.5.2.3", "17515881601", "9" * 10,
        "0" * 13, "Fri, 04 Foo 2025 00:16:09 GMT", "null", "1" * 5000,
    ],
)  # fmt: skip
def test_unknown_format_is_not_guessed(raw: str) -> None:
    moment = dates.parse(raw)
    assert moment.at is None
    assert moment.raw == raw[: dates.MAX_LENGTH]


@pytest.mark.parametrize(
    ("raw", "zone", "expected"),
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
def test_time_without_zone_is_in_the_zone_of_the_source(raw: str, zone: str, expected: str) -> None:
    assert utc(raw, zone) == expected


def test_zone_is_found_by_its_iana_name() -> None:
    assert dates.time_zone("") is UTC
    assert dates.time_zone("Asia/Amman") == AMMAN
    assert dates.time_zone("Mars/Olympus") is None
    assert dates.time_zone("../../etc/passwd") is None


NOW = 1751588160  # 2025-07-04 00:16 UTC


@pytest.mark.parametrize(
    ("raw", "accepted"),
    [
        ("2025-07-06 00:16", True), ("2025-07-06 00:17", False), ("2099-01-01", False), ("1990-01-01", True),
        ("1989-12-31 23:59", False), ("1970-01-01T00:00:00Z", False), ("Mon, 01 Jan 0001 00:00:00 GMT", False),
    ],
)  # fmt: skip
def test_implausible_times_are_ignored(raw: str, accepted: bool) -> None:
    moment = dates.parse(raw, now=NOW)
    assert (moment.at is not None) is accepted
    assert moment.raw == raw
    assert dates.parse("2099-01-01").at == 4070908800, "without now, each future time is plausible"


LANGUAGES = {
    "English": ("January February March April May June July August September October November December",
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    "French": ("janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "lundi mardi mercredi jeudi vendredi samedi dimanche"),
    "German": ("Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"),
    "Spanish": ("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "lunes martes miércoles jueves viernes sábado domingo"),
    "Arabic of Egypt": ("يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
        "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد"),
    "Arabic of the Levant": ("كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول"
        " تشرين_الثاني كانون_الأول",
        "الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد"),
    "Arabic of the Maghreb": ("جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر",
        "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد"),
    "Italian": ("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "lunedì martedì mercoledì giovedì venerdì sabato domenica"),
    "Portuguese": ("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo"),
    "Dutch": ("januari februari maart april mei juni juli augustus september oktober november december",
        "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"),
    "Russian": ("января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
        "понедельник вторник среда четверг пятница суббота воскресенье"),
    "Turkish": ("Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
        "Pazartesi Salı Çarşamba Perşembe Cuma Cumartesi Pazar"),
    "Polish": ("stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
        "poniedziałek wtorek środa czwartek piątek sobota niedziela"),
    "Greek": ("Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου"
        " Νοεμβρίου Δεκεμβρίου",
        "Δευτέρα Τρίτη Τετάρτη Πέμπτη Παρασκευή Σάββατο Κυριακή"),
    "Persian": ("ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
        "دوشنبه سه‌شنبه چهارشنبه پنجشنبه جمعه شنبه یکشنبه"),
    "Hebrew": ("ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
        "שני שלישי רביעי חמישי שישי שבת ראשון"),
    "Hindi": ("जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
        "सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार"),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_months_and_weekdays_of_a_language_are_parsed(language: str) -> None:
    months, weekdays = (words.split() for words in LANGUAGES[language])
    assert (len(months), len(weekdays)) == (12, 7)
    for number, month in enumerate(months, 1):
        name, weekday, date = (
            month.replace("_", " "),
            weekdays[datetime(2025, number, 5).weekday()],
            f"2025-{number:02}-05",
        )
        for digits in ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"):
            for raw, time in (
                (f"5 {name} 2025", "00:00"), (f"{weekday}, 5 {name} 2025 10:16 +0300", "07:16"),
                (f"{weekday}, 5 {name} 2025 10:16:09 +0300", "07:16:09"),
                (f"{weekday} 05 {name} 2025 - 10:16:09 PM -0330", None),
                (f"{weekday} 5 {name.upper()} 2025 - 10:16", "10:16"),
                (f"22:16:09، 5 {name}, 2025 +0300", "19:16:09"), (f"{name} 5, 2025 10:00", "10:00"),
            ):  # fmt: skip
                expected = f"{date} {time}" if time else f"2025-{number:02}-06 01:46:09"
                assert utc(raw.translate(str.maketrans("0123456789", digits))) == expected, raw


def test_each_month_name_is_parsed() -> None:
    for name, number in MONTHS.items():
        assert utc(f"5 {name} 2025") == f"2025-{number:02}-05 00:00"


moments = st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2090, 1, 1)).map(
    lambda d: d.replace(microsecond=0)
)
offsets = st.integers(-11 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@settings(max_examples=150, deadline=None)
@given(moments, offsets)
def test_times_written_by_programs_are_parsed(local: datetime, offset: timezone) -> None:
    aware = local.replace(tzinfo=offset)
    at = int(aware.timestamp())
    for raw in (
        format_datetime(aware), aware.isoformat(), aware.isoformat(" "), aware.strftime("%Y%m%dT%H%M%S%z"),
        aware.strftime("%d-%m-%Y %H:%M:%S %z"), aware.strftime("%d/%m/%Y %I:%M:%S %p %z"),
        aware.strftime("%A, %B %d, %Y %I:%M:%S %p %z"), aware.strftime("%a %b %d %H:%M:%S %z %Y"),
        aware.strftime("%d.%m.%Y %H:%M:%S %z").translate(ARABIC_DIGITS),
    ):  # fmt: skip
        assert dates.parse(raw).at == at, raw
    assert dates.parse(str(at)).at == (at if 1_000_000_000 <= at < 3_000_000_000 else None)


@settings(max_examples=150, deadline=None)
@given(moments)
def test_times_without_zone_are_parsed_in_the_given_zone(local: datetime) -> None:
    at = int(local.replace(tzinfo=AMMAN).timestamp())
    half, arabic, korean = ("AM", "ص", "오전") if local.hour < 12 else ("PM", "م", "오후")
    for raw in (
        f"{local:%d-%m-%Y %H:%M:%S}", f"{local:%Y-%m-%dT%H:%M:%S}", f"{local:%Y-%m-%dT%H:%M:%S.%f}",
        f"{local:%Y%m%d%H%M%S}", f"{local:%Y.%m.%d %H:%M:%S}", f"{local:%Y/%m/%d %I:%M:%S} {half}",
        f"{local:%I:%M:%S %p %d.%m.%Y}", f"{local:%d/%m/%Y %I:%M:%S} {arabic}",
        f"{local:%Y-%m-%d} {korean} {local:%I:%M:%S}", f"{local:%a, %d %b %Y %H:%M:%S}",
        f"{local:%a, %d %b %Y %H:%M:%S} Asia/Amman", f"{local:%a %b %d %H:%M:%S %Y}",
        f"{local:%B} {local.day}th, {local.year} at {local:%I:%M:%S %p}",
        f"{local.year}年{local.month}月{local.day}日 {local.hour}時{local.minute}分{local.second}秒",
        f"{local.year}년 {local.month}월 {local.day}일 {local.hour}시 {local.minute}분 {local.second}초",
    ):  # fmt: skip
        assert dates.parse(raw, AMMAN).at == at, raw
    if local.year < 2050:  # later, two digits are of the last century
        assert dates.parse(f"{local:%A, %d-%b-%y %H:%M:%S}", AMMAN).at == at


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40) | st.text("0123456789-/:. ,TZ+apmjul", max_size=30))
def test_any_text_is_parsed_without_an_error(raw: str) -> None:
    at = dates.parse(raw, now=NOW).at
    assert at is None or dates.EARLIEST <= at <= NOW + dates.MAX_CLOCK_SKEW
