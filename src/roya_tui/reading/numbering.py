"""Numbers of list items, as HTML counts them."""

from __future__ import annotations

from collections.abc import Mapping

from roya_tui.reading.tags import integer

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_TYPES = {"lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A",
          "lower-roman": "i", "upper-roman": "I"}  # fmt: skip


class Counter:
    """An open list, and the number of its next item."""

    def __init__(self, id: int, attributes: Mapping[str, str], ordered: bool) -> None:
        self.id = id
        self.ordered = ordered
        self.is_from_the_end = ordered and "reversed" in attributes and "start" not in attributes
        """Whether its first number is how many items it has, which nobody knows before its end."""
        self.items = 0
        self._type = _type(attributes)
        self._step = -1 if "reversed" in attributes else 1
        self._next = integer(attributes.get("start"), 1)

    def marker(self, value: str | None) -> str:
        """Return the marker of the next item, which may state its own number; "" in a list without numbers."""
        self.items += 1
        if not self.ordered:
            return ""
        number = integer(value, self._next)
        self._next = number + self._step
        return ordinal(number, self._type) + "."

    def marker_from_the_end(self, item: int) -> str:
        """Return the marker of an item, counted from 0, of a list `is_from_the_end` that has ended."""
        return ordinal(self.items - item, self._type) + "."


def _type(attributes: Mapping[str, str]) -> str:
    style = attributes.get("style", "").lower()
    return next((type for name, type in _TYPES.items() if name in style), attributes.get("type", "1"))


def ordinal(number: int, type: str) -> str:
    """Return an item's number as a list of the given type (`1 a A i I`) writes it."""
    if type in ("i", "I") and 0 < number < 4000:
        word = ""
        for value, letters in _ROMAN:
            times, number = divmod(number, value)
            word += letters * times
        return word if type == "i" else word.upper()
    if type in ("a", "A") and number > 0:
        word = ""
        while number:
            number, letter = divmod(number - 1, 26)
            word = chr(ord(type) + letter) + word
        return word
    return str(number)
