"""Episodes: audio and video of articles that were played or downloaded."""

from __future__ import annotations

from msgspec import Struct

from roya_tui.model.articles import Headline
from roya_tui.model.feeds import Enclosure


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


class Recording(Struct, frozen=True):
    """An audio or video file of an article."""

    headline: Headline
    enclosure: Enclosure
    episode: Episode
    """What you did with it; all values are empty if that is nothing."""

    @property
    def duration(self) -> float:
        """Its length in seconds, as the player measured it, else as the feed says; 0: unknown."""
        return self.episode.duration or self.enclosure.duration or 0.0

    @property
    def is_finished(self) -> bool:
        """Whether you listened to the end."""
        return self.episode.played_at is not None and not self.episode.position
