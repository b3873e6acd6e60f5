"""A briefing as rows: sections in place of days, and rows that count what has no line."""

from __future__ import annotations

from roya_tui.model import BriefingCandidate
from roya_tui.presentation.briefing import TITLES, BriefingSection, briefing_timeline, compose_briefing
from roya_tui.presentation.timeline import Timeline

LABELS = {1: "Petra", 2: "رويا", 3: "Desk"}


def shown(*pieces: BriefingCandidate, left: tuple[int, ...] = ()) -> Timeline:
    def query(section: BriefingSection | None) -> str:
        return "all" if section is None else section.kind

    page = compose_briefing(pieces, skipped=left)
    return briefing_timeline(page, lambda section: TITLES.get(section.kind, "tagged"), query, LABELS, 1_000)


def test_sections_stand_above_their_lines_and_a_row_counts_the_rest() -> None:
    wires = [BriefingCandidate(id, 1, 900 - id, 1) for id in range(10, 15)]
    found = shown(BriefingCandidate(1, 2, 950, 3, 7), BriefingCandidate(2, 3, 940, 1, 7), *wires, left=(97, 98, 99))
    assert found.section_names == ("Big stories", "And also", "What else there is")
    assert list(found.ids) == [1, 10, -1, -2]
    assert [found.section_name(row) for row in range(found.row_count)] == [
        "Big stories", "", "And also", "", "", "What else there is", ""
    ]  # fmt: skip
    assert found.side_notes == {1: "Desk"}
    told = [(list(pile.ids), pile.words, pile.query, pile.label) for pile in found.more_rows.values()]
    assert told == [
        ([11, 12, 13, 14], "more from Petra", "else", "Petra"),
        ([97, 98, 99], "more", "all", "All of the briefing"),
    ]
    assert list(found.other_counts) == [1, 0, 4, 3]
    assert sorted(found.all_ids) == [1, 2, *range(10, 15), 97, 98, 99]


def test_nothing_new_has_no_rows() -> None:
    assert shown().row_count == 0
