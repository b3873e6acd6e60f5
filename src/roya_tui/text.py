"""Clean text from feeds and other sources, and normalize it for search and comparison."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from functools import cache, lru_cache

from roya_tui.translation import gettext

# C0 except tab and newline, DEL, C1: these control a terminal (ECMA-48 §5).
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
# Bidi embeddings, overrides and isolates (UAX #9 §2) can disguise text; the marks LRM, RLM and ALM stay, since Arabic
# text needs them. Zero-width spaces, invisible operators, the BOM and tags hide padding. ZWJ and ZWNJ stay: Persian
# and emoji need them.
_INVISIBLE = (
    "\u202a-\u202e\u2066-\u2069\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f"
)
_HARMFUL = re.compile(f"[{_CONTROLS}{_INVISIBLE}\ud800-\udfff]")

# Combining marks; stacked on one letter, they cover the lines around it. No language needs more than a few.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"
)
_MARK = re.compile(f"[{_MARKS}]")
# The first mark stands alone, since `re` searches faster for a pattern that begins with a character set.
_PILED = re.compile(f"([{_MARKS}][{_MARKS}]{{7}})[{_MARKS}]+")

_DROPPED = re.compile(r"<(script|style|template|noscript)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.S | re.I)
_BREAKING = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|pre|figure|figcaption|hr|dd|dt)\b[^<>]*>", re.I
)
# A tag ends at the next bracket of either kind, so that a run of "<" does not take quadratic time.
_TAG = re.compile(r"</?[A-Za-z!?][^<>]*>")

_PRINTABLE = bytes(range(0x20, 0x7F))

# A password may contain any character, also "/", "?", "#" and "@", which end the host in a valid URL: so everything
# from "name:" to the last "@" is hidden. Without "://" it ends at a space, else ordinary sentences would match.
_CREDENTIALS = re.compile(r"(://)[^\s/?#:]*(?::.*)?@|[^\s“\"'(<=:]+:(?!//)\S+@", re.S)

_NUMBER = re.compile("[0-9]+")
_BLANKS = re.compile("   *")  # begins with two literal spaces, which `re` finds fast


def clean(text: str) -> str:
    """Return `text` without what could control a terminal or deceive a reader.

    Removes control characters except tab and newline, direction overrides, invisible padding, lone surrogates and marks
    beyond eight on one letter; line ends become newlines. Markup is not changed.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not is_safe(text):
        text = _HARMFUL.sub("", text)
    return _without_piles(text)


def hide_credentials(text: str) -> str:
    """Return `text` with … in place of the user name and password of each URL.

    It may hide too much: `https://host:8000/@name` looks as if it had a password.
    """
    end = text.rfind("@") + 1
    return _CREDENTIALS.sub(r"\1…@", text[:end]) + text[end:]


def hide_credentials_typed(address: str) -> str:
    """Return a typed address with … in place of what may be credentials, even with spaces."""
    before, at, after = address.rpartition("@")
    return f"…@{after}" if at and ":" in before else address


def message(text: str) -> str:
    """Return `text` as the command line prints messages: without control characters and without passwords."""
    return hide_credentials(clean(text))


def _without_piles(text: str) -> str:
    # Nine marks in a row include one at an index that is divisible by nine.
    return text if text.isascii() or not _MARK.search(text[::9]) else _PILED.sub(r"\1", text)


def is_safe(text: str) -> bool:
    """Return whether `text` has only printable characters, tabs, newlines and no-break spaces.

    True for most text, and several times faster than the regular expression.
    """
    return _is_printable(text.replace("\n", "").replace("\t", "").replace("\xa0", ""))


def _is_printable(text: str) -> bool:
    """Return `text.isprintable()`, in a quarter of the time for ASCII."""
    return not text.encode().translate(None, _PRINTABLE) if text.isascii() else text.isprintable()


