"""Dates of the samples, which are written as of one moment and read as of the first run."""

from __future__ import annotations

from msgspec.structs import replace

from roya_tui.model import Feed, Moment

WRITTEN = 1_795_500_000
"""The first run as the files have it, in UTC seconds: 24 November 2026, 09:00 in Amman."""
RECENT = 12 * 60 * 60
"""Seconds before it in which dates keep their distance to it; older ones keep their time of day."""
EDITED_AFTER = 60
"""Seconds after the first run at which two articles are edited."""
_DAY = 86_400


def move_dates(feed: Feed, first_run: int, now: int) -> Feed:
    """Return a sample as of a first run (UTC seconds), without articles and versions from after `now`."""
    by = first_run - WRITTEN
    whole_days = round(by / _DAY) * _DAY

    def move(moment: Moment) -> Moment:
        return (
            moment
            if moment.at is None
            else Moment(moment.at + (by if moment.at > WRITTEN - RECENT else whole_days), form=moment.form)
        )

    moved = (replace(entry, published=move(entry.published), updated=move(entry.updated)) for entry in feed.entries)
    entries = (entry for entry in moved if max(entry.published.at or 0, entry.updated.at or 0) <= now)
    return replace(feed, entries=tuple(entries))
