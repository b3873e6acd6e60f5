"""How long the changes of a real Miniflux with many articles take to read, by password and by API key (Linux)."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.servers import Server, rss
from tests.sync.miniflux_server import PASSWORD, find_programs, run_miniflux
from tests.sync.miniflux_server import Miniflux as MinifluxServer

from roya_tui.config import Auth, Config
from roya_tui.model import MINIFLUX, Account
from roya_tui.sources.http.client import make_client
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
    return 0


if __name__ == "__main__":
    sys.exit(main())
