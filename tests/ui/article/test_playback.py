"""Playing the audio or video of an article, with a fake mpv on PATH."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

if sys.platform == "win32":
    pytest.skip("the fake mpv needs a POSIX shell", allow_module_level=True)

from tests.fake_mpv import FakeMpv
from tests.ui.conftest import ALL, MANUAL_MARKING, NOW, RunApp, RunningApp, add_articles

from roya_tui.config import Config
from roya_tui.config.settings import Play, Refresh, resolve_paths
from roya_tui.model import Enclosure, Entry, Episode, Moment
from roya_tui.store import episodes
from roya_tui.store.database import open_store
from roya_tui.ui.processes import programs

ONLINE = replace(MANUAL_MARKING, refresh=Refresh(on_start=False))
FERRIES, TIDES = Enclosure("https://audio.example/ferries.mp3"), Enclosure("https://audio.example/tides.ogg")
FILM = Enclosure("https://audio.example/harbor.mp4", title="The film")


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeMpv:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return FakeMpv(tmp_path / "bin")


@pytest.fixture
def podcast(database: Path) -> list[int]:
    """Articles at the top of the list: an episode, another one, one with audio and a film, and one without any."""
    files = ((FERRIES,), (TIDES,), (FERRIES, FILM), ())
    titles = ("Ferries", "Tides", "Harbor", "Letters")
    return add_articles(
        database,
        *(
            Entry(guid=title, title=title, content="Text.", enclosures=found, published=Moment(NOW - number))
            for number, (title, found) in enumerate(zip(titles, files, strict=True))
        ),
    )


@pytest.fixture
def play(run_app: RunApp, podcast: list[int]) -> RunApp:
    """Run the app online, at the first episode, and wait for the end of the player."""

    @asynccontextmanager
    async def run(config: Config = ONLINE, **options: Any) -> AsyncIterator[RunningApp]:
        async with run_app(view=ALL, config=config, offline=False, **options) as app:
            yield app
            app.main.controllers.playback.stop()
            await app.wait_for_workers("playback")

    return run


def stored(database: Path, article: int, file: Enclosure = FERRIES) -> Episode:
    with closing(open_store(database, readonly=True)) as db:
        return episodes.find(db, article, file.url)


def store_position(database: Path, article: int, position: float) -> None:
    with closing(open_store(database)) as db:
        episodes.save_position(db, article, FERRIES.url, position, 2700.0, NOW)


def top(app: RunningApp) -> str:
    return app.main.top.render().plain


async def shows(app: RunningApp, text: str) -> None:
    """Wait until the top line has a text."""
    await app.wait_until(lambda: text in top(app))


async def test_keys_play_pause_seek_and_stop(play: RunApp, fake: FakeMpv, podcast: list[int], database: Path) -> None:
    store_position(database, podcast[0], 600.0)
    async with play() as app:
        await app.press("P")
        await shows(app, "Playing 10:00 / 45:00 “Ferries”")
        assert app.message == "P: pause   7: back   8: forward   x: stop"
        fake.tell("play", 12)
        await shows(app, "Playing 10:12")
        await app.press("8")
        await shows(app, "Playing 10:42")
        await app.press("7")
        await shows(app, "Playing 10:27")
        await app.press("P")
        await shows(app, "Paused 10:27 / 45:00 “Ferries”")
        await app.wait_until(lambda: stored(database, podcast[0]).position == 627.0)
        await app.press("P")
        await shows(app, "Playing 10:27")
        fake.tell("play", 2)
        await shows(app, "Playing 10:29")
        await app.press("x")
        assert app.message == "Stopped playing. P: continue"
        assert "Playing" not in top(app)
        await app.wait_until(lambda: fake.saw_its_socket_close)
        assert stored(database, podcast[0]).position == 629.0
        await app.press("P")
        await shows(app, "Playing 10:29")
    assert [run[-3:] for run in fake.runs] == [["--video=no", "--", FERRIES.url]] * 2
    assert "--start=629.0" in fake.runs[1]


async def test_article_is_read_after_the_end_and_undo_makes_it_unread(
    play: RunApp, fake: FakeMpv, podcast: list[int], database: Path
) -> None:
    async with play() as app:
        await app.press("P")
        await shows(app, "Playing 0:00")
        fake.tell("play", 2699)
        await shows(app, "Playing 44:59")
        await app.press("j")
        fake.tell("end")
        await app.wait_until(lambda: "“Ferries” has ended." in app.message)
        await app.wait_idle()
        assert app.message == "“Ferries” has ended. Marked 1 article read. u: undo"
        (headline,) = app.main.services.database.headlines(podcast[:1])
        assert not headline.unread
        assert (stored(database, podcast[0]).position, stored(database, podcast[0]).duration) == (0.0, 2700.0)
        await app.press("u")
        (headline,) = app.main.services.database.headlines(podcast[:1])
        assert headline.unread


async def test_connection_that_breaks_off_keeps_the_position(
    play: RunApp, fake: FakeMpv, podcast: list[int], database: Path
) -> None:
    async with play() as app:
        await app.press("P")
        await shows(app, "Playing 0:00")
        fake.tell("play", 1200)
        fake.tell("end")
        await app.wait_until(lambda: "Playing" not in top(app))
        await app.wait_until(lambda: stored(database, podcast[0]).position == 1200.0)
        (headline,) = app.main.services.database.headlines(podcast[:1])
        assert headline.unread


async def test_another_article_replaces_what_plays_and_one_without_a_recording_pauses_it(
    play: RunApp, fake: FakeMpv, podcast: list[int], database: Path
) -> None:
    async with play() as app:
        await app.press("P")
        await shows(app, "Playing 0:00")
        fake.tell("play", 61)
        await shows(app, "Playing 1:01")
        fake.tell("play", 2)
        await shows(app, "Playing 1:03")
        await app.press("j", "P")
        await shows(app, "Playing 0:00 / 45:00 “Tides”")
        assert stored(database, podcast[0]).position == 63.0
        await app.press("j", "j", "P")
        assert app.selected == "Letters"
        await shows(app, "Paused 0:00 / 45:00 “Tides”")
    assert [run[-1] for run in fake.runs] == [FERRIES.url, TIDES.url]


async def test_downloaded_file_plays_also_offline_but_is_streamed_if_it_was_deleted(
    play: RunApp, fake: FakeMpv, podcast: list[int], database: Path
) -> None:
    paths = resolve_paths(str(database.parent), {})
    file = paths.data / "episodes" / "Ferries-1.mp3"
    file.parent.mkdir()
    file.touch()
    with closing(open_store(database)) as db:
        episodes.finish_download(db, podcast[0], FERRIES.url, file.name, 5, NOW)
    async with play(paths=paths) as app:
        await app.press("W", "P")
        await shows(app, "Playing 0:00")
        await app.press("x", "W")
        file.unlink()
        await app.press("P")
        await shows(app, "Playing 0:00")
    assert [run[-1] for run in fake.runs] == [str(file), FERRIES.url]


async def test_article_with_several_recordings_asks_which_to_play(play: RunApp, fake: FakeMpv) -> None:
    async with play() as app:
        await app.press("j", "j", "P")
        assert app.find("1  ferries.mp3")
        assert app.find("2  The film")
        await app.press("escape", "P", "2")
        await shows(app, "Playing 0:00 / 45:00 “Harbor”")
    (run,) = fake.runs
    assert run[-1] == FILM.url
    assert "--video=no" not in run


async def test_position_is_stored_when_the_app_quits(
    play: RunApp, fake: FakeMpv, podcast: list[int], database: Path
) -> None:
    async with play() as app:
        await app.press("P")
        await shows(app, "Playing 0:00")
        fake.tell("play", 3)
        await shows(app, "Playing 0:03")
        await app.press("q")
    assert stored(database, podcast[0]).position == 3.0


@pytest.mark.parametrize(
    ("order", "words"), [("fail Cannot \x1b[31mopen it.", "Cannot [31mopen it."), ("die 0", "exit code -9")]
)
async def test_failure_of_mpv_is_shown_and_the_position_kept(
    play: RunApp, fake: FakeMpv, podcast: list[int], database: Path, order: str, words: str
) -> None:
    store_position(database, podcast[0], 600.0)
    async with play() as app:
        await app.press("P")
        await shows(app, "Playing 10:00")
        fake.tell(*order.split(" ", 1))
        await app.wait_until(lambda: "failed" in app.message)
        assert app.message == f"“Ferries” failed: {words} (mpv)"
        assert "Playing" not in top(app)
    assert stored(database, podcast[0]).position == 600.0


async def test_silent_mpv_does_not_block_the_app(play: RunApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("roya_tui.episodes.mpv.END_SECONDS", 0.1)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    fake = FakeMpv(tmp_path / "bin", silent=True)
    async with play() as app:
        await app.press("P")
        await app.wait_until(lambda: fake.runs)
        await app.press("8", "P", "j")
        assert app.selected == "Tides"
        await app.press("x")
        assert app.message == "Stopped playing. P: continue"


@pytest.mark.parametrize(("width", "words"), [(140, "Playing 0:00 / 45:00 “Ferries”"), (60, "Playing 0:00 / 45:00")])
async def test_top_line_leaves_out_the_title_in_a_narrow_window(
    play: RunApp, fake: FakeMpv, width: int, words: str
) -> None:
    async with play(width=width) as app:
        await app.press("P")
        await shows(app, words)
        assert top(app).rstrip().endswith(words)
        assert len(top(app)) == width


async def test_nothing_to_play_is_reported(play: RunApp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    async with play() as app:
        await app.press("P")
        assert app.message == "No player found. Install mpv or VLC, or set [play]."
        await app.press("j", "j", "j", "P")
        assert app.message == "This article has no audio or video."
        await app.press("8")
        assert app.message == "Nothing is playing. P: play"
        await app.press("x")
        assert app.message == "There is nothing to stop."


async def test_nothing_is_streamed_offline_or_in_a_browser(
    play: RunApp, fake: FakeMpv, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with play() as app:
        await app.press("W", "P")
        await app.wait_for_workers("playback")
        assert app.message == "Working offline. W: go online"
        monkeypatch.setattr(type(app.textual), "is_web", True)
        await app.press("P")
        assert app.message == "Audio and video play in a terminal only."
    assert fake.runs == []


async def test_other_player_gets_the_address_and_its_failure_is_shown(
    play: RunApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "POLL_SECONDS", 0.01)
    player = tmp_path / "player"
    player.write_text('#!/bin/sh\necho "got $#: $*" >&2\nexit 3\n')
    player.chmod(0o755)
    config = replace(ONLINE, play=Play(audio=(str(player), "-x", "{url}")))
    async with play(config=config) as app:
        await app.press("P")
        await app.wait_until(lambda: "failed" in app.message)
        assert app.message == f"“Ferries” failed: got 2: -x {FERRIES.url} (player)"


async def test_missing_player_is_reported(play: RunApp) -> None:
    config = replace(ONLINE, play=Play(audio=("mpv-that-is-missing/mpv", "{url}")))
    async with play(config=config) as app:
        await app.press("P")
        await app.wait_until(lambda: "failed" in app.message)
        assert app.message == "“Ferries” failed: program not found (mpv)"


async def test_key_is_suggested_only_where_an_article_has_a_recording(play: RunApp) -> None:
    async with play() as app:
        await app.press("enter")
        assert "P play" in app.bottom_line
        await app.press("h", "j", "j", "j", "enter")
        assert "P play" not in app.bottom_line
