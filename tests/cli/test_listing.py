"""list, tags, mark and sources: what a person and a script see of the store."""

from __future__ import annotations

import io
import os
import re
from contextlib import closing
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.cli.conftest import Cli

from roya_tui.model import Entry, NewSource
from roya_tui.store.articles import ingestion, search_index
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import stories


def test_a_stranger_sees_the_samples_at_once(cli: Cli, home: Path) -> None:
    assert not home.exists()
    result = cli("list")
    assert (result.code, result.err) == (0, "")
    assert len(result.lines) == 50
    assert "The Harbour Courier" in result.out
    assert (home / "news.db").exists()


def test_the_two_subscriptions_stand_there_from_the_start(cli: Cli) -> None:
    sources = {source["url"]: source for source in cli("sources", "--json").json}
    english, arabic = sources["https://en.royanews.tv/rss"], sources["https://www.royanews.tv/rss"]
    assert {english["folder"], arabic["folder"]} == {"Roya News"}
    assert (english["language"], arabic["language"]) == ("en", "ar")
    assert {english["zone"], arabic["zone"]} == {"Asia/Amman"}
    samples = [source for source in sources.values() if source["sample"]]
    assert len(samples) == 4
    assert {source["folder"] for source in samples} == {"Samples"}
    assert sum(source["articles"] for source in samples) >= 45


def test_a_line_in_a_pipe_is_number_state_time_source_title(cli: Cli) -> None:
    for line in cli("list", "--limit", "0").lines:
        number, state, when, source, title = re.split(r" {2,}", line.strip(), maxsplit=4)
        assert number.isdigit()
        assert re.fullmatch(r"[U-][S-][C-]", state)
        assert re.fullmatch(r"\d\d-\d\d-\d{4} \d\d:\d\d", when)
        assert source
        assert title


def test_tab_separated_lines_have_six_values(cli: Cli) -> None:
    lines = cli("list", "--tsv").lines
    assert len(lines) == 50
    for line in lines:
        number, _, when, _, _, address = line.split("\t")
        assert number.isdigit()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", when)
        assert address == "" or address.startswith("https://")


def test_json_is_one_document_with_utc_times(cli: Cli) -> None:
    articles = cli("list", "--json", "--limit", "3").json
    assert len(articles) == 3
    assert articles[0]["unread"] is True
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", articles[0]["published"])
    assert articles[0]["published"] >= articles[1]["published"] >= articles[2]["published"]


def test_the_times_of_a_list_follow_the_configuration(cli: Cli, home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text('[dates]\nformat = "%Y-%m-%dT%H:%M%z"\nzone = "Asia/Amman"\n')
    assert re.search(r"  \d{4}-\d\d-\d\dT\d\d:\d\d\+0300  ", cli("list", "--limit", "1").out)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_days_begin_in_the_zone_of_the_configuration(cli: Cli, home: Path, tmp_path: Path, zone: str) -> None:
    """These two zones are 25 hours apart: it is never the same day in both."""
    home.mkdir()
    (home / "config.toml").write_text(f'[dates]\nzone = "{zone}"\n')

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


def test_a_query_may_be_several_words_and_begin_with_a_minus(cli: Cli) -> None:
    everything = {article["id"] for article in cli("list", "--json", "--limit", "0").json}
    science = {article["id"] for article in cli("list", "--json", "--limit", "0", "tag:science").json}
    others = {article["id"] for article in cli("list", "--json", "--limit", "0", "-tag:science").json}
    few = {article["id"] for article in cli("list", "--json", "--limit", "0", "is:unread", "tag:science").json}
    assert science
    assert science | others == everything
    assert science & others == set()
    assert few == science


@pytest.mark.parametrize("argv", [("--query", "tag:science", "list"), ("list", "--query", "tag:science")])
def test_a_query_may_be_an_option_on_either_side(cli: Cli, argv: tuple[str, ...]) -> None:
    assert cli(*argv, "--json").json == cli("list", "tag:science", "--json").json


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("list", "tag:science", "--limit", "1", "-tag:culture", "is:unread"), ""),
        (("mark", "read", "--json", "tag:science"), '"changed"'),
        (("tag", "tag:science", "--json", "+one", "-two"), '"changed"'),
        (("feeds", "add", "Bells", "--icon", "sun", "tag:science"), "Bells"),
        (("rules", "add", "--effect", "read", "Bells", "--for", "7d", "tag:science"), "Bells"),
        (("export", "--force", "-", "--everything"), '"feeds"'),
    ],
)
def test_options_may_stand_between_the_words(cli: Cli, argv: tuple[str, ...], told: str) -> None:
    result = cli(*argv)
    assert result.code == 0, result.err
    assert told in result.out + result.err


