"""import and export of subscription lists."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Cli
from tests.servers import rss

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


def test_import_adds_sources_without_samples_or_requests_and_is_undone(cli: Cli, opml: str) -> None:
    result = cli("import", opml)
    assert result.code == 0
    assert result.lines[0] == "Added 2 sources. Already exist: 0. Duplicates in the list: 1. Could not be imported: 1."
    assert "“/etc/passwd” is a local file" in result.lines[1]
    assert cli("import", opml).lines[0].startswith("Added 0 sources. Already exist: 2.")
    after = cli("sources", "--json").json
    by_url = {source["url"]: source for source in after}
    facts = ("folder", "label", "checked")
    assert [by_url["https://a.example/feed"][fact] for fact in facts] == ["Morning", "R&D", None]
    assert not any(source["sample"] for source in after)
    assert cli("undo").out == "Undone: Imported 2 sources. The sources are removed.\n"
    assert not {source["url"] for source in cli("sources", "--json").json} & {
        "https://a.example/feed",
        "https://b.example/feed",
    }
    cli("redo")
    assert cli("sources", "--json").json == after


def test_import_of_other_documents_is_an_error_and_stores_nothing(cli: Cli, home: Path, tmp_path: Path) -> None:
    (tmp_path / "page").write_bytes(b"<html><body>x</body></html>")
    for path, words in (
        (Path(__file__).parents[2] / "README.md", "neither OPML nor newsboat's urls"),
        (tmp_path / "page", "a web page"),
        (tmp_path / "missing", "No such file or directory"),
    ):
        result = cli("import", str(path))
        assert (result.code, result.out) == (1, "")
        assert words in result.err
        assert result.err.count("\n") == 1
    assert not home.exists()


def test_import_from_standard_input_lists_at_most_ten_problems(cli: Cli, type_in: Callable[[bytes], None]) -> None:
    type_in(b"https://n.example/feed Jordan ~Name\n")
    assert cli("import", "-").out == "Added 1 source. Already exist: 0.\n"
    lines = [f"https://{n}.example/feed one two" for n in range(20)] + ["what is this"] * 13
    type_in("\n".join(lines).encode())
    result = cli("import", "-").lines
    assert result[0] == "Added 20 sources. Already exist: 0. Could not be imported: 13."
    assert result[1:11] == ["  “what is this” is not an address."] * 10
    assert result[11:] == ["  … and 3 more", "20 sources had several tags. The first one is now the folder."]


def test_exported_list_is_imported_with_all_facts(cli: Cli, opml: str, tmp_path: Path, home: Path) -> None:
    cli("list")
    cli("import", opml)
    out = tmp_path / "out.opml"
    assert cli("export", str(out)).out == f"Exported 4 sources to {out}.\n"
    assert cli("export").out.encode() == out.read_bytes()
    assert "sample" not in out.read_text().lower()
    before = [source for source in cli("sources", "--json").json if not source["sample"]]

    cli("--home", str(home.with_name("other")), "import", str(out))
    after = cli("--home", str(home.with_name("other")), "sources", "--json").json
    names = ("url", "label", "title", "name", "folder", "homepage", "language", "zone", "mapping", "interval")
    facts = [{tuple(source[name] for name in names) for source in sources} for sources in (before, after)]
    assert facts[0] == facts[1]


def test_export_leaves_out_local_files_and_passwords(cli, tmp_path, type_in) -> None:
    file = tmp_path / "mine.xml"
    file.write_text("<rss version='2.0'><channel><title>Mine</title></channel></rss>")
    assert cli("add", str(file)).code == 0
    type_in(b"https://bob:s3cr3t@n.example/feed\n")
    cli("import", "-")
    result = cli("export")
    assert str(tmp_path) not in result.out
    assert 'xmlUrl="https://n.example/feed"' in result.out
    assert "s3cr3t" not in result.out
    assert set(result.err.splitlines()) == {
        "1 local file or folder was left out, because other computers do not have it.",
        "The password of 1 source was left out, so that you can share the file.",
    }


def test_newsboat_export_is_imported_with_the_same_sources(cli: Cli, tmp_path: Path, home: Path) -> None:
    urls = tmp_path / "urls"
    lines = [
        r'https://b.example/feed "News/Jordan" "~A \"quoted\" \\ name # 1"',
        "https://a.example/feed?a=1",
        r'https://c.example/feed " !x" "~ʿArabic عربي"',
        "https://d.example/feed Jordan ~Short",
    ]
    urls.write_text("\n".join(lines), "utf-8")
    cli("import", str(urls))
    (tmp_path / "my feed.xml").write_text(rss())
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "one.xml").write_text(rss())
    cli("add", str(tmp_path / "my feed.xml"), str(tmp_path / "folder"))
    before = {source["url"]: (source["folder"], source["label"]) for source in cli("sources", "--json").json}

    out = tmp_path / "out"
    result = cli("export", "--newsboat", str(out))
    assert result.out == f"Exported 7 sources to {out}.\n"
    assert "1 folder of files was left out, because newsboat reads no folders." in result.err
    written = out.read_text("utf-8").splitlines()
    assert written[0].startswith("#")
    assert [line for line in written if line in lines[:3]] == [lines[1], lines[2], lines[0]], "in order of folders"
    assert f'"file://{tmp_path}/my feed.xml" "~' in out.read_text("utf-8")
    assert cli("export", "--newsboat", str(out)).code == 1, "an existing file is not overwritten"

    other = str(home.with_name("other"))
    assert "my feed.xml” is a local file" in cli("--home", other, "import", str(out)).out
    after = {
        source["url"]: (source["folder"], source["label"]) for source in cli("--home", other, "sources", "--json").json
    }
    assert after == {url: facts for url, facts in before.items() if url.startswith("https:")}
    assert cli("export", "--newsboat", "--everything").code == 2


def test_export_reports_unwritable_paths_and_existing_files(cli: Cli, tmp_path: Path) -> None:
    for name in (str(tmp_path), "/", ".", str(tmp_path / "no" / "where.opml")):
        result = cli("export", name)
        assert result.code == 1
        assert "Could not write" in result.err
    file = tmp_path / "feeds.opml"
    file.write_text("mine")
    refused = cli("export", str(file))
    assert refused.code == 1
    assert "feeds.opml already exists. Use another name, or --force to overwrite it." in refused.err
    assert file.read_text() == "mine"
    assert cli("export", str(file), "--force").code == 0
    assert "<opml" in file.read_text()


def test_export_writes_through_links_and_into_pipes(cli: Cli, tmp_path: Path, home: Path) -> None:
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


@pytest.mark.parametrize("attributes", ['text="{0}" title="{0}"', 'text="{0}"', 'title="{0}"'])
def test_name_of_a_list_is_kept_when_the_feed_has_another_title(cli, tmp_path, server, attributes: str) -> None:
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
