"""Death and other interruptions: parsers that die, refreshes that are killed, stopped or doubled."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.refresh.conftest import NOW, Desk
from tests.servers import Server, hang, rss

from roya_tui.model import Failure
from roya_tui.query import parse
from roya_tui.refresh.parse_jobs import Parsed, ParseJob
from roya_tui.refresh.parse_pool import ParsePool
from roya_tui.refresh.progress import RefreshContext, RefreshProgress
from roya_tui.refresh.refresh_run import RefreshRun
from roya_tui.refresh.runner import run
from roya_tui.refresh.store_thread import StoreThread
from roya_tui.sandbox.worker import Limits
from roya_tui.sources.compression import RawDocument
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.search import results
from roya_tui.store.sources import refresh_lock, subscriptions

posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals and limits")

LONG = rss(
    *((str(n), f"Title {n}", f"&lt;p&gt;{n} " + "words and &lt;b&gt;more&lt;/b&gt; " * 12) for n in range(15_000))
).encode()
"""A document that takes a parser more than half a second."""
WIDE = "<rss><channel><item><title>x</title><description>\N{ELEPHANT}".encode() + b"word &amp;lt;b&amp;gt; " * 2_000_000
"""A document that takes a parser more than 200 MB."""

REFRESH = """
import json, sys, time
from pathlib import Path
from roya_tui.config import Config, Paths, Refresh
from roya_tui.refresh.runner import run
home = Path(sys.argv[1])
summary = run(
    Paths(home / "config.toml", home / "data", home / "cache"),
    Config(refresh=Refresh(spacing=0, per_host=4, timeout=20)),
    all_now=True,
    report=lambda event: print(json.dumps(event), flush=True),
    now=lambda: int(time.time()),
)
sys.exit(4 if summary.busy else 130 if summary.stopped else 0)
"""


@contextmanager
def refreshing(home: Path, program: str = REFRESH) -> Iterator[subprocess.Popen[str]]:
    """A refresh in a process of its own."""
    process = subprocess.Popen([sys.executable, "-c", program, str(home)], stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(true: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)


def wait_for_event(process: subprocess.Popen[str], wanted: Callable[[dict[str, Any]], bool]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if wanted(json.loads(line)):
            return
    pytest.fail("the refresh ended before that")


# Parsers


def job(data: bytes) -> ParseJob:
    return ParseJob((RawDocument(data),))


@posix
@pytest.mark.parametrize(
    ("data", "limits"),
    [(LONG, Limits(cpu_seconds=0.2)), (WIDE, Limits(memory=330_000_000))],
    ids=["time", "memory"],
)
async def test_a_document_that_kills_its_parser_is_a_failure_and_the_next_one_is_read(
    data: bytes, limits: Limits
) -> None:
    async with ParsePool(1, limits) as parsers:
        died = await parsers.parse(job(data), "Evil News")
        assert died == Failure(
            "parse-died", "Evil News sent a document that cannot be read within bounds of time and memory."
        )
        good = await parsers.parse(job(rss(("1", "One", "x")).encode()), "Good News")
        assert isinstance(good, Parsed)
        assert [row.title for row in good.rows] == ["One"]


@posix
async def test_a_parser_that_is_killed_from_outside_is_replaced() -> None:
    async with ParsePool(1) as parsers:
        await parsers.parse(job(b""), "x")
        [worker] = parsers._workers
        asking = asyncio.create_task(parsers.parse(job(LONG), "Unlucky News"))
        await asyncio.sleep(0.05)
        os.kill(worker._process.pid, signal.SIGKILL)
        died = await asking
        assert isinstance(died, Failure)
        assert isinstance(await parsers.parse(job(rss(("1", "One", "x")).encode()), "x"), Parsed)


@posix
async def test_what_waits_behind_a_document_that_kills_its_parser_is_read_by_the_next() -> None:
    good = rss(("1", "One", "x")).encode()
    async with ParsePool(1, Limits(cpu_seconds=0.2)) as parsers:
        documents = (good, LONG, good, good, LONG, good)
        replies = await asyncio.gather(*(parsers.parse(job(data), "x") for data in documents))
    assert [isinstance(reply, Parsed) for reply in replies] == [data is good for data in documents]


@posix
async def test_what_waits_behind_a_parser_that_hangs_is_read_by_the_next() -> None:
    async with ParsePool(1, Limits(timeout=1.5)) as parsers:
        await parsers.parse(job(b""), "x")
        [worker] = parsers._workers
        os.kill(worker._process.pid, signal.SIGSTOP)
        stuck, *others = await asyncio.gather(*(parsers.parse(job(b"<rss/>"), "Stuck News") for _ in range(3)))
    assert isinstance(stuck, Failure)
    assert stuck.kind == "parse-died"
    assert all(isinstance(other, Parsed) for other in others), others


@posix
async def test_a_parser_that_hangs_is_given_up() -> None:
    async with ParsePool(1, Limits(timeout=1.5)) as parsers:
        await parsers.parse(job(b""), "x")
        [worker] = parsers._workers
        os.kill(worker._process.pid, signal.SIGSTOP)
        died = await parsers.parse(job(b""), "Stuck News")
        assert isinstance(died, Failure)
        assert died.kind == "parse-died"
        assert worker._process.returncode is not None


async def test_no_worker_outlives_its_master() -> None:
    async with ParsePool(2) as parsers:
        await asyncio.gather(*(parsers.parse(job(b""), "x") for _ in range(4)))
        processes = [worker._process for worker in parsers._workers]
        assert len(processes) == 2, "two at once, and no more than that"
    assert all(process.returncode is not None for process in processes)


@posix
def test_a_document_that_kills_its_parser_harms_only_its_source(desk: Desk, server: Server) -> None:
    evil = desk.add(server.serve("/evil", LONG), name="Evil News")
    for number in range(6):
        desk.add(server.serve(f"/{number}", rss((f"{number}", f"Title {number}", "x"))))
    keeper = StoreThread(desk.paths.database)
    tally = RefreshProgress(7)

    async def go() -> None:
        async with ParsePool(1, Limits(cpu_seconds=0.2)) as parsers:
            round = RefreshRun(
                RefreshContext(desk.paths, desk.config, keeper, tally, desk.events.append, lambda: desk.now), parsers
            )
            await round.run(subscriptions.list_all(desk.db))

    asyncio.run(go())
    keeper.close()
    assert desk.titles() == {f"Title {number}" for number in range(6)}
    assert desk.told(evil)["state"] == "failed"
    assert desk.told(evil)["message"].startswith("Evil News sent a document that cannot be read within bounds")


# Whole refreshes


@posix
def test_killed_in_the_middle_the_store_is_whole_and_the_next_one_goes_on(desk: Desk, server: Server) -> None:
    for number in range(12):
        desk.add(server.serve(f"/{number}", rss(*((f"{number}.{n}", f"T {number}.{n}", "x") for n in range(50)))))
    desk.add(server.answer("/stuck", hang))
    with refreshing(desk.paths.data.parent) as process:
        wait_for_event(process, lambda event: event.get("done", 0) >= 5)
        process.kill()
        process.wait()
    assert find_problems(desk.db) == []
    kept = len(desk.headlines())
    assert kept >= 250
    assert kept % 50 == 0, "each source is saved whole or not at all"
    server.serve("/stuck", rss(("s", "Stuck no more", "x")))
    summary = desk.refresh(all_now=True)
    assert not summary.busy, "a dead owner's lock must be taken over"
    assert summary.new == 12 * 50 + 1 - kept


@posix
def test_killed_before_search_has_learnt_it_the_next_one_sees_to_that(desk: Desk, server: Server) -> None:
    desk.add(server.answer("/stuck", hang))
    desk.add(server.serve("/rss", rss(*((str(n), f"Olive {n}", "x") for n in range(50)))))
    with refreshing(desk.paths.data.parent) as process:
        wait_for_event(process, lambda event: event.get("new", 0) == 50)
        process.kill()
        process.wait()
    assert len(desk.headlines()) == 50
    assert find_problems(desk.db) == []
    assert not len(desk.found("olive")), "else this tests nothing"
    server.serve("/stuck", rss(("s", "Stuck no more", "x")))
    assert desk.refresh(all_now=True).new == 1
    assert len(desk.found("olive")) == 50
    assert len(desk.found("stuck")) == 1
    assert find_problems(desk.db) == []


def test_what_comes_in_can_be_found_when_it_is_told(desk: Desk, server: Server) -> None:
    desk.add(server.serve("/rss", rss(("1", "Olive harvest", "x"))))
    found: list[int] = []

    def tell(event: dict[str, Any]) -> None:
        if event["event"] == "fetched":
            with closing(open_store(desk.paths.database, readonly=True)) as db:
                found.extend(results.find(db, parse("olive", NOW), NOW))

    run(desk.paths, desk.config, report=tell, now=lambda: NOW)
    assert found == [1]


@posix
@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGTERM)])
def test_asked_to_end_it_ends_soon_and_lets_go_of_the_lock(desk: Desk, server: Server, which: signal.Signals) -> None:
    desk.add(server.serve("/rss", rss(("1", "One", "x"))))
    desk.add(server.answer("/hang", hang))
    desk.add(server.serve("/long", LONG))
    with refreshing(desk.paths.data.parent) as process:
        wait_for_event(process, lambda event: event.get("done"))
        until(lambda: server.asked("/hang"))
        process.send_signal(which)
        assert process.wait(timeout=15) == 130, "a server may take longer"
        assert process.stdout is not None
        assert json.loads(process.stdout.readlines()[-1])["event"] == "finished"
    assert desk.titles() == {"One"}
    assert desk.db.execute("SELECT count(*) FROM refresh_lock").fetchone() == (0,)


@posix
def test_a_long_save_is_broken_off_and_undone(desk: Desk, server: Server) -> None:
    id = desk.add(server.serve("/rss", rss(("1", "One", "x"))))
    keeper = StoreThread(desk.paths.database)

    def endless(db: Any) -> None:
        with refresh_lock.transaction(db):
            db.execute("UPDATE source SET name = 'changed' WHERE id = ?", (id,))
            db.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")

    async def go() -> None:
        saving = asyncio.create_task(keeper.call_async(endless))
        await asyncio.sleep(0.05)
        saving.cancel()
        keeper.interrupt(5)

    asyncio.run(go())
    assert keeper.call(subscriptions.get, id) == desk.source(id)
    assert desk.source(id).name == ""
    keeper.close()


def test_two_at_once_are_one_and_one_that_leaves(desk: Desk, server: Server) -> None:
    desk.add(server.answer("/hang", hang))
    with refreshing(desk.paths.data.parent) as first:
        until(lambda: server.asked("/hang"))
        with refreshing(desk.paths.data.parent) as second:
            out, _ = second.communicate(timeout=15)
        assert second.returncode == 4
        assert [json.loads(line)["event"] for line in out.splitlines()] == ["busy"]
        assert first.poll() is None


def test_importing_refresh_results_loads_nothing_heavy() -> None:
    heavy = "{'httpx', 'asyncio', 'sqlite3', 'lxml', 'textual'}"
    code = f"import sys, roya_tui.refresh.results; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_refresh_with_nothing_due_needs_no_http(desk: Desk) -> None:
    code = REFRESH.replace("sys.exit", "print(sorted({'httpx'} & set(sys.modules)));sys.exit")
    home = str(desk.paths.data.parent)
    found = subprocess.run([sys.executable, "-c", code, home], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1] == "[]"
