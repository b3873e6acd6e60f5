"""Cached pictures, to embed in HTML and EPUB."""

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

_MAX_SIDE = 2_000
"""Pixels of a side of a converted picture."""


class CachedPictures:
    """Cached pictures by URL, as downloaded."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths

    def __call__(self, url: str) -> tuple[str, bytes] | None:
        """Return a picture's format and bytes; None if it is not cached or has no known header."""
        file = picture_cache.find(self._paths, url)
        try:
            if file is not None:
                with file.open("rb") as opened:
                    return self._read(file) if read_size(opened) else None
        except OSError:  # deleted by another process
            pass
        return None

    def _read(self, file: Path) -> tuple[str, bytes] | None:
        return file.suffix.removeprefix("."), file.read_bytes()


class BookPictures(CachedPictures):
    """Cached pictures for EPUB, converted to JPEG if EPUB lacks their format."""

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
        job = RenderJob(str(file), _MAX_SIDE, _MAX_SIDE, "jpeg", (255, 255, 255))
        rendered = self._runner.run(self._renderer.render(job))
        return ("jpeg", rendered.data) if isinstance(rendered, RenderedPicture) else None
