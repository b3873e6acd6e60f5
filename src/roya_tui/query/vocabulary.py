"""The names that the store knows, and which of them fit what is typed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from roya_tui.text import fold, has_word_prefix

MERGED_TAG = "merged tag"
"""What stands beside the fields: names of tags that were merged into others. They are understood, and not offered."""

MAX_NAMES = 30_000
"""Of tags at most so many are known: to sort more would hold up the screen. Where there are more, nobody can say that
one is none."""


class NameIndex:
    """Names, the most used first, folded into one text with a line for each: so a key looks through 20,000 at once."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = tuple(names)
        self._lines = [fold_name(name) for name in self._names]
        self._text = "\n".join(["", *self._lines, ""])
        self._starts = list(accumulate((len(line) + 1 for line in self._lines), initial=1))
        self._parts = self._sorted_parts()
        self._nearest = ("", "")
        self._worded: dict[str, bool] = {}
        self._counted: dict[str, int] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def complete(self, prefix: str, limit: int) -> list[str]:
        """Return the names that begin so, then those in which a word does, then those that have it anywhere."""
        wanted = fold_name(prefix)
        found: dict[int, None] = {}
        for piece in (f"\n{wanted}", f" {wanted}", wanted) if wanted else ("\n",):
            for line in self._lines_containing(piece):
                if len(found) == limit:
                    break
                found.setdefault(line)
        return [self._names[line] for line in found]

    def contains(self, name: str, ends: str = "\n") -> bool:
        """Whether one is `name`, or has it in front of one of the signs in `ends`."""
        return any(f"\n{fold_name(name)}{end}" in self._text for end in ends)

    def contains_words(self, words: str) -> bool:
        """Whether each of the words begins one of a name's."""
        if words not in self._worded:  # a query is asked about with each letter that is typed behind it
            self._worded[words] = self._contains_words(fold_name(words).split())
        return self._worded[words]

    def _contains_words(self, wanted: Sequence[str]) -> bool:
        rarest = min(wanted, key=self._lines_with)
        return any(
            all(has_word_prefix(self._lines[line], word) for word in wanted) for line in self._lines_containing(rarest)
        )

    def _lines_with(self, word: str) -> int:
        """How often it is there, about."""
        if word not in self._counted:
            self._counted[word] = self._text.count(word)
        return self._counted[word]

    def nearest(self, name: str) -> str:
        """Return the one that has `name` in it, or else one that is a slip or two away, or has a word that is."""
        if self._nearest[0] != name:  # with each letter behind it, it is asked for again
            self._nearest = name, next(iter(self.complete(name, 1)), "") or self._find_near(fold_name(name))
        return self._nearest[1]

    def _find_near(self, wanted: str) -> str:
        from roya_tui.query.edit_distance import NearWordWalk, max_edits

        for most in range(1, max_edits(wanted) + 1):
            walk = NearWordWalk(wanted, most, prefix_length=most - 1)
            at = walk.start
            while (place := bisect_left(self._parts, at, key=_part_text)) < len(self._parts):
                at = walk.advance(self._parts[place][0])
            if walk.found:
                lines = {part: self._parts[bisect_left(self._parts, part, key=_part_text)][1] for part in walk.found}
                part = min(lines, key=lambda part: (walk.found[part], part[0] != wanted[0], lines[part]))
                return self._names[lines[part]]
        return ""

    def _sorted_parts(self) -> list[tuple[str, int]]:
        """The names and the words in them, sorted, each with the first line that has it."""
        parts: dict[str, int] = {}
        for line, name in enumerate(self._lines):
            for part in (name, *name.split()):
                parts.setdefault(part, line)
        return sorted(parts.items())

    def _lines_containing(self, piece: str) -> Iterator[int]:
        """The lines that have it, each once."""
        at = self._text.find(piece)
        while 0 <= at < len(self._text) - 1:
            yield bisect_right(self._starts, at + piece.startswith("\n")) - 1
            at = self._text.find(piece, self._text.index("\n", at + 1))


Vocabulary = Mapping[str, NameIndex]
"""Field → the names that may stand behind it."""
NO_NAMES = NameIndex()


def fold_name(name: str) -> str:
    """Return a name as it is compared: on one line, without blanks around it."""
    return " ".join(fold(name).split())


def _part_text(part: tuple[str, int]) -> str:
    return part[0]
