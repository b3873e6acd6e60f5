"""Connections: which address is used, what is checked of it, who may share one, and how https fails in words."""

from __future__ import annotations

import asyncio
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


def ways(names: dict[str, list[str]]) -> PooledTransport:
    """Ways out of a machine whose name server knows `names` alone."""

    async def look_up(host: str, port: int) -> list[str]:
        if host not in names:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return names[host]

    return PooledTransport(look_up, lambda *_: "")


async def get(url: str, names: dict[str, list[str]], **facts: Any) -> Response | Failure:
    async with make_client(Refresh(), ways(names)) as connection:
        return await fetch(connection, Request(url, "Roya News", **{"timeout": 5.0, **facts}))


# What is private.


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("10.1.2.3", False),
        ("172.31.255.255", False),
        ("192.168.0.1", False),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("192.0.0.8", False),
        ("192.0.2.1", False),
        ("192.88.99.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("2606:4700::1", True),
        ("::", False),
        ("::1", False),
        ("::7f00:1", False),
        ("::8.8.8.8", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("fc00::1", False),
        ("fd12:3456::1", False),
        ("ff02::1", False),
        ("100::1", False),
        ("2001:db8::1", False),
        ("3fff::1", False),
        ("5f00::1", False),
        ("::ffff:8.8.8.8", True),
        ("::ffff:10.0.0.1", False),
        ("::ffff:0:10.0.0.1", False),
        ("64:ff9b::8.8.8.8", True),
        ("64:ff9b::10.0.0.1", False),
        ("64:ff9b::169.254.169.254", False),
        ("64:ff9b:1::8.8.8.8", False),
        ("2002:0808:0808::1", True),
        ("2002:0a00:0001::1", False),
        ("2001:0:808:808:0:0:f5ff:fffe", False),
    ],
)
def test_what_belongs_to_the_open_internet(address: str, public: bool) -> None:
    assert hosts.is_public(address) is public


@given(st.from_regex(r"https?://[a-zA-Z0-9.@:\[\]/?#%-]{0,20}", fullmatch=True))
def test_the_short_way_to_a_host_agrees_with_the_long_one(url: str) -> None:
    try:
        expected = urlsplit(url).hostname or ""
    except ValueError:
        expected = ""
    assert hosts.host_of(url) == expected


async def test_a_typed_public_name_that_leads_inside_is_refused_with_the_way_out(server: Server) -> None:
    url = f"http://wiki.example:{server.port}/feed"
    server.serve("/feed", "<rss/>")
    names = {"wiki.example": ["127.0.0.1"]}
    assert await get(url, names) == Failure(
        "address",
        'Roya News leads to 127.0.0.1, inside your own network; if that is meant, put "wiki.example" into '
        "refresh.inside in config.toml.",
    )
    assert isinstance(await get(url, names, private_hosts=("wiki.example",)), Response)
    elsewhere = await get(url, names, private_hosts=("wiki.example",), user_url="http://other.example/")
    assert isinstance(elsewhere, Failure), "a page must not make use of what the person may do"


async def test_a_private_place_leads_to_no_other_port_of_itself(server: Server) -> None:
    other = Server()
    got = await get(server.redirect("/feed", other.serve("/feed", "<rss/>")), {})
    other.stop()
    assert isinstance(got, Failure)
    assert got.message == "Roya News leads to 127.0.0.1, inside your own network (refused)."
    assert not other.seen


# Names and addresses.


async def _accepted(listening: socket.socket) -> socket.socket:
    """Wait for a connection, not for ever."""
    async with asyncio.timeout(10):
        return (await asyncio.get_running_loop().sock_accept(listening))[0]


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A place on 127.0.0.2 that takes no connection and refuses none: its queue is full."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.2", 0))
        listening.listen(0)
        waiting = []
        for _ in range(8):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(listening.getsockname())
            waiting.append(one)
        time.sleep(0.05)  # the kernel's own work, of which it tells nobody
        yield listening
        for one in waiting:
            one.close()


@pytest.mark.skipif(sys.platform != "linux", reason="needs 127.0.0.2, and a full queue that keeps silent")
async def test_an_address_that_does_not_answer_holds_nobody_up(silent: socket.socket) -> None:
    port = silent.getsockname()[1]
    names = {"shelf.local": ["127.0.0.2", "127.0.0.1"]}
    with socket.create_server(("127.0.0.1", port)) as good:
        good.setblocking(False)
        asking = asyncio.create_task(get(f"http://shelf.local:{port}/feed", names, timeout=8.0))
        answering = await _accepted(good)
        with answering:
            await asyncio.get_running_loop().sock_sendall(answering, Reply(200, b"<rss/>").wire())
            assert isinstance(await asking, Response)


async def test_a_machine_that_answers_on_one_of_its_addresses_is_reached(server: Server) -> None:
    server.serve("/feed", "<rss/>")
    names = {"shelf.local": ["::1", "127.0.0.1"]}
    assert isinstance(await get(f"http://shelf.local:{server.port}/feed", names), Response)


class Line(httpcore.AsyncNetworkStream):
    """A connection that only knows whether it was closed."""

    closed = False

    async def aclose(self) -> None:
        self.closed = True


async def test_only_the_winner_of_two_stays_open() -> None:
    opened: dict[str, Line] = {}
    both = asyncio.Event()

    async def connect(address: str) -> Line:
        opened[address] = Line()
        if len(opened) == 2:
            both.set()
        await both.wait()  # so that both are there at the same moment
        return opened[address]

    winner = await connect_first(["one", "two", "three"], connect)
    assert winner in opened.values()
    assert [line.closed for line in opened.values() if line is not winner] == [True]


