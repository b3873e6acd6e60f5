"""Links, the browser, the clipboard, and articles that are exported, quoted and shared with other programs."""

import os
import re
import zipfile
from pathlib import Path

from tests.terminal.app import App, AppScreen, open_news
from tests.terminal.conftest import Browser
from tests.terminal.homes import ARTICLES, BY_HAND, Home


def focused_link(seen: AppScreen) -> str:
    """The links that are drawn in reverse."""
    rows = ("".join(cell.data for cell in row if cell.reverse) for row in seen.screen.cells)
    return " ".join(re.findall(r"\w+ link\[\d\]", "\n".join(rows)))


def test_links_are_focused_opened_copied_and_quoted(news: Home, browser: Browser) -> None:
    with open_news(news, environment=browser.environment) as app:
        app.do(">", until="Copied > Line 001 of story 01.")
        app.do("enter", until=lambda seen: seen.article.focused)
        app.do("G", until=lambda seen: "Line 060" in seen.article.text)
        app.do(">", until=lambda seen: re.search("Copied > Line 0[45]", seen.bottom))
        app.do("]", until=lambda seen: focused_link(seen) == "first link[1]")
        app.do(">", until="Copied > Here is the [first link]")
        source = "> [Story 01](<https://news.example/stories/01>), Alder Post\n"
        first, middle, linked = app.copied
        assert first == f"> Line 001 of story 01.\n>\n{source}"
        assert middle.startswith("> Line 0")
        assert linked == f"> Here is the [first link](https://links.example/first).\n>\n{source}"

        app.do("enter", until="Opened https://links.example/first")
        app.wait_for(lambda _: browser.visited == ["https://links.example/first"])
        seen = app.do("]", "]", until=lambda seen: focused_link(seen) == "third link[3]")
        assert "Line 060" in seen.article.text, "a link further down comes into view"
        app.do("[", until=lambda seen: focused_link(seen) == "second link[2]")

        app.do(":", until="Link 1 to 3")
        app.do("3", "enter", until=lambda seen: seen.article.focused and focused_link(seen) == "third link[3]")
        app.do("enter", until="Opened https://links.example/third")
        app.do(":", until="Link 1 to 3")
        app.do("9", "enter", until="There is no link 9.")

        app.do("o", until="Opened https://news.example/stories/01")
        wanted = ["https://links.example/third", "https://news.example/stories/01"]
        app.wait_for(lambda _: sorted(browser.visited[1:]) == wanted)
        assert b"NOISE" not in app.raw, "the output of a browser must not reach the screen"

        app.do("y", until="Copied https://links.example/third")
        app.do("esc", until=lambda seen: seen.list.focused)
        app.do("y", until="Copied https://news.example/stories/01")
        app.do("Y", until="Copied [Story 01](<https://news.example/stories/01>)")
        assert app.copied[3:] == [
            "https://links.example/third",
            "https://news.example/stories/01",
            "[Story 01](<https://news.example/stories/01>)",
        ]


