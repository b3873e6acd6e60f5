"""One article whose text cannot be read any more, as the command line tells it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.conftest import Cli

from roya_tui.store.database import open_store


@pytest.fixture
def damaged(cli: Cli, home: Path) -> str:
    """The number of a sample that is damaged."""
    number: str = str(cli("list", "--json", "--limit", "1").json[0]["id"])
    with closing(open_store(home / "news.db")) as db:
        db.execute("UPDATE body SET feed = x'00' WHERE article_id = ?", (number,))
    return number


def test_show_tells_it_calmly_in_every_form(cli: Cli, damaged: str) -> None:
    for form in ("text", "markdown", "html"):
        shown = cli("show", damaged, "--format", form)
        assert (shown.code, shown.err) == (0, "")
        assert "This article is damaged" in shown.out
    assert cli("show", damaged, "--format", "json").json["damaged"] is True
    assert "This article is damaged" in cli("--plain", "show", damaged).out
    assert cli("show", damaged, "--changes").code == 1


def test_the_others_are_written_too(cli: Cli, damaged: str, tmp_path: Path) -> None:
    book = tmp_path / "all.epub"
    assert cli("show", "--query", "sort:newest", "--output", str(book)).code == 0
    assert book.stat().st_size > 10_000
    assert cli("tidy").code == 0


def test_doctor_counts_what_is_damaged_and_names_it(cli: Cli, damaged: str) -> None:
    found = cli("doctor")
    assert found.code == 1
    [line] = [line for line in found.lines if " texts " in line]
    assert line.startswith("!!")
    assert f"1 is damaged among the newest 20,000 (--thorough looks at all): {damaged}." in line
    [text] = [one["text"] for one in cli("doctor", "--thorough", "--json").json["findings"] if one["about"] == "texts"]
    assert text.startswith(f"1 is damaged: {damaged}.")
