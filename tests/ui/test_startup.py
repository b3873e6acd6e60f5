"""Modules that a start loads before the first frame: each of them costs time."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from roya_tui.ui import FRAMES

_PROGRAM = """
import dataclasses, json, sys
import roya_tui.cli.launcher, roya_tui.first_run, roya_tui.ui.app
slow = [f"{cls.__module__}.{cls.__name__}" for name, module in list(sys.modules.items()) if name.startswith("roya_tui")
        for cls in vars(module).values() if isinstance(cls, type) and cls.__module__ == name
        and dataclasses.is_dataclass(cls) and cls.__dataclass_params__.frozen]
from textual import constants
print(json.dumps({"loaded": list(sys.modules), "slow": slow, "frames": constants.MAX_FPS}))
"""

RARE = (
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
"""Modules for articles, pictures, dialogs and commands."""
MAX_MODULES = 141
"""Modules of this package; each takes some tenths of a millisecond, however short it is."""


@pytest.fixture(scope="module")
def start() -> dict[str, Any]:
    """The modules of a start, its frozen dataclasses, and the frames per second."""
    program = [sys.executable, "-c", _PROGRAM]
    found: dict[str, Any] = json.loads(subprocess.run(program, capture_output=True, timeout=60, check=True).stdout)
    return found


def test_start_loads_no_rare_modules(start: dict[str, Any]) -> None:
    early = [name for name in start["loaded"] if any(name == one or name.startswith(f"{one}.") for one in RARE)]
    assert early == [], "import these in the function that needs them"


def test_start_loads_few_modules(start: dict[str, Any]) -> None:
    ours = sorted(name for name in start["loaded"] if name.startswith("roya_tui"))
    assert len(ours) <= MAX_MODULES, f"{len(ours)} modules before the first headline: {ours}"


def test_start_creates_structs_instead_of_frozen_dataclasses(start: dict[str, Any]) -> None:
    assert start["slow"] == [], "msgspec creates a Struct in a tenth of the time"


def test_app_draws_more_than_60_frames_per_second(start: dict[str, Any]) -> None:
    assert start["frames"] == FRAMES > 60, "Textual was imported before it was configured"
