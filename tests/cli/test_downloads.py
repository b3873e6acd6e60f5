"""episodes download: the bytes that arrive from correct, limited, broken and hostile servers."""

import hashlib
import random
import re
import socket
import threading
from pathlib import Path

import pytest
from tests.cli.conftest import Cli, Result
from tests.servers import Reply, Seen, Server

from roya_tui.episodes import files

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
        self.ignores_range = False
        self.content_range = ""
        """A wrong Content-Range."""
        self.headers: dict[str, str] = {}

    def __call__(self, seen: Seen, connection: socket.socket, _stopped: threading.Event) -> Reply | None:
        begin, total = self._requested(seen), len(self.body)
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
        is_same = seen.headers.get("if-range") in (None, *self.validator.values())
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
    assert cli("add", server.serve("/feed", feed)).code == 0
    return str(cli("list", "source:Harbour", "--json").json[0]["id"])


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
    assert quiet("episodes", "--json").json[0]["received"] == 70_000
    recorder.body, recorder.validator = OTHER, {"ETag": '"v2"'}
    assert last(download(quiet)) == ("done", digest(OTHER))
    assert server.asked("/talk.mp3")[-1].headers["if-range"] == '"v1"'


SERVERS = {
    "ignores Range": ({"ignores_range": True}, True),
    "wrong start": ({"content_range": f"bytes 0-{len(AUDIO) - 1}/{len(AUDIO)}"}, True),
    "other size": ({"content_range": "bytes 70000-299999/300000"}, True),
    "no range at all": ({"content_range": "nonsense"}, True),
    "compressed parts": ({"headers": {"Content-Encoding": "gzip"}}, False),
    "dates": ({"validator": {"Last-Modified": "Tue, 01 Dec 2026 06:00:00 GMT"}}, True),
    "no validator": ({"validator": {}}, True),
    "weak validator": ({"validator": {"ETag": 'W/"v1"'}}, True),
    "other version": ({"headers": {"ETag": '"v2"'}}, True),
}


@pytest.mark.parametrize("name", SERVERS)
def test_download_ends_with_the_right_bytes(name: str, quiet: Cli, recorder: Recorder, talk: str, folder: Path) -> None:
    changes, succeeds = SERVERS[name]
    if "validator" in changes:
        recorder.validator = changes["validator"]  # type: ignore[assignment]
    interrupt(quiet, recorder, talk, 70_000)
    for attribute, value in changes.items():
        setattr(recorder, attribute, value)
    found = last(download(quiet, talk))
    assert found == ("done", digest(AUDIO)) if succeeds else found[0] == "encoding"
    assert stored(folder) == ([(".mp3", len(AUDIO))] if succeeds else [])


def test_complete_part_is_not_requested_again(
    quiet: Cli, server: Server, recorder: Recorder, talk: str, folder: Path
) -> None:
    interrupt(quiet, recorder, talk, len(AUDIO) - 1)
    part = next(folder.glob("*.part"))
    part.write_bytes(AUDIO)
    assert last(download(quiet, talk)) == ("done", digest(AUDIO))
    assert ranges(server)[-1] == f"bytes={len(AUDIO)}-"


def test_longer_part_than_the_file_begins_again(quiet: Cli, recorder: Recorder, talk: str, folder: Path) -> None:
    interrupt(quiet, recorder, talk, 70_000)
    next(folder.glob("*.part")).write_bytes(AUDIO + b"more")
    assert last(download(quiet, talk)) == ("done", digest(AUDIO))
