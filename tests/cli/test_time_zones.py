"""Times without a zone are on the clock of their site, however it is added, and follow a new zone."""

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.conftest import AT_ONCE, Cli, configure, rss
from tests.servers import Server

from roya_tui.sources.pages.known_sites import time_zone_of_site

# Jordan had UTC+2 in winter until it stayed at UTC+3 in October 2022.
TIMES = {
    "15-01-2022 10:07": "2022-01-15T08:07:00Z",
    "27-10-2022 23:58": "2022-10-27T20:58:00Z",
    "30-10-2022 00:30": "2022-10-29T21:30:00Z",
    "15-01-2023 10:07": "2023-01-15T07:07:00Z",
    "04-07-2025 00:16": "2025-07-03T21:16:00Z",
}
"""Times as the site writes them, and in UTC."""
PAGE = (Path(__file__).parents[1] / "data" / "pages" / "roya-en.html").read_text("utf-8")


def dated(title: str) -> str:
    """Return a feed with an article for each of TIMES."""
    items = [rss(title, f"{title}-{n}", date=date) for n, date in enumerate(TIMES)]
    found = [re.search("<item>.*</item>", item) for item in items]
    written = "".join(item[0] for item in found if item)
    return f"<rss version='2.0'><channel><title>{title}</title>{written}</channel></rss>"


