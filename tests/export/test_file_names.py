"""Names of exported files; no title leads out of the folder."""

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
def test_file_name_is_from_title(title: str, name: str) -> None:
    assert make_file_name(title, "markdown") == name


@given(st.text(), st.sampled_from(sorted(SUFFIXES)))
@example("غصن الزيتون " * 40, "markdown")
@example("x" * 300, "html")
def test_any_title_gives_name_without_folder(title: str, format: str) -> None:
    name = make_file_name(title, format)
    assert PurePosixPath(name).name == name
    assert PureWindowsPath(name).name == name
    assert not {category(letter) for letter in name} & {"Cc", "Cs", "Zl", "Zp"}
    assert name[0] not in ".-~"
    assert len(name.encode()) <= 143
    assert format_of(name) == format


def test_export_target_follows_format_and_scope() -> None:
    target = ExportTarget.propose("markdown", "/news", "A wall", "Unread, today", 12)
    assert (target.file, target.format, target.folder) == ("/news/A-wall.md", "markdown", "/news")
    assert target.with_next_format(1).file == "/news/A-wall.html"
    assert target.with_next_format(-1).format == "json"
    assert target.with_other_scope().file == "/news/Unread-today.md"
    assert target.with_other_scope().with_other_scope() == target
    assert target.with_file("/x/mine.epub").format == "epub"
    assert target.with_file("/x/mine.epub").with_other_scope().file == "/x/mine.epub", "a name that you typed stays"
    assert (target.with_file("x.HTM").format, target.with_file("x.opml").format) == ("html", "markdown")
    assert target.with_file("mine").with_next_format(1).file == "mine.html"
    assert target.with_file("~/a.b.md").with_next_format(1).file == "~/a.b.html"
    assert target.with_file("~/a.b").with_next_format(1).file == "~/a.b.html"
    assert ExportTarget.propose("no such format", "", "x", "", 1).file == "x.md"
    taken = {"/news/A-wall.md", "/news/A-wall-2.md"}
    assert target.with_free_name(taken.__contains__).file == "/news/A-wall-3.md"
