"""One look at an address, before anybody subscribes to it."""

from __future__ import annotations

from pathlib import Path

from tests.servers import Server, rss

from roya_tui.config import Config
from roya_tui.model import Failure
from roya_tui.refresh.discovery import probe
from roya_tui.refresh.results import FoundFeed, FoundPage

NOW = 1_750_000_000
FEED = rss(("1", "One", "x"))
HTML = "<!doctype html><title>Front page</title><link rel=alternate type='application/rss+xml' href='/rss'>"


def test_a_feed_is_found_where_it_lives(server: Server) -> None:
    new = server.serve("/new", FEED)
    got = probe(server.redirect("/old", "/new", 301), Config(), now=NOW)
    assert isinstance(got, FoundFeed)
    assert (got.url, got.moved_to) == (new, new)
    assert [entry.title for entry in got.feed.entries] == ["One"]


def test_a_page_comes_back_with_its_bytes(server: Server) -> None:
    url = server.serve("/", HTML, "text/html")
    got = probe(url, Config(), now=NOW)
    assert isinstance(got, FoundPage)
    assert (got.url, got.document.decompressed(), got.content_type) == (url, HTML.encode(), "text/html")
    assert got.message == f"{url[7:-1]} is no feed: this is a web page that offers 1 feed."


def test_a_failure_is_told(server: Server) -> None:
    got = probe(server.url + "/nothing", Config(), now=NOW)
    assert got == Failure("status", "127.0.0.1 has nothing at this address (404).", status=404)


def test_an_address_that_a_page_offers_may_not_be_private(server: Server) -> None:
    got = probe(server.serve("/rss", FEED), Config(), now=NOW, user_url="https://news.example/")
    assert isinstance(got, Failure)
    assert got.kind == "address"
    assert not server.seen


def test_a_file_can_be_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "one.rss"
    path.write_text(FEED)
    got = probe(str(path), Config(), now=NOW)
    assert isinstance(got, FoundFeed)
    assert got.feed.title == "Invented News"
    path.write_text("Dear diary")
    page = probe(str(path), Config(), now=NOW)
    assert isinstance(page, FoundPage)
    assert page.message == "one.rss is no feed: this is plain text."
    assert isinstance(probe(str(tmp_path / "none"), Config(), now=NOW), Failure)
