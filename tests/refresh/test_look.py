"""A look at what someone wants to add: the feeds that a page offers, asked politely; the article that it is."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable

import pytest
from tests.servers import Reply, Seen, Server, hang, rss

from roya_tui.config import Config, Refresh
from roya_tui.model import Failure
from roya_tui.refresh import discovery
from roya_tui.refresh.discovery import discover
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


def test_each_feed_on_offer_is_looked_at_and_those_that_are_none_are_left_out(server: Server) -> None:
    server.serve("/a.xml", feed("World", "one", "two"))
    server.serve("/b.xml", feed("Sport", "three"))
    server.serve("/c.html", html(), "text/html")
    server.serve("/", html(link("/none"), link("/c.html"), link("/a.xml", "A"), link("/b.xml", "B")), "text/html")
    got = page(server)
    assert titles(got) == ["World", "Sport"]
    assert [len(offer.found.feed.entries) for offer in got.offers if offer.found] == [2, 1]


def test_feeds_without_articles_and_in_other_languages_come_after_and_comments_last(server: Server) -> None:
    server.serve("/empty", feed("Empty"))
    server.serve("/ar", feed("Arabic", "one", extra="<language>ar</language>"))
    server.serve("/talk", feed("Comments on it all", "two"))
    server.serve("/en", feed("English", "three", extra="<language>en-gb</language>"))
    server.serve("/", html(*(link(f"/{name}") for name in ("empty", "talk", "ar", "en"))), "text/html")
    assert titles(page(server)) == ["English", "Arabic", "Empty", "Comments on it all"]


def test_one_feed_in_two_formats_is_offered_once(server: Server) -> None:
    server.serve("/rss", feed("Town", "one", "two"))
    server.serve("/rss2", feed("Town", "one", "two"))
    server.serve("/other", feed("Town", "three"))
    server.serve("/", html(link("/rss"), link("/rss2"), link("/other")), "text/html")
    assert [offer.url for offer in page(server).offers] == [f"{server.url}/rss", f"{server.url}/other"]


def test_a_link_to_a_page_that_lists_feeds_is_followed_once(server: Server) -> None:
    server.serve("/world.xml", feed("World", "one"))
    server.serve("/rss", html(body='<a href="/world.xml?feed=rss">World</a><a href="/more/rss">More</a>'), "text/html")
    server.serve("/world.xml?feed=rss", feed("World", "one"))
    server.serve("/", html(body='<a href="/rss">Our feeds</a>'), "text/html")
    assert titles(page(server)) == ["World"]


def test_where_a_page_names_feeds_nothing_else_is_asked(server: Server) -> None:
    server.serve("/", html(link("/a.xml")), "text/html")
    assert page(server).message.endswith("but: 127.0.0.1 has nothing at this address (404).")
    assert [seen.path for seen in server.seen] == ["/", "/a.xml"]


def test_the_usual_places_are_asked_one_after_another_until_one_has_a_feed(server: Server) -> None:
    server.serve("/blog/", html(), "text/html")
    server.serve("/feed", feed("Town", "one"))
    got = page(server, "/blog/")
    assert [(offer.url, offer.is_guess) for offer in got.offers] == [(f"{server.url}/feed", True)]
    assert [seen.path for seen in server.seen] == ["/blog/", "/blog/feed", "/blog/rss", "/feed"]


def test_the_usual_places_are_a_handful(server: Server) -> None:
    server.serve("/blog/", html(), "text/html")
    assert page(server, "/blog/").offers == ()
    assert len(server.seen) == 1 + discovery.MAX_GUESSES


def test_the_usual_places_are_asked_too_where_only_we_thought_of_others(server: Server) -> None:
    server.serve(
        "/", html('<meta name="generator" content="Jekyll v4">', body='<a href="/old/rss">RSS</a>'), "text/html"
    )
    server.serve("/rss", feed("Town", "one"))
    assert titles(page(server)) == ["Town"]


@pytest.mark.parametrize(
    ("typed", "came_to", "same"),
    [
        ("https://news.example/", "https://www.news.example/home", True),
        ("https://www.news.example/", "http://news.example/", True),
        ("https://news.example/", "https://other.example/", False),
        ("https://news.example/", "https://login.news.example/", False),
    ],
)
def test_the_usual_places_are_asked_only_where_the_person_went(typed: str, came_to: str, same: bool) -> None:
    assert is_same_site(came_to, typed) is same


def test_a_host_is_never_asked_for_more_than_two_at_once(server: Server) -> None:
    at_once, most = 0, 0
    lock = threading.Lock()

    def slow(name: str) -> Callable[[Seen, socket.socket, threading.Event], Reply]:
        def answer(_seen: Seen, _socket: socket.socket, _stopped: threading.Event) -> Reply:
            nonlocal at_once, most
            with lock:
                at_once += 1
                most = max(most, at_once)
            time.sleep(0.05)
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


def test_what_does_not_answer_in_time_or_is_too_much_is_offered_unseen(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
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


def test_progress_is_told(server: Server) -> None:
    server.serve("/a.xml", feed("World", "one"))
    server.serve("/", html(link("/a.xml")), "text/html")
    told: list[str] = []
    page(server, report=told.append)
    assert told == ["Looking at what it offers: 0 of 1.", "Looking at what it offers: 1 of 1."]


def test_a_feed_that_a_page_names_may_not_be_in_the_persons_own_network(server: Server) -> None:
    server.serve("/inside", feed("Inside", "one"))
    server.serve("/", html(link(f"{server.url.replace('127.0.0.1', '127.0.0.2')}/inside")), "text/html")
    assert page(server).offers == ()
    assert [seen.path for seen in server.seen] == ["/"]


def test_validators_come_with_a_feed(server: Server) -> None:
    got = discover(server.serve("/rss", feed("World", "one"), **{"Last-Modified": "yesterday"}), QUICK, now=NOW)
    assert isinstance(got, FoundFeed)
    assert got.etag.startswith('W/"')
    assert (got.modified, len(got.body_hash)) == ("yesterday", 64)


DATED = "<meta property='article:published_time' content='2025-06-01T10:00:00Z'>"


@pytest.mark.parametrize(
    ("path", "head", "surely"), [("/2025/ferry", DATED, True), ("/about", "", False), ("/", DATED, False)]
)
def test_a_page_is_surely_an_article_if_it_has_a_date_and_is_no_front_page(
    server: Server, path: str, head: str, surely: bool
) -> None:
    server.serve(path, html(head, body=f"<article><h1>Page</h1><p>{TEXT}</p><p>{TEXT}</p></article>"), "text/html")
    got = page(server, path)
    assert got.article is not None
    assert (got.article.title, got.article.guid) == ("Page", server.url + path)
    assert "says the harbour office" in got.article.content
    assert got.is_article is surely
    assert (len(server.seen) == 1) is surely, "an article's page is not searched for feeds in the usual places"


def test_only_the_page_is_asked_where_no_feeds_are_wanted(server: Server) -> None:
    server.serve("/", html(link("/a.xml")), "text/html")
    got = page(server, feeds=False)
    assert (got.offers, got.article) == ((), None)
    assert got.no_article_message.startswith(f"{server.url[7:]} is no article: this is")
    assert len(server.seen) == 1


def test_what_is_no_web_page_is_not_searched(server: Server) -> None:
    server.serve("/x.pdf", "%PDF-1.7")
    got = page(server, "/x.pdf")
    assert got.message.endswith("this is a PDF document.")
    assert len(server.seen) == 1


def test_a_page_that_kills_the_worker_is_a_failure(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from roya_tui.refresh import parse_pool

    tight = parse_pool.Limits(timeout=0.0001)
    monkeypatch.setattr(parse_pool, "Limits", lambda: tight)
    server.serve("/", html(), "text/html")
    got = discover(server.url, QUICK, now=NOW)
    assert isinstance(got, Failure)
    assert got.kind == "parse-died"
