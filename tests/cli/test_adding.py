"""add: a feed, a page that offers some, a file, a folder; the store is left alone where there is no feed."""

from __future__ import annotations

import os
import re
import shlex
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.conftest import Cli
from tests.servers import Server

from roya_tui.store.database import open_store
from roya_tui.store.user_data.journal import undo

HTML = "text/html"
QUICK = '[refresh]\nspacing = "0s"\n'


def rss(title: str, *items: str, date: str = "") -> str:
    dated = f"<pubDate>{date}</pubDate>" if date else ""
    entries = "".join(
        f"<item><title>{item}</title><guid>{title}-{item}</guid><link>https://a.example/{item}</link>{dated}</item>"
        for item in items
    )
    return f'<rss version="2.0"><channel><title>{title}</title><ttl>90</ttl>{entries}</channel></rss>'


def page(*links: str) -> str:
    return f"<!doctype html><html><head><title>Page</title>{''.join(links)}</head><body><p>Hello.</p></body></html>"


def declared(href: str, title: str, kind: str = "rss") -> str:
    return f'<link rel="alternate" type="application/{kind}+xml" title="{title}" href="{href}">'


def contents(home: Path) -> str:
    """All that the store holds."""
    with closing(sqlite3.connect(home / "news.db")) as db:
        return "\n".join(db.iterdump())


def subscribed(cli: Cli) -> dict[str, dict[str, object]]:
    return {source["url"]: source for source in cli("sources", "--json").json if "royanews" not in source["url"]}


def test_what_comes_stands_in_its_story_at_once(cli: Cli, server: Server) -> None:
    told = {
        "Post": ("Tram derails in Ellwick, four hurt", "A tram derailed in Ellwick on Monday; four people were hurt."),
        "Times": (
            "Four injured as tram jumps rails in Ellwick",
            "Four people were hurt when a tram derailed in Ellwick.",
        ),
    }
    for name, (title, lead) in told.items():
        item = f"<item><title>{title}</title><guid>{name}</guid><description>{lead}</description></item>"
        feed = f'<rss version="2.0"><channel><title>{name}</title><language>en</language>{item}</channel></rss>'
        assert cli("add", server.serve(f"/{name}", feed)).code == 0
    assert [article["tellings"] for article in cli("list", "--json").json] == [2, 2]
    assert len(cli("list", "--stories").lines) == 1


def test_a_feed_is_fetched_at_once(cli: Cli, server: Server) -> None:
    address = server.serve("/feed", rss("Town News", "one", "two"))
    result = cli("add", address, "--folder", " News / Jordan ", "--title", "My town")
    assert (result.code, result.err) == (0, "")
    assert result.out == "Added My town (2 articles).\n"
    source = subscribed(cli)[address]
    assert (source["folder"], source["name"], source["title"]) == ("News/Jordan", "My town", "Town News")
    assert source["succeeded"] is not None
    assert cli("list", "source:town", "--json").json[0]["title"] in ("one", "two")
    assert [seen.path for seen in server.seen] == ["/feed"]


def test_a_feed_that_is_there_already_is_not_asked_again(cli: Cli, server: Server) -> None:
    address = server.serve("/feed", rss("Town News", "one"))
    cli("add", address)
    result = cli("add", address)
    assert (result.code, result.out) == (0, "Town News is there already.\n")
    assert len(server.seen) == 1


def test_a_scheme_may_be_missing(cli: Cli, server: Server) -> None:
    address = server.serve("/feed", rss("Town News", "one"))
    assert cli("add", address.removeprefix("http://")).out == "Added Town News (1 article).\n"
    assert cli("add", "feed:" + address).out == "Town News is there already.\n"


def test_the_one_feed_of_a_page_is_taken(cli: Cli, server: Server) -> None:
    feed = server.serve("/news.xml", rss("Town News", "one"))
    server.serve("/", page(declared("/news.xml", "News"), declared("/c.xml", "Comments on it")), "text/html")
    result = cli("add", server.url)
    assert result.out == "Added Town News (1 article).\n"
    assert list(subscribed(cli)) == [feed]


def test_one_feed_in_two_formats_is_one(cli: Cli, server: Server) -> None:
    server.serve("/rss", rss("Town News", "one"))
    server.serve("/", page(declared("/rss", "News (RSS)"), declared("/atom", "News (Atom)", "atom")), "text/html")
    assert cli("add", server.url).out == "Added Town News (1 article).\n"


