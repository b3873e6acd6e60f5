"""Damaged databases: commands say what to do, and `doctor --repair` keeps what can be read."""

import shutil
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from tests.bench.corruption import COMMANDS, DAMAGES, damage, fill, judge, pages_of
from tests.cli.conftest import Cli
from tests.terminal.homes import rss_feed, rss_item

from roya_tui.store import repair
from roya_tui.store.connection import ColumnarRows
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.user_data.journal import undo

ARTICLES = 300


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "news.db"
    fill(path, ARTICLES)
    return path


@pytest.fixture
def database(filled: Path, home: Path) -> Path:
    home.mkdir(exist_ok=True)
    for suffix in ("", "-wal"):
        shutil.copy(f"{filled}{suffix}", home / f"news.db{suffix}")
    return home / "news.db"


def overwrite(database: Path, start: int, content: bytes) -> None:
    data = bytearray(database.read_bytes())
    data[start : start + len(content)] = content
    database.write_bytes(data)


@pytest.mark.parametrize(("kind", "seed"), [(kind, seed) for seed, kind in enumerate(DAMAGES)])
def test_commands_report_damage_and_repair_makes_a_sound_database(
    cli: Cli, database: Path, kind: str, seed: int
) -> None:
    damage(database, kind, seed)
    for command in COMMANDS:
        result = cli(*command)
        assert judge(command, result.code, result.out + result.err) == ""
    repaired = cli("doctor", "--repair")
    if repaired.code:
        assert "Nothing can be read from" in repaired.err
        return
    for command in COMMANDS[:-2]:
        assert "damaged" not in cli(*command).err
    with closing(open_store(database)) as db:
        assert find_problems(db) == []


def test_text_that_is_not_utf8_is_read_with_replacement_characters(cli: Cli, database: Path) -> None:
    data = database.read_bytes()
    database.write_bytes(data.replace(b"Entry 3 of 2", b"Ent\xffy 3 of 2"))
    assert "Ent�y 3 of 2" in cli("list", "source:3", "-n", "100").out
    assert "Ent�y 3 of 2" in cli("list", "source:3", "--json").out
    query = "SELECT id, title FROM article ORDER BY id"
    with closing(open_store(database)) as db:
        rows = db.execute(query).fetchall()
    for fetch in (list, ColumnarRows.fetch, lambda found: list(iter(found.fetchone, None))):
        with closing(open_store(database)) as db:
            assert list(fetch(db.execute(query))) == rows
    assert len(rows) == ARTICLES
    assert "not valid UTF-8" in cli("doctor").out


def test_repair_loses_only_the_articles_of_a_damaged_page(cli: Cli, database: Path) -> None:
    pages = pages_of(database, "article")
    overwrite(database, pages[-1] * 16_384, bytes(16_384))
    repaired = cli("doctor", "--repair")
    assert (repaired.code, repaired.err) == (0, "")
    with closing(open_store(database)) as db:
        assert ARTICLES * 0.3 < db.execute("SELECT count(*) FROM article").fetchone()[0] < ARTICLES
        assert db.execute("SELECT count(*) FROM source").fetchone()[0] == 6
        assert db.execute("SELECT count(*) FROM state WHERE starred_at IS NOT NULL").fetchone()[0] > 5
        assert undo(db, 9_000) is not None
    (kept,) = database.parent.glob("news.db.damaged-*")
    assert repaired.lines[-1] == f"Repaired {database}. The damaged database is kept as {kept}."
    assert "lost 0" in next(line for line in repaired.lines if line.startswith("Sources"))
    assert "lost 0" not in next(line for line in repaired.lines if line.startswith("Articles  "))
    assert cli("list", "Entry").code == 0


