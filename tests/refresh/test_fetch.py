"""One GET against real servers, well-behaved and not: what comes back, and in which words it fails."""

from __future__ import annotations

import base64
import gzip
import socket
import zlib

import pytest
from msgspec.structs import replace
from tests.servers import Behaviour, Server, babble, bomb, drip, endless, hang, reset

from roya_tui.config import Refresh
from roya_tui.model import Failure
from roya_tui.sources.http.client import Request, Response, fetch, make_client
from roya_tui.sources.http.transport import PooledTransport, system_proxy

NOW = 1_750_000_000
SHORT, LONG = 0.4, 30.0
"""Seconds for servers that never answer, and for those that do: a busy machine may take long."""


async def get(url: str, **request: object) -> Response | Failure:
    """Fetch `url` as a source called Roya News."""
    asked = replace(Request(url, "Roya News", NOW, timeout=LONG), **request)  # type: ignore[arg-type]
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


async def test_an_answer_carries_body_and_validators(server: Server) -> None:
    url = server.serve("/feed", "<rss/>", "application/rss+xml", **{"Last-Modified": "Mon, 07 Jul 2025 00:00:00 GMT"})
    got = await answer(url)
    assert (got.document.decompressed(), got.content_type) == (b"<rss/>", "application/rss+xml")
    assert got.url == url
    assert got.etag.startswith('W/"')
    assert got.modified == "Mon, 07 Jul 2025 00:00:00 GMT"


async def test_validators_go_back_exactly_as_they_came(server: Server) -> None:
    odd = "W/\"caf\xe9, 'x'\""
    server.reply("/feed", body="<rss/>", ETag=odd, Last_Modified="yesterday, about noon")
    first = await answer(server.url + "/feed")
    server.reply("/feed", 304)
    second = await answer(server.url + "/feed", etag=first.etag, modified=first.modified, body_hash=first.body_hash)
    assert server.seen[1].headers["if-none-match"] == odd
    assert server.seen[1].headers["if-modified-since"] == "yesterday, about noon"
    assert second.not_modified
    assert (second.etag, second.modified, second.body_hash) == (first.etag, first.modified, first.body_hash)


async def test_the_same_bytes_again_are_unchanged(server: Server) -> None:
    url = server.reply("/feed", body="<rss/>")
    first = await answer(url)
    second = await answer(url, body_hash=first.body_hash)
    assert second.not_modified
    assert second.document.data == b""


async def test_the_question_says_who_asks_and_what_it_can_read(server: Server) -> None:
    await answer(server.serve("/feed", "<rss/>"))
    headers = server.seen[0].headers
    assert headers["user-agent"].startswith("roya-tui/")
    assert headers["accept-encoding"] == "gzip, deflate"
    assert headers["host"] == f"127.0.0.1:{server.port}"
    assert "authorization" not in headers


async def test_cookies_are_neither_kept_nor_sent(server: Server) -> None:
    url = server.reply("/feed", body="<rss/>", Set_Cookie="who=you")
    async with make_client(Refresh()) as connection:
        for _ in range(2):
            await fetch(connection, Request(url, timeout=LONG))
    assert "cookie" not in server.seen[1].headers


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "wire"),
    [
        ("", lambda b: b),
        ("identity", lambda b: b),
        ("gzip", gzip.compress),
        ("gzip", lambda b: b),
        ("x-gzip", gzip.compress),
        ("GZip", lambda b: gzip.compress(b[:500]) + gzip.compress(b[500:]) + b"\0\0"),
        ("deflate", zlib.compress),
        ("deflate", _raw_deflate),
    ],
)
@pytest.mark.parametrize("size", [0, 1000, 1_000_003])
async def test_every_encoding_we_ask_for_is_undone(server: Server, encoding: str, wire: object, size: int) -> None:
    body = b"<rss>" + b"x" * size
    server.reply("/feed", body=wire(body), Content_Encoding=encoding)  # type: ignore[operator]
    assert (await answer(server.url + "/feed")).document.decompressed() == body


@pytest.mark.parametrize(
    ("encoding", "body", "words"),
    [
        ("br", b"xxxx", "Roya News sent an answer that is compressed in a way we did not ask for."),
        ("gzip", b"\x1f\x8b no gzip at all", "Roya News sent an answer that is damaged on its way."),
        ("deflate", b"\xff\xff\xff", "Roya News sent an answer that is damaged on its way."),
        ("gzip", gzip.compress(b"x" * 5000)[:-12], "Roya News sent an answer that is broken off in the middle."),
    ],
    ids="brotli no-gzip no-deflate torn-gzip".split(),  # what gzip packs has the time in it, an id must not
)
async def test_a_bad_encoding_is_told(server: Server, encoding: str, body: bytes, words: str) -> None:
    failed = await failure(server.reply("/feed", body=body, Content_Encoding=encoding))
    assert (failed.kind, failed.message) == ("encoding", words)


