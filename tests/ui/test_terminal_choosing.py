"""On a real terminal of three sizes: tags for a selection, a note, a hidden article; undone, over a restart too."""

from __future__ import annotations

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.ui.homes import BY_HAND, MANY, Home, home, news
from tests.ui.sight import Pane, Reader, Sight

from roya_tui.query import parse
from roya_tui.store.search import results

__all__ = ["home", "news"]


def listed(seen: Sight) -> Pane:
    """The list of headlines; where there is room for one pane only, that is it."""
    return seen.list if len(seen.panes) > 1 else seen.panes[0]


def found(home: Home, text: str) -> int:
    with home.store() as db:
        return len(results.find(db, parse(text, 0), 0))


@pytest.mark.parametrize(("columns", "rows"), [(140, 40), (100, 30), (60, 20)])
def test_what_is_done_to_a_selection_is_undone_over_a_restart(news: Home, columns: int, rows: int) -> None:
    news.settings(BY_HAND)
    with Reader(news, "--offline", columns=columns, rows=rows) as reader:
        reader.until(lambda seen: seen.panes and listed(seen).story == 1)
        seen = reader.do("v", "v", "j", "V", until="4 selected")
        assert [story for story in range(1, 6) if "✓" in listed(seen).line(f"Story 0{story}")] == [1, 2, 3, 4]
        reader.do("#", *"dams", "enter", until="Tagged 4 dams. u undoes.")  # as fast as a terminal sends it
        reader.do("esc", until=lambda seen: "✓" not in listed(seen).text)
        reader.do(";", *"Ask Rana", "enter", *"about it", "esc", until="Kept a note")
        reader.do("H", until="Hid it; . clears the list.")
        wanted = {"tag:dams is:unread": 3, "is:hidden": 1, "rana about": 0, "rana is:hidden": 1}
        assert {text: found(news, text) for text in wanted} == wanted, "what is hidden is found as such only"
        reader.do(".", until=lambda seen: listed(seen).footer == f"1 hidden · {MANY - 1}")
        reader.do("u", until="Undone: hid")
        reader.press("q")
        assert reader.wait_exit() == 0
    assert found(news, "rana about") == 1
    with Reader(news, "--offline", columns=columns, rows=rows) as reader:
        reader.until(lambda seen: seen.panes and listed(seen).story == 1)
        reader.do("u", until="Undone: kept a note")
        reader.do("u", until="Undone: tagged 4 dams.")
        reader.do("u", until="Nothing to undo.")
        assert [found(news, text) for text in ("tag:dams", "is:hidden", "rana")] == [0, 0, 0]
        reader.do("U", until="Redone: tagged 4 dams.")
        assert found(news, "tag:dams") == 4
