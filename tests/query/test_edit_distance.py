"""Words within an edit distance, found in a sorted list."""

from bisect import bisect_left

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roya_tui.query.edit_distance import NearWordWalk, max_edits


def walk_words(word: str, words: list[str], most: int, same: int = 0) -> tuple[dict[str, int], int]:
    """Return the words that are found, and the number of comparisons."""
    walk, known, looks = NearWordWalk(word, most, same), sorted(set(words)), 0
    at = walk.start
    while (place := bisect_left(known, at)) < len(known):
        at, looks = walk.advance(known[place]), looks + 1
    return walk.found, looks


def distance(word: str, other: str) -> int:
    """The distance by its definition."""
    if not word or not other:
        return len(word) + len(other)
    ways = [
        distance(word[1:], other) + 1,
        distance(word, other[1:]) + 1,
        distance(word[1:], other[1:]) + (word[0] != other[0]),
    ]
    if word[:2] == other[:2][::-1] and len(word) > 1:
        ways.append(distance(word[2:], other[2:]) + 1)
    return min(ways)


@pytest.mark.parametrize(
    ("word", "other", "far"),
    [
        ("electon", "election", 1), ("eletcion", "election", 1), ("elections", "election", 1),
        ("elaction", "election", 1), ("lection", "election", 1), ("elcetoin", "election", 2),
        ("electrify", "election", 3),
    ],
)  # fmt: skip
def test_edits_insert_delete_replace_or_swap_letters(word: str, other: str, far: int) -> None:
    assert walk_words(word, [other], 2)[0].get(other, 3) == far


WORDS = st.text("abcя\u0627", min_size=1, max_size=5)


@given(WORDS, st.lists(WORDS, max_size=40), st.integers(1, 2), st.integers(0, 2))
def test_walk_finds_the_same_as_all_comparisons(word: str, words: list[str], most: int, same: int) -> None:
    near = {other: distance(word, other) for other in words if other.startswith(word[:same])}
    near = {other: far for other, far in near.items() if far <= most and ord(other[0]) // 128 == ord(word[0]) // 128}
    assert walk_words(word, words, most, same)[0] == near


def test_walk_skips_most_words() -> None:
    letters = "abcdefghij"
    words = [a + b + c + d for a in letters for b in letters for c in letters for d in letters]
    found, looks = walk_words("abcd", words, 1)
    assert len(found) == 40  # itself, 9 others at each place, 3 exchanged
    assert looks < 300


def test_short_and_very_long_words_allow_no_edits() -> None:
    assert [max_edits("x" * length) for length in (1, 3, 4, 6, 7, 20, 10_000)] == [0, 0, 1, 1, 2, 2, 0]
