"""Render pictures in a worker process.

The worker is started on demand, replaced when a picture kills it, and ended when idle.
"""

from __future__ import annotations

import asyncio

import msgspec

from roya_tui.graphics.jobs import BROKEN, TOO_MUCH, Refusal, RenderedPicture, RenderJob, RenderLimits, decode_reply
from roya_tui.sandbox.process import WORKER_ERRORS, MalformedReply, WorkerProcess
from roya_tui.translation import gettext

IDLE_SECONDS = 60.0
"""Seconds without a job after which the worker ends, to free its memory."""


class PictureRenderer:
    """Renders pictures one by one in a worker process; call `close` at the end."""

    def __init__(self, limits: RenderLimits | None = None, idle: float = IDLE_SECONDS) -> None:
        self._limits = limits or RenderLimits()
        self._idle = idle
        self._lock = asyncio.Lock()
        self._worker: WorkerProcess | None = None
        self._idle_timer: asyncio.TimerHandle | None = None
        self._ending: asyncio.Future[None] | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the worker, or None."""
        return self._worker.pid if self._worker is not None else None

    async def render(self, job: RenderJob) -> RenderedPicture | Refusal:
        """Render a picture. Cancelling ends the worker, whose reply would answer the next job."""
        async with self._lock:
            if self._idle_timer is not None:
                self._idle_timer.cancel()
            try:
                async with asyncio.timeout(self._limits.timeout):
                    reply = await self._request(job)
            except WORKER_ERRORS:
                await self._kill()
                return Refusal(gettext(TOO_MUCH))  # the worker ran out of time or memory, or crashed
            except (MalformedReply, msgspec.MsgspecError, ValueError):
                await self._kill()
                return Refusal(gettext(BROKEN))
            except BaseException:
                await self._kill()
                raise
            self._idle_timer = asyncio.get_running_loop().call_later(self._idle, self._end_if_idle)
            return reply

    async def _request(self, job: RenderJob) -> RenderedPicture | Refusal:
        if self._worker is None:
            self._worker = await WorkerProcess.start("roya_tui.graphics.worker", self._limits)
        await self._worker.send(msgspec.msgpack.encode(job))
        max_bytes = 1000 + max(3 * job.width * job.height, job.max_bytes)
        return decode_reply(await self._worker.receive(max_bytes), job)

    def _end_if_idle(self) -> None:
        if not self._lock.locked():
            self._ending = asyncio.ensure_future(self._kill())

    async def _kill(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.kill()

    async def close(self) -> None:
        """Kill the worker."""
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        await self._kill()
