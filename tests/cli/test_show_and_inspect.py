"""show, inspect and doctor: an article, a feed document, and problems of the installation."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from sqlite3 import Connection

import pytest
from msgspec.structs import fields
from tests.cli.conftest import Cli, configure, page
from tests.servers import Server

from roya_tui.cli.output import display_width
from roya_tui.model import Entry, Feed
from roya_tui.store.sources import checks, subscriptions

FEED = """<rss version="2.0"><channel><title>Town</title><language>en</language><link>https://a.example/</link>
<item><title>Well &amp; water</title><guid isPermaLink="false">x-1</guid><link>/water</link>
<pubDate>Fri, 04 Jul 2025 00:16:00 +0300</pubDate><category>water</category>
<description><![CDATA[<p>The <b>plan</b> is <a href="/plan">here</a>.</p>]]></description></item>
<item><title>No date</title><pubDate>next Tuesday-ish</pubDate></item>
</channel></rss>"""


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    file = tmp_path / "feed.xml"
    file.write_text(FEED)
    return file


def test_show_prints_text_at_the_configured_width_and_all_facts_as_json(cli: Cli, home: Path, feed: Path) -> None:
    configure(home, '[dates]\nzone = "Asia/Amman"\n[reading]\nwidth = 40\n')
    cli("add", str(feed))
    (article,) = cli("list", "title:water", "--json").json
    number = str(article["id"])
    lines = cli("show", number).lines
    assert lines[:3] == ["Well & water", "Town · water", "Published: 04-07-2025 00:16"]
    assert "Last Updated:" not in "\n".join(lines)
    assert any(line.startswith("The plan is here") for line in lines)
    assert "[1] https://a.example/plan" in lines
    assert all(display_width(line) <= 40 for line in lines)

    for form, words in (("markdown", "**plan**"), ("html", "plan</"), ("text", "The plan is here")):
        result = cli("show", f"#{number}", "--format", form)
        assert result.code == 0
        assert words in result.out
        assert "https://a.example/plan" in result.out

    whole = cli("show", number, "--format", "json").json
    assert whole["published"] == "2025-07-03T21:16:00Z"
    assert whole["published_raw"] == "Fri, 04 Jul 2025 00:16:00 +0300"
    assert (whole["guid"], whole["tags"]) == ("x-1", ["water"])
    assert whole.items() >= article.items()


CAST = """<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:psc="http://podlove.org/simple-chapters"
 xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Tide Cast</title>
<item><title>Low tide</title><enclosure url="https://a.example/5.mp3" length="38000000" type="audio/mpeg"/>
<itunes:duration>42:10</itunes:duration><itunes:season>2</itunes:season><itunes:episode>5</itunes:episode>
<podcast:chapters url="https://a.example/5.json" type="application/json+chapters"/>
<podcast:transcript url="https://a.example/5.vtt" type="text/vtt" language="en"/><comments>https://a.example/5#c</comments>
<psc:chapters><psc:chapter start="00:01:30" title="Wells"/></psc:chapters></item>
<item><title>Notes</title><link>https://a.example/notes</link></item></channel></rss>"""


def test_show_prints_what_belongs_to_an_episode_in_every_format(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "cast.xml").write_text(CAST)
    cli("add", str(tmp_path / "cast.xml"))
    (article,) = cli("list", "is:audio", "--json").json
    assert (article["title"], article["url"]) == ("Low tide", "https://a.example/5.mp3")
    number = str(article["id"])
    assert "min · season 2, episode 5" in cli("show", number).out
    for form in ("text", "markdown", "html"):
        shown = cli("show", number, "--format", form).out
        for words in (
            "season 2, episode 5",
            "(audio, 42:10, 38 MB)",
            "Transcript",
            "(en, VTT)",
            "1:30 Wells",
            "Comments",
        ):
            assert words in shown, form
        for name in ("5.mp3", "5.json", "5.vtt", "5#c"):
            assert f"https://a.example/{name}" in shown, form
    facts = cli("show", number, "--format", "json").json
    assert (facts["season"], facts["episode"], facts["chapters"]) == (2, 5, "https://a.example/5.json")
    assert facts["chapter_marks"] == [{"seconds": 90, "title": "Wells", "url": ""}]
    assert facts["transcripts"] == [{"url": "https://a.example/5.vtt", "type": "text/vtt", "language": "en"}]