@pytest.mark.parametrize(
    ("behaviour", "patience", "kind", "words"),
    [
        (hang, SHORT, "timeout", "Roya News did not answer in 0.4 s."),
        (drip, SHORT, "timeout", "Roya News did not answer in 0.4 s."),
        (reset, LONG, "reset", "Roya News closed the connection in the middle of its answer."),
        (lambda *_: None, LONG, "reset", "Roya News closed the connection before its answer was whole."),
        (babble, LONG, "protocol", "Roya News does not answer in the language of the web (HTTP)."),
    ],
)
async def test_a_server_that_does_not_answer_is_told_in_words(
    server: Server, behaviour: Behaviour, patience: float, kind: str, words: str
) -> None:
    failed = await failure(server.answer("/feed", behaviour), timeout=patience)
    assert (failed.kind, failed.message) == (kind, words)


async def test_a_server_that_is_gone_is_told_in_words(server: Server) -> None:
    url = server.serve("/feed", "<rss/>")
    server.stop()
    failed = await failure(url)
    assert (failed.kind, failed.message) == ("refused", "Roya News is not there: its machine refuses the connection.")


async def test_a_plain_server_behind_https_is_told_in_words(server: Server) -> None:
    failed = await failure(server.serve("/feed", "<rss/>").replace("http:", "https:"), timeout=SHORT * 2)
    assert failed.kind in ("tls", "timeout")
    assert failed.message.startswith("Roya News d")


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (204, "status", "Roya News gave an answer that is none (204)."),
        (304, "status", "Roya News says that nothing has changed since we asked, and we never have (304)."),
        (403, "status", "Roya News does not let us read it (403)."),
        (404, "status", "Roya News has nothing at this address (404)."),
        (
            401,
            "status",
            "Roya News wants a name and a password, or others than it was given (401); [auth] in "
            "config.toml is the place for them.",
        ),
        (410, "gone", "Roya News is gone for good (410), and is not asked any more."),
        (418, "status", "Roya News refuses the question (418)."),
        (500, "status", "Roya News has trouble of its own (500)."),
        (
            511,
            "status",
            "Roya News is not reached: this network wants you to sign in first, on any page in the browser (511).",
        ),
    ],
)
async def test_statuses_become_words(server: Server, status: int, kind: str, words: str) -> None:
    failed = await failure(server.reply("/feed", status))
    assert (failed.kind, failed.message, failed.retry_at) == (kind, words, None)


@pytest.mark.parametrize(
    ("status", "wait", "retry_at"),
    [
        (429, {"Retry_After": "120"}, NOW + 120),
        (503, {"Retry_After": "7200"}, NOW + 7200),
        (503, {"Retry_After": "Sun, 15 Jun 2025 16:06:40 GMT"}, 1_750_003_600),
        (429, {"Retry_After": "soon"}, NOW + 600),
        (429, {}, NOW + 600),
        (503, {}, None),
        (503, {"Retry_After": "999999999999"}, NOW + 86400),
        (503, {"Retry_After": "Sun, 15 Jun 2024 16:06:40 GMT"}, NOW),
    ],
)
async def test_retry_after_is_understood(
    server: Server, status: int, wait: dict[str, str], retry_at: int | None
) -> None:
    assert (await failure(server.reply("/feed", status, **wait))).retry_at == retry_at


@pytest.mark.parametrize(
    ("field", "seconds"),
    [("max-age=600", 600), ("public, Max-Age=60, must-revalidate", 60), ("s-maxage=5", None), ("no-store", None)],
)
async def test_max_age_is_read(server: Server, field: str, seconds: int | None) -> None:
    assert (await answer(server.reply("/feed", body="<rss/>", Cache_Control=field))).max_age == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Expires": "Sun, 15 Jun 2025 16:06:40 GMT", "Date": "Sun, 15 Jun 2025 15:06:40 GMT"}, 3600),
        ({"Expires": "Sun, 15 Jun 2025 14:06:40 GMT", "Date": "Sun, 15 Jun 2025 15:06:40 GMT"}, 0),
        ({"Expires": "0", "Date": "Sun, 15 Jun 2025 15:06:40 GMT"}, None),
        ({"Expires": "Sun, 15 Jun 2025 16:06:40 GMT"}, None),
        ({"Cache-Control": "max-age=60", "Expires": "Sun, 15 Jun 2095 16:06:40 GMT"}, 60),
        ({"Cache-Control": "max-age=600", "Age": "250"}, 350),
        ({"Cache-Control": "max-age=600", "Age": "9999999999999"}, 0),
    ],
)
async def test_how_long_an_answer_stays_fresh(server: Server, headers: dict[str, str], seconds: int | None) -> None:
    assert (await answer(server.reply("/feed", body="<rss/>", **headers))).max_age == seconds


