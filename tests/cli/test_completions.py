"""Completion scripts, and the names that they ask for when TAB is pressed."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.conftest import Cli
from tests.pseudo_locale import pseudo_locale, translate

from roya_tui.cli.command_table import COMMANDS
from roya_tui.cli.commands.completions import format_script
from roya_tui.cli.parser import AppParser, find_parser
from roya_tui.config import resolve_paths
from roya_tui.model import NewSource
from roya_tui.store.database import open_store
from roya_tui.store.search.shell_completion import find_data_folder, print_words
from roya_tui.store.sources import subscriptions

SHELLS = ("bash", "zsh", "fish")


def names(capsys: pytest.CaptureFixture[str], kinds: str, word: str, home: Path) -> list[str]:
    """What completes a word."""
    capsys.readouterr()
    assert print_words(kinds, word, str(home)) == 0
    return capsys.readouterr().out.splitlines()


@pytest.fixture
def named(home: Path) -> Path:
    """A home with sources whose names are from hostile feeds."""
    titles = ("Courier", "$(touch x)", "two\nlines\tand \x1b[31mred\x07", "-rf", "--home=/tmp", "x" * 300, "café")
    with closing(open_store(home / "news.db")) as db:
        for number, title in enumerate(titles):
            subscriptions.add(db, NewSource(f"https://news.example/{number}", folder="News/Local"), 1_000)
            db.execute("UPDATE feed SET title = ? WHERE source_id = ?", (title, number + 1))
        db.execute("INSERT INTO rule (name, query) VALUES ('Quiet', 'tag:sport')")
        db.execute("INSERT INTO saved_feed (name, query) VALUES ('Morning', 'is:unread')")
    return home


@pytest.mark.parametrize("shell", SHELLS)
def test_script_is_valid_and_printed_in_the_language_of_the_user(cli: Cli, shell: str, tmp_path: Path) -> None:
    assert cli("completions", shell).out == format_script(shell)
    with pseudo_locale():
        script = cli("completions", shell).out
    assert (translate("List headlines") in script) is (shell != "bash")
    if shutil.which(shell):
        (tmp_path / "script").write_text(script, "utf-8")
        checked = subprocess.run([shell, "-n", tmp_path / "script"], capture_output=True, text=True, timeout=60)
        assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize("shell", SHELLS)
def test_script_has_every_command_and_option(shell: str) -> None:
    script = format_script(shell)
    assert "@@" not in script
    for path in COMMANDS:
        assert f"'{path}'" in script or f"'{path},'" in script, path
        for option in find_parser(path).shown_options():
            assert option.option_strings[-1] in script


def test_option_takes_a_value_in_every_command_or_in_none() -> None:
    """The scripts find the command without knowing the options of each."""
    takes_value: dict[str, set[bool]] = {}
    for parser in (AppParser([]), *map(find_parser, COMMANDS)):
        for name, option in parser.options().items():
            takes_value.setdefault(name, set()).add(option.nargs is None)
    assert [name for name, answers in takes_value.items() if len(answers) > 1] == []


def test_unknown_shell_is_a_usage_error(cli: Cli) -> None:
    result = cli("completions", "csh")
    assert (result.code, result.err) == (2, "roya-tui: SHELL must be one of: bash, zsh, fish.\n")


@pytest.mark.parametrize(
    ("kinds", "word", "expected"),
    [
        ("source", "", ["$(touch x)", "Courier", "café", "two lines and [31mred"]),
        ("source folder", "n", ["News/Local"]),
        ("source", "CAFE", ["café"]),
        ("rule", "", ["Quiet"]),
        ("search", "m", ["Morning"]),
        ("mapping", "", ["roya"]),
        ("zone", "asia/amm", ["Asia/Amman"]),
        ("query", "is:unr", ["is:unread"]),
        ("query", "water -search:", ["water -search:Morning"]),
        ("query", "folder:news", ["folder:News/Local"]),
        ("query", "source:two", ['source:"two lines and [31mred"']),
        ("query", "+w", []),
    ],
)
def test_names_are_printed_as_single_lines_without_options_and_control_characters(
    capsys: pytest.CaptureFixture[str], named: Path, kinds: str, word: str, expected: list[str]
) -> None:
    assert names(capsys, kinds, word, named) == expected


def test_names_are_read_without_changing_the_database(capsys: pytest.CaptureFixture[str], named: Path) -> None:
    with closing(sqlite3.connect(named / "news.db")) as db:
        db.execute("PRAGMA user_version = 3")  # an old one is not migrated
        db.commit()
    before = {file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in named.iterdir()}
    assert "Courier" in names(capsys, "source", "", named)
    assert {file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in named.iterdir()} == before


def test_names_include_those_that_an_open_app_has_just_written(capsys: pytest.CaptureFixture[str], named: Path) -> None:
    with closing(open_store(named / "news.db")) as db:
        db.execute("UPDATE rule SET name = 'Loud'")
        assert names(capsys, "rule", "", named) == ["Loud"]


@pytest.mark.parametrize("damage", [None, b"", b"not a database"])
def test_nothing_is_printed_or_created_without_a_usable_database(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, damage: bytes | None
) -> None:
    if damage is not None:
        (tmp_path / "news.db").write_bytes(damage)
    before = os.listdir(tmp_path)
    for home in (tmp_path, tmp_path / "missing"):
        assert print_words("source", "", str(home)) == 1
    assert capsys.readouterr() == ("", "")
    assert os.listdir(tmp_path) == before


@pytest.mark.parametrize("home", ["", "~/news", "relative"])
@pytest.mark.parametrize("variable", ["", "/srv/news"])
def test_names_are_read_where_the_app_keeps_them(monkeypatch: pytest.MonkeyPatch, home: str, variable: str) -> None:
    monkeypatch.setenv("ROYA_TUI_HOME", variable)
    assert find_data_folder(home) == resolve_paths(home, os.environ).data
