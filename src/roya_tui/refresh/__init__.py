"""Fetch sources and save their articles.

Importing this package loads only the types of its results.
"""

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
    """Refresh the due sources, or those with the ids `only`. `now` returns UTC seconds.

    Sources put into `priorities`, from any thread, are fetched next. SIGINT and SIGTERM end the refresh within a
    second. Raises StoreError if the database cannot be used.
    """
    from roya_tui.refresh.runner import run

    return run(paths, config, only, all_now=all_now, offline=offline, report=report, now=now, priorities=priorities)


def probe(
    url: str, config: Config, *, now: int, zone: str = "", mapping: JsonMapping | None = None, user_url: str = ""
) -> FoundFeed | FoundPage | Failure:
    """Fetch and parse a URL, file or folder without saving anything.

    `user_url` is the URL that the user entered, if `url` was found on its page: only hosts that the user entered may be
    private.
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
    """Probe a URL, file or folder, and for a web page also the feeds that it links to.

    `feeds=False` probes only the page. `page_zone` is the time zone for dates without one in the page's article.
    """
    from roya_tui.refresh.discovery import discover

    return discover(url, config, now=now, zone=zone, mapping=mapping, page_zone=page_zone, feeds=feeds, report=report)
