"""tag, note, hide, remove and undo."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from tests.cli.conftest import Cli

from roya_tui.model import Entry, NewSource
from roya_tui.store import database
from roya_tui.store.articles import ingestion
from roya_tui.store.sources import subscriptions


@pytest.fixture
def wells(db: sqlite3.Connection) -> list[int]:
    """Three articles of one source, besides the samples."""
    entries = [Entry(guid=str(n), title=f"Wells {n}", content="Water", tags=("water",)) for n in (3, 2, 1)]
    source = subscriptions.add(db, NewSource("https://wells.example/feed", title="Wells Daily"), 1_000)
    return list(ingestion.save(db, source.id, None, list(map(ingestion.prepare, entries)), 2_000).new[::-1])


def listed(cli: Cli, query: str) -> dict[str, Any]:
    return {one["title"]: one for one in cli("list", query, 'source:"wells daily"', "--json", "--limit", "0").json}


def shown(cli: Cli, id: int) -> Any:
    return cli("show", str(id), "--format", "json").json


def test_tags_are_added_and_removed_in_one_step(cli: Cli, wells: list[int]) -> None:
    result = cli("tag", "title:wells", "-title:3", "+ماء", "+to read")
    assert (result.code, result.out) == (
        0,
        "Edited the tags of 2 articles: added ماء, to read. The query matches 2 articles.\n",
    )
    assert shown(cli, wells[0])["own_tags"] == ["to read", "ماء"]
    assert cli("tag", "tag:ماء", "+done", "-to read", "--json").json == {
        "changed": 2,
        "found": 2,
        "message": "Edited the tags of 2 articles: added done; removed to read.",
    }
    assert shown(cli, wells[0])["own_tags"] == ["done", "ماء"]
    assert cli("tag", "tag:done", "-x").out == "Nothing changed. The query matches 2 articles.\n"
    assert cli("undo").out == "Undone: Edited the tags of 2 articles: added done; removed to read.\n"
    assert shown(cli, wells[0])["own_tags"] == ["to read", "ماء"]
    assert shown(cli, wells[0])["tags"][0] == "water", "tags of the feed stay"


def test_number_is_an_article_in_commands_that_change_articles(cli: Cli, wells: list[int]) -> None:
    first, second, third = map(str, wells)
    assert cli("mark", "read", first, f"#{third}").out == "Marked 2 articles read.\n"
    assert cli("mark", "star", second).out == "Starred “Wells 2”.\n"
    assert cli("tag", first, second, "+deep").out == "Added tag “deep” to 2 articles.\n"
    assert cli("hide", third, "--json").json["found"] == 1
    assert cli("unhide", third).out == "Unhid “Wells 3”.\n"
    assert {title: article["unread"] for title, article in listed(cli, "title:wells").items()} == {
        "Wells 1": False, "Wells 2": True, "Wells 3": False,
    }  # fmt: skip
    missing = cli("mark", "read", first, "999999")
    assert (missing.code, missing.err) == (
        1, "roya-tui: There is no article 999999. Run roya-tui list to see the numbers.\n",
    )  # fmt: skip
    for query in (["--query", first], [f'"{first}"'], ["wells", first]):
        assert "The query matches" in cli("mark", "unread", *query).out, "a number in a query is a word"


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("tag", "is:unread"), "A tag is required."), (("tag", "+water"), "A query is required."),
        (("tag", "tga:x", "+water"), "tga"), (("unhide",), "QUERY is required."),
        (("hide",), "QUERY is required. Example: roya-tui hide title:lottery"),
        (("note", "x", "y"), "“x” is not an article number."),
    ],
)  # fmt: skip
def test_missing_argument_is_a_usage_error(cli: Cli, wells: list[int], argv: tuple[str, ...], words: str) -> None:
    result = cli(*argv)
    assert result.code == 2
    assert words in result.err
    assert result.out == ""


def test_note_is_saved_printed_and_removed(cli: Cli, wells: list[int], type_in: Callable[[str], None]) -> None:
    id = str(wells[0])
    assert cli("note", id).out == "There is no note.\n"
    assert cli("note", id, "Ask", "the", "-mayor").out == "Saved the note on “Wells 1”.\n"
    assert cli("note", id).out == "Ask the -mayor\n"
    type_in("One\x1b[31m\nسطر\n")
    assert cli("note", id, "-", "--json").json["note"] == "One[31m\nسطر"
    assert cli("undo").code == 0
    assert cli("note", id, "--json").json == {"id": wells[0], "note": "Ask the -mayor"}
    assert cli("note", id, "").out == "Removed the note on “Wells 1”.\n"
    assert cli("note", id, "").out == "Nothing changed.\n"
    missing = cli("note", "999999", "x")
    assert (missing.code, missing.out) == (1, "")
    assert missing.err == "roya-tui: There is no article 999999. Run roya-tui list to see the numbers.\n"


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("why", ["locked", "no such article"])
def test_piped_note_is_printed_when_it_cannot_be_saved(cli, home, wells, type_in, monkeypatch, why, as_json) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.3)
    type_in("Ask Rana\nسطر\n")
    locked = why == "locked"
    id = wells[0] if locked else 999_999
    with closing(sqlite3.connect(home / "news.db", isolation_level=None)) as other:
        if locked:
            other.execute("BEGIN IMMEDIATE")
        result = cli("note", str(id), "-", *(["--json"] if as_json else []))
    assert result.code == 1
    if as_json:
        assert (result.json["note"], result.json["changed"]) == ("Ask Rana\nسطر\n", 0)
    else:
        assert result.out == "Ask Rana\nسطر\n"
    message, reason = result.err.splitlines()
    assert message == "roya-tui: The note was not saved. Its text is on standard output."
    assert ("in use by another program" if locked else "There is no article 999999.") in reason


def test_hidden_articles_are_not_listed_until_they_are_unhidden(cli: Cli, wells: list[int]) -> None:
    assert cli("hide", "title:wells", "-title:2").out == "Hid 2 articles. The query matches 2 articles.\n"
    assert set(listed(cli, "")) == {"Wells 2"}
    assert cli("unhide", "title:3").out == "Unhid “Wells 3”. The query matches 1 article.\n"
    assert set(listed(cli, "")) == {"Wells 2", "Wells 3"}
    assert cli("hide", "--query", "title:2", 'source:"wells daily"', "--json").json["changed"] == 1
    assert [cli("undo").code for _ in range(3)] == [0, 0, 0]
    assert set(listed(cli, "")) == {"Wells 1", "Wells 2", "Wells 3"}


def test_source_is_removed_by_name_and_restored(cli: Cli, db: sqlite3.Connection, wells: list[int]) -> None:
    subscriptions.add(db, NewSource("https://weekly.example/feed", title="Wells Weekly"), 1_000)
    several = cli("remove", "wells")
    assert several.code == 1
    assert "Several sources match" in several.err
    for name in ("nothing like it", "no\udcfftext"):  # as Python decodes a byte that is not UTF-8
        missing = cli("remove", name)
        assert missing.code == 1
        assert "No source matches “no" in missing.err
    removed = cli("remove", "wells daily")
    assert removed.out.startswith("Removed source “Wells Daily”. Starred, tagged and noted articles are kept.")
    assert listed(cli, "") == {}
    assert cli("undo").out == "Undone: Removed “Wells Daily”.\n"
    assert len(listed(cli, "")) == 3
    assert cli("remove", "https://wells.example/feed", "--json").json["label"] == "Wells Daily"


def test_steps_are_listed_undone_and_redone(cli: Cli, wells: list[int]) -> None:
    for _ in range(30):
        if cli("undo").code:
            break
    assert cli("undo").err == "There is nothing to undo.\n"
    cli("mark", "star", "title:wells")
    cli("hide", "title:wells")
    assert cli("undo").code == 0
    assert [line.split("  ")[0] for line in cli("undo", "list").lines[:2]] == ["redo", "undo"]
    first, second = cli("undo", "list", "--json").json[:2]
    assert (first["step"], first["undone"] is None) == ("Hid 3 articles.", False)
    assert (second["step"], second["undone"]) == ("Starred 3 articles.", None)
    assert cli("redo", "--json").json == {"message": "Redone: Hid 3 articles."}
    assert cli("redo", "--json").json == {"message": None}
    assert cli("redo").code == 1
