"""Which pages a site lets programs read: robots.txt, as RFC 9309 has it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from roya_tui.model import Failure
from roya_tui.sources.http.client import Response

PRODUCT_TOKEN = "roya-tui"
"""What we are called in robots.txt, and at the beginning of our User-Agent."""
MAX_BYTES = 500_000
"""Of one robots.txt (RFC 9309 §2.5)."""

Fetch = Callable[[str], Awaitable[Response | Failure]]
"""Asks for an address."""


class RobotsCache:
    """Asks each site once, and remembers its answer for as long as this object lives."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._rules: dict[str, RobotFileParser | None] = {}

    async def is_allowed(self, url: str, fetch: Fetch) -> bool | None:
        """Whether the page at `url` may be read; None: its site could not be asked, so not now (§2.3.1).

        `get` asks for its rules, if nobody has asked yet.
        """
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        async with self._locks.setdefault(site, asyncio.Lock()):
            if site not in self._rules:
                self._rules[site] = _parse_rules(await fetch(f"{site}/robots.txt"))
        rules = self._rules[site]
        return None if rules is None else rules.can_fetch(PRODUCT_TOKEN, url)


def _parse_rules(got: Response | Failure) -> RobotFileParser | None:
    if isinstance(got, Failure) and not _is_absent(got):
        return None
    text = "" if isinstance(got, Failure) else got.document.decompressed().decode("utf-8-sig", "replace")
    rules = RobotFileParser()
    rules.parse(text.splitlines())
    return rules


def _is_absent(failed: Failure) -> bool:
    """Whether a site shows no robots.txt, and so has no rules (4xx); "too many requests" only asks us to wait."""
    return failed.status is not None and 400 <= failed.status < 500 and failed.status != 429
