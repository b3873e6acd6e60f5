"""Parse dates in the formats and languages of feeds and web pages. Words are compared as `text.fold` returns them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from roya_tui.model import DateForm, Moment
from roya_tui.text import fold, one_line


def _fold_word(word: str) -> str:
    return " ".join(fold(word.replace("_", " ")).split())


# A line for each language, January to December; "/" separates spellings, "_" is a blank. Spellings that mean different
# months in two languages are omitted, such as Croatian's "listopad" (October).
_MONTHS = """
january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sept/sep october/oct november/nov december/dec
janvier/janv février/févr/fév mars avril/avr mai juin juillet/juil août/aou septembre octobre novembre décembre/déc
januar/jänner/jän/jaen februar/feber märz/mär/mrz/maerz april mai juni juli august september oktober/okt november dezember/dez
enero/ene febrero marzo abril/abr mayo junio julio agosto/ago septiembre/setiembre/set octubre noviembre diciembre/dic
gennaio/gen febbraio marzo aprile maggio/mag giugno/giu luglio/lug agosto settembre/sett ottobre/ott novembre dicembre
janeiro fevereiro/fev março abril maio junho julho agosto setembro outubro/out novembro dezembro
januari februari maart/mrt april mei juni juli augustus september oktober november december
januari februari mars april maj juni juli augusti september oktober november december
januar februar marts april maj juni juli august september oktober november desember/des
stycznia/styczeń/sty lutego/luty/lut marca/marzec kwietnia/kwiecień/kwi maja/maj czerwca/czerwiec/cze lipca/lipiec/lip sierpnia/sierpień/sie września/wrzesień/wrz października/październik/paź listopada/listopad/lis grudnia/grudzień/gru
ledna/leden února/únor března/březen dubna/duben května/květen června/červen července/červenec srpna/srpen září října/říjen listopadu/listopad prosince/prosinec
január február/febr március/márc április/ápr május/máj június/jún július/júl augusztus szeptember/szept október november december
ianuarie/ian februarie/febr martie aprilie mai iunie/iun iulie/iul august septembrie octombrie noiembrie/noiem/noi decembrie
ocak/oca şubat/şub mart nisan/nis mayıs haziran/haz temmuz/tem ağustos/ağu eylül/eyl ekim/eki kasım/kas aralık/ara
январь/января/янв февраль/февраля/февр/фев март/марта/мар апрель/апреля/апр май/мая июнь/июня/июн июль/июля/июл август/августа/авг сентябрь/сентября/сент/сен октябрь/октября/окт ноябрь/ноября/ноя/нояб декабрь/декабря/дек
січень/січня/січ лютий/лютого/лют березень/березня/бер квітень/квітня/кві травень/травня/тра червень/червня/чер липень/липня/лип серпень/серпня/сер вересень/вересня/вер жовтень/жовтня/жов листопад/листопада/лис грудень/грудня/гру
ιανουάριος/ιανουαρίου/ιαν φεβρουάριος/φεβρουαρίου/φεβ μάρτιος/μαρτίου/μαρ/μάρτ απρίλιος/απριλίου/απρ μάιος/μαΐου/μαΐ/μάης ιούνιος/ιουνίου/ιούν ιούλιος/ιουλίου/ιούλ αύγουστος/αυγούστου/αύγ σεπτέμβριος/σεπτεμβρίου/σεπ/σεπτ οκτώβριος/οκτωβρίου/οκτ νοέμβριος/νοεμβρίου/νοε/νοέμ δεκέμβριος/δεκεμβρίου/δεκ
يناير فبراير مارس أبريل/إبريل مايو يونيو/يونيه يوليو/يوليه أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
كانون_الثاني/كانون_ثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول/تشرين_أول تشرين_الثاني/تشرين_ثاني كانون_الأول/كانون_أول
جانفي فيفري مارس أفريل ماي جوان جويلية/يوليوز أوت/غشت شتنبر أكتوبر نونبر دجنبر
ژانویه/ژانویهٔ فوریه/فوریهٔ مارس آوریل مه ژوئن ژوئیه/ژوئیهٔ/جولای اوت/آگوست سپتامبر اکتبر نوامبر دسامبر
جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر
ינואר/ינו פברואר/פבר מרץ/מרס אפריל/אפר מאי יוני יולי אוגוסט/אוג ספטמבר/ספט אוקטובר/אוק נובמבר/נוב דצמבר/דצמ
जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर/अक्तूबर नवंबर/नवम्बर दिसंबर/दिसम्बर
"""  # noqa: E501
MONTHS = {
    _fold_word(word): number
    for line in _MONTHS.strip().splitlines()
    for number, words in enumerate(line.split(), start=1)
    for word in words.split("/")
}

_WEEKDAYS = """
mon monday tue tues tuesday wed weds wednesday thu thur thurs thursday fri friday sat saturday sun sunday
lun lundi mar mardi mer mercredi jeu jeudi ven vendredi sam samedi dim dimanche
mo montag di dienstag mi mittwoch do donnerstag fr freitag sa samstag sonnabend so sonntag
lunes martes mié miércoles jue jueves vie viernes sáb sábado dom domingo
lunedì martedì mercoledì gio giovedì venerdì sabato domenica
seg segunda segunda-feira ter terça terça-feira qua quarta quarta-feira qui quinta quinta-feira sex sexta sexta-feira
ma maandag dinsdag wo woensdag donderdag vr vrijdag za zaterdag zo zondag
måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag
pon poniedziałek wt wtorek śr środa czw czwartek pt piątek sob sobota niedz niedziela nd
pondělí úterý středa čtvrtek pátek neděle hétfő kedd szerda csütörtök péntek szombat vasárnap
luni marți miercuri joi vineri sâmbătă duminică
pzt pazartesi sal salı çar çarşamba per perşembe cum cuma cmt cumartesi paz pazar
пн пнд понедельник вт втр вторник ср срд среда чт чтв четверг пт птн пятница сб суббота вс вск воскресенье
пон понеділок вівторок середа четвер пʼятниця п'ятниця субота неділя нд суб нед
δευ δευτέρα τρι τρίτη τετ τετάρτη πεμ πέμπτη παρ παρασκευή σαβ σάββατο κυρ κυριακή
الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت
شنبه یکشنبه دوشنبه سهشنبه چهارشنبه پنجشنبه جمعه پیر منگل بدھ جمعرات ہفتہ اتوار
ראשון שני שלישי רביעי חמישי שישי שבת
सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार
월요일 화요일 수요일 목요일 금요일 토요일 일요일
"""
WEEKDAYS = frozenset(map(_fold_word, _WEEKDAYS.split()))

IS_AFTERNOON = {
    _fold_word(word): afternoon
    for afternoon, words in (
        (False, "am a_m ص صباحا ق_ظ π_μ 오전 上午 午前"),
        (True, "pm p_m م مساء مساءا ب_ظ μ_μ 오후 下午 午後"),
    )
    for word in words.split()
}
"""Names of morning and afternoon, with blanks instead of dots."""

TIME_PREPOSITIONS = frozenset(
    _fold_word(word)
    for word in "t at um a a_las às alle_ore alle ore om o godz klo kl v de в о στις الساعة في ساعت בשעה".split()
)
"""Words between a date and its time of day."""

# Offsets from UTC in minutes. An ambiguous name (IST, CST, AST, BST) has the offset that feeds mean most often; the
# time zone of the source has precedence.
ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0,
    "bst": 60, "west": 60, "cet": 60, "met": 60, "mez": 60, "wat": 60,
    "cest": 120, "mest": 120, "mesz": 120, "eet": 120, "sast": 120, "cat": 120,
    "eest": 180, "msk": 180, "eat": 180, "trt": 180, "irst": 210, "gst": 240, "pkt": 300, "ist": 330, "npt": 345,
    "ict": 420, "wib": 420, "hkt": 480, "sgt": 480, "pht": 480, "awst": 480, "jst": 540, "kst": 540,
    "acst": 570, "aest": 600, "acdt": 630, "aedt": 660, "nzst": 720, "nzdt": 780,
    "nst": -210, "ndt": -150, "ast": -240, "adt": -180, "clt": -240, "brt": -180, "art": -180, "cot": -300, "pet": -300,
    "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
    "akst": -540, "akdt": -480, "hst": -600,
}  # fmt: skip
DST_ZONES = {
    "at": "America/Halifax", "et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}  # fmt: skip
"""Names for both standard and daylight saving time."""

EARLIEST = 631_152_000
"""UTC seconds of 1990. Earlier dates are unset defaults, since there were no feeds."""
MAX_CLOCK_SKEW = 2 * 86_400
"""Seconds that a date may be in the future."""
YEAR, MONTH, DAY = "year", "month", "day"
"""Precisions of dates without a time of day, as in `DateForm`."""
MAX_LENGTH = 100
"""Characters of a date; longer texts are prose."""


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))  # the longest match first


_REDUCED = re.compile(r"(\d{4})(?:-(\d\d))?", re.A)
"""A year, or a year and month, as RSS 1.0 allows (W3CDTF)."""
# Seconds, milliseconds or microseconds since 1970, until 2065; .NET writes /Date(…)/.
_UNIX = re.compile(r"(?:\\?/Date\()?([12][0-9]{9})(?:[0-9]{3}){0,2}(?:\.[0-9]+)?(?:(?:[+-][0-9]{4})?\)\\?/)?")
_HALF = _alternatives(IS_AFTERNOON)
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
_OFFSET_COMMON = r"[+-](?:0\d|1[0-3])"
_RFC822_COMMON = re.compile(
    rf"[A-Z][a-z]{{2}}, (\d\d) ([A-Z][a-z]{{2}}) (\d{{4}}) (\d\d:\d\d:\d\d) (?:GMT|({_OFFSET_COMMON}[0-5]\d))", re.A
)
_RFC3339_COMMON = re.compile(rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|{_OFFSET_COMMON}:[0-5]\d)", re.A)
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
_WORD = re.compile(
    rf"(?:(?:{_alternatives({name.partition(' ')[0] for name in MONTHS if ' ' in name})}) )?[^\s\d,./()-]+"
)
_MONTH = r"\0(?P<month>\d\d)"
"""A month's number as `_month_numbers` writes it; input never contains NUL."""
_ORDINAL = "(?:st|nd|rd|th|er|e|o|a)?"
_OF = "(?:de |of )?"
_DATES = (
    re.compile(r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})(?P<either>[-/. ]) ?(?P<month>\d{1,2})(?P=either) ?(?P<year>\d{4})"),
    # A two-digit year only where the order is certain: with dots the day is first, and there is no 13th month.
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
"""Era signs after a year in some languages: "2025 г.", "2025م"."""
_AROUND = re.compile(r"^(?:[\s,|·•–—-]|(?:le|el|am|on|den|في) )+|(?:[\s,|·•–—-]+|(?<=\d)t)$")
_PUNCTUATION_VARIANTS = str.maketrans({"،": ",", "−": "-", "‐": "-", "‑": "-"})
_DOT_AFTER_LETTER = re.compile(r"(?<=[^\W\d_])\.")
_OFFSET = re.compile(r"([a-z]*) ?-?([+-])(\d{1,2}?):?(\d{2})?(?::00)?z?(?: [a-z]+)?")


