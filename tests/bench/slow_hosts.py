"""How long sources wait for others that send a byte a second, each on a host of its own on loopback (Linux)."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

from msgspec.structs import replace
from tests.servers import rss

from roya_tui.config import Config, Paths
from roya_tui.model import NewSource
from roya_tui.refresh.runner import run
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions

_BODY = rss(("1", "The tide is late", "Words")).encode()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer a request; below /slow with a byte a second."""
    is_slow = b" /slow" in await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/rss+xml\r\n\r\n")
    with suppress(ConnectionError):
        for part in [_BODY[n : n + 1] for n in range(len(_BODY))] if is_slow else [_BODY]:
            writer.write(part)
            await writer.drain()
            if is_slow:
                await asyncio.sleep(1)
    writer.close()


async def _start(ports: list[int], is_ready: threading.Event) -> None:
    server = await asyncio.start_server(_serve, "0.0.0.0", 0, backlog=512)
    ports.append(server.sockets[0].getsockname()[1])
    is_ready.set()
    async with server:
        await server.serve_forever()


def measure(slow: int, fast: int, timeout: float) -> tuple[float, float, int]:
    """Return the seconds until all fast sources are saved and until the end, and how many slow ones failed."""
    ports: list[int] = []
    is_ready = threading.Event()
    threading.Thread(target=lambda: asyncio.run(_start(ports, is_ready)), daemon=True).start()
    is_ready.wait()
    times: list[float] = []

    def report(event: dict[str, object]) -> None:
        if event["event"] == "source" and event["state"] == "new":
            times.append(time.monotonic() - started)

    with tempfile.TemporaryDirectory() as folder:
        paths = Paths(Path(folder) / "config.toml", Path(folder), Path(folder) / "cache")
        with closing(open_store(paths.database)) as db:
            for number in range(slow):
                subscriptions.add(db, NewSource(f"http://127.0.1.{number + 1}:{ports[0]}/slow"), 0)
            for number in range(fast):
                subscriptions.add(db, NewSource(f"http://127.0.2.{number + 1}:{ports[0]}/fast"), 0)
        config = Config()
        config = replace(config, refresh=replace(config.refresh, timeout=timeout))
        started = time.monotonic()
        summary = run(paths, config, report=report, now=lambda: int(time.time()))
    return max(times, default=0.0), summary.seconds, summary.failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slow", type=int, default=70)
    parser.add_argument("--fast", type=int, default=100)
    parser.add_argument("--timeout", type=float, default=30.0)
    args = parser.parse_args()
    until_fast, until_end, failed = measure(args.slow, args.fast, args.timeout)
    print(f"{args.fast} fast sources after {until_fast:.1f} s, the end after {until_end:.1f} s, {failed} failed")


if __name__ == "__main__":
    main()
