"""Finds cached pictures, reads their sizes, and renders them in another process."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from roya_tui.config import Paths
from roya_tui.layout.lines import PLACEHOLDER_SIZE, PictureSizes, PixelSize
from roya_tui.model import Picture
from roya_tui.store import picture_cache as cache
from roya_tui.translation import gettext
from roya_tui.ui.caches import LruCache

if TYPE_CHECKING:
    from roya_tui.graphics.half_blocks import Rgb
    from roya_tui.graphics.jobs import Refusal, RenderedPicture
    from roya_tui.graphics.renderer import PictureRenderer

MAX_INLINE = 60
"""Pictures of an article that are drawn in its text; the gallery shows the others."""
MAX_BYTES = 1_000_000
"""Bytes of the largest picture that is sent to the terminal."""


class PictureService:
    """The pictures of the app, by URL: files, sizes, failures and rendering."""

    def __init__(self, paths: Paths | None = None, colors: str = "millions") -> None:
        """`colors` are those of the terminal: "millions", "256", or another value, with which nothing is drawn."""
        self._paths = paths
        self._cell_format = {"millions": "cells", "256": "cells-256"}.get(colors, "")
        self._renderer: PictureRenderer | None = None
        self.failures: LruCache[str, str] = LruCache(500)
        """Why a picture could not be fetched, by its URL."""
        self.find_pending: Callable[[Sequence[str]], Container[str]] = lambda urls: ()
        """Returns which of some uncached URLs are fetched when their article is shown."""

    @property
    def can_draw(self) -> bool:
        """Whether the terminal has enough colors for half blocks."""
        return bool(self._cell_format)

    def find_file(self, url: str) -> Path | None:
        """Return the file of a picture; None if it is not cached."""
        return cache.find(self._paths, url) if self._paths is not None else None

    def discard(self, url: str) -> None:
        """Forget why a picture could not be fetched, and delete its file, which may be damaged."""
        self.failures.pop(url, None)
        if (file := self.find_file(url)) is not None:
            cache.delete([file])

    def read_sizes(self, pictures: Sequence[Picture], rows: int) -> PictureSizes:
        """Return the sizes of an article's pictures and notes on the missing ones; reads the files' first bytes."""
        sizes, notes = {}, {}
        urls = [picture.url for picture in pictures[:MAX_INLINE]]
        files = [(number, url, self.find_file(url)) for number, url in enumerate(urls, 1)]
        absent = [url for _, url, file in files if file is None and url not in self.failures]
        coming = self.find_pending(absent) if absent else ()
        missing = gettext("(not saved)")
        for number, url, file in files:
            size = PLACEHOLDER_SIZE if file is None and url in coming else _read_size(file)
            if size is not None:
                sizes[number] = size
            else:
                notes[number] = self.failures.get(url) or missing if file is None else gettext("(file damaged)")
        return PictureSizes(sizes, notes, rows)

    async def render_cells(self, url: str, width: int, height: int, background: Rgb) -> RenderedPicture | Refusal:
        """Render a picture as half blocks, in at most `width` × `height` pixels."""
        return await self.render(url, width, height, self._cell_format, background)

    async def render(
        self, url: str, width: int, height: int, format: str, background: Rgb
    ) -> RenderedPicture | Refusal:
        """Render a picture in a format of `graphics`, such as "png", "jpeg" or "sixel"."""
        from roya_tui.graphics.jobs import Refusal, RenderJob
        from roya_tui.graphics.renderer import PictureRenderer

        file = self.find_file(url)
        if file is None:
            return Refusal(gettext("not saved"))
        if self._renderer is None:
            self._renderer = PictureRenderer()
        return await self._renderer.render(RenderJob(str(file), width, height, format, background, MAX_BYTES))

    async def close(self) -> None:
        if self._renderer is not None:
            await self._renderer.close()


def _read_size(file: Path | None) -> PixelSize | None:
    if file is None:
        return None
    from roya_tui.graphics import image_header

    try:
        with file.open("rb") as opened:
            return image_header.read_size(opened)
    except OSError:
        return None
