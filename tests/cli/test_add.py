"""add: feeds, pages that offer feeds, files, folders and article pages."""

import os
import re
import shlex
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.conftest import AT_ONCE, Cli, configure, contents, page, rss
from tests.servers import Server

from roya_tui.store.database import open_store
from roya_tui.text import one_line

HTML = "text/html"
STORY = "The ferry to the old mill now sails on Sundays as well, says the harbour office in a note. " * 8


def link(href: str, title: str, kind: str = "rss") -> str:
    return f'<link rel="alternate" type="application/{kind}+xml" title="{title}" href="{href}">'


def article(*head: str, title: str = "Ferry sails on Sundays", text: str = STORY) -> str:
    return (
        f"<!doctype html><html lang=en><head><title>{title} | Town</title>"
        f"<meta property='article:published_time' content='2025-07-04T00:16:00+03:00'>"
        f"<meta property='article:tag' content='Harbour'><meta name=author content='Night Desk'>{''.join(head)}</head>"
        f"<body><article><h1>{title}</h1><p>{text}</p><p>{text}</p></article></body></html>"
    )


def sources(cli: Cli) -> dict[str, dict[str, object]]:
    return {source["url"]: source for source in cli("sources", "--json").json if "royanews" not in source["url"]}


def test_added_articles_are_grouped_into_stories(cli: Cli, server: Server) -> None:
    for name, title, lead in (
        ("Post", "Tram derails in Ellwick, four hurt", "A tram derailed in Ellwick on Monday; four people were hurt."),
        (
            "Times",
            "Four injured as tram jumps rails in Ellwick",
            "Four people were hurt when a tram derailed in Ellwick.",
        ),
    ):
        item = f"<item><title>{title}</title><guid>{name}</guid><description>{lead}</description></item>"
        feed = f'<rss version="2.0"><channel><title>{name}</title><language>en</language>{item}</channel></rss>'
        assert cli("add", server.serve(f"/{name}", feed)).code == 0
    assert [article["story_size"] for article in cli("list", "--json").json] == [2, 2]
    assert len(cli("list", "--stories").lines) == 1


def test_feed_is_fetched_once_refreshed_conditionally_and_removed_by_undo(cli: Cli, server: Server) -> None:
    modified = "Fri, 04 Jul 2025 00:16:00 GMT"
    address = server.serve("/feed", rss("Town News", "one", "two"), **{"Last-Modified": modified})
    result = cli("add", address.removeprefix("http://"), "--folder", " News / Jordan ", "--title", "My town")
    assert (result.code, result.err, result.out) == (0, "", "Added “My town” (2 articles).\n")
    source = sources(cli)[address]
    assert (source["folder"], source["name"], source["title"]) == ("News/Jordan", "My town", "Town News")
    assert source["succeeded"] is not None
    assert cli("list", "source:town", "--json").json[0]["title"] in ("one", "two")
    assert (cli("add", "feed:" + address).code, cli("add", address).out) == (0, "Source “My town” already exists.\n")
    assert [seen.path for seen in server.seen] == ["/feed"]

    assert cli("refresh", "town").code == 0
    first, second = server.seen
    assert "if-none-match" not in first.headers
    assert second.headers["if-none-match"].startswith("W/")
    assert second.headers["if-modified-since"] == modified
    assert cli("undo").out.startswith("Undone: Added “My town")
    assert sources(cli) == {}
    assert cli("list", "source:town").out == ""


def test_only_feed_of_a_page_is_added(cli: Cli, server: Server) -> None:
    for name in ("World", "Sport", "Comments"):
        server.serve(f"/{name}", rss(name, name))
    server.serve("/one", page(link("/Comments", "Comments"), link("/World", "W")), HTML)
    server.serve("/formats", page(link("/Sport", "News (RSS)"), link("/atom", "News (Atom)", "atom")), HTML)
    assert cli("add", f"{server.url}/one").out == "Added “World” (1 article).\n"
    assert cli("add", f"{server.url}/formats").out == "Added “Sport” (1 article).\n"
    assert set(sources(cli)) == {f"{server.url}/World", f"{server.url}/Sport"}