def test_of_several_feeds_the_person_chooses(cli: Cli, server: Server) -> None:
    server.serve("/world.xml", rss("World", "one", date="Fri, 04 Jul 2025 00:16:00 GMT"))
    server.serve("/sport.xml", rss("Sport", "one", "two"))
    server.serve("/", page(declared("/world.xml", "W"), declared("/sport.xml", "S"), declared("/none", "N")), HTML)
    result = cli("add", server.url)
    assert result.code == 1
    assert result.out == ""
    first, *lines = result.err.splitlines()
    assert first == f"roya-tui: {server.url} offers 2 feeds. Choose one or more:"
    assert re.fullmatch(
        rf"  roya-tui add {server.url}/world.xml  \(World, 1 article, newest 0[34]-07-2025 \d\d:\d\d\)", lines[0]
    )
    assert lines[1:] == [f"  roya-tui add {server.url}/sport.xml  (Sport, 2 articles)"]
    assert subscribed(cli) == {}


def test_comments_are_listed_last_and_never_taken_for_the_only_feed(cli: Cli, server: Server) -> None:
    for name in ("World", "Sport", "Comments"):
        server.serve(f"/{name}", rss(name, name))
    server.serve("/one", page(declared("/Comments", "Comments"), declared("/World", "W")), HTML)
    server.serve("/two", page(declared("/Comments", "C"), declared("/World", "W"), declared("/Sport", "S")), HTML)
    first, *lines = cli("add", f"{server.url}/two").err.splitlines()
    assert "offers 3 feeds" in first
    assert [line.split()[2].rpartition("/")[2] for line in lines] == ["World", "Sport", "Comments"]
    assert cli("add", f"{server.url}/one").out == "Added World (1 article).\n"


def test_what_is_to_be_pasted_runs_nothing_else(cli: Cli, server: Server) -> None:
    harm = "/a';touch$IFS/tmp/x&&echo$IFS'"
    server.serve(harm, rss("A&#10;  rm -r .", "one"))
    server.serve("/b?a=1&b=$(id)", rss("B", "two"))
    server.serve("/", page(declared(harm, "A"), declared("/b?a=1&b=$(id)", "B")), HTML)
    _, *lines = cli("add", server.url).err.splitlines()
    assert len(lines) == 2
    for line, path in zip(lines, (harm, "/b?a=1&b=$(id)"), strict=True):
        assert shlex.split(line)[:3] == ["roya-tui", "add", server.url + path]


def test_where_no_offer_is_a_feed_it_is_told_why(cli: Cli, server: Server) -> None:
    server.serve("/", page(declared("/world.xml", "World")), HTML)
    result = cli("add", server.url)
    assert result.code == 1
    assert f"offers {server.url}/world.xml, but: 127.0.0.1 has nothing at this address (404)." in result.err


def test_the_usual_places_are_tried_last(cli: Cli, home: Path, server: Server) -> None:
    home.mkdir()
    (home / "config.toml").write_text(QUICK)
    server.serve("/", page(), "text/html")
    feed = server.serve("/feed.xml", rss("Town News", "one"))
    assert cli("add", server.url).out == f"Added Town News (1 article), found at {feed}.\n"
    assert list(subscribed(cli)) == [feed]
    server.serve("/none", page(), "text/html")
    told = f"{server.url}/none offers no feed, but {feed} is one, and is there already (Town News).\n"
    assert cli("add", f"{server.url}/none").out == told


@pytest.mark.parametrize(
    ("path", "body", "type", "words"),
    [
        ("/", page(), HTML, "a web page that offers no feed"),
        ("/x.pdf", "%PDF-1.7 \x00\x01", "application/rss+xml", "a PDF document"),
        ("/login", "<html><form><input type=password></form></html>", HTML, "a login page"),
        ("/empty", "", "application/rss+xml", "empty"),
        ("/words", "Only words.", "text/plain", "plain text"),
        ("/no", None, "", "has nothing at this address (404). Check the address."),
    ],
)
def test_what_is_no_feed_says_what_it_is_and_leaves_the_store_alone(
    cli: Cli, home: Path, server: Server, path: str, body: str | None, type: str, words: str
) -> None:
    cli("sources")
    (home / "config.toml").write_text(QUICK)
    if body is not None:
        server.serve(path, body, type)
    before = contents(home)
    result = cli("add", server.url + path)
    assert result.code == 1
    assert words in result.err
    assert result.err.startswith("roya-tui: ")
    assert contents(home) == before


