"""`python -m tests.bench.refresh`: news from 50 hosts on loopback, in turns with newsboat where it is installed."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench import alone
from tests.bench.figures import Report
from tests.bench.refresh.programs import Newsboat, Ours, Run, newsboat_is_here

HOSTS = 50


@dataclass(frozen=True, slots=True)
class Scene:
    """So many feeds of so many articles, so far away."""

    name: str
    feeds: int
    articles: int
    latency: float
    threads: tuple[int, ...]
    """newsboat's settings to compare with; none where only we are measured."""
    later: bool = True
    """Also look again, with nothing changed and with a tenth changed."""


SCENES = (
    Scene("200 feeds of 30 articles, 100 ms away", 200, 30, 0.1, (50, 1)),
    Scene("1,000 feeds of 30 articles, 200 ms away", 1_000, 30, 0.2, (50,)),
    Scene("1,000 feeds of 100 articles, at once", 1_000, 100, 0.0, (50,), later=False),
    Scene("1,000 feeds of 700 KB, at once", 1_000, 120, 0.0, (), later=False),
)


class Publisher:
    """The server's process, as the benchmark talks to it."""

    def __init__(self, process: subprocess.Popen[str], scene: Scene) -> None:
        self._process = process
        assert process.stdout is not None
        assert process.stdin is not None
        self._answers, self._words = process.stdout, process.stdin
        port = int(self._answers.readline())
        self.addresses = [f"http://127.0.0.{1 + feed % HOSTS}:{port}/feed/{feed}" for feed in range(scene.feeds)]

    def say(self, word: str) -> str:
        self._words.write(f"{word}\n")
        self._words.flush()
        return self._answers.readline()

    @classmethod
    @contextmanager
    def at_work(cls, scene: Scene) -> Iterator[Publisher]:
        numbers = {"--hosts": HOSTS, "--feeds": scene.feeds, "--articles": scene.articles, "--latency": scene.latency}
        command = [sys.executable, "-m", "tests.bench.refresh.server"]
        command += [str(word) for pair in numbers.items() for word in pair]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            try:
                yield cls(process, scene)
            finally:
                process.terminate()


def measure(scene: Scene, folder: Path, runs: int, report: Report) -> None:
    """All programs in turns: cold, unchanged, a tenth changed."""
    with Publisher.at_work(scene) as publisher:
        walls: dict[tuple[str, str], list[Run]] = {}
        for turn in range(runs):
            programs = _programs(scene, folder / str(turn), publisher.addresses)
            for program in programs:
                _note(
                    scene, program.name, "cold", _timed(program.reload, publisher, scene, program.name, report), walls
                )
            if scene.later:
                for program in programs:
                    _note(scene, program.name, "unchanged", program.reload(), walls)
                publisher.say("change")
                for program in programs:
                    _note(scene, program.name, "a tenth changed", program.reload(), walls)
            kept = {program.name: program.articles() for program in programs}
            if len(set(kept.values())) > 1:
                report.trouble.append(f"{scene.name}: they do not hold the same number of articles: {kept}")
            ours = programs[0]
            if isinstance(ours, Ours) and turn == 0:
                idle = ours.nothing_due()
                report.number("nothing due: seconds", scene.name, idle.wall, ",.2f")
                if scene is SCENES[0]:
                    report.target("a refresh that finds nothing due", idle.wall * 1000, 250, "ms")
            shutil.rmtree(folder / str(turn))
    for (program, what), taken in walls.items():
        row = f"{program}, {what}"
        report.number(f"{row}: seconds", scene.name, min(run.wall for run in taken), ",.2f")
        report.number(f"  seconds of processor ({row})", scene.name, min(run.cpu for run in taken), ",.2f")
        if program == Ours.name and what == "cold":
            there = min(run.there for run in taken)
            report.number(f"  seconds until all articles are there ({row})", scene.name, there, ",.2f")
        report.number(f"  memory, MB ({row})", scene.name, max(run.memory for run in taken) / 1e6, ",.0f")
    _judge(scene, walls, report)


def _programs(scene: Scene, folder: Path, addresses: Sequence[str]) -> list[Ours | Newsboat]:
    ours = Ours(folder / "ours", addresses)
    others = [Newsboat(folder / f"newsboat-{n}", addresses, n) for n in scene.threads if newsboat_is_here()]
    return [ours, *others]


def _timed(reload: Callable[[], Run], publisher: Publisher, scene: Scene, name: str, report: Report) -> Run:
    publisher.say("counts")
    taken = reload()
    seen = json.loads(publisher.say("counts"))
    report.number(f"requests ({name}, cold)", scene.name, seen["requests"], ",.0f")
    report.number(f"  most at once on one host ({name}, cold)", scene.name, seen["most at once on one host"], ",.0f")
    return taken


def _note(scene: Scene, program: str, what: str, taken: Run, walls: dict[tuple[str, str], list[Run]]) -> None:
    tell(f"{scene.name}: {program}, {what}: {taken.wall:.2f} s, {taken.cpu:.2f} s of processor, "
         f"all there after {taken.there:.2f} s, {taken.memory / 1e6:,.0f} MB")  # fmt: skip
    walls.setdefault((program, what), []).append(taken)


def _judge(scene: Scene, walls: dict[tuple[str, str], list[Run]], report: Report) -> None:
    best = {key: min(run.wall for run in taken) for key, taken in walls.items()}
    many, one, ours = "newsboat, 50 threads", "newsboat", Ours.name
    cold, unchanged = best[ours, "cold"], best.get((ours, "unchanged"), 0.0)
    if (many, "cold") in best:
        report.target(f"{scene.name}: cold ÷ newsboat's best", cold / best[many, "cold"], 1.0, "x")
        there = min(run.there for run in walls[ours, "cold"])
        report.target(f"{scene.name}: cold, all articles there ÷ newsboat's best", there / best[many, "cold"], 1.0, "x")
    if (one, "cold") in best:
        report.target(f"{scene.name}: cold ÷ newsboat's default", cold / best[one, "cold"], 0.25, "x")
    if (many, "unchanged") in best and scene.feeds == 1_000:
        report.target(f"{scene.name}: unchanged ÷ newsboat's best", unchanged / best[many, "unchanged"], 1 / 3, "x")
    if not scene.threads:
        memory = max(run.memory for run in walls[ours, "cold"])
        report.target(f"{scene.name}: peak memory", memory / 1e6, 300, "MB")


def tell(sentence: str) -> None:
    """Say what goes on, apart from the figures."""
    print(sentence, file=sys.stderr, flush=True)


def main(words: Sequence[str]) -> int:
    names = [re.sub(r"\W+", "-", scene.name) for scene in SCENES]
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.refresh",
        description="Measures a refresh from 50 hosts on loopback, in turns with newsboat. Nothing leaves it.",
    )
    parser.add_argument("--only", default="", help=f"part of the name of what to measure ({', '.join(names)})")
    parser.add_argument("--runs", type=int, default=3, help="turns; the best of them counts (%(default)s)")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument(alone.MARK, dest="alone", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(words)
    alone.start_again_alone("tests.bench.refresh", words)
    tell(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; "
         f"{'newsboat is here' if newsboat_is_here() else 'no newsboat to compare with'}")  # fmt: skip
    report = Report()
    for scene, name in zip(SCENES, names, strict=True):
        if chosen.only in name:
            with tempfile.TemporaryDirectory(prefix="roya-tui-refresh-") as folder:
                measure(scene, Path(folder), chosen.runs, report)
    print(report.text())
    if chosen.json:
        chosen.json.write_text(report.json())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
