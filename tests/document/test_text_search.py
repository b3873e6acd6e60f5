"""Search in a text without case, accents and letter forms; ranges are those of the original text."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roya_tui.document.text_ranges import MAX_MATCHES, FoldedText
from roya_tui.text import fold

ANYWHERE = [
    ("The Water plan: water for all.", "water", ["Water", "water"]),
    ("Café au lait, CAFE, cafe\u0301.", "cafe", ["Café", "CAFE", "cafe\u0301"]),
    ("Straße", "strasse", ["Straße"]),
    ("Straße", "ras", ["raß"]),
    ("a plan\nfor water", "plan for", ["plan\nfor"]),
    ("two  blanks\u00a0here", "blanks here", ["blanks\u00a0here"]),
    ("الوَزِيرُ أعلن الخطة", "الوزير", ["الوَزِيرُ"]),
    ("الوَزِيرُ أعلن الخطة", "وزير", ["وَزِيرُ"]),
    ("إعلان وأعلن", "اعل", ["إعل", "أعل"]),
    ("مدرسة ومدرسه", "مدرسة", ["مدرسة", "مدرسه"]),
    ("على علي علی", "علي", ["على", "علي", "علی"]),
    ("صفحة ١٢ و12", "12", ["١٢", "12"]),
    ("東京の水計画", "水計", ["水計"]),
    ("ﷺ and ﬁsh", "fish", ["ﬁsh"]),
    ("שָׁלוֹם", "שלום", ["שָׁלוֹם"]),
    ("aaaa", "aa", ["aa", "aa"]),
    ("anything", "   ", []),
]


@pytest.mark.parametrize(("text", "words", "found"), ANYWHERE)
def test_find_returns_matches_anywhere(text: str, words: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in FoldedText(text).find(words)] == found


BEGINNINGS = [
    ("Harbour, harbours, unharboured", ("harb",), ["Harb", "harb"]),
    ("water plan and planned water", ("water", "plan"), ["water", "plan", "plan", "water"]),
    ("the water plan", ("water plan",), ["water plan"]),
    ("والوزير الوزير ووزير وزير بوزير", ("وزير",), ["وزير"] * 4),
    ("東京の水計画", ("水計",), ["水計"]),
    ("water", ("wat", "water"), ["wat"]),
    ("nothing", (), []),
]


@pytest.mark.parametrize(("text", "words", "found"), BEGINNINGS)
def test_find_words_returns_matches_at_word_starts(text: str, words: tuple[str, ...], found: list[str]) -> None:
    assert [text[start:end] for start, end in FoldedText(text).find_words(words)] == found


LETTERS = st.text(st.sampled_from("aAéeßﬁ \nاأإلةىيکوَـ١水の\u0301\u200c1Ⅷ"), max_size=40)


@settings(deadline=None)
@given(LETTERS, LETTERS, LETTERS)
def test_matches_fold_to_the_query(before: str, words: str, after: str) -> None:
    text = before + words + after

    def compared(part: str) -> str:
        return "".join(fold(" ".join(part.split())).split())

    places = FoldedText(text).find(words)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(one[1] <= other[0] for one, other in pairwise(places))
    for start, end in places:
        assert compared(words) in compared(text[start:end])
    if compared(words) and before.isascii() and words == " ".join(words.split()):
        assert places


def test_find_limits_matches_and_places_checked() -> None:
    assert len(FoldedText("a" * 1_000_000).find("a")) == MAX_MATCHES
    assert FoldedText("y" + "x" * 10_000 + " x").find_words(("x",)) == [(10_002, 10_003)]
    assert FoldedText("y" + "x" * 200_000 + " x").find_words(("x",)) == []
