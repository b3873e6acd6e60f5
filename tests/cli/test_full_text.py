"""The page behind an article, fetched when a person asks: kept where it has more than the feed, told where not."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from tests.cli.conftest import Cli
from tests.servers import Server, hang

from roya_tui.model import Entry
from roya_tui.ui.child_process import MAX_LINE_BYTES

TEASER = "The harbour office will count its boats again."
SENTENCE = "The harbour office counted the boats again before noon, and wrote down each of them by name."


def page(body: str = f"<p>{SENTENCE}</p>" * 6, *, title: str = "Boats counted", head: str = "") -> str:
    """A page of invented news with whatever it is to have."""
    return (
        f"<html><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>"
    )


PAID = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'


@pytest.fixture
def quick(home: Path) -> None:
    """No pause between two questions: the server is ours."""
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text('[refresh]\nspacing = "0s"\nper_host = 8\n[offline]\npictures = false\n')


def subscribed(cli: Cli, server: Server, text: str = TEASER, path: str = "/boats") -> str:
    """Subscribe to a feed with one article, whose page is at `path`; return the article's number."""
    item = f"<item><guid>boats</guid><title>Boats counted</title><link>{server.url}{path}</link>"
    item += f"<description>{text}</description></item>"
    feed = f"<rss version='2.0'><channel><title>Harbour Post</title>{item}</channel></rss>"
    assert cli("add", server.serve("/feed", feed)).code == 0
    return str(cli("list", "source:Harbour", "--json").json[0]["id"])


@pytest.mark.usefixtures("quick")
def test_the_full_text_is_fetched_kept_and_found(cli: Cli, server: Server) -> None:
    server.serve("/boats", page(), "text/html")
    number = subscribed(cli, server)
    assert TEASER in cli("show", number).out
    assert cli("list", "is:full", "--tsv").out == ""
    shown = cli("show", number, "--full")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.count("counted the boats") == 6
    server.stop()
    assert cli("--offline", "show", number, "--full").out == shown.out
    assert cli("show", number).out == shown.out
    assert "Boats counted" in cli("list", "is:full").out
    assert "Boats counted" in cli("list", "wrote down each").out, "what the page says is found"


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("html", "told"),
    [
        (page("<form><input type='password'></form>"), "this is a page that asks to log in."),
        (
            page("<p>We use them.</p>", title="We value your privacy"),
            "this is a page that asks for your consent first.",
        ),
        (page("", title="Just a moment..."), "this is a page that wants to see that a person reads it."),
        (page("<p>Soon.</p>", head=PAID), "this is a page that shows its article only to subscribers."),
        (page("", title="404"), "this is a page that says that there is nothing here."),
        (page(f"<p>{SENTENCE}</p>" * 2), "The page has less text than the feed. The feed's own text stays."),
        (page(f"<p>{SENTENCE}</p>" * 2, head=PAID), "The page shows its article only to subscribers."),
    ],
    ids=["login", "consent", "robot", "paid", "gone", "thin", "thin-paid"],
)
def test_a_wall_is_told_and_the_feeds_text_stays(cli: Cli, server: Server, html: str, told: str) -> None:
    server.serve("/boats", html, "text/html")
    number = subscribed(cli, server, "All that the feed has to say of it. " * 12)
    shown = cli("show", number, "--full")
    assert (shown.code, shown.out) == (1, "")
    assert told in shown.err
    assert "All that the feed has to say" in cli("show", number).out


@pytest.mark.usefixtures("quick")
def test_among_several_articles_one_without_a_page_stays_as_it_is(cli: Cli, server: Server) -> None:
    server.serve("/boats", page(), "text/html")
    items = "".join(
        f"<item><guid>{name}</guid><title>{name}</title><link>{server.url}/{name}</link>"
        f"<description>Of {name}.</description></item>"
        for name in ("boats", "trams")
    )
    cli("add", server.serve("/feed", f"<rss version='2.0'><channel><title>Post</title>{items}</channel></rss>"))
    shown = cli("show", "--query", "source:Post", "--full")
    assert shown.code == 0
    assert "counted the boats" in shown.out
    assert "Of trams." in shown.out
    assert "trams: 127.0.0.1 has nothing at this address (404). The feed's own text stays." in shown.err


