"""A proxy on loopback that cuts a connection at a chosen request, before or after the server has acted."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Literal, get_args
from urllib.parse import urlsplit, urlunsplit

Cut = Literal["before", "middle", "after", "reply"]
"""What still arrives: nothing of the request, half of it, all of it (the server acts), or also half of the reply."""
CUTS: tuple[Cut, ...] = get_args(Cut)
_METHODS = (b"GET", b"POST", b"PUT", b"DELETE")


class Proxy:
    """Forwards connections to a server. `url` is the server's address through the proxy."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "", parts.port or 80)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = urlunsplit(parts._replace(netloc=f"127.0.0.1:{self._socket.getsockname()[1]}"))
        self._lock = threading.Lock()
        self.requests = 0
        """Requests since `heal` or `cut_at`."""
        self._cut_at: int | None = None
        self._cut: Cut = "before"
        self._stays_cut = False
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_at(self, request: int, cut: Cut, *, stays_cut: bool) -> None:
        """Cut the request of this number, counted from 1; with `stays_cut` no later one arrives."""
        with self._lock:
            self.requests, self._cut_at, self._cut, self._stays_cut = 0, request, cut, stays_cut

    def disconnect(self) -> None:
        """Let no request arrive until `heal`."""
        self.cut_at(1, "before", stays_cut=True)

    def heal(self) -> None:
        with self._lock:
            self.requests, self._cut_at = 0, None

    def stop(self) -> None:
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._forward, args=(client,), daemon=True).start()

    def _forward(self, client: socket.socket) -> None:
        """Forward the requests of a connection. The next request begins after the reply to the one before."""
        with client, suppress(OSError), socket.create_connection(self._target) as server:
            cuts: list[Cut] = []
            for each in (client, server):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=_forward_replies, args=(client, server, cuts), daemon=True).start()
            while data := client.recv(65536):
                cut = self._next_cut() if data.startswith(_METHODS) else None
                if cut == "before":
                    break
                if cut == "middle":
                    server.sendall(data[: len(data) // 2])
                    break
                cuts += [cut] if cut else []
                server.sendall(data)
            for each in (client, server):
                each.shutdown(socket.SHUT_RDWR)

    def _next_cut(self) -> Cut | None:
        with self._lock:
            self.requests += 1
            if self._cut_at is None or self.requests < self._cut_at:
                return None
            return self._cut if self.requests == self._cut_at else "before" if self._stays_cut else None


def _forward_replies(client: socket.socket, server: socket.socket, cuts: list[Cut]) -> None:
    with suppress(OSError):
        while data := server.recv(65536):
            if "reply" in cuts:
                client.sendall(data[: len(data) // 2])
            if cuts:
                break
            client.sendall(data)
        client.shutdown(socket.SHUT_RDWR)
