"""The server of `roya-tui serve`: which requests it answers, and one app for each tab."""

import asyncio
import json
import os
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from tests.terminal.screen import Display

from roya_tui.processes import child_environment, python_command
from roya_tui.web import app_process, visitors
from roya_tui.web.access import Access
from roya_tui.web.server import Server, ServerOptions
from roya_tui.web.visitors import clamp_size

PATIENCE = 40.0
"""Seconds that a test waits at most."""


class RunningServer:
    """`roya-tui serve` in its own process."""

    start: tuple[str, ...] = ("-m", "roya_tui")

    def __init__(self, home: Path, *options: str, **environment: str) -> None:
        self._program = (*self.start, "--home", str(home), "--offline", "serve", "--port", "0", *options)
        self.process = subprocess.Popen(
            python_command(*self._program),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**child_environment(), "LANG": "C.UTF-8", "LANGUAGE": "en", **environment},
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().rpartition(" ")[2].strip()
        self.base = self.address.partition("/?")[0]
        self.origin = self.base.rpartition("/")[0]
        self.port = urlsplit(self.base).port

    def apps(self) -> set[int]:
        """Return the process ids of the apps."""
        command = ["ps", "-o", "pid=", "--ppid", str(self.process.pid)]
        return {int(pid) for pid in subprocess.run(command, capture_output=True, text=True).stdout.split()}

    def stop(self) -> str:
        """Stop it as ctrl+c does; return its messages."""
        self.process.send_signal(signal.SIGINT)
        return self.process.communicate(timeout=PATIENCE)[1]


class ImpatientServer(RunningServer):
    """A server that does not wait for the reload of a page."""

    start = (
        "-c",
        "from roya_tui import __main__; from roya_tui.web import visitors; visitors.LEFT_SECONDS = 0; __main__.main()",
    )


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path / "home")
    yield running
    if running.process.poll() is None:
        running.stop()


class Tab:
    """A tab of a browser: it draws what the app sends."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.orders: list[list[object]] = []
        """Messages for the page's script."""
        self._display = Display(100, 30)

    async def shows(self, text: str) -> None:
        """Read until `text` is on the screen, or in an order to the page."""
        async with asyncio.timeout(PATIENCE):
            while text not in self._display.picture().text() and text not in json.dumps(self.orders):
                message = await self.socket.receive()
                if message.type == aiohttp.WSMsgType.BINARY:
                    self._display.feed(message.data)
                elif message.type == aiohttp.WSMsgType.TEXT:
                    self.orders.append(json.loads(message.data))
                else:
                    raise AssertionError(f"closed without {text!r}: {self.orders}")

    async def press(self, keys: str) -> None:
        await self.socket.send_json(["stdin", keys])


class BrowserStub:
    """A browser with our cookie."""

    def __init__(self, server: RunningServer, session: aiohttp.ClientSession) -> None:
        self.server, self.session = server, session

    @asynccontextmanager
    async def tab(self, id: str = "0" * 32) -> AsyncIterator[Tab]:
        url = f"{self.server.base}/ws/{id}?width=100&height=30"
        async with self.session.ws_connect(url, origin=self.server.origin) as socket:
            await socket.send_json(["resize", {"width": 100, "height": 30}])
            yield Tab(socket)


