"""Check robots.txt (RFC 9309) before a page is fetched."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from roya_tui.model import Failure
from roya_tui.sources.http.client import Response

PRODUCT_TOKEN = "roya-tui"
"""The app's name in robots.txt and in the User-Agent header."""
MAX_BYTES = 500_000
"""Size limit of a robots.txt (RFC 9309 §2.5)."""

Fetch = Callable[[str], Awaitable[Response | Failure]]
"""Fetches an address."""


class RobotsCache:
    """Fetches the robots.txt of each site once, and keeps it in memory."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._rules: dict[str, RobotFileParser | None] = {}

    async def is_allowed(self, url: str, fetch: Fetch) -> bool | None:
        """Whether the page at `url` may be fetched; None if robots.txt was unreachable, so not now (§2.3.1)."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        async with self._locks.setdefault(site, asyncio.Lock()):
            if site not in self._rules:
                self._rules[site] = _parse_rules(await fetch(f"{site}/robots.txt"))
        rules = self._rules[site]
        return None if rules is None else rules.can_fetch(PRODUCT_TOKEN, url)


def _parse_rules(response: Response | Failure) -> RobotFileParser | None:
    if isinstance(response, Failure) and not _is_absent(response):
        return None
    text = "" if isinstance(response, Failure) else response.document.decompressed().decode("utf-8-sig", "replace")
    rules = RobotFileParser()
    rules.parse(text.splitlines())
    return rules


def _is_absent(failure: Failure) -> bool:
    """Whether a site has no robots.txt and so no rules: any status 4xx except "too many requests"."""
    return failure.status is not None and 400 <= failure.status < 500 and failure.status != 429