async def test_an_etag_that_always_changes_costs_no_parsing(server: Server) -> None:
    server.reply("/feed", body="<rss/>", ETag='"1"')
    first = await answer(server.url + "/feed")
    server.reply("/feed", body="<rss/>", ETag='"2"')
    second = await answer(server.url + "/feed", etag=first.etag, body_hash=first.body_hash)
    assert (second.not_modified, second.etag) == (True, '"2"')


async def test_a_validator_too_long_to_be_carried_to_and_fro_is_dropped(server: Server) -> None:
    got = await answer(server.reply("/feed", body="<rss/>", ETag='"' + "x" * 5000 + '"'))
    assert got.etag == ""


async def test_a_flood_of_headers_is_cut_off(server: Server) -> None:
    flood = {f"X_{n}": "x" * 1000 for n in range(300)}
    failed = await failure(server.reply("/feed", body="<rss/>", **flood))
    assert (failed.kind, failed.message) == (
        "protocol",
        "Roya News sends more headers than anyone needs, and was not read.",
    )


async def test_cookies_without_end_are_passed_over(server: Server) -> None:
    lines = "".join(f"Set-Cookie: c{n}={n}\r\n" for n in range(1000)).removesuffix("\r\n")
    url = server.reply("/feed", body="<rss/>", X_First="x\r\n" + lines)
    async with make_client(Refresh()) as connection:
        for _ in range(2):
            assert isinstance(await fetch(connection, Request(url, timeout=LONG)), Response)
    assert "cookie" not in server.seen[1].headers


# Size.


async def test_a_body_that_says_it_is_too_large_is_not_read(server: Server) -> None:
    url = server.reply("/feed", body=b"<rss>", Content_Length="200000000")
    failed = await failure(url, max_bytes=100_000)
    assert failed.kind == "too-big"
    assert failed.message == "Roya News is larger than 0.1 MB, and was not read."


async def test_an_endless_body_is_cut_off(server: Server) -> None:
    assert (await failure(server.answer("/feed", endless), max_bytes=1_000_000)).kind == "too-big"


async def test_a_gzip_bomb_is_cut_off(server: Server) -> None:
    url = server.reply("/feed", body=bomb(60), Content_Encoding="gzip")
    failed = await failure(url, max_bytes=1_000_000)
    assert failed.kind == "too-big"
    assert failed.message == "Roya News unpacks to far more than it should, and was not read."


# Redirects.


@pytest.mark.parametrize(("status", "moves"), [(301, True), (308, True), (302, False), (303, False), (307, False)])
async def test_redirects_are_followed_and_only_permanent_ones_move(server: Server, status: int, moves: bool) -> None:
    new = server.serve("/new", "<rss/>")
    got = await answer(server.redirect("/old", "/new", status))
    assert (got.document.decompressed(), got.url) == (b"<rss/>", new)
    assert got.moved_to == (new if moves else "")


async def test_a_move_ends_at_the_first_hop_that_is_not_for_good(server: Server) -> None:
    server.serve("/c", "<rss/>")
    server.redirect("/b", "/c", 302)
    got = await answer(server.redirect("/a", "/b", 301))
    assert got.moved_to == server.url + "/b"


async def test_five_hops_are_followed_and_no_more(server: Server) -> None:
    server.serve("/6", "<rss/>")
    for hop in range(6):
        server.redirect(f"/{hop}", f"/{hop + 1}")
    assert (await answer(server.url + "/1")).document.data
    failed = await failure(server.url + "/0")
    assert failed.kind == "redirect"
    assert failed.message == "Roya News sends us on and on (more than 5 redirects)."


