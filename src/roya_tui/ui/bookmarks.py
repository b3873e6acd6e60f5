"""Where one stopped reading each article."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from roya_tui.model import Article


class Bookmarks:
    """Knows of each article what the store has, or will have in a moment. It is told what is shown, and the place there
    that one is at: None while it is being set, or where it has none."""

    def __init__(self, write: Callable[[int, int], None]) -> None:
        """`write(id, place)` keeps a place in the store."""
        self._write = write
        self._places: dict[int, int] = {}
        self._read_to: tuple[int, int] | None = None
        """The article that was read to its end, and where that is: it begins at its top the next time."""
        self._seen: tuple[int, int] | None = None

    def put_into(self, article: Article) -> Article:
        """Return an article as it is to be opened: where one stopped."""
        return replace(article, position=self._places.get(article.headline.id, article.position))

    def keep(self, shown: Article | None, place: int | None) -> None:
        """Keep where one is; not in an excerpt, since places are counted in the full text, and in no page that is
        read in place of an article."""
        if shown is None or place is None or shown.headline.id <= 0 or (shown.headline.full and not shown.full_text):
            return
        id = shown.headline.id
        if (id, place) == self._read_to:
            place = 0
        if place != self._places.get(id, shown.position):
            self._places[id] = place
            self._write(id, place)

    def keep_if_stayed(self, shown: Article | None, place: int | None) -> None:
        """Keep where one is if one was there the last time that this was asked, too."""
        here = _spot(shown, place)
        if here is not None and here == self._seen:
            self.keep(shown, place)
        self._seen = here

    def end(self, shown: Article | None, place: int | None) -> None:
        """One has read to the end, which is here."""
        self._read_to = _spot(shown, place)


def _spot(shown: Article | None, place: int | None) -> tuple[int, int] | None:
    return None if shown is None or place is None else (shown.headline.id, place)
