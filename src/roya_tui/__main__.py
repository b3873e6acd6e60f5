"""`python -m roya_tui` and the command `roya-tui`."""

from __future__ import annotations

import gc
import signal
import sys
from types import FrameType

from roya_tui.processes import stop_importing_from_current_folder

INTERRUPTED = 130


def main() -> None:
    """Run the command line and end with its exit code."""
    stop_importing_from_current_folder()
    gc.disable()  # what is made while loading stays: commands turn it on when they begin, the screen once it is drawn
    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is signal.SIG_DFL:
            signal.signal(getattr(signal, name), _end)
    try:
        from roya_tui.cli import run  # here, so that ^C while it loads is no traceback

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code)


def _end(number: int, _frame: FrameType | None) -> None:
    """End in order when told to, or when the terminal is closed: screen and store are left as they should be."""
    if hasattr(signal, "SIGCONT"):  # a terminal that goes sends it as well, and Textual would begin anew
        signal.signal(signal.SIGCONT, signal.SIG_DFL)
    raise SystemExit(128 + number)


if __name__ == "__main__":
    main()