def test_a_host_that_is_not_there_says_what_to_do(cli: Cli, home: Path, server: Server) -> None:
    cli("sources")
    before = contents(home)
    server.stop()
    result = cli("add", server.url)
    assert result.code == 1
    assert result.err.endswith("Check the address, or try again later.\n")
    assert contents(home) == before


def test_a_host_without_https_may_be_named_without_a_scheme(cli: Cli, unused_tcp_port: int) -> None:
    err = cli("add", f"feed:127.0.0.1:{unused_tcp_port}/feed").err
    assert err.endswith("It was asked over https; where there is none, write http:// in front.\n")


def test_some_failed_is_another_code(cli: Cli, server: Server) -> None:
    address = server.serve("/feed", rss("Town News", "one"))
    result = cli("add", f"{server.url}/no", address)
    assert result.code == 3
    assert result.out == "Added Town News (1 article).\n"


def test_a_temporary_redirect_keeps_the_address_and_a_permanent_one_does_not(cli: Cli, server: Server) -> None:
    server.serve("/one", rss("One", "a"))
    two = server.serve("/two", rss("Two", "a"))
    now = server.redirect("/now", "/one", 302)
    moved = server.redirect("/moved", "/two", 301)
    assert cli("add", now, moved).code == 0
    assert set(subscribed(cli)) == {now, two}


def test_a_file_and_a_folder_are_kept_by_their_whole_path(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "one.xml").write_text(rss("One", "a", "b"))
    (tmp_path / "feeds" / "two.xml").write_text(rss("Two", "c"))
    monkeypatch.chdir(tmp_path)
    result = cli("--offline", "add", "feeds/one.xml", "./feeds", (tmp_path / "feeds" / "two.xml").as_uri())
    assert result.lines == ["Added One (2 articles).", "Added feeds (3 articles).", "Added Two (1 article)."]
    assert set(subscribed(cli)) == {
        str(tmp_path / "feeds" / "one.xml"),
        str(tmp_path / "feeds"),
        str(tmp_path / "feeds" / "two.xml"),
    }


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("./nothing.xml", "There is no file or folder ./nothing.xml."),
        ("/etc", "is a folder without feed files in it"),
        ("mailto:a@b.example", "is no web address"),
        ("", "is no web address"),
    ],
)
def test_what_cannot_be_an_address_is_told(cli: Cli, address: str, words: str) -> None:
    result = cli("add", address)
    assert result.code == 1
    assert words in result.err


def test_offline_it_is_fetched_later(cli: Cli) -> None:
    result = cli("--offline", "add", "a.example/feed", "--folder", "Later")
    assert result.code == 0
    assert "will be fetched later" in result.out
    source = subscribed(cli)["https://a.example/feed"]
    assert (source["folder"], source["checked"]) == ("Later", None)


def test_events_are_one_object_for_each_address(cli: Cli, server: Server) -> None:
    address = server.serve("/feed", rss("Town News", "one"))
    server.serve("/a.xml", rss("A", "one"))
    server.serve("/b.xml", rss("B", "one", "two"))
    server.serve("/", page(declared("/a.xml", "A"), declared("/b.xml", "B")), HTML)
    added, choose, failed = cli("add", "--events", "--", address, server.url, f"{server.url}/no").events
    assert (added["event"], added["label"], added["articles"]) == ("added", "Town News", 1)
    assert choose["event"] == "choose"
    assert choose["candidates"][1] == {
        "url": f"{server.url}/b.xml", "title": "B", "kind": "rss", "known": False, "entries": 2, "newest": None,
        "language": "", "headlines": ["one", "two"],
    }  # fmt: skip
    assert failed["event"] == "failed"
    assert "404" in failed["message"]


