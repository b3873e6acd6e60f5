"""All that servers do wrong, in one refresh: one message each, checked again in time, and no harm to other sources."""

import gzip
import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec.structs import replace
from tests.refresh.conftest import NOW, App
from tests.servers import Behaviour, Reply, Seen, Server, babble, bomb, endless, hang, reset, reset_at_once, rss

SOON = (600, 750)
"""Seconds until the next check after one failure: ten minutes, and a little more to spread them."""
AS_USUAL = (1800, 1800)
NEVER = (0, 0)
HOUR = 3600
NEWS = rss(("1", "Harbour café opens", "Words")).encode()
AGAIN = r" Next check: (tomorrow at |\w+ \d+ \w+ (\d+ )?at )?\d\d:\d\d\."
TIMEOUT = 10.0


@dataclass(frozen=True)
class Case:
    """What the host `name`.example sends, and the result; `kind` is "" if the feed is read anyway."""

    name: str
    behaviour: Behaviour
    kind: str = ""
    message: str = ""
    next_check: tuple[int, int] = SOON


def reply(status: int = 200, body: bytes = NEWS, **headers: str) -> Behaviour:
    fixed = Reply(status, body, {name.replace("_", "-"): value for name, value in headers.items()})
    return lambda *_: fixed


def writes(*pieces: bytes, every: float = 0.0, hangs: bool = False) -> Behaviour:
    """Write these bytes with pauses of `every` seconds, and close unless it `hangs`."""

    def behaviour(_seen: Seen, connection: socket.socket, stopped: threading.Event) -> None:
        for piece in pieces:
            connection.sendall(piece)
            if every and stopped.wait(every):
                return
        if hangs:
            stopped.wait()

    return behaviour


def counted(answer: Callable[[int], Reply]) -> Behaviour:
    """Give another response each time."""
    times = iter(range(1, 1000))
    return lambda *_: answer(next(times))


