"""The pictures that are kept, as the screen draws them: their files, their sizes, and the artist that draws them."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from roya_tui.config import Paths
from roya_tui.layout.lines import PLACEHOLDER_SIZE, PictureSizes, PixelSize
from roya_tui.model import Picture
from roya_tui.store import picture_cache as cache
from roya_tui.ui.caches import LruCache

if TYPE_CHECKING:
    from roya_tui.graphics.half_blocks import Rgb
    from roya_tui.graphics.jobs import Refusal, RenderedPicture
    from roya_tui.graphics.renderer import PictureRenderer

MAX_INLINE = 60
"""Pictures of one article that are drawn among its lines; the gallery shows the others."""
MAX_BYTES = 1_000_000
"""Of a picture that is sent to the terminal."""
BROKEN_FILE = "(its file is broken)"
NOT_CACHED = "(not kept here)"


class PictureService:
    """All that is known of pictures on this screen; knows nothing of articles."""

    def __init__(self, paths: Paths | None = None, colors: str = "millions") -> None:
        """`colours` is what the terminal has: "millions", "256", or too few to draw with."""
        self._paths = paths
        self._cell_format = {"millions": "cells", "256": "cells-256"}.get(colors, "")
        self._renderer: PictureRenderer | None = None
        self.failures: LruCache[str, str] = LruCache(500)
        """Why a picture was not to be had, by its address."""
        self.find_pending: Callable[[Sequence[str]], Container[str]] = lambda urls: ()
        """Of some that are not kept, those that are fetched once their article is looked at."""

    @property
    def can_draw(self) -> bool:
        """Whether this terminal has the colours for half blocks."""
        return bool(self._cell_format)

    def find_file(self, url: str) -> Path | None:
        """The file of a picture; None where it is not kept."""
        return cache.find(self._paths, url) if self._paths is not None else None

    def read_sizes(self, pictures: Sequence[Picture], rows: int) -> PictureSizes:
        """What lines to keep free for an article's pictures, and what to say of the others. Reads their first bytes."""
        sizes, notes = {}, {}
        files = [
            (number, picture.url, self.find_file(picture.url))
            for number, picture in enumerate(pictures[:MAX_INLINE], 1)
        ]
        absent = [url for _, url, file in files if file is None and url not in self.failures]
        coming = self.find_pending(absent) if absent else ()
        for number, url, file in files:
            size = PLACEHOLDER_SIZE if file is None and url in coming else _read_size(file)
            if size is not None:
                sizes[number] = size
            else:
                notes[number] = self.failures.get(url, NOT_CACHED) if file is None else BROKEN_FILE
        return PictureSizes(sizes, notes, rows)

    async def render_cells(self, url: str, width: int, height: int, background: Rgb) -> RenderedPicture | Refusal:
        """A picture as pixels for half blocks, within so many of them."""
        return await self._render(url, width, height, self._cell_format, background)

    async def render_graphic(
        self, url: str, width: int, height: int, format: str, background: Rgb
    ) -> RenderedPicture | Refusal:
        """A picture as a file that a terminal takes: "png", "jpeg" or "sixel"."""
        return await self._render(url, width, height, format, background)

    async def _render(
        self, url: str, width: int, height: int, format: str, background: Rgb
    ) -> RenderedPicture | Refusal:
        from roya_tui.graphics.jobs import Refusal, RenderJob
        from roya_tui.graphics.renderer import PictureRenderer

        file = self.find_file(url)
        if file is None:
            return Refusal("it is not kept here")
        if self._renderer is None:
            self._renderer = PictureRenderer()
        return await self._renderer.render(RenderJob(str(file), width, height, format, background, MAX_BYTES))

    async def close(self) -> None:
        """End the process that draws."""
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
