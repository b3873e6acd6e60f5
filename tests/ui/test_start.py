"""What is loaded before anything is drawn: each module of it is waited for at every start."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from roya_tui.ui import FRAMES

_LOOK = """
import dataclasses, json, sys
import roya_tui.cli.launcher, roya_tui.first_run, roya_tui.ui.app
slow = [f"{cls.__module__}.{cls.__name__}" for name, module in list(sys.modules.items()) if name.startswith("roya_tui")
        for cls in vars(module).values() if isinstance(cls, type) and cls.__module__ == name
        and dataclasses.is_dataclass(cls) and cls.__dataclass_params__.frozen]
from textual import constants
print(json.dumps({"loaded": list(sys.modules), "slow": slow, "frames": constants.MAX_FPS}))
"""

LATER = (
    *("lxml", "PIL", "httpx", "pygments", "isal", "zoneinfo", "html.entities"),
    *("roya_tui.sources", "roya_tui.refresh", "roya_tui.ui.dialogs", "roya_tui.normalization"),
    *(
        "roya_tui.document.parser",
        "roya_tui.document.builder",
        "roya_tui.layout.engine",
        "roya_tui.layout.article_page",
    ),
    *("roya_tui.versions", "roya_tui.clustering", "roya_tui.export"),
    *("roya_tui.ui.screens", "roya_tui.presentation.source_offer"),
    *(f"roya_tui.store.{name}" for name in ("schema", "articles.ingestion", "sources.checks")),
    *("roya_tui.graphics.renderer", "roya_tui.cli.parser"),
)
"""What only an article, a picture, a dialog or a command needs."""
MOST = 141
"""Modules of ours; each costs some tenths of a millisecond, however short it is."""


@pytest.fixture(scope="module")
def start() -> dict[str, Any]:
    found = subprocess.run([sys.executable, "-c", _LOOK], capture_output=True, text=True, timeout=60, check=True)
    told: dict[str, Any] = json.loads(found.stdout)
    return told


def test_what_is_rare_is_loaded_where_it_is_done(start: dict[str, Any]) -> None:
    early = [name for name in start["loaded"] if any(name == one or name.startswith(f"{one}.") for one in LATER)]
    assert early == [], "import these in the function that needs them"


def test_a_start_loads_few_modules(start: dict[str, Any]) -> None:
    ours = sorted(name for name in start["loaded"] if name.startswith("roya_tui"))
    assert len(ours) <= MOST, f"{len(ours)} of ours before the first headline; what is rare can wait: {ours}"


def test_values_of_the_start_are_made_the_quick_way(start: dict[str, Any]) -> None:
    assert start["slow"] == [], "a Struct of msgspec is made in a tenth of the time"


def test_frames_follow_keys_more_often_than_textual_s_own_sixty_a_second(start: dict[str, Any]) -> None:
    assert start["frames"] == FRAMES > 60, "Textual was imported before it was told"
