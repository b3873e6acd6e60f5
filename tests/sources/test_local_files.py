"""Files and folders as sources."""

import os
from pathlib import Path

import pytest

from roya_tui.model import Failure
from roya_tui.sources import local_files
from roya_tui.sources.local_files import LocalFiles

FEED = b"<rss/>"


def read(path: Path, stamp: str = "", body_hash: str = "", max_bytes: int = 1000) -> LocalFiles | Failure:
    return local_files.read(str(path), label="Samples", stat_hash=stamp, body_hash=body_hash, max_bytes=max_bytes)


def files(path: Path, **last: str) -> LocalFiles:
    got = read(path, **last)
    assert isinstance(got, LocalFiles), got
    return got


def test_files_and_folders_are_read(tmp_path: Path) -> None:
    path = tmp_path / "download (1)"
    path.write_bytes(FEED)
    assert [(d.name, d.data) for d in files(path).documents] == [("download (1)", FEED)]
    for name in ("b.xml", "a.JSON", "c.atom", "d.rdf", "e.rss", "notes.txt", ".hidden.xml", "README.md"):
        (tmp_path / name).write_bytes(FEED)
    (tmp_path / "inner.xml").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.xml").write_bytes(FEED)
    assert [d.name for d in files(tmp_path).documents] == ["a.JSON", "b.xml", "c.atom", "d.rdf", "e.rss"]


def test_file_is_read_only_when_touched_and_unchanged_when_it_has_the_same_bytes(tmp_path: Path) -> None:
    path = tmp_path / "one.rss"
    path.write_bytes(FEED)
    first = files(path)
    touched = path.stat().st_mtime_ns
    path.write_bytes(FEED[::-1])  # invisible without reading
    os.utime(path, ns=(touched, touched))
    again = files(path, stamp=first.stat_hash, body_hash=first.body_hash)
    assert again == LocalFiles(stat_hash=first.stat_hash, body_hash=first.body_hash, not_modified=True)
    path.write_bytes(FEED)
    os.utime(path, ns=(5, 5))
    again = files(path, stamp=first.stat_hash, body_hash=first.body_hash)
    assert again.not_modified
    assert again.stat_hash != first.stat_hash


def test_subfolders_are_read_in_order_down_to_a_limit(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*"12345678")
    (deep / "9").mkdir(parents=True)
    for path in (deep / "9" / "x.xml", deep / "x.xml", tmp_path / "1" / "a.xml", tmp_path / "1" / "2" / "b.xml"):
        path.write_bytes(FEED)
    read = files(tmp_path)
    assert [d.name for d in read.documents] == ["1/a.xml", "1/2/b.xml", "1/2/3/4/5/6/7/8/x.xml"]
    assert read.warnings == ("Skipped 1/2/3/4/5/6/7/8/9. Only 8 levels of subfolders are read.",)
    again = files(tmp_path, stamp=read.stat_hash)
    assert again.not_modified
    assert again.warnings == read.warnings


def test_links_out_of_the_folder_and_in_circles_are_skipped(tmp_path: Path) -> None:
    root, outside = tmp_path / "feeds", tmp_path / "outside"
    for folder in (root / "sub", outside):
        folder.mkdir(parents=True)
        (folder / "a.xml").write_bytes(FEED)
    for link, target in (("circle", "."), ("folder", outside), ("out.xml", outside / "a.xml"), ("in.xml", "sub/a.xml")):
        (root / link).symlink_to(target)
    (root / "broken.xml").symlink_to("nowhere")
    read = files(root)
    assert [d.name for d in read.documents] == ["in.xml", "sub/a.xml"]
    assert read.warnings == (
        "Skipped circle. It is a link to a folder.",
        "Skipped folder. It is a link to a folder.",
        "Skipped out.xml. It is a link to a file outside the folder.",
    )
    for number in range(9):
        (root / f"more{number}").symlink_to(outside)
    assert files(root).warnings[5:] == ("… and 7 more",)


def test_folder_with_too_many_files_fails_with_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_files, "MAX_ENTRIES", 10)
    (tmp_path / "sub").mkdir()
    for number in range(9):
        (tmp_path / "sub" / f"{number}.xml").write_bytes(FEED)
    assert len(files(tmp_path).documents) == 9
    (tmp_path / "sub" / "notes.txt").write_bytes(FEED)
    message = "Samples has more than 10 files and subfolders. Add a smaller folder."
    assert failed(tmp_path) == Failure("too-big", message)


@pytest.mark.parametrize("folder", [".", "sub/sub"])
@pytest.mark.parametrize("change", ["edit", "add", "remove", "rename"])
def test_folder_is_read_again_after_any_change(tmp_path: Path, change: str, folder: str) -> None:
    root, tmp_path = tmp_path, tmp_path / folder
    tmp_path.mkdir(parents=True, exist_ok=True)
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_bytes(FEED)
    first = files(root)
    match change:
        case "edit":
            (tmp_path / "a.xml").write_bytes(b"<RSS/>")
            os.utime(tmp_path / "a.xml", ns=(5, 5))
        case "add":
            (tmp_path / "c.xml").write_bytes(FEED)
        case "remove":
            (tmp_path / "a.xml").unlink()
        case "rename":
            (tmp_path / "a.xml").rename(tmp_path / "c.xml")
    assert files(root, stamp=first.stat_hash, body_hash=first.body_hash).documents


def failed(path: Path, max_bytes: int = 1000) -> Failure:
    got = read(path, max_bytes=max_bytes)
    assert isinstance(got, Failure)
    return got


def test_missing_and_special_files_fail_with_a_message(tmp_path: Path) -> None:
    path = tmp_path / "one.rss"
    assert failed(path) == Failure("missing", f"Samples was not found: {path}.")
    assert failed(tmp_path).message == "Samples is a folder without feed files."
    assert failed(Path("a\0b")).kind == "missing"
    if hasattr(os, "mkfifo"):  # reading a pipe would wait for ever, reading /dev/zero would never end
        os.mkfifo(tmp_path / "pipe.rss")
        (tmp_path / "sub").mkdir()
        os.mkfifo(tmp_path / "sub" / "pipe.rss")
        assert failed(tmp_path / "pipe.rss").message == "Samples is neither a file nor a folder."
        assert failed(Path("/dev/zero")).message == "Samples is neither a file nor a folder."
        assert failed(tmp_path).message == "Samples is a folder without feed files."


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file_fails_with_a_message(tmp_path: Path) -> None:
    path = tmp_path / "one.rss"
    path.write_bytes(FEED)
    path.chmod(0)
    assert failed(path).message == f"Samples could not be read: permission denied for {path}."


def test_large_files_and_folders_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "one.rss"
    path.write_bytes(b" " * 100_001)
    assert failed(path, 100_000) == Failure(
        "too-big", "Samples is larger than 0.1 MB and was not read. Limit: [refresh] max_bytes."
    )
    assert (
        failed(tmp_path, 100_000).message
        == "Samples (one.rss) is larger than 0.1 MB and was not read. Limit: [refresh] max_bytes."
    )
    path.unlink()
    for number in range(6):
        (tmp_path / f"{number}.rss").write_bytes(b" " * 100_000)
    assert failed(tmp_path, 100_000) == Failure(
        "too-big", "Samples has more than 0.5 MB of feed files. Limit: 5 times [refresh] max_bytes."
    )
