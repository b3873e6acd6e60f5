"""Articles written to files, quoted, and handed to other programs, on a real terminal."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("fcntl", reason="a pty needs POSIX")

from tests.ui.homes import BY_HAND, MANY, Home, home, news
from tests.ui.sight import Reader
from tests.ui.test_terminal_links import copied

__all__ = ["home", "news"]


def ready(reader: Reader) -> None:
    reader.until(lambda seen: seen.list.story == 1 and f"Unread {MANY}" in seen.top)


def test_an_article_is_written_under_the_name_that_is_proposed(news: Home, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with Reader(news, "--offline", around=("env", f"--chdir={folder}"), columns=160) as reader:
        ready(reader)
        reader.do("e", until="/Story-01.md")
        reader.do("enter", until="Wrote 1 article to")
        assert (folder / "Story-01.md").read_text("utf-8").startswith("# Story 01\n")

        reader.do("e", until="/Story-01.md")
        reader.do("enter", until="is there already")
        assert "Story-01-2.md" in reader.sight.text, "another name is proposed"
        reader.do("enter", until=lambda seen: "Wrote 1 article" in seen.bottom and "Story-01-2.md" in seen.bottom)
        assert sorted(path.name for path in folder.iterdir()) == ["Story-01-2.md", "Story-01.md"]


def test_all_that_is_shown_makes_a_book_and_the_next_time_begins_there(news: Home, tmp_path: Path) -> None:
    folder = tmp_path / "books"
    folder.mkdir()
    with Reader(news, "--offline", around=("env", f"--chdir={tmp_path}"), columns=160) as reader:
        ready(reader)
        reader.do("j", until=lambda seen: seen.list.story == 2)
        reader.do("e", until="Story-02.md")
        reader.do("down", "down", until="[EPUB]")
        reader.do("tab", until=f"[all {MANY} shown]")

        reader.do("ctrl+u", until=lambda seen: "Story-02.epub" not in seen.text)
        reader.do(*str(folder / "mine.epub"), until="mine.epub")
        reader.do("enter", until=f"Wrote {MANY} articles to")
        with zipfile.ZipFile(folder / "mine.epub") as book:
            assert sum(name.startswith("book/articles/") for name in book.namelist()) == MANY
        reader.do("e", until="books/Story-02.epub")
        reader.do("ctrl+u", until=lambda seen: "Story-02.epub" not in seen.text)
        reader.do(*str(tmp_path / "nowhere" / "x.md"), "enter", until="There is no folder")
        reader.do("esc", until=lambda seen: "Write to a file" not in seen.text)


def test_a_path_that_cannot_be_is_told(news: Home, tmp_path: Path) -> None:
    with Reader(news, "--offline", around=("env", f"--chdir={tmp_path}"), columns=160) as reader:
        ready(reader)
        reader.do("e", until="/Story-01.md")
        reader.do("ctrl+u", *"~nobody-here/x.md", "enter", until="There is no folder “~nobody-here”.")
        reader.do("ctrl+u", *("x" * 300), "enter", until="longer than a file's can be")
        os.symlink("loop.md", tmp_path / "loop.md")
        reader.do("ctrl+u", *"loop.md", "enter", until="“loop.md” is there already")
        reader.do("esc", until=lambda seen: "Write to a file" not in seen.text)
        assert sorted(os.listdir(tmp_path)) == ["home", "loop.md"]


def test_the_paragraph_at_the_top_is_quoted_with_its_source(news: Home) -> None:
    source = "> [Story 01](<https://news.example/stories/01>), Alder Post\n"
    with Reader(news, "--offline", rows=24) as reader:
        ready(reader)
        reader.do(">", until="Copied > Line 001 of story 01.")
        reader.do("enter", until=lambda seen: seen.article.focused)
        reader.do("G", until=lambda seen: "Line 060" in seen.article.text)
        reader.do(">", until=lambda seen: "Copied > Line 05" in seen.bottom or "Copied > Line 04" in seen.bottom)
        reader.do("]", until=lambda seen: "Line 001" in seen.article.text)
        reader.do(">", until="Copied > Here is the [first link]")
        first, middle, linked = copied(reader.raw)
        assert first == f"> Line 001 of story 01.\n>\n{source}"
        assert middle.startswith("> Line 0")
        assert linked == f"> Here is the [first link](https://links.example/first).\n>\n{source}"


def script(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


def test_without_a_command_the_key_says_what_to_write(news: Home) -> None:
    with Reader(news, "--offline") as reader:
        ready(reader)
        reader.do("!", until="[share]")
        reader.do("esc", until=lambda seen: "[share]" not in seen.text)


def test_one_command_runs_at_once_and_gets_arguments_and_text(news: Home, tmp_path: Path) -> None:
    note = script(tmp_path, "note", f'echo NOISE; echo NOISE >&2; (for a; do echo "<$a>"; done; cat) >{tmp_path}/got')
    news.settings(f'{BY_HAND}[share]\nnote = ["{note}", "{{title}}; $(x)", "{{url}}", "--"]\n')
    with Reader(news, "--offline") as reader:
        ready(reader)
        reader.do("!", until="Handed to note.")
        reader.do("j", until=lambda seen: seen.list.story == 2)
        got = tmp_path / "got"  # it is there before anything is in it
        reader.wait_for(lambda _: got.exists() and "# Story 01\n" in got.read_text("utf-8"))
        begins = "<Story 01; $(x)>\n<https://news.example/stories/01>\n<-->\n# Story 01\n"
        assert got.read_text("utf-8").startswith(begins)
        assert b"NOISE" not in reader.raw


def test_several_commands_are_chosen_from_and_failures_are_told(news: Home, tmp_path: Path) -> None:
    bad = script(tmp_path, "bad", "echo 'no server here' >&2; exit 4")
    paper = script(
        tmp_path, "paper", f'echo "PAPER $1"; cp "$2" {tmp_path}/copy; echo "$2" >{tmp_path}/name; read line'
    )
    news.settings(
        f'{BY_HAND}[share]\nbad = ["{bad}"]\ngone = ["{tmp_path}/gone"]\n'
        f'[share.paper]\nrun = ["{paper}", "{{title}}", "{{file}}"]\nterminal = true\n'
    )
    with Reader(news, "--offline", columns=160) as reader:
        ready(reader)
        reader.do("!", until=lambda seen: "1 bad" in seen.text and "3 paper" in seen.text)
        reader.do("1", until="no server here")
        reader.do("!", until="1 bad")
        reader.do("j", "enter", until="there is no such program here")
        reader.do("!", until="1 bad")
        reader.press("3")
        reader.wait_for(lambda screen: "PAPER Story 01" in screen.text() and "Unread" not in screen.text())
        reader.do("x", "enter", until="Back from paper.")
        assert (tmp_path / "copy").read_text("utf-8").startswith("# Story 01\n")
        assert not Path((tmp_path / "name").read_text().strip()).exists(), "the file goes with the program"
        reader.do("j", until=lambda seen: seen.list.story == 2)  # the reader goes on where it was
