"""What files of articles are called: nothing in a title leads out of the folder or on to another file."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath
from unicodedata import category

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from roya_tui.export.file_names import SUFFIXES, ExportTarget, format_of, make_file_name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Council passes its water budget", "Council-passes-its-water-budget.md"),
        ("جدار الميناء", "جدار-الميناء.md"),
        ("../../etc/passwd", "etc-passwd.md"),
        ("-rf ~", "rf.md"),
        ('A: "b" <c>|d?*', "A-b-c-d.md"),
        ("It's $(rm); a `b` [c] {d} & 5 %", "It-s-rm-a-b-c-d-5.md"),
        (".hidden", "hidden.md"),
        ("All - lantern, Friday 27", "All-lantern-Friday-27.md"), ("1,000 boats -- a count,", "1,000-boats-a-count.md"),
        ("", "article.md"), ("///", "article.md"), ("CON", "article-CON.md"), ("nul.txt", "article-nul.txt.md"),
    ],
)  # fmt: skip
def test_a_name_is_made_of_the_title(title: str, name: str) -> None:
    assert make_file_name(title, "markdown") == name


@given(st.text(), st.sampled_from(sorted(SUFFIXES)))
@example("غصن الزيتون " * 40, "markdown")
@example("x" * 300, "html")
def test_any_title_makes_a_name_of_one_file(title: str, form: str) -> None:
    name = make_file_name(title, form)
    assert PurePosixPath(name).name == name
    assert PureWindowsPath(name).name == name
    assert not {category(letter) for letter in name} & {"Cc", "Cs", "Zl", "Zp"}
    assert name[0] not in ".-~"
    assert len(name.encode()) <= 143
    assert format_of(name) == form


def test_format_of_file_is_that_of_its_suffix() -> None:
    assert format_of("x.HTM") == "html"
    assert format_of("x.opml") == ""


def test_a_proposal_changes_with_what_is_chosen() -> None:
    one = ExportTarget.propose("markdown", "/news", "A wall", "Unread, today", 12)
    assert (one.file, one.format, one.folder) == ("/news/A-wall.md", "markdown", "/news")
    assert one.with_next_format(1).file == "/news/A-wall.html"
    assert one.with_next_format(-1).format == "json"
    assert one.with_other_scope().file == "/news/Unread-today.md"
    assert one.with_other_scope().with_other_scope() == one
    assert one.with_file("/x/mine.epub").format == "epub"
    assert one.with_file("/x/mine.epub").with_other_scope().file == "/x/mine.epub", "a name of one's own stays"
    assert one.with_file("mine").with_next_format(1).file == "mine.html"
    assert one.with_file("~/a.b.md").with_next_format(1).file == "~/a.b.html"
    assert one.with_file("~/a.b").with_next_format(1).file == "~/a.b.html"
    assert ExportTarget.propose("no such form", "", "x", "", 1).file == "x.md"


def test_a_proposal_steps_aside_as_far_as_it_must() -> None:
    taken = {"/news/A-wall.md", "/news/A-wall-2.md"}
    assert (
        ExportTarget.propose("markdown", "/news", "A wall", "", 1).with_free_name(taken.__contains__).file
        == "/news/A-wall-3.md"
    )