def parse(raw: str, tz: tzinfo = UTC, now: int | None = None) -> Moment:
    """Parse a date, in the time zone `tz` unless it names one. The result keeps the raw text.

    Its `at` is None for an unknown format, before 1990, and more than two days after `now` (UTC seconds, if given).
    """
    raw = one_line(raw[: 10 * MAX_LENGTH])[:MAX_LENGTH]
    found = _parse_common(raw) or _parse_any(raw, tz)
    if found is None:
        return Moment(None, raw)
    at = int(found[0].timestamp())
    if at < EARLIEST or (now is not None and at > now + MAX_CLOCK_SKEW):
        return Moment(None, raw)
    return Moment(at, raw, found[1])


def parse_full(raw: str, tz: tzinfo = UTC, now: int | None = None) -> Moment:
    """Parse a date like `parse`, but without a day it is not understood: in prose, 2026 is only a number."""
    moment = parse(raw, tz, now)
    return Moment(None, moment.raw) if moment.form.precision in (YEAR, MONTH) else moment


def time_zone(name: str) -> tzinfo | None:
    """Return the time zone with an IANA name ("" is UTC), or None if it does not exist."""
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


_Date = tuple[datetime, DateForm]
_UTC_TIME = DateForm(offset=0)


def _dated(local: datetime, tz: tzinfo, precision: str = "", *, floating: bool = False) -> _Date:
    """Return a date that was written as `local` on the clock of `tz`."""
    moment = local.replace(tzinfo=tz)
    offset = moment.utcoffset() or timedelta()
    return moment, DateForm(precision, offset // timedelta(minutes=1), floating)


@lru_cache(maxsize=64)
def _time_form(offset: timedelta) -> DateForm:
    return DateForm(offset=offset // timedelta(minutes=1))


def _parse_common(raw: str) -> _Date | None:
    """Parse the most common formats (RFC 822 or RFC 3339, with seconds and zone), which is fast."""
    try:
        if found := _RFC822_COMMON.fullmatch(raw):
            day, month, year, time, zone = found.groups()
            raw = f"{year}-{_SHORT_MONTHS.index(month) + 1:02}-{day}T{time}{zone or 'Z'}"
        elif not _RFC3339_COMMON.fullmatch(raw):
            return None
        moment = datetime.fromisoformat(raw)
        return moment, _UTC_TIME if raw.endswith("Z") else _time_form(moment.utcoffset() or timedelta())
    except ValueError:  # invalid day or hour, or a month in another language
        return None


def _parse_any(raw: str, tz: tzinfo) -> _Date | None:
    if match := _UNIX.fullmatch(raw):
        return datetime.fromtimestamp(int(match[1]), UTC), _UTC_TIME
    if match := _REDUCED.fullmatch(raw):
        year, month = match.groups()
        with suppress(ValueError):
            return _dated(datetime(int(year), int(month or 1), 1), tz, MONTH if month else YEAR, floating=True)
    is_floating = True
    # An IANA name at the end (RFC 9557 puts it in brackets); an explicit offset has precedence over it.
    if "/" in raw and (match := _NAME_OF_ZONE.search(raw)) and (named := time_zone(match[1])):
        raw, tz, is_floating = raw[: match.start()], named, False
    text = fold(raw).translate(_PUNCTUATION_VARIANTS)
    text = " ".join(_DOT_AFTER_LETTER.sub(" ", text).split())
    for pattern in (_RFC822, _ISO, _COMPACT):
        if match := pattern.fullmatch(text):
            found = match.groupdict()
            bare = found.get("bare") and f"+{found['bare']}"
            zone = found["zone"] or found.get("day_zone") or bare
            if date := _to_date(found, zone, tz, is_floating):
                return date
    return _parse_prose(text, tz, is_floating)


def _parse_prose(text: str, tz: tzinfo, is_floating: bool) -> _Date | None:
    """Find the time of day, then a zone after it or at the end; the rest must be only a date."""
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
    text = _strip_separators(_ERA.sub("", " ".join(text.split())))
    day = _match_date(text) or _match_date(_without_weekday(text))
    return _to_date(found | _fix_day_month_order(day, text), zone, tz, is_floating) if day else None


def _fix_day_month_order(found: dict[str, str | None], text: str) -> dict[str, str | None]:
    """Put the month first if only that order agrees with an English weekday before the date."""
    if not found.get("either") or text[:3] not in _ENGLISH_WEEKDAYS:
        return found
    year, month, day = (int(found[part] or 0) for part in ("year", "month", "day"))
    with suppress(ValueError):
        orders = [_ENGLISH_WEEKDAYS[date(year, *order).weekday()] == text[:3] for order in ((month, day), (day, month))]
        if orders == [False, True]:
            return found | {"day": found["month"], "month": found["day"]}
    return found


def _is_zone(name: str) -> bool:
    return name in DST_ZONES or _offset_minutes(name) is not None


def _without_connector(text: str) -> str:
    """Remove the word between a date and its time: "at", "a las", "الساعة"."""
    words = text.rstrip(" ,-–—|").split()
    for length in (2, 1):
        if len(words) > length and " ".join(words[-length:]) in TIME_PREPOSITIONS:
            return " ".join(words[:-length])
    return text


def _strip_separators(text: str) -> str:
    return _AROUND.sub("", text)


def _without_weekday(text: str) -> str:
    first, _, rest = text.partition(" ") if "," not in text.split(" ")[0] else text.partition(",")
    if first in ("يوم", "יום"):
        first, _, rest = rest.partition(" ")
    if first.strip(",") in WEEKDAYS:
        return _strip_separators(rest)
    rest, _, last = text.rpartition(" ")
    return _strip_separators(rest) if last in WEEKDAYS else text


def _month_numbers(text: str) -> str:
    def number(word: re.Match[str]) -> str:
        month = MONTHS.get(word[0]) or MONTHS.get(word[0].removeprefix("ב"))  # Hebrew's "in" is a prefix
        return f"\0{month:02}" if month else word[0]

    return _SAME_MONTH_TWICE.sub(r"\1", _WORD.sub(number, text))


def _match_date(text: str) -> dict[str, str | None] | None:
    text = _month_numbers(text)
    return next((match.groupdict() for pattern in _DATES if (match := pattern.fullmatch(text))), None)


def _to_date(found: dict[str, str | None], zone: str | None, tz: tzinfo, is_floating: bool) -> _Date | None:
    """Combine the parts; None if day, hour or zone is invalid. `is_floating` is for dates without a zone."""
    month = found["month"] or ""
    year, day = int(found["year"] or 0), int(found["day"] or 0)
    number = int(month) if month.isdecimal() else MONTHS.get(month, 0)
    if number > 12 and day <= 12 and found.get("either"):
        number, day = day, number  # 12/31/2020 can only be the American order
    digits = len(found["year"] or "")
    if digits < 4:  # RFC 2822 §4.3: two digits from 50 on, and all three-digit years, count from 1900
        year += 2000 if year < 50 and digits == 2 else 1900
    hour = _to_24_hour(int(found.get("hour") or 0), found.get("half") or found.get("first_half"))
    minute, second = int(found.get("minute") or 0), int(found.get("second") or 0)
    if hour is None or minute > 59 or second > 60 or (hour == 24 and minute + second):
        return None
    try:
        local = datetime.combine(date(year, number, day), datetime.min.time()) + timedelta(
            hours=hour, minutes=minute, seconds=min(second, 59)
        )
        precision = "" if found.get("hour") else DAY
        if not zone:
            return _dated(local, tz, precision, floating=is_floating)
        if local.replace(tzinfo=tz).tzname() == zone.upper():
            return _dated(local, tz, precision)
        if zone in DST_ZONES:
            return _dated(local, ZoneInfo(DST_ZONES[zone]), precision)
        offset = _offset_minutes(zone)
        return None if offset is None else _dated(local, timezone(timedelta(minutes=offset)), precision)
    except (ValueError, OverflowError, ZoneInfoNotFoundError):
        return None


def _to_24_hour(hour: int, half: str | None) -> int | None:
    if half is None:
        return hour if hour <= 24 else None
    if hour > 12:  # "14:30 PM" is redundant, "14:30 AM" a contradiction
        return hour if IS_AFTERNOON[half] and hour < 24 else None
    return hour % 12 + 12 * IS_AFTERNOON[half]


def _offset_minutes(zone: str) -> int | None:
    """Return minutes ahead of UTC, 0 for a single letter: military zones are used with both signs (RFC 2822 §4.3)."""
    if len(zone) == 1 and zone.isalpha():
        return 0
    if match := _OFFSET.fullmatch(zone):
        name, sign, hours, minutes = match.groups()
        if (name and name not in ZONES) or int(hours) > 14 or int(minutes or 0) > 59:
            return None
        return (int(hours) * 60 + int(minutes or 0)) * (1 if sign == "+" else -1)
    return ZONES.get(zone)
