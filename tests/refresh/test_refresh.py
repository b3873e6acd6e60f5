"""The whole job against real servers: what a person finds in the store afterwards, and what they are told."""

from __future__ import annotations

import json
import os
import socket
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from msgspec.structs import replace
from tests.refresh.conftest import NOW, Desk, Names
from tests.servers import Reply, Seen, Server, babble, bomb, drip, endless, hang, reset, rss

from roya_tui.config import Config, Keep, Refresh
from roya_tui.model import Entry, Feed, Moment, SaveResult
from roya_tui.refresh.parse_jobs import prepare_entries
from roya_tui.refresh.results import Priority
from roya_tui.sources import hosts
from roya_tui.store.articles import damage, ingestion, lookup
from roya_tui.store.connection import StoreError
from roya_tui.store.sources import refresh_lock, subscriptions
from roya_tui.store.user_data import article_state

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Atom Invented</title><id>a</id>
<entry><id>a1</id><title>From Atom</title><summary>Words</summary></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="c"><title>RDF Invented</title></channel>
<item rdf:about="i"><title>From RDF</title></item></rdf:RDF>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "JSON Invented",
        "items": [{"id": "1", "title": "From JSON"}],
    }
)
API = json.dumps({"latest_news": [{"section_name": "Water", "news_title": "From an API", "created_at": "x"}]})


def test_every_format_is_stored_and_the_second_look_costs_nothing(desk: Desk, server: Server) -> None:
    ids = [
        desk.add(server.serve("/rss", rss(("1", "From RSS", "Words")))),
        desk.add(server.serve("/atom", ATOM)),
        desk.add(server.serve("/rdf", RDF)),
        desk.add(server.serve("/json", JSON_FEED, "application/feed+json")),
        desk.add(server.serve("/api", API, "application/json"), mapping="roya"),
    ]
    summary = desk.refresh()
    assert desk.titles() == {"From RSS", "From Atom", "From RDF", "From JSON", "From an API"}
    assert (summary.new, summary.failed, summary.asked) == (5, 0, 5)
    assert desk.source(ids[0]).title == "Invented News"
    assert desk.events[0] == {"event": "started", "total": 5}
    assert desk.events[-1]["event"] == "finished"
    assert desk.events[-1]["new"] == 5
    progress = [(e["done"], e["total"]) for e in desk.events if e["event"] == "progress"]
    assert progress == [(n, 5) for n in range(6)]

    again = desk.refresh(all_now=True)
    assert (again.new, again.changed, again.failed, again.unchanged) == (0, 0, 0, 5)
    assert all("if-none-match" in seen.headers for seen in server.seen[5:])
    assert {desk.told(id)["state"] for id in ids} == {"unchanged"}


def test_it_tells_whose_answer_takes_longest(desk: Desk, server: Server, names: Names) -> None:
    hosts = ("endless.example", "fast.example", "last.example")
    desk.config = Config(refresh=Refresh(spacing=0, timeout=30, inside=hosts))

    def last(_seen: Any, _socket: Any, stopped: threading.Event) -> Reply:
        while not any(event.get("done") == 2 for event in desk.events):
            stopped.wait(0.01)
        return Reply(200, rss().encode())

    addresses = (server.answer("/slow", last), server.serve("/fast", rss()), server.serve("/last", rss()))
    for host, address in zip(hosts, addresses, strict=True):
        desk.add(address.replace("127.0.0.1", host))
    desk.refresh()
    told = [event.get("waits_for", "") for event in desk.events if event["event"] == "progress"]
    assert told == ["endless.example"] * 3 + [""]


