"""A few parse workers, started when there is work, replaced when a document kills one."""

from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec.structs import replace

from roya_tui.model import Failure
from roya_tui.processes import child_environment, python_command
from roya_tui.refresh.parsing import Job, PageJob, Parsed
from roya_tui.refresh.worker import LENGTH_BYTES, Limits

if TYPE_CHECKING:
    from roya_tui.sources.page import WebPage

IN_HAND = 3
"""Documents that one worker has at once: when it is through with one, the next is there already."""
NO_BURDEN = (False, 0)
LARGE = 4_000_000
"""Bytes: a worker that read so much is not used again, since it would keep the memory."""
MOST_REPLY = 400_000_000
"""Bytes: a worker whose reply says to be longer is out of order."""
_KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "4000000", "MALLOC_TRIM_THRESHOLD_": "16000000"}
"""Lets glibc use memory again that it would give back after each document: that takes a worker 1/20 of its time."""


def workers(*, spare: int = 0) -> int:
    """How many workers this machine has room for when `spare` of its cores are left to others."""
    return max(1, min((os.cpu_count() or 1) - spare, 8))


class Parsers:
    """Up to `most` workers. Use as an asynchronous context manager: no worker outlives it."""

    def __init__(self, most: int | None = None, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._most = most or workers()
        self._places = asyncio.Semaphore(self._most * IN_HAND)
        self._all: set[_Worker] = set()
        self._choosing = asyncio.Lock()

    async def __aenter__(self) -> Parsers:
        return self

    async def __aexit__(self, *_: object) -> None:
        for worker in tuple(self._all):
            await self._end(worker)

    @property
    def busy(self) -> bool:
        """Whether any worker has a document in hand."""
        return any(worker.burden > NO_BURDEN for worker in self._all)

    async def get_ready(self, jobs: int) -> None:
        """Start the workers for so many jobs to come while their documents are still on the way."""
        with suppress(OSError):  # no process is to be had just now: a document asks again
            for _ in range(min(jobs, self._most)):
                async with self._choosing:
                    if len(self._all) < self._most:
                        await self._start()

    async def parse(self, job: Job, label: str) -> Parsed | Failure:
        """Return what the job's documents say. A worker that dies or hangs over it is that source's failure alone."""
        reply = await self._reply(job, label)
        assert isinstance(reply, (Parsed, Failure))
        if isinstance(reply, Failure) and reply.kind == "not-a-feed":
            return replace(reply, message=f"{label} is no feed: this is {reply.message}.")
        return reply

    async def read_page(self, job: PageJob, label: str) -> WebPage | Failure:
        """Return what a web page has. A worker that dies or hangs over it is that page's failure alone."""
        reply = await self._reply(job, label)
        assert not isinstance(reply, Parsed)
        return reply

    async def _reply(self, job: Job | PageJob, label: str) -> Parsed | WebPage | Failure:
        async with self._places:
            while True:
                worker = await self._someone()
                try:
                    reply = await worker.ask(job)
                except _OtherFault:
                    self._all.discard(worker)  # whose fault it was ends it
                    continue
                except (TimeoutError, asyncio.IncompleteReadError, ConnectionError, pickle.UnpicklingError):
                    await self._end(worker)
                    return Failure(
                        "parse-died", f"{label} sent a document that cannot be read within bounds of time and memory."
                    )
                except BaseException:
                    await self._end(worker)
                    raise
                if job.size > LARGE:
                    await self._end(worker)
                return reply

    async def _someone(self) -> _Worker:
        """Return who has the least to do: nobody waits behind a large document where another worker is to be had."""
        async with self._choosing:
            least = min(self._all, key=lambda worker: worker.burden, default=None)
            if least is None or (least.burden > NO_BURDEN and len(self._all) < self._most):
                return await self._start()
            return least

    async def _start(self) -> _Worker:
        worker = await _Worker.start(self._limits)
        self._all.add(worker)
        return worker

    async def _end(self, worker: _Worker) -> None:
        self._all.discard(worker)
        await worker.kill()


class _OtherFault(Exception):
    """The worker ended over another document: this one is to be given to the next."""


class _Worker:
    def __init__(self, process: asyncio.subprocess.Process, patience: float) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._jobs = process.stdin
        self._replies = process.stdout
        self._patience = patience
        self._ended = False
        self._in_hand: dict[int, Job | PageJob] = {}
        self._given = 0
        self._giving, self._taking = asyncio.Lock(), asyncio.Lock()

    @classmethod
    async def start(cls, limits: Limits) -> _Worker:
        process = await asyncio.create_subprocess_exec(
            *python_command("-m", "roya_tui.refresh.worker", str(limits.seconds), str(limits.memory)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # a ^C is for us; we end our workers ourselves
            limit=1_000_000,
            env={**child_environment(), **_KEEP_MEMORY},
        )
        return cls(process, limits.patience)

    @property
    def burden(self) -> tuple[bool, int]:
        """How little one wants to be the next here: behind a large document, behind so many others."""
        return any(job.size > LARGE for job in self._in_hand.values()), len(self._in_hand)

    async def ask(self, job: Job | PageJob) -> Parsed | WebPage | Failure:
        """Return what the worker makes of a job, after those that it has in hand. Raises _OtherFault if one of them
        ends it; TimeoutError, IncompleteReadError, ConnectionError, UnpicklingError if this one does."""
        self._given += 1
        number = self._given
        self._in_hand[number] = job
        try:
            async with asyncio.timeout(self._patience * len(self._in_hand)):
                async with self._giving:
                    data = pickle.dumps(job, pickle.HIGHEST_PROTOCOL)
                    self._jobs.write(len(data).to_bytes(LENGTH_BYTES, "big"))
                    self._jobs.write(data)
                    await self._jobs.drain()
                async with self._taking:
                    return await self._next_reply()
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError) as error:
            if self._ended or next(iter(self._in_hand)) != number:
                raise _OtherFault from error
            raise
        finally:
            del self._in_hand[number]

    async def _next_reply(self) -> Parsed | WebPage | Failure:
        length = int.from_bytes(await self._replies.readexactly(LENGTH_BYTES), "big")
        if length > MOST_REPLY:
            raise pickle.UnpicklingError("a reply of that size is none")
        reply: Parsed | WebPage | Failure = pickle.loads(await self._replies.readexactly(length))
        return reply

    async def kill(self) -> None:
        self._ended = True
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
