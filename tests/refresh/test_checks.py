"""When sources are checked again over many refreshes, and the messages about it."""

import socket
import time
from typing import Any

import pytest
from tests.refresh.conftest import NOW, App
from tests.servers import Server, hang, rss

from roya_tui.clock import Clock
from roya_tui.config import Config, Refresh
from roya_tui.model import UpdateSchedule
from roya_tui.presentation.source_status import TimeContext
from roya_tui.refresh.progress import retry_message
from roya_tui.store.sources import status

FEED = (
    '<rss version="2.0"><channel><title>Invented News</title>{}'
    "<item><guid>1</guid><title>The tide is late</title></item></channel></rss>"
)
HOUR, DAY = 3600, 86_400


def test_feed_is_not_requested_in_hours_and_days_that_it_skips(app: App, server: Server) -> None:
    """NOW is a Sunday, 15:06 in UTC."""
    skipped = "<skipHours><hour>15</hour><hour>16</hour></skipHours><skipDays><day>Monday</day></skipDays>"
    id = app.add(server.serve("/rss", FEED.format(skipped)))
    app.refresh()
    app.refresh(id)
    assert len(server.asked("/rss")) == 2, "a refresh of this source ignores them"
    source = app.source(id)
    assert source.pace == UpdateSchedule(None, (15, 16), (0,)), "a 304 must not forget them"
    assert app.next_check(id) == NOW + 1800 + 2 * HOUR
    app.now += 9 * HOUR  # Monday
    app.refresh()
    assert app.event(id)["message"].startswith("The feed excludes this time. Next check: ")
    app.now += DAY
    assert app.refresh().asked == 1


def test_next_check_waits_as_long_as_feed_and_headers_ask(app: App, server: Server) -> None:
    slow = app.add(server.serve("/ttl", FEED.format("<ttl>180</ttl>")))
    cached = app.add(server.serve("/age", FEED.format(""), **{"Cache-Control": "max-age=7200"}))
    app.refresh()
    assert app.next_check(slow) == NOW + 3 * HOUR
    assert app.next_check(cached) == NOW + 2 * HOUR
    app.refresh()
    assert app.event(slow)["message"].startswith("The server or feed sets a longer interval. Next check: ")
    app.refresh(slow)
    app.refresh(slow)
    assert app.next_check(slow) == NOW + 3 * HOUR, "a 304 must not forget the feed's ttl"


def test_source_that_fails_for_weeks_is_checked_once_a_week(app: App, server: Server) -> None:
    id = app.add(server.serve("/rss", FEED.format("")))
    app.refresh()
    server.reply("/rss", 404)
    pauses = []
    while app.now < NOW + 60 * DAY:
        app.now = app.next_check(id) or 0
        assert app.refresh().asked == 1
        pauses.append((app.next_check(id) or 0) - app.now)
    assert 25 <= len(pauses) <= 50, "once a day would be twice as often"
    assert all(600 <= pause <= DAY for pause in pauses[:19])
    assert pauses[-1] > 4 * DAY
    message = "was not found at this address (404). It has failed for weeks and is checked once a week. Next check: "
    assert message in app.source(id).error
    assert app.titles() == {"The tide is late"}
    server.serve("/rss", FEED.format(""))
    app.now += 7 * DAY
    app.refresh()
    assert (app.source(id).failures, app.next_check(id)) == (0, app.now + 1800)


