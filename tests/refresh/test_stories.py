"""A refresh sorts what it brings into stories, whether it comes at once or later."""

from __future__ import annotations

from email.utils import formatdate
from pathlib import Path

from tests.refresh.conftest import NOW, Desk

FIRST = "Tram derails in Ellwick, four hurt", "A tram derailed in Ellwick on Monday; four people were hurt."
AGAIN = "Four injured as tram jumps rails in Ellwick", "Four people were hurt in Ellwick when a tram derailed."
OTHER = "Bakers of Orbury raise the price of bread", "Bread costs more in Orbury from May, bakers say."


def feed(file: Path, *told: tuple[str, str]) -> str:
    items = "".join(
        f"<item><title>{title}</title><description>{lead}</description><guid>{title}</guid>"
        f"<pubDate>{formatdate(NOW)}</pubDate></item>"
        for title, lead in told
    )
    file.write_text(
        f"<rss version='2.0'><channel><title>{file.stem}</title><language>en</language>{items}</channel></rss>"
    )
    return str(file)


def tellings(desk: Desk) -> dict[str, int]:
    return {headline.title: headline.tellings for headline in desk.headlines()}


def test_what_several_sources_bring_is_sorted_into_stories(desk: Desk, tmp_path: Path) -> None:
    desk.add(feed(tmp_path / "one.xml", FIRST))
    desk.add(feed(tmp_path / "two.xml", OTHER, AGAIN))
    desk.refresh()
    assert tellings(desk) == {FIRST[0]: 2, AGAIN[0]: 2, OTHER[0]: 1}
    (story,) = {headline.story for headline in desk.headlines() if headline.story}
    assert len(desk.found(f"story:{story}")) == 2
    assert len(desk.found(f"bread or story:{story}")) == 3


def test_what_a_later_refresh_brings_joins_its_story(desk: Desk, tmp_path: Path) -> None:
    desk.add(feed(tmp_path / "one.xml", FIRST))
    desk.refresh()
    assert tellings(desk) == {FIRST[0]: 1}
    desk.add(feed(tmp_path / "two.xml", AGAIN))
    desk.refresh()
    assert tellings(desk) == {FIRST[0]: 2, AGAIN[0]: 2}
