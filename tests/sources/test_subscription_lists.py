"""Whole lists of subscriptions: each lies in tests/data/subscriptions beside a NAME.read.json.

That says the feeds that are taken over, empty values left out, by the names of model.NewSource; the addresses that
stand there twice; and in words what is not taken over; or, for what is no list, `{"refused": "…"}`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import asdict

from roya_tui.sources import subscription_lists

LISTS = Path(__file__).parents[1] / "data" / "subscriptions"
EXPECTED = ".read.json"
DOCUMENTS = sorted(path.name for path in LISTS.iterdir() if not path.name.endswith(EXPECTED))


def read(document: Path) -> Any:
    """What is read in a list, as its .read.json tells it."""
    try:
        found = subscription_lists.read(document.read_bytes())
    except subscription_lists.NotASubscriptionList as refusal:
        return {"refused": str(refusal)}
    feeds = [
        {name: value for name, value in asdict(feed).items() if value not in ("", None, False)}
        for feed in found.sources
    ]
    told = {
        "feeds": feeds,
        "twice": found.duplicates,
        "problems": found.problems,
        "several_tags": found.multi_tag_count,
    }
    return {name: list(value) if isinstance(value, tuple) else value for name, value in told.items() if value}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_list_is_read_as_it_is_written_beside_it(name: str) -> None:
    assert read(LISTS / name) == json.loads((LISTS / (name + EXPECTED)).read_text("utf-8"))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_taken_over_comes_back_from_an_export(name: str) -> None:
    expected = json.loads((LISTS / (name + EXPECTED)).read_text("utf-8"))
    if "feeds" in expected:
        feeds = subscription_lists.read((LISTS / name).read_bytes()).sources
        again = subscription_lists.read(subscription_lists.write(feeds))
        assert {feed.url: feed for feed in again.sources} == {feed.url: feed for feed in feeds}
        assert (again.duplicates, again.problems) == ([], [])


def test_there_are_lists() -> None:
    assert len(DOCUMENTS) >= 30
