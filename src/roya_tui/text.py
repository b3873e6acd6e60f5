"""Text from outside made harmless, and made comparable.

What everything else leans on: `clean` for whatever comes in, `plain` for HTML that is only counted, `bare` for what is
compared line by line, `fold` for what search matches.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

# C0 but for tab and newline, DEL, C1: any of them may steer a terminal (ECMA-48 §5).
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
# Bidi embeddings, overrides and isolates (UAX #9 §2), which can make text read as what it is not; the marks LRM,
# RLM and ALM stay, since honest Arabic needs them. Zero-width blanks, invisible operators, the BOM and tags hide
# padding. ZWJ and ZWNJ stay: Persian and emoji are wrong without them.
_INVISIBLE = (
    "\u202a-\u202e\u2066-\u2069\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f"
)
_HARMFUL = re.compile(f"[{_CONTROLS}{_INVISIBLE}\ud800-\udfff]")

# Marks piled on one letter until they cover the lines around it. No language needs more than a few.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"
)
_MARK = re.compile(f"[{_MARKS}]")
# The first mark by itself: only what begins with a plain set of characters is found without a try at every place.
_PILED = re.compile(f"([{_MARKS}][{_MARKS}]{{7}})[{_MARKS}]+")

_DROPPED = re.compile(r"<(script|style|template|noscript)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.S | re.I)
_BREAKING = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|pre|figure|figcaption|hr|dd|dt)\b[^<>]*>", re.I
)
# A tag ends at the next bracket of either kind, so that no run of "<" can cost quadratic time.
_TAG = re.compile(r"</?[A-Za-z!?][^<>]*>")

_PRINTABLE = bytes(range(0x20, 0x7F))

# A password may have any character, also "/", "?", "#" and "@", where an address strictly ends its host name: so what
# follows "name:" is hidden up to the last "@". Without "://" it ends at a blank, or every sentence would have some.
_CREDENTIALS = re.compile(r"(://)[^\s/?#:]*(?::.*)?@|[^\s“\"'(<=:]+:(?!//)\S+@", re.S)

_NUMBER = re.compile("[0-9]+")
_BLANKS = re.compile("   *")  # begins with two plain ones, which are found quickly


def clean(text: str) -> str:
    """Return `text` with nothing in it that a terminal or the eye could take for anything but text.

    Control characters but tab and newline, direction overrides, invisible padding and lone surrogates go, and what is
    over eight marks on one letter; line ends become newlines. Markup of any kind is left alone: it is text.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not is_safe(text):
        text = _HARMFUL.sub("", text)
    return _without_piles(text)


def hide_credentials(text: str) -> str:
    """Return `text` with … for the name and password in each address that seems to have them.

    It rather hides too much: with a port, `https://host:8000/@name` looks like a password, too.
    """
    end = text.rfind("@") + 1
    return _CREDENTIALS.sub(r"\1…@", text[:end]) + text[end:]


def hide_credentials_typed(address: str) -> str:
    """Return what was typed as an address with … for all that may be a name and a password, blanks included."""
    before, at, after = address.rpartition("@")
    return f"…@{after}" if at and ":" in before else address


def message(text: str) -> str:
    """Return `text` as the command line prints messages: without control characters and without passwords."""
    return hide_credentials(clean(text))


def _without_piles(text: str) -> str:
    # Nine in a row have one at a ninth place.
    return text if text.isascii() or not _MARK.search(text[::9]) else _PILED.sub(r"\1", text)


def is_safe(text: str) -> bool:
    """Return whether `text` has nothing but what Python calls printable, tabs, newlines and no-break spaces.

    None of that is harmful, as most text is not, and this is told several times faster than a pattern finds it.
    """
    return _is_printable(text.replace("\n", "").replace("\t", "").replace("\xa0", ""))


def _is_printable(text: str) -> bool:
    """The same as Python's own word of it, of ASCII in a quarter of the time."""
    return not text.encode().translate(None, _PRINTABLE) if text.isascii() else text.isprintable()


def one_line(text: str) -> str:
    """Return `text` cleaned and on one line, blanks run together: for titles, names and tags."""
    line = text
    for blank in "\r\n\t\xa0":
        line = line.replace(blank, " ")
    if not _is_printable(line):
        return " ".join(clean(text).split())
    # Then nothing in it is harmful, and the blank is the only white space: the same in half the time.
    return _without_piles(_BLANKS.sub(" ", line).strip(" "))


BLOCK_SEPARATOR = "\x1e"
"""What parts the lines of `bare` text: ASCII's record separator, which no text from outside has."""


def strip_html(markup: str) -> str:
    """Return the words of an HTML fragment on one line, for counting, comparing and search; never for display."""
    return one_line(strip_html_by_block(markup).replace(BLOCK_SEPARATOR, " "))


def strip_html_by_block(markup: str) -> str:
    """Return the words of an HTML fragment with `PART` where a block begins or ends, blanks as they come."""
    if "<" in markup:
        markup = _TAG.sub("", _BREAKING.sub(BLOCK_SEPARATOR, _DROPPED.sub(" ", markup)))
    if "&" not in markup:
        return markup
    import html  # two thousand names of characters

    return html.unescape(markup)


_LETTERS = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ـ": "",
    "ß": "ss", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe",
    "\u200c": "", "\u200d": "", "\u200e": "", "\u200f": "", "\u061c": "", "\u00ad": "",
}  # fmt: skip
# Several times as quick to find that there is none: one range.
_PERHAPS_CJK = re.compile("[^\x00-\u2e7f]")


