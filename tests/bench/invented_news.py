"""Plausible invented headlines in any number, with the story that each tells: what `stories` is measured among.

Three in five are of some matter of their own, in words that are common or rare as words are; the others of events of two
dozen kinds, which befall invented places, people and companies again and again in much the same words. Each is told by one
source, or by two or three in other words, hours apart; and there are the series of every day, which are no story.
"""

# ruff: noqa: E501
from __future__ import annotations

import functools
import random
from collections.abc import Iterator
from dataclasses import dataclass

SOURCES = 200
_TEMPLATED = 0.4
_TOLD_AGAIN = (0, 0, 0, 0, 0, 0, 0, 1, 1, 2)
"""How many others tell an event too: seven in ten are told once."""


@dataclass(frozen=True, slots=True)
class Invented:
    """One headline, and what story it tells: no other has that number unless it tells the same."""

    title: str
    lead: str
    language: str
    source: int
    at: int
    story: int


_FIRST = "bel mar nor sel vin tar ost lin hal ker dun fal gri wes sund bran cor tolm esk rav mir pel sor tin var yst zel arn".split()
_LAST = "wick haven ford dale mere by stad holm gard ness port mouth cliff field burg vale minster ley ton sund".split()
_GIVEN = "Ada Bo Carla Dag Edda Finn Greta Hugo Ines Jon Kaja Lars Mira Nils Oda Per Rosa Sven Tove Uma Vera Wim Ylva Zeno".split()
_FAMILY = "ber hol lind strand moen dahl kroon vik sand falk brandt mey rand voss okoro haddad nand solberg prewitt quist".split()
_THING = (
    "warehouse bakery sawmill theatre hotel church library stable garage brewery pharmacy dairy printworks cinema farmhouse boathouse"
    " greenhouse tannery workshop supermarket laundry windmill dormitory clinic arcade pavilion monastery shipyard foundry kiosk"
).split()
_VEHICLE = "bus tram van tractor ambulance motorcycle taxi minibus train jeep bulldozer coach".split()
_MATTER = (
    "fishing glass lace salt amber timber porcelain clock rail radio whaling tulip herring paper chess kite cider organ copper weaving"
    " cartography puppet typewriter honey bell rope mustard tram lighthouse granite button ceramic bicycle"
).split()
_JOB = "teacher nurse bus-driver baker postman cleaner pilot docker welder miner farmer gardener cook electrician surgeon".split()
_GOODS = "ورق زجاج صابون سجاد أحذية ألبان دهانات أثاث إسمنت كرتون عطور بلاستيك نسيج حلويات أدوات سيراميك بطاريات أعلاف".split()
_ILLNESS = "Bird flu,Swine fever,Foot-and-mouth disease,Potato blight,Bluetongue,Salmonella,Anthrax,Fire blight".split(
    ","
)
_TRADE = "Foods Motors Energy Systems Airlines Bank Pharma Steel Media Textiles Shipping Telecom".split()
_AR_PLACE = (
    "الزيتون الرمان السهل النخيل الياسمين القلعة الجسر النبع التلة المرج الصخرة الواحة الميناء الساحل الوادي الكهف البئر الحصن البرج"
    " الغابة البستان الشلال الرأس الكرمة التين اللوز السنديان الصنوبر المغارة الجبل العين السد الخليج الرملة الجزيرة المنارة الطاحونة"
).split()
_AR_KIND = "بلدة مدينة قرية ضاحية".split()
_AR_GIVEN = (
    "سامر ليلى كمال هند نادر سلمى يوسف هالة رامي دانا طارق منى زياد رنا فراس ديما وليد سوسن عمر لينا هاني ريما باسل نور ماهر هبة"
    " جمال سناء عدنان وفاء مروان ندى خليل سهى أنور ميسون"
).split()
_AR_SYLLABLES = "با دا را سا شا صا طا عا فا قا كا ما نا ها بر در سم شم صف طر عم فل قص كر مر نص هم زي مي ري ني".split()

