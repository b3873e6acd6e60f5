"""The pictures of one article, fetched because a person looks at it; as politely as they would be for later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import closing

from roya_tui.config import Config, Paths
from roya_tui.model import Article, Failure, Source
from roya_tui.refresh.keeper import Keeper
from roya_tui.refresh.parsers import Parsers
from roya_tui.refresh.prefetching import Prefetch, Work
from roya_tui.refresh.tally import Run, Tally
from roya_tui.refresh.values import Tell
from roya_tui.refresh.wanting import Want, typed_for
from roya_tui.sources.fetch import client
from roya_tui.sources.schedule import Turns
from roya_tui.store import picture_cache
from roya_tui.store.sources import subscriptions

PATIENCE = 60.0
"""Seconds for all of them."""
NOT_NOW = "It could not be had before. r in the gallery tries again."


def fetch(
    paths: Paths,
    config: Config,
    article: Article,
    urls: Sequence[str],
    *,
    again: bool,
    tell: Tell,
    now: Callable[[], int],
) -> None:
    """Fetch and keep pictures of an article, and tell of each: `{"event": "picture", "url": …, "why": ""}`.

    `why` is a sentence where it could not be had. What failed lately is asked for only with `again`. Raises StoreError.
    """
    with closing(Keeper(paths.database)) as keeper:
        source = keeper.do(subscriptions.get, article.headline.source_id)
        if source is None:
            return
        typed = typed_for(source, article.headline.url)
        wants = [Want(article.headline.id, url, source, typed) for url in urls if not picture_cache.find(paths, url)]
        asyncio.run(_Viewing(Run(paths, config, keeper, Tally(0), tell, now)).fetch(wants, again))


class _Viewing(Prefetch):
    """The second stage of a refresh, for one article, telling of each picture."""

    async def fetch(self, wants: Sequence[Want], again: bool) -> None:
        async with client(self._limits) as connection, Parsers(1) as parsers:
            nobody_before: Turns[Source] = Turns((), 1, 0.0)
            await self._begin(connection, parsers, nobody_before)
            if again:
                self._wanted.missed = {}
            wanted = list(self._wanted.open(wants))
            for want in wants:
                if want not in wanted:
                    self._say(want, NOT_NOW)
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._all("pictures", wanted, self._picture)
            except TimeoutError:
                return  # whoever looks at the article is told at the end which are not there

    async def _tried(self, want: Want, work: Work) -> Failure | None:
        failed = await super()._tried(want, work)
        self._say(want, failed.message if failed is not None else "")
        return failed

    def _say(self, want: Want, why: str) -> None:
        self._tell({"event": "picture", "url": want.url, "why": why})
