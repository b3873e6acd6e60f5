"""Saved searches, merged tags, and the export of everything."""

import json
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection

import pytest
from tests.cli.conftest import Cli

from roya_tui.model import Entry, NewSource
from roya_tui.store.articles import ingestion, saved_pages
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import article_state


def searches(cli: Cli) -> list[tuple[str, str, str]]:
    return [(feed["name"], feed["query"], feed["icon"]) for feed in cli("searches", "--json").json]


def test_saved_search_is_added_listed_used_and_removed(cli: Cli) -> None:
    assert cli("list").code == 0
    assert cli("searches").out == ""
    assert cli("searches", "add", "Wet news", "tag:water", "-tag:sport", "--icon", "flag").lines == [
        "Created saved search “Wet news”."
    ]
    assert searches(cli) == [("Wet news", "tag:water -tag:sport", "flag")]
    assert cli("searches").lines[0].split()[2:4] == ["Wet", "news"]
    found = cli("list", 'search:"wet news"', "--json").json
    assert found == cli("list", "tag:water", "-tag:sport", "--json").json
    assert len(found) == cli("searches", "--json").json[0]["articles"] > 0
    for command in (["list"], ["mark", "read"], ["show", "--query"], ["rules", "try"]):
        unknown = cli(*command, "search:wet")
        assert (unknown.code, unknown.out) == (2, "")
        assert unknown.err == "roya-tui: There is no saved search “wet”. Did you mean “Wet news”?\n"
    assert cli("searches", "remove", "WET NEWS").lines == ["Removed saved search “Wet news”. Its articles are kept."]
    assert searches(cli) == []


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("add",), 2, "roya-tui: NAME is required. Example: roya-tui searches add Morning 'is:unread since:1d'"),
        (("add", "https://a.example/"), 2, "roya-tui: QUERY is required. Example: roya-tui searches add Morning"),
        (("add", "New", ""), 2, "roya-tui: A query is required. Example: roya-tui searches add Morning"),
        (("add", "New", "tga:x"), 2, "roya-tui: There is no field “tga”. Did you mean “tag”?"),
        (("add", "New", "search:old"), 1, "roya-tui: There is no saved search “old”."),
        (("remove", "old"), 1, "roya-tui: There is no saved search “old”. Run roya-tui searches to list them."),
    ],
)
def test_invalid_saved_search_is_an_error(cli: Cli, words: tuple[str, ...], code: int, sentence: str) -> None:
    result = cli("searches", *words)
    assert result.code == code
    assert result.err.startswith(sentence)


def test_saved_search_whose_texts_are_bytes_is_listed(cli: Cli, db: Connection) -> None:
    cli("searches", "add", "Wells", "title:wells")
    db.execute("UPDATE saved_feed SET name = x'57', query = x'7469746c653a61'")
    assert [(one["name"], one["query"]) for one in cli("searches", "--json").json] == [("W", "title:a")]
    assert cli("list", "search:W").code == 0


def test_bytes_in_place_of_text_are_reported_as_damage(cli: Cli, db: Connection) -> None:
    db.execute("UPDATE source SET name = x'57', folder = x'1b5d303b'")
    found = cli("sources")
    assert (found.code, "“folder”" in found.err or "“name”" in found.err) == (1, True), found
    assert "is damaged" in found.err


def test_unknown_values_of_another_program_are_shown_or_ignored(cli: Cli, db: Connection) -> None:
    cli("rules", "add", "Wells", "title:wells")
    db.execute("UPDATE rule SET effect = 'melt'")
    db.execute("UPDATE feed SET skip_hours = 'Inf 3'")
    assert "melt" in cli("rules").out
    assert cli("sources").code == 0
    db.execute("UPDATE body SET feed = 'text'")
    assert "“feed” of the table “body”" in cli("show", "1").err