@pytest.fixture
def proxy(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A server that is a proxy, so that it is each host."""
    monkeypatch.setenv("http_proxy", server.url)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return server


@pytest.fixture(params=["command", "dialog"])
def add(request: pytest.FixtureRequest, cli: Cli, type_in: Callable[[str], None]) -> Callable[[str], None]:
    """Add an address with the command, or as the app's dialog does."""

    def command(address: str) -> None:
        if request.param == "command":
            assert cli("add", address).code == 0
        else:
            type_in(f'{address}\n{{"take": [0]}}\n')
            assert cli("add", "--events", "--ask", "-").code == 0

    return command


def test_roya_news_is_on_the_clock_of_amman_however_it_is_added(
    cli: Cli, home: Path, proxy: Server, add: Callable[[str], None]
) -> None:
    configure(home, f'{AT_ONCE}[dates]\nzone = "source"\n')
    proxy.serve("http://en.royanews.tv/feed", dated("Harbor desk"))
    proxy.serve("http://royanews.tv/rss", dated("مكتب الميناء"))
    home_page = (
        '<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head><body>Home</body></html>'
    )
    proxy.serve("http://royanews.tv/", home_page, "text/html")
    news = [{"news_title": f"Wire {n}", "news_id": n, "created_at": date} for n, date in enumerate(TIMES)]
    proxy.serve("http://www.royanews.tv/api/latest", json.dumps({"latest_news": news}), "application/json")
    for path in ("en.royanews.tv/feed", "royanews.tv/", "www.royanews.tv/api/latest"):
        add(f"http://{path}")
    for number, date in enumerate(TIMES):
        page = PAGE.replace("04-07-2025 00:16", date).replace("a plan", f"plan {number}")
        proxy.serve(f"http://en.royanews.tv/news/{number}", page, "text/html")
        add(f"http://en.royanews.tv/news/{number}")

    articles = cli("list", "--json", "--limit", "0").json
    articles = [one for one in articles if re.match("Harbor|مكتب|Wire|Sample: Town agrees", one["title"])]
    assert len(articles) == 4 * len(TIMES)
    assert sorted(one["published"] for one in articles) == sorted(4 * list(TIMES.values()))
    written = {utc: date for date, utc in TIMES.items()}
    for one in articles:
        shown = cli("show", str(one["id"])).out
        assert re.search(rf"Published: {written[one['published']]} \((?:Amman|UTC\+[23])\)", shown)
    (source,) = [one for one in cli("sources", "--json").json if one["url"] == "http://royanews.tv/rss"]
    assert source["zone"] == "Asia/Amman"


@pytest.mark.parametrize(
    ("url", "zone"),
    [
        ("https://royanews.tv/rss", "Asia/Amman"), ("https://EN.royanews.tv:8080/", "Asia/Amman"),
        ("https://www.royanews.tv./", "Asia/Amman"), ("https://notroyanews.tv/", ""),
        ("https://royanews.tv.example/", ""), ("https://a.example/royanews.tv", ""), ("/feeds/royanews.tv", ""),
    ],
)  # fmt: skip
def test_time_zone_is_known_for_a_host_and_its_subdomains(url: str, zone: str) -> None:
    assert time_zone_of_site(url) == zone


def test_zone_that_you_name_precedes_that_of_the_site(cli: Cli, proxy: Server) -> None:
    for name, zone in (("a", "Asia/Tokyo"), ("b", "")):
        proxy.serve(f"http://royanews.tv/{name}", rss(name, f"item {name}", date="04-07-2025 10:00"))
        assert cli("add", f"http://royanews.tv/{name}", "--zone", zone).code == 0
    found = {one["title"]: one["published"] for one in cli("list", "--json", "item").json}
    assert found == {"item a": "2025-07-04T01:00:00Z", "item b": "2025-07-04T10:00:00Z"}


def test_imported_source_of_a_known_site_has_its_zone(cli: Cli, tmp_path: Path) -> None:
    outlines = "".join(f"<outline xmlUrl='https://{host}/x'/>" for host in ("en.royanews.tv", "a.example"))
    (tmp_path / "list.opml").write_text(f"<opml version='2.0'><body>{outlines}</body></opml>")
    assert cli("import", str(tmp_path / "list.opml")).code == 0
    found = {one["url"]: one["zone"] for one in cli("sources", "--json").json}
    assert (found["https://en.royanews.tv/x"], found["https://a.example/x"]) == ("Asia/Amman", "")


MIXED = {
    "written": ("Fri, 04 Jul 2025 10:00:00 GMT", "2025-07-04T10:00:00Z", "2025-07-04T10:00:00Z"),
    "floating": ("04-07-2025 10:00", "2025-07-04T10:00:00Z", "2025-07-04T07:00:00Z"),
    "winter": ("04-01-2022 10:00", "2022-01-04T10:00:00Z", "2022-01-04T08:00:00Z"),
    "day": ("2025-07-04", "2025-07-04T00:00:00Z", "2025-07-03T21:00:00Z"),
}
"""Title → date, and when it is in UTC and in Amman."""


@pytest.mark.parametrize("is_old", [False, True])
def test_new_zone_of_an_existing_source_moves_its_articles_and_is_undone(
    cli: Cli, home: Path, server: Server, is_old: bool
) -> None:
    items = "".join(
        f"<item><title>{title}</title><pubDate>{date}</pubDate></item>" for title, (date, *_) in MIXED.items()
    )
    address = server.serve("/feed", f"<rss version='2.0'><channel><title>Mill</title>{items}</channel></rss>")
    assert cli("add", address).code == 0

    def published() -> dict[str, str]:
        return {one["title"]: one["published"] for one in cli("list", "--json", "source:mill").json}

    if is_old:  # saved by an earlier version of the app
        with closing(sqlite3.connect(home / "news.db")) as db, db:
            db.execute("UPDATE article SET published_form = NULL, updated_form = NULL")
    requests = len(server.seen)
    assert cli("add", address, "--zone", "Asia/Amman").out == "Changed the time zone of “Mill” to Asia/Amman.\n"
    assert published() == {title: amman for title, (_, _, amman) in MIXED.items()}
    assert cli("add", address, "--zone", "Asia/Amman").out == "Source “Mill” already exists.\n"
    assert cli("add", address).out == "Source “Mill” already exists.\n"
    assert cli("undo").out == "Undone: Changed the time zone of “Mill” to Asia/Amman.\n"
    assert published() == {title: utc for title, (_, utc, _) in MIXED.items()}
    assert cli("redo").code == 0
    assert published() == {title: amman for title, (_, _, amman) in MIXED.items()}
    server.serve("/feed", f"<rss version='2.0'><channel><title>Mill</title>{items}</channel></rss><!-- again -->")
    assert cli("refresh", "--all-now", "mill").code == 0
    assert published() == {title: amman for title, (_, _, amman) in MIXED.items()}
    assert [one["revisions"] for one in cli("list", "--json", "source:mill").json] == [0] * len(MIXED)
    requests = len(server.seen)
    assert cli("add", address, "--zone", "").out == "Removed the time zone of “Mill”.\n"
    assert published() == {title: utc for title, (_, utc, _) in MIXED.items()}
    assert len(server.seen) == requests, "it is not fetched for that"
    invalid = cli("add", address, "--zone", "Asia/Aman")
    assert invalid.code == 2
    assert "Did you mean “Asia/Amman”?" in invalid.err


def test_dates_are_listed_and_shown_as_they_were_written(cli: Cli, home: Path, server: Server) -> None:
    configure(home, '[dates]\nzone = "source"\n')
    wanted = {
        "2019": "2019",
        "2019-05": "May 2019",
        "2019-05-03": "03-05-2019",
        "2019-05-03T10:00:00+05:30": "03-05-2019 10:00",
    }
    items = "".join(
        f"<item rdf:about='https://a.example/{n}'><title>Tide {n}</title><dc:date>{date}</dc:date></item>"
        for n, date in enumerate(wanted)
    )
    head = "xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'"
    rdf = "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
    document = f"<rdf:RDF {head} {rdf}><channel><title>Tides</title></channel>{items}</rdf:RDF>"
    assert cli("add", server.serve("/rdf", document)).code == 0
    inspected = cli("inspect", f"{server.url}/rdf", "--json").json["entries"]
    assert [entry.get("published_precision", "") for entry in inspected] == ["year", "month", "day", ""]
    listed = cli("list", "tide").out
    for number, (written, stamp) in enumerate(wanted.items()):
        assert re.search(rf" {re.escape(stamp)} +Tides +Tide {number}$", listed, re.M)
        (article,) = cli("list", "--json", f"title:{number}", "source:tides").json
        precision = {4: "year", 7: "month", 10: "day"}.get(len(written), "")
        assert (article["published_precision"], article["updated_precision"]) == (precision, "")
        assert f"Published: {stamp}" in cli("show", str(article["id"])).out
        assert f"Published: {stamp}" in cli("show", str(article["id"]), "--format", "html").out


def test_saved_page_keeps_the_precision_of_its_date_on_another_machine(
    cli: Cli, tmp_path: Path, server: Server
) -> None:
    page = PAGE.replace("04-07-2025 00:16", "04-07-2025")
    assert cli("add", "--page", "--zone", "Asia/Amman", server.serve("/well", page, "text/html")).code == 0
    assert cli("export", "--everything", str(tmp_path / "all.json")).code == 0
    environ = {"ROYA_TUI_HOME": str(tmp_path / "other")}
    assert cli("import", str(tmp_path / "all.json"), **environ).code == 0
    (copied,) = cli("list", "--json", "source:saved", **environ).json
    assert (copied["published"], copied["published_precision"]) == ("2025-07-03T21:00:00Z", "day")
    assert "Published: 04-07-2025\n" in cli("show", str(copied["id"]), **environ).out
