"""Which source a table [sources."…"] means."""

from __future__ import annotations

from collections.abc import Iterable

from roya_tui.config.values import Config, Wishes
from roya_tui.model import Source
from roya_tui.text import fold

_NONE = Wishes()


def wishes_for(config: Config, source: Source) -> Wishes:
    """Return what config.toml wants of `source`: its address counts before its name, letter case does not count."""
    if source.url in config.sources:
        return config.sources[source.url]
    label = fold(source.label)
    return next((wishes for name, wishes in config.sources.items() if fold(name) == label), _NONE)


def wishes_for_nobody(config: Config, sources: Iterable[Source]) -> list[str]:
    """Return the names in [sources] that no source has."""
    there = {name for source in sources for name in (source.url, fold(source.label))}
    return [name for name in config.sources if name not in there and fold(name) not in there]
