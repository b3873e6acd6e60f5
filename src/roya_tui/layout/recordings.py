"""What an article's header says about its audio and video: length, size, position, and the keys."""

from __future__ import annotations

from roya_tui.model import Article, Episode, Recording, group_formats, name_recording
from roya_tui.translation import gettext, gettext_noop, localize_digits, ngettext

MEDIA = {"audio": gettext_noop("audio"), "video": gettext_noop("video")}
_MAX_NAMED = 3
"""Most recordings that the header names."""


def format_duration(seconds: int | None) -> str:
    """Return the length of a recording, such as `24:05` or `1:02:03`; "" if unknown."""
    if not seconds:
        return ""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def describe_duration(seconds: float) -> str:
    """Return the length of a recording in words, such as `1 h 12 min`; "" if unknown."""
    hours, minutes = divmod(round(seconds / 60), 60)
    if hours:
        return gettext("{hours:,} h {minutes} min", hours=hours, minutes=minutes)
    if minutes:
        return gettext("{count} min", count=minutes)
    return gettext("{count} s", count=round(seconds)) if seconds else ""


def format_size(length: int | None) -> str:
    """Return a file size, such as `12 MB`; "" if unknown."""
    if not length:
        return ""
    if length >= 1_000_000_000:
        return gettext("{size:.0f} GB", size=length / 1_000_000_000)
    if length >= 1_000_000:
        return gettext("{size:.0f} MB", size=length / 1_000_000)
    if length >= 1_000:
        return gettext("{size:.0f} KB", size=length / 1_000)
    return ngettext("{count} byte", "{count} bytes", length)


def describe_position(recording: Recording) -> str:
    """Return where playing stopped, such as `12:34 of 45:00`; "" if it was never played."""
    if recording.is_finished:
        return gettext("finished")
    position, duration = format_duration(int(recording.episode.position)), format_duration(int(recording.duration))
    if position and duration:
        return gettext(
            "{position} of {duration}", position=localize_digits(position), duration=localize_digits(duration)
        )
    return gettext("stopped at {position}", position=localize_digits(position)) if position else ""


def describe_recordings(article: Article, keys: tuple[str, str]) -> list[list[str]]:
    """Return facts about each recording, of several formats only the first, and the keys that play and download it."""
    files = [formats[0] for formats in group_formats(article.enclosures)]
    episodes = {episode.url: episode for episode in article.episodes}
    recordings = [Recording(article.headline, one, episodes.get(one.url, Episode(0, one.url))) for one in files]
    rows = [_describe(one, is_named=len(files) > 1) for one in recordings[:_MAX_NAMED]]
    if more := len(files) - len(rows):
        rows.append([ngettext("{count:,} more recording", "{count:,} more recordings", more)])
    if rows:
        removes = len(files) == 1 and recordings[0].episode.file
        other = gettext("{key}: remove", key=keys[1]) if removes else gettext("{key}: download", key=keys[1])
        rows[-1] += [gettext("{key}: play", key=keys[0]), other]
    return [[fact.replace(" ", "\N{NO-BREAK SPACE}") for fact in row] for row in rows]


def _describe(recording: Recording, *, is_named: bool) -> list[str]:
    file, episode = recording.enclosure, recording.episode
    facts = [
        name_recording(file) if is_named else "",
        gettext(MEDIA[file.medium]),
        describe_duration(recording.duration),
        format_size(episode.size or file.length),
        gettext("downloaded") if episode.file else "",
        describe_position(recording),
    ]
    return [fact for fact in facts if fact]
