"""The briefing on a real terminal: there, into an article, back to the line, and out again to where one was."""

from __future__ import annotations

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.ui.homes import Home, home, news
from tests.ui.sight import Reader

from roya_tui.store.sources import subscriptions

__all__ = ["home", "news"]


def test_what_is_counted_unfolds_and_the_briefing_is_left_for_the_very_place(news: Home) -> None:
    with news.store() as db:
        (alder,) = subscriptions.find(db, "alder")
        subscriptions.change(db, alder.id, per_day=1)
    with Reader(news, "--offline", columns=100, rows=30) as reader:
        seen = reader.until(lambda seen: "24 in 20 rows" in seen.text)
        assert [line.strip("▌●• ") for line in seen.list.lines[3:4]] == ["+ 2 more from Alder Post"]
        reader.do("j", "j", "right", until=lambda seen: "· Story 03" in seen.list.text)
        reader.do("left", until=lambda seen: seen.list.cursor == "+ 2 more from Alder Post")
        reader.do("m", until=lambda seen: seen.bottom == "Marked 2 read. u undoes.")

        seen = reader.do("b", until=lambda seen: len(seen.panes) == 1 and "Briefing, today" in seen.text)
        assert seen.panes[0].stories == [1, 2, 4, 6]
        reader.do("j", "enter", until=lambda seen: "Published:" in seen.text and "Story 02" in seen.article.text)
        seen = reader.do("esc", until=lambda seen: len(seen.panes) == 1)
        assert seen.panes[0].story == 2
        seen = reader.do("b", until=lambda seen: "Briefing" not in seen.text)
        assert seen.list.cursor == "+ 2 more from Alder Post"
        reader.do("u", until=lambda seen: seen.bottom.startswith("Undone: "))
