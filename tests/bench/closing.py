"""`python -m tests.bench closing`: terminals closed at random moments, what keeps running and which marks are lost."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from tests.bench import alone
from tests.servers import Server
from tests.terminal.app import App
from tests.terminal.closing import LIMIT, SCREENS, Closing, Outcome, close_terminal, fill
from tests.terminal.homes import ARTICLES, Home

from roya_tui.query import by_field
from roya_tui.store.database import find_problems, open_store
from roya_tui.store.search import results


def at_random(chance: random.Random, screens: Sequence[str] = tuple(SCREENS)) -> Closing:
    """Choose a screen, a moment, and no signal, one or two."""
    both = chance.sample([signal.SIGTERM, signal.SIGHUP], chance.randint(0, 2))
    signals = tuple((chance.uniform(0, 0.02), which) for which in both)
    return Closing(chance.choice(screens), signals, chance.uniform(0, 0.5))


def kill_while_marking(home: Home, chance: random.Random) -> Outcome:
    """Star articles without a pause and kill the app (SIGKILL); what was committed before must be kept."""
    with App(home) as app, home.store() as db:
        app.until(lambda seen: seen.list.number == 1)
        begun = time.monotonic()
        end = begun + chance.uniform(0, 0.5)
        committed, pressed = 0, 0
        while time.monotonic() < end:
            if pressed < ARTICLES:
                app.press("s", "j")
                pressed += 1
            time.sleep(chance.uniform(0, 0.03))
            committed = len(results.find(db, by_field("is", "starred"), 0))
        os.kill(app.pid, signal.SIGKILL)
        code = app.wait_exit(LIMIT)
        stored = len(results.find(db, by_field("is", "starred"), 0))
        problems = find_problems(db)
        if not committed <= stored <= pressed:
            problems.append(f"{committed} stars were committed of {pressed}, {stored} are stored")
    return Outcome(time.monotonic() - begun, code, tuple(problems))


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench closing",
        description="Stars articles, opens a screen and closes the terminal; SIGTERM and SIGHUP may follow. "
        "Each app must end within 10 s, with every process that it started and without losing a star.",
    )
    parser.add_argument("--tries", type=int, default=300, help="terminals to close (%(default)s)")
    parser.add_argument("--at-once", type=int, default=2, help="terminals that are open at a time (%(default)s)")
    parser.add_argument("--screens", default=",".join(SCREENS), help="open screens, by name (%(default)s)")
    parser.add_argument("--kill", action="store_true", help="instead kill the app (SIGKILL) while it stars articles")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(alone.MARK, dest="alone", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(words)
    alone.start_again_alone("tests.bench.closing", words)
    chance = random.Random(chosen.seed)
    closings = [at_random(chance, chosen.screens.split(",")) for _ in range(chosen.tries)]
    server = Server()
    with ExitStack() as stack, tempfile.TemporaryDirectory(prefix="roya-tui-closing-") as folder:
        stack.callback(server.stop)
        empty = Path(folder, "empty.db")
        open_store(empty).close()
        template = Home(Path(folder, "template"), empty)
        fill(template, server)

        def attempt(number: int, closing: Closing) -> Outcome:
            home = Home(shutil.copytree(template.folder, Path(folder, str(number))), empty)
            outcome = kill_while_marking(home, random.Random(number)) if chosen.kill else close_terminal(home, closing)
            shutil.rmtree(home.folder)
            for problem in outcome.problems:
                print(f"{number}: {'killed' if chosen.kill else closing}: {problem}", flush=True)
            return outcome

        started = time.perf_counter()
        with ThreadPoolExecutor(chosen.at_once) as pool:
            outcomes = list(pool.map(attempt, range(chosen.tries), closings))
    took = time.perf_counter() - started
    seconds = sorted(outcome.seconds for outcome in outcomes)
    bad = sum(bool(outcome.problems) for outcome in outcomes)
    print(f"{bad} of {chosen.tries} went wrong. Until the end: median {seconds[len(seconds) // 2]:.2f} s, "
          f"longest {seconds[-1]:.2f} s. Exit codes: {dict(Counter(outcome.code for outcome in outcomes))}. "
          f"Took {took:.0f} s.")  # fmt: skip
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
