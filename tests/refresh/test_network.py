"""No network, or a bad name: noticed once, held against nobody, and over as soon as somebody answers."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.refresh.conftest import Desk, Names
from tests.servers import Server, rss

HOUR = 3600
NEWS = rss(("1", "One", "x"))


def subscribe(desk: Desk, server: Server, count: int) -> list[int]:
    """Add sources of as many hosts, which all are the server."""
    hosts = [f"n{number}.example" for number in range(count)]
    desk.config = replace(desk.config, refresh=replace(desk.config.refresh, inside=tuple(hosts)))
    server.serve("/feed", NEWS)
    return [desk.add(f"http://{host}:{server.port}/feed") for host in hosts]


def kinds(desk: Desk) -> list[str]:
    return [event["event"] for event in desk.events]


@pytest.mark.parametrize("error", [socket.EAI_AGAIN, socket.EAI_NONAME], ids=["no name server", "no names"])
def test_no_network_is_noticed_once_and_held_against_nobody(
    desk: Desk, server: Server, names: Names, error: int
) -> None:
    """macOS and Windows call a name unknown when there is nobody to ask."""
    desk.config = replace(desk.config, refresh=replace(desk.config.refresh, at_once=4))
    ids = subscribe(desk, server, 40)
    desk.refresh()
    before = [desk.source(id) for id in ids]
    desk.now += HOUR
    names.down, names.asked = error, []

    summary = desk.refresh()
    assert (summary.failed, summary.waiting, summary.new, summary.offline) == (0, 40, 0, True)
    [told] = [event for event in desk.events if event["event"] == "offline"]
    assert told == {
        "event": "offline",
        "until": desk.now + 60,
        "message": "There is no network here. The sources are asked as soon as there is one.",
    }
    assert "source" not in kinds(desk), "nobody is told one by one"
    assert len(names.asked) <= 8
    assert [desk.source(id) for id in ids] == before


def test_one_source_finds_out_whether_the_network_is_back_and_then_all_are_asked(
    desk: Desk, server: Server, names: Names
) -> None:
    subscribe(desk, server, 10)
    desk.refresh()
    names.down = socket.EAI_AGAIN
    pauses = []
    desk.now += HOUR
    for number in range(7):
        names.asked = []
        desk.refresh()
        assert number == 0 or len(names.asked) == 1, "no stampede: one is enough to know"
        [pause] = [event["until"] - desk.now for event in desk.events if event["event"] == "offline"]
        pauses.append(pause)
        desk.now += pause
    assert pauses == [60, 60, 120, 240, 480, 600, 600]

    names.down, names.asked = None, []
    desk.now += 60
    summary = desk.refresh()
    assert (summary.unchanged, summary.failed, summary.waiting, summary.offline) == (10, 0, 0, False)
    assert kinds(desk).count("online") == 1
    assert kinds(desk).index("online") < kinds(desk).index("source")

    names.down, names.asked = socket.EAI_AGAIN, []
    desk.now += HOUR
    desk.refresh()
    assert [event["until"] - desk.now for event in desk.events if event["event"] == "offline"] == [60]


def test_what_is_nearby_is_read_without_a_network(desk: Desk, server: Server, names: Names, tmp_path: Path) -> None:
    subscribe(desk, server, 5)
    names.down = socket.EAI_AGAIN
    near = [desk.add(server.serve(f"/near/{n}", rss((str(n), f"Near {n}", "x")))) for n in range(3)]
    (tmp_path / "here.xml").write_text(rss(("h", "Here", "x")))
    near.append(desk.add(str(tmp_path / "here.xml")))
    for _ in range(2):
        summary = desk.refresh(all_now=True)
        assert (summary.offline, summary.failed, summary.waiting) == (True, 0, 5)
        assert {desk.told(id)["state"] for id in near} <= {"new", "unchanged"}
    assert desk.titles() == {"Near 0", "Near 1", "Near 2", "Here"}


@pytest.mark.parametrize("first", [True, False], ids=["before the others", "after the others"])
def test_names_that_nobody_answers_for_are_failures_where_others_answer(
    desk: Desk, server: Server, names: Names, first: bool
) -> None:
    ids = subscribe(desk, server, 6)
    desk.config = replace(desk.config, refresh=replace(desk.config.refresh, at_once=1))
    unknown, unheard = (0, 1) if first else (4, 5)
    names.unknown = {f"n{unknown}.example": socket.EAI_NONAME, f"n{unheard}.example": socket.EAI_AGAIN}
    summary = desk.refresh()
    assert (summary.offline, summary.failed, summary.new) == (False, 2, 4)
    assert {id for id in ids if desk.source(id).failures} == {ids[unknown], ids[unheard]}
    assert f"nobody knows the name n{unknown}.example. Trying again" in desk.told(ids[unknown])["message"]
    assert "cannot be reached, though others can. Trying again" in desk.told(ids[unheard])["message"]


def test_names_that_are_new_and_wrong_do_not_make_a_missing_network(desk: Desk, server: Server, names: Names) -> None:
    """An imported list may begin with hosts that are long gone."""
    subscribe(desk, server, 5)
    names.down = socket.EAI_NONAME
    summary = desk.refresh()
    assert (summary.offline, summary.failed) == (False, 5)


def test_two_are_enough_where_there_are_no_more_and_one_is_not(desk: Desk, server: Server, names: Names) -> None:
    first, _ = subscribe(desk, server, 2)
    names.down = socket.EAI_AGAIN
    assert desk.refresh(first).offline is False
    assert "there is no network here. Trying again" in desk.told(first)["message"]
    assert desk.source(first).failures == 0
    assert desk.refresh(all_now=True).offline is True


def test_a_clock_that_was_wrong_leaves_no_looks_in_the_future(desk: Desk, server: Server, names: Names) -> None:
    ids = subscribe(desk, server, 3)
    right, desk.now = desk.now, desk.now + 9 * 365 * 24 * HOUR
    desk.refresh()
    desk.now = right
    assert desk.refresh().asked == 3
    assert all(right < (desk.source(id).next_check or 0) <= right + HOUR for id in ids)