def one_line(text: str) -> str:
    """Return `text` cleaned, on one line, with whitespace collapsed: for titles and names."""
    line = text
    for blank in "\r\n\t\xa0":
        line = line.replace(blank, " ")
    if not _is_printable(line):
        return " ".join(clean(text).split())
    # The only whitespace is now the space: the same result in half the time.
    return _without_piles(_BLANKS.sub(" ", line).strip(" "))


BLOCK_SEPARATOR = "\x1e"
"""ASCII's record separator, which `clean` removes from text."""


def strip_html(markup: str) -> str:
    """Return the text of an HTML fragment on one line, for search, not for display."""
    return one_line(strip_html_by_block(markup).replace(BLOCK_SEPARATOR, " "))


def strip_html_by_block(markup: str) -> str:
    """Return the text of an HTML fragment with `BLOCK_SEPARATOR` where a block begins or ends."""
    if "<" in markup:
        markup = _TAG.sub("", _BREAKING.sub(BLOCK_SEPARATOR, _DROPPED.sub(" ", markup)))
    if "&" not in markup:
        return markup
    import html  # slow: two thousand entity names

    return html.unescape(markup)


_LETTERS = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ـ": "",
    "ß": "ss", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe",
    "\u200c": "", "\u200d": "", "\u200e": "", "\u200f": "", "\u061c": "", "\u00ad": "",
}  # fmt: skip
_MAYBE_CJK = re.compile("[^\x00-\u2e7f]")  # one range: several times faster where there is no CJK


# Large character sets take milliseconds to compile: not at start-up.
@cache
def _maybe_mark_or_digit() -> re.Pattern[str]:
    """Match what may be a combining mark or a non-ASCII digit: all except common letters."""
    return re.compile(
        "[^\x00-\x7f\xc0-\u02ff\u0370-\u0482\u048a-\u0590\u05d0-\u060f\u061b-\u064a\u066e\u066f\u0671-\u06d5"
        "\u1100-\u1248\u2010-\u20cf\u3030-\u3098\u309b-\ua4ff\uac00-\ud7a3]"
    )


_CJK = "[\u2e80-\u2fff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"


@cache
def _cjk_run() -> re.Pattern[str]:
    return re.compile(f"{_CJK}+")


def fold(text: str) -> str:
    """Return `text` normalized for search: without case, accents, vowel signs and letter variants.

    Applies NFKD and casefold, unifies Arabic alef, teh marbuta, yeh and kaf forms, converts all digits to ASCII, and
    puts spaces around each CJK character, so that a phrase of them matches text without spaces between words.
    """
    if text.isascii():
        return text.lower()
    # The table first: NFKD does not decompose ة or ى.
    folded = _replace_all(text.casefold(), _LETTERS)
    text = unicodedata.normalize("NFKD", folded)
    if text != folded:
        # Decomposition may produce capitals (from a superscript A), and casefold may compose letters again.
        text = _replace_all(unicodedata.normalize("NFKD", text.casefold()), _LETTERS)
    candidates = set(_maybe_mark_or_digit().findall(text))
    marks = {sign: "" for sign in candidates if unicodedata.combining(sign)}
    digits = {sign: str(value) for sign in candidates if (value := unicodedata.decimal(sign, None)) is not None}
    return segment_cjk(_replace_all(text, marks | digits))


@lru_cache(10_000)
def fold_name(name: str) -> str:
    """Return the form in which equal names are equal. Cached: a refresh repeats the same few tags."""
    return " ".join(fold(name).split())


@lru_cache(20_000)
def sort_key(name: str) -> str:
    """Return the sort key of a name: folded, with numbers in numeric order, so that 4 precedes 13."""
    return _NUMBER.sub(_sortable_number, fold(name))


def _sortable_number(number: re.Match[str]) -> str:
    digits = number[0].lstrip("0")
    return f"{min(len(digits), 999):03}{digits}"


