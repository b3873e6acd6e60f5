"""Pictures and full texts fetched after the feeds, within limits, and shown offline."""

import os
import signal
import socket
import threading
import time
import zlib
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.graphics import sample_pictures
from tests.refresh.conftest import NOW, App
from tests.refresh.test_interruptions import REFRESH, posix, refreshing, until
from tests.servers import Behaviour, Reply, Seen, Server, bomb, endless, hang

from roya_tui.config import SourceSettings
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
    """Return a picture of one pixel, with `padding` bytes after it."""
    return sample_pictures.png(1, 1, zlib.compress(bytes([0, colour]))) + b"x" * padding


def feed(*items: tuple[str, str], link: str = "") -> str:
    """Return an RSS document of (guid, HTML), the latest first; with `link` each entry has an address below it."""
    items_xml = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><title>Tide {guid}</title><link>{link and link + guid}</link>"
        f"<description><![CDATA[{html}]]></description></item>"
        for guid, html in items
    )
    return f"<rss version='2.0'><channel><title>Harbour Post</title>{items_xml}</channel></rss>"


def page(words: str) -> str:
    paragraph = f"<p>{words} The harbour office counted the boats again before noon, and wrote down each of them.</p>"
    return f"<html><head><title>Tide</title></head><body><article><h1>Tide</h1>{paragraph * 6}</article></body></html>"


def image(server: Server, path: str, data: bytes | None = None, **headers: str) -> str:
    return server.reply(path, 200, png() if data is None else data, **{"Content_Type": "image/png", **headers})


def with_pictures(*urls: str) -> str:
    return "<p>Boats.</p>" + "".join(f'<img src="{url}">' for url in urls)


def files(app: App) -> list[Path]:
    return [file.path for file in picture_cache.list_files(app.paths)]


def set_source_options(app: App, **facts: object) -> None:
    app.config = replace(app.config, sources={"Harbour Post": SourceSettings(**facts)})  # type: ignore[arg-type]


def set_offline_options(app: App, **facts: object) -> None:
    app.config = replace(app.config, offline=replace(app.config.offline, **facts))  # type: ignore[arg-type]


def refresh_later(app: App, seconds: int = 6 * HOUR, **facts: bool) -> None:
    app.now += seconds
    app.refresh(all_now=True, **facts)


def test_pictures_of_new_articles_are_saved_for_offline_use(app: App, server: Server) -> None:
    lead, second = image(server, "/lead", png(1)), image(server, "/second", png(2))
    app.add(server.serve("/feed", feed(("1", with_pictures(lead, second)))))
    summary = app.refresh()
    assert (summary.new, summary.pictures, summary.pages) == (1, 2, 0)
    server.stop()
    path = picture_cache.find(app.paths, lead)
    assert path.read_bytes() == png(1)
    assert path.suffix == ".png"
    assert not path.stat().st_mode & 0o133, "not executable, and writable by the owner only"
    assert len(files(app)) == 2
    assert picture_cache.find(app.paths, "https://news.example/else") is None


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
def test_fetched_picture_has_the_address_that_the_article_uses(image: str) -> None:
    """Both functions must find the same address: one reads the feed, the other the article."""
    page = "https://news.example/2026/11/story.html"
    fetched, displayed = html_fragments.find_pictures(image, (page,)), parse_html(image, page).pictures
    assert [picture.url for picture in fetched] == [picture.url for picture in displayed]


def test_new_articles_are_reported_before_pictures(app: App, server: Server) -> None:
    app.add(server.serve("/feed", feed(("1", with_pictures(image(server, "/a"), image(server, "/b"))))))
    app.refresh()
    events = [(e["event"], e.get("stage"), e.get("what"), e.get("done"), e.get("total")) for e in app.events]
    assert events[3:] == [
        ("progress", None, None, 1, 1),
        ("fetched", None, None, None, None),
        *(("progress", "offline", "pictures", done, 2) for done in range(3)),
        ("finished", None, None, None, None),
    ]
    assert app.events[-1]["pictures"] == 2
    assert app.events[-1]["new"] == app.events[4]["new"] == 1


