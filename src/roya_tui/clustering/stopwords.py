"""Stopwords by language in folded form, words for dates, and numerals."""

from __future__ import annotations

_STOPWORD_LISTS = {
    "en": (
        "a about according after again against all also although always amid among an and any anyone anything are "
        "as at authorities back be because been before being between both but by can could day days did do does "
        "down during each else ever every everyone everything first for from get gets go goes had has have he her "
        "here his how however if in into is it its itself just last later least let like make makes many may more "
        "most much near never new next no nobody nor not nothing now nowhere of off officials on once one only or "
        "other our out over own people percent report reported reports said same say says second see she should "
        "since so some someone something still such take takes than that the their them then there these they third "
        "this those though through time to together told too under until up upon was we week weeks were what when "
        "where whether which while who whom whose why will with within without would year years yes yet you your"
    ),
    "ar": (
        "اثر اذا اشخاص التي الذي الذين العام المئه الي اليوم امام امس ان انه انها او اول اي ايضا اين بالمئه بحسب "
        "بسبب بعد بعض بل به بها بين بينما تحت تم ثم حتي حسب حول حيث حين خلال دون ذات ذلك زال سوف شخص شخصا ضد ضمن "
        "عام عبر عدد عدم على علي عليه عن عند عندما عنه عنها غير فقط في فيه فيها قال قالت قبل قد قرب كان كانت كل كما "
        "كي كيف لا لدي لكن لكنه لم لماذا لن له لها ليس ليست ما ماذا متي مع من منذ منه منها نحو نفسه نفسها هذا هذه "
        "هل هناك هو هي وفق وقال وقالت وكان ولا ولكن وما وهو وهي يتم يكون"
    ),
    "fa": (
        "از است اما ان اند اين با بار باز بر براي به بود بي تا خود داد دادند دارد در را روز سال شد شدند شده كار "
        "كرد كردند كند كه مورد مي نيز ها هاي هر هم و يا يك پس چه گفت گفتند"
    ),
    "de": (
        "aber als am an auch auf aus bei bis bleibt da das dass dem den der des die doch durch ein eine einem "
        "einen einer eines er es fur gegen haben hat hinter ich ihr im in ins ist ja jahr jahre jahren kein keine "
        "mehr menschen mit nach neue neuen neuer nicht noch nun nur ob oder ohne prozent sagt sagte sehr sei sein "
        "seine seit sich sie sind so soll uber um und uns unter vom von vor war waren was wegen wie wieder will "
        "wird wurde wurden zu zum zur zwischen"
    ),
    "fr": (
        "a ainsi alors an annee annonce ans apres au aucun aussi autre aux avant avec avoir bien c ce cela ces cet "
        "cette chez comme contre d dans de depuis des dit dont du elle elles en encore entre est et etait ete etre "
        "eu fait il ils j jour jours l la le les leur leurs lors lui mais mal meme moins n ne ni non nos notre "
        "nous on ont ou par pas pendant peu plus pour pourquoi qu quand que qui s sa sans se selon ses si son sont "
        "sous sur tous tout toute tres un une vers vos votre y"
    ),
    "es": (
        "a al ano anos ante aun como con contra cual cuando de del desde dia dias donde dos durante e el ella en "
        "entre era es esta este esto fue ha han hasta hay la las le lo los mas me mientras muy ni no nos o otra "
        "otro para pero por porque que quien se segun ser si sin sobre son su sus tambien tras un una uno y ya"
    ),
    "pt": (
        "a ao aos as ate com como contra da das de depois do dos e ela ele em entre era essa esse esta este foi ha "
        "mais mas na nao nas no nos o os ou para pela pelo por porque que quem sao se segundo sem ser seu sobre "
        "sua tambem um uma"
    ),
    "it": (
        "a ad ai al alla alle anche anni anno che chi ci come con contro cui da dal dalla dei del della delle di "
        "dopo e ed fra gli ha hanno i il in la le lo ma nei nel nella non o per piu quando se si sono su sul sulla "
        "tra un una uno"
    ),
    "nl": (
        "aan al als bij dan dat de den der die dit door een en er had heeft het hij hun ik in is jaar kan maar "
        "meer met na naar niet nog nu of om ook op over te tegen ten ter tot uit van voor want was wat we wel werd "
        "wie wordt ze zich zij zijn zo"
    ),
    "ru": (
        "а без был была были было быть в вам во все всё где года году для до его ее если есть еще же за и из или "
        "им их к как когда кто ли мы на над не нет но о об он она они от по под после при с со так там то только у "
        "уже чем что чтобы это этот"
    ),
    "tr": (
        "ama bir bu cok da daha de dedi gibi gore her icin ile ise kadar ki mi ne olan olarak oldu son sonra ve ya "
        "yeni yil"
    ),
    "he": (
        "אבל אולי אחרי איך אין אך אל אם אני אנחנו את בין בלי גם הוא היא היה היו היתה הם הן זאת זה זו יש יותר כדי כי "
        "כך כל כמו לא לפני מה מי מן עד על עוד עם רק של תחת"
    ),
    "hi": (
        "अब इस उस एक एवं और कर करने कहा का कि किया की के को गई गए गया जो तक तो था थी थे दिया नई नए नया नहीं ने पर "
        "बताया बाद भी में यह या रहा रही रहे लिए लिया वह साथ साल से ही हुआ हुई हुए है हो होगा होगी होने"
    ),
}