@pytest.mark.parametrize(
    ("to", "kind", "words"),
    [
        ("/feed", "redirect", "sends us round in a circle"),
        ("/other", "redirect", "on and on"),
        ("file:///etc/hostname", "redirect", "a file: address, which is refused"),
        ("ftp://127.0.0.1/feed", "redirect", "a ftp: address"),
        ("http://169.254.169.254/latest", "address", "leads to 169.254.169.254, inside your own network"),
        ("http://10.0.0.1/", "address", "10.0.0.1"),
        ("http://[::1]/", "address", "::1"),
        ("http://[::ffff:10.0.0.1]/", "address", "inside your own network"),
        ("http://[64:ff9b:1::a00:1]/", "address", "inside your own network"),
        ("http://localhost/", "address", "inside your own network"),
        ("http://127.0.0.1/", "address", "leads to 127.0.0.1, inside your own network (refused)"),
        ("http://127.0.0.1:99999999/", "address", "leads nowhere"),
        ("http://127.0.0.1:0/", "address", "leads nowhere"),
        ("\x1b[2J", "redirect", "sends us on to an address that is none"),
        ("http://\x9b31m.example/", "redirect", "sends us on to an address that is none"),
        ("http://xn--\x80/", "redirect", "sends us on to an address that is none"),
        ("/" + "a" * 70_000, "redirect", "sends us on to an address that is none"),
    ],
)
async def test_redirects_to_where_we_must_not_go_are_refused(server: Server, to: str, kind: str, words: str) -> None:
    server.redirect("/other", "/feed")
    failed = await failure(server.redirect("/feed", to))
    assert failed.kind == kind
    assert words in failed.message


async def test_credentials_are_used_and_never_told(server: Server) -> None:
    server.serve("/feed", "<rss/>")
    url = f"http://reader:s%40cret@127.0.0.1:{server.port}/feed"
    got = await answer(url)
    expected = "Basic " + base64.b64encode(b"reader:s@cret").decode()
    assert server.seen[0].headers["authorization"] == expected
    assert "cret" not in got.url
    server.reply("/feed", 404)
    async with make_client(Refresh()) as connection:
        failed = await fetch(connection, Request(url))
    assert isinstance(failed, Failure)
    assert "127.0.0.1" in failed.message
    assert "cret" not in failed.message


async def test_credentials_do_not_follow_to_another_origin(server: Server) -> None:
    """The server is a proxy here, through which there are as many hosts as a test needs."""
    base, other = "http://reader:secret@news.example", "http://other.example"
    server.serve(other + "/feed", "<rss/>")
    server.redirect("http://news.example/far", other + "/feed", 301)
    server.redirect("http://news.example/near", "/here", 301)
    server.redirect("http://news.example/there-and-back", other + "/back")
    server.redirect(other + "/back", "http://news.example/here")
    server.serve("http://news.example/here", "<rss/>")
    far, near = await _ask_through(server.url, base + "/far"), await _ask_through(server.url, base + "/near")
    assert isinstance(far, Response)
    assert isinstance(near, Response)
    assert far.moved_to == other + "/feed"
    assert near.moved_to == base + "/here"
    await _ask_through(server.url, base + "/there-and-back")
    with_password = {seen.path for seen in server.seen if "authorization" in seen.headers}
    assert with_password == {f"http://news.example/{path}" for path in ("far", "near", "here", "there-and-back")}
    assert "authorization" not in server.seen[-1].headers, "who was elsewhere must not choose where a password goes"


# Names.


async def _ask_with_names(server: Server, url: str, names: dict[str, list[str] | OSError], typed: str = "") -> object:
    looked_up = []

    async def look_up(host: str, port: int) -> list[str]:
        looked_up.append(host)
        found = names[host]
        if isinstance(found, OSError):
            raise found
        return found

    async with make_client(Refresh(), PooledTransport(look_up, lambda *_: "")) as connection:
        got = await fetch(connection, Request(url, "Roya News", timeout=LONG, user_url=typed))
    assert len(looked_up) == len(set(looked_up)), "a name must be looked up once, and its answer kept"
    return got


async def test_a_name_that_leads_inside_is_refused(server: Server) -> None:
    """A public name must not be a way to the reader's own machine (DNS rebinding)."""
    url = f"http://news.example:{server.port}/feed"
    server.serve("/feed", "<rss/>")
    for found in (["127.0.0.1"], ["203.0.113.9", "127.0.0.1"], ["::ffff:127.0.0.1"], ["0.0.0.0"], ["100.64.0.1"]):
        got = await _ask_with_names(server, url, {"news.example": found})
        assert isinstance(got, Failure)
        assert got.kind == "address"
    assert not server.seen


