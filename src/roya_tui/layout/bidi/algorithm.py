"""The Unicode Bidirectional Algorithm (UAX #9), with tables that `unicodedata` lacks (15.1)."""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from re import Match

from roya_tui import characters
from roya_tui.characters import ANY_RTL, SINGLE_CLUSTERS

MIRRORED = (
    "()<>[]{}«»༺༻༼༽᚛᚜‹›⁅⁆⁽⁾₍₎∈∋∉∌∊∍∕⧵∟⯾∠⦣∡⦛∢⦠∤⫮∼∽≃⋍≅≌≒≓≔≕≤≥≦≧≨≩≪≫≮≯≰≱≲≳≴≵≶≷≸≹≺≻≼≽≾≿⊀⊁⊂⊃⊄⊅⊆⊇⊈⊉⊊⊋⊏⊐⊑⊒⊘⦸⊢⊣⊦⫞⊨⫤⊩⫣⊫⫥⊰⊱"
    "⊲⊳⊴⊵⊶⊷⊸⟜⋉⋊⋋⋌⋐⋑⋖⋗⋘⋙⋚⋛⋜⋝⋞⋟⋠⋡⋢⋣⋤⋥⋦⋧⋨⋩⋪⋫⋬⋭⋰⋱⋲⋺⋳⋻⋴⋼⋶⋽⋷⋾⌈⌉⌊⌋\u2329\u232a❨❩❪❫❬❭❮❯❰❱❲❳❴❵⟃⟄⟅⟆⟈⟉⟋⟍⟕⟖⟝⟞⟢⟣⟤⟥⟦⟧⟨⟩⟪⟫⟬⟭⟮⟯⦃⦄"
    "⦅⦆⦇⦈⦉⦊⦋⦌⦍⦐⦎⦏⦑⦒⦓⦔⦕⦖⦗⦘⦤⦥⦨⦩⦪⦫⦬⦭⦮⦯⧀⧁⧄⧅⧏⧐⧑⧒⧔⧕⧘⧙⧚⧛⧨⧩⧸⧹⧼⧽⨫⨬⨭⨮⨴⨵⨼⨽⩤⩥⩹⩺⩻⩼⩽⩾⩿⪀⪁⪂⪃⪄⪅⪆⪇⪈⪉⪊⪋⪌⪍⪎⪏⪐⪑⪒⪓⪔⪕⪖⪗⪘⪙⪚⪛⪜⪝⪞⪟⪠⪡⪢⪦⪧⪨⪩⪪⪫"
    "⪬⪭⪯⪰⪱⪲⪳⪴⪵⪶⪷⪸⪹⪺⪻⪼⪽⪾⪿⫀⫁⫂⫃⫄⫅⫆⫇⫈⫉⫊⫋⫌⫍⫎⫏⫐⫑⫒⫓⫔⫕⫖⫬⫭⫷⫸⫹⫺⸂⸃⸄⸅⸉⸊⸌⸍⸜⸝⸠⸡⸢⸣⸤⸥⸦⸧⸨⸩⹕⹖⹗⹘⹙⹚⹛⹜〈〉《》「」『』【】〔〕〖〗〘〙〚〛﹙﹚﹛﹜﹝﹞﹤﹥（）＜＞［］"
    "｛｝｟｠｢｣"
)
"""Pairs of characters that are each other's mirror image (BidiMirroring.txt)."""

_MAX_OPEN_BRACKETS = 63
_MIRRORS = dict(zip(MIRRORED[::2] + MIRRORED[1::2], MIRRORED[1::2] + MIRRORED[::2], strict=True))
# Paired brackets are the mirrored characters of category Ps, by the derivation in BidiBrackets.txt.
CLOSING_BRACKETS = {opening: end for opening, end in _MIRRORS.items() if unicodedata.category(opening) == "Ps"}
_BRACKET = re.compile("[" + re.escape("".join((*CLOSING_BRACKETS, *CLOSING_BRACKETS.values()))) + "]")
# Angle brackets have two canonically equivalent code points each.
_CANONICAL = {"\u232a": "\u3009"}