def test_only_pictures_of_recent_unread_or_starred_articles_are_fetched(app: App, server: Server) -> None:
    urls = [image(server, f"/{n}", png(n)) for n in range(5)]
    id = app.add(server.serve("/feed", feed(*((str(n), with_pictures(url)) for n, url in enumerate(urls)))))
    set_offline_options(app, pictures=False)
    app.refresh()
    ids = [int(h.id) for h in sorted(app.headlines(), key=lambda h: h.title)]
    article_state.mark(app.db, [ids[0], ids[1]], app.now, read=True)
    article_state.mark(app.db, [ids[1]], app.now, starred=True)
    article_state.mark(app.db, [ids[2]], app.now, hidden=True)
    set_offline_options(app, pictures=True, count=2)
    refresh_later(app)
    asked = {seen.path for seen in server.seen} - {"/feed"}
    assert asked == {"/1", "/3"}, "the newest two"
    set_offline_options(app, count=200, days=1)
    refresh_later(app, 2 * DAY)
    assert {seen.path for seen in server.seen} - {"/feed"} == asked
    set_offline_options(app, days=7)
    subscriptions.remove(app.db, id, app.now)
    app.add(server.serve("/other", feed(("9", "<p>Nothing.</p>"))))
    refresh_later(app)
    assert {seen.path for seen in server.seen} - {"/feed", "/other"} == asked


def test_first_pictures_are_fetched_first_up_to_the_limit_and_once(app: App, server: Server) -> None:
    urls = {n: [image(server, f"/{n}{place}") for place in "abc"] for n in range(3)}
    items = ((str(n), with_pictures(*urls[n], urls[0][0])) for n in urls)
    app.add(server.serve("/feed", feed(*items)))
    set_offline_options(app, count=4)
    app.config = replace(app.config, refresh=replace(app.config.refresh, per_host=1))
    app.refresh()
    assert [seen.path for seen in server.seen][1:] == ["/0a", "/1a", "/2a", "/0b"]
    refresh_later(app)
    assert len(files(app)) == 8
    assert len(server.asked("/0a")) == 1


@pytest.mark.parametrize("reason", ["metered", "offline", "pictures"])
def test_nothing_is_prefetched_when_metered_offline_or_disabled(app: App, server: Server, reason: str) -> None:
    document = feed(("1", with_pictures(image(server, "/a"))), link=server.url + "/page/")
    app.add(server.serve("/feed", document))
    file = app.paths.config.with_name("feed.xml")  # which is read offline, too
    file.write_text(document)
    app.add(str(file))
    set_offline_options(app, pictures=reason != "pictures")
    app.config = replace(app.config, refresh=replace(app.config.refresh, metered=reason == "metered"))
    set_source_options(app, full_text=reason == "metered")
    app.refresh(offline=reason == "offline")
    assert {seen.path for seen in server.seen} <= {"/feed"}
    assert not any("stage" in event for event in app.events)
    assert app.events[-1]["event"] == "finished"


def test_refresh_of_one_source_fetches_its_pictures_only(app: App, server: Server) -> None:
    one = app.add(server.serve("/one", feed(("1", with_pictures(image(server, "/a"))))))
    app.add(server.serve("/two", feed(("2", with_pictures(image(server, "/b"))))))
    set_offline_options(app, pictures=False)
    app.refresh()
    set_offline_options(app, pictures=True)
    app.refresh(one)
    assert len(server.asked("/a")) == 1
    assert server.asked("/b") == []


