"""The first sources of a new database: bundled samples and two subscriptions."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from sqlite3 import Connection

from roya_tui.config import Paths
from roya_tui.model import NewSource
from roya_tui.store import picture_cache
from roya_tui.store.connection import transaction
from roya_tui.store.sources import subscriptions
from roya_tui.translation import gettext, gettext_noop

SAMPLES_FOLDER = gettext_noop("Samples")

SAMPLE_PICTURES_URL = "https://pictures.example/"
"""Base URL of the samples' pictures, which does not exist."""

SUBSCRIPTIONS = tuple(
    NewSource(f"{home}rss", title=title, folder="Roya News", language=language, zone="Asia/Amman", homepage=home)
    for title, language, home in (
        ("Roya News English", "en", "https://en.royanews.tv/"),
        ("رؤيا الإخباري", "ar", "https://www.royanews.tv/"),
    )
)

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
        count = sum(_add_sample(db, path, now) for path in list_sample_files(samples)) if samples else 0
        for subscription in SUBSCRIPTIONS if with_subscriptions else ():
            subscriptions.add(db, subscription, now)
        return count


def _add_sample(db: Connection, path: Path, now: int) -> int:
    from roya_tui.sources.json.news_api import find_mapping
    from roya_tui.sources.parser import parse
    from roya_tui.store.articles import ingestion

    name, mapping_name = _JSON_SAMPLES.get(path.name, ("", ""))
    mapping = find_mapping(mapping_name, {}) if mapping_name else None
    feed = parse(path.read_bytes(), url=path.as_uri(), zone="Asia/Amman", mapping=mapping, now=now)
    new = NewSource(
        str(path),
        name=name,
        title=feed.title,
        folder=gettext(SAMPLES_FOLDER),
        zone="Asia/Amman",
        mapping=mapping_name,
        language=feed.language,
        homepage=feed.homepage,
        sample=True,
    )
    source = subscriptions.add(db, new, now)
    saved = ingestion.save(db, source.id, feed, [ingestion.prepare(entry) for entry in feed.entries], now)
    return len(saved.new)
