"""episodes download: the bytes that arrive from correct, limited, broken and hostile servers."""

import hashlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from tests.cli.conftest import AT_ONCE, Cli, Result, configure
from tests.servers import Reply, Seen, Server

from roya_tui.episodes import downloads, files
from roya_tui.sources import hosts
from roya_tui.store import episodes
from roya_tui.store.database import open_store

AUDIO = b"ID3\x04" + random.Random(7).randbytes(300_000)
"""An invented recording."""
OTHER = b"ID3\x04" + random.Random(8).randbytes(300_000)


class Recorder:
    """Serves `body` with Range (RFC 9110 §14); its attributes are how this server differs from a correct one."""

    def __init__(self, body: bytes = AUDIO) -> None:
        self.body = body
        self.validator = {"ETag": '"v1"'}
        self.type = "audio/mpeg"
        self.cuts: list[int] = []
        """Bytes after which one response each is cut off."""
        self.ignores_range = self.ignores_if_range = False
        self.starts_at: int | None = None
        """Where a part starts, whatever was requested."""
        self.content_range = ""
        """A wrong Content-Range."""
        self.headers: dict[str, str] = {}

    def __call__(self, seen: Seen, connection: socket.socket, _stopped: threading.Event) -> Reply | None:
        begin, total = self._requested(seen), len(self.body)
        if begin is not None and self.starts_at is not None:
            begin = self.starts_at
        found = {"Content-Type": self.type, **self.validator}
        if begin is not None and begin >= total:
            return Reply(416, headers={"Content-Range": f"bytes */{total}"})
        part = self.body[begin or 0 :]
        if begin is not None:
            found["Content-Range"] = self.content_range or f"bytes {begin}-{total - 1}/{total}"
        reply = Reply(200 if begin is None else 206, part, {**found, **self.headers})
        if not self.cuts:
            return reply
        wire = reply.wire()
        connection.sendall(wire[: len(wire) - len(part) + self.cuts.pop(0)])
        return None

    def _requested(self, seen: Seen) -> int | None:
        found = re.fullmatch(r"bytes=(\d+)-", seen.headers.get("range", ""))
        is_same = self.ignores_if_range or seen.headers.get("if-range") in (None, *self.validator.values())
        return int(found[1]) if found and is_same and not self.ignores_range else None


@pytest.fixture
def recorder(server: Server) -> Recorder:
    recorder = Recorder()
    server.answer("/talk.mp3", recorder)
    return recorder


@pytest.fixture
def folder(home: Path) -> Path:
    return home / "episodes"


@pytest.fixture
def talk(quiet: Cli, server: Server) -> str:
    """The number of an article with a recording at /talk.mp3."""
    return add_talk(quiet, server, f"{server.url}/talk.mp3")


def add_talk(cli: Cli, server: Server, url: str, title: str = "Harbour talk") -> str:
    item = f"<item><guid>talk</guid><title>{title}</title><enclosure url='{url}' type='audio/mpeg' length='9'/></item>"
    feed = f"<rss version='2.0'><channel><title>Harbour Radio</title>{item}</channel></rss>"
    assert cli("add", server.serve(f"/feed/{digest(url.encode())}", feed)).code == 0
    return str(max(found["id"] for found in cli("list", "source:Harbour", "--json").json))


def download(cli: Cli, *which: str) -> Result:
    return cli("episodes", "download", *which, "--events")


def last(result: Result) -> tuple[str, str]:
    """Return the kind of the last event, and its message or the hash of the file."""
    event = result.events[-1]
    if event["event"] == "done":
        return "done", digest(Path(event["file"]).read_bytes())
    return event.get("kind", event["event"]), event.get("message", "")


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def stored(folder: Path) -> list[tuple[str, int]]:
    return sorted((file.path.suffix, file.size) for file in files.list_files(folder))


def ranges(server: Server) -> list[str]:
    return [seen.headers.get("range", "") for seen in server.asked("/talk.mp3")]