@asynccontextmanager
async def opened(server: RunningServer) -> AsyncIterator[BrowserStub]:
    """Open the printed address."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with session.get(server.address) as page:
            assert page.status == 200
            assert str(page.url) == f"{server.base}/", "the token is not in the history"
        yield BrowserStub(server, session)


COOKIE = {"Cookie": "roya-tui={token}"}
REFUSED = [
    ("no token", "/", {}),
    ("wrong token", "/?token=wrong", {}),
    ("Arabic token", "/?token=\u0631", {}),
    ("script without a token", "/static/page.js", {}),
    ("wrong cookie", "/", {"Cookie": "roya-tui=wrong"}),
    ("foreign host", "/?token={token}", {"Host": "evil.example"}),
    ("foreign host with our port", "/", COOKIE | {"Host": "evil.example:{port}"}),
    ("broken host", "/", COOKIE | {"Host": "[::1"}),
    ("foreign page", "/ws/{id}", COOKIE | {"Origin": "http://evil.example"}),
    ("page of another port", "/ws/{id}", COOKIE | {"Origin": "http://127.0.0.1:1"}),
    ("page without an origin", "/ws/{id}", COOKIE | {"Origin": "null"}),
    ("no origin", "/ws/{id}", COOKIE),
]


async def test_requests_without_our_token_host_or_origin_are_refused(server: RunningServer) -> None:
    values = {"port": server.port, "token": server.address.rpartition("=")[2], "id": "0" * 32}
    async with aiohttp.ClientSession() as session:
        for case, path, headers in REFUSED:
            filled = {name: value.format(**values) for name, value in headers.items()}
            async with session.get(server.base + path.format(**values), headers=filled, allow_redirects=False) as got:
                assert (case, got.status) == (case, 403)
                assert "Set-Cookie" not in got.headers, case
                assert values["token"] not in await got.text(), case
    assert server.apps() == set()


async def test_page_loads_nothing_from_elsewhere_and_scripts_cannot_read_its_cookie(server: RunningServer) -> None:
    async with opened(server) as browser:
        async with browser.session.get(server.address, allow_redirects=False) as redirect:
            cookie = redirect.headers["Set-Cookie"]
        assert all(
            f"; {flag}" in cookie for flag in ("HttpOnly", "SameSite=strict", f"Path={urlsplit(server.base).path}/")
        )
        async with browser.session.get(server.base) as page:
            policy, text = page.headers["Content-Security-Policy"], await page.text()
            assert policy.startswith("default-src 'none'; script-src 'self';")
            assert "frame-ancestors 'none'" in policy
            assert page.headers["Referrer-Policy"] == "no-referrer"
            assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "http:" not in text
        assert "https:" not in text
        statuses = {}
        for name in ("textual.js", "xterm.css", "page.js", "", "..%2fpage.html", "images", "page.html"):
            async with browser.session.get(f"{server.base}/static/{name}") as file:
                statuses[name] = file.status
        assert statuses == {
            "textual.js": 200, "xterm.css": 200, "page.js": 200,
            "": 404, "..%2fpage.html": 404, "images": 404, "page.html": 404,
        }  # fmt: skip


async def test_app_is_drawn_obeys_keys_and_ends_on_a_page_that_says_so(server: RunningServer) -> None:
    async with opened(server) as browser, browser.tab() as tab:
        await tab.shows("Views")
        await tab.press("?")
        await tab.shows("Move down one headline")
        await tab.press("\x1b")
        await tab.press("q")
        await tab.shows("ended")
        async with browser.session.get(f"{server.base}/ended") as page:
            assert "Roya TUI has ended." in await page.text()


async def test_browser_shows_frames_and_icons_although_the_terminal_of_the_server_cannot(tmp_path: Path) -> None:
    for options, frame in (((), "╭"), (("--ascii",), "+-")):
        server = RunningServer(tmp_path / "home", *options, LC_ALL="C")
        async with opened(server) as browser, browser.tab() as tab:
            await tab.shows(frame)
        server.stop()


async def test_tab_gets_its_app_back_with_a_half_typed_text_after_a_lost_connection(server: RunningServer) -> None:
    async with opened(server) as browser:
        async with browser.tab() as tab:
            await tab.shows("Views")
            await tab.press("/half-typed")
            await tab.shows("half-typed")
        apps = server.apps()
        async with browser.tab() as tab:
            await tab.shows("half-typed")
            await tab.shows("Roya TUI")  # not only what changed
            assert server.apps() == apps
            async with browser.tab() as duplicate:
                await duplicate.shows("half-typed")
                await tab.shows("moved")


async def test_app_ends_when_its_page_is_closed_but_not_when_its_connection_is_lost(tmp_path: Path) -> None:
    server = ImpatientServer(tmp_path / "home")
    async with opened(server) as browser:
        async with browser.tab("1" * 32) as lost:
            await lost.shows("Views")
            await lost.press("/half-typed")
            await lost.shows("half-typed")
            kept = server.apps()
            lost.socket.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        async with browser.tab("2" * 32) as closed:
            await closed.shows("Views")
            assert len(server.apps()) == 2
            await closed.socket.close(code=aiohttp.WSCloseCode.GOING_AWAY)
            async with asyncio.timeout(PATIENCE):
                while server.apps() != kept:
                    await asyncio.sleep(0.05)
        async with browser.tab("1" * 32) as back:
            await back.shows("half-typed")
    server.stop()


FLOOD = """
import sys
packet = b"D" + (60_000).to_bytes(4, "big") + 60_000 * b"x"
sys.stdout.buffer.write(b"__GANGLION__\\n")
while True:
    sys.stdout.buffer.write(packet)
