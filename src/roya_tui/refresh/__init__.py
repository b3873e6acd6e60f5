"""The job: due sources → saved articles, told as events. Importing this is light: what it needs comes when it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from queue import SimpleQueue

from roya_tui.config import Config, JsonMapping, Paths
from roya_tui.model import Failure
from roya_tui.refresh.results import EventCallback as EventCallback
from roya_tui.refresh.results import FoundFeed as FoundFeed
from roya_tui.refresh.results import FoundPage as FoundPage
from roya_tui.refresh.results import OfferedFeed as OfferedFeed
from roya_tui.refresh.results import Priority as Priority
from roya_tui.refresh.results import ProgressCallback as ProgressCallback
from roya_tui.refresh.results import Summary as Summary


def run(
    paths: Paths,
    config: Config,
    only: Sequence[int] = (),
    *,
    all_now: bool = False,
    offline: bool = False,
    report: EventCallback,
    now: Callable[[], int],
    priorities: SimpleQueue[Priority] | None = None,
) -> Summary:
    """Refresh what is due, or the sources with the ids `wanted`, and return what that did. `now` gives UTC seconds.

    Who comes through `hurries` meanwhile, from any thread, has the next turn: a person looks at it, or asks for it.
    SIGINT and SIGTERM end it within a second. Raises StoreError if the store cannot be used.
    """
    from roya_tui.refresh.runner import run

    return run(paths, config, only, all_now=all_now, offline=offline, report=report, now=now, priorities=priorities)


def probe(
    url: str, config: Config, *, now: int, zone: str = "", mapping: JsonMapping | None = None, user_url: str = ""
) -> FoundFeed | FoundPage | Failure:
    """Look once at an address, or at the file or folder at a path, without storing anything. Blocks until it knows.

    `typed` is the address that a person wrote, if `url` is one that its page offers: only hosts that a person wrote
    may be private ones.
    """
    from roya_tui.refresh.discovery import probe

    return probe(url, config, now=now, zone=zone, mapping=mapping, user_url=user_url)


def discover(
    url: str,
    config: Config,
    *,
    now: int,
    zone: str = "",
    mapping: JsonMapping | None = None,
    page_zone: str = "",
    feeds: bool = True,
    report: ProgressCallback = lambda words: None,
) -> FoundFeed | FoundPage | Failure:
    """Look at what a person wants to add, as `probe` does, and of a web page at the feeds that it offers as well.

    Without `feeds` only the page itself is looked at. `page_zone` is the clock of an article's times that carry none.
    Blocks until it knows, for a bounded time.
    """
    from roya_tui.refresh.discovery import discover

    return discover(url, config, now=now, zone=zone, mapping=mapping, page_zone=page_zone, feeds=feeds, report=report)
