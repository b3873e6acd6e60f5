"""`python -m tests.bench closing`: terminals closed at random moments, what keeps running and which marks are lost."""

from __future__ import annotations

import argparse
import random
import shutil
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
from tests.terminal.closing import SCREENS, Closing, Outcome, at_random, close_terminal, fill, kill_while_marking
from tests.terminal.homes import Home


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
        template = Home(Path(folder, "template"))
        fill(template, server)

        def attempt(number: int, closing: Closing) -> Outcome:
            home = Home(shutil.copytree(template.folder, Path(folder, str(number))))
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
