"""A publisher on loopback in a process of its own: many hosts, some latency, ETags and gzip, and a count of requests.

It reads one word a line from its input: `change` brings a tenth of its feeds a new article, `counts` writes what it saw
as one line of JSON and starts to count anew. It ends with its input.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
import zlib
from collections import Counter
from dataclasses import dataclass, field

from msgspec.structs import replace
from tests.bench import invented
from tests.bench.invented_rss import rss

MARK = "@@"
"""Stands for a feed's number in a template."""
TEMPLATES = 20
"""Feeds with the same words but other names: inventing words for each would take longer than the benchmark."""


@dataclass
class Publisher:
    """What is served, and what was asked."""

    feeds: list[bytes]
    """The documents, as gzip has them."""
    latency: float
    """Seconds before each answer."""
    requests: Counter[str] = field(default_factory=Counter)
    """By host."""
    statuses: Counter[int] = field(default_factory=Counter)
    most_at_once: Counter[str] = field(default_factory=Counter)
    _open: Counter[str] = field(default_factory=Counter)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's requests until it is closed."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                writer.write(await self._answer(head.decode("latin-1")))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, head: str) -> bytes:
        request, *lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        host = headers.get("host", "").partition(":")[0]
        self.requests[host] += 1
        self._open[host] += 1
        self.most_at_once[host] = max(self.most_at_once[host], self._open[host])
        await asyncio.sleep(self.latency)
        self._open[host] -= 1
        number = request.split()[1].rpartition("/")[2]
        if not number.isdigit():
            return self._reply(404, "", b"")
        body = self.feeds[int(number)]
        etag = f'"{zlib.crc32(body):08x}"'
        if headers.get("if-none-match") == etag:
            return self._reply(304, f"ETag: {etag}\r\n", b"")
        kind = "Content-Type: application/rss+xml; charset=utf-8\r\n"
        if "gzip" in headers.get("accept-encoding", ""):
            return self._reply(200, f"ETag: {etag}\r\n{kind}Content-Encoding: gzip\r\n", body)
        return self._reply(200, f"ETag: {etag}\r\n{kind}", zlib.decompress(body, 31))

    def _reply(self, status: int, headers: str, body: bytes) -> bytes:
        self.statuses[status] += 1
        return f"HTTP/1.1 {status} So\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body

    def counts(self) -> str:
        """What was asked since the last time, as JSON."""
        told = {
            "requests": self.requests.total(),
            "most on one host": max(self.requests.values(), default=0),
            "most at once on one host": max(self.most_at_once.values(), default=0),
            "statuses": self.statuses,
        }
        line = json.dumps(told)
        self.requests.clear()
        self.statuses.clear()
        self.most_at_once.clear()
        return line


def documents(feeds: int, articles: int, now: int, first: int = 0) -> list[bytes]:
    """`feeds` documents of `articles` articles each, packed; `first` numbers the articles on from an earlier time."""
    total = TEMPLATES * articles
    templates = []
    for template in range(min(TEMPLATES, feeds)):
        numbers = range(template * articles, (template + 1) * articles)
        text = rss(f"Publisher {MARK}", f"http://publisher-{MARK}.invalid/", _entries(numbers, total, now, first))
        templates.append(text.encode())
    return [_packed(templates[feed % TEMPLATES].replace(MARK.encode(), b"%04d" % feed)) for feed in range(feeds)]


def _entries(numbers: range, total: int, now: int, first: int) -> list[invented.Entry]:
    return [
        replace(
            entry,
            guid=f"{MARK}:{first + place}",
            url=f"http://publisher-{MARK}.invalid/{first + place}",
            title=f"{entry.title} {MARK}",
        )
        for place, entry in enumerate(invented.entry(number * 7, total * 7, now) for number in numbers)
    ]


def _packed(text: bytes) -> bytes:
    packer = zlib.compressobj(1, wbits=31)
    return packer.compress(text) + packer.flush()


async def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--hosts", type=int, required=True)
    parser.add_argument("--feeds", type=int, required=True)
    parser.add_argument("--articles", type=int, required=True)
    parser.add_argument("--latency", type=float, required=True)
    chosen = parser.parse_args(words)
    now = int(time.time())
    publisher = Publisher(documents(chosen.feeds, chosen.articles, now), chosen.latency)
    port = 0
    servers = []
    for host in range(1, chosen.hosts + 1):
        servers.append(await asyncio.start_server(publisher.serve, f"127.0.0.{host}", port, backlog=1024))
        port = servers[0].sockets[0].getsockname()[1]
    print(port, flush=True)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while word := (await lines.readline()).strip():
        if word == b"change":
            changed = range(0, chosen.feeds, 10)
            newer = documents(chosen.feeds, chosen.articles, now, first=1)
            for feed in changed:
                publisher.feeds[feed] = newer[feed]
            print("changed", flush=True)
        if word == b"counts":
            print(publisher.counts(), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