def test_show_keeps_logical_order_in_a_pipe_and_reports_errors(cli: Cli) -> None:
    article = cli("list", "lang:ar", "--json").json[0]
    assert article["title"][:20] in cli("show", str(article["id"])).out
    missing = cli("show", "987654")
    assert (missing.code, missing.out) == (1, "")
    assert "There is no article 987654." in missing.err
    full = cli("--offline", "show", "1", "--full")
    assert full.code == 1
    assert "Offline: the page was not fetched." in full.err


def test_damaged_article_is_shown_as_damaged_and_found_by_doctor(cli: Cli, db: Connection, tmp_path: Path) -> None:
    number = str(cli("list", "--json", "--limit", "1").json[0]["id"])
    db.execute("UPDATE body SET feed = x'00' WHERE article_id = ?", (number,))
    for form in ("text", "markdown", "html"):
        shown = cli("show", number, "--format", form)
        assert (shown.code, shown.err) == (0, "")
        assert "This article is damaged" in shown.out
    assert cli("show", number, "--format", "json").json["damaged"] is True
    assert "This article is damaged" in cli("--plain", "show", number).out
    assert cli("show", number, "--changes").code == 1

    book = tmp_path / "all.epub"
    assert cli("show", "--query", "sort:newest", "--output", str(book)).code == 0
    assert book.stat().st_size > 10_000, "it has all other articles"
    assert cli("tidy").code == 0

    found = cli("doctor")
    assert found.code == 1
    [line] = [line for line in found.lines if " texts " in line]
    assert line.startswith("!!")
    assert f"Article {number} is damaged. " in line
    [text] = [one["text"] for one in cli("doctor", "--thorough", "--json").json["findings"] if one["about"] == "texts"]
    assert text.startswith(f"Article {number} is damaged. ")


EVERYTHING = """<?xml version="1.0" encoding="windows-1256"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>
<title>Town</title><link>https://a.example/</link><description>News of a town</description><language>ar-JO</language>
<ttl>90</ttl><skipHours><hour>3</hour><hour>4</hour></skipHours><skipDays><day>Friday</day></skipDays>
<image><url>https://a.example/i.png</url></image>
<item><title>بئر جديدة</title><link>https://a.example/1</link><guid isPermaLink="false">x-1</guid>
<author>Ann & co</author><category>water</category><category>town</category><comments>https://a.example/1#c</comments>
<pubDate>Fri, 04 Jul 2025 00:16:00 +0300</pubDate><description>A plan</description>
<enclosure url="https://a.example/1.mp3" length="12345" type="audio/mpeg"/>
<media:content url="https://a.example/1.jpg" medium="image"><media:title>A well</media:title></media:content></item>
<item><title>Again</title><guid isPermaLink="false">x-1</guid><pubDate>next Tuesday-ish</pubDate></item>
</channel></rss>""".encode("cp1256")


@pytest.fixture
def everything(tmp_path: Path) -> Path:
    file = tmp_path / "everything.xml"
    file.write_bytes(EVERYTHING)
    return file


def test_inspect_prints_every_field_and_stores_nothing(cli: Cli, home: Path, everything: Path) -> None:
    lines = cli("inspect", str(everything)).lines
    assert not home.exists()
    assert lines == [
        "format: RSS 2.0",
        "title: Town",
        "homepage: https://a.example/",
        "description: News of a town",
        "language: ar-JO",
        "icon: https://a.example/i.png",
        "ttl minutes: 90",
        "skip hours: 3",
        "skip hours: 4",
        "skip days: 4",
        "encoding: windows-1256 (from its prolog)",
        "reader: feedparser, since the XML is not well-formed",
        "problem: line 7, column 14: invalid token",
        "warning: The document is not well-formed XML (line 7, column 14: invalid token) and was repaired.",
        "finding: Entries without an address: 1 of 2.",
        "finding: Entries without a text: 1 of 2.",
        "finding: Invalid dates: 1, such as next Tuesday-ish.",
        "finding: Several entries have the same guid: x-1.",
        "entries: 2",
        "",
        "1. بئر جديدة",
        "   guid: x-1",
        "   url: https://a.example/1",
        "   authors: Ann & co",
        "   published: 2025-07-03T21:16:00Z (written: Fri, 04 Jul 2025 00:16:00 +0300)",
        "   tags: water",
        "   tags: town",
        "   summary: 6 characters: A plan",
        "   language: ar-JO",
        "   pictures: https://a.example/1.jpg A well",
        "   enclosures: https://a.example/1.mp3 audio/mpeg 12345 bytes",
        "   comments: https://a.example/1#c",
        "",
        "2. Again",
        "   guid: x-1",
        "   published: invalid (written: next Tuesday-ish)",
        "   language: ar-JO",
    ]