_MARKS = re.compile(r"(.)(m+)")
_AFTER_ARABIC = re.compile(r"A[^LRAe]*e[^LRA]*")
_NUMBER_SEPARATOR = re.compile(r"(?<=e)[+,](?=e)")
_ARABIC_SEPARATOR = re.compile(r"(?<=n),(?=n)")
_TERMINATORS = re.compile(r"%+(?=e)|(?<=e)%+")
_OTHER_SEPARATORS = str.maketrans("+,%", "ooo")
_AFTER_LATIN = re.compile(r"L[^LRe]*e[^LR]*")
_NEUTRALS = re.compile(r"[oBS \[{?\]]+")


def resolve_implicit_levels(classes: str, before: str, after: str, level: int, text: str) -> bytes:
    """Return the levels of an isolating run sequence at `level`, given its `bidi_classes`.

    `before` and `after` are its sos and eos (L or R); `text` are its characters, or empty if it has no brackets.
    """
    sequence = _resolve_weak(f"{before}{classes}{after}")
    if text and "o" in sequence and _BRACKET.search(text):
        sequence = _resolve_brackets(sequence, f" {classes} ", f" {text} ", "R" if level % 2 else "L")
    sequence = _resolve_neutrals(sequence, "R" if level % 2 else "L")
    return sequence[1:-1].translate(_implicit_level_table(level)).encode("latin-1")


@lru_cache(None)
def _implicit_level_table(level: int) -> dict[int, int]:
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

    sequence = sequence.replace("R R", "RRR").replace("L L", "LLL")  # most of them, faster
    return _NEUTRALS.sub(direction, sequence)  # N1, N2


def _resolve_brackets(sequence: str, classes: str, text: str, embedding: str) -> str:
    """Rule N0: a pair of brackets takes the direction of its content, or of the text before."""
    letters = list(sequence)
    opposite = "L" if embedding == "R" else "R"
    before, checked = letters[0], 1  # the last strong letter so far
    for opening, closing in _bracket_pairs(sequence, text):
        inside = {"L" if letter == "L" else "R" for letter in letters[opening + 1 : closing] if letter in "LRen"}
        if embedding in inside:
            direction = embedding
        elif inside:
            before = next((letter for letter in reversed(letters[checked:opening]) if letter in "LRen"), before)
            checked = opening
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
    """Return the indexes of paired brackets, in the order they open (BD16)."""
    waiting: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for found in _BRACKET.finditer(text):
        at, bracket = found.start(), _CANONICAL.get(found[0], found[0])
        if sequence[at] != "o":
            continue
        if bracket in CLOSING_BRACKETS:
            if len(waiting) == _MAX_OPEN_BRACKETS:
                return []
            closing = CLOSING_BRACKETS[bracket]
            waiting.append((_CANONICAL.get(closing, closing), at))
            continue
        for i in range(len(waiting) - 1, -1, -1):
            if waiting[i][0] == bracket:
                pairs.append((waiting[i][1], at))
                del waiting[i:]
                break
    return sorted(pairs)


_MAX_DEPTH = 125
_ISOLATE = re.compile(r"[\[{?\]]")
_STRONG = re.compile("[LRA]")
_PIECE = 10_000  # characters
_REMOVED = frozenset("<>()^b")
_OPENING = frozenset("[{?")


def resolve_explicit_levels(classes: str, base: int, text: str) -> bytes:
    """Return the level of each character of a paragraph with embeddings or isolates."""
    text = text if _BRACKET.search(text) else ""
    matches = _isolate_matches(classes)
    result, overridden = _apply_embeddings(classes, base, matches)
    kept = array("i", (i for i, letter in enumerate(classes) if letter not in _REMOVED))
    outer = bytes(result)
    for sequence in _sequences(kept, outer, matches):
        first, last = sequence[0], sequence[-1]
        level = outer[first]
        place = bisect_left(kept, first)
        before = outer[kept[place - 1]] if place else base
        open_ended = classes[last] in _OPENING and last not in matches
        place = bisect_left(kept, last) + 1
        after = base if open_ended or place == len(kept) else outer[kept[place]]
        resolve_sequence(
            result, sequence, overridden, _edge_class(level, before), _edge_class(level, after), level, text
        )
    return fill_removed(result, kept, base)