def test_a_mapping_reads_json_that_is_no_feed(cli: Cli, home: Path, server: Server) -> None:
    home.mkdir()
    (home / "config.toml").write_text('[mappings.wire]\nitems = "stories"\ntitle = "head"\n')
    address = server.serve("/api", '{"stories": [{"head": "First"}, {"head": "Second"}]}', "application/json")
    assert cli("add", address).code == 1
    result = cli("add", address, "--mapping", "wire", "--title", "Wire")
    assert result.out == "Added Wire (2 articles).\n"
    assert subscribed(cli)[address]["mapping"] == "wire"
    unknown = cli("add", address, "--mapping", "wird")
    assert unknown.code == 1
    assert "wire" in unknown.err


def test_a_zone_that_is_none_is_wrong_usage(cli: Cli) -> None:
    result = cli("add", "a.example", "--zone", "Asia/Aman")
    assert result.code == 2
    assert 'Did you mean "Asia/Amman"?' in result.err.replace("\n", " ")


def test_validators_are_kept_so_that_the_first_refresh_is_a_question(cli: Cli, server: Server) -> None:
    address = server.serve("/feed", rss("Town News", "one"), **{"Last-Modified": "Fri, 04 Jul 2025 00:16:00 GMT"})
    cli("add", address)
    assert cli("refresh", "town").code == 0
    first, second = server.seen
    assert "if-none-match" not in first.headers
    assert second.headers["if-none-match"].startswith("W/")
    assert second.headers["if-modified-since"] == "Fri, 04 Jul 2025 00:16:00 GMT"


def test_adding_can_be_undone(cli: Cli, home: Path, server: Server) -> None:
    cli("add", server.serve("/feed", rss("Town News", "one")))
    with closing(open_store(home / "news.db")) as db:
        assert undo(db, 2_000_000_000) is not None
    assert subscribed(cli) == {}
    assert cli("list").out == ""


# -- pages that are saved ---------------------------------------------------------------------------------------------

STORY = "The ferry to the old mill now sails on Sundays as well, says the harbour office in a note. " * 8


def article(*head: str, title: str = "Ferry sails on Sundays", text: str = STORY) -> str:
    return (
        f"<!doctype html><html lang=en><head><title>{title} | Town</title>"
        f"<meta property='article:published_time' content='2025-07-04T00:16:00+03:00'>"
        f"<meta property='article:tag' content='Harbour'><meta name=author content='Night Desk'>{''.join(head)}</head>"
        f"<body><article><h1>{title}</h1><p>{text}</p><p>{text}</p></article></body></html>"
    )


def test_a_page_that_is_an_article_is_saved(cli: Cli, server: Server) -> None:
    address = server.serve("/2025/ferry", article(), HTML)
    result = cli("add", address)
    assert (result.code, result.err) == (0, "")
    assert re.fullmatch(r"Saved “Ferry sails on Sundays”, 0[34]-07-2025 \d\d:\d\d, to read later\.\n", result.out)
    assert len(server.seen) == 1
    (headline,) = cli("list", "--json", "source:saved").json
    shown = cli("show", str(headline["id"]), "--format", "json").json
    assert (shown["title"], shown["url"], shown["guid"]) == ("Ferry sails on Sundays", address, address)
    assert (shown["published"], shown["authors"], shown["tags"]) == (
        "2025-07-03T21:16:00Z",
        ["Night Desk"],
        ["Harbour"],
    )
    assert "says the harbour office" in shown["content"]
    assert [source["articles"] for source in cli("sources", "--json").json if source["label"] == "Saved pages"] == [1]


def test_saving_a_page_again_says_so_and_keeps_what_has_changed(cli: Cli, server: Server) -> None:
    address = server.serve("/2025/ferry", article(), HTML)
    cli("add", address)
    assert cli("add", address).out == "“Ferry sails on Sundays” is saved already.\n"
    server.serve("/2025/ferry", article(text=STORY + " The fare is two coins."), HTML)
    assert "has changed since it was saved" in cli("add", address).out
    (headline,) = cli("list", "--json", "source:saved").json
    assert headline["revisions"] == 1


def test_saved_pages_are_neither_refreshed_nor_exported(cli: Cli, server: Server) -> None:
    cli("add", server.serve("/2025/ferry", article(), HTML))
    seen = len(server.seen)
    assert cli("refresh", "saved").code == 0
    assert cli("refresh", "--all-now", "--offline").code == 0
    assert len(server.seen) == seen
    (saved,) = [source for source in cli("sources", "--json").json if source["label"] == "Saved pages"]
    assert (saved["error"], saved["checked"]) == ("", None)
    exported = cli("export")
    assert "aved" not in exported.out
    assert "left out" not in exported.err
    assert "Saved pages kept here" in " ".join(cli("sources").out.split())