def test_tags_are_merged_and_unmerged(cli: Cli) -> None:
    before = {tag["tag"]: tag["articles"] for tag in cli("tags", "--json").json}
    assert cli("tags", "merge", "water", "Wells").lines == ["Renamed tag “water” to “Wells”."]
    after = {tag["tag"]: tag for tag in cli("tags", "--json").json}
    assert after["Wells"] == {
        "tag": "Wells",
        "articles": before["water"],
        "unread": before["water"],
        "merged": ["water"],
    }
    assert "water" not in after
    assert cli("list", "tag:water", "--json").json == cli("list", "tag:wells", "--json").json
    assert cli("tags", "unmerge", "wells").lines == ["Unmerged all tags from “wells”."]
    assert {tag["tag"]: tag["articles"] for tag in cli("tags", "--json").json} == before
    assert cli("tags", "unmerge", "wells").code == 1
    assert cli("tags", "merge", "nothing", "x").err == "roya-tui: There is no tag “nothing”.\n"


def test_everything_is_exported_and_imported_into_another_home(cli: Cli, home: Path, tmp_path: Path) -> None:
    listed = tmp_path / "list.opml"
    listed.write_text(
        '<opml><body><outline text="News"><outline text="A" xmlUrl="https://a.example/feed"/></outline></body></opml>'
    )
    cli("import", str(listed))
    number = next(one["id"] for one in cli("sources", "--json").json if one["url"] == "https://a.example/feed")
    db = open_store(home / "news.db")
    subscriptions.change(db, number, per_day=2)
    db.execute("INSERT INTO tag (name, folded) VALUES ('water', 'water')")
    db.close()
    cli("searches", "add", "Mine", f"source:{number}", "is:unread", "sort:oldest")
    cli("searches", "add", "رؤيا", "tag:water", "search:mine")
    cli("tags", "merge", "water", "Wells")
    file = tmp_path / "everything.json"
    assert cli("export", "--everything", str(file)).code == 0

    other = str(tmp_path / "other")
    result = cli("--home", other, "import", str(file))
    assert result.code == 0
    assert result.lines[0].endswith("saved searches: 2, merged tags: 1, rules: 0.")
    assert [(f["name"], f["query"]) for f in cli("--home", other, "searches", "--json").json] == [
        ("Mine", "source:https://a.example/feed is:unread sort:oldest"),
        ("رؤيا", "tag:water search:mine"),
    ]
    assert all(not feed["problem"] for feed in cli("--home", other, "searches", "--json").json)
    (source,) = [
        one for one in cli("--home", other, "sources", "--json").json if one["url"] == "https://a.example/feed"
    ]
    assert (source["folder"], source["per_day"]) == ("News", 2)
    assert cli("--home", other, "import", str(file)).lines == [
        "Added sources: 0, saved searches: 0, merged tags: 0, rules: 0."
    ]


def test_marks_notes_and_saved_pages_are_exported_and_imported(cli: Cli, db: Connection, tmp_path: Path) -> None:
    feed = NewSource("https://a.example/feed")
    entries = [Entry(guid=f"{n}", url=f"https://a.example/{n}", title=f"Story {n}") for n in range(3)]
    ids = ingestion.save(db, subscriptions.add(db, feed, 1).id, None, list(map(ingestion.prepare, entries)), 2).new
    article_state.mark(db, ids[:1], 3, starred=True)
    article_state.mark(db, ids, 4, read=True)
    article_state.set_note(db, ids[1], "A line.\nسطر", 5)
    article_state.edit_tags(db, ids[1:], 6, add=["Mine"])
    page = Entry("https://p.example/x", "https://p.example/x", "A page", content="<p>To <b>read</b> later</p>")
    (page_id, _) = saved_pages.save(db, ingestion.prepare(page), 7)
    article_state.set_note(db, page_id, "Of a page", 8)
    file = tmp_path / "everything.json"
    written = cli("export", "--everything", str(file))
    assert "Saved pages: 1, articles with your data: 4." in written.out
    json.loads(file.read_text(encoding="utf-8"))

    other = tmp_path / "other"
    result = cli("--home", str(other), "import", str(file))
    assert result.code == 0
    assert result.lines[1] == (
        "Added 1 saved page. Imported your data for 4 articles. 3 of them are not fetched yet; their data is applied"
        " when they arrive."
    )
    assert cli("--home", str(other), "import", str(file)).lines[1] == "The data of your articles is unchanged."
    with closing(open_store(other / "news.db")) as db:
        (source,) = [one for one in subscriptions.list_all(db) if one.url == feed.url]
        ingestion.save(db, source.id, None, list(map(ingestion.prepare, entries)), 9)
    listed = {one["title"]: one for one in cli("--home", str(other), "list", "source:a.example", "--json").json}
    assert [listed[f"Story {n}"]["starred"] for n in range(3)] == [True, False, False]
    assert not any(one["unread"] for one in listed.values())
    noted = cli("--home", str(other), "show", str(listed["Story 1"]["id"]), "--format", "json").json
    assert (noted["note"], noted["own_tags"]) == ("A line.\nسطر", ["Mine"])
    (saved_page,) = cli("--home", str(other), "list", "is:noted", "page", "--json").json
    assert "To read later" in cli("--home", str(other), "show", str(saved_page["id"])).out


