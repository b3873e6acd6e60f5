"""show --full and --link: the text of an article's page, saved where it has more than the feed."""

from pathlib import Path

import msgspec
import pytest
from tests.cli.conftest import AT_ONCE, Cli, configure
from tests.servers import Server, hang

from roya_tui.model import Entry
from roya_tui.ui.processes.child_process import MAX_LINE_BYTES

TEASER = "The harbour office will count its boats again."
SENTENCE = "The harbour office counted the boats again before noon, and wrote down each of them by name."


def page(body: str = f"<p>{SENTENCE}</p>" * 6, *, title: str = "Boats counted", head: str = "") -> str:
    """Return a page with an article."""
    return (
        f"<html><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>"
    )


PAID = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'


@pytest.fixture(autouse=True)
def quick(home: Path) -> None:
    """Settings for several requests at once to the server of the test."""
    configure(home, AT_ONCE + "per_host = 8\n[offline]\npictures = false\n")


def subscribed(cli: Cli, server: Server) -> str:
    """Add a feed with one article, whose page is at /boats; return the article's number."""
    item = f"<item><guid>boats</guid><title>Boats counted</title><link>{server.url}/boats</link>"
    item += f"<description>{TEASER}</description></item>"
    feed = f"<rss version='2.0'><channel><title>Harbour Post</title>{item}</channel></rss>"
    assert cli("add", server.serve("/feed", feed)).code == 0
    return str(cli("list", "source:Harbour", "--json").json[0]["id"])


def test_full_text_is_fetched_stored_and_found(cli: Cli, server: Server) -> None:
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
    assert "Boats counted" in cli("list", "wrote down each").out, "the search finds words of the page"


WITHOUT_THE_ARTICLE = (
    (page("<form><input type='password'></form>"), "It is a page that asks to log in."),
    (
        page("<p>We use them.</p>", title="We value your privacy"),
        "It is a page that asks for consent.",
    ),
    (page("", title="Just a moment..."), "It is a page that checks for robots."),
    (page("<p>Soon.</p>", head=PAID), "It is a page for subscribers only."),
    (page("", title="404"), "It is a “not found” page."),
    (page(f"<p>{SENTENCE}</p>" * 2), "The page has less text than the feed. The text from the feed is kept."),
    (page(f"<p>{SENTENCE}</p>" * 2, head=PAID), "The page shows the article only to subscribers."),
)
"""Pages, and how the command describes them."""


def test_page_without_the_article_is_described_and_the_text_of_the_feed_stays(cli: Cli, server: Server) -> None:
    text = "All that the feed has to say of it. " * 12
    items = "".join(
        f"<item><guid>{n}</guid><title>Page {n}</title><description>{text}</description>"
        f"<link>{server.serve(f'/{n}', html, 'text/html')}</link></item>"
        for n, (html, _) in enumerate(WITHOUT_THE_ARTICLE)
    )
    cli("add", server.serve("/feed", f"<rss version='2.0'><channel><title>Post</title>{items}</channel></rss>"))
    numbers = {article["title"]: str(article["id"]) for article in cli("list", "source:Post", "--json").json}
    for n, (_, words) in enumerate(WITHOUT_THE_ARTICLE):
        shown = cli("show", numbers[f"Page {n}"], "--full")
        assert (shown.code, shown.out) == (1, "")
        assert words in shown.err
        assert "All that the feed has to say" in cli("show", numbers[f"Page {n}"]).out


def test_one_of_several_articles_without_a_page_keeps_its_text(cli: Cli, server: Server) -> None:
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
    assert "trams: 127.0.0.1 was not found at this address (404). The text from the feed is kept." in shown.err


def test_page_behind_a_paywall_is_stored_with_a_note(cli: Cli, server: Server) -> None:
    server.serve("/boats", page(head=PAID), "text/html")
    shown = cli("show", subscribed(cli, server), "--full")
    assert shown.err == "The page is not free. This may be only a part of the text.\n"
    assert "counted the boats" in shown.out


def test_site_that_forbids_programs_or_limits_requests_is_not_asked_again(cli: Cli, server: Server) -> None:
    server.serve("/robots.txt", "User-agent: *\nDisallow: /boats\n", "text/plain")
    number = subscribed(cli, server)
    assert "127.0.0.1 does not allow programs to read this page (robots.txt)." in cli("show", number, "--full").err
    assert server.asked("/boats") == []
    server.reply("/trams", 429, Retry_After="3600")
    feed = f"<item><guid>trams</guid><title>Trams</title><link>{server.url}/trams</link></item>"
    cli("add", server.serve("/other", f"<rss version='2.0'><channel><title>Trams</title>{feed}</channel></rss>"))
    (trams,) = cli("list", "source:Trams", "--json").json
    first = cli("show", str(trams["id"]), "--full").err
    assert "127.0.0.1 is limiting requests (429). You can try again at " in first
    assert (
        f"127.0.0.1:{server.port} is limiting requests. Try again later." in cli("show", str(trams["id"]), "--full").err
    )
    assert len(server.asked("/trams")) == 1


def test_linked_page_is_printed_as_events_and_not_stored(cli: Cli, server: Server) -> None:
    title, many = "🚢" * 90_000, f"<p>{SENTENCE}</p>" * 2000
    server.serve("/other", page(many, title=title), "text/html")
    number = subscribed(cli, server)
    result = cli("show", number, "--events", "--link", f"{server.url}/other")
    assert [event["event"] for event in result.events] == ["part"] * (len(result.events) - 1) + ["page"]
    assert max(map(len, result.lines)) < MAX_LINE_BYTES, "long values are split"
    entry = msgspec.json.decode("".join(event["json"] for event in result.events[:-1]), type=Entry)
    assert entry.content.count("counted the boats") == 2000
    assert (entry.title, entry.url) == (title, f"{server.url}/other")
    assert len(cli("list", "source:Harbour", "--tsv").lines) == 1


def test_link_into_the_local_network_is_not_followed(cli: Cli, server: Server) -> None:
    other = Server()
    other.serve("/secret", page(), "text/html")
    number = subscribed(cli, server)
    result = cli("show", number, "--events", "--link", f"{other.url}/secret")
    other.stop()
    [event] = result.events
    assert event["event"] == "failed"
    assert other.seen == []


def test_article_without_a_page_is_a_failed_event(cli: Cli, server: Server, tmp_path: Path) -> None:
    feed = tmp_path / "town.xml"
    feed.write_text(
        "<rss version='2.0'><channel><title>Town</title><item><title>No page</title></item></channel></rss>"
    )
    cli("add", str(feed))
    [article] = cli("list", "source:Town", "--json").json
    result = cli("show", str(article["id"]), "--events")
    assert result.events == [
        {"event": "failed", "message": "This article has no address, so its full text cannot be fetched."}
    ]
    assert cli("show", "987654", "--events").events[0]["event"] == "failed"


def test_page_that_does_not_respond_times_out(cli: Cli, server: Server, home: Path) -> None:
    server.answer("/boats", hang)
    number = subscribed(cli, server)
    configure(home, AT_ONCE + 'timeout = "1s"\n')
    assert "127.0.0.1 did not respond within 1 s" in cli("show", number, "--full").err