STOPWORDS = {language: frozenset(words.split()) for language, words in _STOPWORD_LISTS.items()}

DATE_WORDS = frozenset(
    (
        "abril agosto aout april august aujourd avril ayer december decembre demain dezember diciembre dienstag "
        "dimanche domingo donnerstag enero evening febrero februar february fevrier freitag friday gestern heute "
        "hier hoy januar january janvier jeudi jueves juillet juin juli julio july june juni junio lundi lunes mai "
        "march mardi mars martes marz marzo mayo mercredi miercoles mittwoch monday montag morgen morning night "
        "november novembre noviembre october octobre octubre oktober sabado samedi samstag saturday september "
        "septembre septiembre sonnabend sonntag sunday thursday today tomorrow tonight tuesday vendredi viernes "
        "wednesday weekend yesterday "
        "اب ابريل اثنين احد اذار اربعاء اغسطس اكتوبر الاثنين الاحد الاربعاء الثلاثاء الجمعه "
        "الخميس السبت ايار ايلول تشرين تموز ثلاثاء جمعه حزيران خميس دوشنبه ديسمبر سبت سبتمبر سهشنبه شباط شنبه صباح "
        "فبراير فجر كانون ليل مارس مايو مساء نوفمبر نيسان يكشنبه يناير يوليو يونيو پنجشنبه چهارشنبه गुरुवार बुधवार "
        "मगलवार रविवार शनिवार शुक्रवार सोमवार"
    ).split()
)
"""Days, months and times of the day, which unrelated articles share."""

_NUMERALS = (
    "two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 ten 10 eleven 11 twelve 12 dozen 12 zwei 2 drei 3 "
    "vier 4 funf 5 sechs 6 sieben 7 acht 8 neun 9 zehn 10 zwolf 12 deux 2 trois 3 quatre 4 cinq 5 six 6 sept 7 huit "
    "8 neuf 9 dix 10 douze 12 ثلاثه 3 ثلاث 3 اربعه 4 اربع 4 خمسه 5 خمس 5 سته 6 ست 6 سبعه 7 سبع 7 ثمانيه 8 ثماني 8 "
    "تسعه 9 تسع 9 عشره 10 دو 2 سه 3 چهار 4 پنج 5 شش 6 هفت 7 هشت 8 نه 9 ده 10 दो 2 तीन 3 चार 4 पाच 5 छह 6 सात 7 आठ 8 "
    "नौ 9 दस 10 बारह 12"
).split()
NUMERALS = dict(zip(_NUMERALS[::2], _NUMERALS[1::2], strict=True))
