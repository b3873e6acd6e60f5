"""briefing: text for people, Markdown for mail, JSON for programs."""

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
    """Two sources with many articles, three with one story, and a rare one; all of the last minutes."""
    ids = {}

    def add(source: str, *titles: str, tags: tuple[str, ...] = ()) -> None:
        source_row = subscriptions.add(
            db, NewSource(f"https://{source}.example/rss", title=source.capitalize()), NOW - 900
        )
        rows = [
            Entry(guid=t, url=f"https://{source}.example/{n}", title=t, tags=tags, published=Moment(NOW - 600 - n))
            for n, t in enumerate(titles)
        ]
        saved = ingestion.save(db, source_row.id, None, [ingestion.prepare(row) for row in rows], NOW - 500)
        ids.update(zip(titles, saved.new, strict=True))

    add("agency", *(f"Wire {n}" for n in range(40)), tags=("wire",))
    add("agency2", *(f"Cable {n}" for n in range(40)), tags=("cable",))
    add("courier", "The dam opens", tags=("water",))
    add("desk", "The dam has opened")
    add("orbit", "Dam open *at last*")
    add("seldom", "سدّ بعد عامين")
    stories.group(db, [ids[title] for title in ("The dam opens", "The dam has opened", "Dam open *at last*")], NOW)
    return ids


def test_text_has_stories_before_rare_sources_and_tags(cli: Cli, news: dict[str, int]) -> None:
    result = cli("briefing", "--since", "1d")
    assert result.code == 0
    assert result.lines[1] == "84 unread articles since 1d. Sources: 6."
    titles = [line for line in result.lines if line and not line.startswith((" ", "+"))][2:]
    assert titles == ["Big stories", "Sources that publish rarely", "Cable", "Wire"]
    story = next(line for line in result.lines if line.endswith("(3)")).split("  ")
    assert story[-1].strip() in ("The dam opens (3)", "The dam has opened (3)", "Dam open *at last* (3)")
    assert sorted(story[-2].split(", ")) == ["Courier", "Desk", "Orbit"]
    more = next(line for line in result.lines if "tag:wire" in line)
    assert more == "     + 38 more from Agency: roya-tui list 'is:unread since:1d tag:wire'"
    assert len(cli("list", "is:unread since:1d tag:wire", "--json").json) == 40


def test_json_has_the_same_sections_with_all_facts(cli: Cli, news: dict[str, int]) -> None:
    data = cli("briefing", "--since", "1d", "--json").json
    assert (data["since"], data["unread"], data["sources"], data["more"]) == ("1d", 84, 6, 0)
    assert [(s["kind"], s["title"], s["tag"], s["more"]) for s in data["sections"]] == [
        ("stories", "Big stories", "", 0),
        ("rare", "Sources that publish rarely", "", 0),
        ("tag", "Cable", "cable", 38),
        ("tag", "Wire", "wire", 38),
    ]
    (story,) = data["sections"][0]["headlines"]
    assert (story["covers"], sorted(story["sources"])) == (3, ["Courier", "Desk", "Orbit"])
    assert data["sections"][1]["headlines"][0]["title"] == "سدّ بعد عامين"
    counted = sum(s["more"] + sum(h["covers"] for h in s["headlines"]) for s in data["sections"])
    assert counted == data["unread"] == len(cli("list", "is:unread", "since:1d", "--limit", "0", "--json").json)
    cli("mark", "read", "tag:wire")
    assert cli("briefing", "--since", "1d", "--json").json["unread"] == counted - 40


def test_markdown_has_links_and_escapes_special_characters(cli, db, news) -> None:
    stories.ungroup(db, [news["Dam open *at last*"]], NOW)
    result = cli("briefing", "--since", "1d", "--markdown").out
    assert result.startswith("# Briefing, ")
    assert "## Big stories\n\n* [The dam" in result
    assert "(2) — Courier, Desk, " in result or "(2) — Desk, Courier, " in result
    assert "[Dam open \\*at last\\*](https://orbit.example/0) — Orbit, " in result


def test_read_hidden_and_muted_articles_are_left_out_and_highlights_come_early(cli, db, news) -> None:
    search_index.index_queue(db)
    for name, query_text, effect in (("No cables", "title:cable", "mute"), ("Wire 7", '"Wire 7"', "highlight")):
        rules.add(db, Rule(0, name, query_text, effect), NOW, apply_to_existing=True)
    data = cli("briefing", "--since", "1d", "--json").json
    assert data["unread"] == 44
    sections = [(s["kind"], [h["title"] for h in s["headlines"]]) for s in data["sections"]]
    assert sections[1] == ("highlights", ["Wire 7"])
    assert not any("Cable" in title for _, titles in sections for title in titles)

    article_state.mark(db, [news["سدّ بعد عامين"]], NOW, hidden=True)
    article_state.mark(db, [id for title, id in news.items() if title.startswith(("Wire", "Cable"))], NOW, read=True)
    lines = cli("briefing", "--since", "1d").lines
    assert lines[1] == "3 unread articles since 1d. Sources: 3."
    assert not any("سدّ" in line or "Wire" in line for line in lines)


def test_empty_briefing_is_one_line(cli: Cli, db: sqlite3.Connection, news: dict[str, int]) -> None:
    article_state.mark(db, results.find(db, query.Query(), NOW), NOW, read=True)
    assert cli("briefing", "--since", "1d").lines == ["Briefing: no unread articles."]
    assert cli("briefing").lines == ["Briefing: no unread articles."]
    assert cli("briefing", "--since", "session").lines == ["Briefing: no unread articles."]
    assert cli("briefing", "--since", "1d", "--json").json["sections"] == []


def test_since_visit_begins_at_the_last_visit_and_briefing_is_not_a_visit(cli, db, news) -> None:
    assert cli("briefing", "--since", "session").lines[1] == "84 unread articles since your last session. Sources: 6."
    visits.record_use(db, NOW - 2 * visits.GAP_SECONDS)
    for _ in range(2):
        assert cli("briefing", "--since", "session").lines[1].startswith("84 unread")
    visits.record_use(db, NOW)
    assert cli("briefing", "--since", "session").lines[1].startswith("84 unread"), "this visit does not count"
    visits.record_use(db, NOW + 2 * visits.GAP_SECONDS)
    assert visits.last_visit_end(db, NOW + 2 * visits.GAP_SECONDS) == NOW


def test_invalid_time_is_a_usage_error(cli: Cli, news: dict[str, int]) -> None:
    result = cli("briefing", "--since", "noon")
    assert result.code == 2
    assert result.err.endswith("--since: “noon” is not a time. Examples: today, 2d, 3w, 2025-07-04.\n")