def test_download_cut_three_times_continues_to_the_same_bytes(
    quiet: Cli, server: Server, recorder: Recorder, talk: str, folder: Path
) -> None:
    recorder.cuts = [70_000, 50_000, 90_000]
    result = download(quiet, talk)
    assert ranges(server) == ["", "bytes=70000-", "bytes=120000-", "bytes=210000-"]
    assert last(result) == ("done", digest(AUDIO))
    assert [event["received"] for event in result.events[:-1]][-1] == len(AUDIO)
    assert stored(folder) == [(".mp3", len(AUDIO))]
    assert (folder.stat().st_mode & 0o777, next(folder.iterdir()).stat().st_mode & 0o777) == (0o700, 0o600)
    assert quiet("list", "is:downloaded", "--json").json[0]["title"] == "Harbour talk"
    assert quiet("list", "-is:downloaded", "--json").json == []


def interrupt(cli: Cli, recorder: Recorder, talk: str, *cuts: int) -> None:
    """Leave a part of a download: the server cuts its responses until the client gives up."""
    recorder.cuts = [*cuts, 0]
    assert last(download(cli, talk))[0] == "reset"


def test_download_begins_again_after_a_change(
    quiet: Cli, server: Server, recorder: Recorder, talk: str, folder: Path
) -> None:
    interrupt(quiet, recorder, talk, 70_000)
    assert stored(folder) == [(".part", 70_000)]
    recorder.body, recorder.validator = OTHER, {"ETag": '"v2"'}
    assert last(download(quiet, talk)) == ("done", digest(OTHER))
    assert server.asked("/talk.mp3")[-1].headers["if-range"] == '"v1"'


CHANGED = {"body": OTHER, "ignores_if_range": True}
SERVERS = {
    "ignores Range": {"ignores_range": True},
    "sends everything as a part": {"starts_at": 0},
    "sends everything without a range": {"starts_at": 0, "content_range": "nonsense"},
    "has another version": {**CHANGED, "validator": {"ETag": '"v2"'}},
    "has another size": {**CHANGED, "body": OTHER + b"more"},
    "has dates": {"validator": {"Last-Modified": "Tue, 01 Dec 2026 06:00:00 GMT"}},
    "has no validator": {"validator": {}, "body": OTHER},
    "has a weak validator": {"validator": {"ETag": 'W/"v1"'}, "body": OTHER},
}
"""What a server does when the download is continued; with a body it has changed."""


@pytest.mark.parametrize("name", SERVERS)
def test_download_ends_with_the_right_bytes(name: str, quiet: Cli, recorder: Recorder, talk: str, folder: Path) -> None:
    changes = dict(SERVERS[name])
    if "ignores_if_range" not in changes and "validator" in changes:
        recorder.validator = changes["validator"]  # type: ignore[assignment]
    interrupt(quiet, recorder, talk, 70_000)
    for attribute, value in changes.items():
        setattr(recorder, attribute, value)
    assert last(download(quiet, talk)) == ("done", digest(recorder.body))
    assert stored(folder) == [(".mp3", len(recorder.body))]


def test_compressed_response_is_refused_when_continued(quiet: Cli, recorder: Recorder, talk: str, folder: Path) -> None:
    interrupt(quiet, recorder, talk, 70_000)
    recorder.headers = {"Content-Encoding": "gzip"}
    assert last(download(quiet, talk))[0] == "encoding"
    assert stored(folder) == []


def test_complete_part_is_not_requested_again(
    quiet: Cli, server: Server, recorder: Recorder, talk: str, folder: Path
) -> None:
    interrupt(quiet, recorder, talk, len(AUDIO) - 1)
    part = next(folder.glob("*.part"))
    part.write_bytes(AUDIO)
    assert last(download(quiet, talk)) == ("done", digest(AUDIO))
    assert ranges(server)[-1] != f"bytes={len(AUDIO)}-"


