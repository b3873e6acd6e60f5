"""Discovery: the feeds that an address or a web page offers, and the article of a page."""

import asyncio
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.servers import Reply, Seen, Server, hang, rss

from roya_tui.config import Config, Refresh
from roya_tui.model import Failure
from roya_tui.refresh import discovery, parse_pool
from roya_tui.refresh.discovery import discover, probe
from roya_tui.refresh.results import FoundFeed, FoundPage
from roya_tui.sources.hosts import is_same_site

NOW = 1_750_000_000
QUICK = Config(refresh=Refresh(spacing=0, timeout=5))
TEXT = "The ferry to the old mill now sails on Sundays as well, says the harbour office. " * 10


def link(href: str, title: str = "") -> str:
    return f'<link rel="alternate" type="application/rss+xml" href="{href}" title="{title}">'


def html(*head: str, body: str = "Hello.") -> str:
    return f"<!doctype html><html lang=en><head><title>Page</title>{''.join(head)}</head><body>{body}</body></html>"


def feed(title: str, *stories: str, extra: str = "") -> str:
    return rss(*((f"{title}-{story}", story, "x") for story in stories), title=title, extra=extra)


def page(server: Server, path: str = "/", **options: object) -> FoundPage:
    got = discover(server.url + path, QUICK, now=NOW, **options)  # type: ignore[arg-type]
    assert isinstance(got, FoundPage)
    return got


def titles(page: FoundPage) -> list[str]:
    return [offer.title for offer in page.offers]


def test_discovery_reads_each_offered_feed_and_omits_what_is_not_a_feed(server: Server) -> None:
    server.serve("/a.xml", feed("World", "one", "two"))
    server.serve("/b.xml", feed("Sport", "three"))
    server.serve("/c.html", html(), "text/html")
    server.serve("/", html(link("/none"), link("/c.html"), link("/a.xml", "A"), link("/b.xml", "B")), "text/html")
    messages: list[str] = []
    got = page(server, report=messages.append)
    assert titles(got) == ["World", "Sport"]
    assert [len(offer.found.feed.entries) for offer in got.offers if offer.found] == [2, 1]
    assert messages == [f"Checking the feeds of the page: {n} of 4." for n in range(5)]


@pytest.mark.parametrize("choose", [False, True])
def test_page_is_offered_while_feeds_are_searched(server: Server, choose: bool) -> None:
    offered = threading.Event()

    def serve_later(*_: object) -> Reply:
        offered.wait(60)
        return Reply(200, feed("World", "one").encode(), {})

    async def offer_page(early: FoundPage) -> None:
        assert (early.article is not None, early.offers) == (True, ())
        if not choose:
            offered.set()
            await asyncio.Event().wait()

    server.answer("/feed", serve_later)
    server.serve("/", html(body=f"<p>{TEXT}</p>" * 3), "text/html")
    got = page(server, offer_page=offer_page)
    assert got.was_offered
    assert titles(got) == ([] if choose else ["World"])
    offered.set()


def test_offers_are_sorted_unique_and_found_on_a_page_of_feeds(server: Server) -> None:
    server.serve("/empty", feed("Empty"))
    server.serve("/ar", feed("Arabic", "one", extra="<language>ar</language>"))
    server.serve("/talk", feed("Comments on it all", "two"))
    server.serve("/en", feed("English", "three", extra="<language>en-gb</language>"))
    server.serve("/", html(*(link(f"/{name}") for name in ("empty", "talk", "ar", "en"))), "text/html")
    assert titles(page(server)) == ["English", "Arabic", "Empty", "Comments on it all"]

    server.serve("/rss", feed("Town", "one", "two"))
    server.serve("/rss2", feed("Town", "one", "two"))
    server.serve("/other", feed("Town", "three"))
    server.serve("/", html(link("/rss"), link("/rss2"), link("/other")), "text/html")
    assert [offer.url for offer in page(server).offers] == [f"{server.url}/rss", f"{server.url}/other"]

    server.serve("/world.xml", feed("World", "one"))
    server.serve("/rss", html(body='<a href="/world.xml?feed=rss">World</a><a href="/more/rss">More</a>'), "text/html")
    server.serve("/world.xml?feed=rss", feed("World", "one"))
    server.serve("/", html(body='<a href="/rss">Our feeds</a>'), "text/html")
    assert titles(page(server)) == ["World"]