def test_articles_are_exported_to_proposed_and_typed_names(news: Home, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (folder / "books").mkdir(parents=True)
    os.symlink("loop.md", folder / "loop.md")
    with App(news, "--offline", around=("env", f"--chdir={folder}"), columns=160) as app:
        app.until(lambda seen: seen.list.number == 1 and f"Unread {ARTICLES}" in seen.top)
        app.do("!", until="[share]")
        app.do("esc", until=lambda seen: "[share]" not in seen.text)
        app.do("e", until="/Story-01.md")
        app.do("enter", until="Exported 1 article to")
        assert (folder / "Story-01.md").read_text("utf-8").startswith("# Story 01\n")

        app.do("e", until="/Story-01.md")
        app.do("enter", until="already exists")
        assert "Story-01-2.md" in app.view.text, "another name is proposed"
        app.do("enter", until=lambda seen: "Exported 1 article" in seen.bottom and "Story-01-2.md" in seen.bottom)

        app.do("e", until="/Story-01")
        for typed, words in (
            ("~nobody-here/x.md", "The folder “~nobody-here” does not exist."),
            ("x" * 300, "longer than 255 bytes"),
            ("loop.md", "“loop.md” already exists"),
            (str(folder / "nowhere" / "x.md"), "does not exist."),
        ):
            app.do("ctrl+u", *typed, "enter", until=words)
        app.do("esc", until=lambda seen: "Export to a file" not in seen.text)
        assert sorted(os.listdir(folder)) == ["Story-01-2.md", "Story-01.md", "books", "loop.md"]

        app.do("j", until=lambda seen: seen.list.number == 2)
        app.do("e", until="Story-02.md")
        app.do("down", "down", until="[EPUB]")
        app.do("tab", until=f"[all {ARTICLES} in the list]")
        app.do("ctrl+u", until=lambda seen: "Story-02.epub" not in seen.text)
        app.do(*str(folder / "books" / "mine.epub"), until="mine.epub")
        app.do("enter", until=f"Exported {ARTICLES} articles to")
        with zipfile.ZipFile(folder / "books" / "mine.epub") as book:
            assert sum(name.startswith("book/articles/") for name in book.namelist()) == ARTICLES
        app.do("e", until="books/Story-02.epub")


def script(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


def test_only_share_command_runs_at_once_with_arguments_and_text(news: Home, tmp_path: Path) -> None:
    shown = 'for a in "$@" "$ROYA_TITLE" "$ROYA_URL" "$ROYA_SOURCE" "$ROYA_FILE"; do echo "<$a>"; done; cat'
    note = script(tmp_path, "note", f"echo NOISE; echo NOISE >&2; ({shown}) >{tmp_path}/got")
    news.configure(f'{BY_HAND}[share]\nnote = ["{note}", "$(x)", "{{url}}", "--"]\n')
    with open_news(news) as app:
        app.do("!", until="Shared with “note”.")
        app.do("j", until=lambda seen: seen.list.number == 2)
        got = tmp_path / "got"  # it exists before it has any text
        app.wait_for(lambda _: got.exists() and "# Story 01\n" in got.read_text("utf-8"))
        arguments = "<$(x)>\n<https://news.example/stories/01>\n<-->\n"
        variables = "<Story 01>\n<https://news.example/stories/01>\n<Alder Post>\n<>\n"
        begins = f"{arguments}{variables}# Story 01\n"
        assert got.read_text("utf-8").startswith(begins)
        assert b"NOISE" not in app.raw


def test_one_of_several_share_commands_is_selected_and_failures_are_shown(news: Home, tmp_path: Path) -> None:
    bad = script(tmp_path, "bad", "echo 'no server here' >&2; exit 4")
    paper = script(
        tmp_path,
        "paper",
        f'echo "PAPER $ROYA_TITLE"; cp "$1" {tmp_path}/copy; echo "$ROYA_FILE" >{tmp_path}/name; read line',
    )
    news.configure(
        f'{BY_HAND}[share]\nbad = ["{bad}"]\ngone = ["{tmp_path}/gone"]\n'
        f'[share.paper]\nrun = ["{paper}", "{{file}}"]\nterminal = true\n'
    )
    with open_news(news, columns=160) as app:
        app.do("!", until=lambda seen: "1 bad" in seen.text and "3 paper" in seen.text)
        app.do("1", until="no server here")
        app.do("!", until="1 bad")
        app.do("j", "enter", until="program not found")
        app.do("!", until="1 bad")
        app.press("3")
        app.wait_for(lambda screen: "PAPER Story 01" in screen.text() and "Unread" not in screen.text())
        app.do("x", "enter", until="“paper” has finished.")
        assert (tmp_path / "copy").read_text("utf-8").startswith("# Story 01\n")
        assert not Path((tmp_path / "name").read_text().strip()).exists(), "the file is deleted after the program ends"
        app.do("j", until=lambda seen: seen.list.number == 2)