async def test_what_an_address_said_counts_more_than_that_one_is_out_of_reach() -> None:
    async def connect(address: str) -> Line:
        error: OSError = ConnectionRefusedError() if address == "one" else OSError(101, "Network is unreachable")
        raise httpcore.ConnectError from error

    with pytest.raises(httpcore.ConnectError) as caught:
        await connect_first(["two", "one", "two"], connect)
    assert isinstance(caught.value.__cause__, ConnectionRefusedError)


async def test_a_name_in_another_script_is_asked_for_in_its_ascii_form(server: Server) -> None:
    server.serve("/feed", "<rss/>")
    got = await get(f"http://bücher.local:{server.port}/feed", {"xn--bcher-kva.local": ["127.0.0.1"]})
    assert isinstance(got, Response)
    assert server.seen[0].headers["host"] == f"xn--bcher-kva.local:{server.port}"


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6")
async def test_a_literal_ipv6_address_is_asked() -> None:
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


# Kept connections.


@pytest.fixture
def keeping() -> Iterator[Server]:
    server = Server(keep=True)
    yield server
    server.stop()


async def test_a_connection_serves_one_question_after_another(keeping: Server) -> None:
    url = keeping.serve("/feed", "<rss/>")
    moved = keeping.redirect("/old", "/feed")
    async with make_client(Refresh()) as connection:
        first = await fetch(connection, Request(url))
        assert isinstance(first, Response)
        for address in (url, moved, url):
            got = await fetch(connection, Request(address, etag=first.etag, body_hash=first.body_hash))
            assert isinstance(got, Response)
            assert got.not_modified
    assert len(keeping.seen) == 5
    assert keeping.connections == 1


async def test_a_connection_belongs_to_one_name(keeping: Server) -> None:
    keeping.serve("/feed", "<rss/>")
    async with make_client(Refresh(), ways({"a.local": ["127.0.0.1"], "b.local": ["127.0.0.1"]})) as connection:
        for name in ("a.local", "b.local", "a.local"):
            assert isinstance(await fetch(connection, Request(f"http://{name}:{keeping.port}/feed")), Response)
    assert keeping.connections == 2


async def test_a_kept_connection_to_a_private_place_is_no_way_in_for_others(keeping: Server) -> None:
    url = keeping.serve("/feed", "<rss/>")
    async with make_client(Refresh()) as connection:
        assert isinstance(await fetch(connection, Request(url)), Response)
        got = await fetch(connection, Request(url, user_url="https://news.example/"))
    assert isinstance(got, Failure)
    assert got.kind == "address"
    assert len(keeping.seen) == 1


async def test_a_server_that_hangs_up_between_two_questions_is_asked_again(keeping: Server) -> None:
    def tired(*_: Any) -> Reply | None:
        return None if len(keeping.seen) == 2 else Reply(200, b"<rss/>")

    url = keeping.answer("/feed", tired)
    async with make_client(Refresh()) as connection:
        for _ in range(2):
            assert isinstance(await fetch(connection, Request(url)), Response)
    assert (len(keeping.seen), keeping.connections) == (3, 2)


# https.


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that this machine trusts while the test runs."""
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
async def test_a_certificate_of_a_trusted_authority_is_good(authority: trustme.CA, host: str) -> None:
    certificate = authority.issue_cert("shelf.local", "127.0.0.1")
    got = await get_securely(certificate, host)
    assert isinstance(got, Response), got


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl gives such folders their form")
async def test_a_folder_of_trusted_authorities_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ca = trustme.CA()
    monkeypatch.setenv("SSL_CERT_FILE", os.devnull)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    certificate = ca.issue_cert("shelf.local")
    assert isinstance(await get_securely(certificate), Failure)
    ca.cert_pem.write_to_path(tmp_path / "authority.pem")
    subprocess.run(["openssl", "rehash", tmp_path], check=True)
    assert isinstance(await get_securely(certificate), Response)


async def test_certificates_that_are_not_good_are_told_in_words(authority: trustme.CA) -> None:
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    expired = authority.issue_cert("shelf.local", not_before=past, not_after=past + datetime.timedelta(days=1))
    unknown = trustme.CA().issue_cert("shelf.local")
    other = authority.issue_cert("other.local")
    future = datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC)
    early = authority.issue_cert("shelf.local", not_before=future, not_after=future + datetime.timedelta(days=1))
    for certificate, host, words in (
        (expired, "shelf.local", "has a certificate that has expired"),
        (early, "shelf.local", "has a certificate that is not valid yet"),
        (unknown, "shelf.local", "has a certificate of an authority that this machine does not know"),
        (other, "shelf.local", "shows a certificate for another name"),
        (other, "127.0.0.1", "shows a certificate for another address"),
    ):
        got = await get_securely(certificate, host)
        assert isinstance(got, Failure)
        assert got.kind == "tls"
        assert words in got.message


async def test_a_name_server_that_keeps_silent_is_a_missing_network() -> None:
    """It says nothing of the source, which must not count as failing for it."""

    async def silent(host: str, port: int) -> list[str]:
        await asyncio.sleep(60)
        return []

    with pytest.raises(FetchError, match="the name server does not answer") as told:
        await GuardedBackend(silent, "").connect_tcp("news.example", 80, timeout=2.0)
    assert told.value.kind == "offline"
