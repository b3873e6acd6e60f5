"""Where one may go on reading: the folders and sources of the sidebar, from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from roya_tui.ui.view import Place

ALL_UNREAD = ("unread", "all")
"""Views that leave nothing unread elsewhere."""


class Stop(NamedTuple):
    """A folder or source as it stands in the sidebar."""

    place: Place
    unread: int
    folder: str = ""
    """Of a source, the folder that it is in."""


def beyond(stops: Sequence[Stop], here: Place, direction: int) -> list[Place]:
    """Return the places with something unread that follow `here` (or, with -1, go before it, the nearest first).

    Whoever reads source by source goes on so; whoever reads whole folders, or a view such as Today, goes on with
    folders and with the sources that are in none.
    """
    if here.kind not in ("folder", "source", "view") or (here.kind == "view" and here.name in ALL_UNREAD):
        return []
    by_source = here.kind == "source"
    line = [stop for stop in stops if (stop.place.kind == "source" if by_source else not stop.folder)]
    at = next((number for number, stop in enumerate(line) if _same(stop.place, here)), -1)
    following = line[at + 1 :] if direction > 0 else line[: max(at, 0)][::-1]
    return [stop.place for stop in following if stop.unread]


def _same(one: Place, other: Place) -> bool:
    """Whether they are one place, whatever it is called now."""
    return one.kind == other.kind and (one.source == other.source if one.kind == "source" else one.name == other.name)