"""


async def test_tab_comes_back_although_its_old_connection_does_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (visitors, app_process):
        monkeypatch.setattr(module, "_STOP_SECONDS", 0.1)
    server = Server(ServerOptions(python_command("-c", FLOOD), "127.0.0.1", 0, 1), print)
    runner = web.AppRunner(server.app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host = f"127.0.0.1:{runner.addresses[0][1]}"
    headers = {"Cookie": f"roya-tui={server.access.token}", "Origin": f"http://{host}"}
    path = f"{server.access.path}ws/{'0' * 32}"
    handshake = headers | {"Host": host, "Connection": "Upgrade", "Upgrade": "websocket",
                           "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg=="}  # fmt: skip
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in handshake.items()), "", ""]
    with socket.create_connection(runner.addresses[0]) as stalled:
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stalled.sendall("\r\n".join(lines).encode())
        async with asyncio.timeout(PATIENCE), aiohttp.ClientSession(headers=headers) as session:
            await asyncio.to_thread(stalled.recv, 1)  # it is connected
            (page,) = (visitor.page for visitor in server.visitors._visitors.values())
            while page.transport.get_write_buffer_size() < 100_000:
                await asyncio.sleep(0.01)
            async with session.ws_connect(f"http://{host}{path}") as back:
                assert await back.receive_bytes() == 60_000 * b"x"
        await server.visitors.stop()
    await runner.cleanup()


MALFORMED = ["", "{", "[]", "1", '["stdin"]', '["stdin", 1]', '["resize", {"width": "x", "height": 1}]', '["resize"]',
             '["resize", {"width": 1e9, "height": 10}]', '["quit"]', '["ping", {}]', "[" * 100_000,
             '["stdin", "\\ud800"]', '["resize", {"width": 1' + "0" * 5000 + ', "height": 1}]']  # fmt: skip


async def test_malformed_messages_change_nothing(server: RunningServer) -> None:
    async with opened(server) as browser, browser.tab() as tab:
        await tab.shows("Views")
        for message in MALFORMED:
            await tab.socket.send_str(message)
        await tab.socket.send_bytes(b"\x00\xff")
        await tab.press("?")
        await tab.shows("Move down one headline")


BROKEN_REQUESTS = (
    b"\x16\x03\x01\x02\x00\x01\xfc" + b"\xff" * 300,  # TLS
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET " + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
)


async def test_broken_requests_print_nothing_and_stop_nothing(server: RunningServer) -> None:
    for request in BROKEN_REQUESTS:
        with socket.create_connection(("127.0.0.1", server.port or 0), timeout=PATIENCE) as connection:
            connection.sendall(request)
            reply = connection.recv(4096)
        assert reply.startswith(b"HTTP/1.0 400 "), request[:40]
        assert b"Traceback" not in reply
    async with opened(server):
        pass
    assert server.stop() == ""


async def test_too_many_tabs_are_refused_until_one_is_closed(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "home", "--visitors", "1")
    async with opened(server) as browser:
        async with browser.tab("1" * 32) as first:
            await first.shows("Views")
            async with browser.tab("2" * 32) as second:
                await second.shows("full")
        async with browser.tab("2" * 32) as second:
            await second.shows("Views")
            assert len(server.apps()) == 1
    server.stop()


async def test_visitors_are_not_limited_by_zero(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "home", "--visitors", "0")
    async with opened(server) as browser, browser.tab() as tab:
        await tab.shows("Views")
    server.stop()


async def test_all_apps_end_with_the_server(server: RunningServer) -> None:
    async with opened(server) as browser, browser.tab("1" * 32) as one, browser.tab("2" * 32) as two:
        await one.shows("Views")
        await two.shows("Views")
        apps = server.apps()
        assert len(apps) == 2
        errors = await asyncio.to_thread(server.stop)
    assert (errors, server.process.returncode) == ("", 0)
    for app in apps:
        with pytest.raises(ProcessLookupError):
            os.kill(app, 0)


def serve(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a server that does not start."""
    program = python_command("-m", "roya_tui", "--home", str(home), "serve", *options)
    return subprocess.run(program, capture_output=True, text=True, timeout=PATIENCE, env=child_environment())