def test_several_offered_feeds_are_listed_as_commands_that_are_safe_to_paste(cli: Cli, server: Server) -> None:
    harm = "/a';touch$IFS/tmp/x&&echo$IFS'"
    server.serve("/world.xml", rss("World", "one", date="Fri, 04 Jul 2025 00:16:00 GMT"))
    server.serve(harm, rss("A&#10;  rm -r .", "one", "two"))
    server.serve("/comments", rss("Comments", "one"))
    links = (("/comments", "Comments"), ("/world.xml", "W"), (harm, "S"), ("/none", "N"))
    server.serve("/", page(*(link(*pair) for pair in links)), HTML)
    result = cli("add", server.url)
    assert (result.code, result.out) == (1, "")
    first, world, harmless, comments = result.err.splitlines()
    assert first == f"roya-tui: {server.url} offers 3 feeds. Select one or more."
    newest = r"newest 0[34]-07-2025 \d\d:\d\d"
    assert re.fullmatch(rf"  roya-tui add {server.url}/world.xml  \(World, 1 article, {newest}\)", world)
    assert shlex.split(harmless)[:3] == ["roya-tui", "add", server.url + harm]
    assert comments == f"  roya-tui add {server.url}/comments  (Comments, 1 article)"
    assert sources(cli) == {}


def test_common_addresses_are_tried_last(cli: Cli, home: Path, server: Server) -> None:
    configure(home, AT_ONCE)
    server.serve("/", page(), HTML)
    feed = server.serve("/feed.xml", rss("Town News", "one"))
    found = f"does not link to a feed. Found {feed}."
    assert cli("add", server.url).out == f"{server.url} {found} Added “Town News” (1 article).\n"
    assert list(sources(cli)) == [feed]
    server.serve("/none", page(), HTML)
    message = f"{server.url}/none {found} Source “Town News” already exists.\n"
    assert cli("add", f"{server.url}/none").out == message


def test_address_that_is_not_a_feed_is_described_and_nothing_is_stored(cli, home, server, unused_tcp_port) -> None:
    cli("sources")
    configure(home, AT_ONCE)
    server.serve("/", page(), HTML)
    server.serve("/x.pdf", "%PDF-1.7 \x00\x01", "application/rss+xml")
    server.serve("/login", "<html><form><input type=password></form></html>", HTML)
    server.serve("/empty", "")
    server.serve("/words", "Only words.", "text/plain")
    server.serve("/offers", page(link("/world.xml", "World")), HTML)
    before = contents(home)
    for path, words in (
        ("/", "It is a web page without a feed."),
        ("/x.pdf", "It is a PDF document."),
        ("/login", "It is a login page."),
        ("/empty", "It is empty."),
        ("/words", "It is plain text."),
        ("/no", "was not found at this address (404). Check the address."),
        ("/offers", f"offers {server.url}/world.xml. 127.0.0.1 was not found at this address (404)."),
    ):
        result = cli("add", server.url + path)
        assert result.code == 1
        assert words in result.err
        assert result.err.startswith("roya-tui: ")
    refused = cli("add", "--page", server.url)
    assert refused.code == 1
    assert "is not an article. It is" in refused.err
    server.stop()
    assert cli("add", server.url).err.endswith("Check the address, or try again later.\n")
    err = cli("add", f"feed:127.0.0.1:{unused_tcp_port}/feed").err
    assert err.endswith("The app used https. If the server has only http, begin the address with http://.\n")
    assert contents(home) == before


def test_redirects_are_followed_and_only_permanent_ones_change_the_address(cli: Cli, server: Server) -> None:
    server.serve("/one", rss("One", "a"))
    two = server.serve("/two", rss("Two", "a"))
    now = server.redirect("/now", "/one", 302)
    moved = server.redirect("/moved", "/two", 301)
    result = cli("add", now, moved, f"{server.url}/no")
    assert (result.code, result.lines) == (3, ["Added “One” (1 article).", "Added “Two” (1 article)."])
    assert set(sources(cli)) == {now, two}


def test_files_and_folders_are_stored_by_their_absolute_path(cli, tmp_path, monkeypatch) -> None:
    folder = tmp_path / "feeds"
    folder.mkdir()
    (folder / "one.xml").write_text(rss("One", "a", "b"))
    (folder / "two.xml").write_text(rss("Two", "c"))
    monkeypatch.chdir(tmp_path)
    result = cli("--offline", "add", "feeds/one.xml", "./feeds", (folder / "two.xml").as_uri())
    assert result.lines == ["Added “One” (2 articles).", "Added “feeds” (3 articles).", "Added “Two” (1 article)."]
    assert set(sources(cli)) == {str(folder / "one.xml"), str(folder), str(folder / "two.xml")}


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (("./nothing.xml",), 1, "There is no file or folder ./nothing.xml."),
        ((str(Path(__file__).parent),), 1, "is a folder without feed files"),
        (("mailto:a@b.example",), 1, "is not a valid address"),
        (("",), 1, "is not a valid address"),
        (("a.example", "--zone", "Asia/Aman"), 2, "Did you mean “Asia/Amman”?"),
    ],
)
def test_invalid_argument_is_an_error(cli: Cli, argv: tuple[str, ...], code: int, words: str) -> None:
    result = cli("add", *argv)
    assert result.code == code
    assert words in result.err.replace("\n", " ")


