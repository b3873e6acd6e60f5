"""A pool of parse workers, started on demand and replaced when a document kills one."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec.msgpack import Decoder
from msgspec.structs import replace

from roya_tui.model import Failure
from roya_tui.refresh.parse_jobs import PageJob, Parsed, ParseJob
from roya_tui.sandbox.process import WORKER_ERRORS, MalformedReply, WorkerProcess
from roya_tui.sandbox.worker import Limits
from roya_tui.translation import gettext

if TYPE_CHECKING:
    from roya_tui.sources.pages.web_page import WebPage

JOBS_PER_WORKER = 3
"""Jobs sent to a worker at once, so that it never waits for the next."""
NO_LOAD = (False, 0)
LARGE_BYTES = 4_000_000
"""Bytes of a job after which its worker is replaced, because it would keep the memory."""
MAX_REPLY_BYTES = 400_000_000
"""Bytes of a reply; a longer one means a broken worker."""
_PARSED_DECODER = Decoder(Parsed | Failure)
R = TypeVar("R")
_MALLOC_SETTINGS = {"MALLOC_MMAP_THRESHOLD_": "4000000", "MALLOC_TRIM_THRESHOLD_": "16000000"}
"""Makes glibc reuse freed memory, which saves a worker 1/20 of its time."""


def worker_count(*, spare_cores: int = 0) -> int:
    """Return the number of workers that leaves `spare_cores` free: from 1 to 8."""
    return max(1, min((os.cpu_count() or 1) - spare_cores, 8))


class ParsePool:
    """Up to `max_workers` processes, as an asynchronous context manager that ends them."""

    def __init__(self, max_workers: int | None = None, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._max_workers = max_workers or worker_count()
        self._slots = asyncio.Semaphore(self._max_workers * JOBS_PER_WORKER)
        self._workers: set[_Worker] = set()
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> ParsePool:
        return self

    async def __aexit__(self, *_: object) -> None:
        for worker in tuple(self._workers):
            await self._end(worker)

    @property
    def is_busy(self) -> bool:
        """Whether any worker has a job."""
        return any(worker.load > NO_LOAD for worker in self._workers)

    async def start_workers(self, jobs: int) -> None:
        """Start workers for `jobs` jobs in advance, while their documents are being fetched."""
        with suppress(OSError):  # no process can be started now: the first job tries again
            for _ in range(min(jobs, self._max_workers)):
                async with self._lock:
                    if len(self._workers) < self._max_workers:
                        await self._start()

    async def parse(self, job: ParseJob, label: str) -> Parsed | Failure:
        """Parse documents. If the worker dies or hangs, only this job fails."""
        reply = await self._run(job, label, _PARSED_DECODER)
        if isinstance(reply, Failure) and reply.kind == "not-a-feed":
            return replace(reply, message=gettext("{source} is not a feed.", source=label) + " " + reply.message)
        return reply

    async def read_page(self, job: PageJob, label: str) -> WebPage | Failure:
        """Read a web page. If the worker dies or hangs, only this job fails."""
        from roya_tui.sources.pages.web_page import WebPage  # loads lxml

        return await self._run(job, label, Decoder(WebPage | Failure))

    async def _run(self, job: ParseJob, label: str, decoder: Decoder[R]) -> R | Failure:
        async with self._slots:
            while True:
                worker = await self._least_loaded()
                try:
                    reply = decoder.decode(await worker.run(job))
                except _OtherJobFailed:
                    self._workers.discard(worker)  # the job at fault ends it
                    continue
                except WORKER_ERRORS:
                    await self._end(worker)
                    message = gettext("{source} exceeds the limits of time or memory for a document.", source=label)
                    return Failure("parse-died", message)
                except (MalformedReply, msgspec.MsgspecError):
                    await self._end(worker)
                    message = gettext("{source} was not read: the parser failed on its document.", source=label)
                    return Failure("parse-died", message)
                except BaseException:
                    await self._end(worker)
                    raise
                if job.size > LARGE_BYTES:
                    await self._end(worker)
                return reply

    async def _least_loaded(self) -> _Worker:
        """Return the least loaded worker, or a new one if all have jobs and there is room."""
        async with self._lock:
            worker = min(self._workers, key=lambda candidate: candidate.load, default=None)
            if worker is None or (worker.load > NO_LOAD and len(self._workers) < self._max_workers):
                return await self._start()
            return worker

    async def _start(self) -> _Worker:
        process = await WorkerProcess.start("roya_tui.refresh.parse_worker", self._limits, _MALLOC_SETTINGS)
        worker = _Worker(process, self._limits.timeout)
        self._workers.add(worker)
        return worker

    async def _end(self, worker: _Worker) -> None:
        self._workers.discard(worker)
        await worker.kill()


class _OtherJobFailed(Exception):
    """Another job ended the worker; run this one in another worker."""


class _Worker:
    def __init__(self, process: WorkerProcess, timeout: float) -> None:
        self._process = process
        self._timeout = timeout
        self._ended = False
        self._pending: dict[int, ParseJob] = {}
        self._last_number = 0
        self._write_lock, self._read_lock = asyncio.Lock(), asyncio.Lock()

    @property
    def load(self) -> tuple[bool, int]:
        """Whether a large job is pending, and how many jobs are; a smaller value is less load."""
        return any(job.size > LARGE_BYTES for job in self._pending.values()), len(self._pending)

    async def run(self, job: ParseJob) -> bytes:
        """Run a job after the pending ones, and return the worker's reply.

        Raises _OtherJobFailed if one of those ends the worker, else WORKER_ERRORS or MalformedReply.
        """
        self._last_number += 1
        number = self._last_number
        self._pending[number] = job
        try:
            async with asyncio.timeout(self._timeout * len(self._pending)):
                async with self._write_lock:
                    await self._process.send(msgspec.msgpack.encode(job))
                async with self._read_lock:
                    return await self._process.receive(MAX_REPLY_BYTES)
        except WORKER_ERRORS as error:
            if self._ended or next(iter(self._pending)) != number:
                raise _OtherJobFailed from error
            raise
        finally:
            del self._pending[number]

    async def kill(self) -> None:
        self._ended = True
        await self._process.kill()