def test_inspect_json_has_every_field(cli: Cli, everything: Path, type_in: Callable[[bytes], None]) -> None:
    facts = cli("inspect", str(everything), "--json").json
    pace = {"ttl_minutes", "skip_hours", "skip_days"}
    assert set(facts) == {field.name for field in fields(Feed)} - {"pace"} | pace | {"findings"}
    assert (facts["encoding"], facts["encoding_found"], facts["ttl_minutes"]) == ("windows-1256", "its prolog", 90)
    first, second = facts["entries"]
    assert set(first) == {field.name for field in fields(Entry)} | {"published_raw", "updated_raw"}
    assert (first["published"], first["published_raw"]) == ("2025-07-03T21:16:00Z", "Fri, 04 Jul 2025 00:16:00 +0300")
    assert (second["published"], second["published_raw"]) == (None, "next Tuesday-ish")
    assert first["enclosures"][0]["length"] == 12345
    assert len(facts["findings"]) == 4
    type_in(EVERYTHING)
    assert cli("inspect", "-", "--json").json == facts


@pytest.mark.parametrize(("link", "findings"), [("2", 1), ("1?utm_source=feed", 0)])
def test_inspect_reports_links_that_differ_where_a_guid_is_repeated(
    cli: Cli, tmp_path, link: str, findings: int
) -> None:
    items = (
        f"<item><guid isPermaLink='false'>0</guid><link>https://a.example/{one}</link></item>" for one in ("1", link)
    )
    file = tmp_path / "feed.xml"
    file.write_text(f"<rss version='2.0'><channel><title>Wells</title>{''.join(items)}</channel></rss>")
    assert cli("inspect", str(file)).out.count("Some of them have different links") == findings


def test_inspect_fits_a_narrow_terminal(home: Path, everything: Path) -> None:
    pytest.importorskip("fcntl")
    from tests.terminal.driver import Terminal

    command = [sys.executable, "-m", "roya_tui", "--offline", "--home", str(home), "inspect", str(everything)]
    with Terminal(command, columns=60, rows=60) as terminal:
        assert terminal.wait_exit() == 0
        screen = terminal.screen.text()
    assert "   published: 2025-07-03T21:16:00Z (written: Fri, 04 Jul" in screen
    assert "\n       2025 00:16:00 +0300)" in screen


def test_inspect_prints_no_control_characters(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "hostile.json"
    item = {"id": "\x1b]0;owned\x07", "title": "\u202eevil [red]x", "content_text": "\x9b31m", "tags": ["\x1b[2J"]}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "\x1b[31mT", "items": [item]}
    file.write_text(json.dumps(feed))
    for words in ((), ("--json",)):
        out = cli("inspect", str(file), *words).out
        assert "[red]x" in out
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", out)


def test_inspect_of_an_address_uses_its_headers_and_describes_other_documents(cli, server, feed) -> None:
    document = EVERYTHING.replace(b' encoding="windows-1256"', b"")
    lines = cli("inspect", server.reply("/feed", body=document, Content_Type="text/xml; charset=windows-1256")).lines
    assert "encoding: windows-1256 (from the header)" in lines
    assert "1. بئر جديدة" in lines

    link = '<link rel="alternate" type="application/rss+xml" href="/rss">'
    result = cli("inspect", server.serve("/page", page(link), "text/html"))
    assert result.code == 1
    assert f"{server.url[7:]}/page is not a feed. It is a web page" in result.err
    assert f"{server.url}/rss" in result.err
    assert (
        "add a mapping to config.toml" in cli("inspect", server.serve("/api", '{"odd": [1]}', "application/json")).err
    )

    requests = len(server.seen)
    assert cli("--offline", "inspect", server.url).code == 1
    assert len(server.seen) == requests
    assert cli("--offline", "inspect", str(feed)).code == 0


def test_inspect_of_an_article_page_prints_what_would_be_saved(cli: Cli, server: Server) -> None:
    dated = '<meta property="article:published_time" content="2025-07-04T00:16:00+03:00">'
    feeds = '<link rel="alternate" type="application/rss+xml" href="/rss">'
    text = "The invented ferry sails on Sundays, says the harbour office, and comes back when it likes. " * 8
    body = (
        f"<html lang=en><head><title>Ferry</title>{dated}{feeds}</head><body><h1>Ferry</h1><p>{text}</p></body></html>"
    )
    address = server.serve("/ferry", body, "text/html")
    lines = cli("inspect", address).lines
    assert lines[:2] == ["format: an article's page", "language: en"]
    assert f"warning: The page offers: {server.url}/rss." in lines
    assert "1. Ferry" in lines
    assert "   published: 2025-07-03T21:16:00Z (written: 2025-07-04T00:16:00+03:00)" in lines
    assert [request.path for request in server.seen] == ["/ferry"]


