"""Text without control characters, without markup, folded for the search, and sorted."""

import re
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.text import blank_symbols, clean, count_words, fold, is_safe, one_line, sort_key, strip_html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x1b]0;title\x07", "]0;title"),
        ("\x9b31m \x00 \x7f \x08", "31m   "),
        ("left \u202eright\u202c \u2066in\u2069", "left right in"),
        ("pad\u200bded\ufeff \u2060", "padded "),
        ("half \ud800 pair", "half  pair"),
        ("[red]markup[/red] <b>", "[red]markup[/red] <b>"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("عربي\u200f!", "عربي\u200f!"),
        ("tag\U000e0041s", "tags"),
        ("Z" + "\u0301" * 900 + "!", "Z" + "\u0301" * 8 + "!"),
        ("مُحَمَّدٌ", "مُحَمَّدٌ"),
        ("not\ufffe a\uffff character", "not a character"),
    ],
)
def test_clean_keeps_only_text(text: str, expected: str) -> None:
    assert clean(text) == expected


@given(st.integers(0, 12), st.integers(0, 12), st.sampled_from(["\u0301", "\u064b", "\u05bd"]), st.sampled_from("aا"))
def test_clean_keeps_at_most_eight_combining_marks(before: int, marks: int, mark: str, letter: str) -> None:
    assert clean(letter * before + mark * marks + letter) == letter * before + mark * min(marks, 8) + letter


@given(st.text(st.characters(), max_size=60))
@settings(max_examples=300)
def test_clean_text_has_no_control_characters(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert not [c for c in cleaned if unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n"]
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    cleaned.encode()
    line = one_line(text)
    assert line == " ".join(line.split())
    assert one_line(line) == line


def test_safe_characters_are_not_controls_or_invisible() -> None:
    passed = [c for c in map(chr, range(0x110000)) if is_safe(c)]
    assert len(passed) > 100_000
    assert {c for c in passed if unicodedata.category(c)[0] in "CZ"} == set("\t\n \xa0")


@given(st.text(st.sampled_from("ab \n\t<>&;é水م"), max_size=60))
def test_clean_leaves_ordinary_text_unchanged(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>One</p><p>two</p>", "One two"),
        ("a<b>bo</b>ld word", "abold word"),
        ("5 &lt; 6 &amp; 7 &#233;", "5 < 6 & 7 é"),
        ("3 < 4 and 5 > 4", "3 < 4 and 5 > 4"),
        ("a<script>var x = '<p>';</script>b<style>p {}</style>c<!-- no -->d", "a b c d"),
        ("<script>never closed", ""),
        ("text<br/>more<hr>rest", "text more rest"),
        ('<a href="x>y">link</a>', 'y">link'),
        ("no markup", "no markup"),
        ("", ""),
    ],
)
def test_strip_html_keeps_the_words(markup: str, expected: str) -> None:
    assert strip_html(markup) == expected


@pytest.mark.parametrize("start", ["<", "<a ", "<!--", "<script>", "</", "<p ", "&#", "<script ", "<style><!--"])
def test_strip_html_takes_linear_time(start: str) -> None:
    """A quadratic pattern would take minutes for this."""
    strip_html(start * 100_000)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Économie", "economie"),
        ("STRASSE", "straße"),
        ("Ærø Œuvre", "aero oeuvre"),
        ("Łódź", "lodz"),
        ("İstanbul ılık", "istanbul ilik"),
        ("ﬁne", "fine"),
        ("Ａｂｃ", "abc"),
        ("أحمد إلى آل ٱلكتاب", "احمد الي ال الكتاب"),
        ("مدرسة", "مدرسه"),
        ("على", "علي"),
        ("الأُرْدُنّ", "الاردن"),
        ("مـــاء", "ماء"),
        ("یک", "يك"),
        ("می\u200cخواهم", "ميخواهم"),
        ("٢٠٢٥ ۱۴ १२", "2025 14 12"),
        ("שָׁלוֹם", "שלום"),
        ("東京", " 東  京 "),
        ("ガ", " カ "),
        ("한국", "한국"),
    ],
)
def test_fold_makes_variants_equal(one: str, other: str) -> None:
    assert fold(one).split() == fold(other).split()


@pytest.mark.parametrize(
    ("text", "words", "characters"),
    [
        ("plain words", 2, 0),
        ("東京の news", 1, 3),
        ("東京and大阪 more", 2, 4),
        ("カタカナ", 0, 4),
        ("한국 😀 ماء", 3, 0),
        ("𠀀", 0, 1),
    ],
)
def test_words_are_counted_and_ideographs_separately(text: str, words: int, characters: int) -> None:
    assert count_words(text) == (words, characters)
    assert count_words(fold(text)) == (words, characters)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ماء، وادي؛ «نهر»؟", "ماء وادي نهر"),
        ("Wells—“new” wells…", "wells new wells..."),
        ("東京の水、計画。", "東 京 の 水 計 画"),
        ("किताब और पानी।", "किताब और पानी"),
        ("sun ☀️ 1️⃣ 👍🏽harbour", "sun 1 harbour"),
        ("a-b_c 1.5", "a-b_c 1.5"),
        ("עברית־מים", "עברית מים"),
        ("葛\U000e0100飾区", "葛 飾 区"),  # which of its forms is drawn
        ("\U00031350\U0002ebf0", "\U00031350 \U0002ebf0"),  # newer than Python 3.11
        ("sun\u034fharbour", "sun harbour"),
    ],
)
def test_blank_symbols_keeps_words_and_ascii(text: str, words: str) -> None:
    assert blank_symbols(fold(text)).split() == words.split()


def test_blank_symbols_keeps_letters_and_numbers_only() -> None:
    for code in range(0x80, sys.maxunicode + 1):
        sign = chr(code)
        kind = unicodedata.category(sign)
        if kind[0] in "PSZ" or kind in ("Cc", "Cf"):
            assert blank_symbols(sign) == " ", hex(code)
        elif kind[0] in "LN":
            assert blank_symbols(sign) == sign, hex(code)


@given(st.text(max_size=40))
@settings(max_examples=300)
def test_fold_is_idempotent(text: str) -> None:
    folded = fold(text)
    assert fold(folded).split() == folded.split()
    assert fold(text.upper()).split() == fold(text.upper().lower()).split()
    assert not re.search(r"[A-Z]", folded)


@pytest.mark.parametrize(
    "names",
    [
        ["Gazette", "Gazette 4", "Gazette 13", "gazette 13b", "Gazette 100", "Gazetteer"],
        ["9 o'clock", "10 o'clock", "1984", "Émile", "Emile 2", "Zoo"],
        ["أخبار ٢", "اخبار ٣", "إخبار ١٠", "أخبار ۱۱", "بيان"],
        ["v1.9", "v1.10", "v2"],
        ["חדשות 2", "חדשות 12"],
        ["Nr. 007", "Nr. 08", "Nr. 90071992547409931"],
    ],
)
def test_names_are_sorted_naturally(names: list[str]) -> None:
    assert sorted(sorted(names, reverse=True), key=sort_key) == names


def test_fold_removes_marks_and_makes_digits_ascii() -> None:
    for code in range(0x80, sys.maxunicode + 1):
        sign = chr(code)
        if unicodedata.combining(sign.casefold()[0]):  # but for the one that is an iota
            assert fold(f"e{sign}") == "e", hex(code)
        elif (value := unicodedata.decimal(sign, None)) is not None:
            assert fold(sign) == str(value), hex(code)