# {p} a place, {q} another, {n} a person, {c} a company, {a} {b} numbers. Titles and beginnings of texts go together freely.
_EVENTS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("en", ("Fire destroys {t} in {p}", "{p} {t} burns down", "Blaze guts {p} {t} overnight"),
     ("A fire destroyed a {t} in {p} on Monday night; {a} firefighters fought the flames.",
      "Flames tore through a {t} on the edge of {p}. Nobody was hurt, the fire brigade said.",
      "It took {a} firefighters until dawn to put out a blaze in a {p} {t}.")),
    ("en", ("{a} hurt as {v} and lorry collide near {p}", "{v} crash near {p} leaves {a} injured", "Lorry hits {v} outside {p}"),
     ("A {v} and a lorry collided near {p}, injuring {a} people, police said.",
      "{a} people were taken to hospital after a lorry struck a {v} on the road from {p} to {q}.",
      "Police closed the road between {p} and {q} after a crash that injured {a}.")),
    ("en", ("{c} profit rises {a}% in first quarter", "{c} reports higher first-quarter earnings", "{c} beats forecasts"),
     ("{c} said first-quarter net profit rose {a} percent to {b} million crowns.",
      "Quarterly profit at {c} came to {b} million crowns, more than analysts had expected.",
      "Shares of {c} rose after the company reported a profit of {b} million crowns.")),
    ("en", ("{c} to cut {b} jobs", "{b} jobs to go at {c}", "{c} plans to shed {b} workers"),
     ("{c} will cut {b} jobs by the end of the year to save costs, the company said.",
      "Unions protested after {c} announced that {b} people would lose their work, most of them in {p}.",
      "The cuts at {c}, which hit its plant in {p}, affect {b} workers.")),
    ("en", ("{c} buys {d} for {b} million", "{d} sold to {c}", "{c} agrees to take over {d}"),
     ("{c} has agreed to buy {d} for {b} million crowns, both companies said.",
      "The takeover of {d} by {c}, worth {b} million crowns, needs the approval of the regulator.",
      "Shareholders of {d} will vote on the offer by {c} in May.")),
    ("en", ("{n} named head of {c}", "{c} appoints {n} as chief executive", "New boss for {c}: {n}"),
     ("{c} named {n} as its chief executive, the first change at the top in {a} years.",
      "{n} will lead {c} from June, the board decided on Tuesday.",
      "The board of {c} has chosen {n}, who joined the company {a} years ago.")),
    ("en", ("Mayor of {p} resigns", "{p} mayor {n} steps down", "{n} quits as mayor of {p}"),
     ("{n}, the mayor of {p}, resigned on Wednesday after a dispute over {w} contracts.",
      "After {a} years in office {n} has stepped down as mayor of {p}.",
      "The council of {p} will choose a successor to {n}, who resigned over {w} contracts.")),
    ("en", ("Earthquake of magnitude {m} shakes {p}", "{p} hit by {m} quake", "Magnitude {m} earthquake felt in {p} and {q}"),
     ("An earthquake of magnitude {m} shook {p} early on Thursday; walls cracked but nobody was hurt.",
      "People ran into the streets of {p} as a quake of magnitude {m} struck the region around {q}.",
      "The quake, of magnitude {m}, damaged {a} houses in {p}, the authorities said.")),
    ("en", ("Floods cut off {p}", "{p} cut off as river bursts its banks", "Hundreds leave homes in flooded {p}"),
     ("The river burst its banks and cut off {p}; {b} people had to leave their homes.",
      "Helicopters brought food to {p}, which floods have cut off from {q}.",
      "{b} people were taken to safety in {p} as water rose in the streets.")),
    ("en", ("{p} {s} {q}: {n} scores twice", "{n} double gives {p} win over {q}", "{p} beat {q} with two goals by {n}"),
     ("{n} scored twice as {p} beat {q} {s} in the league on Sunday.",
      "{p} won {s} at home to {q}; both goals came from {n}.",
      "Two goals by {n} brought {p} a {s} victory over {q}.")),
    ("en", ("{n} wins {p} Open", "{n} takes title at {p} Open", "First title for {n} in {p}"),
     ("{n} won the {p} Open on Sunday, beating {o} in three sets.",
      "In a final that lasted {a} games {n} beat {o} to win the {p} Open.",
      "{n} lifted the trophy of the {p} Open after a win over {o}.")),
    ("en", ("{n} jailed for {a} years for fraud", "{a} years in prison for {n}", "Court sentences {n} to {a} years"),
     ("{n} was sentenced to {a} years in prison on Friday for stealing {b} million crowns with forged {w} invoices.",
      "A court in {p} sent {n} to prison for {a} years for fraud.",
      "{n}, a former accountant from {p}, must go to prison for {a} years.")),
    ("en", ("{n}, novelist, dies at {a}", "Novelist {n} dead", "{n}, who wrote of {p}, has died"),
     ("The novelist {n} has died at the age of {a}, the family said.",
      "{n}, whose novels were set in {p}, has died after a long illness.",
      "Readers mourn {n}, author of {a} novels about {p}.")),
    ("en", ("{p} bridge closed after cracks found", "Cracks close bridge in {p}", "{p}: bridge shut for safety"),
     ("The bridge in {p} was closed to traffic after inspectors found cracks.",
      "Inspectors found {a} cracks in the bridge of {p}, which was shut at once.",
      "Drivers between {p} and {q} face detours of {a} kilometres as a bridge stays shut.")),
    ("en", ("{c} recalls {b},000 cars over brakes", "Brake fault: {c} calls back {b},000 cars", "{c} recall hits {b},000 cars"),
     ("{c} is recalling {b},000 cars because their brakes may fail.",
      "A fault in the brakes of {b},000 cars forces {c} to call them back.",
      "{c} said nobody had been hurt because of the fault, which affects {b},000 cars.")),
    ("en", ("New museum of {w} opens in {p}", "{p} opens {w} museum", "Museum of {w} draws crowds to {p}"),
     ("A museum of {w} opened in {p} on Saturday after {a} years of work.",
      "{b} visitors came on the first day to the new museum in {p}.",
      "The museum of {w} in {p} shows {b} pieces; {n} has led the work.")),
    ("en", ("{j}s strike in {p}", "{p} at a standstill as {j}s strike", "Strike by {j}s in {p}"),
     ("The {j}s of {p} went on strike on Thursday for higher pay.",
      "The {j}s in {p} want {a} percent more; talks with the city have failed.",
      "{b} {j}s in {p} laid down their work.")),
    ("en", ("{i} found on farm near {p}", "Farms near {p} closed over {i}", "{i} outbreak near {p}"),
     ("{i} was found on a farm near {p}, which was closed.",
      "The authorities set up a zone of ten kilometres around a farm near {p} after finding {i}.",
      "After the outbreak near {p} farmers as far as {q} must keep their animals inside.")),
    ("en", ("Missing hiker found alive near {p}", "Hiker {n} rescued after {a} days near {p}", "Search for {n} ends well"),
     ("{n}, a hiker who had been missing for {a} days, was found alive near {p}.",
      "Rescuers found {n} in a hut above {p}, cold and hungry but unhurt.",
      "The search around {p} for {n} ended happily after {a} days.")),
    ("en", ("{c} customers' data stolen", "Hackers break into {c}", "{c} admits data breach"),
     ("{c} said attackers had stolen the names and addresses of {a} million customers.",
      "Hackers have taken data of {a} million customers of {c}, which told the police.",
      "The breach at {c} affects {a} million customers; passwords are safe, it said.")),
    ("ar", ("حريق في مصنع {g} ب{k} {p}", "النيران تلتهم مصنع {g} في {k} {p}", "احتراق مصنع {g} في {k} {p}"),
     ("اندلع حريق في مصنع {g} في {k} {p} ليل الاثنين وشارك {a} من رجال الإطفاء في إخماده.",
      "التهمت النيران مصنع {g} قرب {k} {p} دون وقوع إصابات.",
      "أخمد رجال الإطفاء حريقا كبيرا في مصنع {g} في {k} {p} بعد {a} ساعات.")),
    ("ar", ("إصابة {a} في حادث سير قرب {k} {p}", "حادث سير قرب {k} {p} يخلف {a} جرحى", "تصادم حافلة وشاحنة عند {k} {p}"),
     ("أصيب {a} أشخاص في تصادم حافلة وشاحنة قرب {k} {p}.",
      "نقل {a} جرحى إلى المستشفى بعد حادث على طريق {k} {p}.",
      "أغلقت الشرطة طريق {k} {p} بعد حادث أصيب فيه {a} أشخاص.")),
    ("ar", ("{n} رئيسا لبلدية {p}", "انتخاب {n} رئيسا لبلدية {p}", "بلدية {p} تختار {n} رئيسا"),
     ("انتخب أعضاء بلدية {p} {n} رئيسا جديدا لها بأغلبية {a} أصوات.",
      "فاز {n} برئاسة بلدية {p} بعد جولتين من التصويت.",
      "اختارت بلدية {p} {n} لرئاستها خلفا لسلفه الذي استقال.")),
    ("ar", ("{n} يفوز بجائزة الرواية", "جائزة الرواية ل{n}", "رواية {n} عن {p} تحصد الجائزة"),
     ("فاز {n} بجائزة الرواية عن عمل تدور أحداثه في {p}.",
      "منحت لجنة التحكيم جائزة الرواية إلى {n} عن روايته التي كتبها في {p}.",
      "حصل {n} على الجائزة بعد منافسة مع {a} روايات.")),
    ("ar", ("السيول تقطع طريق {p}", "{p} معزولة بعد سيول جارفة", "أمطار غزيرة تغرق شوارع {p}"),
     ("قطعت السيول الطريق المؤدية إلى {p} وعلقت {a} سيارة.",
      "عزلت السيول {p} عن جوارها، ونقلت المروحيات الطعام إلى سكانها.",
      "غمرت مياه الأمطار شوارع {p} وأخليت {a} منازل.")),
    ("ar", ("افتتاح مستشفى في {p}", "مستشفى جديد يخدم {p}", "{p} تستقبل أول مرضى مستشفاها"),
     ("افتتح وزير الصحة مستشفى يضم {b} سريرا في {p}.",
      "بدأ المستشفى الجديد في {p} استقبال المرضى بعد {a} سنوات من البناء.",
      "يعمل في مستشفى {p} {a} طبيبا بإدارة {n}.")),
    ("ar", ("{n} يستقيل من إدارة مصنع {g}", "استقالة {n} بعد خلاف في مصنع {g}", "مدير مصنع {g} {n} يترك منصبه"),
     ("استقال {n} من إدارة مصنع {g} في {p} بعد خلاف مع المالكين.",
      "ترك {n} منصبه مديرا لمصنع {g} بعد {a} سنوات.",
      "أعلن مصنع {g} في {p} استقالة مديره {n}.")),
    ("ar", ("علماء يكتشفون نقوشا في {p}", "نقوش قديمة في كهوف {p}", "{p} تكشف عن نقوش عمرها قرون"),
     ("اكتشف علماء آثار نقوشا قديمة في كهف قرب {p}.",
      "عثرت بعثة يقودها {n} على {a} نقشا في {p}.",
      "تعود النقوش التي عثر عليها في {p} إلى قرون خلت، بحسب {n}.")),
    ("ar", ("{n} يفوز بسباق {p}", "سباق {p} من نصيب {n}", "{n} أول الواصلين في سباق {p}"),
     ("فاز العداء {n} بسباق {p} متقدما على {b} متسابقا.",
      "قطع {n} مسافة سباق {p} في {a} دقيقة.",
      "تقدم {n} على منافسيه في الكيلومتر الأخير من سباق {p}.")),
    ("ar", ("عودة القطار إلى {p}", "{p} على خط القطار من جديد", "قطار {p} ينطلق بعد توقف طويل"),
     ("عاد القطار إلى {p} بعد توقف دام {a} سنة.",
      "نقل القطار {b} راكبا في أول رحلة له إلى {p}.",
      "استقبل أهالي {p} القطار الأول بالزهور.")),
    ("ar", ("السجن {a} سنة لـ{n} بتهمة الاحتيال", "إدانة {n} بالاحتيال", "محكمة {p} تدين {n}"),
     ("قضت محكمة في {p} بسجن {n} {a} سنة بتهمة الاحتيال.",
      "أدين {n} بالاستيلاء على {b} ألف دينار.",
      "حكم القاضي على {n} بالسجن {a} سنة بعد محاكمة في {p}.")),
    ("ar", ("رحيل الشاعر {n}", "وفاة الشاعر {n} عن {a} عاما", "الشاعر {n} في ذمة الله"),
     ("توفي الشاعر {n} عن {a} عاما في بيته في {p}.",
      "رحل {n} الذي كتب عن {p} أجمل قصائده.",
      "شيعت {p} الشاعر {n} إلى مثواه الأخير.")),
)  # fmt: skip

