"""The job: due sources → saved articles, told as events. Importing this is light: what it needs comes when it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from queue import SimpleQueue

from roya_tui.config import Config, JsonMapping, Paths
from roya_tui.model import Failure
from roya_tui.refresh.values import Found as Found
from roya_tui.refresh.values import Hurry as Hurry
from roya_tui.refresh.values import Offer as Offer
from roya_tui.refresh.values import Page as Page
from roya_tui.refresh.values import Progress as Progress
from roya_tui.refresh.values import Summary as Summary
from roya_tui.refresh.values import Tell as Tell


def run(
    paths: Paths,
    config: Config,
    wanted: Sequence[int] = (),
    *,
    all_now: bool = False,
    offline: bool = False,
    tell: Tell,
    now: Callable[[], int],
    hurries: SimpleQueue[Hurry] | None = None,
) -> Summary:
    """Refresh what is due, or the sources with the ids `wanted`, and return what that did. `now` gives UTC seconds.

    Who comes through `hurries` meanwhile, from any thread, has the next turn: a person looks at it, or asks for it.
    SIGINT and SIGTERM end it within a second. Raises StoreError if the store cannot be used.
    """
    from roya_tui.refresh.running import run

    return run(paths, config, wanted, all_now=all_now, offline=offline, tell=tell, now=now, hurries=hurries)


def probe(
    url: str, config: Config, *, now: int, zone: str = "", mapping: JsonMapping | None = None, typed: str = ""
) -> Found | Page | Failure:
    """Look once at an address, or at the file or folder at a path, without storing anything. Blocks until it knows.

    `typed` is the address that a person wrote, if `url` is one that its page offers: only hosts that a person wrote
    may be private ones.
    """
    from roya_tui.refresh.probing import probe

    return probe(url, config, now=now, zone=zone, mapping=mapping, typed=typed)


def look(
    url: str,
    config: Config,
    *,
    now: int,
    zone: str = "",
    mapping: JsonMapping | None = None,
    page_zone: str = "",
    feeds: bool = True,
    tell: Progress = lambda words: None,
) -> Found | Page | Failure:
    """Look at what a person wants to add, as `probe` does, and of a web page at the feeds that it offers as well.

    Without `feeds` only the page itself is looked at. `page_zone` is the clock of an article's times that carry none.
    Blocks until it knows, for a bounded time.
    """
    from roya_tui.refresh.looking import look

    return look(url, config, now=now, zone=zone, mapping=mapping, page_zone=page_zone, feeds=feeds, tell=tell)
