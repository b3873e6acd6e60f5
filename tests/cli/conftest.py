"""One command line at a time, in this process, over a home of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.servers import server

from roya_tui.cli import run

__all__ = ["server"]


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def events(self) -> list[Any]:
        return [json.loads(line) for line in self.lines]


Cli = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def cli(home: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """`cli("list", "is:unread")` runs that command and returns its exit code and what it wrote; names set variables."""

    def command(*argv: str, **environ: str) -> Result:
        capsys.readouterr()
        code = run(argv, {"TERM": "xterm-256color", "ROYA_TUI_HOME": str(home)} | environ)
        written = capsys.readouterr()
        return Result(code, written.out, written.err)

    return command
