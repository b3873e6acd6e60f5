"""Manual pages and completion scripts in share/: up to date, valid, and installed."""

import functools
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from tests.shared_files import ROOT, SHARE, format_line, shared_files

from roya_tui.cli.command_table import COMMANDS
from roya_tui.cli.parser import AppParser, find_parser

FILES = shared_files()
PAGES = [SHARE / path for path in FILES if path.startswith("man/")]


def run(*command: str | Path) -> str:
    """Return the output of a program with a standard environment; skip the test if it is not installed."""
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"{command[0]} is not installed")
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "MANWIDTH": "80"}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout


@functools.cache
def rendered(path: str) -> str:
    """A manual page as `man` shows it, as one line."""
    return " ".join(run("man", "--no-hyphenation", "-l", SHARE / path).split())


def test_shared_files_are_up_to_date() -> None:
    stale = [
        path
        for path, text in FILES.items()
        if not (SHARE / path).is_file() or (SHARE / path).read_text("utf-8") != text
    ]
    others = [file.name for file in (SHARE / "man/man1").iterdir() if f"man/man1/{file.name}" not in FILES]
    assert (stale, others) == ([], []), "run: python -m tests.shared_files"


def test_wheel_and_sdist_have_the_shared_files() -> None:
    targets = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]
    shared = targets["wheel"]["shared-data"]
    for path in FILES:
        assert any(f"share/{path}".startswith(f"{source}/") for source in shared if shared[source] == source), path
    assert "share" in targets["sdist"]["include"]


def test_pages_have_no_warnings() -> None:
    assert run("groff", "-man", "-ww", "-z", "-K", "utf8", *PAGES) == ""
    assert run("man", "--warnings", "-E", "UTF-8", "-l", *PAGES)


def test_pages_have_hyphens_that_can_be_pasted() -> None:
    """Without a backslash, most systems show U+2010; Debian does not."""
    assert [page.name for page in PAGES if re.search(r"(?<!\\)-", page.read_text("utf-8"))] == []


def test_pages_have_names_and_summaries_for_searches() -> None:
    summaries = {"": AppParser([]).command.summary} | {name: one.summary for name, one in COMMANDS.items()}
    expected = [f"roya-tui-{name}".rstrip("-") + f" - {summaries[name]}" for name in summaries if " " not in name]
    found = run("lexgrog", *PAGES).splitlines()
    assert sorted(line.split('"')[1] for line in found) == sorted(expected)


@pytest.mark.parametrize("path", ["", *COMMANDS])
def test_page_has_the_texts_of_the_help(path: str) -> None:
    parser = find_parser(path) if path else AppParser([])
    page = rendered(f"man/man1/{'-'.join(['roya-tui', *path.split()[:1]])}.1")
    texts = [*parser.usages(), parser.summary(), *(f"roya-tui {example}" for example in parser.command.examples)]
    texts += [text for argument in parser.arguments for text in (argument.name, argument.help)]
    texts += [text for option in parser.shown_options() for text in (*option.option_strings, str(option.help))]
    assert [text for text in texts if text not in page] == []


def test_signs_of_roff_are_shown_as_they_are(tmp_path: Path) -> None:
    lines = (
        ".dot 'quote' \"double\" \\back\\fB `tick` ^hat ~tilde -n --name",
        "'br \u201ccurly\u201d it\u2019s caf\u00e9 \u2026",
    )
    page = tmp_path / "page.1"
    page.write_text("\n.br\n".join([".TH X 1", *map(format_line, lines), ""]), "utf-8")
    shown = run("man", "--warnings", "-E", "UTF-8", "--no-hyphenation", "-l", page).splitlines()
    assert [line.strip() for line in shown if line.strip()][1:-1] == list(lines)
