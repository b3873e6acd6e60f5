"""What TAB shows and inserts in real shells, also for names that look like commands."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.terminal.shells import Shell

from roya_tui.model import NewSource
from roya_tui.store.database import open_store
from roya_tui.store.sources import subscriptions

SHELLS = ("bash", "zsh", "fish")
HOSTILE = (
    "$(touch marked) `touch marked`; touch marked | cat & touch marked > marked",
    "\"double\" 'single' \\back\\ !! 'end'",
    "~root/*? [a-z]* #x",
    "=ls {a,b} ^x %1 $HOME $'x'",
    "أخبار: عاجل",
)
"""Names that a shell could run, expand or divide."""
SOURCES = ("The Harbour Courier", "The Hill Courier", "Orbit: News", "Orbit: Notes")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with sources, a tag with blanks and a rule."""
    home = tmp_path_factory.mktemp("home")
    with closing(open_store(home / "news.db")) as db:
        for number, name in enumerate(SOURCES):
            subscriptions.add(db, NewSource(f"https://news.example/{number}", name=name, folder="Morning/Local"), 1_000)
        db.execute("INSERT INTO rule (name, query) VALUES ('Quiet', 'tag:sport')")
    return home


@pytest.fixture(scope="module", params=SHELLS)
def shell(request: pytest.FixtureRequest, database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    opened = Shell(request.param, tmp_path_factory.mktemp(request.param), database)
    yield opened
    opened.terminal.close()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("roya-tui ", {"add", "refresh", "list", "show", "tags", "completions"}),
        ("roya-tui tags ", {"list", "merge", "unmerge"}),
        ("roya-tui list --", {"--limit", "--stories", "--json", "--tsv", "--home", "--help"}),
        ("roya-tui show --format ", {"text", "markdown", "html", "epub", "json"}),
        ("roya-tui rules add Wet --effect ", {"mute", "highlight", "star", "read", "notify", "tag="}),
        ("roya-tui list ", {"tag:", "source:", "is:", "since:"}),
    ],
)
def test_tab_lists_commands_options_and_values(shell: Shell, typed: str, expected: set[str]) -> None:
    shell.complete(typed, expected)


def test_tab_lists_only_subcommands_after_a_command_with_some(shell: Shell) -> None:
    expected = {"list", "merge", "unmerge"}
    assert not shell.complete("roya-tui --offline --home /tmp tags ", expected) & {"add", "--json", "show"}


@pytest.mark.parametrize("typed", ["$(touch marked)", '-n "$(touch marked)"', "`touch marked`"])
def test_tab_runs_nothing_that_is_typed(shell: Shell, typed: str) -> None:
    prefix = "" if shell.name == "bash" else "is:"
    shell.complete(f"roya-tui list {typed} is:", {f"{prefix}unread", f"{prefix}starred"})
    (shell.folder / "marked").unlink(missing_ok=True)  # enter runs it, except backticks in fish


@pytest.mark.parametrize(
    ("typed", "arguments"),
    [
        ("roya-tui help rules rem", ["help", "rules", "remove"]),
        ("roya-tui show --form", ["show", "--format"]),
        ("roya-tui show --format=ma", ["show", "--format=markdown"]),
        ("roya-tui show -o pro", ["show", "-o", "programs"]),
        ("roya-tui remove The\\ Ha", ["remove", "The Harbour Courier"]),
        ("roya-tui remove 'The Ha", ["remove", "The Harbour Courier"]),
        ('roya-tui remove "The Ha', ["remove", "The Harbour Courier"]),
        ("roya-tui remove the\\ ha", ["remove", "The Harbour Courier"]),
        ("roya-tui remove Orbit:\\ Ne", ["remove", "Orbit: News"]),
        ("roya-tui refresh mor", ["refresh", "Morning/Local"]),
        ("roya-tui list is:unr", ["list", "is:unread"]),
        ("roya-tui list 'water -is:unr", ["list", "water -is:unread"]),
    ],
)
def test_tab_completes_the_word_before_the_cursor(shell: Shell, typed: str, arguments: list[str]) -> None:
    assert [argument.rstrip("/") for argument in shell.run(typed)] == arguments


@pytest.mark.parametrize(
    ("name", "quote"), [*((name, "") for name in HOSTILE), *((name, quote) for name in HOSTILE[:2] for quote in "'\"")]
)
def test_name_reaches_the_program_only_as_text(shell: Shell, database: Path, name: str, quote: str) -> None:
    with closing(open_store(database / "news.db")) as db:
        db.execute("UPDATE rule SET name = ?", (name,))
    if (shell.name, quote) == ("bash", '"') and "!" in name:
        name = ""  # bash cannot quote it there
    arguments = ["rules", "enable", name]
    if shell.name == "fish" and name.startswith("~"):
        arguments.pop()  # fish would expand it
    assert shell.run(f"roya-tui rules enable {quote}", "" if name else quote) == arguments
    assert not (shell.folder / "marked").exists(), "a part of the name was run"
