"""What a refresh writes into the log of each source's attempts."""

from __future__ import annotations

from tests.refresh.conftest import Desk
from tests.servers import Server, hang, rss

from roya_tui.config import Config, Refresh
from roya_tui.store.sources import status


def test_good_answers_are_logged_with_what_they_brought_and_took(desk: Desk, server: Server) -> None:
    body = rss(("1", "One", "Words"), ("2", "Two", "Words"))
    id = desk.add(server.serve("/feed", body))
    desk.refresh()
    desk.now += 60
    desk.refresh(all_now=True)
    desk.now += 60
    server.serve("/feed", rss(("1", "One", "Other words"), ("2", "Two", "Words"), ("3", "Three", "Words")))
    desk.refresh(all_now=True)
    third, second, first = status.list_attempts(desk.db, id)
    assert (first.at, second.at, third.at) == (desk.now - 120, desk.now - 60, desk.now)
    assert (first.kind, first.new, first.changed, first.size) == ("", 2, 0, len(body))
    assert (second.kind, second.new, second.changed, second.size) == ("", 0, 0, 0), "not changed: nothing came"
    assert (third.new, third.changed) == (1, 1)
    assert all(one.milliseconds is not None and 0 <= one.milliseconds < 60_000 for one in (first, second, third))


def test_failures_are_logged_by_kind_and_in_words(desk: Desk, server: Server) -> None:
    missing = desk.add(server.url + "/missing", name="Missing")
    words = desk.add(server.serve("/words", "Only words.", "text/plain"), name="Words")
    desk.refresh()
    assert desk.told(missing)["kind"] == "status"
    desk.config = Config(refresh=Refresh(spacing=0, timeout=0.3))
    slow = desk.add(server.answer("/slow", hang), name="Slow")
    desk.refresh(slow)
    [attempt] = status.list_attempts(desk.db, slow)
    assert attempt.kind == "timeout"
    assert attempt.message.startswith("Slow did not answer in")
    assert "Trying again" not in attempt.message
    assert attempt.milliseconds is not None
    assert attempt.milliseconds >= 300
    [attempt] = status.list_attempts(desk.db, missing)
    assert (attempt.kind, attempt.message) == ("status", "Missing has nothing at this address (404).")
    [attempt] = status.list_attempts(desk.db, words)
    assert attempt.kind == "not-a-feed"