@pytest.mark.parametrize(
    "document",
    [
        {"roya_tui_everything": 1, "articles": [7, {}, {"source": "s", "guid": "\ud800", "note": "\x1b[31m\ud801"}]},
        {
            "roya_tui_everything": 1,
            "articles": [
                {"source": "https://a.example", "guid": "g" * 9_000, "read": 1 << 80, "starred": True, "story": -4},
                {"source": 3, "guid": [], "tags": {"a": 1}, "position": "x", "hidden": 1e99},
                {"source": "https://a.example", "guid": "h", "tags": ["", 4, "\x1b[1m", "\n"], "position": -1},
            ],
            "pages": [
                7,
                {"url": "javascript:alert(1)", "title": "No"},
                {"url": "https://p.example/\x1b", "title": "\x1b[31mPage\ud800", "published": [1 << 70, 3]},
                {"url": "https://p.example/2", "content": "<script>x</script>\x1b", "pictures": [["file:///x", ""], 4]},
            ],
        },
        {"roya_tui_everything": 3},
        {"roya_tui_everything": 1, "sources": [{"url": "file:///etc/passwd"}, 7], "feeds": 3, "tags": [{}, None]},
        {"roya_tui_everything": 1, "feeds": [{"name": "\x1b[31mred\n", "query": "tga:x", "icon": 9}]},
    ],
)
def test_hostile_document_is_imported_safely(cli: Cli, tmp_path: Path, document: object) -> None:
    file = tmp_path / "e.json"
    file.write_text(json.dumps(document))
    result = cli("import", str(file))
    assert "\x1b" not in result.out + result.err
    assert "passwd" not in cli("sources", "--json").out
    assert result.code in (0, 1)
    for article in cli("list", "--json", "--limit", "0").json:
        assert cli("show", str(article["id"])).code == 0
    assert cli("export", "--everything").code == 0
    for feed in cli("searches", "--json").json:
        assert "\x1b" not in feed["name"]
        assert feed["problem"]
        assert cli("list", f"search:{feed['name'].split()[0]}").code == 2


def test_import_of_everything_is_undone_step_by_step(cli: Cli, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "e.json"
    document = {
        "roya_tui_everything": 1,
        "sources": [{"url": "https://a.example/feed"}],
        "feeds": [{"name": "One", "query": "water"}],
        "tags": [{"tag": "a", "under": "b"}],
    }
    file.write_text(json.dumps(document))
    cli("import", str(file))
    messages = [cli("undo").out.strip().split(",")[0].split(";")[0].rstrip(".") for _ in range(3)]
    assert messages == [
        "Undone: Merged 1 tag",
        "Undone: Created saved search “One”",
        "Undone: Imported “https://a.example/feed”",
    ]
    assert searches(cli) == []
    assert "https://a.example/feed" not in [source["url"] for source in cli("sources", "--json").json]