def test_saving_a_page_is_undone_with_its_source_and_done_again(cli: Cli, home: Path, server: Server) -> None:
    address = server.serve("/2025/ferry", article(), HTML)
    cli("add", address)
    with closing(open_store(home / "news.db")) as db:
        assert (undo(db, 2_000_000_000) or "").startswith("Undone: saved “Ferry sails on Sundays”")
    assert "Saved pages" not in cli("sources").out
    assert cli("list").out == ""
    assert cli("add", address).out.startswith("Saved “Ferry")
    assert len(cli("list", "--json", "source:saved").json) == 1


def test_a_page_with_feeds_is_saved_where_one_says_so(cli: Cli, server: Server) -> None:
    feed = server.serve("/rss", rss("Town News", "one"))
    address = server.serve("/2025/ferry", article(declared("/rss", "Town")), HTML)
    result = cli("add", address)
    assert result.out == f"Added Town News (1 article). To keep the page itself: roya-tui add --page {address}\n"
    assert list(subscribed(cli)) == [feed]
    assert cli("add", "--page", address).out.startswith("Saved “Ferry sails on Sundays”")
    refused = cli("add", "--page", feed)
    assert refused.code == 1
    assert "is a feed, not an article's page" in refused.err


def test_a_page_without_a_date_is_only_saved_where_one_says_so(cli: Cli, home: Path, server: Server) -> None:
    home.mkdir()
    (home / "config.toml").write_text(QUICK)
    address = server.serve("/about", f"<html><title>About us</title><article><p>{STORY}</p></article></html>", HTML)
    result = cli("add", address)
    assert result.code == 1
    assert f"To keep the page itself: roya-tui add --page {address}" in result.err
    assert cli("add", "--page", address).out == "Saved “About us”, to read later.\n"


def test_a_page_of_a_site_that_one_reads_has_its_clock(cli: Cli, server: Server) -> None:
    cli("add", "--zone", "Asia/Amman", server.serve("/rss", rss("Town News", "one")))
    page = article().replace("2025-07-04T00:16:00+03:00", "04-07-2025 00:16")
    cli("add", server.serve("/2025/ferry", page, HTML))
    (headline,) = cli("list", "--json", "source:saved").json
    assert headline["published"] == "2025-07-03T21:16:00Z"


def test_a_page_without_text_is_not_saved(cli: Cli, home: Path, server: Server) -> None:
    cli("sources")
    before = contents(home)
    result = cli("add", "--page", server.serve("/x", page(), HTML))
    assert result.code == 1
    assert "is no article: this is" in result.err
    assert contents(home) == before


def test_what_is_wrong_with_a_feed_is_told_when_it_is_added(cli: Cli, home: Path, server: Server) -> None:
    whole = rss("Torn Sheet", "one", "two")
    result = cli("add", server.serve("/torn", whole[: whole.index("two")]))
    assert result.code == 0
    assert result.out.startswith("Added Torn Sheet (1 article). The document is cut off after 1 ")
    with closing(open_store(home / "news.db", readonly=True)) as db:
        ((kept,),) = db.execute("SELECT message FROM attempt WHERE message <> ''")
    assert kept.startswith("The document is cut off after 1 ")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_file_whose_name_is_no_text_is_refused_in_words(cli: Cli, home: Path, tmp_path: Path) -> None:
    cli("sources")
    before = contents(home)
    file = os.fsencode(tmp_path) + b"/feed-\xff.xml"
    with open(file, "w") as document:
        document.write(rss("Town News", "one"))
    result = cli("add", os.fsdecode(file))
    assert result.code == 1
    assert "is not UTF-8, and the store keeps no other. Rename the file." in result.err
    assert contents(home) == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
@pytest.mark.parametrize("character", ["\a", "\u200b"])
def test_add_subscribes_to_file_whose_name_has_an_invisible_character(cli: Cli, tmp_path: Path, character: str) -> None:
    file = tmp_path / f"feed{character}.xml"
    file.write_text(rss("Town News", "one"))
    assert cli("add", str(file)).lines == ["Added Town News (1 article)."]
    assert cli("add", str(file)).lines == ["Town News is there already."]
    assert str(file) in subscribed(cli)
