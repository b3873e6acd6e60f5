"""Find words within a small edit distance: insertions, deletions, substitutions and transpositions.

A sorted list of any length is searched without reading most of it (after Schulz and Mihov, "Fast string correction with
Levenshtein automata", 2002): the walk tells the owner of the list where to continue.
"""

from __future__ import annotations

PAST_END = "\U0010ffff"
"""Sorts after all words."""
_MAX_LENGTH = 40
"""Letters; the time of a walk grows with their square, and longer words are pasted, not typed."""
_BLOCK_SIZE = 0x80
"""Near words begin in the same block of so many characters, since typing errors stay within a script."""


def max_edits(word: str) -> int:
    """Return up to which distance words are near to `word`; 0 if it is too short or too long."""
    return 0 if len(word) < 4 or len(word) > _MAX_LENGTH else 1 if len(word) < 7 else 2


class NearWordWalk:
    """A walk through words sorted by code points, for those at most `max_edits` from `word`."""

    def __init__(self, word: str, max_edits: int, prefix_length: int = 0) -> None:
        """`prefix_length`: how many first letters must be equal."""
        self.prefix = word[:prefix_length]
        alphabet = ord(word[0]) // _BLOCK_SIZE * _BLOCK_SIZE
        self.start = self.prefix or chr(alphabet)
        """No near word sorts before it."""
        self._end = chr(min(alphabet + _BLOCK_SIZE, 0x10FFFF))
        self.found: dict[str, int] = {}
        """Near word → its distance."""
        self._word = word
        self._max_edits = max_edits
        self._letters = sorted(set(word))
        self._path = ""
        # For each prefix of the path, its distance to each prefix of the word (optimal string alignment).
        self._rows = [list(range(len(word) + 1))]
        for letter in self.prefix:
            self._step(letter)

    def advance(self, term: str) -> str:
        """Check a word of the list; return the text before which no other near word sorts."""
        if term >= self._end or not term.startswith(self.prefix):
            return PAST_END
        while not term.startswith(self._path):
            self._back()
        rejected = ""
        for letter in term[len(self._path) :]:
            if not self._step(letter):
                rejected = self._back()
                break
        else:
            if self._rows[-1][-1] <= self._max_edits:
                self.found[term] = self._rows[-1][-1]
        return self._next(rejected)

    def _next(self, rejected: str) -> str:
        """Return the first possible prefix of a near word after the path and its rejected next letter."""
        while True:
            if min(self._rows[-1]) < self._max_edits:  # any letter may follow
                return self._path + (chr(ord(rejected) + 1) if rejected else "\0")
            for letter in self._letters:
                if letter > rejected and min(self._row(letter)) <= self._max_edits:
                    return self._path + letter
            if len(self._path) <= len(self.prefix):
                return PAST_END
            rejected = self._back()

    def _step(self, letter: str) -> bool:
        """Extend the path by a letter; return whether a near word may begin with it."""
        row = self._row(letter)
        self._rows.append(row)
        self._path += letter
        return min(row) <= self._max_edits

    def _back(self) -> str:
        self._rows.pop()
        letter = self._path[-1]
        self._path = self._path[:-1]
        return letter

    def _row(self, letter: str) -> list[int]:
        previous, word = self._rows[-1], self._word
        row = [previous[0] + 1]
        for place, wanted in enumerate(word):
            least = min(previous[place + 1] + 1, row[place] + 1, previous[place] + (wanted != letter))
            if place and self._path and letter == word[place - 1] and self._path[-1] == wanted:
                least = min(least, self._rows[-2][place - 1] + 1)
            row.append(least)
        return row
