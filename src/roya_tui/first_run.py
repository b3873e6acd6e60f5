"""The first sources of a new database: bundled samples and two subscriptions."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from sqlite3 import Connection

from msgspec.structs import replace

from roya_tui.config import Paths
from roya_tui.model import NewSource
from roya_tui.store import picture_cache
from roya_tui.store.connection import set_value, to_json, transaction
from roya_tui.store.sources import subscriptions
from roya_tui.translation import gettext, gettext_noop

SAMPLES_FOLDER = gettext_noop("Samples")

SAMPLE_PICTURES_URL = "https://pictures.example/"
"""Base URL of the samples' pictures, which does not exist."""

_ZONE = "Asia/Amman"

SUBSCRIPTIONS = tuple(
    NewSource(f"{home}rss", title=title, folder="Roya News", language=language, zone=_ZONE, homepage=home)
    for title, language, home in (
        ("Roya News English", "en", "https://en.royanews.tv/"),
        ("رؤيا الإخباري", "ar", "https://www.royanews.tv/"),
    )
)

_READ_SAMPLE = "courier-2026-1122-not-a-walrus"
"""Guid of an article that counts as read an hour before it is edited, so that "Updated" has one."""
_HOUR = 3_600
_CLUSTER_SECONDS = 2

_JSON_SAMPLES = {"city-desk.json": ("City Desk", "roya")}
"""Samples that are JSON API responses: their name and mapping."""


def find_samples_folder() -> Path | None:
    """Return the samples folder: in the package of a wheel, beside it in a checkout."""
    package = Path(__file__).parent
    for folder in (package / "sample_feeds", package.parents[1] / "sample_feeds"):
        if folder.is_dir() and any(list_sample_files(folder)):
            return folder
    return None


def list_sample_files(folder: Path) -> list[Path]:
    """Return the feed files among the samples, in loading order."""
    return sorted(path for path in folder.iterdir() if path.suffix in (".rss", ".atom", ".json", ".xml"))


def cache_sample_pictures(paths: Paths, samples: Path) -> None:
    """Cache the samples' pictures under their URLs, so that no feed refers to a local file."""
    folder = samples / "pictures"
    for file in sorted(folder.rglob("*.png")):
        with suppress(OSError):  # then its caption is shown
            url = SAMPLE_PICTURES_URL + file.relative_to(folder).as_posix()
            picture_cache.save(paths, url, file.read_bytes(), "png")


def add_first_sources(db: Connection, now: int, samples: Path | None, *, with_subscriptions: bool = True) -> int:
    """Add the first sources to a new database, all or none; return the number of articles.

    `samples` is the folder of the samples, or None. They are read without the network; the subscriptions are due at
    once. A database that is not new is left unchanged.
    """
    with transaction(db):
        if not subscriptions.is_empty(db):
            return 0  # another process added them first
        count = _add_samples(db, samples, now) if samples else 0
        for subscription in SUBSCRIPTIONS if with_subscriptions else ():
            subscriptions.add(db, subscription, now)
        return count


def _add_samples(db: Connection, folder: Path, now: int) -> int:
    """Add each sample as of an hour ago and then as of now, so that some articles have an earlier version."""
    from roya_tui.refresh.parse_jobs import Parsed, ParseJob, run_job
    from roya_tui.refresh.story_clustering import cluster_for
    from roya_tui.sources.compression import RawDocument
    from roya_tui.sources.json.news_api import find_mapping
    from roya_tui.sources.samples import EDITED_AFTER
    from roya_tui.store.articles import ingestion
    from roya_tui.store.sources import checks
    from roya_tui.store.user_data import article_state

    set_value(db, subscriptions.SAMPLES_ADDED, str(now))
    count = 0
    for path in list_sample_files(folder):
        name, mapping_name = _JSON_SAMPLES.get(path.name, ("", ""))
        mapping = find_mapping(mapping_name, {}) if mapping_name else None
        job = ParseJob((RawDocument(path.read_bytes()),), zone=_ZONE, mapping=mapping, first_run=now)
        new = NewSource(str(path), name, gettext(SAMPLES_FOLDER), _ZONE, mapping_name, sample=True)
        source = subscriptions.add(db, new, now)
        for at in (now - _HOUR, now):
            parsed = run_job(replace(job, now=at))
            assert isinstance(parsed, Parsed)
            ids = ingestion.save(db, source.id, parsed.feed, parsed.rows, at).new
            read = [id for id, row in zip(ids, parsed.rows, strict=False) if row.guid == _READ_SAMPLE]
            article_state.mark_read(db, to_json(read), at, read=True)
            count += len(ids)
        checks.record(db, source.id, checks.CheckResult(now, ok=True, next_check=now + EDITED_AFTER))
    cluster_for(db, _CLUSTER_SECONDS)
    return count
