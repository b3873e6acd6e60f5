"""Passwords are not passed to child processes as arguments, which other users can list."""

from __future__ import annotations

import asyncio

import pytest
from tests.ui.conftest import RunningApp

ADDRESS = "https://alice:open-sesame@news.example/feed"


async def test_add_dialog_writes_the_address_to_standard_input(
    app: RunningApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[str, ...]] = []

    async def refuse(*arguments: str, **options: object) -> None:
        started.append(arguments)
        raise OSError(11, "Too many processes")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", refuse)
    await app.press("a", *ADDRESS, "enter")
    await app.wait_until(lambda: started)
    assert started == [("--offline", "add", "--events", "--ask", "-")]
