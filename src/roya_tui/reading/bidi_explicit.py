"""The rules of UAX #9 for embeddings, overrides and isolates (X1 to X10). Classes are letters of `bidi.LETTERS`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from roya_tui.reading.bidi_implicit import implicit_levels

_DEEPEST = 125
_ISOLATE = re.compile(r"[\[{?\]]")
_STRONG = re.compile("[LRA]")
_REMOVED = frozenset("<>()^b")
_OPENING = frozenset("[{?")


def levels(classes: str, base: int, text: str) -> bytes:
    """Return the level of each character of a paragraph up to rule I2; see `bidi.levels`."""
    matches = _isolate_matches(classes)
    result, overridden = _embedded(classes, base, matches)
    kept = [i for i, letter in enumerate(classes) if letter not in _REMOVED]
    place = {i: n for n, i in enumerate(kept)}
    outer = bytes(result)
    for sequence in _sequences(kept, outer, matches):
        first, last = sequence[0], sequence[-1]
        level = outer[first]
        before = outer[kept[place[first] - 1]] if place[first] else base
        open_ended = classes[last] in _OPENING and last not in matches
        after = base if open_ended or place[last] + 1 == len(kept) else outer[kept[place[last] + 1]]
        set_sequence(result, sequence, overridden, _edge(level, before), _edge(level, after), level, text)
    return filled(result, kept, base)


def set_sequence(
    result: bytearray, sequence: Sequence[int], classes: str, before: str, after: str, level: int, text: str
) -> None:
    """Resolve the characters at the indexes of `sequence` and put their levels into `result`."""
    letters = "".join([classes[i] for i in sequence])
    characters = "".join([text[i] for i in sequence]) if text else ""
    for i, resolved in zip(sequence, implicit_levels(letters, before, after, level, characters), strict=True):
        result[i] = resolved


def filled(result: bytearray, kept: Sequence[int], base: int) -> bytes:
    """Return levels in which each removed character has that of the one before it (UAX #9 §5.2)."""
    present = set(kept)
    level = base
    for i in range(len(result)):
        if i in present:
            level = result[i]
        else:
            result[i] = level
    return bytes(result)


def first_strong(classes: str, start: int, end: int) -> int | None:
    """Return 1 if the first strong character outside of isolates is R or AL, 0 if it is L, None without any (P2)."""
    if not _ISOLATE.search(classes, start, end):
        strong = _STRONG.search(classes, start, end)
        return int(strong[0] != "L") if strong else None
    depth = 0
    for letter in classes[start:end]:
        if letter in _OPENING:
            depth += 1
        elif letter == "]":
            depth = max(0, depth - 1)
        elif depth == 0 and letter in "LRA":
            return int(letter != "L")
    return None


def _edge(level: int, neighbour: int) -> str:
    return "R" if max(level, neighbour) % 2 else "L"


def _embedded(classes: str, base: int, matches: Mapping[int, int]) -> tuple[bytearray, str]:
    """Return the explicit level of each character, and the classes as overrides change them (X1 to X8)."""
    result = bytearray(len(classes))
    letters = list(classes)
    stack = [(base, "", False)]  # level, override, whether an isolate
    extra_isolates = extra_embeddings = open_isolates = 0
    for i, letter in enumerate(classes):
        level, override, _ = stack[-1]
        if letter in "<>()":  # X2 to X5
            result[i] = level
            deeper = _next_level(level, is_rtl=letter in ">)")
            if deeper <= _DEEPEST and not extra_isolates and not extra_embeddings:
                stack.append((deeper, {"(": "L", ")": "R"}.get(letter, ""), False))
            elif not extra_isolates:
                extra_embeddings += 1
        elif letter in _OPENING:  # X5a to X5c
            result[i] = level
            letters[i] = override or letter
            is_rtl = letter == "{" or (
                letter == "?" and first_strong(classes, i + 1, matches.get(i, len(classes))) == 1
            )
            deeper = _next_level(level, is_rtl)
            if deeper <= _DEEPEST and not extra_isolates and not extra_embeddings:
                open_isolates += 1
                stack.append((deeper, "", True))
            else:
                extra_isolates += 1
        elif letter == "]":  # X6a
            if extra_isolates:
                extra_isolates -= 1
            elif open_isolates:
                extra_embeddings = 0
                while not stack[-1][2]:
                    stack.pop()
                stack.pop()
                open_isolates -= 1
            result[i] = stack[-1][0]
            letters[i] = stack[-1][1] or letter
        elif letter == "^":  # X7
            result[i] = level
            if extra_isolates:
                continue
            if extra_embeddings:
                extra_embeddings -= 1
            elif not stack[-1][2] and len(stack) > 1:
                stack.pop()
        elif letter == "B":  # X8
            result[i] = base
        else:  # X6
            result[i] = level
            letters[i] = override if override and letter != "b" else letter
    return result, "".join(letters)


def _next_level(level: int, is_rtl: bool) -> int:
    """Return the least odd level above `level` for right-to-left, else the least even one."""
    return (level + 1) | 1 if is_rtl else (level + 2) & ~1


def _isolate_matches(classes: str) -> dict[int, int]:
    """Return where the isolate that opens at an index is closed (BD9)."""
    matches: dict[int, int] = {}
    opened: list[int] = []
    for found in _ISOLATE.finditer(classes):
        if found[0] != "]":
            opened.append(found.start())
        elif opened:
            matches[opened.pop()] = found.start()
    return matches


def _sequences(kept: Sequence[int], levels: bytes, matches: Mapping[int, int]) -> Iterator[list[int]]:
    """Return the isolating run sequences as lists of indexes (BD13)."""
    runs: list[list[int]] = []
    for i in kept:
        if runs and levels[runs[-1][-1]] == levels[i]:
            runs[-1].append(i)
        else:
            runs.append([i])
    closed = set(matches.values())
    beginning = {run[0]: run for run in runs}
    for run in runs:
        if run[0] in closed:
            continue  # it goes on from the run that opens the isolate
        sequence = list(run)
        while (following := beginning.get(matches.get(sequence[-1], -1))) is not None:
            sequence += following
        yield sequence
