"""Where the panes of the main screen are: by the window's size, and what the user chose."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, NamedTuple

from msgspec import Meta, Struct
from msgspec.structs import replace

MEDIUM, WIDE = 80, 120
"""Columns from which a window has two panes, and from which it also has the sidebar."""
LOW = 24
"""Lines below which a window with stacked panes shows one at a time."""
MIN_COLUMNS, MIN_LINES = 40, 8
"""The smallest size of list and article, with their frames: the columns beside each other, the lines stacked."""
SIDEBAR, MIN_SIDEBAR = 26, 20
"""Columns of the sidebar: the default, and the fewest."""

Share = Annotated[float, Meta(gt=0, lt=1)]


class Area(NamedTuple):
    """The cells of a pane, with its frame."""

    x: int
    y: int
    width: int
    height: int


def mirror_areas(areas: Mapping[str, Area], width: int) -> dict[str, Area]:
    """Return the areas in a window of that width with left and right exchanged, for a right-to-left interface."""
    return {pane: area._replace(x=width - area.x - area.width) for pane, area in areas.items()}


class Room(NamedTuple):
    """The cells between the first and the last line, and the panes that are shown there."""

    width: int
    height: int
    shown: Collection[str]


class PaneLayout(Struct, frozen=True, omit_defaults=True):
    """The layout and the sizes of panes that the user chose.

    The sidebar has columns, since its names are as long in every window. The list has a share of what it and the
    article have together, which suits other windows, too.
    """

    stacked: bool = False
    """Whether the article is below the list."""
    sidebar: Annotated[int, Meta(ge=MIN_SIDEBAR, le=400)] = SIDEBAR
    columns_share: Share | None = None
    """The list's share of the columns; None: the default."""
    stacked_share: Share | None = None
    """The list's share of the lines, if the article is below it."""
    wide_sidebar: bool = True
    """Whether wide windows have the sidebar beside the list."""
    medium_sidebar: bool = False
    """Whether medium windows have it, if there is room."""

    # The window.

    def shows_one_pane(self, width: int, height: int) -> bool:
        """Return whether a window of this size shows only the pane that has the focus."""
        return width < MEDIUM or (self.stacked and height < LOW)

    def has_room_for_sidebar(self, width: int) -> bool:
        """Return whether the sidebar can be beside other panes."""
        return width - self._columns_of_others >= MIN_SIDEBAR

    def has_sidebar(self, width: int) -> bool:
        """Return whether the sidebar is beside other panes. Otherwise it covers them while it has the focus."""
        return self.has_room_for_sidebar(width) and (self.wide_sidebar if width >= WIDE else self.medium_sidebar)

    def show_sidebar(self, shown: bool, width: int) -> PaneLayout:
        """Return the layout with or without the sidebar in wide windows, or in medium ones, as `width` is."""
        return replace(self, wide_sidebar=shown) if width >= WIDE else replace(self, medium_sidebar=shown)

    @property
    def _columns_of_others(self) -> int:
        """The fewest columns that list and article have together."""
        return MIN_COLUMNS if self.stacked else 2 * MIN_COLUMNS

    # The panes.

    def arrange(self, room: Room) -> dict[str, Area]:
        """Return the areas of the panes that are shown."""
        others = [pane for pane in ("headlines", "article") if pane in room.shown]
        areas, left = {}, 0
        if "sidebar" in room.shown:
            columns = self._limit_sidebar(self.sidebar, room.width) if others else room.width
            areas["sidebar"] = Area(0, 0, columns, room.height)
            left = columns if others and self.has_sidebar(room.width) else 0
        rest = Area(left, 0, room.width - left, room.height)
        if len(others) == 1:
            areas[others[0]] = rest
        elif others and self.stacked:
            lines = _limit(round(rest.height * (self.stacked_share or 0.4)), rest.height, MIN_LINES)
            areas["headlines"] = rest._replace(height=lines)
            areas["article"] = rest._replace(y=lines, height=rest.height - lines)
        elif others:
            share = self.columns_share or (5 / 11 if room.width >= WIDE else 1 / 2)
            columns = _limit(round(rest.width * share), rest.width, MIN_COLUMNS)
            areas["headlines"] = rest._replace(width=columns)
            areas["article"] = rest._replace(x=left + columns, width=rest.width - columns)
        return areas

    def _limit_sidebar(self, columns: int, width: int) -> int:
        others = self._columns_of_others if self.has_sidebar(width) else MIN_COLUMNS
        return max(MIN_SIDEBAR, min(columns, width - others))

    def resize(self, room: Room, pane: str, by: int) -> PaneLayout:
        """Return the layout with a pane larger by some cells, as far as all panes keep their smallest size.

        Returns the same layout if nothing can change.
        """
        areas = self.arrange(room)
        if pane not in areas or len(areas) == 1:
            return self
        if pane == "sidebar":
            before = areas[pane].width
            columns = self._limit_sidebar(before + by, room.width)
            return self if columns == before else replace(self, sidebar=columns)
        if not {"headlines", "article"} <= areas.keys():
            return self
        sizes = [areas[name].height if self.stacked else areas[name].width for name in ("headlines", "article")]
        wanted = sizes[0] + (by if pane == "headlines" else -by)
        cells = _limit(wanted, sum(sizes), MIN_LINES if self.stacked else MIN_COLUMNS)
        return self if cells == sizes[0] else self._with_share(cells / sum(sizes))

    def restore(self, pane: str) -> PaneLayout:
        """Return the layout with the default size of the sidebar, or of list and article."""
        return replace(self, sidebar=SIDEBAR) if pane == "sidebar" else self._with_share(None)

    def _with_share(self, share: float | None) -> PaneLayout:
        return replace(self, stacked_share=share) if self.stacked else replace(self, columns_share=share)

    def border_at(self, areas: Mapping[str, Area], x: int, y: int) -> str:
        """Return the pane whose right or lower border, which can be dragged, is at a cell; "" if there is none.

        Between two panes beside each other, the frames of both are the border.
        """
        sidebar, headlines, article = (areas.get(pane) for pane in ("sidebar", "headlines", "article"))
        if sidebar is not None and len(areas) > 1:
            covers = any(area.x < sidebar.width for pane, area in areas.items() if pane != "sidebar")
            if x in (sidebar.width - 1, sidebar.width - covers) and sidebar.y <= y < sidebar.y + sidebar.height:
                return "sidebar"
            if x < sidebar.width:
                return ""
        if headlines is None or article is None:
            return ""
        if self.stacked:
            is_border = y in (article.y - 1, article.y) and x >= article.x
        else:
            is_border = x in (article.x - 1, article.x) and article.y <= y < article.y + article.height
        return "headlines" if is_border else ""


def _limit(cells: int, room: int, smallest: int) -> int:
    """Return `cells`, or as many as leave both parts of a room their smallest size."""
    return max(smallest, min(cells, room - smallest)) if room >= 2 * smallest else room // 2
