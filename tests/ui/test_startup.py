"""What a start loads before the first frame: each module costs time."""

import json
import subprocess
import sys

from roya_tui.ui import FRAMES

_PROGRAM = """
import json, sys
import roya_tui.cli.launcher, roya_tui.first_run, roya_tui.ui.app
from textual import constants
print(json.dumps([constants.MAX_FPS, *sys.modules]))
"""
RARE = (
    "lxml PIL httpx pygments isal zoneinfo html.entities roya_tui.sources roya_tui.refresh roya_tui.normalization"
    " roya_tui.document.parser roya_tui.document.builder roya_tui.layout.engine roya_tui.layout.article_page"
    " roya_tui.versions roya_tui.clustering roya_tui.export roya_tui.presentation.source_offer roya_tui.ui.dialogs"
    " roya_tui.ui.screens roya_tui.store.schema roya_tui.store.articles.ingestion roya_tui.store.sources.checks"
    " roya_tui.graphics.renderer roya_tui.cli.parser"
).split()
"""Modules for articles, pictures, dialogs and commands."""


def test_start_loads_no_rare_modules_and_draws_more_than_60_frames_per_second() -> None:
    program = [sys.executable, "-c", _PROGRAM]
    frames, *loaded = json.loads(subprocess.run(program, capture_output=True, timeout=60, check=True).stdout)
    early = [name for name in loaded if any(name == one or name.startswith(f"{one}.") for one in RARE)]
    assert early == [], "import these in the function that needs them"
    assert frames == FRAMES > 60, "Textual was imported before it was configured"
