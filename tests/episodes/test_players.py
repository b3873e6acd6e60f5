"""Which recording of an article plays, in which player; nothing of a feed becomes an option."""

import os
import sys
from pathlib import Path

import pytest

from roya_tui.episodes import players
from roya_tui.episodes.players import fill, find_player, find_recordings, is_mpv
from roya_tui.model import Enclosure, is_playable, name_recording

URL = "https://audio.example/1.mp3"


@pytest.mark.parametrize(
    "url",
    [
        "--script=/tmp/evil.lua",
        "-",
        "",
        "file:///etc/passwd",
        "/etc/passwd",
        "edl:///etc/passwd",
        "ytdl://x",
        "av://lavfi:x",
        "https:--script=x",
        "http://",
        "http://[",
        "https://audio.example/1.mp3\n--script=x",
        "https://audio.example/1.mp3 --script=x",
        "https://audio.example/\x1b[2J1.mp3",
        "https://audio.example/\u202e3pm.1",
    ],
)
def test_hostile_address_is_never_played(url: str) -> None:
    assert not is_playable(url)
    assert find_recordings([Enclosure(url, "audio/mpeg"), Enclosure(URL)]) == (Enclosure(URL),)


def enclosures(*names: str) -> list[Enclosure]:
    return [Enclosure(f"https://audio.example/{name}") for name in names]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("cover.jpg", "notes.pdf", "a.mp3", "b.mp4"), ("a.mp3", "b.mp4")),
        (("a.ogg", "a.mp3", "a.opus"), ("a.ogg",)),
        (("ogg/a.ogg", "mp3/a.mp3"), ("ogg/a.ogg",)),
        (("1/audio.mp3", "2/audio.mp3"), ("1/audio.mp3", "2/audio.mp3")),
        (("get.mp3?id=1", "get.mp3?id=2"), ("get.mp3?id=1", "get.mp3?id=2")),
        ((), ()),
    ],
)
def test_recordings_are_audio_and_video_in_order_without_other_formats(
    names: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert find_recordings(enclosures(*names)) == tuple(enclosures(*expected))


def test_recording_is_described_by_its_title_or_file_name() -> None:
    found = (Enclosure(URL, title="Part one"), Enclosure(URL), Enclosure("https://audio.example/", "audio/mpeg"))
    assert [name_recording(one) for one in found] == ["Part one", "1.mp3", "https://audio.example/"]


def add_program(folder: Path, name: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("#!/bin/sh\n")
    (folder / name).chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="programs have other names")
def test_installed_player_is_found_in_order_but_never_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    programs, here = tmp_path / "bin", tmp_path / "here"
    add_program(here, "mpv")
    monkeypatch.chdir(here)
    monkeypatch.setenv("PATH", os.pathsep.join(("", ".", str(programs))))
    assert find_player(()) == ()
    for name, arguments in (("xdg-open", ("{url}",)), ("vlc", ("{url}",)), ("mpv", ("--", "{url}"))):
        add_program(programs, name)
        assert find_player(()) == (str(programs / name), *arguments)
    assert find_player(("mine", "{url}")) == ("mine", "{url}")


@pytest.mark.parametrize(("platform", "expected"), [("darwin", "open"), ("linux", "xdg-open"), ("win32", "")])
def test_each_system_opens_recordings_with_its_own_program_if_it_has_one(
    monkeypatch: pytest.MonkeyPatch, platform: str, expected: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    found = {"open": "/usr/bin/open", "xdg-open": "/usr/bin/xdg-open"}
    monkeypatch.setattr(players.shutil, "which", lambda name, path: found.get(name))
    assert find_player(()) == ((f"/usr/bin/{expected}", "{url}") if expected else ())


@pytest.mark.parametrize(("file", "place"), [(None, URL), (Path("-x.mp3"), str(Path("-x.mp3").absolute()))])
def test_player_gets_the_address_or_the_absolute_path_as_one_argument(file: Path | None, place: str) -> None:
    assert fill(("mpv", "-y", "{url}", "last"), URL, file) == ["mpv", "-y", place, "last"]


def test_mpv_is_followed_also_with_a_path_but_not_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    names = ("mpv", "/opt/mpv", "vlc", "mpv.sh", "celluloid")
    assert [is_mpv((name,)) for name in names] == [True, True, False, False, False]
    monkeypatch.setattr(sys, "platform", "win32")
    assert not is_mpv(("mpv",))
