"""Several headlines at once: selecting them, and what is done with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ui.conftest import Opener

from roya_tui.store.database import open_store


def frame(reader: object) -> str:
    return str(reader.main.headlines.border_subtitle)  # type: ignore[attr-defined]


def flagged(store: Path, column: str) -> int:
    db = open_store(store, readonly=True)
    (count,) = db.execute(f"SELECT count({column}) FROM state").fetchone()
    db.close()
    return int(count)


async def test_v_selects_and_goes_on_with_a_sign_and_a_count(opened: Opener) -> None:
    async with opened() as reader:
        first = reader.selected
        await reader.press("v")
        assert reader.selected != first
        assert "✓" in reader.list_line(first[:12])
        assert frame(reader).startswith("1 selected")
        await reader.press("k", "v")
        assert "✓" not in reader.list_line(first[:12])
        assert "selected" not in frame(reader)


async def test_a_range_all_and_none(opened: Opener) -> None:
    async with opened() as reader:
        await reader.press("v", "j", "j", "V")
        assert frame(reader).startswith("4 selected")
        await reader.press("*")
        assert frame(reader).startswith(f"{len(reader.titles)} selected")
        await reader.press("escape")
        assert "selected" not in frame(reader)
        assert reader.main.focused is reader.main.headlines


@pytest.mark.parametrize(
    ("key", "column", "did", "undid"),
    [
        ("m", "read_at", "Marked 3 read. u undoes.", "Undone: marked 3 read."),
        ("s", "starred_at", "Starred 3. u undoes.", "Undone: starred 3."),
        ("H", "hidden_at", "Hid 3; . clears the list. u undoes.", "Undone: hid 3."),
    ],
)
async def test_a_key_is_for_all_that_is_selected_and_one_step(
    opened: Opener, store: Path, key: str, column: str, did: str, undid: str
) -> None:
    async with opened() as reader:
        await reader.press("v", "v", "v", key)
        assert reader.said == did
        assert flagged(store, column) == 3
        await reader.press("u")
        assert reader.said == undid
        assert flagged(store, column) == 0


async def test_a_key_takes_back_only_what_all_have(opened: Opener, store: Path) -> None:
    async with opened() as reader:
        await reader.press("s", "v", "v", "s")
        assert reader.said == "Starred 1. u undoes."
        await reader.press("s")
        assert reader.said == "Took the star off 2. u undoes."
        assert flagged(store, "starred_at") == 0


async def test_the_selection_survives_another_view_and_new_headlines(opened: Opener) -> None:
    async with opened() as reader:
        await reader.press("v", "v", "m", "full_stop")
        assert frame(reader).startswith("2 selected")
        await reader.press("3")
        assert frame(reader).startswith("2 selected, 2 not shown")
        await reader.press("2")
        assert "not shown" not in frame(reader)


async def test_in_the_reader_a_key_is_for_what_one_reads(opened: Opener, store: Path) -> None:
    async with opened() as reader:
        await reader.press("v", "v", "G", "enter", "s")
        assert flagged(store, "starred_at") == 1


async def test_what_is_hidden_stays_until_the_list_is_made_anew(opened: Opener) -> None:
    async with opened() as reader:
        await reader.press("2", "j")
        title, count = reader.selected, len(reader.titles)
        await reader.press("H")
        assert "×" in reader.list_line(title[:12])
        assert reader.said == "Hid it; . clears the list. u undoes."
        await reader.press("full_stop")
        assert title not in reader.titles
        assert len(reader.titles) == count - 1
        await reader.counted()
        assert frame(reader).startswith("1 hidden")
        await reader.press("slash", *"is:hidden", "enter")
        assert reader.titles == [title]


async def test_links_of_the_selected_are_copied(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened() as reader:
        copied: list[str] = []
        monkeypatch.setattr(reader.app, "copy_to_clipboard", copied.append)
        await reader.press("v", "v", "y", "Y")
        plain, markdown = (text.splitlines() for text in copied)
        assert len(plain) == len(markdown) == 2
        assert all(url in line for url, line in zip(plain, markdown, strict=True))
        assert reader.said == "Copied 2 links."


async def test_only_so_many_are_opened_in_the_browser(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    async def open_quietly(url: str) -> bool:
        tried.append(url)
        return True

    tried: list[str] = []
    monkeypatch.setattr("roya_tui.ui.programs.open_in_browser", open_quietly)
    async with opened() as reader:
        await reader.press("2", "*", "o")
        assert len(tried) == 15
        assert "At most 15 at once." in reader.said


async def test_the_next_unread_is_none_that_was_hidden(opened: Opener) -> None:
    async with opened() as reader:
        titles = reader.titles
        await reader.press("j", "H", "k", "n")
        assert reader.selected == titles[2]


async def test_opening_another_article_leaves_redo_as_it_is(opened: Opener, store: Path) -> None:
    async with opened() as reader:
        title = reader.selected
        await reader.press("s", "u", "j", "enter", "escape")
        assert flagged(store, "read_at") == 1
        await reader.press("U")
        assert reader.said == f"Redone: starred “{title}”."
        await reader.press("u", "u")
        assert reader.said.startswith("Undone: read “")
