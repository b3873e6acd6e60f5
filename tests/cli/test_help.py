"""The help of every command: complete, short, and with examples that work."""

import shlex

import pytest
from tests.cli.conftest import Cli

from roya_tui import translation
from roya_tui.cli import _COMMANDS
from roya_tui.cli.command_table import COMMANDS, GROUPS
from roya_tui.cli.parser import parse

TOP_LEVEL = [name for name in COMMANDS if " " not in name]


@pytest.fixture(autouse=True)
def wide_as_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_overview_lists_each_command_in_one_line_with_exit_codes_and_the_guide(cli: Cli) -> None:
    overview = cli("--help")
    assert overview == cli("-h") == cli("help") == cli("help", "--offline")
    for name in TOP_LEVEL:
        (line,) = [line for line in overview.lines if line.startswith(f"  {name} ")]
        assert line.endswith(f"  {COMMANDS[name].summary}")
    assert "  130  Interrupted" in overview.lines
    assert "docs/guide" in overview.lines[-2]
    assert max(map(len, overview.lines)) <= 80
    assert sorted(name for _, names in GROUPS for name in names) == sorted(TOP_LEVEL)
    assert {*TOP_LEVEL} == {*_COMMANDS} - {None} | {"help"}


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_fits_40_lines_of_80_columns(cli: Cli, name: str) -> None:
    result = cli(*name.split(), "--help")
    assert result == cli("help", *name.split())
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(f"Usage: roya-tui {name}")
    assert len(result.lines) <= 40
    assert max(map(len, result.lines)) <= 80
    assert len(COMMANDS[name].summary) <= 50
    assert "130" not in result.out
    assert "--home DIR" in result.out
    offline = ("add", "refresh", "show", "inspect", "episodes download", "serve", "account add", "account sync")
    shown = {"--query": ("show",), "--offline": offline, "--plain": ("list", "show"), "--ascii": ("sources",)}
    for option, commands in shown.items():
        assert (f"{option} " in result.out) is (name in commands)


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_of_a_command_are_valid(name: str) -> None:
    examples = COMMANDS[name].examples
    assert len(examples) >= 2
    for example in examples:
        words = shlex.split(example)
        assert " ".join(words[: len(name.split())]) == name
        if name != "help":
            assert parse(words).command == words[0]


def test_help_of_an_unknown_command_is_an_error(cli: Cli) -> None:
    assert cli("help", "shwo").err == "roya-tui: “shwo” is not a command. Did you mean show?\n"
    assert cli("help", "tags", "x").err.endswith("has no command “x”. Use one of: list, merge, unmerge.\n")


def test_help_is_translated(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    class Upper(translation._library.NullTranslations):
        def gettext(self, message: str) -> str:
            return message if "{" in message else message.upper()

    monkeypatch.setattr(translation, "_catalog", Upper())
    lines = cli("help", "tags", "merge").lines
    assert "MERGE A TAG INTO ANOTHER, OR RENAME IT. TO UNDO IT: ROYA-TUI UNDO, OR U IN THE APP." in " ".join(lines)
    assert "  -h, --help      SHOW THIS HELP" in lines
