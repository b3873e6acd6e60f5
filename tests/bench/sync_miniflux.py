"""How long syncs with a real Miniflux that has many articles take, and how long keys wait meanwhile (Linux)."""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import made_store, reader, refresh_load
from tests.bench.figures import Times
from tests.servers import Server, rss
from tests.sync.cutting import Proxy
from tests.sync.homes import Home
from tests.sync.miniflux_server import PASSWORD, find_programs, run_miniflux
from tests.sync.miniflux_server import Miniflux as MinifluxServer
from tests.terminal.driver import Terminal

from roya_tui.config import Auth, Config
from roya_tui.model import MINIFLUX, Account
from roya_tui.presentation.view import View
from roya_tui.sources.http.client import make_client
from roya_tui.store.user_data import article_state
from roya_tui.sync.backends.miniflux import Miniflux
from roya_tui.sync.connection import Connection, Reply

USER, KEY = "huda", "invented-key"


class CountingConnection(Connection):
    """Counts requests and the bytes of replies."""

    requests = received = 0

    async def send(self, *args: Any, **options: Any) -> Reply:
        self.requests += 1
        reply = await super().send(*args, **options)
        self.received += len(reply.body)
        return reply


def fill(miniflux: MinifluxServer, articles: int, size: int) -> None:
    """Store articles that were fetched long ago, with texts of `size` characters, in all feeds by turns."""
    miniflux.sql(
        "INSERT INTO entries"
        " (user_id, feed_id, hash, published_at, title, url, author, content, changed_at, created_at)"
        " SELECT f.user_id, f.id, md5(n::text), now() - n * interval '1 minute', 'Invented report ' || n,"
        f" 'https://gazette.example/' || n, '', repeat('The harbor opens at noon. ', {size} / 26),"
        " now() - interval '1 day', now() - interval '1 day'"
        f" FROM generate_series(1, {articles}) n"
        " JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS number, count(*) OVER () AS count FROM feeds) f"
        " ON f.number = n % f.count ORDER BY n"
    )
    miniflux.sql("UPDATE entries SET changed_at = now() - interval '1 day'")
    miniflux.sql(
        "INSERT INTO api_keys (user_id, token, description)"
        f" SELECT id, '{KEY}', '' FROM users WHERE username = '{USER}'"
    )
    miniflux.sql("ANALYZE")


async def read(url: str, auth: Auth, cursor: str, text: str) -> str:
    """Read changes, print what it took, and return the new cursor."""
    config = Config(auth=(auth,))
    async with make_client(config.refresh) as client:
        account = Account(1, MINIFLUX, url, USER)
        connection = CountingConnection(client, config, account, lambda: int(time.time()))
        entries, longest = 0, 0.0
        started = last = time.perf_counter()
        async for page in Miniflux(connection).changes(cursor):
            entries += len(page.entries)
            longest = max(longest, time.perf_counter() - last)
            last, cursor = time.perf_counter(), page.cursor
        seconds = time.perf_counter() - started
    print(
        f"{text:34} {entries:7,} articles {connection.requests:4} requests {connection.received / 1e6:7.1f} MB"
        f" {seconds:7.2f} s   longest page {longest * 1000:5.0f} ms"
    )
    return cursor


def sync(home: Path, proxy: Proxy, text: str) -> None:
    """Sync the account of a home by the command; print what the command and its parsers took, and its peak memory."""
    command = [sys.executable, "-m", "roya_tui", "--home", str(home), "account", "sync"]
    proxy.heal()
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.read().strip()
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
    seconds, processor = time.perf_counter() - started, used.ru_utime + used.ru_stime
    print(
        f"{text:34} {seconds:7.2f} s, {processor:6.2f} s of processor, {used.ru_maxrss / 1024:4.0f} MiB,"
        f" {proxy.requests:4} requests   load {load()}   {said}",
        flush=True,
    )


