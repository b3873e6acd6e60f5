"""Connections: which address is used, what is refused, which are reused, and messages of TLS errors."""

import asyncio
import contextlib
import datetime
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpcore
import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st
from tests.servers import Reply, Server

from roya_tui.config import Refresh
from roya_tui.model import Failure
from roya_tui.sources import hosts
from roya_tui.sources.http.client import Request, Response, fetch, make_client
from roya_tui.sources.http.errors import FetchError
from roya_tui.sources.http.transport import GuardedBackend, PooledTransport, connect_first


def transport(names: dict[str, list[str]]) -> PooledTransport:
    """Return a transport whose name server resolves only `names`."""

    async def look_up(host: str, port: int) -> list[str]:
        if host not in names:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return names[host]

    return PooledTransport(look_up, lambda *_: "")


async def get(url: str, names: dict[str, list[str]], **facts: Any) -> Response | Failure:
    async with make_client(Refresh(), transport(names)) as connection:
        return await fetch(connection, Request(url, "Roya News", **{"timeout": 5.0, **facts}))


PUBLIC = "8.8.8.8 2606:4700::1 ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2002:0808:0808::1"
PRIVATE = """10.1.2.3 172.31.255.255 192.168.0.1 127.0.0.1 0.0.0.0 169.254.169.254 100.64.0.1 192.0.0.8 192.0.2.1
192.88.99.1 198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 ::8.8.8.8 fe80::1 fe80::1%eth0 fec0::1
fc00::1 fd12:3456::1 ff02::1 100::1 2001:db8::1 3fff::1 5f00::1 ::ffff:10.0.0.1 ::ffff:0:10.0.0.1 64:ff9b::10.0.0.1
64:ff9b::169.254.169.254 64:ff9b:1::8.8.8.8 2002:0a00:0001::1 2001:0:808:808:0:0:f5ff:fffe"""


def test_public_and_private_addresses_are_distinguished() -> None:
    assert [address for address in PUBLIC.split() if not hosts.is_public(address)] == []
    assert [address for address in PRIVATE.split() if hosts.is_public(address)] == []


@given(st.from_regex(r"https?://[a-zA-Z0-9.@:\[\]/?#%-]{0,20}", fullmatch=True))
def test_host_of_agrees_with_urlsplit(url: str) -> None:
    try:
        expected = urlsplit(url).hostname or ""
    except ValueError:
        expected = ""
    assert hosts.host_of(url) == expected


async def test_public_name_with_a_private_address_is_refused_unless_allowed(server: Server) -> None:
    url = f"http://wiki.example:{server.port}/feed"
    server.serve("/feed", "<rss/>")
    names = {"wiki.example": ["127.0.0.1"]}
    assert await get(url, names) == Failure(
        "address",
        "Roya News resolves to 127.0.0.1, in your network. To allow it, add “wiki.example” to [refresh] private_hosts.",
    )
    assert isinstance(await get(url, names, private_hosts=("wiki.example",)), Response)
    elsewhere = await get(url, names, private_hosts=("wiki.example",), user_url="http://other.example/")
    assert isinstance(elsewhere, Failure), "the setting is only for addresses that you entered"


async def test_private_address_must_not_redirect_to_another_port(server: Server) -> None:
    other = Server()
    got = await get(server.redirect("/feed", other.serve("/feed", "<rss/>")), {})
    other.stop()
    assert got.message == "Roya News resolves to 127.0.0.1, in your network, and was not read."
    assert not other.seen


async def _accepted(listening: socket.socket) -> socket.socket:
    """Wait for a connection."""
    async with asyncio.timeout(10):
        return (await asyncio.get_running_loop().sock_accept(listening))[0]


