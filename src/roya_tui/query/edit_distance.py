"""Words that are a slip of the finger away from another: a letter more, one less, another one, or two exchanged.

Such a word is found in a sorted list of any length without a look at most of it (after Schulz and Mihov, "Fast string
correction with Levenshtein automata", 2002): whoever holds the list is told from where on to look.
"""

from __future__ import annotations

PAST_END = "\U0010ffff"
"""No word stands here or behind it."""
_MAX_LENGTH = 40
"""Letters of a word: longer ones are pasted, and the walk takes longer by the square of them."""
_BLOCK_SIZE = 0x80
"""Near words begin in the same row of so many characters: no slip leads from one script to another."""


def max_edits(word: str) -> int:
    """Return how many slips a word of so many letters is known by: none where too many others are as near, or nobody
    types it."""
    return 0 if len(word) < 4 or len(word) > _MAX_LENGTH else 1 if len(word) < 7 else 2


class NearWordWalk:
    """A walk through words in the order of their code points, for those at most so many slips from `word`."""

    def __init__(self, word: str, max_edits: int, prefix_length: int = 0) -> None:
        """`same`: letters that they begin with alike."""
        self.prefix = word[:prefix_length]
        alphabet = ord(word[0]) // _BLOCK_SIZE * _BLOCK_SIZE
        self.start = self.prefix or chr(alphabet)
        """Before this no near word stands."""
        self._end = chr(min(alphabet + _BLOCK_SIZE, 0x10FFFF))
        self.found: dict[str, int] = {}
        """The words that are near, and by how many slips."""
        self._word = word
        self._max_edits = max_edits
        self._letters = sorted(set(word))
        self._path = ""
        # For each beginning of the path, how far it is from each beginning of the word (optimal string alignment).
        self._rows = [list(range(len(word) + 1))]
        for letter in self.prefix:
            self._step(letter)

    def advance(self, term: str) -> str:
        """Take in a word of the list, and return before what the next that may be near cannot stand."""
        if term >= self._end or not term.startswith(self.prefix):
            return PAST_END
        while not term.startswith(self._path):
            self._back()
        passed = ""
        for letter in term[len(self._path) :]:
            if not self._step(letter):
                passed = self._back()
                break
        else:
            if self._rows[-1][-1] <= self._max_edits:
                self.found[term] = self._rows[-1][-1]
        return self._next(passed)

    def _next(self, passed: str) -> str:
        """Return the first beginning of a near word behind the path and the letter that was passed after it."""
        while True:
            if min(self._rows[-1]) < self._max_edits:  # any letter may follow
                return self._path + (chr(ord(passed) + 1) if passed else "\0")
            for letter in self._letters:
                if letter > passed and min(self._row(letter)) <= self._max_edits:
                    return self._path + letter
            if len(self._path) <= len(self.prefix):
                return PAST_END
            passed = self._back()

    def _step(self, letter: str) -> bool:
        """Go on by a letter; whether a near word may begin so."""
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
