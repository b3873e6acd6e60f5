"""A story's row on a real terminal: unfolded, walked with keys that come at once, parted, and brought back."""

from __future__ import annotations

import time

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.ui.homes import MANY, Home, home, news
from tests.ui.sight import Reader

from roya_tui.query import view
from roya_tui.store.articles import lookup
from roya_tui.store.search import results
from roya_tui.store.user_data import stories

__all__ = ["home", "news"]


def tell(home: Home, *titles: str) -> None:
    """Make one story of the articles with these titles."""
    with home.store() as db:
        every = lookup.load_headlines(db, results.find(db, view("all"), 0))
        stories.group(db, [one.id for one in every if one.title in titles], int(time.time()))


def test_a_story_is_unfolded_walked_parted_and_put_together_again(news: Home) -> None:
    tell(news, "Story 01", "Story 03", "Story 05")
    with Reader(news, "--offline") as reader:
        rows = f"{MANY} in {MANY - 2} rows"
        seen = reader.until(lambda seen: "(3)" in seen.list.text and rows in seen.text)
        assert "Story 03" not in seen.list.text

        seen = reader.do("right", "j", "j", until=lambda seen: "· Story 03" in seen.list.cursor)
        assert "· Story 05" in seen.list.text
        reader.do("%", until=lambda seen: "u undoes" in seen.bottom and "(2)" in seen.list.text)
        seen = reader.do("u", until=lambda seen: seen.bottom.startswith("Undone:") and "(3)" in seen.list.text)
        reader.do("left", until=lambda seen: "Story 03" not in seen.list.text and rows in seen.text)

        reader.do("_", until=lambda seen: "Story 03" in seen.list.text and " rows " not in seen.text)
        reader.do("_", until=lambda seen: "Story 03" not in seen.list.text)


def test_the_head_of_an_article_leads_to_the_other_source(news: Home) -> None:
    tell(news, "Story 01", "Story 02")
    with Reader(news, "--offline") as reader:
        reader.until(lambda seen: "(2)" in seen.list.text and "Also in" in seen.article.text)
        reader.do("[", until=lambda seen: "Also in" in seen.article.text)
        reader.do("enter", until=lambda seen: "· Story 02" in seen.list.cursor)
