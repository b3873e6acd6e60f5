"""list, tags and mark: output for people and programs, queries and days."""

import os
import re
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from sqlite3 import Connection
from zoneinfo import ZoneInfo

import pytest
from tests.cli.conftest import Cli, add_pending, configure

from roya_tui.store.database import find_problems
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import stories

UTC_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


def test_first_command_creates_the_database_with_samples_and_two_sources(cli: Cli, home: Path) -> None:
    assert not home.exists()
    result = cli("list")
    assert (result.code, result.err) == (0, "")
    assert len(result.lines) == 50
    assert "The Harbour Courier" in result.out
    assert (home / "news.db").exists()
    sources = {source["url"]: source for source in cli("sources", "--json").json}
    for url, language in (("https://en.royanews.tv/rss", "en"), ("https://www.royanews.tv/rss", "ar")):
        assert [sources[url][name] for name in ("folder", "language", "zone")] == ["Roya News", language, "Asia/Amman"]
    samples = [source for source in sources.values() if source["sample"]]
    assert [source["folder"] for source in samples] == ["Samples"] * 4
    assert sum(source["articles"] for source in samples) >= 45


def test_samples_option_creates_no_files(cli: Cli, home: Path) -> None:
    result = cli("--samples", "sources", "--json")
    assert [source["sample"] for source in result.json] == [True] * 4
    assert not home.exists()


def test_samples_do_not_return_once_removed(cli: Cli, db: Connection) -> None:
    for source in subscriptions.list_all(db):
        subscriptions.remove(db, source.id, 0)
    assert cli("sources", "--json").json == []
    assert cli("list").out == ""


def test_lines_have_aligned_columns_in_pipes_tabs_with_tsv_and_utc_times_with_json(cli: Cli, home: Path) -> None:
    for line in cli("list", "--limit", "0").lines:
        number, state, when, source, title = re.split(r" {2,}", line.strip(), maxsplit=4)
        assert number.isdigit()
        assert re.fullmatch(r"[U-][S-][C-]", state)
        assert re.fullmatch(r"\d\d-\d\d-\d{4} \d\d:\d\d", when)
        assert source
        assert title
    lines = cli("list", "--tsv").lines
    assert len(lines) == 50
    for line in lines:
        number, _, when, _, _, address = line.split("\t")
        assert number.isdigit()
        assert re.fullmatch(UTC_TIME, when)
        assert address == "" or address.startswith("https://")
    articles = cli("list", "--json", "--limit", "3").json
    assert len(articles) == 3
    assert articles[0]["unread"] is True
    assert re.fullmatch(UTC_TIME, articles[0]["published"])
    assert articles[0]["published"] >= articles[1]["published"] >= articles[2]["published"]
    configure(home, '[dates]\nformat = "%Y-%m-%dT%H:%M%z"\nzone = "Asia/Amman"\n')
    assert re.search(r"  \d{4}-\d\d-\d\dT\d\d:\d\d\+0300  ", cli("list", "--limit", "1").out)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_days_begin_at_midnight_of_the_configured_zone(cli: Cli, home: Path, tmp_path: Path, zone: str) -> None:
    """These two zones are 25 hours apart: it is never the same day in both."""
    configure(home, f'[dates]\nzone = "{zone}"\n')

    def day_begun() -> datetime:
        return datetime.now(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)

    midnight = day_begun()
    items = "".join(
        f"<item><title>{name}</title><pubDate>{format_datetime(when)}</pubDate></item>"
        for name, when in (("early", midnight), ("before", midnight - timedelta(seconds=1)))
    )
    feed = tmp_path / "feed.xml"
    feed.write_text(f"<rss version='2.0'><channel><title>Days</title>{items}</channel></rss>")
    cli("add", str(feed))
    listed = [article["title"] for article in cli("list", "since:today", "source:days", "--json").json]
    assert listed == ["early"] or day_begun() != midnight


def test_query_is_several_arguments_and_may_begin_with_a_minus(cli: Cli) -> None:
    everything = {article["id"] for article in cli("list", "--json", "--limit", "0").json}
    water = {article["id"] for article in cli("list", "--json", "--limit", "0", "tag:water").json}
    others = {article["id"] for article in cli("list", "--json", "--limit", "0", "-tag:water").json}
    few = {article["id"] for article in cli("list", "--json", "--limit", "0", "is:unread", "tag:water").json}
    assert water
    assert water | others == everything
    assert water & others == set()
    assert few == water
    listed = cli("list", "tag:water", "--json").json
    for argv in (("--query", "tag:water", "list"), ("list", "--query", "tag:water")):
        assert cli(*argv, "--json").json == listed


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("list", "tag:water", "--limit", "1", "-tag:culture", "is:unread"), ""),
        (("mark", "read", "--json", "tag:water"), '"changed"'),
        (("tag", "tag:water", "--json", "+one", "-two"), '"changed"'),
        (("searches", "add", "Bells", "--icon", "sun", "tag:water"), "Bells"),
        (("rules", "add", "--effect", "read", "Bells", "--for", "7d", "tag:water"), "Bells"),
        (("export", "--force", "-", "--everything"), '"searches"'),
    ],
)
def test_options_work_between_the_words_of_a_query(cli: Cli, argv: tuple[str, ...], words: str) -> None:
    result = cli(*argv)
    assert result.code == 0, result.err
    assert words in result.out + result.err


