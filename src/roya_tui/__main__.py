"""Run the command line: `python -m roya_tui` and the command `roya-tui`."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import suppress
from types import FrameType

from roya_tui.processes import stop_importing_from_current_folder

INTERRUPTED = 130
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))  # not on Windows


def main() -> None:
    """Run the command line and exit with its exit code."""
    stop_importing_from_current_folder()
    gc.disable()  # nothing is freed while modules load: commands enable it when they begin, the app once it is drawn
    for which in _SIGNALS:
        if signal.getsignal(which) is signal.SIG_DFL:
            signal.signal(which, _exit_on_signal)
    try:
        # Here, so that ^C while they load prints no traceback.
        if sys.argv[1:2] == ["--complete"] and len(sys.argv) > 2:  # a shell at TAB: load little
            from roya_tui.store.search.shell_completion import print_words

            code = print_words(*sys.argv[2:5])
        else:
            from roya_tui import translation
            from roya_tui.cli import run

            translation.use_environment()
            code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = INTERRUPTED
    _exit(code)


def _exit_on_signal(number: int, _frame: FrameType | None) -> None:
    """Exit on a signal; ignore further ones, since an exception would interrupt the clean-up."""
    _ignore_signals()
    raise SystemExit(128 + number)


def _exit(code: int) -> None:
    """Exit with `code`, without waiting for threads that still run: their results are not needed."""
    import threading  # not before `main` has removed the current folder from the search path

    _ignore_signals()
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # closed
                stream.flush()
        os._exit(code)
    sys.exit(code)


def _ignore_signals() -> None:
    for which in _SIGNALS:
        signal.signal(which, signal.SIG_IGN)


if __name__ == "__main__":
    main()
