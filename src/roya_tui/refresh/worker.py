"""The parse worker: a process of its own that turns documents into rows, so that what they do to it harms nobody else.

It reads jobs from its input and writes replies to its output, each a pickle with its length before it, until the
input ends. It has no network, no store, and bounded memory and time.
"""

from __future__ import annotations

import os
import pickle
import sys
import time
from dataclasses import dataclass, replace
from typing import BinaryIO

from roya_tui.config import JsonMapping
from roya_tui.model import Failed, Feed
from roya_tui.sources.local import Document
from roya_tui.store.articles import Prepared

LENGTH_BYTES = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may use for one job."""

    seconds: int = 20
    """Of the processor."""
    memory: int = 1_500_000_000
    """Bytes of address space."""


@dataclass(frozen=True, slots=True)
class Job:
    """Documents of one source, and what is known about them. `rows` says what is wanted: rows to save, or entries."""

    documents: tuple[Document, ...]
    url: str = ""
    content_type: str = ""
    zone: str = ""
    mapping: JsonMapping | None = None
    now: int | None = None
    title: str = ""
    """What several documents together are called."""
    rows: bool = True


@dataclass(frozen=True, slots=True)
class Parsed:
    """What the documents say: with `rows` made ready to be saved the feed has no entries, else it has them."""

    feed: Feed
    rows: tuple[Prepared, ...] = ()


def work(job: Job) -> Parsed | Failed:
    """Read all documents of a job. One that is no feed among others is passed over; if none is, that is the failure.

    The failure's message goes on where "This is …" ends.
    """
    from roya_tui.sources.parse import NotAFeed, parse
    from roya_tui.store.articles import prepare

    feeds: list[Feed] = []
    passed_over: list[str] = []
    for document in job.documents:
        try:
            feed = parse(
                document.data,
                url=job.url,
                content_type=job.content_type,
                zone=job.zone,
                mapping=job.mapping,
                now=job.now,
            )
            feeds.append(feed)
        except NotAFeed as other:
            passed_over.append(str(other) if len(job.documents) == 1 else f"{document.name}: {other}")
    if not feeds:
        return Failed("not-a-feed", "; ".join(passed_over[:3]))
    feed = feeds[0] if len(job.documents) == 1 else _together(feeds, passed_over, job.title)
    if not job.rows:
        return Parsed(feed)
    return Parsed(replace(feed, entries=()), tuple(prepare(entry) for entry in feed.entries))


def _together(feeds: list[Feed], passed_over: list[str], title: str) -> Feed:
    return Feed(
        format="folder",
        title=title,
        entries=tuple(entry for feed in feeds for entry in feed.entries),
        warnings=(*(w for feed in feeds for w in feed.warnings), *(f"Passed over: {which}." for which in passed_over)),
    )


def send(stream: BinaryIO, message: object) -> None:
    """Write one message."""
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(len(data).to_bytes(LENGTH_BYTES, "big") + data)
    stream.flush()


def main(limits: Limits) -> None:
    """Serve jobs until the input ends."""
    replies = _private_output()
    _limit_memory(limits.memory)
    jobs = sys.stdin.buffer
    while length := jobs.read(LENGTH_BYTES):
        job: Job = pickle.loads(jobs.read(int.from_bytes(length, "big")))
        _limit_time(limits.seconds)
        send(replies, work(job))


def _private_output() -> BinaryIO:
    """Keep the output for replies: whatever a library prints goes nowhere."""
    replies = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return replies


def _limit_memory(size: int) -> None:
    if sys.platform == "win32":
        return  # there the time limit and the limits of document size have to do
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _limit_time(seconds: int) -> None:
    """Let the kernel end the process when this job has used up its time, even if nobody is there to see."""
    if sys.platform == "win32":
        return
    import resource

    used = int(time.process_time())
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds + 1, hard))


if __name__ == "__main__":
    main(Limits(*map(int, sys.argv[1:])))
