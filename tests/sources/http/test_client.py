"""One GET request to real servers: responses, validators, redirects, names and proxies.

tests/refresh/test_failures.py has most failures.
"""

import gzip
import zlib

import pytest
from msgspec.structs import replace
from tests.servers import Server

from roya_tui.config import Refresh
from roya_tui.model import Failure
from roya_tui.sources.http.client import Request, Response, fetch, make_client
from roya_tui.sources.http.transport import PooledTransport, system_proxy

NOW = 1_750_000_000
TIMEOUT = 30.0
"""Seconds: a busy machine may be slow."""


async def get(url: str, **request: object) -> Response | Failure:
    """Fetch `url` as a source called Roya News."""
    asked = replace(Request(url, "Roya News", NOW, timeout=TIMEOUT), **request)  # type: ignore[arg-type]
    async with make_client(Refresh()) as connection:
        return await fetch(connection, asked)


async def answer(url: str, **request: object) -> Response:
    got = await get(url, **request)
    assert isinstance(got, Response), got
    return got


async def failure(url: str, **request: object) -> Failure:
    got = await get(url, **request)
    assert isinstance(got, Failure), got
    return got


async def test_response_has_body_and_validators_and_request_has_headers(server: Server) -> None:
    modified = "Mon, 07 Jul 2025 00:00:00 GMT"
    url = server.serve("/feed", "<rss/>", "application/rss+xml", **{"Last-Modified": modified})
    got = await answer(url)
    assert (got.document.decompressed(), got.content_type, got.url) == (b"<rss/>", "application/rss+xml", url)
    assert got.etag.startswith('W/"')
    assert got.modified == modified
    headers = server.seen[0].headers
    assert headers["user-agent"].startswith("roya-tui/")
    assert headers["accept-encoding"] == "gzip, deflate"
    assert headers["host"] == f"127.0.0.1:{server.port}"
    assert "authorization" not in headers


async def test_validators_are_sent_back_exactly(server: Server) -> None:
    odd = "W/\"caf\xe9, 'x'\""
    server.reply("/feed", body="<rss/>", ETag=odd, Last_Modified="yesterday, about noon")
    first = await answer(server.url + "/feed")
    server.reply("/feed", 304)
    second = await answer(server.url + "/feed", etag=first.etag, modified=first.modified, body_hash=first.body_hash)
    assert server.seen[1].headers["if-none-match"] == odd
    assert server.seen[1].headers["if-modified-since"] == "yesterday, about noon"
    assert second.not_modified
    assert (second.etag, second.modified, second.body_hash) == (first.etag, first.modified, first.body_hash)


async def test_response_with_the_same_bytes_is_not_modified_even_with_another_etag(server: Server) -> None:
    first = await answer(server.reply("/feed", body="<rss/>", ETag='"1"'))
    server.reply("/feed", body="<rss/>", ETag='"2"')
    second = await answer(server.url + "/feed", etag=first.etag, body_hash=first.body_hash)
    assert (second.not_modified, second.document.data, second.etag) == (True, b"", '"2"')
    server.reply("/feed", body="<rss/>", ETag='"' + "x" * 5000 + '"')
    assert (await answer(server.url + "/feed")).etag == "", "too long to be sent back"


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "wire"),
    [
        ("", lambda b: b), ("identity", lambda b: b), ("gzip", gzip.compress), ("gzip", lambda b: b),
        ("x-gzip", gzip.compress),
        ("GZip", lambda b: gzip.compress(b[:500]) + gzip.compress(b[500:]) + b"\0\0"),
        ("deflate", zlib.compress), ("deflate", _raw_deflate),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [0, 1000, 1_000_003])
async def test_accepted_encodings_are_decompressed(server: Server, encoding: str, wire: object, size: int) -> None:
    body = b"<rss>" + b"x" * size
    server.reply("/feed", body=wire(body), Content_Encoding=encoding)  # type: ignore[operator]
    assert (await answer(server.url + "/feed")).document.decompressed() == body


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (204, "returned an unexpected status (204)."),
        (401, "needs a username and password, or rejected them (401). Set [auth] in config.toml."),
        (418, "refused the request (418)."),
        (511, "could not be reached: sign in to this network in your browser first (511)."),
    ],
)  # fmt: skip
async def test_status_has_a_message(server: Server, status: int, message: str) -> None:
    failed = await failure(server.reply("/feed", status))
    assert (failed.kind, failed.message, failed.retry_at) == ("status", f"Roya News {message}", None)


