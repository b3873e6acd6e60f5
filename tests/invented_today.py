"""Invented news of today: a few sources, one with many articles, and stories of several sources."""

import time
from pathlib import Path

from roya_tui.model import Entry, Failure, Moment, NewSource
from roya_tui.sources.http.errors import status_error
from roya_tui.store.articles import ingestion, search_index
from roya_tui.store.database import open_store
from roya_tui.store.sources import checks, subscriptions
from roya_tui.store.sources.checks import CheckResult
from roya_tui.store.user_data import stories

HARBOUR, NOTES, DESK, OLIVE = "The Harbour Courier", "Orbit Notes", "City Desk", "غصن الزيتون"
NEWS: dict[str, tuple[tuple[int, str, str], ...]] = {
    HARBOUR: (
        (31, "Old dam opens after two years of delay", "water"),
        (55, "Lantern boats come home two by two", "culture"),
        (88, "Sardine prices fall again", "economy"),
        (140, "Night market moves indoors until spring", "culture"),
    ),
    NOTES: (
        (44, "The dam is open: what the water will do now", "water"),
        (61, "A comet with two tails, and how to find it", "science"),
        (95, "A tide clock in twenty lines", "science"),
    ),
    DESK: (
        (12, "First train on the Almond Line reaches Deir Lawz", "transport"),
        (20, "Fig Street closed on Wednesday; the figs remain open", "transport"),
        (33, "Buses every ten minutes, says the board", "transport"),
        (39, "Old dam opened this morning", "water"),
    ),
    OLIVE: (
        (36, "السد القديم يُفتح بعد عامين من التأخير", "water"),
        (64, "معرض صور: أبواب المدينة الزرقاء", "culture"),
        (90, "الزيتون هذا العام: قليلٌ وطيّب", "economy"),
        (130, "مقهى لا يقدّم القهوة بعد السابعة", "culture"),
    ),
    "Coast Post": (
        (9, "Almond Line: first train climbs to Deir Lawz", "transport"),
        (58, "Bread is dearer by a coin", "economy"),
        (72, "Rain fills the cisterns of three quarters", "water"),
    ),
    "Letters from the Lighthouse": ((150, "On keeping a lamp for forty years", ""),),
    "Blue Wire": tuple(
        (4 + 6 * n, f"{place} council meets on {about}", "wire")
        for n, (place, about) in enumerate(
            (place, about)
            for about in ("roads", "figs", "lamps", "tides")
            for place in ("Lawz", "Zarqa", "Palm", "Wadi", "North Quay")
        )
    ),
}
STORIES = (
    (
        "Old dam opens after two years of delay",
        "The dam is open: what the water will do now",
        "Old dam opened this morning",
    ),
    ("First train on the Almond Line reaches Deir Lawz", "Almond Line: first train climbs to Deir Lawz"),
)
BUSIEST, PER_DAY = "Blue Wire", 3
WEEKS = 28 * 86_400


def fill(home: Path, now: int | None = None) -> None:
    """Create a database with them in the folder for `--home`; they are from the hours before `now`."""
    now = now or int(time.time())
    db = open_store(home / "news.db")
    ids: dict[str, int] = {}
    for number, (name, articles) in enumerate(NEWS.items()):
        source = subscriptions.add(db, NewSource(f"https://{number}.example/feed", title=name), now - WEEKS)
        earlier = [
            Entry(guid=f"{n}", title=f"Earlier news, {n} days ago", published=Moment(now - n * 86_400))
            for n in range(2, 8)
        ]
        entries = [
            Entry(
                guid=title,
                url=f"https://{number}.example/{minutes}",
                title=title,
                tags=(tag,) if tag else (),
                published=Moment(now - 60 * minutes),
                content=f"<p>{title}. This is an invented article.</p>",
            )
            for minutes, title, tag in articles
        ]
        rows = [*entries, *(earlier if len(articles) > 1 else [])]
        saved = ingestion.save(db, source.id, None, [ingestion.prepare(entry) for entry in rows], now - 30)
        ids.update(zip((entry.title for entry in rows), saved.new, strict=True))
        if name == BUSIEST:
            subscriptions.change(db, source.id, per_day=PER_DAY, now=now)
    for titles in STORIES:
        stories.group(db, [ids[title] for title in titles], now)
    search_index.index_queue(db)
    db.close()


def check(home: Path, now: int) -> None:
    """Add a day of checks of the sources; since three hours two servers return an error."""
    statuses = {"Coast Post": 503, "Letters from the Lighthouse": 410}
    db = open_store(home / "news.db")
    for number, source in enumerate(subscriptions.list_all(db)):
        for hours in range(24, -1, -1):
            at = now - hours * 3600 - 60 * number
            status = statuses.get(source.label) if hours <= 3 else None
            if status is None:
                result = CheckResult(at, True, next_check=at, milliseconds=180 + 20 * number, size=9000 + 700 * number)
            else:
                message, gone = status_error(status).describe(source.label), status == 410
                failed = Failure("gone" if gone else "status", message, status=status)
                result = CheckResult(at, False, message, next_check=now + 1800, gone=gone, failed=failed)
            checks.record(db, source.id, result)
    db.close()