def segment_cjk(text: str) -> str:
    """Return `text` with spaces around each CJK character, as in `fold`."""
    return _cjk_run().sub(lambda run: f" {' '.join(run[0])} ", text) if may_have_cjk(text) else text


@cache
def _maybe_symbol() -> re.Pattern[str]:
    """Match what may not be in a word: all except ASCII and common letters."""
    return re.compile(
        "[^\x00-\x7f\u0250-\u02af\u03b1-\u03c9\u0430-\u045f\u05d0-\u05ea\u0620-\u064a\u0671-\u06d3\u0904-\u0939"
        "\u1100-\u1248\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]"
    )


def blank_symbols(folded: str) -> str:
    """Return folded text with a space for each non-ASCII character that is not part of a word.

    FTS5's ascii tokenizer takes all non-ASCII characters for letters, and tokenizes Arabic in less than half the time
    of unicode61.
    """
    if folded.isascii():
        return folded
    signs = set(_maybe_symbol().findall(folded))
    return _replace_all(folded, {sign: " " for sign in signs if not _is_word_character(sign)})


# Variation selectors and the combining grapheme joiner.
_UNSEEN = re.compile("[\u034f\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def _is_word_character(sign: str) -> bool:
    """Return whether a character may be in a word: letter, number, vowel mark, private use, new CJK."""
    category = unicodedata.category(sign)
    if category == "Cn":  # unassigned in this Python's Unicode version
        return _cjk_run().match(sign) is not None
    return category[0] in "LN" or (category in ("Mc", "Mn", "Co") and not _UNSEEN.match(sign))


def may_have_cjk(text: str) -> bool:
    """Return whether `text` may have Chinese or Japanese characters."""
    return not text.isascii() and _MAYBE_CJK.search(text) is not None


def normalize_folder(text: str) -> str:
    """Return the name of a folder as it is stored: `News/Jordan` for a subfolder."""
    return "/".join(part for part in map(str.strip, one_line(text).split("/")) if part)


def capitalize_first(words: str) -> str:
    """Return words with a capital first letter, the others unchanged, as German nouns need it."""
    return words[:1].upper() + words[1:]


def format_suggestion(word: str) -> str:
    """Return a question that follows an error, with a space before it; "" without a word."""
    return " " + gettext("Did you mean “{word}”?", word=word) if word else ""


def nearest(word: str, names: Collection[str], cutoff: float = 0.6) -> str:
    """Return the name most similar to `word`, or "" if no ratio reaches `cutoff`."""
    import difflib  # slow, and only needed for error messages

    lower = {name.lower(): name for name in sorted(names)}
    matches = difflib.get_close_matches(word.lower(), lower, n=1, cutoff=cutoff)
    return lower[matches[0]] if matches else ""


def count_words(text: str) -> tuple[int, int]:
    """Return the number of words in a line of clean text, and of CJK characters."""
    if not may_have_cjk(text):
        return text.count(" ") + 1, 0
    others, runs = _cjk_run().subn(" ", text)
    return len(others.split()), len(text) - len(others) + runs


def _replace_all(text: str, replacements: Mapping[str, str]) -> str:
    """Return `text` with characters replaced; for a few of them faster than `str.translate`."""
    for letter, other in replacements.items():
        text = text.replace(letter, other)
    return text


def find_word_starts(text: str, word: str) -> Iterator[int]:
    """Yield each index of `text` at which a word begins with `word`."""
    at = -1
    while (at := text.find(word, at + 1)) >= 0:
        if not at or not (text[at - 1].isalnum() or text[at - 1] == "_"):
            yield at


def contains_words(text: str, words: str) -> bool:
    """Return whether `text` contains each of these words, also inside a word and in any order."""
    folded = fold(text)
    return all(word in folded for word in fold(words).split())


def has_word_prefix(text: str, word: str) -> bool:
    """Return whether a word of `text` begins with `word`."""
    return next(find_word_starts(text, word), None) is not None
