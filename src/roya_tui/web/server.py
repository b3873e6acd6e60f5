"""The server of `roya-tui serve`: our page, the terminal's script from textual-serve, and a WebSocket for each tab."""

from __future__ import annotations

import asyncio
import html
import logging
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Sequence
from importlib.metadata import distribution
from pathlib import Path
from string import Template

from aiohttp import WSMsgType, hdrs, web
from msgspec import Struct

from roya_tui.translation import app_language, gettext, gettext_noop, is_right_to_left
from roya_tui.web.access import Access, add_headers
from roya_tui.web.visitors import Page, Visitors, clamp_size

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_FILES = Path(__file__).parent / "static"
_OURS = ("page.js", "page.css")
_TEXTUAL_SERVE = distribution("textual-serve")  # raises ImportError if it is missing
_THEIRS = {"textual.js": "js/textual.js", "xterm.css": "css/xterm.css"}
"""Files of textual-serve; the others, such as fonts, are not served."""
_MAX_MESSAGE = 1 << 20
"""Bytes of a message from a page: a long pasted text."""
_HEARTBEAT = 15.0
"""Seconds between two checks whether a page still answers."""
_ENDINGS = {
    "ended": gettext_noop("Roya TUI has ended."),
    "moved": gettext_noop("Roya TUI is now open in another tab."),
    "full": gettext_noop("Too many browser tabs use Roya TUI. Close one of them."),
}
"""Pages in place of the app, by the end of their addresses."""


class ServerOptions(Struct, frozen=True):
    """How the server listens, and the command that runs the app."""

    program: Sequence[str]
    host: str
    port: int
    """0: a free one."""
    visitors: int
    public_url: str = ""


class Server:
    """Serves the app until it is stopped."""

    def __init__(self, options: ServerOptions, report: Callable[[str], None]) -> None:
        self.access = Access(options.host, options.public_url)
        self.visitors = Visitors(options.program, options.visitors, report)
        self.app = web.Application(middlewares=[self._guard])
        self.app.on_response_prepare.append(add_headers)
        path = self.access.path
        self.app.add_routes(
            [
                web.get(path, self._show_page),
                web.get(path + "ws/{id:[0-9a-f]{32}}", self._connect),
                web.get(path + "static/{name}", self._send_file),
                web.get(f"{path}{{ending:{'|'.join(_ENDINGS)}}}", self._show_ending),
            ]
        )

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer only requests with our host and our token; turn the printed address into a cookie."""
        if not self.access.has_our_host(request):
            return _message(gettext("Open the address that roya-tui serve shows, or set --public-url."), status=403)
        if request.path == self.access.path and self.access.is_token(request.query.get("token", "")):
            # So that the token is not in the browser's history.
            response = web.Response(status=303, headers={hdrs.LOCATION: self.access.path})
            self.access.give_token(response)
            return response
        if not self.access.has_token(request):
            text = gettext("This is not the address that roya-tui serve shows. Open that one: it is new at each start.")
            return _message(text, status=403)
        return await handler(request)

    async def _show_page(self, request: web.Request) -> web.Response:
        scheme = "wss" if self.access.is_encrypted else "ws"
        return _page(
            "page.html",
            socket=f"{scheme}://{request.headers[hdrs.HOST]}{self.access.path}ws",
            starting=gettext("Roya TUI is starting."),
            lost=gettext("The connection is lost. Trying again."),
        )

    async def _show_ending(self, request: web.Request) -> web.Response:
        return _message(gettext(_ENDINGS[request.match_info["ending"]]), link=gettext("Open Roya TUI here"))

    async def _send_file(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name in _OURS:
            file = _FILES / name
        elif name in _THEIRS:
            file = Path(str(_TEXTUAL_SERVE.locate_file(f"textual_serve/static/{_THEIRS[name]}")))
        else:
            raise web.HTTPNotFound
        return web.FileResponse(file, headers={hdrs.CACHE_CONTROL: "no-cache"})

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        if not self.access.has_our_origin(request):
            return _message(gettext("Another page cannot use Roya TUI."), status=403)
        connection = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=_MAX_MESSAGE)
        await connection.prepare(request)
        size = clamp_size(_number(request.query.get("width", "")), _number(request.query.get("height", "")))
        id = request.match_info["id"]
        page = Page(connection, request.transport)
        visitor = await self.visitors.connect(id, page, size)
        if visitor is None:
            return connection
        try:
            async for message in connection:
                if message.type == WSMsgType.TEXT:
                    await visitor.receive(message.data)
        finally:
            self.visitors.leave(id, visitor, page)
        return connection


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _page(name: str, *, status: int = 200, **texts: str) -> web.Response:
    template = Template((_FILES / name).read_text("utf-8"))
    direction = "rtl" if is_right_to_left() else "ltr"
    values = {"language": app_language().replace("_", "-"), "direction": direction, **texts}
    text = template.substitute({key: html.escape(value) for key, value in values.items()})
    return web.Response(text=text, content_type="text/html", status=status)


def _message(text: str, *, status: int = 200, link: str = "") -> web.Response:
    return _page("message.html", status=status, text=text, link=link, visibility="" if link else "hidden")


def _listen(options: ServerOptions) -> socket.socket:
    """Return a socket that listens. Raises OSError."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    return socket.create_server((options.host, options.port), family=family)


async def serve(options: ServerOptions, ready: Callable[[str], None], report: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; `ready` gets the address to open. Raises OSError if it cannot listen."""
    # A malformed request, which anyone can send, would print its traceback and its bytes.
    logging.getLogger("aiohttp").addHandler(logging.NullHandler())
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    listening = _listen(options)
    server = Server(options, report)
    runner = web.AppRunner(server.app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    if sys.platform != "win32":
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
    host = f"[{options.host}]" if ":" in options.host else options.host
    base = options.public_url.rstrip("/") or f"http://{host}:{listening.getsockname()[1]}"
    ready(f"{base}{server.access.path}?token={server.access.token}")
    try:
        await stopped.wait()
    finally:
        await server.visitors.stop()
        await runner.cleanup()
