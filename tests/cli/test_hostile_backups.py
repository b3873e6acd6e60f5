"""Backups that were changed by hand or by an enemy: what is valid is imported, in one transaction."""

import copy
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cli.conftest import Cli, configure, contents

from roya_tui.cli import backup
from roya_tui.cli.session import CommandError
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.search import saved_searches
from roya_tui.store.sources import subscriptions
from roya_tui.store.user_data import tags

NOW = 1_780_000_000

BACKUP: dict[str, Any] = {
    "roya_tui_everything": 2,
    "sources": [{"url": "https://olive.example/rss", "name": "Olive", "title": "Olive News", "folder": "News/Local",
                 "interval": 7_200, "per_day": 5, "zone": "Asia/Amman", "mapping": "hits"}],
    "searches": [{"name": "Wet", "icon": "flag", "query": "tag:water -tag:sport"}],
    "rules": [{"name": "Quiet", "effect": "tag", "tag": "later", "ends": NOW + 9_000, "off": False,
               "query": "source:https://olive.example/rss", "seconds": 90_000}],
    "tags": [{"tag": "floods", "under": "water"}],
    "pages": [{"guid": "p", "authors": ["A. Writer"], "content": "<p>Text.</p>", "url": "https://page.example/1",
               "title": "A page", "language": "en", "published": [NOW, "today"], "updated": [None, ""],
               "pictures": [["https://page.example/1.jpg", "A dam"]]}],
    "articles": [{"source": "https://olive.example/rss", "guid": "1", "url": "https://olive.example/1",
                  "note": "ask", "read": NOW, "read_text": 5, "starred": NOW, "story": 3, "position": 9,
                  "refused": 1, "tags": ["mine", "water"], "changed": True}],
}  # fmt: skip


def changed(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    document = copy.deepcopy(BACKUP)
    *parents, last = path
    place: Any = document
    for key in parents:
        place = place[key]
    place[last] = value
    return document


INTERVAL = "Skipped 1 interval of a source: intervals are 10m to 30d."
LIMIT = "Skipped 1 daily limit of a source: limits are 0 to 1000 articles."
ZONE = "Skipped 1 time zone of a source: this system does not have it."
TEXT = "Skipped 1 name of a source: names, folders and mappings must be text."
SEARCH = "Skipped 1 of 1 saved searches: its name is empty or its query is not valid."
RULE = "Skipped 1 of 1 rules: its name is empty, or its query or effect is not valid."


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("sources", 0, "url"), "file:///etc/passwd", "Skipped 1 of 1 sources: its address is not valid."),
        *((("sources", 0, "interval"), value, INTERVAL) for value in (2**63 - 1, 599, 30 * 86_400 + 1, -5, "2h", True)),
        *((("sources", 0, "per_day"), value, LIMIT) for value in (1_001, -1, "3", 2.5)),
        *((("sources", 0, "zone"), value, ZONE) for value in ("Nowhere/At all", 3)),
        *((("sources", 0, name), value, TEXT) for name in ("name", "title", "folder", "mapping") for value in (3, [])),
        (("searches", 0, "query"), "tag:(", SEARCH),
        (("searches", 0, "name"), "\u202e", SEARCH),
        (("rules", 0, "query"), '"', RULE),
        (("rules", 0, "effect"), "explode", RULE),
        (("tags", 0, "tag"), "\x07", "Skipped 1 of 1 merged tags: a tag needs a name."),
        (("tags", 0, "under"), "\ud800", "Skipped 1 of 1 merged tags: a tag needs a name."),
        (("pages", 0, "url"), "file:///etc/passwd", "Skipped 1 of 1 saved pages: its address is not valid."),
        (("articles", 0, "guid"), "", "Skipped your data for 1 of 1 articles: it has no source or no identity."),
        (("articles", 0, "tags", 1), "\u202e\x07", "Skipped 1 of 2 tags of articles: a tag needs a name."),
    ],
)  # fmt: skip
def test_import_skips_what_is_not_valid_and_says_why(cli: Cli, tmp_path: Path, path, value, sentence: str) -> None:
    file = tmp_path / "backup.json"
    file.write_text(json.dumps(changed(path, value)), "utf-8")
    imported = cli("import", str(file))
    assert (imported.code, imported.err) == (0, "")
    assert imported.lines[-1] == sentence
    assert [line for line in imported.lines if "Skipped" in line] == [sentence]
    assert cli("import", str(file)).lines[-1] == sentence
    assert cli("sources").code == cli("rules").code == cli("searches").code == cli("tags").code == 0


