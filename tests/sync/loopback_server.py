"""What the servers of accounts on loopback have in common: connections that stay open, and a thread for each."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class LoopbackServer(ABC):
    """Passes requests to `answer`, from the end of `__init__` on; `url` ends with `path`."""

    def __init__(self, path: str = "") -> None:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def handle(self) -> None:
                with suppress(ConnectionError):  # the client closes connections at any moment
                    super().handle()

            def handle_request(self) -> None:
                outer.answer(self)

            do_GET = do_POST = do_PUT = do_DELETE = handle_request

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}{path}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @abstractmethod
    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Read a request and reply to it, in a thread of its own."""
