"""Files of the app are readable only by their owner."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Cli, configure

from roya_tui import private
from roya_tui.cli import crash_report
from roya_tui.config import Paths
from roya_tui.store import picture_cache
from roya_tui.store.database import open_store
from roya_tui.store.schema.migrations import Migration

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs POSIX permissions")


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    """Without a mask, each file has the mode that its writer asks for."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def exposed(folder: Path) -> list[Path]:
    return [path for path in (folder, *folder.rglob("*")) if mode(path) & 0o077]


@pytest.fixture
def standard(tmp_path: Path) -> dict[str, str]:
    """Variables for standard folders that exist and that everybody may read."""
    variables = {"ROYA_TUI_HOME": ""}
    for name in ("DATA", "CACHE", "CONFIG"):
        variables[f"XDG_{name}_HOME"] = str(tmp_path / name)
        (tmp_path / name / "roya-tui").mkdir(parents=True)
    return variables


def test_new_home_is_private(cli: Cli, home: Path) -> None:
    assert cli("list").code == 0
    with open_store(home / "news.db") as db:  # an open database has its companion files
        db.execute("UPDATE source SET name = 'x'")
        assert (home / "news.db-wal").exists()
        assert exposed(home) == []
    assert mode(home) == 0o700
    assert mode(home / "news.db") == 0o600


def test_backup_before_a_migration_is_private(tmp_path: Path) -> None:
    path = tmp_path / "data" / "news.db"
    first = Migration("CREATE TABLE word (text TEXT);")
    open_store(path, migrations=[first]).close()
    open_store(path, migrations=[first, Migration("DELETE FROM word;", rewrites=True)]).close()
    assert mode(path.with_name("news.before-2.db")) == 0o600
    assert exposed(path.parent) == []


def test_pictures_and_crash_reports_are_private(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "home" / "config.toml", tmp_path / "home" / "data", tmp_path / "home" / "cache")
    picture_cache.save(paths, "https://a.example/1.png", b"png", "png")
    crash_report.write_report(ValueError(), [], paths.data)
    assert len(list(paths.data.iterdir())) == 1
    assert exposed(tmp_path / "home") == []


@pytest.mark.parametrize("everything", [(), ("--everything",)])
def test_exported_list_is_private(cli: Cli, tmp_path: Path, everything: tuple[str, ...]) -> None:
    file = tmp_path / "subscriptions"
    assert cli("export", *everything, str(file)).code == 0
    assert mode(file) == 0o600
    file.chmod(0o644)
    assert cli("export", *everything, "--force", str(file)).code == 0
    assert mode(file) == 0o600


def test_existing_files_are_restricted_at_start(cli: Cli, home: Path) -> None:
    cli("list")
    home.chmod(0o755)
    ours = "news.db news.db-wal news.db-shm news.before-12.db crash-20260101-000000-abc_1.txt auth.toml".split()
    (home / "config.toml").write_text('[auth."a.example"]\ntoken = "open sesame"\n')
    for name in ours[1:]:
        (home / name).touch()
    (home / "their.txt").touch()
    (home / "news.db").chmod(0o644)
    cli("doctor")
    assert [name for name in ours if (home / name).exists() and mode(home / name) & 0o077] == []
    assert mode(home / "config.toml") == 0o600
    assert mode(home / "their.txt") == 0o666, "only files of the app change"
    assert mode(home) == 0o755, "a folder that the user named stays as it is"


def test_config_file_without_secrets_keeps_its_mode(cli: Cli, home: Path) -> None:
    configure(home, '[auth."a.example"]\ntoken = "env:TOKEN"\n')
    cli("list")
    assert mode(home / "config.toml") == 0o666


def test_standard_folders_are_restricted_and_those_above_are_not(cli, tmp_path, standard, monkeypatch) -> None:
    for name, value in standard.items():
        monkeypatch.setenv(name, value)
    assert cli("list", **standard).code == 0
    assert mode(tmp_path / "DATA" / "roya-tui") == mode(tmp_path / "CACHE" / "roya-tui") == 0o700
    assert mode(tmp_path / "DATA") == mode(tmp_path / "CACHE") == 0o777


def test_links_are_not_followed_and_doctor_reports_them(cli: Cli, home: Path, tmp_path: Path) -> None:
    cli("list")
    elsewhere = tmp_path / "elsewhere.toml"
    elsewhere.write_text('[auth."a.example"]\ntoken = "open sesame"\n')
    (home / "config.toml").symlink_to(elsewhere)
    result = cli("doctor")
    assert mode(elsewhere) == 0o666
    assert result.code == 1
    assert f"Other users of this computer can read {home / 'config.toml'}." in " ".join(result.out.split())


def test_named_pipe_does_not_block_the_start(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "news.db", 0o666)
    private.restrict(tmp_path / "news.db")
    assert mode(tmp_path / "news.db") == 0o666


def test_database_is_created_in_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "news.db").touch()
    open_store(tmp_path / "news.db").close()
    with sqlite3.connect(tmp_path / "news.db") as db:
        assert db.execute("SELECT count(*) FROM source").fetchone() == (0,)


def test_replaced_file_is_private_and_complete(tmp_path: Path) -> None:
    private.replace(tmp_path / "auth.toml", b"one")
    (tmp_path / "auth.toml").chmod(0o644)
    private.replace(tmp_path / "auth.toml", b"two")
    assert (tmp_path / "auth.toml").read_bytes() == b"two"
    assert exposed(tmp_path / "auth.toml") == []
    assert len(list(tmp_path.iterdir())) == 1