def test_source_added_offline_is_fetched_later(cli: Cli) -> None:
    result = cli("--offline", "add", "a.example/feed", "--folder", "Later")
    assert result.code == 0
    assert "It is fetched when you refresh online." in result.out
    source = sources(cli)["https://a.example/feed"]
    assert (source["folder"], source["checked"]) == ("Later", None)


def test_events_are_one_object_per_address(cli: Cli, server: Server) -> None:
    address = server.serve("/feed", rss("Town News", "one"))
    server.serve("/a.xml", rss("A", "one"))
    server.serve("/b.xml", rss("B", "one", "two"))
    server.serve("/", page(link("/a.xml", "A"), link("/b.xml", "B")), HTML)
    added, choose, failed = cli("add", "--events", "--", address, server.url, f"{server.url}/no").events
    assert (added["event"], added["label"], added["articles"]) == ("added", "Town News", 1)
    assert choose["event"] == "choose"
    assert choose["candidates"][1] == {
        "url": f"{server.url}/b.xml", "title": "B", "kind": "rss", "known": False, "entries": 2, "newest": None,
        "newest_precision": "", "newest_offset": None, "language": "", "headlines": ["one", "two"],
    }  # fmt: skip
    assert failed["event"] == "failed"
    assert "404" in failed["message"]


def test_mapping_reads_other_json(cli: Cli, home: Path, server: Server) -> None:
    configure(home, '[mappings.wire]\nitems = "stories"\ntitle = "head"\n')
    address = server.serve("/api", '{"stories": [{"head": "First"}, {"head": "Second"}]}', "application/json")
    assert cli("add", address).code == 1
    assert cli("add", address, "--mapping", "wire", "--title", "Wire").out == "Added “Wire” (2 articles).\n"
    assert sources(cli)[address]["mapping"] == "wire"
    unknown = cli("add", address, "--mapping", "wird")
    assert unknown.code == 1
    assert "wire" in unknown.err


def test_article_page_is_saved_updated_and_undone(cli: Cli, server: Server) -> None:
    address = server.serve("/2025/ferry", article(), HTML)
    result = cli("add", address)
    assert (result.code, result.err) == (0, "")
    assert re.fullmatch(r"Saved “Ferry sails on Sundays”, 0[34]-07-2025 \d\d:\d\d\.\n", result.out)
    assert len(server.seen) == 1
    (headline,) = cli("list", "--json", "source:saved").json
    shown = cli("show", str(headline["id"]), "--format", "json").json
    facts = ("title", "url", "guid", "published", "authors", "tags")
    assert [shown[fact] for fact in facts] == [
        *("Ferry sails on Sundays", address, address, "2025-07-03T21:16:00Z"), ["Night Desk"], ["Harbour"],
    ]  # fmt: skip
    assert "says the harbour office" in shown["content"]

    requests = len(server.seen)
    assert cli("refresh", "saved").code == cli("refresh", "--all-now", "--offline").code == 0
    assert len(server.seen) == requests
    (saved,) = [source for source in cli("sources", "--json").json if source["label"] == "Saved pages"]
    assert (saved["articles"], saved["error"], saved["checked"]) == (1, "", None)
    exported = cli("export")
    assert "aved" not in exported.out
    assert "left out" not in exported.err
    assert "Saved pages saved by you" in " ".join(cli("sources").out.split())

    assert cli("add", address).out == "“Ferry sails on Sundays” is already saved.\n"
    server.serve("/2025/ferry", article(text=STORY + " The fare is two coins."), HTML)
    assert "was edited since you saved it" in cli("add", address).out
    assert cli("list", "--json", "source:saved").json[0]["revisions"] == 1

    assert cli("undo").out.startswith("Undone: Saved “Ferry sails on Sundays”")
    assert "Saved pages" not in cli("sources").out
    assert cli("list", "ferry").out == ""
    assert cli("add", address).out.startswith("Saved “Ferry")
    assert len(cli("list", "--json", "source:saved").json) == 1


