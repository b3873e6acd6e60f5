"""The words that dates are written with: months, weekdays, halves of the day, zones; as `text.fold` gives them."""

from __future__ import annotations

from roya_tui.text import fold

# English, French, German, Spanish; then Arabic as Egypt and the Gulf, the Levant and Iraq, and the Maghreb write it.
_MONTHS = (
    "jan january janvier janv januar jänner jän enero ene يناير كانون_الثاني كانون_ثاني جانفي",
    "feb february février févr fév februar febrero فبراير شباط فيفري",
    "mar march mars märz mär mrz marzo مارس آذار",
    "apr april avril avr abril abr أبريل إبريل نيسان أفريل",
    "may mai mayo مايو أيار ماي",
    "jun june juin juni junio يونيو يونيه حزيران جوان",
    "jul july juillet juil juli julio يوليو يوليه تموز جويلية يوليوز",
    "aug august août agosto ago أغسطس آب أوت غشت",
    "sep sept september septembre septiembre setiembre set سبتمبر أيلول شتنبر",
    "oct october octobre oktober okt octubre أكتوبر تشرين_الأول تشرين_أول",
    "nov november novembre noviembre نوفمبر تشرين_الثاني تشرين_ثاني نونبر",
    "dec december décembre déc dezember dez diciembre dic ديسمبر كانون_الأول كانون_أول دجنبر",
)
MONTHS = {fold(word.replace("_", " ")): number for number, line in enumerate(_MONTHS, 1) for word in line.split()}

_WEEKDAYS = """
mon monday tue tues tuesday wed weds wednesday thu thur thurs thursday fri friday sat saturday sun sunday
lun lundi mar mardi mer mercredi jeu jeudi ven vendredi sam samedi dim dimanche
mo montag di dienstag mi mittwoch do donnerstag fr freitag sa samstag sonnabend so sonntag
lunes martes mié miércoles jue jueves vie viernes sáb sábado dom domingo
الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت
"""
WEEKDAYS = frozenset(map(fold, _WEEKDAYS.split()))

AFTERNOON = {
    "am": False,
    "a m": False,
    "ص": False,
    "صباحا": False,
    "pm": True,
    "p m": True,
    "م": True,
    "مساء": True,
    "مساءا": True,
}

# Offsets from UTC in minutes. Where a name means several (IST, CST, AST, BST), the one that feeds mean most often;
# a source's own clock goes before this table.
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