async def test_a_name_of_the_local_network_that_was_typed_is_asked_by_its_name(server: Server) -> None:
    server.serve("/feed", "<rss/>")
    got = await _ask_with_names(server, f"http://shelf.local:{server.port}/feed", {"shelf.local": ["127.0.0.1"]})
    assert isinstance(got, Response)
    assert server.seen[0].headers["host"] == f"shelf.local:{server.port}"


async def test_a_local_name_that_a_page_offers_is_refused(server: Server) -> None:
    got = await _ask_with_names(
        server, f"http://shelf.local:{server.port}/feed", {"shelf.local": ["127.0.0.1"]}, typed="http://news.example/"
    )
    assert isinstance(got, Failure)
    assert got.kind == "address"


async def test_the_next_address_is_tried_when_one_is_dead(server: Server) -> None:
    server.serve("/feed", "<rss/>")
    got = await _ask_with_names(server, f"http://shelf.local:{server.port}/feed", {"shelf.local": ["::1", "127.0.0.1"]})
    assert isinstance(got, Response)


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), "dns", "cannot be found: nobody knows the name news.example."),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "offline", "cannot be reached: there is no network here."),
    ],
)
async def test_a_name_that_is_not_found(server: Server, error: OSError, kind: str, words: str) -> None:
    got = await _ask_with_names(server, "http://news.example/feed", {"news.example": error})
    assert got == Failure(kind, f"Roya News {words}")


@pytest.mark.parametrize(
    "url", ["http://", "http://[bad/", "http://a b/", "ftp://example/", "nonsense", "http://localhost:0/"]
)
async def test_an_address_that_is_none(url: str) -> None:
    failed = await failure(url)
    assert (failed.kind, failed.message) == ("address", "Roya News has an address that leads nowhere; correct it.")


async def test_text_from_outside_is_harmless_in_messages(server: Server) -> None:
    server.reply("/feed", 302, Location="ja\x9bvascript:alert(1)")
    async with make_client(Refresh()) as connection:
        failed = await fetch(connection, Request(server.url + "/feed", "Ro\x1b[31mya\nNews"))
    assert isinstance(failed, Failure)
    assert failed.message.isprintable()


# Proxies.


async def _ask_through(proxy: str, url: str) -> Response | Failure:
    async with make_client(Refresh(), PooledTransport(proxy_for=lambda *_: proxy)) as connection:
        return await fetch(connection, Request(url, "Roya News", timeout=LONG))


async def test_a_proxy_is_asked_for_what_lies_outside(server: Server) -> None:
    server.serve("http://news.example/rss", "<rss/>")
    got = await _ask_through(server.url, "http://news.example/rss")
    assert isinstance(got, Response), got
    assert got.document.decompressed() == b"<rss/>"


async def test_no_proxy_is_asked_for_what_lies_here(server: Server) -> None:
    server.serve("/feed", "<rss/>")
    assert isinstance(await _ask_through("http://127.0.0.1:9/", server.url + "/feed"), Response)


async def test_a_proxy_is_no_way_inside(server: Server) -> None:
    server.redirect("http://news.example/rss", "http://10.0.0.1/")
    got = await _ask_through(server.url, "http://news.example/rss")
    assert isinstance(got, Failure)
    assert got.kind == "address"


async def test_a_proxy_that_does_not_work_is_told_without_its_password(server: Server) -> None:
    server.reply("news.example:443", 403)
    refusing = await _ask_through(server.url.replace("//", "//me:secret@"), "https://news.example/rss")
    port = server.port
    server.stop()
    dead = await _ask_through(f"http://me:secret@127.0.0.1:{port}", "http://news.example/rss")
    for got in (refusing, dead):
        words = f"Roya News cannot be reached: the proxy http://127.0.0.1:{port} does not let us through."
        assert got == Failure("proxy", words)


async def test_a_proxy_of_a_kind_we_do_not_speak_is_never_passed_by() -> None:
    got = await _ask_through("socks5://127.0.0.1:9", "http://news.example/rss")
    assert got == Failure("proxy", "Roya News is not asked: its proxy is a socks5 one, and only http ones are spoken.")


def test_the_environment_names_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("all_proxy", "socks5://tor.example")
    monkeypatch.setenv("no_proxy", "quiet.example")
    assert system_proxy("https", "news.example") == "http://proxy.example:3128"
    assert system_proxy("http", "news.example") == "socks5://tor.example"
    assert system_proxy("https", "quiet.example") == ""
