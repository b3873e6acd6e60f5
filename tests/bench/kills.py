"""`python -m tests.bench.kills`: two hundred refreshes killed at random moments, and what was lost."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench import alone
from tests.refresh.killing import kill_refreshes
from tests.servers import Server


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.kills",
        description="Kills refreshes at random moments while another process stars articles; tells what was lost.",
    )
    parser.add_argument("--times", type=int, default=200, help="refreshes to kill (%(default)s)")
    parser.add_argument("--feeds", type=int, default=100, help="feeds of 40 articles that grow (%(default)s)")
    parser.add_argument("--longest", type=float, default=4.0, help="seconds before the kill, at most (%(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(alone.MARK, dest="alone", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(words)
    alone.start_again_alone("tests.bench.kills", words)
    server = Server()
    started = time.perf_counter()
    try:
        with tempfile.TemporaryDirectory(prefix="roya-tui-kills-") as home:
            came = kill_refreshes(Path(home), server, times=chosen.times, feeds=chosen.feeds, longest=chosen.longest,
                              seed=chosen.seed)  # fmt: skip
    finally:
        server.stop()
    print(f"{came.kills} of {chosen.times} refreshes were killed at work, in {time.perf_counter() - started:.0f} s. "
          f"{came.articles:,} articles and {came.marks:,} marks are there.")  # fmt: skip
    print("\n".join(came.problems) or "Nothing was lost.")
    return 1 if came.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
