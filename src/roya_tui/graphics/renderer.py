"""Render pictures in a worker process.

The worker is started on demand, replaced when a picture kills it, and ended when idle.
"""

from __future__ import annotations

import asyncio
import subprocess

from roya_tui.graphics.jobs import (
    BROKEN,
    LENGTH_BYTES,
    MAX_HEADER_BYTES,
    TOO_MUCH,
    Refusal,
    RenderedPicture,
    RenderJob,
    RenderLimits,
    decode_reply_header,
)
from roya_tui.processes import child_environment, python_command

IDLE_SECONDS = 60.0
"""Seconds without a job after which the worker ends, to free its memory."""


class PictureRenderer:
    """Renders pictures one by one in a worker process; call `close` at the end."""

    def __init__(self, limits: RenderLimits | None = None, idle: float = IDLE_SECONDS) -> None:
        self._limits = limits or RenderLimits()
        self._idle = idle
        self._lock = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._idle_timer: asyncio.TimerHandle | None = None
        self._ending: asyncio.Future[None] | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the worker, or None."""
        return self._process.pid if self._process is not None else None

    async def render(self, job: RenderJob) -> RenderedPicture | Refusal:
        """Render a picture. Cancelling ends the worker, whose reply would answer the next job."""
        async with self._lock:
            if self._idle_timer is not None:
                self._idle_timer.cancel()
            try:
                async with asyncio.timeout(self._limits.patience):
                    reply = await self._request(job)
            except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
                await self._kill()
                return TOO_MUCH  # the worker ran out of time or memory, or crashed
            except (ValueError, KeyError, TypeError):
                await self._kill()
                return BROKEN  # a malformed reply
            except BaseException:
                await self._kill()
                raise
            self._idle_timer = asyncio.get_running_loop().call_later(self._idle, self._end_if_idle)
            return reply

    async def _request(self, job: RenderJob) -> RenderedPicture | Refusal:
        process = self._process or await self._start()
        jobs, replies = process.stdin, process.stdout
        assert jobs is not None
        assert replies is not None
        data = job.encode()
        jobs.write(len(data).to_bytes(LENGTH_BYTES, "big") + data)
        await jobs.drain()
        length = int.from_bytes(await replies.readexactly(LENGTH_BYTES), "big")
        if length > MAX_HEADER_BYTES:
            raise ValueError(f"header of {length} bytes")
        header = decode_reply_header(await replies.readexactly(length), job)
        if isinstance(header, Refusal):
            return header
        width, height, size = header
        return RenderedPicture(width, height, await replies.readexactly(size))

    async def _start(self) -> asyncio.subprocess.Process:
        limits = self._limits
        self._process = await asyncio.create_subprocess_exec(
            *python_command(
                "-m", "roya_tui.graphics.worker", str(limits.seconds), str(limits.memory), str(limits.max_pixels)
            ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            start_new_session=True,  # ^C reaches only the parent, which ends its worker
        )
        return self._process

    def _end_if_idle(self) -> None:
        if not self._lock.locked():
            self._ending = asyncio.ensure_future(self._kill())

    async def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def close(self) -> None:
        """Kill the worker."""
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        await self._kill()
