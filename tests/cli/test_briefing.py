"""`roya-tui briefing`: plain for people, Markdown for mail, JSON for programs."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Cli

from roya_tui import query
from roya_tui.model import Entry, Moment, NewSource, Rule
from roya_tui.store import rules
from roya_tui.store.articles import ingestion, search_index
from roya_tui.store.database import open_store
from roya_tui.store.search import results
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state, stories, visits

NOW = int(time.time())


@pytest.fixture
def db(home: Path) -> Iterator[sqlite3.Connection]:
    db = open_store(home / "news.db")
    yield db
    db.close()


@pytest.fixture
def news(db: sqlite3.Connection) -> dict[str, int]:
    """A firehose, three that tell one story, and one that is seldom heard; all of the last minutes."""
    ids = {}

    def put(source: str, *titles: str, tags: tuple[str, ...] = ()) -> None:
        kept = subscriptions.add(db, NewSource(f"https://{source}.example/rss", title=source.capitalize()), NOW - 900)
        rows = [
            Entry(guid=t, url=f"https://{source}.example/{n}", title=t, tags=tags, published=Moment(NOW - 600 - n))
            for n, t in enumerate(titles)
        ]
        saved = ingestion.save(db, kept.id, None, [ingestion.prepare(row) for row in rows], NOW - 500)
        ids.update(zip(titles, saved.new, strict=True))

    put("agency", *(f"Wire {n}" for n in range(40)), tags=("wire",))
    put("agency2", *(f"Cable {n}" for n in range(40)), tags=("cable",))
    put("courier", "The dam opens", tags=("water",))
    put("desk", "The dam has opened")
    put("orbit", "Dam open *at last*")
    put("seldom", "سدّ بعد عامين")
    stories.group(db, [ids[title] for title in ("The dam opens", "The dam has opened", "Dam open *at last*")], NOW)
    return ids


def test_the_page_tells_the_big_story_then_the_others(cli: Cli, news: dict[str, int]) -> None:
    told = cli("briefing", "--since", "1d")
    assert told.code == 0
    assert told.lines[1] == "84 unread since 1d, of 6 sources."
    titles = [line for line in told.lines if line and not line.startswith((" ", "+"))][2:]
    assert titles == ["Big stories", "Seldom heard", "Cable", "Wire"]
    story = next(line for line in told.lines if line.endswith("(3)")).split("  ")
    assert story[-1].strip() in ("The dam opens (3)", "The dam has opened (3)", "Dam open *at last* (3)")
    assert sorted(story[-2].split(", ")) == ["Courier", "Desk", "Orbit"]
    more = next(line for line in told.lines if "tag:wire" in line)
    assert more == "     + 38 more from Agency: roya-tui list 'is:unread since:1d tag:wire'"
    assert len(cli("list", "is:unread since:1d tag:wire", "--json").json) == 40


def test_json_says_the_same_with_all_facts(cli: Cli, news: dict[str, int]) -> None:
    told = cli("briefing", "--since", "1d", "--json").json
    assert (told["since"], told["unread"], told["sources"], told["more"]) == ("1d", 84, 6, 0)
    assert [(s["kind"], s["title"], s["tag"], s["more"]) for s in told["sections"]] == [
        ("stories", "Big stories", "", 0),
        ("seldom", "Seldom heard", "", 0),
        ("tag", "Cable", "cable", 38),
        ("tag", "Wire", "wire", 38),
    ]
    (story,) = told["sections"][0]["headlines"]
    assert (story["stands_for"], sorted(story["sources"])) == (3, ["Courier", "Desk", "Orbit"])
    assert told["sections"][1]["headlines"][0]["title"] == "سدّ بعد عامين"
    counted = sum(s["more"] + sum(h["stands_for"] for h in s["headlines"]) for s in told["sections"])
    assert counted == told["unread"] == len(cli("list", "is:unread", "since:1d", "--limit", "0", "--json").json)
    cli("mark", "read", "tag:wire")
    assert cli("briefing", "--since", "1d", "--json").json["unread"] == counted - 40


def test_markdown_has_links_and_keeps_signs_as_they_are(cli: Cli, db: sqlite3.Connection, news: dict[str, int]) -> None:
    stories.ungroup(db, [news["Dam open *at last*"]], NOW)
    told = cli("briefing", "--since", "1d", "--markdown").out
    assert told.startswith("# Briefing, ")
    assert "## Big stories\n\n* [The dam" in told
    assert "(2) — Courier, Desk, " in told or "(2) — Desk, Courier, " in told
    assert "[Dam open \\*at last\\*](https://orbit.example/0) — Orbit, " in told


def test_what_is_read_or_hidden_is_not_told(cli: Cli, db: sqlite3.Connection, news: dict[str, int]) -> None:
    article_state.mark(db, [news["سدّ بعد عامين"]], NOW, hidden=True)
    article_state.mark(db, [id for title, id in news.items() if title.startswith(("Wire", "Cable"))], NOW, read=True)
    told = cli("briefing", "--since", "1d").lines
    assert told[1] == "3 unread since 1d, of 3 sources."
    assert not any("سدّ" in line or "Wire" in line for line in told)


def test_what_a_rule_mutes_is_not_told_and_what_it_highlights_is_told_first(
    cli: Cli, db: sqlite3.Connection, news: dict[str, int]
) -> None:
    search_index.index_queue(db)
    for name, asked, effect in (("No cables", "title:cable", "mute"), ("Wire 7", '"Wire 7"', "highlight")):
        rules.add(db, Rule(0, name, asked, effect), NOW, apply_to_existing=True)
    told = cli("briefing", "--since", "1d", "--json").json
    assert told["unread"] == 44
    kinds = [(s["kind"], [h["title"] for h in s["headlines"]]) for s in told["sections"]]
    assert kinds[1] == ("highlights", ["Wire 7"])
    assert not any("Cable" in title for _, titles in kinds for title in titles)


def test_nothing_to_say_is_one_calm_line(cli: Cli, db: sqlite3.Connection, news: dict[str, int]) -> None:
    article_state.mark(db, results.find(db, query.Query(), NOW), NOW, read=True)
    assert cli("briefing", "--since", "1d").lines == ["Nothing unread since 1d."]
    assert cli("briefing").lines == ["Nothing unread from today."]
    assert cli("briefing", "--since", "visit").lines == ["Nothing unread since your last visit."]
    assert cli("briefing", "--since", "1d", "--json").json["sections"] == []


def test_since_the_last_visit_is_what_came_in_since_and_asking_is_no_visit(
    cli: Cli, db: sqlite3.Connection, news: dict[str, int]
) -> None:
    assert cli("briefing", "--since", "visit").lines[1] == "84 unread since your last visit, of 6 sources."
    visits.record_use(db, NOW - 2 * visits.GAP_SECONDS)
    for _ in range(2):
        assert cli("briefing", "--since", "visit").lines[1].startswith("84 unread")
    visits.record_use(db, NOW)
    assert cli("briefing", "--since", "visit").lines[1].startswith("84 unread"), "this visit does not count"
    visits.record_use(db, NOW + 2 * visits.GAP_SECONDS)
    assert visits.last_visit_end(db, NOW + 2 * visits.GAP_SECONDS) == NOW


def test_a_time_that_is_none_is_told(cli: Cli, news: dict[str, int]) -> None:
    result = cli("briefing", "--since", "noon")
    assert result.code == 2
    assert result.err.endswith("--since: “noon” is not a time: say today, 2d, 3w or 2025-07-04.\n")
