"""Recordings: the audio and video files of articles."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from urllib.parse import urlsplit

from msgspec import Struct

from roya_tui.model.articles import Headline
from roya_tui.model.episodes import Episode
from roya_tui.model.feeds import Enclosure


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


def group_formats(enclosures: Iterable[Enclosure]) -> list[list[Enclosure]]:
    """Return the audio and video that a player may get, in the feed's order: each recording in all its formats."""
    groups: list[tuple[tuple[str, str], list[Enclosure]]] = []
    for enclosure in {enclosure.url: enclosure for enclosure in enclosures}.values():
        if enclosure.medium in ("audio", "video") and is_playable(enclosure.url):
            parts = urlsplit(enclosure.url)
            name = PurePath(parts.path)
            stem, form = f"{name.stem}?{parts.query}", name.suffix or enclosure.type
            same = (files for (other, first_form), files in groups if other == stem and form != first_form)
            if (files := next(same, None)) is not None:
                files.append(enclosure)
            else:
                groups.append(((stem, form), [enclosure]))
    return [files for _, files in groups]


def name_recording(recording: Enclosure) -> str:
    """Return the name of one of several recordings: its title, else its file name."""
    return recording.title or PurePath(urlsplit(recording.url).path).name or recording.url


def is_playable(url: str) -> bool:
    """Return whether a player may get this address: http or https, without spaces and control characters."""
    try:
        parts = urlsplit(url)
    except ValueError:  # such as http://[
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and url.isprintable() and " " not in url