def split_bytes(data: bytes) -> tuple[bytes, ...]:
    return tuple(data[at : at + 1] for at in range(len(data)))


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
HALF = NEWS[: len(NEWS) // 2]
FLOOD = b"".join(b"X-%d: %s\r\n" % (number, b"x" * 1000) for number in range(300))
COOKIES = b"".join(b"Set-Cookie: c%d=%d\r\n" % (number, number) for number in range(1000))
MIDDLE = "closed the connection in the middle of its response."
TOO_BIG = "is larger than 1 MB and was not read. Limit: [refresh] max_bytes."
EXPANDS = "decompresses to more than 5 MB and was not read. Limit: [refresh] max_bytes."
LONG_WAIT = formatdate(NOW + 3 * HOUR, usegmt=True)

CASES = (
    # Redirects to /news of the same host, or to another address.
    *(Case(f"moved{status}", reply(status, b"", Location="/news"), next_check=AS_USUAL) for status in (301, 302)),
    *(Case(f"moved{status}", reply(status, b"", Location="/news"), next_check=AS_USUAL) for status in (307, 308)),
    Case("chain", reply(301, b"", Location="/hop4"), next_check=AS_USUAL),
    Case("long-chain", reply(308, b"", Location="/hop5"), "redirect", "redirects more than 5 times"),
    Case("circle", reply(307, b"", Location="/"), "redirect", "redirects to itself"),
    Case("pair", reply(302, b"", Location="/back"), "redirect", "redirects more than 5 times"),
    Case("nowhere", reply(302, b""), "status", "redirected without an address (302)"),
    Case("to-a-file", reply(302, b"", Location="file:///etc/hostname"), "redirect",
         "redirects to an address with file:, which is not allowed"),
    Case("to-here", reply(302, b"", Location="http://127.0.0.1:9/"), "address",
         "resolves to 127.0.0.1, in your network, and was not read"),
    Case("to-the-cloud", reply(301, b"", Location="http://169.254.169.254/latest/meta-data/"), "address",
         "resolves to 169.254.169.254, in your network"),
    Case("to-inside", reply(302, b"", Location="http://elsewhere.example/"), "address",
         "resolves to 127.0.0.1, in your network, and was not read"),
    # Status codes.
    Case("unasked", reply(304, b""), "status", "returned “not modified” to a first request"),
    Case("secret", reply(401), "status", "needs a username and password"),
    Case("forbidden", reply(403), "status", "denied access (403)"),
    Case("missing", reply(404), "status", "was not found at this address (404)"),
    Case("gone", reply(410), "gone", "was removed by its server (410) and is not checked any more", NEVER),
    Case("broken", reply(500), "status", "returned a server error (500)"),
    Case("crowded", reply(429), "status", "is limiting requests (429)"),
    Case("crowded-briefly", reply(429, Retry_After="30"), "status", "is limiting requests (429)"),
    Case("crowded-long", reply(429, Retry_After="7200"), "status", "is limiting requests (429)", (2 * HOUR, 2 * HOUR)),
    Case("crowded-until", reply(429, Retry_After=LONG_WAIT), "status", "is limiting requests", (3 * HOUR, 3 * HOUR)),
    Case("repair", reply(503, Retry_After="7200"), "status", "is overloaded", (2 * HOUR, 2 * HOUR)),
    Case("repair-until", reply(503, Retry_After=LONG_WAIT), "status", "is overloaded", (3 * HOUR, 3 * HOUR)),
    Case("repair-for-years", reply(503, Retry_After="999999999"), "status", "is overloaded", (24 * HOUR, 24 * HOUR)),
    Case("repair-somehow", reply(503, Retry_After="soon, we hope"), "status", "is overloaded"),
    # Connections.
    Case("resets", reset, "reset", MIDDLE),
    Case("resets-at-once", reset_at_once, "reset", "closed the connection without a response."),
    Case("closes", writes(), "reset", "closed the connection without a response."),
    Case("closes-in-the-headers", writes(OK[:30]), "reset", "closed the connection without a response."),
    Case("babbles", babble, "protocol", "did not return a valid HTTP response"),
    Case("hangs", hang, "timeout", f"did not respond within {TIMEOUT:.0f} s"),
    Case("hangs-in-the-body", writes(OK, b"\r\n", HALF, hangs=True), "timeout",
         f"did not respond within {TIMEOUT:.0f} s"),
    Case("drips", writes(OK, b"\r\n", *split_bytes(NEWS), every=1), "timeout",
         f"did not respond within {TIMEOUT:.0f} s"),
    Case("drips-headers", writes(*split_bytes(OK + b"\r\n" + NEWS), every=1), "timeout",
         f"did not respond within {TIMEOUT:.0f} s"),
    Case("short", writes(OK, b"Content-Length: %d\r\n\r\n" % len(NEWS), HALF), "reset", MIDDLE),
    Case("short-chunks", writes(CHUNKED, b"%x\r\n" % len(HALF), HALF, b"\r\n"), "reset", MIDDLE),
    Case("short-chunk", writes(CHUNKED, b"%x\r\n" % len(NEWS), HALF), "reset", MIDDLE),
    Case("odd-chunks", writes(CHUNKED, b"many\r\n", NEWS), "protocol", "did not return a valid HTTP response"),
    # Sizes.
    Case("huge", writes(OK, b"Content-Length: 200000000\r\n\r\n"), "too-big", TOO_BIG),
    Case("endless", endless, "too-big", TOO_BIG),
    Case("bomb", reply(body=bomb(60), Content_Encoding="gzip"), "too-big", EXPANDS),
    Case("hidden-bomb", reply(body=bomb(400)), "not-a-feed", "is not a feed. It is"),
    Case("headers", writes(OK, FLOOD, b"\r\n", NEWS), "protocol", "sent too many headers"),
    Case("long-header", writes(OK, b"X: " + b"x" * 500_000 + b"\r\n\r\n"), "protocol",
         "sent too many headers and was not read"),
    Case("cookies", writes(OK, COOKIES, b"\r\n", NEWS), next_check=AS_USUAL),
    # Wrong headers and documents.
    Case("gzip", reply(body=gzip.compress(NEWS), Content_Encoding="gzip"), next_check=AS_USUAL),
    Case("no-gzip", reply(Content_Encoding="gzip"), next_check=AS_USUAL),
    Case("silent-gzip", reply(body=gzip.compress(NEWS)), next_check=AS_USUAL),
    Case("torn-gzip", reply(body=gzip.compress(NEWS)[:-12], Content_Encoding="gzip"), "encoding",
         "sent a compressed response that ends early"),
    Case("bad-gzip", reply(body=b"\x1f\x8b no gzip", Content_Encoding="gzip"), "encoding", "damaged"),
    Case("brotli", reply(Content_Encoding="br"), "encoding", "unsupported"),
    Case("charset", reply(Content_Type="text/xml; charset=windows-1256"), next_check=AS_USUAL),
    Case("no-charset", reply(Content_Type="text/xml; charset=x-none-such"), next_check=AS_USUAL),
    Case("page", reply(body=b"<!doctype html><title>Under repair</title><p>Soon."), "not-a-feed", "is not a feed."),
    Case("cut", reply(body=b"<rss><channel><title>Roya</title><item><title>"), "not-a-feed",
         "is not a feed. It is a feed that is cut off before its first entry."),
    Case("empty", reply(body=b""), "not-a-feed", "is not a feed. It is empty."),
    Case("etags", counted(lambda n: Reply(200, NEWS, {"ETag": f'"{n}"'})), next_check=AS_USUAL),
)  # fmt: skip
PATHS: dict[str, Behaviour] = {
    "/news": reply(),
    "/back": reply(302, b"", Location="/"),
    "/hop1": reply(302, b"", Location="/news"),
    **{f"/hop{n}": reply(302, b"", Location=f"/hop{n - 1}") for n in range(2, 6)},
}
"""Other paths of each host."""


class Plain(socketserver.BaseRequestHandler):
    """Replies without TLS."""

    def handle(self) -> None:
        self.request.recv(1)
        self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


class Hosts:
    """One server for all hosts: it behaves as the case of the requested host name says."""

    def __init__(self, server: Server) -> None:
        self.port = server.port
        self.homes = {f"{case.name}.example": case.behaviour for case in CASES}
        server.answer("/", self._home)
        for path, behaviour in PATHS.items():
            server.answer(path, behaviour)

    def _home(self, seen: Seen, connection: socket.socket, stopped: threading.Event) -> Reply | None:
        return self.homes[seen.headers["host"].partition(":")[0]](seen, connection, stopped)


def self_signed(name: str) -> ssl.SSLContext:
    """Return a self-signed certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return served(trustme.LeafCert(private, certificate.public_bytes(pem), []))


def served(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.fixture
def tls_servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, tuple[int, str, str]]]:
    """TLS servers with invalid certificates, and a valid one: name → port, kind, message."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    plain = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Plain)
    threading.Thread(target=plain.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    past = datetime.now(UTC) - timedelta(days=2)
    certificates = {
        "trusted": (served(authority.issue_cert("trusted.example")), "", ""),
        "own": (self_signed("own.example"), "tls", "has a self-signed certificate"),
        "stranger": (served(trustme.CA().issue_cert("stranger.example")), "tls",
                     "has a certificate of an unknown authority"),
        "expired": (served(authority.issue_cert("expired.example", not_after=past)), "tls",
                    "has an expired certificate"),
        "other": (served(authority.issue_cert("another.example")), "tls", "has a certificate for another host"),
    }  # fmt: skip
    servers = []
    places = {"plain": (plain.server_address[1], "tls", "could not make a secure connection")}
    for name, (context, kind, message) in certificates.items():
        server = Server(tls=context)
        server.answer("/", reply())
        servers.append(server)
        places[name] = server.port, kind, message
    yield places
    for server in servers:
        server.stop()
    plain.shutdown()
    plain.server_close()


def test_each_failure_has_a_message_and_harms_no_other_source(app, server, name_server, tls_servers) -> None:
    hosts = Hosts(server)
    closed = Server()
    closed.stop()
    name_server.unknown = {"unknown.example": socket.EAI_NONAME, "unheard.example": socket.EAI_AGAIN}
    expected: dict[int, tuple[str, str, tuple[int, int]]] = {}

    def subscribe(name: str, kind: str, message: str, next_check: tuple[int, int], scheme: str, port: int) -> None:
        id = app.add(f"{scheme}://{name}.example:{port}/", name=f"The {name} post")
        expected[id] = kind, message, next_check

    good = [app.add(f"http://good{n}.example:{server.port}/news", name=f"Good {n}") for n in range(3)]
    for case in CASES:
        subscribe(case.name, case.kind, case.message, case.next_check, "http", hosts.port)
    for name, (port, kind, message) in tls_servers.items():
        subscribe(name, kind, message, SOON if kind else AS_USUAL, "https", port)
    subscribe("refused", "refused", "could not be reached: it refused the connection", SOON, "http", closed.port)
    subscribe("unknown", "dns", "host unknown.example not found", SOON, "http", hosts.port)
    subscribe("unheard", "dns", "could not be reached, but other sources could", SOON, "http", hosts.port)
    good += [app.add(f"http://good{n}.example:{server.port}/news", name=f"Good {n}") for n in range(3, 6)]
    # All resolve to this machine, which is allowed, except for "private".
    known = tuple(f"{app.source(id).url.partition('//')[2].partition(':')[0]}" for id in (*expected, *good))
    message = "resolves to 127.0.0.1, in your network. To allow it, add “private.example” to [refresh] private_hosts."
    subscribe("private", "address", message, SOON, "http", hosts.port)
    limits = replace(app.config.refresh, timeout=TIMEOUT, max_bytes=1_000_000, at_once=200, private_hosts=known)
    app.config = replace(app.config, refresh=limits)

    summary = app.refresh()

    assert [wrong for id, expected_facts in expected.items() if (wrong := _wrong(app, id, *expected_facts))] == []
    failed = sum(bool(kind) for kind, *_ in expected.values())
    assert (summary.failed, summary.waiting, summary.offline) == (failed, 0, False)
    assert [app.event(id)["state"] for id in good] == ["new"] * len(good)
    assert not any("cookie" in seen.headers for seen in server.seen)

    # Repaired servers are read again at the next check.
    hosts.homes = {f"{case.name}.example": reply() for case in CASES}
    app.now += 24 * HOUR
    summary = app.refresh()
    repaired = [id for id, case in zip(expected, CASES, strict=False) if case.kind not in ("", "gone")]
    assert {app.event(id)["state"] for id in repaired} == {"new"}
    assert {app.source(id).failures for id in repaired} == {0}
    assert {app.event(id)["state"] for id in good} == {"unchanged"}


def _wrong(app: App, id: int, kind: str, message: str, next_check: tuple[int, int]) -> str:
    """Return what is wrong with the result of one source, "" if nothing."""
    event, source, at = app.event(id), app.source(id), app.next_check(id)
    earliest, latest = next_check
    in_time = earliest <= (at or 0) - NOW <= latest
    if next_check == NEVER:
        in_time = at is None and source.paused
    if not kind:
        title = {h.title for h in app.headlines() if h.source_id == id}
        good = event["state"] == "new" and source.failures == 0 and title == {"Harbour café opens"}
    else:
        again = "" if next_check == NEVER else AGAIN
        sentence = rf"“{re.escape(source.label)}” .+\.{again}"
        good = (
            event["state"] == "failed"
            and event.get("kind") == kind
            and message in event["message"]
            and re.fullmatch(sentence, event["message"]) is not None
            and source.error == event["message"]
        )
    return "" if good and in_time else f"{source.label}: {event} next check in {(at or 0) - NOW} s"