def test_a_wrong_query_shows_where_it_is_wrong(cli: Cli) -> None:
    result = cli("list", "is:unread tga:water")
    assert result.code == 2
    assert result.out == ""
    first, query, mark = result.err.splitlines()
    assert first == "roya-tui: There is no field “tga”; the nearest is tag:."
    states = cli("list", "is:unred").err.splitlines()[0]
    assert states.startswith("roya-tui: “unred” is none of unread, ")
    assert states.endswith(". The nearest is “unread”.")
    assert "nearest" not in cli("list", "is:zzzzzz").err
    assert query[mark.index("^")] == "t"
    assert query[mark.index("^") :].startswith("tga:")


def test_mark_tells_how_many_and_list_agrees(cli: Cli) -> None:
    before = len(cli("list", "is:unread tag:science", "--tsv", "--limit", "0").lines)
    result = cli("mark", "read", "tag:science")
    assert result.code == 0
    assert result.out == f"Marked {before} read. The query found {before}.\n"
    assert cli("list", "is:unread", "tag:science").out == ""
    assert cli("mark", "star", "tag:science", "lang:en").code == 0
    assert cli("list", "is:starred", "--json").json[0]["starred"] is True
    assert cli("mark", "unread", "tag:science").out.startswith(f"Marked {before} unread.")
    assert cli("mark", "unstar", "is:starred").code == 0
    assert cli("list", "is:starred", "--json").json == []


def test_what_a_killed_refresh_left_for_search_to_learn_is_found(cli: Cli, home: Path) -> None:
    cli("list")
    with closing(open_store(home / "news.db")) as db:
        source = subscriptions.add(db, NewSource("https://olive.example/rss"), 1_000)
        for number, word in enumerate(("olive", "lentil")):
            row = ingestion.prepare(Entry(guid=str(number), title=f"Unlearnt {word}"))
            ingestion.save(db, source.id, None, [row], 2_000, index=search_index.enqueue)
            if word == "olive":
                assert "Unlearnt olive" in cli("list", "unlearnt").out
            else:
                assert cli("mark", "read", "unlearnt").out == "Marked 2 read. The query found 2.\n"
        assert find_problems(db) == []


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("show", "--query", "unlearnt"), "Unlearnt olive"),
        (("feeds", "--json"), '"articles": 1,'),
        (("--plain", "--query", "unlearnt"), "Unlearnt olive"),
    ],
    ids=["show", "feeds", "plain"],
)
def test_whatever_looks_for_words_finds_what_was_left(
    cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], told: str
) -> None:
    cli("feeds", "add", "Left", "unlearnt")
    with closing(open_store(home / "news.db")) as db:
        source = subscriptions.add(db, NewSource("https://olive.example/rss"), 1_000)
        row = ingestion.prepare(Entry(guid="1", title="Unlearnt olive"))
        ingestion.save(db, source.id, None, [row], 2_000, index=search_index.enqueue)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert told in cli(*command).out


