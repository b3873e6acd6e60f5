"""Times as feeds write them, in every language, zone and by any program.

tests/data/feeds/date-dialects has most formats, and texts that are not times.
"""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.model import DateForm
from roya_tui.sources import dates
from roya_tui.sources.dates import MONTHS

AMMAN = dates.time_zone("Asia/Amman")
assert AMMAN is not None


def utc(raw: str, zone: str = "", now: int | None = None) -> str | None:
    """Return the moment in ISO form, in UTC, without seconds if they are zero."""
    clock = dates.time_zone(zone)
    assert clock is not None
    at = dates.parse(raw, clock, now).at
    return None if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")


@pytest.mark.parametrize("raw", ["", "1" * 5000])
def test_raw_time_that_is_not_a_time_is_kept_up_to_a_limit(raw: str) -> None:
    moment = dates.parse(raw)
    assert (moment.at, moment.raw) == (None, raw[: dates.MAX_LENGTH])


@pytest.mark.parametrize(
    ("raw", "zone", "expected"),
    [
        ("  Fri,  04  Jul  2025\n00:16:09  GMT ", "Asia/Amman", "2025-07-04 00:16:09"),
        ("Fri Jul  4 00:16:09 2025", "", "2025-07-04 00:16:09"),
        ("\u200f04-07-2025\u200f 00:16", "", "2025-07-04 00:16"),
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


@pytest.mark.parametrize(
    ("raw", "first_second", "form"),
    [
        ("2025", "2024-12-31 21:00", DateForm("year", 180, is_floating=True)),
        ("2025-07", "2025-06-30 21:00", DateForm("month", 180, is_floating=True)),
        ("2025-07-04", "2025-07-03 21:00", DateForm("day", 180, is_floating=True)),
        ("4 July 2025", "2025-07-03 21:00", DateForm("day", 180, is_floating=True)),
        ("2025-07-04Z", "2025-07-04 00:00", DateForm("day", 0)),
        ("04-07-2025 00:16", "2025-07-03 21:16", DateForm("", 180, is_floating=True)),
        ("04-01-2022 00:16", "2022-01-03 22:16", DateForm("", 120, is_floating=True)),
        ("2025-07-04T10:00:00+05:30", "2025-07-04 04:30", DateForm("", 330)),
        ("Fri, 04 Jul 2025 10:00 EDT", "2025-07-04 14:00", DateForm("", -240)),
        ("Fri, 04 Jul 2025 10:00:00 GMT", "2025-07-04 10:00", DateForm("", 0)),
        ("2025-07-04 10:00 [Asia/Tokyo]", "2025-07-04 01:00", DateForm("", 540)),
        ("1751588160", "2025-07-04 00:16", DateForm("", 0)),
        ("2025-13", None, DateForm()), ("07-2025", None, DateForm()), ("1989", None, DateForm()),
        ("2026", None, DateForm()),
    ],
)  # fmt: skip
def test_date_has_the_precision_and_the_clock_that_were_written(
    raw: str, first_second: str | None, form: DateForm
) -> None:
    assert utc(raw, "Asia/Amman", NOW) == first_second
    assert dates.parse(raw, AMMAN, NOW).form == form


@pytest.mark.parametrize(("raw", "at"), [("2025", None), ("2025-07", None), ("2025-07-04", 1751587200)])
def test_number_in_prose_is_not_a_date(raw: str, at: int | None) -> None:
    assert dates.parse_full(raw).at == at


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