def test_source_does_not_fail_without_a_network(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """A week offline must not make sources wait for days afterwards."""

    def unreachable(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_AGAIN, "no name server")

    monkeypatch.setattr(socket, "getaddrinfo", unreachable)
    id = app.add("http://news.example/rss", name="Far News")
    for _ in range(3):
        app.refresh(id)
    assert app.source(id).failures == 0
    assert "“Far News” could not be reached: there is no network. Next check: " in app.source(id).error
    assert (app.next_check(id) or 0) <= NOW + 750


def test_sign_in_page_of_a_network_is_recognized(app: App, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a network redirects each request to its own page. The server is a proxy here, so it is any host."""
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    server.serve("http://news.example/rss", FEED.format(""))
    id = app.add("http://news.example/rss")
    app.refresh()
    assert app.titles() == {"The tide is late"}
    page = "<!doctype html><title>Welcome aboard the ferry</title><form></form>"
    server.serve("http://ferry.example/sign-in", page, "text/html")
    server.redirect("http://news.example/rss", "http://ferry.example/sign-in")
    app.refresh(id)
    message = "The response came from ferry.example. To use this network, sign in with your browser. Next check: "
    assert message in app.source(id).error


def test_wrong_clock_of_the_past_delays_no_check(app: App, server: Server) -> None:
    id = app.add(server.serve("/rss", FEED.format("")))
    app.now = NOW + 3 * 365 * DAY
    app.refresh()
    app.now = NOW
    assert app.refresh().asked == 1
    assert app.next_check(id) == NOW + 1800
    assert app.refresh().asked == 0


TODAY = int(time.mktime((2025, 7, 4, 14, 0, 0, 0, 0, -1)))
TIMES = TimeContext(TODAY, Clock())


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (0.5, "14:30"), (9.9, "23:54"), (10.5, "tomorrow at 00:30"), (24, "tomorrow at 14:00"),
        (72, "Monday 7 July at 14:00"),
    ],
)  # fmt: skip
def test_time_is_formatted_in_local_time(hours: float, expected: str) -> None:
    assert TIMES.describe_time(TODAY + int(hours * 3600)) == expected


def test_messages_have_the_time_of_the_next_check() -> None:
    assert retry_message("It is late.", TODAY + 60, TIMES) == "It is late. Next check: 14:01."
    assert retry_message("Paused.", None, TIMES) == "Paused."


def test_checks_are_logged_with_new_articles_size_and_time(app: App, server: Server) -> None:
    body = rss(("1", "One", "Words"), ("2", "Two", "Words"))
    id = app.add(server.serve("/feed", body))
    app.refresh()
    app.now += 60
    app.refresh(all_now=True)
    app.now += 60
    server.serve("/feed", rss(("1", "One", "Other words"), ("2", "Two", "Words"), ("3", "Three", "Words")))
    app.refresh(all_now=True)
    third, second, first = status.list_attempts(app.db, id)
    assert (first.at, second.at, third.at) == (app.now - 120, app.now - 60, app.now)
    assert (first.kind, first.new, first.changed, first.size) == ("", 2, 0, len(body))
    assert (second.kind, second.new, second.changed, second.size) == ("", 0, 0, 0), "not changed: nothing came"
    assert (third.new, third.changed) == (1, 1)
    assert all(one.milliseconds is not None and 0 <= one.milliseconds < 60_000 for one in (first, second, third))


def test_failed_checks_are_logged_with_kind_and_message(app: App, server: Server) -> None:
    missing = app.add(server.url + "/missing", name="Missing")
    text = app.add(server.serve("/words", "Only words.", "text/plain"), name="Words")
    app.refresh()
    assert app.event(missing)["kind"] == "status"
    app.config = Config(refresh=Refresh(spacing=0, timeout=0.3))
    slow = app.add(server.answer("/slow", hang), name="Slow")
    app.refresh(slow)
    [attempt] = status.list_attempts(app.db, slow)
    assert attempt.kind == "timeout"
    assert attempt.message.startswith("“Slow” did not respond within")
    assert "Next check" not in attempt.message
    assert attempt.milliseconds is not None
    assert attempt.milliseconds >= 300
    [attempt] = status.list_attempts(app.db, missing)
    assert (attempt.kind, attempt.message) == ("status", "“Missing” was not found at this address (404).")
    [attempt] = status.list_attempts(app.db, text)
    assert attempt.kind == "not-a-feed"
