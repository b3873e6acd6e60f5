"""What is stored between sessions, in a damaged database."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from tests.ui.conftest import RunApp

from roya_tui.store import connection
from roya_tui.store.database import open_store
from roya_tui.ui.preferences import META_KEY

KEYS = "theme terminal orders folded exported finds tips width folding panes rows".split()
DAMAGED = [
    json.dumps(dict.fromkeys(KEYS, value))
    for value in (
        5,
        "x",
        None,
        [[]],
        ["a", {}],
        {"all": []},
        {"all all": "x"},
        ["\ud800", "\ud800"],
        [72, 10**30],
        [72, -5],
    )
]


@pytest.mark.parametrize("stored", [*DAMAGED, "[" * 200_000, "7", "\x00"], ids=len)
async def test_damaged_preferences_are_ignored(run_app: RunApp, database: Path, stored: str) -> None:
    with closing(open_store(database)) as db:
        connection.set_value(db, META_KEY, stored)
    async with run_app() as app:
        await app.press("2", "o", "/", "up", "escape", "E", "escape", "enter", "w", "T")
        assert app.titles
