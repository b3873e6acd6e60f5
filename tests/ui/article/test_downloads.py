"""Downloading recordings with Q: the real command, with a server on loopback that waits where a test wants."""

import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from tests.servers import Reply, Seen, Server
from tests.ui.conftest import ALL, MANUAL_MARKING, NOW, RunApp, RunningApp, add_articles

from roya_tui.config import Config
from roya_tui.config.settings import Refresh, resolve_paths
from roya_tui.model import Enclosure, Entry, Moment, NewSource
from roya_tui.ui.processes import child_process

ONLINE = replace(MANUAL_MARKING, refresh=Refresh(on_start=False, spacing=0))
AUDIO = b"ID3\x04" + bytes(200_000)


class Recorder:
    """Serves a recording with Range; sends half of it, then very little until `released` is set."""

    def __init__(self) -> None:
        self.released = threading.Event()
        self.ranges: list[str] = []

    def __call__(self, seen: Seen, connection: socket.socket, stopped: threading.Event) -> None:
        asked = seen.headers.get("range", "")
        self.ranges.append(asked)
        begin = int(match[1]) if (match := re.fullmatch(r"bytes=(\d+)-", asked)) else 0
        head = {"Content-Type": "audio/mpeg", "ETag": '"v1"'}
        if asked:
            head["Content-Range"] = f"bytes {begin}-{len(AUDIO) - 1}/{len(AUDIO)}"
        wire = Reply(206 if asked else 200, AUDIO[begin:], head).wire()
        half = len(wire) - len(AUDIO) // 2
        connection.sendall(wire[:half])
        while not (self.released.wait(0.02) or stopped.is_set()):
            connection.sendall(wire[half : half + 1])  # progress is reported when bytes arrive
            half += 1
        connection.sendall(wire[half:])


@pytest.fixture
def recorder(web: Server) -> Iterator[Recorder]:
    recorder = Recorder()
    for name in ("ferries", "tides", "harbor"):
        web.answer(f"/{name}.mp3", recorder)
    yield recorder
    recorder.released.set()


@pytest.fixture
def web() -> Iterator[Server]:
    with closing(Server()) as server:
        yield server


@pytest.fixture
def podcast(database: Path, web: Server, recorder: Recorder) -> list[int]:
    """Articles at the top of the list: two episodes, one with two recordings, one without any, and a video page."""
    names = {"Ferries": ("ferries.mp3",), "Tides": ("tides.mp3", "tides.ogg"), "Harbor": ("harbor.mp3", "missing.mp3")}
    files = {title: tuple(Enclosure(f"{web.url}/{name}") for name in found) for title, found in names.items()}
    entries = [
        Entry(guid=title, title=title, content="Text.", enclosures=files.get(title, ()), url=url,
              published=Moment(NOW - number))
        for number, (title, url) in enumerate((
            ("Ferries", ""), ("Tides", ""), ("Harbor", ""), ("Letters", ""),
            ("Clip", "https://www.youtube.com/watch?v=invented001"),
        ))
    ]  # fmt: skip
    return add_articles(database, *entries, source=NewSource(f"{web.url}/feed", title="Harbour Radio"))


@pytest.fixture
def run(run_app: RunApp, podcast: list[int], database: Path) -> RunApp:
    """Run the app online, at the first episode."""
    (database.parent / "config.toml").write_text('[refresh]\nspacing = "0s"\n')
    program = (sys.executable, "-m", "roya_tui", "--home", str(database.parent))

    @asynccontextmanager
    async def start(config: Config = ONLINE, **options: Any) -> AsyncIterator[RunningApp]:
        paths = resolve_paths(str(database.parent), {})
        options = {"program": program, "offline": False, "paths": paths, "view": ALL} | options
        async with run_app(config=config, **options) as app:
            yield app
            app.main.controllers.downloads.leave()
            await app.wait_for_workers("downloads")

    return start


def top(app: RunningApp) -> str:
    return app.main.top.render().plain


async def shows(app: RunningApp, text: str) -> None:
    """Wait until the top line has a text."""
    await app.wait_until(lambda: text in top(app))


async def says(app: RunningApp, message: str) -> None:
    await app.wait_until(lambda: app.message == message)


def stored(database: Path) -> list[str]:
    """Return the suffixes of the files in the folder of episodes."""
    return sorted(file.suffix for file in (database.parent / "episodes").glob("*"))


async def test_Q_downloads_with_a_progress_bar_and_removes_with_undo(
    run: RunApp, recorder: Recorder, database: Path
) -> None:
    async with run() as app:
        await app.press("Q")
        assert app.message == "Downloading “Ferries”. x: stop"
        await shows(app, "↓ ████░░░░ 50%")
        recorder.released.set()
        await says(app, "Downloaded “Ferries” (200 KB).")
        await app.wait_until(lambda: "↓" not in top(app))
        assert "♪↓" in app.list_line("Ferries")
        assert "downloaded" in app.article
        assert stored(database) == [".mp3"]
        await app.press("Q")
        assert app.message == "Removed 1 downloaded episode. u: undo"
        assert "♪↓" not in app.list_line("Ferries")
        assert "downloaded" not in app.article
        await app.press("u")
        assert "♪↓" in app.list_line("Ferries")
        assert "downloaded" in app.article
        assert len(recorder.ranges) == 1