def test_longer_part_than_the_file_begins_again(quiet: Cli, recorder: Recorder, talk: str, folder: Path) -> None:
    interrupt(quiet, recorder, talk, 70_000)
    next(folder.glob("*.part")).write_bytes(AUDIO + b"more")
    assert last(download(quiet, talk)) == ("done", digest(AUDIO))


def limit(home: Path, text: str) -> None:
    configure(home, AT_ONCE + 'timeout = "1s"\n' + text)


def test_complete_file_is_replaced_after_a_kill_before_its_row(
    quiet: Cli, server: Server, recorder: Recorder, talk: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
        patch.setattr(episodes, "finish_download", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert quiet("episodes", "download", talk).code == 130
    assert stored(folder) == [(".mp3", len(AUDIO))]
    assert not quiet("episodes", "--json").json[0]["downloaded"]
    assert last(download(quiet, talk)) == ("done", digest(AUDIO))
    assert last(download(quiet, talk)) == ("done", digest(AUDIO)), "nor is a complete one"
    assert len(server.asked("/talk.mp3")) == 2
    assert quiet("tidy", "--json").json["episodes"] == 1
    assert stored(folder) == [(".mp3", len(AUDIO))]


def page(recorder: Recorder) -> None:
    recorder.body, recorder.type = b"<!doctype html><title>Sign in</title>", "text/html; charset=utf-8"


def page_called_audio(recorder: Recorder) -> None:
    recorder.body = b"\n<!DOCTYPE html><title>Sign in</title>"


def playlist(recorder: Recorder) -> None:
    recorder.type = "application/vnd.apple.mpegurl"


def compressed(recorder: Recorder) -> None:
    recorder.headers = {"Content-Encoding": "gzip"}


def longer_than_declared(recorder: Recorder) -> None:
    recorder.headers = {"Content-Length": "2000001"}


def too_large(recorder: Recorder) -> None:
    recorder.body = bytes(1_000_001)


REFUSED = {
    page: ("type", "127.0.0.1 sent a page instead of a recording. Open the article in the browser to see why."),
    page_called_audio: ("type", "127.0.0.1 sent a page instead of a recording."),
    playlist: ("type", "127.0.0.1 sent a page instead of a recording."),
    compressed: ("encoding", "127.0.0.1 sent a response with an unsupported compression."),
    longer_than_declared: ("too-big", "127.0.0.1 is larger than 1 MB and was not read. Limit: [episodes] max_bytes."),
    too_large: ("too-big", "127.0.0.1 is larger than 1 MB and was not read. Limit: [episodes] max_bytes."),
}


@pytest.mark.parametrize("change", REFUSED)
def test_download_is_refused_and_leaves_nothing(
    change: Callable[[Recorder], None], quiet: Cli, recorder: Recorder, talk: str, home: Path, folder: Path
) -> None:
    limit(home, '[episodes]\nmax_bytes = "1MB"\n')
    change(recorder)
    result = download(quiet, talk)
    kind, message = REFUSED[change]
    assert (result.code, last(result)[0]) == (3, kind)
    assert last(result)[1].startswith(f"“Harbour talk” was not downloaded. {message}")
    assert stored(folder) == []


def test_endless_body_ends_at_the_limit(quiet: Cli, server: Server, talk: str, home: Path, folder: Path) -> None:
    limit(home, '[episodes]\nmax_bytes = "1MB"\n')
    server.answer("/talk.mp3", endless_audio)
    assert last(download(quiet, talk))[0] == "too-big"
    assert stored(folder) == []


def endless_audio(_seen: Seen, connection: socket.socket, stopped: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n")
    while not stopped.is_set():
        connection.sendall(bytes(65536))


def test_body_shorter_than_declared_is_not_complete(quiet: Cli, recorder: Recorder, talk: str, folder: Path) -> None:
    recorder.headers = {"Content-Length": "400000"}
    kind, message = last(download(quiet, talk))
    assert kind == "reset"
    assert message.endswith("127.0.0.1 closed the connection in the middle of its response.")
    assert stored(folder) == [(".part", len(AUDIO))]


def test_folder_limit_counts_all_files(quiet: Cli, recorder: Recorder, talk: str, home: Path, folder: Path) -> None:
    limit(home, '[episodes]\nmax_total_bytes = "1MB"\n')
    folder.mkdir()
    (folder / "Other-99-00000000.mp3").write_bytes(bytes(800_000))
    (folder / "mine.mp3").write_bytes(bytes(800_000))
    kind, message = last(download(quiet, talk))
    assert kind == "no-room"
    assert message.endswith(
        "There is no room for 0.3 MB more: remove episodes, or increase [episodes] max_total_bytes."
    )
    (folder / "Other-99-00000000.mp3").unlink()
    assert last(download(quiet, talk))[0] == "done"


def test_full_disk_is_reported_before_the_download(
    quiet: Cli, recorder: Recorder, talk: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MIN_FREE_BYTES", 1 << 60)
    assert last(download(quiet, talk))[1].endswith("There is no room for 0.3 MB more: the disk is almost full.")
    assert stored(folder) == []


def test_stalled_server_is_given_up(quiet: Cli, server: Server, talk: str, home: Path, folder: Path) -> None:
    def stall(_seen: Seen, connection: socket.socket, stopped: threading.Event) -> None:
        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nETag: "v1"\r\nContent-Length: 500\r\n\r\n')
        connection.sendall(b"a")
        stopped.wait()

    limit(home, "")
    server.answer("/talk.mp3", stall)
    kind, message = last(download(quiet, talk))
    assert (kind, message[-37:]) == ("timeout", "127.0.0.1 did not respond within 1 s.")
    assert stored(folder)[0][0] == ".part"


def test_long_download_may_take_longer_than_the_timeout(quiet: Cli, server: Server, talk: str, home: Path) -> None:
    def pause(_seen: Seen, connection: socket.socket, stopped: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nContent-Length: 4500\r\n\r\n")
        for _ in range(3):
            connection.sendall(b"0123456789" * 150)
            stopped.wait(0.6)

    limit(home, "")
    server.answer("/talk.mp3", pause)
    assert last(download(quiet, talk)) == ("done", digest(b"0123456789" * 450))


def test_server_that_sends_a_few_bytes_a_second_is_given_up(quiet: Cli, server: Server, talk: str, home: Path) -> None:
    def drip(_seen: Seen, connection: socket.socket, stopped: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nContent-Length: 1000\r\n\r\n")
        with suppress(OSError):  # given up
            while not stopped.wait(0.2):
                connection.sendall(b"a")

    limit(home, "")
    server.answer("/talk.mp3", drip)
    assert last(download(quiet, talk))[0] == "timeout"


@pytest.mark.parametrize(
    "address", ["http://10.0.0.1/talk.mp3", "http://127.0.0.1:1/talk.mp3", "http://[::1]/talk.mp3"]
)
def test_private_addresses_are_refused(address: str, quiet: Cli, server: Server, folder: Path) -> None:
    server.redirect("/talk.mp3", address)
    redirected = download(quiet, add_talk(quiet, server, f"{server.url}/talk.mp3"))
    assert last(redirected)[0] == "address"
    assert "in your network, and was not read." in last(redirected)[1]
    direct = download(quiet, add_talk(quiet, server, address))
    assert last(direct)[0] == "address"
    assert stored(folder) == []


def test_secrets_are_sent_only_to_the_host_of_the_source(
    quiet: Cli, server: Server, recorder: Recorder, talk: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "is_public", lambda _: True)  # so that the other server is reached
    with closing(Server()) as other:
        other.answer("/talk.mp3", recorder)
        auth = '[auth."{}"]\nuser = "reader"\npassword = "secret"\n'
        configure(home, AT_ONCE + auth.format(server.url) + auth.format(other.url))
        server.redirect("/talk.mp3", f"{other.url}/talk.mp3")
        assert last(download(quiet, talk))[0] == "done"
        assert "authorization" in server.asked("/talk.mp3")[-1].headers
        assert last(download(quiet, add_talk(quiet, server, f"{other.url}/talk.mp3", "Moved")))[0] == "done"
        assert len(other.seen) == 2
        assert not any("authorization" in seen.headers for seen in other.seen)


def test_retry_after_holds_the_host(quiet: Cli, server: Server, talk: str) -> None:
    server.reply("/talk.mp3", 429, Retry_After="600")
    assert "127.0.0.1 is limiting requests (429)." in last(download(quiet, talk))[1]
    assert last(download(quiet, talk))[0] == "held"
    assert len(server.asked("/talk.mp3")) == 1


def test_requests_to_a_host_are_spaced(quiet: Cli, server: Server, recorder: Recorder, talk: str, home: Path) -> None:
    configure(home, '[refresh]\nspacing = "0.5s"\n')
    recorder.cuts = [70_000]
    started = time.monotonic()
    assert last(download(quiet, talk))[0] == "done"
    assert time.monotonic() - started >= 0.5


def test_offline_download_is_refused(quiet: Cli, server: Server, talk: str) -> None:
    assert quiet("--offline", "episodes", "download", talk).err == "roya-tui: Offline: nothing was downloaded.\n"
    assert server.asked("/talk.mp3") == []


def test_two_processes_do_not_write_one_file(
    quiet: Cli, server: Server, recorder: Recorder, talk: str, folder: Path, home: Path
) -> None:
    with closing(open_store(home / "news.db")) as db:
        (recording,) = episodes.list_recordings(db, [int(talk)])
    with files.open_partial(folder, recording.episode) as part:
        part.append(b"mine")
        assert last(download(quiet, talk)) == (
            "busy",
            "“Harbour talk” was not downloaded. Another process is downloading it.",
        )
        assert next(folder.glob("*.part")).read_bytes() == b"mine"
    assert last(download(quiet, talk)) == ("done", digest(AUDIO))


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
@pytest.mark.parametrize("link", [os.symlink, os.link, lambda _, part: os.mkfifo(part)])
def test_link_in_place_of_the_part_is_not_followed(
    link: Callable[[Path, Path], None], quiet: Cli, recorder: Recorder, talk: str, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "letter").write_bytes(b"Dear")
    interrupt(quiet, recorder, talk, 70_000)
    part = next(folder.glob("*.part"))
    part.unlink()
    link(tmp_path / "letter", part)
    assert last(download(quiet, talk))[0] == "file"
    assert (tmp_path / "letter").read_bytes() == b"Dear"


def test_file_of_the_user_with_the_same_name_is_kept(quiet: Cli, recorder: Recorder, talk: str, folder: Path) -> None:
    name = Path(download(quiet, talk).events[-1]["file"])
    quiet("episodes", "remove", talk)
    name.write_bytes(b"edited")
    assert last(download(quiet, talk)) == ("done", digest(AUDIO))
    assert name.read_bytes() == b"edited"
    assert quiet("tidy", "--json").json["episodes"] == 0


def test_renamed_file_is_kept_until_its_episode_is_removed(
    quiet: Cli, recorder: Recorder, talk: str, folder: Path
) -> None:
    file = Path(download(quiet, talk).events[-1]["file"])
    renamed = file.rename(folder / f"01-{file.name}")
    for _ in range(2):  # the first one must not forget whose file it is
        assert quiet("tidy", "--json").json["episodes"] == 0
        assert renamed.read_bytes() == AUDIO
    assert last(download(quiet, talk)) == ("done", digest(AUDIO))
    assert quiet("tidy", "--json").json["episodes"] == 0
    assert renamed.exists()
    quiet("episodes", "remove", talk)
    assert quiet("tidy", "--json").json["episodes"] == 2


def test_removed_download_is_restored_by_undo_until_tidy(
    quiet: Cli, server: Server, recorder: Recorder, talk: str, folder: Path
) -> None:
    download(quiet, talk)
    assert quiet("episodes", "remove", talk).out == "Removed 1 downloaded episode.\n"
    assert quiet("list", "is:downloaded", "--json").json == []
    quiet("undo")
    assert quiet("episodes", "--json").json[0]["downloaded"]
    quiet("redo")
    assert quiet("tidy", "--dry-run", "--json").json["episodes_freed"] == len(AUDIO)
    assert "1 episode (0.3 MB)" in quiet("tidy").out
    assert stored(folder) == []
    quiet("undo")
    assert not quiet("episodes", "--json").json[0]["downloaded"], "the file is missing"
    quiet("tidy")
    assert quiet("list", "is:downloaded", "--json").json == []
    assert last(download(quiet, talk)) == ("done", digest(AUDIO))


def test_removed_files_make_room(quiet: Cli, server: Server, recorder: Recorder, home: Path, folder: Path) -> None:
    limit(home, '[episodes]\nmax_total_bytes = "1MB"\n')
    recorder.body = bytes(900_000)
    server.answer("/other.mp3", recorder)
    first = add_talk(quiet, server, f"{server.url}/talk.mp3")
    assert last(download(quiet, first))[0] == "done"
    quiet("episodes", "remove", first)
    second = add_talk(quiet, server, f"{server.url}/other.mp3")
    assert last(download(quiet, second))[0] == "done"
    assert stored(folder) == [(".mp3", 900_000)]


def test_files_of_a_removed_source_are_deleted_once_undo_cannot_restore_it(
    quiet: Cli, recorder: Recorder, talk: str, folder: Path, home: Path
) -> None:
    download(quiet, talk)
    quiet("remove", "Harbour")
    assert quiet("tidy", "--json").json["episodes"] == 0
    with closing(open_store(home / "news.db")) as db:
        db.execute("DELETE FROM journal")
    assert quiet("tidy", "--json").json["episodes"] == 1
    assert stored(folder) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("sent", [[0, 1], [70_000], [511, 512, 513], [len(AUDIO) - 1]])
def test_killed_download_continues_to_the_same_bytes(
    sent: list[int], quiet: Cli, server: Server, talk: str, folder: Path, home: Path
) -> None:
    """Kill the process each time after it has written so many bytes."""
    recorder = Recorder()

    def stall(seen: Seen, connection: socket.socket, stopped: threading.Event) -> Reply | None:
        if not sent:
            return recorder(seen, connection, stopped)
        first = int(seen.headers.get("range", "bytes=0-")[6:-1])
        recorder.cuts = [sent[0] - first]
        recorder(seen, connection, stopped)
        stopped.wait()
        return None

    server.answer("/talk.mp3", stall)
    command = [sys.executable, "-m", "roya_tui", "--home", str(home), "episodes", "download", talk, "--events"]
    while sent:
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        while sum(file.size for file in files.list_files(folder)) < sent[0] or not server.asked("/talk.mp3"):
            assert process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate()
        sent.pop(0)
        server.seen.clear()
    assert last(download(quiet, talk)) == ("done", digest(AUDIO))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM])
def test_stopped_download_leaves_what_has_arrived(
    which: signal.Signals, quiet: Cli, server: Server, recorder: Recorder, talk: str, folder: Path, home: Path
) -> None:
    recorder.cuts = [70_000]
    server.answer("/talk.mp3", lambda *request: (recorder(*request), request[2].wait())[1])
    command = [sys.executable, "-m", "roya_tui", "--home", str(home), "episodes", "download", talk]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    while stored(folder) != [(".part", 70_000)]:
        assert process.poll() is None
    process.send_signal(which)
    _, errors = process.communicate()
    assert stored(folder) == [(".part", 70_000)]
    if which == signal.SIGINT:
        assert (process.returncode, errors) == (130, b"")
    server.answer("/talk.mp3", recorder)
    assert last(download(quiet, talk)) == ("done", digest(AUDIO))