def resolve_sequence(
    result: bytearray, sequence: Sequence[int], classes: str, before: str, after: str, level: int, text: str
) -> None:
    """Set the levels in `result` of the characters at the indexes of `sequence`."""
    letters = "".join([classes[i] for i in sequence])
    characters = ""
    if text:  # joined in pieces, as each character takes sixty bytes until then
        pieces = (sequence[at : at + _PIECE] for at in range(0, len(sequence), _PIECE))
        characters = "".join(["".join([text[i] for i in piece]) for piece in pieces])
    for i, resolved in zip(sequence, resolve_implicit_levels(letters, before, after, level, characters), strict=True):
        result[i] = resolved


def fill_removed(result: bytearray, kept: Sequence[int], base: int) -> bytes:
    """Return levels in which a removed character has that of the one before (UAX #9 §5.2)."""
    end = 0  # of what is done
    for i in chain(kept, (len(result),)):
        if i > end:
            result[end:i] = bytes([result[end - 1] if end else base]) * (i - end)
        end = i + 1
    return bytes(result)


def first_strong_level(classes: str, start: int, end: int) -> int | None:
    """Return 1 if the first strong class outside isolates is R or AL, 0 if L, else None (P2)."""
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


def _edge_class(level: int, neighbour: int) -> str:
    return "R" if max(level, neighbour) % 2 else "L"


def _apply_embeddings(classes: str, base: int, matches: Mapping[int, int]) -> tuple[bytearray, str]:
    """Return the explicit level of each character, and the classes after overrides (X1 to X8)."""
    result = bytearray(len(classes))
    letters = list(classes)
    stack = [(base, "", False)]  # level, override, whether an isolate
    extra_isolates = extra_embeddings = open_isolates = 0
    for i, letter in enumerate(classes):
        level, override, _ = stack[-1]
        if letter in "<>()":  # X2 to X5
            result[i] = level
            deeper = _next_level(level, is_rtl=letter in ">)")
            if deeper <= _MAX_DEPTH and not extra_isolates and not extra_embeddings:
                stack.append((deeper, {"(": "L", ")": "R"}.get(letter, ""), False))
            elif not extra_isolates:
                extra_embeddings += 1
        elif letter in _OPENING:  # X5a to X5c
            result[i] = level
            letters[i] = override or letter
            is_rtl = letter == "{" or (
                letter == "?" and first_strong_level(classes, i + 1, matches.get(i, len(classes))) == 1
            )
            deeper = _next_level(level, is_rtl)
            if deeper <= _MAX_DEPTH and not extra_isolates and not extra_embeddings:
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
    """Return the index that closes each isolate, by the index that opens it (BD9)."""
    matches: dict[int, int] = {}
    opened: list[int] = []
    for found in _ISOLATE.finditer(classes):
        if found[0] != "]":
            opened.append(found.start())
        elif opened:
            matches[opened.pop()] = found.start()
    return matches


def _sequences(kept: array[int], levels: bytes, matches: Mapping[int, int]) -> Iterator[array[int]]:
    """Yield the isolating run sequences as arrays of indexes (BD13)."""
    runs: list[array[int]] = []
    start = 0
    for n in range(1, len(kept) + 1):
        if n == len(kept) or levels[kept[n]] != levels[kept[n - 1]]:
            runs.append(kept[start:n])
            start = n
    closed = set(matches.values())
    beginning = {run[0]: run for run in runs}
    for run in runs:
        if run[0] in closed:
            continue  # part of the sequence that opens the isolate
        sequence = run[:]
        while (following := beginning.get(matches.get(sequence[-1], -1))) is not None:
            sequence += following
        yield sequence


