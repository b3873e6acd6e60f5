"""show --output and --format: files that are whole or missing, web pages and books."""

import base64
import io
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path
from typing import IO

import pytest
from tests.cli.conftest import Cli
from tests.epubcheck import complaints
from tests.graphics.sample_pictures import png, quarters, saved

from roya_tui.cli import run
from roya_tui.cli.output_file import write_file
from roya_tui.cli.session import CommandError
from roya_tui.config import resolve_paths
from roya_tui.store import picture_cache

PICTURE = png(2, 1, zlib.compress(b"\0\x10\x80\xc0\x10\x80\xc0"), colour=2)
ITEM = """<item><guid>{guid}</guid><title>{title}</title><link>https://town.example/{guid}</link>
<pubDate>Fri, 04 Jul 2025 0{guid}:16:00 +0300</pubDate><description>{text}</description></item>"""


@pytest.fixture(scope="module")
def news_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three articles, the first with a cached picture and a missing one."""
    folder = tmp_path_factory.mktemp("news")
    text = "&lt;p&gt;A new well.&lt;/p&gt;&lt;img src='https://town.example/{0}.png' alt='{0}'&gt;"
    items = [
        ITEM.format(guid=1, title="Well dug", text=text.format("well") + text.format("lost")),
        ITEM.format(guid=2, title="R&amp;amp;D &amp;lt;b&gt;", text="&lt;script&gt;alert(2)&lt;/script&gt;Twice"),
        ITEM.format(guid=3, title="بئر جديدة", text="حفر العمال بئرا جديدة في المدينة"),
    ]
    feed = folder / "town.xml"
    feed.write_text(f"<rss version='2.0'><channel><title>Town</title>{''.join(items)}</channel></rss>", "utf-8")
    assert run(["add", str(feed)], {"ROYA_TUI_HOME": str(folder)}) == 0
    picture_cache.save(resolve_paths(str(folder), {}), "https://town.example/well.png", PICTURE, "png")
    return folder


@pytest.fixture
def news(cli: Cli, home: Path, news_home: Path) -> list[str]:
    """The numbers of the three articles, in a copy of `news_home`."""
    shutil.copytree(news_home, home)
    return [str(article["id"]) for article in cli("list", "source:Town", "sort:oldest", "--json").json]


def test_format_follows_the_file_name(cli: Cli, news: list[str], tmp_path: Path) -> None:
    begins = {
        "a.md": "# Well dug\n",
        "a.html": "<!DOCTYPE html>",
        "a.txt": "Well dug\n",
        "a.json": "{\n",
        "a.odd": "Well",
    }
    for name, beginning in begins.items():
        result = cli("show", news[0], "--output", str(tmp_path / name))
        assert result.out == f"Wrote 1 article to {tmp_path / name}.\n"
        assert (tmp_path / name).read_text("utf-8").startswith(beginning)
    assert cli("show", news[0], "--output", str(tmp_path / "b.txt"), "--format", "markdown").code == 0
    assert (tmp_path / "b.txt").read_text("utf-8").startswith("# Well dug\n")


def test_existing_file_is_replaced_only_with_force(cli: Cli, news: list[str], tmp_path: Path) -> None:
    file = tmp_path / "mine.md"
    file.write_text("mine")
    refused = cli("show", news[0], "--output", str(file))
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == f"roya-tui: {file} already exists. Use another name, or --force to overwrite it.\n"
    assert file.read_text() == "mine"
    assert cli("show", news[0], "--output", str(file), "--force").code == 0
    assert file.read_text("utf-8").startswith("# Well dug")
    assert sorted(tmp_path.glob(".*")) == [], "no temporary file is left"


def test_file_created_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    file = tmp_path / "a.md"

    def fill(ours: IO[bytes]) -> None:
        ours.write(b"ours")
        file.write_text("another's")

    with pytest.raises(CommandError, match="already exists"):
        write_file(file, fill)
    assert file.read_text() == "another's"
    assert list(tmp_path.iterdir()) == [file]


def test_existing_file_is_not_replaced_on_file_systems_without_links(cli, news, tmp_path, monkeypatch) -> None:
    def link(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", link)
    file = tmp_path / "a.md"
    assert cli("show", news[0], "--output", str(file)).code == 0
    assert file.read_text("utf-8").startswith("# Well dug")
    assert "already exists" in cli("show", news[1], "--output", str(file)).err
    assert file.read_text("utf-8").startswith("# Well dug")


def test_failed_output_leaves_no_file(cli: Cli, news: list[str], tmp_path: Path) -> None:
    os.symlink(tmp_path / "loop", tmp_path / "loop")
    assert "There is no article 98765" in cli("show", news[0], "98765", "--output", str(tmp_path / "book.epub")).err
    for path in (
        "~nobody-here/a.md",
        f"{tmp_path}/loop/a.md",
        f"{tmp_path}/{'x' * 300}",
        f"{tmp_path}/no/a.md",
        f"{tmp_path}",
    ):
        result = cli("show", news[0], "--output", path)
        assert (result.code, result.out) == (1, "")
        assert f"Could not write {path}: " in result.err
    assert {path.name for path in tmp_path.iterdir()} == {"home", "loop"}


def test_output_file_respects_the_umask(cli: Cli, news: list[str], tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        cli("show", news[0], "--output", str(tmp_path / "a.md"))
    finally:
        os.umask(before)
    assert (tmp_path / "a.md").stat().st_mode & 0o777 == 0o640


def test_web_page_loads_nothing_and_has_cached_pictures(cli: Cli, news: list[str]) -> None:
    page = cli("show", *news, "--format", "html").out
    assert f'<img src="data:image/png;base64,{base64.b64encode(PICTURE).decode()}" alt="well"/>' in page
    assert '<a href="https://town.example/lost.png">Picture 2</a>' in page
    assert re.findall(r'(?:src|href)="(?!data:|https://town\.example/)', page) == []
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert page.count("<article") == 3
    assert '<article dir="rtl">' in page
    without = cli("show", news[0], "--format", "html", "--no-pictures").out
    assert "<img" not in without
    assert "https://town.example/well.png" in without


def test_several_articles_make_one_book(cli: Cli, news: list[str], tmp_path: Path) -> None:
    file = tmp_path / "town.epub"
    result = cli("show", "--query", "source:Town sort:oldest", "--title", "My town", "--output", str(file))
    assert result.out == f"Wrote 3 articles to {file}.\n"
    with zipfile.ZipFile(file) as book:
        contents = book.read("book/contents.xhtml").decode()
        assert re.findall(r"<a [^>]*>([^<]*(?:&[^<]*)*)<br/>", contents) == [
            "Well dug",
            "R&amp;D &lt;b&gt;",
            "بئر جديدة",
        ]
        assert "<dc:title>My town</dc:title>" in book.read("book/book.opf").decode()
        assert book.read("book/pictures/0001.png") == PICTURE
    assert complaints(file) == []


def test_pictures_are_converted_to_formats_of_epub(cli: Cli, news: list[str], home: Path, tmp_path: Path) -> None:
    where = resolve_paths(str(home), {})
    picture_cache.delete(file.path for file in picture_cache.list_files(where))
    picture_cache.save(where, "https://town.example/well.png", saved(quarters(), "WEBP"), "webp")
    picture_cache.save(where, "https://town.example/lost.png", b"RIFF\x10\0\0\0WEBPVP8 broken..", "webp")
    file = tmp_path / "town.epub"
    assert cli("show", *news, "--output", str(file)).code == 0
    with zipfile.ZipFile(file) as book:
        assert [name for name in book.namelist() if "pictures/" in name] == ["book/pictures/0001.jpeg"]
        assert book.read("book/pictures/0001.jpeg").startswith(b"\xff\xd8")
    assert complaints(file) == []
    assert "data:image/webp" in cli("show", news[0], "--format", "html").out


def test_book_is_written_to_a_pipe(cli: Cli, news: list[str], home: Path) -> None:
    command = [sys.executable, "-m", "roya_tui", "--home", str(home), "show", news[0], "--format", "epub"]
    written = subprocess.run(command, capture_output=True, check=True).stdout
    assert zipfile.ZipFile(io.BytesIO(written)).testzip() is None


def test_articles_are_selected_by_number_or_query(cli: Cli, news: list[str]) -> None:
    result = cli("show", "--query", "source:Town sort:oldest", "--limit", "2", "--format", "json")
    assert [str(article["id"]) for article in result.json] == news[:2]
    assert result.err == "1 more matches. --limit 0 shows all.\n"
    assert len(cli("show", "--query", "source:Town", "--limit", "0", "--format", "json").json) == 3
    assert cli("show", "--query", "source:Nowhere").err == "roya-tui: No articles match this query.\n"
    assert cli("show", news[0], "--format", "json").json["title"] == "Well dug", "one article is an object"
    assert len(cli("show", *news[:2], "--format", "json").json) == 2
    for argv in (("show",), ("show", news[0], "--query", "well")):
        result = cli(*argv)
        assert (result.code, result.out) == (2, "")
        assert result.err.count("\n") == 1


def test_output_files_have_no_control_characters(cli: Cli, tmp_path: Path) -> None:
    item = ITEM.format(
        guid=1,
        title="Red &#x9b;31m",
        text="&amp;#27;]0;x&amp;#7; and &amp;#x9b;2J &lt;a href='https://a.example/&amp;#27;x'&gt;l&lt;/a&gt;",
    )
    feed = tmp_path / "bad.xml"
    feed.write_text(f"<rss version='2.0'><channel><title>Bad</title>{item}</channel></rss>", "utf-8")
    cli("add", str(feed))
    (number,) = [str(article["id"]) for article in cli("list", "source:Bad", "--json").json]
    for form in ("text", "markdown", "html", "json"):
        cli("show", number, "--format", form, "--output", str(tmp_path / f"x.{form}"))
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", (tmp_path / f"x.{form}").read_text("utf-8"))


def test_temporary_files_of_a_killed_command_are_deleted_by_the_next(cli: Cli, news: list[str], tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = {
        f".roya-tui-{dead.pid}.part": 7_200,
        f".roya-tui-{os.getppid()}.part": 7_200,
        f".roya-tui-{dead.pid + 1}.part.txt": 7_200,
        "notes.part": 7_200,
    }
    for name, age in left.items():
        (tmp_path / name).write_text("half")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    assert cli("show", news[0], "--output", str(tmp_path / "one.md")).code == 0
    gone, *stay = left
    assert not (tmp_path / gone).exists()
    assert all((tmp_path / name).exists() for name in stay)
    (tmp_path / gone).write_text("just now")
    assert cli("show", news[0], "--output", str(tmp_path / "two.md")).code == 0
    assert (tmp_path / gone).exists()
