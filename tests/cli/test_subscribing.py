"""import and export: subscriptions go in and out whole."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import Cli
from tests.servers import Server, rss

LIST = b"""<opml version="1.0"><body>
<outline text="Morning"><outline text="R&D" type="rss" xmlUrl="https://a.example/feed"/></outline>
<outline text="B" xmlUrl="https://b.example/feed"/><outline text="B again" xmlUrl="https://b.example/feed"/>
<outline text="Mine" xmlUrl="/etc/passwd"/>
</body></opml>"""


@pytest.fixture
def opml(tmp_path: Path) -> str:
    file = tmp_path / "list.opml"
    file.write_bytes(LIST)
    return str(file)


def test_import_tells_what_it_did_and_fetches_nothing(cli: Cli, opml: str) -> None:
    result = cli("import", opml)
    assert result.code == 0
    assert result.lines[0] == "2 added, 0 already there, 1 twice in the list, 1 not taken over:"
    assert "/etc/passwd: a file on a computer" in result.lines[1]
    assert cli("import", opml).lines[0].startswith("0 added, 2 already there")
    by_url = {source["url"]: source for source in cli("sources", "--json").json}
    assert by_url["https://a.example/feed"]["folder"] == "Morning"
    assert by_url["https://a.example/feed"]["label"] == "R&D"
    assert by_url["https://a.example/feed"]["checked"] is None


def test_import_first_leaves_the_samples_out(cli: Cli, opml: str) -> None:
    cli("import", opml)
    assert not any(source["sample"] for source in cli("sources", "--json").json)


def test_import_is_one_step_that_undo_takes_back(cli: Cli, opml: str, home: Path) -> None:
    from roya_tui.store.database import open_store
    from roya_tui.store.user_data.journal import redo, undo

    before = cli("sources", "--json").json
    cli("import", opml)
    after = cli("sources", "--json").json
    db = open_store(home / "news.db")
    assert undo(db, 0) == "Undone: imported 2 sources; they are removed."
    assert cli("sources", "--json").json == before
    redo(db, 0)
    assert cli("sources", "--json").json == after
    db.close()


def test_import_of_any_other_text_stores_nothing(cli: Cli, home: Path) -> None:
    readme = Path(__file__).parents[2] / "README.md"
    result = cli("import", str(readme))
    assert (result.code, result.out) == (1, "")
    assert "neither OPML nor newsboat's urls" in result.err
    assert result.err.count("\n") == 1
    assert not home.exists()


def test_import_tells_ten_complaints_and_how_many_more(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"https://{n}.example/feed one two" for n in range(20)] + ["what is this"] * 13
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("\n".join(lines).encode())))
    told = cli("import", "-").lines
    assert told[0] == "20 added, 0 already there, 13 not taken over:"
    assert told[1:11] == ["  “what is this” is no address."] * 10
    assert told[11:] == ["  … and 3 more", "20 feeds had several tags; the first became the folder."]


def test_import_reads_standard_input(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"https://n.example/feed Jordan ~Name\n")))
    assert cli("import", "-").out == "1 added, 0 already there.\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"<html><body>x</body></html>", "a web page"), (None, "cannot be read: No such file or directory")],
)
def test_import_of_something_else_is_told(cli: Cli, tmp_path: Path, content: bytes | None, words: str) -> None:
    file = tmp_path / "other"
    if content is not None:
        file.write_bytes(content)
    result = cli("import", str(file))
    assert result.code == 1
    assert words in result.err
    assert "Traceback" not in result.err


def test_export_and_import_lose_nothing(cli: Cli, opml: str, tmp_path: Path, home: Path) -> None:
    cli("list")
    cli("import", opml)
    out = tmp_path / "out.opml"
    assert cli("export", str(out)).out == f"Wrote 4 subscriptions to {out}.\n"
    assert cli("export").out.encode() == out.read_bytes()
    assert "sample" not in out.read_text().lower()
    before = [source for source in cli("sources", "--json").json if not source["sample"]]

    cli("--home", str(home.with_name("other")), "import", str(out))
    after = cli("--home", str(home.with_name("other")), "sources", "--json").json
    names = ("url", "label", "title", "name", "folder", "homepage", "language", "zone", "mapping", "interval")
    facts = [{tuple(source[name] for name in names) for source in sources} for sources in (before, after)]
    assert facts[0] == facts[1]


def test_export_leaves_files_of_this_machine_out(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "mine.xml"
    file.write_text("<rss version='2.0'><channel><title>Mine</title></channel></rss>")
    assert cli("add", str(file)).code == 0
    result = cli("export")
    assert str(tmp_path) not in result.out
    assert result.err == "1 local file or folder was left out: other machines lack it.\n"


def test_export_keeps_passwords_here(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    address = b"https://bob:s3cr3t@n.example/feed\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(address)))
    cli("import", "-")
    result = cli("export")
    assert 'xmlUrl="https://n.example/feed"' in result.out
    assert "s3cr3t" not in result.out
    assert result.err == "The password of 1 source stayed here: lists are made to be shared.\n"


def test_export_where_nothing_can_be_written_is_told(cli: Cli, tmp_path: Path) -> None:
    result = cli("export", str(tmp_path / "no" / "where.opml"))
    assert result.code == 1
    assert "cannot be written: No such file or directory" in result.err


def test_export_goes_through_links_and_into_pipes_and_replaces_nothing_else(
    cli: Cli, tmp_path: Path, home: Path
) -> None:
    real, link, pipe = tmp_path / "real.opml", tmp_path / "link.opml", tmp_path / "pipe"
    real.write_text("old")
    link.symlink_to(real)
    assert cli("export", str(link), "--force").code == 0
    assert link.is_symlink()
    assert b"<opml" in real.read_bytes()

    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert cli("export", str(pipe)).code == 0
    assert b"<opml" in os.read(reader, 100_000)
    os.close(reader)
    assert pipe.is_fifo()


def test_export_to_a_folder_is_told(cli: Cli, tmp_path: Path) -> None:
    for name in (str(tmp_path), "/", "."):
        result = cli("export", name)
        assert result.code == 1
        assert "cannot be written" in result.err


@pytest.mark.parametrize("attributes", ['text="{0}" title="{0}"', 'text="{0}"', 'title="{0}"'])
def test_what_a_list_calls_a_source_stays_its_name_where_the_feed_calls_itself_otherwise(
    cli: Cli, tmp_path: Path, server: Server, attributes: str
) -> None:
    urls = [server.serve(f"/{n}.xml", rss(title=title)) for n, title in enumerate(("Gazette g20", "The Almanac"))]
    outlines = (
        f'<outline {attributes.format(name)} xmlUrl="{url}"/>'
        for name, url in zip(("Gazette 20", "The Almanac"), urls, strict=True)
    )
    (tmp_path / "theirs.opml").write_text(f"<opml><body>{''.join(outlines)}</body></opml>")
    cli("import", str(tmp_path / "theirs.opml"))
    labels = {source["label"] for source in cli("sources", "--json").json}
    cli("refresh")
    facts = {source["url"]: source for source in cli("sources", "--json").json}
    assert [(facts[url]["name"], facts[url]["title"]) for url in urls] == [
        ("Gazette 20", "Gazette g20"),
        ("", "The Almanac"),
    ]
    assert {source["label"] for source in facts.values()} == labels

    cli("export", str(tmp_path / "ours.opml"))
    cli("--home", str(tmp_path / "other"), "import", str(tmp_path / "ours.opml"))
    again = {source["url"]: source for source in cli("--home", str(tmp_path / "other"), "sources", "--json").json}
    assert [(again[url]["name"], again[url]["title"]) for url in urls] == [
        ("Gazette 20", "Gazette g20"),
        ("", "The Almanac"),
    ]