CLASS_LETTERS = {
    "L": "L", "R": "R", "AL": "A", "EN": "e", "AN": "n", "ES": "+", "ET": "%", "CS": ",", "NSM": "m", "BN": "b",
    "B": "B", "S": "S", "WS": " ", "ON": "o", "LRE": "<", "RLE": ">", "LRO": "(", "RLO": ")", "PDF": "^",
    "LRI": "[", "RLI": "{", "FSI": "?", "PDI": "]",
}  # fmt: skip
"""Bidirectional class → a letter for it."""

_FIRST_FEW = 40
_NOT_RTL = re.compile(r"[^RAm oSB+,%]")
"""Without a match there are no left-to-right words or numbers, and neutrals follow the others."""
_EXPLICIT = re.compile(r"[<>()^\[{?\]]")
# Default classes of code points that are not assigned yet (DerivedBidiClass.txt, @missing).
_UNASSIGNED_ARABIC = re.compile(
    "[\u0600-\u07bf\u0860-\u08ff\ufb50-\ufdff\ufe70-\ufeff\U00010d00-\U00010d3f\U00010ec0-\U00010eff"
    "\U00010f30-\U00010f6f\U0001ec70-\U0001ecbf\U0001ed00-\U0001ed4f\U0001ee00-\U0001eeff]"
)
_UNASSIGNED_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufb4f\U00010800-\U00010fff\U0001e800-\U0001efff]")
_UNASSIGNED_NEUTRAL = re.compile("[\ufdd0-\ufdef\ufff0-\ufff8\U000e0000-\U000e0fff]")


class _Classes(dict[int, str]):
    """Code point → class letter, filled on demand."""

    def __missing__(self, code: int) -> str:
        letter = self[code] = CLASS_LETTERS.get(unicodedata.bidirectional(chr(code))) or _unassigned_class(code)
        return letter


_CLASSES = _Classes()


def bidi_classes(text: str) -> str:
    """Return the bidirectional class of each character, as letters of `CLASS_LETTERS`."""
    return text.translate(_CLASSES)


def starts_rtl(text: str) -> bool:
    """Return whether the first strong character is right-to-left, in an isolate or not."""
    strong = _STRONG.search(bidi_classes(text[:_FIRST_FEW])) or _STRONG.search(bidi_classes(text))
    return bool(strong and strong[0] != "L")


def resolve_levels(classes: str, base: int, text: str = "") -> bytes:
    """Return the embedding levels of one paragraph, up to rule I2; `text` has its brackets."""
    if base and not _NOT_RTL.search(classes):
        return b"\x01" * len(classes)
    if _EXPLICIT.search(classes):
        return resolve_explicit_levels(classes, base, text)
    edge = "R" if base else "L"
    if "b" not in classes:
        return resolve_implicit_levels(classes, edge, edge, base, text)
    kept = [i for i, letter in enumerate(classes) if letter != "b"]
    result = bytearray(len(classes))
    resolve_sequence(result, kept, classes, edge, edge, base, text)
    return fill_removed(result, kept, base)


def _unassigned_class(code: int) -> str:
    character = chr(code)
    if code & 0xFFFE == 0xFFFE or _UNASSIGNED_NEUTRAL.match(character):
        return "b"
    if "\u20a0" <= character <= "\u20cf":  # currencies
        return "%"
    if _UNASSIGNED_ARABIC.match(character):
        return "A"
    return "R" if _UNASSIGNED_RTL.match(character) else "L"


_TRAILING_WHITESPACE = re.compile(r"[ \[{?\]<>()^b]+(?:[SB]|\Z)|[SB]")
_LEVEL_RUN = re.compile(rb"\x01+|\x00+|\x02+|(.)\1*", re.S)
_WORD = re.compile(r"\S+")
_ORDERED = re.compile("([RA][RAmb]*)|n[nmb]*")
_LRM = "\u200e"
_MIRRORED = re.compile("[" + re.escape(MIRRORED) + "]")
_MIRROR_TABLE = str.maketrans(_MIRRORS)


