"""The rows of the sidebar: folders and subfolders, rare tags, collapsed folders."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from roya_tui.model import Source, TagCount
from roya_tui.presentation.headline_rows import UNICODE_ICONS
from roya_tui.presentation.view import Scope, View
from roya_tui.ui.rows.sidebar_model import MAX_TAGS, SidebarModel, build_folders, build_source_tree


def sources(*facts: tuple[str, str, int]) -> list[Source]:
    return [
        Source(id=number, url=f"https://{name}.example", name=name, folder=folder, unread=unread)
        for number, (name, folder, unread) in enumerate(facts, 1)
    ]


SOURCES = sources(
    ("Loose", "", 1), ("City", "News/Jordan", 2), ("World", "News", 4), ("Press", "News Desk", 8), ("Deep", "A/B/C", 16)
)


@pytest.fixture
def model() -> SidebarModel:
    model = SidebarModel(UNICODE_ICONS)
    model.source_tree = build_source_tree(SOURCES)
    return model


def rows(model: SidebarModel, *kinds: str) -> list[str]:
    return [f"{' ' * row.indent}{row.icon}{row.text} {row.count}" for row in model.rows() if row.kind in kinds]


def test_folders_have_rows_below_their_parents_and_count_all_sources_in_them(model: SidebarModel) -> None:
    assert [(folder.name, folder.unread) for folder in build_folders(SOURCES)] == [
        ("A", 16), ("A/B", 16), ("A/B/C", 16), ("News", 6), ("News/Jordan", 2), ("News Desk", 8), ("", 1),
    ]  # fmt: skip
    assert rows(model, "folder", "source") == [
        "▾A 16", " ▾B 16", "  ▾C 16", "   Deep 16",
        "▾News 6", " World 4", " ▾Jordan 2", "  City 2",
        "▾News Desk 8", " Press 8", "Loose 1",
    ]  # fmt: skip
    model.collapsed = frozenset(("A", "News/Jordan"))
    assert rows(model, "folder", "source") == [
        "▸A 16", "▾News 6", " World 4", " ▸Jordan 2", "▾News Desk 8", " Press 8", "Loose 1",
    ]  # fmt: skip
    assert len(model.scopes()) == 11


def test_names_are_sorted_by_the_value_of_their_numbers() -> None:
    found = build_folders(sources(("Gazette 13", "Year 10", 0), ("Gazette 4", "Year 10", 0), ("a", "Year 9", 0)))
    assert [folder.name for folder in found] == ["Year 9", "Year 10"]
    assert [source.name for source in found[1].sources] == ["Gazette 4", "Gazette 13"]


def test_deep_folders_share_the_last_level_of_rows(model: SidebarModel) -> None:
    model.source_tree = build_source_tree(
        sources(("One", "a/b/c/d/e/f/g", 0), ("Two", "a/b/c/d/e/f/g/h", 1), ("Six", "a/b", 2))
    )
    assert rows(model, "folder", "source") == [
        "▾a 3", " ▾b 3", "  Six 2", "  ▾c 1", "   ▾d 1", "    ▾e 1",
        "     ▾f/g 1", "      One 0", "     ▾f/g/h 1", "      Two 1",
    ]  # fmt: skip
    model.collapsed = frozenset(("a/b/c/d/e/f/g",))
    assert rows(model, "source")[1:] == ["      Two 1"]


@given(st.lists(st.lists(st.sampled_from(["a", "b", "a b", "A"]), max_size=9)))
def test_each_folder_counts_all_sources_in_it(paths: list[list[str]]) -> None:
    sources = [Source(id=n, url="", folder="/".join(path), unread=2**n) for n, path in enumerate(paths)]
    found = build_folders(sources)
    assert {folder.name for folder in found} >= {source.folder for source in sources}
    for folder in found:
        within = [one for one in sources if one.folder == folder.name or one.folder.startswith(f"{folder.name}/")]
        if folder.name:
            assert folder.unread == sum(one.unread for one in within)
        assert list(folder.sources) == [one for one in sources if one.folder == folder.name]


def test_rare_tags_are_collapsed_below_the_others(model: SidebarModel) -> None:
    model.tags = [TagCount(f"tag{number}", 100 - number, 0) for number in range(MAX_TAGS + 3)]
    shown = rows(model, "tag", "more")
    assert shown[-1] == "▸3 rarer tags None"
    assert len(shown) == MAX_TAGS + 1
    model.shows_all_tags = True
    assert rows(model, "tag", "more")[MAX_TAGS:] == ["▾3 rarer tags None", "tag20 80", "tag21 79", "tag22 78"]
    model.tag_query = "tag2"
    assert rows(model, "tag", "more") == ["tag2 98", "tag20 80", "tag21 79", "tag22 78"]
    model.tag_query, model.shows_all_tags, model.view = "", False, View(required_tags=("tag22",))
    assert rows(model, "tag", "more")[0] == "+tag22 78"


def test_tags_are_found_without_accents_and_the_shown_source_is_marked(model: SidebarModel) -> None:
    model.tags = [TagCount("Été", 2, 0), TagCount("water", 1, 0)]
    model.tag_query, model.view = "et", View(Scope("source", id=1, label="Loose"))
    assert rows(model, "tag") == ["Été 2"]
    assert [row.text for row in model.rows() if row.style == "active"] == ["Loose"]
    model.source_tree = build_source_tree([replace(source, unread=0) for source in SOURCES[:2]])
    assert rows(model, "folder", "source") == ["▾News 0", " ▾Jordan 0", "  City 0", "Loose 0"]
