"""After the feeds: the pages and pictures of articles that someone is likely to read where there is no network."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any

import httpx

from roya_tui.model import Failure, Source
from roya_tui.refresh.pages import Pages, hold
from roya_tui.refresh.parsers import Parsers
from roya_tui.refresh.tally import Run
from roya_tui.refresh.turning import give_turns
from roya_tui.refresh.wanting import FOR_GOOD, Want, Wanted
from roya_tui.sources import schedule
from roya_tui.sources.schedule import Turns
from roya_tui.sources.web import rasters
from roya_tui.sources.web.addresses import host
from roya_tui.store import picture_cache
from roya_tui.store.articles import offline
from roya_tui.store.connection import StoreError
from roya_tui.text import one_line

AT_ONCE = 8
"""Requests in flight: few, since nobody waits for them."""
PATIENCE = 300.0
"""Seconds for all of it; the next refresh goes on where this one ends."""

_PICTURE = "image/webp, image/png, image/jpeg, image/gif, image/*;q=0.5"
_PASSING = frozenset(("timeout", "refused", "reset", "protocol", "dns", "tls", "proxy", "mistake"))
"""Kinds of failure that may be over soon; so are 5xx and 429."""


Work = Callable[[Want], Awaitable[Failure | None]]


class Prefetch:
    """Fetches what is wanted, as politely as feeds are fetched, and remembers what could not be had."""

    def __init__(self, run: Run, only: Sequence[int] = ()) -> None:
        """Of the sources with the ids `only`; of all, where there are none."""
        self._paths, self._config, self._keeper, self._tally, self._tell, self._now = run
        self._limits = run.config.refresh
        self._only = only
        self._running = self._done = self._total = 0
        self._what = ""
        self._gave_up = False
        self._wake = asyncio.Event()

    async def run(self, client: httpx.AsyncClient, parsers: Parsers, before: Turns[Source]) -> None:
        """Fetch pages, then pictures, since pages name some. Cancelled, it leaves nothing half done."""
        await self._begin(client, parsers, before)
        try:
            async with asyncio.timeout(PATIENCE):
                await self._all("pages", await self._keeper.soon(self._wanted.pages), self._page)
                if not self._gave_up:
                    await self._all("pictures", await self._keeper.soon(self._wanted.pictures), self._picture)
        except TimeoutError:
            return  # what is left is worth a later refresh

    async def _begin(self, client: httpx.AsyncClient, parsers: Parsers, before: Turns[Source]) -> None:
        self._before = before
        self._turns: Turns[Want] = Turns((), 1, 0.0, before)
        self._reads = Pages(client, parsers, self._config, self._now)
        self._wanted = await self._keeper.soon(Wanted, self._paths, self._config, self._now(), self._only)

    # Turns

    async def _all(self, what: str, wants: Iterable[Want], work: Work) -> None:
        """Fetch what is wanted, within the limits of number, of each host and of all."""
        chosen = list(wants)[: self._config.offline.count]
        if not chosen:
            return
        self._turns = Turns(chosen, self._limits.per_host, self._limits.spacing, self._turns)
        self._what, self._done, self._total = what, 0, len(chosen)
        self._tell(self._tally.prefetched(what, 0, self._total))
        most = min(AT_ONCE, self._limits.at_once)

        def begin(want: Want) -> Coroutine[Any, Any, None]:
            self._running += 1
            return self._one(want, work)

        await give_turns(self._turns, begin, has_room=lambda: self._running < most, wake=self._wake)

    async def _one(self, want: Want, work: Work) -> None:
        try:
            failed = await self._tried(want, work)
            if failed is None:
                self._tally.kept(self._what)
                await self._keeper.soon(offline.clear_failure, want.url)
            else:
                await self._miss(want, failed)
        except StoreError as error:
            self._give_up(error.message)
        finally:
            self._running -= 1
            self._turns.done(want)
        self._step(1)

    async def _tried(self, want: Want, work: Work) -> Failure | None:
        try:
            return await work(want)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001
            # Our own mistake, met by one page: it is remembered, and the others are still worth their turn.
            return Failure("mistake", one_line(repr(error)))

    def _step(self, count: int) -> None:
        self._done += count
        self._tell(self._tally.prefetched(self._what, self._done, self._total))

    def _give_up(self, message: str) -> None:
        """Ask for nothing more, since it could not be kept."""
        self._turns.clear()
        if not self._gave_up:
            self._tell({"event": "warning", "message": message})
        self._gave_up = True

    async def _miss(self, want: Want, failed: Failure) -> None:
        """Remember what could not be had; where its host wants to be left alone, leave it alone altogether."""
        if failed.kind == "offline":
            self._turns.clear()
            return
        missed = self._wanted.missed.get(want.url)
        again = _again(failed, 1 + (missed.failures if missed else 0), self._now(), random.random())
        late = {want.url: again}
        if failed.retry_at is not None:
            for name in {host(want.url), failed.host} - {""}:
                dropped = self._turns.drop(name)
                late |= {other.url: again for other in dropped}
                await self._keeper.soon(hold, name, again)
                self._step(len(dropped))
        await self._keeper.soon(offline.record_failures, late, failed.kind)

    # Getting and keeping

    async def _page(self, want: Want) -> Failure | None:
        has = await self._reads.read(want.url, want.typed, want.source.zone)
        if isinstance(has, Failure):
            return has
        assert has.article is not None
        if not await self._keeper.soon(offline.save_page, want.id, has.article.content, has.article.pictures):
            return Failure("no-article", "The page has less text than the feed.")
        return None

    async def _picture(self, want: Want) -> Failure | None:
        most = self._config.offline.picture_bytes
        got = await self._reads.fetch(want.url, want.typed, _PICTURE, most)
        if isinstance(got, Failure):
            return got
        data = got.document.unpacked()
        kind = rasters.kind(data)
        if not kind or not got.content_type.lower().startswith("image/") or len(data) > most:
            return Failure("not-a-picture", "It is no picture that can be shown.")
        try:
            picture_cache.save(self._paths, want.url, data, kind)
        except OSError as error:
            raise StoreError(f"No pictures can be kept in {self._paths.pictures}: {error.strerror}.") from error
        self._wanted.room -= len(data)
        if self._wanted.room < 0:
            self._turns.clear()
        return None


def _again(failed: Failure, failures: int, now: int, spread: float) -> int:
    """Return when to ask again for what failed so often in a row."""
    if failed.retry_at is not None:
        return max(failed.retry_at, now + schedule.SOONEST)
    passing = failed.kind in _PASSING or (failed.status is not None and (failed.status >= 500 or failed.status == 429))
    return schedule.next_try(failures, now, spread) if passing else now + FOR_GOOD
