"""`python -m roya_tui` and the command `roya-tui`."""

from __future__ import annotations

import sys

from roya_tui.cli import run


def main() -> None:
    """Run the command line and end with its exit code."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