def line_levels(classes: str, levels: bytes, base: int) -> bytes:
    """Return a line's levels after rule L1, which resets separators and trailing whitespace."""
    if not _TRAILING_WHITESPACE.search(classes):
        return levels
    result = bytearray(levels)
    for found in _TRAILING_WHITESPACE.finditer(classes):
        result[found.start() : found.end()] = bytes([base]) * (found.end() - found.start())
    return bytes(result)


def level_runs(levels: bytes) -> list[tuple[int, int, bool]]:
    """Return the level runs left to right (L2): start, end, and whether drawn in reverse."""
    runs = [(found.start(), found.end(), found[0][0]) for found in _LEVEL_RUN.finditer(levels)]
    lowest_odd = min((level | 1 for _, _, level in runs), default=1)
    for level in range(max(levels, default=0), lowest_odd - 1, -1):
        at = 0
        while at < len(runs):
            until = at
            while until < len(runs) and runs[until][2] >= level:
                until += 1
            runs[at:until] = reversed(runs[at:until])
            at = until + 1
    return [(start, end, level % 2 == 1) for start, end, level in runs]


def reorder_line(text: str, levels: bytes) -> tuple[str, list[int]]:
    """Return a line's characters as drawn left to right, and their indexes in `text`.

    Marks stay after their letter (L3), and characters such as brackets are mirrored in right-to-left runs (L4).
    """
    drawn: list[str] = []
    indexes: list[int] = []
    for start, end, is_rtl in level_runs(levels):
        stretch = text[start:end]
        if not is_rtl:
            drawn.append(stretch)
            indexes += range(start, end)
            continue
        stretch = mirror(stretch)
        order = _reversed_clusters(text, start, end)
        drawn.append(stretch[::-1] if isinstance(order, range) else "".join([stretch[i - start] for i in order]))
        indexes += order
    return "".join(drawn), indexes


def mirror(text: str) -> str:
    """Return text with characters such as brackets mirrored (L4)."""
    return text.translate(_MIRROR_TABLE) if _MIRRORED.search(text) else text


def encode_for_word_reordering(drawn: str) -> str:
    """Reverse words whose first letter is right-to-left, for terminals that do so too (kitty)."""
    return _WORD.sub(_reverse_word, drawn) if ANY_RTL.search(drawn) else drawn


def encode_for_line_reordering(drawn: str, indexes: Sequence[int], classes: str) -> tuple[str, list[int]]:
    """Return a drawn line, and its indexes, for a terminal that reorders lines itself.

    Right-to-left letters are sent in logical order, with a left-to-right mark (LRM) after them, so that the terminal
    cannot move what is beside them. `classes` are those of `drawn`.
    """
    pieces: list[str] = []
    order: list[int] = []
    end = 0
    for found in _ORDERED.finditer(classes):
        start, until = found.span()
        backward = _reversed_clusters(drawn, start, until) if found[1] else range(start, until)
        pieces += (drawn[end:start], *[drawn[i] for i in backward], _LRM)
        order += [*indexes[end:start], *[indexes[i] for i in backward], indexes[backward[-1]]]
        end = until
    return "".join((*pieces, drawn[end:])), [*order, *indexes[end:]]


def _reverse_word(found: re.Match[str]) -> str:
    word = found[0]
    if not ANY_RTL.search(word):
        return word
    turned = "".join([word[i] for i in _reversed_clusters(word, 0, len(word))]).translate(_MIRROR_TABLE)
    first = next(filter(str.isalpha, turned), "")
    return turned if ANY_RTL.match(first) else word


def _reversed_clusters(text: str, start: int, end: int) -> Sequence[int]:
    """Return the indexes of `text[start:end]` from its last grapheme cluster to its first."""
    if SINGLE_CLUSTERS.fullmatch(text, start, end):
        return range(end - 1, start - 1, -1)
    indexes: list[int] = []
    for edge in reversed(characters.cluster_starts(text[start:end])):
        indexes += range(start + edge, end)
        end = start + edge
    return indexes