@pytest.mark.parametrize(
    ("status", "wait", "retry_at"),
    [
        (429, {"Retry_After": "120"}, NOW + 120), (503, {"Retry_After": "7200"}, NOW + 7200),
        (503, {"Retry_After": "Sun, 15 Jun 2025 16:06:40 GMT"}, 1_750_003_600),
        (429, {"Retry_After": "soon"}, NOW + 600), (429, {}, NOW + 600), (503, {}, None),
        (503, {"Retry_After": "999999999999"}, NOW + 86400),
        (503, {"Retry_After": "Sun, 15 Jun 2024 16:06:40 GMT"}, NOW),
    ],
)  # fmt: skip
async def test_retry_after_is_read(server: Server, status: int, wait: dict[str, str], retry_at: int | None) -> None:
    assert (await failure(server.reply("/feed", status, **wait))).retry_at == retry_at


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache-Control": "max-age=600"}, 600),
        ({"Cache-Control": "public, Max-Age=60, must-revalidate"}, 60),
        ({"Cache-Control": "s-maxage=5"}, None),
        ({"Cache-Control": "no-store"}, None),
        ({"Expires": "Sun, 15 Jun 2025 16:06:40 GMT", "Date": "Sun, 15 Jun 2025 15:06:40 GMT"}, 3600),
        ({"Expires": "Sun, 15 Jun 2025 14:06:40 GMT", "Date": "Sun, 15 Jun 2025 15:06:40 GMT"}, 0),
        ({"Expires": "0", "Date": "Sun, 15 Jun 2025 15:06:40 GMT"}, None),
        ({"Expires": "Sun, 15 Jun 2025 16:06:40 GMT"}, None),
        ({"Cache-Control": "max-age=60", "Expires": "Sun, 15 Jun 2095 16:06:40 GMT"}, 60),
        ({"Cache-Control": "max-age=600", "Age": "250"}, 350),
        ({"Cache-Control": "max-age=600", "Age": "9999999999999"}, 0),
    ],
)
async def test_max_age_is_read_from_headers(server: Server, headers: dict[str, str], seconds: int | None) -> None:
    assert (await answer(server.reply("/feed", body="<rss/>", **headers))).max_age == seconds


async def test_cookies_are_ignored_however_many(server: Server) -> None:
    lines = "".join(f"Set-Cookie: c{n}={n}\r\n" for n in range(1000)).removesuffix("\r\n")
    url = server.reply("/feed", body="<rss/>", X_First="x\r\n" + lines)
    async with make_client(Refresh()) as connection:
        for _ in range(2):
            assert isinstance(await fetch(connection, Request(url, timeout=TIMEOUT)), Response)
    assert "cookie" not in server.seen[1].headers


@pytest.mark.parametrize(("status", "moves"), [(301, True), (308, True), (302, False), (303, False), (307, False)])
async def test_redirects_are_followed_and_permanent_ones_move_the_source(server, status: int, moves: bool) -> None:
    new = server.serve("/new", "<rss/>")
    got = await answer(server.redirect("/old", "/new", status))
    assert (got.document.decompressed(), got.url) == (b"<rss/>", new)
    assert got.moved_to == (new if moves else "")


async def test_move_ends_at_the_first_temporary_redirect(server: Server) -> None:
    server.serve("/c", "<rss/>")
    server.redirect("/b", "/c", 302)
    got = await answer(server.redirect("/a", "/b", 301))
    assert got.moved_to == server.url + "/b"


@pytest.mark.parametrize(
    ("to", "kind", "message"),
    [
        ("ftp://127.0.0.1/feed", "redirect", "an address with ftp:"),
        ("http://10.0.0.1/", "address", "10.0.0.1"),
        ("http://[::1]/", "address", "::1"),
        ("http://[::ffff:10.0.0.1]/", "address", "in your network"),
        ("http://[64:ff9b:1::a00:1]/", "address", "in your network"),
        ("http://localhost/", "address", "in your network"),
        ("http://127.0.0.1:99999999/", "address", "an invalid address"),
        ("http://127.0.0.1:0/", "address", "an invalid address"),
        ("\x1b[2J", "redirect", "redirects to an invalid address"),
        ("http://\x9b31m.example/", "redirect", "redirects to an invalid address"),
        ("http://xn--\x80/", "redirect", "redirects to an invalid address"),
        ("/" + "a" * 70_000, "redirect", "redirects to an invalid address"),
    ],
)
async def test_redirect_to_a_forbidden_address_is_refused(server: Server, to: str, kind: str, message: str) -> None:
    failed = await failure(server.redirect("/feed", to))
    assert failed.kind == kind
    assert message in failed.message