@pytest.mark.usefixtures("quick")
def test_a_page_that_is_not_free_is_kept_for_what_it_has(cli: Cli, server: Server) -> None:
    server.serve("/boats", page(head=PAID), "text/html")
    number = subscribed(cli, server)
    shown = cli("show", number, "--full")
    assert shown.err == "The page is not free: this may be a part of it.\n"
    assert "counted the boats" in shown.out


@pytest.mark.usefixtures("quick")
def test_a_site_that_wants_no_programs_is_left_alone(cli: Cli, server: Server) -> None:
    server.serve("/robots.txt", "User-agent: *\nDisallow: /boats\n", "text/plain")
    server.serve("/boats", page(), "text/html")
    number = subscribed(cli, server)
    assert "127.0.0.1 wants no programs to read this page." in cli("show", number, "--full").err
    assert server.asked("/boats") == []


@pytest.mark.usefixtures("quick")
def test_a_host_that_asks_for_a_pause_has_it_at_the_second_question(cli: Cli, server: Server) -> None:
    server.reply("/boats", 429, Retry_After="3600")
    number = subscribed(cli, server)
    first = cli("show", number, "--full").err
    assert "127.0.0.1 wants fewer visits (429). It may be asked again at " in first
    assert "127.0.0.1 wants to be left alone for a while." in cli("show", number, "--full").err
    assert len(server.asked("/boats")) == 1


@pytest.mark.usefixtures("quick")
def test_a_link_is_told_as_a_page_and_nothing_is_stored(cli: Cli, server: Server) -> None:
    title, many = "🚢" * 90_000, f"<p>{SENTENCE}</p>" * 2000
    server.serve("/other", page(many, title=title), "text/html")
    number = subscribed(cli, server)
    told = cli("show", number, "--events", "--link", f"{server.url}/other")
    assert [event["event"] for event in told.events] == ["part"] * (len(told.events) - 1) + ["page"]
    assert max(map(len, told.lines)) < MAX_LINE_BYTES, "whatever is long in it"
    entry = msgspec.json.decode("".join(event["json"] for event in told.events[:-1]), type=Entry)
    assert entry.content.count("counted the boats") == 2000
    assert (entry.title, entry.url) == (title, f"{server.url}/other")
    assert len(cli("list", "source:Harbour", "--tsv").lines) == 1


@pytest.mark.usefixtures("quick")
def test_a_link_into_the_own_network_is_not_followed_for_a_stranger(cli: Cli, server: Server) -> None:
    other = Server()
    other.serve("/secret", page(), "text/html")
    number = subscribed(cli, server)
    told = cli("show", number, "--events", "--link", f"{other.url}/secret")
    other.stop()
    [event] = told.events
    assert event["event"] == "failed"
    assert other.seen == []


@pytest.mark.usefixtures("quick")
def test_an_article_without_a_page_and_one_that_is_gone(cli: Cli, server: Server, tmp_path: Path) -> None:
    feed = tmp_path / "town.xml"
    feed.write_text(
        "<rss version='2.0'><channel><title>Town</title><item><title>No page</title></item></channel></rss>"
    )
    cli("add", str(feed))
    [article] = cli("list", "source:Town", "--json").json
    told = cli("show", str(article["id"]), "--events")
    assert told.events == [
        {"event": "failed", "message": "This article has no page of its own: what the feed says is all there is."}
    ]
    assert cli("show", "987654", "--events").events[0]["event"] == "failed"


def test_a_page_that_never_comes_is_given_up(cli: Cli, server: Server, home: Path) -> None:
    server.answer("/boats", hang)
    number = subscribed(cli, server)
    (home / "config.toml").write_text('[refresh]\nspacing = "0s"\ntimeout = "1s"\n')
    assert "127.0.0.1 did not answer in 1 s" in cli("show", number, "--full").err
