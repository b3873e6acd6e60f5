"""Names of downloaded files: titles, addresses and types come from feeds and servers."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from roya_tui.episodes import files
from roya_tui.model import Enclosure, Episode

HOSTILE = (
    "../../.bashrc", "/etc/passwd", "C:\\Windows\\win.ini", "-rf", "--exec=sh", ".hidden", "CON", "nul.mp3", "COM¹",
    "a\x00b", "a\nb", "\x1b]0;x\x07", "\u202egpj.exe", "\u2066a\u2069", "~", "$(id)", "`id`", "a;b|c&d", "", " ", "…",
    "س" * 400, "🎧" * 300, "e" + "\u0301" * 500, "\ud800", "file.sh", "talk.desktop",
)  # fmt: skip


@given(st.text(), st.text(), st.text())
@example("", "https://a.example/x.sh", "audio/mpeg\r\nX: y")
@example("", "https://a.example/x.mp3/../../y.desktop?.exe", "")
@pytest.mark.parametrize("title", HOSTILE)
def test_name_stays_in_the_folder_and_runs_nothing(title: str, more: str, url: str, kind: str) -> None:
    name = files.make_name(title + more, Episode(12, url), Enclosure(url, kind))
    assert Path(name).name == name
    assert len(name.encode()) <= 255
    assert name[0] not in ".-~ "
    assert not any(c in "/\\:*?\"<>|$`;&'" or unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in name)
    assert name.rpartition(".")[2] in files._SUFFIXES
    assert name.partition(".")[0].lower() not in ("con", "nul", "aux", "prn", "com1", "com¹")


def test_name_has_the_title_and_a_known_suffix() -> None:
    def named(url: str, kind: str = "") -> str:
        return files.make_name("Low Tide: 12", Episode(7, url), Enclosure(url, kind))

    assert (
        named("https://a.example/x.OGG?y=.sh")
        == f"Low-Tide-12-{files.make_key(Episode(7, 'https://a.example/x.OGG?y=.sh'))}.ogg"
    )
    assert named("https://a.example/x", "audio/mp4").endswith(".mp3")
    assert named("https://a.example/x.php", "video").endswith(".mp4")


def test_files_of_the_user_are_not_listed(tmp_path: Path) -> None:
    for name in ("talk.mp3", "12-3f2a9c1b.mp3.txt", "A-12-3f2a9c1b.sh", "A-12-3f2a9c1.mp3"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "B-12-3f2a9c1b.mp3").symlink_to(tmp_path / "talk.mp3")
    (tmp_path / "C-12-3f2a9c1b.mp3").mkdir()
    (tmp_path / "D-3-12-3f2a9c1b.mp3").write_bytes(b"x")
    assert [(one.path.name[0], one.key) for one in files.list_files(tmp_path)] == [("D", "12-3f2a9c1b")]


def test_tampered_name_in_the_database_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.mp3").write_bytes(b"x")
    folder = tmp_path / "episodes"
    folder.mkdir()
    for name in ("../secret.mp3", "..", ".", "a\0b", str(tmp_path / "secret.mp3")):
        assert files.find_file(folder, Episode(1, "u", file=name)) is None
