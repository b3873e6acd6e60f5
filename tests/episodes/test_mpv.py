"""mpv's JSON IPC, with a fake mpv on a Unix socket: it plays, seeks, reaches the end, dies, and sends garbage."""

import asyncio
import shutil
import sys
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("Windows passes no sockets to programs", allow_module_level=True)

from tests.fake_mpv import FakeMpv

from roya_tui.episodes import mpv as module
from roya_tui.episodes.mpv import MAX_LINE_BYTES, MAX_OUTPUT_BYTES, Mpv

URL = "https://audio.example/1.mp3"


@pytest.fixture
def fake(tmp_path: Path) -> FakeMpv:
    return FakeMpv(tmp_path / "bin")


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def playing(
    program: Path, *arguments: str, start: float = 0.0, positions: list[float | None] | None = None
) -> AsyncIterator[tuple[Mpv, asyncio.Task[None]]]:
    """Run a program as mpv, and note its positions; the task ends when it has ended."""
    positions = [] if positions is None else positions
    mpv = Mpv()
    command = [str(program), *(arguments or ("--", URL))]

    async def follow() -> None:
        async for _ in mpv.changes(command, start, has_picture=False):
            positions.append(mpv.position)

    task = asyncio.create_task(follow())
    try:
        yield mpv, task
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_mpv_plays_seeks_pauses_and_reaches_the_end(fake: FakeMpv) -> None:
    async with playing(fake.path, start=60.0) as (mpv, task):
        await until(lambda: (mpv.position, mpv.duration) == (60.0, 2700.0))
        fake.tell("play", 12)
        await until(lambda: mpv.position == 72.0)
        mpv.seek(-15)
        await until(lambda: mpv.position == 57.0)
        mpv.toggle_pause()
        await until(lambda: mpv.is_paused)
        mpv.toggle_pause()
        await until(lambda: not mpv.is_paused)
        fake.tell("end")
        await task
        assert (mpv.reached_end, mpv.exit_code, mpv.position) == (True, 0, 57.0)
    assert fake.commands == [["seek", -15], ["set_property", "pause", True], ["set_property", "pause", False]]


async def test_user_options_and_address_follow_those_of_the_app(fake: FakeMpv) -> None:
    async with playing(fake.path, "--speed=1.2", "--", URL) as (mpv, _):
        await until(lambda: mpv.position is not None)
    (run,) = fake.runs
    assert run[-3:] == ["--speed=1.2", "--", URL]
    assert {"--ytdl=no", "--load-unsafe-playlists=no", "--access-references=no", "--video=no"} < set(run)


EVENT = b'{"event":"property-change","name":"time-pos","data":%s}\n'
GARBAGE = {
    "no JSON": b"\x00\xff\xfe garbage \x1b[2J\n\n{\n",
    "no object": b'[1]\n"time-pos"\nnull\n7\n',
    "other names": b'{"event":7}\n{"event":"property-change"}\n{"event":["a"],"name":{}}\n',
    "huge line": b'{"event":"' + b"x" * 3 * MAX_LINE_BYTES + b'"}\n',
    "deep line": b"[" * (MAX_LINE_BYTES - 10) + b"\n",
    "no number": EVENT % b'"12"' + EVENT % b"null" + EVENT % b"[3]" + EVENT % b"{}",
    "no position": EVENT % b"-3" + EVENT % b"NaN" + EVENT % b"1e999" + EVENT % b"-Infinity" + EVENT % (b"9" * 5000),
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE)
async def test_garbage_is_ignored_and_the_next_event_is_read(fake: FakeMpv, tmp_path: Path, garbage: bytes) -> None:
    file = tmp_path / "garbage"
    file.write_bytes(garbage)
    positions: list[float | None] = []
    async with playing(fake.path, start=60.0, positions=positions) as (mpv, _):
        await until(lambda: mpv.position == 60.0)
        fake.tell("send", file)
        fake.tell("play", 5)
        await until(lambda: mpv.position == 65.0)
        assert (mpv.duration, mpv.is_paused, mpv.reached_end) == (2700.0, False, False)
    assert {*positions} <= {None, 60.0, 65.0}


