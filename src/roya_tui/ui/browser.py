"""The person's browser, started so that nothing it prints reaches the screen."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import DEVNULL

from roya_tui.processes import child_environment, python_command

_OPEN = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"
WAIT = 10.0
"""Seconds after which a browser that has not said no counts as opened: some run until they are closed."""


async def open_quietly(url: str) -> bool:
    """Open an http(s) or mailto address in the browser that the system or BROWSER names; False if there is none.

    `webbrowser` lets a browser print where it likes and may wait for it, so it runs in a process of its own.
    """
    process = await asyncio.create_subprocess_exec(
        *python_command("-c", _OPEN, url),
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=DEVNULL,
        env=child_environment(),
        start_new_session=True,
    )
    try:
        return await asyncio.wait_for(process.wait(), WAIT) == 0
    except TimeoutError:
        return True