def load() -> str:
    """Return how many processes ran or waited for a core, on average over the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def new_folder(folder: Path) -> Path:
    """Make a data folder with the sources that each new one has: they do not join the account."""
    command = [sys.executable, "-m", "roya_tui", "--home", str(folder), "--offline", "sources"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


def reset(miniflux: MinifluxServer) -> None:
    """Mark all articles unread, long ago."""
    miniflux.sql("UPDATE entries SET status = 'unread', changed_at = now() - interval '1 day'")
    miniflux.sql("VACUUM ANALYZE entries")


def measure_syncs(miniflux: MinifluxServer, folder: Path, marked: int) -> None:
    """Sync a new home: everything, nothing, marks made here, and marks made on the server."""
    reset(miniflux)
    proxy = Proxy(miniflux.url)
    home = Home(new_folder(folder), proxy.url, USER, PASSWORD)
    home.paths.config.unlink()
    sync(folder, proxy, "sync, first")
    sync(folder, proxy, "sync, nothing")
    ids = [id for (id,) in home.db.execute("SELECT article_id FROM remote_article LIMIT ?", (marked,))]
    article_state.mark(home.db, ids, int(time.time()), read=True)
    sync(folder, proxy, f"sync, {marked:,} marks made here")
    chosen = f"SELECT id FROM entries WHERE status = 'unread' ORDER BY id DESC LIMIT {marked}"
    miniflux.sql(f"UPDATE entries SET status = 'read', changed_at = now() WHERE id IN ({chosen})")
    sync(folder, proxy, f"sync, {marked:,} marks made there")
    home.db.close()
    proxy.stop()


def measure_keys(miniflux: MinifluxServer, work: Path, size: int) -> None:
    """Press j and k in the app with `size` articles, first without a sync, then during the first one.

    Each key says how long it waited until its headline was drawn; the app, how long it ran and waited for a core.
    """
    reset(miniflux)
    proxy = Proxy(miniflux.url)
    folder = made_store.copy(made_store.home(work, size, int(time.time()), lambda _: None), work)
    home = Home(folder, proxy.url, USER, PASSWORD)
    home.paths.config.write_text("[refresh]\non_start = false\n")
    home.db.execute("UPDATE source SET paused = 1")
    home.db.close()
    order = reader.marks(folder, View())
    command = [sys.executable, "-m", "roya_tui", "--home", str(folder)]
    with Terminal(command, columns=reader.COLUMNS, rows=reader.ROWS, folder=reader.ROOT) as terminal:
        terminal.wait_for_bytes(order[0], timeout=60)
        terminal.settled(500)
        calm = _press(terminal, order, "keys, no sync", refresh_load.for_seconds(10.0))
        terminal.press("R")
        ongoing = refresh_load.while_it_has_children(terminal.pid)
        during = _press(terminal, order, "keys, during a first sync", ongoing)
        terminal.press("q")
        terminal.wait_exit()
    print(f"{'longest wait, times without a sync':34} {during.worst / calm.worst:7.2f}", flush=True)
    sync(folder, proxy, "what was left")
    proxy.stop()


def _press(terminal: Terminal, order: list[bytes], text: str, going_on: Callable[[], bool]) -> Times:
    ran, waited = terminal.processor_time()
    started = time.perf_counter()
    times = refresh_load.press_while(terminal, order, going_on)
    seconds = time.perf_counter() - started
    ran_on, waited_on = terminal.processor_time()
    longest = ", ".join(f"{one * 1000:.1f}" for one in times.seconds[:-6:-1])
    print(
        f"{text:34} {len(times.seconds):7,} keys, median {times.median * 1000:5.1f} ms,"
        f" 95 % {times.p95 * 1000:5.1f} ms, longest {longest} ms"
        f"   in {seconds:.1f} s ran {ran_on - ran:.2f} s, waited {waited_on - waited:.2f} s for a core   load {load()}",
        flush=True,
    )
    return times


async def measure(miniflux: MinifluxServer, marked: int) -> None:
    logins = {
        "password": Auth(miniflux.url, USER, PASSWORD, exact=True),
        "API key": Auth(miniflux.url, header="X-Auth-Token", value=KEY, exact=True),
    }
    for name, auth in logins.items():
        miniflux.sql("UPDATE entries SET changed_at = now() - interval '1 day'")
        cursor = await read(miniflux.url, auth, "", f"{name}, everything")
        await read(miniflux.url, auth, cursor, f"{name}, nothing")
        miniflux.sql(f"UPDATE entries SET changed_at = now() WHERE id <= (SELECT min(id) FROM entries) + {marked} - 1")
        await read(miniflux.url, auth, cursor, f"{name}, {marked:,} changes")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--feeds", type=int, default=1, help="feeds that have them, by turns (%(default)s)")
    parser.add_argument("--size", type=int, default=4_000, help="characters of each text (%(default)s)")
    parser.add_argument("--store", type=int, default=100_000, help="articles of the app while keys are pressed")
    parser.add_argument("--changes", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=("reading", "syncs", "keys"))
    args = parser.parse_args()
    programs = find_programs()
    if isinstance(programs, str):
        print(programs, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="mf", dir="/tmp", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        # The server must not take a core from the app: it would be another computer.
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        with run_miniflux(Path(folder), programs) as miniflux:
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
            miniflux.add_user(USER)
            server = Server()
            for number in range(args.feeds):
                entry = (f"https://gazette.example/first/{number}", "Invented report", "Noon.")
                miniflux.subscribe(server.serve(f"/{number}", rss(entry, title=f"The Gazette {number}")), USER)
            fill(miniflux, args.articles - args.feeds, args.size)
            if args.only in (None, "reading"):
                asyncio.run(measure(miniflux, args.changes))
            for run in range(args.runs):
                if args.only in (None, "syncs"):
                    measure_syncs(miniflux, Path(folder) / f"home{run}", args.changes)
                if args.only in (None, "keys"):
                    measure_keys(miniflux, Path(folder), args.store)
    return 0


if __name__ == "__main__":
    sys.exit(main())
