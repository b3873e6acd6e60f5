"""Episodes: audio and video of articles that were played or downloaded."""

from __future__ import annotations

from msgspec import Struct


class Episode(Struct, frozen=True):
    """One file of an article, and what you did with it."""

    article_id: int
    url: str
    """The address of the enclosure."""
    file: str = ""
    """Its name in the folder of episodes; "" if it was not downloaded completely."""
    size: int = 0
    """Bytes of the complete file; 0: unknown."""
    validator: str = ""
    """The ETag, else the date, of the version that a download continues with."""
    downloaded_at: int | None = None
    position: float = 0.0
    """Seconds from the beginning at which playing continues."""
    duration: float = 0.0
    """Seconds; 0: unknown."""
    played_at: int | None = None
    """When you played it last (UTC seconds). With the position 0 you listened to the end."""
