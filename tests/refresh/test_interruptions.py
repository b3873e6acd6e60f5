"""Crashes and interruptions: parsers that die, refreshes that are killed or stopped, several programs at once."""

import asyncio
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.refresh.concurrent_use import unexpected, use_concurrently
from tests.refresh.conftest import NOW, App
from tests.refresh.killing import kill_refreshes
from tests.servers import Server, hang, rss

from roya_tui.model import Failure, Feed
from roya_tui.query import parse
from roya_tui.refresh.parse_jobs import Parsed, ParseJob
from roya_tui.refresh.parse_pool import ParsePool
from roya_tui.refresh.runner import run
from roya_tui.refresh.store_thread import StoreThread
from roya_tui.sandbox.process import WorkerProcess
from roya_tui.sandbox.worker import Limits
from roya_tui.sources.compression import RawDocument
from roya_tui.sources.pages.web_page import WebPage
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.search import results
from roya_tui.store.sources import refresh_lock, subscriptions

posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals and limits")

LONG = rss(
    *((str(n), f"Title {n}", f"&lt;p&gt;{n} " + "words and &lt;b&gt;more&lt;/b&gt; " * 12) for n in range(15_000))
).encode()
"""A document that needs more than half a second of a parser's time."""
WIDE = "<rss><channel><item><title>x</title><description>\N{ELEPHANT}".encode() + b"word &amp;lt;b&amp;gt; " * 2_000_000
"""A document that needs more than 200 MB of a parser's memory."""

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
    """Run a refresh in another process."""
    process = subprocess.Popen([sys.executable, "-c", program, str(home)], stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(condition: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the condition was never true"
        time.sleep(0.01)


def wait_for_event(process: subprocess.Popen[str], wanted: Callable[[dict[str, Any]], bool]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if wanted(json.loads(line)):
            return
    pytest.fail("the refresh ended before that")


def job(data: bytes) -> ParseJob:
    return ParseJob((RawDocument(data),))


@posix
@pytest.mark.parametrize(
    ("data", "limits"), [(LONG, Limits(cpu_seconds=0.2)), (WIDE, Limits(memory=330_000_000))], ids=["time", "memory"]
)
async def test_document_that_exceeds_limits_fails_and_the_next_is_parsed(data: bytes, limits: Limits) -> None:
    async with ParsePool(1, limits) as parsers:
        failure = await parsers.parse(job(data), "Evil News")
        assert failure == Failure("parse-died", "Evil News exceeds the limits of time or memory for a document.")
        good = await parsers.parse(job(rss(("1", "One", "x")).encode()), "Good News")
        assert isinstance(good, Parsed)
        assert [row.title for row in good.rows] == ["One"]


@posix
async def test_killed_parser_is_replaced() -> None:
    async with ParsePool(1) as parsers:
        await parsers.parse(job(b""), "x")
        [worker] = parsers._workers
        asking = asyncio.create_task(parsers.parse(job(LONG), "Unlucky News"))
        await asyncio.sleep(0.05)
        os.kill(worker._process.pid, signal.SIGKILL)
        failure = await asking
        assert isinstance(failure, Failure)
        assert isinstance(await parsers.parse(job(rss(("1", "One", "x")).encode()), "x"), Parsed)


@posix
async def test_next_parser_takes_documents_that_wait_behind_a_dead_or_hanging_one() -> None:
    good = rss(("1", "One", "x")).encode()
    async with ParsePool(1, Limits(cpu_seconds=0.2)) as parsers:
        documents = (good, LONG, good, good, LONG, good)
        replies = await asyncio.gather(*(parsers.parse(job(data), "x") for data in documents))
    assert [isinstance(reply, Parsed) for reply in replies] == [data is good for data in documents]
    async with ParsePool(1, Limits(timeout=1.5)) as parsers:
        await parsers.parse(job(b""), "x")
        [worker] = parsers._workers
        os.kill(worker._process.pid, signal.SIGSTOP)
        stuck, *others = await asyncio.gather(*(parsers.parse(job(b"<rss/>"), "Stuck News") for _ in range(3)))
        assert worker._process.returncode is not None
    assert stuck.kind == "parse-died"
    assert all(isinstance(other, Parsed) for other in others), others


class Malicious:
    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.file),)


@pytest.mark.parametrize(
    "reply",
    [
        lambda file: pickle.dumps(Malicious(file)),
        lambda file: msgspec.msgpack.encode(WebPage()),
        lambda file: msgspec.msgpack.encode(Parsed(Feed("RSS")))[:-1],
        lambda file: msgspec.msgpack.encode({"type": "Parsed", "feed": {"format": 1}}),
        lambda file: b"",
    ],
    ids=["pickle", "another reply", "cut off", "wrong type", "empty"],
)
async def test_reply_that_is_malformed_fails_only_its_source(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, reply: Callable[[Path], bytes]
) -> None:
    async def receive(self: WorkerProcess, max_bytes: int) -> bytes:
        await genuine(self, max_bytes)
        return reply(tmp_path / "owned")

    genuine = WorkerProcess.receive
    async with ParsePool(1) as parsers:
        with monkeypatch.context() as patch:
            patch.setattr(WorkerProcess, "receive", receive)
            failure = await parsers.parse(job(b"<rss/>"), "Evil News")
        assert failure == Failure("parse-died", "Evil News was not read: the parser failed on its document.")
        assert not (tmp_path / "owned").exists()
        assert isinstance(await parsers.parse(job(rss(("1", "One", "x")).encode()), "Good News"), Parsed)


async def test_parsers_end_with_their_pool() -> None:
    async with ParsePool(2) as parsers:
        await asyncio.gather(*(parsers.parse(job(b""), "x") for _ in range(4)))
        processes = [worker._process for worker in parsers._workers]
        assert len(processes) == 2
    assert all(process.returncode is not None for process in processes)


@posix
def test_killed_refresh_saves_whole_sources_and_the_next_continues(app: App, server: Server) -> None:
    for number in range(12):
        app.add(server.serve(f"/{number}", rss(*((f"{number}.{n}", f"T {number}.{n}", "x") for n in range(50)))))
    app.add(server.answer("/stuck", hang))
    with refreshing(app.paths.data.parent) as process:
        wait_for_event(process, lambda event: event.get("done", 0) >= 5)
        process.kill()
        process.wait()
    assert find_problems(app.db) == []
    saved = len(app.headlines())
    assert saved >= 250
    assert saved % 50 == 0, "each source is saved whole or not at all"
    server.serve("/stuck", rss(("s", "Stuck no more", "x")))
    summary = app.refresh(all_now=True)
    assert not summary.busy, "the lock of a dead process is released"
    assert summary.new == 12 * 50 + 1 - saved


@posix
def test_articles_of_a_killed_refresh_are_indexed_by_the_next(app: App, server: Server) -> None:
    app.add(server.answer("/stuck", hang))
    app.add(server.serve("/rss", rss(*((str(n), f"Olive {n}", "x") for n in range(50)))))
    with refreshing(app.paths.data.parent) as process:
        wait_for_event(process, lambda event: event.get("new", 0) == 50)
        process.kill()
        process.wait()
    assert len(app.headlines()) == 50
    assert find_problems(app.db) == []
    assert not len(app.found("olive")), "else this tests nothing"
    server.serve("/stuck", rss(("s", "Stuck no more", "x")))
    assert app.refresh(all_now=True).new == 1
    assert (len(app.found("olive")), len(app.found("stuck"))) == (50, 1)
    assert find_problems(app.db) == []


def test_new_articles_are_indexed_when_the_fetched_event_is_sent(app: App, server: Server) -> None:
    app.add(server.serve("/rss", rss(("1", "Olive harvest", "x"))))
    found: list[int] = []

    def report(event: dict[str, Any]) -> None:
        if event["event"] == "fetched":
            with closing(open_store(app.paths.database, readonly=True)) as db:
                found.extend(results.find(db, parse("olive", NOW), NOW))

    run(app.paths, app.config, report=report, now=lambda: NOW)
    assert found == [1]


@posix
@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGTERM)])
def test_refresh_ends_soon_after_a_signal_and_releases_its_lock(app, server, signal_number: signal.Signals) -> None:
    app.add(server.serve("/rss", rss(("1", "One", "x"))))
    app.add(server.answer("/hang", hang))
    app.add(server.serve("/long", LONG))
    with refreshing(app.paths.data.parent) as process:
        wait_for_event(process, lambda event: event.get("done"))
        until(lambda: server.asked("/hang"))
        process.send_signal(signal_number)
        assert process.wait(timeout=15) == 130, "a server may take longer"
        assert process.stdout is not None
        assert json.loads(process.stdout.readlines()[-1])["event"] == "finished"
    assert app.titles() == {"One"}
    assert app.db.execute("SELECT count(*) FROM refresh_lock").fetchone() == (0,)


