"""The areas of the panes in windows of any size, and what keys and mouse change."""

import pytest

from roya_tui.presentation.pane_layout import Area, PaneLayout, Room

ALL = ("sidebar", "headlines", "article")
BOTH = ("headlines", "article")
COLUMNS, STACKED = PaneLayout(), PaneLayout(stacked=True)


@pytest.mark.parametrize(
    ("layout", "width", "height", "one_pane", "sidebar"),
    [
        (COLUMNS, 140, 40, False, True),
        (COLUMNS, 120, 12, False, True),
        (COLUMNS, 119, 40, False, False),
        (COLUMNS, 80, 24, False, False),
        (COLUMNS, 79, 40, True, False),
        (STACKED, 140, 40, False, True),
        (STACKED, 140, 24, False, True),
        (STACKED, 140, 23, True, True),
        (STACKED, 80, 24, False, False),
        (STACKED, 79, 60, True, False),
        (PaneLayout(wide_sidebar=False), 140, 40, False, False),
        (PaneLayout(medium_sidebar=True), 100, 40, False, True),
        (PaneLayout(medium_sidebar=True), 99, 40, False, False),
        (PaneLayout(stacked=True, medium_sidebar=True), 80, 24, False, True),
    ],
)
def test_window_decides_whether_there_is_one_pane_and_a_sidebar(
    layout: PaneLayout, width: int, height: int, one_pane: bool, sidebar: bool
) -> None:
    assert layout.shows_one_pane(width, height) is one_pane
    assert layout.has_sidebar(width) is sidebar


@pytest.mark.parametrize(
    ("layout", "room", "areas"),
    [
        (COLUMNS, Room(140, 38, ALL), [(0, 0, 26, 38), (26, 0, 52, 38), (78, 0, 62, 38)]),
        (COLUMNS, Room(100, 28, BOTH), [(0, 0, 50, 28), (50, 0, 50, 28)]),
        (COLUMNS, Room(100, 28, ALL), [(0, 0, 26, 28), (0, 0, 50, 28), (50, 0, 50, 28)]),
        (COLUMNS, Room(60, 18, ["sidebar"]), [(0, 0, 60, 18)]),
        (COLUMNS, Room(140, 38, ["article"]), [(0, 0, 140, 38)]),
        (COLUMNS, Room(140, 38, ["sidebar", "headlines"]), [(0, 0, 26, 38), (26, 0, 114, 38)]),
        (STACKED, Room(140, 38, ALL), [(0, 0, 26, 38), (26, 0, 114, 15), (26, 15, 114, 23)]),
        (STACKED, Room(100, 28, ALL), [(0, 0, 26, 28), (0, 0, 100, 11), (0, 11, 100, 17)]),
        (STACKED, Room(80, 21, BOTH), [(0, 0, 80, 8), (0, 8, 80, 13)]),
        (PaneLayout(medium_sidebar=True), Room(100, 28, ALL), [(0, 0, 20, 28), (20, 0, 40, 28), (60, 0, 40, 28)]),
        (PaneLayout(sidebar=70), Room(140, 38, ALL), [(0, 0, 60, 38), (60, 0, 40, 38), (100, 0, 40, 38)]),
        (PaneLayout(sidebar=70), Room(100, 28, ALL), [(0, 0, 60, 28), (0, 0, 50, 28), (50, 0, 50, 28)]),
        (PaneLayout(columns_share=0.9), Room(140, 38, ALL), [(0, 0, 26, 38), (26, 0, 74, 38), (100, 0, 40, 38)]),
        (PaneLayout(columns_share=0.1), Room(200, 38, BOTH), [(0, 0, 40, 38), (40, 0, 160, 38)]),
        (PaneLayout(stacked=True, stacked_share=0.9), Room(80, 22, BOTH), [(0, 0, 80, 14), (0, 14, 80, 8)]),
    ],
)
def test_panes_share_the_room(layout: PaneLayout, room: Room, areas: list[tuple[int, ...]]) -> None:
    arranged = layout.arrange(room)
    assert list(arranged) == list(room.shown)
    assert list(arranged.values()) == areas


@pytest.mark.parametrize("stacked", [False, True])
@pytest.mark.parametrize("shown", [(), *((pane,) for pane in ALL), BOTH, ALL])
def test_areas_are_in_the_room_whatever_its_size(stacked: bool, shown: tuple[str, ...]) -> None:
    for width in range(20, 260, 7):
        for height in range(1, 60, 3):
            for x, y, columns, lines in PaneLayout(stacked=stacked).arrange(Room(width, height, shown)).values():
                assert min(x, y, columns, lines) >= 0
                assert x + columns <= width
                assert y + lines <= height