def test_import_names_the_mappings_that_are_missing(cli: Cli, tmp_path: Path, home: Path) -> None:
    file = tmp_path / "backup.json"
    file.write_text(json.dumps(changed(("sources", 0, "mapping"), "kelp")), "utf-8")
    sentence = "Add the mapping “kelp” to config.toml: a source needs it."
    assert sentence in cli("import", str(file)).lines
    configure(home, '[mappings.kelp]\nitems = "hits"\ntitle = "title"\n')
    assert sentence not in cli("import", str(file)).lines
    file.write_text(json.dumps(changed(("sources", 0, "mapping"), "roya")), "utf-8")
    assert "mapping" not in cli("import", str(file)).out


def test_names_with_control_characters_are_imported_without_them(cli: Cli, tmp_path: Path, home: Path) -> None:
    file = tmp_path / "backup.json"
    file.write_text(json.dumps(changed(("tags", 0, "tag"), "floo\x07ds\u202e")), "utf-8")
    assert "Skipped" not in cli("import", str(file)).out
    with closing(open_store(home / "news.db")) as db:
        assert tags.list_aliases(db) == [("floods", "water")]


@pytest.mark.parametrize(
    "text",
    [
        "{", '{"roya_tui_everything": 2, "sources": [' + "[" * 100_000, '{"roya_tui_everything": 2',
        '{"roya_tui_everything": 3}', '{"roya_tui_everything": [2]}', '{"roya_tui_everything": 2, "a": "\xff"}',
        '{"roya_tui_everything": 2, "a": ' + "9" * 5_000 + "}",
    ],
)  # fmt: skip
def test_import_of_an_unreadable_backup_changes_nothing(cli: Cli, tmp_path: Path, home: Path, text: str) -> None:
    cli("list")
    before = contents(home)
    (tmp_path / "backup.json").write_bytes(text.encode("latin-1"))
    imported = cli("import", str(tmp_path / "backup.json"))
    assert (imported.code, imported.out) == (1, "")
    assert "This is a bug" not in imported.err
    assert contents(home) == before


def test_interrupted_import_changes_nothing(cli: Cli, tmp_path: Path, home: Path, monkeypatch) -> None:
    cli("list")
    before = contents(home)
    (tmp_path / "backup.json").write_text(json.dumps(BACKUP), "utf-8")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(backup, "import_marks", interrupt)
    assert cli("import", str(tmp_path / "backup.json")).code == 130
    assert contents(home) == before


def paths(value: Any, prefix: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in a document."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield (*prefix, key)
        yield from paths(child, (*prefix, key))


TEXTS = st.sampled_from(
    ["", "\x00", "wa\x07ter", "wa\u202eter", "\u202e", "\ud800", "a\ud800b", "\udc00\ud800",
     "x" * 3_000, "(" * 500, "tag:", '"', "\x1b[2J",
     "https://", "https://[", "https://x.example/\ud800", "source:1 or", "-" * 900, "\u0301" * 50, "\n\n", "water"]
)  # fmt: skip
NUMBERS = st.sampled_from([-(2**63), 2**63 - 1, 2**63, 2**70, -1, 0, 1, 10**18, -62_135_596_800, 253_402_300_799])
VALUES = (
    TEXTS
    | NUMBERS
    | st.recursive(
        TEXTS | NUMBERS | st.text(max_size=20) | st.integers() | st.booleans() | st.none() | st.just(float("nan")),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=2),
        max_leaves=5,
    )
)
CHANGES = st.lists(st.tuples(st.sampled_from(list(paths(BACKUP))), VALUES), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    with closing(open_store(tmp_path_factory.mktemp("hostile") / "news.db")) as db:
        yield db


@settings(max_examples=150, deadline=None)
@given(changes=CHANGES, twice=st.sampled_from([*BACKUP, "url", "name", "tags"]))
def test_any_change_of_a_backup_is_imported_validly_or_not_at_all(store: sqlite3.Connection, changes, twice) -> None:
    document = copy.deepcopy(BACKUP)
    for (*parents, last), value in sorted(changes, key=lambda change: -len(change[0])):  # the innermost first
        place: Any = document
        for key in parents:
            place = place[key]
        place[last] = value
    text = json.dumps(document).replace(f'"{twice}":', f'"{twice}": 1, "{twice}":', 1)  # a repeated key
    store.execute("BEGIN")
    try:
        before = store.total_changes
        try:
            backup.restore_backup(store, text.encode(), NOW, ["hits"])
        except CommandError:
            assert store.total_changes == before
            return
        saved, *_ = backup.write_backup(store, [s for s in subscriptions.list_all(store) if not s.is_saved_pages], NOW)
        assert "Skipped" not in backup.restore_backup(store, saved, NOW, ["hits"])
        assert all(not search.problem or search.query for search in saved_searches.list_all(store, NOW))
        assert find_problems(store) == []
    finally:
        store.execute("ROLLBACK")
