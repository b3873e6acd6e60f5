"""The rules of UAX #9 for one isolating run sequence: weak types (W), brackets and neutrals (N), levels (I)."""

from __future__ import annotations

import re
from functools import lru_cache
from re import Match

from roya_tui.reading.bidi_data import BRACKETS

_MOST_OPEN = 63
_CLOSING = dict(zip(BRACKETS[::2], BRACKETS[1::2], strict=True))
_BRACKET = re.compile("[" + re.escape(BRACKETS) + "]")
# The angle brackets have two code points each that are canonically the same.
_SAME = {"\u232a": "\u3009"}

_MARKS = re.compile(r"(.)(m+)")
_AFTER_ARABIC = re.compile(r"A[^LRAe]*e[^LRA]*")
_NUMBER_SEPARATOR = re.compile(r"(?<=e)[+,](?=e)")
_ARABIC_SEPARATOR = re.compile(r"(?<=n),(?=n)")
_TERMINATORS = re.compile(r"%+(?=e)|(?<=e)%+")
_OTHER_SEPARATORS = str.maketrans("+,%", "ooo")
_AFTER_LATIN = re.compile(r"L[^LRe]*e[^LR]*")
_NEUTRALS = re.compile(r"[oBS \[{?\]]+")


def implicit_levels(classes: str, before: str, after: str, level: int, text: str) -> bytes:
    """Return the levels of a sequence at `level`, whose classes are letters of `bidi.LETTERS`.

    `before` and `after` are what the sequence stands between (sos and eos, L or R); `text` has its characters, or is
    empty if it has no brackets.
    """
    sequence = _resolve_weak(f"{before}{classes}{after}")
    if text and "o" in sequence and _BRACKET.search(text):
        sequence = _resolve_brackets(sequence, f" {classes} ", f" {text} ", "R" if level % 2 else "L")
    sequence = _resolve_neutrals(sequence, "R" if level % 2 else "L")
    return sequence[1:-1].translate(_raised(level)).encode("latin-1")


@lru_cache(None)
def _raised(level: int) -> dict[int, int]:
    """Return the level of each resolved class at an embedding level (I1, I2)."""
    steps = {"L": 1, "R": 0, "e": 1, "n": 1} if level % 2 else {"L": 0, "R": 1, "e": 2, "n": 2}
    return {ord(letter): level + step for letter, step in steps.items()}


def _resolve_weak(sequence: str) -> str:
    if "m" in sequence:  # W1
        sequence = _MARKS.sub(lambda m: m[1] + ("o" if m[1] in "[{?]" else m[1]) * len(m[2]), sequence)
    has_digits = "e" in sequence
    if "A" in sequence:
        if has_digits:  # W2
            sequence = _AFTER_ARABIC.sub(lambda m: m[0].replace("e", "n"), sequence)
        sequence = sequence.replace("A", "R")  # W3
    if has_digits:
        sequence = _NUMBER_SEPARATOR.sub("e", sequence)  # W4
    if "n" in sequence:
        sequence = _ARABIC_SEPARATOR.sub("n", sequence)
    if has_digits:
        sequence = _TERMINATORS.sub(lambda m: "e" * len(m[0]), sequence)  # W5
    sequence = sequence.translate(_OTHER_SEPARATORS)  # W6
    if has_digits:
        sequence = _AFTER_LATIN.sub(lambda m: m[0].replace("e", "L"), sequence)  # W7
    return sequence


def _resolve_neutrals(sequence: str, embedding: str) -> str:
    def direction(found: Match[str]) -> str:
        first, last = found.string[found.start() - 1], found.string[found.end()]
        agreed = (first == "L") == (last == "L")
        return (("L" if first == "L" else "R") if agreed else embedding) * (found.end() - found.start())

    sequence = sequence.replace("R R", "RRR").replace("L L", "LLL")  # most of them, and fast
    return _NEUTRALS.sub(direction, sequence)  # N1, N2


def _resolve_brackets(sequence: str, classes: str, text: str, embedding: str) -> str:
    """Rule N0: both brackets of a pair take the direction of what is in them, or of what is before them."""
    letters = list(sequence)
    opposite = "L" if embedding == "R" else "R"
    before, looked = letters[0], 1  # the last strong letter of all that were looked at
    for opening, closing in _bracket_pairs(sequence, text):
        inside = {"L" if letter == "L" else "R" for letter in letters[opening + 1 : closing] if letter in "LRen"}
        if embedding in inside:
            direction = embedding
        elif inside:
            before = next((letter for letter in reversed(letters[looked:opening]) if letter in "LRen"), before)
            looked = opening
            direction = opposite if (before == "L") == (opposite == "L") else embedding
        else:
            continue
        for bracket in (opening, closing):
            letters[bracket] = direction
            following = bracket + 1
            while following < len(classes) and classes[following] == "m":
                letters[following] = direction
                following += 1
    return "".join(letters)


def _bracket_pairs(sequence: str, text: str) -> list[tuple[int, int]]:
    """Return where the brackets of each pair stand, in the order they open (BD16)."""
    waiting: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for found in _BRACKET.finditer(text):
        at, bracket = found.start(), _SAME.get(found[0], found[0])
        if sequence[at] != "o":
            continue
        if bracket in _CLOSING:
            if len(waiting) == _MOST_OPEN:
                return []
            waiting.append((_SAME.get(_CLOSING[bracket], _CLOSING[bracket]), at))
            continue
        for i in range(len(waiting) - 1, -1, -1):
            if waiting[i][0] == bracket:
                pairs.append((waiting[i][1], at))
                del waiting[i:]
                break
    return sorted(pairs)
