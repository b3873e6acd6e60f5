"""add: a feed, a page that offers some, a file, a folder; the store is left alone where there is no feed."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from tests.cli.conftest import Cli
from tests.servers import Server


def rss(title: str, *items: str) -> str:
    entries = "".join(
        f"<item><title>{item}</title><guid>{title}-{item}</guid><link>https://a.example/{item}</link></item>"
        for item in items
    )
    return f'<rss version="2.0"><channel><title>{title}</title><ttl>90</ttl>{entries}</channel></rss>'


def page(*links: str) -> str:
    return f"<!doctype html><html><head><title>Page</title>{''.join(links)}</head><body><p>Hello.</p></body></html>"


def declared(href: str, title: str, kind: str = "rss") -> str:
    return f'<link rel="alternate" type="application/{kind}+xml" title="{title}" href="{href}">'


def subscribed(cli: Cli) -> dict[str, dict[str, object]]:
    return {source["url"]: source for source in cli("sources", "--json").json if "royanews" not in source["url"]}


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
    server.serve("/", page(declared("/world.xml", "World"), declared("/sport.xml", "Sport")), "text/html")
    result = cli("add", server.url)
    assert result.code == 1
    assert result.out == ""
    assert result.err.splitlines() == [
        f"roya-tui: {server.url} offers 2 feeds. Choose one:",
        f"  roya-tui add {server.url}/world.xml  (World)",
        f"  roya-tui add {server.url}/sport.xml  (Sport)",
    ]
    assert subscribed(cli) == {}


def test_what_is_to_be_pasted_runs_nothing_else(cli: Cli, server: Server) -> None:
    harm = "/a';touch$IFS/tmp/x&&echo$IFS'"
    server.serve("/", page(declared(harm, "A&#10;  rm -r ."), declared("/b?a=1&b=$(id)", "B")), "text/html")
    _, *lines = cli("add", server.url).err.splitlines()
    assert len(lines) == 2
    for line, path in zip(lines, (harm, "/b?a=1&b=$(id)"), strict=True):
        assert shlex.split(line)[:3] == ["roya-tui", "add", server.url + path]


def test_the_usual_places_are_tried_last(cli: Cli, server: Server) -> None:
    server.serve("/", page(), "text/html")
    feed = server.serve("/feed.xml", rss("Town News", "one"))
    assert cli("add", server.url).out == f"Added Town News (1 article), found at {feed}.\n"
    assert list(subscribed(cli)) == [feed]
    server.serve("/none", page(), "text/html")
    told = f"{server.url}/none offers no feed, but {feed} is one, and is there already (Town News).\n"
    assert cli("add", f"{server.url}/none").out == told


def test_what_is_no_feed_leaves_the_store_alone(cli: Cli, server: Server) -> None:
    server.serve("/", page(), "text/html")
    server.reply("/gone", 410)
    for address, words in ((server.url, "web page"), (f"{server.url}/gone", "410"), (f"{server.url}/no", "404")):
        result = cli("add", address)
        assert result.code == 1
        assert words in result.err
        assert result.err.startswith("roya-tui: ")
    assert subscribed(cli) == {}
    assert cli("list").out == ""


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
    server.serve("/", page(declared("/a.xml", "A"), declared("/b.xml", "B")), "text/html")
    added, choose, failed = cli("add", "--events", "--", address, server.url, f"{server.url}/no").events
    assert (added["event"], added["label"], added["articles"]) == ("added", "Town News", 1)
    assert choose["event"] == "choose"
    assert choose["candidates"][0] == {"url": f"{server.url}/a.xml", "title": "A", "kind": "rss"}
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
