"""When sources are asked again, over many refreshes: what they wish, how they fail, and what is told of it."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from tests.refresh.conftest import NOW, Desk
from tests.servers import Server

from roya_tui.model import UpdateSchedule

FEED = (
    '<rss version="2.0"><channel><title>Invented News</title>{}'
    "<item><guid>1</guid><title>The tide is late</title></item></channel></rss>"
)
HOUR, DAY = 3600, 86_400


def test_a_feed_is_left_alone_in_the_hours_that_it_names(desk: Desk, server: Server) -> None:
    """NOW is a Sunday, 15:06 in UTC."""
    skipped = "<skipHours><hour>15</hour><hour>16</hour></skipHours><skipDays><day>Monday</day></skipDays>"
    id = desk.add(server.serve("/rss", FEED.format(skipped)))
    desk.refresh()
    desk.refresh(id)
    assert len(server.asked("/rss")) == 2, "whoever asks for it by name gets it"
    source = desk.source(id)
    assert source.pace == UpdateSchedule(None, (15, 16), (0,)), "a 304 must not forget them"
    assert source.next_check == NOW + 1800 + 2 * HOUR
    desk.now += 9 * HOUR  # Monday
    desk.refresh()
    assert desk.told(id)["message"].startswith("Its publisher wants no visits at this time; next look ")
    desk.now += DAY
    assert desk.refresh().asked == 1


def test_a_pause_that_the_publisher_asks_for_is_told_as_that(desk: Desk, server: Server) -> None:
    id = desk.add(server.serve("/rss", FEED.format("<ttl>300</ttl>")))
    desk.refresh()
    desk.refresh()
    assert desk.told(id)["message"].startswith("Its publisher asks for longer pauses; next look ")


def test_an_answer_that_expires_is_not_asked_for_before(desk: Desk, server: Server) -> None:
    dates = {"Date": "Sun, 15 Jun 2025 15:06:40 GMT", "Expires": "Sun, 15 Jun 2025 18:06:40 GMT"}
    id = desk.add(server.serve("/rss", FEED.format(""), **dates))
    desk.refresh()
    assert desk.source(id).next_check == NOW + 3 * HOUR


def test_what_fails_for_weeks_is_asked_once_a_week_and_says_so(desk: Desk, server: Server) -> None:
    id = desk.add(server.serve("/rss", FEED.format("")))
    desk.refresh()
    server.reply("/rss", 404)
    asked, pauses = 0, []
    for _ in range(60 * 24):
        desk.now += HOUR
        if desk.refresh().asked:
            asked += 1
            pauses.append((desk.source(id).next_check or 0) - desk.now)
    assert 25 <= asked <= 50, "once a day would be twice that"
    assert all(600 <= pause <= DAY for pause in pauses[:19])
    assert pauses[-1] > 4 * DAY
    assert (
        "has nothing at this address (404). It has not answered well for weeks, and is asked once a week. Trying again"
        in desk.source(id).error
    )
    server.serve("/rss", FEED.format(""))
    desk.now += 7 * DAY
    desk.refresh()
    assert (desk.source(id).failures, desk.source(id).next_check) == (0, desk.now + 1800)


def test_without_a_network_a_source_has_not_failed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A week in the mountains must not make sources wait for days afterwards."""

    def unreachable(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_AGAIN, "no name server")

    monkeypatch.setattr(socket, "getaddrinfo", unreachable)
    id = desk.add("http://news.example/rss", name="Far News")
    for _ in range(30):
        desk.refresh(id)
    assert desk.source(id).failures == 0
    assert "there is no network here" in desk.source(id).error


def test_a_network_that_wants_a_sign_in_is_recognised(
    desk: Desk, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such networks lead whatever is asked to a page of theirs. The server is a proxy here, and so any host."""
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    server.serve("http://news.example/rss", FEED.format(""))
    id = desk.add("http://news.example/rss")
    desk.refresh()
    assert desk.titles() == {"The tide is late"}
    page = "<!doctype html><title>Welcome aboard the ferry</title><form></form>"
    server.serve("http://ferry.example/sign-in", page, "text/html")
    server.redirect("http://news.example/rss", "http://ferry.example/sign-in")
    desk.refresh(id)
    words = "It came from ferry.example: if this network wants you to sign in, do so in the browser. Trying again "
    assert words in desk.source(id).error


def test_a_clock_that_was_wrong_keeps_nobody_away(desk: Desk, server: Server) -> None:
    id = desk.add(server.serve("/rss", FEED.format("")))
    desk.now = NOW + 3 * 365 * DAY
    desk.refresh()
    desk.now = NOW
    assert desk.refresh().asked == 1
    assert desk.source(id).next_check == NOW + 1800
    assert desk.refresh().asked == 0
