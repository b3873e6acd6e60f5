"""A web server on loopback, with correct, slow and broken responses."""

import contextlib
import hashlib
import socket
import socketserver
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest


@dataclass(frozen=True)
class Seen:
    """A received request; header names in lower case."""

    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def wire(self, connection: str = "close") -> bytes:
        head = {"Content-Length": str(len(self.body)), "Connection": connection, **self.headers}
        lines = [f"HTTP/1.1 {self.status} Whatever", *(f"{k}: {v}" for k, v in head.items()), "", ""]
        return "\r\n".join(lines).encode("latin-1") + self.body


Behaviour = Callable[[Seen, socket.socket, threading.Event], Reply | None]
"""The function of a path: it returns a reply, or writes to the socket itself. The event is set when it stops."""


class Server:
    """Serves `paths`; `seen` holds every request in order. `url` has no slash at its end.

    `keep` lets a connection serve one request after another; `tls` makes it a server for https.
    """

    def __init__(self, *, keep: bool = False, tls: ssl.SSLContext | None = None) -> None:
        self.paths: dict[str, Behaviour] = {}
        self.seen: list[Seen] = []
        self.keep = keep
        self.connections = 0
        self.stopped = threading.Event()
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer.connections += 1
                with contextlib.suppress(OSError):
                    while outer._serve(self.rfile.readline(), iter(self.rfile.readline, b""), self.connection):
                        continue

        class Threads(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 256

            def get_request(self) -> tuple[socket.socket, Any]:
                connection, address = super().get_request()
                return (tls.wrap_socket(connection, server_side=True) if tls else connection), address

        self._server = Threads(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def serve(self, path: str, body: bytes | str, type: str = "application/xml", **headers: str) -> str:
        """Serve a document with an ETag, and 304 to requests with that ETag; return its address."""
        data = body.encode() if isinstance(body, str) else body
        etag = f'W/"{hashlib.sha256(data).hexdigest()[:12]}"'

        def document(seen: Seen, _socket: socket.socket, _stopped: threading.Event) -> Reply:
            if seen.headers.get("if-none-match") == etag:
                return Reply(304, headers={"ETag": etag})
            return Reply(200, data, {"Content-Type": type, "ETag": etag, **headers})

        return self.answer(path, document)

    def reply(self, path: str, status: int = 200, body: bytes | str = b"", **headers: str) -> str:
        """Serve this reply; underscores in header names stand for dashes."""
        data = body.encode() if isinstance(body, str) else body
        fixed = Reply(status, data, {k.replace("_", "-"): v for k, v in headers.items()})
        return self.answer(path, lambda *_: fixed)

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        return self.reply(path, status, Location=to)

    def answer(self, path: str, behaviour: Behaviour) -> str:
        self.paths[path] = behaviour
        return self.url + path

    def asked(self, path: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.path == path]

    def stop(self) -> None:
        """Stop listening, so that the next connection is refused."""
        if not self.stopped.is_set():
            self.stopped.set()
            self._server.shutdown()
            self._server.server_close()

    close = stop

    def _serve(self, first: bytes, rest: Iterator[bytes], connection: socket.socket) -> bool:
        """Reply to one request, and return whether another may follow."""
        if not first:
            return False
        path = first.split()[1].decode()
        fields = [line.decode("latin-1").partition(":") for line in _until_blank(rest)]
        seen = Seen(path, {name.strip().lower(): value.strip() for name, _, value in fields})
        self.seen.append(seen)
        behaviour = self.paths.get(path)
        reply = behaviour(seen, connection, self.stopped) if behaviour else Reply(404)
        if reply is not None:
            connection.sendall(reply.wire("keep-alive" if self.keep else "close"))
        return self.keep and reply is not None


def _until_blank(lines: Iterator[bytes]) -> Iterator[bytes]:
    for line in lines:
        if line in (b"\r\n", b"\n"):
            return
        yield line


def hang(_seen: Seen, _connection: socket.socket, stopped: threading.Event) -> None:
    """Accept the request and send nothing."""
    stopped.wait()


def endless(_seen: Seen, connection: socket.socket, stopped: threading.Event) -> None:
    """Send a response without an end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<rss>")
    while not stopped.is_set():
        connection.sendall(b" " * 65536)


def reset_at_once(_seen: Seen, connection: socket.socket, _stopped: threading.Event) -> None:
    """Reset the connection without a response."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def reset(seen: Seen, connection: socket.socket, stopped: threading.Event) -> None:
    """Begin a response, then reset the connection."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss>")
    time.sleep(0.2)  # a reset discards what was not read
    reset_at_once(seen, connection, stopped)


def babble(_seen: Seen, connection: socket.socket, _stopped: threading.Event) -> None:
    """Send something that is not HTTP."""
    connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")


def bomb(megabytes: int) -> bytes:
    """Return the beginning of a gzip stream, a kilobyte for each megabyte of blanks that it unpacks to."""
    packer = zlib.compressobj(9, wbits=31)
    first, more = (packer.compress(b" " * 1_000_000) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + more * (megabytes - 1)  # after a full flush the same bytes can be repeated


def rss(*items: tuple[str, str, str], title: str = "Invented News", extra: str = "") -> str:
    """Return an RSS document of (guid, title, description)."""
    body = "".join(
        f"<item><guid isPermaLink='false'>{g}</guid><title>{t}</title><description>{d}</description></item>"
        for g, t, d in items
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{title}</title>{extra}{body}</channel></rss>"


@pytest.fixture
def server() -> Iterator[Server]:
    """A server for one test."""
    running = Server()
    yield running
    running.stop()
