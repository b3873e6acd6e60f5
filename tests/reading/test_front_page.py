"""A briefing as rows: sections in place of days, and rows that count what has no line."""

from __future__ import annotations

from roya_tui.model import Piece
from roya_tui.reading.briefing import TITLES, Section, compose
from roya_tui.reading.front_page import front_page
from roya_tui.reading.timeline import Timeline

LABELS = {1: "Petra", 2: "رويا", 3: "Desk"}


def shown(*pieces: Piece, left: tuple[int, ...] = ()) -> Timeline:
    def query(section: Section | None) -> str:
        return "all" if section is None else section.kind

    page = compose(pieces, left=left)
    return front_page(page, lambda section: TITLES.get(section.kind, "tagged"), query, LABELS, 1_000)


def test_sections_stand_above_their_lines_and_a_row_counts_the_rest() -> None:
    wires = [Piece(id, 1, 900 - id, 1) for id in range(10, 15)]
    found = shown(Piece(1, 2, 950, 3, 7), Piece(2, 3, 940, 1, 7), *wires, left=(97, 98, 99))
    assert found.names == ("Big stories", "And also", "What else there is")
    assert list(found.ids) == [1, 10, -1, -2]
    assert [found.name(row) for row in range(found.rows)] == [
        "Big stories", "", "And also", "", "", "What else there is", ""
    ]  # fmt: skip
    assert found.beside == {1: "Desk"}
    told = [(list(pile.ids), pile.words, pile.query, pile.label) for pile in found.piles.values()]
    assert told == [
        ([11, 12, 13, 14], "more from Petra", "else", "Petra"),
        ([97, 98, 99], "more", "all", "All of the briefing"),
    ]
    assert list(found.others) == [1, 0, 4, 3]
    assert sorted(found.every) == [1, 2, *range(10, 15), 97, 98, 99]


def test_nothing_new_has_no_rows() -> None:
    assert shown().rows == 0
