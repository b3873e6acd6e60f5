"""After the feeds: pictures and pages are there without a network, politely and within bounds."""

from __future__ import annotations

import os
import signal
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.refresh.conftest import NOW, Desk
from tests.refresh.test_survival import REFRESH, posix, refreshing, until
from tests.servers import Behaviour, Reply, Seen, Server, bomb, endless, hang

from roya_tui.config import Offline, SourceSettings
from roya_tui.document.parser import parse_html
from roya_tui.query import parse
from roya_tui.refresh import cleanup
from roya_tui.sources import html_fragments
from roya_tui.store import picture_cache
from roya_tui.store.articles import lookup
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state

HOUR, DAY = 3600, 86_400


def png(colour: int = 0, padding: int = 0) -> bytes:
    """A whole picture of one pixel, with `padding` bytes in a chunk that says nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    rest = chunk(b"IDAT", zlib.compress(bytes([0, colour]))) + chunk(b"tEXt", b"x" * padding) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + rest


def feed(*items: tuple[str, str], link: str = "") -> str:
    """An RSS document of (guid, HTML), the first the latest; with `link` each has an address below it."""
    said = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><title>Tide {guid}</title><link>{link and link + guid}</link>"
        f"<description><![CDATA[{html}]]></description></item>"
        for guid, html in items
    )
    return f"<rss version='2.0'><channel><title>Harbour Post</title>{said}</channel></rss>"


def page(words: str) -> str:
    paragraph = f"<p>{words} The harbour office counted the boats again before noon, and wrote down each of them.</p>"
    return f"<html><head><title>Tide</title></head><body><article><h1>Tide</h1>{paragraph * 6}</article></body></html>"


def image(server: Server, path: str, data: bytes | None = None, **headers: str) -> str:
    return server.reply(path, 200, png() if data is None else data, **{"Content_Type": "image/png", **headers})


def shows(*urls: str) -> str:
    return "<p>Boats.</p>" + "".join(f'<img src="{url}">' for url in urls)


def files(desk: Desk) -> list[Path]:
    return [file.path for file in picture_cache.list_files(desk.paths)]


def wishes(desk: Desk, **facts: object) -> None:
    desk.config = replace(desk.config, sources={"Harbour Post": SourceSettings(**facts)})  # type: ignore[arg-type]


def offline(desk: Desk, **facts: object) -> None:
    desk.config = replace(desk.config, offline=replace(desk.config.offline, **facts))  # type: ignore[arg-type]


def again(desk: Desk, seconds: int = 6 * HOUR, **facts: bool) -> None:
    desk.now += seconds
    desk.refresh(all_now=True, **facts)


# Pictures


def test_pictures_of_new_articles_are_there_without_a_network(desk: Desk, server: Server) -> None:
    lead, second = image(server, "/lead", png(1)), image(server, "/second", png(2))
    desk.add(server.serve("/feed", feed(("1", shows(lead, second)))))
    summary = desk.refresh()
    assert (summary.new, summary.pictures, summary.pages) == (1, 2, 0)
    server.stop()
    kept = picture_cache.find(desk.paths, lead)
    assert kept is not None
    assert kept.read_bytes() == png(1)
    assert kept.suffix == ".png"
    assert not kept.stat().st_mode & 0o133, "neither executable nor anybody else's to write"
    assert len(files(desk)) == 2
    assert picture_cache.find(desk.paths, "https://news.example/else") is None


@pytest.mark.parametrize(
    "image",
    [
        '<img src="a.png">',
        '<img src="/a b.png?w=1&amp;h=2">',
        '<img data-src="late.jpg" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
        '<img data-lazy-src="late.png" src="/blank.gif">',
        '<img srcset="small.jpg 320w, large.jpg 1600w" src="middle.jpg">',
        '<img srcset="one.jpg 1x, two.jpg 2x">',
        '<picture><source srcset="x.webp"><img src="x.jpg"></picture>',
        '<img src="صورة.png">',
        '<img src="//cdn.example/%D8%B5.png#part">',
        '<img src="https://x.example/a.png" width="1" height="1">',
    ],
)
def test_what_is_fetched_is_what_the_reader_looks_for(image: str) -> None:
    """One looks for pictures in a feed, the other in the article made of it: the addresses must be the same."""
    page = "https://news.example/2026/11/story.html"
    fetched, looked_for = html_fragments.find_pictures(image, (page,)), parse_html(image, page).pictures
    assert [picture.url for picture in fetched] == [picture.url for picture in looked_for]


def test_progress_and_news_are_told_before_pictures(desk: Desk, server: Server) -> None:
    desk.add(server.serve("/feed", feed(("1", shows(image(server, "/a"), image(server, "/b"))))))
    desk.refresh()
    told = [(e["event"], e.get("stage"), e.get("what"), e.get("done"), e.get("total")) for e in desk.events]
    assert told[3:] == [
        ("progress", None, None, 1, 1),
        ("fetched", None, None, None, None),
        *(("progress", "offline", "pictures", done, 2) for done in range(3)),
        ("finished", None, None, None, None),
    ]
    assert desk.events[-1]["pictures"] == 2
    assert desk.events[-1]["new"] == desk.events[4]["new"] == 1


def test_what_is_kept_is_not_asked_for_again(desk: Desk, server: Server) -> None:
    url = image(server, "/a")
    desk.add(server.serve("/feed", feed(("1", shows(url, url)), ("2", shows(url)))))
    desk.refresh()
    again(desk)
    assert len(server.asked("/a")) == 1


def test_only_what_is_likely_to_be_read_is_fetched(desk: Desk, server: Server) -> None:
    """Unread and starred articles of some days; not what was read, hidden, removed, or is older."""
    urls = [image(server, f"/{n}", png(n)) for n in range(5)]
    id = desk.add(server.serve("/feed", feed(*((str(n), shows(url)) for n, url in enumerate(urls)))))
    offline(desk, pictures=False)
    desk.refresh()
    ids = [int(h.id) for h in sorted(desk.headlines(), key=lambda h: h.title)]
    article_state.mark(desk.db, [ids[0], ids[1]], desk.now, read=True)
    article_state.mark(desk.db, [ids[1]], desk.now, starred=True)
    article_state.mark(desk.db, [ids[2]], desk.now, hidden=True)
    offline(desk, pictures=True, count=2)
    again(desk)
    asked = {seen.path for seen in server.seen} - {"/feed"}
    assert asked == {"/1", "/3"}, "the newest two of those that matter"
    offline(desk, count=200, days=1)
    again(desk, 2 * DAY)
    assert {seen.path for seen in server.seen} - {"/feed"} == asked
    offline(desk, days=7)
    subscriptions.remove(desk.db, id, desk.now)
    desk.add(server.serve("/other", feed(("9", "<p>Nothing.</p>"))))
    again(desk)
    assert {seen.path for seen in server.seen} - {"/feed", "/other"} == asked


def test_leading_pictures_come_first_and_a_run_is_bounded(desk: Desk, server: Server) -> None:
    urls = {n: [image(server, f"/{n}{place}") for place in "abc"] for n in range(3)}
    desk.add(server.serve("/feed", feed(*((str(n), shows(*urls[n])) for n in urls))))
    offline(desk, count=4)
    desk.config = replace(desk.config, refresh=replace(desk.config.refresh, per_host=1))
    desk.refresh()
    assert [seen.path for seen in server.seen][1:] == ["/0a", "/1a", "/2a", "/0b"]
    again(desk)
    assert len(files(desk)) == 8


@pytest.mark.parametrize("how", ["metered", "offline", "pictures"])
def test_nothing_is_fetched_where_that_is_not_wanted(desk: Desk, server: Server, how: str) -> None:
    document = feed(("1", shows(image(server, "/a"))), link=server.url + "/page/")
    desk.add(server.serve("/feed", document))
    file = desk.paths.config.with_name("feed.xml")  # which is read offline, too
    file.write_text(document)
    desk.add(str(file))
    offline(desk, pictures=how != "pictures")
    desk.config = replace(desk.config, refresh=replace(desk.config.refresh, metered=how == "metered"))
    wishes(desk, full_text=how == "metered")
    desk.refresh(offline=how == "offline")
    assert {seen.path for seen in server.seen} <= {"/feed"}
    assert not any("stage" in event for event in desk.events)
    assert desk.events[-1]["event"] == "finished"


def test_one_source_asked_by_name_brings_its_own_pictures_only(desk: Desk, server: Server) -> None:
    one = desk.add(server.serve("/one", feed(("1", shows(image(server, "/a"))))))
    desk.add(server.serve("/two", feed(("2", shows(image(server, "/b"))))))
    offline(desk, pictures=False)
    desk.refresh()
    offline(desk, pictures=True)
    desk.refresh(one)
    assert len(server.asked("/a")) == 1
    assert server.asked("/b") == []


@posix
@pytest.mark.parametrize("what", ["pictures", "pages"])
def test_asked_to_end_in_the_middle_it_ends_soon_and_leaves_nothing_half(
    desk: Desk, server: Server, what: str, tmp_path: Path
) -> None:
    def slow(_seen: Seen, connection: socket.socket, stopped: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n" + png()[:20])
        stopped.wait()

    urls = [image(server, "/a"), server.answer("/b", slow)]
    server.answer("/page/1", hang)
    desk.add(server.serve("/feed", feed(("1", shows(*urls)), link=server.url + "/page/")))
    program = REFRESH
    if what == "pages":
        program = REFRESH.replace(
            "timeout=20)", 'timeout=20), sources={"Harbour Post": SourceSettings(full_text=True)}'
        )
        program = program.replace("Refresh\n", "Refresh, SourceSettings\n")
    with refreshing(tmp_path, program) as process:
        until(lambda: server.asked("/b" if what == "pictures" else "/page/1"))
        until(lambda: what == "pages" or picture_cache.find(desk.paths, urls[0]))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 130, "a server may take longer"
    assert desk.titles() == {"Tide 1"}
    assert desk.db.execute("SELECT count(*) FROM refresh_lock").fetchone() == (0,)
    assert desk.db.execute("SELECT count(*) FROM missed").fetchone() == (0,), "nobody failed"
    left = list(desk.paths.pictures.iterdir()) if desk.paths.pictures.exists() else []
    assert left == files(desk)
    assert len(left) == (1 if what == "pictures" else 0)
    image(server, "/b", png(9))
    server.serve("/page/1", page("Forty ferries waited."), "text/html")
    again(desk)
    assert len(files(desk)) == 2


# What is no picture


def svg(server: Server) -> str:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
    return server.reply("/bad", 200, drawing, Content_Type="image/svg+xml")


def html(server: Server) -> str:
    return server.reply("/bad", 200, "<html><p>Please log in.</p></html>", Content_Type="image/png")


def as_text(server: Server) -> str:
    return server.reply("/bad", 200, png(), Content_Type="text/html")


def large(server: Server) -> str:
    return server.reply("/bad", 200, png(padding=300_000), Content_Type="image/png")


def unpacks_to_much(server: Server) -> str:
    return server.reply("/bad", 200, bomb(200), Content_Type="image/png", Content_Encoding="gzip")


def without_end(server: Server) -> str:
    return server.answer("/bad", endless)


def missing(server: Server) -> str:
    return server.reply("/bad", 404)


def program(server: Server) -> str:
    return server.reply("/bad", 200, b"\x7fELF" + bytes(500), Content_Type="image/png")


@pytest.mark.parametrize(
    "bad", [svg, html, as_text, large, unpacks_to_much, without_end, missing, program], ids=lambda bad: bad.__name__
)
def test_what_is_no_picture_is_not_kept_nor_asked_for_again(
    desk: Desk, server: Server, bad: Callable[[Server], str]
) -> None:
    offline(desk, picture_bytes=200_000)
    desk.add(server.serve("/feed", feed(("1", shows(bad(server))), ("2", shows(image(server, "/good"))))))
    assert desk.refresh().pictures == 1
    assert files(desk) == [picture_cache.find(desk.paths, server.url + "/good")]
    again(desk, 2 * DAY)
    again(desk, 2 * DAY)
    assert len(server.asked("/bad")) == 1
    assert list(desk.paths.pictures.iterdir()) == files(desk)


def test_what_failed_for_now_is_tried_again_later(desk: Desk, server: Server) -> None:
    url = server.reply("/a", 500)
    desk.add(server.serve("/feed", feed(("1", shows(url)))))
    desk.refresh()
    again(desk, 60)
    assert len(server.asked("/a")) == 1
    image(server, "/a")
    again(desk, HOUR)
    assert picture_cache.find(desk.paths, url) is not None


def test_what_is_missing_is_fetched_when_no_feed_is_due(desk: Desk, server: Server) -> None:
    url = image(server, "/a")
    desk.add(server.serve("/feed", feed(("1", shows(url)))))
    offline = desk.config.offline
    desk.config = replace(desk.config, offline=replace(offline, pictures=False))
    desk.refresh()
    assert picture_cache.find(desk.paths, url) is None
    desk.config = replace(desk.config, offline=offline)
    summary = desk.refresh()
    assert (summary.asked, summary.pictures) == (0, 1)
    assert picture_cache.find(desk.paths, url) is not None
    assert desk.refresh().pictures == 0
    assert [event["event"] for event in desk.events] == ["started", "source", "finished"]
    assert [seen.path for seen in server.seen] == ["/feed", "/a"]


def test_a_host_that_asks_for_a_pause_has_it_from_pictures_and_feeds(desk: Desk, server: Server) -> None:
    desk.config = replace(desk.config, refresh=replace(desk.config.refresh, per_host=1))
    urls = [server.reply(f"/{n}", 429, Retry_After="7200") for n in range(3)]
    desk.add(server.serve("/feed", feed(("1", shows(*urls)))))
    desk.refresh()
    assert [seen.path for seen in server.seen] == ["/feed", "/0"]
    assert desk.events[-2]["done"] == desk.events[-2]["total"] == 3
    again(desk, HOUR)
    assert len(server.seen) == 2
    again(desk, 2 * HOUR)
    assert [seen.path for seen in server.seen][2:] == ["/feed", "/0"]


def test_articles_lead_nowhere_inside_and_carry_no_secrets(desk: Desk, server: Server) -> None:
    inner = Server()
    try:
        url = image(inner, "/a")
        desk.add(server.serve("/feed", feed(("1", shows(url, server.redirect("/b", url))))))
        assert desk.refresh().pictures == 0
        assert inner.seen == []
    finally:
        inner.stop()


def test_starts_on_a_host_keep_their_distance_from_the_feed_on(desk: Desk, server: Server) -> None:
    at: list[float] = []

    def noting(body: bytes, type: str) -> Behaviour:
        def answer(*_: object) -> Reply:
            at.append(time.monotonic())
            return Reply(200, body, {"Content-Type": type})

        return answer

    urls = [server.answer(f"/{n}", noting(png(n), "image/png")) for n in range(2)]
    desk.add(server.answer("/feed", noting(feed(("1", shows(*urls))).encode(), "application/xml")))
    desk.config = replace(desk.config, refresh=replace(desk.config.refresh, spacing=1.2))
    assert desk.refresh().pictures == 2
    gaps = [later - earlier for earlier, later in pairwise(at)]
    assert len(gaps) == 2
    assert min(gaps) > 0.4, "a busy machine may hear of one late and of the next at once"


def test_the_cache_keeps_its_bound_and_lets_the_oldest_use_go(desk: Desk, server: Server) -> None:
    urls = [image(server, f"/{n}", png(n, padding=40_000)) for n in range(3)]
    id = desk.add(server.serve("/feed", feed(*((str(n), shows(url)) for n, url in enumerate(urls)))))
    desk.refresh()
    article_state.mark(desk.db, [h.id for h in desk.headlines()], desk.now, read=True)
    for age, url in zip((10, 30, 20), urls, strict=True):
        path = picture_cache.find(desk.paths, url)
        assert path is not None
        os.utime(path, (time.time() - age * HOUR,) * 2)
    assert picture_cache.find(desk.paths, urls[1]), "which is a use"
    offline(desk, cache=100_000)
    again(desk)
    assert {url for url in urls if picture_cache.find(desk.paths, url)} == {urls[0], urls[1]}
    assert desk.source(id).failures == 0


def test_what_has_no_room_is_not_fetched_to_be_thrown_away(desk: Desk, server: Server) -> None:
    urls = [image(server, f"/{n}", png(n, padding=40_000)) for n in range(6)]
    desk.add(server.serve("/feed", feed(*((str(n), shows(url)) for n, url in enumerate(urls)))))
    offline(desk, cache=500_000)
    desk.refresh()
    offline(desk, cache=130_000)
    for _ in range(3):
        again(desk)
    assert {url for url in urls if picture_cache.find(desk.paths, url)} == set(urls[:3])
    assert len(server.seen) - len(server.asked("/feed")) <= 6


def test_a_disk_that_takes_no_pictures_is_told_once_and_the_news_is_saved(desk: Desk, server: Server) -> None:
    urls = [image(server, f"/{n}") for n in range(3)]
    desk.add(server.serve("/feed", feed(("1", shows(*urls)))))
    desk.config = replace(desk.config, refresh=replace(desk.config.refresh, per_host=1))
    desk.paths.cache.write_text("a file where a folder should be")
    assert desk.refresh().new == 1
    [warning] = [event["message"] for event in desk.events if event["event"] == "warning"]
    assert warning.startswith(f"No pictures can be kept in {desk.paths.pictures}: ")
    assert len(server.seen) == 2


# Pages


def test_the_page_of_an_article_is_read_where_that_is_wanted(desk: Desk, server: Server) -> None:
    figure = image(server, "/figure", png(3))
    whole = page("Forty ferries waited.").replace("</h1>", f'</h1><figure><img src="{figure}"></figure>')
    server.serve("/page/1", whole, "text/html")
    desk.add(server.serve("/feed", feed(("1", "<p>Short.</p>"), link=server.url + "/page/")))
    desk.refresh()
    assert server.asked("/page/1") == []
    wishes(desk, full_text=True)
    desk.now += HOUR
    summary = desk.refresh(all_now=True)
    assert (summary.pages, summary.pictures) == (1, 1)
    [found] = results.find(desk.db, parse("is:full ferries", NOW), NOW)
    article = lookup.load_article(desk.db, found)
    assert article is not None
    assert "Forty ferries waited." in article.html
    assert picture_cache.find(desk.paths, figure) is not None
    again(desk)
    assert len(server.asked("/page/1")) == len(server.asked("/robots.txt")) == 1


@pytest.mark.parametrize(
    ("status", "text", "read"),
    [
        (200, "User-agent: *\nDisallow: /page/", False),
        (200, "User-agent: roya-tui\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        (200, "User-agent: other\nDisallow: /\n\nUser-agent: *\nDisallow: /admin/", True),
        (200, "<html>There is no such page.</html>", True),
        (404, "", True),
        (403, "", True),
        (500, "", False),
        (503, "", False),
        (429, "", False),
    ],
)
def test_robots_txt_is_heeded(desk: Desk, server: Server, status: int, text: str, read: bool) -> None:
    server.reply("/robots.txt", status, text, Content_Type="text/plain")
    for guid in "12":
        server.serve(f"/page/{guid}", page("Forty ferries waited."), "text/html")
    desk.add(server.serve("/feed", feed(("1", "a"), ("2", "b"), link=server.url + "/page/")))
    wishes(desk, full_text=True)
    assert desk.refresh().pages == (2 if read else 0)
    assert len(server.asked("/page/1")) == len(server.asked("/page/2")) == int(read)
    assert len(server.asked("/robots.txt")) == 1
    server.reply("/robots.txt", 404)
    again(desk, DAY)
    assert bool(server.asked("/page/1")) is (read or status >= 429), "a site in trouble is asked again, a no is a no"


def test_robots_that_never_answer_mean_not_now(desk: Desk, server: Server) -> None:
    server.answer("/robots.txt", hang)
    server.serve("/page/1", page("Forty ferries waited."), "text/html")
    desk.config = replace(desk.config, refresh=replace(desk.config.refresh, timeout=0.4))
    desk.add(server.serve("/feed", feed(("1", "a"), link=server.url + "/page/")))
    wishes(desk, full_text=True)
    assert desk.refresh().pages == 0
    assert server.asked("/page/1") == []


@pytest.mark.parametrize(
    "body",
    [
        "<html><title>Log in</title><body><form><input type='password'></form></body></html>",
        "<html><title>Tide</title><body><article><p>Thin.</p></article></body></html>",
        "",
    ],
    ids=["wall", "thin", "empty"],
)
def test_a_page_that_is_no_article_is_remembered(desk: Desk, server: Server, body: str) -> None:
    server.serve("/page/1", body, "text/html")
    desk.add(server.serve("/feed", feed(("1", "<p>Short.</p>"), link=server.url + "/page/")))
    wishes(desk, full_text=True)
    assert desk.refresh().pages == 0
    again(desk, DAY)
    assert len(server.asked("/page/1")) == 1
    assert list(results.find(desk.db, parse("is:full", NOW), NOW)) == []


def test_a_page_with_less_than_the_feed_gave_takes_nothing_away(desk: Desk, server: Server) -> None:
    server.serve("/page/1", page("Only the beginning."), "text/html")
    whole = "<p>Every boat by its name, and who rowed it, and what it carried that morning.</p>" * 40
    desk.add(server.serve("/feed", feed(("1", whole), link=server.url + "/page/")))
    wishes(desk, full_text=True)
    desk.refresh()
    [headline] = desk.headlines()
    article = lookup.load_article(desk.db, headline.id)
    assert article is not None
    assert "who rowed it" in article.html
    assert not headline.full


# Days to keep


def test_a_source_keeps_its_articles_for_its_own_days(
    desk: Desk, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleanup, "MAX_UNCONFIRMED_PART", 1)  # any number may be deleted: there are only two
    post = server.serve("/feed", feed(("1", "a")))
    other = server.serve("/other", feed(("2", "b")).replace("Harbour Post", "Tide Table"))
    desk.add(post), desk.add(other)
    wishes(desk, keep_days=10)
    desk.refresh()
    again(desk, 11 * DAY)
    assert desk.titles() == {"Tide 2"}
    server.serve("/feed", feed(("1", "a"), ("3", "c")))
    again(desk)
    assert desk.titles() == {"Tide 2", "Tide 3"}, "what was let go does not come back as new"
    desk.config = replace(
        desk.config, keep=replace(desk.config.keep, days=1), sources={"Tide Table": SourceSettings(keep_days=0)}
    )
    again(desk, 3 * DAY)
    assert desk.titles() == {"Tide 2"}


def test_defaults_are_those_of_the_plan() -> None:
    assert Offline() == Offline(True, 7, 200, 2_000_000, 300_000_000)