def test_who_is_asked_for_while_others_are_on_their_way_is_asked_then_due_or_not(desk: Desk, server: Server) -> None:
    rarely = desk.add(server.serve("/rarely", rss(("A", "1", "2025-01-01T00:00:00Z"))))
    assert desk.refresh().asked == 1
    hurries: SimpleQueue[Priority] = SimpleQueue()
    rounds: list[int] = []

    def slow(_seen: Any, _socket: Any, stopped: threading.Event) -> Reply:
        for look in (2, 3):  # the second time it has had its turn in this very refresh
            hurries.put(Priority(rarely, is_immediate=True))
            while len(server.asked("/rarely")) < look or len(_told(desk, rarely)) < look - 1:
                if stopped.wait(0.01):
                    return Reply(500)
            rounds.append(look)
        return Reply(200, rss().encode())

    desk.add(server.answer("/slow", slow))
    desk.config = replace(desk.config, refresh=replace(desk.config.refresh, timeout=30))
    assert desk.refresh(hurries=hurries).asked == 3
    assert rounds == [2, 3]
    far = [(event["done"], event["total"]) for event in desk.events if event["event"] == "progress"]
    assert far[-1] == (3, 3)


def _told(desk: Desk, id: int) -> list[str]:
    return [event["state"] for event in desk.events if event["event"] == "source" and event["id"] == id]


def test_who_is_only_looked_at_is_asked_when_it_is_due(desk: Desk, server: Server) -> None:
    rarely = desk.add(server.serve("/rarely", rss()))
    desk.refresh()
    hurries: SimpleQueue[Priority] = SimpleQueue()
    hurries.put(Priority(rarely))
    desk.add(server.serve("/new", rss()))
    assert desk.refresh(hurries=hurries).asked == 1
    assert len(server.asked("/rarely")) == 1


def test_nothing_is_asked_before_it_is_due(desk: Desk, server: Server) -> None:
    id = desk.add(server.serve("/rss", rss(("1", "One", "x"))))
    desk.refresh()
    summary = desk.refresh()
    assert (summary.asked, summary.waiting) == (0, 1)
    assert desk.told(id)["state"] == "waiting"
    assert desk.told(id)["message"].startswith("Not due yet; next look ")
    assert len(server.seen) == 1
    desk.now += 1800
    assert desk.refresh().asked == 1


def test_a_changed_entry_keeps_its_earlier_version_and_what_the_person_did(desk: Desk, server: Server) -> None:
    desk.add(server.serve("/rss", rss(("1", "Bridge opens", "On Monday."), ("2", "Other", "x"))))
    desk.refresh()
    [bridge] = [h for h in desk.headlines() if h.title == "Bridge opens"]
    article_state.mark(desk.db, [bridge.id], NOW, read=True, starred=True)
    server.serve("/rss", rss(("1", "Bridge opens late", "On Friday."), ("2", "Other", "x")))
    desk.now += 3600
    summary = desk.refresh()
    assert (summary.new, summary.changed) == (0, 1)
    [now] = [h for h in desk.headlines() if h.id == bridge.id]
    assert now.title == "Bridge opens late"
    assert (now.changed, now.unread, now.starred) == (True, False, True)
    assert [r.title for r in lookup.load_versions(desk.db, bridge.id)] == ["Bridge opens"]


def test_articles_older_than_the_days_to_keep_go_but_not_what_is_starred(desk: Desk, server: Server) -> None:
    desk.add(server.serve("/rss", rss(("1", "Starred", "x"), ("2", "Old", "x"))))
    desk.refresh()
    [starred] = [headline.id for headline in desk.headlines() if headline.title == "Starred"]
    article_state.mark(desk.db, [starred], desk.now, starred=True)
    desk.now += 8 * 86_400
    new = [(str(number), f"New {number}", "x") for number in range(3, 12)]
    server.serve("/rss", rss(("2", "Old", "y"), *new))
    desk.refresh()
    assert {"Starred", "Old"} < desk.titles()
    desk.config = replace(desk.config, keep=Keep(days=7))
    for _ in range(2):
        desk.refresh(all_now=True)
        assert desk.titles() == {"Starred", *(title for _, title, _ in new)}