def test_doctor_creates_no_files(cli: Cli, home: Path) -> None:
    result = cli("doctor")
    assert result.code == 0
    assert result.lines[-1] == "No problems found."
    assert not home.exists()


def test_doctor_reports_missing_programs_and_wrong_settings(cli: Cli, home: Path) -> None:
    configure(
        home,
        '[share]\nmail = ["no-such-mailer", "{url}"]\nnote = ["tee", "x"]\n'
        "[keys]\nnext-unred = 'n'\nstar = 'm'\n[reading]\nwidth = 3\n[look]\ntheme = 'roya-drak'\n",
    )
    result = cli("doctor")
    assert result.code == 1
    for words in (
        "[share] mail: program no-such-mailer not found",
        "Did you mean “roya-dark”?",
        "[keys] star and toggle-read both have the key m.",
        "Did you mean “next-unread”?",
        "line 8: [reading] width must be",
    ):
        assert words in result.out
    assert "[share] note" not in result.out


def test_doctor_knows_themes_from_files_and_reports_their_errors(cli: Cli, home: Path) -> None:
    configure(home, "[look]\ntheme = 'harbor'\n")
    (home / "themes").mkdir()
    (home / "themes" / "harbor.toml").write_text("primary = '#7fb4ca'\n")
    assert "toml, line" not in cli("doctor").out
    (home / "themes" / "quay.toml").write_text("dark = true\nprimery = '#7fb4ca'\n")
    result = cli("doctor")
    assert result.code == 1
    assert "quay.toml, line 2: A theme has no setting “primery”. Did you mean “primary”?" in result.out
    assert "harbor.toml" not in result.out


def test_doctor_reports_failed_sources(cli: Cli, db: Connection) -> None:
    first, *_ = subscriptions.list_all(db)
    checks.record(db, first.id, checks.CheckResult(1_000, ok=False, error=f"{first.label} cannot be reached."))
    result = cli("doctor")
    assert result.code == 1
    assert re.search(rf"^!!  source +{first.label} cannot be reached\.$", result.out, re.M)
    assert "No problems found." not in result.out


@pytest.mark.parametrize(
    ("environ", "setting", "words"),
    [
        ({"VTE_VERSION": "8001"}, "auto", "visual: The app orders and shapes the text."),
        ({"KONSOLE_VERSION": "250402"}, "auto", "terminal: The terminal orders and shapes the text."),
        ({"TERM": "xterm-kitty"}, "auto", "words: The app orders the words"),
        ({"TERM": "xterm-kitty"}, "off", "Set in config.toml; for this terminal, auto is words."),
        (
            {"TMUX": "/tmp/tmux,1,0"},
            "auto",
            'tmux hides the terminal. If words appear backwards, set [reading] rtl = "term',
        ),
    ],
)
def test_doctor_describes_the_order_of_right_to_left_text(cli, home, environ, setting: str, words: str) -> None:
    configure(home, f'[reading]\nrtl = "{setting}"\n')
    lines = cli("doctor", **environ).lines
    assert words in next(line for line in lines if "right-to-left" in line)


def test_doctor_accepts_any_home(cli: Cli, tmp_path: Path) -> None:
    assert "data folder" in cli("doctor", "--home", str(tmp_path / ("long" * 100))).out
    nowhere = tmp_path / "nowhere"
    nowhere.symlink_to(tmp_path / "gone")
    result = cli("doctor", "--home", str(nowhere))
    assert result.code == 1
    assert f"{nowhere} is not a folder" in result.out


def test_doctor_reports_a_damaged_database(cli: Cli, home: Path) -> None:
    cli("list")
    store = home / "news.db"
    data = bytearray(store.read_bytes())
    data[2 * 16_384 : 3 * 16_384] = b"\xff" * 16_384
    store.write_bytes(data)
    result = cli("doctor", "--json")
    assert result.code == 1
    findings = json.loads(result.out)
    assert findings["ok"] is False
    assert any(not one["ok"] and one["about"] in ("integrity", "database") for one in findings["findings"])