# Sets of characters that take milliseconds to compile are compiled when they are needed: no start waits for them.
@cache
def _unsure() -> re.Pattern[str]:
    """What may be a combining mark or a digit that is not ASCII's: all but the letters that most texts are made of."""
    return re.compile(
        "[^\x00-\x7f\xc0-\u02ff\u0370-\u0482\u048a-\u0590\u05d0-\u060f\u061b-\u064a\u066e\u066f\u0671-\u06d5"
        "\u1100-\u1248\u2010-\u20cf\u3030-\u3098\u309b-\ua4ff\uac00-\ud7a3]"
    )


_CJK = "[\u2e80-\u2fff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"


@cache
def _cjk_run() -> re.Pattern[str]:
    return re.compile(f"{_CJK}+")


def fold(text: str) -> str:
    """Return `text` as search compares it: without case, accents, vowel signs or variants of a letter.

    NFKD and casefold; Arabic alef, teh marbuta, yeh and kaf forms are one; every script's digits are ASCII;
    each CJK character stands alone, so that a phrase of them finds them without spaces between words.
    """
    if text.isascii():
        return text.lower()
    # The table first: NFKD would take أ apart into alef and a mark, which comes to the same, but not ة or ى.
    folded = _replace_all(text.casefold(), _LETTERS)
    text = unicodedata.normalize("NFKD", folded)
    if text != folded:
        # Taking letters apart may bring capitals to light (a raised A), and folding those may join them anew.
        text = _replace_all(unicodedata.normalize("NFKD", text.casefold()), _LETTERS)
    unsure = set(_unsure().findall(text))
    marks = {sign: "" for sign in unsure if unicodedata.combining(sign)}
    digits = {sign: str(value) for sign in unsure if (value := unicodedata.decimal(sign, None)) is not None}
    text = _replace_all(text, marks | digits)
    return segment_cjk(text)


@lru_cache(20_000)
def sort_key(name: str) -> str:
    """Return what names are sorted by: as `fold` has them, numbers by their value, so that 4 comes before 13."""
    return _NUMBER.sub(_by_value, fold(name))


def _by_value(number: re.Match[str]) -> str:
    digits = number[0].lstrip("0")
    return f"{min(len(digits), 999):03}{digits}"


def segment_cjk(text: str) -> str:
    """Return `text` with each CJK character standing alone, as `fold` has them."""
    return _cjk_run().sub(_space_out, text) if may_have_cjk(text) else text


# What may be part of no word: all but ASCII, and the letters that most folded texts are made of.
@cache
def _perhaps_between() -> re.Pattern[str]:
    return re.compile(
        "[^\x00-\x7f\u0250-\u02af\u03b1-\u03c9\u0430-\u045f\u05d0-\u05ea\u0620-\u064a\u0671-\u06d3\u0904-\u0939"
        "\u1100-\u1248\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]"
    )


def blank_symbols(folded: str) -> str:
    """Return folded text with a blank for each sign beyond ASCII that is part of no word.

    So FTS5 need not look up what each letter is: its ascii tokenizer, which takes all beyond ASCII for letters, reads
    Arabic in less than half the time that unicode61 takes.
    """
    if folded.isascii():
        return folded
    signs = set(_perhaps_between().findall(folded))
    return _replace_all(folded, {sign: " " for sign in signs if not _is_word_character(sign)})


# What chooses how the sign before it is drawn, and what keeps signs apart without being seen.
_UNSEEN = re.compile("[\u034f\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def _is_word_character(sign: str) -> bool:
    """Letters and numbers, the marks that some scripts write vowels with, what has a meaning only where it is used, and
    what is Chinese but too new for this Python: not what encloses a sign, or is unseen."""
    category = unicodedata.category(sign)
    if category == "Cn":
        return _cjk_run().match(sign) is not None
    return category[0] in "LN" or (category in ("Mc", "Mn", "Co") and not _UNSEEN.match(sign))


def may_have_cjk(text: str) -> bool:
    """Return whether it is worth to look for Chinese and Japanese characters."""
    return not text.isascii() and _PERHAPS_CJK.search(text) is not None


def normalize_folder(text: str) -> str:
    """Return the name of a folder as it is kept: `News/Jordan` for one in another."""
    return "/".join(part for part in map(str.strip, one_line(text).split("/")) if part)


def format_count(count: int, singular: str, plural: str = "") -> str:
    """Return so many of a thing in words: `1 article`, `1,200 articles`; `things` where an s makes no plural."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


def count_words(text: str) -> tuple[int, int]:
    """Return how many words a line of clean text has, and beside them Chinese and Japanese characters, each a word."""
    if not may_have_cjk(text):
        return text.count(" ") + 1, 0
    others, runs = _cjk_run().subn(" ", text)
    return len(others.split()), len(text) - len(others) + runs


def _replace_all(text: str, replacements: Mapping[str, str]) -> str:
    """Return `text` with letters replaced: one after another, which for a few is faster than letter by letter."""
    for letter, other in replacements.items():
        text = text.replace(letter, other)
    return text


def _space_out(run: re.Match[str]) -> str:
    return f" {' '.join(run[0])} "


def find_word_starts(text: str, word: str) -> Iterator[int]:
    """Yield where a word of `text` begins with `word`; what is neither letter nor digit parts words."""
    at = -1
    while (at := text.find(word, at + 1)) >= 0:
        if not at or not (text[at - 1].isalnum() or text[at - 1] == "_"):
            yield at


def has_word_prefix(text: str, word: str) -> bool:
    """Return whether a word of `text` begins with `word`."""
    return next(find_word_starts(text, word), None) is not None
