"""The words that dates are written with: months, weekdays, halves of the day, zones; as `text.fold` gives them."""

from __future__ import annotations

from roya_tui.text import fold


def _folded(word: str) -> str:
    return " ".join(fold(word.replace("_", " ")).split())


# One line a language: January to December, the spellings of one month joined by "/", "_" for a blank. A spelling that
# two languages use for different months stands in neither: "listopad" is Polish, and Croatian's October is left out.
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
    _folded(word): number
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
WEEKDAYS = frozenset(map(_folded, _WEEKDAYS.split()))

AFTERNOON = {
    _folded(word): afternoon
    for afternoon, words in (
        (False, "am a_m ص صباحا ق_ظ π_μ 오전 上午 午前"),
        (True, "pm p_m م مساء مساءا ب_ظ μ_μ 오후 下午 午後"),
    )
    for word in words.split()
}
"""Halves of the day; a point in them is a blank here."""

BEFORE_A_TIME = frozenset(
    _folded(word)
    for word in "t at um a a_las às alle_ore alle ore om o godz klo kl v de в о στις الساعة في ساعت בשעה".split()
)
"""Words between a date and its time of day."""

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
CLOCKS = {
    "at": "America/Halifax", "et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}  # fmt: skip
"""Names that leave it to the reader whether it is summer."""