@pytest.fixture
def good_and_silent() -> Iterator[socket.socket]:
    """A server on 127.0.0.1, and one with its port on 127.0.0.2 that neither accepts nor refuses: its queue is full."""
    with contextlib.ExitStack() as stack:
        # Where one address has the port, a connection of another program may still use it at the other.
        for _ in range(20):
            good = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            listening = stack.enter_context(socket.socket())
            with contextlib.suppress(OSError):
                listening.bind(("127.0.0.2", good.getsockname()[1]))
                break
        listening.listen(0)
        waiting = []
        for _ in range(8):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(listening.getsockname())
            waiting.append(one)
        time.sleep(0.05)  # the kernel fills the queue and gives no sign of it
        yield good
        for one in waiting:
            one.close()


@pytest.mark.skipif(sys.platform != "linux", reason="needs 127.0.0.2 and full queues without a reply")
async def test_next_address_is_tried_when_one_does_not_answer(good_and_silent: socket.socket) -> None:
    good, port = good_and_silent, good_and_silent.getsockname()[1]
    names = {"shelf.local": ["127.0.0.2", "127.0.0.1"]}
    good.setblocking(False)
    asking = asyncio.create_task(get(f"http://shelf.local:{port}/feed", names, timeout=8.0))
    answering = await _accepted(good)
    with answering:
        await asyncio.get_running_loop().sock_sendall(answering, Reply(200, b"<rss/>").wire())
        assert isinstance(await asking, Response)


class ConnectionStub(httpcore.AsyncNetworkStream):
    """A connection that can only be closed."""

    closed = False

    async def aclose(self) -> None:
        self.closed = True


async def test_connect_first_keeps_one_connection_or_the_most_specific_error() -> None:
    opened: dict[str, ConnectionStub] = {}
    both = asyncio.Event()

    async def connect(address: str) -> ConnectionStub:
        opened[address] = ConnectionStub()
        if len(opened) == 2:
            both.set()
        await both.wait()  # so that both connect at the same moment
        return opened[address]

    winner = await connect_first(["one", "two", "three"], connect)
    assert winner in opened.values()
    assert [connection.closed for connection in opened.values() if connection is not winner] == [True]

    async def connect(address: str) -> ConnectionStub:
        error: OSError = ConnectionRefusedError() if address == "one" else OSError(101, "Network is unreachable")
        raise httpcore.ConnectError from error

    with pytest.raises(httpcore.ConnectError) as caught:
        await connect_first(["two", "one", "two"], connect)
    assert isinstance(caught.value.__cause__, ConnectionRefusedError)


async def test_names_are_requested_in_ascii_and_at_each_address(server: Server) -> None:
    server.serve("/feed", "<rss/>")
    got = await get(f"http://bücher.local:{server.port}/feed", {"xn--bcher-kva.local": ["127.0.0.1"]})
    assert isinstance(got, Response)
    assert server.seen[0].headers["host"] == f"xn--bcher-kva.local:{server.port}"
    server.serve("/feed", "<rss/>")
    names = {"shelf.local": ["::1", "127.0.0.1"]}
    assert isinstance(await get(f"http://shelf.local:{server.port}/feed", names), Response)


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6")
async def test_ipv6_address_is_requested() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as good:
        good.setblocking(False)
        port = good.getsockname()[1]
        asking = asyncio.create_task(get(f"http://[::1]:{port}/feed", {}))
        answering = await _accepted(good)
        with answering:
            asked = await asyncio.get_running_loop().sock_recv(answering, 65536)
            await asyncio.get_running_loop().sock_sendall(answering, Reply(200, b"<rss/>").wire())
            assert isinstance(await asking, Response)
    assert f"host: [::1]:{port}".encode() in asked.lower()


@pytest.fixture
def keep_alive_server() -> Iterator[Server]:
    server = Server(keep=True)
    yield server
    server.stop()


async def test_connection_is_reused_for_one_host(keep_alive_server: Server) -> None:
    url = keep_alive_server.serve("/feed", "<rss/>")
    moved = keep_alive_server.redirect("/old", "/feed")
    async with make_client(Refresh()) as connection:
        first = await fetch(connection, Request(url))
        assert isinstance(first, Response)
        for address in (url, moved, url):
            got = await fetch(connection, Request(address, etag=first.etag, body_hash=first.body_hash))
            assert isinstance(got, Response)
            assert got.not_modified
    assert len(keep_alive_server.seen) == 5
    assert keep_alive_server.connections == 1


