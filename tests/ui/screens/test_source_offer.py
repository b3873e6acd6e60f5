"""The dialog that adds sources: its texts and choices, and the program that it starts."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.ui.conftest import RunApp, RunningApp
from textual.widgets import Input, Static

from roya_tui.clock import Clock
from roya_tui.presentation.source_offer import SourceOffer, describe_result, summarize
from roya_tui.ui.dialogs.add_source import OfferList

CLOCK = Clock("%d-%m-%Y", "Asia/Amman")


def feed(title: str = "Town News", **facts: Any) -> dict[str, Any]:
    return {
        "kind": "rss", "url": "https://news.example/rss", "title": title, "known": False, "entries": 25,
        "newest": "2025-07-03T21:16:00Z", "language": "en", "headlines": ["One", "", "Two"], **facts,
    }  # fmt: skip


def article(**facts: Any) -> dict[str, Any]:
    return {
        "kind": "article", "url": "https://news.example/ferry", "title": "Ferry sails", "known": False,
        "published": "2025-07-03T21:16:00Z", "updated": None, "authors": ["Night Desk"], "language": "en",
        "pictures": 2, "beginning": "The ferry …", **facts,
    }  # fmt: skip


def offer(*candidates: dict[str, Any]) -> SourceOffer:
    return SourceOffer.from_event({"event": "offer", "message": "It offers.", "candidates": list(candidates)})


def details(**facts: Any) -> str:
    return offer(feed(**facts)).details(0, CLOCK, "·")


def test_details_of_a_feed_and_an_article_follow_your_time_zone() -> None:
    assert details() == "RSS · 25 articles · newest 04-07-2025 · en"
    assert details(entries=1, newest=None, language="", kind="feed") == "1 article"
    assert details(known=True) == "subscribed · RSS · 25 articles · newest 04-07-2025 · en"
    assert details(entries=None) == "no response yet · https://news.example/rss"
    assert offer(article()).details(0, CLOCK, "·") == "04-07-2025 · Night Desk · 2 pictures"
    assert offer(article(known=True)).details(0, CLOCK, "·").startswith("saved · 04-07-2025")


def test_feed_shows_headlines_and_article_its_beginning() -> None:
    both = offer(feed(), article())
    assert (both.headlines(0), both.excerpt(0)) == (["One", "Two"], "")
    assert (both.headlines(1), both.excerpt(1)) == ([], "The ferry …")
    assert offer(feed("")).title(0) == "https://news.example/rss", "without a title"


def test_enter_adds_the_checked_candidates_or_else_the_one_under_the_cursor() -> None:
    three = offer(feed(), feed(), article())
    assert three.chosen_numbers(1) == [1]
    checked = three.with_toggled(2).with_toggled(0)
    assert checked.chosen_numbers(1) == [0, 2]
    assert [checked.checkbox(number) for number in range(3)] == ["[x] ", "[ ] ", "[x] this page: "]
    assert checked.with_toggled(0).with_toggled(2).chosen_numbers(1) == [1]


def test_single_candidate_has_no_checkbox_and_its_own_hint() -> None:
    assert offer(feed()).checkbox(0) == ""
    assert offer(feed()).key_help == "enter add   esc cancel"
    assert offer(article()).key_help == "enter save   esc cancel"
    assert offer(feed(), article()).key_help.startswith("space select")


def test_results_are_described_in_one_line_and_the_first_new_source_is_opened() -> None:
    added = {"event": "added", "message": "Added One (3 articles).", "articles": 3, "source": 7}
    known = {"event": "known", "message": "Two is there already.", "source": 3}
    failed = {"event": "failed", "message": "three.example did not respond.", "source": None}
    assert describe_result([]) == ""
    assert describe_result([added]) == "Added One (3 articles)."
    assert describe_result([added, {**added, "articles": 1000}]) == "Added 2 sources, 1,003 articles."
    assert describe_result([added, known, failed]) == (
        "Added 1 source, 3 articles. 1 already existed. three.example did not respond."
    )
    assert summarize([known, added]).source_id == 7
    assert summarize([known]).source_id == 3
    assert summarize([failed]) == ("three.example did not respond.", None)


async def test_address_is_written_to_standard_input(app: RunningApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other users can list the arguments of a program, and an address may have a password."""
    started: list[tuple[str, ...]] = []

    async def refuse(*arguments: str, **options: object) -> None:
        started.append(arguments)
        raise OSError(11, "Too many processes")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", refuse)
    await app.press("a", *"https://alice:open-sesame@news.example/feed", "enter")
    await app.wait_until(lambda: started)
    assert started == [("--offline", "add", "--events", "--ask", "-")]


@pytest.fixture
def checker(tmp_path: Path) -> Path:
    """A program that checks an address once the file beside it named `go` exists, and adds what it offered."""
    program = tmp_path / "checker.py"
    candidate = {**feed(), "url": "ADDRESS"}
    program.write_text(f"""
import json, os, sys, time
address = sys.stdin.readline().strip()
print(json.dumps({{"event": "looking", "message": "Looking at " + address}}), flush=True)
while not os.path.exists({str(tmp_path / "go")!r}):
    time.sleep(0.01)
candidate = {candidate!r} | {{"url": address, "title": address}}
print(json.dumps({{"event": "offer", "message": "It offers.", "candidates": [candidate]}}), flush=True)
if sys.stdin.readline():
    print(json.dumps({{"event": "added", "message": "Added " + address, "articles": 1, "source": 1}}), flush=True)
""")
    return program


def message(app: RunningApp) -> str:
    return str(app.screen.query_one("#message", Static).content)


async def test_address_that_is_edited_during_its_check_is_checked_again(run_app: RunApp, checker: Path) -> None:
    async with run_app(program=(sys.executable, str(checker))) as app:
        await app.press("a", *"one.example", "enter")
        await app.wait_until(lambda: "Looking at one.example" in message(app))
        await app.press_together(*"/feed")
        assert message(app) == "The address has changed. enter: check it"
        (checker.parent / "go").touch()
        await app.press("enter")
        offers = app.screen.query_one(OfferList)
        await app.wait_until(lambda: offers.has_focus)
        await app.press("shift+tab", "shift+tab", "end")
        app.send("s")
        app.send("enter")
        await app.wait_until(
            lambda: offers.has_focus and "one.example/feeds" in str(offers.get_option_at_index(0).prompt)
        )
        await app.press("enter")
        await app.wait_until(lambda: app.screen is app.main)
        assert app.message.startswith("Added one.example/feeds"), "what was shown"


async def test_esc_stops_the_check_and_keeps_the_address(run_app: RunApp, checker: Path) -> None:
    async with run_app(program=(sys.executable, str(checker))) as app:
        await app.press("a", *"one.example", "enter")
        await app.wait_until(lambda: "Looking at one.example" in message(app))
        await app.press("escape")
        address = app.screen.query_one("#address", Input)
        assert (address.value, address.has_focus) == ("one.example", True)
        await app.press("escape")
        assert app.screen is app.main
