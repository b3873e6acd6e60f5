"""What files of articles are called: nothing in a title leads out of the folder or on to another file."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath
from unicodedata import category

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from roya_tui.reading.naming import SUFFIXES, Proposal, another, file_name, form_of, in_form


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
    assert file_name(title, "markdown") == name


@given(st.text(), st.sampled_from(sorted(SUFFIXES)))
@example("غصن الزيتون " * 40, "markdown")
@example("x" * 300, "html")
def test_any_title_makes_a_name_of_one_file(title: str, form: str) -> None:
    name = file_name(title, form)
    assert PurePosixPath(name).name == name
    assert PureWindowsPath(name).name == name
    assert not {category(letter) for letter in name} & {"Cc", "Cs", "Zl", "Zp"}
    assert name[0] not in ".-~"
    assert len(name.encode()) <= 143
    assert form_of(name) == form


def test_a_name_changes_its_form_and_steps_aside() -> None:
    assert in_form("~/news/a.b.md", "epub") == "~/news/a.b.epub"
    assert in_form("~/news/a.b", "html") == "~/news/a.b.html"
    assert another("~/news/a.md", 2) == "~/news/a-2.md"
    assert form_of("x.HTM") == "html"
    assert form_of("x.opml") == ""


def test_a_proposal_changes_with_what_is_chosen() -> None:
    one = Proposal.of("markdown", "/news", "A wall", "Unread, today", 12)
    assert (one.file, one.form, one.folder) == ("/news/A-wall.md", "markdown", "/news")
    assert one.turned(1).file == "/news/A-wall.html"
    assert one.turned(-1).form == "json"
    assert one.toggled().file == "/news/Unread-today.md"
    assert one.toggled().toggled() == one
    assert one.typed("/x/mine.epub").form == "epub"
    assert one.typed("/x/mine.epub").toggled().file == "/x/mine.epub", "a name of one's own stays"
    assert one.typed("mine").turned(1).file == "mine.html"
    assert Proposal.of("no such form", "", "x", "", 1).file == "x.md"


def test_a_proposal_steps_aside_as_far_as_it_must() -> None:
    taken = {"/news/A-wall.md", "/news/A-wall-2.md"}
    assert Proposal.of("markdown", "/news", "A wall", "", 1).aside(taken.__contains__).file == "/news/A-wall-3.md"