async def test_credentials_in_the_address_are_sent_to_its_origin_only(server: Server) -> None:
    """The server is a proxy here, so it is each host."""
    base, other = "http://reader:secret@news.example", "http://other.example"
    server.serve(other + "/feed", "<rss/>")
    server.redirect("http://news.example/far", other + "/feed", 301)
    server.redirect("http://news.example/near", "/here", 301)
    server.redirect("http://news.example/there-and-back", other + "/back")
    server.redirect(other + "/back", "http://news.example/here")
    server.serve("http://news.example/here", "<rss/>")
    elsewhere, same_host = await _ask_through(server.url, base + "/far"), await _ask_through(server.url, base + "/near")
    assert isinstance(elsewhere, Response)
    assert isinstance(same_host, Response)
    assert elsewhere.moved_to == other + "/feed"
    assert same_host.moved_to == base + "/here"
    await _ask_through(server.url, base + "/there-and-back")
    with_password = {seen.path for seen in server.seen if "authorization" in seen.headers}
    assert with_password == {f"http://news.example/{path}" for path in ("far", "near", "here", "there-and-back")}
    assert "authorization" not in server.seen[-1].headers, "another origin chose this address"


async def _ask_with_names(server: Server, url: str, names: dict[str, list[str] | OSError], typed: str = "") -> object:
    looked_up = []

    async def look_up(host: str, port: int) -> list[str]:
        looked_up.append(host)
        found = names[host]
        if isinstance(found, OSError):
            raise found
        return found

    async with make_client(Refresh(), PooledTransport(look_up, lambda *_: "")) as connection:
        got = await fetch(connection, Request(url, "Roya News", timeout=TIMEOUT, user_url=typed))
    assert len(looked_up) == len(set(looked_up)), "a name must be looked up only once"
    return got


async def test_name_with_a_private_address_is_refused(server: Server) -> None:
    # Else a public name could reach this machine (DNS rebinding).
    url = f"http://news.example:{server.port}/feed"
    server.serve("/feed", "<rss/>")
    for found in (["127.0.0.1"], ["203.0.113.9", "127.0.0.1"], ["::ffff:127.0.0.1"], ["0.0.0.0"], ["100.64.0.1"]):
        got = await _ask_with_names(server, url, {"news.example": found})
        assert got.kind == "address"
    assert not server.seen
    url, names = f"http://shelf.local:{server.port}/feed", {"shelf.local": ["127.0.0.1"]}
    got = await _ask_with_names(server, url, names, typed="http://news.example/")
    assert got.kind == "address"


@pytest.mark.parametrize(
    "url", ["http://", "http://[bad/", "http://a b/", "ftp://example/", "nonsense", "http://localhost:0/"]
)
async def test_invalid_address_fails_with_a_message(url: str) -> None:
    failed = await failure(url)
    assert (failed.kind, failed.message) == ("address", "Roya News has an invalid address. Correct it.")


async def test_message_has_no_control_characters(server: Server) -> None:
    server.reply("/feed", 302, Location="ja\x9bvascript:alert(1)")
    async with make_client(Refresh()) as connection:
        failed = await fetch(connection, Request(server.url + "/feed", "Ro\x1b[31mya\nNews"))
    assert failed.message.isprintable()


async def _ask_through(proxy: str, url: str) -> Response | Failure:
    async with make_client(Refresh(), PooledTransport(proxy_for=lambda *_: proxy)) as connection:
        return await fetch(connection, Request(url, "Roya News", timeout=TIMEOUT))


async def test_proxy_is_used_for_public_addresses_only(server: Server) -> None:
    server.serve("http://news.example/rss", "<rss/>")
    got = await _ask_through(server.url, "http://news.example/rss")
    assert got.document.decompressed() == b"<rss/>"
    server.serve("/feed", "<rss/>")
    assert isinstance(await _ask_through("http://127.0.0.1:9/", server.url + "/feed"), Response)
    server.redirect("http://news.example/rss", "http://10.0.0.1/")
    got = await _ask_through(server.url, "http://news.example/rss")
    assert got.kind == "address"


async def test_unusable_proxy_fails_without_its_password_in_the_message(server: Server) -> None:
    server.reply("news.example:443", 403)
    refusing = await _ask_through(server.url.replace("//", "//me:secret@"), "https://news.example/rss")
    port = server.port
    server.stop()
    dead = await _ask_through(f"http://me:secret@127.0.0.1:{port}", "http://news.example/rss")
    message = f"Roya News could not be reached through the proxy http://127.0.0.1:{port}."
    assert refusing == dead == Failure("proxy", message)
    socks = await _ask_through("socks5://127.0.0.1:9", "http://news.example/rss")
    message = "Roya News could not be reached: socks5 proxies are not supported, only http."
    assert socks == Failure("proxy", message)


def test_proxy_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("all_proxy", "socks5://tor.example")
    monkeypatch.setenv("no_proxy", "quiet.example")
    assert system_proxy("https", "news.example") == "http://proxy.example:3128"
    assert system_proxy("http", "news.example") == "socks5://tor.example"
    assert system_proxy("https", "quiet.example") == ""
