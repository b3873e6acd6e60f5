"""The limits of a worker process, with a worker that breaks each of them."""

import asyncio
import errno
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from roya_tui.sandbox.process import MalformedReply, WorkerProcess
from roya_tui.sandbox.worker import Limits

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the kernel's limits are POSIX")

WORKER = """
import os, sys
import msgspec
from roya_tui.sandbox.worker import Limits, serve

def handle(job, restart_clock):
    if job == b"print":
        print("noise", flush=True)
        os.system("echo noise; echo noise >&2")
    elif job == b"spin":
        while True:
            pass
    elif job == b"allocate":
        try:
            bytes(1_000_000_000)
        except MemoryError:
            return b"MemoryError"
    elif job == b"nice":
        return str(os.nice(0)).encode()
    elif job.startswith(b"write"):
        try:
            with open(job[5:], "wb") as file:
                file.write(b"x")
        except OSError as error:
            return str(error.errno).encode()
    return job

serve(bytes, handle, msgspec.json.decode(sys.argv[1], type=Limits))
"""


@pytest.fixture
async def worker(tmp_path: Path) -> AsyncIterator[WorkerProcess]:
    (tmp_path / "limited_worker.py").write_text(WORKER)
    limits = Limits(cpu_seconds=0.5, niceness=os.nice(0) + 3)
    process = await WorkerProcess.start("limited_worker", limits, {"PYTHONPATH": str(tmp_path)})
    yield process
    await process.kill()


async def ask(worker: WorkerProcess, job: bytes) -> bytes:
    async with asyncio.timeout(60):
        await worker.send(job)
        return await worker.receive(1000)


async def test_worker_replies_in_order_without_printed_text(worker: WorkerProcess) -> None:
    await worker.send(b"print")
    await worker.send(b"second")
    assert [await worker.receive(1000), await worker.receive(1000)] == [b"print", b"second"]


async def test_worker_cannot_write_files(worker: WorkerProcess, tmp_path: Path) -> None:
    assert await ask(worker, b"write" + os.fsencode(tmp_path / "file")) == str(errno.EFBIG).encode()


async def test_worker_cannot_exceed_its_memory(worker: WorkerProcess) -> None:
    assert await ask(worker, b"allocate") == b"MemoryError"


async def test_worker_runs_with_the_given_niceness(worker: WorkerProcess) -> None:
    assert await ask(worker, b"nice") == str(os.nice(0) + 3).encode()


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this system shares by niceness alone")
async def test_session_of_a_worker_has_its_niceness() -> None:
    limits = Limits(niceness=os.nice(0) + 3)
    for _ in range(20):  # other tests start workers, too: the system allows few changes a second
        worker = await WorkerProcess.start("roya_tui.refresh.parse_worker", limits)
        group = Path(f"/proc/{worker.pid}/autogroup").read_text()
        await worker.kill()
        if group.split()[-2:] == ["nice", str(os.nice(0) + 3)]:
            return
    pytest.fail(group)


async def test_worker_ends_when_job_exceeds_its_processor_time(worker: WorkerProcess) -> None:
    assert await ask(worker, b"before") == b"before"
    with pytest.raises(asyncio.IncompleteReadError):
        await ask(worker, b"spin")


async def test_receive_rejects_reply_above_max_bytes(worker: WorkerProcess) -> None:
    with pytest.raises(MalformedReply):
        await ask(worker, bytes(1001))