@posix
@pytest.mark.parametrize("what", ["pictures", "pages"])
def test_interrupted_prefetch_ends_soon_and_leaves_no_partial_files(app, server, what: str, tmp_path) -> None:
    def slow(_seen: Seen, connection: socket.socket, stopped: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n" + png()[:20])
        stopped.wait()

    urls = [image(server, "/a"), server.answer("/b", slow)]
    server.answer("/page/1", hang)
    app.add(server.serve("/feed", feed(("1", with_pictures(*urls)), link=server.url + "/page/")))
    program = REFRESH
    if what == "pages":
        program = REFRESH.replace(
            "timeout=20)", 'timeout=20), sources={"Harbour Post": SourceSettings(full_text=True)}'
        )
        program = program.replace("Refresh\n", "Refresh, SourceSettings\n")
    with refreshing(tmp_path, program) as process:
        until(lambda: server.asked("/b" if what == "pictures" else "/page/1"))
        until(lambda: what == "pages" or picture_cache.find(app.paths, urls[0]))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 130, "a server may take longer"
    assert app.titles() == {"Tide 1"}
    assert app.db.execute("SELECT count(*) FROM refresh_lock").fetchone() == (0,)
    assert app.db.execute("SELECT count(*) FROM missed").fetchone() == (0,), "nothing failed"
    left = list(app.paths.pictures.iterdir()) if app.paths.pictures.exists() else []
    assert left == files(app)
    assert len(left) == (1 if what == "pictures" else 0)
    image(server, "/b", png(9))
    server.serve("/page/1", page("Forty ferries waited."), "text/html")
    refresh_later(app)
    assert len(files(app)) == 2


def test_other_content_is_requested_once_and_not_saved_as_picture(app: App, server: Server) -> None:
    kinds = {"Content_Type": "image/png"}
    bad = [
        server.reply("/svg", body="<svg><script>1</script></svg>", Content_Type="image/svg+xml"),
        server.reply("/html", body="<html><p>Please log in.</p></html>", **kinds),
        server.reply("/as-text", body=png(), Content_Type="text/html"),
        server.reply("/large", body=png(padding=300_000), **kinds),
        server.reply("/gzip-bomb", body=bomb(200), Content_Encoding="gzip", **kinds),
        server.answer("/endless", endless),
        server.reply("/missing", 404),
        server.reply("/program", body=b"\x7fELF" + bytes(500), **kinds),
    ]
    set_offline_options(app, picture_bytes=200_000)
    app.add(server.serve("/feed", feed(("1", with_pictures(*bad)), ("2", with_pictures(image(server, "/good"))))))
    assert app.refresh().pictures == 1
    assert files(app) == [picture_cache.find(app.paths, server.url + "/good")]
    refresh_later(app, 2 * DAY)
    refresh_later(app, 2 * DAY)
    asked = [seen.path for seen in server.seen if seen.path != "/feed"]
    assert sorted(asked) == sorted(["/good", *(url.removeprefix(server.url) for url in bad)])
    assert list(app.paths.pictures.iterdir()) == files(app)


def test_picture_is_fetched_again_after_a_temporary_error(app: App, server: Server) -> None:
    url = server.reply("/a", 500)
    app.add(server.serve("/feed", feed(("1", with_pictures(url)))))
    app.refresh()
    refresh_later(app, 60)
    assert len(server.asked("/a")) == 1
    image(server, "/a")
    refresh_later(app, HOUR)
    assert picture_cache.find(app.paths, url) is not None


def test_missing_pictures_are_fetched_when_no_feed_is_due(app: App, server: Server) -> None:
    url = image(server, "/a")
    app.add(server.serve("/feed", feed(("1", with_pictures(url)))))
    set_offline_options(app, pictures=False)
    app.refresh()
    assert picture_cache.find(app.paths, url) is None
    set_offline_options(app, pictures=True)
    summary = app.refresh()
    assert (summary.asked, summary.pictures) == (0, 1)
    assert picture_cache.find(app.paths, url) is not None
    assert app.refresh().pictures == 0
    assert [event["event"] for event in app.events] == ["started", "source", "finished"]
    assert [seen.path for seen in server.seen] == ["/feed", "/a"]


def test_retry_after_of_a_picture_delays_pictures_and_feeds_of_its_host(app: App, server: Server) -> None:
    app.config = replace(app.config, refresh=replace(app.config.refresh, per_host=1))
    urls = [server.reply(f"/{n}", 429, Retry_After="7200") for n in range(3)]
    app.add(server.serve("/feed", feed(("1", with_pictures(*urls)))))
    app.refresh()
    assert [seen.path for seen in server.seen] == ["/feed", "/0"]
    assert app.events[-2]["done"] == app.events[-2]["total"] == 3
    refresh_later(app, HOUR)
    assert len(server.seen) == 2
    refresh_later(app, 2 * HOUR)
    assert [seen.path for seen in server.seen][2:] == ["/feed", "/0"]


def test_pictures_in_your_network_are_not_fetched(app: App, server: Server) -> None:
    inner = Server()
    try:
        url = image(inner, "/a")
        app.add(server.serve("/feed", feed(("1", with_pictures(url, server.redirect("/b", url))))))
        assert app.refresh().pictures == 0
        assert inner.seen == []
    finally:
        inner.stop()


def test_spacing_of_a_host_includes_feeds_and_pictures(app: App, server: Server) -> None:
    at: list[float] = []

    def noting(body: bytes, type: str) -> Behaviour:
        def answer(*_: object) -> Reply:
            at.append(time.monotonic())
            return Reply(200, body, {"Content-Type": type})

        return answer

    urls = [server.answer(f"/{n}", noting(png(n), "image/png")) for n in range(2)]
    app.add(server.answer("/feed", noting(feed(("1", with_pictures(*urls))).encode(), "application/xml")))
    app.config = replace(app.config, refresh=replace(app.config.refresh, spacing=1.2))
    assert app.refresh().pictures == 2
    gaps = [later - earlier for earlier, later in pairwise(at)]
    assert len(gaps) == 2
    assert min(gaps) > 0.4, "a busy machine may notice one late and the next at once"


def test_cache_deletes_the_least_recently_used_pictures(app: App, server: Server) -> None:
    urls = [image(server, f"/{n}", png(n, padding=40_000)) for n in range(3)]
    id = app.add(server.serve("/feed", feed(*((str(n), with_pictures(url)) for n, url in enumerate(urls)))))
    app.refresh()
    article_state.mark(app.db, [h.id for h in app.headlines()], app.now, read=True)
    for age, url in zip((10, 30, 20), urls, strict=True):
        path = picture_cache.find(app.paths, url)
        assert path is not None
        os.utime(path, (time.time() - age * HOUR,) * 2)
    assert picture_cache.find(app.paths, urls[1]), "a use of the picture"
    set_offline_options(app, cache=100_000)
    refresh_later(app)
    assert {url for url in urls if picture_cache.find(app.paths, url)} == {urls[0], urls[1]}
    assert app.source(id).failures == 0


def test_pictures_beyond_the_cache_size_are_not_fetched(app: App, server: Server) -> None:
    urls = [image(server, f"/{n}", png(n, padding=40_000)) for n in range(6)]
    app.add(server.serve("/feed", feed(*((str(n), with_pictures(url)) for n, url in enumerate(urls)))))
    set_offline_options(app, cache=500_000)
    app.refresh()
    set_offline_options(app, cache=130_000)
    for _ in range(3):
        refresh_later(app)
    assert {url for url in urls if picture_cache.find(app.paths, url)} == set(urls[:3])
    assert len(server.seen) - len(server.asked("/feed")) <= 6


def test_unwritable_cache_is_reported_once_and_articles_are_saved(app: App, server: Server) -> None:
    urls = [image(server, f"/{n}") for n in range(3)]
    app.add(server.serve("/feed", feed(("1", with_pictures(*urls)))))
    app.config = replace(app.config, refresh=replace(app.config.refresh, per_host=1))
    app.paths.cache.write_text("a file where a folder should be")
    assert app.refresh().new == 1
    [warning] = [event["message"] for event in app.events if event["event"] == "warning"]
    assert warning.startswith(f"Pictures could not be saved in {app.paths.pictures}: ")
    assert len(server.seen) == 2


def test_full_text_is_fetched_when_the_source_has_the_setting(app: App, server: Server) -> None:
    figure = image(server, "/figure", png(3))
    whole = page("Forty ferries waited.").replace("</h1>", f'</h1><figure><img src="{figure}"></figure>')
    server.serve("/page/1", whole, "text/html")
    app.add(server.serve("/feed", feed(("1", "<p>Short.</p>"), link=server.url + "/page/")))
    app.refresh()
    assert server.asked("/page/1") == []
    set_source_options(app, full_text=True)
    app.now += HOUR
    summary = app.refresh(all_now=True)
    assert (summary.pages, summary.pictures) == (1, 1)
    [found] = results.find(app.db, parse("is:full ferries", NOW), NOW)
    article = lookup.load_article(app.db, found)
    assert "Forty ferries waited." in article.html
    assert picture_cache.find(app.paths, figure) is not None
    refresh_later(app)
    assert len(server.asked("/page/1")) == len(server.asked("/robots.txt")) == 1


ROBOTS_TXT = (
    (200, "User-agent: *\nDisallow: /page/", False),
    (200, "User-agent: roya-tui\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
    (200, "User-agent: other\nDisallow: /\n\nUser-agent: *\nDisallow: /admin/", True),
    (200, "<html>There is no such page.</html>", True),
    (404, "", True), (403, "", True), (500, "", False), (503, "", False), (429, "", False),
)  # fmt: skip
"""Status, text, and whether pages may be read then."""


def test_robots_txt_is_obeyed_and_requested_again_after_an_error(app, server, name_server) -> None:
    known = {f"h{number}.example": reply for number, reply in enumerate(ROBOTS_TXT)}
    app.config = replace(app.config, refresh=replace(app.config.refresh, private_hosts=tuple(known)))

    def host_of(seen: Seen) -> str:
        return seen.headers["host"].partition(":")[0]

    def robots_txt(seen: Seen, *_: object) -> Reply:
        status, text, _read = known[host_of(seen)]
        return Reply(status, text.encode(), {"Content-Type": "text/plain"})

    server.answer("/robots.txt", robots_txt)
    for guid in "12":
        server.serve(f"/page/{guid}", page("Forty ferries waited."), "text/html")
    for host in known:
        address = f"http://{host}:{server.port}"
        server.serve(f"/{host}", feed(("1", "a"), ("2", "b"), link=f"{address}/page/"))
        app.add(f"{address}/{host}")
    set_source_options(app, full_text=True)
    app.refresh()
    allowed = [host for host, (_, _, read) in known.items() if read]
    for guid in "12":
        assert sorted(map(host_of, server.asked(f"/page/{guid}"))) == allowed
    assert sorted(map(host_of, server.asked("/robots.txt"))) == list(known)
    allowed += [host for host, (status, _, _) in known.items() if status >= 429]
    known = dict.fromkeys(known, (404, "", True))
    refresh_later(app, DAY)
    assert set(map(host_of, server.asked("/page/1"))) == set(allowed)


def test_full_text_is_not_fetched_while_robots_txt_times_out(app: App, server: Server) -> None:
    server.answer("/robots.txt", hang)
    server.serve("/page/1", page("Forty ferries waited."), "text/html")
    app.config = replace(app.config, refresh=replace(app.config.refresh, timeout=0.4))
    app.add(server.serve("/feed", feed(("1", "a"), link=server.url + "/page/")))
    set_source_options(app, full_text=True)
    assert app.refresh().pages == 0
    assert server.asked("/page/1") == []


def test_page_without_an_article_is_requested_once(app: App, server: Server) -> None:
    login = "<html><title>Log in</title><body><form><input type='password'></form></body></html>"
    thin = "<html><title>Tide</title><body><article><p>Thin.</p></article></body></html>"
    for guid, body in (("1", login), ("2", thin), ("3", "")):
        server.serve(f"/page/{guid}", body, "text/html")
    app.add(server.serve("/feed", feed(*((guid, "<p>Short.</p>") for guid in "123"), link=server.url + "/page/")))
    set_source_options(app, full_text=True)
    assert app.refresh().pages == 0
    refresh_later(app, DAY)
    assert [len(server.asked(f"/page/{guid}")) for guid in "123"] == [1, 1, 1]
    assert list(results.find(app.db, parse("is:full", NOW), NOW)) == []


def test_recording_that_an_article_links_to_is_not_fetched_as_its_page(app: App, server: Server) -> None:
    server.serve("/page/1.mp3", "ID3", "audio/mpeg")
    server.serve("/page/2", page("Forty ferries waited."), "text/html")
    items = (f"<item><enclosure url='{server.url}/page/1.mp3' type=''/></item>", "<item><link>/page/2</link></item>")
    rss = f"<rss version='2.0'><channel><title>Harbour Post</title>{''.join(items)}</channel></rss>"
    app.add(server.serve("/feed", rss))
    set_source_options(app, full_text=True)
    assert app.refresh().pages == 1
    assert server.asked("/page/1.mp3") == []


def test_text_of_the_feed_stays_when_the_page_has_less(app: App, server: Server) -> None:
    server.serve("/page/1", page("Only the beginning."), "text/html")
    whole = "<p>Every boat by its name, and who rowed it, and what it carried that morning.</p>" * 40
    app.add(server.serve("/feed", feed(("1", whole), link=server.url + "/page/")))
    set_source_options(app, full_text=True)
    app.refresh()
    [headline] = app.headlines()
    article = lookup.load_article(app.db, headline.id)
    assert "who rowed it" in article.html
    assert not headline.full


def test_keep_days_of_a_source_overrides_the_setting(app, server, monkeypatch) -> None:
    monkeypatch.setattr(cleanup, "MAX_UNCONFIRMED_PART", 1)  # any number may be deleted: there are only two
    post = server.serve("/feed", feed(("1", "a")))
    other = server.serve("/other", feed(("2", "b")).replace("Harbour Post", "Tide Table"))
    app.add(post), app.add(other)
    set_source_options(app, keep_days=10)
    app.refresh()
    refresh_later(app, 11 * DAY)
    assert app.titles() == {"Tide 2"}
    server.serve("/feed", feed(("1", "a"), ("3", "c")))
    refresh_later(app)
    assert app.titles() == {"Tide 2", "Tide 3"}, "deleted articles do not return as new"
    app.config = replace(
        app.config, keep=replace(app.config.keep, days=1), sources={"Tide Table": SourceSettings(keep_days=0)}
    )
    refresh_later(app, 3 * DAY)
    assert app.titles() == {"Tide 2"}