def test_a_store_that_may_not_be_written_is_searched_as_it_is(
    cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("list")
    with closing(open_store(home / "news.db")) as db:
        source = subscriptions.add(db, NewSource("https://olive.example/rss"), 1_000)
        row = ingestion.prepare(Entry(guid="1", title="Unlearnt olive"))
        ingestion.save(db, source.id, None, [row], 2_000, index=search_index.enqueue)
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    result = cli("list", "unlearnt")
    assert (result.code, result.out, result.err) == (0, "", "")
    assert "Unlearnt olive" in cli("list", "source:olive.example").out


def test_mark_wants_a_query(cli: Cli) -> None:
    result = cli("mark", "read")
    assert result.code == 2
    assert "Which articles?" in result.err


def test_tags_are_counted_most_first(cli: Cli) -> None:
    tags = cli("tags", "--json").json
    assert [tag["articles"] for tag in tags] == sorted((tag["articles"] for tag in tags), reverse=True)
    assert re.match(rf" *{tags[0]['articles']} +{tags[0]['unread']}  {tags[0]['tag']}$", cli("tags").lines[0])


def test_the_samples_are_there_without_a_trace_in_the_home(cli: Cli, home: Path) -> None:
    result = cli("--samples", "sources", "--json")
    assert result.code == 0
    assert all(source["sample"] for source in result.json)
    assert len(result.json) == 4
    assert not home.exists()


def test_the_samples_do_not_come_back_once_removed(cli: Cli, home: Path) -> None:
    cli("list")
    from roya_tui.store.database import open_store
    from roya_tui.store.sources.subscriptions import list_all, remove

    db = open_store(home / "news.db")
    for source in list_all(db):
        remove(db, source.id, 0)
    db.close()
    assert cli("sources", "--json").json == []
    assert cli("list").out == ""


def test_no_control_character_of_a_feed_reaches_the_terminal(cli: Cli, home: Path, tmp_path: Path) -> None:
    cli("list")
    from roya_tui.store.database import open_store

    db = open_store(home / "news.db")
    db.execute("UPDATE article SET title = ? || title", ("\x1b]0;owned\x07\x9b31m\u202e\n\t",))
    db.execute("UPDATE source SET name = ?", ("\x1b[2Jname",))
    db.close()
    listing = (["list"], ["list", "--tsv"], ["list", "--json"], ["sources"], ["sources", "--json"])
    for argv in (*listing, ["show", "3"], *(["show", "3", "--format", form] for form in ("markdown", "html", "json"))):
        out = cli(*argv).out
        assert out
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", out), argv


def test_a_story_can_have_one_line(cli: Cli, home: Path) -> None:
    every = cli("list", "--limit", "0", "--json").json
    told = [article["id"] for article in every[3:6]]
    with closing(open_store(home / "news.db")) as db:
        stories.group(db, told, 1_795_500_000)
    folded = cli("list", "--limit", "0", "--stories", "--json").json
    assert [one["stands_for"] for one in folded if one["id"] in told] == [3]
    assert len(folded) == len(every) - 2
    assert sum(line.endswith(" (3)") for line in cli("list", "--stories").lines) == 1
    assert sorted(line.split("\t")[6] for line in cli("list", "--tsv", "--stories", "--limit", "4").lines) == list(
        "1113"
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("source:courir", "There is no source “courir”. The nearest is “The Harbour Courier”."),
        ("tag:watr is:unread", "There is no tag “watr”. The nearest is “water”."),
        ("folder:nowhere", "There is no folder “nowhere”."),
        ("feed:morning", "There is no saved feed “morning”."),
        ("source:courier zzz", ""),
        ("harbuor is:unread", "No article has “harbuor”. The nearest is “harbour”."),
    ],
)
def test_a_name_or_word_that_is_none_is_told_where_nothing_is_found(cli: Cli, query: str, said: str) -> None:
    for argv in (["list"], ["mark", "read"]):
        result = cli(*argv, query)
        assert result.code == 0
        assert result.err.strip() == said