def test_port_in_use_and_an_impossible_address_are_explained(server: RunningServer, tmp_path: Path) -> None:
    for options in (("--port", str(server.port)), ("--port", "99999"), ("--host", "no.such.host.invalid")):
        result = serve(tmp_path / "home", *options)
        assert (options, result.returncode, result.stdout) == (options, 1, "")
        assert "Cannot listen on port " in result.stderr, options
        assert "Traceback" not in result.stderr


@pytest.mark.parametrize("name", ["aiohttp", "textual-serve"])
def test_missing_package_is_named_with_the_command_that_installs_it(name: str, tmp_path: Path) -> None:
    hide = (
        "import sys, importlib.metadata as metadata; from roya_tui import __main__; found = metadata.distribution;"
        f"metadata.distribution = lambda name: found('missing' if name == {name!r} else name);"
        f"sys.modules[{name!r}] = None; __main__.main()"
    )
    program = python_command("-c", hide, "--home", str(tmp_path / "home"), "serve", "--port", "0")
    result = subprocess.run(program, capture_output=True, text=True, timeout=PATIENCE, env=child_environment())
    assert (result.returncode, result.stdout) == (1, "")
    assert "pip install 'roya-tui[web]'" in result.stderr


@pytest.mark.parametrize(
    "address", ["news.example", "ftp://news.example", "https://news.example/roya", "https://me:word@news.example"]
)
def test_address_of_a_proxy_that_cannot_work_is_refused(address: str, tmp_path: Path) -> None:
    result = serve(tmp_path / "home", "--public-url", address)
    assert result.returncode == 2
    assert "is not an address such as https://news.example." in result.stderr
    assert "word" not in result.stderr


def test_requests_that_a_proxy_passes_on_are_answered_with_a_cookie_for_tls_only() -> None:
    access = Access("127.0.0.1", "https://news.example")
    for host, allowed in (("news.example", True), ("News.Example:443", True), ("news.example.evil.example", False)):
        request = make_mocked_request("GET", "/", headers={"Host": host, "Origin": f"https://{host}"})
        assert access.has_our_host(request) is allowed, host
        assert access.has_our_origin(request), host
    response = web.Response()
    access.give_token(response)
    assert "; Secure" in response.cookies["roya-tui"].OutputString()


async def test_server_that_other_computers_reach_says_what_that_means(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "home", "--host", "0.0.0.0")
    assert "Other computers can reach this server." in server.stop()


@pytest.mark.parametrize(
    ("width", "height", "size"), [(0, 0, (20, 5)), (80, 24, (80, 24)), (10**9, -1, (500, 5))], ids=str
)
def test_size_of_a_terminal_is_limited(width: int, height: int, size: tuple[int, int]) -> None:
    assert clamp_size(width, height) == size
