"""Copies of pictures: their names, and that no file is overwritten."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roya_tui.graphics.picture_files import file_name, save_copy

PNG, JPEG = Path("cache/0f.png"), Path("cache/0f.jpeg")


@pytest.mark.parametrize(
    ("url", "caption", "file", "expected"),
    [
        ("https://p.example/2026/pier.jpg?w=800", "The pier", JPEG, "pier.jpg"),
        ("https://p.example/pier.jpg", "", PNG, "pier.png"),  # by its format, not its URL
        ("https://p.example/%D8%B1%D8%B5%D9%8A%D9%81.png", "", PNG, "رصيف.png"),
        ("https://p.example/12345.png", "The pier at noon", PNG, "The-pier-at-noon.png"),
        ("https://p.example/12345.png", "", PNG, "12345.png"),
        ("https://p.example/", "", PNG, "picture.png"),
        ("https://p.example/..%2F..%2Fetc%2Fpasswd", "", PNG, "passwd.png"),
        ("https://p.example/.bashrc", "", PNG, "bashrc.png"),
        ("https://p.example/con.png", "", PNG, "picture-con.png"),
        ("https://p.example/a%00b%0Ac.png", "", PNG, "a-b-c.png"),
        ("https://p.example/a%1B%5B2J.png", "", PNG, "a-2J.png"),
    ],
)
def test_file_name_is_from_url_or_caption(url: str, caption: str, file: Path, expected: str) -> None:
    assert file_name(url, caption, file) == expected


@given(st.text(max_size=200), st.text(max_size=200))
def test_file_name_has_no_folder(path: str, caption: str) -> None:
    name = file_name("https://p.example/" + path, caption, PNG) if "[" not in path and "]" not in path else "x.png"
    assert Path(name).name == name
    assert name.endswith(".png")
    assert name.isprintable()
    assert not name.startswith((".", "-"))
    assert len(name) < 120


def test_save_copy_creates_folders_and_overwrites_nothing(tmp_path: Path) -> None:
    cached = tmp_path / "cached.png"
    cached.write_bytes(b"new")
    (tmp_path / "pier.png").write_bytes(b"old")
    (tmp_path / "pier-2.png").symlink_to(tmp_path / "nowhere")
    assert save_copy(cached, tmp_path / "pier.png") == tmp_path / "pier-3.png"
    assert (tmp_path / "pier.png").read_bytes() == b"old"
    assert (tmp_path / "pier-3.png").read_bytes() == b"new"
    assert not (tmp_path / "nowhere").exists()
    assert save_copy(cached, tmp_path / "a" / "b" / "pier.png").read_bytes() == b"new"
    with pytest.raises(OSError):
        save_copy(cached, cached / "pier.png")
