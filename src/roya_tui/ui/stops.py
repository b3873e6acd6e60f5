"""Where one may go on reading: the saved feeds, folders and sources of the sidebar, from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from roya_tui.ui.view import Place

ALL_UNREAD = ("unread", "all")
"""Views that leave nothing unread elsewhere."""


class Stop(NamedTuple):
    """A saved feed, folder or source as it stands in the sidebar."""

    place: Place
    unread: int
    folder: str = ""
    """Of a source, the folder that it is in."""


def beyond(stops: Sequence[Stop], here: Place, direction: int) -> list[Place]:
    """Return the places with something unread that follow `here` (or, with -1, go before it, the nearest first).

    Whoever reads source by source goes on so; whoever reads whole folders, or a view such as Today, goes on with
    folders and with the sources that are in none; whoever reads saved feeds, with those first.
    """
    if here.kind in ("query", "briefing") or (here.kind == "view" and here.name in ALL_UNREAD):
        return []
    line = [stop for stop in stops if _beside(stop, here.kind)]
    at = next((number for number, stop in enumerate(line) if _same(stop.place, here)), -1)
    following = line[at + 1 :] if direction > 0 else line[: max(at, 0)][::-1]
    return [stop.place for stop in following if stop.unread and not _within(stop.place, here)]


def _beside(stop: Stop, kind: str) -> bool:
    """Whether one may come there from a place of that kind."""
    match stop.place.kind:
        case "feed":
            return kind == "feed"
        case "source":
            return kind == "source" or not stop.folder
        case _:
            return kind != "source"


def _within(one: Place, other: Place) -> bool:
    """Whether one of two folders is in the other: what is in both was read already."""
    names = sorted((one.name, other.name), key=len)
    return one.kind == other.kind == "folder" and names[1].startswith(f"{names[0]}/")


def _same(one: Place, other: Place) -> bool:
    """Whether they are one place, whatever it is called now."""
    by_number = one.kind in ("source", "feed")
    return one.kind == other.kind and (one.source == other.source if by_number else one.name == other.name)