@pytest.mark.parametrize(("order", "exit_code"), [("die", -9), ("quit", 0), ("close", -9)])
async def test_run_ends_when_mpv_dies_quits_or_closes_its_socket(
    fake: FakeMpv, monkeypatch: pytest.MonkeyPatch, order: str, exit_code: int
) -> None:
    monkeypatch.setattr(module, "END_SECONDS", 0.1)
    async with playing(fake.path, start=60.0) as (mpv, task):
        await until(lambda: mpv.position == 60.0)
        fake.tell("play", 30)
        await until(lambda: mpv.position == 90.0)
        fake.tell(order)
        await task
        assert (mpv.position, mpv.reached_end, mpv.exit_code) == (90.0, False, exit_code)
        mpv.seek(30)  # nobody gets it


async def test_silent_mpv_that_ignores_signals_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "END_SECONDS", 0.1)
    fake = FakeMpv(tmp_path / "bin", silent=True)
    async with playing(fake.path) as (mpv, _):
        fake.tell("play", 12)
        await until(lambda: mpv.position == 12.0)
        mpv.seek(30)
    assert (mpv.position, mpv.exit_code) == (12.0, -9)


async def test_socket_closes_when_following_is_cancelled(fake: FakeMpv) -> None:
    async with playing(fake.path) as (mpv, _):
        await until(lambda: mpv.position is not None)
    assert fake.saw_its_socket_close
    assert mpv.exit_code == 0


async def test_only_the_beginning_of_the_errors_is_kept(fake: FakeMpv) -> None:
    async with playing(fake.path) as (mpv, task):
        await until(lambda: mpv.position is not None)
        fake.tell("fail", "Cannot open it. " * 200)
        await task
    assert mpv.exit_code == 2
    assert mpv.output == (b"Cannot open it. " * 200)[:MAX_OUTPUT_BYTES]


async def test_missing_program_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        async for _ in Mpv().changes([str(tmp_path / "missing")], 0.0, has_picture=False):
            pass


# The real program.

needs_mpv = pytest.mark.skipif(shutil.which("mpv") is None, reason="needs mpv")


def write_silence(file: Path, seconds: int) -> None:
    with wave.open(str(file), "wb") as audio:
        audio.setnchannels(1)
        audio.setsampwidth(2)
        audio.setframerate(8000)
        audio.writeframes(bytes(16_000 * seconds))


@needs_mpv
async def test_real_mpv_starts_at_a_position_seeks_pauses_and_reaches_the_end(tmp_path: Path) -> None:
    write_silence(tmp_path / "one.wav", 100)
    real = Path(shutil.which("mpv") or "")
    async with playing(real, "--ao=null", "--", str(tmp_path / "one.wav"), start=20.0) as (mpv, task):
        await until(lambda: mpv.position and mpv.duration)
        assert (20.0 <= (mpv.position or 0) < 25.0, mpv.duration) == (True, 100.0)
        mpv.toggle_pause()
        await until(lambda: mpv.is_paused)
        mpv.seek(30)
        await until(lambda: (mpv.position or 0) > 45.0)
        mpv.toggle_pause()
        mpv.seek(49)
        await task
        assert (mpv.reached_end, mpv.exit_code, mpv.output) == (True, 0, b"")


@needs_mpv
async def test_real_mpv_quits_when_its_socket_closes(tmp_path: Path) -> None:
    write_silence(tmp_path / "one.wav", 100)
    real = Path(shutil.which("mpv") or "")
    async with playing(real, "--ao=null", "--", str(tmp_path / "one.wav")) as (mpv, _):
        await until(lambda: mpv.position is not None)
    assert mpv.exit_code == 0  # no signal was needed


@needs_mpv
@pytest.mark.parametrize(
    "text", ["#EXTM3U\n{other}\n", "# mpv EDL v0\n{other},0,5\n", "ffconcat version 1.0\nfile {other}\n"]
)
async def test_real_mpv_plays_no_other_file_that_a_recording_names(tmp_path: Path, text: str) -> None:
    write_silence(tmp_path / "other.wav", 10)
    (tmp_path / "episode.mp3").write_text(text.format(other=tmp_path / "other.wav"))
    real = Path(shutil.which("mpv") or "")
    async with playing(real, "--ao=null", "--", str(tmp_path / "episode.mp3")) as (mpv, task):
        await task
        assert (mpv.position, mpv.exit_code) == (None, 2)
        assert b"Failed to recognize file format." in mpv.output