def test_usual_addresses_are_tried_only_when_a_page_names_no_feed(server: Server) -> None:
    server.serve("/", html(link("/a.xml")), "text/html")
    assert page(server).message.endswith("/a.xml. 127.0.0.1 was not found at this address (404).")
    assert [seen.path for seen in server.seen] == ["/", "/a.xml"]

    head = '<meta name="generator" content="Jekyll v4">'
    server.serve("/", html(head, body='<a href="/old/rss">RSS</a>'), "text/html")
    server.serve("/rss", feed("Town", "one"))
    assert titles(page(server)) == ["Town"]


def test_usual_addresses_are_tried_in_order_until_one_has_a_feed(server: Server) -> None:
    server.serve("/blog/", html(), "text/html")
    assert page(server, "/blog/").offers == ()
    assert len(server.seen) == 1 + discovery.MAX_GUESSES
    server.seen.clear()
    server.serve("/feed", feed("Town", "one"))
    got = page(server, "/blog/")
    assert [(offer.url, offer.is_guess) for offer in got.offers] == [(f"{server.url}/feed", True)]
    assert [seen.path for seen in server.seen] == ["/blog/", "/blog/feed", "/blog/rss", "/feed"]


@pytest.mark.parametrize(
    ("typed", "url", "same"),
    [
        ("https://news.example/", "https://www.news.example/home", True),
        ("https://www.news.example/", "http://news.example/", True),
        ("https://news.example/", "https://other.example/", False),
        ("https://news.example/", "https://login.news.example/", False),
    ],
)
def test_usual_addresses_are_tried_on_the_same_site_only(typed: str, url: str, same: bool) -> None:
    assert is_same_site(url, typed) is same


def test_discovery_makes_two_requests_to_a_host_at_once(server: Server) -> None:
    at_once, most = 0, 0
    lock, pair = threading.Lock(), threading.Barrier(2)

    def slow(name: str) -> Callable[[Seen, socket.socket, threading.Event], Reply]:
        def answer(_seen: Seen, _socket: socket.socket, _stopped: threading.Event) -> Reply:
            nonlocal at_once, most
            with lock:
                at_once += 1
                most = max(most, at_once)
            pair.wait(timeout=4)
            with lock:
                at_once -= 1
            return Reply(200, feed(name, "one").encode(), {"Content-Type": "text/xml"})

        return answer

    names = [f"n{number}" for number in range(8)]
    for name in names:
        server.answer(f"/{name}", slow(name))
    server.serve("/", html(*(link(f"/{name}") for name in names)), "text/html")
    assert titles(page(server)) == names
    assert most == 2


def test_slow_or_surplus_feeds_are_offered_without_their_content(server, monkeypatch) -> None:
    monkeypatch.setattr(discovery, "DISCOVERY_TIMEOUT", 3.0)
    monkeypatch.setattr(discovery, "MAX_OFFERS", 2)
    server.answer("/slow", hang)
    server.serve("/quick", feed("Quick", "one"))
    server.serve("/third", feed("Third", "two"))
    server.serve("/", html(link("/slow", "Slow"), link("/quick"), link("/third", "The third")), "text/html")
    got = page(server)
    assert {offer.title: offer.found is None for offer in got.offers} == {
        "Slow": True, "Quick": False, "The third": True,
    }  # fmt: skip
    assert server.asked("/third") == []


