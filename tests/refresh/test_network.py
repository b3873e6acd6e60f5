"""A missing network or a wrong host name: noticed once, counted against no source, and over at the first response."""

import socket

import pytest
from msgspec.structs import replace
from tests.refresh.conftest import App, NameServer
from tests.servers import Server, rss

HOUR = 3600
NEWS = rss(("1", "One", "x"))


def subscribe(app: App, server: Server, count: int) -> list[int]:
    """Add sources of different hosts, which all resolve to the server."""
    hosts = [f"n{number}.example" for number in range(count)]
    app.config = replace(app.config, refresh=replace(app.config.refresh, private_hosts=tuple(hosts)))
    server.serve("/feed", NEWS)
    return [app.add(f"http://{host}:{server.port}/feed") for host in hosts]


def event_types(app: App) -> list[str]:
    return [event["event"] for event in app.events]


@pytest.mark.parametrize("error", [socket.EAI_AGAIN, socket.EAI_NONAME], ids=["no name server", "no names"])
def test_missing_network_is_noticed_once_and_counts_against_no_source(app, server, name_server, error: int) -> None:
    """macOS and Windows report an unknown name when no name server answers."""
    app.config = replace(app.config, refresh=replace(app.config.refresh, at_once=4))
    ids = subscribe(app, server, 40)
    app.refresh()
    before = [app.source(id) for id in ids]
    app.now += HOUR
    name_server.down, name_server.lookups = error, []

    summary = app.refresh()
    assert (summary.failed, summary.waiting, summary.new, summary.offline) == (0, 40, 0, True)
    [offline] = [event for event in app.events if event["event"] == "offline"]
    assert offline == {
        "event": "offline",
        "until": app.now + 60,
        "message": "There is no network. Sources are checked as soon as it is back.",
    }
    assert "source" not in event_types(app)
    assert len(name_server.lookups) <= 8
    assert [app.source(id) for id in ids] == before


def test_one_source_checks_whether_the_network_is_back(app: App, server: Server, name_server: NameServer) -> None:
    subscribe(app, server, 10)
    app.refresh()
    name_server.down = socket.EAI_AGAIN
    pauses = []
    app.now += HOUR
    for number in range(7):
        name_server.lookups = []
        app.refresh()
        assert number == 0 or len(name_server.lookups) == 1
        [pause] = [event["until"] - app.now for event in app.events if event["event"] == "offline"]
        pauses.append(pause)
        app.now += pause
    assert pauses == [60, 60, 120, 240, 480, 600, 600]

    name_server.down, name_server.lookups = None, []
    app.now += 60
    summary = app.refresh()
    assert (summary.unchanged, summary.failed, summary.waiting, summary.offline) == (10, 0, 0, False)
    assert event_types(app).count("online") == 1
    assert event_types(app).index("online") < event_types(app).index("source")

    name_server.down, name_server.lookups = socket.EAI_AGAIN, []
    app.now += HOUR
    app.refresh()
    assert [event["until"] - app.now for event in app.events if event["event"] == "offline"] == [60]


def test_files_and_local_hosts_are_read_without_a_network(app, server, name_server, tmp_path) -> None:
    subscribe(app, server, 5)
    name_server.down = socket.EAI_AGAIN
    local = [app.add(server.serve(f"/near/{n}", rss((str(n), f"Near {n}", "x")))) for n in range(3)]
    (tmp_path / "here.xml").write_text(rss(("h", "Here", "x")))
    local.append(app.add(str(tmp_path / "here.xml")))
    for _ in range(2):
        summary = app.refresh(all_now=True)
        assert (summary.offline, summary.failed, summary.waiting) == (True, 0, 5)
        assert {app.event(id)["state"] for id in local} <= {"new", "unchanged"}
    assert app.titles() == {"Near 0", "Near 1", "Near 2", "Here"}


@pytest.mark.parametrize("first", [True, False], ids=["before the others", "after the others"])
def test_unresolved_names_are_failures_when_other_names_resolve(app, server, name_server, first: bool) -> None:
    ids = subscribe(app, server, 6)
    app.config = replace(app.config, refresh=replace(app.config.refresh, at_once=1))
    unknown, unheard = (0, 1) if first else (4, 5)
    name_server.unknown = {f"n{unknown}.example": socket.EAI_NONAME, f"n{unheard}.example": socket.EAI_AGAIN}
    summary = app.refresh()
    assert (summary.offline, summary.failed, summary.new) == (False, 2, 4)
    assert {id for id in ids if app.source(id).failures} == {ids[unknown], ids[unheard]}
    assert f"host n{unknown}.example not found. Next check" in app.event(ids[unknown])["message"]
    assert "could not be reached, but other sources could. Next check" in app.event(ids[unheard])["message"]


def test_wrong_names_of_new_sources_do_not_mean_a_missing_network(app, server, name_server) -> None:
    """An imported list may begin with hosts that no longer exist."""
    subscribe(app, server, 5)
    name_server.down = socket.EAI_NONAME
    summary = app.refresh()
    assert (summary.offline, summary.failed) == (False, 5)


def test_two_failed_sources_mean_a_missing_network_and_one_does_not(app, server, name_server) -> None:
    first, _ = subscribe(app, server, 2)
    name_server.down = socket.EAI_AGAIN
    assert app.refresh(first).offline is False
    assert "there is no network. Next check" in app.event(first)["message"]
    assert app.source(first).failures == 0
    assert app.refresh(all_now=True).offline is True
