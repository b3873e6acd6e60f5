"""Visitors: tabs of browsers, each with an app process of its own.

A tab that lost its connection gets its process back, for example after the computer slept.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from aiohttp import WSCloseCode, web

from roya_tui.web.app_process import AppProcess

LOST_SECONDS, LEFT_SECONDS = 12 * 3600.0, 30.0
"""Seconds that an app is kept after its connection was lost, as by a sleep, and after its page was left."""
_SLOW_SECONDS, _STOP_SECONDS = 20.0, 2.0
"""Seconds that a page has to receive data, and the last data, before its connection counts as lost."""
_WIDTHS, _HEIGHTS = range(20, 501), range(5, 301)
"""Sizes of a terminal, in columns and lines; others become the nearest of these."""


class Page(NamedTuple):
    """One connection of a tab. A page that does not read must not hold up its app, nor its next connection."""

    socket: web.WebSocketResponse
    transport: asyncio.BaseTransport | None

    async def send(self, data: bytes | str) -> None:
        with self._cut_after(_SLOW_SECONDS):
            await (self.socket.send_bytes(data) if isinstance(data, bytes) else self.socket.send_str(data))

    async def leave(self, page: str) -> None:
        """Show another page of ours in place of the app."""
        with self._cut_after(_STOP_SECONDS):
            await self.socket.send_json(["open_url", {"url": page, "new_tab": False}])
            await self.socket.close()

    @contextmanager
    def _cut_after(self, seconds: float) -> Iterator[None]:
        """Limit the time of what is sent. A timeout would also cancel others who wait for the same connection."""
        timer = asyncio.get_running_loop().call_later(seconds, self.cut)
        try:
            with suppress(ConnectionError):
                yield
        finally:
            timer.cancel()

    def cut(self) -> None:
        """Close the connection without waiting; aiohttp would wait until all data is sent."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()


class Visitor:
    """One tab: its app, and its present page if it is connected."""

    def __init__(self) -> None:
        self.page: Page | None = None
        self.app: AppProcess | None = None
        self.expiry: asyncio.TimerHandle | None = None
        self.connecting = asyncio.Lock()

    async def draw(self, data: bytes) -> None:
        """Send what the app draws; without a connection nobody sees it, and `connect` draws everything again."""
        if self.page is not None:
            await self.page.send(data)

    async def send(self, *message: Any) -> None:
        """Send a message to the page's script, as a JSON array."""
        if self.page is not None:
            await self.page.send(json.dumps(message))

    async def obey(self, order: Mapping[str, Any]) -> None:
        """Carry out an order of the app: open an address in the browser. Files of exports stay on the server."""
        url = str(order.get("url", ""))
        if order.get("type") == "open_url" and url.startswith(("http://", "https://")):
            await self.send("open_url", {"url": url, "new_tab": True})

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

    async def connect(self, id: str, page: Page, size: tuple[int, int]) -> Visitor | None:
        """Return the visitor of a tab, with an app that is started or drawn again.

        None if there are too many, or if no process can be started: the page then says so.
        """
        visitor = self._visitors.get(id)
        if visitor is None:
            if len(self._visitors) >= self._limit and not self._make_room():
                await page.leave("full")
                return None
            visitor = self._visitors[id] = Visitor()
        async with visitor.connecting:
            old, visitor.page = visitor.page, page
            if old is not None:  # it only seems alive, or the tab was duplicated
                self._spawn(old.leave("moved"))
            if visitor.expiry is not None:
                visitor.expiry.cancel()
            if visitor.app is not None:
                await visitor.app.order("resize", width=size[0], height=size[1])
                await visitor.app.order("redraw")
                return visitor
            try:
                visitor.app = await AppProcess.start(self._program, size, visitor.draw, visitor.obey)
            except OSError as error:
                self._report(error.strerror or str(error))
                self._forget(id, visitor)
                await page.leave("ended")
                return None
            self._spawn(self._run(id, visitor, visitor.app))
            return visitor

    async def _run(self, id: str, visitor: Visitor, app: AppProcess) -> None:
        error = await app.run()
        self._forget(id, visitor)
        if error:
            self._report(error)
        if visitor.page is not None:
            await visitor.page.leave("ended")

    def _forget(self, id: str, visitor: Visitor) -> None:
        if self._visitors.get(id) is visitor:
            del self._visitors[id]

    def _make_room(self) -> bool:
        """End the app of the tab that has been without a connection longest, if there is one."""
        for id, visitor in self._visitors.items():
            if visitor.page is None and visitor.app is not None:
                self._end(id, visitor)
                return True
        return False

    def leave(self, id: str, visitor: Visitor, page: Page) -> None:
        """Keep the app of a tab that lost this connection for some time."""
        if visitor.page is page and self._visitors.get(id) is visitor:
            visitor.page = None
            self._visitors[id] = self._visitors.pop(id)  # in the order in which they left
            seconds = LEFT_SECONDS if page.socket.close_code == WSCloseCode.GOING_AWAY else LOST_SECONDS
            visitor.expiry = asyncio.get_running_loop().call_later(seconds, self._end, id, visitor)

    def _end(self, id: str, visitor: Visitor) -> None:
        self._forget(id, visitor)
        if visitor.app is not None:
            self._spawn(visitor.app.stop())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Let a coroutine run in the background."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def stop(self) -> None:
        """Stop all apps."""
        visitors = list(self._visitors.items())
        for id, visitor in visitors:
            self._end(id, visitor)
        if self._running:
            await asyncio.wait(self._running, timeout=_STOP_SECONDS)
        for _, visitor in visitors:
            if visitor.page is not None:
                visitor.page.cut()
        if self._running:
            await asyncio.wait(self._running)