@posix
def test_interrupted_save_is_rolled_back(app: App, server: Server) -> None:
    id = app.add(server.serve("/rss", rss(("1", "One", "x"))))
    store = StoreThread(app.paths.database)

    def endless(db: Any) -> None:
        with refresh_lock.transaction(db):
            db.execute("UPDATE source SET name = 'changed' WHERE id = ?", (id,))
            db.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")

    async def go() -> None:
        saving = asyncio.create_task(store.call_async(endless))
        await asyncio.sleep(0.05)
        saving.cancel()
        store.interrupt(5)

    asyncio.run(go())
    assert store.call(subscriptions.get, id) == app.source(id)
    assert app.source(id).name == ""
    store.close()


def test_refresh_loads_no_modules_that_it_does_not_need(app: App) -> None:
    def run_python(code: str, *words: str) -> str:
        command = [sys.executable, "-c", code, *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]

    heavy = "{'httpx', 'asyncio', 'sqlite3', 'lxml', 'textual'}"
    assert run_python(f"import sys, roya_tui.refresh.results; print(sorted({heavy} & set(sys.modules)))") == "[]"
    nothing_due = REFRESH.replace("sys.exit", "print(sorted({'httpx'} & set(sys.modules)));sys.exit")
    assert run_python(nothing_due, str(app.paths.data.parent)) == "[]"


@posix
def test_killed_refreshes_lose_nothing(tmp_path: Path, server: Server) -> None:
    result = kill_refreshes(tmp_path, server, times=8, feeds=20, longest=1.0, seed=4)
    assert result.problems == ()
    assert result.kills >= 4, "they must be killed while they run"
    assert result.articles >= 20 * 40
    assert result.marks > 0


@posix
def test_programs_use_one_database_at_once(tmp_path: Path, server: Server) -> None:
    result = use_concurrently(tmp_path, server, seconds=3, feeds=15)
    assert unexpected(result.messages) == ()
    assert set(result.refreshes) <= {0, 4}
    assert set(result.marks) == {0}
    assert result.refreshes[0]
    assert result.articles >= 15 * 40
    assert result.damage == ()
