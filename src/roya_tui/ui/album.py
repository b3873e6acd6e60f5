"""The pictures that are kept, as the screen draws them: their files, their sizes, and the artist that draws them."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from roya_tui.config import Paths
from roya_tui.layout.lines import PLACEHOLDER_SIZE, PictureSizes, PixelSize
from roya_tui.model import Picture
from roya_tui.store import picture_cache as cache
from roya_tui.ui.recent import Recent

if TYPE_CHECKING:
    from roya_tui.graphics.half_blocks import Rgb
    from roya_tui.graphics.jobs import Refusal, RenderedPicture
    from roya_tui.graphics.renderer import PictureRenderer

MOST = 60
"""Pictures of one article that are drawn among its lines; the gallery shows the others."""
MOST_BYTES = 1_000_000
"""Of a picture that is sent to the terminal."""
BROKEN = "(its file is broken)"
NOT_HERE = "(not kept here)"


class Album:
    """All that is known of pictures on this screen; knows nothing of articles."""

    def __init__(self, paths: Paths | None = None, colours: str = "millions") -> None:
        """`colours` is what the terminal has: "millions", "256", or too few to draw with."""
        self._paths = paths
        self._form = {"millions": "cells", "256": "cells-256"}.get(colours, "")
        self._artist: PictureRenderer | None = None
        self.refused: Recent[str, str] = Recent(500)
        """Why a picture was not to be had, by its address."""
        self.coming: Callable[[Sequence[str]], Container[str]] = lambda urls: ()
        """Of some that are not kept, those that are fetched once their article is looked at."""

    @property
    def draws(self) -> bool:
        """Whether this terminal has the colours for half blocks."""
        return bool(self._form)

    def file(self, url: str) -> Path | None:
        """The file of a picture; None where it is not kept."""
        return cache.find(self._paths, url) if self._paths is not None else None

    def known(self, pictures: Sequence[Picture], rows: int) -> PictureSizes:
        """What lines to keep free for an article's pictures, and what to say of the others. Reads their first bytes."""
        sizes, notes = {}, {}
        files = [(number, picture.url, self.file(picture.url)) for number, picture in enumerate(pictures[:MOST], 1)]
        absent = [url for _, url, file in files if file is None and url not in self.refused]
        coming = self.coming(absent) if absent else ()
        for number, url, file in files:
            size = PLACEHOLDER_SIZE if file is None and url in coming else _size(file)
            if size is not None:
                sizes[number] = size
            else:
                notes[number] = self.refused.get(url, NOT_HERE) if file is None else BROKEN
        return PictureSizes(sizes, notes, rows)

    async def cells(self, url: str, width: int, height: int, paper: Rgb) -> RenderedPicture | Refusal:
        """A picture as pixels for half blocks, within so many of them."""
        return await self._draw(url, width, height, self._form, paper)

    async def graphic(self, url: str, width: int, height: int, form: str, paper: Rgb) -> RenderedPicture | Refusal:
        """A picture as a file that a terminal takes: "png", "jpeg" or "sixel"."""
        return await self._draw(url, width, height, form, paper)

    async def _draw(self, url: str, width: int, height: int, form: str, paper: Rgb) -> RenderedPicture | Refusal:
        from roya_tui.graphics.jobs import Refusal, RenderJob
        from roya_tui.graphics.renderer import PictureRenderer

        file = self.file(url)
        if file is None:
            return Refusal("it is not kept here")
        if self._artist is None:
            self._artist = PictureRenderer()
        return await self._artist.render(RenderJob(str(file), width, height, form, paper, MOST_BYTES))

    async def end(self) -> None:
        """End the process that draws."""
        if self._artist is not None:
            await self._artist.close()


def _size(file: Path | None) -> PixelSize | None:
    if file is None:
        return None
    from roya_tui.graphics import image_header

    try:
        with file.open("rb") as opened:
            return image_header.read_size(opened)
    except OSError:
        return None