# Each of them is brought by one source, every day.
_SERIES = (
    ("en", "{p} morning briefing {k}", "The news you need to start the day in {p}."),
    ("en", "Weather in {p}: rain and wind", "Tomorrow brings rain to {p} and wind from the west, up to {a} degrees."),
    ("en", "Crown ends at {m} to the dollar", "The crown ended at {m} to the dollar, the central bank said."),
    ("en", "{c} crossword no. {k}", "Today's crossword, brought by {c}."),
    ("ar", "أسعار الذهب اليوم: {m} دينار", "بلغ سعر غرام الذهب في السوق المحلية اليوم {m} دينار."),
    ("en", "Traffic in {p}: where it stands today", "Roadworks and closures in and around {p} today."),
)


def headlines(count: int, first_at: int, seconds: int, seed: int = 1) -> list[Invented]:
    """Return about `count` headlines spread over `seconds` from `first_at`, in the order of their times."""
    chance = random.Random(seed)
    made = list(_series(chance, first_at, seconds))[: count // 10]
    story = len(made)
    while len(made) < count:
        kind = _event if chance.random() < _TEMPLATED else _matter
        made += kind(chance, first_at + chance.randrange(seconds), story := story + 1)
    return sorted(made, key=lambda one: one.at)


def _event(chance: random.Random, at: int, story: int) -> Iterator[Invented]:
    language, titles, leads = chance.choice(_EVENTS)
    slots = _slots(chance, language)
    tellings = 1 + chance.choice(_TOLD_AGAIN)
    sources = chance.sample(range(SOURCES), tellings)
    titles_in_turn, leads_in_turn = chance.sample(titles, tellings), chance.sample(leads, tellings)
    for title, lead, source in zip(titles_in_turn, leads_in_turn, sources, strict=True):
        told_at = at + int(chance.expovariate(1 / 14_400))
        yield Invented(title.format(**slots), lead.format(**slots), language, source, told_at, story)


def _matter(chance: random.Random, at: int, story: int) -> Iterator[Invented]:
    """Yield what has no pattern: each telling has some of the words that the matter is about, and words of its own."""
    language, words, weights = chance.choice(_vocabularies())
    core = chance.choices(words, weights, k=8) + [_slots(chance, language)[name] for name in ("p", "n")]
    tellings = 1 + chance.choice(_TOLD_AGAIN)
    for source in chance.sample(range(SOURCES), tellings):
        title = [*chance.sample(core, chance.randint(4, 6)), *chance.choices(words, weights, k=2)]
        lead = [*(word for word in core if chance.random() < 0.75), *chance.choices(words, weights, k=12)]
        chance.shuffle(lead)
        told_at = at + int(chance.expovariate(1 / 14_400))
        said = (" ".join(map(str, said)) for said in (title, lead))
        yield Invented(*said, language, source, told_at, story)  # type: ignore[misc]


@functools.cache
def _vocabularies() -> tuple[tuple[str, list[str], list[float]], ...]:
    chance = random.Random(0)
    made = []
    for language, parts in (
        ("en", [*_FIRST, *_FAMILY, *"al er on th re st in ma pa lo cu".split()]),
        ("ar", _AR_SYLLABLES),
    ):
        words = list(dict.fromkeys("".join(chance.choices(parts, k=chance.randint(2, 3))) for _ in range(15_000)))
        made.append((language, words, [1 / (rank + 8) for rank in range(len(words))]))
    return (made[0], made[0], made[1])


def _series(chance: random.Random, first_at: int, seconds: int) -> Iterator[Invented]:
    """Yield what every day brings: each part is a story of its own."""
    running = [(one, chance.randrange(SOURCES), _slots(chance, one[0])) for one in _SERIES]
    story = 0
    for day in range(seconds // 86_400):
        for (language, title, lead), source, slots in running:
            slots |= {"k": day + 100, "m": f"{chance.randrange(200, 900) / 100}", "a": chance.randrange(8, 20)}
            story += 1
            at = first_at + day * 86_400 + 21_600 + chance.randrange(3_600)
            yield Invented(title.format(**slots), lead.format(**slots), language, source, at, -story)


def _slots(chance: random.Random, language: str) -> dict[str, object]:
    numbers = {
        "a": chance.randrange(3, 90),
        "b": chance.randrange(20, 900),
        "m": f"{chance.randrange(35, 70) / 10}",
        "t": chance.choice(_THING),
        "g": chance.choice(_GOODS),
        "v": chance.choice(_VEHICLE),
        "w": chance.choice(_MATTER),
        "j": chance.choice(_JOB),
        "i": chance.choice(_ILLNESS),
        "s": f"{chance.randrange(2, 6)}-{chance.randrange(2)}",
    }
    if language == "ar":
        place = f"{chance.choice(_AR_PLACE)} {_arabic(chance)}"
        person = f"{chance.choice(_AR_GIVEN)} {_arabic(chance)}"
        return {**numbers, "p": place, "n": person, "k": chance.choice(_AR_KIND)}
    place, other = (
        f"{chance.choice(_FIRST)}{chance.choice(_FIRST)}{chance.choice(_LAST)}".capitalize() for _ in range(2)
    )
    person, loser = (f"{chance.choice(_GIVEN)} {''.join(chance.choices(_FAMILY, k=3)).capitalize()}" for _ in range(2))
    company, bought = (
        f"{(chance.choice(_FIRST) + chance.choice(_FIRST) + chance.choice(_FAMILY)).capitalize()} {chance.choice(_TRADE)}"
        for _ in range(2)
    )
    return {**numbers, "p": place, "q": other, "n": person, "o": loser, "c": company, "d": bought}


def _arabic(chance: random.Random) -> str:
    return "ال" + "".join(chance.choices(_AR_SYLLABLES, k=3))
