"""Two computers and a fake server of each kind agree in the end, whatever happens in between.

ROYA_TUI_ACTIONS and ROYA_TUI_SEEDS are as for Miniflux.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sync import google_reader_server, nextcloud_server
from tests.sync.convergence import ACTIONS, Trial, choose_seeds
from tests.sync.fake_clients import GoogleReaderClient, NextcloudClient
from tests.sync.google_reader_server import PRESETS
from tests.sync.other_clients import Feeds


@pytest.mark.parametrize("seed", choose_seeds(5))
@pytest.mark.parametrize("name", PRESETS)
def test_two_homes_and_a_google_reader_server_agree(name: str, feeds: Feeds, tmp_path: Path, seed: int) -> None:
    client = GoogleReaderClient(PRESETS[name], feeds)
    try:
        Trial(tmp_path, client, google_reader_server.PASSWORD, seed).run(ACTIONS)
    finally:
        client.server.stop()
    assert client.server.broken_rules == []


@pytest.mark.parametrize("seed", choose_seeds(6))
def test_two_homes_and_nextcloud_agree(feeds: Feeds, tmp_path: Path, seed: int) -> None:
    client = NextcloudClient(feeds)
    try:
        Trial(tmp_path, client, nextcloud_server.PASSWORD, seed).run(ACTIONS)
    finally:
        client.server.stop()
