"""How long syncs with a real Miniflux that has many articles take, and how long keys wait meanwhile (Linux)."""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench import made_store, reader, refresh_load
from tests.servers import Server, rss
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


def fill(miniflux: MinifluxServer, feed: int, articles: int, size: int) -> None:
    """Store articles that were fetched long ago, with texts of `size` characters."""
    miniflux.sql(
        "INSERT INTO entries"
        " (user_id, feed_id, hash, published_at, title, url, author, content, changed_at, created_at)"
        f" SELECT f.user_id, f.id, md5(n::text), now() - n * interval '1 minute', 'Invented report ' || n,"
        f" 'https://gazette.example/' || n, '', repeat('The harbor opens at noon. ', {size} / 26),"
        " now() - interval '1 day', now() - interval '1 day'"
        f" FROM feeds f, generate_series(1, {articles}) n WHERE f.id = {feed}"
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


def sync(home: Path, text: str) -> None:
    """Sync the account of a home by the command; print what it took, and the command's peak memory."""
    command = [sys.executable, "-m", "roya_tui", "--home", str(home), "account", "sync"]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.read().strip()
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
    seconds, processor = time.perf_counter() - started, used.ru_utime + used.ru_stime
    print(f"{text:34} {seconds:7.2f} s, {processor:6.2f} s of processor, {used.ru_maxrss / 1024:5.0f} MiB   {said}")


def new_folder(folder: Path) -> Path:
    """Make a data folder with the sources that each new one has: they do not join the account."""
    subprocess.run([sys.executable, "-m", "roya_tui", "--home", str(folder), "--offline", "sources"], check=True)
    return folder


def measure_syncs(miniflux: MinifluxServer, folder: Path, marked: int) -> None:
    """Sync a new home: everything, nothing, marks made here, and marks made on the server."""
    home = Home(new_folder(folder), miniflux.url, USER, PASSWORD)
    home.paths.config.unlink()
    sync(folder, "sync, first")
    sync(folder, "sync, nothing")
    ids = [id for (id,) in home.db.execute("SELECT article_id FROM remote_article LIMIT ?", (marked,))]
    article_state.mark(home.db, ids, int(time.time()), read=True)
    sync(folder, f"sync, {marked:,} marks made here")
    miniflux.sql(
        f"UPDATE entries SET status = 'read', changed_at = now() WHERE status = 'unread' AND id % 2 = 0"
        f" AND id <= (SELECT min(id) FROM entries WHERE status = 'unread' AND id % 2 = 0) + {2 * marked} - 1"
    )
    sync(folder, f"sync, {marked:,} marks made there")
    home.db.close()


def measure_keys(miniflux: MinifluxServer, work: Path, size: int) -> None:
    """Press j and k in the app with `size` articles, first without a sync, then during the first one."""
    folder = made_store.copy(made_store.home(work, size, int(time.time()), print), work)
    home = Home(folder, miniflux.url, USER, PASSWORD)
    home.paths.config.write_text("[refresh]\non_start = false\n")
    home.db.execute("UPDATE source SET paused = 1")
    home.db.close()
    order = reader.marks(folder, View())
    command = [sys.executable, "-m", "roya_tui", "--home", str(folder)]
    with Terminal(command, columns=reader.COLUMNS, rows=reader.ROWS, folder=reader.ROOT) as terminal:
        terminal.wait_for_bytes(order[0], timeout=60)
        terminal.settled(500)
        calm = refresh_load.press_while(terminal, order, refresh_load.for_seconds(10.0))
        terminal.press("R")
        during = refresh_load.press_while(terminal, order, refresh_load.while_it_has_children(terminal.pid))
        terminal.press("q")
        terminal.wait_exit()
    for text, times in (("keys, no sync", calm), ("keys, during a first sync", during)):
        print(
            f"{text:34} {len(times.seconds):7,} keys, median {times.median * 1000:5.1f} ms,"
            f" 95 % {times.p95 * 1000:5.1f} ms, longest {times.worst * 1000:5.1f} ms"
        )
    sync(folder, "what was left")


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
    parser.add_argument("--size", type=int, default=4_000, help="characters of each text (%(default)s)")
    parser.add_argument("--store", type=int, default=100_000, help="articles of the app while keys are pressed")
    parser.add_argument("--changes", type=int, default=1_000)
    args = parser.parse_args()
    programs = find_programs()
    if isinstance(programs, str):
        print(programs, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="mf", dir="/tmp", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with run_miniflux(Path(folder), programs) as miniflux:
            miniflux.add_user(USER)
            url = Server().serve("/gazette", rss(("https://gazette.example/0", "Invented report", "Noon.")))
            fill(miniflux, miniflux.subscribe(url, USER), args.articles - 1, args.size)
            asyncio.run(measure(miniflux, args.changes))
            miniflux.sql("UPDATE entries SET changed_at = now() - interval '1 day'")
            measure_syncs(miniflux, Path(folder) / "home", args.changes)
            miniflux.sql("UPDATE entries SET status = 'unread', changed_at = now() - interval '1 day'")
            measure_keys(miniflux, Path(folder), args.store)
    return 0


if __name__ == "__main__":
    sys.exit(main())
