"""The names that may follow a field of a query, to complete, check and correct what is typed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import accumulate
from operator import itemgetter

from roya_tui.text import fold_name, has_word_prefix

MERGED_TAG = "merged tag"
"""Key in a vocabulary for the names of merged tags, which are valid but not offered."""

MAX_NAMES = 30_000
"""Tags in a vocabulary at most: sorting more would block the screen. With so many, no tag counts as unknown."""


class NameIndex:
    """Names, the most used first. They are folded into one text, a line each: 20,000 are searched at once."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = tuple(names)
        self._lines = [fold_name(name) for name in self._names]
        self._text = "\n".join(["", *self._lines, ""])
        self._starts = list(accumulate((len(line) + 1 for line in self._lines), initial=1))
        self._nearest = ("", "")
        self._has_words: dict[str, bool] = {}
        self._counts: dict[str, int] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def complete(self, prefix: str, limit: int) -> list[str]:
        """Return the names that begin with `prefix`, then those with such a word, then those that contain it."""
        wanted = fold_name(prefix)
        found: dict[int, None] = {}
        for piece in (f"\n{wanted}", f" {wanted}", wanted) if wanted else ("\n",):
            for line in self._lines_containing(piece):
                if len(found) == limit:
                    break
                found.setdefault(line)
        return [self._names[line] for line in found]

    def contains(self, name: str, ends: str = "\n") -> bool:
        """Whether a name is `name`, or begins with it and one of the characters in `ends`."""
        return any(f"\n{fold_name(name)}{end}" in self._text for end in ends)

    def contains_words(self, words: str) -> bool:
        """Whether `with_words` yields a name."""
        if words not in self._has_words:  # each letter typed after a term checks it again
            self._has_words[words] = next(self.with_words(words), None) is not None
        return self._has_words[words]

    def with_words(self, words: str) -> Iterator[int]:
        """Yield the index of each name in which every one of these words begins a word."""
        wanted = sorted(fold_name(words).split(), key=self._count)
        for line in self._lines_containing(wanted[0]) if wanted else ():
            if all(has_word_prefix(self._lines[line], word) for word in wanted):
                yield line

    def _count(self, word: str) -> int:
        """Return about how many names have a word."""
        if word not in self._counts:
            self._counts[word] = self._text.count(word)
        return self._counts[word]

    def nearest(self, name: str) -> str:
        """Return the first name that contains `name`, else the nearest by edit distance, else ""."""
        if self._nearest[0] != name:  # each letter typed after it asks again
            self._nearest = name, next(iter(self.complete(name, 1)), "") or self._find_near(fold_name(name))
        return self._nearest[1]

    def _find_near(self, wanted: str) -> str:
        from roya_tui.query.edit_distance import NearWordWalk, max_edits

        for most in range(1, max_edits(wanted) + 1):
            walk = NearWordWalk(wanted, most, prefix_length=most - 1)
            at = walk.start
            while (place := bisect_left(self._parts, at, key=itemgetter(0))) < len(self._parts):
                at = walk.advance(self._parts[place][0])
            if walk.found:
                lines = {part: self._parts[bisect_left(self._parts, part, key=itemgetter(0))][1] for part in walk.found}
                part = min(lines, key=lambda part: (walk.found[part], part[0] != wanted[0], lines[part]))
                return self._names[lines[part]]
        return ""

    @cached_property
    def _parts(self) -> list[tuple[str, int]]:
        """The names and their words, sorted, each with the first line that has it."""
        parts: dict[str, int] = {}
        for line, name in enumerate(self._lines):
            for part in (name, *name.split()):
                parts.setdefault(part, line)
        return sorted(parts.items())

    def _lines_containing(self, piece: str) -> Iterator[int]:
        """Yield each line that contains `piece` once."""
        at = self._text.find(piece)
        while 0 <= at < len(self._text) - 1:
            yield bisect_right(self._starts, at + piece.startswith("\n")) - 1
            at = self._text.find(piece, self._text.index("\n", at + 1))


Vocabulary = Mapping[str, NameIndex]
"""Field → the names that may follow it."""
NO_NAMES = NameIndex()
