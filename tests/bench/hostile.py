"""The zoo at full size: what each document costs a parse worker, which has its limits, and what becomes of it."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context

import msgspec
from tests.bench import zoo

from roya_tui.model import Failure
from roya_tui.refresh.parse_jobs import PageJob, Parsed, ParseJob
from roya_tui.sandbox.worker import LENGTH_BYTES, Limits
from roya_tui.sources.compression import RawDocument
from roya_tui.sources.pages.web_page import WebPage

_TAKES = ("feeds", "pages", "lists")
_READ_LIST = """
import sys
from roya_tui.sources import subscription_lists
print(len(subscription_lists.read(sys.stdin.buffer.read()).sources))
"""
"""Lists of subscriptions are read by the process that imports them: a person chose the file."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took from its start to its end, and what came of it."""

    seconds: float
    memory: int
    """Bytes: the most that it held."""
    outcome: str


def cost(command: Sequence[str], make: Callable[[], bytes]) -> tuple[Cost, bytes]:
    """Run a program over an input; return what it took, and what it wrote.

    The program starts before its input is made: to Linux, what we hold at that moment is the new process's own.
    """
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(BrokenPipeError):  # it died over its input
        process.stdin.write(make())
        process.stdin.close()
    written = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    outcome = "" if process.returncode == 0 else f"ended by its limits ({process.returncode})"
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit, outcome), written


def worked(job: Callable[[], ParseJob], limits: Limits) -> Cost:
    """What a parse worker of its own takes for one job."""

    def message() -> bytes:
        data = msgspec.msgpack.encode(job())
        return len(data).to_bytes(LENGTH_BYTES, "big") + data

    command = [sys.executable, "-P", "-m", "roya_tui.refresh.parse_worker", msgspec.json.encode(limits).decode()]
    spent, written = cost(command, message)
    if spent.outcome:
        return spent
    reply = msgspec.msgpack.decode(written[LENGTH_BYTES:], type=Parsed | WebPage | Failure)
    return Cost(spent.seconds, spent.memory, _said(reply))


def _said(reply: object) -> str:
    if isinstance(reply, Failure):
        return f"refused: {reply.message}"
    if isinstance(reply, Parsed):
        return f"{len(reply.rows):,} articles. {' '.join(reply.feed.warnings)}"
    return type(reply).__name__


def costs(take: str, name: str, size: int, limits: Limits) -> Cost:
    """What one of the zoo's documents takes where it would be read. Runs in a process of its own, which is small."""
    if take == "lists":
        spent, written = cost([sys.executable, "-c", _READ_LIST], lambda: zoo.LISTS[name](size))
        return Cost(
            spent.seconds, spent.memory, f"{written.decode().strip()} feeds" if not spent.outcome else "refused"
        )
    if take == "pages":
        return worked(
            lambda: PageJob((RawDocument(zoo.PAGES[name](size), size=size),), "https://page.example/x"), limits
        )
    return worked(lambda: ParseJob((RawDocument(zoo.FEEDS[name](size), size=size),), "https://feed.example/x"), limits)


def _wanted(take: str, words: Sequence[str]) -> Iterator[str]:
    names = {"feeds": zoo.FEEDS, "pages": zoo.PAGES, "lists": zoo.LISTS}[take]
    return (name for name in names if not words or any(word in name for word in words))


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench hostile", description=__doc__)
    parser.add_argument("names", nargs="*", help="only documents with one of these in their names")
    parser.add_argument("--megabytes", type=float, default=48, help="size of each document (%(default)s)")
    parser.add_argument("--only", default=",".join(_TAKES), help="which readers (%(default)s)")
    chosen = parser.parse_args(words)
    limits = Limits()
    start = worked(lambda: ParseJob((RawDocument(b"<rss/>"),)), limits)
    print(f"A worker that reads nothing takes {start.seconds:.2f} s and {start.memory / 1e6:.0f} MB; included below.\n")
    print(f"{'':<4}{'document':<46}{'CPU, s':>8}{'MB':>6}  outcome")
    over = 0
    for take in chosen.only.split(","):
        print(take)
        for name in _wanted(take, chosen.names):
            with ProcessPoolExecutor(1, get_context("spawn")) as process:
                spent = process.submit(costs, take, name, int(chosen.megabytes * 1_000_000), limits).result()
            mark = "" if spent.seconds <= 2 * limits.cpu_seconds and spent.memory <= limits.memory else "!"
            died = "ended by" in spent.outcome
            over += bool(mark) or died
            figures = f"{spent.seconds:>8.2f}{spent.memory / 1e6:>6.0f}"
            print(f"{mark or '†' * died:<4}{name:<46}{figures}  {spent.outcome[:90]}", flush=True)
    print(f"\n{over} beyond the bounds, or ended by them (†).")
    return 0
