"""Reduction of texts to a form that is equal if they differ in trivial details only.

Feeds change entries for reasons that are not news: other quotation marks, a counter of comments, the age of the text,
tracking parameters. A number in a sentence is never taken for a counter.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import SplitResult, urlsplit

from roya_tui.text import BLOCK_SEPARATOR, may_have_cjk

_TYPOGRAPHY = {
    **dict.fromkeys("“”„‟«»″＂", '"'),
    **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
    **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
    "…": "...", "ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl",
    # Soft hyphens, joiners, direction marks, variation selectors and the Arabic tatweel.
    **dict.fromkeys("\xad\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufe0e\ufe0f\u0640", ""),
}  # fmt: skip
_TYPOGRAPHIC = re.compile(f"[{''.join(_TYPOGRAPHY)}]")
_DOUBLED = re.compile("''|- *-[- ]*")
CJK = "\u2e80-\u2fff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Ideographs and kana, as the inside of a regular expression class."""
_BESIDE_SIGNS = re.compile(r" (?:(?<!\w )|(?!\w))")
_BESIDE_CJK = re.compile(f" (?:(?<=[{CJK}] )|(?=[{CJK}]))")

_LONGEST_LINE = 90
"""Most characters of a line that may consist of counters and times."""
_BETWEEN = re.compile(r"\s+[·•|/-]+\s+|\s*[·•|]\s*")

_N = r"(?:\d[\d.,'٬٫]*\s?[km]?|no|one|an?)"
_COUNTED = (
    "comments?|repl(?:y|ies)|views?|reads|likes?|shares?|reactions?|claps?|responses?|plays|listens|downloads|"
    "followers?|subscribers?|bookmarks?|retweets?|reposts?|boosts?|upvotes?|"
    "commentaires?|vues?|partages?|kommentare?|aufrufe|comentarios?|vistas|visualizaciones|commenti|visualizzazioni|"
    "comentários?|reacties|yorum|görüntüleme|комментари(?:й|я|ев)|просмотр(?:а|ов)?|תגובות|צפיות|"
    "تعليق(?:ات|ا|اً)?|تعليقًا|مشاهد(?:ة|ات)|إعجاب(?:ات|ا|اً)?|مشارك(?:ة|ات)|قراء(?:ة|ات)"
)
_UNIT = "s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:eeks?|ks?)?|mo(?:nth)?s?|y(?:ea)?rs?"
_UNITS = (
    r"sec\w*|min\w*|heures?|stunden?|horas?|or[ae]|h|jours?|tage?n?|d[ií]as?|giorn[io]|semaines?|wochen?|semanas?|"
    r"settiman[ae]|mois|monate?n?|mes(?:es|i)?|ans?|jahre?n?|años?|anos?|ann[io]|דק\w*|שע\w*|ימים|יום"
)
_DONE_WORDS = (
    "last updated|updated|last modified|modified|edited|published|posted|mis à jour|aktualisiert|actualizado|"
    "aggiornato|обновлено|עודכן|آخر تحديث|تحديث|نشر|نُشر"
)
_DATE = (
    r"(?:\d{1,4}(?:st|nd|rd|th)?|jan\w*|feb\w*|mar(?:ch)?|apr\w*|may|june?|july?|aug\w*|sept?\w*|oct\w*|nov\w*|dec\w*|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sat|sun)(?:day)?|today|yesterday|at|on|a\.?m\.?|p\.?m\.?|gmt|utc|"
    r"b?st|ce?s?t|e[ds]t|p[ds]t|ist|z|t|[\s:.,/+-])+"
)
_COUNTER = re.compile(
    "|".join(
        (
            rf"[#(\[]?\s*{_N}\s*(?:{_COUNTED})\s*[)\]]?",
            rf"[#(\[]?\s*(?:{_COUNTED}|points)\s*[:(]?\s*{_N}\s*[)\]]?",
            rf"(?:(?:{_DONE_WORDS})\s*:?\s*)?(?:about\s+|over\s+)?{_N}\s*(?:{_UNIT})\s+ago",
            rf"(?:(?:{_DONE_WORDS})\s*:?\s*)?(?:just now|moments ago)",
            rf"(?:il y a|vor|hace|há|לפני)\s+{_N}\s*(?:{_UNITS})|{_N}\s*(?:{_UNITS})\s+fa",
            rf"(?:قبل|منذ)\s+(?:{_N}\s*)?(?:ثانية|ثوانٍ?|ثواني|دقيقة|دقيقتين|دقائق|ساعة|ساعتين|ساعات|يوم|يومين|أيام|أسبوع|أسبوعين|أسابيع)",
            rf"{_N}\s+\w+\s+назад",
            rf"{_N}[\s-]*min(?:ute)?s?\s*(?:read|listen|watch|de lecture|lesezeit)",
            rf"reading time\s*:?\s*{_N}[\s-]*min(?:ute)?s?",
            rf"(?:{_DONE_WORDS})\s*:?\s*(?:on|at|le|am|el)?\s*{_DATE}",
            r"(?:评论|評論|阅读|浏览|閱讀|瀏覽|点赞|コメント|閲覧)\s*[:(：（]?\s*\d[\d,.]*\s*[万萬件]?\s*[)）]?",
            r"\d[\d,.]*\s*[万萬]?\s*(?:条|條|次|件|个|個)?\s*(?:の)?(?:评论|評論|阅读|浏览|閱讀|瀏覽|点赞|コメント|閲覧)",
            r"\d+\s*(?:秒|分钟|分鐘|分|小时|小時|時間|天|日)\s*(?:前|以前)",
        )
    ),
    re.I,
)
_MAY_COUNT = re.compile(r"\d|\b(?:no|one|an?|now|ago|منذ|قبل)\b", re.I)
"""What every counter contains, to skip other lines quickly."""
_IN_BRACKETS = re.compile(r"[(\[]\s*\d[\d.,]*\s*(?:comments?|repl(?:y|ies)|responses?|تعليقات?)\s*[)\]]", re.I)