def test_page_with_a_feed_or_without_a_date_is_saved_only_with_an_option(cli: Cli, home: Path, server: Server) -> None:
    configure(home, AT_ONCE)
    about = server.serve("/about", f"<html><title>About us</title><article><p>{STORY}</p></article></html>", HTML)
    result = cli("add", about)
    assert result.code == 1
    assert f"To save the page itself: roya-tui add --page {about}" in result.err
    assert cli("add", "--page", about).out == "Saved “About us”.\n"

    feed = server.serve("/rss", rss("Town News", "one"))
    address = server.serve("/2025/ferry", article(link("/rss", "Town")), HTML)
    result = cli("add", address)
    assert result.out == f"Added “Town News” (1 article). To save the page itself: roya-tui add --page {address}\n"
    assert feed in sources(cli)
    assert cli("add", "--page", address).out.startswith("Saved “Ferry sails on Sundays”")
    refused = cli("add", "--page", feed)
    assert refused.code == 1
    assert "is a feed. To subscribe to it, omit --page." in refused.err


def test_page_of_a_site_with_a_source_has_its_time_zone(cli: Cli, server: Server) -> None:
    cli("add", "--zone", "Asia/Amman", server.serve("/rss", rss("Town News", "one")))
    page = article().replace("2025-07-04T00:16:00+03:00", "04-07-2025 00:16")
    cli("add", server.serve("/2025/ferry", page, HTML))
    (headline,) = cli("list", "--json", "source:saved").json
    assert headline["published"] == "2025-07-03T21:16:00Z"


def test_warning_about_a_feed_is_printed_and_stored(cli: Cli, home: Path, server: Server) -> None:
    whole = rss("Torn Sheet", "one", "two")
    result = cli("add", server.serve("/torn", whole[: whole.index("two") + 2]))
    assert result.code == 0
    assert result.out.startswith("Added “Torn Sheet” (2 articles). The document is cut off: the last of 2 entries is ")
    with closing(open_store(home / "news.db", readonly=True)) as db:
        ((message,),) = db.execute("SELECT message FROM attempt WHERE message <> ''")
    assert message == "The document is cut off: the last of 2 entries is incomplete."


def test_incomplete_article_is_marked_until_the_feed_is_whole(cli: Cli, server: Server) -> None:
    whole = rss("Torn Sheet", "one", "two")
    feed = server.serve("/torn", whole[: whole.index("Sheet-two")])
    cli("add", feed)
    (two,) = [row["id"] for row in cli("list", "--json", "two").json]
    note = "Incomplete: the feed was cut off here."
    for form in ("text", "markdown", "html"):
        assert note in cli("show", str(two), "--format", form).out
    assert note in cli("--plain", "show", str(two)).out
    assert cli("show", str(two), "--format", "json").json["incomplete"] is True
    assert cli("inspect", feed, "--json").json["entries"][1]["incomplete"] is True
    server.serve("/torn", whole)
    cli("refresh", "Torn Sheet")
    article = cli("show", str(two), "--format", "json").json
    assert (article["incomplete"], article["guid"], article["revisions"]) == (False, "Torn Sheet-two", 0)
    assert note not in cli("show", str(two)).out


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_file_whose_name_is_not_utf8_is_refused(cli: Cli, home: Path, tmp_path: Path) -> None:
    cli("sources")
    before = contents(home)
    file = os.fsencode(tmp_path) + b"/feed-\xff.xml"
    with open(file, "w") as document:
        document.write(rss("Town News", "one"))
    result = cli("add", os.fsdecode(file))
    assert result.code == 1
    assert "is not valid UTF-8. Rename the file." in result.err
    assert contents(home) == before


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
@pytest.mark.parametrize("name", [b"\xff.xml", b"two\nlines.xml", b"\x1b[31m.xml"])
def test_folder_is_added_when_names_of_other_files_in_it_are_odd(cli: Cli, tmp_path: Path, name: bytes) -> None:
    with open(os.fsencode(tmp_path) + b"/" + name, "w") as document:
        document.write("No feed")
    shown = one_line(os.fsdecode(name))
    (tmp_path / "feed.xml").write_text(rss("Town News", "one"))
    assert cli("add", str(tmp_path)).code == 0
    (tmp_path / "feed.xml").write_text("No feed, either")
    assert f"{shown}: It is plain text." in cli("refresh", str(tmp_path)).err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_error_is_one_line_when_name_of_file_has_two(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "two\nlines.xml"
    file.write_text("No feed")
    assert cli("add", str(file)).err == "roya-tui: two lines.xml is not a feed. It is plain text.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
@pytest.mark.parametrize("character", ["\a", "\u200b"])
def test_file_whose_name_has_an_invisible_character_is_added(cli: Cli, tmp_path: Path, character: str) -> None:
    file = tmp_path / f"feed{character}.xml"
    file.write_text(rss("Town News", "one"))
    assert cli("add", str(file)).lines == ["Added “Town News” (1 article)."]
    assert cli("add", str(file)).lines == ["Source “Town News” already exists."]
    assert str(file) in sources(cli)
