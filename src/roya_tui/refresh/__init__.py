"""The job: due sources → saved articles, told as events. Importing this is light: what it needs comes when it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from roya_tui.config import Config, JsonMapping, Paths
from roya_tui.model import Failed, Feed

Tell = Callable[[dict[str, Any]], None]
"""Takes one event, a plain dict as docs/architecture.md lists them."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What one refresh did. The first two count articles, the next four sources."""

    new: int = 0
    changed: int = 0
    asked: int = 0
    failed: int = 0
    unchanged: int = 0
    waiting: int = 0
    seconds: float = 0.0
    busy: bool = False
    """Another refresh was at work, and nothing was done."""
    stopped: bool = False
    """It was asked to end before it was through; what is saved is whole."""


@dataclass(frozen=True, slots=True)
class Found:
    """An address that is a feed."""

    feed: Feed
    url: str
    """Where it came from in the end."""
    body: bytes = b""
    moved_to: str = ""
    """Where it says it lives from now on; "" if it did not move."""


@dataclass(frozen=True, slots=True)
class Page:
    """An address that answers with something else than a feed; a web page may offer some."""

    url: str
    body: bytes
    content_type: str
    message: str
    """What it is instead, as a sentence."""


def run(
    paths: Paths,
    config: Config,
    wanted: Sequence[int] = (),
    *,
    all_now: bool = False,
    offline: bool = False,
    tell: Tell,
    now: Callable[[], int],
) -> Summary:
    """Refresh what is due, or the sources with the ids `wanted`, and return what that did. `now` gives UTC seconds.

    SIGINT and SIGTERM end it within a second. Raises StoreError if the store cannot be used.
    """
    from roya_tui.refresh.running import run

    return run(paths, config, wanted, all_now=all_now, offline=offline, tell=tell, now=now)


def probe(
    url: str, config: Config, *, now: int, zone: str = "", mapping: JsonMapping | None = None, typed: str = ""
) -> Found | Page | Failed:
    """Look once at an address, or at the file or folder at a path, without storing anything. Blocks until it knows.

    `typed` is the address that a person wrote, if `url` is one that its page offers: only hosts that a person wrote
    may be private ones.
    """
    from roya_tui.refresh.probing import probe

    return probe(url, config, now=now, zone=zone, mapping=mapping, typed=typed)