def test_articles_stay_when_more_than_a_tenth_is_old(desk: Desk, server: Server) -> None:
    """As with a clock that is wrong by years."""
    desk.add(server.serve("/rss", rss(*((str(number), f"Number {number}", "x") for number in range(10)))))
    desk.config = replace(desk.config, keep=Keep(days=7))
    desk.refresh()
    right, desk.now = desk.now, desk.now + 2_000 * 86_400
    desk.refresh(all_now=True)
    assert len(desk.titles()) == 10
    [warning] = [event["message"] for event in desk.events if event["event"] == "warning"]
    assert warning == (
        "10 old articles are kept: they are more than a tenth of all. Check the clock and keep.days."
        " To delete: roya-tui tidy --yes."
    )
    desk.now = right
    desk.refresh(all_now=True)
    assert not [event for event in desk.events if event["event"] == "warning"]


def test_a_server_that_is_gone_leaves_the_articles(desk: Desk, server: Server) -> None:
    id = desk.add(server.serve("/rss", rss(("1", "One", "x"))))
    desk.refresh()
    server.stop()
    desk.now += 3600
    assert desk.refresh().failed == 1
    message = desk.told(id)["message"]
    assert message.startswith("Invented News is not there: its machine refuses the connection. Trying again ")
    source = desk.source(id)
    assert (source.failures, source.error) == (1, message)
    assert source.next_check is not None
    assert NOW + 3600 + 600 <= source.next_check <= NOW + 3600 + 750
    assert desk.titles() == {"One"}


