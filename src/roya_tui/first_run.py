"""What a new store begins with: the samples that travel with the program, and two real subscriptions."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from sqlite3 import Connection

from roya_tui.config import Paths
from roya_tui.model import NewSource
from roya_tui.store import picture_cache
from roya_tui.store.connection import transaction
from roya_tui.store.sources import subscriptions

SAMPLES_FOLDER = "Samples"

SAMPLE_PICTURES_URL = "https://pictures.example/"
"""Where the samples' pictures would be, if that place existed."""

SUBSCRIPTIONS = (
    NewSource(
        "https://en.royanews.tv/rss",
        title="Roya News English",
        folder="Roya News",
        language="en",
        zone="Asia/Amman",
        homepage="https://en.royanews.tv/",
    ),
    NewSource(
        "https://www.royanews.tv/rss",
        title="رؤيا الإخباري",
        folder="Roya News",
        language="ar",
        zone="Asia/Amman",
        homepage="https://www.royanews.tv/",
    ),
)

_JSON_SAMPLES = {"city-desk.json": ("City Desk", "roya")}
"""Samples that are no feeds but a JSON API's answer: what to call them, and the mapping that reads them."""


def find_samples_folder() -> Path | None:
    """Return the folder of the samples: in the package when installed from a wheel, beside it in a checkout."""
    package = Path(__file__).parent
    for folder in (package / "sample_feeds", package.parents[1] / "sample_feeds"):
        if folder.is_dir() and any(list_sample_files(folder)):
            return folder
    return None


def list_sample_files(folder: Path) -> list[Path]:
    """Return the feed documents among the samples, in the order in which they are loaded."""
    return sorted(path for path in folder.iterdir() if path.suffix in (".rss", ".atom", ".json", ".xml"))


def cache_sample_pictures(paths: Paths, samples: Path) -> None:
    """Put the samples' pictures into the cache, as if they had been fetched from where their feeds say they are.

    So nothing that a feed says ever names a file of this machine. A picture that cannot be kept is told by its caption.
    """
    folder = samples / "pictures"
    for file in sorted(folder.rglob("*.png")):
        with suppress(OSError):
            picture_cache.save(
                paths, SAMPLE_PICTURES_URL + file.relative_to(folder).as_posix(), file.read_bytes(), "png"
            )


def is_new_database(db: Connection) -> bool:
    """Whether nobody has ever subscribed to anything here."""
    return subscriptions.is_empty(db)


def add_first_sources(db: Connection, now: int, samples: Path | None, *, with_subscriptions: bool = True) -> int:
    """Give a new store its first sources, all or nothing, and return how many articles it got.

    `samples` is the folder of the samples, None for none of them; they are read here and now, without the network.
    `subscriptions` says whether the real ones come too; they are due at once. A store that is not fresh stays as it is.
    """
    with transaction(db):
        if not is_new_database(db):
            return 0  # another process was first
        count = sum(_add_sample(db, path, now) for path in list_sample_files(samples)) if samples else 0
        for subscription in SUBSCRIPTIONS if with_subscriptions else ():
            subscriptions.add(db, subscription, now)
        return count


def _add_sample(db: Connection, path: Path, now: int) -> int:
    from roya_tui.sources.json.news_api import find_mapping
    from roya_tui.sources.parser import parse
    from roya_tui.store.articles import ingestion

    name, mapped = _JSON_SAMPLES.get(path.name, ("", ""))
    wanted = find_mapping(mapped, {}) if mapped else None
    feed = parse(path.read_bytes(), url=path.as_uri(), zone="Asia/Amman", mapping=wanted, now=now)
    new = NewSource(
        str(path),
        name=name,
        title=feed.title,
        folder=SAMPLES_FOLDER,
        zone="Asia/Amman",
        mapping=mapped,
        language=feed.language,
        homepage=feed.homepage,
        sample=True,
    )
    source = subscriptions.add(db, new, now)
    saved = ingestion.save(db, source.id, feed, [ingestion.prepare(entry) for entry in feed.entries], now)
    return len(saved.new)
