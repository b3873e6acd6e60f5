"""What the sidebar says, as rows: folders in folders, rare tags, and what is folded away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from roya_tui.model import Source, TagCount
from roya_tui.presentation.headline_rows import UNICODE_ICONS
from roya_tui.presentation.view import Scope, View
from roya_tui.text import fold, sort_key
from roya_tui.ui import sidebar_model as shelves
from roya_tui.ui.sidebar_model import MAX_TAGS, SidebarModel, build_folders, build_source_tree

SOURCES = [
    Source(id=number, url=f"https://{name}.example", name=name, folder=folder, unread=unread)
    for number, (name, folder, unread) in enumerate(
        [
            ("Loose", "", 1),
            ("City", "News/Jordan", 2),
            ("World", "News", 4),
            ("Press", "News Desk", 8),
            ("Deep", "A/B/C", 16),
        ],
        1,
    )
]


def said(shelf: SidebarModel, *kinds: str) -> list[str]:
    return [f"{' ' * row.indent}{row.icon}{row.text} {row.count}" for row in shelf.rows() if row.kind in kinds]


def test_folders_stand_in_their_folders_and_count_all_that_is_in_them() -> None:
    assert [(folder.name, folder.unread) for folder in build_folders(SOURCES)] == [
        ("A", 16), ("A/B", 16), ("A/B/C", 16), ("News", 6), ("News/Jordan", 2), ("News Desk", 8), ("", 1),
    ]  # fmt: skip
    shelf = SidebarModel(UNICODE_ICONS)
    shelf.source_tree = build_source_tree(SOURCES)
    assert said(shelf, "folder", "source") == [
        "▾A 16", " ▾B 16", "  ▾C 16", "   Deep 16",
        "▾News 6", " World 4", " ▾Jordan 2", "  City 2",
        "▾News Desk 8", " Press 8", "Loose 1",
    ]  # fmt: skip


def test_numbers_in_names_count_by_their_value() -> None:
    names = ["Gazette 13", "Gazette 4"]
    found = build_folders([Source(id=n, url=name, name=name, folder="Year 10") for n, name in enumerate(names)])
    found += build_folders([Source(id=1, url="a", folder="Year 10"), Source(id=2, url="b", folder="Year 9")])
    assert [source.name for source in found[0].sources] == ["Gazette 4", "Gazette 13"]
    assert [folder.name for folder in found[1:]] == ["Year 9", "Year 10"]


def test_what_lies_very_deep_stands_in_the_last_folder_that_has_a_row() -> None:
    shelf = SidebarModel(UNICODE_ICONS)
    shelf.source_tree = build_source_tree(
        [
            Source(id=number, url="", name=name, folder=folder, unread=number)
            for number, (name, folder) in enumerate(
                (("One", "a/b/c/d/e/f/g"), ("Two", "a/b/c/d/e/f/g/h"), ("Six", "a/b"))
            )
        ]
    )
    assert said(shelf, "folder", "source") == [
        "▾a 3", " ▾b 3", "  Six 2", "  ▾c 1", "   ▾d 1", "    ▾e 1",
        "     ▾f/g 1", "      One 0", "     ▾f/g/h 1", "      Two 1",
    ]  # fmt: skip
    shelf.collapsed = frozenset(("a/b/c/d/e/f/g",))
    assert said(shelf, "source")[1:] == ["      Two 1"]


@given(st.lists(st.lists(st.sampled_from(["a", "b", "a b", "A"]), max_size=9)))
def test_each_folder_counts_all_that_is_in_it(paths: list[list[str]]) -> None:
    sources = [Source(id=n, url="", folder="/".join(path), unread=2**n) for n, path in enumerate(paths)]
    found = build_folders(sources)
    assert {folder.name for folder in found} >= {source.folder for source in sources}
    for folder in found:
        within = [one for one in sources if one.folder == folder.name or one.folder.startswith(f"{folder.name}/")]
        if folder.name:
            assert folder.unread == sum(one.unread for one in within)
        assert list(folder.sources) == [one for one in sources if one.folder == folder.name]


def test_what_is_in_a_folded_folder_is_not_seen() -> None:
    shelf = SidebarModel(UNICODE_ICONS)
    shelf.source_tree = build_source_tree(SOURCES)
    shelf.collapsed = frozenset(("A", "News/Jordan"))
    assert said(shelf, "folder", "source") == [
        "▸A 16", "▾News 6", " World 4", " ▸Jordan 2", "▾News Desk 8", " Press 8", "Loose 1",
    ]  # fmt: skip
    assert len(shelf.scopes()) == 11


def test_rare_tags_unfold_below_the_others() -> None:
    shelf = SidebarModel(UNICODE_ICONS)
    shelf.tags = [TagCount(f"tag{number}", 100 - number, 0) for number in range(MAX_TAGS + 3)]
    rows = said(shelf, "tag", "more")
    assert rows[-1] == "▸3 rarer None"
    assert len(rows) == MAX_TAGS + 1
    shelf.shows_all_tags = True
    assert said(shelf, "tag", "more")[MAX_TAGS:] == ["▾3 rarer None", "tag20 80", "tag21 79", "tag22 78"]
    shelf.tag_query = "tag2"
    assert said(shelf, "tag", "more") == ["tag2 98", "tag20 80", "tag21 79", "tag22 78"]
    shelf.tag_query, shelf.shows_all_tags, shelf.view = "", False, View(required_tags=("tag22",))
    assert said(shelf, "tag", "more")[0] == "+tag22 78"


def test_what_stays_the_same_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """With thousands of sources and tags each letter that narrows the tags would take its tenth of a second."""
    made: list[str] = []
    monkeypatch.setattr(shelves, "sort_key", lambda name: made.append(name) or sort_key(name))
    monkeypatch.setattr(shelves, "fold", lambda text: made.append(text) or fold(text))
    shelf = SidebarModel(UNICODE_ICONS)
    shelf.source_tree, shelf.tags = build_source_tree(SOURCES), [TagCount("Été", 2, 0), TagCount("water", 1, 0)]
    shelf.tag_query = "e"
    before = shelf.rows()
    made.clear()
    assert shelf.rows() == before
    shelf.tag_query, shelf.view = "et", View(Scope("source", id=1, label="Loose"))
    assert said(shelf, "tag") == ["Été 2"]
    assert [row.text for row in shelf.rows() if row.style == "active"] == ["Loose"]
    assert set(made) == {"e", "et"}
    shelf.source_tree = build_source_tree([replace(source, unread=0) for source in SOURCES[:2]])
    assert said(shelf, "folder", "source") == ["▾News 0", " ▾Jordan 0", "  City 0", "Loose 0"]
