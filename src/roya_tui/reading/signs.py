"""The signs that layout adds to text, and their ASCII twins."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Signs(NamedTuple):
    """One set of signs, each one cell wide."""

    bullets: str
    """By depth; deeper lists begin again."""
    bar: str
    """Beside a quotation."""
    rule: str
    fold: str
    """Before what a page lets its reader unfold."""
    column: str
    """Between the columns of a table."""
    crossing: str
    """Where that meets the rule below its head."""
    onward: str
    """Before what goes on of a line of code."""


UNICODE = Signs("•◦▪", "▎", "─", "▾", "│", "┼", "↪")
ASCII = Signs("*-+", "|", "-", "v", "|", "+", "\\")


def signs_for(ascii: bool, measure: Callable[[str], int]) -> Signs:
    """Return the signs to use: the ASCII ones too where a terminal draws the others two cells wide."""
    return ASCII if ascii or any(measure(sign) != 1 for sign in "".join(UNICODE)) else UNICODE
