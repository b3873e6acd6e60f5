"""A briefing as a list: the sections have lines above them, as days have, and what has no line is counted below."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping

from roya_tui.reading.briefing import Briefing, Line, Section
from roya_tui.reading.isolating import beside, isolated
from roya_tui.reading.timeline import Pile, Timeline

ALL = "All of the briefing"
"""What a view is called that holds more than one section."""
LEFT = "What else there is"
"""What stands above the row that counts what was too much to be looked at."""


def front_page(
    page: Briefing,
    title: Callable[[Section], str],
    query: Callable[[Section | None], str],
    labels: Mapping[int, str],
    now: int,
) -> Timeline:
    """Lay a briefing out as rows.

    `title` tells what stands above a section, and `query` what finds all that belongs to it (to the page, for None);
    `labels` are the names of sources.
    """
    ids, others, every = array("q"), array("q"), array("q")
    starts: list[int] = []
    names: list[str] = []
    piles: dict[int, Pile] = {}
    told: dict[int, str] = {}

    def pile(behind: tuple[int, ...], words: str, leads: str, label: str) -> None:
        number = -1 - len(piles)
        piles[number] = Pile(array("q", behind), words, leads, label)
        ids.append(number)
        others.append(len(behind))
        every.extend(behind)

    for section in page.sections:
        starts.append(len(ids))
        names.append(title(section))
        for line in section.lines:
            ids.append(line.id)
            others.append(line.told - 1)
            every.extend((line.id, *line.others))
            if len(line.sources) > 1:
                told[line.id] = _also(line, labels)
        if section.more:
            source = labels.get(section.mostly, "")
            called = names[-1] if section.tag else source or ALL
            pile(section.more, f"more from {isolated(source)}" if source else "more", query(section), called)
    if page.left:
        starts.append(len(ids))
        names.append(LEFT)
        pile(page.left, "more", query(None), ALL)
    lines = tuple(start + n for n, start in enumerate(starts))
    return Timeline(ids, tuple(starts), (), tuple(names), lines, now, others, every, piles=piles, beside=told)


def _also(line: Line, labels: Mapping[int, str]) -> str:
    """Return who else tells a story."""
    return beside([labels.get(source, "") for source in line.sources[1:]], ", ")
