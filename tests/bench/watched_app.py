"""Starts the app as `python -m roya_tui` does, and records in $ATTACK_LOG what it does besides drawing.

Each line is JSON: an action of a key that ran, a program started, a connection, a file written outside of the home.
Processes that the app starts record themselves too, by `sitecustomize` (see `attack.py`).
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any


def watch() -> None:
    """Record the events of this process."""
    log = os.open(os.environ["ATTACK_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    allowed = tuple(os.environ["ATTACK_FOLDERS"].split(os.pathsep))

    def write(event: str, what: str) -> None:
        os.write(log, json.dumps([event, what]).encode() + b"\n")

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system"):
            write("program", " ".join(map(str, args[1])) if event != "os.system" else str(args[0]))
        elif event == "socket.connect" and isinstance(args[1], tuple):
            write("connection", str(args[1]))
        elif event == "open" and isinstance(args[0], str) and args[2] & (os.O_WRONLY | os.O_RDWR):
            path = os.path.abspath(args[0])
            if not path.startswith((*allowed, "/dev/", "/proc/self/")) and "__pycache__" not in path:
                write("file", path)

    sys.addaudithook(hook)
    globals()["record"] = write


def main() -> None:
    """Run the app, and record the actions that keys run."""
    watch()
    from textual.app import App

    from roya_tui.__main__ import main as run_app

    dispatch = App._dispatch_action

    async def recorded(self: App[None], namespace: Any, action_name: str, params: Any) -> bool:
        globals()["record"]("action", params[0] if action_name == "do" and params else action_name)
        return await dispatch(self, namespace, action_name, params)

    App._dispatch_action = recorded  # type: ignore[method-assign]
    run_app()


if __name__ == "__main__":
    main()