async def test_Q_again_cancels_and_the_next_continues(run: RunApp, recorder: Recorder, database: Path) -> None:
    async with run() as app:
        await app.press("Q")
        await shows(app, "50%")
        await app.press("Q")
        assert app.message == "Stopped downloading “Ferries”. Q: continue"
        await app.wait_for_workers("downloads")
        assert "↓" not in top(app)
        assert stored(database) == [".part"]
        recorder.released.set()
        await app.press("Q")
        await says(app, "Downloaded “Ferries” (200 KB).")
    assert stored(database) == [".mp3"]
    assert re.fullmatch(r"bytes=[1-9]\d*-", recorder.ranges[1])


async def test_selected_articles_wait_for_each_other_and_x_stops_all(run: RunApp, recorder: Recorder) -> None:
    async with run() as app:
        await app.press("v", "v", "j", "v", "Q")  # v goes to the next row
        assert app.message == "Downloading 2 recordings. x: stop"
        await shows(app, "50% · 1 waiting")
        await app.press("x")
        assert app.message == "Stopped downloading 2 recordings. Q: continue"
        await app.wait_for_workers("downloads")
        assert len(recorder.ranges) == 1
        recorder.released.set()
        await app.press("Q")
        await says(app, "Downloaded “Tides” (200 KB).")
        assert all("♪↓" in app.list_line(title) for title in ("Ferries", "Tides"))


async def test_waiting_download_is_cancelled_alone(run: RunApp, recorder: Recorder) -> None:
    async with run() as app:
        await app.press("Q", "j", "Q")
        await shows(app, "50% · 1 waiting")
        await app.press("Q")
        assert app.message == "Stopped downloading “Tides”. Q: continue"
        recorder.released.set()
        await says(app, "Downloaded “Ferries” (200 KB).")
        await app.wait_for_workers("downloads")
        assert len(recorder.ranges) == 1


async def test_one_of_several_recordings_is_chosen_and_a_failure_is_explained(run: RunApp, recorder: Recorder) -> None:
    recorder.released.set()
    async with run() as app:
        await app.press("j", "j", "Q")
        await app.press("2")
        await app.wait_until(lambda: app.message.startswith("“Harbor” was not downloaded. "))
        assert "(404)" in app.message
        await app.press("Q")
        await app.press("1")
        await says(app, "Downloaded “Harbor” (200 KB).")


async def test_killed_download_is_reported_and_continues(run: RunApp, recorder: Recorder, database: Path) -> None:
    async with run() as app:
        await app.press("Q")
        await shows(app, "50%")
        (process,) = child_process._running
        process.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
        await says(app, "The download of “Ferries” ended early. Q: continue")
        assert stored(database) == [".part"]
        recorder.released.set()
        await app.press("Q")
        await says(app, "Downloaded “Ferries” (200 KB).")


async def test_offline_nothing_is_downloaded_and_what_runs_stops(
    run: RunApp, recorder: Recorder, database: Path
) -> None:
    async with run(offline=True) as app:
        await app.press("Q")
        assert app.message == "Working offline. W: go online"
        assert not recorder.ranges
    async with run() as app:
        await app.press("Q")
        await shows(app, "50%")
        await app.press("W")
        await app.wait_for_workers("downloads")
    assert stored(database) == [".part"]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("jjjQ", "This article has no audio or video."),
        ("jjjjQ", "The video is on the article's web page. o: open it"),
        ("jjjvjvQ", "None of these articles has audio or video."),
    ],
)
async def test_articles_without_recordings_are_named(run: RunApp, keys: str, message: str) -> None:
    async with run() as app:
        await app.press(*keys)
        assert app.message == message


async def test_process_ends_when_the_app_quits(run: RunApp, recorder: Recorder, database: Path) -> None:
    async with run() as app:
        await app.press("Q")
        await shows(app, "50%")
        (process,) = child_process._running
        await app.press("q")
        await app.wait_until(lambda: process.returncode is not None)
    assert stored(database) == [".part"]


def test_process_ends_when_the_app_is_killed(podcast: list[int], recorder: Recorder, database: Path) -> None:
    command = [sys.executable, "-m", "roya_tui", "--home", str(database.parent)]
    arguments = ["episodes", "download", str(podcast[0]), "--events"]
    with subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.stdout.close()  # as the system does with the pipes of a killed process
        process.wait(60)
    assert len(recorder.ranges) == 1
    assert stored(database) == [".part"]