async def test_connection_is_not_shared_between_names(keep_alive_server: Server) -> None:
    keep_alive_server.serve("/feed", "<rss/>")
    async with make_client(Refresh(), transport({"a.local": ["127.0.0.1"], "b.local": ["127.0.0.1"]})) as connection:
        for name in ("a.local", "b.local", "a.local"):
            assert isinstance(
                await fetch(connection, Request(f"http://{name}:{keep_alive_server.port}/feed")), Response
            )
    assert keep_alive_server.connections == 2


async def test_open_private_connection_is_not_reused_by_sources_elsewhere(keep_alive_server: Server) -> None:
    url = keep_alive_server.serve("/feed", "<rss/>")
    async with make_client(Refresh()) as connection:
        assert isinstance(await fetch(connection, Request(url)), Response)
        got = await fetch(connection, Request(url, user_url="https://news.example/"))
    assert got.kind == "address"
    assert len(keep_alive_server.seen) == 1


async def test_request_is_repeated_when_a_reused_connection_was_closed(keep_alive_server: Server) -> None:
    def close_second(*_: Any) -> Reply | None:
        return None if len(keep_alive_server.seen) == 2 else Reply(200, b"<rss/>")

    url = keep_alive_server.answer("/feed", close_second)
    async with make_client(Refresh()) as connection:
        for _ in range(2):
            assert isinstance(await fetch(connection, Request(url)), Response)
    assert (len(keep_alive_server.seen), keep_alive_server.connections) == (3, 2)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """A certificate authority that this process trusts during the test."""
    ca = trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return ca


async def get_securely(certificate: trustme.LeafCert, host: str = "shelf.local") -> Response | Failure:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    server = Server(tls=context)
    try:
        server.serve("/feed", "<rss/>")
        return await get(f"https://{host}:{server.port}/feed", {"shelf.local": ["127.0.0.1"]})
    finally:
        server.stop()


@pytest.mark.parametrize("host", ["shelf.local", "shelf.local.", "127.0.0.1"])
async def test_certificate_of_a_trusted_authority_is_accepted(authority: trustme.CA, host: str) -> None:
    certificate = authority.issue_cert("shelf.local", "127.0.0.1")
    got = await get_securely(certificate, host)
    assert isinstance(got, Response), got


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl rehash")
async def test_ssl_cert_dir_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ca = trustme.CA()
    monkeypatch.setenv("SSL_CERT_FILE", os.devnull)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    certificate = ca.issue_cert("shelf.local")
    assert isinstance(await get_securely(certificate), Failure)
    ca.cert_pem.write_to_path(tmp_path / "authority.pem")
    subprocess.run(["openssl", "rehash", tmp_path], check=True)
    assert isinstance(await get_securely(certificate), Response)


async def test_invalid_certificate_fails_with_the_reason(authority: trustme.CA) -> None:
    past, future = (datetime.datetime(year, 1, 1, tzinfo=datetime.UTC) for year in (2020, 2099))
    day = datetime.timedelta(days=1)
    other = authority.issue_cert("other.local")
    for certificate, host, message in (
        (authority.issue_cert("shelf.local", not_before=past, not_after=past + day), "shelf.local", "expired"),
        (authority.issue_cert("shelf.local", not_before=future, not_after=future + day), "shelf.local",
         "has a certificate that is not valid yet"),
        (other, "shelf.local", "certificate for another host"),
        (other, "127.0.0.1", "certificate for another IP address"),
    ):  # fmt: skip
        got = await get_securely(certificate, host)
        assert got.kind == "tls"
        assert message in got.message


async def test_silent_name_server_means_no_network() -> None:
    """It must not count as a failure of the source."""

    async def silent(host: str, port: int) -> list[str]:
        await asyncio.sleep(60)
        return []

    with pytest.raises(FetchError, match="the DNS server did not respond") as error:
        await GuardedBackend(silent, "").connect_tcp("news.example", 80, timeout=2.0)
    assert error.value.kind == "offline"