def test_repair_counts_damaged_texts_as_lost_and_the_next_refresh_saves_them(
    cli: Cli, home: Path, tmp_path: Path
) -> None:
    feed = tmp_path / "wire.rss"
    feed.write_text(rss_feed(*(rss_item(number) for number in (1, 2, 3))), encoding="utf-8")
    assert cli("add", str(feed)).code == 0
    feed.write_text(rss_feed(*(rss_item(number, f"Edited {number}.") for number in (1, 2, 3))), encoding="utf-8")
    assert cli("refresh", "--offline").code == 0
    with closing(open_store(home / "news.db")) as db:
        for number in (1, 2):
            db.execute("UPDATE body SET feed = x'00' WHERE article_id = ?", (number,))
        db.execute("UPDATE revision SET feed = x'00' WHERE article_id = 3")
    repaired = cli("doctor", "--repair")
    lines = [" ".join(line.split()) for line in repaired.lines]
    assert {"Texts of articles kept 1 lost 2", "Earlier versions kept 2 lost 1", "Articles kept 3 lost 0"} <= set(lines)
    assert lines[-2] == "2 articles lost their text. The next refresh fetches those that their sources still have."
    assert cli("doctor", "--repair").lines == ["No damage found. Nothing was changed."]
    assert "No damage found." in next(line for line in cli("doctor").lines if " texts " in line)
    assert "This article is damaged. r: fetch it again" in cli("show", "1").out
    assert len(cli("list", "title:story").lines) == 3, "their titles are found"

    assert cli("refresh", "--offline").code == 0
    texts = [cli("show", number).out for number in "123"]
    assert all("Edited" in text and "damaged" not in text for text in texts)
    assert len(cli("list", "edited").lines) == 3, "their texts are found"
    with closing(open_store(home / "news.db")) as db:
        assert find_problems(db) == []
        assert db.execute("SELECT revisions FROM article ORDER BY id").fetchall() == [(1,), (1,), (0,)]


def test_repair_of_a_sound_database_changes_nothing(cli: Cli, database: Path) -> None:
    cli("list")
    before = database.read_bytes()
    assert cli("doctor", "--repair").lines == ["No damage found. Nothing was changed."]
    assert database.read_bytes() == before
    assert [file.name for file in database.parent.glob("*damaged*")] == []


def test_repair_is_refused_while_the_database_is_in_use(cli: Cli, database: Path, monkeypatch) -> None:
    damage(database, "search", 1)
    monkeypatch.setattr(repair, "_BUSY_SECONDS", 0.1)
    with closing(open_store(database)) as db:
        db.execute("SELECT 1 FROM source").fetchall()
        refused = cli("doctor", "--repair")
    assert (refused.code, refused.out) == (1, "")
    assert "is in use. Quit roya-tui and wait for refreshes." in refused.err


def test_interrupted_repair_leaves_the_old_database_in_place(cli: Cli, database: Path, monkeypatch) -> None:
    damage(database, "search", 1)
    (database.parent / "news.db.repairing").write_bytes(b"left by a killed repair")
    with monkeypatch.context() as patch:

        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(repair, "_swap", interrupt)
        assert cli("doctor", "--repair").code == 130
    assert sorted(file.name for file in database.parent.glob("news.db*") if "-" not in file.name) == ["news.db"]
    with closing(sqlite3.connect(database)) as db:
        assert db.execute("SELECT count(*) FROM article").fetchone()[0] == ARTICLES
    assert cli("doctor", "--repair").code == 0


def test_repair_never_overwrites_a_kept_database(database: Path) -> None:
    for number in (1, 2):
        damage(database, "search", number)
        assert repair.repair(database, lambda share: None, 1_780_000_000).kept_file.exists()
    assert len(list(database.parent.glob("news.db.damaged-*"))) == 2


def test_repair_names_the_copies_if_nothing_can_be_read(cli: Cli, database: Path) -> None:
    overwrite(database, 0, bytes(16_384))
    failed = cli("doctor", "--repair")
    assert "Nothing can be read from" in failed.err
    assert "Move it away" in failed.err
    (database.parent / "news.before-21.db").write_bytes(b"")
    assert "Restore a copy: news.before-21.db." in cli("doctor", "--repair").err


def test_repair_reads_rows_between_two_damaged_pages(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    fill(path, 1_200)
    _, *leaves = pages_of(path, "article")
    for page in (leaves[1], leaves[3]):
        overwrite(path, page * 16_384, bytes(16_384))
    repair.repair(path, lambda share: None, 1_780_000_000)
    with closing(open_store(path)) as db:
        ids = [id for (id,) in db.execute("SELECT id FROM article ORDER BY id")]
    gaps = [after - before for before, after in pairwise(ids) if after - before > 1]
    assert len(gaps) == 2
    assert ids[-1] == 1_200
