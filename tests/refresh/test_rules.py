"""A refresh lets rules act on what it brings, and on what changes."""

from __future__ import annotations

from pathlib import Path

from tests.refresh.conftest import NOW, Desk
from tests.refresh.test_stories import feed

from roya_tui.model import Rule
from roya_tui.store import rules


def make(desk: Desk, query: str, effect: str) -> None:
    rules.add(desk.db, Rule(0, query, query, effect), NOW)


def test_what_comes_in_meets_the_rules(desk: Desk, tmp_path: Path) -> None:
    make(desk, "wells", "mute")
    make(desk, "bread", "star")
    file = tmp_path / "one.xml"
    desk.add(feed(file, ("Tram derails", "Near the wells."), ("Bakers", "Bread is dear."), ("Rain", "It rained.")))
    summary = desk.refresh()
    assert (summary.new, summary.muted) == (3, 1)
    assert (desk.events[-1]["new"], desk.events[-1]["muted"]) == (3, 1)
    assert {one.title: (one.hidden, one.starred) for one in desk.headlines()} == {
        "Bakers": (False, True),
        "Rain": (False, False),
    }
    feed(file, ("Rain", "It rained into the wells."))
    desk.refresh()
    assert [one.title for one in desk.headlines()] == ["Bakers"]
    assert len(desk.found("is:hidden")) == 2
