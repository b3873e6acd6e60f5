"""The pictures in the cache, for a page or book that has them inside."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

from roya_tui.config import Paths
from roya_tui.export.epub import MEDIA_TYPES
from roya_tui.graphics.image_header import read_size
from roya_tui.graphics.jobs import RenderedPicture, RenderJob
from roya_tui.graphics.renderer import PictureRenderer
from roya_tui.store import picture_cache

MAX_SIDE_PIXELS = 2_000
"""Pixels of a side of a picture that is made anew."""
WHITE = (255, 255, 255)


class CachedPictures:
    """Pictures by their address, as they came."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths

    def __call__(self, url: str) -> tuple[str, bytes] | None:
        """Return a picture's kind and its bytes; None if it is not kept, or does not begin as a picture does."""
        file = picture_cache.find(self._paths, url)
        try:
            if file is not None:
                with file.open("rb") as opened:
                    return self._read(file) if read_size(opened) else None
        except OSError:  # let go by another process meanwhile
            pass
        return None

    def _read(self, file: Path) -> tuple[str, bytes] | None:
        return file.suffix.removeprefix("."), file.read_bytes()


class BookPictures(CachedPictures):
    """The same of the kinds that a book may have: others are made JPEGs.

    They are decoded in the artist's process, since the bytes are anybody's; to be used `with`.
    """

    def __enter__(self) -> Self:
        self._runner = asyncio.Runner()
        self._renderer = PictureRenderer()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._runner.run(self._renderer.close())
        self._runner.close()

    def _read(self, file: Path) -> tuple[str, bytes] | None:
        if file.suffix.removeprefix(".") in MEDIA_TYPES:
            return super()._read(file)
        made = self._runner.run(
            self._renderer.render(RenderJob(str(file), MAX_SIDE_PIXELS, MAX_SIDE_PIXELS, "jpeg", WHITE))
        )
        return ("jpeg", made.data) if isinstance(made, RenderedPicture) else None