_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_CAMPAIGN_NAMES = (
    r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|yclid|at_\w+|ns_\w+|ref(?:_src|errer)?|cmp(?:id)?|ncid|source"
)
_TRACKING = re.compile(rf"(?:{_CAMPAIGN_NAMES}|share|v|ver|version|ts|t|_)=", re.I)
_CAMPAIGN = re.compile(rf"(?:{_CAMPAIGN_NAMES}|xtor|phpsessid|[j_]?sessionid)=", re.I)


def normalize_for_comparison(text: str) -> str:
    """Return plain text without trivial details, for comparison only."""
    lines = map(_remove_counters, normalize_typography(text).split(BLOCK_SEPARATOR))
    text = _BESIDE_SIGNS.sub("", " ".join(" ".join(lines).split()))
    return _BESIDE_CJK.sub("", text) if may_have_cjk(text) else text


def comparison_key(word: str) -> str:
    """Return the form in which a word, sign or URL is compared."""
    return normalize_url(word) if word.startswith(("http://", "https://")) else normalize_typography(word)


def normalize_url(url: str) -> str:
    """Return a URL without tracking parameters, scheme and `www.`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return _host_and_path(parts) + _join_parameters("?", parts.query, _TRACKING)


def normalize_link(url: str) -> str:
    """Return an article's URL without scheme, `www.` and parameters of campaigns and sessions, as part of its identity.

    Unlike `normalize_url` it keeps what may select the article: `?v=`, `?t=` and fragments. Databases store the result,
    so that a change here would make articles new.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    fragment = parts.fragment.partition(":~:")[0]
    return (
        _host_and_path(parts)
        + _join_parameters("?", parts.query, _CAMPAIGN)
        + _join_parameters("#", fragment, _CAMPAIGN)
    )


def _host_and_path(parts: SplitResult) -> str:
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}"


def _join_parameters(sign: str, text: str, dropped: re.Pattern[str]) -> str:
    """Return the parameters in `text` that are not dropped, with `sign` before them."""
    kept = [pair for pair in text.split("&") if pair and not dropped.match(pair)]
    return f"{sign}{'&'.join(kept)}" if kept else ""


def normalize_typography(text: str) -> str:
    """Return text with one kind of quotation marks, dashes and ellipses, and normalized URLs."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        for letter in set(_TYPOGRAPHIC.findall(text)):
            text = text.replace(letter, _TYPOGRAPHY[letter])
    elif "`" in text:
        text = text.replace("`", "'")
    if "''" in text or "--" in text or "- -" in text:
        text = _DOUBLED.sub(lambda found: '"' if found[0] == "''" else "-", text)
    if "://" in text:
        text = _ADDRESS.sub(lambda found: normalize_url(found[0]), text)
    return text


def _remove_counters(line: str) -> str:
    if "(" in line or "[" in line:
        line = _IN_BRACKETS.sub("", line)
    if len(line) > _LONGEST_LINE or not _MAY_COUNT.search(line):
        return line
    parts = [part.strip() for part in _BETWEEN.split(line)]
    kept = [part for part in parts if part and not _COUNTER.fullmatch(part)]
    return line if len(kept) == len(parts) else " · ".join(kept)
