"""A whole refresh against real servers: articles in the database, and events."""

import json
import random
import socket
import threading
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from msgspec.structs import replace
from tests.refresh.conftest import NOW, App, NameServer
from tests.servers import Reply, Seen, Server, rss

from roya_tui.clock import Clock
from roya_tui.config import Config, Dates, Keep, Refresh
from roya_tui.model import Entry, Feed, Moment, SaveResult
from roya_tui.presentation.source_status import TimeContext
from roya_tui.refresh import host_queue
from roya_tui.refresh.parse_jobs import prepare_entries
from roya_tui.refresh.results import Priority
from roya_tui.refresh.runner import run
from roya_tui.refresh.source_status import load_all
from roya_tui.sources import hosts
from roya_tui.store.articles import damage, ingestion, lookup
from roya_tui.store.connection import StoreError
from roya_tui.store.sources import status
from roya_tui.store.user_data import article_state

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Atom Invented</title><id>a</id>
<entry><id>a1</id><title>From Atom</title><summary>Words</summary></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="c"><title>RDF Invented</title></channel>
<item rdf:about="i"><title>From RDF</title></item></rdf:RDF>"""
JSON_FEED = """{"version": "https://jsonfeed.org/version/1.1", "title": "JSON Invented",
"items": [{"id": "1", "title": "From JSON"}]}"""
API = json.dumps({"latest_news": [{"section_name": "Water", "news_title": "From an API", "created_at": "x"}]})


def test_every_format_is_stored_and_not_modified_later(app: App, server: Server) -> None:
    ids = [
        app.add(server.serve("/rss", rss(("1", "From RSS", "Words")))),
        app.add(server.serve("/atom", ATOM)),
        app.add(server.serve("/rdf", RDF)),
        app.add(server.serve("/json", JSON_FEED, "application/feed+json")),
        app.add(server.serve("/api", API, "application/json"), mapping="roya"),
    ]
    summary = app.refresh()
    assert app.titles() == {"From RSS", "From Atom", "From RDF", "From JSON", "From an API"}
    assert (summary.new, summary.failed, summary.asked) == (5, 0, 5)
    assert app.source(ids[0]).title == "Invented News"
    assert app.events[0] == {"event": "started", "total": 5}
    assert app.events[-1]["event"] == "finished"
    assert app.events[-1]["new"] == 5
    progress = [(e["done"], e["total"]) for e in app.events if e["event"] == "progress"]
    assert progress == [(n, 5) for n in range(6)]

    again = app.refresh(all_now=True)
    assert (again.new, again.changed, again.failed, again.unchanged) == (0, 0, 0, 5)
    assert all("if-none-match" in seen.headers for seen in server.seen[5:])
    assert {app.event(id)["state"] for id in ids} == {"unchanged"}


def test_progress_names_the_slowest_host(app: App, server: Server, name_server: NameServer) -> None:
    hosts = ("endless.example", "fast.example", "last.example")
    app.config = Config(refresh=Refresh(spacing=0, timeout=30, private_hosts=hosts))

    def last(_seen: Any, _socket: Any, stopped: threading.Event) -> Reply:
        while not any(event.get("done") == 2 for event in app.events):
            stopped.wait(0.01)
        return Reply(200, rss().encode())

    addresses = (server.answer("/slow", last), server.serve("/fast", rss()), server.serve("/last", rss()))
    for host, address in zip(hosts, addresses, strict=True):
        app.add(address.replace("127.0.0.1", host))
    app.refresh()
    event_values = [event.get("waiting_for", "") for event in app.events if event["event"] == "progress"]
    assert event_values == [f"endless.example:{server.port}"] * 3 + [""]


def test_immediate_priority_checks_a_source_that_is_not_due(app: App, server: Server) -> None:
    rarely = app.add(server.serve("/rarely", rss(("A", "1", "2025-01-01T00:00:00Z"))))
    assert app.refresh().asked == 1
    priorities: SimpleQueue[Priority] = SimpleQueue()
    rounds: list[int] = []

    def slow(_seen: Any, _socket: Any, stopped: threading.Event) -> Reply:
        for count in (2, 3):  # the second time after its check in this refresh
            priorities.put(Priority(rarely, is_immediate=True))
            while len(server.asked("/rarely")) < count or len(_states(app, rarely)) < count - 1:
                if stopped.wait(0.01):
                    return Reply(500)
            rounds.append(count)
        return Reply(200, rss().encode())

    app.add(server.answer("/slow", slow))
    app.config = replace(app.config, refresh=replace(app.config.refresh, timeout=30))
    assert app.refresh(priorities=priorities).asked == 3
    assert rounds == [2, 3]
    progress = [(event["done"], event["total"]) for event in app.events if event["event"] == "progress"]
    assert progress[-1] == (3, 3)


def _states(app: App, id: int) -> list[str]:
    return [event["state"] for event in app.events if event["event"] == "source" and event["id"] == id]


def test_source_is_checked_when_due_even_with_priority(app: App, server: Server) -> None:
    id = app.add(server.serve("/rss", rss(("1", "One", "x"))))
    app.refresh()
    priorities: SimpleQueue[Priority] = SimpleQueue()
    priorities.put(Priority(id))
    app.add(server.serve("/new", rss()))
    summary = app.refresh(priorities=priorities)
    assert (summary.asked, summary.waiting) == (1, 1)
    assert app.event(id)["state"] == "waiting"
    assert app.event(id)["message"].startswith("Not due yet. Next check: ")
    assert len(server.asked("/rss")) == 1
    app.now += 1800
    assert app.refresh(id).asked == 1


def test_changed_entry_keeps_its_earlier_version_and_your_marks(app: App, server: Server) -> None:
    app.add(server.serve("/rss", rss(("1", "Bridge opens", "On Monday."), ("2", "Other", "x"))))
    app.refresh()
    [bridge] = [h for h in app.headlines() if h.title == "Bridge opens"]
    article_state.mark(app.db, [bridge.id], NOW, read=True, starred=True)
    server.serve("/rss", rss(("1", "Bridge opens late", "On Friday."), ("2", "Other", "x")))
    app.now += 3600
    summary = app.refresh()
    assert (summary.new, summary.changed) == (0, 1)
    [now] = [h for h in app.headlines() if h.id == bridge.id]
    assert now.title == "Bridge opens late"
    assert (now.changed, now.unread, now.starred) == (True, False, True)
    assert [r.title for r in lookup.load_versions(app.db, bridge.id)] == ["Bridge opens"]


def test_old_articles_are_deleted_unless_starred(app: App, server: Server) -> None:
    app.add(server.serve("/rss", rss(("1", "Starred", "x"), ("2", "Old", "x"))))
    app.refresh()
    [starred] = [headline.id for headline in app.headlines() if headline.title == "Starred"]
    article_state.mark(app.db, [starred], app.now, starred=True)
    app.now += 8 * 86_400
    new = [(str(number), f"New {number}", "x") for number in range(3, 12)]
    server.serve("/rss", rss(("2", "Old", "y"), *new))
    app.refresh()
    assert {"Starred", "Old"} < app.titles()
    app.config = replace(app.config, keep=Keep(days=7))
    for _ in range(2):
        app.refresh(all_now=True)
        assert app.titles() == {"Starred", *(title for _, title, _ in new)}


def test_old_articles_are_kept_when_they_are_more_than_a_tenth(app: App, server: Server) -> None:
    """The clock may be wrong by years."""
    app.add(server.serve("/rss", rss(*((str(number), f"Number {number}", "x") for number in range(10)))))
    app.config = replace(app.config, keep=Keep(days=7))
    app.refresh()
    right, app.now = app.now, app.now + 2_000 * 86_400
    app.refresh(all_now=True)
    assert len(app.titles()) == 10
    [warning] = [event["message"] for event in app.events if event["event"] == "warning"]
    assert warning == (
        "10 old articles are kept: more than a tenth of all. Check the clock and [keep] days."
        " To delete: roya-tui tidy --yes."
    )
    app.now = right
    app.refresh(all_now=True)
    assert not [event for event in app.events if event["event"] == "warning"]


def test_large_document_is_stored(app: App, server: Server) -> None:
    app.add(server.serve("/rss", rss(*((str(n), f"Title {n}", "words " * 300) for n in range(1000)))))
    assert app.refresh().new == 1000


def test_gone_source_is_checked_only_by_name(app: App, server: Server) -> None:
    id = app.add(server.reply("/rss", 410))
    app.refresh()
    assert app.event(id)["message"].endswith("was removed by its server (410) and is not checked any more.")
    assert app.source(id).paused
    assert app.refresh(all_now=True).asked == 0
    server.serve("/rss", rss(("1", "Back", "x")))
    assert app.refresh(id).new == 1
    assert not app.source(id).paused


def test_old_entries_get_no_fingerprint_for_stories() -> None:
    times = (Moment(NOW - 3_600), Moment(NOW - 30 * 86_400), Moment())
    entries = tuple(Entry(str(n), title="Ferry sinks off Harbour", published=at) for n, at in enumerate(times))
    updated_yesterday = Entry("4", title="Ferry sinks off Harbour", updated=Moment(NOW - 86_400))
    rows = prepare_entries(Feed("rss", entries=(*entries, updated_yesterday)), NOW)
    assert [bool(row.fingerprint) for row in rows] == [True, False, True, True]


def test_retry_after_delays_all_sources_of_the_host(app: App, server: Server) -> None:
    app.config = replace(app.config, refresh=replace(app.config.refresh, per_host=1))
    ids = [app.add(server.reply(f"/{n}", 503, Retry_After="7200")) for n in range(3)]
    summary = app.refresh()
    assert len(server.seen) == 1
    assert (summary.failed, summary.waiting) == (1, 2)
    assert app.event(ids[1])["state"] == "waiting"
    assert app.event(ids[1])["message"].startswith(f"127.0.0.1:{server.port} is limiting requests. Next check: ")
    app.now += 7199
    assert app.refresh(all_now=True).asked == 0
    assert (app.event(ids[1])["host"], app.event(ids[1])["held_until"]) == (f"127.0.0.1:{server.port}", NOW + 7200)
    assert app.refresh(*ids).asked == 0
    app.now += 1
    assert app.refresh(*ids).asked == 3


@pytest.mark.parametrize("running", [False, True])
def test_refresh_anyway_checks_a_source_whose_host_is_limiting_requests(
    app: App, server: Server, tmp_path: Path, running: bool
) -> None:
    busy, other = (app.add(server.reply(path, 429, Retry_After="7200")) for path in ("/busy", "/other"))
    app.refresh(busy)
    server.serve("/busy", rss(("1", "One", "x")))
    priorities: SimpleQueue[Priority] = SimpleQueue()
    if running:
        priorities.put(Priority(busy, is_immediate=True, is_anyway=True))
        file = tmp_path / "feed.xml"
        file.write_text(rss())
        app.refresh(other, app.add(str(file)), priorities=priorities)
    else:
        app.refresh(busy, anyway=True)
    assert app.event(busy)["state"] == "new"
    assert len(server.asked("/busy")) == 2
    assert server.asked("/other") == []


@pytest.mark.parametrize(("headers", "moved"), [({}, 0), ({"Retry_After": "30"}, 0), ({"Retry_After": "7200"}, 6)])
def test_check_while_a_host_limits_requests_is_not_one_more_failure(
    app: App, server: Server, headers: dict[str, str], moved: int
) -> None:
    id = app.add(server.reply("/busy", 429, **headers))
    app.refresh(id)
    first = app.source(id)
    for _ in range(3):
        app.now += 2
        app.refresh(id, anyway=True)
    second = app.source(id)
    assert (len(server.seen), second.failures, len(status.list_attempts(app.db, id))) == (4, 1, 1)
    assert (first.next_check, first.held_until) == tuple(
        at and at - moved for at in (second.next_check, second.held_until)
    ), "only a new Retry-After moves them"
    app.now = max(second.next_check or 0, second.held_until or 0)
    app.refresh(id)
    assert app.source(id).failures == 2, "the limit has ended"


def test_retry_after_of_one_port_holds_no_other_port(app: App, server: Server) -> None:
    with closing(Server()) as second:
        held = app.add(server.reply("/a", 429, Retry_After="7200"))
        free = app.add(second.serve("/b", rss(("1", "One", "x"))))
        app.refresh(held)
        assert app.refresh(held, free).asked == 1
        assert app.event(free)["state"] == "new"
        assert app.event(held)["message"].startswith(f"127.0.0.1:{server.port} is limiting requests. Next check: ")


def test_retry_after_delays_the_host_that_a_redirect_led_to(app, server, name_server, monkeypatch) -> None:
    monkeypatch.setattr(hosts, "is_public", lambda address: True)
    port = server.url.rpartition(":")[2]
    server.reply("/full", 429, Retry_After="7200")
    server.redirect("/moved", f"http://crowded.example:{port}/full")
    server.serve("/well", rss(("1", "Well", "x")))
    moved = app.add(f"http://first.example:{port}/moved")
    crowded = app.add(f"http://crowded.example:{port}/well")
    other = app.add(f"http://other.example:{port}/well")
    assert app.refresh(moved).failed == 1
    app.now += 7199
    assert app.refresh(moved, crowded, other, all_now=True).asked == 1
    assert app.event(crowded)["message"].startswith(f"crowded.example:{port} is limiting requests. Next check: ")
    assert app.event(other)["state"] == "new"
    app.now += 1
    assert app.refresh(crowded).new == 1


@pytest.mark.parametrize("headers", [{}, {"Retry_After": "60"}, {"Retry_After": "1200"}])
def test_limited_requests_show_the_same_time_everywhere(
    app: App, server: Server, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    monkeypatch.setattr(random, "random", lambda: 1.0)
    app.config = replace(app.config, dates=Dates(zone="Asia/Amman"))
    id = app.add(server.reply("/rss", 429, **headers), name="Crowd")
    app.refresh()
    at = 1200 if headers == {"Retry_After": "1200"} else 750
    times = TimeContext(NOW, Clock(zone="Asia/Amman"))
    time = times.clock.time(NOW + at)
    assert app.event(id)["message"] == f"“Crowd” is limiting requests (429). Next check: {time}."
    [found] = load_all(app.db, app.config, times, {})
    assert found.sentence.endswith(f" Next check: {time}.")
    assert found.next_check == app.next_check(id) == NOW + at
    app.refresh()
    assert app.event(id)["message"] == f"127.0.0.1:{server.port} is limiting requests. Next check: {time}."


def test_permanent_redirect_to_the_address_of_another_source_names_it(app: App, server: Server) -> None:
    new = server.serve("/new", rss(("1", "One", "x")))
    moved = app.add(server.redirect("/old", "/new", 301), name="Old Post")
    app.add(new, name="New Post")
    app.refresh()
    app.refresh(moved)
    assert app.event(moved)["message"] == f"“Old Post” moved to {new}, the address of “New Post”."
    found = load_all(app.db, app.config, TimeContext(NOW, Clock()), {moved: (99,)})
    assert f"Moved permanently to {new}, the address of “New Post”." in [one.sentence for one in found]


def test_only_a_permanent_redirect_changes_the_address_at_the_second_check(app: App, server: Server) -> None:
    new = server.serve("/new", rss(("1", "One", "x")))
    old = server.redirect("/old", "/new", 301)
    id, temporary = app.add(old), app.add(server.redirect("/temporary", "/new", 302))
    app.refresh()
    assert app.source(id).url == old
    app.refresh(id, temporary)
    assert app.source(id).url == new
    assert app.event(id)["message"] == f"“Invented News” moved to {server.url}/new and is now checked there."
    app.refresh(id, temporary)
    assert len(server.asked("/old")) == 2
    assert app.source(temporary).url.endswith("/temporary")


def test_invalid_document_is_requested_again(app: App, server: Server) -> None:
    """Its validators must not be stored, or its repair would never be read."""
    id = app.add(server.serve("/rss", "<html>under repair</html>"))
    app.refresh()
    app.refresh(id)
    assert app.event(id)["state"] == "failed"
    assert app.source(id).failures == 2


def test_requests_run_at_once(app: App, server: Server) -> None:
    """Twelve servers that each wait for the other eleven."""
    all_requests = threading.Barrier(12)

    def together(*_: Any) -> Reply:
        all_requests.wait(timeout=30)
        return Reply(200, rss(("1", "One", "x")).encode())

    for number in range(12):
        app.add(server.answer(f"/{number}", together))
    assert app.refresh().failed == 0


def test_slow_sources_leave_places_to_others(app: App, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six of them would hold all four places until they time out; the stopped ones are fetched at the end."""
    monkeypatch.setattr(host_queue, "SLOW_AFTER", 0.3)
    app.config = replace(app.config, refresh=replace(app.config.refresh, at_once=4))
    body, are_others_done = rss(("1", "One", "x")).encode(), threading.Event()

    def drip(_seen: Seen, connection: socket.socket, _stopped: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\n\r\n")
        rest = iter(range(len(body)))
        while not are_others_done.wait(0.05):
            position = next(rest)
            connection.sendall(body[position : position + 1])
        connection.sendall(body[next(rest) :])
        connection.shutdown(socket.SHUT_WR)

    def fast(*_: object) -> Reply:
        if len([seen for seen in server.seen if seen.path.startswith("/fast")]) == 5:
            are_others_done.set()
        return Reply(200, body, {"Content-Type": "text/xml"})

    slow = [app.add(server.answer(f"/drip{number}", drip)) for number in range(6)]
    others = [app.add(server.answer(f"/fast{number}", fast)) for number in range(5)]
    assert app.refresh().failed == 0
    assert {app.event(id)["state"] for id in (*slow, *others)} == {"new"}
    assert [event["done"] for event in app.events if event["event"] == "progress"][-1] == 11


def test_requests_to_one_host_are_limited(app: App, server: Server) -> None:
    app.config = replace(app.config, refresh=replace(app.config.refresh, per_host=2))
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
        app.add(server.answer(f"/{number}", counting))
    app.refresh()
    assert most == 2


def test_offline_refresh_reads_files_only(app: App, server: Server, tmp_path: Path) -> None:
    remote = app.add(server.serve("/rss", rss(("1", "Far", "x"))))
    (tmp_path / "near.rss").write_text(rss(("1", "Near", "x")))
    app.add(str(tmp_path / "near.rss"))
    summary = app.refresh(all_now=True, offline=True)
    assert app.titles() == {"Near"}
    assert not server.seen
    assert (summary.new, summary.failed, summary.waiting) == (1, 0, 1)
    assert (app.event(remote)["state"], app.event(remote)["message"]) == ("waiting", "Offline.")


def test_folder_is_one_source(app: App, tmp_path: Path) -> None:
    folder = tmp_path / "feeds"
    folder.mkdir()
    (folder / "a.rss").write_text(rss(("a", "From RSS", "x")))
    (folder / "b.atom").write_text(ATOM)
    (folder / "package.json").write_text('{"name": "no feed"}')
    id = app.add(str(folder))
    assert app.refresh().new == 2
    assert app.titles() == {"From RSS", "From Atom"}
    assert app.source(id).title == "feeds"
    assert app.refresh().unchanged == 1, "files are read only when touched"
    (folder / "c.rss").write_text(rss(("c", "Added", "x")))
    assert app.refresh().new == 1
    (folder / "a.rss").unlink()
    app.refresh()
    assert "From RSS" in app.titles(), "an article stays when its file is deleted"


def test_files_of_a_folder_overwrite_no_articles_of_each_other(app: App, tmp_path: Path) -> None:
    for name in ("harbor", "city"):
        item = (
            f"<item><guid isPermaLink='false'>1</guid><title>{name}</title><link>https://{name}.example/1</link></item>"
        )
        (tmp_path / f"{name}.rss").write_text(f"<rss version='2.0'><channel>{item}</channel></rss>")
    app.add(str(tmp_path))
    assert app.refresh().new == 2
    assert app.titles() == {"harbor", "city"}


def test_subfolders_are_read_and_the_log_names_skipped_links(app: App, tmp_path: Path) -> None:
    subfolder = tmp_path / "feeds" / "jordan"
    subfolder.mkdir(parents=True)
    (subfolder / "a.rss").write_text(rss(("a", "In a subfolder", "x")))
    (subfolder / "loop").symlink_to("..")
    id = app.add(str(tmp_path / "feeds"))
    assert app.refresh().new == 1
    assert app.refresh().unchanged == 1
    messages = [attempt.message for attempt in status.list_attempts(app.db, id)]
    assert messages == ["Skipped jordan/loop. It is a link to a folder."] * 2
    (subfolder / "b.rss").write_text(rss(("b", "Added", "x")))
    assert app.refresh().new == 1


def test_missing_file_and_missing_mapping_are_failures(app: App, server: Server, tmp_path: Path) -> None:
    file = app.add(str(tmp_path / "gone.rss"), name="Notes")
    api = app.add(server.serve("/api", API), mapping="nonsense", name="City")
    app.refresh()
    assert app.event(file)["message"] == f"“Notes” was not found: {tmp_path / 'gone.rss'}."
    assert app.event(api)["message"].startswith("“City” could not be read. There is no mapping “nonsense”.")


def test_refresh_continues_when_events_cannot_be_written(app: App, server: Server) -> None:
    for number in range(3):
        app.add(server.serve(f"/{number}", rss((f"{number}", f"Title {number}", "x"))))

    def fail(_: Any) -> None:
        raise BrokenPipeError

    assert run(app.paths, app.config, report=fail, now=lambda: NOW).new == 3


def test_source_that_cannot_be_saved_is_a_failure_and_requested_again(app, server, monkeypatch) -> None:
    bad = app.add(server.serve("/bad", rss(("1", "Unlucky", "x"), title="Unlucky News")))
    app.add(server.serve("/good", rss(("1", "Lucky", "x"))))
    save = ingestion.save

    def failing(db: Any, source_id: int, *rest: Any, **how: Any) -> SaveResult:
        if source_id == bad:
            raise StoreError("The disk is full.")
        return save(db, source_id, *rest, **how)

    with monkeypatch.context() as patch:
        patch.setattr(ingestion, "save", failing)
        assert app.refresh().failed == 1
    assert "was fetched but not saved. The disk is full." in app.event(bad)["message"]
    assert app.titles() == {"Lucky"}
    assert app.refresh(bad).new == 1, "its validators must not be stored"


def test_refresh_of_one_source_repairs_damaged_articles(app: App, server: Server) -> None:
    id = app.add(server.serve("/rss", rss(("1", "Bridge opens", "On Monday."))))
    app.refresh()
    app.db.execute("UPDATE body SET feed = x'00'")
    app.refresh(all_now=True)
    assert damage.find_damaged(app.db), "a refresh of all sources does not check for damage"
    app.refresh(id, offline=True)
    summary = app.refresh(id)
    assert (summary.new, summary.changed, summary.failed) == (0, 0, 0)
    [headline] = app.headlines()
    article = lookup.load_article(app.db, headline.id)
    assert (article.damaged, article.html) == (False, "On Monday.")
    assert app.found("monday") == [headline.id]


def test_document_that_was_cut_off_is_requested_again(app: App, server: Server) -> None:
    whole = rss(("1", "One", "Words"), ("2", "Two", "Words"))

    def torn_at_first(seen: Seen, _socket: socket.socket, _stopped: threading.Event) -> Reply:
        if seen.headers.get("if-none-match"):
            return Reply(304)
        body = whole if len(server.seen) > 1 else whole[: whole.index("Two")]
        return Reply(200, body.encode(), {"Content-Type": "application/rss+xml", "ETag": '"1"'})

    app.add(server.answer("/feed", torn_at_first))
    app.refresh()
    assert app.titles() == {"One"}
    app.refresh(all_now=True)
    assert app.titles() == {"One", "Two"}
    app.refresh(all_now=True)
    assert server.seen[-1].headers["if-none-match"] == '"1"'
