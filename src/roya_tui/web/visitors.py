"""Visitors: tabs of browsers, each with an app process of its own.

A tab that lost its connection gets its process back, for example after the computer slept.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from aiohttp import web

from roya_tui.web.app_process import AppProcess

KEEP_SECONDS = 600.0
"""Seconds that the app of a tab without a connection is kept."""
_WIDTHS, _HEIGHTS = range(20, 501), range(5, 301)
"""Sizes of a terminal, in columns and lines; others become the nearest of these."""


class Visitor:
    """One tab: its app, and its present connection if it has one."""

    def __init__(self) -> None:
        self.socket: web.WebSocketResponse | None = None
        self.app: AppProcess | None = None
        self.expiry: asyncio.TimerHandle | None = None

    async def draw(self, data: bytes) -> None:
        """Send what the app draws; without a connection nobody sees it, and `connect` draws everything again."""
        with suppress(ConnectionError):
            if self.socket is not None:
                await self.socket.send_bytes(data)

    async def send(self, *message: Any) -> None:
        """Send a message to the page's script, as a JSON array."""
        with suppress(ConnectionError):
            if self.socket is not None:
                await self.socket.send_str(json.dumps(message))

    async def obey(self, order: Mapping[str, Any]) -> None:
        """Carry out an order of the app: open an address in the browser. Files of exports stay on the server."""
        url = str(order.get("url", ""))
        if order.get("type") == "open_url" and url.startswith(("http://", "https://")):
            await self.send("open_url", {"url": url, "new_tab": True})

    async def disconnect(self, page: str) -> None:
        """Show a page of ours in place of the app, and close the connection."""
        await self.send("open_url", {"url": page, "new_tab": False})
        socket, self.socket = self.socket, None
        if socket is not None:
            await socket.close()

    async def receive(self, text: str) -> None:
        """Handle a message of the page's script; anything else is ignored."""
        try:
            message = json.loads(text)
        except (ValueError, RecursionError):
            return
        if self.app is None:
            return
        match message:
            case ["stdin", str(data)]:
                await self.app.type(data)
            case ["resize", {"width": int(width), "height": int(height)}]:
                columns, lines = clamp_size(width, height)
                await self.app.order("resize", width=columns, height=lines)
            case ["ping", str(sent_at)]:
                await self.send("pong", sent_at)
            case ["focus" | "blur" as kind]:
                await self.app.order(kind)


def clamp_size(width: int, height: int) -> tuple[int, int]:
    """Return a size that the app can draw."""
    return _clamp(width, _WIDTHS), _clamp(height, _HEIGHTS)


def _clamp(value: int, sizes: range) -> int:
    return min(max(value, sizes[0]), sizes[-1])


class Visitors:
    """All visitors by the id of their tab, at most `limit`; `report` gets the last error of an app that failed."""

    def __init__(self, program: Sequence[str], limit: int, report: Callable[[str], None]) -> None:
        self._program = program
        self._limit = limit
        self._report = report
        self._visitors: dict[str, Visitor] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def connect(self, id: str, socket: web.WebSocketResponse, size: tuple[int, int]) -> Visitor | None:
        """Return the visitor of a tab, with an app that is started or drawn again; None if there are too many."""
        visitor = self._visitors.get(id)
        if visitor is None and len(self._visitors) >= self._limit and not await self._make_room():
            return None
        if visitor is None:
            visitor = self._visitors[id] = Visitor()
        else:  # perhaps its old connection only seems alive, or the tab was duplicated
            await visitor.disconnect("/moved")
        visitor.socket = socket
        if visitor.expiry is not None:
            visitor.expiry.cancel()
        if visitor.app is None:
            visitor.app = await AppProcess.start(self._program, size, visitor.draw, visitor.obey)
            task = asyncio.create_task(self._run(id, visitor, visitor.app))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        else:
            await visitor.app.order("resize", width=size[0], height=size[1])
            await visitor.app.order("redraw")
        return visitor

    async def _run(self, id: str, visitor: Visitor, app: AppProcess) -> None:
        error = await app.run()
        del self._visitors[id]
        if error:
            self._report(error)
        await visitor.disconnect("/ended")

    async def _make_room(self) -> bool:
        """Stop the app of the tab that is without a connection longest; return whether there is one."""
        for visitor in self._visitors.values():
            if visitor.socket is None and visitor.app is not None:
                await visitor.app.stop()
                return True
        return False

    def leave(self, visitor: Visitor, socket: web.WebSocketResponse) -> None:
        """Keep the app of a tab that lost this connection for some minutes."""
        if visitor.socket is not socket or visitor.app is None:
            return
        visitor.socket = None
        stop = visitor.app.stop
        loop = asyncio.get_running_loop()
        visitor.expiry = loop.call_later(KEEP_SECONDS, lambda: self._running.add(loop.create_task(stop())))

    async def stop(self) -> None:
        """Stop all apps."""
        visitors = list(self._visitors.values())
        await asyncio.gather(*(visitor.app.stop() for visitor in visitors if visitor.app is not None))
        await asyncio.gather(*self._running)