def test_query_error_points_to_its_position(cli: Cli) -> None:
    result = cli("list", "is:unread tga:water")
    assert result.code == 2
    assert result.out == ""
    first, query, mark = result.err.splitlines()
    assert first == "roya-tui: There is no field “tga”. Did you mean “tag”?"
    states = cli("list", "is:unred").err.splitlines()[0]
    assert states.startswith("roya-tui: “unred” is not one of unread, ")
    assert states.endswith(". Did you mean “unread”?")
    assert "nearest" not in cli("list", "is:zzzzzz").err
    assert query[mark.index("^")] == "t"
    assert query[mark.index("^") :].startswith("tga:")


def test_mark_prints_a_count_that_list_confirms(cli: Cli) -> None:
    before = len(cli("list", "is:unread tag:water", "--tsv", "--limit", "0").lines)
    result = cli("mark", "read", "tag:water")
    assert result.code == 0
    assert result.out == f"Marked {before} articles read. The query matches {before} articles.\n"
    assert cli("list", "is:unread", "tag:water").out == ""
    assert cli("mark", "star", "tag:water", "lang:en").code == 0
    assert cli("list", "is:starred", "--json").json[0]["starred"] is True
    assert cli("mark", "unread", "tag:water").out.startswith(f"Marked {before} articles unread.")
    assert cli("mark", "unstar", "is:starred").code == 0
    assert cli("list", "is:starred", "--json").json == []


def test_pending_articles_are_indexed_before_a_search(cli, db, type_in, monkeypatch) -> None:
    cli("searches", "add", "Left", "unlearnt")
    for number, (argv, words) in enumerate(
        (
            (("list", "unlearnt"), "Unlearnt 0"),
            (("mark", "read", "unlearnt"), "Marked 2 articles read. The query matches 2 articles."),
            (("show", "--query", "unlearnt"), "Unlearnt 2"),
            (("searches", "--json"), '"articles": 4,'),
            (("--plain", "--query", "unlearnt"), "Unlearnt 4"),
        )
    ):
        add_pending(db, f"Unlearnt {number}")
        type_in("")
        assert words in cli(*argv).out
    assert find_problems(db) == []
    add_pending(db, "Quincunx")
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    result = cli("list", "quincunx")
    assert (result.code, result.out, result.err) == (0, "", ""), "a read-only database is searched as it is"
    assert "Quincunx" in cli("list", "source:olive.example").out


def test_tags_are_listed_by_count(cli: Cli) -> None:
    tags = cli("tags", "--json").json
    assert [tag["articles"] for tag in tags] == sorted((tag["articles"] for tag in tags), reverse=True)
    assert re.match(rf" *{tags[0]['articles']} +{tags[0]['unread']}  {tags[0]['tag']}$", cli("tags").lines[0])


def test_control_characters_of_a_feed_are_not_printed(cli: Cli, db: Connection) -> None:
    db.execute("UPDATE article SET title = ? || title", ("\x1b]0;owned\x07\x9b31m\u202e\n\t",))
    db.execute("UPDATE source SET name = ?", ("\x1b[2Jname",))
    listing = (["list"], ["list", "--tsv"], ["list", "--json"], ["sources"], ["sources", "--json"])
    for argv in (*listing, ["show", "3"], *(["show", "3", "--format", form] for form in ("markdown", "html", "json"))):
        out = cli(*argv).out
        assert out
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", out), argv


def test_stories_option_prints_one_line_per_story(cli: Cli, db: Connection) -> None:
    every = cli("list", "--limit", "0", "--json").json
    members = [article["id"] for article in every[10:13]]
    stories.group(db, members, 1_795_500_000)
    folded = cli("list", "--limit", "0", "--stories", "--json").json
    assert [one["covers"] for one in folded if one["id"] in members] == [3]
    assert len(folded) == len(every) - 4, "the samples have a story, too"
    assert sum(line.endswith(" (3)") for line in cli("list", "--stories").lines) == 2
    assert sorted(line.split("\t")[6] for line in cli("list", "--tsv", "--stories", "--limit", "4").lines) == list(
        "1113"
    )


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("source:courir", "There is no source “courir”. Did you mean “The Harbour Courier”?"),
        ("tag:watr is:unread", "There is no tag “watr”. Did you mean “water”?"),
        ("folder:nowhere", "There is no folder “nowhere”."),
        ("source:courier zzz", ""),
        ("harbuor is:unread", "No article contains “harbuor”. Did you mean “harbour”?"),
    ],
)
def test_unknown_name_or_word_is_reported_when_nothing_is_found(cli: Cli, query: str, message: str) -> None:
    for argv in (["list"], ["mark", "read"]):
        result = cli(*argv, query)
        assert result.code == 0
        assert result.err.strip() == message


def test_plain_list_is_sentences_with_the_numbers_of_show(cli: Cli, db) -> None:
    number = cli("list", "--tsv").lines[0].split("\t")[0]
    first = cli("list", "--plain").lines[0]
    assert first.startswith(f"{number}. ")
    assert first.endswith(" Unread.")
    assert f"Title: {first.split('. ')[1]}" in cli("show", number, "--plain").lines[0]