WINDOW = Room(140, 38, ALL)


@pytest.mark.parametrize(
    ("layout", "pane", "by", "size"),
    [
        (COLUMNS, "headlines", 4, 56),
        (COLUMNS, "headlines", -4, 48),
        (COLUMNS, "headlines", -50, 40),
        (COLUMNS, "headlines", 50, 74),
        (COLUMNS, "article", 4, 66),
        (COLUMNS, "article", 50, 74),
        (COLUMNS, "sidebar", 4, 30),
        (COLUMNS, "sidebar", -50, 20),
        (COLUMNS, "sidebar", 50, 60),
        (STACKED, "headlines", 2, 17),
        (STACKED, "headlines", -20, 8),
        (STACKED, "article", -2, 21),
        (STACKED, "article", 50, 30),
        (STACKED, "sidebar", 90, 100),
    ],
)
def test_pane_gets_larger_and_smaller_but_none_disappears(layout: PaneLayout, pane: str, by: int, size: int) -> None:
    resized = layout.resize(WINDOW, pane, by)
    area = resized.arrange(WINDOW)[pane]
    assert (area.height if layout.stacked and pane != "sidebar" else area.width) == size
    assert resized.resize(WINDOW, pane, 0) is resized
    assert layout.restore(pane) == layout == resized.restore("headlines" if pane == "article" else pane)


def test_pane_keeps_its_size_if_it_is_alone() -> None:
    for pane in ALL:
        assert COLUMNS.resize(Room(60, 18, [pane]), pane, 4) is COLUMNS


def test_each_layout_keeps_its_own_sizes_in_proportion_to_the_window() -> None:
    layout = COLUMNS.resize(Room(200, 50, BOTH), "headlines", 29)
    assert layout.arrange(Room(200, 50, BOTH))["headlines"].width == 120
    assert layout.arrange(Room(100, 50, BOTH))["headlines"].width == 60
    assert layout.arrange(Room(82, 50, BOTH))["headlines"].width == 42
    assert PaneLayout(True, columns_share=layout.columns_share).arrange(WINDOW) == STACKED.arrange(WINDOW)


def test_every_step_has_an_effect_whatever_the_window() -> None:
    for width in range(90, 300, 11):
        room = Room(width, 40, BOTH)
        layout, before = COLUMNS, COLUMNS.arrange(room)["headlines"].width
        while (next := layout.resize(room, "headlines", -1)) is not layout:
            after = next.arrange(room)["headlines"].width
            assert after == before - 1
            layout, before = next, after
        assert before == 40


@pytest.mark.parametrize(
    ("layout", "shown", "cells", "border"),
    [
        (COLUMNS, ALL, [(25, 0), (26, 0), (25, 37), (26, 20)], "sidebar"),
        (COLUMNS, ALL, [(77, 0), (78, 37)], "headlines"),
        (COLUMNS, ALL, [(24, 5), (27, 5), (76, 5), (79, 5), (0, 5), (139, 5), (25, -1), (78, 38)], ""),
        (COLUMNS, BOTH, [(63, 3), (64, 3)], "headlines"),
        (COLUMNS, ["headlines"], [(0, 3), (139, 3)], ""),
        (COLUMNS, ["sidebar"], [(25, 3), (139, 3)], ""),
        (STACKED, ALL, [(25, 14), (26, 15), (25, 3)], "sidebar"),
        (STACKED, ALL, [(27, 14), (139, 15)], "headlines"),
        (STACKED, ALL, [(60, 0), (60, 13), (60, 16), (60, 37), (3, 14)], ""),
    ],
)
def test_borders_between_panes_can_be_dragged(
    layout: PaneLayout, shown: list[str], cells: list[tuple[int, int]], border: str
) -> None:
    areas = layout.arrange(Room(140, 38, shown))
    assert {layout.border_at(areas, *cell) for cell in cells} == {border}


def test_only_the_frame_of_a_covering_sidebar_can_be_dragged() -> None:
    layout = PaneLayout(sidebar=55)
    areas = layout.arrange(Room(100, 28, ALL))
    assert areas["headlines"] == Area(0, 0, 50, 28)
    assert [layout.border_at(areas, x, 5) for x in (50, 53, 54, 55)] == ["", "", "sidebar", ""]