def test_feed_of_a_page_must_not_be_in_your_network(server: Server) -> None:
    server.serve("/inside", feed("Inside", "one"))
    server.serve("/", html(link(f"{server.url.replace('127.0.0.1', '127.0.0.2')}/inside")), "text/html")
    assert page(server).offers == ()
    assert [seen.path for seen in server.seen] == ["/"]
    got = probe(server.url + "/inside", QUICK, now=NOW, user_url="https://news.example/")
    assert got.kind == "address"
    assert len(server.seen) == 1


def test_feed_is_returned_with_its_address_and_validators(server: Server) -> None:
    document = feed("World", "one")
    new = server.serve("/new", document, **{"Last-Modified": "yesterday"})
    old = server.redirect("/old", "/new", 301)
    probed, discovered = probe(old, QUICK, now=NOW), discover(new, QUICK, now=NOW)
    assert isinstance(probed, FoundFeed)
    assert isinstance(discovered, FoundFeed)
    assert (probed.url, probed.moved_to) == (new, new)
    assert [entry.title for entry in probed.feed.entries] == ["one"]
    assert discovered.etag.startswith('W/"')
    assert (discovered.modified, len(discovered.body_hash)) == ("yesterday", 64)


def test_page_or_failure_is_returned_with_a_message(server: Server) -> None:
    document = html(link("/rss"))
    got = probe(server.serve("/", document, "text/html"), QUICK, now=NOW)
    assert (got.url, got.document.decompressed(), got.content_type) == (
        f"{server.url}/",
        document.encode(),
        "text/html",
    )
    assert got.message == f"{server.url[7:]} is not a feed. It is a web page with 1 feed."
    got = probe(server.url + "/nothing", QUICK, now=NOW)
    assert got == Failure("status", "127.0.0.1 was not found at this address (404).", status=404)


def test_file_is_probed(tmp_path: Path) -> None:
    path = tmp_path / "one.rss"
    path.write_text(feed("World", "one"))
    got = probe(str(path), QUICK, now=NOW)
    assert got.feed.title == "World"
    path.write_text("Dear diary")
    text = probe(str(path), QUICK, now=NOW)
    assert text.message == "one.rss is not a feed. It is plain text."
    assert isinstance(probe(str(tmp_path / "none"), QUICK, now=NOW), Failure)


DATED = "<meta property='article:published_time' content='2025-06-01T10:00:00Z'>"


@pytest.mark.parametrize(
    ("path", "head", "is_article"), [("/2025/ferry", DATED, True), ("/about", "", False), ("/", DATED, False)]
)
def test_page_is_an_article_if_it_has_a_date_and_a_path(server, path, head, is_article) -> None:
    server.serve(path, html(head, body=f"<article><h1>Page</h1><p>{TEXT}</p><p>{TEXT}</p></article>"), "text/html")
    got = page(server, path)
    assert got.article is not None
    assert (got.article.title, got.article.guid) == ("Page", server.url + path)
    assert "says the harbour office" in got.article.content
    assert got.is_article is is_article
    assert (len(server.seen) == 1) is is_article, "usual addresses are not tried for an article"


def test_only_the_page_is_requested_without_feeds(server: Server) -> None:
    server.serve("/", html(link("/a.xml")), "text/html")
    got = page(server, feeds=False)
    assert (got.offers, got.article) == ((), None)
    assert got.no_article_message.startswith(f"{server.url[7:]} is not an article. It is")
    assert len(server.seen) == 1


def test_pdf_is_not_searched_for_feeds(server: Server) -> None:
    server.serve("/x.pdf", "%PDF-1.7")
    got = page(server, "/x.pdf")
    assert got.message.endswith("It is a PDF document.")
    assert len(server.seen) == 1


def test_page_that_exceeds_limits_is_a_failure(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    tight = parse_pool.Limits(timeout=0.0001)
    monkeypatch.setattr(parse_pool, "Limits", lambda: tight)
    server.serve("/", html(), "text/html")
    got = discover(server.url, QUICK, now=NOW)
    assert got.kind == "parse-died"
