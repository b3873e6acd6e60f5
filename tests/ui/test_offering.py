"""What the dialog for adding says and takes, without a screen."""

from __future__ import annotations

from typing import Any

from roya_tui.clock import Clock
from roya_tui.presentation.source_offer import SourceOffer, describe_result, summarize

CLOCK = Clock("%d-%m-%Y", "Asia/Amman")


def a_feed(title: str = "Town News", **facts: Any) -> dict[str, Any]:
    return {
        "kind": "rss", "url": "https://news.example/rss", "title": title, "known": False, "entries": 25,
        "newest": "2025-07-03T21:16:00Z", "language": "en", "headlines": ["One", "", "Two"], **facts,
    }  # fmt: skip


def an_article(**facts: Any) -> dict[str, Any]:
    return {
        "kind": "article", "url": "https://news.example/ferry", "title": "Ferry sails", "known": False,
        "published": "2025-07-03T21:16:00Z", "updated": None, "authors": ["Night Desk"], "language": "en",
        "pictures": 2, "beginning": "The ferry …", **facts,
    }  # fmt: skip


def offering(*candidates: dict[str, Any]) -> SourceOffer:
    return SourceOffer.from_event({"event": "offer", "message": "It offers.", "candidates": list(candidates)})


def details(**facts: Any) -> str:
    return offering(a_feed(**facts)).details(0, CLOCK, "·")


def test_a_feed_tells_its_articles_and_its_newest_on_the_readers_clock() -> None:
    assert details() == "RSS · 25 articles · newest 04-07-2025 · en"
    assert details(entries=1, newest=None, language="", kind="feed") == "1 article"
    assert details(known=True) == "you have it · RSS · 25 articles · newest 04-07-2025 · en"
    assert details(entries=None) == "did not answer yet · https://news.example/rss"


def test_a_feed_shows_its_headlines_and_an_article_its_beginning() -> None:
    both = offering(a_feed(), an_article())
    assert (both.headlines(0), both.excerpt(0)) == (["One", "Two"], "")
    assert (both.headlines(1), both.excerpt(1)) == ([], "The ferry …")
    assert both.details(1, CLOCK, "·") == "04-07-2025 · Night Desk · 2 pictures"
    assert offering(an_article(known=True)).details(0, CLOCK, "·").startswith("you have it · 04-07-2025")


def test_a_candidate_without_a_title_is_called_by_its_address() -> None:
    assert offering(a_feed("")).title(0) == "https://news.example/rss"


def test_enter_takes_what_is_marked_or_else_what_the_cursor_is_on() -> None:
    three = offering(a_feed(), a_feed(), an_article())
    assert three.chosen_numbers(1) == [1]
    marked = three.with_toggled(2).with_toggled(0)
    assert marked.chosen_numbers(1) == [0, 2]
    assert [marked.checkbox(number) for number in range(3)] == ["[x] ", "[ ] ", "[x] this page: "]
    assert marked.with_toggled(0).with_toggled(2).chosen_numbers(1) == [1]


def test_one_alone_has_no_box_and_the_keys_say_what_enter_does() -> None:
    assert offering(a_feed()).checkbox(0) == ""
    assert offering(a_feed()).key_help == "enter adds it, esc goes back"
    assert offering(an_article()).key_help == "enter saves it, esc goes back"
    assert offering(a_feed(), an_article()).key_help.startswith("space selects")


def test_what_was_done_is_one_sentence() -> None:
    added = {"event": "added", "message": "Added One (3 articles).", "articles": 3}
    known = {"event": "known", "message": "Two is there already."}
    failed = {"event": "failed", "message": "three.example did not answer."}
    assert describe_result([]) == ""
    assert describe_result([added]) == "Added One (3 articles)."
    assert describe_result([added, {**added, "articles": 1000}]) == "Added 2 (1,003 articles)."
    assert describe_result([added, known, failed]) == (
        "Added 1 (3 articles). 1 was there already. three.example did not answer."
    )


def test_of_several_that_came_the_first_new_one_is_gone_to() -> None:
    known, added = ({"event": what, "message": "", "source": id} for what, id in (("known", 3), ("added", 7)))
    assert summarize([known, added]).source_id == 7
    assert summarize([known]).source_id == 3
    assert summarize([{"event": "failed", "message": "No.", "source": None}]) == ("No.", None)
