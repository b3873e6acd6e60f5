"""`python -m tests.bench.together`: two refreshes, a reader and a program that marks, at one store for a minute."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench import alone
from tests.refresh.concurrent_use import unexpected, use_concurrently
from tests.servers import Server


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.together",
        description="Lets two refreshes, a reader and a program that marks work at one store; tells what they heard.",
    )
    parser.add_argument("--seconds", type=float, default=60, help="how long (%(default)s)")
    parser.add_argument("--feeds", type=int, default=100, help="feeds of 40 articles that grow (%(default)s)")
    parser.add_argument(alone.MARK, dest="alone", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(words)
    alone.start_again_alone("tests.bench.together", words)
    server = Server()
    try:
        with tempfile.TemporaryDirectory(prefix="roya-tui-together-") as home:
            came = use_concurrently(Path(home), server, seconds=chosen.seconds, feeds=chosen.feeds)
    finally:
        server.stop()
    print(f"Refreshes by exit code: {dict(came.refreshes)}; marks: {dict(came.marks)}; {came.keys} keys pressed; "
          f"{came.articles:,} articles.")  # fmt: skip
    wrong = [*unexpected(came.messages), *came.damage]
    print("\n".join(wrong) or "Nobody heard that the store is locked.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
