"""Two computers and a real Miniflux agree in the end, whatever happens in between.

ROYA_TUI_ACTIONS sets how much happens, ROYA_TUI_SEEDS with which seeds, such as "1,2,3".
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sync.convergence import ACTIONS, Trial, choose_seeds
from tests.sync.miniflux_server import PASSWORD, Miniflux
from tests.sync.other_clients import Feeds, MinifluxClient


@pytest.mark.parametrize("seed", choose_seeds(1, 2, 3))
def test_two_homes_and_miniflux_agree(miniflux: Miniflux, user: str, feeds: Feeds, tmp_path: Path, seed: int) -> None:
    Trial(tmp_path, MinifluxClient(miniflux, user, feeds), PASSWORD, seed).run(ACTIONS)


@pytest.mark.parametrize("seed", choose_seeds(4))
def test_a_home_that_fetches_feeds_agrees_with_one_that_does_not(
    miniflux: Miniflux, user: str, feeds: Feeds, tmp_path: Path, seed: int
) -> None:
    client = MinifluxClient(miniflux, user, feeds)
    Trial(tmp_path, client, PASSWORD, seed, contents=("server", "feeds")).run(ACTIONS)