def test_without_a_network_everything_is_tried_again_soon(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A week without a network must not make sources wait for a day afterwards."""

    def unreachable(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_AGAIN, "no name server")

    monkeypatch.setattr(socket, "getaddrinfo", unreachable)
    id = desk.add("http://news.example/rss", name="Far News")
    for _ in range(4):
        desk.refresh(id)
    assert "Far News cannot be reached: there is no network here. Trying again " in desk.told(id)["message"]
    assert (desk.source(id).next_check or 0) <= NOW + 750


def test_each_failure_is_told_and_none_harms_the_others(desk: Desk, server: Server) -> None:
    desk.config = replace(desk.config, refresh=replace(desk.config.refresh, timeout=4.0, max_bytes=500_000))
    closed = Server()
    closed.stop()
    bad = {
        closed.url + "/": "refuses the connection",
        server.reply("/404", 404): "has nothing at this address (404)",
        server.reply("/500", 500): "has trouble of its own (500)",
        server.reply("/garbage", body=b"\x00\x01\xfe garbage " * 50): "is no feed",
        server.reply("/html", body="<!doctype html><title>Hello</title>"): "is no feed: this is a web page",
        server.reply("/empty", body=""): "is no feed: this is empty",
        server.answer("/hang", hang): "did not answer in 4 s",
        server.answer("/drip", drip): "did not answer in 4 s",
        server.answer("/endless", endless): "is larger than 0.5 MB",
        server.reply("/bomb", body=bomb(30), Content_Encoding="gzip"): "unpacks to far more",
        server.redirect("/loop", "/loop"): "sends us round in a circle",
        server.redirect("/file", "file:///etc/hostname"): "sends us on to a file: address, which is refused",
        server.redirect("/inside", "http://169.254.169.254/"): "inside your own network",
        server.answer("/reset", reset): "closed the connection",
        server.answer("/babble", babble): "does not answer in the language of the web",
    }
    ids = {desk.add(url): words for url, words in bad.items()}
    good = [desk.add(server.serve(f"/good{n}", rss((f"{n}", f"Good {n}", "x")))) for n in range(5)]
    summary = desk.refresh()
    for id, words in ids.items():
        event = desk.told(id)
        assert event["state"] == "failed"
        assert words in event["message"], event
        assert ". Trying again " in event["message"]
        assert desk.source(id).failures == 1
    assert [desk.told(id)["state"] for id in good] == ["new"] * 5
    assert desk.titles() == {f"Good {n}" for n in range(5)}
    assert (summary.new, summary.failed) == (5, len(bad))


def test_a_document_of_many_megabytes_reaches_the_store(desk: Desk, server: Server) -> None:
    desk.add(server.serve("/rss", rss(*((str(n), f"Title {n}", "words " * 300) for n in range(3000)))))
    assert desk.refresh().new == 3000


def test_a_source_that_is_gone_for_good_is_stopped(desk: Desk, server: Server) -> None:
    id = desk.add(server.reply("/rss", 410))
    desk.refresh()
    assert desk.told(id)["message"].endswith("is gone for good (410), and is not asked any more.")
    assert desk.source(id).paused
    assert desk.refresh(all_now=True).asked == 0
    server.serve("/rss", rss(("1", "Back", "x")))
    assert desk.refresh(id).new == 1
    assert not desk.source(id).paused


def test_what_is_too_old_for_a_story_is_not_made_ready_for_one() -> None:
    times = (Moment(NOW - 3_600), Moment(NOW - 30 * 86_400), Moment())
    entries = tuple(Entry(str(n), title="Ferry sinks off Harbour", published=at) for n, at in enumerate(times))
    told_yesterday = Entry("4", title="Ferry sinks off Harbour", updated=Moment(NOW - 86_400))
    rows = prepare_entries(Feed("rss", entries=(*entries, told_yesterday)), NOW)
    assert [bool(row.fingerprint) for row in rows] == [True, False, True, True]


def test_retry_after_holds_the_whole_host_in_this_run_and_the_next(desk: Desk, server: Server) -> None:
    desk.config = replace(desk.config, refresh=replace(desk.config.refresh, per_host=1))
    ids = [desk.add(server.reply(f"/{n}", 503, Retry_After="7200")) for n in range(3)]
    summary = desk.refresh()
    assert len(server.seen) == 1
    assert (summary.failed, summary.waiting) == (1, 2)
    assert desk.told(ids[1])["state"] == "waiting"
    assert desk.told(ids[1])["message"].startswith("127.0.0.1 asked us to wait; next look ")
    desk.now += 7199
    assert desk.refresh(all_now=True).asked == 0
    assert desk.refresh(*ids).asked == 0
    desk.now += 1
    assert desk.refresh(*ids).asked == 3


def test_retry_after_of_the_host_that_a_redirect_leads_to_holds_that_host_too(
    desk: Desk, server: Server, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "is_public", lambda address: True)
    port = server.url.rpartition(":")[2]
    server.reply("/full", 429, Retry_After="7200")
    server.redirect("/moved", f"http://crowded.example:{port}/full")
    server.serve("/well", rss(("1", "Well", "x")))
    moved = desk.add(f"http://first.example:{port}/moved")
    there = desk.add(f"http://crowded.example:{port}/well")
    other = desk.add(f"http://other.example:{port}/well")
    assert desk.refresh(moved).failed == 1
    desk.now += 7199
    assert desk.refresh(moved, there, other, all_now=True).asked == 1
    assert desk.told(there)["message"].startswith("Crowded.example asked us to wait; next look ")
    assert desk.told(other)["state"] == "new"
    desk.now += 1
    assert desk.refresh(there).new == 1


def test_a_move_for_good_is_followed_at_the_second_time(desk: Desk, server: Server) -> None:
    new = server.serve("/new", rss(("1", "One", "x")))
    old = server.redirect("/old", "/new", 301)
    id = desk.add(old)
    desk.refresh()
    assert desk.source(id).url == old
    desk.refresh(id)
    assert desk.source(id).url == new
    assert desk.told(id)["message"] == "Invented News has moved for good; it is read at its new address from now on."
    desk.refresh(id)
    assert len(server.asked("/old")) == 2


def test_a_passing_redirect_never_moves_a_source(desk: Desk, server: Server) -> None:
    server.serve("/new", rss(("1", "One", "x")))
    id = desk.add(server.redirect("/old", "/new", 302))
    for _ in range(3):
        desk.refresh(id)
    assert desk.source(id).url.endswith("/old")


def test_the_publishers_wish_to_wait_is_kept(desk: Desk, server: Server) -> None:
    patient = desk.add(server.serve("/ttl", rss(("1", "One", "x"), extra="<ttl>180</ttl>")))
    cached = desk.add(server.serve("/age", rss(("1", "One", "x")), **{"Cache-Control": "max-age=7200"}))
    desk.refresh()
    assert desk.source(patient).next_check == NOW + 3 * 3600
    assert desk.source(cached).next_check == NOW + 2 * 3600
    desk.refresh(patient)
    desk.refresh(patient)
    assert desk.source(patient).next_check == NOW + 3 * 3600, "a 304 must not forget the feed's ttl"


def test_a_bad_document_is_asked_for_again(desk: Desk, server: Server) -> None:
    """What could not be read must not count as known, or its repair would never be seen."""
    id = desk.add(server.serve("/rss", "<html>under repair</html>"))
    desk.refresh()
    desk.refresh(id)
    assert desk.told(id)["state"] == "failed"
    assert desk.source(id).failures == 2


def test_many_are_in_flight_at_once(desk: Desk, server: Server) -> None:
    """Twelve servers that each wait for the other eleven."""
    everyone = threading.Barrier(12)

    def together(*_: Any) -> Reply:
        everyone.wait(timeout=30)
        return Reply(200, rss(("1", "One", "x")).encode())

    for number in range(12):
        desk.add(server.answer(f"/{number}", together))
    assert desk.refresh().failed == 0


def test_a_host_is_not_crowded(desk: Desk, server: Server) -> None:
    desk.config = replace(desk.config, refresh=replace(desk.config.refresh, per_host=2))
    now, most, guard = 0, 0, threading.Lock()

    def counting(_seen: Any, _socket: Any, stopped: threading.Event) -> Reply:
        nonlocal now, most
        with guard:
            now += 1
            most = max(most, now)
        stopped.wait(0.03)
        with guard:
            now -= 1
        return Reply(304 if most > 99 else 404)

    for number in range(10):
        desk.add(server.answer(f"/{number}", counting))
    desk.refresh()
    assert most == 2


def test_a_password_in_an_address_is_used_and_never_told(desk: Desk, server: Server) -> None:
    desk.add(f"http://reader:opensesame@127.0.0.1:{server.port}/gone")
    server.redirect("/moved", "/feed", 301)
    server.serve("/feed", rss(("1", "One", "x"), title=""))
    moved = desk.add(f"http://reader:opensesame@127.0.0.1:{server.port}/moved")
    desk.refresh()
    first = json.dumps(desk.events)
    desk.refresh(moved)
    assert "opensesame" not in first + json.dumps(desk.events)
    assert all("opensesame" not in source.error for source in subscriptions.list_all(desk.db))
    assert all("authorization" in seen.headers for seen in server.seen)


def test_offline_touches_no_network(desk: Desk, server: Server, tmp_path: Path) -> None:
    far = desk.add(server.serve("/rss", rss(("1", "Far", "x"))))
    (tmp_path / "near.rss").write_text(rss(("1", "Near", "x")))
    desk.add(str(tmp_path / "near.rss"))
    summary = desk.refresh(all_now=True, offline=True)
    assert desk.titles() == {"Near"}
    assert not server.seen
    assert (summary.new, summary.failed, summary.waiting) == (1, 0, 1)
    assert (desk.told(far)["state"], desk.told(far)["message"]) == ("waiting", "Offline.")


def test_a_folder_is_one_source(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "feeds"
    folder.mkdir()
    (folder / "a.rss").write_text(rss(("a", "From RSS", "x")))
    (folder / "b.atom").write_text(ATOM)
    (folder / "package.json").write_text('{"name": "no feed"}')
    id = desk.add(str(folder))
    assert desk.refresh().new == 2
    assert desk.titles() == {"From RSS", "From Atom"}
    assert desk.source(id).title == "feeds"
    assert desk.refresh().unchanged == 1, "files are looked at each time, and read only when touched"
    (folder / "c.rss").write_text(rss(("c", "Added", "x")))
    assert desk.refresh().new == 1
    (folder / "a.rss").unlink()
    desk.refresh()
    assert "From RSS" in desk.titles(), "an article stays when its feed has let it go"


def test_a_file_that_is_gone_is_told(desk: Desk, tmp_path: Path) -> None:
    id = desk.add(str(tmp_path / "gone.rss"), name="Notes")
    desk.refresh()
    assert desk.told(id)["message"] == f"Notes is not there any more: {tmp_path / 'gone.rss'}."


def test_a_mapping_that_is_not_there_is_told(desk: Desk, server: Server) -> None:
    id = desk.add(server.serve("/api", API), mapping="nonsense", name="City")
    desk.refresh()
    assert desk.told(id)["message"].startswith("City cannot be read. There is no mapping 'nonsense'.")


def test_a_second_refresh_says_that_one_is_at_work(desk: Desk, server: Server) -> None:
    desk.add(server.serve("/rss", rss(("1", "One", "x"))))
    assert refresh_lock.acquire(desk.db, NOW, os.getppid())
    summary = desk.refresh()
    assert summary.busy
    assert [event["event"] for event in desk.events] == ["busy"]
    assert not server.seen


def test_a_reader_that_hangs_up_loses_nothing(desk: Desk, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        desk.add(server.serve(f"/{number}", rss((f"{number}", f"Title {number}", "x"))))

    class Closed(list[Any]):
        def append(self, _: Any) -> None:
            raise BrokenPipeError

    monkeypatch.setattr(desk, "events", Closed())
    from roya_tui.refresh.runner import run

    summary = run(desk.paths, desk.config, report=desk.events.append, now=lambda: NOW)
    assert summary.new == 3


def test_what_cannot_be_saved_is_told_and_tried_again(
    desk: Desk, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = desk.add(server.serve("/bad", rss(("1", "Unlucky", "x"), title="Unlucky News")))
    desk.add(server.serve("/good", rss(("1", "Lucky", "x"))))
    save = ingestion.save

    def failing(db: Any, source_id: int, *rest: Any, **how: Any) -> SaveResult:
        if source_id == bad:
            raise StoreError("The disk is full.")
        return save(db, source_id, *rest, **how)

    with monkeypatch.context() as patch:
        patch.setattr(ingestion, "save", failing)
        assert desk.refresh().failed == 1
    assert "was read but not saved. The disk is full." in desk.told(bad)["message"]
    assert desk.titles() == {"Lucky"}
    assert desk.refresh(bad).new == 1, "its validators must not have been kept"


def test_a_damaged_article_is_fetched_again_when_its_source_is_asked_by_name(desk: Desk, server: Server) -> None:
    id = desk.add(server.serve("/rss", rss(("1", "Bridge opens", "On Monday."))))
    desk.refresh()
    desk.db.execute("UPDATE body SET feed = x'00'")
    desk.refresh(all_now=True)
    assert damage.find_damaged(desk.db), "nobody looks for damage unasked"
    desk.refresh(id, offline=True)
    summary = desk.refresh(id)
    assert (summary.new, summary.changed, summary.failed) == (0, 0, 0)
    [headline] = desk.headlines()
    article = lookup.load_article(desk.db, headline.id)
    assert article is not None
    assert (article.damaged, article.html) == (False, "On Monday.")
    assert desk.found("monday") == [headline.id]


def test_of_a_document_that_was_cut_off_the_rest_is_asked_for(desk: Desk, server: Server) -> None:
    whole = rss(("1", "One", "Words"), ("2", "Two", "Words"))

    def torn_at_first(seen: Seen, _socket: socket.socket, _stopped: threading.Event) -> Reply:
        if seen.headers.get("if-none-match"):
            return Reply(304)
        body = whole if len(server.seen) > 1 else whole[: whole.index("Two")]
        return Reply(200, body.encode(), {"Content-Type": "application/rss+xml", "ETag": '"1"'})

    desk.add(server.answer("/feed", torn_at_first))
    desk.refresh()
    assert desk.titles() == {"One"}
    desk.refresh(all_now=True)
    assert desk.titles() == {"One", "Two"}
    desk.refresh(all_now=True)
    assert server.seen[-1].headers["if-none-match"] == '"1"'
